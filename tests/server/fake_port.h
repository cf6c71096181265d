/* SPDX-License-Identifier: Apache-2.0 */
/** A port without a network: it keeps what a side sends, and hands it what the test says. */
#ifndef LOOM_TEST_FAKE_PORT_H
#define LOOM_TEST_FAKE_PORT_H

#include "loom/port.h"

#define FAKE_SENT_MAX 512u

/** A session that the peer began. */
struct loom_session {
    const char *address;
    const char *identity; /**< NULL: without security */
    bool kept;            /**< the side needs it */
    bool closed;          /**< by the side */
};

/** A request that the side sent. */
struct fake_sent {
    struct loom_session *session;
    uint32_t exchange;
    enum loom_method method;
    char path[64];
    char query[64]; /**< `?a=b&c`, empty without one */
    uint16_t content_format;
    uint16_t accept;
    enum loom_observe observe;
    uint32_t observation_of;
    uint8_t payload[512];
    size_t length;
    bool cancelled; /**< the side has given it up */
};

struct fake_port {
    struct loom_port port;
    uint64_t now;
    size_t room;            /**< of a reply's payload, at most 1024 */
    uint16_t piece_room;    /**< of a reply */
    uint32_t answer_offset; /**< of every request */
    bool refuse;            /**< request() answers LOOM_UNAVAILABLE */
    const struct loom_side *side;
    void *self;
    struct fake_sent sent[FAKE_SENT_MAX];
    size_t sent_count;
    uint64_t settled; /**< the mark that was settled last */
    unsigned settled_count;
    bool settled_sends;
    uint8_t revised; /**< the code that the held answer has instead; 0: its own */
    uint8_t token;   /**< first byte of the tokens of what is observed; 0: it has none to tell */
};

/** What a side answered; text is copied. */
struct fake_reply {
    uint8_t code;
    char location[64]; /**< `/rd/x`, empty without one */
    uint16_t content_format;
    uint8_t payload[1024];
    size_t length;
    bool more;
    uint32_t etag;
    uint32_t size;
    uint64_t held;
    uint32_t max_age;
};

void fake_port_begin(struct fake_port *fake, const struct loom_side *side);

/** Hands a confirmable request with this method and `/path?query` to the side. */
struct fake_reply fake_port_request(struct fake_port *fake, struct loom_session *session,
                                    enum loom_method method, const char *target,
                                    uint16_t content_format, const char *payload);

/** The same, not confirmable. */
struct fake_reply fake_port_request_non(struct fake_port *fake, struct loom_session *session,
                                        enum loom_method method, const char *target);

/** Hands a confirmable GET that wants an answer in this format to the side. */
struct fake_reply fake_port_get(struct fake_port *fake, struct loom_session *session,
                                const char *target, uint16_t accept);

/** The last request that the side sent. */
const struct fake_sent *fake_port_last(const struct fake_port *fake);

/** Answers the last request. */
void fake_port_answer(struct fake_port *fake, uint8_t code);
void fake_port_answer_with(struct fake_port *fake, uint8_t code, uint16_t content_format,
                           const void *payload, size_t length);

/** Answers a request so that notifications may follow, or notifies; `more` false: the last time. */
void fake_port_notify(struct fake_port *fake, const struct fake_sent *sent, uint8_t code,
                      const char *text, bool more);

/** Ends what is observed without an answer. */
void fake_port_end(struct fake_port *fake, const struct fake_sent *sent, enum loom_failure failure);

/** Ends the last request without an answer. */
void fake_port_fail(struct fake_port *fake, enum loom_failure failure);

void fake_port_lose(struct fake_port *fake, struct loom_session *session);

#endif
