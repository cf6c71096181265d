/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The accounts file (docs/servers.md), read into memory: a driver of the store.
 */
#ifndef LOOM_FLEET_ACCOUNTS_FILE_H
#define LOOM_FLEET_ACCOUNTS_FILE_H

#include "catalog/catalog.h"
#include "store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Whose file it is; each kind has words that the other refuses. */
enum loom_fleet_accounts_kind { LOOM_FLEET_BOOTSTRAP, LOOM_FLEET_MANAGEMENT };

struct loom_fleet_accounts;

/** An error in a file, ready to be printed: `accounts.ini:7:9: error: ...`. Never holds a key. */
typedef void loom_fleet_accounts_report(void *user, const char *message);

/**
 * Reads accounts from text.
 * @param name   of the file, for messages
 * @param report hears every error, not only the first
 * @return NULL if there was any error; else accounts to be freed with loom_fleet_accounts_free()
 */
struct loom_fleet_accounts *loom_fleet_accounts_parse(const char *name, struct loom_text text,
                                                      enum loom_fleet_accounts_kind kind,
                                                      const struct loom_catalog *catalog,
                                                      loom_fleet_accounts_report *report,
                                                      void *user);

/** Reads accounts from a file; otherwise as loom_fleet_accounts_parse(). */
struct loom_fleet_accounts *loom_fleet_accounts_load(const char *path,
                                                     enum loom_fleet_accounts_kind kind,
                                                     const struct loom_catalog *catalog,
                                                     loom_fleet_accounts_report *report,
                                                     void *user);

/** No endpoint by name, but every endpoint without security: for tests and demos.
 *  @return NULL if there is no memory */
struct loom_fleet_accounts *loom_fleet_accounts_any(void);

/** The accounts as a store, for as long as they live. */
struct loom_fleet_store loom_fleet_accounts_store(struct loom_fleet_accounts *accounts);

/** Wipes and frees; accounts that somebody holds stay until they are given back. NULL is allowed.
 */
void loom_fleet_accounts_free(struct loom_fleet_accounts *accounts);

#ifdef __cplusplus
}
#endif

#endif
