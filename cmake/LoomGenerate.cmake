# SPDX-License-Identifier: Apache-2.0
# loom_generate(TARGET name MODELS file.xml... [PREFIX name] [PROFILE file] [NAMES file]
#     [FORMAT format...] [TEMPLATES dir] [STRICT])
#
# Makes a static library NAME of what loomc generates from object models. Whoever links it includes
# "loom_objects.h" or the header of an object, and gets loom::runtime with it. All problems of the models
# and the profile are told when the library is built.
#
# Its files and symbols begin with PREFIX, which is loom if nothing else is said. Two libraries of one
# prefix have symbols of one name, so linking both to a target is an error when CMake configures or generates:
# the linker would take some from each without a word.
#
# The names of generated files follow from what stands in the models, which is not known when CMake
# runs. So loomc adds a file units/MODEL.c for each MODEL.xml, and these are compiled: when one model
# changes, one of them is compiled again. The names of headers are learnt from the first run of loomc, for
# Ninja looks again at such files alone that it knows to be made: else a change would reach what includes
# a header one build late.
#
# With FORMAT json, html, md or formats of templates of your own (docs/templates.md) NAME is a target that
# makes these in the folder NAME of the build; where c is among them it is the library as well. STRICT
# holds the models to the schema and the rules for new objects.
#
# loomc runs on the machine that builds: loom::loomc if this build makes it, else an installed one. Of
# those, LOOMC_EXECUTABLE goes first, then LOOM_TOOL_DIRECTORY, which the installed package sets to its
# own bin/, then PATH.

