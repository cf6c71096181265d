/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The nodes that share the database, over REST.
 */
#ifndef LOOM_WEB_NODE_ROUTES_H
#define LOOM_WEB_NODE_ROUTES_H

#include "http/http.h"
#include "service/nodes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the route; everything outlasts the listener. @return false: no room for it */
bool loom_web_nodes_begin(struct loom_http *http, struct loom_nodes *nodes);

#ifdef __cplusplus
}
#endif

#endif
