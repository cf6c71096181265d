/* SPDX-License-Identifier: Apache-2.0 */
/* The content format opaque (application/octet-stream), rule D-1. */
#include "codec/single.h"

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    (void)decoder;
    value->type = type;
    value->as.opaque = item->raw;
    return type == LOOM_OPAQUE ? LOOM_OK : LOOM_BAD_REQUEST;
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    (void)path;
    if (value->type != LOOM_OPAQUE) {
        encoder->refused = true;
        return;
    }
    loom_put_bytes(encoder->out, value->as.opaque.data, value->as.opaque.length);
}

const struct loom_format loom_format_opaque = {
    .number = LOOM_FORMAT_OPAQUE,
    .traits = LOOM_FORMAT_ONE_VALUE | LOOM_FORMAT_BYTES,
    .reader = {.next = loom_single_next, .value = value_of},
    .writer = {.put = put}};
