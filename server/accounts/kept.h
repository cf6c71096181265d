/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A directory in a database: documents as they are, keys sealed under a key file, each with the row
 * that it belongs to.
 *
 * Operators change accounts rarely, so a change is written on the thread of who makes it, in a
 * transaction of its own: when the call returns it is durable, or it was not made.
 */
#ifndef LOOM_KEPT_H
#define LOOM_KEPT_H

#include "accounts/directory.h"
#include "database/seal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_kept;

/**
 * @param database its tables are there (store/schema.h); the caller's, as is the seal
 * @param now      milliseconds since 1970
 * @return NULL without memory
 */
struct loom_kept *loom_kept_create(struct loom_database *database, struct loom_seal *seal,
                                   enum loom_fleet_accounts_kind server, int64_t (*now)(void));
void loom_kept_destroy(struct loom_kept *kept);

/** For the options of a directory; lasts as long as `kept`. */
const struct loom_directory_keeper *loom_kept_keeper(const struct loom_kept *kept);

/** Gives what fingerprints are made with; it is made and kept when it is first asked for.
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also if it cannot be opened */
enum loom_database_status loom_kept_secret(struct loom_kept *kept,
                                           uint8_t secret[LOOM_DIRECTORY_SECRET_SIZE]);

/** Whether a database has anything that is sealed: a key, or what fingerprints are made with. What
 *  has sealed it is then not to be made anew. */
enum loom_database_status loom_kept_is_sealed(struct loom_database *database, bool *sealed);

/** What was read. */
struct loom_kept_counts {
    size_t documents;
    size_t keys;
    size_t unusable; /**< documents that were reported and left out */
};

/** Puts all that is kept into an empty directory. What is wrong with a document is reported, with
 *  its name, and the others are read all the same. @return as loom_kept_secret() */
enum loom_database_status loom_kept_load(struct loom_kept *kept, struct loom_directory *directory,
                                         struct loom_kept_counts *counts,
                                         loom_document_report *report, void *user);

#ifdef __cplusplus
}
#endif

#endif
