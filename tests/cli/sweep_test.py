"""A sweep gives the same file however it is cut, threaded, stopped and damaged, and says what is wrong with it.

Usage: sweep_test.py PROGRAM SOURCE_DIR [NAME...]     only the tests whose name holds one of these words
"""
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy
import scipy.stats
import xarray

from sweep_support import SCENARIO, SWEEP, VARIABLES, Desk, same_bits, values
from soundness_test import WILD

UNSOUND = re.compile(r"outside \[|not a finite number")
SMALL = SWEEP.replace("points: 96", "points: 24")
ROWS = """sweep:
  design: list
  weeks: [8]
  rows: |
    {}
"""


def rows(header, *lines):
    return ROWS.format("\n    ".join([",".join(header), *(",".join(map(str, line)) for line in lines)]))


def wild_sweep():
    """Eight rows; in the third distress feeds itself until a person leaves the range."""
    names = [f"model.attachment.parameters.{name}" for name in WILD]
    tame = dict.fromkeys(WILD, 0) | dict(quality_return_per_week=.2, stress_on_distress=.3, quality_on_hazard=.5,
                                         self_criticism_return_per_week=.3)
    lines = [list((tame | {"distress_inertia": .4 + .01 * k}).values()) for k in range(8)]
    lines[2] = list(WILD.values())
    text = SCENARIO.replace("burn_in: 30 weeks", "burn_in: 2 years").replace("persons: 120", "persons: 600")
    return text + rows(names, *lines)


def refused(desk, expect, word, *words, **options):
    said = desk.sweep(*words, expect=expect, **options)
    assert word in said, (word, said)
    return said


# --- the same bytes ---

def test_bytes_do_not_depend_on_shards_threads_widths(desk):
    desk.plan("whole")
    desk.sweep("run", "whole", "--threads", "2", "-q")
    whole = desk.merged("whole")
    desk.run("inspect", "whole.h5", "--check")
    for shards, threads, widest in ((1, 1, 16), (7, 2, 16), (64, 1, 16), (1, 2, 8), (3, 1, 1)):
        desk.plan("cut")
        for shard in reversed(range(shards)):
            desk.sweep("run", "cut", "--shard", f"{shard}/{shards}", "--threads", str(threads), "--widest", str(widest),
                       "-q")
        assert desk.merged("cut") == whole, (shards, threads, widest)
        said = desk.sweep("run", "cut", "--shard", f"0/{shards}")
        assert "nothing left to do" in said and "person-weeks" not in said, said
        with h5py.File(desk.path("cut.h5")) as a, h5py.File(desk.path("whole.h5")) as b:
            assert a.attrs["content_hash"] == b.attrs["content_hash"]
        shutil.rmtree(desk.path("cut"))
    # negative control: another seed is another file
    desk.plan("cut", SCENARIO.replace("seed: 11", "seed: 12") + SWEEP)
    desk.sweep("run", "cut", "-q")
    assert desk.merged("cut") != whole


def test_a_point_alone_equals_its_lane(desk):
    desk.plan("lanes", SCENARIO + SMALL)
    desk.sweep("run", "lanes", "-q")
    desk.merged("lanes")
    merged = values(desk.path("lanes.h5"))
    factors, points = desk.points("lanes")
    desk.write("alone.yaml", SCENARIO)
    cells = {"effect_treated": "treated", "effect_untreated_partner": "untreated partner",
             "effect_untreated_friend": "untreated friend", "effect_everyone": "everyone"}
    for p in (0, 7, 23):
        desk.run("run", "alone.yaml", "-o", "alone.h5", "-q", "-f", *map("=".join, zip(factors, points[p][1])))
        with h5py.File(desk.path("alone.h5")) as file:
            population, effects, panel = file["population"], file["effects"], file["persons"]
            weeks = {int(w): i for i, w in enumerate(effects["time"])}
            study = {int(w): i for i, w in enumerate(population["time"])}
            names = list(effects["outcome"].asstr())
            for o, outcome in enumerate(merged["outcome"]):
                for w, week in enumerate(merged["week"]):
                    for r in range(4):
                        alone = population[f"{outcome}_mean"][study[4 + week], :, r, 0]
                        assert same_bits(alone, merged["mean"][p, r, :, o, w]), (p, outcome, week)
                        alone = population[f"{outcome}_sd"][study[4 + week], :, r, 0]  # by another formula
                        assert numpy.allclose(alone, merged["sd"][p, r, :, o, w], rtol=1e-10), (p, outcome, week)
                        for variable, cell in cells.items():
                            place = list(effects["cell"].asstr()).index(cell)
                            alone = effects["effect"][weeks[int(week)], 1, r, names.index(outcome), place]
                            lane = merged[variable][p, r, 1, o, w]
                            assert same_bits(alone, lane) or (math.isnan(alone) and math.isnan(lane)), (p, variable)
            persons = panel["self_compassion"][list(panel["time"]).index(8), :, 1, :].astype(float)
            lane = merged["mean"][p, 1, :, list(merged["outcome"]).index("self_compassion"), 0]
            assert numpy.allclose(persons.mean(axis=1), lane, atol=1e-6)
    assert numpy.isnan(merged["effect_treated"][:, :, 0]).all()  # the arm without a programme is compared with none


