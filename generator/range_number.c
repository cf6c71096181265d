/* SPDX-License-Identifier: Apache-2.0 */
#include "range_number.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define INT64_MAGNITUDE UINT64_C(9223372036854775807)

static bool is_digit(char c)
{
    return isdigit((unsigned char)c) != 0;
}

/* ---- forms ----------------------------------------------------------------------------------- */

static void set_whole(struct loomc_arena *arena, struct loomc_number *number, uint64_t value)
{
    number->whole = loomc_format(arena, "%" PRIu64, value);
    number->fraction = "";
    number->exponent = "";
    number->plain = false;
}

/* `0x1F`. @return what follows, or NULL. */
static const char *read_hex(struct loomc_arena *arena, const char *p, struct loomc_number *number)
{
    char *end = NULL;

    if (p[0] != '0' || (p[1] != 'x' && p[1] != 'X') || !isxdigit((unsigned char)p[2])) {
        return NULL;
    }
    size_t digits = strspn(p + 2, "0123456789abcdefABCDEF");

    if (digits > 16 || isalnum((unsigned char)p[2 + digits])) {
        return NULL;
    }
    set_whole(arena, number, strtoull(p + 2, &end, 16));
    return end;
}

static bool read_small(const char **text, unsigned most, unsigned *value)
{
    const char *p = *text;

    *value = 0;
    while (is_digit(*p) && *value <= most) {
        *value = *value * 10 + (unsigned)(*p++ - '0');
    }
    if (p == *text || *value > most || is_digit(*p)) {
        return false;
    }
    *text = p;
    return true;
}

/* What is added to a power: `-1`, and with blanks nothing but `- 1`. `2^4-2^8` adds nothing. */
static int64_t read_addend(const char **text)
{
    const char *p = *text + strspn(*text, " ");
    bool minus = *p == '-';
    unsigned most = p > *text ? 1 : 9;
    unsigned addend;

    if (*p != '-' && *p != '+') {
        return 0;
    }
    p++;
    p += strspn(p, " ");
    if (!read_small(&p, most, &addend) || *p == '^' || *p == '*' || *p == '.' ||
        isalpha((unsigned char)*p)) {
        return 0;
    }
    *text = p;
    return minus ? -(int64_t)addend : (int64_t)addend;
}

/* `2^28-1` or `2**28 - 1`. @return what follows, or NULL. */
static const char *read_power(struct loomc_arena *arena, const char *p, struct loomc_number *number)
{
    unsigned base;
    unsigned exponent;
    uint64_t value = 1;
    bool full = false; /* 2^64, of which at least 1 is to be taken */

    if (!read_small(&p, 99, &base)) {
        return NULL;
    }
    p += strspn(p, " ");
    if (*p != '^' && !(p[0] == '*' && p[1] == '*')) {
        return NULL;
    }
    p += *p == '^' ? 1 : 2;
    p += strspn(p, " ");
    if (!read_small(&p, 64, &exponent) || base == 0) {
        return NULL;
    }
    for (; exponent > 0; exponent--) {
        if (full || value > UINT64_MAX / base) {
            full = !full && exponent == 1 && value == UINT64_MAX / base + 1 && base == 2;
            if (!full) {
                return NULL;
            }
            value = 0;
        } else {
            value *= base;
        }
    }
    int64_t addend = read_addend(&p);

    if (full && number->negative) {
        return NULL;
    }
    if (full ? addend >= 0
             : (addend < 0 ? value < (uint64_t)-addend : value > UINT64_MAX - (uint64_t)addend)) {
        return NULL;
    }
    if (number->negative) {
        addend = -addend;
    }
    set_whole(arena, number, value + (uint64_t)addend);
    return p;
}

/* Digits in groups of three with a sign between them that can mean nothing else. */
static bool goes_on(const char *p)
{
    return (*p == '\'' || *p == '_') && is_digit(p[1]) && is_digit(p[2]) && is_digit(p[3]) &&
           !is_digit(p[4]);
}

