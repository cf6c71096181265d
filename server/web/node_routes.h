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

/** Members are private. */
struct loom_web_nodes {
    const struct loom_nodes *nodes;
    struct loom_writer *const *reader;
};

/** Adds the route; everything outlasts the listener.
 *  @param reader of the database; what it points to may be NULL, as before the program runs
 *  @return false: no room for it */
bool loom_web_nodes_begin(struct loom_web_nodes *web, struct loom_http *http,
                          const struct loom_nodes *nodes, struct loom_writer *const *reader);

#ifdef __cplusplus
}
#endif

#endif
