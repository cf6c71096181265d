/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Firmware updates from the first byte to the last word (rules C.6): the image is pushed to a
 * device, or its URI written there; State and Update Result are observed, and read after a silence;
 * Update is executed when the device says Downloaded, and the end is told, also when the device
 * restarts in between.
 *
 * It uses the LwM2M server as an operator would, by requests that are events there like any other.
 */
#ifndef LOOM_SERVER_UPDATES_H
#define LOOM_SERVER_UPDATES_H

#include "catalog/catalog.h"
#include "common/index.h"
#include "common/list.h"
#include "common/shared.h"
#include "management/management_server.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is told of an update. */
enum loom_dm_update_step {
    LOOM_DM_UPDATE_DOWNLOADING, /**< State as the device tells it, rule C-90 */
    LOOM_DM_UPDATE_DOWNLOADED,  /**< Update is executed now */
    LOOM_DM_UPDATE_UPDATING,
    LOOM_DM_UPDATE_DEFERRED, /**< by the user of the device; it goes on later */
    LOOM_DM_UPDATE_DONE,     /**< the end: Update Result is 1 */
    LOOM_DM_UPDATE_FAILED    /**< the end */
};

struct loom_dm_update_event {
    enum loom_dm_update_step step;
    uint64_t time; /**< milliseconds of the port's clock */
    struct loom_text endpoint;
    int result;       /**< DEFERRED, DONE, FAILED: Update Result, 0: it is not what ended it */
    uint8_t code;     /**< FAILED: of the request that ended it; 0: none */
    const char *text; /**< DEFERRED, DONE, FAILED: in words */
};

typedef void loom_dm_update_listener(void *user, const struct loom_dm_update_event *event);

/** The updates under way, one of a device. Members are private. */
struct loom_dm_updates {
    struct loom_management_server *server;
    const struct loom_catalog *catalog;
    loom_dm_update_listener *listener;
    void *user;
    struct loom_list all;
    struct loom_index by_endpoint;
};

/** It must not move from now on.
 *  @param server, catalog outlive the updates
 *  @param seed what no peer can guess */
void loom_dm_updates_begin(struct loom_dm_updates *updates, struct loom_management_server *server,
                           const struct loom_catalog *catalog, uint64_t seed,
                           loom_dm_update_listener *listener, void *user);
/** Forgets all updates without a word. */
void loom_dm_updates_end(struct loom_dm_updates *updates);

/** Begins an update of a registered device, in the place of one that is under way: the image is
 *  reset first, then pushed.
 *  @param image held as long as it is needed
 *  @return LOOM_NOT_FOUND no such client; LOOM_UNAVAILABLE no memory */
enum loom_status loom_dm_updates_push(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_shared *image);
/** The same, but the device fetches the image from `uri` by itself. */
enum loom_status loom_dm_updates_pull(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_text uri);

/** The same, but the device has the image or its URI already, as it had before this program began:
 *  what comes of it is followed, and Update is executed when the State is Downloaded. */
enum loom_status loom_dm_updates_follow(struct loom_dm_updates *updates, struct loom_text endpoint);

/** Forgets the update of a device, if there is one, without a word to its listener. */
void loom_dm_updates_drop(struct loom_dm_updates *updates, struct loom_text endpoint);

/** To be told every event of the server, from within its listener. */
void loom_dm_updates_hear(struct loom_dm_updates *updates, const struct loom_dm_event *event);

/** @return when the next step is due, in milliseconds of the port's clock; UINT64_MAX: never */
uint64_t loom_dm_updates_deadline(const struct loom_dm_updates *updates);

/** Asks devices that told nothing of an update for half a minute: a notification may get lost. */
void loom_dm_updates_step(struct loom_dm_updates *updates, uint64_t now);

/** `downloading`, `done`. */
const char *loom_dm_update_step_name(enum loom_dm_update_step step);

#ifdef __cplusplus
}
#endif

#endif
