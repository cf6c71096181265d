#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the image of packaging/Containerfile, and lets it serve. Skipped where nothing can build images.
#
# usage: container.sh SOURCE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

builder=
for candidate in docker podman; do
    if command -v "$candidate" >/dev/null && "$candidate" info >/dev/null 2>&1; then
        builder=$candidate
        break
    fi
done
[ -n "$builder" ] || { echo "skipped: neither docker nor podman works here"; exit 77; }

source=$1
rm -rf "$2"
mkdir -p "$2"
work=$(cd "$2" && pwd)

# What is not checked in, such as builds, has no business in an image.
mkdir "$work/context"
git -C "$source" ls-files -z | tar -C "$source" --null -T - -c | tar -C "$work/context" -x
base=$(sed -n 's/^FROM \([^ ]*\)$/\1/p' "$source/packaging/Containerfile")
"$builder" image inspect "$base" >/dev/null 2>&1 || "$builder" pull "$base" >/dev/null 2>&1 || {
    echo "skipped: $base is not to be had"
    exit 77
}
"$builder" build -f "$work/context/packaging/Containerfile" -t loom-test "$work/context" >"$work/log" 2>&1 || {
    tail -50 "$work/log"
    fail "the image cannot be built"
}

printf '[endpoint one]\nidentity = one\nkey = 000102030405060708090a0b0c0d0e0f\n' >"$work/server.ini"
chmod 644 "$work/server.ini"
container=$("$builder" run -d -v "$work/server.ini:/etc/loom/server.ini:ro" loom-test \
    loom-server --config /etc/loom/loom-server.conf --http http://127.0.0.1:8080)
trap '"$builder" rm -f "$container" >/dev/null; "$builder" rmi -f loom-test >/dev/null' EXIT
tries=0
until "$builder" exec "$container" loomctl health 2>/dev/null | grep -qF '"status":"ok"'; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "the server in the image does not answer: $("$builder" logs "$container" 2>&1)"
    sleep 1
done
[ "$("$builder" exec "$container" id -un)" = _loom ] || fail "the server runs as somebody else"
"$builder" stop -t 30 "$container" >/dev/null
[ "$("$builder" inspect -f '{{.State.ExitCode}}' "$container")" = 0 ] || fail "SIGTERM is no good end"
