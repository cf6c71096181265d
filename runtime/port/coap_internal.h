/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the files of the libcoap port share.
 *
 * libcoap does the sockets, DTLS and the message layer: retransmission, acknowledgements, resets.
 * Above it, here, are requests and answers, block-wise transfer (RFC 7959) and the memory of
 * messages that were answered already, since libcoap (4.3.1 and 4.3.5)
 *  - executes a repeated confirmable request again,
 *  - puts the blocks of an abandoned transfer into the next one, of any path without a resource,
 *    and sets no limit to the size of a body.
 *
 * So its block mode stays off: a handler sees each message as it came.
 *
 *   coap_port.c      the port: create, listen, the loop
 *   coap_connect.c   sessions of ours: from a URI to a connection, and the end of every session
 *   coap_session.c   sessions: those of peers, signs of life, loss
 *   coap_serve.c     requests of peers, and the answers to them
 *   coap_incoming.c  what is in one of them
 *   coap_gather.c    those that come in blocks
 *   coap_answer.c    what goes into the message of an answer or a notification
 *   coap_answered.c  messages answered already
 *   coap_held.c      answers that wait until the side lets them go
 *   coap_observe.c   observations of peers, and the notifications to them
 *   coap_exchange.c  requests of ours
 *   coap_observed.c  what a peer is observed for: the notifications that come
 *   coap_transfer.c  bodies that come or go in blocks between messages
 *   coap_piece.c     answers of which the side gets one piece at a time
 *   coap_block.c     options, block options and bodies
 *   coap_uri.c       addresses, and where URIs lead
 *   coap_names.c     names of servers, looked up beside the loop
 *   coap_clock.c     the port's clock
 *   coap_log.c       libcoap's log
 *
 * Nothing calls the side from within a call of the side. What a call leaves to do puts its session
 * on the port's agenda, and loom_coap_step() works that off.
 */
#ifndef LOOM_PORT_COAP_INTERNAL_H
#define LOOM_PORT_COAP_INTERNAL_H

#include "coap_compat.h"
#include "loom/port_coap.h"
#include "uri.h"

/* ---- lists ----------------------------------------------------------------------------------- */

/** A member of a ring, or its head. A member that is in no ring points to itself. */
struct loom_coap_ring {
    struct loom_coap_ring *next;
    struct loom_coap_ring *previous;
};

static inline void loom_coap_ring_init(struct loom_coap_ring *ring)
{
    ring->next = ring;
    ring->previous = ring;
}

static inline bool loom_coap_ring_is_empty(const struct loom_coap_ring *ring)
{
    return ring->next == ring;
}

static inline void loom_coap_ring_remove(struct loom_coap_ring *member)
{
    member->previous->next = member->next;
    member->next->previous = member->previous;
    loom_coap_ring_init(member);
}

/** Makes `member` the last of `ring`; it may be in one already. */
static inline void loom_coap_ring_append(struct loom_coap_ring *ring, struct loom_coap_ring *member)
{
    loom_coap_ring_remove(member);
    member->previous = ring->previous;
    member->next = ring;
    ring->previous->next = member;
    ring->previous = member;
}

/** The struct of `type` whose member `name` is `ring`. */
#define LOOM_COAP_RING_ENTRY(ring, type, name)                                                     \
    ((type *)(void *)((char *)(ring)-offsetof(type, name)))

/* ---- block-wise transfer --------------------------------------------------------------------- */

/** Value of a Block1 or Block2 option. */
struct loom_coap_block {
    uint32_t number;
    bool more;
    uint8_t szx; /**< a block has 16 << szx bytes; 0 to 6 */
};

#define LOOM_COAP_BLOCK_SZX_MAX 6u

/** What DTLS 1.2 puts around a message with AES-CCM-8 or CBC-SHA256, and a Connection ID. */
#define LOOM_COAP_RECORD_ROOM 80u

static inline size_t loom_coap_block_size(uint8_t szx)
{
    return (size_t)16u << szx;
}

/** @return false: malformed */
bool loom_coap_block_read(const coap_opt_t *option, struct loom_coap_block *block);
uint32_t loom_coap_block_value(const struct loom_coap_block *block);
/** @return 1 found, 0 the message has no such option, -1 malformed */
int loom_coap_block_get(const coap_pdu_t *pdu, coap_option_num_t number,
                        struct loom_coap_block *block);
