/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The port over UDP and DTLS: libcoap with mbedTLS, for a POSIX system.
 *
 * One port serves one side in one or both roles: it opens sessions to servers (loom_port.open),
 * and it listens for peers (loom_coap_listen()). Both peers of a session can send requests, so a
 * server uses the session in which the client registered. Both roles accept every method on every
 * path; the port itself answers only what its contract says.
 *
 * A session that a peer began lasts until the side or the peer closes it, or, if the side does not
 * keep it, until its memory is needed for newer sessions (`peers_max`).
 *
 * A program is one loop around loom_coap_step(), which also watches descriptors of the program:
 *
 *     while (running) {
 *         loom_coap_wait(coap, loom_client_step(&client), extra, extra_count);
 *     }
 *
 * In another loop, loom_coap_watch() returns the descriptors and the timeout to wait for.
 *
 * All reports to the side come from within loom_coap_step() and functions that call it. A port
 * belongs to one thread, and all ports of a process belong to the same thread. Host names are
 * resolved in a separate thread, which handles no signals, so an unresponsive name server does not
 * block the loop. If a server has several addresses, each session tries one; if there is no answer,
 * the next session tries the next one.
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

/** What libcoap prints on standard error, one level for the process. It never contains the keys of
 *  sessions. */
enum loom_coap_log {
    LOOM_COAP_LOG_NONE,
    LOOM_COAP_LOG_WARNING,
    LOOM_COAP_LOG_INFO,
    LOOM_COAP_LOG_DEBUG /**< every message, with its payload, which may be confidential */
};

/** Longest PSK credentials of this port (required by rules H.2). mbedTLS may be built for shorter
 *  keys (MBEDTLS_PSK_MAX_LEN): open() then returns LOOM_UNAVAILABLE. */
#define LOOM_COAP_IDENTITY_MAX 128u
#define LOOM_COAP_KEY_MAX      64u

/** Default of the largest payload. */
#define LOOM_COAP_PAYLOAD_MAX 65536u

/** Smallest buffer for an answer: the smallest block (RFC 7959 section 2.2). */
#define LOOM_COAP_ANSWER_MIN 16u

/** Maximum bytes of partially transferred bodies of all peers, or twice the largest payload if that
 *  is more. Beyond it, the transfer that has been idle for longest ends, as each does after
 *  EXCHANGE_LIFETIME: its peer gets 4.08 for its next block. */
#define LOOM_COAP_TRANSFERS_MAX 4194304u

/** Default of the maximum number of sessions that peers began and the side does not keep. */
#define LOOM_COAP_PEERS_MAX 4096u

/** Number of requests of a peer that a session recognises as repeated: a repeated request within
 *  EXCHANGE_LIFETIME (RFC 7252 section 4.8.2) is executed once, unless this many others arrived in
 *  between. It is recognised by the message id, whatever its token and content are. It gets the
 * same answer again if that was one of the last eight, otherwise none; a non-confirmable request
 * gets none either. */
#define LOOM_COAP_REPEATS_MAX 128u

/** Maximum number of answers that the port holds (`loom_reply.held`). Another one is dropped, as if
 *  its request had not been received. */
#define LOOM_COAP_HELD_MAX 65536u

#define LOOM_COAP_ACK_TIMEOUT_MS 2000u
#define LOOM_COAP_MAX_RETRANSMIT 4u

/** MAX_RETRANSMIT in a DTLS session that its server may have lost. */
#define LOOM_COAP_SECURE_RETRANSMIT 2u

/** Buffer size for a text such as `coaps://[fe80::1%25eth0]:65535`, with its NUL. */
#define LOOM_COAP_URI_SIZE 80u

/** Counters of CoAP messages with their headers: requests, answers and notifications, one message
 * for each block. Retransmissions, empty messages and DTLS, which libcoap handles, are not counted,
 * and neither are messages from addresses without a session. */
struct loom_coap_traffic {
    uint64_t sent; /**< messages */
    uint64_t sent_bytes;
    uint64_t received;
    uint64_t received_bytes;
    uint64_t largest; /**< bytes of the largest message, in either direction */
};

/** Maximum number of options of a message that loom_coap_show() shows; others are omitted. */
#define LOOM_COAP_SHOWN_MAX 40u

/** An option of a message, in the order of the message. */
struct loom_coap_option {
    uint16_t number;
    struct loom_bytes value;
};

