/* SPDX-License-Identifier: Apache-2.0 */
/* The content format text/plain, rules D-1 and D.1. */
#include "codec/single.h"

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    struct loom_text text = {(const char *)item->raw.data, item->raw.length};
    return loom_text_get(text, type, value, decoder->scratch, decoder->scratch_size);
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    (void)path;
    loom_text_put(encoder->out, value);
}

const struct loom_format loom_format_text = {
    .number = LOOM_FORMAT_TEXT,
    .traits = LOOM_FORMAT_ONE_VALUE,
    .reader = {.next = loom_single_next, .value = value_of},
    .writer = {.put = put}};
