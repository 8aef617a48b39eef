"""Every verb of the command line, as a user meets it.

Usage: /usr/bin/python3 verbs_test.py PROGRAM SOURCE_DIR

Needs PyYAML; uses jsonschema when it is installed.
"""

import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py
import yaml

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = SOURCE = ""
VERBS = {"run", "check", "init", "describe", "schema", "inspect", "version", "effects", "targets", "sweep",
         "sensitivity", "bench"}  # at least
TOPICS = ("model", "parameters", "schedule", "programmes", "hypotheses")
SMALL = """\
schema: 1
title: A small study
seed: 7
time: {burn_in: 20 weeks, run: 20 weeks}
society: {persons: 300}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks, who: {anxiety: {above: 0}}}
replicates: {societies: 2, per_society: 1}
"""
OPINIONS = """\
schema: 1
seed: 3
time: {burn_in: 0 weeks, run: 12 weeks}
society: {persons: 200}
model: {averaging: {}}
arms:
  loud: {parameters: {opinion_noise: 1.5}}
  quiet: {parameters: {opinion_noise: 0}}
"""
LONG = ("society.persons=20000", "time.run=500 years", "replicates.societies=4")  # hours of work


def default_signals():
    """A test started in the background inherits ignored signals, which the program rightly goes on ignoring."""
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
        signal.signal(which, signal.SIG_DFL)


