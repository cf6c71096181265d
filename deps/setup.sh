#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install the Debian packages that Loom needs to be built and tested. Does nothing, at once, when
# all are there. docs/dependencies.md says what each is for.
#
# usage: setup.sh [--list]
#   --list  print the names of the packages and stop
set -eu

packages="
    build-essential cmake ninja-build pkg-config
    libxml2-dev libcriterion-dev
    clang clang-format libclang-rt-14-dev libxml2-utils
    gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm valgrind python3
    meson fakeroot file dpkg-dev bzip2 xz-utils patch ca-certificates"

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=deps/packages.sh
. "$here/packages.sh"

if [ "${1-}" = --list ]; then
    # shellcheck disable=SC2086 # one name a line
    printf '%s\n' $packages
    exit 0
fi
# shellcheck disable=SC2086 # the names are words
install_packages $packages
