#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# loom_generate() makes other formats than C, alone and beside it, and is strict where it should be.
#
# usage: formats.sh PREFIX EXAMPLE WORK TEMPLATES
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need ninja
fresh_copy "$2" "$3"
work=$3
cat >>"$work/source/CMakeLists.txt" <<END
loom_generate(TARGET kettle_docs MODELS models/kettle.xml FORMAT html md json STRICT)
loom_generate(TARGET both PREFIX both MODELS models/kettle.xml FORMAT c json)
loom_generate(TARGET table MODELS models/kettle.xml FORMAT csv py TEMPLATES "$4")
END
cmake -S "$work/source" -B "$work/build" -G Ninja "-Dloom_ROOT=$1" >/dev/null
cmake --build "$work/build" >/dev/null
expect "$kettle" "$work/build/kettle"

made() { # FOLDER FILE...
    folder=$1
    shift
    found=$(cd "$work/build/$folder" && find . -type f | sed 's|^./||' | LC_ALL=C sort | paste -sd ' ')
    [ "$found" = "$*" ] || fail "$folder has $found, not $*"
}
made kettle_docs objects.html objects.json objects.md
made both both_kettle.c both_kettle.h both_objects.c both_objects.h objects.json units/kettle.c
made table objects.csv objects.py
[ -f "$work/build/libboth.a" ] || fail "no library beside other formats"

# A model is read again when it changes.
sed -i 's/What the sensor says\./What the sensor tells./' "$work/source/models/kettle.xml"
cmake --build "$work/build" >/dev/null
grep -q "What the sensor tells" "$work/build/kettle_docs/objects.html" || fail "the page is old"

# What is only odd otherwise is an error where the build is strict.
sed -i 's/<Units>Cel</<Units>Cel </' "$work/source/models/kettle.xml"
if cmake --build "$work/build" --target kettle_docs >"$work/log" 2>&1; then
    fail "an odd model passes a strict build"
fi
grep -q 'kettle.xml:[0-9]*:[0-9]*: error: ' "$work/log" || fail "no error of the strict build"
cmake --build "$work/build" --target table >/dev/null
