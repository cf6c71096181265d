/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands in a database: their keeper (service/commands.h), over the writer.
 */
#ifndef LOOM_SERVICE_KEPT_COMMANDS_H
#define LOOM_SERVICE_KEPT_COMMANDS_H

#include "database/writer.h"
#include "service/commands.h"
#include "store/stored_command.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How long commands that have ended are kept: 30 days. */
#define LOOM_KEPT_COMMANDS_MS INT64_C(2592000000)

/** Members are private, but `keeper`. */
struct loom_kept_commands {
    struct loom_command_keeper keeper;
    struct loom_commands *commands;
    struct loom_writer *writer; /* NULL: nothing can be kept yet */
    int64_t (*now)(void *user); /* milliseconds since 1970 */
    void *user;
};

/** Makes a keeper; it keeps nothing before it has a writer. */
void loom_kept_commands_begin(struct loom_kept_commands *kept, int64_t (*now)(void *user),
                              void *user);

/** Puts back what has not ended, before there is a writer.
 *  @param count out: how many
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also without memory */
enum loom_database_status loom_kept_commands_restore(struct loom_kept_commands *kept,
                                                     struct loom_commands *commands,
                                                     struct loom_database *database, size_t *count);

/** Copies a row. @param copy out: to be freed; NULL: it is no row of this program
 *  @return false without memory */
bool loom_kept_command_copy(const struct loom_stored_command *stored, struct loom_command **copy);

/** Keeps by this writer from now on, which ends before the commands do. */
void loom_kept_commands_write(struct loom_kept_commands *kept, struct loom_writer *writer);

/** Removes what ended long ago; to be called now and then. */
void loom_kept_commands_prune(struct loom_kept_commands *kept);

#ifdef __cplusplus
}
#endif

#endif
