#!/usr/bin/env bash
# Whatever is wrong with a scenario or a command line ends with exit code 2, a message that says where, and no file.
#   tests/cli/broken_configs.sh PROGRAM SOURCE_DIR            compares every message with the golden file
#   tests/cli/broken_configs.sh PROGRAM SOURCE_DIR --update   rewrites the golden file
set -euo pipefail
program=$(readlink -f -- "${1:?usage: $0 PROGRAM SOURCE_DIR [--update]}")
cd -- "${2:?usage: $0 PROGRAM SOURCE_DIR [--update]}"
source_dir=$PWD golden=tests/golden/broken_configs.txt update=${3-}
export KINDRED_CONFIGS=$source_dir/configs LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
in=$scratch/in out=$scratch/out said=$scratch/said
mkdir "$in" "$out"
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# Folders of this machine become words; who may write to /proc, and how it refuses, depends on the user.
portable() {
  sed -E -e "s|$in|IN|g; s|$out|OUT|g; s|$source_dir/||g" \
    -e "s#(no file can be made in '/proc' \([^)]*\)|the folder '/proc' is not writable by you)#(/proc takes no files)#"
}

# True when every problem says where: FILE:LINE:COLUMN, or the command line, or a file that is not there to be read.
says_where() {
  grep -qE '^error: [1-9]' "$1" &&
    ! grep '^  ' "$1" | grep -qvE '^  ([^ :][^:]*:[1-9][0-9]*:[1-9][0-9]*: |command line: |[^:]+: (no such file$|is a folder|cannot be read))'
}

# Names of all, sizes and times of files.
everything() { find "$in" "$out" \( -type d -printf '%p\n' \) -o -printf '%p %s %T@\n' | sort; }

# refused TITLE ARGUMENTS...
refused() {
  local title=$1 before code=0 printed
  shift
  before=$(everything)
  printed=$(timeout 30 "$program" "$@" 2>"$scratch/stderr") || code=$?
  [[ $code == 2 ]] || fail "$title: exit code $code, not 2"
  [[ -z $printed ]] || fail "$title: printed on stdout: $printed"
  [[ $(everything) == "$before" ]] || fail "$title: files were made or changed: $(everything | diff - <(echo "$before"))"
  says_where "$scratch/stderr" || fail "$title: a problem without a place: $(cat "$scratch/stderr")"
  { printf '# %s\n$ kindred' "$title" && printf ' %s' "$@" && echo && cat "$scratch/stderr"; } | portable >>"$said"
  echo >>"$said"
}

write() { cat >"$in/$1"; }

write good.yaml <<'YAML'
schema: 1
seed: 7
time: {burn_in: 2 weeks, run: 4 weeks}
society: {persons: 60}
model: {attachment: {hypothesis: none}}
arms:
  waitlist: {}
  course:
    - {programme: active-control, start: 1 week}
YAML
good=$in/good.yaml x=$out/x.h5

# Controls: a good scenario passes, a message without a place is noticed.
"$program" run "$good" -q -o "$x" >/dev/null || fail "the good scenario does not run"
[[ -s $x && $(ls "$out") == $'x.h5\nx.h5.log' ]] ||
  fail "the good scenario leaves other files than its result and its log"
rm -f "$x" "$x.log"
printf 'error: 1 problem\n  a.yaml: seed: required but missing\n' >"$scratch/placeless"
! says_where "$scratch/placeless" || fail "a message without a place was not noticed"

for file in tests/format/broken/*.yaml; do
  title=$(sed -n 's/^title: *//p' "$file")
  refused "${title:-An empty file}" run "$file" -o "$x"
done

# The output
touch "$out/there.h5" && mkdir "$out/folder"
refused "no output named" run "$good"
refused "-o without a name" run "$good" -o
refused "an empty name" run "$good" -o ""
refused "a folder that is not there" run "$good" -o "$out/nowhere/x.h5"
refused "a folder that takes no files" run "$good" -o /proc/x.h5
refused "an output that exists" run "$good" -o "$out/there.h5"
refused "an output that is a folder" run "$good" -o "$out/folder"
refused "an output that is a folder is not forced" run "$good" -o "$out/folder" --force
refused "an output that is a device" run "$good" -o /dev/null --force
refused "the scenario as output" run "$good" -o "$good" --force
refused "target= with a folder that is not there" run "$good" "target=$out/nowhere/x.h5"

