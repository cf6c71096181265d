#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One model changes, and one model is compiled again; in a folder whose name is not of ASCII alone.
#
# usage: rebuild.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need ninja
rm -rf "$3"
set -- "$1" "$2" "$3/wäldchen"
fresh_copy "$2" "$3"
cmake -S "$3/source" -B "$3/build" -G Ninja "-Dloom_ROOT=$1" >/dev/null
cmake --build "$3/build" >/dev/null

# compiled: builds, and tells what was compiled, in one line
compiled() {
    ninja -C "$3/build" -v >"$3/log" || { cat "$3/log" >&2; exit 1; }
    tr -d "'" <"$3/log" | awk -F/ '/ -c / && sub(/[.]c$/, "") { print $NF }' | LC_ALL=C sort | paste -sd ' '
}

check() { # WHAT WANTED
    found=$(compiled "$prefix" "$example" "$work")
    [ "$found" = "$2" ] || fail "$1: compiled '$found', not '$2'"
}
prefix=$1 example=$2 work=$3

check "nothing has changed" ""

touch "$work/source/CMakeLists.txt"
check "CMake has run again" ""

touch "$work/source/models/kettle.xml"
check "a model was touched" ""

# The text stands in a comment of the header: whoever includes that is compiled again, in this build and
# not in the next.
sed -i 's/What the sensor says\./What the sensor tells./' "$work/source/models/kettle.xml"
check "a model has changed" "kettle kettle loom_objects main"

# Device is in the same product; the kettle's unit does not know it.
sed -i 's/size "Manufacturer" 32/size "Manufacturer" 33/' "$work/source/kettle.profile"
check "the profile has changed for Device" "device-1.1 loom_objects main"