def halfwidth(numbers, per_society):
    """Half the 95 % interval over societies, as README says."""
    means = numpy.asarray(numbers).reshape(-1, per_society).mean(axis=1)
    if len(means) < 2:
        return math.nan
    return scipy.stats.t.ppf(.975, len(means) - 1) * means.std(ddof=1) / math.sqrt(len(means))


def test_until_stops_each_point_when_its_interval_is_narrow(desk):
    until = """  until: {halfwidth: 0.06, batch: 2, most: 8,
    of: {arm: course, outcome: self_compassion, variable: effect_treated, week: 8}}
"""
    text = SCENARIO.replace("societies: 2, ", "") + SMALL + until
    desk.plan("until", text)
    desk.sweep("run", "until", "-q")
    whole = desk.merged("until")
    data = values(desk.path("until.h5"))
    outcome, week = list(data["outcome"]).index("self_compassion"), list(data["week"]).index(8)
    needed = []
    for p in range(24):
        numbers = data["effect_treated"][p, :, 1, outcome, week]
        societies = next((s for s in (2, 4, 6) if halfwidth(numbers[:2 * s], 2) <= .06), 8)
        needed.append(2 * societies)
        assert not numpy.isnan(data["mean"][p, :2 * societies]).any()
        for variable in VARIABLES:
            assert numpy.isnan(data[variable][p, 2 * societies:]).all()
    assert list(data["replicates"]) == needed, (list(data["replicates"]), needed)
    assert len(set(needed)) > 2 and data["mean"].shape[1] == max(needed), needed
    desk.plan("cut", text)
    for shard in (2, 0, 1):
        for _ in range(100):
            done = desk.start("run", "cut", "--shard", f"{shard}/3", "--threads", "1", "-q")
            time.sleep(.05)
            done.send_signal(signal.SIGUSR1)
            done.communicate()
            if done.returncode == 0:
                break
            assert done.returncode in (75, -signal.SIGUSR1), done.returncode  # the latter: not listening yet
    assert desk.merged("cut") == whole


# --- stopping and going on ---

LONG = SCENARIO.replace("persons: 120", "persons: 2000").replace("run: 60 weeks", "run: 4 years").replace(
    "societies: 2", "societies: 4") + SMALL.replace(
    "society.persons: {values: [100, 104, 108, 112, 116, 120]}", "society.network.acquaintances: {values: [8, 12]}")


