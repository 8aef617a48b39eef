#!/usr/bin/python3
"""A run that takes its burn-in from a file records what it records with its own burn-in; a burn-in that is not the
scenario's own, or is damaged, is refused with every reason at once.

Usage: branch_test.py PROGRAM SOURCE [TEST...]
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

import h5py
import numpy as np

warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
import xarray  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from resume_study import default_signals, environment, remove_run, start  # noqa: E402

PROGRAM = SOURCE = ""
PEOPLE = """\
schema: 1
title: {title}
seed: 77
time: {{burn_in: {burn_in}, run: {run}}}
society: {{persons: 500, network: {{kind: community, acquaintances: 12, rewiring: 0.2, block: 90}}}}
model:
  attachment:
    hypothesis: remediation
    parameters: {{commitment_earliest: 8, commitment_rate: 0.02, hazard_early: 0.06, dating_availability: 0.2}}
"""
REPLICATES = "replicates: {societies: 2, per_society: 2}\n"
BASE = PEOPLE.format(title="Base", burn_in="60 weeks", run="1 week") + "arms: {waitlist: {}}\n" + REPLICATES
COURSE = "{programme: mindful-self-compassion, start: %s, who: {anxiety: {above: 0.5}}, share: 0.4}"
STUDY = PEOPLE.format(title="Study", burn_in="60 weeks", run="40 weeks") + f"""\
arms:
  waitlist: {{}}
  course:
    - {COURSE % '10 weeks'}
  two:
    - {COURSE % '10 weeks'}
    - {{programme: security-boost, start: 20 weeks, who: {{partnered: true}}, share: 0.5, group: second}}
effects: {{direct: {{arms: [course], persons: 3}}, mediated: {{arms: [course]}}}}
""" + REPLICATES + """\
record:
  population: 13 weeks
  persons: {every: 4 weeks, sample: 200, instruments: [ecr_r_anxiety, scs_total]}
  closeness: true
"""
ONE_ARM = PEOPLE.format(title="One", burn_in="60 weeks", run="20 weeks") + \
    f"arms:\n  course:\n    - {COURSE % '4 weeks'}\n" + REPLICATES
EIGHT_ARMS = PEOPLE.format(title="Eight", burn_in="60 weeks", run="20 weeks") + "arms:\n  waitlist: {}\n" + "".join(
    f"  course-{week}:\n    - {COURSE % f'{week} weeks'}\n" for week in range(7)) + REPLICATES
TWO_PASTS = PEOPLE.format(title="Two pasts", burn_in="60 weeks", run="20 weeks") + f"""\
arms:
  waitlist: {{}}
  soothed: {{parameters: {{self_soothing: 0.5}}}}
  course:
    - {COURSE % '4 weeks'}
  soothed-course:
    parameters: {{self_soothing: 0.5}}
    programmes:
      - {COURSE % '4 weeks'}
""" + REPLICATES
SWITCHED = PEOPLE.format(title="Switched", burn_in="60 weeks", run="20 weeks") + f"""\
arms:
  waitlist: {{}}
  waitlist-off: {{parameters: {{anxious_mechanism: 0}}}}
  course-off:
    parameters: {{anxious_mechanism: 0}}
    programmes:
      - {COURSE % '4 weeks'}
""" + REPLICATES
OPINIONS = """\
schema: 1
seed: 3
time: {burn_in: 30 weeks, run: 12 weeks}
society: {persons: 200}
model: {averaging: {}}
arms:
  loud: {parameters: {opinion_noise: 1.5}}
  quiet: {parameters: {opinion_noise: 0}}
