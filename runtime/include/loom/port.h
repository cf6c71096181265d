/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The interface between the core and the network, at the level of a CoAP exchange. docs/porting.md
 * describes how to write a port.
 *
 * A *side* (a client, a bootstrap server, an LwM2M server) calls the functions of `struct
 * loom_port`; the port reports events to the side through `struct loom_side`. The port handles
 * tokens, message ids, retransmission, block-wise transfer and the answers to repeated messages. A
 * port never calls a side from within a call of that side: it reports later, from its loop.
 *
 * These structs will grow. New members are added at the end, and zero means that they are not used.
 * Therefore use designated initialisers, which set the rest to zero,
 *
 *     static const struct loom_side side = {.request = ..., .response = ..., .lost = ...};
 *
 * and clear a struct before you set its members one by one.
 */
#ifndef LOOM_PORT_H
#define LOOM_PORT_H

#include "loom/format.h"
#include "loom/status.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Security Mode of a session, as in resource 0/x/2 (rules H.2; Transport 5.2.4). */
enum loom_security_mode {
    LOOM_SECURITY_PSK = 0,
    LOOM_SECURITY_RPK = 1,
    LOOM_SECURITY_CERTIFICATE = 2,
    LOOM_SECURITY_NOSEC = 3,
    LOOM_SECURITY_EST = 4
};

/** A pre-shared key, and the identity that selects it. */
struct loom_psk {
    struct loom_bytes identity; /**< 0/x/3 */
    struct loom_bytes key;      /**< 0/x/5 */
};

/** Address and credentials of a session. Memory is the caller's, for the duration of the call. */
struct loom_credentials {
    struct loom_text uri;         /**< `coap://host[:port]` or `coaps://...`, rules H.3 */
    enum loom_security_mode mode; /**< selects the member of `as` */

    /** The credentials of the mode; none for LOOM_SECURITY_NOSEC. Raw public keys, certificates and
     *  enrolment will each add a member, with the first port that supports them; no port does yet.
     */
    union {
        struct loom_psk psk; /**< LOOM_SECURITY_PSK */
    } as;

    /** Letter of the transport that the account prefers (1/x/22, rule B-26) or an Update Trigger
     *  requested, one that the port supports; 0: the transport of the URI's scheme. */
    char transport;
};

enum loom_method {
    LOOM_GET = 1,
    LOOM_POST = 2,
    LOOM_PUT = 3,
    LOOM_DELETE = 4,
    LOOM_FETCH = 5,
    LOOM_PATCH = 6,
    LOOM_IPATCH = 7
};

/** Options of one kind that a message may carry at most; a message with more is refused with 4.02.
 */
#define LOOM_SEGMENTS_MAX 10u

/** Bytes of a token (RFC 7252 section 5.3.1). */
#define LOOM_TOKEN_MAX 8u

/** What a GET or FETCH requests in addition to its answer (RFC 7641). */
enum loom_observe {
    LOOM_OBSERVE_NONE,
    LOOM_OBSERVE_BEGIN, /**< notifications from now on */
    LOOM_OBSERVE_END    /**< no more notifications */
};

/** A part of a body (RFC 7959); all zero: the whole body. */
struct loom_piece {
    uint32_t offset; /**< bytes of the body before it */
    bool more;       /**< other pieces follow */
};

/** A request, in either direction. All memory belongs to the caller, for the duration of the call.
 */
