/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Events of the other nodes that share the database, put into the timeline. A node stores its
 * events in the order of their numbers: so it is enough to know how far each of them was read, and
 * none is missed that is stored late.
 */
#ifndef LOOM_SERVICE_NODE_EVENTS_H
#define LOOM_SERVICE_NODE_EVENTS_H

#include "database/writer.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How often it is looked for them. */
#define LOOM_NODE_EVENTS_POLL_MS 500

/** Events of one node that are read at a time. */
#define LOOM_NODE_EVENTS_MAX 256u

/** How far back from the last look, or the start, it is looked for events of a node that is new:
 *  what is there already is not told again. */
#define LOOM_NODE_EVENTS_BACK_MS 60000

struct loom_node_events_config {
    struct loom_timeline *timeline;
    struct loom_writer *writer;
    unsigned node;              /**< number of this one */
    int64_t (*now)(void *user); /**< milliseconds since 1970 */
    /** Hears of each event of another node, after the timeline. */
    void (*hear)(void *user, const struct loom_timeline_event *event);
    void *user; /**< of both */
};

struct loom_node_events;

/** @return NULL without memory */
struct loom_node_events *loom_node_events_create(const struct loom_node_events_config *config);

/** After the end of the writer. NULL is allowed. */
void loom_node_events_destroy(struct loom_node_events *events);

/** Looks for them, if it is time to. */
void loom_node_events_step(struct loom_node_events *events);

/** @return when the next step is due, in milliseconds since 1970 */
int64_t loom_node_events_deadline(const struct loom_node_events *events);

#ifdef __cplusplus
}
#endif

#endif
