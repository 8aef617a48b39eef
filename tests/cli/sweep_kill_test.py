"""Shards that are killed (SIGKILL) at random moments and started again end in the same merged bytes.

Usage: sweep_kill_test.py PROGRAM SOURCE_DIR [N SEED]     N kills that hit a living process; a seed names the moments
"""
import os
import random
import shutil
import sys
import tempfile
import time

from sweep_support import SCENARIO, SWEEP, Desk

SHARDS = 3
TEXT = SCENARIO.replace("run: 60 weeks", "run: 2 years").replace("persons: 120", "persons: 400") + SWEEP.replace(
    "[100, 104, 108, 112, 116, 120]", "[360, 400, 440]")


def start(desk, shard, rng):
    return desk.start("run", "cut", "--shard", f"{shard}/{SHARDS}", "-q", "--threads", rng.choice("12"), "--widest",
                      rng.choice(["1", "8", "16"]))


def kill_once(desk, rng, longest):
    """True when a shard was killed before it was done."""
    shard = rng.randrange(SHARDS)
    going = start(desk, shard, rng)
    time.sleep(rng.uniform(0, longest))
    going.kill()
    going.communicate()
    if going.returncode == -9 and rng.random() < .3:  # a power cut may leave less than was written
        shards = desk.path("cut", "shards")
        for name in sorted(os.listdir(shards)):
            path = os.path.join(shards, name)
            if name.startswith(f"{shard:04}") and name.endswith(".part"):
                os.truncate(path, max(0, os.path.getsize(path) - rng.randrange(1, 3000)))
    return going.returncode == -9


def main(program, source, kills="10", seed="1"):
    rng, kills, rounds = random.Random(int(seed)), int(kills), 0
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(os.path.abspath(program), os.path.abspath(source), folder)
        desk.plan("whole", TEXT)
        started = time.monotonic()
        desk.sweep("run", "whole", "-q", "--threads", "1")
        longest = (time.monotonic() - started) / SHARDS
        whole = desk.merged("whole")
        done = wasted = 0
        while done < kills:
            desk.plan("cut", TEXT)
            rounds += 1
            for _ in range(6):
                if done == kills:
                    break
                hit = kill_once(desk, rng, longest)
                done, wasted = done + hit, wasted + (not hit)
                desk.status("cut")  # whatever a kill leaves can be read
            for shard in range(SHARDS):
                going = start(desk, shard, rng)
                said = going.communicate()[0]
                assert going.returncode == 0, said
            assert desk.merged("cut") == whole, f"seed {seed}, round {rounds}, after {done} kills"
            assert len(os.listdir(desk.path("cut", "shards"))) == SHARDS, os.listdir(desk.path("cut", "shards"))
            shutil.rmtree(desk.path("cut"))
        print(f"{done} kills in {rounds} sweeps (seed {seed}; {wasted} came too late): the same bytes every time")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
