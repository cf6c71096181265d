/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What an operator is given of the devices of an LwM2M server, put together: commands, the timeline
 * and the last known values. It hears every event of the server, once.
 */
#ifndef LOOM_SERVICE_DEVICES_H
#define LOOM_SERVICE_DEVICES_H

#include "service/commands.h"
#include "service/rendering.h"
#include "service/timeline.h"
#include "service/values.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Room for the id of a command as text: 16 hex digits and NUL. */
#define LOOM_COMMAND_ID_SIZE 17

struct loom_devices_config {
    struct loom_management_server *server;
    const struct loom_catalog *catalog;
    uint64_t seed; /**< what no peer can guess */
    unsigned node; /**< see struct loom_timeline_config */
    uint64_t last_event;
    const struct loom_command_keeper *command_keeper;   /**< NULL: none */
    const struct loom_timeline_keeper *timeline_keeper; /**< NULL: none */
    /** Milliseconds since 1970. */
    int64_t (*now)(void *user);
    void *user;
};

/** Hears of each new state of a command, and of each event. It must not call into the commands or
 * the timeline. Either function may be NULL. */
struct loom_devices_listener {
    void (*on_command)(void *self, const struct loom_command *command);
    void (*on_event)(void *self, const struct loom_timeline_event *event);
    void *self;
};

#define LOOM_DEVICES_LISTENERS_MAX 4

/** Members are private, but for those that are said to be public. */
struct loom_devices {
    struct loom_devices_config config;
    struct loom_commands *commands; /**< public */
    struct loom_timeline *timeline; /**< public */
    struct loom_values *values;     /**< public */

    struct loom_devices_listener listeners[LOOM_DEVICES_LISTENERS_MAX];
    size_t listener_count;

    struct loom_rendering rendering;
};

/** @return false without memory; then nothing is to be ended */
bool loom_devices_begin(struct loom_devices *devices, const struct loom_devices_config *config);
void loom_devices_end(struct loom_devices *devices);

/** Adds a listener; it is copied. @return false: there are LOOM_DEVICES_LISTENERS_MAX */
bool loom_devices_listen(struct loom_devices *devices,
                         const struct loom_devices_listener *listener);

/** Hears of an event, also from within the server's listener. */
void loom_devices_hear(struct loom_devices *devices, const struct loom_dm_event *event);

/** Tells of the state that a command has now: that of one which is not in memory, as the others
 * tell of themselves. */
void loom_devices_tell_command(struct loom_devices *devices, const struct loom_command *command);

/** Before the step of the LwM2M server; never from its listener. */
void loom_devices_step(struct loom_devices *devices);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_devices_deadline(const struct loom_devices *devices);

/** An id as text, and back. @return false: it is none */
void loom_command_id_write(uint64_t id, char text[LOOM_COMMAND_ID_SIZE]);
bool loom_command_id_read(struct loom_text text, uint64_t *id);

/** A command as JSON, without the values of its request that are secret. @return NULL without
 * memory
 */
json_t *loom_command_json(const struct loom_command *command);

#ifdef __cplusplus
}
#endif

#endif