struct loom_request {
    enum loom_method method;
    uint8_t path_count;
    uint8_t query_count;
    /** enum loom_observe. Outgoing, BEGIN: the exchange continues after its answer, see
     *  `loom_side.response`. */
    uint8_t observe;
    bool confirmable; /**< incoming: as received; outgoing: always sent confirmable */
    uint16_t content_format;
    uint16_t accept;
    /** What the request's token belongs to; 0: nothing. Incoming: the observation of this session
     *  with this token, by the name from `loom_reply.observation`; a BEGIN replaces it, and an END
     *  ends it (rules C-60, C-61). Outgoing, with END: the exchange of the observation, in the same
     *  session; nothing more is reported of it. An exchange that has ended is not an error. */
    uint32_t observation_of;
    struct loom_bytes payload;
    struct loom_text path[LOOM_SEGMENTS_MAX];  /**< decoded Uri-Path segments */
    struct loom_text query[LOOM_SEGMENTS_MAX]; /**< decoded Uri-Query arguments, `name=value` */
    /** Incoming: the part of the body that `payload` contains, if the side takes this body in
     * pieces
     *  (`loom_side.takes_pieces`). Outgoing: all zero, the port splits a long body. */
    struct loom_piece piece;
    /** The requested part of the answer. Incoming: only for GET and FETCH. A side that sends no
     *  pieces may ignore it: a success without an `etag` is not taken as a part, and the peer has
     * to start again (4.08). Outgoing, with `piece_room`: one piece is returned, from this offset,
     * a multiple of 16. */
    uint32_t answer_offset;
    /** Outgoing, not 0: the answer is not reassembled. One piece of at most this many bytes (16 or
     *  more) is returned and ends the exchange; the side requests the next one when it has
     * processed this one. Not with LOOM_OBSERVE_BEGIN. */
    uint16_t piece_room;
    /** Outgoing: the payload is not copied, because it lasts until the exchange has ended or was
     *  cancelled. For long ones that many get. Not with LOOM_OBSERVE_BEGIN. A port may copy it. */
    bool payload_lasts;
};

/** The answer to a request that a side sent. `code` 0: no answer, see `failure`. */
struct loom_response {
    uint8_t code;
    uint8_t location_count;
    bool observe_more; /**< the exchange continues: notifications may follow */
    uint16_t content_format;
    struct loom_bytes payload;
    struct loom_text location[LOOM_SEGMENTS_MAX]; /**< Location-Path segments; none if they do not
                                                   *  fit here */
    /** For a request with `piece_room`, like the following members: the part of the answer that was
     *  received. It is the requested part, or the whole answer if the peer does not split its
     *  answers, even if that is longer than `piece_room`. Zero if it is not a success. */
    struct loom_piece piece;
    /** ETag of the whole answer, or a digest of it; pieces with different values belong to
     *  different answers. 0: none. */
    uint32_t etag;
    uint32_t size; /**< of the whole answer, from the peer's Size2; 0: unknown */
};

/** The answer of a side to an incoming request. The port passes it with code 0 and the buffer of
 * the packet, into which the side writes. */
struct loom_reply {
    uint8_t code; /**< 0: do not answer at all (rule A-95) */
    uint8_t location_count;
    uint16_t content_format; /**< LOOM_FORMAT_ABSENT without a payload */
    /** Not 0: the answer, a success, is the first notification of this observation (rule C-60). The
     *  port stores the request's token under this name; the side chooses a name that no other
     *  observation of the session has. 0, for a successful BEGIN or END: an observation with the
     *  token is removed. A refused request does not change it. */
    uint16_t observation;
    struct loom_text location[LOOM_SEGMENTS_MAX]; /**< valid until the reply is sent */
    uint8_t *payload;
    size_t room;
    size_t length;
    /** In: the length of a piece, at most `room`. If an answer is longer than that and fits `room`,
     *  the port keeps it and serves its blocks. 0: no piece fits here. */
    uint16_t piece_room;
    /** For a success without locations: the answer continues after `piece_room` bytes. All of these
     *  are filled, with the part from `request->answer_offset`. The port keeps nothing, and asks
     *  again with another offset when the peer does: in any order, repeatedly, later, or never. All
     *  pieces have the same `etag`, so that the peer notices if the content has changed. */
    bool more;
    /** Must not be 0 with `more`, and with the last piece (offset not 0); otherwise ignored. ETags
     *  that the port assigns to answers it keeps are small numbers. */
    uint32_t etag;
    uint32_t size;    /**< with `etag`: of the whole answer, sent on request; 0: unknown */
    uint32_t max_age; /**< with 5.03: seconds after which to retry; 0: not sent */
    /** Not 0: the port holds the answer until loom_port.settle() is called with this number, for
     *  example because its content has not been stored yet. Meanwhile repetitions of the request
     * get no answer. Numbers must not decrease; several answers may have the same number. Only for
     *  an answer that is not sent in pieces, and if the port has `settle`. */
    uint64_t held;
};