bool loom_coap_block_put(coap_pdu_t *pdu, coap_option_num_t number,
                         const struct loom_coap_block *block);

/** The biggest size exponent whose blocks fit `room`. @return false if none does */
bool loom_coap_block_fit(size_t room, uint8_t *szx);

/** Bytes gathered piece by piece, and wiped before they are freed. Zero is an empty one. */
struct loom_coap_body {
    uint8_t *data;
    size_t length;
    size_t room;
};

/** @return false: more than `limit` bytes, or out of memory; the body is as before then */
bool loom_coap_body_append(struct loom_coap_body *body, const void *data, size_t length,
                           size_t limit);
void loom_coap_body_clear(struct loom_coap_body *body);
void loom_coap_wipe(void *data, size_t length);

/* ---- options --------------------------------------------------------------------------------- */

/** Adds an option with an unsigned value. */
bool loom_coap_option_put_unsigned(coap_pdu_t *pdu, coap_option_num_t number, uint32_t value);
/** @return false if the message has no such option; its value otherwise, at most 32 bit */
bool loom_coap_option_get_unsigned(const coap_pdu_t *pdu, coap_option_num_t number,
                                   uint32_t *value);

/** A list of options is bytes: for each its number and its length, two bytes each in the host's
 *  order, and its value. */
#define LOOM_COAP_OPTION_HEAD 4u

/** Appends an option to a list. */
bool loom_coap_options_append(struct loom_coap_body *options, coap_option_num_t number,
                              const void *value, size_t length);
/** Adds a list of options to a message; ascending numbers. */
bool loom_coap_options_put(struct loom_bytes options, coap_pdu_t *pdu);

/** Fills a response that is empty. */
bool loom_coap_put_response(coap_pdu_t *response, uint8_t code, struct loom_bytes options,
                            struct loom_bytes payload);

/* ---- messages answered already --------------------------------------------------------------- */

/** Answers that a session keeps to give them again. A peer has one unanswered request at a time
 *  (NSTART 1), so what comes again is one of the last. */
#define LOOM_COAP_ANSWERED_MAX 8u

/** What a session knows a request by that it has answered (RFC 7252 section 4.5). */
struct loom_coap_mark {
    uint32_t expires; /**< seconds on the real clock */
    uint16_t mid;
    uint8_t before; /**< how many requests before it the next one of its chain was; 0: it is the
                     *   last */
    bool unheard;   /**< it is not known any more: what was done with it has been taken back */
};

struct loom_coap_answer;

/** Requests answered in a session, in the order in which they came: a mark of each that may be
 *  repeated, and the answers to the last ones. All zero is none. */
struct loom_coap_answered {
    struct loom_coap_mark
        *marks;       /**< of the last `room` requests; grows when all may be repeated */
    uint32_t *newest; /**< `room` chains of marks */
    uint32_t count;   /**< of all requests */
    uint16_t room;    /**< 0, or a power of two up to LOOM_COAP_REPEATS_MAX */
    struct loom_coap_answer *answers[LOOM_COAP_ANSWERED_MAX];
};

/** To be called before a request is executed: it could not be known again otherwise.
 *  @return false: out of memory */
bool loom_coap_answered_make_room(struct loom_session *session);
/** Remembers a request, to which nothing is said when it comes again until there is an answer.
 *  @return its number */
uint32_t loom_coap_answered_note(struct loom_session *session, const coap_pdu_t *request);
/** Remembers how the request of a number was answered, unless too many came since. */
void loom_coap_answered_remember(struct loom_session *session, uint32_t number, uint8_t code,
                                 struct loom_bytes options, struct loom_bytes payload);
/** The request of a number is executed when it comes again. */
void loom_coap_answered_unhear(struct loom_session *session, uint32_t number);
/** Answers a request that came before, or leaves the response without a code: silence.
 *  @return false: it did not come before */
bool loom_coap_answered_repeat(struct loom_session *session, const coap_pdu_t *request,
                               coap_pdu_t *response);
void loom_coap_answered_clear(struct loom_session *session);

/* ---- answers that are kept back -------------------------------------------------------------- */

