/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The schema of a database, made and changed in steps. A step that was released is never edited;
 * what changes comes as another one.
 *
 * In the SQL of a step `{integer}`, `{real}`, `{text}` and `{bytes}` are the types of columns,
 * `{number}` is that of a primary key that counts up by itself, and `{strict}` stands behind the
 * columns of each table, or `{updated}` if its rows change often.
 */
#ifndef LOOM_DATABASE_MIGRATE_H
#define LOOM_DATABASE_MIGRATE_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_migration {
    const char *const *statements; /**< NULL ends them */
};

/**
 * Brings the database up to the last of the migrations, each in a transaction of its own. Several
 * nodes may do so at the same time: one does the work, and the others wait for it.
 * @return LOOM_DATABASE_ERROR with a reason in loom_database_error() if the database is newer than
 *         the program: then nothing is changed
 */
enum loom_database_status loom_database_migrate(struct loom_database *database,
                                                const struct loom_migration *migrations,
                                                size_t count);

#ifdef __cplusplus
}
#endif

#endif
