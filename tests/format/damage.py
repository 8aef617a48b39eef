"""Ways to damage a result file. Each is a function of the file's path and a random generator.

BYTES: bits flipped and bytes lost wherever HDF5 keeps something. CARELESS: values changed as a careless program would.
CONTRADICTIONS, SWEEP_CONTRADICTIONS: values that contradict others, with what must be said about them.
"""
import os
import re

import h5py
import numpy as np


# --- bytes ---

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


def flip_padding(path, luck):
    """A zero in the middle of many: whatever HDF5 keeps there, if anything."""
    with open(path, "rb") as file:
        content = file.read()
    places = [m.start() + 32 for m in re.finditer(rb"\0{64}", content)]
    flip(path, luck.choice(places), luck.randrange(8))


def flip_from_end(first, last):
    return lambda path, luck: flip(path, os.path.getsize(path) - luck.randrange(first, last), luck.randrange(8))


def flip_anywhere(path, luck):
    flip(path, luck.randrange(os.path.getsize(path)), luck.randrange(8))


def cut(share):
    def damage(path, luck):
        os.truncate(path, int(os.path.getsize(path) * share) - luck.randrange(100))
    return damage


def cut_by(count):
    return lambda path, luck: os.truncate(path, os.path.getsize(path) - count)


def append(path, luck):
    with open(path, "ab") as file:
        file.write(b"\0" * 64)


BYTES = {
    "a flipped bit at a chunk's beginning": flip_in_chunk("persons/attachment_anxiety", "first"),
    "a flipped bit inside a chunk": flip_in_chunk("population/self_compassion_mean", "middle"),
    "a flipped bit at a chunk's end": flip_in_chunk("effects/effect", "last"),
    "a flipped bit in a signature of a B-tree": flip_near(b"BTHD", 0),
    "a flipped bit behind a B-tree's signature": flip_near(b"BTHD", 9),
    "a flipped bit in an object header": flip_near(b"OHDR", 6),
    "a flipped bit in a global heap": flip_near(b"GCOL", 8),
    "a flipped bit in a fractal heap": flip_near(b"FRHP", 3),
    "a flipped bit in the text of an attribute": flip_near(b"distress", 2),
    "a flipped bit in a title": flip_near(b"to be damaged", 3),
    "a flipped bit in a dimension scale": flip_in_chunk("persons/time", "middle"),
    "a flipped bit in the superblock": lambda path, luck: flip(path, 8 + luck.randrange(30), luck.randrange(8)),
    "a flipped bit in the signature": lambda path, luck: flip(path, luck.randrange(8), luck.randrange(8)),
    "a flipped bit in padding": flip_padding,
    "a flipped bit in the seal's name": flip_from_end(57, 65),
    "a flipped bit in the seal": flip_from_end(1, 57),
    "a flipped bit in the seal's digests": flip_from_end(65, 73),
    **{f"a flipped bit anywhere, {i}": flip_anywhere for i in range(1, 13)},
    "a file cut in half": cut(.5),
    "a file cut shortly before its end": cut(.999),
    "a file that lacks its last byte": cut_by(1),
    "a file that lacks half its seal": cut_by(32),
    "an appended tail": append,
}


# --- values ---

def with_h5py(change):
    def damage(path, luck):
        with h5py.File(path, "r+") as file:
            change(file, luck)
    return damage


def other_value(name, by=1):
    def change(file, luck):
        there = np.argwhere(~np.isnan(file[name][:]))
        place = tuple(there[luck.randrange(len(there))])
        file[name][place] = file[name][place] + by
    return with_h5py(change)


def replaced(file, name, data):
    attributes = dict(file[name].attrs)
    del file[name]
    file[name] = data
    for key, value in attributes.items():
        if key not in ("DIMENSION_LIST", "CLASS", "NAME", "REFERENCE_LIST", "_Netcdf4Dimid"):
            file[name].attrs[key] = value


def put(name, place, value):
    return with_h5py(lambda file, luck: file[name].__setitem__(place, value))


def attribute(name, key, value):
    def change(file, luck):
        (file[name] if name else file).attrs[key] = value
    return with_h5py(change)


def without(name):
    return with_h5py(lambda file, luck: file.__delitem__(name))


CARELESS = {
    "a missing dataset": without("population/persons"),
    "a missing group": without("ties"),
    "a wrong dimension": with_h5py(lambda file, luck: replaced(file, "persons/treated", file["persons/treated"][:-1])),
    "a tie that leads elsewhere": other_value("graph/head"),
    "another value in a table of bonds": other_value("ties/terminus"),
    "another value in the effects": other_value("effects/baseline_sd"),
    "a wrong hash": attribute("", "content_hash", "0" * 32),
    "another configuration": attribute("", "seed", "13"),
}


