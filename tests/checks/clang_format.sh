#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file that people write is formatted by the project's .clang-format. Generated files are
# not: their look is the templates'. Versions of clang-format differ in what they make of the same
# .clang-format, so there is one that counts.
#
# usage: clang_format.sh SOURCE_DIR [--fix]
set -eu

version=14
cd "$1"
tool=
for candidate in "clang-format-$version" clang-format; do
    if "$candidate" --version 2>/dev/null | grep -q "version $version[.]"; then
        tool=$candidate
        break
    fi
done
if [ -z "$tool" ] && [ "${2-}" = --fix ]; then
    echo "error: this needs clang-format $version; others format otherwise" >&2
    exit 1
elif [ -z "$tool" ]; then
    echo "skipped: no clang-format $version; others format otherwise"
    exit 77
fi

# Without git, in an unpacked archive, whatever lies in the tree and was not built there.
list_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- '*.c' '*.h'
    else
        find . -name 'build*' -prune -o -name .deps -prune -o -name '*.[ch]' -print | sed 's,^\./,,'
    fi | grep -Ev '^(generated/|tests/[^/]+/golden/)'
}

if [ "${2-}" = --fix ]; then
    list_files | xargs -d '\n' "$tool" -i
    exit 0
fi
# Some files for each call, since starting it takes longer than looking at one. What it says of a file
# begins with its name; it may fail without a word of any.
status=0
said=$(list_files | xargs -d '\n' -n 32 -P "$(nproc)" "$tool" --dry-run -Werror 2>&1) || status=$?
if [ "$status" -ne 0 ]; then
    unformatted=$(printf '%s\n' "$said" | sed -n 's/^\([^:]*[.][ch]\):[0-9]*:[0-9]*: error: .*/\1/p' | sort -u)
    printf '%s\n' "${unformatted:-$said}" | sed 's/$/: error: not formatted/' >&2
    echo "to fix it: make format" >&2
    exit 1
fi
echo "$(list_files | wc -l) C files are formatted"
