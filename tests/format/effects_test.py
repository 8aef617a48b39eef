"""Every number of the group `effects` equals an independent computation (h5py + NumPy) from what a study records of
single persons, and every table of `kindred effects` one from that group (effects_tables.py). Who is in a cell is said
in effects_worlds.py.

Usage: /usr/bin/python3 effects_test.py PROGRAM SOURCE_DIR

Worlds that are run for an estimand only are recorded nowhere, so the same scenario is run once more with each of them
written out as an ordinary arm. Closeness has a check of its own: the week's distress around a person follows from it.
"""

import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import xarray
import yaml

import effects_tables
from effects_worlds import CELLS, START, STYLES, Study, World, bond_lasts, members

TOLERANCE = 1e-9
AFTER = [1, 2, 4, 8, 13, 21, 34, 60, 86, 112]
OUTCOMES = ["attachment_anxiety", "attachment_avoidance", "self_compassion", "psychological_distress",
            "self_criticism", "relationship_quality"]
CHALLENGES_ONLY = ["external_validation", "emotion_suppression", "fearful_arousal", "bond_conflict"]
COLUMNS = OUTCOMES + CHALLENGES_ONLY
AMONG_COUPLED = {"relationship_quality", "bond_conflict"}
AGAINST = {"course": "waitlist", "boost": "waitlist", "handful": "waitlist", "two-stage": "waitlist",
           "one-of-two": "waitlist", "wedge": "waitlist", "marker-course": "marker-waitlist"}
BY_ONE_CHANCE = {"course", "boost", "handful", "two-stage", "one-of-two", "marker-course", "relational-course",
                 "relational-boost", "later"}
MECHANISMS = ["anxious_mechanism", "avoidant_mechanism", "fearful_mechanism", "security_mechanism"]
SCALES = {"attachment_anxiety": ("ecr_r_anxiety", 1.12, 0.9), "attachment_avoidance": ("ecr_r_avoidance", 1.19, 0.9),
          "self_compassion": ("scs_total", 0.62, 0.9)}
CHALLENGES = [("preoccupied", "self-criticism", "self_criticism"),
              ("preoccupied", "fear of abandonment", "attachment_anxiety"),
              ("preoccupied", "reliance on external validation", "external_validation"),
              ("dismissing", "suppressed emotion", "emotion_suppression"),
              ("dismissing", "barriers to intimacy", "attachment_avoidance"),
              ("fearful", "ambivalence", "fearful_arousal"), ("fearful", "inner conflict", "bond_conflict"),
              ("fearful", "dysregulation", "psychological_distress"),
              ("secure", "staying secure", "attachment_anxiety"),
              ("secure", "keeping the bond good", "relationship_quality")]


def nothing(*shape):
    return np.full(shape, np.nan)


def effects_of(world, other):
    """effect, persons, individual_sd, share_up, share_down: [week, outcome, cell]."""
    out = {name: nothing(len(AFTER), len(COLUMNS), len(CELLS))
           for name in ("effect", "individual_sd", "share_up", "share_down")}
    out["persons"] = np.zeros((len(AFTER), len(COLUMNS), len(CELLS)), np.int32)
    cells = members(world, other)
    for w, after in enumerate(AFTER):
        lasts = bond_lasts(START + after, other, world)
        for o, column in enumerate(COLUMNS):
            difference = world[column][START + after] - other[column][START + after]
            for c, name in enumerate(CELLS):
                who = cells[c] & lasts if column in AMONG_COUPLED or name.endswith("bond lasts") else cells[c]
                values = difference[who]
                out["persons"][w, o, c] = len(values)
                if len(values):
                    out["effect"][w, o, c] = values.mean()
                    out["share_up"][w, o, c], out["share_down"][w, o, c] = (values > 0).mean(), (values < 0).mean()
                if len(values) > 1:
                    out["individual_sd"][w, o, c] = values.std(ddof=1)
    return out


def baseline_sd(other, start):
    coupled = other["partner_person"][start] >= 0
    return [other[c][start][coupled if c in AMONG_COUPLED else slice(None)].std(ddof=1) for c in COLUMNS]


def cell_sd(world, other):
    """[outcome, cell] over the cell's persons at the start."""
    out, start = nothing(len(COLUMNS), len(CELLS)), START
    coupled = other["partner_person"][start] >= 0
    for c, who in enumerate(members(world, other)):
        for o, column in enumerate(COLUMNS):
            values = other[column][start][who & coupled if column in AMONG_COUPLED else who]
            if len(values) > 1:
                out[o, c] = values.std(ddof=1)
    return out


