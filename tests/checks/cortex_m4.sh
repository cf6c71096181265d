#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compile the core of the runtime, and the generated tables, for a bare Cortex-M4 without a warning;
# show their size; and prove on the objects that the core calls nothing but itself, the plain memory
# and string functions, and the compiler's own arithmetic.
#
# usage: cortex_m4.sh SOURCE_DIR WORK_DIR
set -eu

source=$1
work=$2
cc=arm-none-eabi-gcc
flags="-mcpu=cortex-m4 -mthumb -std=c99 -ffreestanding -fbuiltin -Os -ffunction-sections -fdata-sections
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
# What needs no system calls: memory, strings, and the arithmetic helpers of the ABI.
allowed='^(mem(cpy|move|set|cmp|chr)|str(n?len|n?cmp|r?chr)|__aeabi_[a-z0-9_]+)$'

command -v "$cc" >/dev/null || { echo "skipped: no $cc"; exit 77; }
rm -rf "$work"
mkdir -p "$work/core" "$work/generated"

# compile GROUP DIRECTORY FIND_ARGUMENT...: every C file found, all errors before giving up
compile() {
    group=$1
    shift
    find "$@" -name '*.c' -print | LC_ALL=C sort >"$work/$group.list"
    failed=0
    while IFS= read -r file; do
        object=$work/$group/$(printf '%s' "${file#"$source/"}" | tr / -).o
        # shellcheck disable=SC2086 # the flags are words
        "$cc" $flags -I"$source/runtime/include" -I"$source/runtime" -I"$source/generated" \
            -c "$file" -o "$object" || failed=1
    done <"$work/$group.list"
    [ "$failed" -eq 0 ]
}

sizes() {
    (cd "$work/$1" && arm-none-eabi-size -t -- *.o)
}

compile core "$source/runtime" -path "$source/runtime/port" -prune -o
[ -s "$work/core.list" ] || { echo "$source/runtime: no C files" >&2; exit 1; }
echo "core, -Os:"
sizes core

if [ -d "$source/generated" ]; then
    compile generated "$source/generated"
    echo "generated tables and accessors, -Os:"
    sizes generated
fi

arm-none-eabi-nm --defined-only --extern-only --format=just-symbols "$work"/core/*.o |
    LC_ALL=C sort -u >"$work/defined"
arm-none-eabi-nm --undefined-only --format=just-symbols "$work"/core/*.o |
    grep -v '^$' | grep -v ':$' | LC_ALL=C sort -u >"$work/undefined"
LC_ALL=C comm -13 "$work/defined" "$work/undefined" | grep -Ev "$allowed" >"$work/foreign" || true
if [ -s "$work/foreign" ]; then
    echo "error: the core calls what neither it nor a bare device has:" >&2
    cat "$work/foreign" >&2
    exit 1
fi
echo "the core calls nothing outside itself but:"
LC_ALL=C comm -13 "$work/defined" "$work/undefined"
