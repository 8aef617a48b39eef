#!/usr/bin/python3
"""Small files that claim to be large exhaust no memory and write nothing: limits_test.py PROGRAM SOURCE_DIR"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zlib

import h5py

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
FREE_BYTES = 256 << 20  # bytes_read_freely in sim/record/claims.hpp
ADDRESS_SPACE = 2 << 30
SMALL_KB = 200_000
failures = 0

SCENARIO = """schema: 1
seed: 7
time: {burn_in: 2 weeks, run: 8 weeks}
society: {persons: 60}
model: {attachment: {hypothesis: none}}
arms:
  waitlist: {}
  course: [{programme: active-control, start: 1 week}]
"""


def check(holds, what):
    global failures
    if not holds:
        failures += 1
        print("FAILED:", what)


def run(*words):
    """Exit code, messages and peak memory (KB) of the program, which may not take more than 2 GB of addresses."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen([program, *words], stdout=said, stderr=said, preexec_fn=limit)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read().decode(), used.ru_maxrss


def refused(codes, why, *words):
    code, said, memory = run(*words)
    check(code in codes and why in said, f"{words}: exit {code}, said: {said[-400:]}")
    check(memory < SMALL_KB, f"{words}: took {memory} KB")


def zeros(group, name, values, stored, scale=True):
    """A dataset of zeros, as small as deflate makes it; its chunks are there when they are `stored`."""
    group.pop(name, None)
    chunk = 1 << 20
    made = group.create_dataset(name, shape=(values,), chunks=(chunk,), dtype="f8", compression="gzip", shuffle=True)
    if scale:
        made.make_scale(name)
    packed = zlib.compress(b"\0" * (8 * chunk), 9)
    for first in range(0, values if stored else 0, chunk):
        made.id.write_direct_chunk((first,), packed)


os.chdir(tempfile.mkdtemp())
with open("good.yaml", "w") as file:
    file.write(SCENARIO)
code, said, _ = run("run", "good.yaml", "-q", "-o", "good.h5")
check(code == 0, f"the good scenario does not run: {said}")


def with_dataset(path, name, values, stored, scale=True):
    shutil.copy("good.h5", path)
    with h5py.File(path, "r+") as file:
        zeros(file["effects"], name, values, stored, scale)


# 2^60 values in chunks that were never written
with_dataset("never.h5", "huge", 1 << 60, False)
claims = "claims 1152921504606846976 values, more than the file can hold"
for words in (["inspect"], ["inspect", "--check"], ["inspect", "--diff", "good.h5"], ["effects"],
              ["effects", "-o", "out.csv"], ["effects", "-o", "out.h5"]):
    refused((1, 74), claims, words[0], "never.h5", *words[1:])
refused((1, 74), claims, "inspect", "good.h5", "--diff", "never.h5")
refused((2, 74), "", "resume", "never.h5")
refused((2, 74), "", "inspect", "never.h5", "--salvage", "out.h5")
refused((2, 74), "", "targets", "never.h5")
with open("branch.yaml", "w") as file:
    file.write(SCENARIO + "branch: never.h5\n")
refused((1, 2, 74), "", "run", "branch.yaml", "-o", "out.h5")

# values that are there, packed a thousand times smaller: just over what is read at once
with_dataset("packed.h5", "huge", FREE_BYTES // 8 + (1 << 20), True)
tight = "packed more tightly than results are"
refused((74,), tight, "effects", "packed.h5", "-o", "out.h5")
with_dataset("half.h5", "huge", FREE_BYTES // 16, True)  # the control
code, said, _ = run("effects", "half.h5", "-o", "half-out.h5")
check(code == 0, f"half of the limit is not read: exit {code}, {said}")
with_dataset("bare.h5", "huge", 1 << 20, True, scale=False)
refused((74,), "has a dimension without a scale", "effects", "bare.h5", "-o", "out.h5")

# lists of points
for name, text in (("wide.csv", "a," * 20_000_000 + "b\n1\n"), ("long.csv", "x" * (33 << 20))):
    with open(name, "w") as file:
        file.write(text)
os.symlink("/dev/zero", "endless.csv")
sweep = "sweep: {design: list, from: %s}\n"
for name, why in (("wide.csv", "larger than 32 MB"), ("long.csv", "larger than 32 MB"), ("endless.csv", "")):
    with open("sweep.yaml", "w") as file:
        file.write(SCENARIO + sweep % name)
    refused((2,), why, "sweep", "plan", "sweep.yaml", "-o", "plan")

# arms
with open("arms.yaml", "w") as file:
    file.write(SCENARIO + "".join(f"  a{i}: {{}}\n" for i in range(20_000)))
refused((2,), "20002 arms; a scenario has at most 256", "run", "arms.yaml", "-o", "out.h5")

left = sorted(name for name in os.listdir(".") if name.startswith(("out", "plan")))
check(left == [], f"files were left: {left}")
sys.exit(1 if failures else 0)