/** Keeps the answer to a request back. Without room for it the request was never heard. */
void loom_coap_held_add(struct loom_session *session, uint64_t held, const coap_pdu_t *request,
                        uint8_t code, struct loom_bytes options, struct loom_bytes payload);
/** Forgets those of a session. */
void loom_coap_held_clear(struct loom_session *session);
void loom_coap_held_settle(void *self, uint64_t held, bool send);
void loom_coap_held_revise(void *self, uint64_t held, uint8_t code);

#define LOOM_COAP_URI_ADDRESSES_MAX 8u

/* ---- sessions -------------------------------------------------------------------------------- */

/** A body under way between messages: of a request that comes in blocks, or of an answer that goes.
 *  It ends EXCHANGE_LIFETIME after its last block came, and earlier if others need its room. */
struct loom_coap_transfer {
    struct loom_coap_ring place; /**< in the port's ring, if there is a key */
    struct loom_coap_body key;   /**< method and target that it belongs to; empty: it is none */
    struct loom_coap_body body;
    /** The side has the pieces of a request, one by one, and none is kept here. Of an answer: the
     *  side gives its pieces. The body is that of its request
     *  then, for those requests for other pieces that come without one (RFC 7959 section 3.3). */
    bool in_pieces;
    uint64_t expires; /**< on the port's clock */
    uint32_t etag;    /**< of an answer; a greater one began later */
    uint8_t code;
    uint16_t content_format;
    size_t offset;   /**< bytes of a request in pieces that the side has taken */
    uint32_t before; /**< a digest of its last block */
    uint32_t asked;  /**< of an answer: a digest of the body of its request */
};

uint32_t loom_coap_digest(struct loom_bytes bytes);

/** Appends the key of a request. */
bool loom_coap_transfer_key(struct loom_coap_body *key, const struct loom_request *request);
bool loom_coap_transfer_has_key(const struct loom_coap_transfer *transfer,
                                const struct loom_coap_body *key);
/** Begins a body that belongs to a key. */
bool loom_coap_transfer_begin_for(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                                  const struct loom_coap_body *key);
bool loom_coap_transfer_begin(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                              const struct loom_request *request);
bool loom_coap_transfer_is_of(const struct loom_coap_transfer *transfer,
                              const struct loom_request *request);
/** Whether an answer with the key of a request is one to it: of a FETCH the body is part of what is
 *  asked (RFC 8132 section 2). Later blocks may be asked for without it (RFC 7959 section 3.3). */
bool loom_coap_transfer_may_answer(const struct loom_coap_transfer *transfer,
                                   const struct loom_request *request);
/** @return false: too much, or out of memory */
bool loom_coap_transfer_append(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                               const void *data, size_t length);
/** It goes on: others expire, or make room, before it. */
void loom_coap_transfer_renew(struct loom_coap_port *port, struct loom_coap_transfer *transfer);
/** Takes back what came after the first `length` bytes. */
void loom_coap_transfer_cut(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                            size_t length);
void loom_coap_transfer_clear(struct loom_coap_port *port, struct loom_coap_transfer *transfer);
/** Ends those whose time has come. */
void loom_coap_transfer_expire(struct loom_coap_port *port);
/** Time on the port's clock at which the next one ends; UINT64_MAX: never. */
uint64_t loom_coap_transfer_deadline(const struct loom_coap_port *port);

/* ---- answers --------------------------------------------------------------------------------- */

/** More would leave no room for a payload; our own locations are `rd` and a short name. */
#define LOOM_COAP_LOCATION_MAX 300u

/** An answer or a notification before it is written. */
struct loom_coap_outgoing {
    uint8_t code;
    uint16_t content_format;
    uint32_t etag;                  /**< 0: none */
    const struct loom_reply *reply; /**< for its locations; may be NULL */
    struct loom_coap_block block1;
    struct loom_coap_block block2;
    bool has_block1;
    bool has_block2;
    bool has_sequence;
    uint32_t sequence; /**< of a notification */
    bool wants_size;   /**< the peer has asked how long all of it is */
    uint32_t size;     /**< that, where it is cut; 0: not to be said */
    uint32_t size1;    /**< what a body may have at most, with 4.13; 0: not told */
    uint32_t max_age;  /**< 0: not told */
    struct loom_bytes payload;
};

