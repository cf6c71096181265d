/* SPDX-License-Identifier: Apache-2.0 */
/** A bare UDP socket that speaks CoAP byte by byte, as a hostile or a broken peer may. */
#ifndef LOOM_TESTS_PORT_RAW_H
#define LOOM_TESTS_PORT_RAW_H

#include "endpoint.h"

struct raw {
    int socket;
    char uri[LOOM_COAP_URI_SIZE]; /**< of its own address */
};

struct datagram {
    uint8_t bytes[2048];
    size_t length;
};

enum { RAW_CON = 0, RAW_NON = 1, RAW_ACK = 2, RAW_RST = 3 };

/** A socket at a free port of the loopback. */
void raw_start(struct raw *raw);
void raw_stop(struct raw *raw);
/** Makes it talk with `uri` alone. */
void raw_connect(struct raw *raw, const char *uri);
/** Makes it talk with who sent the next datagram, which is returned. */
struct datagram raw_accept(struct raw *raw, struct endpoint *endpoint);

/** The URI of whom it talks with. */
void raw_peer_uri(const struct raw *raw, char *uri, size_t size);

void raw_send(const struct raw *raw, const void *bytes, size_t length);
/** Runs the endpoint until a datagram comes; the test fails after 10 s. */
struct datagram raw_receive(const struct raw *raw, struct endpoint *endpoint);

/** How many datagrams have come that nobody has received. They are gone then. */
unsigned raw_pending(const struct raw *raw);

/** Begins a message with a token of one byte. */
struct datagram message(unsigned type, uint8_t code, uint16_t id, uint8_t token);
/** Options in ascending order; `last` is the number of the one before, 0 for the first. */
void message_option(struct datagram *datagram, unsigned *last, unsigned number, const void *value,
                    size_t length);
void message_payload(struct datagram *datagram, const void *payload, size_t length);

unsigned message_type(const struct datagram *datagram);
uint8_t message_code(const struct datagram *datagram);
uint16_t message_id(const struct datagram *datagram);

#endif
