/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Campaigns: one firmware image for many devices, some of them at once, until too many fail.
 *
 * A device gets the image when it is awake and it is its turn. First it is asked for its version:
 * one that has the wished version is skipped. After the update it is asked again: one that reports
 * another version has failed and is not tried again, so that no device is updated in a loop. A
 * device that fails otherwise is tried twice at most. It belongs to one campaign that runs, that
 * which began first.
 *
 * An attempt is stored before it begins. After a restart devices under way are asked what they have
 * (State and Update Result, rules C-90 and C-91, and the version), and go on from there.
 */
#ifndef LOOM_SERVICE_CAMPAIGNS_H
#define LOOM_SERVICE_CAMPAIGNS_H

#include "firmware/updates.h"
#include "service/images.h"
#include "service/timeline.h"
#include "service/wishes.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_CAMPAIGNS_MAX         1000u
#define LOOM_CAMPAIGN_DEVICES_MAX  500000u /**< of all campaigns together */
#define LOOM_CAMPAIGN_LIST_MAX     50000u  /**< of endpoints that are named one by one */
#define LOOM_CAMPAIGN_PARALLEL_MAX 1000u
#define LOOM_CAMPAIGN_ATTEMPTS_MAX 2u
#define LOOM_CAMPAIGN_PUSH_MAX     16777216u /**< bytes of an image that is pushed */

/** What it may take to hear anything of an update, before its attempt has failed. */
#define LOOM_CAMPAIGN_PATIENCE_MS 3600000
/** And all of it, unless its user has put it off. */
#define LOOM_CAMPAIGN_ATTEMPT_MS 86400000

/** A device that reports another version is asked once more after so long, or when it registers or
 *  updates its registration. */
#define LOOM_CAMPAIGN_SETTLE_MS 60000

enum loom_campaign_state {
    LOOM_CAMPAIGN_DRAFT, /**< it waits to be started */
    LOOM_CAMPAIGN_RUNNING,
    LOOM_CAMPAIGN_PAUSED,  /**< by an operator; what is under way goes on */
    LOOM_CAMPAIGN_STOPPED, /**< the same, because too many have failed */
    LOOM_CAMPAIGN_FINISHED,
    LOOM_CAMPAIGN_CANCELLED,
    LOOM_CAMPAIGN_STATE_COUNT
};

enum loom_campaign_device_state {
    LOOM_CAMPAIGN_WAITING,
    LOOM_CAMPAIGN_UPDATING,
    LOOM_CAMPAIGN_DONE,
    LOOM_CAMPAIGN_SKIPPED,
    LOOM_CAMPAIGN_FAILED,
    LOOM_CAMPAIGN_DEVICE_STATE_COUNT
};

/** A campaign. Texts end with NUL. */
struct loom_campaign {
    uint64_t id; /**< not 0, below 2^63 */
    enum loom_campaign_state state;
    const char *reason;     /**< why it is in this state; may be empty */
    const json_t *document; /**< what it is, as it was given, without its endpoints */
    const char *image;      /**< its name */
    const char *who;
    int64_t created; /**< milliseconds since 1970 */
    int64_t changed;
    bool enrols;                                     /**< not all of its devices are known yet */
    size_t counts[LOOM_CAMPAIGN_DEVICE_STATE_COUNT]; /**< of devices */
};

/** A device of a campaign. */
struct loom_campaign_device {
    const char *endpoint;
    enum loom_campaign_device_state state;
    const char *step; /**< of UPDATING: `checking`, `downloading`; else empty */
    unsigned attempts;
    int result;        /**< Update Result; 0: none */
    const char *words; /**< why it was skipped or has failed; may be empty */
    int64_t changed;   /**< milliseconds since 1970; 0: never */
};

struct loom_campaigns;

struct loom_campaigns_config {
    struct loom_management_server *server;
    const struct loom_catalog *catalog;
    struct loom_dm_updates *updates;
    struct loom_images *images;
    struct loom_timeline *timeline;
    uint64_t seed;         /**< what no peer can guess */
    struct loom_text node; /**< whose campaigns these are; lasts as long as they */
    unsigned scopes;       /**< a bit, 1 << scope, for each that there may be campaigns of */
    /** As of struct loom_wishes_config. */
    size_t (*name)(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name);
    /** The URI of the directory of images, as a device reaches it. NULL: it is not known. */
    const char *(*base)(void *user, const struct loom_dm_client *client);
    int64_t (*now)(void *user); /**< milliseconds since 1970 */
    void *user;
};

