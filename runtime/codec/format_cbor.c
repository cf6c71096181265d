/* SPDX-License-Identifier: Apache-2.0 */
/* The content format application/cbor: one value as an item of CBOR, rule D-2. */
#include "codec/cbor.h"
#include "codec/single.h"

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    enum loom_status status = loom_single_next(decoder, item);
    bool good = status == LOOM_OK && loom_cbor_skip(&decoder->rest) && decoder->rest.length == 0;
    return good || status == LOOM_END ? status : LOOM_BAD_REQUEST;
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    (void)path;
    loom_cbor_put_value(encoder->out, value);
}

const struct loom_format loom_format_cbor = {
    .number = LOOM_FORMAT_CBOR,
    .traits = LOOM_FORMAT_ONE_VALUE,
    .reader = {.next = next, .value = loom_cbor_tagged_value},
    .writer = {.put = put}};
