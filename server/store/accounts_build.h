/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Accounts while they are being made; for the room of the store only.
 */
#ifndef LOOM_FLEET_ACCOUNTS_BUILD_H
#define LOOM_FLEET_ACCOUNTS_BUILD_H

#include "common/index.h"
#include "store/accounts_file.h"

/** Memory of values. Each value has a block of its own: a block never moves, so no copy of a key is
 *  left behind when something grows. */
struct loom_fleet_block {
    struct loom_fleet_block *next;
    size_t length;
    uint8_t data[];
};

/** An account with what only the store knows of it. */
struct loom_fleet_record {
    struct loom_fleet_account account; /**< first: an account seen outside is its record */
    size_t references;
    struct loom_fleet_block *blocks;
    struct loom_index_link by_endpoint;
    struct loom_index_link by_identity; /**< in the index if it has an identity */
};

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

/** Copies bytes, with a NUL behind them, into a block of the list.
 *  @return NULL without memory */
const void *loom_fleet_keep(struct loom_fleet_block **blocks, const void *data, size_t length);

/** Wipes and frees. */
void loom_fleet_free_blocks(struct loom_fleet_block *blocks);

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

/** Adds an empty write to an account. @return NULL without memory */
struct loom_fleet_write *loom_fleet_account_add_write(struct loom_fleet_account *account);

/** Puts a setting at its place. @return LOOM_CONFLICT it is there already; LOOM_UNAVAILABLE without
 *  memory */
enum loom_status loom_fleet_write_add(struct loom_fleet_write *write,
                                      const struct loom_fleet_setting *setting);

#endif
