#!/usr/bin/env bash
# The comparison of state_hash has eyes: each of four faults that have broken such programs before, planted
# into a copy of the tree, makes it fail.
#   planted_faults.sh
set -euo pipefail
root=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
unset KINDRED_ISA
folder=$(mktemp -d "${TMPDIR:-/tmp}/planted-faults.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir tree
tar -C "$root" -cf - CMakeLists.txt sim models configs tests | tar -C tree -xf -
failures=0

# Plain threads: they start seven threads on any machine, and which of them takes a block is anybody's guess.
configure() {
  cmake -S tree -B build -G Ninja -DKINDRED_TESTS=ON -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE=-O2 -DKINDRED_PARALLEL=threads >log 2>&1
}
build() { configure && ninja -C build -j2 state_hash >>log 2>&1; }

if ! build || ! build/tests/state_hash >expected.txt 2>messages; then
  echo "FAIL  without a fault the comparison has to pass"
  grep -E -m 5 'error|differ' log messages || tail -5 log
  exit 1
fi
echo "ok    without a fault: $(cat messages)"

# plant WHAT FILE SED-SCRIPT
plant() {
  local what=$1 file=$2 script=$3 result=0
  cp "tree/$file" kept
  sed -i "$script" "tree/$file"
  if cmp -s kept "tree/$file"; then
    echo "FAIL  $what: no line of $file takes this fault any more; plant it anew"
    failures=$((failures + 1))
    return
  fi
  if build; then build/tests/state_hash >found.txt 2>messages || result=$?; else result=build; fi
  if [[ $result == 1 ]] && grep -q differ messages; then
    echo "ok    $what: found, $(grep -c differ messages) ways of running part, such as: $(head -1 messages)"
  elif [[ $result == build ]]; then
    echo "FAIL  $what: with the fault the tree does not build"
    grep -m 3 error log || tail -3 log
    failures=$((failures + 1))
  else
    echo "FAIL  $what: went unnoticed (state_hash exits $result)"
    failures=$((failures + 1))
  fi
  cp kept "tree/$file"
}

plant "contraction on: v3 and v4 fuse multiplies and adds" CMakeLists.txt \
  's/^  -ffp-contract=off /  -ffp-contract=fast /'
plant "exp of the C library where a register is narrow" sim/core/lane_math.hpp \
  '/^Lanes<float, N> exp(/a\
  if constexpr (N <= 4) {\
    for (int i = 0; i < N; ++i) x.set_lane(i, std::exp(x.lane(i)));\
    return x;\
  }'
plant "a fold runs backwards on every thread but the first" sim/engine/kernel_cursor.hpp \
  's/^#include <utility>/#include <unistd.h>\n&/
   /^struct FoldCursor/,/^};/{
     s/args.neighbour\[h\], args.half_tie_tie\[h\]/args.neighbour[turned(h)], args.half_tie_tie[turned(h)]/
     /^  template <class F>/i\
  std::int32_t turned(std::int32_t h) const {\
    const std::int32_t* ends = this->a.row_offset + this->row;\
    return getpid() == gettid() ? h : ends[0] + ends[1] - 1 - h;\
  }
   }'
plant "the lane's number in a key of Philox" sim/random/philox.hpp \
  '/^    word\[0\] = high1 ^ word\[1\] ^ key_lo;/c\
    WordLanes<N> own = key_lo - WordLanes<N>{};\
    if constexpr (N > 1) for (int i = 0; i < N; ++i) own[i] += static_cast<std::uint32_t>(i);\
    word[0] = high1 ^ word[1] ^ own;'

((failures == 0)) || { echo "$failures fault(s) not found"; exit 1; }
