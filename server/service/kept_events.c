/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_events.h"

#include "common/text.h"
#include "service/history.h"
#include "store/stored_command.h"

/* Rows that are looked at in a time. */
#define PAGE 256u

/* ---- storing --------------------------------------------------------------------------------- */

static enum loom_database_status add(struct loom_database *database,
                                     const struct loom_timeline_event *event)
{
    struct loom_stored_event stored = {.number = (int64_t)event->id,
                                       .time = event->time,
                                       .kind = loom_string_text(event->kind),
                                       .document = loom_string_text(event->json)};
    if (event->endpoint[0] != '\0') {
        stored.endpoint = loom_string_text(event->endpoint);
    }
    return loom_stored_event_add(database, &stored);
}

/* Which events of a batch are there already. Both are in the order of the numbers. */
struct looking {
    const struct loom_kept_events *kept;
    size_t at;
    bool there[LOOM_TIMELINE_BATCH_MAX];
    int64_t last; /* number that was shown */
    size_t shown;
};

static bool look_at(void *user, const struct loom_stored_event *event)
{
    struct looking *looking = user;
    const struct loom_kept_events *kept = looking->kept;
    while (looking->at < kept->count && (int64_t)kept->batch[looking->at]->id < event->number) {
        looking->at++;
    }
    looking->last = event->number;
    looking->shown++;
    if (looking->at == kept->count) {
        return false;
    }
    looking->there[looking->at] = (int64_t)kept->batch[looking->at]->id == event->number;
    return true;
}

static enum loom_database_status look(struct loom_database *database, struct looking *looking)
{
    static const struct loom_text all = {NULL, 0};
    enum loom_database_status status;
    looking->last = (int64_t)looking->kept->batch[0]->id - 1;
    do {
        looking->shown = 0;
        status = loom_stored_event_after(database, all, looking->last, PAGE, look_at, looking);
    } while (status == LOOM_DATABASE_OK && looking->shown == PAGE &&
             looking->at < looking->kept->count);
    return status;
}

/* After a commit of which nobody knows whether it was done, what is there is not added again. The
 * batch lasts until `done`. */
static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct looking looking = {.kept = data};
    const struct loom_kept_events *kept = data;
    enum loom_database_status status = kept->doubtful ? look(database, &looking) : LOOM_DATABASE_OK;
    for (size_t i = 0; i < kept->count && status == LOOM_DATABASE_OK; i++) {
        if (!looking.there[i]) {
            status = add(database, kept->batch[i]);
        }
    }
    return status;
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_kept_events *kept = data;
    kept->doubtful = status != LOOM_DATABASE_OK;
    kept->batch = NULL;
    loom_timeline_kept(kept->timeline, status == LOOM_DATABASE_OK, kept->now(kept->user));
}

static bool keep(void *self, const struct loom_timeline_event *const *events, size_t count)
{
    struct loom_kept_events *kept = self;
    const struct loom_writer_job posted = {.run = run, .done = done, .data = kept};
    kept->batch = events;
    kept->count = count;
    return loom_writer_post(kept->writer, &posted) != 0;
}

static bool ready(void *self)
{
    const struct loom_kept_events *kept = self;
    return kept->writer != NULL && !loom_writer_lost(kept->writer);
}

/* ---- removing -------------------------------------------------------------------------------- */

int64_t loom_kept_events_oldest(unsigned days, int64_t now)
{
    return now - (int64_t)days * 86400000;
}

static enum loom_database_status run_prune(struct loom_database *database, void *data)
{
    struct loom_kept_events *kept = data;
    enum loom_database_status status =
        loom_stored_event_prune(database, kept->before, LOOM_KEPT_EVENTS_PRUNED);
    kept->pruned = loom_database_changes(database);
    return status;
}

/* A fleet may make more in a minute than are removed at a time. After an error the next call
 * removes what is left. */
static void done_pruning(void *data, enum loom_database_status status)
{
    struct loom_kept_events *kept = data;
    kept->pruning = false;
    if (status == LOOM_DATABASE_OK && kept->pruned == LOOM_KEPT_EVENTS_PRUNED) {
        loom_kept_events_prune(kept);
    }
}

void loom_kept_events_prune(struct loom_kept_events *kept)
{
    const struct loom_writer_job posted = {.run = run_prune, .done = done_pruning, .data = kept};
    if (!kept->pruning) {
        kept->before = loom_kept_events_oldest(kept->days, kept->now(kept->user));
        kept->pruning = loom_writer_post(kept->writer, &posted) != 0;
    }
}

/* ---- after a restart ------------------------------------------------------------------------- */

enum loom_database_status loom_kept_events_restore(struct loom_timeline *timeline,
                                                   struct loom_database *database)
{
    static const struct loom_history_filter all = {{NULL, 0}, {NULL, 0}};
    struct loom_history_page page = {0};
    enum loom_database_status status =
        loom_history_before(database, &all, 0, LOOM_KEPT_EVENTS_RESTORED, &page);
    for (size_t i = page.count; i > 0 && status == LOOM_DATABASE_OK; i--) {
        if (!loom_timeline_restore(timeline, page.events[i - 1])) {
            status = LOOM_DATABASE_ERROR;
        }
    }
    loom_history_page_end(&page);
    return status;
}

/* ---- begin ----------------------------------------------------------------------------------- */

void loom_kept_events_write(struct loom_kept_events *kept, struct loom_timeline *timeline,
                            struct loom_writer *writer)
{
    kept->timeline = timeline;
    kept->writer = writer;
}

void loom_kept_events_begin(struct loom_kept_events *kept, int64_t (*now)(void *user), void *user)
{
    *kept = (struct loom_kept_events){.keeper = {.self = kept, .keep = keep, .ready = ready},
                                      .days = LOOM_KEPT_EVENTS_DAYS,
                                      .now = now,
                                      .user = user};
}
