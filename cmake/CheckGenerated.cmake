# SPDX-License-Identifier: Apache-2.0
#
# Compares generated/ with what loomc makes of models/, and with -DWRITE=ON makes it so. Run as
#   cmake -DLOOMC=loomc -DSOURCE=dir -DWORK=dir -DBUILD=dir [-DWRITE=ON] -P CheckGenerated.cmake

file(GLOB models "${SOURCE}/models/*.xml")
file(REMOVE_RECURSE "${WORK}")
execute_process(
    COMMAND "${LOOMC}" -o "${WORK}" --profile "${SOURCE}/models/client.profile" ${models}
    RESULT_VARIABLE result
    ERROR_VARIABLE messages)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "loomc cannot make generated/:\n${messages}")
endif()

file(GLOB made RELATIVE "${WORK}" "${WORK}/*.[ch]")
file(GLOB kept RELATIVE "${SOURCE}/generated" "${SOURCE}/generated/*.[ch]")
set(names ${made} ${kept})
list(REMOVE_DUPLICATES names)
list(SORT names)

set(differences "")
foreach(name IN LISTS names)
    set(fresh "${WORK}/${name}")
    set(present "${SOURCE}/generated/${name}")
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
        string(APPEND differences "  generated/${name}: ${difference}\n")
        if(WRITE AND EXISTS "${fresh}")
            file(COPY "${fresh}" DESTINATION "${SOURCE}/generated")
        elseif(WRITE)
            file(REMOVE "${present}")
        endif()
    endif()
endforeach()

if(differences AND WRITE)
    message(STATUS "Changed:\n${differences}")
elseif(differences)
    message(FATAL_ERROR
        "generated/ is not what loomc makes of models/:\n${differences}\n"
        "Write it again with\n\n    cmake --build ${BUILD} --target regenerate\n")
endif()
