# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, in four components, which are also the Debian packages:
#
#   tool      loomc and loom-payload, their manuals, the templates and models
#   library   headers, archives and sources of the runtime, CMake package, pkg-config files
#   servers   loom-bootstrap-server, loom-server and loomctl
#   client    loom-client, the example device
#
# The tree can be moved as a whole: no path of the prefix stands in it. A build of the core alone installs
# the library.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(LOOM_DATA_DIR "${CMAKE_INSTALL_DATADIR}/loom")
set(LOOM_ARCHIVE_DIR "${CMAKE_INSTALL_LIBDIR}/loom")
set(LOOM_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/loom")
set(LOOM_PKGCONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
string(REGEX REPLACE "[^/]+" ".." LOOM_PC_PREFIX "${LOOM_PKGCONFIG_DIR}") # from there to the prefix
set(packaging "${PROJECT_SOURCE_DIR}/packaging")
set(made "${CMAKE_CURRENT_BINARY_DIR}/packaging")

# loom_install_docs(COMPONENT PACKAGE FILE...): documents beside the licences of a package
function(loom_install_docs component package)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/copyright" ${ARGN}
        DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${component})
endfunction()

# loom_install_manual(COMPONENT PROGRAM COMPLETION): its manual, and how bash completes it. bash looks for
# completions by the name of the program.
function(loom_install_manual component program completion)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/bash/${completion}" RENAME ${program}
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT ${component})
    install(FILES "${PROJECT_SOURCE_DIR}/docs/man/${program}.1"
        DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT ${component})
endfunction()

# ---- library ----------------------------------------------------------------------------------------

install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/include/loom"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library FILES_MATCHING PATTERN "*.h")
install(TARGETS loom_runtime EXPORT loomTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT loomTargets NAMESPACE loom:: DESTINATION "${LOOM_PACKAGE_DIR}" COMPONENT library)

