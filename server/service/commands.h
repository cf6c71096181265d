/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands: what an operator wants done with a device, kept until it is done. Each has an id, a
 * state and, in the end, a result. One goes out at a time to a device, by priority and then by age,
 * and only while the device is awake (rule B-82), so that those that wait can still be cancelled,
 * or expire.
 *
 * A keeper, if there is one, makes commands outlast a restart: a command is there once it is kept,
 * and goes out once it is kept that it does. So none is lost, and none goes out twice by a
 * restart, unless doing it twice is the same as doing it once.
 *
 * A device that says nothing is asked again, if that is the same as asking once; otherwise the
 * command has failed, and whether the device has done it is not known.
 */
#ifndef LOOM_SERVICE_COMMANDS_H
#define LOOM_SERVICE_COMMANDS_H

#include "catalog/catalog.h"
#include "management/management_server.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

enum loom_command_state {
    LOOM_COMMAND_QUEUED,   /**< it waits for its turn, or for the device to wake up */
    LOOM_COMMAND_SENT,     /**< it has gone out */
    LOOM_COMMAND_ANSWERED, /**< `code`, which may be an error */
    LOOM_COMMAND_FAILED,   /**< no answer, see `failure` */
    LOOM_COMMAND_EXPIRED,  /**< it was not sent in time */
    LOOM_COMMAND_CANCELLED,
    LOOM_COMMAND_UNKNOWN, /**< sent when the server ended: whether it was done is not known */
    LOOM_COMMAND_STATE_COUNT
};

/** Of priorities: 0 goes before 9. */
#define LOOM_COMMAND_PRIORITY_USUAL 5u
#define LOOM_COMMAND_PRIORITY_MAX   9u

/** How long a command waits if nothing is said: a day. */
#define LOOM_COMMAND_EXPIRY_MS 86400000

/** Commands that may wait for one device. */
#define LOOM_COMMANDS_OF_DEVICE_MAX 256u

/** Bytes of all commands in memory; beyond it those that have ended go. */
#define LOOM_COMMANDS_BYTES_MAX 268435456u

/** Ended commands of a device that stay in memory. */
#define LOOM_COMMANDS_ENDED_MAX 32u

/** A command. Texts end with NUL, and last until the next call into the commands. */
struct loom_command {
    uint64_t id; /**< not 0 */
    const char *endpoint;
    const char *body; /**< JSON, as given (service/operation.h) */
    const char *who;  /**< who gave it; may be empty */
    enum loom_dm_operation operation;
    unsigned priority;
    enum loom_command_state state;
    uint8_t code;              /**< ANSWERED; 0: none */
    enum loom_failure failure; /**< FAILED */
    unsigned attempts;         /**< how often it has gone out */
    int64_t created;           /**< milliseconds since 1970, as all times here */
    int64_t expires;
    int64_t changed;                    /**< when it got its state */
    const char *result;                 /**< JSON of the event that ended it; NULL: none */
    bool elsewhere;                     /**< another node has it: it is gone here after this call */
    const struct loom_catalog *catalog; /**< by which the body is read; set by the commands */
};

struct loom_commands;

/** Keeps commands over a restart. What is posted ends with loom_commands_kept() or
 * loom_commands_elsewhere(), never from within the call. */
struct loom_command_keeper {
    void *self;
    /** Keeps a new command. @return false: it cannot now */
    bool (*add)(void *self, const struct loom_command *command);
    /** Keeps the state that a command has now. @return false: it cannot now */
    bool (*keep)(void *self, const struct loom_command *command);
    /** Whether keep() would be of use. */
    bool (*ready)(void *self);
};

struct loom_commands_config {
    struct loom_management_server *server;
    const struct loom_catalog *catalog;
    uint64_t seed;                            /**< what no peer can guess */
    unsigned node;                            /**< a part of all ids, see number.h */
    const struct loom_command_keeper *keeper; /**< NULL: commands end with the program */
    size_t bytes_max;                         /**< 0: LOOM_COMMANDS_BYTES_MAX */
    /** Hears of each new state. It must not call into the commands. */
    void (*changed)(void *user, const struct loom_command *command);
    void *user;
};

/** @return NULL without memory */
struct loom_commands *loom_commands_create(const struct loom_commands_config *config);
void loom_commands_destroy(struct loom_commands *commands);

