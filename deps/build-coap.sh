#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Build libcoap on mbedTLS, both static, into a private prefix.
#
# usage: build-coap.sh [newer|stable]
#
#   newer   (default) libcoap >= 4.3.5 on mbedTLS 3.6, from Debian's newer source packages; where
#           these cannot be had, the same as `stable`, with a notice
#   stable  libcoap 4.3.1 on the libmbedtls-dev of this system (2.28 in Debian 12)
#
# The prefix is $LOOM_DEPS, or .deps/ in the source tree. It keeps what was fetched in cache/ and a
# stamp, so that a second run is done at once. Where the source archives come from:
#
#   1. $SOURCES, a directory that you have put them into: under Debian's names (below), or those of
#      the projects' own releases, such as mbedtls-3.6.6.tar.bz2 and libcoap-4.3.5.tar.gz
#   2. on Debian, the package sources of this machine's apt, which checks them against its signed index
#   3. elsewhere, $MIRROR, the address of a mirror of Debian: what has pool/ and dists/ in it
#
# What has one of Debian's names is checked against the checksums below, so it does not matter who has
# passed it on. Nothing is installed outside of the prefix, except libmbedtls-dev for `stable`, and no
# root rights are needed, except for that.
set -euo pipefail

# Checksums of what this script was written with. A newer file that Debian's signed index vouches
# for is taken too, with a notice; another content under one of these names is refused.
readonly mbedtls_file=mbedtls_3.6.6.orig.tar.bz2
readonly mbedtls_sum=8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a
readonly newer_file=libcoap3_4.3.5.orig.tar.bz2
readonly newer_sum=a332b682ceacef4c3130b2fb17851db02020c3f64b8a562c1ffd8d9b8a9320d4
readonly stable_file=libcoap3_4.3.1.orig.tar.bz2
readonly stable_sum=7c3601c3235d5d7aea4118c79f6ed3a186da7802bf944e3449128e5b312adfe3
# Debian 13 ships 4.3.4 with security fixes that 4.3.5 lacks.
readonly fixes_file=libcoap3_4.3.4-1.1+deb13u3.debian.tar.xz
readonly fixes_sum=4c225353780fe616013c67bd65307c08aa0d423111520cbad1f89596b32ba471
readonly fixes=(CVE-2025-59391 CVE-2025-34468 CVE-2026-29013)

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deps/packages.sh
. "$here/packages.sh"

say() {
    echo "$*"
    echo "$*" >&3
}
notice() { say "notice: $*"; }

# ---- Fetching ------------------------------------------------------------------------------------

# matches FILE SUM
matches() { [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status; }

# is_debian: whether this machine's apt has Debian's own suites. Derivatives have suites of their own.
is_debian() {
    command -v apt-get >/dev/null && [ "$(. /etc/os-release && echo "${ID:-}")" = debian ]
}

# download URL FILE: by whatever this system has
download() {
    if command -v curl >/dev/null; then
        curl -fsSL --retry 2 -o "$2" "$1"
    elif command -v wget >/dev/null; then
        wget -q -O "$2" "$1"
    elif [ -x /usr/lib/apt/apt-helper ]; then
        /usr/lib/apt/apt-helper download-file "$1" "$2"
    elif command -v python3 >/dev/null; then
        python3 -c 'import sys, urllib.request as r; r.urlretrieve(*sys.argv[1:])' "$1" "$2"
    else
        notice "neither curl nor wget here"
        return 1
    fi
}

# from_sources PINNED_FILE PINNED_SUM: sets $fetched to a file of $SOURCES, if there is one
from_sources() {
    local pattern file
    [ -n "${SOURCES:-}" ] || return 1
    if matches "$SOURCES/$1" "$2"; then
        fetched=$SOURCES/$1
        return 0
    fi
    case $1 in
    *.debian.tar.*) return 1 ;;
    mbedtls_*) pattern='mbedtls-3.6.*.tar.*' ;;
    "$newer_file") pattern='libcoap-4.3.[5-9]*.tar.*' ;;
    *) pattern='libcoap-4.3.1*.tar.*' ;;
    esac
    file=$(find "$SOURCES" -maxdepth 1 -name "$pattern" | sort -V | tail -n 1)
    [ -n "$file" ] || return 1
    say "using $file, as you gave it"
    fetched=$file
}

