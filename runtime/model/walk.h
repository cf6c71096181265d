/* SPDX-License-Identifier: Apache-2.0 */
/** The one walk over what a path leads to, for everything that reads the model. */
#ifndef LOOM_MODEL_WALK_H
#define LOOM_MODEL_WALK_H

#include "loom/codec.h"
#include "loom/model.h"

/** Which resources a walk visits, as bits of their access. */
enum loom_read_filter {
    /** Those that a server may read (rule C-10). */
    LOOM_READ_READABLE = LOOM_R,
    /** Those that a server may see (rule C-41). There are no values and no resource instances;
     *  instead a multiple resource comes with the number of its instances, LOOM_UNSIGNED. */
    LOOM_READ_NAMES = LOOM_R | LOOM_W | LOOM_E,
    /** All that are stored, which have none of these bits: for the client's own state. */
    LOOM_READ_ALL = LOOM_E | LOOM_HANDLED
};

/**
 * Puts what a path leads to and all that it holds into an encoder, in ascending order of the ids.
 * The functions of the product are called for what they handle; one that answers LOOM_NOT_FOUND for
 * a resource of an instance is passed over.
 * @param path of depth 1 to 4. For an object each of its instances is put as such; for an instance
 *             first itself
 * @return LOOM_NOT_FOUND the path leads to nothing; LOOM_METHOD_NOT_ALLOWED the filter leaves out
 * what the path names, or it names an instance of a single resource (rule C-3); else the status of
 *         a function of the product
 */
enum loom_status loom_walk(const struct loom_model *model, const struct loom_path *path,
                           enum loom_read_filter filter, struct loom_encoder *encoder);

#endif
