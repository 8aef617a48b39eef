#!/usr/bin/python3
"""What an unfinished run has recorded can be laid out as a file of its own: every value in it is that of the whole
run, what is missing is marked, and the run goes on to its own bytes as if nothing had happened.

Usage: salvage_test.py PROGRAM SOURCE [TEST...]
"""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

import h5py
import numpy as np

warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
import xarray  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from resume_study import STUDY, default_signals, environment, remove_run, start  # noqa: E402

PROGRAM = SOURCE = ""
EVERY_WEEK = ("--checkpoint-every", "0s")
MISSING = {"i1": -127, "i4": -2147483647, "i8": -9223372036854775806}
BURN_IN = 30


def is_missing(values):
    return np.isnan(values) if values.dtype.kind == "f" else values == MISSING[values.dtype.str[1:]]


class Salvage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="kindred-salvage-")
        cls.environment = environment(SOURCE)
        with open(os.path.join(cls.root, "study.yaml"), "w", encoding="ascii") as file:
            file.write(STUDY)
        subprocess.run([PROGRAM, "run", "study.yaml", "-q", "-o", "whole.h5"], cwd=cls.root, env=cls.environment,
                       capture_output=True, text=True, check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.root)
        for name in ("study.yaml", "whole.h5"):
            shutil.copy(os.path.join(self.root, name), self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def kindred(self, *arguments, expect=0):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(done.returncode, expect, f"kindred {' '.join(arguments)}\n{done.stdout[-500:]}{done.stderr}")
        return done

    def interrupt(self, which, *words, states=1, after=0.0, period=EVERY_WEEK, limit=None):
        """Runs until so many tasks have a state, then ends the run."""
        def prepare():
            default_signals()
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        run = subprocess.Popen([PROGRAM, "run", "study.yaml", "-o", "a.h5", "-q", *period, *words], cwd=self.folder,
                               env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=prepare)
        folder = self.path("a.h5.checkpoint")
        while which and run.poll() is None:
            if os.path.exists(folder) and sum(name.startswith("task-") and not name.endswith(".part")
                                              for name in os.listdir(folder)) >= states:
                break
            time.sleep(0.001)
        time.sleep(after)
        if which:
            run.send_signal(which)
        _, err = run.communicate(timeout=120)
        self.assertFalse(os.path.exists(self.path("a.h5")), "the run was over before it could be stopped")
        return run.returncode, err

    def kept(self):
        """A digest of everything the run keeps."""
        names = [self.path("a.h5.spool")] + [os.path.join(self.path("a.h5.checkpoint"), name)
                                             for name in sorted(os.listdir(self.path("a.h5.checkpoint")))]
        digest = hashlib.sha256()
        for name in names:
            with open(name, "rb") as file:
                digest.update(name.encode() + file.read())
        return digest.hexdigest()

    def salvage(self, *words, whole="whole.h5"):
        before = self.kept()
        done = self.kindred("inspect", "a.h5", "--salvage", "partial.h5", "-f", *words)
        self.assertEqual(self.kept(), before, "the salvage has changed what the run keeps")
        checked = self.kindred("inspect", "partial.h5", "--check")
        self.assertIn("partial.h5 is incomplete: laid out from a run that was not finished", checked.stderr)
        with h5py.File(self.path("partial.h5")) as partial, h5py.File(self.path(whole)) as full:
            self.compare(partial, full)
        return done

    def compare(self, partial, full):
        """Every value of the part is that of the whole, or marked as missing."""
        self.assertTrue(set(partial) <= set(full))
        for group in partial:
            with xarray.open_dataset(self.path("partial.h5"), group=group) as opened:
                self.assertGreater(len(opened.variables), 1)
            if group in ("ties", "closeness", "graph"):
                self.compare_table(partial[group], full[group], group)
                continue
            for name in partial[group]:
                part, whole = partial[group][name], full[group][name]
                if part.dtype.kind == "O":
                    self.assertEqual(list(part[()].ravel()), list(whole[()].ravel()))
                    continue
                values = part[()]
                expected = whole[()][tuple(slice(n) for n in values.shape)]
                dims = [dim.keys()[0].split("/")[-1] if len(dim) else name for dim in part.dims]
                if dims[:3] == ["time", "arm", "replicate"]:
                    self.compare_frames(values, expected, group, name)
                else:
                    same = (values == expected) | (np.isnan(values) & np.isnan(expected) if values.dtype.kind == "f"
                                                   else False)
                    nobody = group == "effects" and values.dtype.kind == "i"
                    self.assertTrue(np.all(same | is_missing(values) | (nobody & (values == 0))), f"{group}/{name}")

    def compare_frames(self, values, expected, group, name):
        for replicate in range(values.shape[2]):
            there = self.frames_there(group, replicate, values.shape[0])
            np.testing.assert_array_equal(values[:there, :, replicate], expected[:there, :, replicate],
                                          f"{group}/{name}, replicate {replicate}")
            rest = values[there:, :, replicate]
            nobody = group == "effects" and values.dtype.kind == "i"
            self.assertTrue(np.all((rest == 0) if nobody else is_missing(rest)),
                            f"{group}/{name}, replicate {replicate}: something behind the last whole frame")

    def frames_there(self, group, replicate, length):
        """By a variable of the group that is never missing when its frame is there."""
        with h5py.File(self.path("partial.h5")) as file:
            sample = {"population": "persons", "persons": "treated", "state": "state_hash", "effects": "persons"}[group]
            values = file[group][sample][()][:, :, replicate]
            gone = values == 0 if group == "effects" else is_missing(values)
            gone = gone.reshape(length, -1)
            if group == "effects":
                return 0 if gone.all() else length
            there = ~gone.any(axis=1)
            self.assertEqual(list(there), sorted(there, reverse=True))
            return int(there.sum())

    def compare_table(self, part, whole, group):
        """Rows by arm and replicate (or society)."""
        def rows_of(table):
            names = sorted(name for name in table if name not in ("spell", "tie"))
            columns = {name: table[name][()] for name in names}
            keys = list(zip(*(columns[name] for name in ("replicate", "arm", "society") if name in columns)))
            found = {}
            for i, key in enumerate(keys):
                found.setdefault(tuple(key), []).append(tuple(columns[name][i] for name in names))
            return names, found
        names, ours = rows_of(part)
        _, theirs = rows_of(whole)
        if group != "ties":
            for key, rows in ours.items():
                self.assertEqual(rows, theirs[key])
            return
        at = {name: names.index(name) for name in names}
        for key, rows in ours.items():
            if rows == theirs[key]:
                continue  # finished
            weeks = {row[at["terminus"]] for row in rows if row[at["terminus_censored"]]}
            self.assertEqual(len(weeks), 1, "bonds under way are censored in one week")
            week = weeks.pop()
            expected = []
            for row in theirs[key]:
                row = list(row)
                if row[at["onset"]] > week:
                    continue
                if row[at["terminus"]] > week or row[at["terminus_censored"]]:
                    row[at["terminus"]], row[at["terminus_censored"]] = week, 1
                expected.append(tuple(row))
            self.assertEqual(sorted(rows), sorted(expected), f"bonds of {key} until week {week}")

    def resume(self):
        self.kindred("resume", "a.h5", "-q")
        with open(self.path("a.h5"), "rb") as one, open(self.path("whole.h5"), "rb") as other:
            self.assertTrue(one.read() == other.read(), "the bytes differ")
        remove_run(self.path("a.h5"))

    def marks(self):
        with h5py.File(self.path("partial.h5")) as file:
            return {name: file.attrs[name] for name in ("weeks_present", "weeks_complete", "replicates_complete")}

    # --------------------------------------------------------------------------------------------------------

    def test_a_run_that_was_stopped_is_laid_out_and_goes_on(self):
        complete = []
        for states, after in ((1, 0.02), (2, 0.05), (5, 0.02), (7, 0.02)):
            with self.subTest(states=states):
                code, _ = self.interrupt(signal.SIGTERM, "--threads", "2", states=states, after=after)
                self.assertEqual(code, 75)
                said = self.salvage().stdout
                self.assertIn(" of 4 replicates are complete", said)
                self.assertIn("Go on with: kindred resume a.h5", said)
                complete.append(int(self.marks()["replicates_complete"]))
                self.resume()
        self.assertLess(min(complete), 4)

    def test_a_run_that_was_killed_is_laid_out_and_goes_on(self):
        for states in (1, 4, 8):
            with self.subTest(states=states):
                code, _ = self.interrupt(signal.SIGKILL, "--threads", "1", states=states, after=0.01 * states)
                self.assertEqual(code, -9)
                self.salvage()
                self.resume()

    def test_effects_are_there_of_replicates_that_are_complete_and_of_no_others(self):
        self.interrupt(signal.SIGTERM, "--threads", "1", states=7)
        self.salvage()
        with h5py.File(self.path("partial.h5")) as file:
            self.assertIn("effects", file)
            known = [bool((file["effects/persons"][:, :, r] > 0).any()) for r in range(4)]
            self.assertTrue(any(known) and not all(known), known)
            self.assertEqual(sum(known), int(self.marks()["replicates_complete"]))
        self.assertIn("course against waitlist", self.kindred("effects", "partial.h5").stdout)
        self.resume()
        self.interrupt(signal.SIGTERM, "--threads", "1", states=1)
        self.salvage()
        with h5py.File(self.path("partial.h5")) as file:
            self.assertNotIn("effects", file)
        self.assertIn("holds no effects", self.kindred("effects", "partial.h5", expect=2).stderr)

    def test_a_run_on_a_full_disk_is_laid_out_elsewhere(self):
        code, err = self.interrupt(None, limit=os.path.getsize(self.path("whole.h5")) // 2)
        self.assertEqual(code, 75, err)
        self.salvage()
        self.resume()

    def test_a_torn_spool_gives_what_is_whole(self):
        self.interrupt(signal.SIGTERM, "--threads", "1", states=5)
        with open(self.path("a.h5.spool"), "r+b") as file:
            file.truncate(os.path.getsize(self.path("a.h5.spool")) * 3 // 4)
        self.salvage()
        self.resume()

    def test_the_summary_is_the_same_for_programs(self):
        self.interrupt(signal.SIGTERM, "--threads", "1", states=5)
        told = json.loads(self.salvage("--json").stdout)
        self.assertEqual(told["replicates_complete"], int(self.marks()["replicates_complete"]))
        self.assertEqual(max(told["last_week"]["persons"] + told["last_week"]["population"] +
                             told["last_week"].get("state", [])), int(self.marks()["weeks_present"]))
        self.assertIn("--salvage NAME.h5", self.kindred("inspect", "a.h5").stdout)

    def test_a_run_that_is_alive_is_left_alone(self):
        run = start(PROGRAM, ["run", "study.yaml", "-q", "-o", "a.h5", "society.persons=5000", *EVERY_WEEK], self.folder,
                    self.environment)
        while not os.path.exists(self.path("a.h5.checkpoint/run")):
            time.sleep(0.001)
        refused = self.kindred("inspect", "a.h5", "--salvage", "partial.h5", expect=74)
        self.assertIn("is being written by another run; stop it first", refused.stderr)
        self.assertFalse(any(name.startswith("partial") for name in os.listdir(self.folder)))
        run.kill()
        run.communicate()

    def test_what_cannot_be_salvaged_says_why(self):
        def refused(text, *words, expect=2):
            self.assertIn(text, self.kindred("inspect", *words, expect=expect).stderr)
        refused("there is no unfinished run of this name", "a.h5", "--salvage", "partial.h5")
        refused("the run is finished", "whole.h5", "--salvage", "partial.h5")
        with open(self.path("b.h5.spool"), "w", encoding="ascii") as file:
            file.write("abc")
        refused("before its first checkpoint", "b.h5", "--salvage", "partial.h5")
        self.interrupt(signal.SIGTERM)
        refused("this is the file that the run will write", "a.h5", "--salvage", "./a.h5")
        refused("the file exists", "a.h5", "--salvage", "whole.h5")
        refused("does not exist; make it first", "a.h5", "--salvage", "nowhere/partial.h5")
        self.resume()
        run = start(PROGRAM, ["run", "study.yaml", "-q", "-o", "a.h5", "--burn-in-only", "society.persons=3000",
                              *EVERY_WEEK], self.folder, self.environment)
        while not os.path.exists(self.path("a.h5.checkpoint/run")):
            time.sleep(0.001)
        run.terminate()
        run.communicate()
        refused("of which only the last week is stored", "a.h5", "--salvage", "partial.h5")

    def test_a_run_that_has_recorded_nothing_gives_no_file(self):
        self.interrupt(signal.SIGTERM, "record.from=study", "time.burn_in=500 weeks", "--threads", "1")
        refused = self.kindred("inspect", "a.h5", "--salvage", "partial.h5", expect=74)
        self.assertIn("there is nothing to lay out", refused.stderr)
        self.assertFalse(any(name.startswith("partial") for name in os.listdir(self.folder)))

    def test_negative_control_the_part_of_one_run_is_not_that_of_another(self):
        self.interrupt(signal.SIGTERM, "--threads", "1", states=5)
        self.kindred("run", "study.yaml", "-q", "-o", "other.h5", "seed=78")
        with self.assertRaises(AssertionError):
            self.salvage(whole="other.h5")

    def test_a_branched_run_needs_no_burn_in_to_be_laid_out(self):
        words = ("record.from=study", "record.population=5 weeks")
        self.kindred("run", "study.yaml", "-q", "--burn-in-only", "-o", "base.h5")
        self.kindred("run", "study.yaml", "-q", "-o", "branched.h5", "branch=base.h5", *words)
        self.interrupt(signal.SIGTERM, "branch=base.h5", *words, "--threads", "1", states=5)
        os.rename(self.path("base.h5"), self.path("away.h5"))
        self.salvage(whole="branched.h5")
        with h5py.File(self.path("partial.h5")) as one, h5py.File(self.path("branched.h5")) as two:
            self.assertEqual(one.attrs["history"], two.attrs["history"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
