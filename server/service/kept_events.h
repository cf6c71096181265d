/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Events in a database: the keeper of the timeline (service/timeline.h), over the writer.
 */
#ifndef LOOM_SERVICE_KEPT_EVENTS_H
#define LOOM_SERVICE_KEPT_EVENTS_H

#include "database/writer.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Days that events are kept, if nobody says anything else. */
#define LOOM_KEPT_EVENTS_DAYS 30u

/** The time before which events may have been removed, in milliseconds since 1970. */
int64_t loom_kept_events_oldest(unsigned days, int64_t now);

/** Events that are removed at a time, so that no transaction takes long. When there were as many,
 *  the next are removed at once. */
#define LOOM_KEPT_EVENTS_PRUNED 1000u

/** Members are private, but `keeper` and `days`. */
struct loom_kept_events {
    struct loom_timeline_keeper keeper;
    unsigned days; /**< that events are kept; may be changed at any time */
    struct loom_timeline *timeline;
    struct loom_writer *writer; /* NULL: nothing can be kept yet */
    int64_t (*now)(void *user); /* milliseconds since 1970 */
    void *user;
    const struct loom_timeline_event *const *batch; /* that is under way */
    size_t count;
    bool doubtful; /* events of the batch may be there already */
    int64_t before;
    bool pruning;
    int64_t pruned; /* by the last removal */
};

/** The newest events that are in memory again after a restart, at most. */
#define LOOM_KEPT_EVENTS_RESTORED 10000u

/** Makes a keeper; it keeps nothing before it has a writer. */
void loom_kept_events_begin(struct loom_kept_events *kept, int64_t (*now)(void *user), void *user);

/** Puts the newest events back, before any other is added.
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also without memory */
enum loom_database_status loom_kept_events_restore(struct loom_timeline *timeline,
                                                   struct loom_database *database);

/** Keeps by this writer from now on, which ends before the timeline does. */
void loom_kept_events_write(struct loom_kept_events *kept, struct loom_timeline *timeline,
                            struct loom_writer *writer);

/** Removes all that is old; to be called now and then. */
void loom_kept_events_prune(struct loom_kept_events *kept);

#ifdef __cplusplus
}
#endif

#endif
