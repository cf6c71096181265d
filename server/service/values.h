/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The last known values of devices: what they have answered, notified and sent, as JSON. Memory is
 * bounded: the device that was heard longest ago gives way.
 */
#ifndef LOOM_SERVICE_VALUES_H
#define LOOM_SERVICE_VALUES_H

#include "loom/value.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Values of all devices together, if the configuration does not say. */
#define LOOM_VALUES_MAX 200000u

/** Values of one device. */
#define LOOM_VALUES_OF_DEVICE_MAX 2000u

struct loom_values;

/** @param seed what no peer can guess @param most 0: LOOM_VALUES_MAX @return NULL without memory */
struct loom_values *loom_values_create(uint64_t seed, size_t most);
void loom_values_destroy(struct loom_values *values);

/**
 * Remembers values.
 * @param list an array of objects that have a `path` (events/payload.h); each is kept as it is,
 * with `at`, the time, besides. Others are left out.
 * @param at   as in 2026-11-30T11:42:30.123Z
 */
void loom_values_take(struct loom_values *values, struct loom_text endpoint, const json_t *list,
                      const char *at);

/** What is known of a path and what is below it, by path. @return an array, which may be empty;
 * NULL without memory */
json_t *loom_values_below(const struct loom_values *values, struct loom_text endpoint,
                          const struct loom_path *path);

/** A device has ended an instance or all of it: forgets what is known of a path and below. */
void loom_values_forget(struct loom_values *values, struct loom_text endpoint,
                        const struct loom_path *path);

/** How many values are known. */
size_t loom_values_count(const struct loom_values *values);

#ifdef __cplusplus
}
#endif

#endif
