# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Functions for scripts that need Debian packages. To be sourced.

# missing_packages NAME...: print those that are not installed
missing_packages() {
    for package in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

# as_root COMMAND...: run it with root's rights, by sudo only where that is needed
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -- "$@"
    fi
}

# apt NAME...: apt-get that asks nothing and waits for another apt-get to finish
apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@"
}

# install_packages NAME...: install what is missing; does not touch the network when nothing is
install_packages() {
    command -v dpkg-query >/dev/null || {
        echo "error: this is not a Debian system; install the counterparts of: $*" >&2
        return 1
    }
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        echo "all $# packages are installed"
        return 0
    fi
    echo "to install: $missing"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "error: neither root nor sudo; run as root: apt-get install $missing" >&2
        return 1
    fi
    # Again after a failure: a network hiccup, or the daily update of a machine just started, which
    # holds a lock that apt-get does not wait for.
    for try in 1 2 3; do
        # An index that cannot be refreshed may still be good enough for what is missing.
        apt update || echo "notice: the package index could not be refreshed; using the old one"
        # shellcheck disable=SC2086 # the names are words
        if apt install --no-install-recommends $missing; then
            return 0
        fi
        if [ "$try" -lt 3 ]; then
            echo "try $try failed; the next one in 10 s"
            sleep 10
        fi
    done
    return 1
}
