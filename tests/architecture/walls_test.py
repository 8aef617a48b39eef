#!/usr/bin/python3
"""The tree still means what its folders say: who may include whom, which library is named where, that the
engine knows no psychology, and where things lie.

Usage: walls_test.py [TREE]     every violation in TREE (default: the tree this file lies in), then the self-test:
                                a violation of each kind, planted into a copy, has to be reported, alone
"""

import pathlib
import re
import shutil
import sys
import tempfile

CONTRACT = {"sim/engine/contract.hpp", "sim/engine/kernel_cursor.hpp", "sim/engine/kernel_loops.hpp"}
EVERYTHING = None
# Besides itself, a folder may include these folders (or single headers).
MAY_INCLUDE = {
    "sim/core": set(),
    "sim/random": {"sim/core"},
    "sim/parallel": {"sim/core"},
    "sim/graph": {"sim/core", "sim/random"},
    "sim/engine": {"sim/core", "sim/random", "sim/parallel", "sim/graph"},
    "sim/scenario": {"sim/core"},
    "sim/record": {"sim/core", "sim/engine", "sim/parallel"},
    "sim/sweep": {"sim/core", "sim/random", "sim/parallel", "sim/scenario", "sim/engine", "sim/record"},
    "sim/bench": {"sim/core", "sim/random", "sim/parallel", "sim/graph", "sim/engine", "models/attachment",
                  "models/averaging", "tests/reference/naive_attachment.hpp", "tests/reference/naive_draws.hpp"},
    "sim/app": EVERYTHING,
    "models/*": {"sim/core", "sim/random"} | CONTRACT,
    "analysis": {"sim/core", "sim/random", "sim/graph", "sim/engine", "sim/record"},
}
# A library is named in one folder only.
LIBRARIES = {
    "TBB": (r"(oneapi/)?tbb/|execution", {"sim/parallel"}),
    "Boost.Graph": (r"boost/(?!math/|random/)", {"sim/graph"}),
    "Boost.Math": (r"boost/math/", {"analysis", "sim/sweep"}),
    "Boost.Random": (r"boost/random/", {"sim/sweep"}),
    "yaml-cpp": (r"yaml-cpp/", {"sim/scenario"}),
    "HDF5": (r"hdf5|H5", {"sim/record"}),
    "libdeflate": (r"libdeflate", {"sim/record"}),
    "xxHash": (r"xxh", {"sim/record"}),
    "CLI11": (r"CLI/", {"sim/app"}),
    "JSON": (r"nlohmann/", {"sim/app", "sim/bench", "sim/scenario", "sim/sweep"}),
}
LINKED_AS = {"TBB::": ["TBB"], "Boost::": ["Boost.Graph", "Boost.Math", "Boost.Random"], "yaml-cpp": ["yaml-cpp"],
             "CLI11::": ["CLI11"], "nlohmann_json": ["JSON"]}

TOP_LEVEL = {"CMakeLists.txt", "sim", "models", "configs", "analysis", "tests", "README.md", "CMakePresets.json",
             ".clang-format", ".clang-tidy", ".gitignore", ".ci", "LICENSE", "CITATION.cff", "kindred", "test"}
MAY_BE_MISSING = {"analysis"}  # an empty folder is in no repository
TEST_FOLDERS = {"fuzz", "unit", "property", "analytic", "statistical", "determinism", "worlds", "golden", "format",
                "reference", "architecture", "cli", "bench", "support"}
NOT_OF_THE_TREE = {".git", "build"}
SOURCES = {".cpp", ".hpp", ".def", ".h", ".inc"}


def sources(tree, top):
    return sorted(path for path in (tree / top).rglob("*") if path.suffix in SOURCES)


def module_of(path):
    """`sim/engine`, `models/attachment`, `analysis`."""
    parts = path.split("/")
    return parts[0] if parts[0] == "analysis" else "/".join(parts[:2])


def may_include(module):
    return MAY_INCLUDE.get("models/*" if module.startswith("models/") else module, set())


def include_violations(tree):
    for top in ("sim", "models", "analysis"):
        for path in sources(tree, top):
            own = path.relative_to(tree).as_posix()
            module = module_of(own)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
                if not found:
                    continue
                ours, theirs = found.groups()
                place = f"{own}:{number}"
                if ours:
                    yield from own_include(tree, place, module, ours)
                for name, (pattern, folders) in LIBRARIES.items():
                    if re.match(pattern, ours or theirs) and module not in folders:
                        yield f"{place}: names {name}, which only {' and '.join(sorted(folders))} may"


def own_include(tree, place, module, target):
    if not (tree / target).is_file():
        if "/" not in target or target.startswith("."):
            yield f"{place}: \"{target}\" is not written from the root of the tree"
        return
    allowed = may_include(module)
    other = module_of(target)
    if other != module and allowed is not EVERYTHING and other not in allowed and target not in allowed:
        yield f"{place}: {module} may not include {target}"


