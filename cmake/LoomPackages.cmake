# SPDX-License-Identifier: Apache-2.0
# The Debian packages, one a component of LoomInstall.cmake. What Debian wants beyond that is done by
# packaging/debian/finish.cmake; the same tree gives the same packages, byte by byte.

set(LOOM_HOMEPAGE "https://loom.invalid/" CACHE STRING "Homepage of the packages")
set(LOOM_MAINTAINER "The Loom authors <authors@loom.invalid>" CACHE STRING "Maintainer of the packages")
mark_as_advanced(LOOM_HOMEPAGE LOOM_MAINTAINER)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL tool library servers client)
set(CPACK_PACKAGE_NAME loom)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_VENDOR "The Loom authors")
# Each package has a summary of its own; this one would stand before it.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_CONTACT "${LOOM_MAINTAINER}")
set(CPACK_PACKAGE_HOMEPAGE_URL "${LOOM_HOMEPAGE}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_LOOM_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
set(CPACK_LOOM_STRIP "${CMAKE_STRIP}")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/packaging/debian/date.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/packaging/debian/finish.cmake")

set(CPACK_DEBIAN_TOOL_PACKAGE_NAME loomc)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOL_DESCRIPTION "compiler of OMA LwM2M object models
loomc reads LwM2M object models (XML) and a short product profile, and writes
constant tables, typed accessors and declarations of handlers in C99, for the
runtime in libloom-dev. Object models of the core objects are included.
loom-payload reads and converts payloads of LwM2M in all content formats.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libloom-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "loomc (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "LwM2M from object models (development files)
The runtime of an LwM2M device: bootstrap, registration and management over
constant tables that loomc makes of object models. Static libraries, headers,
the sources of the core for cross builds, and files for CMake and pkg-config.")

set(CPACK_DEBIAN_SERVERS_PACKAGE_NAME loom-servers)
set(CPACK_DEBIAN_SERVERS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_SERVERS_PACKAGE_SHLIBDEPS ON)
# The user of the services is made by adduser.
set(CPACK_DEBIAN_SERVERS_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_SERVERS_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/packaging/debian/servers/conffiles"
    "${PROJECT_SOURCE_DIR}/packaging/debian/servers/postinst"
    "${PROJECT_SOURCE_DIR}/packaging/debian/servers/prerm"
    "${PROJECT_SOURCE_DIR}/packaging/debian/servers/postrm")
set(CPACK_DEBIAN_SERVERS_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_SERVERS_DESCRIPTION "LwM2M bootstrap server and LwM2M server
loom-bootstrap-server gives devices their accounts, and loom-server registers
and manages them, over CoAP and DTLS with pre-shared keys. Both come as
services of systemd, which start when there are accounts in /etc/loom. loomctl
asks them from the command line.")

set(CPACK_DEBIAN_CLIENT_PACKAGE_NAME loom-client)
set(CPACK_DEBIAN_CLIENT_PACKAGE_SECTION net)
set(CPACK_DEBIAN_CLIENT_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_CLIENT_DESCRIPTION "LwM2M client for the command line
loom-client is an LwM2M device with a console, for trying servers and for
scripts: it bootstraps, registers, is managed, reports, updates its firmware,
over CoAP and DTLS with pre-shared keys.")

include(CPack)
