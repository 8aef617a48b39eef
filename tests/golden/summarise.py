#!/usr/bin/python3
"""A run in a page: population means at a few weeks, and the hash of every value of each group.

Usage: summarise.py RUN.h5

The table is for people (did numbers move, and where to?), the hashes are for the test (did any bit move?).
They cover names, types, shapes and values, and no attribute: wording may change without numbers moving.
"""

import hashlib
import sys

import h5py

WEEKS = (0, 8, 16, 52)


def group_hash(group):
    digest = hashlib.sha256()

    def see(name, thing):
        if isinstance(thing, h5py.Dataset):
            values = thing[:]
            raw = repr(values.tolist()).encode() if values.dtype.kind == "O" else values.tobytes()
            digest.update(f"{name} {values.dtype.str} {values.shape}\n".encode() + raw)

    group.visititems(see)
    return digest.hexdigest()[:32]


def mean_table(population):
    outcomes = sorted(name.removesuffix("_mean") for name in population if name.endswith("_mean"))
    weeks, arms = population["time"][:].tolist(), population["arm"].asstr()[:]
    yield f"{'arm':<12}{'replicate':>10}{'week':>6}{'coupled':>9}" + "".join(f"{name:>25}" for name in outcomes)
    for a, arm in enumerate(arms):
        for r in population["replicate"][:]:
            for week in WEEKS:
                at = (weeks.index(week), a, r, 0)  # group 0 is everybody
                yield f"{arm:<12}{r:>10}{week:>6}{population['coupled_persons'][at]:>9}" + "".join(
                    f"{population[name + '_mean'][at]:>25.6f}" for name in outcomes)


def main(path):
    with h5py.File(path) as file:
        print("Population means: everybody, or among those with a partner")
        for line in mean_table(file["population"]):
            print(line)
        print("\nHash of every value")
        for name in sorted(file):
            print(f"{name:<12}{group_hash(file[name])}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
