/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the registrations of an LwM2M server: who is there, and what its objects are.
 */
#ifndef LOOM_WEB_CLIENT_ROUTES_H
#define LOOM_WEB_CLIENT_ROUTES_H

#include "http/http.h"
#include "service/devices.h"
#include "web/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_clients {
    const struct loom_devices *devices;
    const struct loom_management_server *server;
    const struct loom_port *port; /* its clock is that of registrations */
    struct loom_web_rows rows;
};

/** Adds the routes; `rows` is copied, and everything else outlasts the listener. @return false: no
 * room for them */
bool loom_web_clients_begin(struct loom_web_clients *web, struct loom_http *http,
                            const struct loom_devices *devices,
                            const struct loom_management_server *server,
                            const struct loom_port *port, const struct loom_web_rows *rows);

#ifdef __cplusplus
}
#endif

#endif
