/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is wanted of devices and what has happened to them: commands, wished observations, and
 * events.
 */
#ifndef LOOM_STORED_COMMAND_H
#define LOOM_STORED_COMMAND_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A command, as its owner numbers it. */
struct loom_stored_command {
    int64_t id;
    struct loom_text endpoint;
    struct loom_text operation;
    struct loom_text body; /**< JSON, as it was given */
    struct loom_text who;  /**< gave it; may be empty */
    int64_t priority;
    struct loom_text state;
    bool ended; /**< nothing more happens to it */
    int64_t code;
    struct loom_text failure; /**< data NULL: none */
    int64_t attempts;
    int64_t created;
    int64_t expires;
    int64_t changed;
    struct loom_text result; /**< JSON; data NULL: none */
    struct loom_text node;   /**< that has it, and alone may change it; may be empty */
};

/** An observation that is to be there whenever its devices are. */
struct loom_stored_wish {
    int64_t id;               /**< given by the table */
    struct loom_text scope;   /**< `endpoint`, `group`, `model` or `all` */
    struct loom_text name;    /**< of the scope */
    struct loom_text request; /**< JSON */
    int64_t created;
};

/** An event, as its owner numbers it. */
struct loom_stored_event {
    int64_t number; /**< above 0 */
    int64_t time;
    struct loom_text kind;
    struct loom_text endpoint; /**< data NULL: of no device */
    struct loom_text document; /**< JSON */
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_command_visitor(void *user, const struct loom_stored_command *command);
typedef bool loom_stored_wish_visitor(void *user, const struct loom_stored_wish *wish);
typedef bool loom_stored_event_visitor(void *user, const struct loom_stored_event *event);

/* ---- commands -------------------------------------------------------------------------------- */

/** Stores a new command. If its device is registered at another node, it waits for that one.
 *  @param elsewhere out: it does
 *  @return LOOM_DATABASE_CONFLICT its id is taken */
enum loom_database_status loom_stored_command_add(struct loom_database *database,
                                                  const struct loom_stored_command *command,
                                                  bool *elsewhere);

/** Stores what has become of a command, if it is still that of this node, and has not ended in
 *  another way: loom_database_changes() is 0 if not. */
enum loom_database_status loom_stored_command_save(struct loom_database *database,
                                                   const struct loom_stored_command *command);

/** Cancels a command that waits, whoever has it: loom_database_changes() is 0 if it does not. */
enum loom_database_status loom_stored_command_cancel(struct loom_database *database, int64_t id,
                                                     int64_t now);

/** Shows those of a node that have not ended, in the order of their ids. */
enum loom_database_status loom_stored_command_each(struct loom_database *database,
                                                   struct loom_text node,
                                                   loom_stored_command_visitor *visit, void *user);

/** Gives a node what has none, as loom_stored_registration_adopt(). */
enum loom_database_status loom_stored_command_adopt(struct loom_database *database,
                                                    struct loom_text node);

/* What a node gets of others, and shows as it was: commands that have not ended. From then on they
 * are its own, and no other one can change them. */

/** Those that wait for this node, the oldest first. */
enum loom_database_status loom_stored_command_claim(struct loom_database *database,
                                                    struct loom_text node, size_t limit,
                                                    loom_stored_command_visitor *visit, void *user);

/** All of a device. */
enum loom_database_status loom_stored_command_claim_of(struct loom_database *database,
                                                       struct loom_text node,
                                                       struct loom_text endpoint,
                                                       loom_stored_command_visitor *visit,
                                                       void *user);

/** Those of all devices that are registered at this node. It takes longer than the others, as it
 *  looks at all commands that have not ended. */
enum loom_database_status loom_stored_command_claim_all(struct loom_database *database,
                                                        struct loom_text node, size_t limit,
                                                        loom_stored_command_visitor *visit,
                                                        void *user);

/** Shows a command, if it is there. */
enum loom_database_status loom_stored_command_find(struct loom_database *database, int64_t id,
                                                   loom_stored_command_visitor *visit, void *user);

/** Where a page begins: behind a command. */
struct loom_stored_command_place {
    int64_t created;
    int64_t id;
};

/** Shows the commands of a device, the newest first. @param place NULL: from the newest */
enum loom_database_status loom_stored_command_page(struct loom_database *database,
                                                   struct loom_text endpoint,
                                                   const struct loom_stored_command_place *place,
                                                   size_t limit, loom_stored_command_visitor *visit,
                                                   void *user);

/** Removes those that ended before a time, and those that expired before it and have no node any
 *  more that would end them. */
enum loom_database_status loom_stored_command_prune(struct loom_database *database, int64_t before);

/* ---- wished observations --------------------------------------------------------------------- */

/** Stores a wish, unless there is one of its scope and name with the same text as its request.
 *  @param id out: that of the one that is there now */
enum loom_database_status loom_stored_wish_save(struct loom_database *database,
                                                const struct loom_stored_wish *wish, int64_t *id);

enum loom_database_status loom_stored_wish_remove(struct loom_database *database, int64_t id);

/** Shows all, in the order of their ids. */
enum loom_database_status loom_stored_wish_each(struct loom_database *database,
                                                loom_stored_wish_visitor *visit, void *user);

/* ---- events ---------------------------------------------------------------------------------- */

/** Stores an event. @return LOOM_DATABASE_CONFLICT its number is taken */
enum loom_database_status loom_stored_event_add(struct loom_database *database,
                                                const struct loom_stored_event *event);

/** Shows events with a greater number, the oldest first. @param endpoint data NULL: all */
enum loom_database_status loom_stored_event_after(struct loom_database *database,
                                                  struct loom_text endpoint, int64_t number,
                                                  size_t limit, loom_stored_event_visitor *visit,
                                                  void *user);

/** Shows events of one node with a greater number, the oldest first: they are stored in this order.
 *  @param node its number, which is a part of theirs (service/number.h) */
enum loom_database_status loom_stored_event_of_node(struct loom_database *database, unsigned node,
                                                    int64_t number, size_t limit,
                                                    loom_stored_event_visitor *visit, void *user);

/** Shows events with a smaller number, the newest first. @param number 0: from the newest */
enum loom_database_status loom_stored_event_before(struct loom_database *database,
                                                   struct loom_text endpoint, int64_t number,
                                                   size_t limit, loom_stored_event_visitor *visit,
                                                   void *user);

/** @param last out: the greatest number; 0: there is none */
enum loom_database_status loom_stored_event_last(struct loom_database *database, int64_t *last);

/** Removes up to `limit` of those from before a time, the oldest first, so that no transaction
 * takes long. loom_database_changes() says how many. */
enum loom_database_status loom_stored_event_prune(struct loom_database *database, int64_t before,
                                                  size_t limit);

#ifdef __cplusplus
}
#endif

#endif
