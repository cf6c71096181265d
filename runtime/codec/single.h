/* SPDX-License-Identifier: Apache-2.0 */
/** What formats of one bare value share. */
#ifndef LOOM_CODEC_SINGLE_H
#define LOOM_CODEC_SINGLE_H

#include "loom/codec.h"

/** The payload as a whole, once. */
enum loom_status loom_single_next(struct loom_decoder *decoder, struct loom_item *item);

#endif
