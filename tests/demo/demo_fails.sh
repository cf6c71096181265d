#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo fails with exit status 1, says which step did not happen, and leaves nothing behind.
#
# usage: demo_fails.sh DEMO PROGRAMS
set -eu

demo=$1
programs=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR

failed() {
    printf 'demo_fails: %s\n' "$1" >&2
    cat "$work/out" >&2
    exit 1
}

# A device that notes its process id and then does what is said here.
device() {
    printf '#!/bin/sh\necho $$ >"%s/pid"\n%s\n' "$work" "$1" >"$work/device"
    chmod +x "$work/device"
    rm -f "$work/pid"
}

# expect STATUS TEXT: runs the demo with that device; the text is part of what it says
expect() {
    status=0
    "$demo" --programs "$programs" --device "$work/device" --limit 1 >"$work/out" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || failed "exit status $status instead of $1"
    grep -Fq "$2" "$work/out" || failed "it does not say: $2"
    left
}

left() {
    [ -z "$(ls -A "$work/tmp")" ] || failed "files are left behind: $(ls "$work/tmp")"
    if [ -f "$work/pid" ] && kill -0 "$(cat "$work/pid")" 2>/dev/null; then
        failed "the device still runs"
    fi
}

device 'exit 3'
expect 1 'FAILED: the device has ended, with exit status 3.'

device 'exec cat'
expect 1 'FAILED: the Client Hold Off Time did not happen within 1 s.'

# One that does not listen to SIGTERM is ended all the same.
device 'trap "" TERM; while :; do read -r line || sleep 1; done'
expect 1 'FAILED: the Client Hold Off Time did not happen within 1 s.'

rm "$work/device"
expect 1 'cannot be started: No such file or directory.'

# Stopped in the middle it dies of the signal, and so do its programs.
device "kill -INT \$PPID; exec cat"
"$demo" --programs "$programs" --device "$work/device" --limit 20 >"$work/out" 2>&1 &
status=0
wait $! || status=$?
[ "$status" -eq 130 ] || failed "exit status $status instead of 130 after SIGINT"
left

status=0
"$demo" --limit 0 >"$work/out" 2>&1 || status=$?
[ "$status" -eq 2 ] || failed "exit status $status instead of 2 for --limit 0"
