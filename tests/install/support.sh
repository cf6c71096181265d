# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Functions of the tests of an installed Loom. To be sourced.

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# need PROGRAM...: or the test is skipped
need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 77; }
    done
}

# fresh_copy DIRECTORY WORK: WORK/source is a copy of DIRECTORY, and WORK has nothing else
fresh_copy() {
    rm -rf "$2"
    mkdir -p "$2"
    cp -R "$1" "$2/source"
}

# expect TEXT PROGRAM: what the program prints
expect() {
    printed=$("$2") || fail "$2: exit status $?"
    [ "$printed" = "$1" ] || fail "$2 printed:
$printed
and should have:
$1"
}

kettle="a kettle by Loom
heat to 80: ok
heat to 120: refused
boiled, the water has 100 degrees"

lamp="140 %: refused
lamp 0, Kitchen: 70 %, lit for 1204 h
lamp 1, Cellar: 0 %, lit for 87 h"

doorbell="melody 9: refused
melody 3"

# as_cxx DIRECTORY: makes a project of C++ alone of the kettle
as_cxx() {
    for file in main kettle; do
        mv "$1/$file.c" "$1/$file.cpp"
    done
    sed -i 's/LANGUAGES C)/LANGUAGES CXX)/; s/main\.c kettle\.c/main.cpp kettle.cpp/' "$1/CMakeLists.txt"
}
