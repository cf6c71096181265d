/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the timeline: lists of events, and their stream. Both go on in the database behind what
 * is in memory.
 */
#ifndef LOOM_WEB_EVENT_ROUTES_H
#define LOOM_WEB_EVENT_ROUTES_H

#include "web/replay.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Adds the routes; everything outlasts the listener.
 * @param reader where the reader of the database will be; there NULL: there is none, and what is
 * not in memory any more is gone
 * @param days   for how many days the database keeps events; read whenever it matters
 * @return false: no room for them
 */
bool loom_web_events_begin(struct loom_web_events *web, struct loom_http *http,
                           const struct loom_timeline *timeline, struct loom_writer *const *reader,
                           const unsigned *days);

/** There are other nodes, whose events come some time after they have happened: a stream that goes
 * on is given those once more that may have come behind what its reader has seen, with their ids.
 */
void loom_web_events_share(struct loom_web_events *web);

/** Gives a new event to who looks on. @param web struct loom_web_events */
void loom_web_events_tell(void *web, const struct loom_timeline_event *event);

#ifdef __cplusplus
}
#endif

#endif
