/* SPDX-License-Identifier: Apache-2.0 */
/** A router between a client and a server on the loopback, as a NAT is: it sees every datagram, may
 *  drop what comes, and may begin to send from another port. */
#ifndef LOOM_TESTS_PORT_RELAY_H
#define LOOM_TESTS_PORT_RELAY_H

#include <netinet/in.h>

#include "raw.h"

struct relay {
    int inner;                 /**< where the client finds it */
    int outer;                 /**< where the server sees it */
    struct sockaddr_in client; /**< who spoke last */
    char uri[LOOM_COAP_URI_SIZE];
    bool drop;             /**< nothing goes through */
    unsigned hellos;       /**< ClientHellos that went to the server */
    struct datagram hello; /**< the last of them */
    /** The last record with a Connection ID that went to the server; no length: there was none */
    struct datagram identified;
};

/** One in front of `uri`, an address of the loopback that the endpoint has bound. */
void relay_start(struct relay *relay, const char *uri);
void relay_stop(struct relay *relay);

/** The server sees it at another port from now on. */
void relay_rebind(struct relay *relay);

/** Sends a datagram to the server as the client's. */
void relay_send(const struct relay *relay, const void *bytes, size_t length);

/** Passes on, or drops, what has come. */
void relay_pass(struct relay *relay);

/** endpoints_run() with the relay in between. */
void relay_run(struct relay *relay, struct endpoint *one, struct endpoint *other,
               const unsigned *count, unsigned wanted);

#endif
