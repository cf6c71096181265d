#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Generator and core without CoAP, for those who have another one: built from the tree and installed, as
# components of the package, and as a subdirectory. No libcoap is to be found here.
#
# usage: parts.sh PREFIX EXAMPLE WORK SOURCE_DIR
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need ninja g++
prefix=$1 work=$3 source=$4
fresh_copy "$2" "$work"

# quiet COMMAND...: what it says only if it fails
quiet() {
    "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }
}

# refused WORDS COMMAND...: it fails, and says so
refused() {
    words=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        fail "$* is not refused"
    fi
    grep -qF -e "$words" "$work/log" || { cat "$work/log" >&2; fail "no word of: $words"; }
}
without="-DCMAKE_DISABLE_FIND_PACKAGE_libcoap=ON -DLOOM_DEPS=$work/nothing"

# Loom without its port. Nothing asks for libcoap, and all that needs none is there.
# shellcheck disable=SC2086 # the options are words
quiet cmake -S "$source" -B "$work/loom" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DLOOM_PORT=OFF $without
quiet cmake --build "$work/loom"
quiet cmake --install "$work/loom" --prefix "$work/installed"
for file in bin/loomc bin/loom-payload lib/libloom_runtime.a include/loom/port.h; do
    [ -f "$work/installed/$file" ] || fail "$file is not installed"
done
for file in bin/loom-server lib/libloom_port.a include/loom/port_coap.h lib/pkgconfig/loom-port.pc; do
    [ ! -e "$work/installed/$file" ] || fail "$file is installed"
done
# With libcoap wanted and not there, the message says what to do.
# shellcheck disable=SC2086
refused "-DLOOM_PORT=OFF" cmake -S "$source" -B "$work/none" -G Ninja $without
# shellcheck disable=SC2086
refused "needs LOOM_PORT" cmake -S "$source" -B "$work/tests" -G Ninja $without -DLOOM_PORT=OFF -DLOOM_BUILD_TESTS=ON

# Components: what is named is there, in both packages; the port is in one of them.
components() { # COMPONENT...
    sed "s/find_package(.*/find_package(loom 0.1 REQUIRED COMPONENTS $*)/" "$work/source/CMakeLists.txt" \
        >"$work/components.txt"
    cp "$work/components.txt" "$work/source/CMakeLists.txt"
}
components generator runtime
for root in "$prefix" "$work/installed"; do
    rm -rf "$work/build"
    quiet cmake -S "$work/source" -B "$work/build" -G Ninja "-Dloom_ROOT=$root"
    quiet cmake --build "$work/build"
    expect "$kettle" "$work/build/kettle"
    ! grep -q "coap" "$work/build/build.ninja" || fail "libcoap is linked to what has no port"
done
components runtime port
quiet cmake -S "$work/source" -B "$work/build-port" -G Ninja "-Dloom_ROOT=$prefix"
refused "There is no loom::port" cmake -S "$work/source" -B "$work/no-port" -G Ninja "-Dloom_ROOT=$work/installed"
components runtime prot
refused "no component 'prot'" cmake -S "$work/source" -B "$work/no-prot" -G Ninja "-Dloom_ROOT=$prefix"

# A subdirectory of a project of C++: no programs, no tests and no libcoap.
as_cxx "$work/source"
sed "s|find_package(.*|set(LOOM_PORT OFF)\nadd_subdirectory($source loom)|" "$work/source/CMakeLists.txt" \
    >"$work/subdirectory.txt"
cp "$work/subdirectory.txt" "$work/source/CMakeLists.txt"
echo 'target_link_libraries(kettle PRIVATE loom::loopback)' >>"$work/source/CMakeLists.txt"
# shellcheck disable=SC2086
quiet cmake -S "$work/source" -B "$work/whole" -G Ninja -DCMAKE_BUILD_TYPE=Debug $without
quiet cmake --build "$work/whole"
expect "$kettle" "$work/whole/kettle"
for program in loom-server loom-payload; do
    [ ! -e "$work/whole/loom/bin/$program" ] || fail "$program is built in a subdirectory"
done
