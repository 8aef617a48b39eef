#!/usr/bin/python3
"""Do two output files say the same where they speak of the same thing?

Usage: compare_studies.py arm ALL.h5 ONE.h5 ARM        ONE.h5 holds that arm alone
       compare_studies.py recording FULL.h5 OTHER.h5   the same worlds, recorded otherwise; FULL.h5 weekly

Values are compared bit by bit (a NaN equals itself), attributes by content. Prints what was compared;
exit 1 names every dataset that parts.

arm        every dataset of ONE.h5, against the slice of that arm; `arm` coordinates and the arm numbers of
           the bonds are the only things that may differ.
recording  every dataset both files hold, on the frames and persons both hold. Counts of events since the
           frame before are summed over the weeks of FULL.h5 that a frame of OTHER.h5 covers. Bonds that
           ended before the study are left out: only a recorded burn-in has them.
"""

import sys

import h5py
import numpy as np

EVENTS_SINCE_THE_FRAME_BEFORE = ("population/broke_up", "population/formed_bond")
BOOKKEEPING = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates"}
DEPENDS_ON_THE_PLAN = {"config", "config_hash", "provenance", "content_hash"}
COORDINATES = {"time", "arm", "person", "spell"}
# Attributes that say how many arms or persons were asked for.
SIZED_BY_THE_PLAN = {"ties/arm": {"long_name", "valid_range"}, "persons/person": {"valid_range"}}


class Comparison:
    def __init__(self, a, b):
        self.a, self.b = a, b
        self.compared, self.values, self.partings = [], 0, []

    def values_equal(self, path, expected, found):
        """Bit by bit; shapes and types too."""
        expected, found = np.ascontiguousarray(expected), np.ascontiguousarray(found)
        self.compared.append(path)
        self.values += found.size
        if expected.dtype != found.dtype or expected.shape != found.shape:
            self.partings.append(f"{path}: {expected.dtype}{expected.shape} is {found.dtype}{found.shape}")
        elif expected.dtype.kind == "O":
            if expected.tolist() != found.tolist():
                self.partings.append(f"{path}: texts differ")
        elif expected.tobytes() != found.tobytes():
            width = expected.dtype.itemsize
            apart = (expected.reshape(-1).view(np.uint8).reshape(-1, width) !=
                     found.reshape(-1).view(np.uint8).reshape(-1, width)).any(axis=1)
            first = int(np.flatnonzero(apart)[0])
            place = tuple(int(i) for i in np.unravel_index(first, expected.shape))
            self.partings.append(f"{path}: {apart.sum()} of {apart.size} values differ, first at {place}: "
                                 f"{expected.reshape(-1)[first]!r} against {found.reshape(-1)[first]!r}")

    def attributes_equal(self, path):
        ignored = BOOKKEEPING | (DEPENDS_ON_THE_PLAN if path == "/" else SIZED_BY_THE_PLAN.get(path, set()))

        def kept(thing):
            return {name: thing.attrs[name] for name in thing.attrs if name not in ignored}
        first, second = kept(self.a[path]), kept(self.b[path])
        for name in sorted(first.keys() | second.keys()):
            if name not in first or name not in second or not np.array_equal(first[name], second[name]):
                self.partings.append(f"{path}@{name}: {first.get(name)!r} against {second.get(name)!r}")

    def report(self, what):
        for parting in self.partings:
            print(f"{what}: {parting}", file=sys.stderr)
        print(f"{what}: {len(self.compared)} datasets, {self.values} values "
              f"{'DIFFER' if self.partings else 'equal'}: {' '.join(sorted(self.compared))}")
        return 1 if self.partings or not self.compared else 0


def datasets(file):
    found = []
    file.visititems(lambda name, thing: found.append(name) if isinstance(thing, h5py.Dataset) else None)
    return found


def dimensions(file, path):
    """Names of a dataset's axes, from the scales attached to them."""
    own = path.rsplit("/", 1)[-1]
    return [axis[0].name.rsplit("/", 1)[-1] if len(axis) else own for axis in file[path].dims]


def place_of_arm(file, group, arm):
    return file[f"{group}/arm"].asstr()[:].tolist().index(arm)