/** The options of an answer, as a list: ETag, Observe, Location-Path, Content-Format, Max-Age,
 *  Block2, Block1, Size2, Size1. */
struct loom_coap_answer_options {
    size_t length;
    uint8_t bytes[(8 + LOOM_SEGMENTS_MAX) * LOOM_COAP_OPTION_HEAD + 4 + 3 + 2 + 4 + 4 + 4 + 4 + 4 +
                  LOOM_COAP_LOCATION_MAX];
};

/** Bytes of token, options and payload that fit a message of a session, which need not be connected
 *  yet. */
size_t loom_coap_message_room(const struct loom_session *session);

/** Bytes of payload that fit an answer. */
size_t loom_coap_answer_room(const struct loom_session *session, const struct loom_reply *reply);
/** Cuts the block that was asked for out of an answer; NULL: none was. */
void loom_coap_answer_cut(const struct loom_session *session, const struct loom_coap_block *wanted,
                          struct loom_coap_outgoing *answer);
/** Says how long an answer is that is cut into blocks of `size` bytes, if the peer wants to know it
 *  and there is room. */
void loom_coap_answer_put_size(const struct loom_session *session, size_t size, uint32_t whole,
                               struct loom_coap_outgoing *answer);
/** Keeps an answer whose rest the peer may ask for, in a transfer that has begun. */
bool loom_coap_answer_keep(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                           struct loom_coap_outgoing *answer);
/** Lists the options in the order of their numbers. */
void loom_coap_answer_list_options(const struct loom_coap_outgoing *answer,
                                   struct loom_coap_answer_options *options);

struct loom_coap_lookup;
struct loom_coap_observed;

/** Where a session is to lead. */
struct loom_coap_way {
    bool secure;
    struct loom_coap_lookup *lookup; /**< of its name, while that is under way */
    uint32_t host;                   /**< a digest of host and port */
    struct loom_coap_body identity;
    struct loom_coap_body key;
    size_t address_count;
    coap_address_t addresses[LOOM_COAP_URI_ADDRESSES_MAX]; /**< the first that works is taken */
};

struct loom_session {
    struct loom_coap_ring
        place; /**< among the sessions of its kind, the longest silent one first */
    struct loom_coap_ring agenda; /**< in the port's agenda, or alone */
    struct loom_coap_port *port;
    coap_session_t *coap;      /**< NULL: not connected yet */
    struct loom_coap_way *way; /**< until it is connected */
    void *owner;
    bool ours;    /**< opened by the side, not begun by a peer */
    bool reached; /**< the peer has said something */
    uint32_t
        host; /**< a digest of the server's name, if that has several addresses; 0: it has one */
    bool secure;
    bool closed;            /**< the side has closed it: nothing is told any more */
    bool refused;           /**< DTLS failed with an error of its own */
    enum loom_failure gone; /**< not NONE: lost, and why; to be told */
    int alert;
    uint64_t last_message; /**< time of it on the port's clock, either way */
    bool kept;             /**< the side needs it, though a peer began it */
    char *address;         /**< LOOM_COAP_URI_SIZE bytes for people, written when somebody asks */
    struct loom_coap_ring held;         /**< answers that are kept back */
    struct loom_coap_ring exchanges;    /**< in order of the requests; the first one is under way */
    struct loom_coap_ring observed;     /**< exchanges that go on: notifications come */
    struct loom_coap_ring observations; /**< of the peer: notifications go */
    struct loom_coap_observation *confirming; /**< whose notification is not acknowledged yet */
    struct loom_coap_transfer incoming;
    struct loom_coap_transfer outgoing;
    struct loom_coap_answered answered;
};

/** A session that is in no list yet. NULL: out of memory. */
struct loom_session *loom_coap_session_new(struct loom_coap_port *port);
/** Ties it to its session of libcoap. */
void loom_coap_session_adopt(struct loom_session *session, coap_session_t *coap);
/** A session that is going neither counts nor makes room for another. */
void loom_coap_session_leave(struct loom_session *session);
/** The session behind libcoap's, begun now if a peer just came. NULL: not ours to serve. */
struct loom_session *loom_coap_session_of(struct loom_coap_port *port, coap_session_t *coap);
/** The peer showed signs of life. */
void loom_coap_session_heard(struct loom_session *session);
/** Has the loop look at the session. */
void loom_coap_session_attend(struct loom_session *session);
/** Loses a session of ours that has been silent for long, if the device has another address now:
 *  the peer would not know who is talking (rule B-17). */