# from_mirror PACKAGE PINNED_FILE PINNED_SUM: sets $fetched to a file that is verified
from_mirror() {
    local section=${1:0:1} url
    [[ $1 != lib* ]] || section=${1:0:4}
    if [ -z "${MIRROR:-}" ]; then
        notice "name a mirror of Debian with MIRROR=URL, or a directory that has $2 with SOURCES=DIR"
        return 1
    fi
    url=$MIRROR/pool/main/$section/$1/$2
    say "getting $url"
    if download "$url" "$cache/$2.part" && matches "$cache/$2.part" "$3"; then
        mv "$cache/$2.part" "$cache/$2"
        return 0
    fi
    rm -f "$cache/$2.part"
    notice "cannot get $url; put $2 into a directory of yours, and name that with SOURCES=DIR"
    return 1
}

# A root for apt of our own: source packages of three suites, and nothing of the system's touched.
# The address is the one that this machine's apt already uses for its own suite.
prepare_apt() {
    [ -z "${apt_options+set}" ] || return 0
    local codename uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mkdir -p "$work/apt/lists/partial" "$work/apt/system-lists/partial" \
        "$work/apt/cache/archives/partial"
    uri=$(uri_of "$codename")
    if [ -z "$uri" ]; then
        # No index on this machine yet: read one into the private root, for the address alone.
        local fresh=(-o "Dir::State::Lists=$work/apt/system-lists" -o APT::Sandbox::User=root)
        apt-get -q "${fresh[@]}" update || true
        uri=$(uri_of "$codename" "${fresh[@]}")
    fi
    if [ -z "$uri" ]; then
        notice "the package sources of this machine cannot be reached"
        return 1
    fi
    {
        echo "Types: deb-src"
        echo "URIs: $uri"
        echo "Suites: bookworm trixie sid"
        echo "Components: main"
        [ ! -f "$keyring" ] || echo "Signed-By: $keyring"
    } >"$work/apt/loom.sources"
    # An index past its date is good enough: what is taken from it is never older than the checksums
    # above, and a mirror that has stood still for a while would otherwise give nothing.
    apt_options=(
        -o "Dir::Etc::SourceList=$work/apt/loom.sources" -o Dir::Etc::SourceParts=-
        -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache"
        -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2
        -o Acquire::Check-Valid-Until=false
        -o APT::Get::AllowUnauthenticated=false -o Acquire::AllowInsecureRepositories=false)
    # One suite out of reach does not matter as long as the others have what is wanted.
    apt-get -q "${apt_options[@]}" update || true
}

# uri_of CODENAME [APT_OPTION...]
uri_of() {
    local codename=$1
    shift
    apt-get "$@" indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" '$1 == codename && !found { print $2; found = 1 }'
}

# candidates PACKAGE VERSION_PATTERN FILE_PATTERN PINNED_FILE: lines `version file`, best first:
# the pinned file, then newer ones
candidates() {
    apt-cache "${apt_options[@]}" showsrc --only-source "$1" |
        awk -v versions="$2" -v files="$3" '
            /^[^ ]/ { listing = 0 }
            /^Version:/ { version = $2 }
            /^Checksums-Sha256:/ { listing = 1 }
            listing && version ~ versions && $3 ~ files { print version, $3 }' |
        sort -u | sort -k1,1Vr |
        awk -v pinned="$4" '
            $2 == pinned && !have { first = $0; have = 1; next }
            !have { rest = rest $0 "\n" }
            END { if (have) print first; printf "%s", rest }'
}

# fetch PACKAGE VERSION_PATTERN PINNED_FILE PINNED_SUM: sets $fetched to a file that is verified
fetch() {
    local package=$1 pattern=$2 pinned=$3 sum=$4 version file kind=tar files='[.]orig[.]tar[.]'
    from_sources "$pinned" "$sum" && return 0
    fetched=$cache/$pinned
    if matches "$fetched" "$sum"; then
        return 0
    fi
    if ! is_debian; then
        from_mirror "$package" "$pinned" "$sum"
        return
    fi
    case $pinned in
    *.debian.tar.*) kind=diff files='[.]debian[.]tar[.]' ;;
    esac
    prepare_apt || return 1
    while read -r version file; do
        say "getting $file"
        rm -f "$cache/$file"
        (cd "$cache" && apt-get -q "${apt_options[@]}" source --download-only "--$kind-only" \
            "$package=$version") || continue
        fetched=$cache/$file
        [ -f "$fetched" ] || continue
        if [ "$file" != "$pinned" ]; then
            notice "$file is newer than this script; taken as signed by Debian's index"
            return 0
        fi
        if matches "$fetched" "$sum"; then
            return 0
        fi
        notice "$file is not what it was when this script was written: refused"
        rm -f "$fetched"
    done < <(candidates "$package" "$pattern" "$files" "$pinned")
    notice "apt cannot get $pinned or a newer one; is this machine offline?"
    return 1
}

