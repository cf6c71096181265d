# SPDX-License-Identifier: Apache-2.0
# loom_test(NAME SOURCES file... [LIBRARIES target...] [TIMEOUT seconds] [BEFORE command...])
#
# A Criterion program in build/tests/bin/, registered with CTest under the same name. It fails when
# an assertion fails, on a sanitizer's report, and on a leak in it or in a program that it starts. Without
# Criterion it is not built, and reported as skipped. The program and what runs it are arguments of
# BEFORE's command.

find_package(PkgConfig REQUIRED)
pkg_check_modules(CRITERION IMPORTED_TARGET criterion>=2.4)

add_library(loom_criterion INTERFACE)
if(CRITERION_FOUND)
    target_link_libraries(loom_criterion INTERFACE PkgConfig::CRITERION)
else()
    message(STATUS "no Criterion: the tests that need it are skipped")
endif()
# Criterion's assertions assign int to a bit field, in the code of every test.
target_compile_options(loom_criterion INTERFACE -Wno-conversion)
# Criterion loads libgit2, and that an older mbedTLS: it must not bind to symbols of ours.
target_link_options(loom_criterion INTERFACE LINKER:--exclude-libs,ALL)

set(LOOM_RUN_CRITERION "${CMAKE_CURRENT_LIST_DIR}/../tests/run-criterion.sh")

# COST of a long test (in seconds, about) lets it begin first, also in a build that has not measured it yet:
# else the last one of them runs alone.

# loom_skipped_test(NAME REASON): a test that this machine cannot run
function(loom_skipped_test name reason)
    add_test(NAME ${name} COMMAND sh -c "echo 'skipped: ${reason}'; exit 77")
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# loom_needs_criterion(TARGET...): not built without it
function(loom_needs_criterion)
    if(NOT CRITERION_FOUND)
        set_target_properties(${ARGN} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
endfunction()

function(loom_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBRARIES;BEFORE")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "loom_test(${name}): SOURCES is empty, or unknown arguments"
                            " '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()

    add_executable(${name} ${arg_SOURCES})
    # loom_criterion last: its compile options then overrule those of loom_options.
    target_link_libraries(${name} PRIVATE loom_options ${arg_LIBRARIES} loom_criterion)
    if(LOOM_SANITIZE)
        # Checks in every line of long tests take a compiler most of its time, and optimising them gains nothing.
        target_compile_options(${name} PRIVATE -O0)
    endif()
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")

    loom_needs_criterion(${name})
    if(NOT CRITERION_FOUND)
        loom_skipped_test(${name} "no Criterion")
        return()
    endif()
    add_test(NAME ${name} COMMAND ${arg_BEFORE} "${LOOM_RUN_CRITERION}" $<TARGET_FILE:${name}>)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()
