#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The test of a product that docs/device.md shows, on the network in memory: with the installed core, and with
# the core from its sources and sanitizers. No libcoap is asked for.
#
# usage: loopback.sh PREFIX EXAMPLE WORK PAGE
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need ninja
prefix=$1 work=$3 page=$4
fresh_copy "$2" "$work"
sed -n '/^## Testing without a network/,/^```$/p' "$page" | sed -n '/^```c$/,/^```$/p' |
    sed '/^```/d' >"$work/source/main.c"
[ -s "$work/source/main.c" ] || fail "$page shows no test"
sed -i 's/COMPONENTS port/COMPONENTS generator loopback/; s/loom::port/loom::loopback/
    s/^target_link_libraries/target_compile_options(valve PRIVATE -Wall -Wextra -Wpedantic -Werror)\n&/' \
    "$work/source/CMakeLists.txt"
passed="ok: the device starts
ok: it registers
ok: 140 % is refused
ok: it registers again after an outage"

# try BUILD [OPTION...]
try() {
    build=$work/$1
    shift
    cmake -S "$work/source" -B "$build" -G Ninja "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "CMake"; }
    cmake --build "$build" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "the build"; }
    expect "$passed" "$build/valve"
    ! grep -q coap "$build/build.ninja" || fail "libcoap is linked"
}
try build "-Dloom_ROOT=$prefix"
try build-source "-Dloom_ROOT=$prefix" -DLOOM_RUNTIME_FROM_SOURCE=ON "-DCMAKE_C_FLAGS=-fsanitize=address,undefined"
