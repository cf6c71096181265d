/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the devices of an LwM2M server: commands, values, observations, events and their stream.
 * docs/rest.md and the OpenAPI document say what each route takes and gives.
 */
#ifndef LOOM_WEB_DEVICE_ROUTES_H
#define LOOM_WEB_DEVICE_ROUTES_H

#include "common/list.h"
#include "http/events.h"
#include "http/http.h"
#include "service/devices.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_devices {
    struct loom_devices *devices;
    struct loom_management_server *server;
    struct loom_list waiting; /* requests that wait for a command, or for when it is kept */
    struct loom_list streams;
};

/** Adds the routes; `devices` and `server` outlast the listener. @return false: no room for them */
bool loom_web_devices_begin(struct loom_web_devices *web, struct loom_http *http,
                            struct loom_devices *devices, struct loom_management_server *server);

/** Answers what has waited long enough. */
void loom_web_devices_step(struct loom_web_devices *web);

/** @return when the next step is due, in milliseconds since 1970; INT64_MAX: never */
int64_t loom_web_devices_deadline(const struct loom_web_devices *web);

/** Behind loom_http_destroy(). */
void loom_web_devices_end(struct loom_web_devices *web);

#ifdef __cplusplus
}
#endif

#endif
