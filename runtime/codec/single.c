/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/single.h"

enum loom_status loom_single_next(struct loom_decoder *decoder, struct loom_item *item)
{
    if (decoder->begun) {
        return LOOM_END;
    }
    decoder->begun = true;
    item->path = decoder->base;
    item->empty_multiple = false;
    item->raw = decoder->rest;
    return LOOM_OK;
}

enum loom_status loom_nothing_next(const struct loom_decoder *decoder, bool any,
                                   struct loom_item *item)
{
    if (any || decoder->base.depth != 3 || (decoder->mode & LOOM_DECODE_NAMES) != 0) {
        return LOOM_END;
    }
    item->path = decoder->base;
    item->empty_multiple = true;
    item->raw = (struct loom_bytes){NULL, 0};
    return LOOM_OK;
}
