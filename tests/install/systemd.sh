#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The services under a systemd of their own: the package is installed over a copy of this system that
# forgets everything, in namespaces, and systemd is booted there. Skipped where that cannot be had.
#
# usage: systemd.sh WORK, where debian.sh has been
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

# ---- inside: called again by the below ---------------------------------------------------------------

if [ "${2:-}" = boot ]; then
    work=$1
    root=$work/machine/root
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$work/machine"
    mkdir "$work/machine/upper" "$work/machine/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$work/machine/upper,workdir=$work/machine/work" "$root" || exit 77
    cp "$work"/packages/loom-servers_*.deb "$root/tmp/loom-servers.deb"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/run"
    mount --rbind /dev "$root/dev"
    mount -t sysfs sysfs "$root/sys" || exit 77
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" || exit 77
    mkdir -p "$root/said"
    mount --bind "$work/said" "$root/said"

    units=$root/etc/systemd/system
    # There is no network to wait for, and nothing of a machine to begin.
    ln -sf /dev/null "$units/network-online.target"
    for unit in loom-server.service loom-bootstrap-server.service loom-server-http.socket; do
        mkdir -p "$units/$unit.d"
        printf '[Unit]\nDefaultDependencies=no\n' >"$units/$unit.d/test.conf"
    done
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sh /said/script\n' >"$units/loom-test.service"
    printf '[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service loom-test.service\n' >"$units/loom-test.target"

    cd "$root"
    mkdir -p old
    pivot_root . old
    cd /
    umount -l /old
    ip link set lo up
    export PATH=/usr/sbin:/usr/bin:/sbin:/bin
    dpkg -i /tmp/loom-servers.deb >/said/dpkg 2>&1
    for file in server bootstrap; do
        printf '[endpoint one]\nidentity = one\nkey = 000102030405060708090a0b0c0d0e0f\n' >/etc/loom/$file.ini
        chown root:_loom /etc/loom/$file.ini
        chmod 640 /etc/loom/$file.ini
    done
    echo "http = http://127.0.0.1:8080" >>/etc/loom/loom-server.conf
    exec /lib/systemd/systemd --system --unit=loom-test.target
fi

# ---- outside -----------------------------------------------------------------------------------------

need unshare dpkg systemctl journalctl ip pivot_root
[ "$(id -u)" -eq 0 ] || { echo "skipped: only root can boot another system"; exit 77; }
[ -x /lib/systemd/systemd ] || { echo "skipped: no systemd"; exit 77; }
work=$(cd "$1" && pwd)
rm -rf "$work/machine" "$work/said"
mkdir "$work/machine" "$work/said"

cat >"$work/said/script" <<'END'
cd /said
# what STATUS: remembers that a step went wrong
good() {
    "$@" >>log 2>&1 || echo "$*" >>wrong
}
trap 'touch done; sync; systemctl poweroff --force --force' EXIT
good timeout 60 systemctl start loom-server loom-bootstrap-server
systemctl show loom-server -p StatusText -p MainPID -p User >shown
good loomctl health
# Whoever is killed comes back.
before=$(systemctl show loom-server -p MainPID --value)
kill -9 "$before"
until loomctl health >/dev/null 2>&1 && [ "$(systemctl show loom-server -p MainPID --value)" != "$before" ]; do
    [ "$((tries = tries + 1))" -lt 200 ] || break
    sleep 0.1
done
good loomctl health
good systemctl reload loom-server
echo "[endpoint" >>/etc/loom/server.ini
good systemctl reload loom-server
until journalctl -u loom-server -p err -o cat --no-pager 2>/dev/null | grep -q reload-refused; do
    [ "$((tries = tries + 1))" -lt 400 ] || break
    sleep 0.1
done
journalctl -u loom-server -p err -o cat --no-pager >errors 2>/dev/null
# A socket of systemd's stays open while the server starts again.
sed -i 's|^http = .*|http = http://systemd:http|' /etc/loom/loom-server.conf
sed -i '$d' /etc/loom/server.ini
good systemctl stop loom-server
good systemctl start loom-server-http.socket
good loomctl health
good systemctl restart loom-server
good loomctl health
good systemctl stop loom-server-http.socket
good systemctl stop loom-server loom-bootstrap-server
systemctl show loom-server -p Result -p ExecMainStatus >ended
ls -ld /var/lib/loom/server /var/lib/loom/server/loom.db >folder
END

status=0
timeout -k 5 300 unshare --fork --pid --kill-child --mount --uts --ipc --cgroup --net \
    "$0" "$work" boot >"$work/said/boot" 2>&1 || status=$?
if [ ! -e "$work/said/dpkg" ]; then
    echo "skipped: no other system can be booted here: $(tail -1 "$work/said/boot")"
    exit 77
fi
[ -e "$work/said/done" ] || { cat "$work/said/boot" "$work/said/dpkg"; fail "systemd did not come so far: $status"; }
[ ! -e "$work/said/wrong" ] || { cat "$work/said/log"; fail "what went wrong: $(cat "$work/said/wrong")"; }
grep -qx 'StatusText=Listening' "$work/said/shown" || fail "it does not say what it does: $(cat "$work/said/shown")"
grep -qx 'User=_loom' "$work/said/shown" || fail "it runs as somebody else"
grep -q '/etc/loom/server.ini:4:' "$work/said/errors" || fail "the journal has no error with its place: $(cat "$work/said/errors")"
! grep -q 'reloaded' "$work/said/errors" || fail "what is no error has its level"
grep -qx 'Result=success' "$work/said/ended" || fail "it does not end well: $(cat "$work/said/ended")"
grep -q '^drwx------.* _loom _loom .* /var/lib/loom/server$' "$work/said/folder" || fail "whose the state is: $(cat "$work/said/folder")"
grep -q '^-rw-------' "$work/said/folder" || fail "others read the store: $(cat "$work/said/folder")"
