/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What comes with an answer, a notification or a Send: values by name, links, what a client says of
 * an error, or bytes.
 */
#ifndef LOOM_SERVER_PAYLOAD_H
#define LOOM_SERVER_PAYLOAD_H

#include <stdio.h>

#include "catalog/catalog.h"
#include "loom/json_line.h"
#include "management/answer.h"
#include "management/management_events.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds a value as an entry of an array. */
void loom_dm_value_json(struct loom_json *json, const struct loom_dm_value *value);

/** Prints a value: its path, its name, and what it is. */
void loom_dm_value_print(FILE *out, const struct loom_dm_value *value);

/** Adds it to an event's JSON. */
void loom_dm_payload_json(struct loom_json *json, const struct loom_catalog *catalog,
                          const struct loom_dm_event *event);

/** Prints it with a blank before it. */
void loom_dm_payload_print(FILE *out, const struct loom_catalog *catalog,
                           const struct loom_dm_event *event);

#ifdef __cplusplus
}
#endif

#endif
