"""Every scenario that comes with the program is in order, says how to run it, and runs.

Usage: PROGRAM SOURCE_DIR            all of them, made small
       PROGRAM SOURCE_DIR --shown    the commands of their comments as written, in full: every line after
                                     `#   > ` must be printed (`..` stands for what was left out)

A scenario is found by what it holds, so a new one is tested without a change here. One with a sweep is planned, run
and merged as well, and its indices are computed.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

COMMAND = re.compile(r"#.*?\s\./kindred ((?:run|effects|inspect|check|sweep|sensitivity) .*)")
SHOWN = "#   > "
SMALL = ["replicates.societies=1", "replicates.per_society=1", "time.burn_in=4 weeks"]
SMALL_SOCIETY = "society.persons=640"  # five communities of 128: enough for four steps of a wedge
WHOLE_COURSE = "mindful-self-compassion"
INDEXED = ("morris", "saltelli")  # designs with sensitivity indices
INGREDIENTS = {"mindfulness-meditation": "mindfulness_practice", "emotion-regulation": "emotion_regulation",
               "cognitive-restructuring": "cognitive_restructuring", "reflective-exercises": "guided_reflection"}


def parsed(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def scenarios(source):
    """Paths relative to the source folder of all scenarios, base files included."""
    found = []
    for folder, _, names in os.walk(os.path.join(source, "configs")):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".yaml") and {"arms", "include"} & set(parsed(path)):
                found.append(os.path.relpath(path, source))
    return sorted(found)


def header(path):
    lines = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                break
            lines.append(line.rstrip("\n"))
    return lines


def commands(lines):
    """The commands of a header as lists of words, without what is said beside them."""
    found = [COMMAND.match(line) for line in lines]
    return [shlex.split(re.split(r"\s{2,}", match[1])[0]) for match in found if match]


def sweep_problem(lines, scenario, design):
    """What is wrong with the commands of a sweep, or nothing: they belong to one folder and one file."""
    name = os.path.splitext(os.path.basename(scenario))[0]
    wanted = [["sweep", "plan", scenario, "-o", name], ["sweep", "run", name],
              ["sweep", "merge", name, "-o", name + ".h5"]]
    said = commands(lines)
    missing = [words for words in wanted if words not in said]
    if design in INDEXED and not any(words[:2] == ["sensitivity", name + ".h5"] for words in said):
        missing.append(["sensitivity", name + ".h5"])
    return f"does not say: {missing}" if missing else None


def header_problem(lines, scenario, design=None):
    """What is wrong with a header, or nothing. @param design  of its sweep, if it has one"""
    if len(lines) < 3:
        return "has no comment at its top"
    if design:
        return sweep_problem(lines, scenario, design)
    runs = [words for words in commands(lines) if words[0] == "run"]
    if not runs:
        return "does not say how to run it"
    if runs[0][1] != scenario:
        return f"says how to run {runs[0][1]}"
    return None


def absent(lines, printed):
    """Lines of a header that claim to be output and are not."""
    text = [" ".join(line.split()) for line in printed.splitlines()]

    def is_printed(shown):
        pattern = ".*".join(re.escape(part.strip()) for part in shown.split(".."))
        return any(re.search(pattern, line) for line in text)

    return [line for line in lines if line.startswith(SHOWN) and not is_printed(line[len(SHOWN):])]


def call(program, words, folder):
    return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False)


def small_run(program, source, scenario, folder):
    """Checks and runs a scenario made small. Its file is left in the folder as out.h5."""
    path = os.path.join(source, scenario)
    done = call(program, ["check", path], folder)
    assert done.returncode == 0, (scenario, done.stderr)
    resolved = yaml.safe_load(done.stdout)
    has_network_file = resolved["society"]["network"]["kind"] == "file"
    words = SMALL + ([] if has_network_file else [SMALL_SOCIETY])
    done = call(program, ["run", path, "-o", "out.h5", "-q", "-f", *words], folder)
    assert done.returncode == 0, (scenario, done.stderr)
    if any(arm and "programmes" in arm for arm in resolved["arms"].values()):
        done = call(program, ["effects", "out.h5", "--csv"], folder)
        assert done.returncode == 0, (scenario, done.stderr)
        assert re.search(r"^effect,.*,treated,8,-?[0-9.]", done.stdout.replace('"', ""), re.M), scenario


def design_of(path):
    """The design of a scenario's sweep, or nothing."""
    return parsed(path).get("sweep", {}).get("design")


