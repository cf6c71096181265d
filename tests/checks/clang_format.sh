#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file that people write is formatted by the project's .clang-format. Generated files are
# not: their look is the templates'.
#
# usage: clang_format.sh SOURCE_DIR [--fix]
set -eu

cd "$1"
command -v clang-format >/dev/null || { echo "skipped: no clang-format"; exit 77; }

# Without git, in an unpacked archive, whatever lies in the tree and was not built there.
list_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- '*.c' '*.h'
    else
        find . -name 'build*' -prune -o -name .deps -prune -o -name '*.[ch]' -print | sed 's,^\./,,'
    fi | grep -Ev '^(generated/|tests/[^/]+/golden/)'
}

if [ "${2-}" = --fix ]; then
    list_files | xargs -d '\n' clang-format -i
    exit 0
fi
unformatted=$(list_files | while IFS= read -r file; do
    clang-format --dry-run -Werror "$file" 2>/dev/null || echo "$file"
done)
if [ -n "$unformatted" ]; then
    printf '%s\n' "$unformatted" | sed 's/$/: error: not formatted/' >&2
    echo "to fix it: make format" >&2
    exit 1
fi
echo "$(list_files | wc -l) C files are formatted"
