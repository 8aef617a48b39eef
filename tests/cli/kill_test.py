#!/usr/bin/python3
"""A run that is killed at any moment, again and again, and resumed each time, ends with the bytes of one that was
left alone.

Usage: kill_test.py PROGRAM SOURCE N SEED     N kills (SIGKILL) at random moments of run and resume

Threads, widest ensemble, instruction set and time between checkpoints are drawn anew for every sitting. Some sittings
are asked to stop (SIGTERM) instead, and some spools and states lose their end, as after a power cut.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from resume_study import STUDY, default_signals, environment  # noqa: E402


def flags_of():
    with open("/proc/cpuinfo", encoding="ascii") as file:
        return next(line for line in file if line.startswith("flags")).split()


def instruction_sets():
    flags = flags_of()
    return ["v2"] + (["v3"] if "avx2" in flags else []) + (["v4"] if "avx512vl" in flags else [])


class Killer:
    def __init__(self, program, source, seed):
        self.program, self.source, self.luck = os.path.abspath(program), source, random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="kindred-kill-")
        self.sets = instruction_sets()
        self.counts = dict.fromkeys(("kills", "before any checkpoint", "during run", "during resume", "stops", "torn spools",
                                     "torn states", "finished", "while laying out"), 0)
        with open(os.path.join(self.folder, "study.yaml"), "w", encoding="ascii") as file:
            file.write(STUDY)
        began = time.monotonic()
        done = subprocess.run([self.program, "run", "study.yaml", "-q", "-o", "whole.h5"], cwd=self.folder,
                              env=environment(source), capture_output=True, text=True, check=True)
        self.seconds = time.monotonic() - began
        self.bytes, self.text = self.read("whole.h5"), done.stdout.replace("whole.h5", "a.h5")

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def cut(self, path, name):
        size = os.path.getsize(path)
        with open(path, "r+b") as file:
            file.truncate(self.luck.randrange(max(0, size - 20000), size + 1))
        self.counts[name] += 1

    def tear(self):
        """What a power cut may leave of files that were not made durable: the spool's end, or a file half written."""
        spool = self.path("a.h5.spool")
        if self.luck.random() < 0.1 and os.path.exists(spool):
            self.cut(spool, "torn spools")
        folder = self.path("a.h5.checkpoint")
        states = [name for name in os.listdir(folder) if name.startswith("task-")] if os.path.isdir(folder) else []
        if states and self.luck.random() < 0.1:
            self.cut(os.path.join(folder, self.luck.choice(states)), "torn states")

    def sitting(self):
        """One sitting, perhaps killed. @returns whether the run is finished"""
        resuming = os.path.exists(self.path("a.h5.checkpoint/run"))
        words = ["resume", "a.h5"] if resuming else ["run", "study.yaml", "-o", "a.h5"]
        words += ["-q", "--threads", str(self.luck.choice((1, 2, 3))), "--widest", str(self.luck.choice((1, 2, 8, 16))),
                  "--checkpoint-every", self.luck.choice(("0s", "0.02s", "0.1s", "0.5s"))]
        process = subprocess.Popen([self.program, *words], cwd=self.folder, preexec_fn=default_signals,
                                   env=environment(self.source, KINDRED_ISA=self.luck.choice(self.sets)),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        limit = self.luck.uniform(0, 0.7 * self.seconds) if self.luck.random() < 0.9 else 60
        laying = limit < 60 and self.luck.random() < 0.2
        begun = time.monotonic()
        end = time.monotonic() + (60 if laying else limit)
        while process.poll() is None and time.monotonic() < end:
            if laying and os.path.exists(self.path("a.h5.part")):
                self.counts["while laying out"] += 1
                break
            time.sleep(0.0005)
        killed = process.poll() is None
        if killed and self.luck.random() < 0.15 and not laying:
            process.terminate()
            self.counts["stops"] += 1
            killed = False
        elif killed:
            process.kill()
        out, err = process.communicate()
        # nobody listens to signals before main() has begun: a stop while libraries are being loaded is a kill
        if process.returncode == -signal.SIGTERM and time.monotonic() - begun < 0.3:
            killed = True
        if killed:
            self.counts["kills"] += 1
            self.counts["during resume" if resuming else "during run"] += 1
            if not os.path.exists(self.path("a.h5.checkpoint/run")):
                self.counts["before any checkpoint"] += 1
            self.tear()
            # killed between the file's name and the end of cleaning up: the file is there, and nothing to go on from
            return os.path.exists(self.path("a.h5")) and not os.path.exists(self.path("a.h5.checkpoint/run"))
        assert process.returncode in (0, 75), (words, process.returncode, err)
        if process.returncode == 75:
            assert os.path.exists(self.path("a.h5.checkpoint/run")), err
            return False
        assert out == self.text, f"the tables differ after {words}:\n{out}"
        left = sorted(name for name in os.listdir(self.folder) if name.startswith("a.h5"))
        assert left == ["a.h5", "a.h5.log"], left
        return True

    def run(self, kills):
        while self.counts["kills"] < kills:
            while not self.sitting():
                pass
            assert self.read("a.h5") == self.bytes, f"the file differs; it lies in {self.folder}"
            self.counts["finished"] += 1
            for ending in ("", ".spool", ".log", ".part"):
                if os.path.exists(self.path("a.h5" + ending)):
                    os.remove(self.path("a.h5" + ending))
            shutil.rmtree(self.path("a.h5.checkpoint"), ignore_errors=True)
        print(", ".join(f"{name}: {count}" for name, count in self.counts.items()))
        assert self.counts["during resume"] > 0 and self.counts["finished"] > 0, "the test tested nothing"
        shutil.rmtree(self.folder)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    killer = Killer(sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[4]))
    killer.run(int(sys.argv[3]))
