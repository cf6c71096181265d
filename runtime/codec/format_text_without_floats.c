/* SPDX-License-Identifier: Apache-2.0 */
/* text/plain for products that have no values of type Float, and perhaps Opaque, or show them in
 * other formats. */
#include "codec/single.h"
#include "codec/text.h"

static struct loom_text text_of(const struct loom_item *item)
{
    return (struct loom_text){(const char *)item->raw.data, item->raw.length};
}

static enum loom_status plain_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    (void)decoder;
    if (type == LOOM_FLOAT || type == LOOM_OPAQUE) {
        return LOOM_UNSUPPORTED_FORMAT;
    }
    return loom_plain_get(text_of(item), type, value);
}

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    if (type == LOOM_OPAQUE) {
        return loom_opaque_get(text_of(item), value, decoder->scratch, decoder->scratch_size);
    }
    return plain_of(decoder, item, type, value);
}

static void put_plain(struct loom_encoder *encoder, const struct loom_path *path,
                      const struct loom_value *value)
{
    (void)path;
    if (value->type == LOOM_FLOAT || value->type == LOOM_OPAQUE) {
        encoder->refused = true;
        return;
    }
    loom_plain_put(encoder->out, value);
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    if (value->type == LOOM_OPAQUE) {
        loom_put_base64(encoder->out, value->as.opaque);
    } else {
        put_plain(encoder, path, value);
    }
}

const struct loom_format loom_format_text_without_floats = {
    .number = LOOM_FORMAT_TEXT,
    .traits = LOOM_FORMAT_ONE_VALUE | LOOM_FORMAT_NO_FLOATS,
    .reader = {.next = loom_single_next, .value = value_of},
    .writer = {.put = put}};

const struct loom_format loom_format_text_without_floats_and_opaque = {
    .number = LOOM_FORMAT_TEXT,
    .traits = LOOM_FORMAT_ONE_VALUE | LOOM_FORMAT_NO_FLOATS | LOOM_FORMAT_NO_OPAQUE,
    .reader = {.next = loom_single_next, .value = plain_of},
    .writer = {.put = put_plain}};
