/* SPDX-License-Identifier: Apache-2.0 */
#include "service/bootstraps.h"

#include "events/bootstrap_event.h"

#include <string.h>

bool loom_bootstraps_begin(struct loom_bootstraps *bootstraps,
                           const struct loom_timeline_config *config)
{
    memset(bootstraps, 0, sizeof *bootstraps);
    bootstraps->timeline = loom_timeline_create(config);
    if (bootstraps->timeline == NULL || !loom_rendering_begin(&bootstraps->rendering)) {
        loom_bootstraps_end(bootstraps);
        return false;
    }
    return true;
}

void loom_bootstraps_end(struct loom_bootstraps *bootstraps)
{
    loom_timeline_destroy(bootstraps->timeline);
    loom_rendering_end(&bootstraps->rendering);
    memset(bootstraps, 0, sizeof *bootstraps);
}

void loom_bootstraps_hear(struct loom_bootstraps *bootstraps, const struct loom_bs_event *event,
                          int64_t now)
{
    loom_bs_event_json(loom_rendering_open(&bootstraps->rendering), event);
    struct loom_text object = loom_rendering_close(&bootstraps->rendering);
    if (object.length > 0) {
        (void)loom_timeline_tell(bootstraps->timeline, loom_bs_event_name(event->kind),
                                 event->endpoint, loom_rendering_members(object), now);
    }
}
