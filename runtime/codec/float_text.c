/* SPDX-License-Identifier: Apache-2.0 */
/* Values of all types as text, floats among them. Apart from the other types: a product whose text
 * has no floats does without this file. */
#include "codec/decimal.h"
#include "codec/number.h"
#include "codec/text.h"

#include <float.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* With so many digits every double reads back as itself; what has fewer than 16 digits, and a small
 * exponent besides, is found without long numbers. */
#define DIGITS_MAX    17
#define EASY_DIGITS   15
#define EASY_EXPONENT 22
/* How far the estimate of all the digits may be off. */
#define ESTIMATE_ERROR 1024u
#define EXACT_MAX      UINT64_C(9007199254740992) /* 2^53 */

/* The power of ten of the first digit: 10^result <= value < 10^(result+1), or one off by rounding.
 */
static int magnitude_of(double value)
{
    int magnitude = 0;
    for (; value >= 1e22; value /= 1e22) {
        magnitude += 22;
    }
    for (; value < 1; value *= 1e22) {
        magnitude -= 22;
    }
    for (; value >= 10; value /= 10) {
        magnitude++;
    }
    return magnitude;
}

static int compare(uint64_t digits, int exponent, uint64_t mantissa, int power)
{
    char room[LOOM_DECIMAL_ROOM];
    struct loom_decimal decimal = loom_decimal_of(digits, exponent, room);
    return loom_decimal_compare(&decimal, mantissa, power);
}

/* Few digits are exact in a double, and so is what one rounding makes of them. */
static bool find_easy(double value, int magnitude, uint64_t *digits, int *exponent)
{
    for (int count = 1; count <= EASY_DIGITS; count++) {
        *exponent = magnitude - count + 1;
        if (*exponent < -EASY_EXPONENT || *exponent > EASY_EXPONENT) {
            continue;
        }
        *digits = (uint64_t)(loom_double_scale(value, -*exponent) + 0.5);
        double back = loom_double_scale((double)*digits, *exponent);
        if (*digits <= EXACT_MAX && !(back < value) && !(back > value)) {
            return true;
        }
    }
    return false;
}

