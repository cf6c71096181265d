#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Both servers with their pages, and some devices to play with, until Ctrl-C. What the servers store and
# what the devices know is kept in a folder, so the next run goes on where this one ended.
#
# usage: serve.sh PROGRAMS FOLDER
#
#   PROGRAMS  where loom-server, loom-bootstrap-server and loom-client are
#   FOLDER    for accounts, databases and the states of devices; made if it is not there
#
#   DEVICES       how many devices, default 10; every third one sleeps in between (queue mode)
#   HTTP_PORT     of the page of loom-server, default 8080; that of loom-bootstrap-server is the next one
#   COAPS_PORT    of loom-server, default 5684; that of loom-bootstrap-server is 100 above
set -euo pipefail

programs=${1:?where the programs are}
folder=${2:?a folder}
devices=${DEVICES:-10}
http_port=${HTTP_PORT:-8080}
coaps_port=${COAPS_PORT:-5684}
readonly server=coaps://127.0.0.1:$coaps_port
readonly bootstrap=coaps://127.0.0.1:$((coaps_port + 100))

umask 077
mkdir -p "$folder"
cd "$folder"

new_key() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The accounts of one device: at the bootstrap server, and at the server that it is given.
add_device() {
    local name=urn:dev:os:device-$1 key
    key=$(new_key)
    new_key >"key-$1"
    cat >>bootstrap.ini <<END
[endpoint $name]
identity = device-$1-bootstrap
key = $(cat "key-$1")
delete = /

[server 101]
uri = $server
identity = device-$1
key = $key
lifetime = 300
default-minimum-period = 1

END
    printf '[endpoint %s]\nidentity = device-%s\nkey = %s\n\n' "$name" "$1" "$key" >>server.ini
}

known=0
[ ! -e devices ] || known=$(cat devices)
while [ "$known" -lt "$devices" ]; do
    known=$((known + 1))
    add_device "$known"
    echo "$known" >devices
done

"$programs/loom-bootstrap-server" import bootstrap.ini --store sqlite:bootstrap.db --store-key bootstrap.key >/dev/null

started=()
stop() {
    trap - EXIT INT TERM HUP
    kill "${started[@]}" 2>/dev/null || true
    wait "${started[@]}" 2>/dev/null || true
}
trap stop EXIT
trap 'echo; exit 0' INT TERM HUP

# start NAME COMMAND...: in the background, what it says goes to NAME.log
start() {
    local name=$1
    shift
    "$@" </dev/null >"$name.log" 2>&1 &
    started+=($!)
}

# listening NAME COUNT: waits until a program listens at so many addresses
listening() {
    for _ in $(seq 200); do
        [ "$(grep -c 'listening on' "$1.log")" -lt "$2" ] || return 0
        kill -0 "${started[-1]}" 2>/dev/null || break
        sleep 0.05
    done
    echo "error: $1 did not start:" >&2
    cat "$1.log" >&2
    exit 1
}

start loom-bootstrap-server "$programs/loom-bootstrap-server" --store sqlite:bootstrap.db --store-key bootstrap.key \
    --listen "$bootstrap" --http "http://127.0.0.1:$((http_port + 1))"
listening loom-bootstrap-server 2
start loom-server "$programs/loom-server" --accounts server.ini --listen "$server" --store "sqlite:$PWD/server.db" \
    --http "http://127.0.0.1:$http_port"
listening loom-server 2
for number in $(seq "$devices"); do
    mode=()
    [ $((number % 3)) -ne 0 ] || mode=(--queue-mode)
    mkdir -p "device-$number"
    start "device-$number" "$programs/loom-client" --endpoint "urn:dev:os:device-$number" --bootstrap "$bootstrap" \
        --identity "device-$number-bootstrap" --key "@key-$number" --state "device-$number" "${mode[@]}"
done

cat <<END
$devices devices, a bootstrap server and an LwM2M server are running. Their pages:

    LwM2M server      http://127.0.0.1:$http_port/
    bootstrap server  http://127.0.0.1:$((http_port + 1))/

What they say is in $PWD/*.log. Ctrl-C ends them; what is stored stays for the next time.
END
wait -n "${started[@]}" || true
echo "error: one of them has ended; see the logs" >&2
exit 1