/** A message of CoAP as it goes over the network (RFC 7252 section 3), decrypted. */
struct loom_coap_message {
    bool received; /**< false: sent */
    uint8_t type;  /**< 0 CON, 1 NON, 2 ACK, 3 RST */
    uint8_t code;
    uint16_t id;
    struct loom_bytes token;
    const struct loom_coap_option *options;
    size_t option_count;
    struct loom_bytes payload; /**< may contain keys: do not show it to people unfiltered */
    struct loom_peer peer;
};

/** Called for a message. Its memory is valid for the duration of the call. The function must not
 * call the port, except loom_coap_show(). */
typedef void loom_coap_onlooker(void *user, const struct loom_coap_message *message);

/** Configuration of a port. All members may be zero. The struct is not needed after
 *  loom_coap_create(), but everything it points to must outlive the port. */
struct loom_coap_config {
    /** Largest payload in both directions, with all its blocks. A larger request of a peer is
     * refused with 4.13, unless the side takes it in pieces; a larger answer of a peer is a
     * failure. 0: LOOM_COAP_PAYLOAD_MAX. */
    size_t payload_max;

    /** Largest payload of an outgoing request, such as firmware that a server pushes. The port
     * keeps a copy of it until the request has ended. 0: as `payload_max`. */
    size_t request_max;

    /** Largest answer of the side that is kept as a whole, LOOM_COAP_ANSWER_MIN to `payload_max`:
     *  the size of the port's buffer. A side sends a longer answer in pieces, or reports that it
     * does not fit (`loom_reply.piece_room`). 0: as `payload_max`. */
    size_t answer_max;

    /** Maximum number of sessions begun by peers that the side does not keep (loom_port.keep).
     *  Beyond it, the one that has been idle for longest is lost, first those without DTLS, because
     *  anybody can begin them. 0: LOOM_COAP_PEERS_MAX. */
    size_t peers_max;

    /** ACK_TIMEOUT (RFC 7252 section 4.8), 1000 to 60000. 0: LOOM_COAP_ACK_TIMEOUT_MS. */
    uint32_t ack_timeout_ms;

    /** MAX_RETRANSMIT, 1 to 8; both determine when an exchange fails (MAX_TRANSMIT_WAIT), with the
     *  defaults after 93 s. 0: LOOM_COAP_MAX_RETRANSMIT. */
    uint8_t max_retransmit;

    /** MAX_RETRANSMIT of requests in a DTLS session that the side opened and in which the peer has
     *  answered before, 1 to `max_retransmit`. If a request is not acknowledged, the session is
     * lost: a server that has restarted does not react to messages in an old session, so only a new
     *  handshake helps. With the default this takes 14 to 21 s, with 1 6 to 9 s. An acknowledged
     *  request may be answered later; handshakes and the first request of a session are repeated
     *  `max_retransmit` times. 0: LOOM_COAP_SECURE_RETRANSMIT, or `max_retransmit` if that is
     *  less. */
    uint8_t secure_retransmit;

    /** For listening on `coaps://`: finds the key of `identity`.
     *  @param key points to memory that is valid until the next call; a key that is longer than
     *             mbedTLS supports is treated as none
     *  @return false: unknown identity; the handshake is refused */
    bool (*find_key)(void *user, struct loom_bytes identity, struct loom_bytes *key);
    void *find_key_user;

    /** For listening on `coaps://`: called if the handshake of a peer failed because of a wrong key
     *  or an unknown identity. Called from within loom_coap_step(); must not call the port. May be
     *  NULL.
     *  @param address  for people
     *  @param identity claimed by the peer, not authenticated; empty: none yet
     *  @param alert    the TLS alert that ended it, or -1 */
    void (*handshake_failed)(void *user, struct loom_text address, struct loom_bytes identity,
                             int alert);
    void *handshake_failed_user;

    /** Reports the progress of an outgoing block-wise request, after each block except the last,
     *  whose answer is that of the request. Called from within loom_coap_step(). May be NULL.
     *  @param done bytes acknowledged; starts again if the peer requires smaller blocks */
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

    /** Local UDP port of all sessions that the side opens, so that a LwM2M 1.0 bootstrap server can
     *  start a bootstrap (rule A-6) and a firewall needs only one open port. Messages from
     * addresses other than the peers of sessions are dropped. A second session to the same address
     * uses another port, because the two could not be distinguished. The next loom_coap_step()
     * connects an opened session. 0: any port, a separate one for each session. */
    uint16_t local_port;

