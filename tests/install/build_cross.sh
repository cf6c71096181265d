#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example of CMake, unchanged, for a Cortex-M4: loomc is the host's, the core is built from source.
#
# usage: build_cross.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need arm-none-eabi-gcc arm-none-eabi-readelf
fresh_copy "$2" "$3"
# The C library's stubs of system calls, so that the program can be linked; what they lack is warned of.
cmake -S "$3/source" -B "$3/build" -G Ninja "-DCMAKE_TOOLCHAIN_FILE=$1/share/loom/toolchains/cortex-m4.cmake" "-Dloom_ROOT=$1" \
    -DCMAKE_EXE_LINKER_FLAGS=--specs=nosys.specs >/dev/null
cmake --build "$3/build" >"$3/log" 2>&1 || { cat "$3/log"; exit 1; }
arm-none-eabi-readelf -h "$3/build/kettle" | grep -q 'Machine: *ARM' || fail "kettle is not for ARM"
