/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The seam between the core and the world, at the level of a CoAP exchange.
 *
 * A *side* (a client, a bootstrap server, an LwM2M server) calls the functions of `struct
 * loom_port`; the port reports what happens to the side through `struct loom_side`. Both directions
 * carry plain values: tokens, message ids, retransmission and block-wise transfer stay below the
 * port, which also answers a repeated message itself. A port never calls back into a side from
 * within a call of that side: what happens is reported later, from the port's own loop.
 *
 * The structs here grow: a member for something new, such as bodies that come and go as a stream of
 * blocks, is added at the end of the struct that it belongs to, and all zero means that it is not
 * used. So every initialiser is a designated one, which leaves the rest zero, as in
 *
 *     static const struct loom_side side = {.request = ..., .response = ..., .lost = ...};
 *
 * and a struct that is filled member by member is cleared as a whole first.
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

/** A pre-shared key, and the identity that it is found by. */
struct loom_psk {
    struct loom_bytes identity; /**< 0/x/3 */
    struct loom_bytes key;      /**< 0/x/5 */
};

/** Where to and with which credentials. Memory is the caller's, for the duration of the call. */
struct loom_credentials {
    struct loom_text uri;         /**< `coap://host[:port]` or `coaps://...`, rules H.3 */
    enum loom_security_mode mode; /**< says which member of `as` there is */

    /** What the mode needs; with LOOM_SECURITY_NOSEC nothing. Raw public keys, certificates and
     *  enrolment add a member for each mode, with the first port that takes them; until then these
     *  modes have none, and no port supports them. */
    union {
        struct loom_psk psk; /**< LOOM_SECURITY_PSK */
    } as;