/** A notification of a side. Memory is the caller's, for the duration of the call. */
struct loom_notification {
    uint8_t code; /**< of success; any other code ends the observation (RFC 7641 section 4.2) */
    bool confirmable;
    uint16_t content_format;
    struct loom_bytes payload;
};

/** Why a session or an exchange failed. */
enum loom_failure {
    LOOM_FAILURE_NONE,
    LOOM_FAILURE_TIMEOUT,     /**< no answer in MAX_TRANSMIT_WAIT; within a block-wise transfer in
                               *   four times that */
    LOOM_FAILURE_UNREACHABLE, /**< name not resolved, port closed, no route */
    LOOM_FAILURE_SECURITY,    /**< handshake refused, wrong key, TLS alert; the session is lost */
    LOOM_FAILURE_RESET,       /**< the peer answered with RST */
    LOOM_FAILURE_CLOSED,      /**< the peer closed the session */
    LOOM_FAILURE_UNUSABLE     /**< the answer is malformed, or does not fit the port's buffer */
};

/** A session with a peer. Owned by the port; valid from open(), or from the first request of a
 *  peer, until close() or until `lost` was called. */
struct loom_session;

/** The peer of a session; valid as long as the session. */
struct loom_peer {
    struct loom_text address;   /**< for people: `127.0.0.1:5683`, `[::1]:5683` */
    struct loom_bytes identity; /**< authenticated identity; empty with NoSec */
    bool secure;
};

/** The functions of a port, called by a side. */
struct loom_port {
    void *self;

    /** Milliseconds of a monotonic clock. */
    uint64_t (*now)(void *self);

    /** Seconds since 1970-01-01 UTC, or 0 if the device does not know. */
    int64_t (*unix_time)(void *self);

    /** 32 random bits to spread retries (rule A-14), not for cryptography. NULL: retries are not
     *  spread. */
    uint32_t (*random)(void *self);

    /** Letters of the transports that open() supports (rule B-25), such as "U"; NULL: "U". */
    const char *transports;

    /** Whether open() could use these credentials, as far as that is known without name resolution
     *  and network. NULL: all of them. */
    bool (*supports)(void *self, const struct loom_credentials *credentials);

    /**
     * Starts a session. The port may wait with the handshake until the first request, and with name
     * resolution until later; failures are reported by `lost`.
     * @param owner passed back with every event of this session
     * @return LOOM_OK; LOOM_BAD_REQUEST a URI or mode that cannot be used; LOOM_UNAVAILABLE
     */
    enum loom_status (*open)(void *self, const struct loom_credentials *credentials, void *owner,
                             struct loom_session **session);

    /** Ends a session; its exchanges end without a report. */
    void (*close)(void *self, struct loom_session *session);

    /**
     * Marks whether the side needs a session that the peer began, for example one in which a client
     * has registered. The port may drop other sessions if it needs their memory. Initially a
     * session is not kept. NULL: this port never drops sessions.
     */
    void (*keep)(void *self, struct loom_session *session, bool kept);

    /**
     * Sends a request. Its end is reported once, by `response`, with the same `exchange`.
     * @return LOOM_OK; LOOM_UNAVAILABLE nothing was sent; LOOM_TOO_LARGE, also if no block size
     *         matches the requested piece
     */
    enum loom_status (*request)(void *self, struct loom_session *session,
                                const struct loom_request *request, uint32_t exchange);

    /**
     * Cancels a request before its end. Unsent messages are not sent, and others are not
     * retransmitted. Nothing is reported afterwards; a late answer is dropped. The next request of
     * the session need not wait for it. An exchange that has ended or never existed is not an
     * error.
     */
    void (*cancel)(void *self, struct loom_session *session, uint32_t exchange);

    /** Returns the peer of a session. */
    void (*peer)(void *self, const struct loom_session *session, struct loom_peer *peer);