def test_signals_and_time_stop_with_75_and_it_goes_on(desk):
    desk.plan("long", LONG)
    for sent in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
        going = desk.start("run", "long", "-q", "--threads", "1")
        time.sleep(.3)
        going.send_signal(sent)
        said = going.communicate()[0]
        assert going.returncode == 75 and "go on" in said, (sent, going.returncode, said)
    assert desk.status("long")["shards"][0]["state"] == "unfinished"
    said = desk.sweep("run", "long", "--max-time", "1s", "--threads", "1", expect=75)
    assert "the time is over" in said, said
    refused(desk, 2, "--max-time 5x", "run", "long", "--max-time", "5x")
    going = desk.start("run", "long", "-q", "--threads", "1")
    time.sleep(.3)
    status = desk.status("long")
    assert [shard["state"] for shard in status["shards"]] == ["running"], status
    refused(desk, 74, "is being written by another run", "run", "long")
    refused(desk, 74, "is being written by another run", "retry", "long")
    refused(desk, 1, "replicates are missing", "merge", "long", "-o", "no.h5")
    assert not os.path.exists(desk.path("no.h5"))
    going.send_signal(signal.SIGTERM)
    going.communicate()
    before = desk.status("long")["shards"][0]["results"]
    assert before > 0
    desk.sweep("run", "long", "-q")
    assert desk.status("long")["complete"] == 24
    assert os.listdir(desk.path("long", "shards")) == ["0000-of-0001.shard"]


def test_unfinished_files_of_other_machines_count(desk):
    """Where locks do not reach other machines a shard may run twice; each machine has a file of its own."""
    desk.plan("whole")
    desk.sweep("run", "whole", "-q")
    whole = desk.merged("whole")
    desk.plan("twice")
    shards = desk.path("twice", "shards")
    started = desk.start("run", "twice", "-q", "--threads", "1")
    while not any(os.path.getsize(os.path.join(shards, f)) > 9000 for f in os.listdir(shards)):
        time.sleep(.002)
    started.kill()
    started.communicate()
    mine = os.listdir(shards)[0]
    assert re.fullmatch(r"0000-of-0001\.shard\.[\w-]+\.part", mine), mine
    os.rename(os.path.join(shards, mine), os.path.join(shards, "0000-of-0001.shard.elsewhere-12345678.part"))
    found = desk.status("twice")["shards"][0]["results"]
    assert found > 0
    said = desk.sweep("run", "twice", "--widest", "8")
    assert os.listdir(shards) == ["0000-of-0001.shard"], os.listdir(shards)
    assert desk.status("twice")["shards"][0]["results"] == 96 * 4, said
    assert desk.merged("twice") == whole


# --- failures ---

def test_failed_points_are_named_replayed_retried_and_left_nan(desk):
    desk.plan("wild", wild_sweep())
    said = desk.sweep("run", "wild", "-q", expect=1)
    assert "7 of 8 points complete, 1 failed" in said, said
    status = desk.status("wild")
    assert (status["complete"], status["failed"], status["missing"]) == (7, 1, 0), status
    point = status["open"][0]
    assert point["point"] == 2 and UNSOUND.search(point["why"]) and "person" in point["why"], point
    text = desk.sweep("status", "wild")
    assert point["hash"][:12] in text and "distress_inertia=0.8" in text and "sweep retry wild" in text, text
    for _ in range(2):
        said = desk.sweep("run", "wild", "--point", point["hash"][:10], expect=1)
        assert "model.attachment.parameters.distress_inertia = 0.8" in said and UNSOUND.search(said), said
        assert "0 of 1 points complete, 1 failed" in said, said
    good = desk.points("wild")[1][0][0]
    assert "1 of 1 points complete, 0 failed" in desk.sweep("run", "wild", "--point", good)
    refused(desk, 2, "no point of this sweep", "run", "wild", "--point", "zz")
    assert "0 of 1 points complete, 1 failed" in desk.sweep("retry", "wild", expect=1)
    said = refused(desk, 1, "sweep retry wild", "merge", "wild", "-o", "wild.h5")
    assert point["hash"][:12] in said and not os.path.exists(desk.path("wild.h5"))
    desk.sweep("merge", "wild", "-o", "wild.h5", "--allow-missing")
    data = values(desk.path("wild.h5"))
    assert list(data["replicates"]) == [4, 4, 0, 4, 4, 4, 4, 4]
    assert all(numpy.isnan(data[v][2]).all() for v in VARIABLES)
    assert not numpy.isnan(data["mean"][numpy.arange(8) != 2]).any()
    # a lane that leaves its range spoils no other, and how far a failed point came shows nowhere
    desk.plan("alone", wild_sweep())
    desk.sweep("run", "alone", "--widest", "1", "-q", expect=1)
    desk.sweep("merge", "alone", "-o", "alone.h5", "--allow-missing", "-q")
    assert desk.bytes("alone.h5") == desk.bytes("wild.h5")