    /** Letter of the transport that the account prefers (1/x/22, rule B-26) or an Update Trigger
     *  named, one of the port's own; 0: what the scheme of the URI says. */
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

/** What a GET or FETCH asks for beside its answer (RFC 7641). */
enum loom_observe {
    LOOM_OBSERVE_NONE,
    LOOM_OBSERVE_BEGIN, /**< notifications from now on */
    LOOM_OBSERVE_END    /**< no more notifications */
};

/** Which part of a body something is (RFC 7959); all zero: the whole. */
struct loom_piece {
    uint32_t offset; /**< bytes of the body before it */
    bool more;       /**< others come behind it */
};

/** A request, either way. All memory belongs to the one who calls, for the duration of the call. */
struct loom_request {
    enum loom_method method;
    uint8_t path_count;
    uint8_t query_count;
    /** enum loom_observe. Outgoing, BEGIN: the exchange goes on after its answer, see
     *  `loom_side.response`. */
    uint8_t observe;
    bool confirmable; /**< incoming: as it came; outgoing: always sent confirmable */
    uint16_t content_format;
    uint16_t accept;
    /** What the request's token belongs to; 0: nothing. Incoming: the observation of this session
     *  that has it, as the side has named it in `loom_reply.observation`; a BEGIN takes its place,
     *  and an END ends it (rules C-60, C-61). Outgoing, with END: the exchange that is observed, in
     *  the same session, of which nothing is reported any more; one that has ended is no error. */
    uint32_t observation_of;
    struct loom_bytes payload;
    struct loom_text path[LOOM_SEGMENTS_MAX];  /**< decoded Uri-Path segments */
    struct loom_text query[LOOM_SEGMENTS_MAX]; /**< decoded Uri-Query arguments, `name=value` */
    /** Incoming: which part of the body `payload` is, where the side takes this body in pieces
     *  (`loom_side.takes_pieces`). Outgoing: all zero, the port cuts what is long. */
    struct loom_piece piece;
    /** Which part of the answer is asked for. Incoming: of a GET or a FETCH alone. A side that
     * gives no pieces need not look at it: a success without an `etag` is not taken for a part, and
     * the peer has to begin anew (4.08). Outgoing, with `piece_room`: one piece comes, from this
     *  offset, a multiple of 16. */
    uint32_t answer_offset;
    /** Outgoing, not 0: the answer is not joined. One piece of at most so many bytes comes, 16 or
     *  more, and is the end of the exchange; the side asks for the next when it has done with this
     *  one. Not with LOOM_OBSERVE_BEGIN. */
    uint16_t piece_room;
};

/** The answer to a request that a side sent. `code` 0: none came, see `failure`. */
struct loom_response {
    uint8_t code;
    uint8_t location_count;
    bool observe_more; /**< the exchange goes on: notifications may follow */
    uint16_t content_format;
    struct loom_bytes payload;
    struct loom_text location[LOOM_SEGMENTS_MAX]; /**< Location-Path segments; none if they were
                                                   *  more than fit here */
    /** Of a request with `piece_room`, as what follows: which part of the answer has come. That is
     *  the one that was asked for, or, where the peer does not cut its answers, the whole, even if
     *  that is longer than `piece_room` or another part was asked for. Zero if it is no success. */
    struct loom_piece piece;
    /** Of the answer that it is a part of, or a digest of it; pieces that differ in it are of
     *  different answers. 0: it has none. */
    uint32_t etag;
    uint32_t size; /**< of the whole answer as the peer says it, Size2; 0: it does not */
};

/** What a side answers to an incoming request. The port hands it in with code 0 and the room of the
 *  packet; what the side writes stays there. */
struct loom_reply {
    uint8_t code; /**< 0: do not answer at all (rule A-95) */
    uint8_t location_count;
    uint16_t content_format; /**< LOOM_FORMAT_ABSENT without a payload */
    /** Not 0: the answer, a success, is the first notification of this observation (rule C-60): the
     *  port remembers the request's token under this name, which the side chooses and which no
     *  other observation of the session has. 0, to a BEGIN or END that succeeds: an observation
     *  that had the token is forgotten. One that is refused leaves it as it is. */
    uint16_t observation;
    struct loom_text location[LOOM_SEGMENTS_MAX]; /**< lasts until the reply is sent */
    uint8_t *payload;
    size_t room;
    size_t length;
    /** In: how long a piece is, at most `room`. An answer that is longer than that and within
     *  `room` is kept by the port, which serves its blocks. 0: no piece fits here. */
    uint16_t piece_room;
    /** Of a success without locations: the answer goes on behind `piece_room` bytes, all of them
     *  filled, which are its part from `request->answer_offset`. The port keeps nothing, and asks
     *  again with another offset when the peer does: in any order, twice, after a while, or never.
     *  All pieces have the same `etag`, so that the peer notices if what is read has become another
     *  meanwhile. */
    bool more;
    /** Not 0 with `more`, and with the last piece, whose offset is not 0; else it is not looked at.
     *  The port's own, of answers that it keeps, are small. */
    uint32_t etag;
    uint32_t size;    /**< with `etag`: of the whole answer, for a peer that asks; 0: not known */
    uint32_t max_age; /**< with 5.03: seconds until it is worth asking again; 0: is not said */
    /** Not 0: the answer is kept back until loom_port.settle() is called with this number, as one
     *  that says something that has yet to be stored. Meanwhile the request is known: repetitions
     *  meet silence. Numbers must not become smaller, and several answers may have the same. Only
     *  for an answer that does not go in pieces, and where the port has `settle`. */
    uint64_t held;
};

/** A notification of a side. Memory is the caller's, for the duration of the call. */
struct loom_notification {
    uint8_t code; /**< of success; any other code ends the observation (RFC 7641 section 4.2) */
    bool confirmable;
    uint16_t content_format;
    struct loom_bytes payload;
};

/** Why a session or an exchange came to nothing. */
enum loom_failure {
    LOOM_FAILURE_NONE,
    LOOM_FAILURE_TIMEOUT,     /**< no answer in MAX_TRANSMIT_WAIT; in the middle of a body that goes
                               *   in blocks in four times that */
    LOOM_FAILURE_UNREACHABLE, /**< name not resolved, port closed, no route */
    LOOM_FAILURE_SECURITY,    /**< handshake refused, wrong key, TLS alert; the session is lost */
    LOOM_FAILURE_RESET,       /**< the peer answered with RST */
    LOOM_FAILURE_CLOSED,      /**< the peer closed the session */
    LOOM_FAILURE_UNUSABLE     /**< the answer is malformed, or longer than the port has room for */
};

/** A session with a peer. Owned by the port; valid from open(), or from the first request of a
 *  peer, until close() or until `lost` was called. */
struct loom_session;

/** What a port knows of the peer of a session; lasts as long as the session. */
struct loom_peer {
    struct loom_text address;   /**< for people: `127.0.0.1:5683`, `[::1]:5683` */
    struct loom_bytes identity; /**< authenticated identity; empty with NoSec */
    bool secure;
};

/** What the world does for a side. */
struct loom_port {
    void *self;

    /** Milliseconds of a clock that never goes back. */
    uint64_t (*now)(void *self);

    /** Seconds since 1970-01-01 UTC, or 0 if the device does not know. */
    int64_t (*unix_time)(void *self);

    /** 32 random bits that spread retries (rule A-14); they protect nothing. NULL: retries are not
     *  spread. */
    uint32_t (*random)(void *self);

    /** Letters of the transports that open() can use (rule B-25), such as "U"; NULL: "U". */
    const char *transports;

    /** Whether open() could use these credentials, as far as that is known without a name service
     * or the network. NULL: every one. */
    bool (*supports)(void *self, const struct loom_credentials *credentials);

    /**
     * Starts a session. Nothing need be sent before the first request, and a name need not be
     * resolved by then: what comes of that is reported by `lost`.
     * @param owner given back with everything that happens in this session
     * @return LOOM_OK; LOOM_BAD_REQUEST a URI or mode that cannot be used; LOOM_UNAVAILABLE
     */
    enum loom_status (*open)(void *self, const struct loom_credentials *credentials, void *owner,
                             struct loom_session **session);

    /** Ends a session; its exchanges end without a word. */
    void (*close)(void *self, struct loom_session *session);