def direct_effects(stored, together, other, alone):
    """The arm treats a sample of its persons one by one; luck says whom, so the sample that fits best is taken, and
    it has to fit in every week and outcome. alone: person -> world. Figures are [week, outcome]."""
    best, figures = np.inf, None
    persons = sorted(alone)
    for world in alone.values():
        assert world.treated().sum() == 1
    parts = {i: direct_of(i, alone[i], together, other) for i in persons}
    for sample in itertools.combinations(persons, min(3, len(persons))):
        counted = np.array([parts[i][2] for i in sample])
        n = counted.sum(axis=0)
        with np.errstate(invalid="ignore"):
            found = [np.where(counted, np.array([parts[i][k] for i in sample]), 0).sum(axis=0) / n for k in (0, 1)]
        distance = max(np.nanmax(np.abs(a - b)) for a, b in zip(found + [n], stored))
        if distance < best:
            best, figures = distance, (*found, n)
    return figures


def direct_of(i, alone, together, other):
    """Effects on person i alone and together, and where both count: [week, outcome]."""
    shape = (len(AFTER), len(COLUMNS))
    one, all_, counts = np.zeros(shape), np.zeros(shape), np.ones(shape, bool)
    for w, after in enumerate(AFTER):
        lasts = bond_lasts(START + after, other, alone, together)[i]
        for o, column in enumerate(COLUMNS):
            one[w, o], all_[w, o] = (world[column][START + after, i] - other[column][START + after, i]
                                     for world in (alone, together))
            counts[w, o] = lasts or column not in AMONG_COUPLED
    return one, all_, counts


def read_group(path):
    with h5py.File(path) as file:
        return {name: list(d.asstr()) if h5py.check_string_dtype(d.dtype) else d[()]
                for name, d in file["effects"].items()}


def expected_words(arms):
    styles = {name: "treated " + name for name in STYLES}
    return {"arm": arms, "outcome": COLUMNS, "cell": CELLS, "mechanism": MECHANISMS, "time": AFTER,
            "outcome_kind": ["outcome"] * len(OUTCOMES) + ["challenge"] * len(CHALLENGES_ONLY),
            "outcome_scale": [SCALES.get(c, ("",))[0] for c in COLUMNS],
            "points_per_unit": [SCALES[c][1] * np.sqrt(SCALES[c][2]) if c in SCALES else np.nan for c in COLUMNS],
            "decided_by_one_chance": [int(a in BY_ONE_CHANCE) for a in arms],
            "against": [arms.index(AGAINST[a]) if a in AGAINST else -1 for a in arms],
            "replicate": list(range(6)), "society": [0, 0, 1, 1, 2, 2],
            "challenge": [f"{style}: {name}" for style, name, _ in CHALLENGES],
            "challenge_style": [style for style, _, _ in CHALLENGES],
            "challenge_outcome": [COLUMNS.index(column) for _, _, column in CHALLENGES],
            "challenge_cell": [CELLS.index(styles[style]) for style, _, _ in CHALLENGES]}


def expected_group(path, written_out, stored):
    """What every dataset of the group has to hold."""
    with h5py.File(path) as file, h5py.File(written_out) as other:
        study, extra = Study(file), Study(other)
        arms = study.arms
        out = expected_words(arms)
        out["outcome_unit"] = [file["persons"][c].attrs["units"] for c in COLUMNS]
        for name in ("effect", "persons", "individual_sd", "share_up", "share_down", "baseline_sd", "cell_sd", "direct_alone",
                     "direct_together", "direct_persons", "effect_without"):
            empty = 0 if stored[name].dtype.kind == "i" else np.nan
            out[name] = np.full(stored[name].shape, empty, stored[name].dtype)
        for r in range(6):
            worlds = {arm: World(study, arm, r) for arm in arms}
            for arm, other in AGAINST.items():
                a = arms.index(arm)
                for name, values in effects_of(worlds[arm], worlds[other]).items():
                    out[name][:, a, r] = values
                out["baseline_sd"][a, r] = baseline_sd(worlds[other], START)
                out["cell_sd"][a, r] = cell_sd(worlds[arm], worlds[other])
            a = arms.index("handful")
            alone = {int(i): World(extra, f"handful--{i}", r) for i in np.flatnonzero(worlds["handful"].treated())}
            names = ("direct_alone", "direct_together", "direct_persons")
            for name, values in zip(names, direct_effects([stored[n][:, a, r] for n in names], worlds["handful"],
                                                          worlds["waitlist"], alone)):
                out[name][:, a, r] = values
            for m, mechanism in enumerate(MECHANISMS):
                without = effects_of(*(World(extra, f"{arm}--{mechanism}", r) for arm in ("course", "waitlist")))
                out["effect_without"][:, arms.index("course"), r, :, :, m] = without["effect"]
    return out


