#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes tests/generator/golden again. Read the difference before you commit it.
#
# usage: regenerate.sh LOOMC
set -eu

loomc=${1:?usage: regenerate.sh LOOMC}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$loomc" -o "$work/everything" --format c,json,md --profile "$here/models/everything.profile" \
    "$here/models/everything.xml" "$here/models/account.xml" "$here/models/security.xml"
"$loomc" -o "$work/hostile" "$here/models/hostile.xml"

mkdir -p "$here/golden"
for name in everything account objects; do
    cp "$work/everything/loom_$name.h" "$work/everything/loom_$name.c" "$here/golden/"
done
cp "$work/everything/objects.json" "$work/everything/objects.md" "$here/golden/"
cp "$work/hostile/loom_printf_s_exit_1.h" "$work/hostile/loom_printf_s_exit_1.c" "$here/golden/"
