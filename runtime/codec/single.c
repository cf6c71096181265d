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
