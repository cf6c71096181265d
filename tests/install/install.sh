#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the build into a prefix, and moves that: no path of it may stand in any file.
#
# usage: install.sh CMAKE BUILD_DIR PREFIX
set -eu

rm -rf "$3" "$3.first"
"$1" --install "$2" --prefix "$3.first" >/dev/null
if grep -rIlF -e "$3.first" "$3.first"; then
    echo "error: the prefix stands in the files above" >&2
    exit 1
fi
mv "$3.first" "$3"