/* A point belongs to the number only if a digit follows: `1...15` is 1 and 15. */
static const char *read_plain(struct loomc_arena *arena, const char *p, struct loomc_number *number)
{
    char digits[LOOMC_DIGITS_MAX + 1];
    size_t count = 0;
    size_t whole = 0;
    bool grouped = false;

    for (;; p++) {
        if (*p == '.' && is_digit(p[1])) {
            whole = number->points++ == 0 ? count : whole;
        } else if (goes_on(p) && number->points == 0) {
            grouped = true;
            continue;
        } else if (!is_digit(*p)) {
            break;
        }
        if (count == LOOMC_DIGITS_MAX) {
            return NULL;
        }
        digits[count++] = *p;
    }
    whole = number->points == 0 ? count : whole;
    if (count == 0) {
        return NULL;
    }
    number->grouped = grouped;
    number->plain = !grouped;
    number->whole = whole > 0 ? loomc_copy(arena, digits, whole) : "0";
    number->fraction =
        number->points > 0 ? loomc_copy(arena, digits + whole + 1, count - whole - 1) : "";
    number->exponent = "";
    if (*p == 'e' || *p == 'E') {
        const char *digit = p[1] == '-' || p[1] == '+' ? p + 2 : p + 1;
        size_t length = strspn(digit, "0123456789");

        if (length == 0 || length > 3 || isalpha((unsigned char)digit[length])) {
            return NULL;
        }
        number->exponent = loomc_copy(arena, p, (size_t)(digit - p) + length);
        number->plain = false;
        p = digit + length;
    }
    return p;
}

bool loomc_number_read(struct loomc_arena *arena, const char **text, struct loomc_number *number)
{
    const char *p = *text;
    const char *end;

    memset(number, 0, sizeof *number);
    number->sign = *p == '-' || *p == '+';
    number->negative = *p == '-';
    p += number->sign ? 1 : 0;
    end = read_hex(arena, p, number);
    if (end == NULL) {
        end = read_power(arena, p, number);
    }
    if (end == NULL) {
        end = read_plain(arena, p, number);
    }
    if (end == NULL) {
        return false;
    }
    *text = end;
    return true;
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static bool add_digit(uint64_t *magnitude, char c)
{
    uint64_t digit = (uint64_t)(c - '0');

    if (*magnitude > (UINT64_MAX - digit) / 10) {
        return false;
    }
    *magnitude = *magnitude * 10 + digit;
    return true;
}

static enum loomc_misfit whole_bound(enum loomc_type type, const struct loomc_number *number,
                                     struct loomc_bound *bound)
{
    uint64_t most = UINT64_MAX;

    if (strspn(number->fraction, "0") != strlen(number->fraction) ||
        strchr(number->exponent, '-') != NULL) {
        return LOOMC_MISFIT_FRACTION;
    }
    for (const char *p = number->whole; *p != '\0'; p++) {
        if (!add_digit(&bound->magnitude, *p)) {
            return LOOMC_MISFIT_SIZE;
        }
    }
    unsigned long tens = *number->exponent != '\0' ? strtoul(number->exponent + 1, NULL, 10) : 0;

    for (; tens > 0 && bound->magnitude > 0; tens--) {
        if (!add_digit(&bound->magnitude, '0')) {
            return LOOMC_MISFIT_SIZE;
        }
    }
    bound->negative = number->negative && bound->magnitude > 0;
    if (bound->negative && type != LOOMC_INTEGER) {
        return LOOMC_MISFIT_NEGATIVE;
    }
    if (bound->negative) {
        most = INT64_MAGNITUDE + 1;
    }
    return bound->magnitude <= most ? LOOMC_FITS : LOOMC_MISFIT_SIZE;
}

enum loomc_misfit loomc_number_bound(struct loomc_arena *arena, enum loomc_type type,
                                     const struct loomc_number *number, struct loomc_bound *bound)
{
    memset(bound, 0, sizeof *bound);
    if (type != LOOMC_FLOAT) {
        return whole_bound(type, number, bound);
    }
    bool decimal = *number->fraction != '\0';

    bound->digits = loomc_format(arena, "%s%s%s%s%s", number->negative ? "-" : "", number->whole,
                                 decimal                     ? "."
                                 : *number->exponent != '\0' ? ""
                                                             : ".0",
                                 number->fraction, number->exponent);
    /* The program never leaves the "C" locale, so the point is a point. */
    bound->number = strtod(bound->digits, NULL);
    bound->negative = number->negative && bound->number != 0;
    return bound->number - bound->number == 0 ? LOOMC_FITS : LOOMC_MISFIT_SIZE;
}
