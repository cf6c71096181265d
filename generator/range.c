/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "range.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 40u

#define INT64_MAGNITUDE UINT64_C(9223372036854775807)

enum separator { SEPARATOR_END, SEPARATOR_DOTS, SEPARATOR_HYPHEN, SEPARATOR_LIST };
enum unit { UNIT_NONE, UNIT_BYTES, UNIT_OTHER };

struct number {
    struct loomc_bound bound;
    bool decimal;
    bool sign;
    bool too_large;
    enum separator next; /* what stands between this number and the one after it */
};

/* The text taken apart: numbers, what separates them, and a unit behind them. */
struct numbers {
    struct number items[2 * LOOMC_RANGES_MAX];
    size_t count;
    enum unit unit;
};

static void skip_blanks(const char **text)
{
    while (**text == ' ') {
        ++*text;
    }
}

static bool skip_word(const char **text, const char *word)
{
    size_t length = strlen(word);

    if (strncasecmp(*text, word, length) != 0 || isalnum((unsigned char)(*text)[length])) {
        return false;
    }
    *text += length;
    return true;
}

/* A point belongs to the number only if a digit follows: `1...15` is 1 and 15. */
static bool read_number(struct loomc_arena *arena, const char **text, struct number *number)
{
    const char *p = *text;

    memset(number, 0, sizeof *number);
    number->sign = *p == '-' || *p == '+';
    number->bound.negative = *p == '-';
    if (number->sign) {
        p++;
    }
    const char *digits = p;

    for (; isdigit((unsigned char)*p); p++) {
        uint64_t digit = (uint64_t)(*p - '0');

        if (number->bound.magnitude > (UINT64_MAX - digit) / 10) {
            number->too_large = true;
        } else {
            number->bound.magnitude = number->bound.magnitude * 10 + digit;
        }
    }
    if (p == digits) {
        return false;
    }
    if (*p == '.' && isdigit((unsigned char)p[1])) {
        number->decimal = true;
        p++;
        while (isdigit((unsigned char)*p)) {
            p++;
        }
    }
    if ((size_t)(p - digits) > DIGITS_MAX) {
        return false;
    }
    number->bound.digits = loomc_format(arena, "%s%.*s%s", number->bound.negative ? "-" : "",
                                        (int)(p - digits), digits, number->decimal ? "" : ".0");
    /* The program never leaves the "C" locale, so the point is a point. */
    number->bound.number = strtod(number->bound.digits, NULL);
    if (number->bound.magnitude == 0 && !number->decimal) {
        number->bound.negative = false;
    }
    *text = p;
    return true;
}

static enum separator read_separator(const char **text)
{
    skip_blanks(text);
    if (strncmp(*text, "...", 3) == 0) {
        *text += 3;
        return SEPARATOR_DOTS;
    }
    if (strncmp(*text, "..", 2) == 0) {
        *text += 2;
        return SEPARATOR_DOTS;
    }
    if (**text == ',') {
        ++*text;
        return SEPARATOR_LIST;
    }
    if (skip_word(text, "or")) {
        return SEPARATOR_LIST;
    }
    if (**text == '-') {
        const char *after = *text + 1;

        skip_blanks(&after);
        if (isdigit((unsigned char)*after)) {
            *text = after;
            return SEPARATOR_HYPHEN;
        }
    }
    return SEPARATOR_END;
}

static enum unit read_unit(const char **text)
{
    skip_blanks(text);
    if (skip_word(text, "bytes") || skip_word(text, "byte")) {
        return UNIT_BYTES;
    }
    if (**text == '-') {
        ++*text;
    }
    if (skip_word(text, "bits") || skip_word(text, "bit")) {
        return UNIT_OTHER;
    }
    return UNIT_NONE;
}

static bool read_bracketed(struct loomc_arena *arena, const char *text, struct numbers *numbers)
{
    text++;
    skip_blanks(&text);
    if (!read_number(arena, &text, &numbers->items[0])) {
        return false;
    }
    skip_blanks(&text);
    if (*text++ != ':') {
        return false;
    }
    skip_blanks(&text);
    if (!read_number(arena, &text, &numbers->items[1])) {
        return false;
    }
    skip_blanks(&text);
    numbers->items[0].next = SEPARATOR_DOTS;
    numbers->items[1].next = SEPARATOR_END;
    numbers->count = 2;
    return strcmp(text, "]") == 0;
}

static bool read_numbers(struct loomc_arena *arena, const char *text, struct numbers *numbers)
{
    numbers->count = 0;
    numbers->unit = UNIT_NONE;
    if (*text == '[') {
        return read_bracketed(arena, text, numbers);
    }
    for (;;) {
        struct number *number = &numbers->items[numbers->count];

        skip_blanks(&text);
        if (numbers->count == 2 * LOOMC_RANGES_MAX || !read_number(arena, &text, number)) {
            return false;
        }
        numbers->count++;
        number->next = read_separator(&text);
        if (number->next == SEPARATOR_END) {
            break;
        }
    }
    numbers->unit = read_unit(&text);
    skip_blanks(&text);
    return *text == '\0';
}

int loomc_bound_compare(enum loomc_type type, const struct loomc_bound *a,
                        const struct loomc_bound *b)
{
    if (type == LOOMC_FLOAT) {
        return (a->number > b->number) - (a->number < b->number);
    }
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    int order = (a->magnitude > b->magnitude) - (a->magnitude < b->magnitude);

    return a->negative ? -order : order;
}

