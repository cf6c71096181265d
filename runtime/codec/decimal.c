/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/decimal.h"

#include "codec/number.h"

#include <stdbool.h>
#include <string.h>

/* All doubles lie between 0.1 * 10^-330 and 10^310. */
#define POINT_MAX 310
#define POINT_MIN (-330)

/* A number in words, the lowest first, of which so many are behind the binary point: enough for
 * half of the least double, 2^-1075, and for 10^310. Small devices divide two words by ten at once.
 */
#define WORD_BITS 16
#define BELOW     68
#define ABOVE     66
#define WORDS     (BELOW + ABOVE)

#define MANTISSA_BITS 52
#define INFINITE      (UINT64_C(0x7FF) << MANTISSA_BITS)
/* Where the bits of doubles begin: 2^-1074. */
#define LEAST (WORD_BITS * BELOW - 1074)

struct loom_decimal loom_decimal_of(uint64_t value, int exponent, char room[LOOM_DECIMAL_ROOM])
{
    struct loom_decimal decimal = {room + LOOM_DECIMAL_ROOM, 0, LOOM_NO_POINT, exponent};
    for (char *at = room + LOOM_DECIMAL_ROOM; value > 0; value /= 10) {
        *--at = (char)('0' + value % 10);
        decimal.digits = at;
        decimal.count++;
    }
    decimal.point += decimal.count;
    return decimal;
}

static uint32_t digit_at(const struct loom_decimal *decimal, int32_t at)
{
    if (at < 0 || at >= decimal->count) {
        return 0;
    }
    return (uint32_t)(decimal->digits[at + (at >= decimal->before ? 1 : 0)] - '0');
}

/* number = number * 10 + more. @return what does not fit */
static uint32_t multiply(uint16_t *number, int words, uint32_t more)
{
    for (int i = 0; i < words; i++) {
        more += 10u * number[i];
        number[i] = (uint16_t)more;
        more >>= WORD_BITS;
    }
    return more;
}

/* number = number / 10. @return the remainder */
static uint32_t divide(uint16_t *number, int words)
{
    uint32_t rest = 0;
    while (words-- > 0) {
        rest = rest << WORD_BITS | number[words];
        number[words] = (uint16_t)(rest / 10);
        rest %= 10;
    }
    return rest;
}

static unsigned bit_at(const uint16_t *number, int at)
{
    return (unsigned)number[at / WORD_BITS] >> (at % WORD_BITS) & 1u;
}

/* The bits of the nearest double, of two the even one; `more` is behind the last word. */
static uint64_t nearest(const uint16_t *number, bool more)
{
    uint64_t mantissa = 0;
    int top = WORD_BITS * WORDS - 1;
    while (top > LEAST && bit_at(number, top) == 0) {
        top -= number[top / WORD_BITS] == 0 ? WORD_BITS : 1;
    }
    int lowest = top - MANTISSA_BITS > LEAST ? top - MANTISSA_BITS : LEAST;
    for (int at = top; at >= lowest; at--) {
        mantissa = mantissa << 1 | bit_at(number, at);
    }
    for (int at = lowest - 2; at >= 0 && !more; at--) {
        more = bit_at(number, at) != 0;
    }
    if (bit_at(number, lowest - 1) != 0 && (more || (mantissa & 1) != 0)) {
        mantissa++;
    }
    /* The highest bit of the mantissa is not stored: it counts the exponent up once. */
    uint64_t bits = mantissa + ((uint64_t)(lowest - LEAST) << MANTISSA_BITS);
    return bits < INFINITE ? bits : INFINITE;
}

double loom_decimal_to_double(const struct loom_decimal *decimal)
{
    uint16_t number[WORDS] = {0};
    bool more = false;
    if (decimal->count == 0 || decimal->point < POINT_MIN) {
        return 0;
    }
    if (decimal->point > POINT_MAX) {
        return loom_double_of_bits(INFINITE);
    }
    /* From the last digit on each is put before the point, and all are moved behind it. */
    for (int32_t at = decimal->count; at-- > decimal->point;) {
        number[BELOW] = (uint16_t)digit_at(decimal, at);
        more = divide(number, BELOW + 1) != 0 || more;
    }
    for (int32_t at = 0; at < decimal->point; at++) {
        multiply(number + BELOW, ABOVE, digit_at(decimal, at));
    }
    return loom_double_of_bits(nearest(number, more));
}

int32_t loom_double_digits(double value, char digits[LOOM_DOUBLE_DIGITS + 1])
{
    uint16_t number[WORDS] = {0};
    int at;
    int32_t point = 0;
    uint64_t mantissa = loom_double_split(loom_double_bits(value), &at);
    for (at += WORD_BITS * BELOW; mantissa != 0; at++) {
        number[at / WORD_BITS] |= (uint16_t)((mantissa & 1u) << (at % WORD_BITS));
        mantissa >>= 1;
    }
    for (int words = ABOVE; words > 0;) { /* the last digit comes first */
        if (number[BELOW + words - 1] == 0) {
            words--;
            continue;
        }
        memmove(digits + 1, digits, LOOM_DOUBLE_DIGITS);
        digits[0] = (char)('0' + divide(number + BELOW, words));
        point++;
    }
    for (int count = point; count <= LOOM_DOUBLE_DIGITS;) {
        uint32_t digit = multiply(number, BELOW, 0);
        if (count == 0 && digit == 0) {
            point--;
        } else {
            digits[count++] = (char)('0' + digit);
        }
    }
    return point;
}
