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

#endif
