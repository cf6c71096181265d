/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values in the shape of the REST interface of Leshan's demo server: a tree of nodes with a `kind`,
 * where integers and floats are strings, opaque values hex, and times milliseconds.
 *
 *     {"kind": "singleResource", "id": 9, "type": "INTEGER", "value": "100"}
 */
#ifndef LOOM_WEB_LESHAN_NODE_H
#define LOOM_WEB_LESHAN_NODE_H

#include "loom/value.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The node of a path.
 * @param values a list of values as events have it: `path`, and `type` and `value`, or `hex`
 * @return NULL: there is nothing at this path, or no memory
 */
json_t *loom_leshan_node(const struct loom_path *path, const json_t *values);

/** The nodes of several paths: `{"/3/0/9": NODE}`, without the paths at which there is nothing.
 *  @param paths a list of texts @return NULL without memory */
json_t *loom_leshan_nodes(const json_t *paths, const json_t *values);

/** The `id` of a node, a number or its digits. @return false: it has none */
bool loom_leshan_id(const json_t *node, uint16_t *id);

/**
 * What a node says, as the operations of /v1 have it (service/operation.h).
 * @param depth how deep the path is that the node is for: 2 to 4
 * @param many  out: whether it is `values`, else `value`
 * @return NULL: it is no node for this depth
 */
json_t *loom_leshan_read(const json_t *node, unsigned depth, bool *many);

/** `CONTENT(205)` of `2.05`. @return a new string; NULL: it is no code */
json_t *loom_leshan_code(const char *code);

/** Links of CoRE format (rules D.7) as `objectLinks`. */
json_t *loom_leshan_links(struct loom_text links);

#ifdef __cplusplus
}
#endif

#endif