# Tests for whoever writes a port, as a source, since they run where that port does.
install(FILES "${PROJECT_SOURCE_DIR}/support/port_suite.c"
    DESTINATION "${LOOM_DATA_DIR}/port-suite" COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/support/include/loom/port_suite.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/loom" COMPONENT library)

# A network in memory for the tests of a product, as sources too: they are compiled as the product is.
set(LOOM_LOOPBACK_SOURCES loopback.c pieces.c uri.c)
install(FILES
    "${PROJECT_SOURCE_DIR}/support/loopback.c"
    "${PROJECT_SOURCE_DIR}/support/pieces.c"
    "${PROJECT_SOURCE_DIR}/runtime/port/uri.c"
    "${PROJECT_SOURCE_DIR}/runtime/port/uri.h"
    DESTINATION "${LOOM_DATA_DIR}/loopback" COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/support/include/loom/pieces.h"
    DESTINATION "${LOOM_DATA_DIR}/loopback/loom" COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/support/include/loom/port_loopback.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/loom" COMPONENT library)

install(FILES "${PROJECT_SOURCE_DIR}/cmake/cortex-m4.cmake"
    DESTINATION "${LOOM_DATA_DIR}/toolchains" COMPONENT library)

# The sources of the core, for targets that the archive was not built for.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/"
    DESTINATION "${LOOM_DATA_DIR}/runtime" COMPONENT library
    FILES_MATCHING PATTERN "*.[ch]" PATTERN "sources.cmake"
    PATTERN include EXCLUDE PATTERN port EXCLUDE)

# loom_coap_archives(RESULT): the archives of libcoap and of what it links, as paths
function(loom_coap_archives result)
    get_target_property(configurations libcoap::coap-3 IMPORTED_CONFIGURATIONS)
    list(GET configurations 0 configuration)
    get_target_property(coap libcoap::coap-3 IMPORTED_LOCATION_${configuration})
    get_target_property(links libcoap::coap-3 INTERFACE_LINK_LIBRARIES)
    # They stand in generator expressions, such as $<$<BOOL:1>:/opt/lib/libmbedtls.a>.
    string(REGEX MATCHALL "/[^<>:;]+[.](a|so)" links "${links}")
    set(${result} "${coap}" ${links} PARENT_SCOPE)
endfunction()

# loom_is_of_deps(RESULT PATH): whether a file is in LOOM_DEPS. CMake names a package by its real path
# where LOOM_DEPS is a symbolic link, so real paths are compared.
function(loom_is_of_deps result path)
    file(REAL_PATH "${LOOM_DEPS}" deps)
    file(REAL_PATH "${path}" real)
    cmake_path(IS_PREFIX deps "${real}" is_ours)
    set(${result} "${is_ours}" PARENT_SCOPE)
endfunction()

# A libcoap that was built for Loom alone (LOOM_DEPS) comes along, since nobody else has it: out of the
# way, in a directory of its own. One of the system is looked for again by whoever uses the package.
set(LOOM_COAP_LIBRARIES "")
set(LOOM_PC_COAP_LIBS "-lcoap-3")
if(LOOM_PORT)
    loom_is_of_deps(is_ours "${libcoap_DIR}")
    if(is_ours)
        set(LOOM_PC_COAP_LIBS "-L\${libdir}/loom")
        loom_coap_archives(archives)
        foreach(archive IN LISTS archives)
            cmake_path(GET archive FILENAME file)
            cmake_path(GET archive STEM name)
            string(REGEX REPLACE "^lib" "" name "${name}")
            string(APPEND LOOM_PC_COAP_LIBS " -l${name}")
            loom_is_of_deps(is_ours "${archive}")
            if(is_ours)
                install(FILES "${archive}" DESTINATION "${LOOM_ARCHIVE_DIR}" COMPONENT library)
                list(APPEND LOOM_COAP_LIBRARIES "\${_loom_archive_dir}/${file}")
            else()
                list(APPEND LOOM_COAP_LIBRARIES "${name}")
            endif()
        endforeach()
    endif()

    install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/port/include/loom"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library FILES_MATCHING PATTERN "*.h")
    install(TARGETS loom_port EXPORT loomPortTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
    install(EXPORT loomPortTargets NAMESPACE loom::
        DESTINATION "${LOOM_PACKAGE_DIR}" COMPONENT library)
    configure_file("${packaging}/loomCoap.cmake.in" "${made}/loomCoap.cmake" @ONLY)
    configure_file("${packaging}/loom-port.pc.in" "${made}/loom-port.pc" @ONLY)
    install(FILES "${made}/loomCoap.cmake" DESTINATION "${LOOM_PACKAGE_DIR}" COMPONENT library)
    install(FILES "${made}/loom-port.pc" DESTINATION "${LOOM_PKGCONFIG_DIR}" COMPONENT library)
endif()

configure_package_config_file("${packaging}/loomConfig.cmake.in" "${made}/loomConfig.cmake"
    INSTALL_DESTINATION "${LOOM_PACKAGE_DIR}"
    PATH_VARS LOOM_DATA_DIR LOOM_ARCHIVE_DIR CMAKE_INSTALL_BINDIR CMAKE_INSTALL_INCLUDEDIR)
# Of any architecture: the package brings the core as sources, too.
write_basic_package_version_file("${made}/loomConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${made}/loomConfig.cmake" "${made}/loomConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/LoomGenerate.cmake"
    DESTINATION "${LOOM_PACKAGE_DIR}" COMPONENT library)

configure_file("${packaging}/loom.pc.in" "${made}/loom.pc" @ONLY)
install(FILES "${made}/loom.pc" DESTINATION "${LOOM_PKGCONFIG_DIR}" COMPONENT library)

loom_install_docs(library libloom-dev
    "${PROJECT_SOURCE_DIR}/docs/building.md" "${PROJECT_SOURCE_DIR}/docs/compatibility.md"
    "${PROJECT_SOURCE_DIR}/docs/rules.md")

if(LOOM_CORE_ONLY)
    return()
endif()

# ---- tool -------------------------------------------------------------------------------------------

file(GLOB models CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/models/*.xml")
file(GLOB templates CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/templates/*.mustache")
install(TARGETS loomc RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tool)
install(FILES ${models} DESTINATION "${LOOM_DATA_DIR}/models" COMPONENT tool)
install(FILES ${templates} DESTINATION "${LOOM_DATA_DIR}/templates" COMPONENT tool)
set(tools loomc)
if(TARGET loom-payload)
    install(TARGETS loom-payload RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tool)
    list(APPEND tools loom-payload)
endif()
foreach(tool IN LISTS tools)
    loom_install_manual(tool ${tool} ${tool})
endforeach()
loom_install_docs(tool loomc
    "${PROJECT_SOURCE_DIR}/docs/model-json.md"
    "${PROJECT_SOURCE_DIR}/docs/profile.md"
    "${PROJECT_SOURCE_DIR}/docs/templates.md")

if(NOT TARGET loom-server)
    return()
endif()

# ---- servers ----------------------------------------------------------------------------------------

install(TARGETS loom-bootstrap-server loom-server loomctl
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT servers)
foreach(program IN ITEMS loom-bootstrap-server loom-server)
    loom_install_manual(servers ${program} loom-server)
endforeach()
loom_install_manual(servers loomctl loomctl)
loom_install_docs(servers loom-servers
    "${PROJECT_SOURCE_DIR}/docs/servers.md" "${PROJECT_SOURCE_DIR}/docs/rest.md")
install(FILES "${PROJECT_SOURCE_DIR}/examples/accounts/bootstrap.ini"
    "${PROJECT_SOURCE_DIR}/examples/accounts/server.ini"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/loom-servers/examples" COMPONENT servers)

# ---- client -----------------------------------------------------------------------------------------

install(TARGETS loom-client RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT client)
loom_install_manual(client loom-client loom-client)
loom_install_docs(client loom-client "${PROJECT_SOURCE_DIR}/docs/client.md")

include(LoomPackages)