# A package in the sysroot of a cross build has a loomc for the target, which is found, but does not run.
function(_loom_find_loomc)
    foreach(hint IN ITEMS "${LOOM_TOOL_DIRECTORY}" "")
        unset(candidate)
        find_program(candidate loomc HINTS ${hint} NO_CACHE NO_CMAKE_FIND_ROOT_PATH)
        if(candidate)
            execute_process(COMMAND "${candidate}" --version
                RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
            if(result EQUAL 0)
                set(LOOMC_EXECUTABLE "${candidate}" CACHE FILEPATH
                    "The generator, for the machine that builds" FORCE)
                return()
            endif()
        endif()
    endforeach()
endfunction()

if(NOT TARGET loom::loomc)
    if(NOT LOOMC_EXECUTABLE)
        _loom_find_loomc()
    endif()
    if(LOOMC_EXECUTABLE)
        add_executable(loom::loomc IMPORTED GLOBAL)
        set_target_properties(loom::loomc PROPERTIES IMPORTED_LOCATION "${LOOMC_EXECUTABLE}")
    endif()
endif()

# CMake compares the property LOOM_PREFIX_<prefix> over all that a target links, but for what a static library links
# PRIVATE, which comes to the linker all the same. So that is looked through as well, when all targets are there.
# What a shared library has linked is its own.

# Adds the targets of a directory and of those below it.
function(_loom_all_targets directory result)
    get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
    get_property(below DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
    foreach(subdirectory IN LISTS below)
        _loom_all_targets("${subdirectory}" more)
        list(APPEND targets ${more})
    endforeach()
    set(${result} "${targets}" PARENT_SCOPE)
endfunction()

# The targets that a target is linked with directly. What a generator expression says is not known yet.
function(_loom_linked_targets target result)
    get_target_property(type "${target}" TYPE)
    get_target_property(imported "${target}" IMPORTED)
    get_target_property(items "${target}" INTERFACE_LINK_LIBRARIES)
    if(NOT imported AND NOT type STREQUAL "INTERFACE_LIBRARY" AND NOT type STREQUAL "UTILITY")
        get_target_property(own "${target}" LINK_LIBRARIES)
        list(APPEND items ${own})
    endif()
    set(found "")
    foreach(item IN LISTS items)
        string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
        if(NOT item MATCHES "[$<>:]|^-" OR item MATCHES "^[A-Za-z0-9_.+-]+(::[A-Za-z0-9_.+-]+)+$")
            if(TARGET "${item}")
                get_target_property(aliased "${item}" ALIASED_TARGET)
                if(aliased)
                    set(item "${aliased}")
                endif()
                list(APPEND found "${item}")
            endif()
        endif()
    endforeach()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(_loom_check_program program)
    set(waiting "${program}")
    set(seen "${program}")
    while(waiting)
        list(POP_FRONT waiting target)
        get_target_property(prefix "${target}" LOOM_PREFIX)
        if(prefix)
            if(DEFINED owner_${prefix})
                message(FATAL_ERROR
                    "${program} links ${owner_${prefix}} and ${target}, which loom_generate() both gave the prefix "
                    "${prefix}: give one of them another PREFIX")
            endif()
            set(owner_${prefix} "${target}")
        endif()
        _loom_linked_targets("${target}" linked)
        foreach(item IN LISTS linked)
            get_target_property(type "${item}" TYPE)
            if(NOT item IN_LIST seen AND NOT type MATCHES "SHARED|MODULE|EXECUTABLE")
                list(APPEND seen "${item}")
                list(APPEND waiting "${item}")
            endif()
        endforeach()
    endwhile()
endfunction()

# Called when the whole project is known. Where each prefix is there once nothing can clash.
function(_loom_check_prefixes)
    get_property(prefixes GLOBAL PROPERTY LOOM_PREFIXES)
    set(each "${prefixes}")
    list(REMOVE_DUPLICATES each)
    if(each STREQUAL prefixes)
        return()
    endif()
    _loom_all_targets("${CMAKE_SOURCE_DIR}" targets)
    foreach(target IN LISTS targets)
        get_target_property(type "${target}" TYPE)
        if(type MATCHES "^(EXECUTABLE|SHARED_LIBRARY|MODULE_LIBRARY)$")
            _loom_check_program("${target}")
        endif()
    endforeach()
endfunction()

# A macro, because what is generated is C, and a language can only be enabled in the scope of a file: that
# of the project, which may be one of C++ alone.
macro(loom_generate)
    if(NOT CMAKE_C_COMPILER_LOADED)
        enable_language(C)
    endif()
    _loom_generate(${ARGN})
endmacro()

function(_loom_generate)
    cmake_parse_arguments(PARSE_ARGV 0 arg "STRICT" "TARGET;PREFIX;PROFILE;NAMES;TEMPLATES" "MODELS;FORMAT")
    if(NOT arg_TARGET)
        message(FATAL_ERROR "loom_generate: TARGET is missing: "
                            "loom_generate(TARGET name MODELS file.xml...)")
    endif()
    set(name "${arg_TARGET}")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_MODELS)
        message(FATAL_ERROR "loom_generate(TARGET ${name}): MODELS is empty, or unknown arguments"
                            " '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT TARGET loom::loomc)
        message(FATAL_ERROR "loom_generate(TARGET ${name}): no loomc was found that runs on this "
                            "machine; install Loom for it, or set LOOMC_EXECUTABLE")
    endif()

    set(prefix loom)
    if(DEFINED arg_PREFIX)
        set(prefix "${arg_PREFIX}")
    endif()
    # As loomc has it; here because the names of files are made of it.
    if(NOT prefix MATCHES "^[a-z]([a-z0-9_]*[a-z0-9])?$")
        message(FATAL_ERROR "loom_generate(TARGET ${name}): PREFIX '${prefix}' is not a-z, 0-9 and _, a "
                            "letter first and no _ last")
    endif()

    set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/${name}.stamp")
    set(list "${CMAKE_CURRENT_BINARY_DIR}/${name}.files")
    set(options --prefix "${prefix}")
    set(inputs "")
    set(models "")
    set(sources "${directory}/${prefix}_objects.c")
    set(formats ${arg_FORMAT})
    if(NOT formats)
        set(formats c)
    endif()
    list(JOIN formats "," format_list)
    list(APPEND options --format "${format_list}")
    if(arg_STRICT)
        list(APPEND options --strict)
    endif()

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
    # loomc adds what is new to it: it is an input where it is there, and no output.
    if(arg_NAMES)
        get_filename_component(names "${arg_NAMES}" ABSOLUTE)
        list(APPEND options --names "${names}")
        if(EXISTS "${names}")
            list(APPEND inputs "${names}")
        endif()
    endif()
    if(arg_TEMPLATES)
        get_filename_component(templates "${arg_TEMPLATES}" ABSOLUTE)
        file(GLOB overrides CONFIGURE_DEPENDS "${templates}/*.mustache")
        list(APPEND options --templates "${templates}")
        list(APPEND inputs ${overrides})
    endif()

    if(NOT EXISTS "${list}")
        file(TOUCH "${list}")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${list}")
    # Without an encoding a path would end where a letter of it is not of ASCII.
    file(STRINGS "${list}" made ENCODING UTF-8)
    if("c" IN_LIST formats)
        list(APPEND options --units)
        list(APPEND made ${sources} "${directory}/${prefix}_objects.h")
    endif()
    list(REMOVE_DUPLICATES made)

    # loomc keeps the time stamps of files that did not change; that it ran is told by the stamp.
    add_custom_command(
        OUTPUT "${stamp}"
        BYPRODUCTS ${made}
        COMMAND "$<TARGET_FILE:loom::loomc>" -o "${directory}" --list "${list}"
                ${options} ${models}
        COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
        DEPENDS "$<TARGET_FILE:loom::loomc>" ${models} ${inputs}
        COMMENT "Generating ${name}"
        VERBATIM)
    if(NOT "c" IN_LIST formats)
        add_custom_target(${name} ALL DEPENDS "${stamp}")
        return()
    endif()
    add_custom_target(${name}_generate DEPENDS "${stamp}")

    add_library(${name} STATIC ${sources})
    set_source_files_properties(${sources} PROPERTIES GENERATED TRUE)
    add_dependencies(${name} ${name}_generate)
    target_include_directories(${name} PUBLIC "${directory}")
    target_link_libraries(${name} PUBLIC loom::runtime)
    # CMake compares the property over all that a target links.
    set_target_properties(${name} PROPERTIES INTERFACE_LOOM_PREFIX_${prefix} "${name}")
    set_property(TARGET ${name} APPEND PROPERTY
        COMPATIBLE_INTERFACE_STRING "LOOM_PREFIX_${prefix}")
    set_target_properties(${name} PROPERTIES LOOM_PREFIX "${prefix}")
    set_property(TARGET ${name} APPEND PROPERTY EXPORT_PROPERTIES LOOM_PREFIX)
    get_property(prefixes GLOBAL PROPERTY LOOM_PREFIXES)
    if(NOT prefixes)
        cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _loom_check_prefixes)
    endif()
    set_property(GLOBAL APPEND PROPERTY LOOM_PREFIXES "${prefix}")
    if(TARGET loom_options)
        target_link_libraries(${name} PRIVATE loom_options)
    endif()
endfunction()
