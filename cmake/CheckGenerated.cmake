# SPDX-License-Identifier: Apache-2.0
#
# Compares generated/ and the header of the standard's ids with what loomc makes of models/, and with
# -DWRITE=ON makes them so. Run as
#   cmake -DLOOMC=loomc -DSOURCE=dir -DWORK=dir -DBUILD=dir [-DWRITE=ON] -P CheckGenerated.cmake

file(REMOVE_RECURSE "${WORK}")

# generate(ARGUMENT...): runs loomc, which has to succeed
function(generate)
    execute_process(COMMAND "${LOOMC}" ${ARGN} RESULT_VARIABLE result ERROR_VARIABLE messages)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "loomc cannot make what is generated:\n${messages}")
    endif()
endfunction()

file(GLOB models "${SOURCE}/models/*.xml")
generate(-o "${WORK}/generated" --profile "${SOURCE}/models/client.profile" ${models})

# The objects that every release defines. The core is also built where no loomc runs: so its header is
# kept.
set(ids "runtime/include/loom/standard_ids.h")
list(FILTER models INCLUDE REGEX
    "/(security|server|access-control|device|connectivity-[a-z]+|firmware-update|location)-[0-9.]+xml$")
generate(--ids "${WORK}/${ids}" ${models})

file(GLOB made RELATIVE "${WORK}" "${WORK}/generated/*.[ch]")
file(GLOB kept RELATIVE "${SOURCE}" "${SOURCE}/generated/*.[ch]")
set(names ${made} ${kept} ${ids})
list(REMOVE_DUPLICATES names)
list(SORT names)

set(differences "")
foreach(name IN LISTS names)
    set(fresh "${WORK}/${name}")
    set(present "${SOURCE}/${name}")
    set(difference "")
    if(NOT EXISTS "${present}")
        set(difference "missing")
    elseif(NOT EXISTS "${fresh}")
        set(difference "not made any more")
    else()
        file(SHA256 "${fresh}" fresh_digest)
        file(SHA256 "${present}" present_digest)
        if(NOT fresh_digest STREQUAL present_digest)
            set(difference "differs")
        endif()
    endif()
    if(difference)
        string(APPEND differences "  ${name}: ${difference}\n")
        if(WRITE AND EXISTS "${fresh}")
            get_filename_component(directory "${present}" DIRECTORY)
            file(COPY "${fresh}" DESTINATION "${directory}")
        elseif(WRITE)
            file(REMOVE "${present}")
        endif()
    endif()
endforeach()

if(differences AND WRITE)
    message(STATUS "Changed:\n${differences}")
elseif(differences)
    message(FATAL_ERROR
        "What is generated is not what loomc makes of models/:\n${differences}\n"
        "Write it again with\n\n    cmake --build ${BUILD} --target regenerate\n")
endif()