void loom_coap_session_check_address(struct loom_session *session);
/** What is known of a server with several addresses; NULL: nothing. */
struct loom_coap_host *loom_coap_host_find(struct loom_coap_port *port, uint32_t host);
/** The session is lost; told later. The first reason counts, but that the peer cannot be reached
 *  explains every other. */
void loom_coap_session_lose(struct loom_session *session, enum loom_failure failure);
/** Does what is to be done with a session on the agenda. May free it. */
void loom_coap_session_settle(struct loom_session *session);
void loom_coap_session_free(struct loom_session *session);

bool loom_coap_session_supports(void *self, const struct loom_credentials *credentials);
enum loom_status loom_coap_session_open(void *self, const struct loom_credentials *credentials,
                                        void *owner, struct loom_session **session);
void loom_coap_session_close(void *self, struct loom_session *session);
void loom_coap_session_keep(void *self, struct loom_session *session, bool kept);
void loom_coap_session_peer(void *self, const struct loom_session *session, struct loom_peer *peer);

/* ---- requests of ours ------------------------------------------------------------------------ */

enum loom_status loom_coap_exchange_request(void *self, struct loom_session *session,
                                            const struct loom_request *request, uint32_t number);
void loom_coap_exchange_cancel(void *self, struct loom_session *session, uint32_t number);
/** Sends the message that the session's first exchange waits to send. */
void loom_coap_exchange_send(struct loom_session *session);
/** Tells the end of exchanges that came to nothing: of all, if the session is lost. */
void loom_coap_exchange_report(struct loom_session *session);
/** Lists the options of a request without Observe and blocks, and copies its payload. Both lists
 * are empty before. @return false: out of memory */
bool loom_coap_exchange_copy(const struct loom_request *request, struct loom_coap_body *options,
                             struct loom_coap_body *payload);
/** Frees all exchanges without a word. */
void loom_coap_exchange_forget(struct loom_session *session);
/** Gives up what has waited for too long. */
void loom_coap_exchange_expire(struct loom_coap_port *port);
/** Time on the port's clock at which loom_coap_exchange_expire() has something to do; UINT64_MAX:
 * never.
 */
uint64_t loom_coap_exchange_deadline(const struct loom_coap_port *port);

/** Ends the exchanges of a number without a word, and none that is observed. */
void loom_coap_exchange_leave(struct loom_session *session, uint32_t number);
/** Tells the side of an answer.
 *  @param more the exchange goes on: it is observed */
void loom_coap_exchange_tell(struct loom_session *session, uint32_t number,
                             const coap_pdu_t *received, struct loom_bytes payload, bool more);
/** Asks for the blocks of a notification that come after its first one.
 *  @param more the exchange goes on afterwards
 *  @return false: out of memory, or the block cannot be used */
bool loom_coap_exchange_fetch(const struct loom_coap_observed *observed, const coap_pdu_t *received,
                              const struct loom_coap_block *block, struct loom_bytes payload,
                              bool more);

/* libcoap's handlers */
coap_response_t loom_coap_exchange_on_response(coap_session_t *coap, const coap_pdu_t *sent,
                                               const coap_pdu_t *received, const coap_mid_t mid);
void loom_coap_exchange_on_failure(coap_session_t *coap, const coap_pdu_t *sent,
                                   const coap_nack_reason_t reason, const coap_mid_t mid);
void loom_coap_serve_on_request(coap_resource_t *resource, coap_session_t *coap,
                                const coap_pdu_t *request, const coap_string_t *query,
                                coap_pdu_t *response);

/* ---- answers a piece at a time ----------------------------------------------------------------
 */

/** The entity tag of an answer, 0 if it has none. A tag has up to 8 bytes; a digest (FNV-1a) of a
 *  long one tells it from others well enough. */
uint32_t loom_coap_etag_of(const coap_pdu_t *received);

/** The block of its answer that a request with `piece_room` asks for, as big a one as fits the room
 *  and can begin there. @return false: there is none */
