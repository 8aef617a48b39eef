"""`kindred sensitivity` says of small sweeps of the real model what NumPy computes from the merged file.

Usage: sensitivity_test.py PROGRAM SOURCE_DIR

The formulas are those named in analysis/sensitivity.hpp (Saltelli et al. 2010, Jansen 1999, Morris 1991, Campolongo
et al. 2007, each product over pairs of different replicates), written here once more as plain sums over pairs.
"""
import csv
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

TOLERANCE = 1e-9
SCENARIO = """schema: 1
title: small sweep
seed: 11
time: {{burn_in: 26 weeks, run: 24 weeks}}
society: {{persons: 256}}
model: {{attachment: {{hypothesis: {hypothesis}}}}}
arms:
  waitlist: {{}}
  course:
    - {{programme: mindful-self-compassion, start: 4 weeks, share: 0.3}}
replicates: {{societies: {societies}, per_society: 1}}
sweep:
  design: {design}
  parameters:
    model.attachment.parameters.{first}
    model.attachment.parameters.threat_on_anxiety: {{prior: uniform, low: 0, high: 0.2}}
    arms.course.0.dose.mindfulness_practice: {{values: [0, 0.4, 0.8, 1.2], together: dose}}
    arms.course.0.dose.emotion_regulation: {{values: [0, 0.3, 0.6, 1], together: dose}}
"""
SOOTHING = "self_soothing: {prior: uniform, low: 0, high: 0.4}"
# under the hypothesis none these leave self-compassion and attachment apart, and bring them together
APART = "stress_buffering: {prior: uniform, low: 0.1, high: 0.5}"
TOGETHER = "safe_base: {prior: uniform, low: 0, high: 0.4}"


