/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The port over UDP and DTLS: libcoap with mbedTLS, for a POSIX system.
 *
 * One port carries one side in one or both roles: it opens sessions to servers (loom_port.open),
 * and it listens for peers (loom_coap_listen()). Requests go both ways in any session, so a server
 * asks its client in the session in which the client registered. Both roles take every method on
 * every path; nothing is answered behind the side's back but what the port's contract names.
 *
 * A session that a peer began is held until the side closes it, the peer closes it, or, if the side
 * does not keep it, so many others came after it that its place is needed (`peers_max`).
 *
 * A program is one loop around loom_coap_step(), which also watches the program's own descriptors:
 *
 *     while (running) {
 *         loom_coap_wait(coap, loom_client_step(&client), extra, extra_count);
 *     }
 *
 * Where the loop is another's, it asks loom_coap_watch() what to wait for.
 *
 * Everything is reported to the side from within loom_coap_step() and what is made of it, nothing
 * from within another call. A port belongs to one thread, and a process works all its ports from
 * the same thread. The name of a server is looked up in a thread of the port's own, which takes no
 * signals: a name server that says nothing stops nobody. Of a server with several addresses each
 * session tries one, and the next session the one after it if nobody has answered there.
 */
#ifndef LOOM_PORT_COAP_H
#define LOOM_PORT_COAP_H

#include <poll.h>

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The port itself; `self` of the loom_port that loom_coap_create() fills. */
struct loom_coap_port;

/** What libcoap says on standard error, one level for the process. The keys of sessions are never
 *  part of it. */
enum loom_coap_log {
    LOOM_COAP_LOG_NONE,
    LOOM_COAP_LOG_WARNING,
    LOOM_COAP_LOG_INFO,
    LOOM_COAP_LOG_DEBUG /**< every message, with its payload: that may hold what must stay secret */
};

/** Longest PSK credentials that this port takes (rules H.2 demand that much). mbedTLS may be built
 *  for shorter keys (MBEDTLS_PSK_MAX_LEN): open() then says LOOM_UNAVAILABLE. */
#define LOOM_COAP_IDENTITY_MAX 128u
#define LOOM_COAP_KEY_MAX      64u

/** Biggest payload if the configuration does not say another. */
#define LOOM_COAP_PAYLOAD_MAX 65536u

/** Least room for an answer: the smallest block (RFC 7959 section 2.2). */
#define LOOM_COAP_ANSWER_MIN 16u

/** Most bytes of bodies that have come or gone in part, of all peers together, or twice the biggest
 *  payload if that is more. One byte more, and the transfer that has stood still for longest ends,
 * as each does after EXCHANGE_LIFETIME: its peer is told 4.08 at its next block. */
#define LOOM_COAP_TRANSFERS_MAX 4194304u

/** Most sessions that peers began and the side does not keep, if the configuration does not say
 * another number. */
#define LOOM_COAP_PEERS_MAX 4096u

/** Requests of a peer that a session knows again: one that comes twice within EXCHANGE_LIFETIME
 *  (RFC 7252 section 4.8.2) is executed once, unless so many others came in between. The message id
 *  makes it the same, whatever its token and its content are. It gets the same answer again if that
 *  was one of the last eight, and else silence, as does every one that is not confirmable. */
#define LOOM_COAP_REPEATS_MAX 128u

/** Answers that the port keeps back at a time (`loom_reply.held`). One more is dropped, and its
 *  request was not heard. */
#define LOOM_COAP_HELD_MAX 65536u

#define LOOM_COAP_ACK_TIMEOUT_MS 2000u
#define LOOM_COAP_MAX_RETRANSMIT 4u

/** MAX_RETRANSMIT in a DTLS session that its server may have forgotten. */
#define LOOM_COAP_SECURE_RETRANSMIT 2u

/** Room for a text such as `coaps://[fe80::1%25eth0]:65535`, and its NUL. */
#define LOOM_COAP_URI_SIZE 80u

/** Messages of CoAP with their headers: requests, answers and notifications, a message for each
 *  block. Not in it: what libcoap does by itself, which are retransmissions, empty messages and
 *  DTLS; nor what a stranger sent who is no peer of a session. */
struct loom_coap_traffic {
    uint64_t sent; /**< messages */
    uint64_t sent_bytes;
    uint64_t received;
    uint64_t received_bytes;
    uint64_t largest; /**< bytes of the largest message, either way */
};

/** Most options of a message that loom_coap_show() tells of; more are left out. */
#define LOOM_COAP_SHOWN_MAX 40u

/** An option of a message, in the order in which it stands there. */
struct loom_coap_option {
    uint16_t number;
    struct loom_bytes value;
};

