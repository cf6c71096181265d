/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the timeline: lists of events, and their stream. Both go on in the database behind what
 * is in memory.
 */
#ifndef LOOM_WEB_EVENT_ROUTES_H
#define LOOM_WEB_EVENT_ROUTES_H

#include "common/list.h"
#include "database/writer.h"
#include "http/events.h"
#include "http/http.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Events that a stream is given from the past at most; who has missed more reads everything anew.
 */
#define LOOM_WEB_REPLAY_MAX 5000u

/** Members are private. */
struct loom_web_events {
    const struct loom_timeline *timeline;
    struct loom_writer *const *reader;
    struct loom_list streams; /* that are given what happens */
    struct loom_list replays; /* that are given what they have missed first */
};

/**
 * Adds the routes; everything outlasts the listener.
 * @param reader where the reader of the database will be; there NULL: there is none, and what is
 * not in memory any more is gone
 * @return false: no room for them
 */
bool loom_web_events_begin(struct loom_web_events *web, struct loom_http *http,
                           const struct loom_timeline *timeline, struct loom_writer *const *reader);

/** Gives a new event to who looks on. @param web struct loom_web_events */
void loom_web_events_tell(void *web, const struct loom_timeline_event *event);

#ifdef __cplusplus
}
#endif

#endif
