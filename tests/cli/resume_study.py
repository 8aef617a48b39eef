"""A small study in which everything happens that a checkpoint has to keep, and how to run it: several tasks, probes,
switches, bonds, persons, frames apart from each other, and programmes that start one after the other."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

STUDY = """\
schema: 1
title: Several tasks
seed: 77
time: {burn_in: 30 weeks, run: 50 weeks}
society: {persons: 500, network: {kind: community, acquaintances: 12, rewiring: 0.2, block: 90}}
model:
  attachment:
    hypothesis: remediation
    parameters: {commitment_earliest: 8, commitment_rate: 0.02, hazard_early: 0.06, dating_availability: 0.2}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 10 weeks, who: {anxiety: {above: 0.5}}, share: 0.4}
  two:
    - {programme: mindful-self-compassion, start: 10 weeks, who: {anxiety: {above: 0.5}}, share: 0.4}
    - {programme: security-boost, start: 20 weeks, who: {partnered: true}, share: 0.5, group: second}
effects: {direct: {arms: [course], persons: 3}, mediated: {arms: [course]}}
replicates: {societies: 2, per_society: 2}
record:
  population: 13 weeks
  persons: {every: 2 weeks, sample: 200, instruments: [ecr_r_anxiety, scs_total]}
  ties: events
  closeness: true
  from: burn-in
"""


def default_signals():
    """A test started in the background inherits ignored signals, which the program rightly goes on ignoring."""
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
        signal.signal(which, signal.SIG_DFL)


def environment(source, **more):
    return dict(os.environ, KINDRED_CONFIGS=os.path.join(source, "configs"), **more)


def remove_run(output):
    """Everything that lies beside an output."""
    shutil.rmtree(output + ".checkpoint", ignore_errors=True)
    for ending in ("", ".spool", ".part", ".log"):
        if os.path.exists(output + ending):
            os.remove(output + ending)


def start(program, arguments, folder, env, **options):
    return subprocess.Popen([program, *arguments], cwd=folder, env=env, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, preexec_fn=default_signals, **options)


class StudyCase(unittest.TestCase):
    """Every test has a folder of its own with study.yaml in it; `bytes` and `tables` are those of a run of it that was
    left alone."""
    program = source = None  # see run_tests()
    kept_in = None  # the folder of the folders; None = the system's

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="kindred-study-", dir=cls.kept_in)
        cls.environment = environment(cls.source)
        with open(os.path.join(cls.root, "study.yaml"), "w", encoding="ascii") as file:
            file.write(STUDY)
        done = subprocess.run([cls.program, "run", "study.yaml", "-q", "-o", "whole.h5"], cwd=cls.root, env=cls.environment,
                              capture_output=True, text=True, check=True)
        cls.tables = done.stdout
        with open(os.path.join(cls.root, "whole.h5"), "rb") as file:
            cls.bytes = file.read()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.root)
        shutil.copy(os.path.join(self.root, "study.yaml"), self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def kindred(self, *arguments, expect=0, **more):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, env=dict(self.environment, **more),
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, expect, f"kindred {' '.join(arguments)}\n{done.stdout[-500:]}{done.stderr}")
        return done


def run_tests(usage):
    """With PROGRAM SOURCE [TEST...] from the command line."""
    if len(sys.argv) < 3:
        sys.exit(usage)
    StudyCase.source = os.path.abspath(sys.argv.pop(2))
    StudyCase.program = os.path.abspath(sys.argv.pop(1))
    unittest.main()