/** A message of CoAP as it goes over the network (RFC 7252 section 3), decrypted. */
struct loom_coap_message {
    bool received; /**< else it is sent */
    uint8_t type;  /**< 0 CON, 1 NON, 2 ACK, 3 RST */
    uint8_t code;
    uint16_t id;
    struct loom_bytes token;
    const struct loom_coap_option *options;
    size_t option_count;
    struct loom_bytes payload; /**< may hold keys: whoever shows it to people takes care */
    struct loom_peer peer;
};

/** Hears of a message. Its memory lasts for the duration of the call; calls nothing of the port but
 *  loom_coap_show(). */
typedef void loom_coap_onlooker(void *user, const struct loom_coap_message *message);

/** All members may be zero. The struct may go after loom_coap_create(); what it points to stays. */
struct loom_coap_config {
    /** Biggest payload, either way, all its blocks together. A peer's bigger request is refused
     *  with 4.13, unless the side takes it in pieces; a bigger answer of a peer counts as none. 0:
     *  LOOM_COAP_PAYLOAD_MAX. */
    size_t payload_max;

    /** Biggest payload of a request of the side's own, such as firmware that a server pushes. The
     *  port holds a copy of it until the request has ended. 0: as `payload_max`. */
    size_t request_max;

    /** Biggest answer of the side that is taken as a whole, LOOM_COAP_ANSWER_MIN to `payload_max`:
     *  room that the port has for it. A side that has a longer one gives it in pieces, or has no
     *  room (`loom_reply.piece_room`). 0: as `payload_max`. */
    size_t answer_max;

    /** Most sessions begun by peers that the side does not keep (loom_port.keep). One more, and the
     *  one of them that has been silent for longest is lost; sessions without DTLS go first, since
     *  anybody can begin those. 0: LOOM_COAP_PEERS_MAX. */
    size_t peers_max;

    /** ACK_TIMEOUT (RFC 7252 section 4.8), 1000 to 60000. 0: LOOM_COAP_ACK_TIMEOUT_MS. */
    uint32_t ack_timeout_ms;

    /** MAX_RETRANSMIT, 1 to 8; both together say when an exchange gives up (MAX_TRANSMIT_WAIT),
     *  with the defaults after 93 s. 0: LOOM_COAP_MAX_RETRANSMIT. */
    uint8_t max_retransmit;

    /** MAX_RETRANSMIT of the side's requests in a DTLS session that it opened and in which the peer
     *  has spoken, 1 to `max_retransmit`. One that is not acknowledged costs the session: a server
     *  that has restarted says nothing to what comes in one of before, and only another handshake
     *  finds out. With the default that takes 14 to 21 s, with 1 6 to 9 s. What is acknowledged
     *  may be answered later; handshakes and what is said first in a session are repeated
     *  `max_retransmit` times. 0: LOOM_COAP_SECURE_RETRANSMIT, or `max_retransmit` if that is
     *  less. */
    uint8_t secure_retransmit;

    /** For listening on `coaps://`: finds the key that belongs to `identity`.
     *  @param key points to memory that lasts until the next call; one that is longer than
     *             mbedTLS was built for is as good as none
     *  @return false: no such identity; the handshake is refused */
    bool (*find_key)(void *user, struct loom_bytes identity, struct loom_bytes *key);
    void *find_key_user;

    /** For listening on `coaps://`: hears of a peer whose handshake came to nothing, by a wrong key
     * or an unknown identity. Called from within loom_coap_step(); calls nothing of the port. May
     * be NULL.
     *  @param address  for people
     *  @param identity that the peer claims, which proves nothing; empty: it has named none yet
     *  @param alert    the TLS alert that ended it, or -1 */
    void (*handshake_failed)(void *user, struct loom_text address, struct loom_bytes identity,
                             int alert);
    void *handshake_failed_user;

    /** Hears how much of a request of the side's own that goes in blocks the peer has taken, after
     *  each block but the last, whose answer is that of the request. Called from within
     *  loom_coap_step(). May be NULL.
     *  @param done bytes; begins anew if the peer wants all of it in smaller blocks */
    void (*progress)(void *user, uint32_t exchange, size_t done);
    void *progress_user;

    /** Hears of a notification in a session without security that the peer began, with a token that
     *  the port does not know: its observation may be of before a restart (`loom_port.token`).
     * Called from within loom_coap_step(); calls nothing of the port but `peer`. NULL: such a
     * notification is refused, and so ends the observation.
     *  @param request out: the request that began it, filled by the function, to ask for what does
     *                 not fit one message; what it points to lasts until the side is next called
     *  @return the exchange that goes on; 0: there is none */
    uint32_t (*resume)(void *user, struct loom_session *session, struct loom_bytes token,
                       struct loom_request *request);
    void *resume_user;

    /** UDP port that all sessions of the side's own leave from, so that a bootstrap server of 1.0
     * can reach the device unasked (rule A-6) and a firewall needs one hole. What comes to it from
     *  anybody but the peer of a session is dropped. A second session to one and the same address
     *  leaves from another port, as the two could not be told apart. The next loom_coap_step()
     *  connects a session that was opened. 0: any port, each its own. */
    uint16_t local_port;