"""
NETWORK = "tail,head\n" + "".join(f"{i},{(i + k) % 60}\n" for i in range(60) for k in (1, 2, 3))
ON_FILE = """\
schema: 1
seed: 5
time: {burn_in: 40 weeks, run: 20 weeks}
society: {network: {kind: file, path: net.csv}}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks}
"""
NAME = "base.checkpoint.h5"


def attributes_of(path):
    with h5py.File(path) as file:
        return {name: file.attrs[name] for name in file.attrs}


class Branch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="kindred-branch-")
        cls.environment = environment(SOURCE)
        for name, text in (("base", BASE), ("study", STUDY)):
            with open(os.path.join(cls.root, name + ".yaml"), "w", encoding="ascii") as file:
                file.write(text)
        cls.made = cls.run_in(cls.root, "run", "base.yaml", "--burn-in-only", "-o", NAME)
        cls.run_in(cls.root, "run", "study.yaml", "-q", "-o", "own.h5")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    @classmethod
    def run_in(cls, folder, *arguments, expect=0, **more):
        done = subprocess.run([PROGRAM, *arguments], cwd=folder, env=dict(cls.environment, **more),
                              capture_output=True, text=True, timeout=300)
        assert done.returncode == expect, f"kindred {' '.join(arguments)}\n{done.returncode}\n{done.stdout[-500:]}{done.stderr}"
        return done

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.root)
        for name in ("base.yaml", "study.yaml", NAME, "own.h5"):
            shutil.copy(os.path.join(self.root, name), self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def kindred(self, *arguments, expect=0, **more):
        return self.run_in(self.folder, *arguments, expect=expect, **more)

    def branched(self, *words, scenario="study.yaml", base=NAME, out="branched.h5", **more):
        return self.kindred("run", scenario, "-q", "-f", "-o", out, f"branch={base}", *words, **more)

    def refused(self, *words, scenario="study.yaml", base=NAME):
        done = self.kindred("run", scenario, "-q", "-o", "no.h5", f"branch={base}", *words, expect=2)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("no.h5")], [])
        return done.stderr

    def same(self, a, b):
        """Everything but the attribute that names the stored burn-in."""
        self.assertIn("the two files hold the same content", self.kindred("inspect", a, "--diff", b).stdout)
        left, right = attributes_of(self.path(a)), attributes_of(self.path(b))
        self.assertEqual(set(right) - set(left), {"history"})
        for name, value in left.items():
            np.testing.assert_array_equal(value, right[name], name)
        with h5py.File(self.path(a)) as one, h5py.File(self.path(b)) as two:
            def compare(name, item):
                other = two[name]
                if isinstance(item, h5py.Dataset):
                    self.assertEqual(item.dtype, other.dtype, name)
                    if item.dtype.kind == "O":
                        self.assertEqual(list(item[()].ravel()), list(other[()].ravel()), name)
                    else:
                        self.assertEqual(item[()].tobytes(), other[()].tobytes(), name)
            names = []
            one.visititems(lambda name, item: names.append(name))
            others = []
            two.visititems(lambda name, item: others.append(name))
            self.assertEqual(names, others)
            one.visititems(compare)

    # --- the same as with its own burn-in -------------------------------------------------------------------

    def test_a_branched_run_records_what_its_own_burn_in_would(self):
        self.branched()
        self.same("own.h5", "branched.h5")
        self.assertIn(attributes_of(self.path(NAME))["content_hash"], attributes_of(self.path("branched.h5"))["history"])
        self.assertNotIn("branch", self.kindred("inspect", "branched.h5", "--config").stdout)

    def test_the_tables_are_the_same_too(self):
        own = self.kindred("run", "study.yaml", "-q", "-f", "-o", "own.h5").stdout
        self.assertEqual(self.branched().stdout.replace("branched.h5", "own.h5").replace(
            self.size("branched.h5"), self.size("own.h5")), own)

    def size(self, name):
        return f"({os.path.getsize(self.path(name)) / 1e6:.1f} MB)"

    def test_threads_lanes_and_instruction_sets_do_not_matter(self):
        with open("/proc/cpuinfo", encoding="ascii") as file:
            flags = file.read()
        sets = ["v2"] + (["v3"] if "avx2" in flags else []) + (["v4"] if "avx512vl" in flags else [])
        for number, (threads, widest) in enumerate((("1", "1"), ("2", "2"), ("1", "16"), ("3", "8"))):
            with self.subTest(threads=threads, widest=widest):
                self.branched("--threads", threads, "--widest", widest, KINDRED_ISA=sets[number % len(sets)])
                self.same("own.h5", "branched.h5")

    def test_the_base_is_the_same_however_it_is_made(self):
        for words in (("--threads", "1"), ("--threads", "2", "--widest", "1"), ("--widest", "16",)):
            self.kindred("run", "base.yaml", "-q", "-f", "--burn-in-only", "-o", "again.h5", *words)
            self.assertTrue(self.read("again.h5") == self.read(NAME))
        # another scenario of the same past gives the same states: its arms, run and record do not matter
        self.kindred("run", "study.yaml", "-q", "--burn-in-only", "-o", "of-study.h5")
        with h5py.File(self.path("of-study.h5")) as one, h5py.File(self.path(NAME)) as two:
            for name in one["persons"]:
                if one["persons"][name].dtype.kind != "O":
                    self.assertEqual(one["persons"][name][()].tobytes(), two["persons"][name][()].tobytes(), name)

    def test_scenarios_of_one_and_of_eight_arms_share_one_world(self):
        for name, text in (("one", ONE_ARM), ("eight", EIGHT_ARMS)):
            self.write(name + ".yaml", text)
            for widest in ("1", "8"):
                with self.subTest(name, widest=widest):
                    self.kindred("run", name + ".yaml", "-q", "-f", "-o", "a.h5", "--widest", widest)
                    self.branched("--widest", widest, scenario=name + ".yaml", out="b.h5")
                    self.same("a.h5", "b.h5")

    def test_arms_of_different_pasts_find_their_own_world(self):
        self.write("pasts.yaml", TWO_PASTS)
        self.kindred("run", "pasts.yaml", "-q", "--burn-in-only", "-o", "pasts.checkpoint.h5")
        with h5py.File(self.path("pasts.checkpoint.h5")) as file:
            self.assertEqual([w.decode() for w in file["worlds/world"]], ["waitlist", "soothed"])
        self.kindred("run", "pasts.yaml", "-q", "-o", "a.h5")
        for widest in ("1", "2", "16"):
            self.branched("--widest", widest, scenario="pasts.yaml", base="pasts.checkpoint.h5", out="b.h5")
            self.same("a.h5", "b.h5")
        err = self.refused(scenario="pasts.yaml")
        self.assertIn("2 problems", err)
        for arm in ("soothed", "soothed-course"):
            self.assertIn(f"arms.{arm}: no world of '{NAME}' has this arm's parameters; 'waitlist' comes closest: "
                          "self_soothing 0.25 there, 0.5 here", err)

    def test_switches_that_wait_for_the_programmes_need_no_past_of_their_own(self):
        self.write("switched.yaml", SWITCHED)
        self.kindred("run", "switched.yaml", "-q", "-o", "a.h5")
        self.branched(scenario="switched.yaml", out="b.h5")
        self.same("a.h5", "b.h5")

    def test_what_is_recorded_may_differ_to_the_frame(self):
        for population in ("1 week", "7 weeks", "40 weeks", "none"):
            with self.subTest(population):
                words = (f"record.population={population}", "record.persons.sample=all",
                         "record.persons.columns=[partner_tie, bond_event]")
                self.kindred("run", "study.yaml", "-q", "-f", "-o", "a.h5", *words)
                self.branched(*words, out="b.h5")
                self.same("a.h5", "b.h5")

    def test_other_models_and_networks_branch_too(self):
        self.write("opinions.yaml", OPINIONS)
        self.write("net.csv", NETWORK)
        self.write("file.yaml", ON_FILE)
        for name in ("opinions", "file"):
            with self.subTest(name):
                self.kindred("run", f"{name}.yaml", "-q", "--burn-in-only", "-o", f"{name}.base.h5")
                self.kindred("run", f"{name}.yaml", "-q", "-o", "a.h5", "-f")
                self.branched(scenario=f"{name}.yaml", base=f"{name}.base.h5", out="b.h5")
                self.same("a.h5", "b.h5")
        self.write("net.csv", NETWORK + "0,30\n")
        self.assertIn("society.network.path: the network file is not the one of 'file.base.h5'",
                      self.refused(scenario="file.yaml", base="file.base.h5"))

    def test_a_part_of_the_replicates_is_enough(self):
        words = ("replicates.societies=2", "replicates.per_society=1")
        self.kindred("run", "study.yaml", "-q", "-o", "a.h5", *words)
        self.branched(*words, out="b.h5")
        self.same("a.h5", "b.h5")
        self.assertIn("replicates.per_society: 3 here, only 2 in", self.refused("replicates.per_society=3"))

    def test_one_changed_bit_of_a_state_is_found(self):
        with h5py.File(self.path(NAME), "r+") as file:
            states = file["persons/psychological_distress"]
            states[0, 0, 3] = np.nextafter(states[0, 0, 3], np.float32(9))
        self.assertIn("branch: 'base.checkpoint.h5' is damaged", self.refused())

    def test_negative_control_another_past_gives_another_study(self):
        """Were the stored states not used, the comparisons above would say nothing: a file that claims to be of this
        scenario, and holds the lives of another, has to show."""
        self.kindred("run", "base.yaml", "-q", "--burn-in-only", "-o", "other.h5",
                     "model.attachment.parameters.hazard_early=0.07")
        shutil.copy(self.path("other.h5"), self.path("forged.h5"))
        with h5py.File(self.path("forged.h5"), "r+") as file:
            names = [name.decode() for name in file["worlds/parameter"]]
            value = file["worlds/value"]
            value[0, names.index("hazard_early")] = 0.06
        self.assertIn("'forged.h5' is damaged", self.refused(base="forged.h5"))  # its hash gives it away
        self.kindred("run", "study.yaml", "-q", "-o", "honest.h5", "branch=other.h5",
                     "model.attachment.parameters.hazard_early=0.07")
        self.assertNotIn("hold the same content",
                         self.run_in(self.folder, "inspect", "own.h5", "--diff", "honest.h5", expect=1).stdout)

    # --- what does not fit ----------------------------------------------------------------------------------

    def test_every_difference_is_said_at_once_where_it_is_written(self):
        self.write("other.yaml", STUDY.replace("seed: 77", "seed: 78").replace("persons: 500", "persons: 501", 1)
                   .replace("rewiring: 0.2", "rewiring: 0.3").replace("burn_in: 60", "burn_in: 61")
                   .replace("societies: 2", "societies: 9") + f"branch: {NAME}\n")
        err = self.kindred("run", "other.yaml", "-q", "-o", "no.h5", expect=2).stderr
        self.assertIn("5 problems", err)
        for place, text in (("3:7", "seed: 78 here, 77 in 'base.checkpoint.h5'"),
                            ("4:17", "time.burn_in: 61 weeks here, 60 weeks in 'base.checkpoint.h5'"),
                            ("5:20", "society.persons: 501 here, 500 in"),
                            ("5:81", "society.network.rewiring: 0.3 here, 0.2 in"),
                            ("18:25", "replicates.societies: 9 here, only 2 in")):
            self.assertIn(f"other.yaml:{place}: {text}", err)
        self.assertEqual(self.kindred("check", "other.yaml", expect=2).stderr, err)
        self.assertIn("society.network.kind: erdos-renyi here, community in", self.refused(
            "society.network={kind: erdos-renyi, acquaintances: 12}"))
        self.assertIn("hazard_early 0.06 there, 0.07 here",
                      self.refused("model.attachment.parameters.hazard_early=0.07"))
        err = self.refused("model.attachment.hypothesis=none")
        self.assertIn("comes closest", err)
        self.assertIn("more", err)
        self.assertIn("time.burn_in is 0", self.refused("time.burn_in=0 weeks"))
        self.assertIn("record.from: the burn-in is taken from a file", self.refused("record.from=burn-in"))

    def test_another_programs_burn_in_is_refused(self):
        for attribute, value, text in (
                ("kindred_version", "9.1.0", "was written by kindred 9.1.0"),
                ("kindred_commit", "elsewhere", "only that program lives through the same burn-in"),
                ("burn_in_format", np.int32(2), "was written by another version of Kindred"),
                ("burn_in_format", None, "holds a result, no burn-in to branch from")):
            with self.subTest(attribute, value=value):
                shutil.copy(os.path.join(self.root, NAME), self.path(NAME))
                with h5py.File(self.path(NAME), "r+") as file:
                    if value is None:
                        del file.attrs[attribute]
                    else:
                        del file.attrs[attribute]
                        file.attrs[attribute] = value
                self.assertIn(text, self.refused())
        self.assertIn("holds a result, no burn-in", self.refused(base="own.h5"))

    def test_files_that_cannot_be_read_say_why(self):
        self.assertIn("no file 'bse.checkpoint.h5'; did you mean 'base.checkpoint.h5'?", self.refused(
            base="bse.checkpoint.h5"))
        self.assertIn("lies outside the scenario's folder and the library", self.refused(base="../own.h5"))
        self.write("text.h5", "schema: 1\n" * 100)
        self.assertIn("'text.h5' is not an HDF5 file", self.refused(base="text.h5"))
        self.write("empty.h5", "")
        self.assertIn("'empty.h5' is not an HDF5 file", self.refused(base="empty.h5"))
        whole = self.read(NAME)
        self.write("cut.h5", whole[:-1000])
        self.assertIn("'cut.h5' is truncated", self.refused(base="cut.h5"))

    def test_a_file_one_may_not_read_is_named(self):
        os.chmod(self.path(NAME), 0)
        os.chmod(self.root, 0o755)
        os.chmod(self.folder, 0o777)
        def nobody():
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
        try:
            subprocess.run([PROGRAM, "--version"], preexec_fn=nobody, capture_output=True, timeout=60, check=False)
        except PermissionError:
            self.skipTest("the program lies where only root may read")
        done = subprocess.run([PROGRAM, "check", "study.yaml", f"branch={NAME}"], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, preexec_fn=nobody, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("branch: 'base.checkpoint.h5' cannot be opened: Permission denied", done.stderr)

    def test_damaged_files_are_refused_and_never_crash(self):
        luck, whole, codes = random.Random(8), self.read(NAME), {}
        for number in range(60):
            damaged = bytearray(whole)
            for _ in range(1 + number % 3):
                at = luck.randrange(len(damaged))
                damaged[at] ^= 1 << luck.randrange(8)
            if number % 10 == 9:
                damaged = damaged[:luck.randrange(len(damaged))]
            self.write("damaged.h5", bytes(damaged))
            done = subprocess.run([PROGRAM, "check", "study.yaml", "branch=damaged.h5"], cwd=self.folder,
                                  env=self.environment, capture_output=True, text=True, timeout=120)
            codes[done.returncode] = codes.get(done.returncode, 0) + 1
            self.assertIn(done.returncode, (0, 2), done.stderr)  # 0: the byte belonged to nothing
            if done.returncode == 2:
                self.assertIn("damaged.h5", done.stderr)
        self.assertGreater(codes.get(2, 0), 50, codes)

    def test_a_strangers_file_cannot_claim_more_than_the_society_has(self):
        with h5py.File(self.path(NAME), "r+") as file:
            del file["persons/psychological_distress"]
            file.create_dataset("persons/psychological_distress", shape=(4, 1, 1 << 40), chunks=(1, 1, 1 << 20),
                                dtype="f4")
        self.assertIn("branch: 'base.checkpoint.h5'", self.refused())
        shutil.copy(os.path.join(self.root, NAME), self.path(NAME))
        with h5py.File(self.path(NAME), "r+") as file:
            file.attrs.modify("societies", np.int32(50000))
        self.assertIn("is damaged", self.refused())

    # --- in the life of a user ------------------------------------------------------------------------------

    def test_the_file_opens_in_python_with_names_and_units(self):
        persons = xarray.open_dataset(self.path(NAME), group="persons")
        self.assertEqual(persons.attachment_anxiety.dims, ("replicate", "world", "person"))
        self.assertEqual(persons.attachment_anxiety.attrs["units"], "SD")
        self.assertEqual(list(persons.world.values), ["waitlist"])
        coupled = persons.partner_tie.values >= 0
        self.assertTrue(0.1 < coupled.mean() < 0.95)
        with xarray.open_dataset(self.path("own.h5"), group="persons") as own:
            first = own.attachment_anxiety.sel(time=0, arm="waitlist")
            ids = own.person_id.values
            for replicate in range(4):
                np.testing.assert_array_equal(persons.attachment_anxiety.values[replicate, 0][ids[replicate]],
                                              first.values[replicate])
        with xarray.open_dataset(self.path(NAME), group="worlds") as worlds:
            self.assertEqual(float(worlds.value.sel(world="waitlist", parameter="hazard_early")), 0.06)
        self.assertIn("the file is whole", self.kindred("inspect", NAME, "--check").stdout)
        self.assertIn("burn_in_weeks      60", self.kindred("inspect", NAME).stdout)

    def test_the_run_says_what_it_stored_and_check_what_it_saves(self):
        self.assertIn(f"Written: {NAME}", self.made.stdout)
        self.assertIn("1 world x 4 replicates after 60 weeks of burn-in", self.made.stdout)
        self.assertIn(f"branch: {NAME}", self.made.stdout)
        said = self.kindred("check", "study.yaml", f"branch={NAME}").stdout
        worlds = 3 + json.loads(self.kindred("check", "study.yaml", "--json").stdout)["person_weeks"] // (500 * 100 * 4) - 3
        self.assertIn(f"# burn-in    taken from {NAME}: 60 weeks, 1 world, 4 of 4 replicates: saves "
                      f"{500 * 60 * 4 * worlds / 1e6:.1f} M person-weeks", said)
        told = json.loads(self.kindred("check", "study.yaml", "--json", f"branch={NAME}").stdout)
        self.assertEqual(told["branch"]["person_weeks_saved"], 500 * 60 * 4 * worlds)
        self.assertEqual(told["person_weeks"], 500 * 40 * 4 * worlds)

    def test_sweeps_say_that_they_live_through_their_own(self):
        self.write("swept.yaml", STUDY + f"branch: {NAME}\nsweep: {{design: grid, parameters: {{arms.course.0.share: "
                   "{values: [0.2, 0.4]}}}\n")
        err = self.kindred("sweep", "plan", "swept.yaml", "-o", "swept", expect=2).stderr
        self.assertIn("branch: a sweep lives through its own burn-in", err)
        self.kindred("run", "swept.yaml", "-q", "-o", "single.h5")
        self.same("own.h5", "single.h5")

    def test_what_cannot_be_stored_is_refused(self):
        for words, text in ((("time.burn_in=0 weeks",), "time.burn_in: 0 weeks: there is no burn-in to store"),
                            ((f"branch={NAME}",), "takes its burn-in from a file, so there is none to store")):
            err = self.kindred("run", "base.yaml", "--burn-in-only", "-o", "no.h5", *words, expect=2).stderr
            self.assertIn(text, err)
        err = self.kindred("run", "study.yaml", "-f", "-o", NAME, f"branch={NAME}", expect=2).stderr
        self.assertIn("this is the burn-in that is read", err)

    def test_a_branched_run_that_is_killed_goes_on(self):
        luck = random.Random(4)
        for attempt in range(6):
            run = start(PROGRAM, ["run", "study.yaml", f"branch={NAME}", "-q", "-o", "branched.h5", "--threads", "1",
                                  "--checkpoint-every", "0s"], self.folder, self.environment)
            while run.poll() is None and not os.path.exists(self.path("branched.h5.checkpoint/run")):
                time.sleep(0.001)
            time.sleep(luck.uniform(0, 0.15))
            run.send_signal(signal.SIGKILL if attempt % 2 else signal.SIGTERM)
            run.communicate()
            if not os.path.exists(self.path("branched.h5.checkpoint/run")):
                continue
            if attempt == 0:
                base = self.read(NAME)
                os.remove(self.path(NAME))
                self.assertIn("is gone; put it back", self.kindred("resume", "branched.h5", expect=2).stderr.replace(
                    "put the old one back", "put it back"))
                self.kindred("run", "base.yaml", "-q", "--burn-in-only", "-o", NAME, "replicates.societies=3")
                self.assertIn("has changed since the run began", self.kindred("resume", "branched.h5", expect=2).stderr)
                self.write(NAME, base)
            self.kindred("resume", "branched.h5", "-q")
            self.same("own.h5", "branched.h5")
            remove_run(self.path("branched.h5"))

    def test_a_burn_in_that_is_killed_goes_on(self):
        for attempt in range(4):
            run = start(PROGRAM, ["run", "base.yaml", "--burn-in-only", "-q", "-o", "again.h5", "--threads", "1",
                                  "--checkpoint-every", "0s"], self.folder, self.environment)
            while run.poll() is None and not os.path.exists(self.path("again.h5.checkpoint/run")):
                time.sleep(0.001)
            time.sleep(0.02 * attempt)
            run.send_signal(signal.SIGKILL if attempt % 2 else signal.SIGTERM)
            run.communicate()
            if os.path.exists(self.path("again.h5.checkpoint/run")):
                self.assertIn("1 world x 4 replicates", self.kindred("resume", "again.h5").stdout)
            self.assertTrue(self.read("again.h5") == self.read(NAME))
            remove_run(self.path("again.h5"))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    PROGRAM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
