/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A scripted CoAP peer on a UDP socket of the loopback: a bootstrap server or an LwM2M server that
 * says what the test tells it to, right or wrong.
 *
 * It acknowledges and answers only when told. A message that comes a second time is answered as the
 * first time, or passed over if it was not answered.
 */
#ifndef LOOM_TESTS_E2E_UDP_PEER_H
#define LOOM_TESTS_E2E_UDP_PEER_H

#include "message.h"
#include "tlv.h"

#include <netinet/in.h>

struct udp_peer {
    int socket;                /**< -1: closed, nobody listens at the port */
    char uri[40];              /**< coap://127.0.0.1:PORT */
    struct sockaddr_in remote; /**< who sent last */
    uint16_t next_id;
    bool heard; /**< something, whose id is `last_id` */
    uint16_t last_id;
    struct message last_reply; /**< to that; length 0: none yet */
};

/** Opens a socket at a free port. */
void peer_open(struct udp_peer *peer);
/** Closes it: from now on the port is unreachable. */
void peer_close(struct udp_peer *peer);
/** Opens it again at the same port. */
void peer_reopen(struct udp_peer *peer);

/** Talks to the program that listens at `uri`. */
void peer_talk_to(struct udp_peer *peer, const char *uri);
void peer_send(const struct udp_peer *peer, const void *bytes, size_t length);

/** Waits for the next message. What is not CoAP fails the test, as does a long silence. */
void peer_receive(struct udp_peer *peer, struct message *message);

/** Waits for a request, which must be confirmable and the next thing that comes.
 *  @param path as `/rd`, joined */
void peer_expect(struct udp_peer *peer, struct message *request, uint8_t method, const char *path);

/** Answers in the acknowledgement. */
void peer_answer(struct udp_peer *peer, const struct message *request, uint8_t code);
/** Answers 2.01 with a location such as `/rd/1`. */
void peer_answer_created(struct udp_peer *peer, const struct message *request,
                         const char *location);
/** Acknowledges, and answers in a message of its own, which must be acknowledged. */
void peer_answer_separately(struct udp_peer *peer, const struct message *request, uint8_t code);
/** Answers in a message of that type and id, whatever was asked for; the token is that of the
 *  request. It is not repeated when the request is. */
void peer_answer_as(struct udp_peer *peer, const struct message *request, unsigned type,
                    uint8_t code, uint16_t id, const char *location);
/** Refuses to have anything to do with it: RST. */
void peer_reset(struct udp_peer *peer, const struct message *message);

/** What a request to the client carries. */
struct peer_request {
    unsigned type; /**< MESSAGE_CON or MESSAGE_NON */
    uint8_t method;
    const char *path;  /**< `/0/0`; empty: none */
    const char *query; /**< `?a=b`; NULL: none */
    uint32_t accept;   /**< MESSAGE_ABSENT: none */
    uint32_t format;
    const void *payload;
    size_t length;
};

/** Sends it. @return the message, for peer_expect_answer() */
struct message peer_request(struct udp_peer *peer, const struct peer_request *request);
/** The next thing that comes must be the answer to this request. @return its code */
uint8_t peer_expect_answer(struct udp_peer *peer, const struct message *request,
                           struct message *answer);

/* ---- strangers ------------------------------------------------------------------------------- */

/** Sends what is not expected, from another port of the loopback, to whom `known` talks with. The
 *  system must say that nobody hears it. */
void peer_expect_unheard(const struct udp_peer *known, const void *bytes, size_t length);
/** The same from the same port of another address. */
void peer_expect_unheard_elsewhere(const struct udp_peer *known, const void *bytes, size_t length);

/* ---- request and answer in one; each gives the code ------------------------------------------ */

uint8_t peer_get(struct udp_peer *peer, const char *path, uint32_t accept, struct message *answer);
uint8_t peer_put(struct udp_peer *peer, const char *path, uint32_t format, const void *payload,
                 size_t length);
uint8_t peer_put_text(struct udp_peer *peer, const char *path, const char *text);
uint8_t peer_post(struct udp_peer *peer, const char *path, const char *payload);
uint8_t peer_put_tlv(struct udp_peer *peer, const char *path, const struct tlv *tlv);
uint8_t peer_delete(struct udp_peer *peer, const char *path);

#endif
