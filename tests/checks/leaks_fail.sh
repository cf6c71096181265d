#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prove that what a sanitizer finds fails a test, although Criterion itself may be content, and that
# nothing fails one that is whole.
#
# usage: leaks_fail.sh RUN_CRITERION PROGRAM
set -u

# fails WHAT TEXT: the program breaks WHAT; run-criterion.sh has to fail, and say TEXT
fails() {
    if report=$(LOOM_BREAK=$1 "$run" "$program" 2>&1); then
        printf '%s\n' "$report"
        echo "error: $program breaks $1, and $run is content" >&2
        exit 1
    fi
    printf '%s\n' "$report"
    case $report in
    *"$2"*) ;;
    *)
        echo "error: it failed for another reason than $1" >&2
        exit 1
        ;;
    esac
}

run=$1
program=$2
fails leak 'detected memory leaks'
fails memory 'heap-use-after-free'
fails undefined 'signed integer overflow'
if ! LOOM_BREAK='' "$run" "$program"; then
    echo "error: $program breaks nothing, and $run is not content" >&2
    exit 1
fi