    /** Milliseconds that `now` and `unix_time` are ahead of the real clock, read at every call;
     *  tests move a side's clock with it. Must not shrink. An exchange without an answer ends after
     *  MAX_TRANSMIT_WAIT (that of `secure_retransmit` where it holds) on the clock that was moved,
     *  and a body that has come in part after EXCHANGE_LIFETIME, see loom_coap_deadline();
     *  retransmission, handshakes and the memory of messages keep to the real one. */
    const int64_t *clock_offset_ms;

    /** What goes and comes is added up here, if it is not NULL. The port never clears it: whoever
     *  counts for a while does, at any time between two calls of the port. */
    struct loom_coap_traffic *traffic;

    enum loom_coap_log log;
};

/**
 * Makes a port that reports to `side` what happens, and fills `port` with the functions to reach
 * it.
 * @param side      functions, must outlive the port
 * @param side_self first argument of these functions
 * @return NULL: out of range in `config`, out of memory or descriptors, a libcoap without DTLS or
 *         epoll; or with `errno` EADDRINUSE or EACCES: `local_port` is another program's, or not
 *         for this one
 */
struct loom_coap_port *loom_coap_create(const struct loom_coap_config *config,
                                        const struct loom_side *side, void *side_self,
                                        struct loom_port *port);

/** Ends all sessions without a word to the side and frees the port; NULL is allowed. Peers of DTLS
 *  sessions get a close_notify. Never call it from a function of the side. */
void loom_coap_destroy(struct loom_coap_port *coap);

/**
 * Takes peers at an address: `coap://127.0.0.1:5683`, `coaps://[::1]:0`, `coap://localhost`.
 * Without a port the scheme's own (rules H.3), with port 0 a free one. Several calls add several
 * addresses.
 * @param bound      filled with the URI as it is bound, ends with NUL; may be NULL
 * @param bound_size at least LOOM_COAP_URI_SIZE unless `bound` is NULL
 * @return LOOM_OK; LOOM_BAD_REQUEST a URI that cannot be used, or `coaps` without `find_key`;
 *         LOOM_UNAVAILABLE the address cannot be bound, `errno` says why
 */
enum loom_status loom_coap_listen(struct loom_coap_port *coap, const char *uri, char *bound,
                                  size_t bound_size);

/** Shows each message of each session from now on, those that `loom_coap_traffic` counts: the ones
 *  received before the side hears of them, the others when they are about to be sent.
 *  @param look NULL: shows no more, as at first; then messages cost nothing beside a comparison */
void loom_coap_show(struct loom_coap_port *coap, loom_coap_onlooker *look, void *user);

/**
 * One turn of the loop: waits until there is something to do, does it, reports to the side.
 * @param timeout_ms  longest wait; 0 only looks, UINT32_MAX waits without end. The wait is shorter
 *                    when a datagram comes, a retransmission is due or an extra one is ready.
 * @param extra       descriptors of the program, watched as poll() does; `revents` are set, 0 where
 *                    nothing happened. NULL if there are none.
 * @param extra_count at most LOOM_COAP_EXTRA_MAX
 * @return LOOM_OK, also when a signal ended the wait; LOOM_INTERNAL_ERROR the wait itself failed
 */
enum loom_status loom_coap_step(struct loom_coap_port *coap, uint32_t timeout_ms,
                                struct pollfd *extra, size_t extra_count);

#define LOOM_COAP_EXTRA_MAX 8u

/** loom_coap_step() that waits until `deadline` at most, on the port's clock: what
 *  loom_client_step() returned. UINT64_MAX waits without end. */
enum loom_status loom_coap_wait(struct loom_coap_port *coap, uint64_t deadline,
                                struct pollfd *extra, size_t extra_count);

/** Most descriptors that loom_coap_watch() fills. */
#define LOOM_COAP_WATCHED_MAX 2u

/**
 * For a program whose loop is another's: what that loop has to wait for. Ask again before each
 * wait. When one of the descriptors is ready, or the time is over, call loom_coap_step() with a
 * timeout of 0, then the step of the side. Messages that are due are sent, and what comes of it may
 * be reported to the side, as from within loom_coap_step().
 * @param watched    room for LOOM_COAP_WATCHED_MAX, filled with descriptors and POLLIN
 * @param timeout_ms out: longest wait for the port's sake, UINT32_MAX: without end
 * @return how many descriptors there are
 */
size_t loom_coap_watch(struct loom_coap_port *coap, struct pollfd *watched, uint32_t *timeout_ms);

/** Time on the port's clock at which loom_coap_step() next gives up an exchange that nothing
 *  answers, or a body that has come in part; UINT64_MAX if there is none. loom_coap_step() itself
 * wakes for it: only who moves the clock need know how far it goes before something happens. */
uint64_t loom_coap_deadline(const struct loom_coap_port *coap);

#ifdef __cplusplus
}
#endif

#endif