def edge(change):
    """`change(ties, k)` gives the pair that takes the place of tie k."""
    def damage(file, luck):
        ties = list(zip(file["graph/tail"][:], file["graph/head"][:]))
        k = luck.randrange(1, len(ties) - 1)
        file["graph/tail"][k], file["graph/head"][k] = change(ties, k)
    return with_h5py(damage)


def half_tie(file, luck):
    k = luck.randrange(file["closeness/head"].shape[0])
    tail, head = file["closeness/tail"][k], file["closeness/head"][k]
    file["closeness/tail"][k], file["closeness/head"][k] = head, tail


def bond_twice(file, luck):
    """Somebody's second bond is made to begin before the first one has ended."""
    ties = {name: file["ties"][name][:] for name in file["ties"]}
    last = {}
    for k in range(len(ties["tail"])):
        if ties["kind"][k]:
            continue
        for end in ("tail", "head"):
            person = (ties["replicate"][k], ties["arm"][k], ties[end][k])
            if person in last and ties["onset"][last[person]] < ties["terminus"][last[person]] - 1:
                file["ties/onset"][k] = ties["terminus"][last[person]] - 1
                return
            last[person] = k
    raise AssertionError("nobody has two bonds")


def bond_of_strangers(file, luck):
    heads = file["ties/head"]
    friends = set(zip(file["graph/society"][:], file["graph/tail"][:], file["graph/head"][:]))
    for k in np.flatnonzero(file["ties/kind"][:] == 0):
        for head in range(file["ties/tail"][k] + 1, 300):
            if (file["ties/replicate"][k], file["ties/tail"][k], head) not in friends:
                heads[k] = head
                return


def partner_of_another(file, luck):
    column = file["persons/partner_person"]
    t, a, r = luck.randrange(column.shape[0]), 1, luck.randrange(2)
    frame = column[t, a, r]
    coupled = np.flatnonzero(frame >= 0)
    column[t, a, r, coupled[0]] = frame[coupled[-1]]


def tie_of_another(file, luck):
    column = file["persons/partner_tie"]
    coupled = np.flatnonzero(column[3, 0, 1] >= 0)
    column[3, 0, 1, coupled[0]] = column[3, 0, 1, coupled[-1]]


def share_off(file, luck):
    """One per mille of the persons (at least one) is lost from a style."""
    counts = file["population/persons"]
    place = luck.randrange(counts.shape[0]), 1, luck.randrange(2), 1 + luck.randrange(4)
    counts[place] = counts[place] + max(1, round(1e-3 * counts[place[:3] + (0,)]))


def without_a_week(file, luck):
    """A frame is taken out, scale and variables alike."""
    k = 1 + luck.randrange(5)
    for variable in file["persons"].values():
        if variable.maxshape[0] is None:
            kept = np.delete(variable[:], k, axis=0)
            variable.resize(kept.shape)
            variable[:] = kept


def without_the_last_week(file, luck):
    for variable in file["population"].values():
        if variable.maxshape[0] is None:
            variable.resize(variable.shape[0] - 1, axis=0)


def lost_effect(file, luck):
    there = np.argwhere(~np.isnan(file["effects/effect"][:]))
    file["effects/effect"][tuple(there[luck.randrange(len(there))])] = np.nan


def effect_of_nobody(file, luck):
    nobody = np.argwhere(file["effects/persons"][:] == 0)
    file["effects/effect"][tuple(nobody[luck.randrange(len(nobody))])] = 0.1


