# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Functions for scripts that need tools of this system. To be sourced.

# as_root COMMAND...: run it with root's rights, by sudo only where that is needed
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# apt NAME...: apt-get that asks nothing, waits for another apt-get to finish, and says what try_install() reads
apt() {
    as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@"
}

# has_apt: whether packages can be installed by name here
has_apt() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# has_package NAME: whether apt's index has it
has_package() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

# may_be_root PACKAGE...: whether as_root can work; else one sentence that says what to do
may_be_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    if ! command -v sudo >/dev/null; then
        echo "error: packages are missing and there is no sudo here; run as root: apt-get install $*" >&2
        return 1
    fi
    # Where nobody can answer, a question is a refusal.
    if [ -t 0 ]; then
        sudo -v && return 0
    else
        sudo -n -v 2>/dev/null && return 0
    fi
    echo "error: packages are missing and you have no rights to install them; run as root:" \
        "apt-get install $*" >&2
    return 1
}

# try_install NAME...: where it fails sets $reason (network, lock or other) and $why, apt's own word
try_install() {
    output=$(mktemp)
    { apt install --no-install-recommends "$@" 2>&1 && echo "installed"; } | tee "$output"
    reason=
    if [ "$(tail -n 1 "$output")" != installed ]; then
        reason=other
        why=$(grep '^E: ' "$output" || tail -n 1 "$output")
        why=$(echo "$why" | head -n 1)
        ! grep -q -E 'Could not (get|open) lock' "$output" || reason=lock
        ! grep -q -E 'Could not (resolve|connect)|Temporary failure|Network is unreachable|Unable to connect' \
            "$output" || reason=network
    fi
    rm -f "$output"
    [ -z "$reason" ]
}

# install_packages NAME...: install them by apt; all of them are known to its index
install_packages() {
    for try in 1 2 3; do
        try_install "$@" && return 0
        # Again only for what passes: a hiccup of the network, or the daily update of a machine just
        # started, which holds a lock that apt-get does not wait for.
        case $reason$try in
        lock3 | network2 | other*) break ;;
        esac
        echo "try $try failed; the next one in 10 s"
        sleep 10
    done
    if [ "$reason" = network ]; then
        echo "error: the package sources of this machine cannot be reached, and these packages are" \
            "missing: $*" >&2
    else
        echo "error: apt-get could not install $*: ${why#E: }" >&2
    fi
    return 1
}
