# SPDX-License-Identifier: Apache-2.0
# What Debian's policy wants of a package, done to the files of each before CPack packs them.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return()
endif()
cmake_policy(SET CMP0054 NEW)
set(debian "${CPACK_LOOM_SOURCE_DIR}/packaging/debian")

# run(COMMAND...): no package is made if it fails
function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status ERROR_VARIABLE complaint)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${ARGN}: ${status} ${complaint}")
    endif()
endfunction()

# gzip_file(FILE): policy 12.1, 12.3 and 12.7; -n keeps the date out
function(gzip_file file)
    run(gzip -9nf "${file}")
endfunction()

# In the C locale: dates are read by programs.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH, see date.cmake

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
    string(TOUPPER "${component}" upper)
    set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
    set(root "${CPACK_TEMPORARY_DIRECTORY}/${component}/usr")
    if(NOT EXISTS "${root}")
        message(FATAL_ERROR "${root}: nothing was installed there")
    endif()

    file(GLOB manuals "${root}/share/man/man*/*.[1-9]")
    foreach(manual IN LISTS manuals)
        gzip_file("${manual}")
    endforeach()

    set(changelog "${root}/share/doc/${package}/changelog")
    file(WRITE "${changelog}" "${package} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Made from the sources of Loom ${CPACK_PACKAGE_VERSION}, whose CHANGELOG.md tells what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
    gzip_file("${changelog}")

    # What the archives tell a debugger is of no use where their sources are not.
    file(GLOB_RECURSE archives "${root}/lib/*.a")
    foreach(archive IN LISTS archives)
        run("${CPACK_LOOM_STRIP}" --strip-debug --enable-deterministic-archives "${archive}")
    endforeach()

    # They name /usr/bin and /etc, so they are for packages alone: an installed tree may be anywhere.
    if(component STREQUAL "servers")
        file(GLOB units "${CPACK_LOOM_SOURCE_DIR}/packaging/systemd/*.service"
             "${CPACK_LOOM_SOURCE_DIR}/packaging/systemd/*.socket")
        file(COPY ${units} DESTINATION "${root}/lib/systemd/system")
        file(GLOB configurations "${CPACK_LOOM_SOURCE_DIR}/packaging/etc/*.conf")
        file(COPY ${configurations} DESTINATION "${root}/../etc/loom")
    endif()

    if(EXISTS "${debian}/overrides/${package}")
        file(READ "${debian}/overrides/${package}" overrides)
        file(WRITE "${root}/share/lintian/overrides/${package}" "${overrides}")
    endif()

    # Whatever the umask is of who packs.
    run(chmod -R u=rwX,go=rX "${CPACK_TEMPORARY_DIRECTORY}/${component}")
endforeach()
