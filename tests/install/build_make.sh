#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: build_make.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

fresh_copy "$2" "$3"
export PKG_CONFIG_PATH="$1/lib/pkgconfig"
# Not the jobs and options of a make that runs the tests.
unset MAKEFLAGS MFLAGS MAKELEVEL
make -C "$3/source" -j2 >/dev/null
expect "$doorbell" "$3/source/doorbell"

again=$(make -C "$3/source" --no-print-directory)
case $again in
*"up to date"*) ;;
*) fail "built again though nothing has changed: $again" ;;
esac

sed -i 's/1\.\.8/1..9/' "$3/source/models/doorbell.xml"
make -C "$3/source" >/dev/null
expect "melody 9: ok
melody 9" "$3/source/doorbell"
