#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What loomc takes for the models of the tree and, where it stands, for the whole OMA registry: all
# files in one run, and one run for each file. Another generator is put beside it by a command in
# PEER, which gets the path of a model file as its last argument; it is run for each file.
#
# usage: [PEER=COMMAND] generator.sh BUILD [REGISTRY]
set -eu

build=$(realpath -- "${1:?usage: generator.sh BUILD [REGISTRY]}")
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
registry=${2-$here/../../shared/registry}
measure=$build/bench/loom-measure
loomc=$build/bin/loomc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

heading() {
    printf '%-34s %6s %7s %9s %9s %11s\n' "" files failed "CPU, s" "peak, KiB" "made, bytes"
}

# row NAME FILES MEASURED [FOLDER]: MEASURED is what loom-measure prints
row() {
    title=$1 files=$2 folder=${4-}
    # shellcheck disable=SC2086 # four numbers
    set -- $3
    made=-
    [ -z "$folder" ] || made=$(find "$folder" -type f -exec cat {} + | wc -c)
    printf '%-34s %6s %7s %9s %9s %11s\n' "$title" "$files" "$2" "$3" "$4" "$made"
}

# models NAME FILE...: the rows of one set of models
models() {
    name=$1
    shift
    row "$name, one run" $# "$("$measure" "$loomc" -o "$work/$name" -- "$@")" "$work/$name"
    row "$name, a run each" $# "$("$measure" --each "$loomc" -o "$work/each" -- "$@")"
    rm -rf "$work/each"
    if [ -n "${PEER-}" ]; then
        # shellcheck disable=SC2086 # the command is words
        row "$name, peer" $# "$("$measure" --each $PEER -- "$@")"
    fi
}

heading
models models "$here"/../models/*.xml
if [ -d "$registry" ]; then
    models registry "$registry"/[0-9]*.xml "$registry"/version_history/[0-9]*.xml
else
    echo "not measured: the OMA registry, which is not in $registry"
fi
echo
echo "one resource row: $("$build/bench/loom-row-size") bytes"
