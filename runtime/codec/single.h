/* SPDX-License-Identifier: Apache-2.0 */
/** What several formats share. */
#ifndef LOOM_CODEC_SINGLE_H
#define LOOM_CODEC_SINGLE_H

#include "loom/codec.h"

/** The payload as a whole, once: for those of one bare value. */
enum loom_status loom_single_next(struct loom_decoder *decoder, struct loom_item *item);

/** The item behind the last value: a payload without any, sent to a resource, means a multiple
 *  resource without instances. @return LOOM_END: there is none */
enum loom_status loom_nothing_next(const struct loom_decoder *decoder, bool any,
                                   struct loom_item *item);

#endif
