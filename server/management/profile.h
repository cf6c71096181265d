/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The object lists behind Profile IDs (rules B.2). For the LwM2M server only.
 *
 * They are in the accounts file, or were learned: from 4.09 on a client registers with its full
 * list, and a dynamic id beside that list names it from then on (rule B-43). What the hash is made
 * of is not defined, so it proves nothing, and a learned id is for the endpoint that sent it
 * alone: no client can change what the server believes of another.
 */
#ifndef LOOM_MANAGEMENT_PROFILE_H
#define LOOM_MANAGEMENT_PROFILE_H

#include "management/registration.h"
#include "store/store.h"

/** A dynamic id and the list that one endpoint sent with it. */
struct loom_dm_learned;

struct loom_dm_profiles {
    const struct loom_fleet_store *store;
    struct loom_dm_learned *first; /**< the last learned first */
};

/**
 * Adds the lists behind the ids of `value`, which is well-formed, to `links` (rule B-41). The list
 * that came with them is in `links`.
 * @return LOOM_DM_NO_OBJECT_LIST one of them is not known, and cannot be learned from the list
 *         either; LOOM_DM_NO_MEMORY
 */
enum loom_dm_reason loom_dm_profiles_add(const struct loom_dm_profiles *profiles,
                                         struct loom_text endpoint, struct loom_text value,
                                         struct loom_dm_links *links);

/** Remembers the list of a registration that was accepted, if there is something to learn. Memory
 *  that lacks is no error: the client is asked for its list again. */
void loom_dm_profiles_learn(struct loom_dm_profiles *profiles, struct loom_text endpoint,
                            struct loom_text value, struct loom_bytes list);

void loom_dm_profiles_free(struct loom_dm_profiles *profiles);

#endif
