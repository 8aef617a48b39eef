#!/usr/bin/python3
"""`check` foresees the peak of a run's memory within a tenth and the length of its file within a fifth.

Usage: forecast_test.py PROGRAM SOURCE [--large]     a million persons; else ten and a hundred thousand
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

SCENARIO = """\
schema: 1
seed: 7
time: {{burn_in: {burn_in} weeks, run: {run} weeks}}
society: {{persons: {persons}, network: {{kind: {network}}}}}
model: {{attachment: {{hypothesis: remediation}}}}
arms:
  waitlist: {{}}
{courses}{record}"""
COURSE = """\
  course-{i}:
    - {{programme: mindful-self-compassion, start: 2 weeks, who: {{anxiety: {{above: 0.5}}}}, share: 0.{i}}}
"""
DEFAULT = ""
POPULATION = "record: {population: 1 week, persons: none, ties: none, society: false}\n"
EVERYBODY = """\
record:
  population: 1 week
  persons:
    every: 1 week
    sample: all
    columns: [self_compassion, attachment_anxiety, attachment_avoidance, psychological_distress]
  ties: none
"""
TIES = "record: {population: none, persons: none, ties: events, society: false}\n"
FEW, MANY, MOST = 10_000, 100_000, 1_000_000

# what is recorded, name, persons, arms (effects come with the second), weeks of burn-in and of the study, network
EVERYDAY = [
    (DEFAULT, "default", FEW, 1, 4, 8, "community"),
    (DEFAULT, "default", FEW, 3, 4, 20, "community"),
    (POPULATION, "population", FEW, 1, 4, 8, "community"),
    (POPULATION, "population", FEW, 4, 4, 8, "scale-free"),
    (EVERYBODY, "everybody", FEW, 1, 4, 31, "community"),
    (TIES, "ties", FEW, 1, 104, 52, "community"),
    (DEFAULT, "default", MANY, 1, 2, 4, "community"),
    (DEFAULT, "default", MANY, 3, 2, 6, "community"),
    (POPULATION, "population", MANY, 1, 0, 4, "erdos-renyi"),
    (EVERYBODY, "everybody", MANY, 1, 0, 31, "community"),
    (TIES, "ties", MANY, 1, 26, 26, "community"),
]
LARGE = [
    (DEFAULT, "default", MOST, 1, 0, 4, "community"),
    (DEFAULT, "default", MOST, 3, 0, 5, "community"),
    (POPULATION, "population", MOST, 1, 2, 4, "community"),
    (POPULATION, "population", MOST, 2, 0, 4, "community"),
    (EVERYBODY, "everybody", MOST, 1, 0, 3, "community"),
]
MEMORY_OFF_BY, FILE_OFF_BY = 0.10, 0.20


def peak_of(words, env):
    """Bytes that a program took at its peak."""
    run = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = run.stderr.read().decode()
    _, status, usage = os.wait4(run.pid, 0)
    assert status == 0, said
    return usage.ru_maxrss * 1024


def compare(program, env, folder, case):
    record, name, persons, arms, burn_in, run, network = case
    scenario, output = os.path.join(folder, "study.yaml"), os.path.join(folder, "a.h5")
    courses = "".join(COURSE.format(i=i) for i in range(1, arms))
    with open(scenario, "w", encoding="ascii") as file:
        file.write(SCENARIO.format(burn_in=burn_in, run=run, persons=persons, network=network, courses=courses,
                                   record=record))
    two = ["--threads", "2"]
    check = subprocess.run([program, "check", scenario, "--json", *two], env=env, capture_output=True, text=True,
                           check=False)
    assert check.returncode == 0, check.stderr
    foreseen = json.loads(check.stdout)
    peak = peak_of([program, "run", scenario, "-q", "-f", "-o", output, *two], env)
    size = os.path.getsize(output)
    ratios = foreseen["memory_bytes"] / peak, foreseen["file_bytes"] / size
    print(f"{name:10} {network:11} {persons:8} {arms:4}  {foreseen['memory_bytes'] / 1e6:9.1f} {peak / 1e6:9.1f} "
          f"{ratios[0]:6.3f}  {foreseen['file_bytes'] / 1e6:9.2f} {size / 1e6:9.2f} {ratios[1]:6.3f}", flush=True)
    return abs(ratios[0] - 1) <= MEMORY_OFF_BY, abs(ratios[1] - 1) <= FILE_OFF_BY


def main(program, source, large):
    folder = tempfile.mkdtemp(prefix="kindred-forecast-")
    env = dict(os.environ, KINDRED_CONFIGS=os.path.join(source, "configs"))
    print(f"{'recorded':10} {'network':11} {'persons':>8} arms  {'MB foreseen':>11} {'peak':>7} {'ratio':>6}  "
          f"{'MB foreseen':>9} {'file':>7} {'ratio':>6}")
    try:
        results = [compare(program, env, folder, case) for case in (LARGE if large else EVERYDAY)]
    finally:
        shutil.rmtree(folder)
    wrong = [what for what, good in zip(("memory", "file"), map(all, zip(*results))) if not good]
    if wrong:
        sys.exit(f"the forecast of {' and '.join(wrong)} is off by more than {MEMORY_OFF_BY:.0%} or {FILE_OFF_BY:.0%}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "--large" in sys.argv[3:])
