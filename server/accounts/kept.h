/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A directory in a database: documents as they are, keys sealed under a key file, each with the row
 * that it belongs to.
 *
 * All is read at the start. Then a writer has the connection: what is changed is written by its
 * thread, and what others have changed is read by it, every second. Others are other nodes, and
 * programs that import.
 */
#ifndef LOOM_KEPT_H
#define LOOM_KEPT_H

#include "accounts/directory.h"
#include "database/seal.h"
#include "database/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How often others' changes are looked for. */
#define LOOM_KEPT_LOOK_MS 1000

/** How long others can learn of a removal; who was away longer reads all again. */
#define LOOM_KEPT_REMOVALS_MS (7ll * 86400000ll)

struct loom_kept;

/**
 * @param database its tables are there (store/schema.h); the caller's, as is the seal, until there
 *                 is a writer
 * @param now      milliseconds since 1970
 * @return NULL without memory or random numbers
 */
struct loom_kept *loom_kept_create(struct loom_database *database, struct loom_seal *seal,
                                   enum loom_fleet_accounts_kind server, int64_t (*now)(void));
/** The writer has ended before, the directory after it. */
void loom_kept_destroy(struct loom_kept *kept);

/** For the options of a directory; lasts as long as `kept`. Until there is a writer nothing can be
 *  kept. */
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
    size_t unusable; /**< documents that were reported, and left out or of no use */
};

/** Puts all that is kept into an empty directory. What is wrong with a document is reported, with
 *  its name, and the others are read all the same. @return as loom_kept_secret() */
enum loom_database_status loom_kept_load(struct loom_kept *kept, struct loom_directory *directory,
                                         struct loom_kept_counts *counts,
                                         loom_document_report *report, void *user);

/**
 * Begins to write, and to look what others have changed.
 * @param writer has the database; `kept` and the directory outlive it
 * @param report hears of what is wrong with documents of others; lasts as long as `kept`
 */
void loom_kept_begin(struct loom_kept *kept, struct loom_directory *directory,
                     struct loom_writer *writer, loom_document_report *report, void *user);

/** Looks what others have changed, if it is time to. To be called after each step of the writer. */
void loom_kept_step(struct loom_kept *kept);

/** @return when, in milliseconds since 1970, the next step is due */
int64_t loom_kept_deadline(const struct loom_kept *kept);

#ifdef __cplusplus
}
#endif

#endif
