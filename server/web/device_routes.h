/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the devices of an LwM2M server: commands, values and observations.
 * docs/rest.md and the OpenAPI document say what each route takes and gives.
 */
#ifndef LOOM_WEB_DEVICE_ROUTES_H
#define LOOM_WEB_DEVICE_ROUTES_H

#include "database/writer.h"
#include "http/http.h"
#include "service/devices.h"
#include "web/rows.h"
#include "web/waiting.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_devices {
    struct loom_devices *devices;
    struct loom_management_server *server;
    struct loom_web_waiting *waiting;
    struct loom_web_rows rows;
};

/** Adds the routes; `rows` is copied, and everything else outlasts the listener. @return false: no
 * room for them */
bool loom_web_devices_begin(struct loom_web_devices *web, struct loom_http *http,
                            struct loom_devices *devices, struct loom_management_server *server,
                            struct loom_web_waiting *waiting, const struct loom_web_rows *rows);

#ifdef __cplusplus
}
#endif

#endif
