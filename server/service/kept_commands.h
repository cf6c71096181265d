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

/** How often commands are looked for that were given at another node, and wait for this one. */
#define LOOM_KEPT_COMMANDS_POLL_MS 500

/** How often all devices of this node are looked at, for what the other ways have missed: a command
 *  that was given while its device moved. */
#define LOOM_KEPT_COMMANDS_SWEEP_MS 30000

/** How long commands that have ended are kept: 30 days. */
#define LOOM_KEPT_COMMANDS_MS INT64_C(2592000000)

/** Members are private, but `keeper`. */
struct loom_kept_commands {
    struct loom_command_keeper keeper;
    struct loom_commands *commands;
    struct loom_writer *writer; /* NULL: nothing can be kept yet */
    int64_t (*now)(void *user); /* milliseconds since 1970 */
    void *user;
    struct loom_text node; /* empty: there are no others */
    int64_t poll;          /* when it is looked for more */
    int64_t sweep;
    bool looking;  /* a look is under way */
    bool doubtful; /* nobody knows whether the last look has claimed something */
};

/** Makes a keeper; it keeps nothing before it has a writer.
 *  @param node the name of this program among those that share the database, which outlives the
 *              keeper; empty: it has it alone */
void loom_kept_commands_begin(struct loom_kept_commands *kept, struct loom_text node,
                              int64_t (*now)(void *user), void *user);

/** Puts back what has not ended and is this node's, before there is a writer.
 *  @param count out: how many
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also without memory */
enum loom_database_status loom_kept_commands_restore(struct loom_kept_commands *kept,
                                                     struct loom_commands *commands,
                                                     struct loom_database *database, size_t *count);

/** Copies a row. @param copy out: to be freed; NULL: it is no row of this program
 *  @return false without memory */
bool loom_kept_command_copy(const struct loom_stored_command *stored, struct loom_command **copy);

/** Copies of commands that have not ended. All zero: none. */
struct loom_kept_command_list {
    struct loom_command **commands;
    size_t count;
    size_t room;
    bool full; /**< no memory */
};

/** Adds a copy: a loom_stored_command_visitor of a list. */
bool loom_kept_commands_collect(void *list, const struct loom_stored_command *stored);

/** Frees the copies. */
void loom_kept_commands_forget(struct loom_kept_command_list *list);

/** Gives the commands what is in a list. @return false without memory */
bool loom_kept_commands_give(const struct loom_kept_commands *kept,
                             const struct loom_kept_command_list *list);

/** Keeps by this writer from now on, which ends before the commands do. */
void loom_kept_commands_write(struct loom_kept_commands *kept, struct loom_writer *writer);

/** A device has come to this node: gets its commands from where they are. */
void loom_kept_commands_claim(struct loom_kept_commands *kept, struct loom_text endpoint);

/** Gets what was given at other nodes. */
void loom_kept_commands_step(struct loom_kept_commands *kept);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_kept_commands_deadline(const struct loom_kept_commands *kept);

/** Removes what ended long ago; to be called now and then. */
void loom_kept_commands_prune(struct loom_kept_commands *kept);

#ifdef __cplusplus
}
#endif

#endif
