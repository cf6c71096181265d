# SPDX-License-Identifier: Apache-2.0
# Finds what the hosted rooms link: libcoap on mbedTLS as `libcoap::coap-3`.

set(_loom_coap libcoap 4.3.1 CONFIG QUIET)
# First what the user names (CMAKE_PREFIX_PATH, libcoap_ROOT, libcoap_DIR), then our own, and a
# libcoap that merely happens to be installed last.
find_package(${_loom_coap} NO_CMAKE_SYSTEM_PATH NO_SYSTEM_ENVIRONMENT_PATH
             NO_CMAKE_PACKAGE_REGISTRY NO_CMAKE_SYSTEM_PACKAGE_REGISTRY)
find_package(${_loom_coap} PATHS "${LOOM_DEPS}" NO_DEFAULT_PATH)
find_package(${_loom_coap})

if(NOT libcoap_FOUND)
    message(FATAL_ERROR
        "libcoap >= 4.3.1 on mbedTLS was not found in ${LOOM_DEPS} or on CMAKE_PREFIX_PATH.\n"
        "Build it with:\n"
        "    deps/setup.sh && deps/build-coap.sh\n"
        "or name an installed one with -DCMAKE_PREFIX_PATH=<prefix>.\n"
        "Who has another CoAP needs neither: -DLOOM_PORT=OFF builds generator and core without.")
endif()

# Keys, identities and alerts behave differently on each TLS library that libcoap can be built on;
# the port is written for, and tested on, this one.
get_target_property(_loom_coap_links libcoap::coap-3 INTERFACE_LINK_LIBRARIES)
if(NOT _loom_coap_links MATCHES "mbedtls")
    message(WARNING "${libcoap_DIR}: this libcoap does not say that it is built on mbedTLS")
endif()
message(STATUS "libcoap ${libcoap_VERSION}: ${libcoap_DIR}")

# What the servers link besides.
if(LOOM_PROGRAMS)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(LOOM_MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
    pkg_check_modules(LOOM_GNUTLS REQUIRED IMPORTED_TARGET gnutls) # libmicrohttpd's, for loomctl
    pkg_check_modules(LOOM_SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.37)
    pkg_check_modules(LOOM_PQ REQUIRED IMPORTED_TARGET libpq)
    pkg_check_modules(LOOM_JANSSON REQUIRED IMPORTED_TARGET jansson>=2.11)
    find_library(LOOM_CRYPT crypt REQUIRED)
    mark_as_advanced(LOOM_CRYPT)
endif()
