/* SPDX-License-Identifier: Apache-2.0 */
/* OMA TLV, rules D-10 .. D-16. */
#include "codec/tlv.h"

#include "codec/number.h"
#include "codec/output.h"

#include <string.h>

enum loom_status loom_tlv_next(struct loom_bytes *rest, struct loom_tlv *entry)
{
    return loom_tlv_take(rest, entry);
}

static bool integer_size(size_t length)
{
    return length - 1 < 8 && (length & (length - 1)) == 0; /* 1, 2, 4 or 8 */
}

/* A two's complement number of `size` bytes, 1, 2, 4 or 8; the others of `bits` are 0. */
static int64_t sign_extend(uint64_t bits, size_t size)
{
    uint64_t extended = bits;
    int64_t value;
    if (size < sizeof bits) {
        uint32_t sign = UINT32_C(1) << (8 * size - 1);
        uint32_t low = ((uint32_t)bits ^ sign) - sign;
        extended = (uint64_t)(0 - (low >> 31)) << 32 | low;
    }
    /* Without converting a value that does not fit, which C leaves to the compiler. */
    memcpy(&value, &extended, sizeof value);
    return value;
}

static double to_float(uint64_t bits, size_t length)
{
    return length == 4 ? loom_single_to_double((uint32_t)bits) : loom_double_of_bits(bits);
}

enum loom_status loom_tlv_value(struct loom_bytes bytes, enum loom_type type,
                                struct loom_value *value)
{
    bool good = false;
    uint64_t bits = 0;
    value->type = type;
    if (type == LOOM_STRING || type == LOOM_CORELNK) {
        value->as.text.data = (const char *)bytes.data;
        value->as.text.length = bytes.length;
        return LOOM_OK;
    }
    if (type == LOOM_OPAQUE) {
        value->as.opaque = bytes;
        return LOOM_OK;
    }
    if (!integer_size(bytes.length)) {
        return LOOM_BAD_REQUEST;
    }
    bits = loom_big_endian_here(bytes.data, bytes.length);
    switch (type) {
    case LOOM_INTEGER:
    case LOOM_TIME:
        good = true;
        value->as.integer = sign_extend(bits, bytes.length);
        break;
    case LOOM_UNSIGNED:
        good = true;
        value->as.unsigned_integer = bits;
        break;
    case LOOM_FLOAT:
        good = bytes.length >= 4;
        if (good) {
            value->as.number = to_float(bits, bytes.length);
        }
        break;
    case LOOM_BOOLEAN:
        good = bytes.length == 1 && bits <= 1;
        value->as.boolean = bits == 1;
        break;
    case LOOM_OBJLNK:
        good = bytes.length == 4;
        value->as.objlnk.object = (uint16_t)(bits >> 16);
        value->as.objlnk.instance = (uint16_t)bits;
        break;
    case LOOM_STRING:
    case LOOM_CORELNK:
    case LOOM_OPAQUE:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

void loom_tlv_put_entry(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id, size_t size,
                        const void *data, uint64_t bits)
{
    uint8_t room[TLV_HEAD_MAX];
    const uint8_t *head = loom_tlv_head_before(room + sizeof room, kind, id, size);
    size_t head_size = (size_t)(room + sizeof room - head);
    uint8_t *at = loom_output_take(out, size > TLV_LENGTH_MAX ? SIZE_MAX : head_size + size);
    if (at == NULL) {
        return;
    }
    if (data == NULL) {
        loom_big_endian_put(at + head_size, bits, size);
    } else {
        memmove(at + head_size, data, size);
    }
    memcpy(at, head, head_size);
}

size_t loom_tlv_begin(struct loom_output *out)
{
    return out->length;
}

void loom_tlv_end(struct loom_output *out, size_t begin, enum loom_tlv_kind kind, uint16_t id)
{
    uint8_t *at = out->data + begin;
    size_t size = out->length - begin;
    if (size > TLV_LENGTH_MASK || id > UINT8_MAX || out->room - out->length < 2) {
        out->length = begin;
        loom_tlv_put_entry(out, kind, id, size, at, 0);
        return;
    }
    memmove(at + 2, at, size); /* as many are */
    at[0] = (uint8_t)((unsigned)kind << TLV_KIND_SHIFT | (unsigned)size);
    at[1] = (uint8_t)id;
    out->length += 2;
}

void loom_tlv_put_float(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id,
                        double number)
{
    uint32_t bits;
    bool single = loom_double_to_single(number, &bits);
    loom_tlv_put_entry(out, kind, id, single ? 4 : 8, NULL,
                       single ? bits : loom_double_bits(number));
}

/* The same for one value, for those who have no encoder. */
void loom_tlv_put_value(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id,
                        const struct loom_value *value)
{
    struct loom_encoder encoder;
    struct loom_path path = loom_path_resource_instance(0, 0, id, id);
    path.depth = kind == LOOM_TLV_RESOURCE_INSTANCE ? 4 : 3;
    loom_encode_begin(&encoder, &loom_format_tlv, &path, out);
    loom_encode_put(&encoder, &path, value);
}
