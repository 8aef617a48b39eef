"""The hash of every week's state is what its definition says, and files tell where their runs part.

Usage: state_hash_test.py PROGRAM SOURCE_DIR

The definition (sim/engine/state_hash.hpp) is carried out once more here in NumPy, on recorded columns. Closeness is
recorded in the week in which programmes start only, so a run for every week supplies it: under hypothesis `none` a
course changes no closeness.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = SOURCE = ""
WEEKS, START = 11, 4
LITTLE = ("record.persons=none", "record.population=none", "record.ties=none", "record.society=false")
SCENARIO = """\
schema: 1
title: hashes
seed: 10
time: {{burn_in: 0 weeks, run: {weeks} weeks}}
society: {{persons: 60, network: {{kind: community, acquaintances: 12, block: 60}}}}
model: {{attachment: {{hypothesis: {hypothesis}, parameters: {{compatibility_skew: 0.5, dating_availability: 0.2}}}}}}
arms:
  waitlist: {{{waitlist}}}
  course: {{{course}programmes: [{{programme: mindful-self-compassion, start: {start} weeks}}]}}
replicates: {{societies: 2, per_society: 1}}
record: {{persons: {{every: 1 week, sample: all, columns: [{columns}]}}, closeness: true}}
"""


def rotated(t, bits):
    bits = np.uint32(bits)
    return np.where(bits == 0, t, (t << bits) | (t >> (np.uint32(32) - bits) % np.uint32(32)))


def factors(number, entities):
    with np.errstate(over="ignore"):
        x = entities.astype(np.uint32) + np.uint32(number * 0x9E3779B9 & 0xFFFFFFFF)
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return (x ^ (x >> np.uint32(16))) | np.uint32(1)


def bits_of(values):
    return np.ascontiguousarray(values).view(np.uint32)


def hash_of_persons(number, columns):
    fold = np.zeros(len(columns[0]), np.uint32)
    for column in columns:
        fold = rotated(fold, 9) ^ bits_of(column)
    return int(np.sum(fold.astype(np.uint64) * factors(number, np.arange(len(fold))), dtype=np.uint64))


def hash_of_ties(number, values):
    tie = np.arange(len(values))
    words = rotated(bits_of(values), 9 * (tie % 128 // 16) % 32).astype(np.uint64)
    lower, upper = (int(np.sum(words * factors(number + half, 16 * (tie // 128) + tie % 16), dtype=np.uint64)) % 2**32
                    for half in (0, 2048))
    return upper << 32 | lower


class StateHash(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_study(self, name, *words, **changes):
        with open(os.path.join(SOURCE, "models/attachment/columns.def"), encoding="utf-8") as file:
            columns = re.findall(r"^PERSON\((?:Real|Index), (\w+)", file.read(), re.M)
        settings = dict(columns=", ".join(columns), weeks=WEEKS, hypothesis="none", start=START, waitlist="", course="") | changes
        with open(self.path("s.yaml"), "w", encoding="utf-8") as file:
            file.write(SCENARIO.format(**settings))
        done = subprocess.run([PROGRAM, "run", self.path("s.yaml"), "-o", self.path(name), "-q", "-f", *words],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.path(name)

    def diff(self, a, b, code):
        done = subprocess.run([PROGRAM, "inspect", self.path(a), "--diff", self.path(b)], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout.splitlines()

    def closeness(self, week):
        """[replicate] of the waitlist at the end of a week, in the order of the ties"""
        with h5py.File(self.run_study("closeness.h5", *LITTLE, start=week)) as file:
            table = {name: file["closeness"][name][:] for name in ("replicate", "arm", "closeness")}
        return [table["closeness"][(table["replicate"] == r) & (table["arm"] == 0)] for r in (0, 1)]

    def test_the_hash_is_its_definition_in_every_week_of_every_arm(self):
        closeness = [self.closeness(week) for week in range(WEEKS)]
        compatibility = closeness[0]  # before the first week both are the same, if within the bounds of closeness
        self.assertTrue(all(0.001 < c.min() and c.max() < 0.999 for c in compatibility))
        checked = treated = 0
        with h5py.File(self.run_study("a.h5")) as file:
            self.assertEqual(file["state/state_hash"].dtype, np.int64)
            recorded = file["state/state_hash"][:].view(np.uint64)
            self.assertEqual(list(file["state/time"][:]), list(range(WEEKS + 1)))
            covers = [re.match(r"(\w+) (\d+): (.*)", line).groups()
                      for line in file["state/state_hash"].attrs["covers"].splitlines()]
            for week in range(WEEKS):
                for arm in (0, 1):
                    for replicate in (0, 1):
                        total = 0
                        for kind, number, names in covers:
                            names, number = names.split(), int(number)
                            if kind == "persons" or kind == "programmes":
                                columns = [self.column(file, name, week, arm, replicate) for name in names]
                                if kind == "programmes":
                                    columns = [column.astype(np.float32) for column in columns]
                                    treated += columns[0].sum()
                                total += hash_of_persons(number, columns)
                            else:
                                values = closeness[week] if names == ["tie_closeness"] else compatibility
                                total += hash_of_ties(number, values[replicate])
                        self.assertEqual(total % 2**64, recorded[week, arm, replicate], (week, arm, replicate))
                        checked += 1
        self.assertEqual(checked, 4 * WEEKS)
        self.assertGreater(treated, 50)
        self.assertEqual(len(np.unique(recorded[START + 1:])), 4 * (WEEKS - START))

    @staticmethod
    def column(file, name, week, arm, replicate):
        if name in file["persons"]:
            return file["persons"][name][week, arm, replicate]
        values = file["society"][name]
        return values[arm, replicate] if values.ndim == 3 else values[replicate]

    def test_recording_threads_width_and_instruction_set_change_no_hash(self):
        with h5py.File(self.run_study("a.h5")) as file:
            expected = file["state/state_hash"][:]
        for name, words in {"record": ("record.persons.every=5 weeks", "record.persons.sample=7"),
                            "nothing": LITTLE,
                            "alone": ("--widest", "1"), "threads": ("--threads", "3")}.items():
            with h5py.File(self.run_study("b.h5", *words)) as file:
                self.assertTrue(np.array_equal(file["state/state_hash"][:], expected), name)

    def test_one_bit_of_one_person_in_one_week_is_named(self):
        self.run_study("a.h5")
        self.run_study("b.h5")
        self.assertEqual(self.diff("a.h5", "b.h5", 0), ["the two files hold the same content"])
        with h5py.File(self.path("b.h5"), "r+", libver="v110") as file:
            frame = file["persons/self_criticism"][9]
            frame[1, 0, 23] = np.nextafter(frame[1, 0, 23], np.float32(100))
            file["persons/self_criticism"][9] = frame
        lines = self.diff("a.h5", "b.h5", 1)
        self.assertRegex(lines[0], r"^the states are the same wherever both files tell \(48 hashes\)$")
        self.assertRegex(lines[1], r"^the first recorded person who differs: week 9, arm 'course', replicate 0, "
                                   r"person 23: self_criticism is \S+ against \S+$")
        self.assertIn("one of the files was changed after its run", lines[2])
        self.assertEqual(len(lines), 4)

    def test_a_switch_from_week_30_on_parts_the_states_in_week_31(self):
        changes = dict(weeks=40, start=30, hypothesis="remediation")
        self.run_study("a.h5", "record.persons={every: 8 weeks, sample: 20}", **changes)
        off = "parameters: {avoidant_mechanism: 0}"
        self.run_study("b.h5", "record.persons={every: 8 weeks, sample: 20}", **changes, waitlist=off,
                       course=off + ", ")
        lines = self.diff("a.h5", "b.h5", 1)
        self.assertEqual(lines[0], "the states part in week 31: arm 'waitlist', replicate 0; every world parts "
                                   "sooner or later")
        self.assertRegex(lines[1], r"^the first recorded person who differs: week 32, arm 'waitlist', replicate 0, "
                                   r"person \d+: \w+ is \S+ against \S+$")
        self.assertTrue(any(re.match(r"config: .*avoidant_mechanism: 1 against ", line) or
                            re.match(r"config: .*avoidant_mechanism: nothing against 0", line) for line in lines), lines)

    def test_other_seeds_part_at_once(self):
        self.run_study("a.h5")
        self.run_study("b.h5", "seed=9")
        lines = self.diff("a.h5", "b.h5", 1)
        self.assertTrue(lines[0].startswith("the states part in week 0, the first one compared: arm 'waitlist'"), lines)
        self.assertIn("config: seed: 10 against 9", lines)

    def test_other_recordings_of_one_run_do_not_differ_in_what_both_hold(self):
        self.run_study("a.h5")
        self.run_study("b.h5", "record.persons={every: 3 weeks, sample: 25}", "record.population=2 weeks",
                       "record.closeness=false")
        for pair in (("a.h5", "b.h5"), ("b.h5", "a.h5")):
            lines = self.diff(*pair, 1)
            self.assertEqual(lines[0], "the states are the same wherever both files tell (48 hashes)")
            self.assertEqual(lines[1], "no difference in what both files record")
            self.assertFalse([line for line in lines if "values differ" in line or "rows of" in line], lines)
            self.assertTrue(any(line.startswith("config: record.persons.every: ") for line in lines), lines)
        # negative control: what both hold is looked at, though it lies elsewhere in the files
        with h5py.File(self.path("a.h5"), "r+", libver="v110") as file:
            panel = set(h5py.File(self.path("b.h5"))["persons/person_id"][1])
            frame = file["persons/self_criticism"][6]
            for person in panel:
                frame[0, 1, person] += 1
            file["persons/self_criticism"][6] = frame
        lines = self.diff("b.h5", "a.h5", 1)
        self.assertRegex(lines[1], rf"week 6, arm 'waitlist', replicate 1, person {min(panel)}: self_criticism is ")


if __name__ == "__main__":
    PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    os.environ["KINDRED_CONFIGS"] = os.path.join(SOURCE, "configs")
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
