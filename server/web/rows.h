/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The database as routes use it, for what is not in the memory of this program: what has ended long
 * ago, and what other nodes have.
 */
#ifndef LOOM_WEB_ROWS_H
#define LOOM_WEB_ROWS_H

#include "database/writer.h"

/** All outlast the listener. */
struct loom_web_rows {
    struct loom_writer *const *reader; /**< see programs/store.h; NULL there: no database */
    struct loom_writer *const *writer; /**< the same */
    const char *node;                  /**< name of this node; empty: there are no others */
};

/** @return whether there are other nodes, which may have what is not here. */
static inline bool loom_web_rows_are_shared(const struct loom_web_rows *rows)
{
    return rows->node[0] != '\0' && *rows->reader != NULL;
}

#endif
