#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual of each program tells the same options as its --help, and groff has no complaint.
#
# usage: manuals.sh PREFIX
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

status=0
for program in loomc loom-payload loom-server loom-bootstrap-server loom-client loomctl; do
    manual=$1/share/man/man1/$program.1
    # Roff writes a hyphen that is to be copied as \-.
    told=$(sed 's/\\-/-/g; s/\\f[BIRP]//g' "$manual" | grep -Eo -e '--[a-z][a-z0-9-]*' | LC_ALL=C sort -u)
    has=$("$1/bin/$program" --help | grep -Eo -e '--[a-z][a-z0-9-]*' | LC_ALL=C sort -u)
    for option in $has; do
        printf '%s\n' "$told" | grep -qxe "$option" || {
            echo "error: $program.1: nothing about $option" >&2
            status=1
        }
    done
    for option in $told; do
        printf '%s\n' "$has" | grep -qxe "$option" || {
            echo "error: $program.1: $option, which --help does not tell" >&2
            status=1
        }
    done
    if command -v groff >/dev/null; then
        complaints=$(groff -man -ww -z "$manual" 2>&1)
        [ -z "$complaints" ] || fail "$complaints"
    fi
done
exit $status