    /** Milliseconds by which `now` and `unix_time` are ahead of the real clock, read at every call;
     *  tests move a side's clock with it. Must not decrease. An exchange without an answer ends
     * after MAX_TRANSMIT_WAIT (with `secure_retransmit` where that applies) on the moved clock, and
     * a partially received body after EXCHANGE_LIFETIME, see loom_coap_deadline(); retransmission,
     *  handshakes and repeated messages use the real clock. */
    const int64_t *clock_offset_ms;

    /** Traffic is counted here if it is not NULL. The port never clears it; the program may, at any
     *  time between two calls of the port. */
    struct loom_coap_traffic *traffic;

    enum loom_coap_log log;
};

/**
 * Creates a port that reports to `side`, and fills `port` with its functions.
 * @param side      functions, must outlive the port
 * @param side_self first argument of these functions
 * @return NULL: a value in `config` is out of range, no memory or descriptors, a libcoap without
 *         DTLS or epoll; or with `errno` EADDRINUSE or EACCES: `local_port` is in use, or not
 *         permitted
 */
struct loom_coap_port *loom_coap_create(const struct loom_coap_config *config,
                                        const struct loom_side *side, void *side_self,
                                        struct loom_port *port);

/** Ends all sessions without a report to the side and frees the port; NULL is allowed. Peers of
 * DTLS sessions get a close_notify. Do not call it from a function of the side. */
void loom_coap_destroy(struct loom_coap_port *coap);

/**
 * Listens on an address: `coap://127.0.0.1:5683`, `coaps://[::1]:0`, `coap://localhost`. Without a
 * port, the default of the scheme is used (rules H.3), with port 0 a free port. Each call adds an
 * address.
 * @param bound      filled with the bound URI, ends with NUL; may be NULL
 * @param bound_size at least LOOM_COAP_URI_SIZE unless `bound` is NULL
 * @return LOOM_OK; LOOM_BAD_REQUEST an invalid URI, or `coaps` without `find_key`;
 *         LOOM_UNAVAILABLE the address cannot be bound, see `errno`
 */
enum loom_status loom_coap_listen(struct loom_coap_port *coap, const char *uri, char *bound,
                                  size_t bound_size);

/** From now on calls `look` for the messages of all sessions that `loom_coap_traffic` counts:
 *  received ones before they are reported to the side, others before they are sent.
 *  @param look NULL: no function, the initial state; then a message costs only a comparison */
void loom_coap_show(struct loom_coap_port *coap, loom_coap_onlooker *look, void *user);

/**
 * One turn of the loop: waits for work, does it, and reports to the side.
 * @param timeout_ms  longest wait; 0 does not wait, UINT32_MAX waits without limit. The wait ends
 *                    earlier if a datagram arrives, a retransmission is due or an extra descriptor
 *                    is ready.
 * @param extra       descriptors of the program, watched as by poll(); `revents` are set, 0 if
 *                    nothing happened. NULL if there are none.
 * @param extra_count at most LOOM_COAP_EXTRA_MAX
 * @return LOOM_OK, also if a signal ended the wait; LOOM_INTERNAL_ERROR the wait failed
 */
enum loom_status loom_coap_step(struct loom_coap_port *coap, uint32_t timeout_ms,
                                struct pollfd *extra, size_t extra_count);

#define LOOM_COAP_EXTRA_MAX 12u

/** loom_coap_step() that waits until `deadline` at most, a time on the port's clock as returned by
 *  loom_client_step(). UINT64_MAX waits without limit. */
enum loom_status loom_coap_wait(struct loom_coap_port *coap, uint64_t deadline,
                                struct pollfd *extra, size_t extra_count);

/** Maximum number of descriptors that loom_coap_watch() fills. */
#define LOOM_COAP_WATCHED_MAX 2u

/**
 * For a program with another loop: returns the descriptors and the timeout to wait for. Call it
 * before each wait. When one of the descriptors is ready, or the timeout is over, call
 * loom_coap_step() with a timeout of 0, then the step of the side. This function sends messages
 * that are due, and may report to the side like loom_coap_step().
 * @param watched    array of LOOM_COAP_WATCHED_MAX, filled with descriptors and POLLIN
 * @param timeout_ms out: longest wait, UINT32_MAX: no limit
 * @return the number of descriptors
 */
size_t loom_coap_watch(struct loom_coap_port *coap, struct pollfd *watched, uint32_t *timeout_ms);

/** @return the time on the port's clock at which loom_coap_step() next ends an unanswered exchange
 * or a partially received body; UINT64_MAX if there is none. loom_coap_step() wakes for it: only
 *  programs that move the clock need this function. */
uint64_t loom_coap_deadline(const struct loom_coap_port *coap);

#ifdef __cplusplus
}
#endif

#endif
