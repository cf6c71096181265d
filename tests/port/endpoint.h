/* SPDX-License-Identifier: Apache-2.0 */
/** A side that records what its port tells it and answers what a test wants. */
#ifndef LOOM_TESTS_PORT_ENDPOINT_H
#define LOOM_TESTS_PORT_ENDPOINT_H

#include "loom/port_coap.h"

#define ENDPOINT_IDENTITY "loom-device"
#define ENDPOINT_KEY      "0123456789abcdef"

/** As short as libcoap lets it be: an exchange without an answer ends after 3 to 4.5 s, unless
 *  endpoint_start_with() has another MAX_RETRANSMIT. */
#define ENDPOINT_ACK_TIMEOUT_MS 1000u
#define ENDPOINT_MAX_RETRANSMIT 1u

/** The last request that came in. */
struct seen_request {
    unsigned count;
    enum loom_method method;
    char path[128];  /**< segments joined by `/` */
    char query[128]; /**< arguments joined by `&` */
    uint16_t content_format;
    uint16_t accept;
    bool confirmable;
    uint8_t observe;
    uint16_t observation;
    uint8_t payload[65536];
    size_t length;
    struct loom_session *session;
    void *owner;
    unsigned responses; /**< answers that the endpoint had seen by then */
    uint32_t answer_offset;
    uint16_t piece_room;
    struct loom_piece piece; /**< where in `payload` it was put */
    unsigned asked;          /**< whether it takes a body in pieces */
};

struct seen_response {
    unsigned count;
    uint32_t exchange;
    uint8_t code;
    bool observe_more;
    enum loom_failure failure;
    char location[128];
    uint16_t content_format;
    uint8_t payload[65536];
    size_t length;
    void *owner;
    struct loom_piece piece;
    uint32_t etag;
    uint32_t size;
};

struct seen_end {
    unsigned count;
    uint16_t observation;
    enum loom_failure failure;
};

struct seen_loss {
    unsigned count;
    enum loom_failure failure;
    int alert;
    struct loom_session *session;
};

struct endpoint {
    struct loom_coap_port *coap;
    struct loom_port port;
    struct seen_request request;
    struct seen_response response;
    struct seen_end notified;
    struct seen_loss lost;
    /* what it answers */
    uint8_t code;
    uint16_t content_format;
    const void *payload;
    size_t length;
    const char *location[2];
    uint16_t observation; /**< that its answers begin */
    uint64_t held;        /**< number under which its answers are kept back */
    uint32_t max_age;
    bool in_pieces;       /**< it gives one piece of the payload at a time */
    uint32_t etag;        /**< same */
    size_t cut_short;     /**< same: bytes that are missing of each */
    bool takes_pieces;    /**< of what is not for `/whole` */
    uint32_t piece_limit; /**< a piece that goes beyond is answered `code`; 0: none does */
    /* what it does in between */
    bool ask_back;         /**< sends a GET /back in the session that a request came in */
    uint16_t notify;       /**< notifies under this name while it is asked; 0: it does not */
    enum loom_status told; /**< what came of that */
    bool close_on_request; /**< closes the session that a request came in */
    bool within;           /**< in a call of its own: its port must not call back now */
    bool reentered;
    char bound[LOOM_COAP_URI_SIZE];
    bool payload_lasts; /**< of what endpoint_ask() sends */
};

/** Makes an endpoint, ready to open sessions. It answers 2.05 without a payload. */
void endpoint_start(struct endpoint *endpoint);
void endpoint_start_with(struct endpoint *endpoint, struct loom_coap_config config);
void endpoint_stop(struct endpoint *endpoint);

/** Listens at a free port of the loopback; `bound` is its URI then. */
void endpoint_listen(struct endpoint *endpoint, const char *scheme);

/** A session to `uri`, with DTLS-PSK where it says `coaps`. */
struct loom_session *endpoint_open(struct endpoint *endpoint, const char *uri);
struct loom_session *endpoint_open_as(struct endpoint *endpoint, const char *uri,
                                      const char *identity, const char *key);

/** A request with a path of one segment, or none if it is NULL. */
enum loom_status endpoint_ask(struct endpoint *endpoint, struct loom_session *session,
                              enum loom_method method, const char *segment, const void *payload,
                              size_t length, uint32_t exchange);

/** Asks for one piece of the answer to a GET. */
enum loom_status endpoint_ask_piece(struct endpoint *endpoint, struct loom_session *session,
                                    const char *segment, uint32_t offset, uint16_t room,
                                    uint32_t exchange);

/** Runs one or two endpoints until `*count` has reached `wanted`; the test fails after 20 s. */
void endpoints_run(struct endpoint *one, struct endpoint *other, const unsigned *count,
                   unsigned wanted);

/** One turn of each, without waiting. */
void endpoints_turn(struct endpoint *one, struct endpoint *other);

#endif
