#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo ends well, tells a line, shows no key, and leaves nothing behind.
#
# usage: demo_runs.sh EXPRESSION DEMO [ARGUMENT]...
#   EXPRESSION  extended regular expression of a line that must be told; empty: none
set -eu

expression=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR

failed() {
    printf 'demo_runs: %s\n' "$1" >&2
    exit 1
}

status=0
"$@" >"$work/out" || status=$?
cat "$work/out"
[ "$status" -eq 0 ] || failed "exit status $status"
grep -Eq "$expression" "$work/out" || failed "no line is like: $expression"
! grep -Eq '[0-9a-fA-F]{32}' "$work/out" || failed "there is something like a key"
[ -z "$(ls -A "$work/tmp")" ] || failed "files are left behind: $(ls "$work/tmp")"
