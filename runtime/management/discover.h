/* SPDX-License-Identifier: Apache-2.0 */
/** Discover. For the files of this room. */
#ifndef LOOM_MANAGEMENT_DISCOVER_H
#define LOOM_MANAGEMENT_DISCOVER_H

#include "loom/codec.h"
#include "loom/model.h"

/** The feature. */
struct loom_discover_feature {
    /** What there is at a path and below it (rules C-13, C-15).
     *  @param own   release of the client
     *  @param lwm2m release that the server is addressed in */
    enum loom_status (*discover)(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                                 const struct loom_path *path, struct loom_output *out);
};

#endif
