#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install what Loom needs to be built and tested. Does nothing, at once, when all is there, wherever
# it has come from. docs/dependencies.md says what each is for.
#
# usage: setup.sh [build|test] [--list|--missing]
#
#   build      what building needs
#   test       (default) that, and what tests need. A tool that tests need and this system does not
#              have is reported; those tests are skipped.
#   --list     print the names of the Debian packages and stop
#   --missing  print the names of those whose tools are not there and stop
set -eu
trap 'exit 130' INT

# The tool, or what is looked for, and Debian's package of it.
readonly build_needs="
cc build-essential
c++ build-essential
make build-essential
cmake cmake
ninja ninja-build
pkg-config pkg-config
library:libxml-2.0 libxml2-dev
library:libmicrohttpd libmicrohttpd-dev
library:sqlite3 libsqlite3-dev
library:libpq libpq-dev
library:jansson libjansson-dev
patch patch
bzip2 bzip2
xz xz-utils
certificates ca-certificates"
readonly test_needs="
library:criterion libcriterion-dev
clang clang
clang-format clang-format
fuzzer libclang-rt-dev
xmllint libxml2-utils
arm-none-eabi-gcc gcc-arm-none-eabi
newlib libnewlib-arm-none-eabi
qemu-system-arm qemu-system-arm
valgrind valgrind
python3 python3
python:jsonschema python3-jsonschema
postgres postgresql
chromedriver chromium-driver
meson meson
fakeroot fakeroot
file file
dpkg-shlibdeps dpkg-dev
lintian lintian"

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=deps/packages.sh
. "$here/packages.sh"

# has TOOL
has() {
    case $1 in
    library:*) pkg-config --exists "${1#library:}" 2>/dev/null ;;
    certificates) ls /etc/ssl/certs/*.crt /etc/ssl/cert.pem 2>/dev/null | grep -q . ;;
    fuzzer)
        echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' |
            clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null
        ;;
    python:*) python3 -c "import ${1#python:}" 2>/dev/null || /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null ;;
    postgres) command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 ;;
    newlib) [ -e "$(arm-none-eabi-gcc -print-file-name=libc.a 2>/dev/null)" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# missing tool|package NEED...: of what is not there, each once
missing() {
    field=$1
    shift
    while [ $# -gt 0 ]; do
        # shellcheck disable=SC2016 # awk's
        has "$1" || if [ "$field" = tool ]; then echo "$1"; else echo "$2"; fi
        shift 2
    done | awk '!seen[$0]++'
}

# words LINE...: on one line, without a space at the end
words() { echo "$@"; }

what=test
action=install
for argument in "$@"; do
    case $argument in
    build | test) what=$argument ;;
    --list | --missing) action=${argument#--} ;;
    *)
        echo "usage: ${0##*/} [build|test] [--list|--missing]" >&2
        exit 2
        ;;
    esac
done

needs=$build_needs
[ "$what" = build ] || needs="$build_needs $test_needs"
# shellcheck disable=SC2086 # words, here and below
case $action in
list)
    printf '%s %s\n' $needs | awk '!seen[$2]++ { print $2 }'
    exit 0
    ;;
missing)
    missing package $needs
    exit 0
    ;;
esac

# shellcheck disable=SC2086
wanted=$(missing package $needs)
if [ -z "$wanted" ]; then
    echo "all tools are installed"
    exit 0
fi

# install: what can be had of $wanted; fails, with a sentence, where nothing can be tried
install() {
    # shellcheck disable=SC2086
    may_be_root $(words $wanted) || return 1
    echo "to install: $(words $wanted)"
    # An index that cannot be refreshed may still be good enough for what is missing.
    apt -o APT::Update::Error-Mode=any update || refreshed=no
    to_install=
    for package in $wanted; do
        if has_package "$package"; then
            to_install="$to_install $package"
        fi
    done
    [ -n "$to_install" ] || return 0
    # An installation that was cut off, perhaps by Ctrl-C in this one, would be in the way.
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a || true
    # shellcheck disable=SC2086
    install_packages $to_install && return 0
    # One package that cannot be installed must not cost the others.
    [ "$reason" = other ] || return 1
    for package in $to_install; do
        try_install "$package" || echo "cannot install $package"
    done
    # shellcheck disable=SC2086
    [ -z "$(missing tool $build_needs)" ]
}

refreshed=yes
if has_apt && ! install; then
    # What tests need can be done without.
    # shellcheck disable=SC2086
    [ -z "$(missing tool $build_needs)" ] || exit 1
fi

# What is not there now is not to be had.
# shellcheck disable=SC2086
without=$(words $(missing tool $build_needs))
if [ -n "$without" ]; then
    if [ "$refreshed" = no ]; then
        # shellcheck disable=SC2086
        echo "error: the package sources of this machine cannot be reached, and these packages are" \
            "missing: $(words $(missing package $build_needs))" >&2
    elif has_apt; then
        # shellcheck disable=SC2086
        echo "error: apt here has no package for what the build needs: $(words $(missing package $build_needs))" >&2
    else
        echo "error: the build needs $without;" \
            "docs/building.md has the names of their packages on other systems" >&2
    fi
    exit 1
fi
if [ "$what" = test ]; then
    # shellcheck disable=SC2086
    without=$(words $(missing tool $test_needs))
    [ -z "$without" ] || echo "notice: no $without here: tests that need it are skipped"
fi
