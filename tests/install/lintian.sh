#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Debian's policy, as far as lintian knows it. packaging/debian/overrides/ says what is otherwise, and why.
#
# usage: lintian.sh WORK
set -eu

# shellcheck source=tests/install/support.sh
. "$(dirname "$0")/support.sh"

need lintian
# As root it says that it should not be.
if ! lintian --fail-on error,warning "$1"/packages/*.deb >"$1/lintian" 2>&1; then
    cat "$1/lintian" >&2
    fail "lintian has complaints"
fi
