#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program on the installed port, by CMake and by pkg-config.
#
# usage: build_port.sh PREFIX PROGRAM_DIR WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

fresh_copy "$2" "$3"
cmake -S "$3/source" -B "$3/build" -G Ninja "-Dloom_ROOT=$1" >/dev/null
cmake --build "$3/build" >/dev/null
expect listened "$3/build/port_user"

# The tests of a port, as docs/porting.md shows them.
sed -n '/^```c$/,/^```$/p' "$(dirname "$0")/../../docs/porting.md" | sed '/^```/d' >"$3/source/main.c"
cp "$1/share/loom/port-suite/port_suite.c" "$3/source/"
sed -i 's/ main.c/ main.c port_suite.c/' "$3/source/CMakeLists.txt"
cmake -S "$3/source" -B "$3/build-suite" -G Ninja "-Dloom_ROOT=$1" \
    "-DCMAKE_C_FLAGS=-Wall -Wextra -Wno-unused-parameter -Werror" >/dev/null
cmake --build "$3/build-suite" >/dev/null
"$3/build-suite/port_user" | grep -v -E '^(ok|skipped) ' && fail "a test of the port has failed"
"$3/build-suite/port_user" >/dev/null || fail "the tests of the port have failed"
cp "$2/main.c" "$2/CMakeLists.txt" "$3/source/"

# A libcoap of the system brings its own pkg-config file, if it has one.
[ -d "$1/lib/loom" ] || { echo "pkg-config not tried: libcoap is not installed with Loom"; exit 0; }
export PKG_CONFIG_PATH="$1/lib/pkgconfig"
# shellcheck disable=SC2046 # the options are words
gcc -std=c99 $(pkg-config --cflags loom-port) -o "$3/port_user" "$3/source/main.c" \
    $(pkg-config --libs loom-port)
expect listened "$3/port_user"

# A product for another target is told that there is no port for it.
if cmake -S "$3/source" -B "$3/build-source" -G Ninja "-Dloom_ROOT=$1" \
    -DLOOM_RUNTIME_FROM_SOURCE=ON >"$3/log" 2>&1; then
    fail "the component port was found where only the core is built"
fi
grep -qF "There is no loom::port" "$3/log" || fail "no word of the port that is missing"