bool loom_coap_piece_block(const struct loom_request *request, struct loom_coap_block *block);
/** Puts it into the message that asks for it. */
bool loom_coap_piece_ask(coap_pdu_t *pdu, const struct loom_coap_block *block);
/** Says which part of its answer has come.
 *  @param asked the block that was asked for
 *  @return false: it is not what was asked for */
bool loom_coap_piece_read(const coap_pdu_t *received, const struct loom_coap_block *asked,
                          struct loom_response *response);

/** Tells the side which piece of its answer it is asked for, and how long that may be.
 *  @param wanted the block that the peer asks for; NULL: it names none
 *  @param block  the one that it gets
 *  @return false: there can be no such piece */
bool loom_coap_piece_offer(const struct loom_session *session, const struct loom_coap_block *wanted,
                           struct loom_request *request, struct loom_reply *reply,
                           struct loom_coap_block *block);
/** Whether the side has answered with a piece of what was offered. */
bool loom_coap_piece_given(const struct loom_request *request, const struct loom_reply *reply);
/** Makes a piece the answer. */
void loom_coap_piece_answer(const struct loom_session *session, struct loom_coap_block block,
                            const struct loom_reply *reply, struct loom_coap_outgoing *answer);

/* ---- what peers are observed for ------------------------------------------------------------- */

#define LOOM_COAP_TOKEN_LENGTH LOOM_TOKEN_MAX

/** An exchange that goes on after its answer (RFC 7641 section 3). */
struct loom_coap_observed {
    struct loom_coap_ring place; /**< in its session */
    struct loom_session *session;
    uint32_t number;
    uint8_t method;
    uint8_t token[LOOM_COAP_TOKEN_LENGTH];
    uint32_t sequence;             /**< of the newest notification */
    uint64_t heard;                /**< when that came, on the port's clock */
    bool in_blocks;                /**< its request went so */
    bool complete;                 /**< what follows is whole */
    struct loom_coap_body options; /**< of its request, to ask for later blocks */
    struct loom_coap_body payload;
};

struct loom_coap_observed *loom_coap_observed_find(const struct loom_session *session,
                                                   uint32_t number);
/** Whether a message has an Observe option. */
bool loom_coap_observed_is_notification(const coap_pdu_t *received);
/** Begins, if the answer says that the peer goes on.
 *  @return NULL: it does not, or out of memory */
struct loom_coap_observed *loom_coap_observed_begin(struct loom_session *session, uint32_t number,
                                                    const uint8_t *token,
                                                    const coap_pdu_t *received);
/** Goes on with an observation of before a restart, if the side knows the token of a notification.
 *  @return NULL: it does not, or out of memory */
struct loom_coap_observed *loom_coap_observed_resume(struct loom_session *session,
                                                     const coap_pdu_t *received);
size_t loom_coap_observed_token(void *self, const struct loom_session *session, uint32_t number,
                                uint8_t *token);
/** NULL is allowed. */
void loom_coap_observed_free(struct loom_coap_observed *observed);
void loom_coap_observed_clear(struct loom_session *session);
/** Tells the end of all: the session is lost. */
void loom_coap_observed_report(struct loom_session *session);
/** @return false: it is no notification that anybody waits for */
bool loom_coap_observed_on_response(struct loom_session *session, const coap_pdu_t *received);

/* ---- observations of peers ------------------------------------------------------------------- */

/** The observation that has the token of a request; 0: none. */
uint16_t loom_coap_observe_find(const struct loom_session *session, const coap_pdu_t *request);
/** Notes what the side's answer to a BEGIN or END means for its token.
 *  @return whether the answer is a notification, the first one, with this number */
bool loom_coap_observe_note(struct loom_session *session, const coap_pdu_t *message,
                            const struct loom_request *request, const struct loom_reply *reply,
                            uint32_t *sequence);
/** The body of a notification that a request asks for the rest of; NULL: there is none. */
const struct loom_coap_transfer *loom_coap_observe_body(const struct loom_session *session,
                                                        const struct loom_request *request);
enum loom_status loom_coap_observe_notify(void *self, struct loom_session *session,
                                          uint16_t observation,
                                          const struct loom_notification *notification);
