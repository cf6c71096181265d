#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Generated code does not compile with headers of another layout, and says what to do; and it does not
# link with a runtime of another layout.
#
# usage: layout.sh PREFIX
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1/bin/loomc" -o "$work/generated" "$1/share/loom/models/temperature-1.1.xml"
cp -R "$1/include" "$work/include"
sed -i 's/^#define LOOM_TABLE_LAYOUT .*/#define LOOM_TABLE_LAYOUT 65535/' "$work/include/loom/table.h"

sentence="generate again with the loomc that came with them"
tried=0
for compiler in "gcc -std=c99" "gcc -std=c11" "clang -std=c99" "g++ -x c++ -std=c++17"; do
    command -v "${compiler%% *}" >/dev/null || continue
    tried=$((tried + 1))
    for file in loom_objects.h loom_temperature.h; do
        printf '#include <stdint.h>\n#include "%s"\n' "$file" >"$work/all.c"
        $compiler -I"$1/include" -I"$work/generated" -fsyntax-only "$work/all.c" ||
            fail "$compiler: $file does not compile with the headers of its own version"
        if $compiler -I"$work/include" -I"$work/generated" -fsyntax-only "$work/all.c" \
            2>"$work/messages"; then
            fail "$compiler: $file compiles with headers of another layout"
        fi
        grep -q "$sentence" "$work/messages" || {
            cat "$work/messages" >&2
            fail "$compiler: $file: no word of what to do"
        }
    done
done
[ "$tried" -gt 0 ] || fail "no compiler"

cat >"$work/main.c" <<'END'
#include "loom_objects.h"
static struct loom_objects_data data;
enum loom_status loom_temperature_execute_reset_min_and_max_measured_values(
    const struct loom_at *at, struct loom_text arguments)
{
    (void)at;
    (void)arguments;
    return LOOM_OK;
}
int main(void)
{
    struct loom_model model;
    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    return 0;
}
END
# new headers and code of theirs, with a runtime that was installed before
sed -i 's/^LOOM_TABLE_LAYOUT_CHECK(.*/LOOM_TABLE_LAYOUT_CHECK(65535);/' "$work"/generated/*.h
if gcc -std=c99 -I"$work/include" -I"$work/generated" "$work/main.c" "$work"/generated/*.c \
    -L"$1/lib" -lloom_runtime -o "$work/main" 2>"$work/messages"; then
    fail "code of another layout links with this runtime"
fi
grep -q 'loom_model_init_layout_65535' "$work/messages" || {
    cat "$work/messages" >&2
    fail "the linker does not name the layout"
}
