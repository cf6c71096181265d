# SPDX-License-Identifier: Apache-2.0
# The date of all files in the packages, so that who makes them again gets the same bytes: what
# SOURCE_DATE_EPOCH says, else that of the last commit, else that of the changelog.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    execute_process(COMMAND git -C "${CPACK_LOOM_SOURCE_DIR}" log -1 --format=%ct
        OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT date)
        file(TIMESTAMP "${CPACK_LOOM_SOURCE_DIR}/CHANGELOG.md" date "%s" UTC)
    endif()
    set(ENV{SOURCE_DATE_EPOCH} "${date}")
endif()
