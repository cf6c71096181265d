/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The timeline: what has happened, in order, for who looks on and for who looks later. Each event
 * gets a number (number.h), which is also the cursor of streams and lists.
 *
 * The newest events are in memory. A keeper, if there is one, gets all of them in batches; while it
 * cannot keep them they wait, and the oldest of them are lost when there are too many.
 */
#ifndef LOOM_SERVICE_TIMELINE_H
#define LOOM_SERVICE_TIMELINE_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the events in memory. */
#define LOOM_TIMELINE_BYTES_MAX 16777216u

/** Events of one batch. */
#define LOOM_TIMELINE_BATCH_MAX 256u

/** How long an event waits for others before it is given to the keeper. */
#define LOOM_TIMELINE_WAIT_MS 200

/** An event. Texts end with NUL. */
struct loom_timeline_event {
    uint64_t id;          /**< above 0, below 2^63 */
    int64_t time;         /**< milliseconds since 1970 */
    const char *kind;     /**< `registered` */
    const char *endpoint; /**< may be empty */
    const char *json;     /**< an object, which has `id`, `time`, `event` and more */
};

/** Keeps batches, one at a time. */
struct loom_timeline_keeper {
    void *self;
    /**
     * Keeps events, which last until loom_timeline_kept(); that is called later, never from within
     * this call, and until then nothing else is given.
     * @return false: it cannot now
     */
    bool (*keep)(void *self, const struct loom_timeline_event *const *events, size_t count);
    /** Whether keep() would be of use. */
    bool (*ready)(void *self);
};

struct loom_timeline_config {
    unsigned node;                             /**< below LOOM_NUMBER_NODES_MAX */
    uint64_t last;                             /**< the last number of an earlier run; 0: none */
    const struct loom_timeline_keeper *keeper; /**< NULL: events end with the program */
    size_t bytes_max;                          /**< 0: LOOM_TIMELINE_BYTES_MAX */
    /** Hears of each event. It must not call into the timeline. */
    void (*hear)(void *user, const struct loom_timeline_event *event);
    void *user;
};

struct loom_timeline;

/** @return NULL without memory */
struct loom_timeline *loom_timeline_create(const struct loom_timeline_config *config);
void loom_timeline_destroy(struct loom_timeline *timeline);

/**
 * Adds an event.
 * @param members what it says besides `id`, `time`, `event` and `endpoint`: members of a JSON
 * object without its braces; may be empty
 * @return its number; 0: no memory
 */
uint64_t loom_timeline_tell(struct loom_timeline *timeline, const char *kind,
                            struct loom_text endpoint, struct loom_text members, int64_t now);

/** Puts an event back that was kept, before any other is added and in the order of the numbers.
 * What is older may be missing from then on. @return false without memory */
bool loom_timeline_restore(struct loom_timeline *timeline, const struct loom_timeline_event *event);

/** Adds an event of another node, which has kept it. It is told like the others.
 *  @return false: it is there already, and nothing happens */
bool loom_timeline_add(struct loom_timeline *timeline, const struct loom_timeline_event *event);

/** The batch that the keeper was given is kept, or is not. */
void loom_timeline_kept(struct loom_timeline *timeline, bool kept, int64_t now);

/** Gives the keeper what has waited long enough. */
void loom_timeline_step(struct loom_timeline *timeline, int64_t now);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_timeline_deadline(const struct loom_timeline *timeline);

/** The newest event in memory with a number below this one, or NULL. */
const struct loom_timeline_event *loom_timeline_before(const struct loom_timeline *timeline,
                                                       uint64_t id);

/** The oldest event in memory with a number above this one, or NULL. */
const struct loom_timeline_event *loom_timeline_after(const struct loom_timeline *timeline,
                                                      uint64_t id);

/** @return the number up to which events may be missing in memory: 0, they are all there. */
uint64_t loom_timeline_forgotten(const struct loom_timeline *timeline);

/** Events that were lost because the keeper could not keep them. */
uint64_t loom_timeline_lost(const struct loom_timeline *timeline);

#ifdef __cplusplus
}
#endif

#endif
