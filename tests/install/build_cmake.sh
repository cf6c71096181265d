#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: build_cmake.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

fresh_copy "$2" "$3"
cmake -S "$3/source" -B "$3/build" -G Ninja "-Dloom_ROOT=$1" >/dev/null
cmake --build "$3/build" >/dev/null
expect "$kettle" "$3/build/kettle"

# The core from its sources, with the flags of the product.
cmake -S "$3/source" -B "$3/build-source" -G Ninja "-Dloom_ROOT=$1" -DLOOM_RUNTIME_FROM_SOURCE=ON \
    "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror" >/dev/null
cmake --build "$3/build-source" >/dev/null
expect "$kettle" "$3/build-source/kettle"

# Another minor version is not this one.
sed -i 's/find_package(loom [0-9.]*/find_package(loom 0.0/' "$3/source/CMakeLists.txt"
if cmake -S "$3/source" -B "$3/build-old" -G Ninja "-Dloom_ROOT=$1" >/dev/null 2>&1; then
    fail "find_package(loom 0.0) takes another minor version"
fi
