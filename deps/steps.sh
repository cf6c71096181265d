#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The steps behind the Makefile: install, build, run. Each step says what it does; its output goes
# to a log, whose end is shown when the step fails.
#
# usage: steps.sh build|demo|serve|test|sim|mutants|bench|bench-core|bench-generator|bench-servers|bench-fleet|bench-scale|nodes|fuzz
#
#   BUILD        where everything that is built goes, default the project itself; for a tree that
#                cannot be written to
#   LOOM_DEPS    where libcoap and mbedTLS are put, default .deps/ in the project or deps/ in BUILD
#   COAP         an installed libcoap on mbedTLS to use instead of building one: its prefix, or `system`
#   SOURCES      a directory with the source archives of libcoap and mbedTLS (deps/build-coap.sh)
#   OBJECT       demo: an object model to add to the demo device; a relative path starts at the root of
#                the project or at CALLED_FROM
#   PAGE         demo: 1: then the servers' pages with three devices, until Ctrl-C
#   DEVICES      serve: how many devices, default 10; bench-servers: how many register, default 20000;
#                bench-fleet: how many, one number or several, default 1000,10000,50000,100000
#   HTTP_PORT    serve: of the page of loom-server, default 8080 (examples/serve/serve.sh)
#   PEER         bench: the command of another generator (docs/benchmarks.md)
#   SEEDS        sim: how many stories, default 5000; mutants: for each at most, default 3000
#   SEED_BASE    sim, mutants: the seed of the first, default 1
#   MINUTES      nodes: for how long, default 10
#   FUZZ_SECONDS fuzz: for how long each harness runs, default 600
#   CALLED_FROM  where make was called, which make -C and this script leave
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly called_from=${CALLED_FROM:-$PWD}
cd "$here/.."
# shellcheck source=deps/packages.sh
. "$here/packages.sh"
root=$PWD
own_deps=.deps
if [ -n "${BUILD:-}" ]; then
    root=$(realpath -m -- "$BUILD")
    own_deps=deps
fi
readonly root own_deps
LOOM_DEPS=$(realpath -m -- "${LOOM_DEPS:-$root/$own_deps}")
[ -z "${SOURCES:-}" ] || SOURCES=$(realpath -m -- "$SOURCES")
export LOOM_DEPS SOURCES
readonly logs=$root/build/logs

step=0
steps=0

title() {
    step=$((step + 1))
    printf '[%d/%d] %s\n' "$step" "$steps" "$1"
}