    /**
     * Says whether the side needs a session that the peer began, as one in which a client has
     * registered: what it does not keep may be lost when others need the room. At first it is not
     * kept. NULL: this port never makes room.
     */
    void (*keep)(void *self, struct loom_session *session, bool kept);

    /**
     * Sends a request. Its end is reported once, by `response`, with the same `exchange`.
     * @return LOOM_OK; LOOM_UNAVAILABLE nothing was sent; LOOM_TOO_LARGE, also where no block can
     *         be the piece that is asked for
     */
    enum loom_status (*request)(void *self, struct loom_session *session,
                                const struct loom_request *request, uint32_t exchange);

    /**
     * Gives up a request before its end. It leaves the wire at once: what has not been sent yet
     * never is, what has been is not sent again. Nothing is reported of it afterwards; an answer
     * that comes all the same is dropped. The next request of the session need not wait for it. An
     * exchange that has ended or never was is no error.
     */
    void (*cancel)(void *self, struct loom_session *session, uint32_t exchange);

    /** Tells of the peer of a session. */
    void (*peer)(void *self, const struct loom_session *session, struct loom_peer *peer);

    /**
     * Sends a notification of an observation that the side has begun with its answer. The port
     * numbers them, and serves the blocks of one that is longer than a packet (RFC 7959
     * section 3.4). The end of a confirmable one is reported by `notified`; until then no other
     * confirmable one of this session is taken. NULL: this port knows no observations, so an answer
     * must not begin one. Not to be called from within `loom_side.request`, whose request may stand
     * in memory that this takes: then nothing is sent.
     * @return LOOM_OK; LOOM_NOT_FOUND the port knows no such observation (any more);
     *         LOOM_UNAVAILABLE nothing was sent; LOOM_TOO_LARGE
     */
    enum loom_status (*notify)(void *self, struct loom_session *session, uint16_t observation,
                               const struct loom_notification *notification);

    /** Ends an observation: nothing is sent or reported of it any more. One that is not there is no
     *  error. There if `notify` is. */
    void (*forget)(void *self, struct loom_session *session, uint16_t observation);

    /**
     * Says what becomes of the answers that were kept back under this number (`loom_reply.held`).
     * They are sent; or they are dropped, and their requests were never heard: the peer sends them
     * again, as it does when a message is lost, and the side is asked again. What the side asks in
     * a session of which an answer is kept back waits for that. Those of a session that has ended
     * are gone, and so is one that the port had no room to keep: the peer sends its request again
     * then, too. Not to be called from within a function of the side. NULL: this port keeps nothing
     * back.
     */
    void (*settle)(void *self, uint64_t held, bool send);

    /** Gives the token of a request whose exchange goes on (`loom_response.observe_more`): who
     *  stores it can go on with the observation after a restart, where the port can.
     *  @param token out: LOOM_TOKEN_MAX bytes
     *  @return its length; 0: no such exchange goes on. NULL: this port does not tell */
    size_t (*token)(void *self, const struct loom_session *session, uint32_t exchange,
                    uint8_t *token);
};

/** What a port reports to a side. `side` is the pointer registered with these functions; `owner`
 *  is the pointer given to open(), NULL in a session that the peer began. */
struct loom_side {
    /** A request came in; the answer goes into `reply`. */
    void (*request)(void *side, void *owner, struct loom_session *session,
                    const struct loom_request *request, struct loom_reply *reply);

    /** Whether the side takes a body in pieces, asked once with the first block of one that has
     *  several. If so, each block is a request as it comes, in order and once, with its `piece`:
     * the answer 2.31 Continue asks for the next, any other is the last one. A body that breaks off
     * is not reported: the next one begins with offset 0. NULL, or false: the port joins the body,
     * as long as it has room. */
    bool (*takes_pieces)(void *side, void *owner, struct loom_session *session,
                         const struct loom_request *request);

    /** A request of ours came to its end: an answer, or `response->code` 0 and why. With
     *  `response->observe_more` that is not its end: a notification has come, or the answer that is
     *  the first one, and more may follow. Older ones that come late are dropped (RFC 7641 section
     *  3.4). loom_port.cancel() stops them: the next one is answered with a Reset. */
    void (*response)(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                     const struct loom_response *response, enum loom_failure failure);

    /** The session is gone; it must not be used or closed any more. The ends of
     *  its exchanges have been reported.
     *  @param alert the TLS alert received (rule A-111), or -1 */
    void (*lost)(void *side, void *owner, struct loom_session *session, enum loom_failure failure,
                 int alert);

    /** What became of a confirmable notification: LOOM_FAILURE_NONE if the peer has acknowledged
     * it. Of any notification, LOOM_FAILURE_RESET: the peer does not want it, and the port has
     * forgotten the observation (rule C-61). NULL in a side that sends none. */
    void (*notified)(void *side, void *owner, struct loom_session *session, uint16_t observation,
                     enum loom_failure failure);
};

#ifdef __cplusplus
}
#endif

#endif