# unpack FILE DIRECTORY
unpack() {
    rm -rf "$2"
    mkdir -p "$2"
    tar -xf "$1" -C "$2" --strip-components=1
}

# ---- Building ------------------------------------------------------------------------------------

# build NAME CMAKE_OPTION...: configure, build and install $work/NAME
build() {
    local name=$1
    shift
    say "building $name"
    # Hidden: Criterion loads libgit2, and that Debian's own mbedTLS, which must not bind to these.
    # Messages of these libraries name their source files: not where those were once.
    cmake -G Ninja -S "$work/$name" -B "$work/build-$name" -Wno-dev \
        "-DCMAKE_C_FLAGS=${CFLAGS:-} \"-ffile-prefix-map=$prefix/=\" \"-ffile-prefix-map=$work/=\"" \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_VISIBILITY_PRESET=hidden -DCMAKE_POSITION_INDEPENDENT_CODE=ON "$@"
    cmake --build "$work/build-$name"
    cmake --install "$work/build-$name"
}

build_libcoap() {
    build libcoap -DBUILD_SHARED_LIBS=OFF -DENABLE_DTLS=ON -DDTLS_BACKEND=mbedtls \
        -DENABLE_DOCS=OFF -DENABLE_TESTS=OFF -DENABLE_EXAMPLES=OFF
}

# Options in the installed header itself, as Debian does: libcoap's build does not pass a
# MBEDTLS_USER_CONFIG_FILE on, and these change the size of structs. LwM2M wants keys of 64 bytes.
# A record has at most what a datagram without fragments has; two buffers of 16 KiB for each session
# would be ten times of all the rest. What a ClientHello does to a session is libcoap's business.
configure_mbedtls() {
    local option config=$work/mbedtls/include/mbedtls/mbedtls_config.h
    for option in MBEDTLS_THREADING_C MBEDTLS_THREADING_PTHREAD; do
        sed -i "s|^//\(#define $option\)\$|\1|" "$config"
        grep -qx "#define $option" "$config"
    done
    for option in 'MBEDTLS_PSK_MAX_LEN 64' 'MBEDTLS_SSL_IN_CONTENT_LEN 1536' \
        'MBEDTLS_SSL_OUT_CONTENT_LEN 1536'; do
        sed -i "s|^//#define ${option% *} .*|#define $option|" "$config"
        grep -qx "#define $option" "$config"
    done
    sed -i 's|^#define MBEDTLS_SSL_DTLS_CLIENT_PORT_REUSE$|//&|' "$config"
    grep -qx '//#define MBEDTLS_SSL_DTLS_CLIENT_PORT_REUSE' "$config"
}

apply_fixes() {
    local fix patch_file
    if ! fetch libcoap3 '^4[.]3[.]4-' "$fixes_file" "$fixes_sum"; then
        notice "libcoap is built without ${fixes[*]}"
        return 0
    fi
    unpack "$fetched" "$work/debian"
    for fix in "${fixes[@]}"; do
        patch_file=$work/debian/patches/$fix.patch
        if patch -d "$work/libcoap" -p1 -f -s --dry-run <"$patch_file"; then
            patch -d "$work/libcoap" -p1 -f -s <"$patch_file"
            say "applied $fix"
        elif ! patch -d "$work/libcoap" -p1 -f -s -R --dry-run <"$patch_file"; then
            notice "the fix for $fix does not apply"
        fi
    done
}

# apply_patches VERSION: our own (docs/dependencies.md). Each builds on those before it.
apply_patches() {
    local patch_file
    for patch_file in "$here/patches/libcoap-$1"/*.patch; do
        if ! patch -d "$work/libcoap" -p1 -f -s --dry-run <"$patch_file"; then
            notice "${patch_file##*/} does not apply: libcoap is built without it and what follows"
            return 0
        fi
        patch -d "$work/libcoap" -p1 -f -s <"$patch_file"
        say "applied ${patch_file##*/}"
    done
}

