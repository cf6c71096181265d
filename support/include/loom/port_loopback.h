/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A network in memory with a clock of its own: any number of sides, in one process, without sockets
 * and without waiting. What happens depends on nothing but the calls made, so every run is the
 * same.
 *
 * It carries exchanges, as a port does; a request that a side ignores ends after MAX_TRANSMIT_WAIT,
 * as it would on UDP. It uses the heap and, out of memory, ends the program.
 */
#ifndef LOOM_PORT_LOOPBACK_H
#define LOOM_PORT_LOOPBACK_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Time that a message is on its way, milliseconds. */
#define LOOM_LOOPBACK_LATENCY_MS 10u

/** Bytes of a piece, where the side takes a longer body in pieces. All of them arrive at once. */
#define LOOM_LOOPBACK_PIECE 1024u

/** Longest answer that is joined of pieces, in one delivery: a side that never comes to an end
 *  gets no further. */
#define LOOM_LOOPBACK_ANSWER_MAX 1048576u

struct loom_loopback;
struct loom_loopback_host;

/** Makes an empty network whose clock shows `now` milliseconds. */
struct loom_loopback *loom_loopback_create(uint64_t now);

/** Frees the network with its hosts and sessions, without a word to any side. */
void loom_loopback_destroy(struct loom_loopback *network);

/**
 * Adds a host.
 * @param authority `host:port` under which other hosts reach it, or NULL for one that only asks.
 *                  A URI without a port means 5683 with coap and 5684 with coaps, as anywhere
 * @param port      filled with the host's port
 */
struct loom_loopback_host *loom_loopback_add(struct loom_loopback *network, const char *authority,
                                             const struct loom_side *side, void *side_self,
                                             struct loom_port *port);

/** Makes the host take `coaps` sessions with the keys of this function, and no others. */
void loom_loopback_set_keys(struct loom_loopback_host *host,
                            bool (*find_key)(void *user, struct loom_bytes identity,
                                             struct loom_bytes *key),
                            void *user);

/** Reports to another side from now on; `side_self` stays. */
void loom_loopback_set_side(struct loom_loopback_host *host, const struct loom_side *side);

/** Whether the host is on the network. What is sent to one that is not is lost. */
void loom_loopback_set_reachable(struct loom_loopback_host *host, bool reachable);

/** Room of a host's answers, and of one piece of them (a power of two, 16 to 1024), as small
 * devices have it. At first 4096 and 1024 bytes. */
void loom_loopback_set_rooms(struct loom_loopback_host *host, size_t answer, uint16_t piece);

/** The newest session that another host has opened to this one, for a side that begins to speak in
 * a session it has heard nothing in. @return NULL if there is none */
struct loom_session *loom_loopback_session(struct loom_loopback_host *host);

uint64_t loom_loopback_now(const struct loom_loopback *network);

/** Seconds since 1970 that the hosts are told; 0, as at first: they do not know. Runs on with the
 *  clock. */
void loom_loopback_set_unix_time(struct loom_loopback *network, int64_t seconds);

/** Gives hosts that are added from now on random bits, those that `seed` (not 0) leads to; as at
 *  first, with 0, they have none: retries then come at exactly the times of the rules. */
void loom_loopback_set_random(struct loom_loopback *network, uint32_t seed);

/** Moves the clock to the next message that is due at `until` or before, and delivers that one.
 *  @return false: there is none, and the clock has not moved */
bool loom_loopback_deliver(struct loom_loopback *network, uint64_t until);

/** Moves the clock. No message may be due before. */
void loom_loopback_advance(struct loom_loopback *network, uint64_t to);

#ifdef __cplusplus
}
#endif

#endif