static void add_range(struct loomc_ranges *ranges, const struct number *min,
                      const struct number *max)
{
    ranges->items[ranges->count].min = min->bound;
    ranges->items[ranges->count].max = max->bound;
    ranges->count++;
}

/* Puts the numbers from `first` to the next list separator into `ranges`. @return the number after
 * them, or 0 if they have no single meaning. */
static size_t add_group(const struct numbers *numbers, size_t first, struct loomc_ranges *ranges)
{
    const struct number *items = numbers->items;
    size_t last = first;
    bool hyphens = true;

    while (items[last].next == SEPARATOR_DOTS || items[last].next == SEPARATOR_HYPHEN) {
        hyphens = hyphens && items[last].next == SEPARATOR_HYPHEN;
        last++;
    }
    if (last == first) {
        add_range(ranges, &items[first], &items[first]);
    } else if (last == first + 1 && (!hyphens || (!items[first].sign && !items[last].sign))) {
        add_range(ranges, &items[first], &items[last]);
    } else if (hyphens && numbers->unit == UNIT_BYTES) {
        for (size_t i = first; i <= last; i++) {
            add_range(ranges, &items[i], &items[i]);
        }
    } else {
        return 0;
    }
    return last + 1;
}

static bool is_length(enum loomc_type type)
{
    return type == LOOMC_STRING || type == LOOMC_OPAQUE || type == LOOMC_CORELNK;
}

/* What keeps the numbers from being bounds of this type, or NULL. */
static const char *misfit(enum loomc_type type, const struct numbers *numbers)
{
    if (numbers->unit == UNIT_OTHER || (numbers->unit == UNIT_BYTES && !is_length(type))) {
        return "a width says nothing about the values";
    }
    if (numbers->count == 1) {
        return "a single number may be a value, a width or a length";
    }
    if (type == LOOMC_FLOAT) {
        return NULL;
    }
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->items[i].decimal) {
            return "the type has whole numbers only";
        }
        if (numbers->items[i].too_large) {
            return "a bound has more than 64 bits";
        }
        if (numbers->items[i].bound.negative && type != LOOMC_INTEGER) {
            return "a bound is negative";
        }
        if (numbers->items[i].bound.negative &&
            numbers->items[i].bound.magnitude > INT64_MAGNITUDE + 1) {
            return "a bound has more than 64 bits";
        }
    }
    return NULL;
}

static bool covers_type(enum loomc_type type, const struct loomc_range *range)
{
    if (type == LOOMC_INTEGER) {
        return range->min.negative && range->min.magnitude == INT64_MAGNITUDE + 1 &&
               range->max.magnitude == INT64_MAGNITUDE && !range->max.negative;
    }
    return type == LOOMC_UNSIGNED && range->min.magnitude == 0 &&
           range->max.magnitude == UINT64_MAX;
}

/* Makes the ranges fit the type and puts inverted bounds right. */
static const char *settle(enum loomc_type type, struct loomc_ranges *ranges)
{
    const char *remark = NULL;

    for (size_t i = 0; i < ranges->count; i++) {
        struct loomc_range *range = &ranges->items[i];

        if (loomc_bound_compare(type, &range->min, &range->max) > 0) {
            struct loomc_bound min = range->max;

            range->max = range->min;
            range->min = min;
            remark = "lower and upper bound are exchanged; read the other way round";
        }
        if (type == LOOMC_INTEGER && !range->min.negative &&
            range->min.magnitude > INT64_MAGNITUDE) {
            ranges->count = 0;
            return "not enforced: no Integer is that large";
        }
        if (type == LOOMC_INTEGER && !range->max.negative &&
            range->max.magnitude > INT64_MAGNITUDE) {
            range->max.magnitude = INT64_MAGNITUDE;
            remark = "no Integer is that large; the largest is taken as upper bound";
        }
        if (covers_type(type, range)) {
            ranges->count = 0;
            return remark;
        }
    }
    return remark;
}

const char *loomc_range_read(struct loomc_arena *arena, enum loomc_type type, const char *text,
                             struct loomc_ranges *ranges)
{
    struct numbers numbers;

    ranges->items = NULL;
    ranges->count = 0;
    if (*text == '\0') {
        return NULL;
    }
    if (type == LOOMC_NONE || type == LOOMC_BOOLEAN || type == LOOMC_TIME || type == LOOMC_OBJLNK) {
        return "not enforced: the type has no ranges";
    }
    if (!read_numbers(arena, text, &numbers)) {
        return "not enforced: not a range of numbers";
    }
    const char *reason = misfit(type, &numbers);

    if (reason != NULL) {
        return loomc_format(arena, "not enforced: %s", reason);
    }
    ranges->items = loomc_alloc(arena, numbers.count * sizeof ranges->items[0]);
    for (size_t next = 0; next < numbers.count;) {
        next = add_group(&numbers, next, ranges);
        if (next == 0) {
            ranges->count = 0;
            return "not enforced: more than one reading is possible";
        }
    }
    if (ranges->count > LOOMC_RANGES_MAX) {
        ranges->count = 0;
        return "not enforced: too many ranges";
    }
    return settle(type, ranges);
}
