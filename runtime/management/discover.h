/* SPDX-License-Identifier: Apache-2.0 */
/** Discover. For the files of this room. */
#ifndef LOOM_MANAGEMENT_DISCOVER_H
#define LOOM_MANAGEMENT_DISCOVER_H

#include "loom/codec.h"

struct loom_operation;

/** The feature. */
struct loom_discover_feature {
    /** What there is at the path of a request and below it, with the attributes of the server
     *  (rules C-13 .. C-15). */
    enum loom_status (*discover)(const struct loom_operation *operation, struct loom_output *out);
};

/** The feature to list as many levels as a server asks for, since 1.2. */
struct loom_discover_depth_feature {
    /** @param deepest out: depth of the paths that are listed at most (rule C-14) */
    enum loom_status (*read)(const struct loom_operation *operation, uint8_t *deepest);
    const struct loom_format *links; /**< makes the list where that is not 3 */
};

#endif
