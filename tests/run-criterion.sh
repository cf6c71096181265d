#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run a test program so that leaks fail it. Criterion counts a test as passed although
# LeakSanitizer has reported a leak in its process, so the reports go to files, and a file is a
# failure. Programs that the tests start inherit the setting. What Criterion's runner itself allocates
# and loses is no failure of ours: whether LeakSanitizer sees it depends on what is left in registers.
# So the exit status is that of Criterion alone, whatever was found; the files decide the rest.
#
# usage: run-criterion.sh PROGRAM [ARGUMENT...]
set -u

reports=$(mktemp -d) || exit 1
trap 'rm -rf "$reports"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

log_path=log_path=$reports/report
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}$log_path \
LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}$log_path:exitcode=0 \
UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1 \
    "$@"
status=$?

# Whether a report is of leaks alone, each of them allocated in Criterion.
is_of_criterion() {
    awk '/ERROR: / && !/LeakSanitizer/ { other = 1 }
         /(Direct|Indirect) leak of / { leaks++ }
         /^ *#1 .*\/libcriterion\.so/ { own++ }
         END { exit other || leaks == 0 || leaks != own }' "$1"
}

for report in "$reports"/*; do
    if [ -e "$report" ] && is_of_criterion "$report"; then
        rm "$report"
    fi
done

if [ -n "$(ls -A "$reports")" ]; then
    echo "${0##*/}: sanitizer reports of $1:" >&2
    cat "$reports"/* >&2
    [ "$status" -ne 0 ] || status=1
fi
exit "$status"
