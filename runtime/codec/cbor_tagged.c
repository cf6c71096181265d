/* SPDX-License-Identifier: Apache-2.0 */
/* Values of CBOR where tags are free to stand (rule D-2). */
#include "codec/cbor.h"
#include "codec/date.h"

#define TAG_DATE    0u
#define TAG_DECIMAL 4u

static enum loom_status to_time(const struct loom_decoder *decoder, struct loom_bytes raw,
                                int64_t *time)
{
    struct loom_output room = loom_output(decoder->scratch, decoder->scratch_size);
    struct loom_bytes string;
    if (!loom_cbor_string(&raw, LOOM_CBOR_TEXT, &room, &string)) {
        return room.overflow ? LOOM_TOO_LARGE : LOOM_BAD_REQUEST;
    }
    struct loom_text text = {(const char *)string.data, string.length};
    return loom_text_to_date(text, time) ? LOOM_OK : LOOM_BAD_REQUEST;
}

enum loom_status loom_cbor_tagged_value(const struct loom_decoder *decoder,
                                        const struct loom_item *item, enum loom_type type,
                                        struct loom_value *value)
{
    struct loom_item bare = {.raw = item->raw};
    struct loom_bytes rest = item->raw;
    struct loom_cbor head;
    bool date = false;
    while (loom_cbor_next(&rest, &head) && head.type == LOOM_CBOR_TAG &&
           head.argument != TAG_DECIMAL) {
        date = head.argument == TAG_DATE;
        bare.raw = rest;
    }
    if (!date || type != LOOM_TIME) {
        return loom_cbor_value(decoder, &bare, type, value);
    }
    value->type = type;
    return to_time(decoder, bare.raw, &value->as.integer);
}
