/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "coap_internal.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t find_addresses(const struct loom_coap_uri *uri, int flags, coap_address_t *addresses,
                             size_t room)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = flags};
    struct addrinfo *found = NULL;
    char port[8];
    size_t count = 0;

    snprintf(port, sizeof port, "%u", (unsigned)uri->port);
    if (getaddrinfo(uri->host, port, &hints, &found) != 0) {
        return 0;
    }
    for (const struct addrinfo *one = found; one != NULL && count < room; one = one->ai_next) {
        if (one->ai_addrlen > sizeof addresses->addr) {
            continue;
        }
        coap_address_init(&addresses[count]);
        memcpy(&addresses[count].addr, one->ai_addr, one->ai_addrlen);
        addresses[count].size = one->ai_addrlen;
        count++;
    }
    freeaddrinfo(found);
    return count;
}

size_t loom_coap_uri_resolve(const struct loom_coap_uri *uri, coap_address_t *addresses,
                             size_t room)
{
    return find_addresses(uri, 0, addresses, room);
}

size_t loom_coap_uri_address(const struct loom_coap_uri *uri, coap_address_t *address)
{
    return find_addresses(uri, AI_NUMERICHOST, address, 1);
}

bool loom_coap_address_claim(coap_address_t *address)
{
    int probe = socket(address->addr.sa.sa_family, SOCK_DGRAM, 0);
    bool claimed;
    int reason;

    if (probe < 0) {
        return false;
    }
    claimed = bind(probe, &address->addr.sa, address->size) == 0 &&
              getsockname(probe, &address->addr.sa, &address->size) == 0;
    reason = errno;
    close(probe);
    errno = reason;
    return claimed;
}

void loom_coap_address_any(coap_address_t *address, sa_family_t family, uint16_t port)
{
    coap_address_init(address); /* all zero: INADDR_ANY and in6addr_any */
    address->addr.sa.sa_family = family;
    coap_address_set_port(address, port);
    address->size =
        (socklen_t)(family == AF_INET6 ? sizeof address->addr.sin6 : sizeof address->addr.sin);
}

bool loom_coap_address_port_is_free(uint16_t port)
{
    coap_address_t address;

    loom_coap_address_any(&address, AF_INET, port);
    if (!loom_coap_address_claim(&address)) {
        return false;
    }
    loom_coap_address_any(&address, AF_INET6, port);
    /* A system without IPv6 has nobody else at the port either. */
    return loom_coap_address_claim(&address) || (errno != EADDRINUSE && errno != EACCES);
}

/* Connecting a datagram socket sends nothing: the system only chooses a way, and with it the
 * address to leave from. */
static bool address_towards(const coap_address_t *remote, coap_address_t *local)
{
    int probe = socket(remote->addr.sa.sa_family, SOCK_DGRAM, 0);
    bool found;

    if (probe < 0) {
        return false;
    }
    coap_address_init(local);
    found = connect(probe, &remote->addr.sa, remote->size) == 0 &&
            getsockname(probe, &local->addr.sa, &local->size) == 0;
    close(probe);
    return found;
}

bool loom_coap_address_is_current(const coap_address_t *local, const coap_address_t *remote)
{
    coap_address_t now;

    if (!address_towards(remote, &now) || now.addr.sa.sa_family != local->addr.sa.sa_family) {
        return true;
    }
    if (now.addr.sa.sa_family == AF_INET6) {
        return memcmp(&now.addr.sin6.sin6_addr, &local->addr.sin6.sin6_addr,
                      sizeof now.addr.sin6.sin6_addr) == 0;
    }
    return now.addr.sin.sin_addr.s_addr == local->addr.sin.sin_addr.s_addr;
}
