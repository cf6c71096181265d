/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/number.h"

#include "loom/codec.h"

#include <float.h>

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
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
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

#define POWERS       23
#define EXPONENT_MAX 400
#define DIGITS_MAX   17

/* All powers of ten that a double holds exactly. */
static const double power[POWERS] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double scale(double value, int exponent)
{
    while (exponent >= POWERS) {
        value *= power[POWERS - 1];
        exponent -= POWERS - 1;
    }
    while (exponent <= -POWERS) {
        value /= power[POWERS - 1];
        exponent += POWERS - 1;
    }
    return exponent < 0 ? value / power[-exponent] : value * power[exponent];
}

double loom_decimal_to_double(uint64_t digits, int exponent)
{
    if (digits == 0) {
        return 0;
    }
    if (exponent > EXPONENT_MAX) {
        exponent = EXPONENT_MAX;
    }
    if (exponent < -EXPONENT_MAX) {
        exponent = -EXPONENT_MAX;
    }
    return scale((double)digits, exponent);
}

/* The power of ten of the first digit: 10^result <= value < 10^(result+1), or one off by rounding.
 */
static int magnitude_of(double value)
{
    int magnitude = 0;
    while (value >= 1e22) {
        value /= 1e22;
        magnitude += 22;
    }
    while (value < 1e-22) {
        value *= 1e22;
        magnitude -= 22;
    }
    while (value >= 10) {
        value /= 10;
        magnitude++;
    }
    while (value < 1) {
        value *= 10;
        magnitude--;
    }
    return magnitude;
}

void loom_double_to_decimal(double value, uint64_t *digits, int *exponent)
{
    *digits = 0;
    *exponent = 0;
    if (!(value > 0)) {
        return;
    }
    int magnitude = magnitude_of(value);
    for (int count = 1; count <= DIGITS_MAX; count++) {
        *exponent = magnitude - count + 1;
        *digits = (uint64_t)(scale(value, -*exponent) + 0.5);
        double back = loom_decimal_to_double(*digits, *exponent);
        if (!(back < value) && !(back > value)) {
            break;
        }
    }
    while (*digits > 0 && *digits % 10 == 0) {
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
    if (value < 0) {
        loom_put_byte(out, '-');
        value = -value;
    }
    double rest = value - value;
    if (rest < 0 || rest > 0 || !(rest <= 0)) {
        loom_put_text(out, value > 1 ? "inf" : "nan");
        return;
    }
    uint64_t digits;
    int exponent;
    loom_double_to_decimal(value, &digits, &exponent);
    if (exponent >= PLAIN_EXPONENT_MIN && exponent + count_digits(digits) <= PLAIN_EXPONENT_MAX) {
        put_plain(out, digits, exponent);
        return;
    }
    loom_put_unsigned(out, digits);
    loom_put_byte(out, 'e');
    loom_put_integer(out, exponent);
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

/* Up to 19 digits count; what comes after only moves the decimal point. */
#define SIGNIFICANT_MAX UINT64_C(1000000000000000000)

struct digits {
    uint64_t value;
    size_t kept;
    size_t dropped;
};

static size_t take_digits(struct loom_text text, size_t at, struct digits *digits)
{
    size_t begin = at;
    digits->kept = 0;
    digits->dropped = 0;
    for (; at < text.length && is_digit(text.data[at]); at++) {
        if (digits->value < SIGNIFICANT_MAX) {
            digits->value = digits->value * 10 + (uint64_t)(text.data[at] - '0');
            digits->kept++;
        } else {
            digits->dropped++;
        }
    }
    return at - begin;
}

/* As an exponent: beyond this a double is 0 or infinite, whatever its digits. */
static int as_exponent(size_t count)
{
    return count > EXPONENT_MAX ? EXPONENT_MAX : (int)count;
}

static bool take_exponent(struct loom_text text, size_t at, int *exponent)
{
    bool negative = false;
    int64_t written;
    if (at < text.length && (text.data[at] == '+' || text.data[at] == '-')) {
        negative = text.data[at++] == '-';
    }
    struct loom_text number = {text.data + at, text.length - at};
    if (at >= text.length || text.data[at] == '-' || !loom_text_to_integer(number, &written)) {
        return false;
    }
    int bounded = written > 2 * EXPONENT_MAX ? 2 * EXPONENT_MAX : (int)written;
    *exponent += negative ? -bounded : bounded;
    return true;
}

bool loom_text_to_float(struct loom_text text, double *value)
{
    size_t at = 0;
    bool negative = text.length > 0 && text.data[0] == '-';
    if (text.length > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
        at++;
    }
    struct digits digits = {0, 0, 0};
    size_t whole = take_digits(text, at, &digits);
    int exponent = as_exponent(digits.dropped);
    size_t fraction = 0;
    at += whole;
    if (at < text.length && text.data[at] == '.') {
        at++;
        fraction = take_digits(text, at, &digits);
        exponent -= as_exponent(digits.kept);
        at += fraction;
    }
    if (whole + fraction == 0) {
        return false;
    }
    if (at < text.length) {
        if ((text.data[at] != 'e' && text.data[at] != 'E') ||
            !take_exponent(text, at + 1, &exponent)) {
            return false;
        }
    }
    double magnitude = loom_decimal_to_double(digits.value, exponent);
    if (magnitude > DBL_MAX) {
        return false; /* too large for a double */
    }
    *value = negative ? -magnitude : magnitude;
    return true;
}
