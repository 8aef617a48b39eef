"""Effects in the file equal an independent computation from the recorded persons (h5py + numpy), to 1e-6, and
`kindred effects --json` prints intervals that equal a plain t interval over societies. Friends are left out:
closeness is not recorded. Usage: PROGRAM SOURCE_DIR"""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import stats

CUT = 0.65
START = 10
LABELS = ["secure", "preoccupied", "dismissing", "fearful"]
COUPLED_ONLY = "relationship_quality"


def cells(people, arm, against, start, week):
    """Boolean masks by name, [person]. `people` maps a column to [time, arm, person]."""
    treated = people["treated"][-1, arm] == 1
    anxious = people["attachment_anxiety"][start, against] > np.float32(CUT)
    avoidant = people["attachment_avoidance"][start, against] > np.float32(CUT)
    style = anxious.astype(int) + 2 * avoidant.astype(int)
    partner = people["partner_person"][start, against]
    coupled = partner >= 0
    partner_treated = coupled & treated[np.maximum(partner, 0)]
    lasts = coupled
    for a in (arm, against):
        lasts = lasts & (people["partner_person"][week, a] == partner)
    masks = {"treated": treated, "treated single": treated & ~coupled, "treated coupled": treated & coupled,
             "untreated partner": ~treated & partner_treated, "everyone": np.ones_like(treated),
             "treated, bond lasts": treated & lasts,
             "untreated partner, bond lasts": ~treated & partner_treated & lasts}
    for code, label in enumerate(LABELS):
        masks[f"treated {label}"] = treated & (style == code)
    return masks, lasts, coupled


def check_file(path):
    compared = 0
    with h5py.File(path) as file:
        effects, persons = file["effects"], file["persons"]
        arms, outcomes = list(effects["arm"].asstr()), list(effects["outcome"].asstr())
        names = list(effects["cell"].asstr())
        weeks, against = effects["time"][:], effects["against"][:]
        assert list(against) == [-1, 0, 0, -1, 3], against
        for r in range(effects["replicate"].shape[0]):
            people = {c: persons[c][:, :, r, :] for c in outcomes + ["partner_person", "treated"]}
            for a in range(len(arms)):
                if against[a] < 0:
                    assert np.isnan(effects["effect"][:, a, r]).all()
                    continue
                for w, after in enumerate(weeks):
                    masks, lasts, coupled = cells(people, a, against[a], START, START + after)
                    for o, outcome in enumerate(outcomes):
                        values = people[outcome].astype(float)
                        difference = values[START + after, a] - values[START + after, against[a]]
                        base = values[START, against[a]]
                        if outcome == COUPLED_ONLY:
                            base = base[coupled]
                        assert abs(effects["baseline_sd"][a, r, o] - base.std(ddof=1)) < 1e-6
                        for c, name in enumerate(names):
                            if name not in masks:
                                continue
                            who = masks[name] & lasts if outcome == COUPLED_ONLY else masks[name]
                            assert effects["persons"][w, a, r, o, c] == who.sum(), (arms[a], after, outcome, name)
                            stored = effects["effect"][w, a, r, o, c]
                            if who.any():
                                assert abs(stored - difference[who].mean()) < 1e-6, (arms[a], after, outcome, name)
                            else:
                                assert np.isnan(stored)
                            compared += 1
        # structural zeros: under `marker` a self-compassion programme moves attachment nowhere
        a = arms.index("marker-course")
        for outcome in ("attachment_anxiety", "attachment_avoidance", "relationship_quality"):
            values = effects["effect"][:, a, :, outcomes.index(outcome)]
            assert (values[~np.isnan(values)] == 0).all(), outcome
        assert (effects["effect"][0, a, :, outcomes.index("self_compassion"), names.index("treated")] > 0.3).all()
    return compared


def check_intervals(program, path):
    printed = json.loads(subprocess.run([program, "effects", path, "--json"], capture_output=True, check=True).stdout)
    with h5py.File(path) as file:
        effects = file["effects"]
        arms, outcomes, names = (list(effects[n].asstr()) for n in ("arm", "outcome", "cell"))
        weeks = list(effects["time"][:])
        for row in printed["effects"]:
            values = effects["effect"][weeks.index(row["weeks_after"]), arms.index(row["arm"]), :,
                                       outcomes.index(row["outcome"]), names.index(row["cell"])]
            societies = values.reshape(-1, printed["per_society"])
            means = [np.nanmean(s) for s in societies if not np.isnan(s).all()]
            if len(means) < 2:
                continue
            error = np.std(means, ddof=1) / np.sqrt(len(means))
            reach = error * stats.t.ppf(.975, len(means) - 1)
            assert abs(row["effect"] - np.mean(means)) < 1e-9
            assert abs(row["high"] - (np.mean(means) + reach)) < 1e-9 and abs(row["low"] - (np.mean(means) - reach)) < 1e-9


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "effects.h5")
        subprocess.run([program, "run", os.path.join(source, "tests/format/effects.yaml"), "-o", path, "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        print(check_file(path), "effects compared")
        check_intervals(program, path)
        with h5py.File(path, "r+") as file:  # negative control: one effect changed by a thousandth is found
            file["effects/effect"][0, 1, 0, 0, 0] += 1e-3
        try:
            check_file(path)
        except AssertionError:
            return 0
    raise SystemExit("a changed effect was not found")


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