def test_failures_may_end_a_run(desk):
    desk.plan("fast", wild_sweep())
    said = desk.sweep("run", "fast", "--fail-fast", "--threads", "1", expect=1)
    assert "given up" in said and "1 failed" in said and "7 of 8" not in said, said
    before = desk.status("fast")
    said = desk.sweep("run", "fast", "--fail-fast", expect=1)
    assert "given up" in said and desk.status("fast") == before, said
    said = desk.sweep("run", "fast", "--max-failures", "1", expect=1)
    assert "7 of 8 points complete, 1 failed" in said and "given up" not in said, said


def test_networks_from_files_are_held_to_what_was_planned(desk):
    def ring(step):
        desk.write("net.csv", "source,target\n" + "".join(f"{i},{(i + step) % 40}\n" for i in range(40)))

    ring(1)
    text = SCENARIO.replace("{persons: 120}", "{network: {kind: file, path: net.csv}}").replace(
        "start: 4 weeks", "start: 4 weeks, allocation: {kind: person, person: 3}")
    desk.plan("net", text + rows(["arms.course.0.allocation.person"], [3], [77]))
    desk.sweep("run", "net", "-q", expect=1)
    why = desk.status("net")["open"]
    assert [gap["point"] for gap in why] == [1] and "persons of this society are numbered 0 to 39" in why[0]["why"], why
    ring(3)
    refused(desk, 2, "the network's file has changed", "run", "net", "--point", desk.points("net")[1][0][0])
    ring(1)
    desk.sweep("run", "net", "--point", desk.points("net")[1][0][0])


# --- what can happen to files ---

def test_a_full_disk_stops_resumably_and_loses_nothing(desk):
    desk.plan("whole", SCENARIO + SMALL)
    desk.sweep("run", "whole", "-q")
    whole = desk.merged("whole")
    desk.plan("full", SCENARIO + SMALL)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000))  # noqa: E731
    said = desk.sweep("run", "full", "-q", expect=75, preexec_fn=limit)
    assert "shards/0000-of-0001" in said and "go on" in said, said
    shard = desk.status("full")["shards"][0]
    assert shard["results"] > 10 and shard["torn_bytes"] == 0, shard
    assert desk.sweep("run", "full", "-q", expect=75, preexec_fn=limit) == said
    desk.sweep("run", "full", "-q")
    assert desk.merged("full") == whole
    said = desk.sweep("merge", "full", "-o", "big.h5", expect=74, preexec_fn=limit)
    assert "big.h5" in said and not [f for f in os.listdir(desk.folder) if f.startswith("big")], said
    disk = desk.path("disk")
    os.mkdir(disk)
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "none", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        print("  (no small disk could be mounted: file-size limit only)")
        return
    try:
        desk.sweep("plan", "full.yaml", "-o", "disk/S")
        said = desk.sweep("run", "disk/S", "-q", expect=75)
        assert "No space left" in said, said
        assert desk.status("disk/S")["shards"][0]["results"] > 10
        subprocess.run(["mount", "-o", "remount,size=2m", disk], check=True)
        desk.sweep("run", "disk/S", "-q")
        desk.sweep("merge", "disk/S", "-o", "disk.h5", "-q")
        assert desk.bytes("disk.h5") == whole
    finally:
        subprocess.run(["umount", disk], check=True)


