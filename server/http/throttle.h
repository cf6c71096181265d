/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How long somebody has to wait before another try at a password. Whoever guesses waits ever
 * longer; an operator does not have to wait because a stranger guesses at the operator's name.
 *
 * Three things are counted. The *pair* of user and address, and the *address*, make whoever tries
 * from there wait. The *user* makes those wait who have failed before and have never succeeded: an
 * address from which nothing went wrong yet has its tries whatever others do.
 */
#ifndef LOOM_HTTP_THROTTLE_H
#define LOOM_HTTP_THROTTLE_H

#include "loom/value.h"

struct loom_http_throttle;

/** @return NULL without memory */
struct loom_http_throttle *loom_http_throttle_create(uint64_t seed);
void loom_http_throttle_destroy(struct loom_http_throttle *throttle);

/** @param address of the peer, as text. Of IPv6 its first 64 bits count; a loopback address stands
 * for a proxy or the machine itself, and is not counted by itself
 *  @return milliseconds to wait, 0: it may try */
uint32_t loom_http_throttle_wait(struct loom_http_throttle *throttle, const char *user,
                                 const char *address, uint64_t now);

/** @return whether this user has come from this address before */
bool loom_http_throttle_knows(struct loom_http_throttle *throttle, const char *user,
                              const char *address);

/** A try has begun. It counts as failed until it has succeeded, so that many at once are no way
 * around. */
void loom_http_throttle_try(struct loom_http_throttle *throttle, const char *user,
                            const char *address, uint64_t now);
void loom_http_throttle_succeed(struct loom_http_throttle *throttle, const char *user,
                                const char *address, uint64_t now);

#endif
