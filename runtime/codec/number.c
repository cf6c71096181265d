/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/number.h"

#include "loom/codec.h"

#include <float.h>
#include <string.h>

#define MANTISSA_BITS 52
#define MANTISSA      ((UINT64_C(1) << MANTISSA_BITS) - 1)
#define EXPONENT_BIAS 1023
#define SIGN          (UINT64_C(1) << 63)

uint64_t loom_big_endian(const uint8_t *at, size_t size)
{
    return loom_big_endian_here(at, size);
}

void loom_big_endian_put(uint8_t *at, uint64_t value, size_t size)
{
    while (size-- > 0) {
        at[size] = (uint8_t)value;
        value >>= 8;
    }
}

uint64_t loom_double_split(uint64_t bits, int *exponent)
{
    int power = (int)(bits >> MANTISSA_BITS);
    *exponent = (power == 0 ? 1 : power) - EXPONENT_BIAS - MANTISSA_BITS;
    return (bits & MANTISSA) | (power == 0 ? 0 : MANTISSA + 1);
}

double loom_single_to_double(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

bool loom_double_to_single(double value, uint32_t *bits)
{
    uint64_t wide = loom_double_bits(value);
    if ((wide & ~SIGN) > loom_double_bits((double)FLT_MAX)) {
        return false;
    }
    float narrow = (float)value;
    memcpy(bits, &narrow, sizeof narrow);
    return loom_double_bits((double)narrow) == wide;
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

/* In halves, as small devices multiply: what does not fit the higher one is too much. */
bool loom_multiply(uint64_t *number, uint32_t by, uint32_t more)
{
    uint64_t low = (*number & UINT32_MAX) * by + more;
    uint64_t high = (*number >> 32) * by + (low >> 32);
    *number = high << 32 | (low & UINT32_MAX);
    return high <= UINT32_MAX;
}

bool loom_text_to_unsigned(struct loom_text text, uint64_t *value)
{
    uint64_t sum = 0;
    if (text.length == 0) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.data[i]) || !loom_multiply(&sum, 10, (uint32_t)(text.data[i] - '0'))) {
            return false;
        }
    }
    *value = sum;
    return true;
}

bool loom_to_integer(bool negative, uint64_t magnitude, int64_t *value)
{
    uint64_t bits = negative ? 0 - magnitude : magnitude;
    memcpy(value, &bits, sizeof *value);
    return magnitude <= (uint64_t)INT64_MAX + (negative ? 1u : 0u);
}

bool loom_text_to_integer(struct loom_text text, int64_t *value)
{
    bool negative = text.length > 0 && text.data[0] == '-';
    uint64_t magnitude;
    if (negative) {
        text.data++;
        text.length--;
    }
    return loom_text_to_unsigned(text, &magnitude) && loom_to_integer(negative, magnitude, value);
}
