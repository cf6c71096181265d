#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is installed is what the list says. Of lib/loom, where the archives of libcoap and its TLS library
# are, nothing is said: they depend on the libcoap that the build has found. A name with the kind of build in
# it has CONFIG there.
#
# usage: files.sh PREFIX LIST [--fix]
set -eu

installed=$(cd "$1" && find . -type f |
    sed -e 's,^\./,,' -e '/^lib\/loom\//d' -e 's,\(Targets\)-[a-z]*\.cmake$,\1-CONFIG.cmake,' |
    LC_ALL=C sort)
if [ "${3-}" = --fix ]; then
    printf '%s\n' "$installed" >"$2"
elif ! printf '%s\n' "$installed" | diff -u "$2" -; then
    echo "error: what is installed (+) is not what the list says (-). If it should be, run" >&2
    echo "    $0 $1 $2 --fix" >&2
    exit 1
fi
