/* SPDX-License-Identifier: Apache-2.0 */
#include "tlv.h"

#include <criterion/criterion.h>
#include <string.h>

static void put_byte(struct tlv *tlv, size_t byte)
{
    cr_assert_lt(tlv->length, sizeof tlv->bytes);
    tlv->bytes[tlv->length++] = (uint8_t)byte;
}

/* Type: kind in bits 7-6, 16 bit id in bit 5, bytes of the length field in bits 4-3, or a length
 * below 8 itself in bits 2-0. */
void tlv_put(struct tlv *tlv, enum tlv_kind kind, uint16_t id, const void *value, size_t length)
{
    size_t fields = length < 8 ? 0 : length < 256 ? 1 : 2;

    put_byte(tlv,
             (size_t)kind << 6 | (id > 255 ? 0x20u : 0) | fields << 3 | (fields == 0 ? length : 0));
    if (id > 255) {
        put_byte(tlv, id >> 8);
    }
    put_byte(tlv, id & 0xFFu);
    if (fields == 2) {
        put_byte(tlv, length >> 8);
    }
    if (fields > 0) {
        put_byte(tlv, length & 0xFFu);
    }
    for (size_t i = 0; i < length; i++) {
        put_byte(tlv, ((const uint8_t *)value)[i]);
    }
}

void tlv_number(struct tlv *tlv, uint16_t resource, int64_t value)
{
    size_t length = value == (int8_t)value    ? 1
                    : value == (int16_t)value ? 2
                    : value == (int32_t)value ? 4
                                              : 8;
    uint8_t bytes[8];

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)((uint64_t)value >> 8 * (length - 1 - i));
    }
    tlv_put(tlv, TLV_RESOURCE, resource, bytes, length);
}

void tlv_text(struct tlv *tlv, uint16_t resource, const char *value)
{
    tlv_put(tlv, TLV_RESOURCE, resource, value, strlen(value));
}
