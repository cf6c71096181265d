/* SPDX-License-Identifier: Apache-2.0 */
/** Registrations, models and events in the shapes of Leshan's demo server. */
#ifndef LOOM_WEB_LESHAN_SHAPES_H
#define LOOM_WEB_LESHAN_SHAPES_H

#include "catalog/catalog.h"
#include "service/timeline.h"
#include "registry/client.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a registration is besides what the registry knows of it. */
struct loom_leshan_times {
    int64_t registered; /**< milliseconds since 1970 */
    int64_t heard;
    bool asleep;
};

json_t *loom_leshan_registration(const struct loom_dm_client *client,
                                 const struct loom_leshan_times *times);

/** An object as `objectspecs` has it. */
json_t *loom_leshan_model(const struct loom_catalog_object *model);

/**
 * An event of the timeline.
 * @param name out: as in NOTIFICATION
 * @param registration of its client, taken; NULL: it has none
 * @return NULL: there is no such event there
 */
json_t *loom_leshan_event(const struct loom_timeline_event *event, json_t *registration,
                          const char **name);

#ifdef __cplusplus
}
#endif

#endif
