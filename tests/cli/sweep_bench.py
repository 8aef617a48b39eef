"""How fast a sweep is, and what worlds side by side in the registers bring.

Usage: sweep_bench.py PROGRAM SOURCE_DIR [POINTS]
1,024 points x 4 replicates x 2 arms of 1,000 people, one year of burn-in and three years, on two threads; then a
sixteenth of the same points one world at a time. Prints figures; asserts only that the numbers are the same.
"""
import json
import os
import resource
import sys
import tempfile
import time

from sweep_support import SCENARIO, Desk, same_bits, values

SWEEP = """sweep:
  design: sobol
  points: {}
  weeks: [8, 52]
  parameters:
    model.attachment.parameters.distress_inertia: {{prior: uniform}}
    model.attachment.parameters.distress_contagion: {{prior: uniform}}
    arms.course.0.share: {{prior: uniform, low: 0.1, high: 0.9}}
"""


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(desk, name, points, *words):
    scenario = SCENARIO.replace("{burn_in: 30 weeks, run: 60 weeks}", "{burn_in: 1 year, run: 3 years}").replace(
        "persons: 120", "persons: 1000").replace("start: 4 weeks", "start: 52 weeks")
    desk.write(name + ".yaml", scenario + SWEEP.format(points))
    plan = json.loads(desk.sweep("plan", name + ".yaml", "-o", name, "--json"))
    started, busy = time.monotonic(), cpu_seconds()
    desk.sweep("run", name, "-q", "--threads", "2", *words)
    took = time.monotonic() - started
    busy = cpu_seconds() - busy  # says more than the clock on a machine that others use too
    rate = plan["person_weeks"] / took / 1e6
    lanes = f"{100 * plan['lanes_filled']:.0f} % of the lanes filled" if not words else "one world at a time"
    print(f"{points:5} points: {took:6.1f} s ({busy:.1f} s of processors), {plan['person_weeks'] / 1e6:.0f} M "
          f"person-weeks, {rate:.1f} M/s, {lanes}", flush=True)
    desk.sweep("merge", name, "-o", name + ".h5", "-q")
    return rate, plan["person_weeks"] / busy


def main(program, source, points="1024"):
    points = int(points)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(os.path.abspath(program), os.path.abspath(source), folder)
        wide = timed(desk, "wide", points)
        few = max(16, points // 16)
        narrow = timed(desk, "narrow", few, "--widest", "1")
        print(f"side by side is {wide[0] / narrow[0]:.2f} times as fast, {wide[1] / narrow[1]:.2f} times per "
              "processor second")
        a, b = values(desk.path("wide.h5"))["mean"][:few], values(desk.path("narrow.h5"))["mean"]
        assert same_bits(a, b)  # the first points of the longer sequence are the shorter one
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
