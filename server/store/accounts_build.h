/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Accounts while they are being made; for the rooms of the store only.
 */
#ifndef LOOM_ACCOUNTS_BUILD_H
#define LOOM_ACCOUNTS_BUILD_H

#include "store/accounts.h"

/** Memory of the file's values. Each value has a block of its own: a block never moves, so no copy
 *  of a key is left behind when something grows. */
struct loom_store_block {
    struct loom_store_block *next;
    size_t length;
    uint8_t data[];
};

struct loom_store_accounts {
    struct loom_store_account *list;
    size_t count;
    bool any;
    struct loom_store_profile *profiles;
    size_t profile_count;
    struct loom_store_block *blocks;
};

/** @return empty accounts, or NULL without memory */
struct loom_store_accounts *loom_store_accounts_new(void);

/** Copies bytes, with a NUL behind them, into memory that lives as long as the accounts.
 *  @return NULL without memory */
const void *loom_store_accounts_keep(struct loom_store_accounts *accounts, const void *data,
                                     size_t length);

/** Makes room for one more entry in an array that realloc() may move.
 *  @return the array, or NULL without memory: then the old one still stands */
void *loom_store_grow(void *array, size_t count, size_t entry_size);

/** Adds an empty account. @return NULL without memory */
struct loom_store_account *loom_store_accounts_add(struct loom_store_accounts *accounts);

/** Adds an empty write to an account. @return NULL without memory */
struct loom_store_write *loom_store_account_add_write(struct loom_store_account *account);

/** Puts a setting at its place. @return LOOM_CONFLICT it is there already; LOOM_UNAVAILABLE without
 *  memory */
enum loom_status loom_store_write_add(struct loom_store_write *write,
                                      const struct loom_store_setting *setting);

/** Overwrites memory that held a key, in a way that the compiler keeps. */
void loom_store_wipe(void *memory, size_t length);

static inline bool loom_store_same(struct loom_text a, const void *data, size_t length)
{
    const unsigned char *left = (const unsigned char *)a.data;
    const unsigned char *right = data;
    size_t at = 0;
    if (a.length != length) {
        return false;
    }
    while (at < length && left[at] == right[at]) {
        at++;
    }
    return at == length;
}

#endif
