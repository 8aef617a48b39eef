#!/usr/bin/env python3
"""No change makes the program slower by the way: instructions of fixed small runs, counted by callgrind.

Instructions do not depend on what else a machine does, so this can fail on any machine where a time could not. The
kernels of the second instruction set are forced (`KINDRED_ISA=v3`), which valgrind knows whole. Bounds are a tenth
(recording: a quarter) above what GCC 12 needs; a change that needs more on purpose moves them and says why.

    instructions_test.py KINDRED SOURCES      exit code 77: there is no valgrind
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
PERSONS, WEEKS = 1000, 52

SCENARIO = """\
schema: 1
title: Instructions of a week
seed: 20261124
time: {burn_in: 26 weeks, run: 26 weeks}
society: {persons: %d, network: {kind: community, acquaintances: 24, rewiring: 0.2, block: 128}}
model: {attachment: {hypothesis: remediation}}
arms: {a: {}%s}
replicates: {societies: 1, per_society: 1}
record: {%s}
"""
OTHER_ARMS = "".join(f", {name}: {{hypothesis: {hypothesis}}}" for name, hypothesis in [
    ("b", "relational"), ("c", "reciprocal"), ("d", "marker"), ("e", "none"), ("f", "common-cause")])
NOTHING = "population: none"
DEFAULT = "population: 1 week, persons: {every: 4 weeks, sample: 200}, ties: events"
WEEK = "kindred::Ensemble<float>::advance()"


def instructions(arguments, within=None, kernels="v3"):
    """Counted from start to end, or only inside the function `within`."""
    with tempfile.NamedTemporaryFile() as counts:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts.name}"]
        if within:
            command.append(f"--toggle-collect={within}")
        done = subprocess.run([*command, str(PROGRAM), *arguments], capture_output=True, text=True, env={
            **os.environ, "KINDRED_ISA": kernels, "KINDRED_CONFIGS": str(ROOT / "configs")})
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        totals = [line for line in pathlib.Path(counts.name).read_text().splitlines() if line.startswith("totals:")]
        return int(totals[-1].split()[1])


class Instructions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kindred-instructions-")
        self.addCleanup(self.folder.cleanup)

    def run_of(self, arms="", record=NOTHING, **how):
        scenario = pathlib.Path(self.folder.name) / "small.yaml"
        scenario.write_text(SCENARIO % (PERSONS, arms, record))
        return instructions(["run", str(scenario), "-o", str(scenario.with_suffix(".h5")), "--force", "--quiet",
                             "--threads", "1"], **how)

    def per_row(self, arms, **how):
        count = self.run_of(arms, within=WEEK, **how) / (PERSONS * WEEKS)
        print(f"a week of a person in {1 + arms.count('hypothesis')} worlds: {count:.0f} instructions")
        return count

    def test_a_week_of_six_worlds_in_eight_lanes(self):
        self.assertLess(self.per_row(OTHER_ARMS), EIGHT_LANES)

    def test_a_week_of_one_world(self):
        self.assertLess(self.per_row(""), ONE_LANE)

    def test_narrow_kernels_are_over_the_bound(self):
        """The count sees what it is made for: registers of half the width."""
        self.assertGreater(self.per_row(OTHER_ARMS, kernels="v2"), EIGHT_LANES)

    def test_recording_the_default(self):
        recorded = self.run_of(OTHER_ARMS, DEFAULT) - self.run_of(OTHER_ARMS)
        print(f"recording: {recorded / 1e6:.0f} million instructions")
        self.assertLess(recorded, RECORDING)

    def test_asking_for_the_version(self):
        count = instructions(["--version"])
        print(f"--version: {count / 1e6:.1f} million instructions")
        self.assertLess(count, VERSION)


# What GCC 12.2 with glibc 2.36 needs, and some room.
EIGHT_LANES = 1.1 * 2540
ONE_LANE = 1.1 * 1000
RECORDING = 1.25 * 159e6
VERSION = 1.25 * 21.7e6

if __name__ == "__main__":
    if not shutil.which("valgrind"):
        print("skipped: there is no valgrind (Debian: apt install valgrind)")
        sys.exit(77)
    unittest.main()