def differing(stored, expected):
    """Datasets that do not hold what is expected. Texts that only explain are not compared."""
    explaining = {"cell_definition", "challenge_helps", "challenge_focus"}
    assert set(stored) - explaining == set(expected), set(stored) ^ set(expected)
    found = []
    for name, values in expected.items():
        if isinstance(stored[name], list):
            same = stored[name] == list(values)
        else:
            same = np.shape(stored[name]) == np.shape(values) and np.allclose(stored[name], values, rtol=0,
                                                                              atol=TOLERANCE, equal_nan=True)
        if not same:
            found.append(name)
    return found


def write_out(scenario, path):
    """The scenario with every world that is run for an estimand as an arm of its own. A sample of the handful is
    treated alone, so everybody of them is."""
    with h5py.File(path) as file:
        a = list(file["persons/arm"].asstr()).index("handful")
        alone = np.flatnonzero((file["persons/treated"][-1, a] == 1).any(axis=0))
    del scenario["effects"]
    course, handful = scenario["arms"]["course"], scenario["arms"]["handful"][0]
    one = {key: value for key, value in handful.items() if key != "share"}
    arms = {f"handful--{i}": [{**one, "allocation": {"kind": "person", "person": int(i)}}] for i in alone}
    for mechanism in MECHANISMS:
        arms[f"waitlist--{mechanism}"] = {"parameters": {mechanism: 0}}
        arms[f"course--{mechanism}"] = {"parameters": {mechanism: 0}, "programmes": course}
    return {**scenario, "arms": arms}


def check_printed(program, path, stored, folder):
    """--json, --csv and -o say what the group says; a changed number would be seen."""
    def run(*arguments):
        return subprocess.run([program, "effects", path, *arguments], capture_output=True, text=True, check=True).stdout

    def written(ending):
        run("-o", os.path.join(folder, "out" + ending))
        with open(os.path.join(folder, "out" + ending), encoding="utf-8", newline="") as file:
            return file.read()

    as_json, as_csv = run("--json"), run("--csv")
    assert written(".json") == as_json and written(".csv") == as_csv
    tables = effects_tables.Tables(stored)
    printed, expected = json.loads(as_json), effects_tables.expected_json(tables)
    found, compared = effects_tables.differences(printed, expected)
    assert not found, found[:5]
    rows = list(csv.DictReader(as_csv.splitlines()))
    found, more = effects_tables.differences(rows, list(effects_tables.expected_csv(tables)))
    assert not found, found[:5]
    for section in ("effects", "course", "saturation", "direct", "mediated", "challenges"):
        assert printed[section], section
    for section, key in (("saturation", "direct"), ("mediated", "remainder"), ("course", "retained")):
        row = next(r for r in printed[section] if r[key]["high"] is not None)
        row[key]["high"] += 1e-8  # negative control
        found, _ = effects_tables.differences(printed[section], expected[section])
        assert len(found) == 1 and f"/{key}/high" in found[0], found
        row[key]["high"] -= 1e-8
    return compared, more


def check_copy(program, path, stored, folder):
    """`-o x.h5` holds the same values, and other people's readers open it."""
    copy = os.path.join(folder, "copy.h5")
    subprocess.run([program, "effects", path, "-o", copy], check=True)
    subprocess.run([program, "inspect", copy, "--check"], check=True, stdout=subprocess.DEVNULL)
    for name, values in read_group(copy).items():
        np.testing.assert_array_equal(values, stored[name], err_msg=name)
    for engine in ("netcdf4", "h5netcdf"):
        for source in (copy, path):
            with xarray.open_dataset(source, group="effects", engine=engine) as opened:
                assert set(opened.variables) == set(stored)
                for name, values in stored.items():
                    np.testing.assert_array_equal(opened[name].values, values, err_msg=name)
                one = opened.effect.sel(time=8, arm="course", replicate=3, outcome="self_compassion", cell="treated")
                assert float(one) == stored["effect"][3, 1, 3, 2, 0]


