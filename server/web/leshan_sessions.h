/* SPDX-License-Identifier: Apache-2.0 */
/** Bootstrap sessions as Leshan's bootstrap server tells of them: the stream `/api/event`. */
#ifndef LOOM_WEB_LESHAN_SESSIONS_H
#define LOOM_WEB_LESHAN_SESSIONS_H

#include "bootstrap/bootstrap_events.h"
#include "common/list.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_leshan_sessions {
    struct loom_list streams;
};

/** Adds the route; everything outlasts the listener. @return false: no room for it */
bool loom_web_leshan_sessions_begin(struct loom_web_leshan_sessions *sessions,
                                    struct loom_http *http);

/** Tells who looks on. @param now milliseconds since 1970 */
void loom_web_leshan_sessions_hear(const struct loom_web_leshan_sessions *sessions,
                                   const struct loom_bs_event *event, int64_t now);

#ifdef __cplusplus
}
#endif

#endif
