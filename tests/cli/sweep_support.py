"""What the tests of sweeps share: a small sweep of every kind of trouble, and ways to run and read it."""
import json
import os
import subprocess

import h5py
import numpy

SCENARIO = """schema: 1
title: sweep test
seed: 11
time: {burn_in: 30 weeks, run: 60 weeks}
society: {persons: 120}
model: {attachment: {hypothesis: relational}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks}
replicates: {societies: 2, per_society: 2}
"""
# twelve kinds of society, so that there are ensembles of different width and enough chunks for shards
SWEEP = """sweep:
  design: lhs
  points: 96
  weeks: [4, 8, 34]
  parameters:
    model.attachment.parameters.distress_inertia: {prior: uniform}
    arms.course.0.share: {prior: uniform, low: 0.1, high: 0.9}
    society.persons: {values: [100, 104, 108, 112, 116, 120]}
    society.network.kind: {values: [community, watts-strogatz]}
"""
VARIABLES = ("mean", "sd", "effect_treated", "effect_untreated_partner", "effect_untreated_friend", "effect_everyone")


class Desk:
    """A folder to work in and a program to work with."""

    def __init__(self, program, source, folder):
        self.program, self.folder = program, str(folder)
        self.environment = {**os.environ, "KINDRED_CONFIGS": os.path.join(source, "configs")}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def run(self, *words, expect=0, program=None, **options):
        """stdout and stderr together; the exit code must be the expected one."""
        options.setdefault("env", self.environment)
        done = subprocess.run([program or self.program, *words], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **options)
        assert done.returncode == expect, (words, done.returncode, expect, done.stdout)
        return done.stdout

    def sweep(self, *words, **options):
        return self.run("sweep", *words, **options)

    def start(self, *words):
        return subprocess.Popen([self.program, "sweep", *words], cwd=self.folder, env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def plan(self, folder, text=SCENARIO + SWEEP):
        self.write(folder + ".yaml", text)
        return self.sweep("plan", folder + ".yaml", "-o", folder)

    def status(self, folder, expect=0):
        return json.loads(self.sweep("status", folder, "--json", expect=expect))

    def merged(self, folder):
        """Bytes of the merged file."""
        self.sweep("merge", folder, "-o", folder + ".h5", "--force", "-q")
        return self.bytes(folder + ".h5")

    def bytes(self, *names):
        with open(self.path(*names), "rb") as file:
            return file.read()

    def points(self, folder):
        with open(self.path(folder, "plan.json"), encoding="utf-8") as file:
            plan = json.load(file)
        return plan["factors"], [(point["hash"], point["values"]) for point in plan["points"]]


def values(path):
    """name -> array of everything in group sweep."""
    with h5py.File(path) as file:
        return {name: data.asstr()[:] if h5py.check_string_dtype(data.dtype) else data[:]
                for name, data in file["sweep"].items() if isinstance(data, h5py.Dataset)}


def same_bits(a, b):
    return a.shape == b.shape and numpy.array_equal(numpy.ascontiguousarray(a).view(numpy.uint8),
                                                    numpy.ascontiguousarray(b).view(numpy.uint8))
