#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: build_meson.sh PREFIX EXAMPLE WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need meson ninja
fresh_copy "$2" "$3"
export PKG_CONFIG_PATH="$1/lib/pkgconfig"
meson setup "$3/build" "$3/source" >"$3/log" 2>&1 || { cat "$3/log"; exit 1; }
ninja -C "$3/build" >"$3/log" 2>&1 || { cat "$3/log"; exit 1; }
expect "$lamp" "$3/build/lamp"
