#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The steps behind the Makefile: install, build, run. Each step says what it does; its output goes
# to a log, whose end is shown when the step fails.
#
# usage: steps.sh build|demo|test|sim|mutants|bench|bench-core|bench-generator|bench-servers|fuzz
#
#   LOOM_DEPS    where libcoap and mbedTLS are put, default .deps/
#   OBJECT       demo: an object model to add to the demo device; a relative path starts at the root of
#                the project or at CALLED_FROM
#   DEVICES      bench-servers: how many devices register, default 20000
#   PEER         bench: the command of another generator (docs/benchmarks.md)
#   SEEDS        sim: how many stories, default 5000; mutants: for each at most, default 3000
#   SEED_BASE    sim, mutants: the seed of the first, default 1
#   FUZZ_SECONDS fuzz: for how long each harness runs, default 600
#   CALLED_FROM  where make was called, which make -C and this script leave
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly called_from=${CALLED_FROM:-$PWD}
cd "$here/.."
LOOM_DEPS=$(realpath -m -- "${LOOM_DEPS:-.deps}")
export LOOM_DEPS
readonly logs=$PWD/build/logs

step=0
steps=0

title() {
    step=$((step + 1))
    printf '[%d/%d] %s\n' "$step" "$steps" "$1"
}

# Every ten seconds the last line of a log, until it is told to end.
follow() {
    local seconds=0
    trap 'kill $(jobs -p) 2>/dev/null; exit 0' TERM
    while :; do
        sleep 10 &
        wait $!
        seconds=$((seconds + 10))
        printf '      %3d s: %.80s\n' "$seconds" "$(tail -n 1 "$1" | tr -d '\r\033')"
    done
}

# run LOG TITLE COMMAND...: one step, quiet but for its title, a sign of life, notices and failure
run() {
    local log=$logs/$1.log what=$2 status=0
    shift 2
    title "$what"
    : >"$log"
    follow "$log" &
    follower=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    stop_following
    if [ "$status" -ne 0 ]; then
        # What a compiler or loomc says of a file is what counts; else the end tells most.
        grep ': error: ' "$log" >&2 || tail -n 40 "$log" >&2
        printf '\nFAILED: [%d/%d] %s (exit status %d). The whole log: %s\n' \
            "$step" "$steps" "$what" "$status" "$log" >&2
        exit 1
    fi
    grep '^notice:' "$log" || true
}

follower=
stop_following() {
    [ -n "$follower" ] || return 0
    kill "$follower" 2>/dev/null || true
    wait "$follower" 2>/dev/null || true
    follower=
}
trap stop_following EXIT

install_all() {
    run packages "packages" deps/setup.sh
    run libcoap "libcoap and mbedTLS" deps/build-coap.sh
}

# build DIRECTORY PRESET OBJECT [TARGET...]: configure where something has changed, then build
build() {
    local directory=$1 preset=$2 object=$3
    shift 3
    if [ ! -f "$directory/build.ninja" ] || [ "$LOOM_DEPS/stamp" -nt "$directory/build.ninja" ] ||
        ! grep -Fqx "LOOM_DEPS:PATH=$LOOM_DEPS" "$directory/CMakeCache.txt" ||
        ! grep -Fqx "LOOM_DEMO_OBJECT:FILEPATH=$object" "$directory/CMakeCache.txt"; then
        cmake --preset "$preset" --no-warn-unused-cli -U libcoap_DIR "-DLOOM_DEPS:PATH=$LOOM_DEPS" \
            "-DLOOM_DEMO_OBJECT:FILEPATH=$object" || return
    fi
    cmake --build --preset "$preset" ${1+--target "$@"}
}

# ctest_of PRESET: CTest as it runs, and in a log; its exit status
ctest_of() {
    title "tests, $1"
    ctest --preset "$1" --parallel "$(nproc)" 2>&1 | tee "$logs/ctest-$1.log"
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
    install_all
    run build "build" build build dev "$object" loom-demo
    title "demo"
    exec build/bin/loom-demo
}

