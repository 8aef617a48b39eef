#!/usr/bin/env bash
# Each kernel unit is what its name says: its definitions stay in its own namespace (three builds of one
# template are one function to the linker), it uses the registers of its instruction set and no better ones, it
# fuses no multiply with an add, and it calls nobody but memcpy and its like: what the C library computes
# depends on the CPU.
#   isa_objects.sh BUILD_DIR
set -euo pipefail
build=$(readlink -f -- "$1")
root=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
folder=$(mktemp -d "${TMPDIR:-/tmp}/isa-objects.XXXXXX")
trap 'rm -rf "$folder"' EXIT

# symbols_astray ISA OBJECT: definitions that the linker may merge, outside the namespace
symbols_astray() {
  nm --defined-only "$2" | awk '$2 ~ /^[A-Zuvw]$/ {print $3}' | c++filt |
    awk -v own="isa_$1" '{rest = $0; gsub(own "::", "", rest); gsub("::" own, "", rest)
      if (index($0, "::" own "::") == 0 || rest ~ /isa_v[0-9]/) print "defines " $0}'
}

calls_astray() {
  local harmless='memcpy|memset|memmove|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(asan|ubsan|tsan|sanitizer)_.*'
  nm --undefined-only "$1" | awk -v harmless="^($harmless)\$" '$NF !~ harmless {print "calls " $NF}'
}

# instructions_astray ISA OBJECT
instructions_astray() {
  objdump -d --no-show-raw-insn "$2" | awk -F '\t' -v isa="$1" '
    function astray(what) { if (!(what in seen)) seen[what] = $2; ++count[what] }
    NF > 1 {
      split($2, words, " ")
      if ($2 ~ /%zmm/) ++zmm
      if ($2 ~ /%ymm/) ++ymm
      if (words[1] ~ /^vfn?m(add|sub)/) astray("fuses a multiply with an add")
      vex = words[1] ~ /^v/ && $2 ~ /%[xyz]mm/
      if (words[1] ~ /^(mulx|andn|bextr|bzhi|pdep|pext|rorx|sarx|shlx|shrx)[lq]?$/) vex = 1
      evex = $2 ~ /%zmm|%k[0-7]|%[xy]mm(1[6-9]|2[0-9]|3[01])|\{1to/
      if (isa == "v2" && vex) astray("VEX instruction")
      if (isa != "v4" && evex) astray("EVEX instruction")
    }
    END {
      for (what in seen) print what " (" count[what] "), such as: " seen[what]
      if (isa == "v3" && !ymm) print "no ymm register at all"
      if (isa == "v4" && !zmm) print "no zmm register at all"
    }'
}

complaints() { symbols_astray "$1" "$2"; calls_astray "$2"; instructions_astray "$1" "$2"; }

failures=0
units=0
for source in "$root"/models/*/kernel_unit.cpp "$root"/sim/engine/hash_kernel_unit.cpp \
  "$root"/sim/record/summary_kernel_unit.cpp; do
  model=$(basename "$(dirname "$source")")
  for isa in v2 v3 v4; do
    object=$build/CMakeFiles/kindred_${model}_$isa.dir/${source#"$root"/}.o
    found=$([[ -f $object ]] && complaints "$isa" "$object" || echo "no such object: $object")
    units=$((units + 1))
    if [[ -z $found ]]; then echo "ok    $model $isa"; else
      echo "FAIL  $model $isa"
      head -8 <<<"$found"
      failures=$((failures + 1))
    fi
  done
done
# The naive programs that kernels are compared with use the standard library, so all but their entry is made local.
for isa in v2 v3 v4; do
  object=$build/CMakeFiles/kindred_bench_$isa.dir/sim/bench/yardstick_unit.cpp.o
  found=$([[ -f $object ]] && complaints "$isa" "$object" || echo "no such object: $object")
  object=$build/naive_$isa.o
  entry=$([[ -f $object ]] && nm -C --defined-only "$object" | grep -E ' [A-Zuvw] ' | cut -d' ' -f3-)
  [[ $entry == "kindred::bench::isa_$isa::naive_table()" ]] || found+="$object offers: $entry"
  units=$((units + 1))
  if [[ -z $found ]]; then echo "ok    yardsticks and naive programs $isa"; else
    echo "FAIL  yardsticks and naive programs $isa"
    head -8 <<<"$found"
    failures=$((failures + 1))
  fi
done
((units >= 15)) || { echo "FAIL  only $units kernel units found"; exit 1; }

# --- negative controls: every complaint is made once ------------------------------------------------------
cat >"$folder/small.cpp" <<'CPP'
#include <cmath>
namespace kindred::NAMESPACE {
void scale(float* x, const float* y, int n) { for (int i = 0; i < n; ++i) x[i] = x[i] * 3.0f + y[i]; }
#ifdef CALLS
float grown(float x) { return std::exp(x); }
#endif
}
#ifdef STRAY
namespace kindred { template <class T> T twice(T x) { return x + x; } template int twice(int); }
#endif
CPP
# wrong COMPLAINT ISA FLAGS...
wrong() {
  local complaint=$1 isa=$2
  shift 2
  "${CXX:-c++}" -std=c++20 -O3 "$@" -c "$folder/small.cpp" -o "$folder/small.o"
  if complaints "$isa" "$folder/small.o" | grep -q "$complaint"; then
    echo "ok    negative control: $complaint"
  else
    echo "FAIL  an object that should be told of '$complaint' was not"
    failures=$((failures + 1))
  fi
}
wide="-march=x86-64-v4 -mprefer-vector-width=512"
wrong "defines kindred::isa_v3::scale" v2 -DNAMESPACE=isa_v3 -march=x86-64-v2
wrong "defines int kindred::twice" v2 -DNAMESPACE=isa_v2 -DSTRAY -march=x86-64-v2
wrong "calls expf" v2 -DNAMESPACE=isa_v2 -DCALLS -march=x86-64-v2
wrong "VEX instruction" v2 -DNAMESPACE=isa_v2 -ffp-contract=off -march=x86-64-v3
wrong "EVEX instruction" v3 -DNAMESPACE=isa_v3 -ffp-contract=off $wide
wrong "no ymm register at all" v3 -DNAMESPACE=isa_v3 -march=x86-64-v2
wrong "no zmm register at all" v4 -DNAMESPACE=isa_v4 -ffp-contract=off -march=x86-64-v3
wrong "fuses a multiply with an add" v3 -DNAMESPACE=isa_v3 -ffp-contract=fast -march=x86-64-v3
"${CXX:-c++}" -std=c++20 -O3 -ffp-contract=off -DNAMESPACE=isa_v4 $wide \
  -c "$folder/small.cpp" -o "$folder/small.o"
if [[ -z $(complaints v4 "$folder/small.o") ]]; then echo "ok    control: a right object is left alone"; else
  echo "FAIL  complaints of a right object:"
  complaints v4 "$folder/small.o"
  failures=$((failures + 1))
fi

((failures == 0)) || { echo "$failures failure(s)"; exit 1; }
