"""The populations of configs/populations.yaml are those of the sample in configs/evidence/ecr-web-sample.csv.

Usage: PROGRAM SOURCE_DIR

The levels in the file are computed again from the sample, and a small run has to bring each population's styles
close to its sample's, far closer than the reference population is.
"""
import copy
import csv
import os
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import yaml

CUT, MIDPOINT = 0.65, 3.0  # of a style: in the model's SD, and on the sample's scale from 1 to 5
STYLES = ["secure", "preoccupied", "dismissing", "fearful"]
GROUPS = {"all": "18-80", "men": "man", "women": "woman", "western": "western", "asia": "asia", "elsewhere": "other",
          "aged-18-40": "18-40"}
SMALL = ["society.persons=2048", "replicates.societies=2", "time.run=4 weeks"]
# twice 4 standard errors (.0078) of a share in 2 x 2,048 persons, because societies differ; below 6e-5 by chance
NEAR_THE_COMMENT = 0.06
CLOSE, FAR = 0.08, 0.20  # distance of style mixes: half the sum of absolute differences


def sample_of(lines):
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {name: next(row for row in rows if row["value"] == value) for name, value in GROUPS.items()}


def level(row, dimension):
    """The mean lies as far below the cut as in the sample, in SD."""
    return CUT - (MIDPOINT - float(row[f"{dimension}_mean"])) / float(row[f"{dimension}_sd"])


def wrong_levels(arms, sample):
    """Levels in the arms' parameters that are not the sample's to three decimals."""
    wrong = []
    for name, row in sample.items():
        for arm in (f"{name}-waitlist", f"{name}-course"):
            expected = {f"{d}_level": round(level(row, d), 3) for d in ("anxiety", "avoidance")}
            if arms[arm]["parameters"] != expected:
                wrong.append(arm)
    return wrong


def mix(row):
    shares = np.array([float(row[style]) for style in STYLES])
    assert abs(shares.sum() - 1) < 0.003, row  # rounded to three decimals
    return shares


def distance(a, b):
    return np.abs(np.asarray(a) - np.asarray(b)).sum() / 2


def run_small(program, path, folder):
    out = os.path.join(folder, "populations.h5")
    subprocess.run([program, "run", path, "-o", out, "-q", *SMALL], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(out) as file:
        arms = list(file["population/arm"].asstr())
        labels = list(file["population/attachment_style"].asstr())
        persons = file["population/persons"][0].sum(axis=1)  # week 0, [arm, style], all replicates
        against = [arms[i] if i >= 0 else None for i in file["effects/against"][:]]
    order = [labels.index(style) for style in STYLES]
    mixes = {arm: persons[a][order] / persons[a][labels.index("all")] for a, arm in enumerate(arms)}
    return mixes, dict(zip(arms, against))


def table_in(text):
    """Rows of the table in the comment: percent by name, sample and model in turns, then the largest difference."""
    rows = re.findall(r"^#   (\S+)((?: +(?:-|\d+\.\d)){9})$", text, re.M)
    return {name: [np.nan if word == "-" else float(word) for word in words.split()] for name, words in rows}


def check_table(table, sample, mixes):
    assert set(table) == {"reference", *GROUPS}, sorted(table)
    for name, numbers in table.items():
        theirs, ours, largest = np.array(numbers[0:8:2]), np.array(numbers[1:8:2]), numbers[8]
        assert np.abs(ours / 100 - mixes[f"{name}-waitlist"]).max() < NEAR_THE_COMMENT, (name, ours, mixes)
        if name == "reference":
            continue
        assert np.abs(theirs - 100 * mix(sample[name])).max() < 0.051, name
        assert abs(np.abs(theirs - ours).max() - largest) < 0.11, name


def check_controls(arms, lines, sample, mixes):
    """Each check fails on what is wrong."""
    shifted = copy.deepcopy(arms)
    shifted["women-course"]["parameters"]["avoidance_level"] += 0.001
    assert wrong_levels(shifted, sample) == ["women-course"]
    other = sample_of([line.replace("woman,26310,3.085", "woman,26310,3.095") for line in lines])
    assert wrong_levels(arms, other) == ["women-waitlist", "women-course"]
    # A population whose levels are 0 is the reference: its styles are nobody's.
    assert min(distance(mixes["reference-waitlist"], mix(row)) for row in sample.values()) > FAR
    # The levels are of this group and not of any: men and Asia differ in the sample, and so they do here.
    for name, of_others in (("asia", "men"), ("men", "asia")):
        own = distance(mixes[f"{name}-waitlist"], mix(sample[name]))
        assert own + 0.03 < distance(mixes[f"{of_others}-waitlist"], mix(sample[name])), name


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    path = os.path.join(source, "configs/populations.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(source, "configs/evidence/ecr-web-sample.csv"), encoding="utf-8") as file:
        lines = file.readlines()
    arms, sample = yaml.safe_load(text)["arms"], sample_of(lines)
    assert wrong_levels(arms, sample) == []
    assert set(arms) == {f"{name}-{what}" for name in ["reference", *GROUPS] for what in ("waitlist", "course")}
    with tempfile.TemporaryDirectory() as folder:
        mixes, against = run_small(program, path, folder)
    for name in ["reference", *GROUPS]:
        assert against[f"{name}-course"] == f"{name}-waitlist", against
    for name, row in sample.items():
        before, after = (distance(mixes[arm], mix(row)) for arm in ("reference-waitlist", f"{name}-waitlist"))
        print(f"{name:11} distance of styles from the sample's: {before:.3f} in the reference, {after:.3f} here")
        assert after < CLOSE and after < before / 3, (name, mixes[f"{name}-waitlist"], mix(row))
    check_table(table_in(text), sample, mixes)
    check_controls(arms, lines, sample, mixes)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
