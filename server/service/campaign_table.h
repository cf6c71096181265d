/* SPDX-License-Identifier: Apache-2.0 */
/** Campaigns from within. For campaign_....c only. */
#ifndef LOOM_SERVICE_CAMPAIGN_TABLE_H
#define LOOM_SERVICE_CAMPAIGN_TABLE_H

#include "common/index.h"
#include "common/list.h"
#include "service/campaigns.h"

/** What a document says. Texts are those of the document. */
struct loom_campaign_plan {
    const char *image;
    const char *version;
    struct loom_path path; /**< of the version */
    enum loom_wish_scope scope;
    struct loom_text name;
    const json_t *endpoints; /**< NULL: they are not named */
    bool pushes;
    unsigned parallel;
    unsigned stop_count;   /**< failures; 0: see the per cent */
    unsigned stop_percent; /**< 0 as well: it never stops */
    int64_t not_before;    /**< 0: at once */
    int64_t expires;       /**< 0: never */
    const char *uri;       /**< of the directory of the images; NULL: the server's own */
    bool draft;
};

/** What is under way with a device. The first are not stored: they are done again. */
enum loom_campaign_step {
    LOOM_CAMPAIGN_NO_STEP,
    LOOM_CAMPAIGN_MODEL,    /**< it is asked for its model number */
    LOOM_CAMPAIGN_CHECKING, /**< it is asked for its version */
    LOOM_CAMPAIGN_SAVING,   /**< the attempt is being stored */
    LOOM_CAMPAIGN_LOADING,  /**< the image is being read */
    LOOM_CAMPAIGN_STARTING, /**< the image or URI is written */
    LOOM_CAMPAIGN_DOWNLOADING,
    LOOM_CAMPAIGN_DOWNLOADED,
    LOOM_CAMPAIGN_INSTALLING,
    LOOM_CAMPAIGN_DEFERRED,
    LOOM_CAMPAIGN_VERIFYING, /**< it is asked for its version */
    LOOM_CAMPAIGN_SETTLING,  /**< it is asked once more, later */
    LOOM_CAMPAIGN_LOOKING,   /**< after a restart: it has not been heard yet */
    LOOM_CAMPAIGN_LOOK_STATE,
    LOOM_CAMPAIGN_LOOK_RESULT,
    LOOM_CAMPAIGN_LOOK_VERSION,
    LOOM_CAMPAIGN_FOLLOWING, /**< what it does is followed from the next step on */
    LOOM_CAMPAIGN_STEP_COUNT
};

struct loom_campaign_entry;

struct loom_campaign_target {
    struct loom_index_link by_endpoint;
    struct loom_list queue; /**< of its campaign: ready or active */
    struct loom_list dirty; /**< its row is to be stored */
    struct loom_campaign_entry *campaign;
    enum loom_campaign_device_state state;
    enum loom_campaign_step step;
    bool had_begun; /**< after a restart: the device had been seen to download */
    uint8_t asked;  /**< how often for its version, after the update */
    uint8_t attempts;
    int look_state;
    int look_result;
    int result;
    uint32_t ticket; /**< of what it is asked; 0: nothing */
    int64_t changed;
    int64_t begun; /**< the attempt */
    int64_t deadline;
    char *words; /**< NULL: none */
    size_t length;
    char name[]; /**< with NUL */
};

struct loom_campaign_entry {
    struct loom_campaign campaign; /**< first: a campaign seen outside is its entry */
    struct loom_list place;
    struct loom_campaign_plan plan;
    json_t *document;
    char *who;
    char reason[160];
    struct loom_campaign_target **targets;
    size_t target_count;
    size_t target_room;
    struct loom_list ready;
    struct loom_list active;
    size_t active_count;
    size_t
        deferred; /**< of these: by their user, or not heard since a restart; no turn is theirs */
    size_t tried_before;
    size_t failed_before;
    size_t unsaved; /**< devices whose row is to be stored, or is being stored */
    bool dirty;     /**< its own row is */
    bool changing;  /**< an operator's change is being stored */
    char cursor[LOOM_WISH_NAME_MAX + 1]; /**< the last device that was looked at, see `enrols` */
    bool told;                           /**< nobody was told of what has changed since */
    int64_t last_told;
    struct loom_shared *body; /**< the image, while it is pushed */
    bool loading;
};

struct loom_campaigns {
    struct loom_campaigns_config config;
    struct loom_writer *writer;
    struct loom_list all;    /**< the newest first */
    struct loom_list adding; /**< that are being stored, and not there yet */
    struct loom_list undone; /**< that were refused, and are stored perhaps */
    bool undoing;            /**< the first of these is being removed */
    size_t count;
    size_t target_count;
    struct loom_index by_endpoint;
    struct loom_list dirty;
    struct loom_campaign_rows *rows; /**< that are being stored; NULL: none */
    int64_t save_again;              /**< after a failure */
    uint64_t random;
    int64_t next; /**< when the next step is due */
    int64_t next_look;
};

