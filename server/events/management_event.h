/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The events of the LwM2M server, its clients and observations, as JSON and for people.
 */
#ifndef LOOM_MANAGEMENT_EVENT_H
#define LOOM_MANAGEMENT_EVENT_H

#include "catalog/catalog.h"
#include "loom/json_line.h"
#include "management/management_server.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the members of an event to an object that has its name and time. */
void loom_dm_event_json(struct loom_json *json, const struct loom_catalog *catalog,
                        const struct loom_dm_event *event);
void loom_dm_client_json(struct loom_json *json, const struct loom_dm_client *client, bool asleep);
void loom_dm_order_json(struct loom_json *json, const struct loom_dm_client *client,
                        const struct loom_dm_order *order);

/** Prints an event, its name first, without a newline. */
void loom_dm_event_print(FILE *out, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event);
void loom_dm_client_print(FILE *out, const struct loom_dm_client *client, bool asleep);
void loom_dm_order_print(FILE *out, const struct loom_dm_client *client,
                         const struct loom_dm_order *order);

#ifdef __cplusplus
}
#endif

#endif
