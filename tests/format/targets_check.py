"""`kindred targets` computes what it says: the same lives are recorded to HDF5 and every quantity that a file can
tell is computed again here, in NumPy, from its definition. Also: all rows print, the JSON holds them, exit codes.

Usage: /usr/bin/python3 targets_check.py PROGRAM SOURCE_DIR

Ties leave no trace of their closeness in a file, so C15 is checked in tests/unit/targets_test.cpp only.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np
import yaml

PROGRAM = SOURCE = ""
HYPOTHESES = ("remediation", "relational")
SEED, PERSONS, SOCIETIES, BURN_IN = 77, 700, 3, 208
STUDY = (f"study.persons={PERSONS}", f"study.societies={SOCIETIES}", f"study.burn_in={BURN_IN // 52} years")
PROGRAMMES = {"course": "mindful-self-compassion", "online": "online-unguided"}
COLUMNS = ["attachment_anxiety", "attachment_avoidance", "self_compassion", "self_criticism", "psychological_distress",
           "partner_tie", "bond_duration", "bond_committed", "bond_event"]
TOLERANCE = 1e-6
LAST = 60


def scenario():
    arms = {}
    for hypothesis in HYPOTHESES:
        arms[f"{hypothesis}-waitlist"] = {"hypothesis": hypothesis}
        for arm, programme in PROGRAMMES.items():
            use = {"programme": programme, "start": "0 weeks", "share": 0.4}
            arms[f"{hypothesis}-{arm}"] = {"hypothesis": hypothesis, "programmes": [use]}
    return {"schema": 1, "seed": SEED, "time": {"burn_in": f"{BURN_IN // 52} years", "run": f"{LAST} weeks"},
            "society": {"persons": PERSONS}, "model": {"attachment": {}}, "arms": arms,
            "replicates": {"societies": SOCIETIES},
            "record": {"population": "none", "from": "burn-in",
                       "persons": {"every": "1 week", "sample": "all", "columns": COLUMNS}}}


class Recorded:
    """One hypothesis on one society, from a study file: column(name, week, arm) is one number a person."""

    def __init__(self, file, hypothesis, society):
        self.file, self.society = file, society
        names = [name.decode() for name in file["persons/arm"][:]]
        self.arm = {arm: names.index(f"{hypothesis}-{arm}") for arm in ("waitlist", *PROGRAMMES)}
        times = file["persons/time"][:]
        assert times[0] == -BURN_IN and times[-1] == LAST and len(times) == BURN_IN + LAST + 1
        assert (file["persons/person_id"][society] == np.arange(PERSONS)).all()

    def column(self, name, week, arm="waitlist"):
        return self.file["persons/" + name][BURN_IN + week, self.arm[arm], self.society].astype(float)

    def trait(self, name):
        values = self.file["society/" + name]
        at = (self.society,) if values.ndim == 2 else (self.arm["waitlist"], self.society)
        return values[at].astype(float)

    def weeks(self, name, first, last):
        """[week, person] of the waitlist."""
        return self.file["persons/" + name][BURN_IN + first:BURN_IN + last + 1, self.arm["waitlist"], self.society]


def r(x, y):
    return [np.corrcoef(x, y)[0, 1]]


def hazards(lives):
    """C9 and C9m: by status at the beginning of a week, broken in that week, over the burn-in."""
    partner, weeks, committed, event = (lives.weeks(name, -BURN_IN, 0) for name in COLUMNS[5:])
    kind = np.where(partner < 0, -1, np.where(committed == 1, 6, np.minimum(weeks.astype(int) // 52, 5)))[:-1]
    broke = event[1:] == 1
    yearly = [1 - (1 - broke[kind == k].mean()) ** 52 if (kind == k).any() else math.nan for k in range(7)]
    return yearly[:6], yearly[6:]


def established(lives):
    """C8, from the tie a person had at the start: it is gone in some week of the year that follows."""
    tie = lives.column("partner_tie", 0)
    chosen = (tie >= 0) & (lives.column("bond_committed", 0) == 0) & (lives.column("bond_duration", 0) >= 104)
    gone = (lives.weeks("bond_event", 1, 52) == 1).any(axis=0)
    return [gone[chosen].mean()] if chosen.any() else [math.nan]


def quantities(lives):
    anxiety, avoidance, compassion, criticism, distress = (lives.column(name, 0) for name in COLUMNS[:5])
    neuroticism, care, age = (lives.trait(n) for n in ("trait_neuroticism", "adverse_care", "start_age"))
    treated = lives.column("treated", 8, "course") == 1

    def retest(name, week):
        return r(lives.column(name, 0), lives.column(name, week))[0]

    def effect(name, week):
        return (lives.column(name, week, "course") - lives.column(name, week))[treated].mean()

    def completed(arm, week):
        return (lives.column("enrolled", week, arm)[lives.column("treated", week, arm) == 1] == 1).mean()

    gain = effect("self_compassion", 8)
    of_age = (age >= 18) & (age <= 40)
    by_year, committed = hazards(lives)
    return {"C1": r(compassion, anxiety), "C2": r(compassion, avoidance), "C3": r(anxiety, avoidance),
            "C4a": r(care, compassion), "C4b": r(care, anxiety), "C4c": r(care, avoidance),
            "C5a": r(neuroticism, compassion), "C5b": r(neuroticism, anxiety), "C5c": r(neuroticism, avoidance),
            "C6a": [retest(name, week) for name in COLUMNS[:2] for week in (3, 6)],
            "C6b": [retest(name, 52) for name in COLUMNS[:2]],
            "C7": [retest("self_compassion", week) for week in (8, 12, 14)],
            "C8": established(lives), "C9": by_year, "C9m": committed,
            "C10": [(lives.column("partner_tie", 0)[of_age] >= 0).mean()],
            "C11a": [gain / compassion.std(ddof=1)],
            "C11b": [-effect("self_criticism", 8) / criticism.std(ddof=1)],
            "C11c": [-effect("psychological_distress", 8) / distress.std(ddof=1)],
            "C12": [effect("self_compassion", week) / gain for week in (21, 60)],
            "C13": [completed("course", 8), completed("online", 4)],
            "C14a": r(compassion, distress), "C14b": r(avoidance, distress)}


def over_societies(values):
    """Mean and standard error of [society][part], societies without a value left out."""
    values = np.array(values, dtype=float)
    counts = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    means = np.nansum(values, axis=0) / np.where(np.isnan(values).all(axis=0), np.nan, counts)
    errors = np.sqrt(np.nansum((values - means) ** 2, axis=0) / np.where(counts > 1, counts - 1, np.nan) / counts)
    return means, errors


class Targets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kindred-targets-")
        cls.environment = dict(os.environ, KINDRED_CONFIGS=os.path.join(SOURCE, "configs"))
        with open(os.path.join(SOURCE, "configs", "evidence", "targets.yaml"), encoding="utf-8") as file:
            cls.text = file.read()
        cls.targets = yaml.safe_load(cls.text)["targets"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, name, text=None):
        path = os.path.join(self.folder.name, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def kindred(self, *words, code=0):
        done = subprocess.run([PROGRAM, *words], cwd=self.folder.name, env=self.environment, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def small(self, *words, code=0):
        chosen = [word for name in HYPOTHESES for word in ("--hypothesis", name)]
        return self.kindred("targets", *words, *STUDY, "--seed", str(SEED), "-q", *chosen, code=code)

    def with_distress(self):
        row = ('  - {id: C11c, quantity: effect on distress (g), value: 0.5, band: [0.40, 0.67], confidence: read, '
               'known_failure: "distress falls too little"}\n')
        return self.path("with_distress.yaml", self.text + row)

    def test_every_quantity_equals_what_a_recorded_study_gives(self):
        shown = json.loads(self.small(self.with_distress(), "--json").stdout)
        self.assertEqual(shown["hypotheses"], list(HYPOTHESES))
        self.kindred("run", self.path("s.yaml", yaml.safe_dump(scenario())), "-o", self.path("s.h5"), "-q")
        checked = 0
        with h5py.File(self.path("s.h5")) as file:
            for h, hypothesis in enumerate(HYPOTHESES):
                societies = [quantities(Recorded(file, hypothesis, s)) for s in range(SOCIETIES)]
                for row in shown["targets"]:
                    if row["id"] == "C15":
                        continue
                    means, errors = over_societies([society[row["id"]] for society in societies])
                    parts = row["results"][h]["parts"]
                    self.assertEqual(len(parts), len(means), row["id"])
                    for part, mean, error in zip(parts, means, errors):
                        for name, ours in (("value", mean), ("monte_carlo_error", error)):
                            theirs = math.nan if part[name] is None else part[name]
                            what = f"{row['id']} {hypothesis} {name}: {theirs} is {ours} from the file"
                            self.assertTrue(math.isnan(ours) == math.isnan(theirs), what)
                            self.assertFalse(abs(ours - theirs) > TOLERANCE, what)
                            checked += 1
        self.assertGreater(checked, 2 * 2 * 30)

    def test_bands_and_verdicts_of_the_json_follow_from_the_file(self):
        for target, row in zip(self.targets, json.loads(self.small("--json").stdout)["targets"]):
            self.assertEqual(row["id"], target["id"])
            for result in row["results"]:
                values = [part["value"] for part in result["parts"]]
                bands = [part["band"] for part in row["parts"]]
                if None in values:
                    self.assertEqual(result["verdict"], "no data")
                    continue
                inside = all(low <= value <= high for value, (low, high) in zip(values, bands))
                self.assertEqual(result["verdict"], "in band" if inside else "out of band", row["id"])
                out = [max(value - high, low - value, 0) for value, (low, high) in zip(values, bands)]
                self.assertAlmostEqual(abs(result["out_by"]), max(out), places=12)

    def test_every_row_prints_with_every_hypothesis(self):
        words = ("targets", "study.persons=2000", "study.societies=2")
        shown = self.kindred(*words).stdout
        for target in self.targets:
            self.assertRegex(shown, rf"(?m)^{target['id']} .*\(source: {target['confidence']}\)$")
            for number in target.get("note", "").splitlines():
                self.assertIn(f"{target['id']}: {number}", shown)
        self.assertEqual(shown.count("  verdict "), len(self.targets))
        table = json.loads(self.kindred(*words, "--json", "-q").stdout)
        self.assertEqual(table["hypotheses"], ["none", "remediation", "marker", "common-cause", "relational",
                                               "reciprocal"])
        self.assertEqual([row["id"] for row in table["targets"]], [target["id"] for target in self.targets])
        claims = {row["id"]: [result["claimed"] for result in row["results"]] for row in table["targets"]}
        self.assertEqual(claims.pop("C2"), [False] + [True] * 5)
        self.assertTrue(all(all(claimed) for claimed in claims.values()))
        verdicts = next(row for row in table["targets"] if row["id"] == "C2")["results"]
        self.assertEqual(verdicts[0]["verdict"], "out of band")

    def test_results_do_not_depend_on_threads(self):
        self.assertEqual(self.small("--json", "--threads", "1").stdout, self.small("--json", "--threads", "3").stdout)

    def test_strict_says_no_only_for_claims(self):
        wide = 'schema: 1\nstudy: {seed: 1, persons: 300, societies: 1, burn_in: 0 weeks, hypotheses: [none], ' \
               'course: [{programme: mindful-self-compassion, start: 0 weeks, share: 0.4}], ' \
               'online: [{programme: online-unguided, start: 0 weeks, share: 0.4}]}\ntargets:\n'
        row = '  - {{id: {}, quantity: x, value: 0, band: {}, confidence: read{}}}\n'
        good = row.format("C1", "[-1, 1]", "")
        for extra, code in ((row.format("C2", "[5, 6]", ""), 1),
                            (row.format("C2", "[5, 6]", ", not_claimed_by: [none]"), 0),
                            (row.format("C2", "[5, 6]", ", known_failure: not tuned"), 0),
                            (row.format("C8", "[0, 1]", ""), 1)):  # nobody has a bond: no data is no yes
            file = self.path("strict.yaml", wide + good + extra)
            self.kindred("targets", file, "--strict", "-q", code=code)
            self.kindred("targets", file, "-q")

    def test_a_known_failure_is_named_as_one(self):
        self.assertIn("Known failure C11c: distress falls too little", self.small(self.with_distress()).stdout)

    def test_wrong_input_is_refused_with_its_place(self):
        for words, message in ((("--hypothesis", "nonee"), "did you mean 'none'?"),
                               (("study.person=5",), "study.person: no such key; did you mean 'persons'?"),
                               (("--seed", "x"), "study.seed"), (("missing.yaml",), "missing.yaml: no such file"),
                               (("--hypothesis", "none", "--hypothesis", "H0"), "in the list already")):
            self.assertIn(message, self.kindred("targets", *words, code=2).stderr)


if __name__ == "__main__":
    PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
