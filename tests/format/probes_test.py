"""Worlds for direct and mediated effects change nothing of what is recorded of the arms. Usage: PROGRAM SOURCE_DIR"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SCENARIO = """schema: 1
title: with and without probes
seed: 31
time: {burn_in: 1 year, run: 40 weeks}
society: {persons: 400, network: {kind: community, acquaintances: 12, rewiring: 0.2, block: 100}}
model: {attachment: {hypothesis: remediation}}
arms:
  waitlist: {}
  course: [{programme: mindful-self-compassion, start: 4 weeks, share: 0.3}]
replicates: {societies: 2}
record: {persons: {every: 4 weeks, sample: 100}}
"""
EFFECTS = "effects: {direct: {arms: [course], persons: 5}, mediated: {arms: [course]}}\n"


def datasets(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None)
    return found


def main(program, source):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, text in (("plain", SCENARIO), ("probed", SCENARIO + EFFECTS), ("other", SCENARIO.replace("31", "32"))):
            with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as file:
                file.write(text)
            out = os.path.join(folder, name + ".h5")
            subprocess.run([program, "run", os.path.join(folder, name + ".yaml"), "-o", out, "-q"], check=True,
                           stdout=subprocess.DEVNULL)
            files[name] = datasets(out)
    more = files["probed"].keys() - files["plain"].keys()
    assert {"effects/direct_alone", "effects/effect_without", "effects/mechanism"} <= more, more
    for name, values in files["plain"].items():
        assert np.array_equal(values, files["probed"][name], equal_nan=values.dtype.kind == "f"), name
    same = sum(np.array_equal(v, files["other"][n]) for n, v in files["plain"].items() if n.startswith("population/self"))
    assert same == 0, "negative control: another seed gives other numbers"
    print(len(files["plain"]), "datasets are the same with and without probes;", len(more), "come with them")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
