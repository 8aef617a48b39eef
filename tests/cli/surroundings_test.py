#!/usr/bin/python3
"""What happens around a run: disks fill up, folders vanish, clocks are set back, locks are refused. Nothing that was
kept is lost, the exit code says whether the run can go on, and the message what to do. (Signals and kills are in
resume_test.py and kill_test.py, closed and full streams in verbs_test.py.)

Usage: surroundings_test.py PROGRAM SOURCE [TEST...]
"""

import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from resume_study import StudyCase, run_tests, start  # noqa: E402

# Answers in place of the C library: locks that are refused, and a clock that goes back a day with every look.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
int flock(int file, int operation) {
  const char* error = getenv("FAKE_FLOCK");
  if (error) { errno = atoi(error); return -1; }
  return ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(file, operation);
}
int clock_gettime(clockid_t clock, struct timespec* now) {
  static long looks;
  const int failed = ((int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime"))(clock, now);
  if (getenv("FAKE_CLOCK") && clock == CLOCK_REALTIME)
    now->tv_sec -= 86400 * __atomic_add_fetch(&looks, 1, __ATOMIC_SEQ_CST);
  return failed;
}
"""
ENOLCK, ENOSYS, EWOULDBLOCK = 37, 38, 11
EVERY_WEEK = ("--checkpoint-every", "0s")


class Surroundings(StudyCase):
    kept_in = "/dev/shm" if os.path.isdir("/dev/shm") else None  # a checkpoint every week takes long on a disk

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shim = os.path.join(cls.root, "shim.so")
        made = subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", cls.shim, "-", "-ldl"], input=SHIM, text=True,
                              capture_output=True, check=False)
        if made.returncode != 0:
            cls.shim = None

    def setUp(self):
        super().setUp()
        self.mounted = []

    def tearDown(self):
        for place in self.mounted:
            subprocess.run(["umount", "-l", place], check=False)

    def with_shim(self, **more):
        if self.shim is None:
            self.skipTest("needs a C compiler")
        return dict(more, LD_PRELOAD=self.shim)

    def mount(self, name, options):
        place = self.path(name)
        os.mkdir(place)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True,
                          check=False).returncode:
            self.skipTest("needs the right to mount a small file system")
        self.mounted.append(place)
        return place

    def remount(self, place, options):
        subprocess.run(["mount", "-o", "remount," + options, place], check=True)

    def is_whole(self, name):
        self.assertTrue(self.read(name) == self.bytes, "the bytes differ")

    # --- full disks ---

    def test_a_disk_that_fills_up_during_the_run_or_its_layout_keeps_all(self):
        seen = set()
        for kilobytes in range(5500, 16000, 500):  # from less than what is recorded to room for the file beside it
            disk = self.mount(f"disk-{kilobytes}", f"size={kilobytes}k")
            output = os.path.join(disk, "a.h5")
            run = start(self.program, ["run", "study.yaml", "-q", "-o", output, *EVERY_WEEK], self.folder, self.environment)
            _, error = run.communicate(timeout=120)
            phase = "layout" if re.search(r"a\.h5\.part: needs \d+ MiB", error) else "run"
            if run.returncode != 75 or phase in seen:
                self.assertIn(run.returncode, (0, 74, 75), error)  # 74: before anything was kept
                self.assertNotEqual((run.returncode, phase), (74, "layout"))
                continue
            seen.add(phase)
            self.assertIn("No space left on device; make room first", error)
            self.assertIn(f"Go on with: kindred resume {output}", error)
            self.assertFalse(os.path.exists(output) or os.path.exists(output + ".part"))
            self.kindred("resume", output, "-q", expect=75)  # still full: nothing is lost by trying
            self.remount(disk, "size=64m")
            self.kindred("resume", output, "-q")
            self.is_whole(output)
            if seen == {"run", "layout"}:
                return
        self.fail(f"the disk was never full during {', '.join({'run', 'layout'} - seen)}")

    # --- folders ---

    def test_a_read_only_disk_is_refused_before_the_first_week_and_can_be_read(self):
        disk = self.mount("disk", "size=64m")
        shutil.copy(os.path.join(self.root, "whole.h5"), disk)
        self.kindred("sweep", "plan", "study.yaml", "sweep.design=list", "-o", "disk/x", expect=2)
        self.remount(disk, "ro")
        refused = self.kindred("run", "study.yaml", "-o", "disk/a.h5", expect=2).stderr
        self.assertRegex(refused, r"-o disk/a\.h5: .*(not writable|Read-only).*; choose another place")
        self.assertEqual(os.listdir(disk), ["whole.h5"])
        self.kindred("inspect", "disk/whole.h5", "--check")
        self.kindred("effects", "disk/whole.h5")

    def begun(self, *more):
        """A run that has saved something, in a folder of its own."""
        os.mkdir(self.path("d"))
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "d/a.h5", *more], self.folder, self.environment)
        mark = "d/a.h5.checkpoint" if "0s" in more else "d/a.h5.spool"
        # an empty spool is still being opened: without its folder the run then ends before it has begun
        while run.poll() is None and not (os.path.exists(self.path(mark)) and os.path.getsize(self.path(mark))):
            time.sleep(0.001)
        self.assertIsNone(run.poll(), "the run was over before anything could be taken from it")
        return run

    def test_a_folder_that_is_removed_ends_the_run_which_says_so(self):
        for period in (EVERY_WEEK, ("--checkpoint-every", "never")):
            run = self.begun(*period)
            while os.path.exists(self.path("d")):
                shutil.rmtree(self.path("d"), ignore_errors=True)
            _, error = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 74, error)
            self.assertIn("d/a.h5.spool: is no longer there: it or its folder was removed or renamed", error)
            self.assertIn("otherwise run again", error)
            self.assertNotIn("Go on with", error)  # there is nothing to go on from
            self.assertFalse(os.path.exists(self.path("d")))

    def test_a_folder_that_is_renamed_can_be_given_its_name_back(self):
        run = self.begun(*EVERY_WEEK)
        while not any(name.startswith("task-") and not name.endswith(".part")
                      for name in os.listdir(self.path("d/a.h5.checkpoint"))):
            time.sleep(0.001)
        os.rename(self.path("d"), self.path("elsewhere"))
        _, error = run.communicate(timeout=120)
        self.assertEqual(run.returncode, 74, error)
        self.assertIn("give it its name back and try `kindred resume`", error)
        os.rename(self.path("elsewhere"), self.path("d"))
        self.kindred("resume", "d/a.h5", "-q")
        self.is_whole("d/a.h5")

    def test_a_checkpoint_that_is_removed_is_made_again(self):
        run = self.begun(*EVERY_WEEK)
        shutil.rmtree(self.path("d/a.h5.checkpoint"), ignore_errors=True)
        run.communicate(timeout=120)
        self.assertEqual(run.returncode, 0)
        self.is_whole("d/a.h5")

    # --- clocks ---

    def test_a_clock_that_is_set_back_changes_nothing(self):
        backwards = self.with_shim(FAKE_CLOCK="1")
        self.kindred("run", "study.yaml", "-q", "-o", "a.h5", *EVERY_WEEK, **backwards)
        self.is_whole("a.h5")
        with open(self.path("a.h5.log"), encoding="utf-8") as log:
            begun, ended, seconds = log.read().split()[:3]
        self.assertGreater(begun, ended)  # the shim did what it is for
        self.assertGreaterEqual(float(seconds), 0)
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "b.h5", *EVERY_WEEK], self.folder,
                    dict(self.environment, **backwards))
        while run.poll() is None and not os.path.exists(self.path("b.h5.checkpoint")):
            time.sleep(0.001)
        run.terminate()
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, 75)
        for name in os.listdir(self.path("b.h5.checkpoint")):  # files from the future and from long ago
            os.utime(os.path.join(self.path("b.h5.checkpoint"), name), (0, 0) if len(name) % 2 else (2**33, 2**33))
        self.kindred("resume", "b.h5", "-q", **backwards)
        self.is_whole("b.h5")

    # --- locks ---

    def test_a_file_system_without_locks_takes_a_run(self):
        for error in (ENOLCK, ENOSYS):
            self.kindred("run", "study.yaml", "-q", "-f", "-o", "a.h5", **self.with_shim(FAKE_FLOCK=str(error)))
            self.is_whole("a.h5")
        self.kindred("inspect", "a.h5", "--check", **self.with_shim(FAKE_FLOCK=str(ENOLCK)))
        asked = self.with_shim(FAKE_FLOCK=str(ENOLCK), HDF5_USE_FILE_LOCKING="TRUE")
        self.assertIn("unset HDF5_USE_FILE_LOCKING", self.kindred("inspect", "a.h5", expect=74, **asked).stderr)

    def test_a_file_that_is_open_for_writing_elsewhere_is_refused_by_name(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("needs h5py")
        shutil.copy(os.path.join(self.root, "whole.h5"), self.path("a.h5"))
        with h5py.File(self.path("a.h5"), "r+"):
            for words in (("inspect", "a.h5"), ("effects", "a.h5")):
                refused = self.kindred(*words, expect=74).stderr
                self.assertIn("a.h5: is open for writing in another program; close it there and try again", refused)

    def test_an_output_that_is_being_written_is_refused(self):
        refused = self.kindred("run", "study.yaml", "-q", "-o", "a.h5", expect=74,
                               **self.with_shim(FAKE_FLOCK=str(EWOULDBLOCK))).stderr
        self.assertIn("a.h5.spool: is being written by another run", refused)


if __name__ == "__main__":
    run_tests(__doc__)