static inline struct loom_text loom_campaign_endpoint(const struct loom_campaign_target *target)
{
    return (struct loom_text){target->name, target->length};
}

/** @return whether nothing more begins in it. */
static inline bool loom_campaign_has_ended(const struct loom_campaign_entry *entry)
{
    return entry->campaign.state >= LOOM_CAMPAIGN_FINISHED;
}

/** A step is due now. */
static inline void loom_campaigns_wake(struct loom_campaigns *campaigns)
{
    campaigns->next = 0;
}

static inline int64_t loom_campaigns_now(const struct loom_campaigns *campaigns)
{
    return campaigns->config.now(campaigns->config.user);
}

/* ---- campaign_plan.c ------------------------------------------------------------------------- */

/** Reads a document. @param errors an array that is filled @return false: there are errors */
bool loom_campaign_plan_read(const json_t *document, unsigned scopes, json_t *errors,
                             struct loom_campaign_plan *plan);

/* ---- campaign_list.c
 * ----------------------------------------------------------------------------- */

/** Something has changed that who looks on is told of, some time. */
void loom_campaign_note(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry);

/** A device has come: campaigns that are open are for it, too. */
void loom_campaign_welcome(struct loom_campaigns *campaigns, struct loom_text endpoint);

/** Finds the next target of an endpoint. NULL starts; @return NULL: no more */
struct loom_campaign_target *loom_campaign_target_next(const struct loom_campaigns *campaigns,
                                                       struct loom_text endpoint,
                                                       struct loom_campaign_target *target);

/** Adds a device that is not there yet. @return NULL without memory or room */
struct loom_campaign_target *loom_campaign_enrol(struct loom_campaigns *campaigns,
                                                 struct loom_campaign_entry *entry,
                                                 struct loom_text endpoint);

/** Finds the device of a campaign. @return NULL: it is not there */
struct loom_campaign_target *loom_campaign_target_of(const struct loom_campaigns *campaigns,
                                                     const struct loom_campaign_entry *entry,
                                                     struct loom_text endpoint);

/* ---- campaign_device.c ----------------------------------------------------------------------- */

/** Puts a device among those whose turn comes, if it waits and can be reached. */
void loom_campaign_make_ready(struct loom_campaigns *campaigns,
                              struct loom_campaign_target *target);

/** Begins with those whose turn it is. */
void loom_campaign_begin_ready(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry);

/** The attempt is stored: begins it. */
void loom_campaign_begin_update(struct loom_campaigns *campaigns,
                                struct loom_campaign_target *target);

/** Ends what has waited too long, and goes on with what is due. */
void loom_campaign_look_after(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                              int64_t now);

/** Gives up those that were under way before a restart, and were not heard since. */
void loom_campaign_give_up_lost(struct loom_campaigns *campaigns,
                                struct loom_campaign_entry *entry);

/** Has a device end without an update. */
void loom_campaign_skip(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                        const char *words);

/** Puts a device into the state that is stored of it. @param had_begun see there */
void loom_campaign_put(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                       enum loom_campaign_device_state state, const char *words, bool had_begun);

const char *loom_campaign_step_name(enum loom_campaign_step step);

/* ---- campaign_rows.c ------------------------------------------------------------------------- */

/** The row of a device, or of a campaign, is to be stored. */
void loom_campaign_save_target(struct loom_campaigns *campaigns,
                               struct loom_campaign_target *target);
void loom_campaign_save(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry);

/** Stores what is to be stored. */
void loom_campaign_rows_step(struct loom_campaigns *campaigns, int64_t now);

/** Reads what is stored. @return as loom_database_run() */
enum loom_database_status loom_campaign_rows_restore(struct loom_campaigns *campaigns,
                                                     struct loom_database *database);

/** Posts the row of a campaign as it would be with this state. @param document with its endpoints
 *  of a new one; NULL: it is there
 *  @return false: it cannot be stored now; `done` is not called */
bool loom_campaign_rows_put(struct loom_campaigns *campaigns,
                            const struct loom_campaign_entry *entry, enum loom_campaign_state state,
                            const json_t *document,
                            void (*done)(void *user, enum loom_database_status status), void *user);

/** Posts that a campaign and its devices are removed. @return as loom_campaign_rows_put() */
bool loom_campaign_rows_remove(struct loom_campaigns *campaigns, uint64_t id,
                               void (*done)(void *user, enum loom_database_status status),
                               void *user);

/* ---- for campaign_rows.c --------------------------------------------------------------------- */

/** Makes an entry that is in no list. The document is held without its endpoints.
 *  @return NULL without memory */
struct loom_campaign_entry *loom_campaign_entry_new(const json_t *document, unsigned scopes,
                                                    const char *who);
void loom_campaign_entry_free(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry);

/** Puts an entry among the others, with the endpoints that its document names. */
void loom_campaign_enter(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                         const json_t *document);

#endif
