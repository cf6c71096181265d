/* SPDX-License-Identifier: Apache-2.0 */
/** Entries of TLV (rules D-10 .. D-16). For the files of this room. */
#ifndef LOOM_CODEC_TLV_H
#define LOOM_CODEC_TLV_H

#include "loom/codec.h"

/* The type byte of an entry, and the longest value. */
#define TLV_KIND_SHIFT   6
#define TLV_ID_16        0x20u
#define TLV_LENGTH_SHIFT 3
#define TLV_LENGTH_MASK  0x07u
#define TLV_LENGTH_MAX   0xFFFFFFu

#define TLV_HEAD_MAX (3 + sizeof(size_t))

/** The shortest head, as the standard's examples have it (rule D-15), written from its end.
 *  @param size at most TLV_LENGTH_MAX @return where it begins */
static inline uint8_t *loom_tlv_head_before(uint8_t *end, enum loom_tlv_kind kind, uint16_t id,
                                            size_t size)
{
    unsigned type = (unsigned)kind << TLV_KIND_SHIFT;
    for (size_t left = size > TLV_LENGTH_MASK ? size : 0; left > 0; left >>= 8) {
        *--end = (uint8_t)left;
        type += 1u << TLV_LENGTH_SHIFT;
    }
    *--end = (uint8_t)id;
    if (id > UINT8_MAX) {
        *--end = (uint8_t)(id >> 8);
        type |= TLV_ID_16;
    }
    *--end = (uint8_t)(size > TLV_LENGTH_MASK ? type : type | (unsigned)size);
    return end;
}

/** Writes an entry of any length.
 *  @param data may be where the entry goes; NULL: the value is `size` bytes of `bits` */
void loom_tlv_put_entry(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id, size_t size,
                        const void *data, uint64_t bits);

/** Writes an entry of as few bytes as keep the value. */
void loom_tlv_put_float(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id,
                        double number);

/** loom_tlv_next(), for the one reader that spends its time in it. */
static inline enum loom_status loom_tlv_take(struct loom_bytes *rest, struct loom_tlv *entry)
{
    const uint8_t *at = rest->data;
    size_t left = rest->length;
    if (left == 0) {
        return LOOM_END;
    }
    unsigned head = at[0];
    size_t length_size = head >> TLV_LENGTH_SHIFT & 3u;
    size_t size = ((head & TLV_ID_16) != 0 ? 3u : 2u) + length_size;
    if (left < size) {
        return LOOM_BAD_REQUEST;
    }
    unsigned id = at[1];
    if ((head & TLV_ID_16) != 0) {
        id = id << 8 | at[2];
    }
    size_t length = length_size == 0 ? head & TLV_LENGTH_MASK : 0;
    at += size;
    left -= size;
    for (; length_size > 0; length_size--) {
        length = length << 8 | *(at - length_size);
    }
    if (id == LOOM_ID_NONE || length > left) {
        return LOOM_BAD_REQUEST;
    }
    entry->kind = (enum loom_tlv_kind)(head >> TLV_KIND_SHIFT);
    entry->id = (uint16_t)id;
    entry->value.data = at;
    entry->value.length = length;
    rest->data = at + length;
    rest->length = left - length;
    return LOOM_OK;
}

#endif