def small_sweep(program, source, scenario, folder):
    """Plans, runs and merges a sweep made small; indices where its design has them."""
    path = os.path.join(source, scenario)
    design = design_of(path)
    points = ["sweep.points=2"] if design in INDEXED else []
    name = os.path.splitext(os.path.basename(scenario))[0]
    steps = [["sweep", "plan", path, *SMALL, SMALL_SOCIETY, *points, "-o", name], ["sweep", "run", name, "-q"],
             ["sweep", "merge", name, "-o", name + ".h5"]]
    if design in INDEXED:
        steps.append(["sensitivity", name + ".h5", "--csv", "-q"])
    for words in steps:
        done = call(program, words, folder)
        assert done.returncode == 0, (scenario, words, done.stdout, done.stderr)
    if design in INDEXED:
        quantity = "mu\\*" if design == "morris" else "total"
        assert re.search(rf"^[\w-]+,effect_treated,self_compassion,SD,8,{quantity},.*,[0-9.e-]+,", done.stdout,
                         re.M), (scenario, done.stdout)


def check_controls(program, source, folder):
    """The checks above fail where they have to."""
    good = header(os.path.join(source, "configs/hypotheses.yaml"))
    assert header_problem(good, "configs/hypotheses.yaml") is None
    assert header_problem([], "configs/hypotheses.yaml") is not None
    assert header_problem([line for line in good if "kindred run" not in line], "configs/hypotheses.yaml")
    assert header_problem(good, "configs/couples.yaml") is not None
    sweep = "configs/sweeps/ingredients.yaml"
    swept = header(os.path.join(source, sweep))
    assert header_problem(swept, sweep, "saltelli") is None and header_problem(good, sweep, "grid") is not None
    assert header_problem([line for line in swept if "sensitivity" not in line], sweep, "saltelli") is not None
    said = "  self_compassion   treated   +0.604 [+0.599, +0.609]   +0.4   +0.322 [+0.315, +0.329]\n"
    shown = SHOWN + "self_compassion treated +0.604 [+0.599, +0.609] .. +0.322 [+0.315, +0.329]"
    assert absent([shown], said) == [] and absent([shown.replace("0.322", "0.323")], said) != []
    with open(os.path.join(folder, "wrong.yaml"), "w", encoding="utf-8") as file:
        file.write("schema: 1\nseed: 1\ntime: {burn_in: 1 week, run: 9 weeks}\nsociety: {persons: 64}\n"
                   "model: {attachment: {hypothesis: remedation}}\narms: {waitlist: {}}\n")
    try:
        small_run(program, folder, "wrong.yaml", folder)
    except AssertionError:
        pass
    else:
        raise AssertionError("a scenario with a mistake passed")
    with open(os.path.join(folder, "out.h5"), "r+b") as file:
        file.truncate(1000)
    assert call(program, ["effects", "out.h5", "--csv"], folder).returncode != 0


def check_programmes(source, known):
    """Each programme has a trial; a practice alone has the course's dose of it, and the parts add up."""
    folder = os.path.join(source, "configs/programmes")
    programmes = {name[:-len(".yaml")]: parsed(os.path.join(folder, name)) for name in os.listdir(folder)}
    for name in programmes:
        assert f"configs/trials/{name}.yaml" in known, f"the programme {name} has no trial"
    course, therapy = programmes[WHOLE_COURSE], programmes["attachment-based-compassion-therapy"]
    added = programmes["attachment-focused-work"]
    for name, dose in INGREDIENTS.items():
        assert programmes[name]["total"] == {dose: course["total"][dose]}, name
        own = ("programme", "title", "source", "total")
        assert {**programmes[name], **{key: course[key] for key in own}} == course, name
    assert therapy["total"] == course["total"] and therapy["per_week"] == added["per_week"]


def check_shown(program, source, scenario):
    lines = header(os.path.join(source, scenario))
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(source, "configs"), os.path.join(folder, "configs"))
        printed = ""
        for words in commands(lines):
            done = call(program, words, folder)
            assert done.returncode == 0, (scenario, words, done.stderr)
            printed += done.stdout
    return [f"{scenario}: {line}" for line in absent(lines, printed)]


def main(program, source, shown):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    known = scenarios(source)
    if shown:
        stale = [line for scenario in known for line in check_shown(program, source, scenario)]
        print("".join(f"not printed any more: {line}\n" for line in stale), end="")
        return 1 if stale else 0
    assert "configs/quickstart.yaml" in known and "configs/trials/common.yaml" in known, known
    swept = {path: design_of(os.path.join(source, path)) for path in known}
    assert set(swept.values()) >= {None, "grid", *INDEXED}, swept
    problems = {path: header_problem(header(os.path.join(source, path)), path, swept[path]) for path in known}
    assert not any(problems.values()), {path: why for path, why in problems.items() if why}
    check_programmes(source, known)
    with tempfile.TemporaryDirectory() as folder:
        for scenario in known:
            small_run(program, source, scenario, folder)
            if swept[scenario]:
                small_sweep(program, source, scenario, folder)
        check_controls(program, source, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "--shown" in sys.argv[3:]))