/** What is asked of loom_commands_give(). */
struct loom_command_order {
    struct loom_text endpoint;
    const json_t *body;
    const char *who;
    unsigned priority;
    int64_t now;
    int64_t expires; /**< 0: after LOOM_COMMAND_EXPIRY_MS */
};

enum loom_commands_status {
    LOOM_COMMANDS_OK,
    LOOM_COMMANDS_BAD,      /**< the body: see the errors */
    LOOM_COMMANDS_TOO_MANY, /**< for this device, or all of them together */
    LOOM_COMMANDS_NOT_KEPT, /**< the keeper cannot now */
    LOOM_COMMANDS_NO_MEMORY,
    LOOM_COMMANDS_NOT_FOUND, /**< no such command in memory */
    LOOM_COMMANDS_UNDER_WAY, /**< it has gone out */
    LOOM_COMMANDS_OVER       /**< it has ended */
};

/**
 * Takes a command for a device, which need not be registered.
 * @param errors an array: see loom_service_request_read()
 * @param id     out
 * @return with a keeper: OK means that it will be kept; `changed` says when it is
 */
enum loom_commands_status loom_commands_give(struct loom_commands *commands,
                                             const struct loom_command_order *order, json_t *errors,
                                             uint64_t *id);

/** Cancels a command that waits. With a keeper it is cancelled when that is kept, of which
 * `changed` tells; if it cannot be kept, it waits as before. */
enum loom_commands_status loom_commands_cancel(struct loom_commands *commands, uint64_t id,
                                               int64_t now);

/** Puts a command back that was kept, or takes that of another node. One that was SENT goes out
 * again if that is the same as once, else it is UNKNOWN. One that is there stays as it is.
 * @return false without memory */
bool loom_commands_restore(struct loom_commands *commands, const struct loom_command *command,
                           int64_t now);

/** @return whether there is no room for more commands, also without those that have ended. */
bool loom_commands_are_full(struct loom_commands *commands);

/** What the keeper was given last for this command is kept, or is not. */
void loom_commands_kept(struct loom_commands *commands, uint64_t id, bool kept, int64_t now);

/** What the keeper was given last for this command is for nothing: another node has it. It goes on
 * there, and nobody is told that it has ended; `elsewhere` is told with it. */
void loom_commands_elsewhere(struct loom_commands *commands, uint64_t id, int64_t now);

/** The device is at another node now, which has its commands: those that have not ended are gone
 * here, as with loom_commands_elsewhere(). */
void loom_commands_moved(struct loom_commands *commands, struct loom_text endpoint);

/** The device has been at another node, and it is not known whose its commands are: what waits is
 * kept once more, so that the keeper finds it out. */
void loom_commands_check(struct loom_commands *commands, struct loom_text endpoint, int64_t now);

/** Hears of an event. @param json the event as JSON; it is copied where it ends a command
 *  @return the command that the event is of; NULL: of none */
const struct loom_command *loom_commands_hear(struct loom_commands *commands,
                                              const struct loom_dm_event *event,
                                              struct loom_text json, int64_t now);

/** Sends what can go and ends what has expired. Before the step of the LwM2M server; never from a
 *  listener. */
void loom_commands_step(struct loom_commands *commands, int64_t now);

/** @return when the next step is due without an event, in milliseconds since 1970; 0: now;
 *  INT64_MAX: never */
int64_t loom_commands_deadline(const struct loom_commands *commands);

/** @return a command that waits, is under way, or ended not long ago; NULL: none */
const struct loom_command *loom_commands_find(const struct loom_commands *commands, uint64_t id);

/** @return the command that an event of the LwM2M server belongs to, before it is heard; 0: none */
uint64_t loom_commands_of_ticket(const struct loom_commands *commands, struct loom_text endpoint,
                                 uint32_t ticket);

/** Gives the commands of a device: what is under way, what waits, what has ended, the newest of
 * these first. NULL starts; @return NULL: no more */
const struct loom_command *loom_commands_next(const struct loom_commands *commands,
                                              struct loom_text endpoint,
                                              const struct loom_command *command);

/** Commands that wait for a device, the one under way too. */
size_t loom_commands_waiting(const struct loom_commands *commands, struct loom_text endpoint);

/** As in `queued`. */
const char *loom_command_state_name(enum loom_command_state state);

/** @return false: no state is called so */
bool loom_command_state_read(struct loom_text name, enum loom_command_state *state);

/** @return whether doing it twice is the same as doing it once. */
bool loom_command_may_repeat(enum loom_dm_operation operation);

#ifdef __cplusplus
}
#endif

#endif
