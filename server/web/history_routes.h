/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the numbers that devices have told over time.
 */
#ifndef LOOM_WEB_HISTORY_ROUTES_H
#define LOOM_WEB_HISTORY_ROUTES_H

#include "database/writer.h"
#include "http/http.h"
#include "service/devices.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_history {
    const struct loom_devices *devices;
    struct loom_writer *const *reader;
};

/** Adds the routes; everything outlasts the listener. @param reader see loom_web_events_begin()
 *  @return false: no room for them */
bool loom_web_history_begin(struct loom_web_history *history, struct loom_http *http,
                            const struct loom_devices *devices, struct loom_writer *const *reader);

#ifdef __cplusplus
}
#endif

#endif
