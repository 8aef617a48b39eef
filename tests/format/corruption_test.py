"""`inspect --check` finds every kind of damage and passes every good file.

Usage: corruption_test.py PROGRAM SOURCE_DIR MAKE_GOOD

Each kind (damage.py) is done to a fresh copy at a place drawn from a fixed seed. Contradictions are looked for after
the hash and the seal have been written anew (MAKE_GOOD), so that nothing but other values can give them away.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import h5py
from damage import BYTES, CARELESS, CONTRADICTIONS, SWEEP_CONTRADICTIONS, other_value

SEED = 2611
START = """schema: 1
title: to be damaged
seed: 12
"""
SOCIETY = "society: {persons: 300, network: {kind: community, acquaintances: 12, rewiring: 0.2, block: 100}}\n"
MODEL = "model: {attachment: {hypothesis: remediation}}\n"
COURSE = "[{programme: mindful-self-compassion, start: 2 weeks, share: 0.3}]"
SCENARIO = START + "time: {burn_in: 1 years, run: 60 weeks}\n" + SOCIETY + MODEL + """arms:
  waitlist: {}
  course: """ + COURSE + """
replicates: {societies: 2}
record: {persons: {every: 4 weeks, sample: all, columns: [attachment_anxiety, partner_person, partner_tie]},
         closeness: true}
"""
GOOD = {
    "one arm": START + "time: {burn_in: 1 years, run: 20 weeks}\n" + SOCIETY + MODEL + """arms: {alone: {}}
replicates: {societies: 1}
record: {persons: none, society: false}
""",
    "three arms, burn-in recorded, a panel of some": START + "time: {burn_in: 1 years, run: 24 weeks}\n" + SOCIETY
    + MODEL + "arms:\n  waitlist: {}\n  course: " + COURSE + "\n  active-control: [{programme: active-control, "
    "start: 2 weeks, share: 0.3}]\n" + """replicates: {societies: 2, per_society: 2}
effects: {direct: {arms: [course], persons: 3}}
record: {population: 3 weeks, from: burn-in, persons: {every: 8 weeks, sample: 50, instruments: [scs_total],
         columns: [partner_person, partner_tie, chosen_tie]}, closeness: true}
""",
    "nothing but bonds": START + "time: {burn_in: 30 weeks, run: 10 weeks}\n" + SOCIETY + MODEL
    + "arms: {alone: {}}\nrecord: {population: none, persons: none, society: false}\n",
    "another model": START + "time: {burn_in: 0 weeks, run: 12 weeks}\n" + SOCIETY
    + "model: {averaging: {}}\narms: {alone: {}}\n",
}
SWEEP = START + "time: {burn_in: 20 weeks, run: 10 weeks}\n" + SOCIETY + MODEL + "arms:\n  waitlist: {}\n  course: " \
    + COURSE + """
