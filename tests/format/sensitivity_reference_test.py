"""Designs, priors and sensitivity measures equal those of other programs: the plain Sobol' sequence and the
quantiles of SciPy, indices of OpenTURNS on the same sample, and corrections for noise written out in NumPy as
loops over pairs of replicates. Usage: DRIVER (built from sensitivity_driver.cpp)

Where OpenTURNS 1.20 differs from the estimators here:
- total indices (Jansen): the same mean square, but over 2n - 1 in place of 2n and the variance of A alone;
- first-order indices (its "Saltelli"): sum of y_B y_AB over n - 1, less the product of the means of A and
  B, where we take the mean of y_B (y_AB - y_A); its outcomes are centred over all blocks, ours over A and B.
Both are turned into each other below, exactly; a comparison without that has to fail."""
import subprocess
import sys

import numpy as np
from scipy import special, stats
from scipy.stats import qmc

TOLERANCE = 1e-10
DRIVER = sys.argv[1]
failures = []


def driver(*words, stdin=""):
    done = subprocess.run([DRIVER, *map(str, words)], input=stdin, capture_output=True, text=True, check=True)
    return done.stdout


def check(what, ours, theirs, tolerance=TOLERANCE):
    worst = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs))))
    good = worst <= tolerance
    print(f"{'ok  ' if good else 'FAIL'}  {what}: largest difference {worst:.2g}, allowed {tolerance:g}")
    if not good:
        failures.append(what)


def check_differs(what, ours, theirs, least):
    worst = float(np.max(np.abs(np.asarray(ours) - np.asarray(theirs))))
    print(f"{'ok  ' if worst > least else 'FAIL'}  {what}: differs by {worst:.2g}, as it has to")
    if not worst > least:
        failures.append(what)


def design(kind, n, axes, seed, *more):
    rows = driver("design", kind, n, axes, seed, *more).splitlines()
    return np.array([[float(x) for x in row.split()] for row in rows])


# --- designs ----------------------------------------------------------------------------------------------

def check_designs():
    for axes in (1, 5, 40):
        theirs = qmc.Sobol(axes, scramble=False).random(1024)
        ours = design("sobol", 1024, axes, 1, "plain")
        check(f"plain Sobol' sequence in {axes} dimensions", ours, theirs, 0)
    scrambled = design("sobol", 1024, 5, 1)
    discrepancy = {"scrambled Sobol'": qmc.discrepancy(scrambled),
                   "SciPy's": qmc.discrepancy(qmc.Sobol(5, seed=1).random(1024)),
                   "independent": qmc.discrepancy(np.random.default_rng(1).random((1024, 5)))}
    print("      centred discrepancy:", ", ".join(f"{k} {v:.2g}" for k, v in discrepancy.items()))
    if not discrepancy["scrambled Sobol'"] < min(2 * discrepancy["SciPy's"], discrepancy["independent"] / 10):
        failures.append("discrepancy of the scrambled sequence")
    check_differs("scrambled against plain", scrambled, design("sobol", 1024, 5, 1, "plain"), 0.1)


# --- priors -----------------------------------------------------------------------------------------------

def cut_normal(u, mean, sd, low, high):
    """By the tail on which the range lies, as scipy.special has both with all digits."""
    a, b = (low - mean) / sd, (high - mean) / sd
    if a > 0:
        return mean - sd * special.ndtri(special.ndtr(-a) - u * (special.ndtr(-a) - special.ndtr(-b)))
    return mean + sd * special.ndtri(special.ndtr(a) + u * (special.ndtr(b) - special.ndtr(a)))


