# SPDX-License-Identifier: Apache-2.0
# The target `api-docs`: the public headers as HTML in BUILD/api-docs, by Doxygen. Nothing else needs
# Doxygen, so without it the target says that it was skipped.

find_program(LOOM_DOXYGEN NAMES doxygen)
mark_as_advanced(LOOM_DOXYGEN)
if(NOT LOOM_DOXYGEN)
    add_custom_target(api-docs
        COMMAND "${CMAKE_COMMAND}" -E echo "skipped: no doxygen; install it and configure again"
        VERBATIM)
    return()
endif()

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/Doxyfile")
file(READ "${PROJECT_SOURCE_DIR}/docs/Doxyfile" doxyfile)
string(APPEND doxyfile
    "PROJECT_NUMBER = ${PROJECT_VERSION}\n"
    "OUTPUT_DIRECTORY = \"${PROJECT_BINARY_DIR}/api-docs\"\n")
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/api-docs/Doxyfile" CONTENT "${doxyfile}" @ONLY)
add_custom_target(api-docs
    COMMAND "${LOOM_DOXYGEN}" "${PROJECT_BINARY_DIR}/api-docs/Doxyfile"
    COMMAND "${CMAKE_COMMAND}" -E echo "open ${PROJECT_BINARY_DIR}/api-docs/html/index.html"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    VERBATIM)