# progress SECONDS LOG: the last line of a log without its folders, no wider than the terminal
progress() {
    local line width=${COLUMNS:-80} head
    head=$(printf '      %3d s: ' "$1")
    line=$(tail -n 1 "$2" 2>/dev/null | tr -d '\r\033' | tr '\t' ' ' | sed -E 's#(^| )[^][ ]*/#\1#g')
    width=$((width - ${#head} - 1))
    if [ "${#line}" -gt "$width" ]; then
        line=${line:0:$width}
        line=${line% *}
    fi
    printf '%s%s' "$head" "$line"
}

# A sign of life until it is told to end: on a terminal one line that is written again and again, and
# in a file a line every ten seconds.
follow() {
    local seconds=0 pause=10 before='' after='\n'
    if [ -t 1 ]; then
        COLUMNS=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2)
        pause=1 before='\r\033[K' after=''
        trap 'printf "\r\033[K"; kill $(jobs -p) 2>/dev/null; exit 0' TERM
    else
        trap 'kill $(jobs -p) 2>/dev/null; exit 0' TERM
    fi
    trap '' INT
    while :; do
        sleep "$pause" &
        wait $!
        seconds=$((seconds + pause))
        # shellcheck disable=SC2059 # formats
        printf "$before%s$after" "$(progress "$seconds" "$1")"
    done
}

follower=
stop_following() {
    [ -n "$follower" ] || return 0
    kill "$follower" 2>/dev/null || true
    wait "$follower" 2>/dev/null || true
    follower=
}
trap stop_following EXIT

# The step that is under way has a process group of its own, so that it can be ended, and so that this
# script need not wait for it: apt-get does not end before dpkg is done.
job=
interrupted() {
    stop_following
    # What apt-get has begun it ends, or the next installation would find it half done.
    if [ -n "$job" ] && [ "$step" -eq 1 ]; then
        kill -INT "$job" 2>/dev/null || true
    elif [ -n "$job" ]; then
        kill -TERM -- "-$job" 2>/dev/null || true
    fi
    printf '\ninterrupted at [%d/%d]; what was done stays done\n' "$step" "$steps" >&2
    exit 130
}
trap interrupted INT TERM HUP

# run LOG TITLE COMMAND...: one step, quiet but for its title, a sign of life, notices and failure.
# $followed is a log of the command's own, which says more.
followed=
run() {
    local log=$logs/$1.log what=$2 status=0
    shift 2
    title "$what"
    : >"$log"
    follow "${followed:-$log}" &
    follower=$!
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    job=$!
    set +m
    wait "$job" || status=$?
    job=
    stop_following
    if [ "$status" -ne 0 ]; then
        # What our own scripts say is enough.
        grep '^error: ' "$log" >&2 && exit 1
        # What a compiler or loomc says of a file is what counts; else the end tells most.
        grep ': error: ' "$log" >&2 || tail -n 40 "$log" >&2
        printf '\nFAILED: [%d/%d] %s (exit status %d). The whole log: %s\n' \
            "$step" "$steps" "$what" "$status" "$log" >&2
        exit 1
    fi
    grep '^notice:' "$log" || true
}

# ask_for_rights PACKAGE...: sudo's question, where a line of progress does not write over it
ask_for_rights() {
    if has_apt && [ "$(id -u)" -ne 0 ] && [ -t 0 ] && command -v sudo >/dev/null; then
        echo "sudo is needed to install: $*"
        sudo -v || true
    fi
}

# install_all build|test: what building needs, or tests as well
install_all() {
    local time='' missing
    missing=$(deps/setup.sh "$1" --missing | tr '\n' ' ')
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # names
        ask_for_rights $missing
        time=" (a few minutes)"
    fi
    run packages "packages$time" deps/setup.sh "$1"
    if [ -n "${COAP:-}" ]; then
        title "libcoap: the one that is installed ($COAP)"
        return
    fi
    time=
    [ -e "$LOOM_DEPS/stamp" ] || time=" (about two minutes)"
    followed=$LOOM_DEPS/build.log
    run libcoap "libcoap and mbedTLS$time" deps/build-coap.sh
    followed=
}

# build DIRECTORY PRESET OBJECT [TARGET...]: configure where something has changed, then build
build() {
    local directory=$root/$1 preset=$2 object=$3 coap=() wanted
    shift 3
    [ "${COAP:-system}" = system ] || coap=("-DCMAKE_PREFIX_PATH=$(realpath -m -- "$COAP")")
    wanted="$object ${COAP:-$LOOM_DEPS $(cat "$LOOM_DEPS/stamp")} without $(deps/setup.sh --missing)"
    if [ ! -f "$directory/build.ninja" ] ||
        [ "$(cat "$directory/configured" 2>/dev/null)" != "$wanted" ]; then
        cmake --preset "$preset" -B "$directory" --no-warn-unused-cli -U libcoap_DIR \
            "-DLOOM_DEPS:PATH=$LOOM_DEPS" "-DLOOM_DEMO_OBJECT:FILEPATH=$object" "${coap[@]}" || return
        echo "$wanted" >"$directory/configured"
    fi
    cmake --build "$directory" ${1+--target "$@"}
}

# ctest_of PRESET DIRECTORY: CTest as it runs, and in a log; its exit status
ctest_of() {
    local status=0
    title "tests, $1 (about five minutes)"
    # Many tests wait for programs and timers more than they compute.
    ctest --test-dir "$root/$2" --output-on-failure --no-tests=error --parallel $(($(nproc) + 2)) 2>&1 |
        tee "$logs/ctest-$1.log" || status=$?
    # CTest names the tests that were skipped, but not why.
    grep -h '^skipped: ' "$root/$2/Testing/Temporary/LastTest.log" | sort -u || true
    return "$status"
}

# The object model of OBJECT as an absolute path; nothing is built for one that cannot be read.
find_object() {
    local candidate
    for candidate in "$OBJECT" "$called_from/$OBJECT"; do
        if [ -f "$candidate" ] && [ -r "$candidate" ]; then
            realpath -- "$candidate"
            return
        fi
    done
    if [ -e "$OBJECT" ]; then
        echo "error: OBJECT=$OBJECT: not a file that can be read" >&2
    else
        echo "error: OBJECT=$OBJECT: no such file" >&2
    fi
    return 1
}

run_demo() {
    local object=
    if [ -n "${OBJECT:-}" ]; then
        object=$(find_object)
    fi
    steps=4
    install_all build
    run build "build (about a minute)" build build dev "$object" \
        loom-demo loom-client loom-payload loom-server loom-bootstrap-server
    title "demo"
    trap - INT TERM HUP
    [ "${PAGE:-0}" != 0 ] || exec "$root/build/bin/loom-demo"
    "$root/build/bin/loom-demo"
    echo
    DEVICES=${DEVICES:-3} exec examples/serve/serve.sh "$root/build/bin" "$root/build/serve"
}

run_serve() {
    steps=3
    install_all build
    run build "build (about a minute)" build build dev "" loom-client loom-server loom-bootstrap-server
    trap - INT TERM HUP
    exec examples/serve/serve.sh "$root/build/bin" "$root/build/serve"
}

run_tests() {
    local dev=0 asan=0
    steps=6
    install_all test
    run build "build (about a minute)" build build dev ""
    ctest_of dev build || dev=$?
    # What the tests that prove by numbers have to say.
    grep -h -E 'device-years a minute|no rule broken|mutants are caught' \
        "$root/build/Testing/Temporary/LastTest.log" || true
    run build-asan "build with sanitizers (about a minute)" build build-asan asan ""
    ctest_of asan build-asan || asan=$?
    if [ "$dev" -ne 0 ] && [ "$asan" -eq 0 ]; then
        # The last thing to be read is the summary of the run that failed.
        printf '\ntests, dev:\n'
        sed -n '/tests passed,/,$p' "$logs/ctest-dev.log"
    fi
    [ "$dev" -eq 0 ] && [ "$asan" -eq 0 ]
}

run_sim() {
    steps=4
    install_all test
    run build-sim "build the simulator" build build-sim sim ""
    title "${SEEDS:-5000} stories"
    trap - INT TERM HUP
    exec "$root/build-sim/tests/bin/sim" --seeds "${SEEDS:-5000}" --base "${SEED_BASE:-1}"
}

run_mutants() {
    steps=4
    install_all test
    run build-sim "build the simulator" build build-sim sim ""
    title "mutants"
    trap - INT TERM HUP
    exec python3 tests/sim/mutants/mutants.py search "$root/build-sim/tests/sim/mutants/build.json" \
        --seeds "${SEEDS:-3000}" --base "${SEED_BASE:-1}"
}

run_bench() {
    steps=7
    install_all test
    run build-release "build as shipped" build build-release release ""
    run build-cortex-m4 "build the core for a Cortex-M4" build build-cortex-m4 cortex-m4 ""
    title "sizes in bytes"
    find "$root/build-cortex-m4" -name libloom_runtime.a -exec arm-none-eabi-size -t {} +
    size "$root"/build-release/bin/*
    title "the generator"
    bench/generator.sh "$root/build-release"
    title "what each format and feature costs"
    python3 bench/core/core.py . "$root/build-release/bench/core" "$root/build-release/bin/loomc" --picks
}

run_bench_core() {
    steps=4
    install_all test
    run build-release "build the generator" build build-release release "" loomc
    title "the core"
    python3 bench/core/core.py . "$root/build-release/bench/core" "$root/build-release/bin/loomc" --coap "$LOOM_DEPS"
}

run_bench_generator() {
    steps=4
    install_all test
    run build-release "build as shipped" build build-release release "" \
        loomc loom-measure loom-row-size
    title "the generator"
    bench/generator.sh "$root/build-release"
}

run_bench_servers() {
    steps=4
    install_all test
    run build-release "build as shipped" build build-release release "" \
        loom-server loom-client loom-http-probe loom-load loom-measure
    title "the server"
    bench/servers.sh "$root/build-release" "${DEVICES:-20000}"
}

run_bench_fleet() {
    steps=4
    install_all test
    run build-release "build as shipped" build build-release release "" loom-server loom-fleet loom-update-load
    title "a fleet"
    python3 -B bench/fleet/fleet.py "$root/build-release" ${DEVICES:+"$DEVICES"}
}

run_bench_scale() {
    steps=1
    title "large fleets"
    python3 -B bench/scale/scale.py
}

run_nodes() {
    steps=4
    install_all test
    run build "build" build build dev "" loom-server loom-bootstrap-server loom-client
    title "three nodes for ${MINUTES:-10} minutes"
    trap - INT TERM HUP
    exec python3 -B tests/e2e/nodes_apart.py "$root/build/bin/loom-server" "$root/build/bin/loom-bootstrap-server" \
        "$root/build/bin/loom-client" "${MINUTES:-10}"
}

# What the harnesses find interesting is kept in build/fuzz from run to run.
run_fuzz() {
    local harness status=0
    local harnesses=(reader profile template decoders http)
    local programs=("${harnesses[@]/#/fuzz_}")
    steps=$((3 + ${#harnesses[@]}))
    install_all test
    run build "build" build build dev "" "${programs[@]/%/_program}"
    for harness in "${harnesses[@]}"; do
        title "fuzz $harness for ${FUZZ_SECONDS:-600} s"
        tests/fuzz/run.sh "$root/build/tests/bin/fuzz_$harness" "tests/fuzz/corpus/$harness" \
            seconds "${FUZZ_SECONDS:-600}" "$root/build/fuzz/$harness" || status=$?
    done
    return "$status"
}

mkdir -p "$logs" 2>/dev/null || {
    echo "error: nothing can be written to $root; \`make BUILD=DIR ...\` builds into another directory" >&2
    exit 1
}
case ${1-} in
build)
    steps=3
    install_all test
    run build "build (about a minute)" build build dev ""
    ;;
demo) run_demo ;;
serve) run_serve ;;
test) run_tests ;;
sim) run_sim ;;
mutants) run_mutants ;;
bench) run_bench ;;
bench-core) run_bench_core ;;
bench-generator) run_bench_generator ;;
bench-servers) run_bench_servers ;;
bench-fleet) run_bench_fleet ;;
bench-scale) run_bench_scale ;;
nodes) run_nodes ;;
fuzz) run_fuzz ;;
*)
    echo "usage: ${0##*/} build|demo|serve|test|sim|mutants|bench|bench-core|bench-generator|bench-servers|bench-fleet|bench-scale|nodes|fuzz" >&2
    exit 2
    ;;
esac
