"""A run that would print a wrong number stops instead. Usage: PROGRAM SOURCE_DIR"""
import os
import subprocess
import sys
import tempfile

import h5py

SCENARIO = """schema: 1
title: soundness
seed: 3
time: {burn_in: 2 years, run: 60 weeks}
society: {persons: 600}
model: {attachment: {hypothesis: relational}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks}
"""
# every value lies inside its declared range; together they let distress feed itself
WILD = dict(conflict_size=.5, ambivalence_gain=.5, distress_on_quality=.35, conflict_on_quality=.5,
            quality_return_per_week=.5, stress_on_distress=.6, distress_inertia=.8, distress_on_self_criticism=1,
            self_criticism_on_distress=.5, self_criticism_return_per_week=1, distress_contagion=.05,
            distress_on_responsiveness=.35, quality_on_hazard=.3, hazard_floor=0, hazard_early=0)
SWITCHED = """  course-switched: {parameters: {avoidant_mechanism: 0},
    programmes: [{programme: mindful-self-compassion, start: 4 weeks}]}
"""
CONTROL = "  waitlist-switched: {parameters: {avoidant_mechanism: 0}}\n"


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    with tempfile.TemporaryDirectory() as folder:
        def run(text, *words, expect):
            with open(os.path.join(folder, "s.yaml"), "w", encoding="utf-8") as file:
                file.write(text)
            out = os.path.join(folder, "out.h5")
            done = subprocess.run([program, "run", "s.yaml", "-o", "out.h5", "-q", "-f", *words], cwd=folder,
                                  capture_output=True, text=True, check=False)
            assert done.returncode == expect, (done.returncode, done.stderr)
            assert os.path.exists(out) == (expect == 0)
            return done.stderr

        run(SCENARIO, expect=0)
        os.remove(os.path.join(folder, "out.h5"))
        os.remove(os.path.join(folder, "out.h5.log"))
        said = run(SCENARIO, *(f"model.attachment.parameters.{k}={v}" for k, v in WILD.items()), expect=1)
        assert "arm 'waitlist', replicate 0, week" in said and "person" in said and "not a finite number" in said, said
        week = int(said.split("week ")[1].split(",")[0])
        assert week % 52 != 0, "found in the week in which it arises, not at the end of the year"
        assert "quality_return_per_week = 0.5 (" in said and "nothing to resume" in said, said
        assert os.listdir(folder) == ["s.yaml"], os.listdir(folder)
        said = run(SCENARIO + SWITCHED, expect=2)
        assert "arms.course-switched: switches a mechanism off" in said, said
        run(SCENARIO + SWITCHED + CONTROL, expect=0)
        with h5py.File(os.path.join(folder, "out.h5")) as file:
            arms = list(file["effects/arm"].asstr())
            against = dict(zip(arms, file["effects/against"][:]))
            assert against["course"] == arms.index("waitlist")
            assert against["course-switched"] == arms.index("waitlist-switched")
            assert list(file["persons/society"][:]) == [0]

        karate = os.path.join(folder, "karate.h5")
        subprocess.run([program, "run", os.path.join(source, "configs/karate-club.yaml"), "-o", karate, "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        with h5py.File(karate) as file:  # the club's members count from 1, places in a file from 0
            assert list(file["society/person_label"].asstr()) == [str(i) for i in range(1, 35)]
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
