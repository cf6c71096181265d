#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles what loomc makes, with warnings as errors: sources as C99 and C11 by each compiler there
# is, headers as C++17 too. Models are those of the tests and of the tree, and the whole OMA registry
# where it stands beside the tree.
#
# usage: compile.sh LOOMC SOURCE-DIR
set -eu

loomc=${1:?usage: compile.sh LOOMC SOURCE-DIR}
source=${2:?usage: compile.sh LOOMC SOURCE-DIR}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
c_warnings="$warnings -Wmissing-prototypes -Wstrict-prototypes"

compile() # FOLDER COMPILER STANDARD
{
    # shellcheck disable=SC2086 # the warnings are words
    "$2" "-std=$3" $c_warnings "-I$source/runtime/include" "-I$1" -fsyntax-only "$1"/*.c
}

compile_headers() # FOLDER COMPILER
{
    # Twice each, and all in one file: guards hold and no two headers are at odds.
    for header in "$1"/*.h "$1"/*.h; do
        echo "#include \"$header\""
    done > "$work/headers.cpp"
    # shellcheck disable=SC2086
    "$2" -std=c++17 $warnings "-I$source/runtime/include" -fsyntax-only "$work/headers.cpp"
}

check() # FOLDER LOOMC-ARGUMENT...
{
    folder=$1
    shift
    "$loomc" -o "$folder" --ids "$folder/all-ids.h" "$@" 2> "$work/messages" || { cat "$work/messages"; exit 1; }
    for compiler in gcc clang; do
        if command -v "$compiler" > /dev/null; then
            compile "$folder" "$compiler" c99
            compile "$folder" "$compiler" c11
        else
            echo "not compiled with $compiler: it is not installed"
        fi
    done
    for compiler in g++ clang++; do
        if command -v "$compiler" > /dev/null; then
            compile_headers "$folder" "$compiler"
        else
            echo "not compiled with $compiler: it is not installed"
        fi
    done
    gcc -std=c99 $c_warnings -DLOOM_WITHOUT_NAMES "-I$source/runtime/include" "-I$folder" \
        -fsyntax-only "$folder"/*.c
    echo "compiled $(ls "$folder"/*.c | wc -l) sources: $folder" | sed "s|$work/||"
}

tests=$source/tests/generator/models
check "$work/everything" --profile "$tests/everything.profile" \
    "$tests/everything.xml" "$tests/account.xml" "$tests/security.xml"
check "$work/hostile" "$tests/hostile.xml"
check "$work/models" --profile "$source/models/client.profile" "$source"/models/*.xml

registry=$source/../shared/registry
if [ ! -d "$registry" ]; then
    echo "not compiled: the OMA registry, which is not in $registry"
    exit 0
fi
"$loomc" -o "$work/registry" --ids "$work/registry/all-ids.h" "$registry"/[0-9]*.xml "$registry"/version_history/[0-9]*.xml \
    2> "$work/messages" || { cat "$work/messages"; exit 1; }
compile "$work/registry" gcc c99
compile_headers "$work/registry" g++
# One program of all versions of all objects: no two define the same symbol.
for file in "$work"/registry/*.c; do
    echo "#include \"$file\""
done > "$work/all.c"
gcc -std=c99 "-I$source/runtime/include" "-I$work/registry" -c -o "$work/all.o" "$work/all.c"
echo "compiled $(ls "$work"/registry/*.c | wc -l) sources: registry"
