/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What loom-server has of its devices besides the protocol, and what of all that it keeps over a
 * restart: the store, registrations, commands, events and wishes. For loom-server only.
 */
#ifndef LOOM_PROGRAM_KEPT_H
#define LOOM_PROGRAM_KEPT_H

#include "accounts/directory.h"
#include "firmware/updates.h"
#include "programs/store.h"
#include "service/devices.h"
#include "service/kept_commands.h"
#include "service/kept_events.h"
#include "service/kept_registrations.h"
#include "service/kept_wishes.h"
#include "service/node_events.h"
#include "service/nodes.h"

/** All zero before anything is begun. */
struct loom_program_kept {
    struct loom_program *program;
    struct loom_management_server *server;
    const struct loom_directory *directory; /**< of groups, before devices are begun; NULL: none */
    struct loom_program_store store;
    struct loom_nodes nodes;                       /**< what this program is of `--node` */
    struct loom_kept_registrations *registrations; /**< NULL without `--store` */
    struct loom_devices devices;                   /**< this and what follows: if it was begun */
    struct loom_kept_commands kept_commands;
    struct loom_kept_events kept_events;
    struct loom_node_events *node_events; /**< NULL: there are no other nodes */
    struct loom_kept_wishes wishes;
    int64_t wishes_due; /**< when it is looked for those of other nodes */
    int64_t prune; /**< when what is old is removed from the store, in milliseconds since 1970 */
};

/** Opens the store, if the settings say so, and gives the server what is kept, before it listens.
 *  @return false after an error, which has been printed */
bool loom_program_kept_restore(struct loom_program_kept *self, struct loom_program *program,
                               struct loom_management_server *server);

/** Begins commands, timeline and wishes, with what is kept of them. @param seed what no peer can
 *  guess @return as loom_program_kept_restore() */
bool loom_program_kept_devices(struct loom_program_kept *self, uint64_t seed);

/** All that is read has been read: begins to write. @return as loom_program_kept_restore() */
bool loom_program_kept_write(struct loom_program_kept *self);

/** Ends registrations whose account has gone while the server was away. To be called before it
 *  listens, when it can write. */
void loom_program_kept_check_accounts(struct loom_program_kept *self);

/** The program listens: tells other nodes where. */
void loom_program_kept_announce(struct loom_program_kept *self);

/** Prints figures, see events/metrics.h. */
void loom_program_kept_metrics(const struct loom_program_kept *self, FILE *out);

/** Tells the group or the model of a device, as struct loom_wishes_config has it. */
size_t loom_program_kept_name(const struct loom_program_kept *self, enum loom_wish_scope scope,
                              struct loom_text endpoint, char *name);

/** @return a bit, 1 << scope, for each by which devices can be named */
unsigned loom_program_kept_scopes(const struct loom_program_kept *self);

/** Hears of every event of the server. */
void loom_program_kept_hear(struct loom_program_kept *self, const struct loom_dm_event *event);

/** Hears of an account of a database, see loom_directory_listen(): what ends with one that is gone
 *  says docs/servers.md. */
void loom_program_kept_account(void *self, struct loom_text endpoint, bool gone);

/** Hears of every event of a firmware update. */
void loom_program_kept_hear_update(struct loom_program_kept *self,
                                   const struct loom_dm_update_event *event);

/** @return when loom_program_kept_step() or _store() is due, on the port's clock */
uint64_t loom_program_kept_deadline(const struct loom_program_kept *self);

/** Before the step of the server: what it is to send. */
void loom_program_kept_step(struct loom_program_kept *self);

/** After the step of the server: what is to be stored. */
void loom_program_kept_store(struct loom_program_kept *self);

/** As the functions of a part. */
void loom_program_kept_drain(struct loom_program_kept *self);
bool loom_program_kept_busy(const struct loom_program_kept *self);

/** Ends the store; the server and the port are still there. */
void loom_program_kept_end_writing(struct loom_program_kept *self);

/** Frees the rest, after the server has gone. */
void loom_program_kept_end(struct loom_program_kept *self);

#endif