class Desk:
    """A folder, the program, and sweeps made with them."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def call(self, *words, expect=0):
        done = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout if expect == 0 else done.stderr

    def path(self, name):
        return os.path.join(self.folder, name)

    def planned(self, name, design, societies=3, hypothesis="remediation", first=SOOTHING):
        with open(self.path(name + ".yaml"), "w", encoding="utf-8") as file:
            file.write(SCENARIO.format(design=design, societies=societies, hypothesis=hypothesis, first=first))
        self.call("sweep", "plan", name + ".yaml", "-o", name, "-q")

    def merged(self, name, *design, **more):
        self.planned(name, *design, **more)
        self.call("sweep", "run", name, "-q")
        self.call("sweep", "merge", name, "-o", name + ".h5", "-q")
        return name + ".h5"

    def tables(self, file, *words):
        out = json.loads(self.call("sensitivity", file, "--json", *words))
        return {(t["arm"], t["outcome"], t["week"]): t for t in out["tables"]}, out


def read(path, variable):
    """y[point, replicate] by (arm, outcome, week), with the design."""
    with h5py.File(path) as file:
        sweep = file["sweep"]
        names = [list(sweep[name].asstr()) for name in ("arm", "outcome")] + [sweep["week"][:].tolist()]
        values = sweep[variable][:]
        figures = {(arm, outcome, week): values[:, :, a, o, w]
                   for (a, arm), (o, outcome), (w, week) in itertools.product(*map(enumerate, names))}
        return figures, sweep["unit"][:], sweep["axis_number"][:]


def different(replicates):
    return [(r, s) for r in range(replicates) for s in range(replicates) if r != s]


def sobol(y, axes):
    """First and total indices, the variance of the expectation, the share of noise."""
    blocks = y.reshape(-1, axes + 2, y.shape[1])
    a, b, mixed = blocks[:, 0], blocks[:, 1], blocks[:, 2:]
    both = np.concatenate([a, b])
    n, pairs = len(a), different(y.shape[1])
    centre = both.mean(axis=0)

    def over_pairs(of):
        return np.mean([of(r, s) for r, s in pairs], axis=0)

    variance = over_pairs(lambda r, s: ((both[:, r] - centre[r]) * (both[:, s] - centre[s])).sum() / (2 * n - 1))
    first = [over_pairs(lambda r, s: ((b[:, r] - centre[r]) * (mixed[:, i, s] - a[:, s])).mean())
             for i in range(axes)]
    total = [over_pairs(lambda r, s: ((a[:, r] - mixed[:, i, r]) * (a[:, s] - mixed[:, i, s])).mean() / 2)
             for i in range(axes)]
    within = both.var(axis=1, ddof=1).mean()
    return np.array(first) / variance, np.array(total) / variance, variance, within / (max(variance, 0) + within)


def morris(y, unit, axis):
    axes, replicates = unit.shape[1], y.shape[1]
    effects = np.zeros((len(y) // (axes + 1), axes, replicates))
    for p in range(len(y)):
        if p % (axes + 1):
            moved = axis[p]
            effects[p // (axes + 1), moved] = (y[p] - y[p - 1]) / (unit[p, moved] - unit[p - 1, moved])
    sizes = []
    for r in range(replicates):
        others = np.delete(effects, r, axis=2).mean(axis=2)
        sizes.append((np.sign(others) * effects[..., r]).mean(axis=0))
    less = effects - effects.mean(axis=0)
    pairs = different(replicates)
    variance = sum((less[..., r] * less[..., s]).sum(axis=0) for r, s in pairs) / len(pairs) / (len(effects) - 1)
    return effects.mean(axis=(0, 2)), np.mean(sizes, axis=0), np.sqrt(np.maximum(variance, 0))


def close(told, computed):
    return abs(told - computed) <= TOLERANCE * max(1, abs(computed))


def column(table, name, field="value"):
    return [factor[name][field] for factor in table["factors"]]


def agree(told, computed):
    return len(told) == len(computed) and all(close(x, y) for x, y in zip(told, computed))


def check_saltelli(desk):
    file = desk.merged("saltelli", "saltelli\n  points: 16")
    compared = 0
    for variable in ("effect_treated", "mean", "sd"):
        figures, unit, _ = read(desk.path(file), variable)
        tables, _ = desk.tables(file, "--variable", variable, "--week", "8", "--week", "20")
        for key, table in tables.items():
            y = figures[key]
            if not table["varies"]:
                assert (y == y[0]).all(), key
                continue
            assert not (y == y[0]).all(), key
            first, total, variance, share = sobol(y, unit.shape[1])
            if variance <= 0:  # all luck
                assert column(table, "first") == [None] * unit.shape[1] and table["notes"], table
                continue
            assert agree(column(table, "first"), first) and agree(column(table, "total"), total), (key, variable)
            assert close(table["noise"]["expectation"] / variance, 1) and close(table["noise"]["share"], share)
            assert close(table["first_sum"]["value"], first.sum()) and close(table["total_sum"]["value"], total.sum())
            for name in ("first", "total"):
                ends = zip(column(table, name, "low"), column(table, name, "high"))
                assert all(low is None or low <= high for low, high in ends), table
            assert not agree(column(table, "total"), sobol(y[:, :2], unit.shape[1])[1])  # other numbers, other indices
            compared += 1
    assert compared >= 20, compared
    return file


def check_structure(desk, saltelli):
    """What the equations do not connect has no index: not a small one, none."""
    tables, out = desk.tables(saltelli)
    assert out["variable"] == "effect_treated" and {(arm, week) for arm, _, week in tables} == {("course", 8)}
    assert len(tables) == 6 and out["factors"][2] == "dose"
    own = tables["course", "self_compassion", 8]
    assert column(own, "total")[:2] == [0, 0] and column(own, "total")[2] > 0.9, own
    assert column(own, "total", "high")[:2] == [0, 0]
    waitlist, _ = desk.tables(saltelli, "--variable", "mean", "--arm", "waitlist", "--outcome", "attachment_anxiety")
    assert column(waitlist["waitlist", "attachment_anxiety", 8], "total")[2] == 0  # nobody is treated there
    apart, together = (desk.merged(name, "saltelli\n  points: 4", societies=2, hypothesis="none", first=first)
                       for name, first in (("apart", APART), ("together", TOGETHER)))
    tables, _ = desk.tables(apart)
    for name in ("attachment_anxiety", "attachment_avoidance", "relationship_quality"):
        table = tables["course", name, 8]
        assert table["varies"] is False and table["value"] == 0, table
        assert f"course, {name}, week 8: does not vary: exactly 0 at every point" in desk.call("sensitivity", apart)
    assert tables["course", "psychological_distress", 8]["varies"]
    tables, _ = desk.tables(together)
    assert tables["course", "relationship_quality", 8]["varies"] and "does not vary" not in desk.call(
        "sensitivity", together, "--outcome", "relationship_quality")


def check_morris(desk):
    file = desk.merged("morris", "morris\n  points: 6")
    for variable in ("effect_treated", "mean"):
        figures, unit, axis = read(desk.path(file), variable)
        tables, _ = desk.tables(file, "--variable", variable)
        for key, table in tables.items():
            if not table["varies"]:
                continue
            mu, mu_star, sigma = morris(figures[key], unit, axis)
            assert agree(column(table, "mu"), mu) and agree(column(table, "mu_star"), mu_star), (
                key, variable, column(table, "mu"), mu, column(table, "mu_star"), mu_star)
            assert agree(column(table, "sigma"), sigma), (key, variable)
    text = desk.call("sensitivity", file, "--outcome", "self_compassion")
    assert text.index("dose ") < text.index("self_soothing "), text  # the largest first
    return file


def check_forms(desk, saltelli, morris_file):
    """CSV, JSON and text files say the same; the same file gives the same bytes."""
    for file, quantity in ((saltelli, "first"), (morris_file, "mu*")):
        _, out = desk.tables(file)
        rows = list(csv.DictReader(io.StringIO(desk.call("sensitivity", file, "--csv"))))
        for table in out["tables"]:
            own = {row["factor"]: float(row["value"]) for row in rows
                   if row["outcome"] == table["outcome"] and row["quantity"] == quantity}
            assert own == {f["factor"]: f["first" if quantity == "first" else "mu_star"]["value"]
                           for f in table["factors"]}, table
    for name, words in (("s.json", ["--json"]), ("s.csv", ["--csv"]), ("s.txt", [])):
        desk.call("sensitivity", saltelli, "-o", name)
        with open(desk.path(name), encoding="utf-8") as written:
            assert written.read() == desk.call("sensitivity", saltelli, "--threads", "1", *words), name
    assert "exists" in desk.call("sensitivity", saltelli, "-o", "s.json", expect=2)
    assert ".json" in desk.call("sensitivity", saltelli, "-o", "s.pdf", expect=2)


def check_refusals(desk, saltelli):
    said = desk.call("sensitivity", saltelli, "--outcome", "self_compasion", expect=2)
    assert "did you mean 'self_compassion'" in said, said
    assert "8, 20" in desk.call("sensitivity", saltelli, "--week", "9", expect=2)
    assert "--variable mean" in desk.call("sensitivity", saltelli, "--arm", "waitlist", expect=2)
    assert "HDF5" in desk.call("sensitivity", "saltelli.yaml", expect=74)
    desk.call("run", "saltelli.yaml", "-o", "run.h5", "-q", "time.run=5 weeks")
    assert "holds no sweep" in desk.call("sensitivity", "run.h5", expect=2)
    grid = desk.merged("grid", "lhs\n  points: 5", societies=1)
    said = desk.call("sensitivity", grid, expect=2)
    assert "'lhs'" in said and "design: morris" in said and "design: saltelli" in said, said
    shutil.copy(desk.path(saltelli), desk.path("torn.h5"))
    with open(desk.path("torn.h5"), "r+b") as file:
        file.truncate(os.path.getsize(desk.path("torn.h5")) // 2)
    desk.call("sensitivity", "torn.h5", expect=74)


def check_holes(desk):
    """Points that did not run are named with what runs them; when they have run, the answer comes."""
    desk.planned("holes", "saltelli\n  points: 4", societies=2)
    desk.call("sweep", "run", "holes", "--shard", "0/2", "-q")
    desk.call("sweep", "merge", "holes", "-o", "holes.h5", "-q", "--allow-missing")
    with h5py.File(desk.path("holes.h5")) as file:
        missing = np.flatnonzero(file["sweep/replicates"][:] == 0)
        hashes = list(file["sweep/hash"].asstr())
    assert 0 < len(missing) < len(hashes)
    said = desk.call("sensitivity", "holes.h5", "--json", expect=1)
    assert f"{len(missing)} of {len(hashes)} points are not complete" in said, said
    commands = [line.split(": ")[1].split() for line in said.splitlines() if "--point" in line]
    named = {f"{h[:12]}" for h in (hashes[p] for p in missing)}
    assert {command[-1] for command in commands} <= named and len(commands) == min(len(missing), 20), said
    assert [*commands[0][:4], commands[0][4]] == ["kindred", "sweep", "run", "FOLDER", "--point"]
    desk.call("sweep", "run", "holes", "-q", *commands[0][4:])
    desk.call("sweep", "retry", "holes", "-q")
    desk.call("sweep", "merge", "holes", "-o", "holes.h5", "-q", "--force")
    assert desk.tables("holes.h5")[0]["course", "self_compassion", 8]["varies"]


def check_controls(desk, saltelli):
    """One changed number in the file is another index; other formulas are other numbers."""
    figures, unit, _ = read(desk.path(saltelli), "effect_treated")
    key = ("course", "attachment_anxiety", 8)
    tables, _ = desk.tables(saltelli)
    told = column(tables[key], "first")
    y = figures[key].copy()
    assert agree(told, sobol(y, unit.shape[1])[0])
    y[7, 0] += 1e-3
    assert not agree(told, sobol(y, unit.shape[1])[0])
    naive = np.repeat(figures[key].mean(axis=1)[:, None], 2, axis=1)  # means over replicates, noise and all
    plain = sobol(naive, unit.shape[1])
    assert not agree(told, plain[0]) and agree(column(tables[key], "first", "uncorrected"), plain[0])


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(program, folder)
        saltelli = check_saltelli(desk)
        morris_file = check_morris(desk)
        check_structure(desk, saltelli)
        check_forms(desk, saltelli, morris_file)
        check_refusals(desk, saltelli)
        check_holes(desk)
        check_controls(desk, saltelli)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
