/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What an operator is given of a bootstrap server: the timeline of what it reports.
 */
#ifndef LOOM_SERVICE_BOOTSTRAPS_H
#define LOOM_SERVICE_BOOTSTRAPS_H

#include "bootstrap/bootstrap_events.h"
#include "service/rendering.h"
#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private, but for `timeline`. */
struct loom_bootstraps {
    struct loom_timeline *timeline;
    struct loom_rendering rendering;
};

/** @return false without memory; then nothing is to be ended */
bool loom_bootstraps_begin(struct loom_bootstraps *bootstraps,
                           const struct loom_timeline_config *config);
void loom_bootstraps_end(struct loom_bootstraps *bootstraps);

/** Hears of an event. @param now milliseconds since 1970 */
void loom_bootstraps_hear(struct loom_bootstraps *bootstraps, const struct loom_bs_event *event,
                          int64_t now);

#ifdef __cplusplus
}
#endif

#endif