    /**
     * Sends a notification of an observation that an answer of the side has begun. The port
     * numbers notifications, and serves the blocks of one that is longer than a packet (RFC 7959
     * section 3.4). The end of a confirmable one is reported by `notified`; until then no other
     * confirmable one of this session is accepted. NULL: this port does not support observations,
     * so an answer must not begin one. Do not call it from within `loom_side.request`, because the
     * request may use the same memory: then nothing is sent.
     * @return LOOM_OK; LOOM_NOT_FOUND the port does not know the observation (any more);
     *         LOOM_UNAVAILABLE nothing was sent; LOOM_TOO_LARGE
     */
    enum loom_status (*notify)(void *self, struct loom_session *session, uint16_t observation,
                               const struct loom_notification *notification);

    /** Ends an observation: nothing is sent or reported of it any more. An unknown observation is
     *  not an error. Required if `notify` is set. */
    void (*forget)(void *self, struct loom_session *session, uint16_t observation);

    /**
     * Releases the answers that are held under this number (`loom_reply.held`). They are either
     * sent, or dropped as if their requests had not been received: the peer retransmits them, as it
     * does when a message is lost, and the side gets them again. Requests of the side in a session
     * with a held answer wait for it. Held answers of a session that has ended are dropped, and so
     * is an answer for which the port has no memory: the peer then sends its request again. Do not
     * call it from within a function of the side. NULL: this port does not hold answers.
     */
    void (*settle)(void *self, uint64_t held, bool send);

    /** Replaces the answers that are held under this number by one with this code and nothing else:
     *  what the side has found out meanwhile is not what it expected. As settle(). NULL: this port
     *  does not replace answers. */
    void (*revise)(void *self, uint64_t held, uint8_t code);

    /** Returns the token of a request whose exchange continues (`loom_response.observe_more`). A
     *  side that stores it can continue the observation after a restart, if the port supports that.
     *  NULL: not supported.
     *  @param token out: LOOM_TOKEN_MAX bytes
     *  @return its length; 0: there is no such exchange */
    size_t (*token)(void *self, const struct loom_session *session, uint32_t exchange,
                    uint8_t *token);
};

/** The functions of a side, called by a port. `side` is the pointer registered with these
 * functions; `owner` is the pointer given to open(), NULL in a session that the peer began. */
struct loom_side {
    /** Handles an incoming request; the answer is written into `reply`. */
    void (*request)(void *side, void *owner, struct loom_session *session,
                    const struct loom_request *request, struct loom_reply *reply);

    /** Whether the side takes a body in pieces; called once, with the first of several blocks. If
     *  so, each block is reported as a request, in order and once, with its `piece`: the answer
     *  2.31 Continue requests the next block, any other answer ends the transfer. An interrupted
     *  body is not reported: the next one begins with offset 0. NULL, or false: the port
     * reassembles the body, as far as it fits its buffer. */
    bool (*takes_pieces)(void *side, void *owner, struct loom_session *session,
                         const struct loom_request *request);

    /** Reports the end of an outgoing request: an answer, or `response->code` 0 and the failure.
     *  With `response->observe_more` the exchange continues: this is a notification, or the answer
     *  as the first one, and more may follow. Older ones that arrive late are dropped (RFC 7641
     *  section 3.4). loom_port.cancel() stops them: the next one is answered with a Reset. */
    void (*response)(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                     const struct loom_response *response, enum loom_failure failure);

    /** Reports that the session was lost; it must not be used or closed any more. The ends of its
     *  exchanges have been reported before.
     *  @param alert the TLS alert received (rule A-111), or -1 */
    void (*lost)(void *side, void *owner, struct loom_session *session, enum loom_failure failure,
                 int alert);

    /** Reports the end of a confirmable notification: LOOM_FAILURE_NONE if the peer has
     * acknowledged it. For any notification, LOOM_FAILURE_RESET: the peer rejected it, and the port
     * has removed the observation (rule C-61). NULL in a side that sends none. */
    void (*notified)(void *side, void *owner, struct loom_session *session, uint16_t observation,
                     enum loom_failure failure);
};

#ifdef __cplusplus
}
#endif

#endif
