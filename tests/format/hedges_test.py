"""Hedges' g, its variance and its interval are those of R's metafor (escalc, measure SMD, variance "LS").

Usage: /usr/bin/python3 hedges_test.py DRIVER      without R or metafor it says SKIPPED and succeeds
"""

import math
import os
import shutil
import subprocess
import sys

TOLERANCE = 1e-8
ROWS = [  # mean, SD and size of one group, then of the other
    (0.62, 1.0, 2, 0.0, 1.0, 2), (1.0, 1.0, 3, 0.0, 1.0, 4), (0.5, 2.0, 10, 0.0, 1.0, 12),
    (-0.3, 0.7, 5, 0.4, 1.9, 8), (3.56, 1.12, 25, 3.12, 0.98, 31), (0.0, 1.0, 40, 0.0, 1.0, 40),
    (2.9, 0.62, 150, 3.3, 0.71, 20), (-0.041, 1.03, 1200, 0.002, 0.99, 1250), (12.5, 6.0, 7, -3.25, 0.5, 6),
    (0.1, 1.0, 100000, 0.0, 1.0, 50000)]


def answers(command):
    text = "".join(" ".join(map(str, row)) + "\n" for row in ROWS)
    printed = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return [[float(word) for word in line.split()] for line in printed.splitlines()]


def furthest(one, other):
    assert len(one) == len(other) == len(ROWS)
    return max(abs(a - b) for row, twin in zip(one, other) for a, b in zip(row, twin))


def approximate(row, answer):
    """The same g with the approximation 1 - 3 / (4 df - 1) in place of the exact correction."""
    df = row[2] + row[5] - 2
    exact = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    return [answer[0] / exact * (1 - 3 / (4 * df - 1))] + answer[1:]


def main(driver):
    has_metafor = ["Rscript", "-e", 'quit(status = !requireNamespace("metafor", quietly = TRUE))']
    if shutil.which("Rscript") is None or subprocess.run(has_metafor, capture_output=True, check=False).returncode:
        print("SKIPPED: needs R with metafor (Debian: r-base-core, r-cran-metafor)")
        return 0
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hedges_metafor.R")
    ours, theirs = answers([driver]), answers(["Rscript", "--vanilla", script])
    distance = furthest(ours, theirs)
    assert distance < TOLERANCE, distance
    # negative control: small groups tell the exact correction from its approximation
    rough = [approximate(row, answer) for row, answer in zip(ROWS, ours)]
    small = [k for k, row in enumerate(ROWS) if row[2] + row[5] < 60 and ours[k][0] != 0]
    assert len(small) >= 5 and all(abs(rough[k][0] - theirs[k][0]) > TOLERANCE for k in small)
    print(f"{4 * len(ROWS)} values equal metafor's, the furthest by {distance:.1e}; "
          f"the approximate correction is off by up to {furthest(rough, theirs):.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