void loom_coap_observe_forget(void *self, struct loom_session *session, uint16_t observation);
/** Forgets all of a session without a word. */
void loom_coap_observe_clear(struct loom_session *session);
/** Tells the ends of notifications. */
void loom_coap_observe_report(struct loom_session *session);
/** A notification has come to its end: the peer has refused it, said nothing to it, or acknowledged
 *  it (LOOM_FAILURE_NONE). @return false: the message was none */
bool loom_coap_observe_on_end(struct loom_session *session, enum loom_failure failure,
                              coap_mid_t mid);
/** The peer has acknowledged a message, which may be a notification. */
void loom_coap_observe_on_acknowledgement(coap_session_t *coap, const coap_pdu_t *sent,
                                          const coap_mid_t mid);
/** Gives up what has waited for too long. Where libcoap does not tell of acknowledgements, it looks
 * for them. */
void loom_coap_observe_check(struct loom_coap_port *port);
/** Time on the port's clock at which one has waited for too long; UINT64_MAX: never. */
uint64_t loom_coap_observe_deadline(const struct loom_coap_port *port);

/* ---- requests of peers ----------------------------------------------------------------------- */

/** A request taken apart. */
struct loom_coap_incoming {
    struct loom_request request;
    struct loom_coap_block block1;
    struct loom_coap_block block2;
    bool has_block1;
    bool has_block2;
    bool wants_size; /**< of the answer, if that comes in blocks */
    bool in_pieces;  /**< the side has the block as a request */
    uint32_t size;   /**< of the whole body as the peer says it, Size1; 0: it does not */
    const coap_pdu_t *message;
};

/** @return 0, or the code that refuses the request */
uint8_t loom_coap_incoming_read(const coap_pdu_t *pdu, struct loom_coap_incoming *incoming);

/** Adds a block to the body that is under way.
 *  @return 0 when the side is to have it, the whole or the block, or the code to answer */
uint8_t loom_coap_gather(struct loom_session *session, struct loom_coap_incoming *incoming);
/** A request that is not answered comes again, and with it its last block. */
void loom_coap_gather_put_back(struct loom_session *session,
                               const struct loom_coap_incoming *incoming);
/** Notes what becomes of the body when the side has answered. */
void loom_coap_gather_settle(struct loom_session *session,
                             const struct loom_coap_incoming *incoming, uint8_t code);
/** Says in a refusal that blocks are not too large where the whole is. */
void loom_coap_gather_hint(struct loom_session *session, const struct loom_coap_incoming *incoming,
                           struct loom_coap_outgoing *answer);

/* ---- addresses ------------------------------------------------------------------------------- */

/** Resolves the host. @return how many addresses were found, at most `room` */
size_t loom_coap_uri_resolve(const struct loom_coap_uri *uri, coap_address_t *addresses,
                             size_t room);

/** The same for a host that is an address, at once. @return 0 for a name */
size_t loom_coap_uri_address(const struct loom_coap_uri *uri, coap_address_t *address);

/** Looks up names; one for a port. NULL: out of memory or descriptors. */
struct loom_coap_names *loom_coap_names_new(void);
/** Lookups under way go on, and nobody hears of them. NULL is allowed. */
void loom_coap_names_free(struct loom_coap_names *names);
/** A descriptor that can be read when a lookup has come to its end, until it is cleared. */
int loom_coap_names_descriptor(const struct loom_coap_names *names);
void loom_coap_names_clear(struct loom_coap_names *names);

/** Begins to look up a host. NULL: too many lookups are under way, or out of memory. */
struct loom_coap_lookup *loom_coap_lookup_begin(struct loom_coap_names *names,
                                                const struct loom_coap_uri *uri);
bool loom_coap_lookup_done(const struct loom_coap_lookup *lookup);
/** What a lookup that is done has found; lasts until it ends. */
size_t loom_coap_lookup_addresses(const struct loom_coap_lookup *lookup,
                                  const coap_address_t **addresses);
/** Frees a lookup, or leaves that to its thread. The names must be there still. */
void loom_coap_lookup_end(struct loom_coap_lookup *lookup);

/** Whether an address is free to listen at; a port of 0 becomes that of a free one. libcoap lets
 * its sockets share an address (SO_REUSEADDR), so two servers could take each other's messages.
 *  @return false: it is not, `errno` tells why */