CONTRADICTIONS = {  # what the message must say
    "a value out of range": (put("persons/attachment_anxiety", (2, 1, 0, 7), 13),
                             r"persons/attachment_anxiety: week 8, arm 'course', replicate 0, person 7: 13 is outside "
                             r"\[-12, 12\] SD"),
    "no number": (put("persons/attachment_anxiety", (0, 0, 1, 3), np.nan),
                  r"persons/attachment_anxiety: week 0, arm 'waitlist', replicate 1, person 3: nan is outside"),
    "an infinite mean": (put("population/attachment_anxiety_mean", (9, 1, 1, 0), np.inf),
                         r"population/attachment_anxiety_mean: week 9, .*: inf is outside"),
    "a code that means nothing": (put("persons/attachment_style", (1, 0, 0, 2), 4),
                                  r"attachment_style: week 4,.* 4 is outside"),
    "a style share off by 1e-3": (with_h5py(share_off), r"population/persons: week \d+, arm 'course', replicate \d: "
                                  r"the groups hold 301 persons together, everybody is 300"),
    "a mean of nobody": (put("population/coupled_persons", (5, 0, 0), 0), "population/.*: 0.*though of 0 persons"),
    "quantiles upside down": (put("population/attachment_anxiety_quantile", (3, 0, 0, 0), [2, 1, 0, -1, -2]),
                              "quantiles must ascend"),
    "a self-loop": (edge(lambda ties, k: (ties[k][0], ties[k][0])),
                    r"graph: row \d+, society \d: person \d+ is tied to itself"),
    "a tie twice": (edge(lambda ties, k: ties[k - 1]), r"graph: .* is listed twice"),
    "ties in disorder": (edge(lambda ties, k: (0, 1) if k > 40 else (250, 299)), "graph: .*ties must ascend"),
    "a tie to nobody": (edge(lambda ties, k: (ties[k][0], 300)), r"graph: .*person 300 does not exist"),
    "an edge without its mate": (with_h5py(half_tie), r"closeness: row \d+, replicate \d, arm \d: holds the tie of"),
    "a tie too few": (with_h5py(lambda f, luck: [f["closeness"][n].resize(f["closeness"][n].shape[0] - 1, axis=0)
                                                 for n in f["closeness"]]), r"closeness: .*lists \d+ ties, the graph"),
    "a spell backwards": (with_h5py(lambda f, luck: f["ties/onset"].__setitem__(5, f["ties/terminus"][5] + 1)),
                          r"ties: row 5, .*: ends before it begins"),
    "two bonds at once": (with_h5py(bond_twice),
                          r"ties: row \d+, arm '.*', replicate .*: person \d+ is in a bond with \d+ at the same time"),
    "a bond of strangers": (with_h5py(bond_of_strangers), "ties: .*the graph has no tie between them"),
    "a bond that is not counted": (put("population/coupled_persons", (7, 1, 1), [2, 2, 0, 0, 0]),
                                   r"ties: week 7, arm 'course', replicate 1: \d+ persons are in a bond, .* counts 2"),
    "a bond that is no involution": (with_h5py(partner_of_another), r"persons/partner_person: week \d+, arm 'course', "
                                     r"replicate \d, person \d+: has partner \d+, whose partner is \d+"),
    "a partner by another tie": (with_h5py(tie_of_another), r"persons/partner_tie: week 12, .*: tie \d+ joins"),
    "a partner who does not exist": (put("persons/partner_person", (0, 0, 0, 0), 300),
                                     "person 0: has partner 300, who does not exist"),
    "the same person twice in a panel": (put("persons/person_id", (0, 4), 3), "persons/person_id: .*stands behind"),
    "a missing week": (with_h5py(without_a_week), r"persons/time: .*frames are missing"),
    "a scale that is too short": (with_h5py(lambda f, luck: f["persons/time"].resize(9, axis=0)),
                                  "persons/treated: dimension 'time' has length 16, its scale 9"),
    "a missing last week": (with_h5py(without_the_last_week), r"population/time: week 60 is missing"),
    "weeks in disorder": (put("population/time", 5, 4), "population/time: week 4 stands behind week 4"),
    "a wrong axis": (put("persons/person", 5, 6), "persons/person: place 5 holds 6"),
    "a society too many": (put("population/society", 1, 0), "population/society"),
    "a missing table": (without("effects/persons"), "effects/persons: is missing"),
    "a missing group, made good": (without("graph"), "graph/.*is missing; the file's scenario asks for it"),
    "a missing attribute": (with_h5py(lambda f, luck: f["graph/tail"].attrs.__delitem__("units")),
                            "graph/tail: attribute 'units' is missing"),
    "another text": (attribute("graph/tail", "units", "persons"),
                     "graph/tail: attribute 'units' is persons, must be 1"),
    "another range": (attribute("persons/attachment_anxiety", "valid_range", np.float32([-13, 13])),
                      r"'valid_range' is \[-13, 13\], must be \[-12, 12\]"),
    "another name of an arm": (put("effects/arm", 1, "kurs"), "effects/arm: place 1 is 'kurs', must be 'course'"),
    "an unknown format": (attribute("", "kindred_format", np.int32(9)), "'kindred_format' is 9, this program knows 1"),
    "no format": (with_h5py(lambda f, luck: f.attrs.__delitem__("kindred_format")), "'kindred_format' is missing"),
    "another scenario": (attribute("", "config", "schema: 1\n"), "'config_hash' is"),
    "an effect that is gone": (with_h5py(lost_effect), r"effects/effect: week \d+, arm 'course'.*: missing, though of"),
    "an effect on nobody": (with_h5py(effect_of_nobody), "effects/effect: .*0.1, though of 0 persons"),
    "shares of more than all": (put("effects/share_up", (0, 1, 0, 0, 0), .99), "effects/share_up: week"),
    "an arm against itself": (put("effects/against", 1, 1), "effects/against: arm 1 is compared with arm 1"),
}
SWEEP_CONTRADICTIONS = {
    "a replicate that is not counted": (put("sweep/replicates", 1, 0), "sweep: point 1, replicate 0: has numbers"),
    "a replicate without numbers": (with_h5py(lambda f, luck: [v.__setitem__((0, 0), np.nan) for v in
                                                               f["sweep"].values() if v.ndim == 5]),
                                    "sweep: point 0, replicate 0: has no numbers"),
    "weeks of a sweep in disorder": (put("sweep/week", 0, 50), "sweep/week: week"),
}