sweep: {design: grid, weeks: [1, 4, 8], parameters: {model.attachment.parameters.self_soothing: {values: [0.1, 0.3]}}}
"""


class Desk:
    def __init__(self, program, make_good, folder):
        self.program, self.make_good, self.folder = program, make_good, folder
        self.passed = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def kindred(self, *words):
        subprocess.run([self.program, *words], check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def scenario(self, name, text):
        with open(self.path(name + ".yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name + ".yaml")

    def run(self, name, text):
        self.kindred("run", self.scenario(name, text), "-o", name + ".h5", "-q")
        return self.path(name + ".h5")

    def check(self, path):
        told = subprocess.run([self.program, "inspect", path, "--check"], capture_output=True, text=True, timeout=120)
        return told.returncode, told.stdout + told.stderr

    def passes(self, name, path, said="the file is whole"):
        code, message = self.check(path)
        assert code == 0 and message.strip() == said, (name, code, message)
        self.passed += 1

    def finds(self, name, good, damage, pattern=None):
        """Does one kind of damage; with a pattern of what must be said, hash and seal are written anew behind it."""
        bad = self.path(re.sub(r"\W", "_", name) + ".h5")
        shutil.copyfile(good, bad)
        damage(bad, random.Random(f"{SEED} {name}"))
        if pattern:
            subprocess.run([self.make_good, bad], check=True)
        code, message = self.check(bad)
        os.remove(bad)
        assert code == 1, (name, code, message)
        assert "bug" not in message.lower() and message.strip(), (name, message)
        assert re.search(pattern or "", message), (name, pattern, message)
        if pattern:
            assert "content_hash" not in message and "bytes" not in message, (name, message)
        line = next(line for line in message.splitlines() if re.search(pattern or "", line))
        return f"found  {name}: {line.replace(self.folder, '')[:170]}"

    def finds_all(self, good, kinds):
        """@param kinds  [name, damage, pattern]; two at a time. @returns how many there are"""
        with ThreadPoolExecutor(2) as pool:
            for line in pool.map(lambda kind: self.finds(kind[0], good, *kind[1:]), kinds):
                print(line)
        return len(kinds)

    def resumed(self, text):
        """A run that is stopped and gone on with."""
        path = self.path("resumed.h5")
        run = subprocess.Popen([self.program, "run", self.scenario("resumed", text), "-o", path, "-q",
                                "--checkpoint-every", "0.05s"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.exists(path + ".spool") and run.poll() is None:
            time.sleep(.01)
        run.send_signal(signal.SIGTERM)
        assert run.wait() == 75, "the run had ended before it could be stopped"
        self.kindred("resume", path)
        return path


def check_good_files(desk, good):
    for i, (name, text) in enumerate(GOOD.items()):
        desk.passes(name, desk.run(f"good{i}", text))
    desk.kindred("run", os.path.join(os.environ["KINDRED_CONFIGS"], "karate-club.yaml"), "-o", "karate.h5", "-q",
                 "time.burn_in=10 weeks", "time.run=70 weeks", "replicates.societies=2")
    desk.passes("a network from a file", desk.path("karate.h5"))
    desk.kindred("effects", good, "-o", "effects.h5")
    desk.passes("effects in a file of their own", desk.path("effects.h5"))
    whole = SCENARIO.replace("societies: 2", "societies: 12")
    desk.passes("a resumed run", desk.resumed(whole))
    with open(desk.path("resumed.h5"), "rb") as a, open(desk.run("whole", whole), "rb") as b:
        assert a.read() == b.read(), "a resumed run has other bytes"
    subprocess.run(["h5repack", good, desk.path("repacked.h5")], check=True)
    desk.passes("a rewritten file", desk.path("repacked.h5"), "no seal: values verified by content hash only")
    with h5py.File(desk.path("repacked.h5"), "r+") as file:
        file["population/attachment_anxiety_mean"][3, 0, 0, 0] += 1e-6
    code, message = desk.check(desk.path("repacked.h5"))
    assert code == 1 and "content_hash" in message, message


def main(program, source, make_good):
    os.environ.setdefault("KINDRED_CONFIGS", os.path.join(source, "configs"))
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(program, make_good, folder)
        good = desk.run("good", SCENARIO)
        desk.passes("two arms", good)
        found = desk.finds_all(good, list({**BYTES, **CARELESS}.items()))
        found += desk.finds_all(good, [(name, *kind) for name, kind in CONTRADICTIONS.items()])
        desk.kindred("sweep", "plan", desk.scenario("sweep", SWEEP), "-o", "sweep")
        desk.kindred("sweep", "run", "sweep", "-q")
        desk.kindred("sweep", "merge", "sweep", "-o", "merged.h5")
        desk.passes("a merged sweep", desk.path("merged.h5"))
        found += desk.finds_all(desk.path("merged.h5"), [(name, *kind) for name, kind in SWEEP_CONTRADICTIONS.items()])
        # what nothing contradicts is not found once its hash and seal are written anew: they really are made good
        shutil.copyfile(good, desk.path("bad.h5"))
        other_value("persons/attachment_anxiety", 1e-3)(desk.path("bad.h5"), random.Random(SEED))
        assert desk.check(desk.path("bad.h5"))[0] == 1
        subprocess.run([make_good, desk.path("bad.h5")], check=True)
        desk.passes("another value, made good", desk.path("bad.h5"))
        check_good_files(desk, good)
        print(f"{found} kinds of damage found, {desk.passed} good files passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(os.path.abspath(word) for word in sys.argv[1:4])))