/* The first DIGITS_MAX digits, cut off behind them: the greatest number that is not above. */
static uint64_t find_all(double value, int exponent, uint64_t bits)
{
    int power;
    uint64_t mantissa = loom_double_split(bits, &power);
    uint64_t estimate = (uint64_t)loom_double_scale(value, -exponent);
    uint64_t low = estimate > ESTIMATE_ERROR ? estimate - ESTIMATE_ERROR : 0;
    uint64_t high = estimate + ESTIMATE_ERROR;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (compare(middle, exponent, mantissa, power) <= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether the digits, which are below or above the double, still read back as it (of two doubles
 * that are as near the even one is read). */
static bool reads_back(uint64_t digits, int exponent, uint64_t bits, bool above)
{
    int power;
    uint64_t middle = loom_double_middle(above ? bits : bits - 1, &power);
    int order = compare(digits, exponent, middle, power);
    return (above ? order < 0 : order > 0) || (order == 0 && (bits & 1) == 0);
}

/* Cuts digits off, as many as can be: below the double or above, whichever is nearer. */
static uint64_t shorten(uint64_t all, int exponent, uint64_t bits)
{
    int power;
    uint64_t mantissa = loom_double_split(bits, &power);
    for (uint64_t unit = UINT64_C(100000000000000000); unit > 1; unit /= 10) {
        uint64_t below = all / unit * unit;
        bool down = below > 0 && reads_back(below, exponent, bits, false);
        bool up = reads_back(below + unit, exponent, bits, true);
        if (down && up) {
            up = compare(below * 10 + 5 * unit, exponent - 1, mantissa, power) <= 0;
        }
        if (down || up) {
            return up ? below + unit : below;
        }
    }
    return reads_back(all, exponent, bits, false) ? all : all + 1;
}

/* The shortest digits * 10^exponent that reads as this double. */
static void to_decimal(double value, uint64_t *digits, int *exponent)
{
    uint64_t bits;
    *digits = 0;
    *exponent = 0;
    if (!(value > 0)) {
        return;
    }
    int magnitude = magnitude_of(value);
    if (!find_easy(value, magnitude, digits, exponent)) {
        memcpy(&bits, &value, sizeof bits);
        *exponent = magnitude - DIGITS_MAX + 1;
        *digits = shorten(find_all(value, *exponent, bits), *exponent, bits);
    }
    while (*digits % 10 == 0) {
        *digits /= 10;
        ++*exponent;
    }
}

/* Plain decimals, as the standard's examples have them, as long as they stay readable. */
#define PLAIN_EXPONENT_MIN (-25)
#define PLAIN_EXPONENT_MAX 17

static int count_digits(uint64_t digits)
{
    int count = 1;
    while (digits >= 10) {
        digits /= 10;
        count++;
    }
    return count;
}

static void put_plain(struct loom_output *out, uint64_t digits, int exponent)
{
    int count = count_digits(digits);
    if (exponent >= 0) {
        loom_put_unsigned(out, digits);
        for (int i = 0; i < exponent; i++) {
            loom_put_byte(out, '0');
        }
        return;
    }
    uint64_t unit = 1;
    if (-exponent >= count) {
        loom_put_text(out, "0.");
        for (int i = count; i < -exponent; i++) {
            loom_put_byte(out, '0');
        }
        loom_put_unsigned(out, digits);
        return;
    }
    for (int i = 0; i < -exponent; i++) {
        unit *= 10;
    }
    loom_put_unsigned(out, digits / unit);
    loom_put_byte(out, '.');
    for (unit /= 10; unit > 0; unit /= 10) {
        loom_put_byte(out, (uint8_t)('0' + digits / unit % 10));
    }
}

void loom_put_float(struct loom_output *out, double value)
{
    uint64_t digits;
    int exponent;
    if (value < 0) {
        loom_put_byte(out, '-');
        value = -value;
    }
    if (!(value <= DBL_MAX)) {
        loom_put_text(out, value > DBL_MAX ? "inf" : "nan");
        return;
    }
    to_decimal(value, &digits, &exponent);
    if (exponent >= PLAIN_EXPONENT_MIN && exponent + count_digits(digits) <= PLAIN_EXPONENT_MAX) {
        put_plain(out, digits, exponent);
        return;
    }
    loom_put_unsigned(out, digits);
    loom_put_byte(out, 'e');
    loom_put_integer(out, exponent);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Beyond this a number is 0 or too large, whatever its digits: no text is that long. */
#define EXPONENT_MAX 1000000

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_exponent(struct loom_text text, size_t at, int32_t *exponent)
{
    bool negative = false;
    uint64_t written;
    if (at < text.length && (text.data[at] == '+' || text.data[at] == '-')) {
        negative = text.data[at++] == '-';
    }
    struct loom_text number = {text.data + at, text.length - at};
    while (number.length > 1 && number.data[0] == '0') {
        number.data++;
        number.length--;
    }
    for (size_t i = 0; i < number.length; i++) {
        if (!is_digit(number.data[i])) {
            return false;
        }
    }
    bool large =
        number.length > 7 || !loom_text_to_unsigned(number, &written) || written > EXPONENT_MAX;
    *exponent = large ? EXPONENT_MAX : (int32_t)written;
    *exponent = negative ? -*exponent : *exponent;
    return number.length > 0;
}

/* Digits with at most one point among them, from `at` on. @return where they end */
static size_t take_digits(struct loom_text text, size_t at, struct loom_decimal *decimal)
{
    bool pointed = false;
    decimal->digits = text.data + at;
    for (; at < text.length; at++) {
        if (text.data[at] == '.' && !pointed) {
            pointed = true;
        } else if (is_digit(text.data[at])) {
            decimal->before += pointed ? 0 : 1;
            decimal->count++;
        } else {
            break;
        }
    }
    return at;
}

/* Leading zeros go, so that the first digit counts. */
static void drop_zeros(struct loom_decimal *decimal)
{
    decimal->point += decimal->before;
    while (decimal->count > 0 && (*decimal->digits == '0' || *decimal->digits == '.')) {
        if (*decimal->digits == '0') {
            decimal->count--;
            decimal->before--;
            decimal->point--;
        } else {
            decimal->before = decimal->count; /* none among those that are left */
        }
        decimal->digits++;
    }
}

bool loom_text_to_float(struct loom_text text, double *value)
{
    struct loom_decimal decimal = {NULL, 0, 0, 0};
    bool negative = text.length > 0 && text.data[0] == '-';
    size_t at = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
    if (text.length > INT32_MAX / 2) {
        return false;
    }
    at = take_digits(text, at, &decimal);
    if (decimal.count == 0 ||
        (at < text.length && ((text.data[at] != 'e' && text.data[at] != 'E') ||
                              !take_exponent(text, at + 1, &decimal.point)))) {
        return false;
    }
    drop_zeros(&decimal);
    double magnitude = loom_decimal_to_double(&decimal);
    *value = negative ? -magnitude : magnitude;
    return !(magnitude > DBL_MAX);
}

/* ---- values ---------------------------------------------------------------------------------- */

void loom_text_put(struct loom_output *out, const struct loom_value *value)
{
    if (value->type == LOOM_FLOAT) {
        loom_put_float(out, value->as.number);
    } else {
        loom_plain_put(out, value);
    }
}

enum loom_status loom_text_get(struct loom_text text, enum loom_type type, struct loom_value *value,
                               uint8_t *scratch, size_t scratch_size)
{
    if (type != LOOM_FLOAT) {
        return loom_plain_get(text, type, value, scratch, scratch_size);
    }
    value->type = type;
    return loom_text_to_float(text, &value->as.number) ? LOOM_OK : LOOM_BAD_REQUEST;
}
