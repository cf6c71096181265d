/* SPDX-License-Identifier: Apache-2.0 */
/** What a server may read of several paths, as one payload: for composite operations and whatever
 *  else reports more than one path (rules C-30, C-77). Best effort: what cannot be read is left
 *  out. */
#ifndef LOOM_ACCOUNTS_GATHER_H
#define LOOM_ACCOUNTS_GATHER_H

#include "loom/codec.h"
#include "loom/model.h"

/** A payload under way. Members are private, but for the first three, which the caller sets; all
 *  others are zero at first. */
struct loom_gather {
    const struct loom_model *model;
    uint16_t lwm2m; /**< release of the client, which says what is protected (rule C-40) */
    uint16_t ssid;  /**< of the server that is to read it */
    struct loom_encoder encoder;
    bool found;   /**< something may be read, if only an object without instances */
    uint16_t why; /**< not found: enum loom_status of what was tried */
    /** Objects that have come as a whole, so that each comes once. */
    uint8_t whole[LOOM_PRODUCT_OBJECTS_MAX / 8];
};

/** Begins a payload.
 *  @param format can name more than one object (LOOM_FORMAT_ROOT)
 *  @param out    lasts as long as the payload is under way */
void loom_gather_begin(struct loom_gather *gather, const struct loom_format *format,
                       struct loom_output *out);

/** Adds what a path leads to, as far as it may be read; the root leads to everything. */
void loom_gather_put(struct loom_gather *gather, const struct loom_path *path);

/** Ends the payload.
 *  @return LOOM_TOO_LARGE it does not fit; nothing may be read: LOOM_UNAUTHORIZED where that is for
 *          want of a right, else why one of the paths could not be */
enum loom_status loom_gather_end(struct loom_gather *gather);

#endif
