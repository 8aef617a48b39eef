#!/usr/bin/env bash
# Did numbers move? Two files say what they were: state_hash.txt, every column of two models bit by bit, and
# baseline.txt, a small run in a page.
#   golden_test.sh PROGRAM STATE_HASH            exit 1 when anything moved, with what
#   golden_test.sh PROGRAM STATE_HASH --update   writes both files anew (and the changelog says Numbers)
# This guards, it does not verify: that numbers are right is for other tests to say.
set -euo pipefail
program=$(readlink -f -- "$1")
state_hash=$(readlink -f -- "$2")
mode=${3:-compare}
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
python=${KINDRED_PYTHON:-/usr/bin/python3}
export KINDRED_CONFIGS=$here/../../configs
unset KINDRED_ISA
folder=$(mktemp -d "${TMPDIR:-/tmp}/golden.XXXXXX")
trap 'rm -rf "$folder"' EXIT
failures=0

"$state_hash" >"$folder/state_hash.txt"
# summarise OUT WORD...
summarise() {
  local out=$1
  shift
  "$program" run "$here/baseline.yaml" "$@" --quiet --force -o "$folder/baseline.h5" >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
  "$python" "$here/summarise.py" "$folder/baseline.h5" >"$out"
}
summarise "$folder/baseline.txt"

if [[ $mode == --update ]]; then
  for name in state_hash.txt baseline.txt; do
    if cmp -s "$folder/$name" "$here/$name"; then echo "same     $name"; else
      cp "$folder/$name" "$here/$name"
      echo "updated  $name"
    fi
  done
  exit 0
fi
[[ $mode == compare ]] || { echo "unknown word '$mode'"; exit 2; }

# moved NAME FILE: shows the lines that moved
moved() {
  diff "$here/$1" "$2" >"$folder/diff" && return 1
  echo "$1: $(grep -c '^>' "$folder/diff") of $(wc -l <"$here/$1") lines moved (< was, > is):"
  grep -m 8 '^[<>]' "$folder/diff"
}
for name in state_hash.txt baseline.txt; do
  if moved "$name" "$folder/$name"; then
    echo "FAIL  $name; if numbers were meant to move: $0 PROGRAM STATE_HASH --update"
    failures=$((failures + 1))
  else
    echo "ok    $name is unchanged"
  fi
done

# Negative control: a parameter moved by a millionth shows.
summarise "$folder/other.txt" model.attachment.parameters.self_soothing=0.25000025
if moved baseline.txt "$folder/other.txt" >/dev/null; then
  echo "ok    negative control: a parameter off by a millionth is seen"
else
  echo "FAIL  a parameter off by a millionth went unnoticed"
  failures=$((failures + 1))
fi
exit $((failures > 0))
