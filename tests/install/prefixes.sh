#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two generated libraries of one prefix are no program: CMake says so. With two prefixes they are.
#
# usage: prefixes.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need ninja
fresh_copy "$2" "$3"
project=$3/source/CMakeLists.txt

configure() # BUILD LOOM WORK
{
    cmake -S "$3/source" -B "$3/$1" -G Ninja "-Dloom_ROOT=$2" >"$3/messages" 2>&1
}

# A library of another's, which links its generated code for all to see.
cat >>"$project" <<'END'
loom_generate(TARGET more_objects MODELS models/kettle.xml)
file(WRITE more.c "int more(void);\nint more(void) { return 1; }\n")
add_library(more STATIC more.c)
target_link_libraries(more PUBLIC more_objects)
target_link_libraries(kettle PRIVATE more)
END
if configure clash "$1" "$3"; then
    fail "two libraries of one prefix are linked to one program"
fi
grep -q 'gave the prefix' "$3/messages" || {
    cat "$3/messages" >&2
    fail "no word of the prefix"
}

# For nobody to see, behind another static library: the linker gets it all the same.
sed -i 's/(more PUBLIC more_objects)/(more PRIVATE more_objects)/; s/(kettle PRIVATE more)/(kettle PRIVATE outer)/' "$project"
cat >>"$project" <<'END'
add_library(outer STATIC more.c)
add_library(their::more ALIAS more)
target_link_libraries(outer PRIVATE their::more)
END
if configure hidden "$1" "$3"; then
    fail "two libraries of one prefix are linked to one program, one of them PRIVATE"
fi
grep -q 'kettle links kettle_objects and more_objects' "$3/messages" &&
    grep -q 'another PREFIX' "$3/messages" || {
    cat "$3/messages" >&2
    fail "no word of the libraries"
}
# What a shared library has linked is its own.
sed -i 's/add_library(more STATIC more.c)/add_library(more SHARED more.c)/' "$project"
configure shared "$1" "$3" || {
    cat "$3/messages" >&2
    fail "what a shared library links is taken for the program's"
}
sed -i 's/add_library(more SHARED more.c)/add_library(more STATIC more.c)/' "$project"

sed -i 's/TARGET more_objects/TARGET more_objects PREFIX more/' "$project"
cmake -S "$3/source" -B "$3/build" -G Ninja "-Dloom_ROOT=$1" >/dev/null
cmake --build "$3/build" >/dev/null
expect "$kettle" "$3/build/kettle"

sed -i 's/PREFIX more/PREFIX "More!"/' "$project"
if configure odd "$1" "$3"; then
    fail "an impossible prefix is accepted"
fi
grep -q "PREFIX 'More!'" "$3/messages" || fail "no word of the impossible prefix"
