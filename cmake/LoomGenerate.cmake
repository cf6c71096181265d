# SPDX-License-Identifier: Apache-2.0
# loom_generate(NAME MODELS file.xml... [PROFILE file] [TEMPLATES dir])
#
# Makes a static library NAME of what loomc generates from object models. Whoever links it includes
# "objects.h" or the header of an object, and gets loom_runtime with it. All problems of the models and
# the profile are told when the library is built.
#
# The names of generated files follow from what stands in the models, which is not known when CMake
# runs. So loomc adds a file units/MODEL.c for each MODEL.xml, and these are compiled: when one model
# changes, one of them is compiled again.

if(NOT TARGET loomc)
    # A cross build takes the host's loomc.
    find_program(LOOMC_EXECUTABLE loomc DOC "The generator, for the host" NO_CMAKE_FIND_ROOT_PATH)
    if(LOOMC_EXECUTABLE)
        add_executable(loomc IMPORTED GLOBAL)
        set_target_properties(loomc PROPERTIES IMPORTED_LOCATION "${LOOMC_EXECUTABLE}")
    endif()
endif()

function(loom_generate name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PROFILE;TEMPLATES" "MODELS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_MODELS)
        message(FATAL_ERROR "loom_generate(${name}): MODELS is empty, or unknown arguments"
                            " '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT TARGET loomc)
        message(FATAL_ERROR "loom_generate(${name}): loomc was not found; set LOOMC_EXECUTABLE")
    endif()

    set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/${name}.stamp")
    set(options "")
    set(inputs "")
    set(models "")
    set(sources "${directory}/objects.c")

    foreach(model IN LISTS arg_MODELS)
        get_filename_component(model "${model}" ABSOLUTE)
        get_filename_component(file "${model}" NAME)
        string(REGEX REPLACE "\\.xml$" "" stem "${file}")
        list(APPEND models "${model}")
        list(APPEND sources "${directory}/units/${stem}.c")
    endforeach()
    if(arg_PROFILE)
        get_filename_component(profile "${arg_PROFILE}" ABSOLUTE)
        list(APPEND options --profile "${profile}")
        list(APPEND inputs "${profile}")
    endif()
    if(arg_TEMPLATES)
        get_filename_component(templates "${arg_TEMPLATES}" ABSOLUTE)
        file(GLOB overrides CONFIGURE_DEPENDS "${templates}/*.mustache")
        list(APPEND options --templates "${templates}")
        list(APPEND inputs ${overrides})
    endif()

    # loomc keeps the time stamps of files that did not change; that it ran is told by the stamp.
    add_custom_command(
        OUTPUT "${stamp}"
        BYPRODUCTS ${sources} "${directory}/objects.h"
        COMMAND loomc -o "${directory}" --units ${options} ${models}
        COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
        DEPENDS loomc ${models} ${inputs}
        COMMENT "Generating ${name}"
        VERBATIM)
    add_custom_target(${name}_generate DEPENDS "${stamp}")

    add_library(${name} STATIC ${sources})
    set_source_files_properties(${sources} PROPERTIES GENERATED TRUE)
    add_dependencies(${name} ${name}_generate)
    target_include_directories(${name} PUBLIC "${directory}")
    target_link_libraries(${name} PUBLIC loom_runtime)
    if(TARGET loom_options)
        target_link_libraries(${name} PRIVATE loom_options)
    endif()
endfunction()
