#!/usr/bin/env bash
# A real Slurm runs the script that `kindred sweep script` prints: tasks that run out of time come back, a task
# whose shard cannot be written fails, a cancelled one stays away; status and merge name what is missing, and
# after retry the merged bytes are those of one process.
#
# Usage: slurm_test.sh PROGRAM SOURCE_DIR     exit 77 where no Slurm can be had
#
# Time limits are whole minutes and Slurm may send its warning a minute early, so the signal that a limit would
# bring (--signal=B:USR1@120) is sent by hand: scancel --signal=USR1 --batch. What is put into the queue again may
# start after two minutes only; the test lets it start now.
set -euo pipefail
program=$(realpath "$1") source=$(realpath "$2")
local_slurm=$source/tests/support/slurm-local.sh
export PATH=$PATH:/usr/sbin:/sbin KINDRED_CONFIGS=$source/configs
for needed in munged slurmctld slurmd sbatch; do
  if ! command -v "$needed" >/dev/null; then
    echo "skipped: $needed is not installed (Debian: apt-get install slurmctld slurmd slurm-client munge)"
    exit 77
  fi
done
desk=$(mktemp -d "${TMPDIR:-/tmp}/kindred slurm.XXXXXX") # a blank in every path
export SLURM_LOCAL_DIR; SLURM_LOCAL_DIR=$(mktemp -d "${TMPDIR:-/tmp}/kindred-slurm.XXXXXX")
export SLURM_LOCAL_CPUS=16
trap '"$local_slurm" purge; rm -rf "$desk"' EXIT
cd "$desk"
if ! "$local_slurm" start 2>start.log; then
  echo "skipped: no Slurm could be started here: $(tail -n 1 start.log)"
  exit 77
fi
eval "$("$local_slurm" env)"

fail() { echo "FAILED: $*"; tail -n 40 S/log/*.log 2>/dev/null || true; squeue -r; exit 1; }
until_true() { # SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "waited too long for: $what"
    sleep 0.1
  done
}
kindred() { "$program" "$@"; }
task() { squeue -h -r -o '%F_%K %t' | awk -v t="$array_$1" '$1==t{print $2}'; } # state of a task; empty = gone
is_task() { [ "$(task "$1")" = "$2" ]; }
ended() { scontrol show job "${array}_$1" -o | grep -oE "JobState=[A-Z_]+|ExitCode=[0-9:]+" | tr '\n' ' '; }
array_over() { ! squeue -h -r -o '%F' | grep -qx "$array"; }
merge_over() { ! squeue -h -o '%A' | grep -qx "$merge"; }

cat > s.yaml <<'YAML'
schema: 1
title: Slurm test
seed: 7
time: {burn_in: 1 year, run: 3 years}
society: {persons: 1500}
model: {attachment: {hypothesis: relational}}
arms:
  waitlist: {}
  course:
    - {programme: mindful-self-compassion, start: 4 weeks}
replicates: {societies: 2, per_society: 2}
sweep:
  design: lhs
  points: 192
  weeks: [8, 52]
  parameters:
    model.attachment.parameters.distress_inertia: {prior: uniform}
    arms.course.0.share: {prior: uniform, low: 0.1, high: 0.9}
YAML
kindred sweep plan s.yaml -o whole >/dev/null
started=$SECONDS
kindred sweep run whole -q >/dev/null
kindred sweep merge whole -o whole.h5 -q
echo "one process: $((SECONDS - started)) s"
kindred sweep plan s.yaml -o S >/dev/null

kindred sweep script S --shards 12 --cpus 1 --time 20 --mem 500M -o merged.h5 > sweep.sh
bash -n sweep.sh
# shard 3 cannot be written: a folder has the name of its file
mkdir "S/shards/0003-of-0012.shard"
said=$(bash sweep.sh)
array=$(grep -oP 'shards: job \K\d+' <<< "$said") merge=$(grep -oP 'merge: job \K\d+' <<< "$said")
array_=${array}_
scontrol show job "${array}_5" | grep -q 'TimeLimit=00:20:00' || fail "the time limit is not the one asked for"

# out of time: task 5 stops cleanly, goes into the queue again, and ends later
part_of() { compgen -G "S/shards/$(printf %04d "$1")-of-0012.shard.*.part"; }
until_true 30 "task 5 to write" part_of 5
scancel --signal=USR1 --batch "${array}_5"
until_true 30 "task 5 to be queued again" is_task 5 PD
part_of 5 >/dev/null || fail "task 5 left no unfinished file"
grep -q 'everything that was finished is kept' "S/log/${array}_5.log" || fail "task 5 did not say that it can go on"
# cancelled: task 7 must not come back
until_true 30 "task 7 to write" part_of 7
scancel "${array}_7"
sleep 3 # a node refuses what starts again in the second in which it was ended ("credential revoked")
scontrol update JobId="${array}_5" StartTime=now
until_true 120 "the array to end" array_over
until_true 60 "the merge to end" merge_over

[[ $(ended 5) == *COMPLETED* ]] || fail "task 5: $(ended 5)"
scontrol show job "${array}_5" | grep -q 'Restarts=1' || fail "task 5 did not run twice"
[[ $(ended 3) == *FAILED* ]] || fail "task 3: $(ended 3)"
[[ $(ended 7) == *CANCELLED* ]] || fail "task 7: $(ended 7)"
[[ $(scontrol show job "$merge" -o) == *JobState=FAILED*ExitCode=1:0* ]] || fail "the merge did not refuse"
[ ! -e merged.h5 ] || fail "an incomplete sweep was merged"
grep -q '32 of 192 points are not complete' "S/log/merge_$merge.log" || fail "the merge does not say what is missing"
code=0; status=$(kindred sweep status S) || code=$?
[ "$code" = 1 ] || fail "status exits $code with an unusable file"
grep -q 'unusable: .*0003-of-0012.shard' <<< "$status" || fail "status does not name the failed shard: $status"
grep -q '0007-of-0012.*unfinished' <<< "$status" || fail "status does not name the unfinished shard: $status"
grep -q '160 of 192 points complete, 0 failed, 32 missing' <<< "$status" || fail "$status"

rmdir "S/shards/0003-of-0012.shard"
kindred sweep retry S -q >/dev/null
kindred sweep merge S -o merged.h5 -q
cmp merged.h5 whole.h5 || fail "other bytes than one process"

# the same script again, in a folder that is half done: the array fills it up and the merge succeeds
rm merged.h5 S/shards/retry-* S/shards/0007-*
said=$(bash sweep.sh)
array=$(grep -oP 'shards: job \K\d+' <<< "$said") merge=$(grep -oP 'merge: job \K\d+' <<< "$said")
until_true 60 "the second array to end" array_over
until_true 60 "the second merge to end" merge_over
cmp merged.h5 whole.h5 || fail "other bytes after a second submission"
echo "12 tasks, one out of time, one failed, one cancelled, retried and submitted again: the same bytes ($SECONDS s)"
