/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the data model as items of CBOR (rules D.1). */
#include "codec/cbor.h"
#include "codec/number.h"
#include "codec/output.h"
#include "codec/text.h"

#define TAG_TIME 1u

/* ---- reading --------------------------------------------------------------------------------- */

/* Time may be marked as such (tag 1, rules D.1). */
static void skip_time_tag(struct loom_bytes *raw)
{
    struct loom_bytes after = *raw;
    struct loom_cbor head;
    if (loom_cbor_next(&after, &head) && head.type == LOOM_CBOR_TAG && head.argument == TAG_TIME) {
        *raw = after;
    }
}

/* Integers, Times, Unsigneds and Floats. */
static bool to_number(const struct loom_item *item, struct loom_value *value)
{
    struct loom_bytes raw = item->raw;
    struct loom_cbor_number number;
    bool negative;
    uint64_t magnitude;
    if (value->type == LOOM_TIME) {
        skip_time_tag(&raw);
    }
    if (!loom_cbor_read_number(&raw, &number)) {
        return false;
    }
    if (value->type == LOOM_FLOAT) {
        value->as.number = loom_cbor_to_double(&number);
        return true;
    }
    if (!loom_cbor_to_whole(&number, &negative, &magnitude)) {
        return false;
    }
    if (value->type == LOOM_UNSIGNED) {
        value->as.unsigned_integer = magnitude;
        return !negative || magnitude == 0;
    }
    return loom_to_integer(negative, magnitude, &value->as.integer);
}

/* Both have one encoding of one byte. */
static bool to_boolean(const struct loom_item *item, bool *value)
{
    if (item->raw.length != 1 || item->raw.data[0] >> 5 != LOOM_CBOR_SIMPLE) {
        return false;
    }
    *value = (item->raw.data[0] & 31u) == LOOM_CBOR_TRUE;
    return *value || (item->raw.data[0] & 31u) == LOOM_CBOR_FALSE;
}

static enum loom_status to_string(const struct loom_decoder *decoder, const struct loom_item *item,
                                  enum loom_cbor_type type, struct loom_bytes *string)
{
    struct loom_bytes raw = item->raw;
    struct loom_output room = loom_output(decoder->scratch, decoder->scratch_size);
    if (loom_cbor_string(&raw, type, &room, string)) {
        return LOOM_OK;
    }
    return room.overflow ? LOOM_TOO_LARGE : LOOM_BAD_REQUEST;
}

enum loom_status loom_cbor_value(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    struct loom_bytes string = {NULL, 0};
    enum loom_status status;
    bool good = false;
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
    case LOOM_OBJLNK:
        status = to_string(decoder, item, LOOM_CBOR_TEXT, &string);
        struct loom_text text = {(const char *)string.data, string.length};
        if (type != LOOM_OBJLNK) {
            value->as.text = text;
            return status;
        }
        good = status == LOOM_OK && loom_text_to_objlnk(text, &value->as.objlnk);
        break;
    case LOOM_OPAQUE:
        return to_string(decoder, item, LOOM_CBOR_BYTES, &value->as.opaque);
    case LOOM_INTEGER:
    case LOOM_UNSIGNED:
    case LOOM_FLOAT:
    case LOOM_TIME:
        good = to_number(item, value);
        break;
    case LOOM_BOOLEAN:
        good = to_boolean(item, &value->as.boolean);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* ---- writing --------------------------------------------------------------------------------- */

static uint8_t *put_integer(uint8_t *at, int64_t value)
{
    return value < 0 ? loom_cbor_head(at, LOOM_CBOR_NEGATIVE, (uint64_t)(-(value + 1)))
                     : loom_cbor_head(at, LOOM_CBOR_UNSIGNED, (uint64_t)value);
}

static uint8_t *put_objlnk(uint8_t *at, struct loom_objlnk link)
{
    uint8_t *end = loom_long_id_digits(at + 1, link.object);
    *end = ':';
    end = loom_long_id_digits(end + 1, link.instance);
    *at = (uint8_t)(LOOM_CBOR_TEXT << 5 | (unsigned)(end - at - 1)); /* 11 at most */
    return end;
}

uint8_t *loom_cbor_value_at(uint8_t *at, const struct loom_value *value, struct loom_bytes *content)
{
    content->length = 0;
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        content->data = (const uint8_t *)value->as.text.data;
        content->length = value->as.text.length;
        return loom_cbor_head(at, LOOM_CBOR_TEXT, content->length);
    case LOOM_OPAQUE:
        *content = value->as.opaque;
        return loom_cbor_head(at, LOOM_CBOR_BYTES, content->length);
    case LOOM_INTEGER:
    case LOOM_TIME:
        return put_integer(at, value->as.integer);
    case LOOM_UNSIGNED:
        return loom_cbor_head(at, LOOM_CBOR_UNSIGNED, value->as.unsigned_integer);
    case LOOM_FLOAT:
        return loom_cbor_float(at, value->as.number);
    case LOOM_BOOLEAN:
        return loom_cbor_head(at, LOOM_CBOR_SIMPLE,
                              value->as.boolean ? LOOM_CBOR_TRUE : LOOM_CBOR_FALSE);
    case LOOM_OBJLNK:
        return put_objlnk(at, value->as.objlnk);
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return at;
}

void loom_cbor_put_value(struct loom_output *out, const struct loom_value *value)
{
    uint8_t room[LOOM_CBOR_VALUE_MAX];
    struct loom_bytes content = {NULL, 0};
    const uint8_t *end = loom_cbor_value_at(room, value, &content);
    loom_put_bytes(out, room, (size_t)(end - room));
    loom_put_bytes(out, content.data, content.length);
}
