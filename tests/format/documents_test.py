"""What the documents show is what the program prints. Usage: PROGRAM SOURCE_DIR [--update]

A block between `<!-- output of: kindred ARGS -->` (or `<!-- tables of: ... -->` for text that is Markdown
already) and `<!-- end output -->` must equal what that command prints, stdout and stderr in this order,
without the timing line.
"""
import os
import re
import subprocess
import sys
import tempfile

DOCUMENTS = ["README.md", "models/attachment/README.md"]
BLOCK = re.compile(r"(<!-- (output|tables) of: kindred ([^\n]*) -->\n)(.*?)(<!-- end output -->)", re.S)


def printed(program, source, arguments):
    with tempfile.TemporaryDirectory() as folder:
        for name in ("configs", "tests"):
            os.symlink(os.path.join(source, name), os.path.join(folder, name))
        done = subprocess.run([program, *arguments.split()], cwd=folder, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines() + done.stderr.splitlines()
        return [line for line in lines if not re.search(r"person-weeks/s| person-weeks$", line)]


def block(kind, lines):
    if kind == "tables":
        return "\n" + "\n".join(lines) + "\n"
    return "\n" + "".join("    " + line + "\n" if line else "\n" for line in lines) + "\n"


def main(program, source, update):
    os.environ["KINDRED_CONFIGS"] = os.path.join(source, "configs")
    failures = 0
    for document in DOCUMENTS:
        path = os.path.join(source, document)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert BLOCK.search(text), f"{document} has no block to compare"

        def fresh(match):
            return match[1] + block(match[2], printed(program, source, match[3])) + match[5]

        now = BLOCK.sub(fresh, text)
        if now == text:
            continue
        if update:
            with open(path, "w", encoding="utf-8") as file:
                file.write(now)
            continue
        failures += 1
        for old, new in zip(text.splitlines(), now.splitlines()):
            if old != new:
                print(f"{document}:\n  document: {old}\n  program:  {new}")
                break
    if failures:
        print("out of date: run this test with --update")
    return failures


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), "--update" in sys.argv[3:]))
