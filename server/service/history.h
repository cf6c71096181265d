/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is in the database of the timeline, beyond what is in memory. All functions run statements,
 * so they are for the thread of a reader.
 */
#ifndef LOOM_SERVICE_HISTORY_H
#define LOOM_SERVICE_HISTORY_H

#include "database/database.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Rows that one call looks at: where there are more, the next call goes on. */
#define LOOM_HISTORY_LOOKED_MAX 10000u

/** Bytes of events that one call copies; it ends behind the event with which there are more. */
#define LOOM_HISTORY_BYTES_MAX 524288u

/** Which events are meant. Texts are the caller's. */
struct loom_history_filter {
    struct loom_text endpoint; /**< data NULL: of all */
    struct loom_text kinds;    /**< with commas between, as in `registered,expired`; empty: all */
};

/** @return whether an event is meant */
bool loom_history_wants(const struct loom_history_filter *filter,
                        const struct loom_timeline_event *event);

/** Events that were read. All zero: none. */
struct loom_history_page {
    struct loom_timeline_event **events; /**< as many as `count`, copied */
    size_t count;
    size_t room;
    size_t bytes;
    uint64_t reached; /**< number of the last event that was looked at, or where it began */
    bool more;        /**< there may be more behind it */
};

/** Frees the events. */
void loom_history_page_end(struct loom_history_page *page);

/** Reads events with a number below this one, the newest first; what the page has before is freed.
 *  @param number 0: from the newest
 *  @return as loom_database_run(); LOOM_DATABASE_ERROR also without memory */
enum loom_database_status loom_history_before(struct loom_database *database,
                                              const struct loom_history_filter *filter,
                                              uint64_t number, size_t limit,
                                              struct loom_history_page *page);

/** Reads events with a number above this one, the oldest first; as loom_history_before(). */
enum loom_database_status loom_history_after(struct loom_database *database,
                                             const struct loom_history_filter *filter,
                                             uint64_t number, size_t limit,
                                             struct loom_history_page *page);

#ifdef __cplusplus
}
#endif

#endif