def compare_arm(all_path, one_path, arm):
    with h5py.File(all_path) as a, h5py.File(one_path) as b:
        comparison = Comparison(a, b)
        comparison.attributes_equal("/")
        rows = None
        if "ties/arm" in a:
            names = a["ties/arm"].attrs["long_name"].split(": ", 1)[1].split(", ")
            number = [int(entry.split(" ")[0]) for entry in names if entry.split(" ", 1)[1] == arm]
            rows = a["ties/arm"][:] == number[0]
        for path in datasets(b):
            group, name = path.split("/")
            if path not in a:
                comparison.partings.append(f"{path}: only in the file of one arm")
                continue
            comparison.attributes_equal(path)
            if name == "arm" or (group == "ties" and name == "spell"):
                continue
            expected = a[path]
            if group == "ties":
                comparison.values_equal(path, expected[:][rows], b[path][:])
                continue
            axes = dimensions(a, path)
            at = tuple([place_of_arm(a, group, arm)] if axis == "arm" else slice(None) for axis in axes)
            comparison.values_equal(path, expected[at], b[path][:])
        treated = a["persons/treated"][:, place_of_arm(a, "persons", arm)].any()
        for path in datasets(a):
            of_programmes = path in ("persons/treated", "persons/enrolled") or path.startswith("effects/")
            if path not in b and (treated or not of_programmes):
                comparison.partings.append(f"{path}: missing from the file of one arm")
        return comparison.report(f"arm {arm}")


def frames_in_both(a, b, group):
    """Indices of the frames of each file that the other has too."""
    _, in_a, in_b = np.intersect1d(a[f"{group}/time"][:], b[f"{group}/time"][:], return_indices=True)
    return in_a, in_b


def compare_events(comparison, path):
    """A frame's count covers the weeks since the frame before, the first frame's as many."""
    weeks, frames = comparison.a["population/time"][:], comparison.b["population/time"][:]
    weekly, every = comparison.a[path][:], frames[1] - frames[0]
    kept = [i for i, week in enumerate(frames) if week in weeks and week - every >= weeks[0] - 1]
    sums = [weekly[(weeks > frames[i] - every) & (weeks <= frames[i])].sum(axis=0) for i in kept]
    comparison.values_equal(path, np.array(sums, dtype=weekly.dtype), comparison.b[path][:][kept])


def compare_persons(comparison, path):
    """Frames and persons of both files; persons are found by who they are."""
    a, b = comparison.a, comparison.b
    in_a, in_b = frames_in_both(a, b, "persons")
    whole_a, whole_b = a[path][:][in_a], b[path][:][in_b]
    expected, found = [], []
    for r in range(a["persons/person_id"].shape[0]):
        ids_a, ids_b = a["persons/person_id"][r], b["persons/person_id"][r]
        _, who_a, who_b = np.intersect1d(ids_a, ids_b, return_indices=True)
        if who_b.size != ids_b.size:
            comparison.partings.append(f"{path}: replicate {r} follows persons whom the full file lacks")
        expected.append(whole_a[:, :, r][:, :, who_a])
        found.append(whole_b[:, :, r][:, :, who_b])
    comparison.values_equal(path, np.array(expected), np.array(found))


def compare_spells(comparison, group_paths):
    """Spells of the study, in order. A spell of the burn-in ended in week 0 or before."""
    def of_the_study(file):
        return file["ties/terminus"][:] > 0
    kept_a, kept_b = of_the_study(comparison.a), of_the_study(comparison.b)
    for path in group_paths:
        comparison.values_equal(path, comparison.a[path][:][kept_a], comparison.b[path][:][kept_b])


def compare_recording(full_path, other_path):
    with h5py.File(full_path) as a, h5py.File(other_path) as b:
        comparison = Comparison(a, b)
        comparison.attributes_equal("/")
        both = [path for path in datasets(b) if path in a]
        for path in both:
            comparison.attributes_equal(path)
            group, name = path.split("/")
            if name in COORDINATES and path not in ("population/arm", "persons/arm", "society/arm"):
                continue  # what both hold of these is the alignment itself
            if path in EVENTS_SINCE_THE_FRAME_BEFORE:
                compare_events(comparison, path)
            elif group in ("population", "state") and dimensions(a, path)[0] == "time":
                in_a, in_b = frames_in_both(a, b, group)
                comparison.values_equal(path, a[path][:][in_a], b[path][:][in_b])
            elif group == "persons" and dimensions(a, path)[0] == "time":
                compare_persons(comparison, path)
            elif group != "ties" and path != "persons/person_id":
                comparison.values_equal(path, a[path][:], b[path][:])
        if "ties" in a and "ties" in b:
            compare_spells(comparison, [path for path in both if path.startswith("ties/") and path[5:] != "spell"])
        return comparison.report("recording")


def main(words):
    if len(words) == 4 and words[0] == "arm":
        return compare_arm(*words[1:])
    if len(words) == 3 and words[0] == "recording":
        return compare_recording(*words[1:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
