/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Wished observations in a database. A wish is in effect at once, and is taken back if it cannot be
 * stored; who has added it hears of that.
 */
#ifndef LOOM_SERVICE_KEPT_WISHES_H
#define LOOM_SERVICE_KEPT_WISHES_H

#include "database/writer.h"
#include "service/wishes.h"
#include "store/stored_command.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Hears what became of a wish. @param id that it has now; 0: it is gone */
typedef void loom_kept_wishes_done(void *user, bool stored, uint64_t id);

/** Members are private. */
struct loom_kept_wishes {
    struct loom_wishes *wishes;
    struct loom_writer *writer; /* NULL: wishes end with the program */
    bool looking;               /* for those of other nodes */
};

/** Puts back what is stored. @param count out: how many; what cannot be a wish is left out
 *  @return as loom_database_run() */
enum loom_database_status loom_kept_wishes_restore(struct loom_kept_wishes *kept,
                                                   struct loom_database *database, size_t *count);

/** Stores a wish that was added; without a writer nothing is done.
 *  @param done called later; at once without a writer, or if it cannot be stored now */
void loom_kept_wishes_save(struct loom_kept_wishes *kept, uint64_t id, loom_kept_wishes_done *done,
                           void *user);

/** Removes a wish from the database, and then from memory. @param done as above */
void loom_kept_wishes_remove(struct loom_kept_wishes *kept, uint64_t id,
                             loom_kept_wishes_done *done, void *user);

/** Takes a wish that is stored. @return false: it cannot be one, or there is no room */
bool loom_kept_wishes_take(struct loom_kept_wishes *kept, const struct loom_stored_wish *stored);

/** How often a node looks for what the others have been given. */
#define LOOM_KEPT_WISHES_LOOK_MS 5000

/** Takes the wishes that other nodes were given, and drops those that they have removed. */
void loom_kept_wishes_look(struct loom_kept_wishes *kept);

#ifdef __cplusplus
}
#endif

#endif
