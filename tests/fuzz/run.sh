#!/bin/bash
# Feeds every reader of files from strangers with mutated files, and fails when one crashes, hangs, leaks or
# breaks its promise to say what is wrong. Prints how many inputs each was given.
#
# Usage: run.sh BUILD_FOLDER [RUNS] [SECONDS]   per target: inputs (default 20000; 1000000 is the long run), and
#                                               the time after which it stops sooner (default 120)
# Exit codes: 0 = no finding, 1 = a finding (its file is named), 77 = Clang or libFuzzer cannot be had.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: run.sh BUILD_FOLDER [RUNS] [SECONDS]}
runs=${2:-20000}
seconds=${3:-120}
mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1

skip() { echo "skipped: $1"; exit 77; }

cxx= cc=
for version in -14 -15 -16 ""; do
  if command -v clang++$version >/dev/null && command -v clang$version >/dev/null; then
    cxx=clang++$version cc=clang$version
    break
  fi
done
[ -n "$cxx" ] || skip "no clang++ here (Debian: apt install clang libclang-rt-dev)"
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$build/probe.cpp"
$cxx -fsanitize=fuzzer,address,undefined "$build/probe.cpp" -o "$build/probe" 2>"$build/probe.log" &&
  "$build/probe" -runs=1 >/dev/null 2>&1 || skip "$cxx has no libFuzzer here (Debian: apt install libclang-rt-dev)"

# A folder that another generator has filled cannot be configured.
grep -qs 'CMAKE_GENERATOR:INTERNAL=Ninja' "$build/CMakeCache.txt" || rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles"
cmake -G Ninja -S "$here" -B "$build" -DCMAKE_C_COMPILER=$cc -DCMAKE_CXX_COMPILER=$cxx -DCMAKE_BUILD_TYPE=None \
  -DCMAKE_CXX_FLAGS=-O1 >"$build/configure.log" 2>&1 ||
  { tail -n 20 "$build/configure.log"; echo "the fuzz targets cannot be configured"; exit 1; }

# HDF5 1.10 forgets small allocations of its own when a damaged file cannot be opened.
export LSAN_OPTIONS=suppressions=$here/leaks.txt:print_suppressions=0
failed=0
for source in "$here"/*_fuzz.cpp; do
  target=$(basename "$source" _fuzz.cpp)
  if ! cmake --build "$build" --target "${target}_fuzz" -j "$(nproc)" >"$build/build.log" 2>&1; then
    grep -m 5 'error' "$build/build.log"
    echo "$target: does not build"
    failed=1
    continue
  fi
  length=4096 allowed=5  # seconds for one input; on a busy machine a second is soon over
  # Children that break down are quick only when they do not look up names for a report nobody reads; some
  # are ended for using too much time, and that is their answer.
  unset ASAN_OPTIONS
  [ "$target" = study_file ] && length=50000 allowed=300 && export ASAN_OPTIONS=symbolize=0
  work=$build/runs/$target
  rm -rf "$work"
  mkdir -p "$work/corpus" "$work/findings"
  dictionary=()
  [ -f "$here/dictionaries/$target.dict" ] && dictionary=(-dict="$here/dictionaries/$target.dict")
  "$build/${target}_fuzz" -runs="$runs" -max_total_time="$seconds" -timeout=$allowed -report_slow_units=60 \
    -rss_limit_mb=2048 -max_len=$length -seed=20261124 -print_final_stats=1 -artifact_prefix="$work/findings/" \
    "${dictionary[@]}" "$work/corpus" "$here/corpus/$target" >"$work/log" 2>&1 &
  wait $!
  code=$?
  rm -rf "/dev/shm/kindred-fuzz-$!"  # a target that was stopped leaves its files in memory
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log" | tail -1)
  if [ $code = 0 ]; then
    echo "$target: ${count:-0} inputs, no finding"
  else
    failed=1
    echo "$target: FINDING after ${count:-?} inputs: $(ls "$work"/findings/* 2>/dev/null | head -1)"
    grep -a -m 3 'ERROR: \|SUMMARY: \|what()' "$work/log"
    echo "  again: $build/${target}_fuzz FILE    log: $work/log"
  fi
done
exit $failed
