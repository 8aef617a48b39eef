#!/usr/bin/env bash
# GCC and Clang, optimising much or little, and a C library without fused multiply-adds compute the same bits.
#   compilers.sh STATE_HASH
# STATE_HASH is the build at hand; the others are made here, through the project's own CMake. Each of them
# runs every width on every instruction set of this machine (see state_hash.cpp) and has to print the same.
set -euo pipefail
state_hash=$(readlink -f -- "$1")
root=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
python=${KINDRED_PYTHON:-/usr/bin/python3}
unset KINDRED_ISA
folder=$(mktemp -d "${TMPDIR:-/tmp}/compilers.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failures=0

# agree WHAT COMMAND...: does it print what the build at hand prints?
agree() {
  local what=$1
  shift
  if "$@" >other.txt 2>messages && cmp -s expected.txt other.txt; then
    echo "ok    $what: $(cat messages)"
  else
    echo "FAIL  $what"
    head -5 messages
    diff expected.txt other.txt | grep '^>' | head -5 || true
    failures=$((failures + 1))
  fi
}

# build NAME COMPILER OPTIMISATION
build() {
  cmake -S "$root" -B "$1" -G Ninja -DKINDRED_TESTS=ON -DCMAKE_CXX_COMPILER="$2" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE="$3" >log 2>&1 && ninja -C "$1" -j2 state_hash >>log 2>&1 && return
  echo "FAIL  $2 $3 does not build"
  grep -E -m 5 'error|Error' log || tail -5 log
  failures=$((failures + 1))
  return 1
}

"$state_hash" >expected.txt 2>messages
echo "      $(wc -l <expected.txt) columns in the build at hand"

without_fma=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4
agree "a C library without FMA and AVX2" env GLIBC_TUNABLES=$without_fma "$state_hash"
# Does that setting change anything? The C library's own functions have to notice it.
library_values() {
  "$python" -c '
import math
print([math.exp(0.01 * i) + math.sin(0.37 * i) + math.log(1.3 + i) for i in range(20000)])' | sha256sum
}
if [[ $(library_values) != $(GLIBC_TUNABLES=$without_fma library_values) ]]; then
  echo "ok    negative control: exp, sin and log of the C library do differ without FMA"
else
  echo "note  exp, sin and log of this C library are the same without FMA, so the line above proves little"
fi

for other in "clang clang++ -O3" "little g++ -O1"; do
  read -r name compiler optimisation <<<"$other"
  if ! command -v "$compiler" >/dev/null; then
    echo "skip  $compiler: not installed"
  elif build "$name" "$compiler" "$optimisation"; then
    agree "$compiler $optimisation" "$name/tests/state_hash"
  fi
done

((failures == 0)) || { echo "$failures build(s) differ"; exit 1; }
