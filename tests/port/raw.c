/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "raw.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_LIMIT_MS = 10000 };

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void raw_start(struct raw *raw)
{
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;

    raw->socket = socket(AF_INET, SOCK_DGRAM, 0);
    cr_assert(raw->socket >= 0);
    cr_assert_eq(bind(raw->socket, (struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(getsockname(raw->socket, (struct sockaddr *)&address, &length), 0);
    snprintf(raw->uri, sizeof raw->uri, "coap://127.0.0.1:%u", ntohs(address.sin_port));
}

void raw_stop(struct raw *raw)
{
    close(raw->socket);
}

void raw_connect(struct raw *raw, const char *uri)
{
    struct sockaddr_in address = loopback((uint16_t)atoi(strrchr(uri, ':') + 1));

    cr_assert_eq(connect(raw->socket, (struct sockaddr *)&address, sizeof address), 0);
}

void raw_peer_uri(const struct raw *raw, char *uri, size_t size)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    cr_assert_eq(getpeername(raw->socket, (struct sockaddr *)&address, &length), 0);
    snprintf(uri, size, "coap://127.0.0.1:%u", ntohs(address.sin_port));
}

void raw_send(const struct raw *raw, const void *bytes, size_t length)
{
    cr_assert_eq(send(raw->socket, bytes, length, 0), (ssize_t)length);
}

/* The endpoint's own loop watches the socket, as it watches a program's descriptors. */
static struct datagram receive(const struct raw *raw, struct endpoint *endpoint,
                               struct sockaddr_in *from)
{
    struct pollfd watched = {.fd = raw->socket, .events = POLLIN};
    struct datagram datagram = {.length = 0};
    socklen_t size = sizeof *from;
    uint64_t limit = endpoint->port.now(endpoint->port.self) + RECEIVE_LIMIT_MS;
    ssize_t got = -1;

    while (got < 0) {
        cr_assert_eq(loom_coap_step(endpoint->coap, 100, &watched, 1), LOOM_OK);
        got = recvfrom(raw->socket, datagram.bytes, sizeof datagram.bytes, MSG_DONTWAIT,
                       (struct sockaddr *)from, &size);
        cr_assert(got >= 0 || errno == EAGAIN);
        cr_assert(endpoint->port.now(endpoint->port.self) < limit, "no datagram came");
    }
    datagram.length = (size_t)got;
    return datagram;
}

struct datagram raw_receive(const struct raw *raw, struct endpoint *endpoint)
{
    struct sockaddr_in from;

    return receive(raw, endpoint, &from);
}

struct datagram raw_accept(struct raw *raw, struct endpoint *endpoint)
{
    struct sockaddr_in from;
    struct datagram datagram = receive(raw, endpoint, &from);

    cr_assert_eq(connect(raw->socket, (struct sockaddr *)&from, sizeof from), 0);
    return datagram;
}

unsigned raw_pending(const struct raw *raw)
{
    unsigned count = 0;
    uint8_t byte;

    while (recv(raw->socket, &byte, 1, MSG_DONTWAIT) >= 0) {
        count++;
    }
    return count;
}

struct datagram message(unsigned type, uint8_t code, uint16_t id, uint8_t token)
{
    struct datagram datagram = {.length = 5};

    datagram.bytes[0] = (uint8_t)(0x41u | type << 4);
    datagram.bytes[1] = code;
    datagram.bytes[2] = (uint8_t)(id >> 8);
    datagram.bytes[3] = (uint8_t)id;
    datagram.bytes[4] = token;
    return datagram;
}

static void append(struct datagram *datagram, const void *bytes, size_t length)
{
    cr_assert(datagram->length + length <= sizeof datagram->bytes);
    memcpy(datagram->bytes + datagram->length, bytes, length);
    datagram->length += length;
}

void message_option(struct datagram *datagram, unsigned *last, unsigned number, const void *value,
                    size_t length)
{
    unsigned delta = number - *last;
    uint8_t head[3];
    size_t size = 1;

    cr_assert(delta < 269 && length < 269);
    head[0] = (uint8_t)((delta < 13 ? delta : 13u) << 4 | (length < 13 ? length : 13u));
    if (delta >= 13) {
        head[size++] = (uint8_t)(delta - 13);
    }
    if (length >= 13) {
        head[size++] = (uint8_t)(length - 13);
    }
    append(datagram, head, size);
    append(datagram, value, length);
    *last = number;
}

void message_payload(struct datagram *datagram, const void *payload, size_t length)
{
    append(datagram, "\xff", 1);
    append(datagram, payload, length);
}

unsigned message_type(const struct datagram *datagram)
{
    return (datagram->bytes[0] >> 4) & 3u;
}

uint8_t message_code(const struct datagram *datagram)
{
    return datagram->bytes[1];
}

uint16_t message_id(const struct datagram *datagram)
{
    return (uint16_t)(datagram->bytes[2] << 8 | datagram->bytes[3]);
}
