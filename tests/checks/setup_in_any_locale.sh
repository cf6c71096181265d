#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The scripts of deps/ read what apt says, so that it has to be English, whatever the user speaks. Here apt is a
# stub that speaks German to those who do not ask for English.
#
# usage: setup_in_any_locale.sh SOURCE_DIR
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/apt-cache" <<'END'
#!/bin/sh
case ${LC_ALL-} in C*) echo "  Candidate: 1.0" ;; *) echo "  Installationskandidat: 1.0" ;; esac
END
cat >"$work/apt-get" <<'END'
#!/bin/sh
case ${LC_ALL-} in C*) echo "E: Could not resolve 'mirror'" ;; *) echo "E: mirror wurde nicht gefunden" ;; esac
exit 100
END
chmod +x "$work/apt-cache" "$work/apt-get"
ln -s /usr/bin/env "$work/sudo"
PATH=$work:$PATH
export PATH LC_ALL=de_DE.UTF-8

# shellcheck source=deps/packages.sh
. "$1/deps/packages.sh"
has_package cmake || { echo "error: a package is not found in a German locale" >&2; exit 1; }
try_install cmake >"$work/said" && exit 1
[ "$reason" = network ] || { echo "error: a network that is not there is not seen in a German locale: $reason" >&2; exit 1; }
