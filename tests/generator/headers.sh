#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No header of a model hides one of the system, whatever the object is called and whatever the prefix:
# here objects have the names of the headers that this machine has.
#
# usage: headers.sh LOOMC SOURCE-DIR
set -eu

loomc=${1:?usage: headers.sh LOOMC SOURCE-DIR}
source=${2:?usage: headers.sh LOOMC SOURCE-DIR}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Where the compilers look, in C and in C++: the names of files there, and of files of the runtime.
for language in c c++; do
    echo | gcc -x "$language" -E -v - 2>&1 >/dev/null | sed -n 's/^ \(\/.*\)/\1/p'
done | sort -u > "$work/folders"
while read -r folder; do
    [ -d "$folder" ] && find "$folder" -maxdepth 1 -type f
done < "$work/folders" | sed 's|.*/||' | sort -u > "$work/headers"
for header in limits.h features.h stdint.h math.h signal.h poll.h; do
    grep -qx "$header" "$work/headers" || fail "$header is not found"
done
find "$source/runtime/include" -name '*.h' -exec basename {} \; >> "$work/headers"

id=26241
mkdir "$work/models"
# A prefix and an object can be the name of a header together, as thread and db.
prefixes="thread stdio arm mm nl re proc"
for prefix in $prefixes; do
    sed -n "s/^${prefix}_//p" "$work/headers"
done > "$work/ends"
sed 's/\.h$//; s/[^A-Za-z0-9]/ /g' "$work/headers" "$work/ends" | sort -u > "$work/names"
while read -r name; do
    cat > "$work/models/$id.xml" <<END
<LWM2M><Object ObjectType="MODefinition"><Name>$name</Name><Description1/><ObjectID>$id</ObjectID><ObjectURN/>
<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Resources><Item ID="0"><Name>Value</Name>
<Operations>RW</Operations><MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Type>Integer</Type>
<RangeEnumeration/><Units/><Description/></Item></Resources><Description2/></Object></LWM2M>
END
    id=$((id + 1))
done < "$work/names"

for prefix in loom $prefixes; do
    "$loomc" -o "$work/$prefix" --prefix "$prefix" "$work"/models/*.xml 2> /dev/null ||
        "$loomc" -o "$work/$prefix" --prefix "$prefix" "$work"/models/*.xml
    ls "$work/$prefix" | sort > "$work/made"
    sort -u "$work/headers" > "$work/there"
    hidden=$(comm -12 "$work/made" "$work/there")
    [ -z "$hidden" ] || fail "with the prefix $prefix these hide headers of the system: $hidden"
done
case $(ls "$work/loom" | wc -l) in
?|??) fail "hardly anything was made" ;;
esac

# And a program sees the headers that it asks for.
cat > "$work/main.c" <<'END'
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "loom_limits.h"
int32_t check[INT_MAX > 0 && SIGTERM > 0 && POLLIN > 0 ? 1 : -1];
END
cat > "$work/main.cpp" <<'END'
#include <climits>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "loom_limits.h"
std::vector<std::string> check(std::numeric_limits<int>::max() > 0 ? 1 : 2);
END
warnings="-Wall -Wextra -Wpedantic -Werror"
# shellcheck disable=SC2086
gcc -std=c99 $warnings -D_POSIX_C_SOURCE=200809L "-I$work/loom" "-I$source/runtime/include" -fsyntax-only "$work/main.c"
if command -v g++ > /dev/null; then
    # shellcheck disable=SC2086
    g++ -std=c++17 $warnings "-I$work/loom" "-I$source/runtime/include" -fsyntax-only "$work/main.cpp"
else
    echo "not compiled as C++: g++ is not installed"
fi
echo "compared $(wc -l < "$work/headers") headers"
