/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An account while it is being made, and what only the store knows of it; for the room of the store
 * only.
 */
#ifndef LOOM_FLEET_ACCOUNT_RECORD_H
#define LOOM_FLEET_ACCOUNT_RECORD_H

#include "common/index.h"
#include "store/account.h"

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

/** Copies bytes, with a NUL behind them, into a block of the list.
 *  @return NULL without memory */
const void *loom_fleet_keep(struct loom_fleet_block **blocks, const void *data, size_t length);

/** Wipes and frees. */
void loom_fleet_free_blocks(struct loom_fleet_block *blocks);

/** Adds an empty write to an account. @return NULL without memory */
struct loom_fleet_write *loom_fleet_account_add_write(struct loom_fleet_account *account);

/** Puts a setting at its place. @return LOOM_CONFLICT it is there already; LOOM_UNAVAILABLE without
 *  memory */
enum loom_status loom_fleet_write_add(struct loom_fleet_write *write,
                                      const struct loom_fleet_setting *setting);

#endif