newer() {
    fetch mbedtls '^3[.]6[.]([6-9]|[1-9][0-9])' "$mbedtls_file" "$mbedtls_sum"
    unpack "$fetched" "$work/mbedtls"
    fetch libcoap3 '^4[.]3[.]([5-9]|[1-9][0-9])' "$newer_file" "$newer_sum"
    unpack "$fetched" "$work/libcoap"
    apply_fixes
    apply_patches 4.3.5
    configure_mbedtls
    build mbedtls -DENABLE_TESTING=OFF -DENABLE_PROGRAMS=OFF -DGEN_FILES=OFF
    build_libcoap
    grep -q "$prefix/lib/libmbedtls.a" "$prefix/lib/cmake/libcoap/libcoapTargets.cmake"
}

stable() {
    if ! [ -e /usr/include/mbedtls/version.h ]; then
        is_debian || return 1
        may_be_root libmbedtls-dev
        apt update || true
        install_packages libmbedtls-dev
    fi
    fetch libcoap3 '^4[.]3[.]1-' "$stable_file" "$stable_sum"
    unpack "$fetched" "$work/libcoap"
    apply_patches 4.3.1
    build_libcoap
    grep -q libmbedtls "$prefix/lib/cmake/libcoap/libcoapTargets.cmake"
}

# attempt FLAVOUR: sets $status. Not for use in a condition, where `set -e` would be without effect.
attempt() {
    rm -rf "$work" "$prefix/include" "$prefix/lib"
    mkdir -p "$work"
    set +e
    (
        set -e
        "$1"
    ) >>"$log" 2>&1
    status=$?
    set -e
}

# What was built, from the files that a build with it reads.
versions() {
    local headers=$prefix/include
    [ -d "$headers/mbedtls" ] || headers=/usr/include
    echo "libcoap $(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")/\1/p' \
        "$prefix/lib/cmake/libcoap/libcoapConfigVersion.cmake")" \
        "on mbedTLS $(cat "$headers"/mbedtls/{build_info,version}.h 2>/dev/null |
            sed -n 's/^#define MBEDTLS_VERSION_STRING  *"\(.*\)"/\1/p')"
}

# ---- The run -------------------------------------------------------------------------------------

exec 3>&1
flavour=${1:-newer}
case $flavour in
newer | stable) ;;
*)
    echo "usage: ${0##*/} [newer|stable]" >&2
    exit 2
    ;;
esac
for tool in cmake ninja cc patch bzip2 xz; do
    command -v "$tool" >/dev/null || {
        echo "error: $tool is missing; deps/setup.sh installs what is needed" >&2
        exit 1
    }
done

prefix=${LOOM_DEPS:-$here/../.deps}
mkdir -p "$prefix/cache"
prefix=$(cd "$prefix" && pwd)
cache=$prefix/cache
work=$prefix/work
log=$prefix/build.log
stamp=$prefix/stamp

# Two runs at once would spoil the prefix; BusyBox's flock cannot wait for a time.
exec 9>"$prefix/lock"
! command -v flock >/dev/null || flock 9

# The prefix stands in the stamp since installed CMake files name it: a moved tree builds again.
wanted="$flavour $prefix ${SOURCES:-} $(cat "${BASH_SOURCE[0]}" "$here"/patches/*/*.patch | sha256sum)"
if [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$wanted" ]; then
    tail -n +2 "$stamp"
    exit 0
fi
rm -f "$stamp"
: >"$log"

remark=
attempt "$flavour"
if [ "$status" -ne 0 ] && [ "$flavour" = newer ]; then
    notice "libcoap >= 4.3.5 on mbedTLS 3.6 cannot be had (see $log);"
    notice "falling back to libcoap 4.3.1 on this system's mbedTLS: no Connection ID, no OSCORE"
    remark="notice: this is the fallback; for another try at the newer pair: rm $stamp"
    cp "$log" "$prefix/build-newer.log"
    attempt stable
fi
if [ "$status" -ne 0 ]; then
    reason=$(grep '^notice:' "$log" | tail -n 1)
    if grep -q '^building' "$log"; then
        tail -n 25 "$log" >&2
        reason=
    fi
    echo "error: libcoap could not be built${reason:+: ${reason#notice: }}; the whole log is $log" >&2
    exit 1
fi

rm -rf "$work"
printf '%s\n%s in %s\n%s' "$wanted" "$(versions)" "$prefix" "${remark:+$remark$'\n'}" >"$stamp"
tail -n +2 "$stamp"
