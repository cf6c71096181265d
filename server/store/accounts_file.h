/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The accounts file (docs/servers.md), read into memory: a driver of the store.
 */
#ifndef LOOM_FLEET_ACCOUNTS_FILE_H
#define LOOM_FLEET_ACCOUNTS_FILE_H

#include "catalog/catalog.h"
#include "store/accounts.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif

#endif
