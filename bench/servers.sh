#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Measures loom-server of a build as shipped: registrations and Updates by how many devices are
# registered, what a registration takes, how long a file of many accounts takes to read, and how many
# registrations are made durable in a second.
# Prints, last, a line for each figure: NAME VALUE UNIT.
#
# usage: servers.sh BUILD [DEVICES [STEP]]
set -euo pipefail

build=$1
devices=${2:-20000}
step=${3:-2000}
readonly accounts=40000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/bench/loom-load" "$build/bin/loom-server" "$devices" "$step" | tee "$work/load"

awk -v count="$accounts" 'BEGIN {
    for (i = 0; i < count; i++) {
        printf "[endpoint urn:dev:load:%06d]\nidentity = load-%06d\nkey = %032x\n", i, i, i + 1
    }
}' >"$work/accounts.ini"
# An unusable address ends the server as soon as it has read the accounts.
read -r _ _ seconds kibibytes < <("$build/bench/loom-measure" "$build/bin/loom-server" \
    --listen coap://nowhere.invalid --accounts -- "$work/accounts.ini")
printf '%d accounts read in %s s of CPU, %s KiB in all\n\n' "$accounts" "$seconds" "$kibibytes"

"$build/bench/loom-store-load" sqlite "sqlite:$work/store" | tee "$work/sqlite"
"$build/bench/loom-update-load" "sqlite:$work/updates" | tee "$work/updates.txt"
# A server of its own, whose commits are on the disk as well.
"${0%/*}/../tests/server/with_postgres.py" --durable sh -c \
    '[ -z "$LOOM_TEST_POSTGRES" ] || exec "$1" postgres "$LOOM_TEST_POSTGRES"' \
    sh "$build/bench/loom-store-load" | tee "$work/postgres" || [ "${PIPESTATUS[0]}" -eq 77 ]

python3 -B "${0%/*}/http/http.py" "$build" | tee "$work/http"

grep -h '^servers\.' "$work/load" "$work/sqlite" "$work/postgres" "$work/updates.txt"
grep '^http\.' "$work/http"
printf 'servers.accounts_%d %s seconds\n' "$accounts" "$seconds"