# The scenario
refused "no scenario named" run -o "$x"
refused "a scenario that is not there" run "$in/none.yaml" -o "$x"
refused "a scenario that is a folder" run "$in" -o "$x"
ln -s /proc/self/mem "$in/unreadable.yaml" # opens, but cannot be read: true of root as well
refused "a scenario that cannot be read" run "$in/unreadable.yaml" -o "$x"
head -c 3000 "$program" >"$in/program.yaml"
refused "a program instead of a scenario" run "$in/program.yaml" -o "$x"
refused "two scenarios" run "$good" "$good" -o "$x"

# Overrides
refused "an unknown key" run "$good" replicates.socities=2 -o "$x"
refused "an unknown parameter" run "$good" model.attachment.parameters.self_soothin=0.1 -o "$x"
refused "a value of the wrong kind" run "$good" society.persons=many -o "$x"
refused "a value out of range" run "$good" model.attachment.parameters.self_soothing=7.2 -o "$x"
refused "a value in a list that is too short" run "$good" arms.course.1.share=0.5 -o "$x"
refused "no value" run "$good" society.persons -o "$x"
refused "a bracket left open" run "$good" 'time={burn_in: 1 year' -o "$x"
refused "an include" run "$good" include=other.yaml -o "$x"
refused "a bad seed" run "$good" --seed soon -o "$x"
refused "file and command line are both wrong" run tests/format/broken/01-unknown-key.yaml time.run=6 -o "$x"

# Verbs and flags
refused "no verb"
refused "an unknown verb" simulate "$good"
refused "a mistyped verb" chekc "$good"
refused "an unknown flag" run "$good" --fast -o "$x"
refused "a mistyped flag" run "$good" --forse -o "$x"
refused "a flag before the verb" --fast run "$good"
refused "no threads" run "$good" --threads 0 -o "$x"
refused "threads that are no number" run "$good" --threads many -o "$x"
refused "an odd number of lanes" run "$good" --widest 3 -o "$x"
refused "an unknown topic" describe modle
refused "an unknown model" describe --model weather
refused "an unknown template" init quickstrat
refused "an output file that is not there" inspect "$out/none.h5"
refused "a folder to inspect" inspect "$out" --check
refused "a second file that is not there" inspect "$out/there.h5" --diff "$out/none.h5"

# Networks from files
network() { # network NAME PATH: a scenario whose network is PATH
  sed "s|^society:.*|society: {network: {kind: file, path: $2}}|" "$good" >"$in/$1"
}
network missing.yaml none.csv
refused "a network that is not there" run "$in/missing.yaml" -o "$x"
ln -s /proc/self/mem "$in/unreadable.csv"
network unreadable_network.yaml unreadable.csv
refused "a network that cannot be read" run "$in/unreadable_network.yaml" -o "$x"
printf 'tail,head\n1,2\n2,2\n2,1\n3\n' >"$in/ties.csv"
network ties.yaml ties.csv
refused "a network with bad ties" run "$in/ties.yaml" -o "$x"
printf 'from,to\n1,2\n' >"$in/header.csv"
network header.yaml header.csv
refused "a network with other columns" run "$in/header.yaml" -o "$x"
printf 'tail,head\n1,2\n' >"$in/ties.xlsx"
network sheet.yaml ties.xlsx
refused "a network of another format" run "$in/sheet.yaml" -o "$x"

# Includes
write circle_a.yaml <<<'include: circle_b.yaml'
write circle_b.yaml <<<'include: [circle_a.yaml]'
refused "a circle of includes" run "$in/circle_a.yaml" -o "$x"
write bad_part.yaml <<<'replicates: {societies: none}'
{ echo "include: bad_part.yaml" && cat "$good"; } | write including.yaml
refused "a problem in an included file" run "$in/including.yaml" -o "$x"

if [[ $update == --update ]]; then
  cp "$said" "$golden"
  echo "wrote $golden"
elif ! diff -u "$golden" "$said"; then
  fail "messages differ from $golden (accept them with --update)"
fi
cases=$(grep -c '^\$ kindred' "$said")
((failures == 0)) || { echo "$failures checks failed"; exit 1; }
echo "$cases cases: exit code 2, a place for every problem, no file left"
