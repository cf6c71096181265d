/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of bootstraps: those in progress, and those that an operator starts (rule A-6).
 */
#ifndef LOOM_WEB_BOOTSTRAP_ROUTES_H
#define LOOM_WEB_BOOTSTRAP_ROUTES_H

#include "bootstrap/bootstrap_server.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_bootstraps {
    struct loom_bootstrap_server *server;
    const struct loom_port *port;
};

/** Adds the routes; everything outlasts the listener. @param port that of the server
 *  @return false: no room for them */
bool loom_web_bootstraps_begin(struct loom_web_bootstraps *web, struct loom_http *http,
                               struct loom_bootstrap_server *server, const struct loom_port *port);

#ifdef __cplusplus
}
#endif

#endif