def check_priors():
    u = np.concatenate([np.random.default_rng(2).random(500), [1e-9, 0.25, 0.5, 0.75, 1 - 2.0**-20]])
    cases = [
        ("uniform", (-3, 5), stats.uniform(-3, 8).ppf(u)),
        ("loguniform", (1e-4, 20), stats.loguniform(1e-4, 20).ppf(u)),
        ("normal", (1, 2, -4, 5), cut_normal(u, 1, 2, -4, 5)),
        ("normal", (1, 2, -1000, 1000), stats.norm(1, 2).ppf(u)),
        ("normal", (0, 1, 3, 6), cut_normal(u, 0, 1, 3, 6)),
        ("normal", (0, 1, -6, -3), -cut_normal(1 - u, 0, 1, 3, 6)),
        ("lognormal", (0.3, 0.7), stats.lognorm(0.7, scale=np.exp(0.3)).ppf(u)),
        ("lognormal", (0.3, 0.7, 0.5, 4), np.exp(cut_normal(u, 0.3, 0.7, np.log(0.5), np.log(4)))),
        # at an edge between two values SciPy takes the lower, we the upper: its quantile just above
        ("integer", (2, 9), stats.randint(2, 10).ppf(u + 1e-12)),
    ]
    stdin = "\n".join(repr(float(x)) for x in u)
    for name, numbers, theirs in cases:
        ours = [float(x) for x in driver("prior", name, *numbers, stdin=stdin).split()]
        size = np.maximum(np.abs(theirs), 1)
        check(f"quantiles of {name}{numbers}", ours / size, theirs / size, 1e-12)
    check("SciPy's truncnorm against the same quantiles", stats.truncnorm(-2.5, 2, 1, 2).ppf(u),
          cut_normal(u, 1, 2, -4, 5), 1e-12)


# --- indices ----------------------------------------------------------------------------------------------

def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1])**2 + 0.1 * x[:, 2]**4 * np.sin(x[:, 0])


def lines(rows):
    return "\n".join(" ".join(repr(float(x)) for x in row) for row in rows)


def numbers_of(text):
    """name -> its numbers, first one the value and last one the uncorrected."""
    return {words[0]: [float(x) for x in words[1:]] for words in map(str.split, text.splitlines())}


def columns(found, name, axes, which=0):
    return np.array([found[f"{name}{i}"][which] for i in range(axes)])


def blocks(rows, axes):
    """A, B, [AB_i] from rows in blocks of axes + 2."""
    cut = rows.reshape(-1, axes + 2, *rows.shape[1:])
    return cut[:, 0], cut[:, 1], [cut[:, 2 + i] for i in range(axes)]


def check_against_openturns(ot):
    for n, axes in ((64, 3), (1024, 3), (500, 4)):
        u = design("saltelli", n, axes, 3)
        y = ishigami(u) + (3 * u[:, 3] if axes > 3 else 0) + 20
        found = numbers_of(driver("sobol", axes, 2, stdin=lines(y[:, None])))
        a, b, ab = blocks(y, axes)
        u_a, u_b, u_ab = blocks(u, axes)
        by_block = np.vstack([u_a, u_b, *u_ab])
        sample, outcome = ot.Sample(by_block), ot.Sample(np.concatenate([a, b, *ab])[:, None])
        variance_a, variance = np.var(a, ddof=1), np.var(np.concatenate([a, b]), ddof=1)
        check(f"variance, n = {n}", found["variance"], variance)

        total = np.array(ot.JansenSensitivityAlgorithm(sample, outcome, n).getTotalOrderIndices())
        ours = columns(found, "total", axes)
        check(f"total indices, n = {n}", ours * variance * 2 * n / ((2 * n - 1) * variance_a), total)
        check_differs(f"total indices without the factors, n = {n}", ours, total, 1e-5)

        first = np.array(ot.SaltelliSensitivityAlgorithm(sample, outcome, n).getFirstOrderIndices())
        ours = columns(found, "first", axes)
        centre = y.mean()
        za, zb, zab = a - centre, b - centre, [x - centre for x in ab]
        sums = (first * variance_a + za.mean() * zb.mean()) * (n - 1)  # of y_B y_AB, as OpenTURNS had them
        shift = (centre - np.concatenate([a, b]).mean()) * np.array([(x - za).mean() for x in zab])
        check(f"first-order indices, n = {n}", ((sums - zb @ za) / n + shift) / variance, ours)
        check_differs(f"first-order indices without the difference, n = {n}", ours, first, 1e-5)