class Verbs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="kindred-cli-")
        cls.environment = dict(os.environ, KINDRED_CONFIGS=os.path.join(SOURCE, "configs"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.root)
        self.write("small.yaml", SMALL)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name, mode="r"):
        with open(self.path(name), mode) as file:
            return file.read()

    def kindred(self, *arguments, expect=0, env=None, **options):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.folder, env=env or self.environment, capture_output=True,
                              text=True, timeout=60, **options)
        self.assertEqual(done.returncode, expect, f"kindred {' '.join(arguments)}\n{done.stdout[-500:]}{done.stderr}")
        return done

    def results(self):
        """What lies in the folder, but for the logs that runs leave beside their files."""
        return [name for name in sorted(os.listdir(self.folder)) if not name.endswith(".h5.log")]

    def made(self, name, *arguments):
        """Runs small.yaml quietly; the path of the file it makes."""
        self.kindred("run", "small.yaml", "-q", "-o", name, *arguments)
        return self.path(name)

    def content_hash(self, name):
        return json.loads(self.kindred("inspect", name, "--json").stdout)["attributes"]["content_hash"]

    # help and version

    def test_help_names_every_verb_and_each_verb_has_help_of_its_own(self):
        shown = self.kindred("--help").stdout
        block = shown[shown.index("Subcommands:"):shown.index("First steps:")]
        verbs = re.findall(r"^  (\w+)  ", block, re.MULTILINE)
        self.assertLessEqual(VERBS, set(verbs))
        self.assertIn("Exit codes: 0 done", shown)
        for verb in verbs:
            for flag in ("--help", "-h"):
                text = self.kindred(verb, flag).stdout
                self.assertIn(f"Usage: kindred {verb}", text)
            inner = re.findall(r"^  (\w+) +", text.split("Subcommands:")[1].split("First steps:")[0], re.MULTILINE) \
                if "Subcommands:" in text else []
            texts = [self.kindred(verb, one, "--help").stdout for one in inner if one != "script"] or [text]
            for common in ("--threads", "--quiet", "--verbose", "--json"):
                for shown_by in texts:
                    self.assertIn(common, shown_by, verb)

    def test_the_commands_of_the_first_steps_work_as_printed(self):
        steps = re.findall(r"^  kindred (.*?)(?:   .*)?$", self.kindred("--help").stdout, re.MULTILINE)
        self.assertEqual(len(steps), 4)
        for step in steps:
            small = ["society.persons=300", "time.burn_in=4 weeks", "replicates.societies=1"] if "run" in step else []
            self.kindred(*step.split(), *small)
        self.assertIn("quickstart.h5", os.listdir(self.folder))

    def test_version_is_told_in_three_ways(self):
        short = self.kindred("--version").stdout
        self.assertEqual(short, self.kindred("version").stdout)
        told = json.loads(self.kindred("version", "--json").stdout)
        self.assertIn(told["version"], short)
        self.assertIn(told["commit"], short)
        self.assertEqual(told["libraries"]["hdf5"].split(".")[0], "1")

    # describe and schema

    def test_describe_tells_every_topic_in_three_forms_that_agree(self):
        for model in ("attachment", "averaging"):
            for topic in TOPICS:
                words = ("describe", topic, "--model", model)
                plain = self.kindred(*words).stdout
                markdown = self.kindred(*words, "--markdown").stdout
                tables = json.loads(self.kindred(*words, "--json").stdout)
                self.assertTrue(tables, topic)
                for title, rows in tables.items():
                    self.assertIn(title, plain)
                    self.assertIn(title, markdown)
                    for row in rows:
                        name = next(iter(row.values()))
                        self.assertRegex(plain, rf"(?m)^ +{re.escape(name)}( |$)")
                        self.assertIn(f"| {name} |", markdown.replace("`", ""))
        parameters = json.loads(self.kindred("describe", "parameters", "--json").stdout)["Parameters"]
        self.assertGreater(len(parameters), 100)
        self.assertTrue(all(row["source"] and row["unit"] and row["meaning"] for row in parameters))

    def test_the_schema_accepts_every_shipped_scenario_and_refuses_mistakes(self):
        schema = json.loads(self.kindred("schema").stdout)
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        if jsonschema is None:
            self.skipTest("jsonschema is not installed")
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        configs = os.path.join(SOURCE, "configs")
        names = [name for name in sorted(os.listdir(configs)) if name.endswith(".yaml")]
        self.assertGreaterEqual(len(names), 2)
        for name in names:
            with open(os.path.join(configs, name), encoding="utf-8") as file:
                self.assertEqual([e.message for e in validator.iter_errors(yaml.safe_load(file))], [], name)
        for text in (SMALL, OPINIONS, self.kindred("check", "small.yaml").stdout):
            self.assertEqual([e.message for e in validator.iter_errors(yaml.safe_load(text))], [])
        for old, new in (("seed: 7", "sede: 7"), ("20 weeks", "20 months"), ("remediation}", "remediation, k: 1}"),
                         ("persons: 300", "persons: 1"), ("start:", "strat:"), ("anxiety:", "anxeity:")):
            self.assertIn(old, SMALL)
            self.assertTrue(list(validator.iter_errors(yaml.safe_load(SMALL.replace(old, new)))), new)

    # init and check

    def test_init_writes_a_scenario_that_check_accepts_and_never_overwrites(self):
        self.kindred("init")
        for template in ("quickstart", "karate-club"):
            self.kindred("init", template, "-o", "mine.yaml")
            self.kindred("check", "mine.yaml", "replicates.societies=1")
            self.assertIn("#", self.read("mine.yaml"))
            self.write("mine.yaml", "my own work\n")
            self.assertIn("left as it is", self.kindred("init", template, "-o", "mine.yaml", expect=2).stderr)
            self.assertEqual(self.read("mine.yaml"), "my own work\n")
            os.remove(self.path("mine.yaml"))

    def test_check_tells_the_resolved_plan_and_what_it_costs(self):
        shown = self.kindred("check", "small.yaml", "society.persons=400", "--seed", "99", "--threads", "1").stdout
        self.assertIn("persons: 400", shown)
        self.assertIn("seed: 99", shown)
        self.assertIn("# small.yaml is in order.", shown)
        self.assertIn("on 1 threads", shown)
        self.write("again.yaml", shown)
        self.assertEqual(self.plan("again.yaml")["resolved"], self.plan("small.yaml", "society.persons=400",
                                                                        "seed=99")["resolved"])
        plan = self.plan("small.yaml")
        self.assertEqual((plan["persons"], plan["arms"], plan["replicates"], plan["weeks"]), (300, 2, 2, 40))
        self.assertEqual(plan["person_weeks"], 300 * 2 * 2 * 40)
        self.assertGreater(plan["memory_bytes"], 0)
        self.assertEqual(sorted(os.listdir(self.folder)), ["again.yaml", "small.yaml"])

    def plan(self, *arguments):
        return json.loads(self.kindred("check", *arguments, "--json").stdout)

    def test_check_foresees_the_size_of_the_file(self):
        size = os.path.getsize(self.made("a.h5"))
        foreseen = self.plan("small.yaml")["file_bytes"]
        self.assertLess(abs(foreseen / size - 1), 0.2)
        unknown = self.kindred("check", "small.yaml", env=dict(self.environment, TMPDIR="/proc")).stdout
        self.assertIn("# disk       not known: /proc/kindred-", unknown)

    def test_check_foresees_what_recording_costs_within_a_factor_of_three(self):
        everything = """\
record:
  population: 1 week
  persons: {every: 1 week, sample: 2000}
  ties: events
  society: false
"""
        nothing = "record: {population: none, persons: none, ties: none, society: false}\n"
        large = (SMALL.replace("persons: 300", "persons: 40000").replace("societies: 2", "societies: 1")
                 .replace("burn_in: 20 weeks, run: 20 weeks", "burn_in: 1 week, run: 52 weeks")
                 .replace("start: 4 weeks", "start: 0 weeks")
                 .replace("  waitlist: {}\n", "  waitlist: {}\n  none: {hypothesis: none}\n  reciprocal: {hypothesis: reciprocal}\n"))
        seconds = {}
        for name, record in (("everything", everything), ("nothing", nothing)):
            self.write(name + ".yaml", large + record)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.kindred("run", name + ".yaml", "-o", name + ".h5", "-q", "--threads", "1")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds[name] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        told = self.plan("everything.yaml", "--threads", "1")
        took = seconds["everything"] - seconds["nothing"]
        foreseen = 60 * told["recording_minutes"]
        self.assertTrue(took / 3 < foreseen < took * 3, f"{foreseen:.2f} s foreseen, {took:.2f} s taken: {seconds}")
        self.assertLess(self.plan("nothing.yaml")["recording_minutes"], told["recording_minutes"] / 10)

    def test_what_leaves_the_calibrated_set_or_compares_unequal_arms_is_noted(self):
        self.assertEqual(self.plan("small.yaml")["notes"], [])
        note, = self.plan("small.yaml", "model.attachment.parameters.self_soothing=0.4")["notes"]
        self.assertIn("self_soothing", note)
        self.write("unequal.yaml", SMALL.replace("  course:\n", "  course:\n    hypothesis: none\n    programmes:\n")
                   .replace("    - {", "      - {"))
        notes = " ".join(self.plan("unequal.yaml")["notes"])
        self.assertIn("arm 'course' has other parameters", notes)
        self.assertIn("arm 'course' is compared with none", notes)

    # run

    def test_run_takes_overrides_seeds_and_targets(self):
        base = self.content_hash(self.made("base.h5"))
        self.kindred("run", "small.yaml", "-q", "target=" + self.path("by_target.h5"))
        self.assertEqual(self.content_hash("by_target.h5"), base)
        self.made("seed.h5", "--seed", "8")
        self.made("override.h5", "seed=8")
        self.assertNotEqual(self.content_hash("seed.h5"), base)
        self.assertEqual(self.content_hash("override.h5"), self.content_hash("seed.h5"))
        self.assertIn("\nseed: 8\n", self.kindred("inspect", "seed.h5", "--config").stdout)
        self.assertEqual(self.results(),
                         ["base.h5", "by_target.h5", "override.h5", "seed.h5", "small.yaml"])

    def test_threads_and_lanes_do_not_change_the_bytes(self):
        for name, flags in (("a", ["--threads", "1"]), ("b", ["--threads", "3"]), ("c", ["--widest", "1"])):
            self.made(name + ".h5", *flags)
        self.assertEqual(self.read("a.h5", "rb"), self.read("b.h5", "rb"))
        self.assertEqual(self.read("a.h5", "rb"), self.read("c.h5", "rb"))

    def test_quiet_is_silent_on_stderr_and_still_shows_the_result(self):
        done = self.kindred("run", "small.yaml", "--quiet", "-o", "a.h5")
        self.assertEqual(done.stderr, "")
        self.assertIn("attachment_anxiety", done.stdout)
        loud = self.kindred("run", "small.yaml", "-o", "b.h5")
        self.assertIn("A small study: 300 persons x 2 arms x 2 replicates x 40 weeks", loud.stderr)
        self.assertEqual(loud.stdout.replace("b.h5", "a.h5"), done.stdout)

    def test_results_are_told_as_json_with_differences_from_the_arm_without_programme(self):
        told = json.loads(self.kindred("run", "small.yaml", "-q", "--json", "-o", "a.h5").stdout)
        self.assertEqual((told["file"], told["week"]), ("a.h5", 20))
        rows = {(row["outcome"], row["arm"]): row for row in told["results"]}
        for outcome in {row["outcome"] for row in told["results"]}:
            first, second = rows[outcome, "waitlist"], rows[outcome, "course"]
            self.assertNotIn("difference", first)  # it is compared with none
            if "difference" not in second:  # couples only: other persons in every arm
                self.assertEqual(outcome, "relationship_quality *")
                continue
            self.assertEqual(second["against"], "waitlist")
            self.assertAlmostEqual(second["mean"] - first["mean"], second["difference"], places=9)
        self.assertLess(rows["attachment_anxiety", "course"]["difference"], 0)

    def test_force_is_needed_to_replace_a_result(self):
        before = self.read(self.made("a.h5"), "rb")
        self.kindred("run", "small.yaml", "-q", "--seed", "8", "-o", "a.h5", expect=2)
        self.assertEqual(self.read("a.h5", "rb"), before)
        self.made("a.h5", "--seed", "8", "--force")
        self.assertNotEqual(self.read("a.h5", "rb"), before)
        self.assertEqual(self.results(), ["a.h5", "small.yaml"])

    def test_the_karate_club_runs(self):
        scenario = os.path.join(SOURCE, "configs", "karate-club.yaml")
        done = self.kindred("run", scenario, "replicates.societies=2", "-o", "k.h5")
        self.assertIn("34 persons", done.stderr)
        self.kindred("inspect", "k.h5", "--check")
        self.assertIn("[tie 156]", self.kindred("inspect", "k.h5").stdout)  # 78 ties in each of two societies

    def test_another_model_runs_from_a_scenario_with_arms(self):
        self.write("opinions.yaml", OPINIONS)
        told = json.loads(self.kindred("run", "opinions.yaml", "-q", "--json", "-o", "o.h5").stdout)
        rows = {(row["outcome"], row["arm"]): row for row in told["results"]}
        self.assertNotEqual(rows["expressed_opinion", "quiet"]["difference"], 0)
        self.kindred("inspect", "o.h5", "--check")
        self.kindred("check", "opinions.yaml")

    # inspect

    def test_inspect_shows_what_is_in_a_file(self):
        self.made("a.h5")
        shown = self.kindred("inspect", "a.h5").stdout
        for line in ("population/", "persons/", "ties/", "society/", "graph/", "seed               7"):
            self.assertRegex(shown, rf"(?m)^{line}")
        told = json.loads(self.kindred("inspect", "a.h5", "--json").stdout)
        self.assertRegex(told["attributes"]["content_hash"], r"^[0-9a-f]{16,}$")
        self.assertTrue(all(line in shown for line in told["tree"]))

    def test_the_stored_scenario_reproduces_the_content(self):
        cases = {"small.yaml": [], os.path.join(SOURCE, "configs", "karate-club.yaml"): ["replicates.societies=1"]}
        for scenario, words in cases.items():
            self.kindred("run", scenario, *words, "-q", "--force", "-o", "a.h5")
            self.write("stored.yaml", self.kindred("inspect", "a.h5", "--config").stdout)
            self.kindred("check", "stored.yaml")
            self.kindred("run", "stored.yaml", "-q", "--force", "-o", "b.h5")
            self.assertEqual(self.content_hash("a.h5"), self.content_hash("b.h5"))

    def test_a_whole_file_is_told_from_a_damaged_one(self):
        whole = self.read(self.made("a.h5"), "rb")
        self.assertEqual(self.kindred("inspect", "a.h5", "--check").stdout, "the file is whole\n")
        self.assertEqual(json.loads(self.kindred("inspect", "a.h5", "--check", "--json").stdout), [])
        with h5py.File(self.path("a.h5")) as file:  # where values stand
            chunks = [file[name].id.get_chunk_info(0) for name in ("persons/attachment_anxiety", "effects/effect",
                                                                   "population/self_compassion_mean", "ties/tail")]
        for place in [3] + [chunk.byte_offset + chunk.size // 2 for chunk in chunks]:
            damaged = bytearray(whole)
            damaged[place:place + 16] = bytes(b ^ 0x5A for b in damaged[place:place + 16])
            self.check_damaged(damaged)
        self.check_damaged(whole[:len(whole) * 2 // 3])
        self.check_damaged(b"not HDF5")
        self.check_damaged(b"")

    def check_damaged(self, content):
        with open(self.path("bad.h5"), "wb") as file:
            file.write(content)
        self.assertTrue(self.kindred("inspect", "bad.h5", "--check", expect=1).stdout.strip())
        self.assertTrue(json.loads(self.kindred("inspect", "bad.h5", "--check", "--json", expect=1).stdout))

    def test_diff_says_where_two_files_part(self):
        self.made("a.h5")
        self.made("b.h5")
        self.made("c.h5", "arms.course.0.start=5 weeks")
        self.assertEqual(self.kindred("inspect", "a.h5", "--diff", "b.h5").stdout,
                         "the two files hold the same content\n")
        shown = self.kindred("inspect", "a.h5", "--diff", "c.h5", expect=1).stdout
        self.assertIn("attachment_anxiety", shown)
        self.assertRegex(shown, r"config: arms\.course\.programmes\.\[0\]\.start: 4 weeks against 5 weeks")
        lines = json.loads(self.kindred("inspect", "a.h5", "--diff", "c.h5", "--json", expect=1).stdout)
        self.assertEqual(lines, shown.splitlines())

    def test_what_is_no_result_file_is_an_error_by_name(self):
        self.assertIn("small.yaml: is not an HDF5 file", self.kindred("inspect", "small.yaml", expect=74).stderr)

    # pipes, terminals, signals

    def test_nothing_but_text_goes_through_pipes(self):
        for words in (("run", "small.yaml", "-o", "a.h5"), ("check", "small.yaml"), ("describe",), ("inspect", "a.h5"),
                      ("--help",)):
            done = self.kindred(*words)
            self.assertNotRegex(done.stdout + done.stderr, r"[\x00-\x09\x0b-\x1f\x7f]", words)

    def test_no_color_is_respected_on_a_terminal(self):
        master, terminal = pty.openpty()
        done = subprocess.Popen([PROGRAM, "run", "small.yaml", "time.run=4 years", "society.persons=3000",
                                 "-o", "a.h5"], cwd=self.folder, env=dict(self.environment, NO_COLOR="1"),
                                stdout=terminal, stderr=terminal, preexec_fn=default_signals)
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:  # the other side is closed
            pass
        os.close(master)
        self.assertEqual(done.wait(60), 0)
        self.assertIn(b"attachment_anxiety", shown)
        self.assertNotIn(b"\x1b", shown)

    def test_a_reader_that_leaves_early_is_no_failure(self):
        for words, kept in ((f"describe parameters --json", []), ("run small.yaml -o a.h5", ["a.h5"]),
                            ("run small.yaml -o b.h5 2>&1", ["a.h5", "b.h5"])):
            done = subprocess.run(["bash", "-c", f'"$0" {words} | head -n 1; exit ${{PIPESTATUS[0]}}', PROGRAM],
                                  cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60)
            self.assertIn(done.returncode, (0, 128 + signal.SIGPIPE), words)
            self.assertEqual(done.stderr if "2>&1" not in words and "run" not in words else "", "", words)
            self.assertEqual([name for name in self.results() if "h5" in name], kept)
        self.kindred("inspect", "b.h5", "--check")

    def test_results_that_cannot_be_printed_are_an_error(self):
        for words in (["version"], ["describe"], ["run", "small.yaml", "-q", "-o", "a.h5"]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.environment, stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertEqual(done.returncode, 74, words)
            self.assertIn("No space left", done.stderr)
        self.kindred("inspect", "a.h5", "--check")

    def test_closed_streams_do_not_spoil_the_file(self):
        done = subprocess.run(["bash", "-c", '"$0" run small.yaml -o a.h5 <&- >&- 2>&-', PROGRAM], cwd=self.folder,
                              env=self.environment, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.read("a.h5", "rb"), self.read(self.made("b.h5"), "rb"))

    def test_a_run_stops_soon_after_a_signal_and_can_be_resumed(self):
        for which in 2 * (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP):
            run = subprocess.Popen([PROGRAM, "run", "small.yaml", *LONG, "-o", "a.h5"], cwd=self.folder,
                                   env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=default_signals)
            self.assertIn("person-weeks", run.stderr.readline())
            time.sleep(0.3)
            self.assertIsNone(run.poll())
            run.send_signal(which)
            asked = time.monotonic()
            out, err = run.communicate(timeout=30)
            self.assertLess(time.monotonic() - asked, 4, "a busy machine allowed for")
            self.assertEqual(run.returncode, 75, which)
            self.assertIn("stopped on request", err)
            self.assertIn("Go on with: kindred resume a.h5", err)
            self.assertEqual(out, "")
            self.assertEqual(sorted(os.listdir(self.folder)),
                             ["a.h5.checkpoint", "a.h5.log", "a.h5.spool", "small.yaml"])
            shutil.rmtree(self.path("a.h5.checkpoint"))
            os.remove(self.path("a.h5.spool"))

    def test_what_the_caller_ignores_stays_ignored(self):
        run = subprocess.Popen([PROGRAM, "run", "small.yaml", "-q", "society.persons=3000", "-o", "a.h5"],
                               cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL,
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        while not os.path.exists(self.path("a.h5.spool")) and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGHUP)
        self.assertEqual(run.wait(60), 0)

    def test_two_runs_do_not_write_to_the_same_file(self):
        first = subprocess.Popen([PROGRAM, "run", "small.yaml", *LONG, "-q", "-o", "a.h5"], cwd=self.folder,
                                 env=self.environment, preexec_fn=default_signals, stderr=subprocess.DEVNULL)
        while not os.path.exists(self.path("a.h5.spool")) and first.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        second = self.kindred("run", "small.yaml", "-q", "-o", "a.h5", expect=74)
        self.assertIn("being written by another run", second.stderr)
        self.assertIsNone(first.poll())
        first.terminate()
        self.assertEqual(first.wait(30), 75)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    SOURCE = os.path.abspath(sys.argv.pop(2))
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
