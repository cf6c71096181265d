#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a fuzzing harness on its seeds and on what it makes of them. An input that fails is kept, and
# its path printed; add it to the seeds with the mend.
#
# usage: run.sh PROGRAM SEEDS runs|seconds NUMBER [CORPUS]
#   SEEDS   a folder; words of the language are in SEEDS.dict if that exists
#   CORPUS  where inputs that reach something new are kept from run to run; default: nowhere
set -eu

program=${1:?usage: run.sh PROGRAM SEEDS runs|seconds NUMBER [CORPUS]}
seeds=${2:?}
number=${4:?}
case ${3:?} in
runs) bound=-runs=$number ;;
seconds) bound=-max_total_time=$number ;;
*) exit 2 ;;
esac

[ -x "$program" ] || { echo "skipped: no clang with libFuzzer (libclang-rt-dev)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
corpus=${5-$work/corpus}
mkdir -p "$corpus"
status=0
words=
[ ! -f "$seeds.dict" ] || words=-dict=$seeds.dict
# The same seed makes a bounded run the same run each time.
"$program" "$bound" -seed=1 -timeout=20 -rss_limit_mb=1024 -max_len=8192 -print_final_stats=1 \
    "-artifact_prefix=$program-" ${words:+"$words"} "$corpus" "$seeds" > "$work/log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
    tail -n 60 "$work/log"
    status=1 # libFuzzer ends with 77, which would say that the test is skipped
else
    grep -E 'Done|executed_units|new_units|peak_rss' "$work/log"
fi
exit "$status"
