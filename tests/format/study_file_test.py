"""A study file says the truth about itself, and other people's readers open it.

Usage: /usr/bin/python3 study_file_test.py PROGRAM SOURCE_DIR

Two small studies of the same lives are run: one records every week of everybody from the beginning of the burn-in
("full"), the other a sample of the study proper, in coarse steps ("sample"). What the program summarises is computed
again here from single persons. Needs h5py, netCDF4, h5netcdf, xarray, PyYAML and ncdump; R with rhdf5 when there.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

import h5py
import numpy as np
import yaml

warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
import netCDF4  # noqa: E402
import xarray  # noqa: E402

PROGRAM = SOURCE = ""
ENGINES = ("netcdf4", "h5netcdf")
GROUPS = ("population", "persons", "state", "ties", "society", "graph", "effects")
PERSONS, BURN_IN, RUN, START, SAMPLE = 240, 52, 40, 8, 50
ARMS = ("waitlist", "course", "rival")
OUTCOMES = ("attachment_anxiety", "attachment_avoidance", "self_compassion", "psychological_distress",
            "self_criticism", "relationship_quality")
SCENARIO = """\
schema: 1
title: Größe zählt nicht ♥
seed: 11
time: {burn_in: 1 year, run: 40 weeks}
society: {persons: 240, network: {acquaintances: 16, block: 80}}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 8 weeks, who: {anxiety: {above: 0}}}
  rival:
    hypothesis: none
    programmes:
      - {programme: mindful-self-compassion, start: 8 weeks, share: 0.5}
replicates: {societies: 2, per_society: 2}
"""
FULL = SCENARIO + """\
record:
  population: 1 week
  persons:
    every: 1 week
    sample: all
    columns: [attachment_anxiety, attachment_avoidance, self_compassion, psychological_distress, self_criticism,
              relationship_quality, partner_tie, partner_person, bond_committed, bond_event]
    instruments: [ecr_r_anxiety, ecr_r_avoidance, scs_total]
  from: burn-in