def test_damaged_shards_keep_every_whole_record(desk):
    desk.plan("whole")
    desk.sweep("run", "whole", "-q")
    whole = desk.merged("whole")
    path = desk.path("whole", "shards", "0000-of-0001.shard")
    sound = desk.bytes("whole", "shards", "0000-of-0001.shard")

    def broken(data, results, expect=1):
        with open(path, "wb") as file:
            file.write(data)
        shard = desk.status("whole")["shards"][0]
        assert shard["results"] == results, (shard, results)
        desk.sweep("merge", "whole", "-o", "no.h5", expect=expect)
        desk.sweep("run", "whole", "-q")
        assert desk.merged("whole") == whole
        assert desk.status("whole")["shards"][0]["results"] == 384 and len(os.listdir(os.path.dirname(path))) == 1

    flipped = bytearray(sound)
    flipped[len(sound) // 2] ^= 4
    broken(bytes(flipped), 383)
    zeroed = bytearray(sound)
    zeroed[5000:9000] = bytes(4000)
    broken(bytes(zeroed), 381)
    broken(sound[:len(sound) * 2 // 3], 256)
    broken(sound[:7], 0)
    broken(b"", 0)


def test_files_that_do_not_belong_are_named(desk):
    desk.plan("one", SCENARIO + SMALL)
    desk.plan("two", SCENARIO.replace("seed: 11", "seed: 5") + SMALL)
    desk.sweep("run", "one", "-q")
    desk.sweep("run", "two", "-q")
    whole = desk.merged("one")
    stranger = desk.path("one", "shards", "stranger.shard")

    def named(word, *, run=True):
        said = refused(desk, 1, word, "merge", "one", "-o", "no.h5")
        assert "stranger.shard" in said and not os.path.exists(desk.path("no.h5")), said
        said = refused(desk, 1, word, "status", "one")
        assert "24 of 24 points complete" in said, said
        desk.sweep("merge", "one", "-o", "some.h5", "--allow-missing", "--force", "-q")
        assert desk.bytes("some.h5") == whole
        if run:
            desk.sweep("run", "one", "-q")

    shutil.copy(desk.path("two", "shards", "0000-of-0001.shard"), stranger)
    named("holds results of another plan")
    desk.write("one/shards/stranger.shard", "point,result\n" * 9)
    named("is no shard")
    os.remove(stranger)
    os.mkdir(stranger)
    named("stranger.shard")
    os.rmdir(stranger)
    desk.write("one/shards/notes.txt", "mine")
    desk.sweep("status", "one")
    os.remove(desk.path("one", "shards", "notes.txt"))
    shutil.copy(desk.path("two", "shards", "0000-of-0001.shard"), desk.path("one", "shards"))
    said = refused(desk, 2, "another plan", "run", "one")
    assert "move it out of the folder" in said, said
    if os.geteuid() == 0:
        return  # may read everything
    os.chmod(desk.path("two", "shards", "0000-of-0001.shard"), 0)
    refused(desk, 1, "cannot be opened", "status", "two")


def test_a_changed_scenario_or_library_is_refused(desk):
    library = desk.path("library")
    shutil.copytree(desk.environment["KINDRED_CONFIGS"], library)
    desk.environment = {**desk.environment, "KINDRED_CONFIGS": library}
    desk.plan("changed", SCENARIO + SMALL)
    desk.sweep("run", "changed", "--shard", "0/2", "-q")
    scenario = desk.bytes("changed", "scenario.yaml").decode()
    with open(desk.path("changed", "scenario.yaml"), "a", encoding="utf-8") as file:
        file.write("# a word\n")
    for words in (("run", "changed"), ("status", "changed"), ("merge", "changed", "-o", "no.h5"), ("retry", "changed")):
        refused(desk, 2, "scenario.yaml: has changed since", *words)
    desk.write("changed/scenario.yaml", scenario)
    programme = os.path.join(library, "programmes", "mindful-self-compassion.yaml")
    with open(programme, encoding="utf-8") as file:
        text = file.read()
    changed = re.sub(r"(weeks?: *)8\b|8 weeks", lambda m: m.group(0).replace("8", "9"), text, count=1)
    assert changed != text, text
    with open(programme, "w", encoding="utf-8") as file:
        file.write(changed)
    refused(desk, 2, "means something else now", "run", "changed", "--shard", "1/2")
    with open(programme, "w", encoding="utf-8") as file:
        file.write(text)
    desk.sweep("run", "changed", "--shard", "1/2", "-q")
    desk.merged("changed")


def test_a_damaged_or_missing_plan_is_refused(desk):
    refused(desk, 2, "holds no sweep", "status", "nowhere")
    desk.plan("S", SCENARIO + SMALL)
    refused(desk, 2, "not an empty folder", "plan", "S.yaml", "-o", "S")
    plan = desk.bytes("S", "plan.json").decode()
    for text, word in ((plan[:-100], "is damaged"), ("", "is damaged"), (plan.replace('"society":0', '"society":1', 1),
                       "has been changed or is damaged"), ("[]", "is damaged"), ("{}", "is damaged"),
                       (plan.replace('"kindred_sweep":1', '"kindred_sweep":9'), "another version")):
        desk.write("S/plan.json", text)
        for words in (("run", "S"), ("status", "S"), ("merge", "S", "-o", "no.h5"), ("script", "S", "-o", "m.h5")):
            refused(desk, 2, word, *words)
    os.remove(desk.path("S", "plan.json"))
    refused(desk, 2, "no plan.json", "run", "S")
    desk.write("S/plan.json", plan)
    desk.sweep("run", "S", "-q")
    bad = SCENARIO + SMALL.replace("weeks: [4, 8, 34]", "weeks: [4, 800]")
    desk.write("bad.yaml", bad)
    desk.sweep("plan", "bad.yaml", "-o", "bad", expect=2)
    assert not os.path.exists(desk.path("bad"))


# --- reading ---

def test_the_merged_file_opens_as_labelled_arrays(desk):
    desk.plan("read", SCENARIO + SMALL)
    desk.sweep("run", "read", "-q")
    desk.merged("read")
    factors, points = desk.points("read")
    with xarray.open_dataset(desk.path("read.h5"), group="sweep") as data:
        assert data["mean"].dims == ("point", "replicate", "arm", "outcome", "week")
        assert list(data["arm"].values) == ["waitlist", "course"] and list(data["week"].values) == [4, 8, 34]
        names = {"distress_inertia": 0, "share": 1, "persons": 2}
        for name, f in names.items():
            assert data[name].dims == ("point",), data[name]
            assert [float(v) for _, v in ((h, p[f]) for h, p in points)] == list(data[name].values)
            assert data[name].attrs["long_name"] == factors[f]
        assert list(data["kind"].values) == [p[3] for _, p in points]
        assert list(data["hash"].values) == [h for h, _ in points]
        chosen = data["mean"].sel(arm="course", outcome="self_compassion", week=8).mean("replicate")
        assert chosen.shape == (24,) and float(chosen.std()) > 0
    ncdump = shutil.which("ncdump")
    if ncdump:
        done = subprocess.run([ncdump, "-h", desk.path("read.h5")], capture_output=True, text=True, check=True)
        assert "double mean(point, replicate, arm, outcome, week)" in done.stdout
    desk.run("inspect", "read.h5", "--check")


def test_big_sweeps_are_planned_and_shown_quickly(desk):
    text = (SCENARIO.replace("persons: 120", "persons: 20, network: {kind: community, acquaintances: 4, block: 10}")
            .replace("burn_in: 30 weeks, run: 60 weeks", "burn_in: 1 week, run: 13 weeks"))
    text += """sweep:
  design: lhs
  points: 2000
  weeks: [8]
  parameters:
    model.attachment.parameters.distress_inertia: {prior: uniform}
"""
    desk.write("big.yaml", text)
    started = time.monotonic()
    said = desk.sweep("plan", "big.yaml", "-o", "big", "--json")
    planned = time.monotonic() - started
    assert '"points": 2000' in said
    desk.sweep("run", "big", "-q")
    started = time.monotonic()
    assert desk.status("big")["complete"] == 2000
    assert planned < 5 and time.monotonic() - started < 2, (planned, time.monotonic() - started)


def main(program, source, *words):
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    chosen = {n: t for n, t in tests.items() if not words or any(w in n for w in words)}
    assert chosen, list(tests)
    failed = 0
    for name, test in chosen.items():
        with tempfile.TemporaryDirectory() as folder:
            started = time.monotonic()
            try:
                test(Desk(os.path.abspath(program), os.path.abspath(source), folder))
                verdict = "ok"
            except AssertionError as error:
                failed += 1
                verdict = f"FAILED line {error.__traceback__.tb_next.tb_lineno}: {str(error)[:3000]}"
            print(f"{name[5:].replace('_', ' ')}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
