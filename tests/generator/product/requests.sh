#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What loomc does on request: --stubs and --size, held against the compiler, the linker and nm. And
# that its output depends on its input alone: not on folder, locale or the order of arguments.
#
# usage: requests.sh LOOMC SOURCE-DIR RUNTIME-LIBRARY [CFLAG...]
set -eu

loomc=${1:?usage: requests.sh LOOMC SOURCE-DIR RUNTIME-LIBRARY [CFLAG...]}
source=${2:?usage: requests.sh LOOMC SOURCE-DIR RUNTIME-LIBRARY [CFLAG...]}
library=${3:?usage: requests.sh LOOMC SOURCE-DIR RUNTIME-LIBRARY [CFLAG...]}
shift 3
cflags=$*
compiler=${CC:-cc}
here=$source/tests/generator/product
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

warnings="-std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -Werror"
includes="-I$source/runtime/include -I."

fail()
{
    echo "$0: $*"
    exit 1
}

run() # LOOMC-ARGUMENT...
{
    "$loomc" "$@" 2> messages || { cat messages; fail "loomc $*"; }
}

check_stubs()
{
    run -o . --stubs mine.c --profile "$here/lamp.profile" "$here/lamp.xml"
    # shellcheck disable=SC2086 # flags are words
    "$compiler" $warnings $includes -fsyntax-only mine.c
    grep -q '^enum loom_status loom_lamp_execute_blink' mine.c || fail "no body for Blink"
    grep -q '^enum loom_status loom_lamp_read_power' mine.c || fail "no body for reading Power"
    grep -q '^bool loom_lamp_next_power' mine.c || fail "no body for telling Power's instances"
    ! grep -q 'loom_lamp_write_power' mine.c || fail "a body for writing Power, which is read-only"

    echo '/* my work */' >> mine.c
    cp mine.c before.c
    ! "$loomc" --stubs mine.c "$here/lamp.xml" 2> messages || fail "mine.c was written again"
    grep -q '^mine.c: error: exists; ' messages || fail "unclear: $(cat messages)"
    cmp -s before.c mine.c || fail "mine.c was touched"
    ln -s nowhere link.c
    ! "$loomc" --stubs link.c "$here/lamp.xml" 2> messages || fail "a link was replaced"
    ! "$loomc" --check --stubs new.c "$here/lamp.xml" 2> messages || fail "--check wrote stubs"
    [ ! -e new.c ] || fail "--check wrote stubs"
    echo 'default executables reported' > reported.profile
    ! "$loomc" --stubs new.c --profile reported.profile "$here/lamp.xml" 2> messages ||
        fail "stubs of nothing"
    grep -q 'no product has a handled resource' messages || fail "unclear: $(cat messages)"
}

# A forgotten function stops the build, and the linker names it.
check_linking()
{
    echo '#include "loom_objects.h"
int main(void) { struct loom_model model; static struct loom_objects_data data;
    loom_model_init(&model, &loom_objects, &data, NULL, NULL); return 0; }' > main.c
    # shellcheck disable=SC2086
    "$compiler" $cflags -std=c99 $includes -o whole main.c loom_lamp.c loom_objects.c mine.c "$library" ||
        fail "the stubs do not link"
    ./whole || fail "the stubs do not run"
    sed 's/loom_lamp_execute_blink/&_not/' mine.c > forgotten.c
    # shellcheck disable=SC2086
    ! "$compiler" $cflags -std=c99 $includes -o torn main.c loom_lamp.c loom_objects.c forgotten.c "$library" \
        2> messages || fail "linked without loom_lamp_execute_blink"
    grep -q 'loom_lamp_execute_blink' messages || fail "the linker does not name the function"
}

# Claims about sizes, as assertions for the compiler.
assert_sizes() # SIZES
{
    echo '#include "loom_objects.h"'
    awk '$1 == "product" { sub(",", "", $2); product = $2 }
         $1 ~ /^[0-9]+$/ && $5 > 0 {
             printf "LOOM_STATIC_ASSERT(sizeof(struct loom_%s) == %d, \"%s\");\n", $2, $5, $2 }
         /data and tables/ {
             printf "LOOM_STATIC_ASSERT(sizeof(struct loom_%s_data) == %d, \"%s\");\n",
                    product, $6, product }
         /what a bootstrap writes to/ && $NF > 0 {
             printf "LOOM_STATIC_ASSERT(sizeof(struct loom_%s_staging) == %d, \"%s\");\n",
                    product, $NF, product }
         /buffer for any accounts/ {
             printf "LOOM_STATIC_ASSERT(LOOM_%s_BUFFER_SIZE == %d, \"%s\");\n",
                    toupper(product), $NF, product }' "$1"
}