/** Reads what is stored. @param database NULL: nothing is
 *  @return NULL: see `error` */
struct loom_campaigns *loom_campaigns_create(const struct loom_campaigns_config *config,
                                             struct loom_database *database,
                                             struct loom_database_error *error);

/** Stores by this writer from now on; NULL: by none, as at first. */
void loom_campaigns_write(struct loom_campaigns *campaigns, struct loom_writer *writer);

/** After the writer has ended. NULL is allowed. */
void loom_campaigns_destroy(struct loom_campaigns *campaigns);

/** Hear of every event of the server, and of every event of an update; from their listeners. */
void loom_campaigns_hear(struct loom_campaigns *campaigns, const struct loom_dm_event *event);
void loom_campaigns_hear_update(struct loom_campaigns *campaigns,
                                const struct loom_dm_update_event *event);

/** Begins what is due. Before the step of the server, never from its listener. */
void loom_campaigns_step(struct loom_campaigns *campaigns);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_campaigns_deadline(const struct loom_campaigns *campaigns);

/** @return whether a campaign that has not ended uses an image. */
bool loom_campaigns_use(const struct loom_campaigns *campaigns, const char *image);

/* ---- for operators --------------------------------------------------------------------------- */

enum loom_campaigns_status {
    LOOM_CAMPAIGNS_OK,
    LOOM_CAMPAIGNS_BAD,      /**< the body: see the errors */
    LOOM_CAMPAIGNS_TOO_MANY, /**< LOOM_CAMPAIGNS_MAX or LOOM_CAMPAIGN_DEVICES_MAX */
    LOOM_CAMPAIGNS_STATE,    /**< it is in a state in which this cannot be */
    LOOM_CAMPAIGNS_BUSY,     /**< another change of it is being stored */
    LOOM_CAMPAIGNS_NOT_STORED,
    LOOM_CAMPAIGNS_NO_MEMORY
};

/** Hears what became of a change. @param campaign NULL unless it is there now */
typedef void loom_campaigns_done(void *user, enum loom_campaigns_status status,
                                 const struct loom_campaign *campaign);

/**
 * Adds a campaign; docs/rest.md says what its document is.
 * @param errors an array, for what is wrong: objects with `at` and `detail`
 * @return OK: `done` is called, at once or later
 */
enum loom_campaigns_status loom_campaigns_add(struct loom_campaigns *campaigns,
                                              const json_t *document, const char *who,
                                              json_t *errors, loom_campaigns_done *done,
                                              void *user);

/** Has a campaign RUNNING (from DRAFT, PAUSED and STOPPED), PAUSED (from RUNNING) or CANCELLED
 * (from all but the ends). @return as loom_campaigns_add() */
enum loom_campaigns_status loom_campaigns_change(struct loom_campaigns *campaigns,
                                                 const struct loom_campaign *campaign,
                                                 enum loom_campaign_state state,
                                                 loom_campaigns_done *done, void *user);

/** Removes a campaign that has ended. @return as loom_campaigns_add() */
enum loom_campaigns_status loom_campaigns_remove(struct loom_campaigns *campaigns,
                                                 const struct loom_campaign *campaign,
                                                 loom_campaigns_done *done, void *user);

/** @return NULL: there is none */
const struct loom_campaign *loom_campaigns_find(const struct loom_campaigns *campaigns,
                                                uint64_t id);

/** Gives the campaigns, the newest first. NULL starts; @return NULL: no more */
const struct loom_campaign *loom_campaigns_next(const struct loom_campaigns *campaigns,
                                                const struct loom_campaign *campaign);

/** Shows the device at a place, from 0 on, in the order in which they became known.
 *  @return false: there are no more */
bool loom_campaign_device_at(const struct loom_campaign *campaign, size_t place,
                             struct loom_campaign_device *device);

/** As in `running`, `waiting`. */
const char *loom_campaign_state_name(enum loom_campaign_state state);
const char *loom_campaign_device_state_name(enum loom_campaign_device_state state);

/** @return false: no state is called so */
bool loom_campaign_device_state_read(struct loom_text name, enum loom_campaign_device_state *state);

#ifdef __cplusplus
}
#endif

#endif
