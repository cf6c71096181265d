/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST in the shapes of Leshan's demo server, below `/api`, so that scripts and test suites written
 * for it run against this server. New programs use `/v1`, which says more.
 */
#ifndef LOOM_WEB_LESHAN_ROUTES_H
#define LOOM_WEB_LESHAN_ROUTES_H

#include "web/leshan_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_leshan_begin(struct loom_web_leshan *web, struct loom_http *http,
                           struct loom_devices *devices, struct loom_management_server *server,
                           const struct loom_port *port, struct loom_web_waiting *waiting);

#ifdef __cplusplus
}
#endif

#endif
