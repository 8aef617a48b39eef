"""The tables of models/attachment/README.md are what the program says. Usage: PROGRAM SOURCE_DIR [--update]"""
import subprocess
import sys

BEGIN, END = "<!-- begin generated -->\n", "<!-- end generated -->"


def main(program, source, update):
    path = f"{source}/models/attachment/README.md"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start, stop = text.index(BEGIN) + len(BEGIN), text.index(END)
    said = subprocess.run([program, "describe", "model", "--markdown"], capture_output=True, text=True, check=True)
    tables = "\n" + said.stdout
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:start] + tables + text[stop:])
        return 0
    if text[start:stop] == tables:
        return 0
    old, new = text[start:stop].splitlines(), tables.splitlines()
    for i, (a, b) in enumerate(zip(old, new)):
        if a != b:
            print(f"table line {i + 1}:\n  README:  {a}\n  program: {b}")
            break
    print("the tables are out of date: run this test with --update")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], "--update" in sys.argv[3:]))