def link_violations(tree):
    """The libraries that CMake links are held to the same table."""
    text = (tree / "CMakeLists.txt").read_text()
    module_line = r"^\s*kindred_module\((\S+)\s+(\S+?)(?:\s+DEPENDS\s+([^)]*))?\)"
    for name, folder, links in re.findall(module_line, text, re.M):
        module = "models/*" if folder.startswith("models/") else folder
        allowed = MAY_INCLUDE.get(module, set())
        for link in (links or "").split():
            libraries = next((names for start, names in LINKED_AS.items() if link.startswith(start)), [])
            folders = set().union(*(LIBRARIES[library][1] for library in libraries))
            if libraries and folder not in folders:
                yield f"CMakeLists.txt: {name} links {link}, which only {' and '.join(sorted(folders))} may"
            if link.startswith("kindred_") and allowed is not EVERYTHING:
                part = link.removeprefix("kindred_")
                if not {"sim/" + part, "models/" + part} & allowed:
                    yield f"CMakeLists.txt: {name} links {link}, which {folder} may not include"


def declared_names(tree):
    """(name, where) of everything a model declares."""
    for path in sorted((tree / "models").glob("*/*.def")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r"\s*(?:(?:PERSON|TIE)\(\s*\w+\s*,|(?:PARAMETER|INPUT|CONSTANT)\()\s*(\w+)", line)
            if found:
                yield found.group(1), f"{path.relative_to(tree).as_posix()}:{number}"
    for path in sorted((tree / "models").glob("*/*.cpp")):
        for found in re.finditer(r'(?:Quadrant|Instrument)Declaration\{\s*"(\w+)"', path.read_text()):
            yield found.group(1), path.relative_to(tree).as_posix()


def name_violations(tree):
    names = dict(declared_names(tree))
    if len(names) < 100:
        yield f"only {len(names)} names found in models/*/*.def: the lists are written otherwise now"
    for name, where in names.items():
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name):
            yield f"{where}: '{name}' is not two or more words"
    for path in sorted((tree / "sim").rglob("*")):
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for word in set(re.findall(r"[A-Za-z_]\w*", line)) & names.keys():
                yield f"{path.relative_to(tree).as_posix()}:{number}: '{word}' belongs to a model ({names[word]})"


def place_violations(tree):
    ignored = [line.strip().rstrip("/") for line in (tree / ".gitignore").read_text().split("\n") if line.strip()]
    top = {path.name for path in tree.iterdir() if path.name not in NOT_OF_THE_TREE
           and not any(path.match(pattern) for pattern in ignored)}
    for name in sorted(top - TOP_LEVEL):
        yield f"{name}: the top level is fixed; this is not of it"
    for name in sorted(TOP_LEVEL - MAY_BE_MISSING - top):
        yield f"{name}: missing from the top level"
    for folder, known in (("sim", {name.split("/")[1] for name in MAY_INCLUDE if name.startswith("sim/")}),
                          ("tests", TEST_FOLDERS)):
        for path in sorted((tree / folder).iterdir()):
            holds_code = path.is_dir() and any(file.suffix not in (".md", ".pyc") for file in path.rglob("*.*"))
            if holds_code and path.name not in known:
                yield f"{folder}/{path.name}: no such folder in the table"
            elif path.is_file() and path.suffix in SOURCES:
                yield f"{folder}/{path.name}: sources lie in folders"


def violations(tree):
    return [found for kind in (include_violations, link_violations, name_violations, place_violations)
            for found in kind(tree)]


# --- self-test --------------------------------------------------------------------------------------------

def append(path, text):
    def plant(tree):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        with open(tree / path, "a") as file:
            file.write(text)
    return plant


def replace(path, old, new):
    def plant(tree):
        text = (tree / path).read_text()
        assert old in text, f"{path} no longer holds {old!r}: plant this violation anew"
        (tree / path).write_text(text.replace(old, new, 1))
    return plant


def include(path, target):
    return append(path, f"\n#include {target}\n")


