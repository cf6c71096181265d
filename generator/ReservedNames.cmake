# SPDX-License-Identifier: Apache-2.0
#
# Writes the identifiers of the runtime's headers that generated code includes: no symbol of an object
# may be one of them. Run as
#   cmake -DHEADERS=a.h,b.h -DOUTPUT=file.c -P ReservedNames.cmake

string(REPLACE "," ";" HEADERS "${HEADERS}")

set(names "")
foreach(header IN LISTS HEADERS)
    file(READ "${header}" text)
    string(REGEX MATCHALL "(loom|LOOM)_[A-Za-z0-9_]*[A-Za-z0-9]" found "${text}")
    list(APPEND names ${found})
endforeach()
list(REMOVE_DUPLICATES names)
list(SORT names)
list(JOIN names "\",\n    \"" rows)

file(WRITE "${OUTPUT}"
"/* Identifiers of the runtime, made by ReservedNames.cmake. */
#include \"names.h\"

const char *const loomc_reserved[] = {
    \"${rows}\",
};

const size_t loomc_reserved_count = sizeof(loomc_reserved) / sizeof(loomc_reserved[0]);
")