def pair_mean(x, y):
    """Mean over pairs of different replicates of x_r y_s; [block, replicate] -> [block]."""
    n = x.shape[1]
    return sum(x[:, r] * y[:, s] for r in range(n) for s in range(n) if r != s) / (n * (n - 1))


def check_noise_correction():
    rng = np.random.default_rng(4)
    for replicates in (2, 5):
        u = design("saltelli", 128, 3, 5)
        shared = rng.normal(size=(3, replicates))
        y = (ishigami(u)[:, None] + 2 * rng.normal(size=(len(u), replicates)) + 9 * shared[0]
             + 4 * shared[1] * u[:, [1]])
        found = numbers_of(driver("sobol", 3, 2, stdin=lines(y)))
        a, b, ab = blocks(y, 3)
        both = np.concatenate([a, b])
        centre = both.mean(axis=0)  # by replicate
        variance = pair_mean(both - centre, both - centre).sum() / (len(both) - 1)
        first = [pair_mean(b - centre, x - a).mean() / variance for x in ab]
        total = [pair_mean(a - x, a - x).mean() / 2 / variance for x in ab]
        check(f"variance of the expectation, {replicates} replicates", found["variance"], variance)
        check(f"corrected first-order indices, {replicates} replicates", columns(found, "first", 3), first)
        check(f"corrected total indices, {replicates} replicates", columns(found, "total", 3), total)
        within = both.var(axis=1, ddof=1).mean()
        share = within / (within + variance)
        check(f"share of the noise, {replicates} replicates", found["noise_share"], share)
        mean = y.mean(axis=1)
        a, b, ab = blocks(mean, 3)
        plain = [((a - x)**2).mean() / 2 / np.var(np.concatenate([a, b]), ddof=1) for x in ab]
        check(f"uncorrected total indices, {replicates} replicates", columns(found, "total", 3, -1), plain)
        check_differs("corrected against uncorrected", total, plain, 0.01)


def check_morris():
    rng = np.random.default_rng(6)
    axes, trajectories, replicates = 3, 20, 4
    u = design("morris", trajectories, axes, 7)
    y = ishigami(u)[:, None] + rng.normal(size=(len(u), replicates))
    change = np.vstack([np.zeros(axes), np.diff(u, axis=0)])
    change[::axes + 1] = 0
    axis = np.where(np.any(change != 0, axis=1), np.argmax(change != 0, axis=1), -1)
    step = np.where(axis >= 0, change[np.arange(len(u)), axis], 0)
    stdin = "\n".join(f"{a} {c!r} {row}" for a, c, row in zip(axis, map(float, step), lines(y).splitlines()))
    found = numbers_of(driver("morris", axes, 2, stdin=stdin))
    rows = [np.flatnonzero(axis == i) for i in range(axes)]
    effects = [(y[r] - y[r - 1]) / step[r][:, None] for r in rows]
    check("mu", columns(found, "mu", axes), [e.mean() for e in effects])
    means = [e.mean(axis=1) for e in effects]
    check("uncorrected mu*", columns(found, "mu_star", axes, -1), [np.abs(m).mean() for m in means])
    signs = [np.sign((e.sum(axis=1, keepdims=True) - e)) for e in effects]
    check("mu*", columns(found, "mu_star", axes), [(s * e).mean() for s, e in zip(signs, effects)])
    check("uncorrected sigma", columns(found, "sigma", axes, -1), [m.std(ddof=1) for m in means])
    centred = [e - e.mean(axis=0) for e in effects]
    check("sigma", columns(found, "sigma", axes),
          [np.sqrt(max(pair_mean(c, c).sum() / (trajectories - 1), 0)) for c in centred])


def main():
    check_designs()
    check_priors()
    check_noise_correction()
    check_morris()
    try:
        import openturns as ot
    except ImportError:
        print("SKIPPED: comparison with OpenTURNS: python3-openturns is not installed")
    else:
        check_against_openturns(ot)
    print(f"{len(failures)} difference(s)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
