/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the data model as items of CBOR (rules D.1). */
#include "codec/cbor.h"
#include "codec/number.h"
#include "codec/text.h"

/* `65535:65535` */
#define LINK_MAX 11
#define TAG_TIME 1u

/* ---- reading --------------------------------------------------------------------------------- */

/* Integers, Times, Unsigneds and Floats. */
static bool to_number(struct loom_bytes raw, struct loom_value *value)
{
    struct loom_cbor_number number;
    bool negative;
    uint64_t magnitude;
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
static bool to_boolean(struct loom_bytes raw, bool *value)
{
    if (raw.length != 1 || raw.data[0] >> 5 != LOOM_CBOR_SIMPLE) {
        return false;
    }
    *value = (raw.data[0] & 31u) == LOOM_CBOR_TRUE;
    return *value || (raw.data[0] & 31u) == LOOM_CBOR_FALSE;
}

/* Time may be marked as such (tag 1, rules D.1). */
static struct loom_bytes untagged(struct loom_bytes raw)
{
    struct loom_bytes after = raw;
    struct loom_cbor head;
    bool tagged =
        loom_cbor_next(&after, &head) && head.type == LOOM_CBOR_TAG && head.argument == TAG_TIME;
    return tagged ? after : raw;
}

static bool to_objlnk(struct loom_bytes raw, struct loom_objlnk *link)
{
    char room[LINK_MAX];
    struct loom_output joined = loom_output(room, sizeof room);
    struct loom_bytes string;
    if (!loom_cbor_string(&raw, LOOM_CBOR_TEXT, &joined, &string)) {
        return false;
    }
    return loom_text_to_objlnk((struct loom_text){(const char *)string.data, string.length}, link);
}

static enum loom_status to_string(const struct loom_decoder *decoder, struct loom_bytes raw,
                                  enum loom_cbor_type type, struct loom_bytes *string)
{
    struct loom_output room = loom_output(decoder->scratch, decoder->scratch_size);
    if (loom_cbor_string(&raw, type, &room, string)) {
        return LOOM_OK;
    }
    return room.overflow ? LOOM_TOO_LARGE : LOOM_BAD_REQUEST;
}

enum loom_status loom_cbor_value(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    struct loom_bytes raw = item->raw;
    struct loom_bytes string = {NULL, 0};
    enum loom_status status;
    bool good = false;
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        status = to_string(decoder, raw, LOOM_CBOR_TEXT, &string);
        value->as.text = (struct loom_text){(const char *)string.data, string.length};
        return status;
    case LOOM_OPAQUE:
        return to_string(decoder, raw, LOOM_CBOR_BYTES, &value->as.opaque);
    case LOOM_INTEGER:
    case LOOM_UNSIGNED:
    case LOOM_FLOAT:
    case LOOM_TIME:
        good = to_number(type == LOOM_TIME ? untagged(raw) : raw, value);
        break;
    case LOOM_BOOLEAN:
        good = to_boolean(raw, &value->as.boolean);
        break;
    case LOOM_OBJLNK:
        good = to_objlnk(raw, &value->as.objlnk);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* ---- writing --------------------------------------------------------------------------------- */

void loom_cbor_put_string(struct loom_output *out, enum loom_cbor_type type, const void *data,
                          size_t length)
{
    loom_cbor_put(out, type, length);
    loom_put_bytes(out, data, length);
}

static void put_integer(struct loom_output *out, int64_t value)
{
    if (value < 0) {
        loom_cbor_put(out, LOOM_CBOR_NEGATIVE, (uint64_t)(-(value + 1)));
    } else {
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, (uint64_t)value);
    }
}

void loom_cbor_put_value(struct loom_output *out, const struct loom_value *value)
{
    char room[LINK_MAX];
    struct loom_output link = loom_output(room, sizeof room);
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        loom_cbor_put_string(out, LOOM_CBOR_TEXT, value->as.text.data, value->as.text.length);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        put_integer(out, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        loom_cbor_put(out, LOOM_CBOR_UNSIGNED, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        loom_cbor_put_float(out, value->as.number);
        break;
    case LOOM_BOOLEAN:
        loom_cbor_put(out, LOOM_CBOR_SIMPLE, value->as.boolean ? LOOM_CBOR_TRUE : LOOM_CBOR_FALSE);
        break;
    case LOOM_OPAQUE:
        loom_cbor_put_string(out, LOOM_CBOR_BYTES, value->as.opaque.data, value->as.opaque.length);
        break;
    case LOOM_OBJLNK:
        loom_put_objlnk(&link, value->as.objlnk);
        loom_cbor_put_string(out, LOOM_CBOR_TEXT, room, link.length);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}
