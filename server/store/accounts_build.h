/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Accounts while they are being made; for the room of the store only.
 */
#ifndef LOOM_FLEET_ACCOUNTS_BUILD_H
#define LOOM_FLEET_ACCOUNTS_BUILD_H

#include "store/account_record.h"
#include "store/accounts.h"

/** A Profile ID and the object list behind it (rules B.2). */
struct loom_fleet_profile {
    struct loom_text id;
    struct loom_text objects;
    struct loom_index_link by_id;
};

struct loom_fleet_accounts {
    struct loom_fleet_record **list; /**< in the order of the file */
    size_t count;
    bool any;
    struct loom_fleet_profile **profiles;
    size_t profile_count;
    struct loom_fleet_block *blocks; /**< values of the profiles */
    struct loom_index by_endpoint;
    struct loom_index by_identity;
    struct loom_index by_profile_id;
};

/** @return empty accounts, or NULL without memory */
struct loom_fleet_accounts *loom_fleet_accounts_new(void);

/** Adds an empty account without a name. @return NULL without memory */
struct loom_fleet_record *loom_fleet_accounts_add(struct loom_fleet_accounts *accounts);

/** Gives a record of these accounts its name, or its identity.
 *  @return false: another one has it; then it is not found by it */
bool loom_fleet_accounts_name(struct loom_fleet_accounts *accounts,
                              struct loom_fleet_record *record, struct loom_text endpoint);
bool loom_fleet_accounts_identify(struct loom_fleet_accounts *accounts,
                                  struct loom_fleet_record *record, struct loom_bytes identity);

/** @return the profile with an id, or NULL */
struct loom_fleet_profile *loom_fleet_accounts_profile(const struct loom_fleet_accounts *accounts,
                                                       struct loom_text id);

/** Adds a profile with an id that is new, without a list. @return NULL without memory */
struct loom_fleet_profile *loom_fleet_accounts_add_profile(struct loom_fleet_accounts *accounts,
                                                           struct loom_text id);

#endif
