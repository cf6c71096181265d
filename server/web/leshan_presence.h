/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which devices in queue mode are awake, told when it changes: the events AWAKE and SLEEPING of
 * Leshan's demo server. What it costs to go on does not depend on how many there are.
 */
#ifndef LOOM_WEB_LESHAN_PRESENCE_H
#define LOOM_WEB_LESHAN_PRESENCE_H

#include "common/index.h"
#include "common/list.h"
#include "loom/value.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_leshan_presence {
    struct loom_index by_endpoint;
    struct loom_list awake; /* the one that sleeps first is first */
    void (*tell)(void *user, const char *endpoint, bool awake);
    void *user;
};

/** Begins with nobody awake. @param tell hears of changes, and must not call into it
 *  @param seed what no peer can guess */
void loom_leshan_presence_begin(struct loom_leshan_presence *presence, uint64_t seed,
                                void (*tell)(void *user, const char *endpoint, bool awake),
                                void *user);

/** Forgets all of them. */
void loom_leshan_presence_end(struct loom_leshan_presence *presence);

/** A device was heard, and is awake until a time, in milliseconds of any clock.
 *  @param quietly it is not told, for it was awake before anybody listened */
void loom_leshan_presence_heard(struct loom_leshan_presence *presence, struct loom_text endpoint,
                                uint64_t until, bool quietly);

/** A device sleeps before its time. */
void loom_leshan_presence_slept(struct loom_leshan_presence *presence, struct loom_text endpoint);

/** A device is registered no longer: there is nothing to tell. */
void loom_leshan_presence_gone(struct loom_leshan_presence *presence, struct loom_text endpoint);

/** Tells of those whose time is over. */
void loom_leshan_presence_step(struct loom_leshan_presence *presence, uint64_t now);

/** @return when the next step is due; UINT64_MAX: never */
uint64_t loom_leshan_presence_deadline(const struct loom_leshan_presence *presence);

#ifdef __cplusplus
}
#endif

#endif
