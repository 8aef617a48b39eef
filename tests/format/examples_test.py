"""The examples that users copy (analysis/examples) run, and print what the file holds.

Usage: /usr/bin/python3 examples_test.py PROGRAM SOURCE_DIR      what is missing here is said to be SKIPPED
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SCENARIO = """\
schema: 1
title: the quickstart, smaller and with everybody recorded
seed: 20261124
time: {burn_in: 2 years, run: 114 weeks}
society: {persons: 400}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 1 year, who: {anxiety: {above: 0.5}}, share: 0.5}
  active-control:
    - {programme: active-control, start: 1 year, who: {anxiety: {above: 0.5}}, share: 0.5}
replicates: {societies: 3, per_society: 1}
record: {population: 2 weeks, persons: {every: 4 weeks, sample: all}}
"""
PYTHON = "/usr/bin/python3"
NEEDS = {"effect_by_hand.py": ["xarray", "netCDF4"], "plot_effects.py": ["xarray", "netCDF4", "matplotlib", "scipy"],
         "effect_by_hand.R": ["rhdf5"], "plot_styles.R": ["rhdf5"]}


def missing(example):
    """What of the machine the example needs and does not find."""
    if example.endswith(".R") and shutil.which("Rscript") is None:
        return ["Rscript"]
    test = {"R": lambda name: ["Rscript", "-e", f'quit(status = !requireNamespace("{name}", quietly = TRUE))'],
            "py": lambda name: [PYTHON, "-c", f"import {name}"]}[example.rpartition(".")[2]]
    return [name for name in NEEDS[example] if subprocess.run(test(name), capture_output=True, check=False).returncode]


def run(example, *arguments):
    command = ["Rscript", "--vanilla"] if example.endswith(".R") else [PYTHON]
    done = subprocess.run([*command, example, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{example}: {done.stderr}"
    return done.stdout


def check_numbers(printed, path):
    """By hand and stored are the same number, and it is the one in the file."""
    pairs = re.findall(r"replicate (\d+): by hand ([+-][\d.]+), in the file ([+-][\d.]+)", printed)
    with h5py.File(path) as file:
        effects = file["effects"]
        arm, outcome, cell = (list(effects[name].asstr()).index(value) for name, value in
                              (("arm", "course"), ("outcome", "self_compassion"), ("cell", "treated")))
        stored = effects["effect"][list(effects["time"][:]).index(8), arm, :, outcome, cell]
    assert [int(r) for r, _, _ in pairs] == list(range(len(stored))), printed
    for (_, by_hand, in_file), value in zip(pairs, stored):
        assert abs(float(by_hand) - value) < 1e-6 and abs(float(in_file) - value) < 1e-8, (printed, stored)


def check_picture(path):
    """A PNG that is not blank: several colours, and of no colour more than most of it."""
    with open(path, "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n", path
    try:
        from matplotlib.image import imread
    except ImportError:
        assert os.path.getsize(path) > 8000, f"{path} is nearly empty"
        return
    pixels = (imread(path)[..., :3] * 255).astype(np.int64).reshape(-1, 3) @ [65536, 256, 1]
    colours, counts = np.unique(pixels, return_counts=True)
    assert len(pixels) > 200_000 and len(colours) > 50 and counts.max() < 0.97 * len(pixels), path


def check_other_number_is_seen(printed, path):
    """Negative control."""
    try:
        check_numbers(printed.replace("by hand +0.", "by hand +0.0", 1), path)
    except AssertionError:
        return
    raise SystemExit("another number was not noticed")


def check_blank_is_seen(folder):
    """Negative control."""
    try:
        from matplotlib.image import imsave
    except ImportError:
        return
    blank = os.path.join(folder, "blank.png")
    imsave(blank, np.ones((500, 900, 3)))
    try:
        check_picture(blank)
    except AssertionError:
        return
    raise SystemExit("a blank picture was not noticed")


def main(program, source):
    environment = dict(os.environ, KINDRED_CONFIGS=os.path.join(source, "configs"))
    examples = os.path.join(source, "analysis/examples")
    assert sorted(os.listdir(examples)) == sorted(NEEDS), "an example without a test, or the other way round"
    with tempfile.TemporaryDirectory() as folder:
        scenario, path = os.path.join(folder, "small.yaml"), os.path.join(folder, "small.h5")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        subprocess.run([program, "run", scenario, "-o", path, "-q"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        check_blank_is_seen(folder)
        for example in NEEDS:
            if lacks := missing(example):
                print(f"SKIPPED: {example} needs {' and '.join(lacks)}")
                continue
            picture = os.path.join(folder, example + ".png")
            draws = example.startswith("plot")
            printed = run(os.path.join(examples, example), path, *([picture] if draws else []))
            if draws:
                check_picture(picture)
            else:
                check_numbers(printed, path)
                check_other_number_is_seen(printed, path)
            print(f"{example} runs and is right")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
