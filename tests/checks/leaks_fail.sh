#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prove that a leak fails a test: the program given leaks, so run-criterion.sh has to say so and to
# fail, although Criterion itself is content.
#
# usage: leaks_fail.sh RUN_CRITERION PROGRAM
set -u

if report=$("$1" "$2" 2>&1); then
    printf '%s\n' "$report"
    echo "error: $2 leaks, and $1 is content" >&2
    exit 1
fi
printf '%s\n' "$report"
case $report in
*"Failing: 0 | Crashing: 0"*"detected memory leaks"*) ;;
*)
    echo "error: it failed for another reason than the leak" >&2
    exit 1
    ;;
esac