LINKS_OF_RANDOM = "kindred_module(kindred_random sim/random DEPENDS "
PLANTED = [
    ("core includes nobody", include("sim/core/plan.hpp", '"sim/engine/contract.hpp"'),
     "sim/core may not include sim/engine/contract.hpp"),
    ("a model sees the contract only", include("models/attachment/model.cpp", '"sim/engine/ensemble.hpp"'),
     "models/attachment may not include sim/engine/ensemble.hpp"),
    ("models do not know each other", include("models/averaging/model.cpp", '"models/attachment/model.hpp"'),
     "models/averaging may not include models/attachment/model.hpp"),
    ("the engine knows no model", include("sim/engine/ensemble.cpp", '"models/averaging/model.hpp"'),
     "sim/engine may not include models/averaging/model.hpp"),
    ("the recorder reads no scenario", include("sim/record/recorder.cpp", '"sim/scenario/scenario.hpp"'),
     "sim/record may not include sim/scenario/scenario.hpp"),
    ("blanks hide nothing", include("sim/graph/metrics.cpp", '  "sim/parallel/parallel.hpp"'),
     "sim/graph may not include sim/parallel/parallel.hpp"),
    ("includes start at the root", include("sim/engine/widths.cpp", '"widths.hpp"'),
     "is not written from the root"),
    ("TBB", include("sim/engine/ensemble.cpp", "<tbb/parallel_for.h>"), "names TBB"),
    ("parallel algorithms are TBB", include("sim/record/quantiles.cpp", "<execution>"), "names TBB"),
    ("Boost.Graph", include("sim/engine/society.hpp", "<boost/graph/adjacency_list.hpp>"), "names Boost.Graph"),
    ("Boost.Math", include("sim/record/quantiles.cpp", "<boost/math/distributions/normal.hpp>"),
     "names Boost.Math"),
    ("yaml-cpp", include("sim/app/run.cpp", "<yaml-cpp/yaml.h>"), "names yaml-cpp"),
    ("HDF5", include("sim/app/inspect.cpp", "<hdf5.h>"), "names HDF5"),
    ("libdeflate", include("sim/app/run.cpp", "<libdeflate.h>"), "names libdeflate"),
    ("xxHash", include("sim/scenario/json.cpp", "<xxhash.h>"), "names xxHash"),
    ("CLI11", include("sim/scenario/json.cpp", "<CLI/CLI.hpp>"), "names CLI11"),
    ("JSON", include("sim/record/codec.cpp", "<nlohmann/json.hpp>"), "names JSON"),
    ("analysis", include("analysis/truth.cpp", '"sim/app/verbs.hpp"'),
     "analysis may not include sim/app/verbs.hpp"),
    ("a link that no include needs", replace("CMakeLists.txt", LINKS_OF_RANDOM, LINKS_OF_RANDOM + "kindred_engine "),
     "kindred_random links kindred_engine"),
    ("a library linked from elsewhere", replace("CMakeLists.txt", LINKS_OF_RANDOM, LINKS_OF_RANDOM + "yaml-cpp "),
     "kindred_random links yaml-cpp"),
    ("a model's name in code", append("sim/engine/widths.cpp", "\nint attachment_anxiety = 0;\n"),
     "'attachment_anxiety' belongs to a model"),
    ("a model's name in a comment", append("sim/record/spells.hpp", "\n// as self_soothing does\n"),
     "'self_soothing' belongs to a model"),
    ("a label of a model", append("sim/app/run.cpp", '\nconst char* label = "attachment_style";\n'),
     "'attachment_style' belongs to a model"),
    ("a name of one word",
     replace("models/averaging/parameters.def", "PARAMETER(copying_rate", "PARAMETER(copying"),
     "'copying' is not two or more words"),
    ("a folder of its own at the top", append("utils/helpers.cpp", "\n"), "utils: the top level is fixed"),
    ("a file at the top", append("NOTES.md", "\n"), "NOTES.md: the top level is fixed"),
    ("something missing at the top", lambda tree: (tree / "LICENSE").unlink(),
     "LICENSE: missing from the top level"),
    ("a module that nobody planned", append("sim/misc/things.cpp", "\n"), "sim/misc: no such folder"),
    ("a source beside the modules", append("sim/things.hpp", "\n"), "sim/things.hpp: sources lie in folders"),
    ("a kind of test that nobody planned", append("tests/manual/try.cpp", "\n"), "tests/manual: no such folder"),
]


def copy_of(tree, to):
    def not_copied(folder, names):
        return NOT_OF_THE_TREE & set(names) if pathlib.Path(folder) == tree else \
            [name for name in names if name == "__pycache__"]
    shutil.copytree(tree, to, ignore=not_copied, symlinks=True)


def self_test(tree, known):
    missed = 0
    with tempfile.TemporaryDirectory(prefix="walls-") as folder:
        for number, (what, plant, report) in enumerate(PLANTED):
            copy = pathlib.Path(folder) / str(number)
            copy_of(tree, copy)
            plant(copy)
            new = [found for found in violations(copy) if found not in known]
            if not (len(new) == 1 and report in new[0]):
                print(f"FAIL  self-test: {what}: expected one report of '{report}', got {new}")
                missed += 1
            shutil.rmtree(copy)
    print(f"self-test: {len(PLANTED) - missed} of {len(PLANTED)} planted violations reported, each alone")
    return missed


def main(words):
    tree = pathlib.Path(words[0] if words else pathlib.Path(__file__).parents[2]).resolve()
    found = violations(tree)
    for violation in found:
        print(f"FAIL  {violation}")
    print(f"{len(found)} violation(s) in the tree")
    missed = self_test(tree, found)
    return 1 if found or missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
