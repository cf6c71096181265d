/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Accounts in memory: a driver of the store. accounts_file.h reads them from a file.
 */
#ifndef LOOM_FLEET_ACCOUNTS_H
#define LOOM_FLEET_ACCOUNTS_H

#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Whose file it is; each kind has words that the other refuses. */
enum loom_fleet_accounts_kind { LOOM_FLEET_BOOTSTRAP, LOOM_FLEET_MANAGEMENT };

/** An error in a file, ready to be printed: `accounts.ini:7:9: error: ...`. Never holds a key. */
typedef void loom_fleet_accounts_report(void *user, const char *message);

struct loom_fleet_accounts;

/** No endpoint by name, but every endpoint without security: for tests and demos.
 *  @return NULL if there is no memory */
struct loom_fleet_accounts *loom_fleet_accounts_any(void);

/** The accounts as a store, for as long as they live. */
struct loom_fleet_store loom_fleet_accounts_store(struct loom_fleet_accounts *accounts);

#define LOOM_FLEET_OBJECT_LIST_WRONG 48u

/** @return what is wrong with an object list behind a Profile ID: what a client must not list, a
 *  profile must not either (rule B-41); or NULL. @param room for it, if it is no constant */
const char *loom_fleet_object_list_wrong(struct loom_text list,
                                         char room[LOOM_FLEET_OBJECT_LIST_WRONG]);

/** Object lists behind Profile IDs. */
size_t loom_fleet_accounts_profile_count(const struct loom_fleet_accounts *accounts);

/** Wipes and frees; accounts that somebody holds stay until they are given back. NULL is allowed.
 */
void loom_fleet_accounts_free(struct loom_fleet_accounts *accounts);

#ifdef __cplusplus
}
#endif

#endif