bool loom_coap_address_claim(coap_address_t *address);

/** The address of every interface, of that family, with that port. */
void loom_coap_address_any(coap_address_t *address, sa_family_t family, uint16_t port);

/** Whether `port` is free on this machine, for IPv4 and IPv6. @return false: `errno` tells why */
bool loom_coap_address_port_is_free(uint16_t port);

/** Whether the system would still reach `remote` from the address `local`; its port does not
 *  matter. True as well where it would not reach it at all: then there is no better address. */
bool loom_coap_address_is_current(const coap_address_t *local, const coap_address_t *remote);

/* ---- the port -------------------------------------------------------------------------------- */

/** Servers with several addresses that a port remembers the one of that was tried last. */
#define LOOM_COAP_HOSTS_MAX 8u

struct loom_coap_host {
    uint32_t host; /**< 0: none */
    uint32_t next; /**< which address is tried first, modulo their number */
};

struct loom_coap_port {
    coap_context_t *context;
    struct loom_coap_names *names; /**< NULL: no name has been looked up yet */
    struct loom_coap_host hosts[LOOM_COAP_HOSTS_MAX];
    uint32_t host_count; /**< ever entered */
    const struct loom_side *side;
    void *side_self;
    struct loom_coap_config config;
    uint32_t transmit_wait_ms; /**< MAX_TRANSMIT_WAIT */
    uint32_t secure_wait_ms;   /**< the same with `secure_retransmit` */
    uint64_t lifetime_ms;      /**< EXCHANGE_LIFETIME */
    bool key_lookup;           /**< libcoap has been told of it */
    coap_bin_const_t found_key;
    struct loom_coap_ring own; /**< sessions that the side opened */
    struct loom_coap_ring open_peers;
    struct loom_coap_ring secure_peers;
    struct loom_coap_ring kept_peers;
    size_t peer_count;               /**< that are not kept */
    struct loom_coap_ring transfers; /**< the first to expire first */
    size_t transfer_bytes;
    size_t transfer_limit;
    uint64_t turn_real; /**< the real clock when this turn of the loop began */
    struct loom_coap_ring agenda;
    struct loom_coap_ring waiting;        /**< exchanges under way, the earliest deadline first */
    struct loom_coap_ring secure_waiting; /**< the same, of those with `secure_retransmit` */
    struct loom_coap_ring confirming;     /**< observations with a notification that is not
                                           * acknowledged,     the earliest deadline first */
    struct loom_coap_ring held;           /**< answers that are kept back, as they came */
    size_t held_count;
    uint32_t next_etag;
    uint32_t sequence;        /**< of the last notification */
    loom_coap_onlooker *look; /**< NULL: nobody */
    void *look_user;
    bool asking;    /**< the side, by a request: it must not notify now */
    uint8_t *reply; /**< room for the payload of a reply, `answer_max` bytes */
};

/** Bytes of a message that is about to be sent, as it is over UDP (RFC 7252 section 3); 0 where
 *  nobody counts. */
size_t loom_coap_traffic_size(const struct loom_coap_port *port, const coap_pdu_t *pdu);
/** It was sent. */
void loom_coap_traffic_sent(const struct loom_coap_port *port, size_t size);
void loom_coap_traffic_received(const struct loom_coap_port *port, const coap_pdu_t *pdu);

/** Shows a message to whoever looks on, see loom_coap_show(). */
void loom_coap_show_message(const struct loom_session *session, const coap_pdu_t *pdu,
                            bool received);

/** Milliseconds of a clock that never goes back. */
uint64_t loom_coap_clock_monotonic_ms(void);
/** The same, with the offset of the port. */
uint64_t loom_coap_now(const struct loom_coap_port *port);
/** The same as loom_coap_now() was when this turn of the loop began: cheap. */
uint64_t loom_coap_turn_now(const struct loom_coap_port *port);
/** Seconds since 1970-01-01 UTC with the offset of the port, or 0 if the system does not know. */
int64_t loom_coap_unix_time(const struct loom_coap_port *port);

/** What of libcoap's log goes to standard error; one level for the process. */
void loom_coap_start_log(enum loom_coap_log wanted);
/** The last TLS alert that libcoap received and logged since the last call of this, or -1. */
int loom_coap_take_alert(void);

#endif
