/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/decimal.h"

#include "codec/number.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

/* Powers of ten that a double holds exactly, and digits whose number it holds exactly. */
#define EXACT_EXPONENT 22
#define EXACT_DIGITS   15
/* All doubles lie between 0.1 * 10^-330 and 10^310. */
#define POINT_MAX 310
#define POINT_MIN (-330)
/* Digits of a head that fits 64 bits. */
#define HEAD_DIGITS 19

#define GROUP        9
#define GROUP_FACTOR 1000000000u
/* Enough for the fraction of the least double, 1088 bits, for the greatest, 1056, and 64 more. */
#define WORDS 37

double loom_double_scale(double value, int exponent)
{
    static const double power[EXACT_EXPONENT + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    for (; exponent > EXACT_EXPONENT; exponent -= EXACT_EXPONENT) {
        value *= power[EXACT_EXPONENT];
    }
    for (; exponent < -EXACT_EXPONENT; exponent += EXACT_EXPONENT) {
        value /= power[EXACT_EXPONENT];
    }
    return exponent < 0 ? value / power[-exponent] : value * power[exponent];
}

struct loom_decimal loom_decimal_of(uint64_t value, int exponent, char room[LOOM_DECIMAL_ROOM])
{
    struct loom_decimal decimal = {room + LOOM_DECIMAL_ROOM, 0, 0, exponent};
    for (char *at = room + LOOM_DECIMAL_ROOM; value > 0; value /= 10) {
        *--at = (char)('0' + value % 10);
        decimal.digits = at;
        decimal.count++;
    }
    decimal.before = decimal.count;
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

/* `count` digits from there on, with the zeros around them. */
static uint64_t digits_at(const struct loom_decimal *decimal, int32_t at, int32_t count)
{
    uint64_t value = 0;
    for (int32_t i = 0; i < count; i++) {
        value = value * 10 + digit_at(decimal, at + i);
    }
    return value;
}

static bool has_more(const struct loom_decimal *decimal, int32_t at)
{
    for (at = at < 0 ? 0 : at; at < decimal->count; at++) {
        if (digit_at(decimal, at) != 0) {
            return true;
        }
    }
    return false;
}

/* number = number * GROUP_FACTOR + more. @return what does not fit */
static uint32_t shift_in(uint32_t *number, unsigned words, uint32_t more)
{
    uint64_t carry = more;
    for (unsigned i = 0; i < words; i++) {
        carry += (uint64_t)number[i] * GROUP_FACTOR;
        number[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

/* Word number `at` of mantissa * 2^shift. */
static uint32_t word_of(uint64_t mantissa, int shift, int at)
{
    int offset = 32 * at - shift;
    if (offset >= 64 || offset <= -32) {
        return 0;
    }
    return (uint32_t)(offset >= 0 ? mantissa >> offset : mantissa << -offset);
}

static int order(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_whole(const struct loom_decimal *decimal, uint64_t mantissa, int exponent)
{
    uint32_t number[WORDS] = {0};
    if (decimal->point <= 0 || decimal->point > POINT_MAX) {
        return decimal->point <= 0 ? -1 : 1;
    }
    for (int32_t at = decimal->point % GROUP - GROUP; at < decimal->point; at += GROUP) {
        shift_in(number, WORDS, (uint32_t)digits_at(decimal, at, GROUP));
    }
    for (int i = WORDS - 1; i >= 0; i--) {
        uint32_t word = word_of(mantissa, exponent, i);
        if (number[i] != word) {
            return order(number[i], word);
        }
    }
    return has_more(decimal, decimal->point) ? 1 : 0;
}

/* Multiplied again and again, a fraction shows its decimal digits, the first ones first. */
static int compare_fraction(const struct loom_decimal *decimal, uint64_t mantissa, int exponent)
{
    uint32_t number[WORDS] = {0};
    unsigned words = (unsigned)(31 - exponent) / 32; /* behind the binary point */
    bool left = true;
    if (decimal->point > HEAD_DIGITS - 1) {
        return 1;
    }
    for (int i = 0; i < WORDS; i++) {
        number[i] = word_of(mantissa, (int)(32 * words) + exponent, i);
    }
    uint64_t whole = (uint64_t)number[words + 1] << 32 | number[words];
    int result = order(decimal->point > 0 ? digits_at(decimal, 0, decimal->point) : 0, whole);
    for (int32_t at = decimal->point; result == 0 && (left || at < decimal->count); at += GROUP) {
        uint32_t group = shift_in(number, words, 0);
        result = order(digits_at(decimal, at, GROUP), group);
        left = false;
        for (unsigned i = 0; i < words; i++) {
            left = left || number[i] != 0;
        }
        if (!left) {
            return result != 0 ? result : has_more(decimal, at + GROUP) ? 1 : 0;
        }
    }
    return result;
}

int loom_decimal_compare(const struct loom_decimal *decimal, uint64_t mantissa, int exponent)
{
    if (decimal->count == 0) {
        return -1;
    }
    return exponent >= 0 ? compare_whole(decimal, mantissa, exponent)
                         : compare_fraction(decimal, mantissa, exponent);
}

uint64_t loom_double_middle(uint64_t bits, int *exponent)
{
    uint64_t mantissa = loom_double_split(bits, exponent);
    --*exponent;
    return 2 * mantissa + 1;
}

/* How the number lies to the middle above a double. */
static int compare_middle(const struct loom_decimal *decimal, uint64_t bits)
{
    int exponent;
    uint64_t middle = loom_double_middle(bits, &exponent);
    return loom_decimal_compare(decimal, middle, exponent);
}

double loom_decimal_to_double(const struct loom_decimal *decimal)
{
    int32_t head = decimal->count < HEAD_DIGITS ? decimal->count : HEAD_DIGITS;
    int32_t point = decimal->point > POINT_MAX   ? POINT_MAX
                    : decimal->point < POINT_MIN ? POINT_MIN
                                                 : decimal->point;
    int exponent = (int)(point - head);
    double value = loom_double_scale((double)digits_at(decimal, 0, head), exponent);
    if (decimal->count == 0 || (decimal->count <= EXACT_DIGITS && exponent >= -EXACT_EXPONENT &&
                                exponent <= EXACT_EXPONENT)) {
        return value;
    }
    /* A few units in the last place off, at most. */
    uint64_t bits;
    value = value > DBL_MAX ? DBL_MAX : value;
    memcpy(&bits, &value, sizeof bits);
    for (int above = compare_middle(decimal, bits); above > 0 || (above == 0 && (bits & 1) != 0);) {
        bits++;
        memcpy(&value, &bits, sizeof value);
        if (value > DBL_MAX) {
            return value;
        }
        above = compare_middle(decimal, bits);
    }
    while (bits > 0) {
        int above = compare_middle(decimal, bits - 1);
        if (above > 0 || (above == 0 && (bits & 1) == 0)) {
            break;
        }
        bits--;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}
