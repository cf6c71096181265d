/* SPDX-License-Identifier: Apache-2.0 */
/** A firmware update under way, from within. For this room only. */
#ifndef LOOM_SERVER_UPDATE_H
#define LOOM_SERVER_UPDATE_H

#include "firmware/updates.h"
#include "loom/ids.h"

/** State and Update Result as far as they decide something (rules C-90, C-91). */
enum {
    LOOM_DM_STATE_UNKNOWN = -1,
    LOOM_DM_STATE_IDLE,
    LOOM_DM_STATE_DOWNLOADING,
    LOOM_DM_STATE_DOWNLOADED,
    LOOM_DM_STATE_UPDATING
};
enum { LOOM_DM_RESULT_INITIAL = 0, LOOM_DM_RESULT_SUCCESS = 1, LOOM_DM_RESULT_DEFERRED = 11 };

/** An update; tickets are 0 where nothing is under way or observed. */
struct loom_dm_update {
    struct loom_list place;
    struct loom_index_link by_endpoint;
    uint32_t reset;
    uint32_t write; /* of the image or its URI */
    uint32_t execute;
    uint32_t observed_result;
    uint32_t observed_state;
    uint32_t read_result; /* after a silence */
    uint32_t read_state;
    uint64_t heard;   /* of the update, milliseconds */
    uint32_t silence; /* for so long it may be silent, milliseconds */
    bool sent;        /* the write has begun: what the device tells from now on is of this update */
    bool begun;       /* the device has been anything but Idle since */
    bool executed;    /* Update */
    int state;        /* as it was last told */
    int result;       /* same */
    int stale;        /* Update Result from before */
    uint16_t resource;
    uint16_t format;
    bool asked;                  /* for the write */
    struct loom_shared *payload; /* of that, as long as it may be needed */
    unsigned repeats;            /* of requests in a row that were not answered */
    struct loom_text endpoint;
    char name[]; /* of the endpoint */
};

/** Without news of a device it is read first after so long, and at last every hour: a user may put
 *  an installation off for days. */
enum { LOOM_DM_UPDATE_SILENCE_MIN_MS = 30000, LOOM_DM_UPDATE_SILENCE_MAX_MS = 3600000 };

static inline bool loom_dm_update_is_pushed(const struct loom_dm_update *update)
{
    return update->resource == LOOM_ID_FIRMWARE_UPDATE_PACKAGE;
}

static inline struct loom_path loom_dm_update_path(uint16_t resource)
{
    return loom_path_resource(LOOM_ID_FIRMWARE_UPDATE, 0, resource);
}

/** The update of a device; NULL: there is none. */
struct loom_dm_update *loom_dm_update_find(const struct loom_dm_updates *updates,
                                           struct loom_text endpoint);

/** Queues a request. @return as loom_management_server_send() */
enum loom_status loom_dm_update_ask(const struct loom_dm_updates *updates,
                                    const struct loom_dm_update *update,
                                    enum loom_dm_operation operation, uint16_t resource,
                                    uint16_t format, struct loom_shared *payload, uint32_t *ticket);
/** The same without a payload. */
enum loom_status loom_dm_update_ask_without(const struct loom_dm_updates *updates,
                                            const struct loom_dm_update *update,
                                            enum loom_dm_operation operation, uint16_t resource,
                                            uint32_t *ticket);

/** Observes the result, or else the state, whatever is not observed: one after the other, the
 *  result first, since an update that has failed may be Downloaded again, and is not to be executed
 *  once more. */
enum loom_status loom_dm_update_observe(const struct loom_dm_updates *updates,
                                        struct loom_dm_update *update);

/** Ends what is observed, and forgets the update. */
void loom_dm_update_drop(struct loom_dm_updates *updates, struct loom_dm_update *update);

#endif
