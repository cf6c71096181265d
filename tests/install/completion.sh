#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion offers options, and files where they are wanted.
#
# usage: completion.sh PREFIX
set -eu

completions=$1/share/bash-completion/completions
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch valve.xml valve.profile
mkdir out

# offers FUNCTION WORD... : what is offered for the last word, in one line
offers() {
    local complete=$1
    shift
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    "$complete" "$1"
    printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' '
}

check() { # WANTED FUNCTION WORD...
    local wanted=$1 offered
    shift
    offered=$(offers "$@")
    if [ "$offered" != "$wanted" ]; then
        echo "error: '${*:2}' offers '$offered', not '$wanted'" >&2
        exit 1
    fi
}

# shellcheck source=packaging/bash/loomc
. "$completions/loomc"
# shellcheck source=packaging/bash/loom-payload
. "$completions/loom-payload"
# shellcheck source=packaging/bash/loom-server
. "$completions/loom-server"
# shellcheck source=packaging/bash/loom-client
. "$completions/loom-client"
# shellcheck source=packaging/bash/loomctl
. "$completions/loomctl"
check "--units" _loomc "$1/bin/loomc" --un
check "--profile" _loomc "$1/bin/loomc" --pro
check "valve.profile" _loomc "$1/bin/loomc" --profile valve.p
check "out" _loomc "$1/bin/loomc" -o ""
check "out valve.xml" _loomc "$1/bin/loomc" ""
check "--lwm2m" _loom_server "$1/bin/loom-server" --lw
check "--files" _loom_server "$1/bin/loom-server" --f
check "out" _loom_server "$1/bin/loom-server" --files ""
check "json" _loom_server "$1/bin/loom-server" --log-format j
check "valve.profile" _loom_server "$1/bin/loom-server" --config valve.p
check "--accounts" _loom_server "$1/bin/loom-server" --a
check "valve.profile" _loom_server "$1/bin/loom-bootstrap-server" --accounts valve.p
check "--path" _loom_payload "$1/bin/loom-payload" --pa
check "senml-cbor senml-etch-cbor senml-etch-json senml-json" _loom_payload "$1/bin/loom-payload" --from senml
check "list lwm2m-cbor" _loom_payload "$1/bin/loom-payload" --to l
check "valve.xml" _loom_payload "$1/bin/loom-payload" --models valve.x
check "--firmware --firmware-attempts --firmware-sha256" _loom_client "$1/bin/loom-client" --fi
check "out" _loom_client "$1/bin/loom-client" --state ""
check "@valve.profile" _loom_client "$1/bin/loom-client" --key @valve.p
check "1.0 1.1 1.2" _loom_client "$1/bin/loom-client" --oldest-lwm2m ""
check "read read-composite remove" _loomctl "$1/bin/loomctl" re
check "--server" _loomctl "$1/bin/loomctl" --se
check "valve.profile" _loomctl "$1/bin/loomctl" --token-file valve.p
check "campaign cancel client clients command commands create" _loomctl "$1/bin/loomctl" --json --wait 5 c
check "bootstrap bootstraps" _loomctl "$1/bin/loomctl" b
check "" _loomctl "$1/bin/loomctl" --server http://127.0.0.1:1 read ""
check "put" _loomctl "$1/bin/loomctl" image p
check "cancel create" _loomctl "$1/bin/loomctl" campaign c
check "valve.profile" _loomctl "$1/bin/loomctl" image put valve.p
check "parallel=" _loomctl "$1/bin/loomctl" campaign create image all pa
