/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/number.h"

#include "loom/codec.h"

uint64_t loom_big_endian(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | at[i];
    }
    return value;
}

void loom_big_endian_put(uint8_t *at, uint64_t value, size_t size)
{
    for (; size > 4; size--) {
        *at++ = (uint8_t)(value >> (8 * (size - 1)));
    }
    uint32_t word = (uint32_t)value;
    while (size-- > 0) {
        *at++ = (uint8_t)(word >> (8 * size));
    }
}

int64_t loom_sign_extend(uint64_t bits, size_t size)
{
    uint64_t sign = UINT64_C(1) << (8 * size - 1);
    if ((bits & sign) == 0) {
        return (int64_t)bits;
    }
    /* Without converting a value that does not fit, which C leaves to the compiler. */
    uint64_t magnitude = (~bits & (sign | (sign - 1))) + 1;
    return -(int64_t)(magnitude - 1) - 1;
}

uint32_t loom_digest(uint32_t digest, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ bytes[i]) * 16777619u;
    }
    return digest;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool loom_text_to_unsigned(struct loom_text text, uint64_t *value)
{
    uint64_t sum = 0;
    if (text.length == 0) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

bool loom_text_to_integer(struct loom_text text, int64_t *value)
{
    bool negative = text.length > 0 && text.data[0] == '-';
    uint64_t magnitude;
    if (negative) {
        text.data++;
        text.length--;
    }
    if (!loom_text_to_unsigned(text, &magnitude) ||
        magnitude > (uint64_t)INT64_MAX + (negative ? 1u : 0u)) {
        return false;
    }
    if (!negative) {
        *value = (int64_t)magnitude;
    } else {
        *value = magnitude > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)magnitude;
    }
    return true;
}
