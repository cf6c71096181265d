#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The servers as services: their units, files of configuration and scripts in the Debian package.
#
# usage: service.sh WORK, where debian.sh has been
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need dpkg dpkg-deb
work=$(cd "$1" && pwd)
root=$work/root
package=$(echo "$work"/packages/loom-servers_*.deb)

# The addresses and the folder of the package are not for tests.
options() { # PROGRAM
    echo "--accounts $work/accounts.ini --listen coap://127.0.0.1:0 --http http://127.0.0.1:0"
    [ "$1" != loom-server ] || echo "--store sqlite:$work/loom.db"
}

for program in loom-server loom-bootstrap-server; do
    grep -qx "/etc/loom/$program.conf" "$root/var/lib/dpkg/info/loom-servers.conffiles" || fail "$program.conf is no conffile"

    # The file that comes with the package is read, and a fresh one of an administrator's accounts serves.
    printf '[endpoint one]\nidentity = one\nkey = 000102030405060708090a0b0c0d0e0f\n' >"$work/accounts.ini"
    # shellcheck disable=SC2046 # words
    echo quit | "$root/usr/bin/$program" --config "$root/etc/loom/$program.conf" $(options $program) >"$work/printed" || fail "$program does not take its configuration"
    grep -q '^listening on coap://127.0.0.1:' "$work/printed" || fail "$program does not listen"
done

# What is in the examples beside `# ` are options as well.
for configuration in "$root"/etc/loom/*.conf; do
    name=$(basename "$configuration" .conf)
    sed -n 's/^# \([a-z-]* = .*\)/\1/p' "$configuration" >"$work/examples.conf"
    [ -s "$work/examples.conf" ] || fail "$name.conf shows nothing"
    # shellcheck disable=SC2046 # words
    echo quit | "$root/usr/bin/$name" --config "$work/examples.conf" $(options "$name") >/dev/null || fail "$name.conf shows what is no option"
done

# An administrator's files stay when the package goes, and the package's own do not.
rm -rf "$work/purged"
mkdir -p "$work/purged/var/lib/dpkg/info" "$work/purged/var/lib/dpkg/updates"
: >"$work/purged/var/lib/dpkg/status"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    need fakeroot
    as_root="fakeroot --"
fi
# shellcheck disable=SC2086 # words, or nothing
in_root() {
    PATH=$PATH:/usr/sbin:/sbin $as_root dpkg --root="$work/purged" --log=/dev/null --force-depends \
        --force-script-chrootless "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
}
in_root -i "$package"
echo "# mine" >>"$work/purged/etc/loom/loom-server.conf"
mkdir -p "$work/purged/var/lib/loom/server"
: >"$work/purged/var/lib/loom/server/state"
: >"$work/purged/etc/loom/server.ini"
in_root -r loom-servers
grep -q '^# mine$' "$work/purged/etc/loom/loom-server.conf" || fail "removing takes a changed configuration away"
[ -e "$work/purged/var/lib/loom/server/state" ] || fail "removing takes the state away"
in_root -P loom-servers
[ ! -e "$work/purged/etc/loom/loom-server.conf" ] || fail "purging leaves a configuration"
[ ! -e "$work/purged/var/lib/loom" ] || fail "purging leaves the state"
[ -e "$work/purged/etc/loom/server.ini" ] || fail "purging takes the accounts of the administrator"

# The units, as far as systemd can tell without running them.
need systemd-analyze
for program in loom-server loom-bootstrap-server; do
    unit=$root/usr/lib/systemd/system/$program.service
    # Another root than that of the packages: verify wants to find what the units of all say.
    sed "s|/usr/bin/$program|$root&|" "$unit" >"$work/$program.service"
    complaints=$(systemd-analyze verify --man=no "$work/$program.service" 2>&1) || fail "$complaints"
    [ -z "$complaints" ] || fail "$complaints"
    systemd-analyze security --offline=yes --threshold=20 "$unit" >"$work/security" 2>&1 || {
        cat "$work/security"
        fail "$program.service exposes more than 2.0 of 10"
    }
    # It starts the service of its name, and only when it is enabled.
    socket=$program-http.socket
    cp "$root/usr/lib/systemd/system/$socket" "$work/$socket"
    complaints=$(SYSTEMD_UNIT_PATH="$work:" systemd-analyze verify --man=no "$work/$socket" 2>&1) || fail "$complaints"
    [ -z "$complaints" ] || fail "$complaints"
    grep -qx "Service=$program.service" "$work/$socket" || fail "$socket starts something else"
done
