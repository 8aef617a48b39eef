#!/usr/bin/env bash
# The program writes the same bytes, however it is told to go about it.
#   same_bytes.sh PROGRAM
# 1 again, and with every number of threads, width and instruction set     the same file
# 2 rows shared among threads, against ensembles side by side              the same file
# 3 one arm alone                                                          its slice of the file of all
# 4 less recorded, at other times, with the burn-in                        equal where both files speak
# Each comparison is also made once where it has to fail.
set -euo pipefail
program=$(readlink -f -- "$1")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
python=${KINDRED_PYTHON:-/usr/bin/python3}
export KINDRED_CONFIGS=$here/../../configs
unset KINDRED_ISA
folder=$(mktemp -d "${TMPDIR:-/tmp}/same-bytes.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
failures=0

fail() { echo "FAIL  $*"; failures=$((failures + 1)); }
pass() { echo "ok    $*"; }

# simulate OUT FILE WORD...: messages are shown only when the run fails
simulate() {
  local out=$1 file=$2
  shift 2
  "$program" run "$file" "$@" --quiet --force -o "$out" >log 2>&1 || {
    cat log
    echo "FAIL  the run itself: $file $*"
    exit 1
  }
}

machine_has() {
  case $1 in
    v2) grep -qw sse4_2 /proc/cpuinfo ;;
    v3) grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo && grep -qw bmi2 /proc/cpuinfo ;;
    v4)
      machine_has v3 || return 1
      for feature in f dq vl bw cd; do grep -qw avx512$feature /proc/cpuinfo || return 1; done
      ;;
  esac
}

# same AS FILE THREADS WIDEST ISA
same() {
  local what="$2: $3 threads, widest $4, x86-64-$5"
  machine_has "$5" || { echo "skip  $what: this machine has no x86-64-$5"; return; }
  KINDRED_ISA=$5 simulate other.h5 "$here/$2" --threads "$3" --widest "$4"
  if cmp -s "$1" other.h5; then pass "$what"; else
    fail "$what"
    "$program" inspect "$1" --diff other.h5 | head -5 || true
  fi
}

# --- 1 ----------------------------------------------------------------------------------------------------
simulate all.h5 "$here/determinism.yaml" --threads 1
simulate other.h5 "$here/determinism.yaml" --threads 1
if cmp -s all.h5 other.h5; then pass "determinism.yaml: again"; else fail "determinism.yaml: again"; fi

# Every level of each, in few runs: should one differ, the runs below it tell which level is to blame.
before=$failures
same all.h5 determinism.yaml 2 16 v2
same all.h5 determinism.yaml 3 8 v3
same all.h5 determinism.yaml 7 4 v4
same all.h5 determinism.yaml 1 2 v2
same all.h5 determinism.yaml 2 1 v3
if ((failures > before)); then
  for threads in 2 3 7; do same all.h5 determinism.yaml "$threads" 16 v2; done
  for width in 1 2 4 8; do same all.h5 determinism.yaml 1 "$width" v2; done
  for isa in v2 v3 v4; do same all.h5 determinism.yaml 1 16 "$isa"; done
fi

# --- 2 ----------------------------------------------------------------------------------------------------
# The recorder shares rows among threads from this many (person, world) pairs on; the scenario has to reach it
# at width 8 and to miss it at width 4.
recorder=$here/../../sim/record/carry_out.cpp
threshold=$(sed -n "s/^constexpr std::int64_t small_ensemble = \([0-9']*\);.*/\1/p" "$recorder" | tr -d "'")
persons=$(sed -n 's/^  persons: \([0-9]*\)$/\1/p' "$here/large_society.yaml")
if [[ -n $threshold ]] && ((persons * 8 >= threshold && persons * 4 < threshold)); then
  pass "large_society.yaml: one ensemble shares its rows at width 8, and none does at width 4"
else
  fail "large_society.yaml: $persons persons are not on both sides of small_ensemble (${threshold:-not found})"
fi
simulate large.h5 "$here/large_society.yaml" --threads 1 --widest 4
same large.h5 large_society.yaml 1 8 v2
same large.h5 large_society.yaml 2 8 v3
same large.h5 large_society.yaml 7 8 v4
rm large.h5

# --- 3 ----------------------------------------------------------------------------------------------------
compare() { "$python" "$here/compare_studies.py" "$@" 2>&1 | cut -c1-200; return "${PIPESTATUS[0]}"; }

for arm in waitlist styles everybody-twice; do
  "$python" - "$here/determinism.yaml" "$arm" >one.yaml <<'PY'
import sys, yaml
scenario = yaml.safe_load(open(sys.argv[1]))
scenario["arms"] = {sys.argv[2]: scenario["arms"][sys.argv[2]]}
yaml.safe_dump(scenario, sys.stdout, sort_keys=False)
PY
  simulate one.h5 one.yaml
  if compare arm all.h5 one.h5 "$arm"; then pass "arm $arm alone"; else fail "arm $arm alone"; fi
done
"$python" - one.h5 <<'PY'
import sys, h5py, numpy
with h5py.File(sys.argv[1], "r+", libver="v110") as file:
    values = file["persons/self_compassion"]
    frame = values[-1]
    frame[0, 3, 700] = numpy.nextafter(frame[0, 3, 700], numpy.float32(100))
    values[-1] = frame
PY
if compare arm all.h5 one.h5 everybody-twice >damage; then fail "one bit of one value went unnoticed"; else
  if grep -q 'persons/self_compassion: 1 of ' damage; then pass "negative control: one bit of one value is found"
  else fail "a changed bit was reported as something else:"; cat damage; fi
fi
if compare arm all.h5 one.h5 waitlist >/dev/null; then fail "two arms were taken for one"; else
  pass "negative control: another arm's slice is told apart"
fi

# --- 4 ----------------------------------------------------------------------------------------------------
simulate other.h5 "$here/determinism.yaml" "record.population=4 weeks" record.ties=none record.society=false \
  "record.persons={every: 3 weeks, sample: 200, columns: [self_compassion, bond_committed],
                   instruments: [scs_total, ema_prompt_distress]}"
if compare recording all.h5 other.h5; then pass "less recorded, every third and fourth week"; else
  fail "less recorded, every third and fourth week"
fi
simulate burnin.h5 "$here/determinism.yaml" record.from=burn-in record.styles=false \
  "record.persons={every: 12 weeks, sample: all, columns: [attachment_anxiety, partner_person]}"
if compare recording all.h5 burnin.h5; then pass "burn-in recorded, every twelfth week"; else
  fail "burn-in recorded, every twelfth week"
fi
simulate other.h5 "$here/determinism.yaml" --seed 5 record.persons=none
if compare recording all.h5 other.h5 >/dev/null; then fail "another seed went unnoticed"; else
  pass "negative control: another seed is told apart"
fi

((failures == 0)) || { echo "$failures comparison(s) failed"; exit 1; }
