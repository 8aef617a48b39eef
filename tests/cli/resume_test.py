#!/usr/bin/python3
"""A run that is stopped is kept, and goes on to the same bytes and the same tables.

Usage: resume_test.py PROGRAM SOURCE [TEST...]
"""

import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from resume_study import StudyCase, remove_run, run_tests, start  # noqa: E402

NETWORK = "tail,head\n" + "".join(f"{i},{(i + k) % 60}\n" for i in range(60) for k in (1, 2, 3))
ON_FILE = """\
schema: 1
seed: 5
time: {burn_in: 200 weeks, run: 100 weeks}
society: {network: {kind: file, path: net.csv}}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks}
replicates: {societies: 1, per_society: 4}
"""
EVERY_WEEK = ("--checkpoint-every", "0s")


class Resume(StudyCase):
    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def states(self):
        folder = self.path("a.h5.checkpoint")
        return sorted(name for name in os.listdir(folder) if name.startswith("task-"))

    def stop(self, *arguments, states=1, which=signal.SIGTERM, scenario="study.yaml", period=EVERY_WEEK, after=0.0):
        """Runs until so many tasks have a state on the disk, then asks to stop."""
        run = start(self.program, ["run", scenario, "-o", "a.h5", "-q", *period, *arguments], self.folder, self.environment)
        folder = self.path("a.h5.checkpoint")
        while run.poll() is None:
            if os.path.exists(folder) and len(self.states()) >= states:
                break
            if not period and os.path.exists(self.path("a.h5.spool")):
                break
            time.sleep(0.001)
        time.sleep(after)
        self.assertIsNone(run.poll(), "the run was over before it could be stopped")
        run.send_signal(which)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 75, err)
        self.assertEqual(out, "")
        self.assertIn("Go on with: kindred resume a.h5", err)
        self.assertFalse(os.path.exists(self.path("a.h5")))
        return err

    def finish(self, *arguments, **more):
        """Resumes, and holds what comes out against the run that was left alone."""
        done = self.kindred("resume", "a.h5", *arguments, **more)
        self.assertTrue(self.read("a.h5") == self.bytes, "the bytes differ")
        self.assertEqual(done.stdout.replace("a.h5", "whole.h5"), self.tables)
        left = sorted(name for name in os.listdir(self.folder) if name.startswith("a.h5"))
        self.assertEqual(left, ["a.h5", "a.h5.log"])
        return done

    def test_every_signal_stops_and_resume_goes_on(self):
        for which, states in ((signal.SIGTERM, 1), (signal.SIGUSR1, 3), (signal.SIGHUP, 6), (signal.SIGINT, 8)):
            with self.subTest(which):
                self.stop(states=states, which=which)
                self.finish("-q")
                remove_run(self.path("a.h5"))

    def test_a_stop_right_at_the_start_keeps_what_there_is(self):
        self.stop(period=())  # no checkpoint was due
        self.finish()

    def test_without_periodic_checkpoints_a_stop_keeps_everything_too(self):
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "a.h5", "--checkpoint-every", "never", "--threads", "1"],
                    self.folder, self.environment)
        while not os.path.exists(self.path("a.h5.spool")):
            time.sleep(0.001)
        time.sleep(0.1)
        self.assertFalse(os.path.exists(self.path("a.h5.checkpoint")))
        run.terminate()
        run.communicate()
        self.assertEqual(run.returncode, 75)
        self.finish()

    def test_threads_lanes_and_instruction_sets_may_change(self):
        with open("/proc/cpuinfo", encoding="ascii") as file:
            wide = "avx2" in file.read()
        self.stop("--threads", "2", "--widest", "2", states=2)
        self.finish("--threads", "1", "--widest", "16", KINDRED_ISA="v2")
        remove_run(self.path("a.h5"))
        self.stop("--threads", "1", states=2)
        self.finish("--threads", "5", "--widest", "1", KINDRED_ISA="v3" if wide else "v2")

    def test_the_tables_are_right_also_when_the_last_frame_was_sittings_ago(self):
        rare = "record.population=26 weeks"  # the last frame is that of week 26, of 50
        tables = self.kindred("run", "study.yaml", "-q", "-o", "b.h5", rare).stdout
        self.stop(rare)
        for sitting in range(80):  # longer and longer, for the sake of a busy machine
            run = start(self.program, ["resume", "a.h5", "-q"], self.folder, self.environment)
            time.sleep(0.05 + 0.02 * sitting)
            run.send_signal(signal.SIGUSR1)
            out, err = run.communicate()
            if run.returncode != 75:
                break
        self.assertEqual(run.returncode, 0, err)
        self.assertEqual(out.replace("a.h5", "b.h5"), tables)
        self.assertTrue(self.read("a.h5") == self.read("b.h5"))

    def test_a_run_may_be_stopped_many_times(self):
        self.stop()
        stops = 0
        while True:
            run = start(self.program, ["resume", "a.h5", "-q", "--checkpoint-every", "0.05s"], self.folder, self.environment)
            time.sleep(0.08 + 0.02 * stops)
            run.send_signal(signal.SIGUSR1)
            _, err = run.communicate()
            self.assertIn(run.returncode, (0, 75), err)
            if run.returncode == 0:
                break
            stops += 1
            self.assertLess(stops, 60, "no sitting gets any further")
        self.assertTrue(self.read("a.h5") == self.bytes)

    def test_a_signal_while_the_file_is_laid_out_loses_nothing(self):
        for _ in range(5):
            run = start(self.program, ["run", "study.yaml", "-q", "-o", "a.h5", *EVERY_WEEK], self.folder, self.environment)
            while run.poll() is None and not os.path.exists(self.path("a.h5.part")):
                time.sleep(0.0002)
            run.send_signal(signal.SIGTERM)
            run.send_signal(signal.SIGTERM)  # asked twice: at once
            run.communicate()
            if run.returncode != 0:
                self.assertEqual(run.returncode, -signal.SIGTERM)
                if os.path.exists(self.path("a.h5.checkpoint/run")):
                    self.kindred("resume", "a.h5", "-q")
            self.assertTrue(self.read("a.h5") == self.bytes)
            remove_run(self.path("a.h5"))

    def test_a_checkpoint_is_left_by_a_kill_too(self):
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "a.h5", *EVERY_WEEK], self.folder, self.environment)
        while run.poll() is None and not (os.path.exists(self.path("a.h5.checkpoint/run")) and len(self.states()) > 3):
            time.sleep(0.001)
        run.kill()
        run.communicate()
        self.finish()

    def test_a_damaged_state_begins_its_task_again(self):
        for damage in ("bit", "cut", "empty", "foreign", "gone", "half-written"):
            with self.subTest(damage):
                self.stop(states=3)
                name = "a.h5.checkpoint/" + self.states()[0]
                content = bytearray(self.read(name))
                if damage == "bit":
                    content[len(content) // 2] ^= 1
                if damage == "cut":
                    content = content[:-1]
                if damage == "empty":
                    content = b""
                if damage == "foreign":
                    content = self.read("a.h5.checkpoint/" + self.states()[1])
                if damage == "gone":
                    os.remove(self.path(name))
                elif damage == "half-written":
                    self.write(name + ".part", bytes(content[:1000]))
                else:
                    self.write(name, bytes(content))
                err = self.finish("-q").stderr
                self.assertEqual("what was kept of 1 task is damaged or incomplete" in err,
                                 damage not in ("gone", "half-written"))
                remove_run(self.path("a.h5"))

    def test_a_spool_that_lost_its_end_or_itself_costs_only_the_tasks_behind(self):
        for keep in (0.9, 0.3, 0, None):
            with self.subTest(keep):
                self.stop(states=5)
                spool = self.read("a.h5.spool")
                if keep is None:
                    os.remove(self.path("a.h5.spool"))
                else:
                    self.write("a.h5.spool", spool[:int(len(spool) * keep)])
                self.assertIn("damaged or incomplete", self.finish("-q").stderr)
                remove_run(self.path("a.h5"))

    def test_a_changed_scenario_or_manifest_is_refused_and_nothing_is_lost(self):
        self.stop()
        plan = self.read("a.h5.checkpoint/plan.yaml")
        self.write("a.h5.checkpoint/plan.yaml", plan.replace(b"seed: 77", b"seed: 78"))
        self.assertIn("was changed", self.kindred("resume", "a.h5", expect=2).stderr)
        os.remove(self.path("a.h5.checkpoint/plan.yaml"))
        manifest = self.read("a.h5.checkpoint/run")
        self.write("a.h5.checkpoint/run", manifest[:-3] + b"abc")
        self.assertIn("is damaged", self.kindred("resume", "a.h5", expect=74).stderr)
        self.write("a.h5.checkpoint/run", manifest)
        self.finish()

    def test_a_changed_network_file_is_refused(self):
        self.write("net.csv", NETWORK)
        self.write("file.yaml", ON_FILE)
        self.kindred("run", "file.yaml", "-q", "-o", "b.h5")
        self.stop(scenario="file.yaml")
        self.write("net.csv", NETWORK + "0,30\n")
        self.assertIn("has changed since the run began", self.kindred("resume", "a.h5", expect=2).stderr)
        os.remove(self.path("net.csv"))
        self.assertIn("is gone", self.kindred("resume", "a.h5", expect=2).stderr)
        self.write("net.csv", NETWORK)
        elsewhere = subprocess.run([self.program, "resume", self.path("a.h5"), "-q"], cwd=self.root, env=self.environment,
                                   capture_output=True, text=True, timeout=60)
        self.assertEqual(elsewhere.returncode, 0, elsewhere.stderr)
        self.assertEqual(self.read("a.h5"), self.read("b.h5"))

    def test_what_cannot_be_resumed_says_why(self):
        self.assertIn("there is no unfinished run", self.kindred("resume", "a.h5", expect=2).stderr)
        self.kindred("run", "study.yaml", "-q", "-o", "a.h5", "time.burn_in=0 weeks", "time.run=30 weeks",
                     "replicates.societies=1")
        self.assertIn("is finished", self.kindred("resume", "a.h5", expect=2).stderr)
        self.write("b.h5.spool", "abc")
        self.assertIn("before its first checkpoint", self.kindred("resume", "b.h5", expect=2).stderr)
        self.assertIn("'5 minutes' is no time",
                      self.kindred("run", "study.yaml", "-o", "c.h5", "--checkpoint-every", "5 minutes", expect=2).stderr)

    def test_run_does_not_overwrite_an_unfinished_run_unless_told_to(self):
        self.stop()
        refused = self.kindred("run", "study.yaml", "-q", "-o", "a.h5", expect=2)
        self.assertIn("go on with 'kindred resume a.h5'", refused.stderr)
        self.assertTrue(os.path.exists(self.path("a.h5.checkpoint/run")))
        done = self.kindred("run", "study.yaml", "-q", "-o", "a.h5", "--force")
        self.assertTrue(self.read("a.h5") == self.bytes)
        self.assertEqual(done.stdout.replace("a.h5", "whole.h5"), self.tables)
        self.assertFalse(os.path.exists(self.path("a.h5.checkpoint")))

    def test_a_result_that_is_being_replaced_stays_until_the_new_one_is_there(self):
        self.kindred("run", "study.yaml", "-q", "-o", "a.h5", "seed=3")
        before = self.read("a.h5")
        run = start(self.program, ["run", "study.yaml", "-q", "-f", "-o", "a.h5", *EVERY_WEEK], self.folder, self.environment)
        while not os.path.exists(self.path("a.h5.checkpoint/run")):
            time.sleep(0.001)
        run.terminate()
        run.communicate()
        self.assertEqual(run.returncode, 75)
        self.assertEqual(self.read("a.h5"), before)
        self.assertIn("an unfinished run will replace", self.kindred("inspect", "a.h5").stderr)
        self.finish()

    def test_two_processes_do_not_work_on_one_output(self):
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "a.h5", "society.persons=5000", *EVERY_WEEK], self.folder,
                    self.environment)
        while not os.path.exists(self.path("a.h5.checkpoint/run")):
            time.sleep(0.001)
        for words in (["resume", "a.h5"], ["run", "study.yaml", "-f", "-o", "a.h5"]):
            self.assertIn("being written by another run", self.kindred(*words, expect=74).stderr)
            self.assertTrue(os.path.exists(self.path("a.h5.checkpoint/run")))
        self.assertIsNone(run.poll())
        run.terminate()
        run.communicate()
        self.assertEqual(run.returncode, 75)

    def test_inspect_tells_how_far_an_unfinished_run_has_come(self):
        self.stop(states=3)
        shown = self.kindred("inspect", "a.h5").stdout
        self.assertIn("a.h5 is not finished", shown)
        self.assertIn("of 80", shown)
        self.assertIn("Go on with: kindred resume a.h5", shown)
        listed = json.loads(self.kindred("inspect", "a.h5", "--json").stdout)
        self.assertEqual(len(listed["tasks"]), len(self.states()))
        self.assertEqual(listed["tasks"][0]["weeks"], 80)
        worlds = sum(task["count"] * task["weeks_done"] for task in listed["tasks"])
        self.assertAlmostEqual(listed["share_done"], worlds / (14 * 4 * 80), 6)
        self.assertIn("seed: 77", self.kindred("inspect", "a.h5", "--config").stdout)
        self.kindred("inspect", "a.h5", "--check", expect=1)

    def test_the_log_has_a_line_for_each_sitting(self):
        self.stop()
        self.finish()
        lines = self.read("a.h5.log").decode().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn("stopped (stopped on request)", lines[0])
        self.assertIn("resume on ", lines[1])
        self.assertTrue(lines[1].endswith("finished"))

    def test_a_run_that_fails_by_itself_leaves_no_checkpoint(self):
        run = start(self.program, ["run", "study.yaml", "-q", "-o", "a.h5", *EVERY_WEEK,
                              "model.attachment.parameters.distress_stability=0.9999",
                              "model.attachment.parameters.distress_residual=3"], self.folder, self.environment)
        _, err = run.communicate()
        if run.returncode == 0:
            self.skipTest("these parameters no longer drive the model out of its range")
        self.assertEqual(run.returncode, 2, err)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("a.h5")], [])

    def test_a_full_disk_keeps_the_run(self):
        small = self.path("small")
        os.mkdir(small)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("needs the right to mount a small file system")
        try:
            ballast, output = os.path.join(small, "ballast"), os.path.join(small, "a.h5")
            for left in range(200_000, 14_000_000, 600_000):
                with open(ballast, "wb") as file:
                    file.write(bytes(24 * 1024 * 1024 - 3_000_000 - left))
                done = subprocess.run([self.program, "run", "study.yaml", "-q", "-o", output, *EVERY_WEEK], cwd=self.folder,
                                      env=self.environment, capture_output=True, text=True, timeout=60, check=False)
                os.remove(ballast)
                if done.returncode == 75:
                    self.assertIn("make room first", done.stderr)
                    again = subprocess.run([self.program, "resume", output, "-q"], env=self.environment, capture_output=True,
                                           text=True, timeout=60, check=False)
                    self.assertEqual(again.returncode, 0, again.stderr)
                    self.seen.add("kept")
                elif done.returncode == 74:
                    self.assertIn("No space left", done.stderr)
                    self.assertEqual(os.listdir(small), [])
                    self.seen.add("nothing kept yet")
                if done.returncode in (0, 75):
                    with open(output, "rb") as file:
                        self.assertTrue(file.read() == self.bytes)
                if done.returncode == 0:
                    break
                remove_run(output)
            self.assertIn("kept", self.seen)
        finally:
            subprocess.run(["umount", "-l", small], check=False)

    seen = set()

    def test_a_disk_that_is_surely_too_small_is_refused_before_the_first_week(self):
        small = self.path("small")
        os.mkdir(small)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("needs the right to mount a small file system")
        try:
            words = ["society.persons=5000", "record.persons.sample=all", "time.run=400 weeks"]
            refused = self.kindred("run", "study.yaml", "-o", "small/a.h5", *words, expect=74)
            self.assertIn("this run needs at least", refused.stderr)
            self.assertEqual(os.listdir(small), [])
            self.assertIn("may need up to",
                          self.kindred("run", "study.yaml", "-f", "-o", "small/b.h5", expect=74).stderr)
        finally:
            subprocess.run(["umount", "-l", small], check=False)

    def test_a_folder_that_cannot_be_written_is_refused(self):
        self.assertIn("-o /proc/a.h5", self.kindred("run", "study.yaml", "-o", "/proc/a.h5", expect=2).stderr)


if __name__ == "__main__":
    run_tests(__doc__)