def check_closeness(program, scenario, folder):
    """Distress around a person in the week of the start is a mean of what acquaintances show, weighted by squared
    closeness; whoever began or ended a bond in that week is left out, for those ties moved once more."""
    with open(scenario, encoding="utf-8") as file:
        short = yaml.safe_load(file)
    del short["effects"], short["arms"]["wedge"]  # it starts later than this ends
    short["time"]["run"] = f"{START + 1} weeks"
    del short["arms"]["later"]  # begins after that
    short["record"]["persons"]["columns"] = ["distress_around", "visible_distress", "partner_person", "bond_event"]
    path = run(program, short, folder, "closeness")

    def furthest(moved):
        most = 0
        with h5py.File(path) as file:
            study = Study(file)
            for arm in study.arms:
                for r in range(6):
                    world = World(study, arm, r)
                    weight = world.matrix((world.closeness + moved) ** 2)
                    partner = world["partner_person"][START]
                    weight[np.flatnonzero(partner >= 0), partner[partner >= 0]] = 0
                    around = weight @ world["visible_distress"][START] / (weight.sum(axis=1) + 1)
                    quiet = world["bond_event"][START] == 0
                    most = max(most, np.abs(around - world["distress_around"][START])[quiet].max())
        return most

    assert furthest(0) < 2e-6, furthest(0)
    assert furthest(1e-3) > 1e-5  # negative control
    with h5py.File(path) as file:
        values = file["closeness/closeness"][:]
        rows = [file["closeness/" + name][:] for name in ("replicate", "arm", "tail", "head")]
        arms = list(file["persons/arm"].asstr())
        assert (np.lexsort(rows[::-1]) == np.arange(len(values))).all()
        by_arm = [values[rows[1] == arms.index(a)] for a in ("waitlist", "course", "marker-waitlist")]
        assert (by_arm[0] == by_arm[1]).all() and (by_arm[0] != by_arm[2]).any()
        for name, variable in file["closeness"].items():
            assert all(key in variable.attrs for key in ("long_name", "units", "source", "valid_range")), name
    return len(values)


def run(program, scenario, folder, name):
    """Runs it, checks the file, returns its path."""
    source, path = os.path.join(folder, name + ".yaml"), os.path.join(folder, name + ".h5")
    with open(source, "w", encoding="utf-8") as file:
        yaml.safe_dump(scenario, file, sort_keys=False)
    subprocess.run([program, "run", source, "-o", path, "-q"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "inspect", path, "--check"], check=True, stdout=subprocess.DEVNULL)
    return path


def check_structure(stored):
    """Under `marker` a self-compassion programme moves attachment nowhere; what must be tried out is tried out."""
    a = stored["arm"].index("marker-course")
    for outcome in ("attachment_anxiety", "attachment_avoidance", "relationship_quality"):
        values = stored["effect"][:, a, :, COLUMNS.index(outcome)]
        assert (values[~np.isnan(values)] == 0).all(), outcome
    assert (stored["effect"][AFTER.index(8), a, :, COLUMNS.index("self_compassion"), 0] > 0.3).all()
    assert (stored["persons"].max(axis=(0, 1, 2, 3)) > 0).all(), "a cell is empty everywhere"
    assert (stored["persons"] == 0).any() and np.ptp(stored["direct_persons"]) == 3


def check_changes(path, expected):
    """Negative controls: one number changed in the file, in each dataset in turn."""
    checked = [name for name, values in read_group(path).items() if not isinstance(values, list)]
    for name in checked:
        with h5py.File(path, "r+") as file:
            values = file["effects"][name]
            place = tuple(np.argwhere(~np.isnan(values[()]) & (values[()] != 0))[-1])
            before = values[place]
            values[place] = before + (1 if values.dtype.kind == "i" else 1e-6)
        assert differing(read_group(path), expected) == [name], name
        with h5py.File(path, "r+") as file:
            file["effects"][name][place] = before
    return len(checked)


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    scenario = os.path.join(source, "tests/format/effects.yaml")
    with tempfile.TemporaryDirectory() as folder:
        with open(scenario, encoding="utf-8") as file:
            written = yaml.safe_load(file)
        path = run(program, written, folder, "effects")
        written_out = run(program, write_out(written, path), folder, "written-out")
        stored = read_group(path)
        expected = expected_group(path, written_out, stored)
        assert differing(stored, expected) == []
        numbers = sum(np.sum(v == v) for v in map(np.asarray, expected.values()))  # all but NaN
        print(f"{numbers} values in {len(expected)} datasets of the group effects computed again")
        check_structure(stored)
        in_json, in_csv = check_printed(program, path, stored, folder)
        print(f"{in_json} values of --json and {in_csv} of --csv computed again")
        check_copy(program, path, stored, folder)
        print(check_closeness(program, scenario, folder), "ties have the closeness that distress around follows from")
        print(check_changes(path, expected), "datasets changed in one value, each change found")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
