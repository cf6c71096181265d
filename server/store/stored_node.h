/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nodes that share a database. Each has a number of its own, and a lease that it renews; when it
 * has not done so in time, the number and what it owned are free. The clocks of nodes must agree to
 * within a part of the lease.
 */
#ifndef LOOM_STORED_NODE_H
#define LOOM_STORED_NODE_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_stored_node {
    struct loom_text name;
    int64_t number;          /**< the smallest that no other node of its server has */
    struct loom_text server; /**< `bootstrap` or `management` */
    struct loom_text uri;    /**< where devices reach it; may be empty */
    int64_t started;
    int64_t heard;
    int64_t expires; /**< of the lease */
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_node_visitor(void *user, const struct loom_stored_node *node);

/**
 * Takes the place of a node: a new one, its own once more after a restart, or that of a node of its
 * name whose lease is over. `heard` is the time now.
 * @param number     out
 * @param numbers_max numbers are below it
 * @return LOOM_DATABASE_CONFLICT another node of this name is alive, or two came at once: see
 *         `restart`; LOOM_DATABASE_FULL no number is free
 * @param restart whether a node of this name that is alive is this one before a restart
 */
enum loom_database_status loom_stored_node_join(struct loom_database *database,
                                                const struct loom_stored_node *node, bool restart,
                                                int64_t numbers_max, int64_t *number);

/** Renews the lease, and says where the node is reached now. If it was over, and the place is still
 *  free, the node has it again.
 *  @return LOOM_DATABASE_CONFLICT another has taken its place */
enum loom_database_status loom_stored_node_renew(struct loom_database *database,
                                                 const struct loom_stored_node *node);

/** Gives the place back: `server`, `name` and `started`. */
enum loom_database_status loom_stored_node_leave(struct loom_database *database,
                                                 const struct loom_stored_node *node);

/** Shows all, by server and number. */
enum loom_database_status loom_stored_node_each(struct loom_database *database,
                                                loom_stored_node_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
