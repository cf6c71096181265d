#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prove that a document is what a program writes, or with --write make it so.
#
# usage: document.sh DOCUMENT PROGRAM ARGUMENT [--write]
set -eu

document=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$2" "$3" >"$work/fresh"
if [ "${4-}" = --write ]; then
    cp "$work/fresh" "$document"
elif ! diff -u "$document" "$work/fresh" >&2; then
    echo "$document: error: not what ${2##*/} writes; write it again with: make regenerate" >&2
    exit 1
fi
