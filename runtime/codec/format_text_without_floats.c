/* SPDX-License-Identifier: Apache-2.0 */
/* text/plain for products that have no values of type Float, or show them in other formats. */
#include "codec/single.h"
#include "codec/text.h"

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    struct loom_text text = {(const char *)item->raw.data, item->raw.length};
    if (type == LOOM_FLOAT) {
        return LOOM_UNSUPPORTED_FORMAT;
    }
    return loom_plain_get(text, type, value, decoder->scratch, decoder->scratch_size);
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    (void)path;
    if (value->type == LOOM_FLOAT) {
        encoder->refused = true;
        return;
    }
    loom_plain_put(encoder->out, value);
}

const struct loom_format loom_format_text_without_floats = {
    .number = LOOM_FORMAT_TEXT,
    .traits = LOOM_FORMAT_ONE_VALUE | LOOM_FORMAT_NO_FLOATS,
    .reader = {.next = loom_single_next, .value = value_of},
    .writer = {.put = put}};
