/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the timeline: lists of events, and their stream.
 */
#ifndef LOOM_WEB_EVENT_ROUTES_H
#define LOOM_WEB_EVENT_ROUTES_H

#include "common/list.h"
#include "http/events.h"
#include "http/http.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_events {
    const struct loom_timeline *timeline;
    struct loom_list streams;
};

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_events_begin(struct loom_web_events *web, struct loom_http *http,
                           const struct loom_timeline *timeline);

/** Gives a new event to who looks on. @param web struct loom_web_events */
void loom_web_events_tell(void *web, const struct loom_timeline_event *event);

#ifdef __cplusplus
}
#endif

#endif
