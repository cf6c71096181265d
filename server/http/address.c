/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BACKLOG 128

static bool read_port(const char *text, uint16_t *port)
{
    unsigned long value = 0;
    size_t length = strspn(text, "0123456789");
    if (length == 0 || length > 5 || text[length] != '\0') {
        return false;
    }
    value = strtoul(text, NULL, 10);
    *port = (uint16_t)value;
    return value <= UINT16_MAX;
}

/* An address without port and brackets. */
static bool read_host(const char *text, size_t length, bool is_6, uint16_t port,
                      struct loom_http_address *address)
{
    char host[INET6_ADDRSTRLEN];
    if (length == 0 || length >= sizeof host) {
        return false;
    }
    memcpy(host, text, length);
    host[length] = '\0';
    if (is_6) {
        struct sockaddr_in6 *in = (void *)&address->socket;
        in->sin6_family = AF_INET6;
        in->sin6_port = htons(port);
        address->length = sizeof *in;
        return inet_pton(AF_INET6, host, &in->sin6_addr) == 1;
    }
    struct sockaddr_in *in = (void *)&address->socket;
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    address->length = sizeof *in;
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

bool loom_http_address_read(const char *uri, struct loom_http_address *address)
{
    uint16_t port;
    memset(address, 0, sizeof *address);
    address->secure = strncmp(uri, "https://", 8) == 0;
    if (!address->secure && strncmp(uri, "http://", 7) != 0) {
        return false;
    }
    const char *host = uri + (address->secure ? 8 : 7);
    bool is_6 = *host == '[';
    const char *end = is_6 ? strstr(host, "]:") : strchr(host, ':');
    if (end == NULL || !read_port(end + (is_6 ? 2 : 1), &port)) {
        return false;
    }
    host += is_6 ? 1 : 0;
    return read_host(host, (size_t)(end - host), is_6, port, address);
}

bool loom_http_socket_is_loopback(const struct sockaddr *socket)
{
    if (socket->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)socket;
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    if (socket->sa_family != AF_INET6) {
        return false;
    }
    const struct sockaddr_in6 *in = (const void *)socket;
    return IN6_IS_ADDR_LOOPBACK(&in->sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr) && in->sin6_addr.s6_addr[12] == 127);
}

bool loom_http_address_is_loopback(const struct loom_http_address *address)
{
    const struct sockaddr_in6 *in = (const void *)&address->socket;
    /* IPv4 as IPv6 has it is nothing that is listened at. */
    return (address->socket.ss_family == AF_INET || !IN6_IS_ADDR_V4MAPPED(&in->sin6_addr)) &&
           loom_http_socket_is_loopback((const struct sockaddr *)&address->socket);
}

bool loom_http_host_is_loopback(const char *host)
{
    struct loom_http_address address;
    bool is_6 = *host == '[';
    size_t length =
        is_6 ? strcspn(host, "]") + (strchr(host, ']') == NULL ? 0 : 1) : strcspn(host, ":");
    uint16_t port;
    if (host[length] != '\0' && (host[length] != ':' || !read_port(&host[length + 1], &port))) {
        return false;
    }
    if (length == 9 && strncasecmp(host, "localhost", 9) == 0) {
        return true;
    }
    memset(&address, 0, sizeof address);
    return (is_6 ? length > 2 && read_host(&host[1], length - 2, true, 0, &address)
                 : read_host(host, length, false, 0, &address)) &&
           loom_http_address_is_loopback(&address);
}

static void write_bound(const struct loom_http_address *address, char *bound, size_t size)
{
    char host[INET6_ADDRSTRLEN] = "";
    const char *scheme = address->secure ? "https" : "http";
    if (address->socket.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)&address->socket;
        (void)inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
        (void)snprintf(bound, size, "%s://%s:%u", scheme, host, (unsigned)ntohs(in->sin_port));
    } else {
        const struct sockaddr_in6 *in = (const void *)&address->socket;
        (void)inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host);
        (void)snprintf(bound, size, "%s://[%s]:%u", scheme, host, (unsigned)ntohs(in->sin6_port));
    }
}

static bool prepare(int descriptor, const struct loom_http_address *address,
                    struct loom_http_address *real)
{
    const int on = 1;
    *real = *address;
    real->length = sizeof real->socket;
    return fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 &&
           fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 &&
           setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           (address->socket.ss_family != AF_INET6 ||
            setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
           bind(descriptor, (const struct sockaddr *)&address->socket, address->length) == 0 &&
           listen(descriptor, BACKLOG) == 0 &&
           getsockname(descriptor, (struct sockaddr *)&real->socket, &real->length) == 0;
}

int loom_http_address_listen(const struct loom_http_address *address, char *bound, size_t size)
{
    struct loom_http_address real;
    int descriptor = socket(address->socket.ss_family, SOCK_STREAM, 0);
    if (descriptor < 0) {
        return -1;
    }
    if (!prepare(descriptor, address, &real)) {
        int error = errno;
        (void)close(descriptor);
        errno = error;
        return -1;
    }
    write_bound(&real, bound, size);
    return descriptor;
}

static int option_of(int descriptor, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool loom_http_address_adopt(int descriptor, bool secure, struct loom_http_address *address,
                             char *bound, size_t size)
{
    memset(address, 0, sizeof *address);
    address->secure = secure;
    address->length = sizeof address->socket;
    if (option_of(descriptor, SO_TYPE) != SOCK_STREAM ||
        option_of(descriptor, SO_ACCEPTCONN) != 1 ||
        getsockname(descriptor, (struct sockaddr *)&address->socket, &address->length) != 0 ||
        (address->socket.ss_family != AF_INET && address->socket.ss_family != AF_INET6) ||
        fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
        return false;
    }
    write_bound(address, bound, size);
    return true;
}
