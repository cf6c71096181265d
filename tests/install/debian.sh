#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian packages, installs them into a root of their own, and builds a product with them.
#
# usage: debian.sh CPACK BUILD_DIR SOURCE_DIR EXAMPLE WORK
set -eu
umask 002 # what is packed does not depend on it

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need dpkg dpkg-deb dpkg-shlibdeps
build=$2 source=$3
fresh_copy "$4" "$5"
work=$(cd "$5" && pwd)

# pack CPACK DIRECTORY
pack() {
    "$1" --config "$build/CPackConfig.cmake" -G DEB -B "$work/$2" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
}
pack "$1" packages

# field NAME FIELD: of a package's control file
field() {
    dpkg-deb --field "$work"/packages/"$1"_*.deb "$2"
}

version=$(field loomc Version)
for name in loomc libloom-dev loom-servers loom-client; do
    dpkg-deb --contents "$work"/packages/"$name"_*.deb >"$work/contents"
    grep -q "/usr/share/doc/$name/copyright" "$work/contents" || fail "$name: no copyright file"
    grep -q "/usr/share/doc/$name/changelog.gz" "$work/contents" || fail "$name: no changelog"
    ! grep -q '/man1/.*[.]1$' "$work/contents" || fail "$name: a manual is not compressed"
    field "$name" Homepage | grep -q '^https://' || fail "$name: no homepage"
    [ "$(field "$name" Description | grep -c '^ [^ ]')" -ge 2 ] || fail "$name: no description"
    [ "$(field "$name" Version)" = "$version" ] || fail "$name: not version $version"
done
field loomc Depends | grep -q libxml2 || fail "loomc does not depend on libxml2"
field libloom-dev Depends | grep -qF "loomc (= $version)" || fail "libloom-dev takes any loomc"
for name in loom-servers loom-client; do
    field "$name" Depends | grep -q libc6 || fail "$name does not depend on libc6"
done

# Who makes them again has the same packages, whatever the time and the folder.
unset SOURCE_DATE_EPOCH
pack "$1" again
for package in "$work"/packages/*.deb; do
    cmp -s "$package" "$work/again/${package##*/}" || fail "${package##*/} is another one each time it is made"
done

# dpkg wants to be root, or to believe it. What the packages depend on is in the real root.
root=$work/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
: >"$root/var/lib/dpkg/status"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    need fakeroot
    as_root="fakeroot --"
fi
# shellcheck disable=SC2086 # words, or nothing
PATH=$PATH:/usr/sbin:/sbin $as_root dpkg --root="$root" --log=/dev/null --force-depends \
    --force-script-chrootless -i "$work"/packages/*.deb >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}

"$root/usr/bin/loomc" --version | grep -qF "$version" || fail "loomc does not tell its version"
"$root/usr/bin/loom-server" --version >/dev/null
"$root/usr/bin/loom-bootstrap-server" --version >/dev/null
"$root/usr/bin/loom-client" --version >/dev/null

# No folder of this machine stands in anything.
if grep -raloF -e "$source/" -e "$build/" "$root/usr"; then
    fail "the folder of the sources or of the build stands in the files above"
fi
unset MAKEFLAGS MFLAGS MAKELEVEL
PKG_CONFIG_PATH=$root/usr/lib/pkgconfig make -C "$work/source" >/dev/null
expect "$doorbell" "$work/source/doorbell"
