"""`inspect --check` finds every damage of twenty kinds and passes every good file. Usage: PROGRAM SOURCE_DIR

Bytes are flipped where HDF5 keeps what they belong to, found with h5py; other damage is done as a careless program
would do it. Every kind is done to a fresh copy, at a place drawn from a fixed seed.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

import h5py

SEED = 2611
SCENARIO = """schema: 1
title: to be damaged
seed: 12
time: {burn_in: 2 years, run: 60 weeks}
society: {persons: 400, network: {kind: community, acquaintances: 12, rewiring: 0.2, block: 100}}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course: [{programme: mindful-self-compassion, start: 0 weeks, share: 0.3}]
replicates: {societies: 2}
record: {persons: {every: 4 weeks, sample: all}, closeness: true}
"""


def flip(path, offset, bit=0):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ (1 << bit)]))


def flip_in_chunk(name, where):
    def damage(path, luck):
        with h5py.File(path) as file:
            info = file[name].id.get_chunk_info(luck.randrange(file[name].id.get_num_chunks()))
        offset = {"first": 0, "last": info.size - 1, "middle": info.size // 2}[where]
        flip(path, info.byte_offset + offset, luck.randrange(8))
    return damage


def flip_near(text, distance):
    """Near a name or text as it stands in the file: in headers, attributes, B-trees and heaps."""
    def damage(path, luck):
        with open(path, "rb") as file:
            content = file.read()
        places, at = [], content.find(text)
        while at >= 0:
            places.append(at)
            at = content.find(text, at + 1)
        assert places, text
        flip(path, luck.choice(places) + distance, luck.randrange(8))
    return damage


def with_h5py(change):
    def damage(path, luck):
        with h5py.File(path, "r+") as file:
            change(file, luck)
    return damage


def other_value(name):
    def change(file, luck):
        place = tuple(luck.randrange(n) for n in file[name].shape)
        file[name][place] = file[name][place] + 1
    return with_h5py(change)


def replaced(file, name, data):
    attributes = dict(file[name].attrs)
    del file[name]
    file[name] = data
    for key, value in attributes.items():
        if key not in ("DIMENSION_LIST", "CLASS", "NAME", "REFERENCE_LIST"):
            file[name].attrs[key] = value


def cut(share):
    def damage(path, luck):
        os.truncate(path, int(os.path.getsize(path) * share) - luck.randrange(100))
    return damage


DAMAGE = {
    "a flipped bit at a chunk's beginning": flip_in_chunk("persons/attachment_anxiety", "first"),
    "a flipped bit inside a chunk": flip_in_chunk("population/self_compassion_mean", "middle"),
    "a flipped bit at a chunk's end": flip_in_chunk("effects/effect", "last"),
    "a flipped bit in a signature of a B-tree or heap": flip_near(b"BTHD", 0),
    "a flipped bit behind a B-tree's signature": flip_near(b"BTHD", 9),
    "a flipped bit in an object header": flip_near(b"OHDR", 6),
    "a flipped bit in the text of an attribute": flip_near(b"distress", 2),
    "a flipped bit in a title": flip_near(b"to be damaged", 3),
    "a flipped bit in a dimension scale": flip_in_chunk("persons/time", "middle"),
    "a flipped bit in the superblock": lambda path, luck: flip(path, 8 + luck.randrange(30), luck.randrange(8)),
    "a flipped bit in the signature": lambda path, luck: flip(path, luck.randrange(8), luck.randrange(8)),
    "a file cut in half": cut(.5),
    "a file cut shortly before its end": cut(.999),
    "an appended tail": lambda path, luck: open(path, "ab").write(b"\0" * 64),
    "a missing dataset": with_h5py(lambda file, luck: file.__delitem__("population/persons")),
    "a missing group": with_h5py(lambda file, luck: file.__delitem__("ties")),
    "a wrong dimension": with_h5py(lambda file, luck: replaced(file, "persons/treated", file["persons/treated"][:-1])),
    "a tie that leads elsewhere": other_value("graph/head"),
    "another value in a table of bonds": other_value("ties/terminus"),
    "another value in the effects": other_value("effects/baseline_sd"),
    "a wrong hash": with_h5py(lambda file, luck: file.attrs.__setitem__("content_hash", "0" * 32)),
    "another configuration": with_h5py(lambda file, luck: file.attrs.__setitem__("seed", "13")),
}
HARMLESS = {"an appended tail"}  # HDF5 knows where its file ends; not one value is touched


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    luck = random.Random(SEED)
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        good, bad = os.path.join(folder, "good.h5"), os.path.join(folder, "bad.h5")
        with open(os.path.join(folder, "s.yaml"), "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        subprocess.run([program, "run", os.path.join(folder, "s.yaml"), "-o", good, "-q"], check=True,
                       stdout=subprocess.DEVNULL)

        def check(path):
            return subprocess.run([program, "inspect", path, "--check"], capture_output=True, text=True, timeout=120)

        whole = check(good)
        assert whole.returncode == 0, whole.stdout + whole.stderr
        for name, damage in DAMAGE.items():
            shutil.copyfile(good, bad)
            damage(bad, luck)
            told = check(bad)
            if name in HARMLESS:
                assert told.returncode in (0, 1, 74), (name, told)
                continue
            message = (told.stdout + told.stderr).strip().splitlines()
            assert told.returncode in (1, 74), (name, told.returncode, message)
            assert message and "bug" not in message[-1].lower(), (name, message)
            print(f"found  {name}: {message[-1].replace(folder, '')[:150]}")
            found += 1
    print(f"{found} kinds of damage found, the good file passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
