/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Addresses to listen at. Of this room only.
 */
#ifndef LOOM_HTTP_ADDRESS_H
#define LOOM_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct loom_http_address {
    bool secure;
    socklen_t length;
    struct sockaddr_storage socket;
};

/** Reads `http://ADDRESS:PORT` or `https://ADDRESS:PORT`. @return false: malformed */
bool loom_http_address_read(const char *uri, struct loom_http_address *address);

/** @return whether it is of this machine: 127.0.0.0/8, ::1, or the former as IPv6 has it */
bool loom_http_socket_is_loopback(const struct sockaddr *socket);

bool loom_http_address_is_loopback(const struct loom_http_address *address);

/** @return whether a field Host names this machine: a loopback address or `localhost` */
bool loom_http_host_is_loopback(const char *host);

/** Opens a socket that listens and does not block.
 *  @param bound the address as it is bound
 *  @return -1: see errno */
int loom_http_address_listen(const struct loom_http_address *address, char *bound, size_t size);

/** Makes use of a socket that somebody else has opened.
 *  @param secure whether it is for https
 *  @param address where it listens
 *  @return false: it is no TCP socket that listens */
bool loom_http_address_adopt(int descriptor, bool secure, struct loom_http_address *address,
                             char *bound, size_t size);

#endif
