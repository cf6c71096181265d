/* SPDX-License-Identifier: Apache-2.0 */
/** Composite operations. For the files of this room. */
#ifndef LOOM_MANAGEMENT_COMPOSITE_H
#define LOOM_MANAGEMENT_COMPOSITE_H

#include "loom/status.h"

struct loom_operation;

/** The feature. */
struct loom_composite_feature {
    /** Does what a request for the root is: Read-Composite, Write-Composite, or nothing that is
     *  allowed. */
    enum loom_status (*run)(struct loom_operation *operation);
};

#endif