run_tests() {
    local dev=0 asan=0
    steps=6
    install_all
    run build "build" build build dev ""
    ctest_of dev || dev=$?
    # What the tests that prove by numbers have to say.
    grep -h -E 'device-years a minute|no rule broken|mutants are caught' \
        build/Testing/Temporary/LastTest.log || true
    run build-asan "build with sanitizers" build build-asan asan ""
    ctest_of asan || asan=$?
    if [ "$dev" -ne 0 ] && [ "$asan" -eq 0 ]; then
        # The last thing to be read is the summary of the run that failed.
        printf '\ntests, dev:\n'
        sed -n '/tests passed,/,$p' "$logs/ctest-dev.log"
    fi
    [ "$dev" -eq 0 ] && [ "$asan" -eq 0 ]
}

run_sim() {
    steps=4
    install_all
    run build-sim "build the simulator" build build-sim sim ""
    title "${SEEDS:-5000} stories"
    exec build-sim/tests/bin/sim --seeds "${SEEDS:-5000}" --base "${SEED_BASE:-1}"
}

run_mutants() {
    steps=4
    install_all
    run build-sim "build the simulator" build build-sim sim ""
    title "mutants"
    exec python3 tests/sim/mutants/mutants.py search build-sim/tests/sim/mutants/build.json \
        --seeds "${SEEDS:-3000}" --base "${SEED_BASE:-1}"
}

run_bench() {
    steps=7
    install_all
    run build-release "build as shipped" build build-release release ""
    run build-cortex-m4 "build the core for a Cortex-M4" build build-cortex-m4 cortex-m4 ""
    title "sizes in bytes"
    find build-cortex-m4 -name libloom_runtime.a -exec arm-none-eabi-size -t {} +
    size build-release/bin/*
    title "the generator"
    bench/generator.sh build-release
    title "what each format and feature costs"
    python3 bench/core/core.py . build-release/bench/core build-release/bin/loomc --picks
}

run_bench_core() {
    steps=4
    install_all
    run build-release "build the generator" build build-release release "" loomc
    title "the core"
    python3 bench/core/core.py . build-release/bench/core build-release/bin/loomc --coap "$LOOM_DEPS"
}

run_bench_generator() {
    steps=4
    install_all
    run build-release "build as shipped" build build-release release "" \
        loomc loom-measure loom-row-size
    title "the generator"
    bench/generator.sh build-release
}

run_bench_servers() {
    steps=4
    install_all
    run build-release "build as shipped" build build-release release "" \
        loom-server loom-load loom-measure
    title "the server"
    bench/servers.sh build-release "${DEVICES:-20000}"
}

# What the harnesses find interesting is kept in build/fuzz from run to run.
run_fuzz() {
    local harness status=0
    local harnesses=(reader profile template decoders)
    local programs=("${harnesses[@]/#/fuzz_}")
    steps=$((3 + ${#harnesses[@]}))
    install_all
    run build "build" build build dev "" "${programs[@]/%/_program}"
    for harness in "${harnesses[@]}"; do
        title "fuzz $harness for ${FUZZ_SECONDS:-600} s"
        tests/fuzz/run.sh "build/tests/bin/fuzz_$harness" "tests/fuzz/corpus/$harness" \
            seconds "${FUZZ_SECONDS:-600}" "build/fuzz/$harness" || status=$?
    done
    return "$status"
}

mkdir -p "$logs"
case ${1-} in
build)
    steps=3
    install_all
    run build "build" build build dev ""
    ;;
demo) run_demo ;;
test) run_tests ;;
sim) run_sim ;;
mutants) run_mutants ;;
bench) run_bench ;;
bench-core) run_bench_core ;;
bench-generator) run_bench_generator ;;
bench-servers) run_bench_servers ;;
fuzz) run_fuzz ;;
*)
    echo "usage: ${0##*/} build|demo|test|sim|mutants|bench|bench-core|bench-generator|bench-servers|fuzz" >&2
    exit 2
    ;;
esac
