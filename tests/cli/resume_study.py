"""A small study in which everything happens that a checkpoint has to keep, and how to run it: several tasks, probes,
switches, bonds, persons, frames apart from each other, and programmes that start one after the other."""

import os
import shutil
import signal
import subprocess

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
