#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A project of C++ alone uses loom_generate(), with the archive of the core and with its sources.
#
# usage: cxx.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need g++
fresh_copy "$2" "$3"
as_cxx "$3/source"
for from_source in OFF ON; do
    cmake -S "$3/source" -B "$3/build-$from_source" -G Ninja "-Dloom_ROOT=$1" \
        "-DLOOM_RUNTIME_FROM_SOURCE=$from_source" >/dev/null
    cmake --build "$3/build-$from_source" >/dev/null
    expect "$kettle" "$3/build-$from_source/kettle"
done