"""
COARSE = SCENARIO + f"record: {{population: 3 weeks, persons: {{every: 4 weeks, sample: {SAMPLE}}}}}\n"


def variables_of(file):
    for group in GROUPS:
        for name, variable in file[group].items():
            yield f"{group}/{name}", variable


def attribute_problems(file):
    """What the rules for attributes ask of every variable and some lack."""
    problems = []
    for path, variable in variables_of(file):
        attributes = variable.attrs
        number = variable.dtype.kind in "iuf"
        for name in ("units", "long_name", "source") + (("valid_range",) if number else ()):
            if name not in attributes or str(attributes[name]) in ("", "[]"):
                problems.append(f"{path} has no {name}")
        if number and "valid_range" in attributes:
            bounds = attributes["valid_range"]
            if bounds.dtype != variable.dtype:
                problems.append(f"{path}: valid_range is {bounds.dtype}, the values are {variable.dtype}")
            values = variable[()]
            values = values[~np.isnan(values)] if values.dtype.kind == "f" else values
            if values.size and not (bounds[0] <= values.min() and values.max() <= bounds[1]):
                problems.append(f"{path}: values from {values.min()} to {values.max()} lie outside {bounds}")
        if number and variable.dtype.itemsize == 1:
            if len(attributes.get("flag_values", [])) != len(attributes.get("flag_meanings", "").split()):
                problems.append(f"{path}: flag_values and flag_meanings do not match")
            elif not set(np.unique(variable)) <= set(attributes.get("flag_values", [])):
                problems.append(f"{path} holds values without a meaning")
    return problems


def scale_problems(file):
    """Axes without a scale, or with a scale of another group."""
    problems = []
    for path, variable in variables_of(file):
        if h5py.h5ds.is_scale(variable.id):
            continue
        for axis in variable.dims:
            if len(axis) != 1:
                problems.append(f"{path}: an axis has {len(axis)} scales")
            elif axis[0].parent != variable.parent:
                problems.append(f"{path}: a scale lies in another group")
    return problems


def style_of(anxiety, avoidance, cuts):
    return (anxiety > cuts[0]).astype(np.int8) + 2 * (avoidance > cuts[1]).astype(np.int8)


def numbers_in(text):
    return [float(number) for number in re.findall(r"(?<![\w-])-?\d*\.?\d+(?![\w-])", text)]


class StudyFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kindred-study-")
        environment = dict(os.environ, KINDRED_CONFIGS=os.path.join(SOURCE, "configs"))
        cls.path = {}
        for name, text in (("full", FULL), ("sample", COARSE)):
            scenario = os.path.join(cls.folder, name + ".yaml")
            with open(scenario, "w", encoding="utf-8") as file:
                file.write(text)
            cls.path[name] = os.path.join(cls.folder, name + ".h5")
            subprocess.run([PROGRAM, "run", scenario, "-q", "-o", cls.path[name]], env=environment, check=True,
                           stdout=subprocess.DEVNULL)
        cls.persons = cls.opened("full", "persons")
        cls.population = cls.opened("full", "population")
        cls.ties = cls.opened("full", "ties")
        cls.graph = cls.opened("full", "graph")
        cls.society = cls.opened("full", "society")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def opened(cls, name, group):
        with xarray.open_dataset(cls.path[name], group=group, engine="h5netcdf") as data:
            return data.load()

    def spoilt(self, spoil):
        path = os.path.join(self.folder, "spoilt.h5")
        shutil.copy(self.path["full"], path)
        with h5py.File(path, "r+", libver="v110") as file:
            spoil(file)
        return path

    # the form

    def test_every_variable_says_what_it_is(self):
        for path in self.path.values():
            with h5py.File(path) as file:
                self.assertEqual(attribute_problems(file), [])

        def spoil(file):
            del file["ties/onset"].attrs["units"]
            file["persons/self_criticism"][3, 1, 1, 7] = 1e6
            file["persons/treated"][3, 1, 1, 7] = 2

        with h5py.File(self.spoilt(spoil)) as file:
            found = " ".join(attribute_problems(file))
        for words in ("ties/onset has no units", "persons/self_criticism: values", "treated: values", "without a mean"):
            self.assertIn(words, found)

    def test_every_axis_has_a_scale_of_its_own_group(self):
        for path in self.path.values():
            with h5py.File(path) as file:
                self.assertEqual(scale_problems(file), [])
                self.assertEqual(sorted(file), sorted(GROUPS))

        def spoil(file):
            file["persons/treated"].dims[0].detach_scale(file["persons/time"])
            file["persons/treated"].dims[0].attach_scale(file["population/time"])
            file["persons/enrolled"].dims[3].detach_scale(file["persons/person"])

        with h5py.File(self.spoilt(spoil)) as file:
            self.assertEqual(len(scale_problems(file)), 2)

    def test_xarray_finds_every_coordinate_and_selects_by_name(self):
        for path in self.path.values():
            for engine in ENGINES:
                for group in GROUPS:
                    with xarray.open_dataset(path, group=group, engine=engine) as data:
                        bare = [f"{name}/{dim}" for name in data.variables for dim in data[name].dims
                                if dim not in data.coords]
                        self.assertEqual(bare, [], group)
                with xarray.open_dataset(path, group="persons", engine=engine) as data:
                    chosen = data.attachment_anxiety.sel(arm="course", time=8)
                    self.assertEqual(chosen.dims, ("replicate", "person"))
                    self.assertEqual(data.attachment_anxiety.dims, ("time", "arm", "replicate", "person"))
                    self.assertTrue(np.isfinite(chosen.values).all())
                    self.assertEqual(data.arm.values.tolist(), list(ARMS))
                with xarray.open_dataset(path, group="population", engine=engine) as data:
                    self.assertEqual(data.persons.sel(arm="course", time=9, attachment_style="all").values.tolist(),
                                     [PERSONS] * 4)

    def test_only_types_that_every_reader_knows_are_used(self):
        def look(name, thing):
            for key, value in thing.attrs.items():
                if key not in ("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"):
                    self.assertIsInstance(value, (str, np.ndarray, np.number), f"{name}@{key}")
            if isinstance(thing, h5py.Dataset):
                text = h5py.check_string_dtype(thing.dtype)
                self.assertTrue(text == ("utf-8", None) or thing.dtype.kind in "if", name)
                self.assertIsNone(h5py.check_enum_dtype(thing.dtype))
                filters = {thing.id.get_create_plist().get_filter(i)[0]
                           for i in range(thing.id.get_create_plist().get_nfilters())}
                self.assertLessEqual(filters, {h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE}, name)

        for path in self.path.values():
            with h5py.File(path) as file:
                file.visititems(look)
                for name in ("population", "persons"):
                    self.assertEqual(file[name]["time"].maxshape, (None,))
                self.assertEqual(file["persons/self_compassion"].chunks[1:3], (1, 1))
                self.assertGreater(file["persons/self_compassion"].chunks[0], 5)

    def test_ncdump_and_netcdf4_open_it(self):
        for path in self.path.values():
            shown = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
            for line in ("time = UNLIMITED", 'string time:units = "weeks" ;',
                         "float attachment_anxiety(time, arm, replicate, person) ;",
                         "byte attachment_style(time, arm, replicate, person) ;",
                         'flag_meanings = "secure preoccupied dismissing fearful"'):
                self.assertIn(line, shown)
            self.assertNotIn("phony_dim", shown)
            self.assertNotIn("since", re.search(r"time:units = .*", shown).group())
            with netCDF4.Dataset(path) as data:
                self.assertEqual(data["persons/arm"][:].tolist(), list(ARMS))

    def test_r_lists_and_reads_it(self):
        if shutil.which("Rscript") is None:
            self.skipTest("no Rscript")
        script = ('if (!requireNamespace("rhdf5", quietly = TRUE)) { cat("no rhdf5"); quit() }\n'
                  'f <- commandArgs(TRUE)[1]; l <- rhdf5::h5ls(f); cat(paste(l$group, l$name), sep = "\\n")\n'
                  'cat("arms", rhdf5::h5read(f, "persons/arm"), "\\n")\n'
                  'x <- rhdf5::h5read(f, "persons/attachment_anxiety"); cat("dim", dim(x), "\\n")\n'
                  'cat("value", format(x[3, 2, 1, 5], digits = 15), "\\n")')
        done = subprocess.run(["Rscript", "-e", script, self.path["full"]], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        if "no rhdf5" in done.stdout:
            self.skipTest("no rhdf5 in R")
        for group in GROUPS:
            self.assertIn(f"/ {group}\n", done.stdout)
        self.assertIn("arms " + " ".join(ARMS), done.stdout)
        self.assertIn(f"dim {PERSONS} 4 3 {BURN_IN + RUN + 1}", done.stdout)  # R's first index is the fastest
        value = float(re.search(r"value (\S+)", done.stdout).group(1))
        self.assertAlmostEqual(value, self.persons.attachment_anxiety.values[4, 0, 1, 2].item(), places=6)

    def test_the_root_says_where_the_file_comes_from(self):
        for name, path in self.path.items():
            with h5py.File(path) as file:
                root = dict(file.attrs)
            for key in ("Conventions", "title", "kindred_format", "kindred_version", "kindred_commit", "model", "seed",
                        "config", "config_hash", "content_hash", "provenance"):
                self.assertIn(key, root)
            self.assertEqual((root["title"], root["seed"], root["kindred_format"]), ("Größe zählt nicht ♥", "11", 1))
            for key in ("config_hash", "content_hash"):
                self.assertRegex(root[key], r"^[0-9a-f]{32}$")
            config = yaml.safe_load(root["config"])
            self.assertEqual((config["seed"], config["society"]["persons"]), (11, PERSONS))
            self.assertEqual(tuple(config["arms"]), ARMS)
            self.assertEqual(config["record"]["persons"]["sample"], "all" if name == "full" else SAMPLE)
            provenance = json.loads(root["provenance"])
            self.assertEqual(provenance["software"], {"name": "kindred", "version": root["kindred_version"]})
            self.assertEqual(provenance["parameters"]["config_hash"], root["config_hash"])
            self.assertEqual(sorted(provenance), ["environment", "parameters", "schema_version", "software"])
            for word in (os.uname().nodename, self.folder, "/home"):  # equal science is equal bytes
                self.assertNotIn(word, json.dumps({k: str(v) for k, v in root.items()}))

    # the values

    def test_time_is_negative_in_the_burn_in_and_ends_with_the_run(self):
        self.assertEqual(self.persons.time.values.tolist(), list(range(-BURN_IN, RUN + 1)))
        self.assertEqual(self.population.time.values.tolist(), list(range(-BURN_IN, RUN + 1)))
        self.assertEqual(self.opened("sample", "persons").time.values.tolist(), list(range(0, RUN + 1, 4)))
        self.assertEqual(self.opened("sample", "population").time.values.tolist(), list(range(0, RUN + 1, 3)))

    def groups(self):
        """Masks [time, arm, replicate, person] of the groups of the population summaries, by label."""
        style = self.persons.attachment_style.values
        masks = {"all": np.ones(style.shape, bool)}
        for value, label in enumerate(self.persons.attachment_style.attrs["flag_meanings"].split()):
            masks[label] = style == value
        self.assertEqual(list(masks), self.population.attachment_style.values.tolist())
        return masks

    def test_counts_by_style_and_of_partners_are_those_of_the_persons(self):
        coupled = self.persons.partner_tie.values >= 0
        event = self.persons.bond_event.values
        self.assertGreater(coupled.sum(), 1000)
        for label, mask in self.groups().items():
            group = self.population.sel(attachment_style=label)
            for name, what in (("persons", mask), ("coupled_persons", mask & coupled), ("broke_up", mask & (event == 1)),
                               ("formed_bond", mask & (event == 2))):
                self.assertTrue(np.array_equal(group[name].values, what.sum(axis=-1)), (name, label))

    def test_means_spreads_and_quantiles_are_those_of_the_persons(self):
        coupled = self.persons.partner_tie.values >= 0
        shares = self.population["quantile"].values
        self.assertEqual(shares.tolist(), [.05, .25, .5, .75, .95])
        checked = empty = 0
        for outcome in OUTCOMES:
            among = coupled if outcome == "relationship_quality" else np.ones(coupled.shape, bool)
            values = self.persons[outcome].values.astype(np.float64)
            for label, mask in self.groups().items():
                # not those of the group become NaN; NumPy then tells what is left
                left = np.where(mask & among, values, np.nan)
                group = self.population.sel(attachment_style=label)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", RuntimeWarning)  # empty groups are NaN on both sides
                    expected = {"mean": np.nanmean(left, axis=-1), "sd": np.nanstd(left, axis=-1, ddof=1),
                                "quantile": np.moveaxis(np.nanquantile(left, shares, axis=-1), 0, -1)}
                for statistic, wanted in expected.items():
                    found = group[f"{outcome}_{statistic}"].values
                    self.assertTrue(np.allclose(found, wanted, rtol=0, atol=1e-6, equal_nan=True),
                                    (outcome, statistic, label))
                    checked += found.size
                    empty += np.isnan(found).sum()
        self.assertGreater(checked, 100_000)
        self.assertLess(empty, checked / 10)

    def test_coarse_frames_show_the_same_lives_and_collect_all_events(self):
        coarse = self.opened("sample", "population")
        same = self.population.sel(time=coarse.time)
        for name in coarse.data_vars:
            if name not in ("broke_up", "formed_bond"):
                self.assertTrue(np.array_equal(coarse[name].values, same[name].values, equal_nan=True), name)
        for name in ("broke_up", "formed_bond"):
            weekly = self.population[name].sel(time=range(1, RUN)).values  # weeks 1 .. 39, in threes
            self.assertGreater(weekly.sum(), 0)
            threes = weekly.reshape(13, 3, *weekly.shape[1:]).sum(axis=1)
            self.assertTrue(np.array_equal(coarse[name].sel(time=slice(3, None)).values, threes), name)

    def test_a_sample_is_some_of_all_in_ascending_order(self):
        panel = self.opened("sample", "persons")
        ids = panel.person_id.values
        self.assertEqual(ids.shape, (4, SAMPLE))
        self.assertTrue((np.diff(ids, axis=1) > 0).all())
        self.assertTrue(((0 <= ids) & (ids < PERSONS)).all())
        self.assertFalse(np.array_equal(ids[0], ids[2]))  # another society, another sample
        self.assertTrue(np.array_equal(self.persons.person_id.values, np.tile(np.arange(PERSONS), (4, 1))))
        for name in OUTCOMES + ("attachment_style", "attachment_style_by_score", "treated", "enrolled"):
            everybody = self.persons[name].sel(time=panel.time).values
            for replicate in range(4):
                self.assertTrue(np.array_equal(panel[name].values[:, :, replicate],
                                               everybody[:, :, replicate, ids[replicate]]), name)

    def test_styles_are_the_quadrants_of_the_latent_values(self):
        style = self.persons.attachment_style
        cuts = numbers_in(style.attrs["source"].split("SD")[0])
        self.assertEqual(len(cuts), 2)
        expected = style_of(self.persons.attachment_anxiety.values, self.persons.attachment_avoidance.values, cuts)
        self.assertTrue(np.array_equal(style.values, expected))
        self.assertEqual(np.unique(expected).tolist(), [0, 1, 2, 3])
        self.assertEqual(style.attrs["flag_values"].tolist(), [0, 1, 2, 3])

    def test_styles_by_score_are_the_quadrants_of_the_scores(self):
        style = self.persons.attachment_style_by_score
        cuts = numbers_in(style.attrs["source"].split("SD")[0])
        near, scores = np.zeros(style.shape, bool), []
        for name, cut in zip(("ecr_r_anxiety", "ecr_r_avoidance"), cuts):
            mean, sd = numbers_in(self.persons[name].attrs["source"].split("mean")[1])[:2]
            scores.append((self.persons[name].values.astype(np.float64) - mean) / sd)
            near |= np.abs(scores[-1] - cut) < 1e-5  # rounding to float32 may cross the cut
        expected = style_of(*scores, cuts)
        self.assertTrue(np.array_equal(style.values[~near], expected[~near]))
        self.assertLess(near.mean(), 1e-3)
        self.assertGreater((style.values != self.persons.attachment_style.values).mean(), 0.05)  # measurement errs

    def test_scores_stay_on_their_scale_and_are_as_reliable_as_they_say(self):
        for name, column in (("ecr_r_anxiety", "attachment_anxiety"), ("ecr_r_avoidance", "attachment_avoidance"),
                             ("scs_total", "self_compassion")):
            scores, low_high = self.persons[name].values, self.persons[name].attrs["valid_range"]
            self.assertTrue(((low_high[0] <= scores) & (scores <= low_high[1])).all(), name)
            mean, sd = numbers_in(self.persons[name].attrs["source"].split("mean")[1])[:2]
            reliability = numbers_in(self.persons[name].attrs["long_name"])[-1]
            latent = self.persons[column].values.astype(np.float64)
            inside = (low_high[0] < scores) & (scores < low_high[1])
            error = (scores[inside].astype(np.float64) - mean) / sd - np.sqrt(reliability) * latent[inside]
            # about 10^5 errors of everybody in every week; clipped ones are left out, hence the margin
            self.assertAlmostEqual(error.std(), np.sqrt(1 - reliability), delta=0.02)
            self.assertAlmostEqual(error.mean(), 0, delta=0.03)
            if name != "scs_total":
                self.assertTrue((scores == low_high[0]).any(), "nobody at the lowest score: is it clipped at all?")

    def test_arms_are_the_same_lives_until_the_programme_starts(self):
        first, second, rival = (self.persons.sel(arm=arm) for arm in ARMS)
        before = first.time.values <= START
        for name in OUTCOMES + ("ecr_r_anxiety", "partner_person"):
            self.assertTrue(np.array_equal(first[name].values[before], second[name].values[before]), name)
        self.assertFalse(np.array_equal(first.self_compassion.values[~before], second.self_compassion.values[~before]))
        self.assertFalse(np.array_equal(first.attachment_anxiety.values[0], rival.attachment_anxiety.values[0]))

    def test_the_treated_are_those_whom_who_selects(self):
        treated, enrolled = self.persons.treated, self.persons.enrolled
        self.assertFalse(treated.sel(arm="waitlist").values.any())
        self.assertFalse(treated.values[treated.time.values < START].any())
        self.assertTrue((enrolled.values <= treated.values).all())
        after = treated.sel(time=slice(START + 1, None)).values
        self.assertTrue((after == after[:1]).all())  # allotted once
        eligible = self.persons.attachment_anxiety.sel(arm="course", time=START).values > 0
        self.assertTrue(np.array_equal(after[0, 1].astype(bool), eligible))
        self.assertAlmostEqual(after[0, 2].mean(), 0.5, delta=4 * 0.5 / np.sqrt(2 * PERSONS))  # two societies' luck
        course = enrolled.sel(arm="course", time=slice(START + 1, None)).values
        self.assertTrue((np.diff(course.astype(int), axis=0) <= 0).all())  # nobody comes back
        self.assertLess(course[-1].sum(), course[0].sum())  # some drop out

    # bonds and society

    def bonds(self, kind):
        return self.ties.isel(spell=np.flatnonzero(self.ties.kind.values == kind))

    def test_spells_are_well_formed(self):
        t = self.ties
        self.assertEqual(t.kind.attrs["flag_meanings"], "bond commitment")
        self.assertEqual(t.spell.values.tolist(), list(range(t.sizes["spell"])))
        self.assertTrue((t["tail"].values < t["head"].values).all())
        self.assertTrue((t.onset.values <= t.terminus.values).all())
        self.assertTrue((t.onset.values >= -BURN_IN).all() and (t.terminus.values <= RUN).all())
        self.assertTrue((t.terminus.values[t.terminus_censored.values == 1] == RUN).all())
        self.assertTrue(t.terminus_censored.values.any() and not t.terminus_censored.values.all())
        order = t.replicate.values * len(ARMS) + t.arm.values
        self.assertTrue((np.diff(order) >= 0).all())

    def test_a_commitment_lies_in_its_bond(self):
        # the earliest commitment comes after 78 weeks: bonds that began with the burn-in
        bonds, commitments = self.bonds(0), self.bonds(1)
        self.assertGreater(commitments.sizes["spell"], 0)
        keys = ("replicate", "arm", "tail", "head", "terminus", "terminus_censored")
        ends = {key: onset for *key, onset in zip(*(bonds[k].values.tolist() for k in keys), bonds.onset.values)
                for key in [tuple(key)]}
        for *key, onset in zip(*(commitments[k].values.tolist() for k in keys), commitments.onset.values):
            self.assertIn(tuple(key), ends)
            self.assertGreaterEqual(onset, ends[tuple(key)])

    def test_spells_tell_the_same_as_the_persons_week_by_week(self):
        partner = self.persons.partner_person.values
        committed = self.persons.bond_committed.values > 0
        weeks = self.persons.time.values
        for kind, expected in ((0, partner), (1, np.where(committed, partner, -1))):
            built = np.full(partner.shape, -1)
            s = self.bonds(kind)
            for arm, replicate, tail, head, onset, terminus, open_end in zip(
                    *(s[name].values.tolist() for name in ("arm", "replicate", "tail", "head", "onset", "terminus",
                                                           "terminus_censored"))):
                alive = (weeks >= onset) & ((weeks < terminus) | bool(open_end))
                self.assertTrue((built[alive, arm, replicate, tail] == -1).all(), "two bonds at once")
                built[alive, arm, replicate, tail] = head
                built[alive, arm, replicate, head] = tail
            self.assertTrue(np.array_equal(built, expected), ("bond", "commitment")[kind])

    def test_break_ups_and_formations_are_the_ends_and_beginnings_of_bonds(self):
        s = self.bonds(0)
        for name, week, counted in (("formed_bond", s.onset.values, np.ones(s.sizes["spell"], bool)),
                                    ("broke_up", s.terminus.values, s.terminus_censored.values == 0)):
            found = np.zeros(self.population.persons.shape[:3], int)
            np.add.at(found, (week[counted] + BURN_IN, s.arm.values[counted], s.replicate.values[counted]), 2)
            self.assertTrue(np.array_equal(found, self.population[name].sel(attachment_style="all").values), name)

    def test_without_burn_in_the_spells_are_those_that_reach_into_the_study(self):
        def rows(ties, keep):
            names = ("replicate", "arm", "kind", "tail", "head", "onset", "terminus", "terminus_censored")
            return sorted(zip(*(ties[name].values[keep].tolist() for name in names)))

        coarse = self.opened("sample", "ties")
        reaching = (self.ties.terminus.values > 0) | (self.ties.terminus_censored.values == 1)
        self.assertFalse(reaching.all())
        self.assertEqual(rows(coarse, slice(None)), rows(self.ties, reaching))

    def test_the_graph_has_every_tie_once_and_every_bond(self):
        g = self.graph
        ties = list(zip(*(g[name].values.tolist() for name in ("society", "tail", "head"))))
        self.assertEqual(len(set(ties)), len(ties))
        self.assertEqual(ties, sorted(ties))
        self.assertTrue((g["tail"].values < g["head"].values).all())
        self.assertTrue((g["head"].values < PERSONS).all() and (g["tail"].values >= 0).all())
        self.assertEqual(g.tie.values.tolist(), list(range(len(ties))))
        known = set(ties)
        per_society = 2
        t = self.ties
        for replicate, tail, head in zip(*(t[name].values.tolist() for name in ("replicate", "tail", "head"))):
            self.assertIn((replicate // per_society, tail, head), known)
        degrees = np.bincount(np.concatenate([g["tail"].values, g["head"].values])) / 2
        self.assertAlmostEqual(degrees.mean(), 16, delta=2)

    def test_traits_are_shared_where_the_arms_share_their_parameters(self):
        derived = [name for name in self.society.data_vars if "arm" in self.society[name].dims]
        shared = [name for name in self.society.data_vars if "arm" not in self.society[name].dims]
        self.assertIn("anxiety_trait", derived)
        self.assertIn("start_age", shared)
        for name in derived:
            self.assertEqual(self.society[name].dims, ("arm", "society", "person"))
            waitlist, course, rival = (self.society[name].sel(arm=arm).values for arm in ARMS)
            self.assertTrue(np.array_equal(waitlist, course), name)
            self.assertFalse(np.array_equal(waitlist[0], waitlist[1]), name)
            if name == "anxiety_trait":
                self.assertFalse(np.array_equal(waitlist, rival))
        for name in shared:
            self.assertEqual(self.society[name].dims, ("society", "person"))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    SOURCE = os.path.abspath(sys.argv.pop(2))
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