# The tables of an object in its object file, and its entry in the product.
flash_of() # SYMBOL FILE.o ENTRY-BYTES
{
    nm -S -t d "$2" | awk -v name="$1" -v entry="$3" '
        $4 ~ "^(loom_" name "_(object|instances)|" name "_(resources|ranges|handlers|presets|[a-z_]+_texts|[a-z_]+_constants))$" { sum += $2 }
        END { print sum + entry }'
}

check_sizes() # LOOMC-ARGUMENT...
{
    rm -rf sized
    run -o sized --size "$@" > sizes
    assert_sizes sizes > sized/sizes.c
    [ "$(grep -c ASSERT sized/sizes.c)" -gt 1 ] || fail "no sizes are told"
    # shellcheck disable=SC2086
    "$compiler" -std=c99 "-I$source/runtime/include" -fsyntax-only sized/sizes.c ||
        fail "the compiler says other sizes"
    if command -v arm-none-eabi-gcc > /dev/null; then
        arm-none-eabi-gcc -std=c99 -mcpu=cortex-m4 -mthumb -ffreestanding \
            "-I$source/runtime/include" -fsyntax-only sized/sizes.c ||
            fail "the compiler for ARM says other sizes"
    else
        echo "not compared for ARM: arm-none-eabi-gcc is not installed"
    fi
}

check_tables() # LITERAL-BYTES SYMBOL: what nm cannot tell by a symbol are the literals
{
    [ "$(uname -m)" = x86_64 ] || { echo "tables not compared: not x86_64"; return; }
    # shellcheck disable=SC2086
    "$compiler" -std=c99 "-I$source/runtime/include" -Isized -c -o table.o "sized/loom_$2.c"
    told=$(awk -v name="$2" '$2 == name { print $8; exit }' sizes)
    [ "$told" -eq $(($(flash_of "$2" table.o 24) + $1)) ] ||
        fail "$2: $told bytes of tables are told, nm says $(flash_of "$2" table.o 24)"
    command -v arm-none-eabi-gcc > /dev/null || return 0
    arm-none-eabi-gcc -std=c99 -mcpu=cortex-m4 -mthumb -ffreestanding \
        "-I$source/runtime/include" -Isized -c -o arm.o "sized/loom_$2.c"
    told=$(awk -v name="$2" '$2 == name { print $7; exit }' sizes)
    [ "$told" -eq $(($(flash_of "$2" arm.o 16) + $1)) ] ||
        fail "$2: $told bytes of tables are told for ARM, nm says $(flash_of "$2" arm.o 16)"
}

# What is told of a product must not depend on where and under which locale it is made.
check_sameness()
{
    mkdir -p elsewhere/deeper
    run -o first --profile "$source/models/client.profile" "$source"/models/*.xml
    # shellcheck disable=SC2046,SC2012 # the models' names have no blanks
    (cd elsewhere/deeper && LC_ALL=C.UTF-8 run -o second \
        --profile "$source/models/client.profile" $(ls -r "$source"/models/*.xml))
    diff -r first elsewhere/deeper/second || fail "another folder, another order, other files"
    # A comma in numbers, and an i whose capital is not I.
    for locale in de_DE tr_TR; do
        mkdir -p locales
        localedef -i "$locale" -f UTF-8 "locales/$locale.UTF-8" 2> messages ||
            echo "there is no locale $locale: only its name is tried"
        LOCPATH="$work/locales" LC_ALL=$locale.UTF-8 run -o "$locale" \
            --profile "$source/models/client.profile" "$source"/models/*.xml
        diff -r first "$locale" || fail "other files in the locale $locale"
    done
}

check_stubs
check_linking
check_sizes --profile "$here/lamp.profile" "$here/lamp.xml"
check_tables 56 lamp # "Hall \ ?", 00ff, "steady", "ACME & Sons", "Cellar", those of the range too, with their NUL
check_sizes --profile "$source/models/client.profile" "$source"/models/*.xml
check_tables 2 device_1_2 # "U", what 3/0/16 begins with
check_tables 0 temperature_1_1
check_sizes "$source/tests/generator/models/everything.xml"
check_tables 0 "$(awk '$1 ~ /^[0-9]+$/ { print $2 }' sizes)"
check_sameness
