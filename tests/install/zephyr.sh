#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The module for Zephyr: what module.yml names is there, and its CMake hook builds the core and offers
# loom_generate(), with and without CONFIG_LOOM. A stub with the CMake functions of Zephyr that the hook
# calls stands for Zephyr: this tests the module's files, not that Loom runs on a Zephyr release.
#
# usage: zephyr.sh SOURCE_DIR LOOMC STUB WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

source=$1 loomc=$2 stub=$3 work=$4
value() { # KEY: of module.yml
    sed -n "s/^ *$1: *//p" "$source/zephyr/module.yml"
}
[ "$(value name)" = loom ] || fail "module.yml: the name is not loom"
grep -q '^build:$' "$source/zephyr/module.yml" || fail "module.yml: no build"
hook=$source/$(value cmake)
[ -f "$hook/CMakeLists.txt" ] || fail "module.yml: cmake: no CMakeLists.txt in $hook"
grep -q '^config LOOM$' "$source/$(value kconfig)" || fail "module.yml: kconfig: no option LOOM"

rm -rf "$work"
mkdir -p "$work"
cmake -S "$stub" -B "$work/off" -G Ninja "-DLOOM_MODULE=$hook" >/dev/null

PATH=$(dirname "$loomc"):$PATH cmake -S "$stub" -B "$work/on" -G Ninja "-DLOOM_MODULE=$hook" \
    "-DLOOM_ROOT=$source" "-DEXAMPLE=$source/examples/build-cmake" -DCONFIG_LOOM=y >/dev/null
cmake --build "$work/on" >"$work/log" || { cat "$work/log"; exit 1; }
expect "$kettle" "$work/on/app"
