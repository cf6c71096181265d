/* SPDX-License-Identifier: Apache-2.0 */
/* Values of all types as text, floats among them. Apart from the other types: a product whose text
 * has no floats does without this file. */
#include "codec/decimal.h"
#include "codec/number.h"
#include "codec/text.h"

#include <string.h>

/* The bits of what is infinite. */
#define INFINITE (UINT64_C(0x7FF) << 52)

/* ---- writing --------------------------------------------------------------------------------- */

/* What is printed: the first digits of a double, and the power of ten behind which they are. */
struct printed {
    char digits[LOOM_DOUBLE_DIGITS];
    int32_t count;
    int32_t point;
};

/* Takes the first digits of all, with one more in the last place if `up`. @return whether they read
 * back as the double */
static bool reads_back(struct printed *printed, const char *all, int32_t point, bool up,
                       double value)
{
    struct loom_decimal decimal = {printed->digits, printed->count, LOOM_NO_POINT, point};
    memcpy(printed->digits, all, (size_t)printed->count);
    for (int32_t at = printed->count; up && at > 0;) {
        up = printed->digits[--at] == '9';
        printed->digits[at] = up ? '0' : (char)(printed->digits[at] + 1);
    }
    if (up) { /* nines alone */
        printed->digits[0] = '1';
        decimal.point++;
    }
    printed->point = decimal.point;
    return loom_double_bits(loom_decimal_to_double(&decimal)) == loom_double_bits(value);
}

/* As few digits as read back as the double, which is above 0 and finite: below it or above,
 * whichever is nearer. If some digits read back, so do more of them. */
static void shorten(struct printed *printed, double value)
{
    char all[LOOM_DOUBLE_DIGITS + 1];
    int32_t point = loom_double_digits(value, all);
    int32_t low = 1;
    int32_t high = LOOM_DOUBLE_DIGITS;
    bool good = false;
    while (low < high || !good) {
        printed->count = (low + high) / 2;
        bool up = all[printed->count] >= '5';
        good = reads_back(printed, all, point, up, value) ||
               reads_back(printed, all, point, !up, value);
        if (good) {
            high = printed->count;
        } else {
            low = printed->count + 1;
        }
    }
}

/* Plain decimals, as the standard's examples have them, as long as they stay readable. */
#define PLAIN_EXPONENT_MIN (-25)
#define PLAIN_POINT_MAX    17

static void put_plain(struct loom_output *out, const struct printed *printed)
{
    int32_t at = printed->point > 0 ? 0 : printed->point - 1;
    for (; at < printed->count || at < printed->point; at++) {
        if (at == printed->point) {
            loom_put_byte(out, '.');
        }
        loom_put_byte(out, at < 0 || at >= printed->count ? '0' : (uint8_t)printed->digits[at]);
    }
}

void loom_put_float(struct loom_output *out, double value)
{
    struct printed printed = {"0", 1, 1};
    uint64_t bits = loom_double_bits(value);
    uint64_t magnitude = bits & ~(UINT64_C(1) << 63);
    if (magnitude <= INFINITE && bits != magnitude) { /* zero has a sign, too */
        loom_put_byte(out, '-');
    }
    if (magnitude >= INFINITE) {
        loom_put_text(out, magnitude == INFINITE ? "inf" : "nan");
        return;
    }
    if (magnitude != 0) {
        shorten(&printed, loom_double_of_bits(magnitude));
    }
    int32_t exponent = printed.point - printed.count;
    if (exponent >= PLAIN_EXPONENT_MIN && printed.point <= PLAIN_POINT_MAX) {
        put_plain(out, &printed);
        return;
    }
    loom_put_bytes(out, printed.digits, (size_t)printed.count);
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

/* Moves over a sign. @return whether it is a minus */
static bool take_sign(const char **at, const char *end)
{
    bool minus = *at < end && **at == '-';
    if (minus || (*at < end && **at == '+')) {
        ++*at;
    }
    return minus;
}

/* Digits with at most one point among them. @return where they end; NULL: there are none */
static const char *take_digits(const char *at, const char *end, struct loom_decimal *decimal)
{
    const char *first = at;
    const char *point = NULL;
    for (; at < end && (is_digit(*at) || (*at == '.' && point == NULL)); at++) {
        point = *at == '.' ? at : point;
    }
    if (at - first == (point == NULL ? 0 : 1)) {
        return NULL;
    }
    point = point == NULL ? at : point;
    while (first < at && (*first == '0' || first == point)) {
        first++;
    }
    decimal->digits = first;
    decimal->count = (int32_t)(at - first);
    decimal->before = LOOM_NO_POINT;
    decimal->point = (int32_t)(point - first) + 1;
    if (first <= point) {
        decimal->before = --decimal->point;
        decimal->count -= point < at ? 1 : 0;
    }
    return at;
}

/* @return whether nothing else is there */
static bool take_exponent(const char *at, const char *end, int32_t *point)
{
    int32_t exponent = 0;
    bool negative = take_sign(&at, end);
    bool any = at < end;
    for (; at < end && is_digit(*at); at++) {
        if (exponent < EXPONENT_MAX) {
            exponent = exponent * 10 + (*at - '0');
        }
    }
    *point += negative ? -exponent : exponent;
    return any && at == end;
}

bool loom_text_to_float(struct loom_text text, double *value)
{
    struct loom_decimal decimal;
    const char *at = text.data;
    if (text.length == 0 || text.length > INT32_MAX / 2) {
        return false;
    }
    const char *end = at + text.length;
    bool negative = take_sign(&at, end);
    at = take_digits(at, end, &decimal);
    if (at == NULL ||
        (at < end && ((*at | 0x20) != 'e' || !take_exponent(at + 1, end, &decimal.point)))) {
        return false;
    }
    double magnitude = loom_decimal_to_double(&decimal);
    *value = negative ? -magnitude : magnitude;
    return loom_double_bits(magnitude) < INFINITE;
}

/* ---- values ---------------------------------------------------------------------------------- */

void loom_text_put(struct loom_output *out, const struct loom_value *value)
{
    if (value->type == LOOM_FLOAT) {
        loom_put_float(out, value->as.number);
    } else if (value->type == LOOM_OPAQUE) {
        loom_put_base64(out, value->as.opaque);
    } else {
        loom_plain_put(out, value);
    }
}

enum loom_status loom_text_get(struct loom_text text, enum loom_type type, struct loom_value *value,
                               uint8_t *scratch, size_t scratch_size)
{
    if (type == LOOM_OPAQUE) {
        return loom_opaque_get(text, value, scratch, scratch_size);
    }
    if (type != LOOM_FLOAT) {
        return loom_plain_get(text, type, value);
    }
    value->type = type;
    return loom_text_to_float(text, &value->as.number) ? LOOM_OK : LOOM_BAD_REQUEST;
}
