/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The tables of what the servers keep, in both kinds of database. What is in each of them is said
 * by its own header, stored_....h.
 *
 * Times are milliseconds since 1970, by the clock of who writes; times that are not known are 0.
 * What is true or false is 1 or 0. All texts and bytes that a function shows last until it returns.
 */
#ifndef LOOM_STORE_SCHEMA_H
#define LOOM_STORE_SCHEMA_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Makes the tables, or brings those of an earlier program up to date.
 *  @return as loom_database_migrate() */
enum loom_database_status loom_store_migrate(struct loom_database *database);

/** Connects, and migrates. @return as loom_database_open() */
enum loom_database_status loom_store_open(const char *uri, struct loom_database **database,
                                          struct loom_database_error *error);

#ifdef __cplusplus
}
#endif

#endif
