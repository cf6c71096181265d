/* SPDX-License-Identifier: Apache-2.0 */
/** Composite operations. For the files of this room. */
#ifndef LOOM_MANAGEMENT_COMPOSITE_H
#define LOOM_MANAGEMENT_COMPOSITE_H

#include "loom/codec.h"

struct loom_operation;

/** The feature. */
struct loom_composite_feature {
    /** Does what a request for the root is: Read-Composite, Write-Composite, or nothing that is
     *  allowed. */
    enum loom_status (*run)(struct loom_operation *operation);

    /* Of a Read-Composite whose answer comes in pieces. */

    /** Writes all that is asked for.
     *  @return LOOM_TOO_LARGE the list is too long for that; else why it cannot be read */
    enum loom_status (*read)(const struct loom_operation *operation,
                             const struct loom_format *format, struct loom_output *out);
    /** Begins or ends an observation, where the request says so. */
    enum loom_status (*observe)(const struct loom_operation *operation);
};

#endif
