/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "relay.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT_MS = 20000, HANDSHAKE = 22, IDENTIFIED = 25, CLIENT_HELLO = 1, MESSAGE = 13 };

static int bound_socket(struct sockaddr_in *address)
{
    int made = socket(AF_INET, SOCK_DGRAM, 0);
    socklen_t length = sizeof *address;

    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert(made >= 0);
    cr_assert_eq(bind(made, (struct sockaddr *)address, sizeof *address), 0);
    cr_assert_eq(getsockname(made, (struct sockaddr *)address, &length), 0);
    return made;
}

void relay_start(struct relay *relay, const char *uri)
{
    struct sockaddr_in address;

    memset(relay, 0, sizeof *relay);
    relay->inner = bound_socket(&address);
    snprintf(relay->uri, sizeof relay->uri, "%.*s127.0.0.1:%u", (int)(strstr(uri, "//") + 2 - uri),
             uri, ntohs(address.sin_port));
    relay->outer = bound_socket(&address);
    address.sin_port = htons((uint16_t)atoi(strrchr(uri, ':') + 1));
    cr_assert_eq(connect(relay->outer, (struct sockaddr *)&address, sizeof address), 0);
}

void relay_stop(struct relay *relay)
{
    close(relay->inner);
    close(relay->outer);
}

void relay_rebind(struct relay *relay)
{
    struct sockaddr_in address;
    struct sockaddr_in server;
    socklen_t length = sizeof server;

    cr_assert_eq(getpeername(relay->outer, (struct sockaddr *)&server, &length), 0);
    close(relay->outer);
    relay->outer = bound_socket(&address);
    cr_assert_eq(connect(relay->outer, (struct sockaddr *)&server, sizeof server), 0);
}

void relay_send(const struct relay *relay, const void *bytes, size_t length)
{
    cr_assert_eq(send(relay->outer, bytes, length, 0), (ssize_t)length);
}

static void note(struct relay *relay, const struct datagram *datagram)
{
    if (datagram->length > MESSAGE && datagram->bytes[0] == HANDSHAKE &&
        datagram->bytes[MESSAGE] == CLIENT_HELLO) {
        relay->hellos++;
        relay->hello = *datagram;
    }
    if (datagram->length > MESSAGE && datagram->bytes[0] == IDENTIFIED) {
        relay->identified = *datagram;
    }
}

static bool pass_up(struct relay *relay)
{
    struct datagram datagram;
    socklen_t size = sizeof relay->client;
    ssize_t got = recvfrom(relay->inner, datagram.bytes, sizeof datagram.bytes, MSG_DONTWAIT,
                           (struct sockaddr *)&relay->client, &size);

    if (got < 0) {
        return false;
    }
    datagram.length = (size_t)got;
    if (!relay->drop) {
        note(relay, &datagram);
        relay_send(relay, datagram.bytes, datagram.length);
    }
    return true;
}

static bool pass_down(struct relay *relay)
{
    struct datagram datagram;
    ssize_t got = recv(relay->outer, datagram.bytes, sizeof datagram.bytes, MSG_DONTWAIT);

    if (got < 0) {
        return false;
    }
    if (!relay->drop) {
        (void)sendto(relay->inner, datagram.bytes, (size_t)got, 0,
                     (const struct sockaddr *)&relay->client, sizeof relay->client);
    }
    return true;
}

void relay_pass(struct relay *relay)
{
    while (pass_up(relay) || pass_down(relay)) {
    }
}

void relay_run(struct relay *relay, struct endpoint *one, struct endpoint *other,
               const unsigned *count, unsigned wanted)
{
    struct pollfd watched[2] = {{.fd = relay->inner, .events = POLLIN},
                                {.fd = relay->outer, .events = POLLIN}};
    uint64_t limit = one->port.now(one->port.self) + LIMIT_MS;

    while (*count < wanted) {
        cr_assert_eq(loom_coap_step(one->coap, 1, watched, 2), LOOM_OK);
        relay_pass(relay);
        if (other != NULL) {
            cr_assert_eq(loom_coap_step(other->coap, 1, watched, 2), LOOM_OK);
            relay_pass(relay);
        }
        cr_assert(one->port.now(one->port.self) < limit, "waited %d ms in vain", (int)LIMIT_MS);
    }
}
