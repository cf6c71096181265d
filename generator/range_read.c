/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "range_read.h"

#include "enumeration_list.h"
#include "range_join.h"
#include "range_parse.h"
#include "range_set.h"
#include "range_text.h"
#include "range_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Most readings that a message names. */
#define READINGS_MAX 4u

/* ---- all readings of a text ------------------------------------------------------------------ */

struct readings {
    struct loomc_arena *arena;
    enum loomc_type type;
    const struct loomc_token_of_range *tokens;
    struct loomc_doubts doubts;
    struct loomc_reading plain; /* in which every sign has its first meaning */
    struct loomc_reading items[READINGS_MAX];
    size_t count;   /* different ones that can be enforced or, were the type another, could be */
    size_t good;    /* of them: those that can be enforced */
    bool thousands; /* one of them has commas that part thousands */
};

/* The only list that a comma in `1,000..10,000` or `1,5..2,5` could part is an odd one. */
static bool is_odd(const struct readings *readings, const struct loomc_reading *reading)
{
    return reading->exchanged || reading->leading_zeros ||
           loomc_set_overlaps(readings->type, &reading->ranges);
}

/* Whether what cannot be enforced is a reading nevertheless, beside those that can. */
static bool counts(const struct readings *readings, const struct loomc_view *view,
                   const struct loomc_reading *reading)
{
    bool odd = readings->plain.verdict != LOOMC_READ || is_odd(readings, &readings->plain);

    switch (reading->verdict) {
    case LOOMC_READ:
        return true;
    case LOOMC_READ_LONE:
        return true;
    case LOOMC_READ_FRACTION:
        return readings->doubts.points ||
               (view->comma == LOOMC_COMMA_DECIMAL && odd && !readings->thousands);
    default:
        return false;
    }
}

static bool is_known(const struct readings *readings, const struct loomc_reading *reading)
{
    for (size_t i = 0; i < readings->count; i++) {
        const struct loomc_reading *known = &readings->items[i];

        /* `1-2-3` is so odd that it may be something else altogether. */
        if (known->verdict == reading->verdict &&
            (reading->verdict == LOOMC_READ && !readings->doubts.chain
                 ? loomc_set_equal(readings->arena, readings->type, &known->ranges,
                                   &reading->ranges)
                 : strcmp(known->text, reading->text) == 0)) {
            return true;
        }
    }
    return false;
}

static void read_as(struct readings *readings, const struct loomc_view *view)
{
    struct loomc_reading reading =
        loomc_range_parse(readings->arena, readings->type, readings->tokens, view);

    if (!counts(readings, view, &reading) || is_known(readings, &reading) ||
        readings->count == READINGS_MAX) {
        return;
    }
    /* `1,000..9,000` with decimal commas is 1..9: nobody writes a whole number so. */
    if (view->comma == LOOMC_COMMA_DECIMAL && readings->type != LOOMC_FLOAT &&
        reading.verdict != LOOMC_READ_FRACTION) {
        return;
    }
    readings->items[readings->count++] = reading;
    readings->good += reading.verdict == LOOMC_READ ? 1 : 0;
    readings->thousands = readings->thousands || view->comma == LOOMC_COMMA_THOUSANDS;
}

/* Bounds in order, and two of them. */
static bool is_upward(const struct readings *readings, const struct loomc_view *view)
{
    struct loomc_reading reading =
        loomc_range_parse(readings->arena, readings->type, readings->tokens, view);

    for (size_t i = 0; i < reading.ranges.count; i++) {
        const struct loomc_range *range = &reading.ranges.items[i];

        if (loomc_bound_compare(readings->type, &range->min, &range->max) == 0) {
            return false;
        }
    }
    return reading.verdict == LOOMC_READ && !reading.exchanged;
}

/* `-1-5` is -1..5, for nobody writes -1 to -5, and `-5-5` is no single value; `-5-1` may be both.
 */
static void read_signs(struct readings *readings, struct loomc_view view)
{
    struct loomc_view other = view;

    other.hyphen = LOOMC_HYPHEN_OTHER;
    bool first = is_upward(readings, &view);
    bool second = is_upward(readings, &other);
    bool told = readings->doubts.touching && first != second;

    if (first || !told) {
        read_as(readings, &view);
    }
    if (second || !told) {
        read_as(readings, &other);
    }
}

static void read_hyphens(struct readings *readings, struct loomc_view view)
{
    const struct loomc_doubts *doubts = &readings->doubts;

    /* `16-32-48 bytes` are lengths. */
    if (doubts->chain && doubts->bytes) {
        view.hyphen = LOOMC_HYPHEN_LIST;
        read_as(readings, &view);
        return;
    }
    if (doubts->hyphens) {
        read_signs(readings, view);
    } else {
        read_as(readings, &view);
    }
    if (doubts->chain) {
        view.hyphen = LOOMC_HYPHEN_LIST;
        read_as(readings, &view);
    }
    view.hyphen = LOOMC_HYPHEN_RANGE;
    if (doubts->interval) {
        view.interval = true;
        read_as(readings, &view);
    }
}

static void read_gaps(struct readings *readings, struct loomc_view view)
{
    read_hyphens(readings, view);
    if (readings->doubts.pair) {
        view.gap = LOOMC_GAP_RANGE;
        read_hyphens(readings, view);
    }
    if (readings->doubts.gaps) {
        view.gap = LOOMC_GAP_THOUSANDS;
        read_hyphens(readings, view);
    }
}

static void read_all(struct readings *readings)
{
    const struct loomc_doubts *doubts = &readings->doubts;
    struct loomc_view view = {LOOMC_COMMA_LIST, false, LOOMC_GAP_LIST, LOOMC_HYPHEN_RANGE, false};

    if (doubts->chain && doubts->bytes) {
        view.hyphen = LOOMC_HYPHEN_LIST;
    }
    readings->plain = loomc_range_parse(readings->arena, readings->type, readings->tokens, &view);
    view.hyphen = LOOMC_HYPHEN_RANGE;
    for (unsigned grouped = 0; grouped <= (doubts->points ? 1u : 0u); grouped++) {
        view.points_group = grouped == 1;
        view.comma = LOOMC_COMMA_LIST;
        read_gaps(readings, view);
        if (doubts->commas) {
            view.comma = LOOMC_COMMA_THOUSANDS;
            read_gaps(readings, view);
            view.comma = LOOMC_COMMA_DECIMAL;
            read_gaps(readings, view);
        }
    }
}

/* ---- what is said of them -------------------------------------------------------------------- */

static const char *name_readings(const struct readings *readings)
{
    const char *names = "";

    for (size_t i = 0; i < readings->count; i++) {
        names = loomc_format(readings->arena, "%s%s\"%s\"", names,
                             i == 0                     ? ""
                             : i + 1 == readings->count ? " or as "
                                                        : ", as ",
                             readings->items[i].text);
    }
    return loomc_format(readings->arena, "not enforced: more than one reading is possible, as %s",
                        names);
}

static const char *reason(enum loomc_type type, enum loomc_verdict verdict)
{
    switch (verdict) {
    case LOOMC_READ_LONE:
        return "not enforced: a single number may be a value, a width or a length";
    case LOOMC_READ_FRACTION:
        return "not enforced: the type has whole numbers only";
    case LOOMC_READ_NEGATIVE:
        return "not enforced: a bound is negative";
    case LOOMC_READ_SIZE:
        return "not enforced: a bound has more than 64 bits";
    case LOOMC_READ_WIDTH:
        return "not enforced: a width says nothing about the values";
    case LOOMC_READ_OPEN:
        return "not enforced: a bound that is not allowed itself cannot be enforced here";
    case LOOMC_READ_TOO_MANY:
        return "not enforced: too many ranges";
    default:
        return loomc_type_has_length(type)
                   ? "not enforced: neither lengths nor strings in quotation marks"
                   : "not enforced: not a range of numbers";
    }
}

/* ---- what is enforced ------------------------------------------------------------------------ */

static bool covers_type(enum loomc_type type, const struct loomc_range *range)
{
    if (type == LOOMC_INTEGER) {
        return range->min.negative && range->min.magnitude == (uint64_t)INT64_MAX + 1 &&
               range->max.magnitude == INT64_MAX && !range->max.negative;
    }
    return (type == LOOMC_UNSIGNED || loomc_type_has_length(type)) && range->min.magnitude == 0 &&
           range->max.magnitude == UINT64_MAX;
}

static bool is_larger_than_integers(const struct loomc_bound *bound)
{
    return !bound->negative && bound->magnitude > INT64_MAX;
}

/* Makes the only reading the ranges. @return NULL, or what is to be said of it. */
static const char *settle(const struct readings *readings, const struct loomc_reading *reading,
                          struct loomc_ranges *ranges)
{
    const char *remark =
        reading->exchanged ? "lower and upper bound are exchanged; read the other way round" : NULL;

    *ranges = reading->ranges;
    for (size_t i = 0; readings->type == LOOMC_INTEGER && i < ranges->count; i++) {
        struct loomc_range *range = &ranges->items[i];

        if (is_larger_than_integers(&range->min)) {
            ranges->count = 0;
            return "not enforced: no Integer is that large";
        }
        if (is_larger_than_integers(&range->max)) {
            range->max.magnitude = INT64_MAX;
            remark = "no Integer is that large; the largest is taken as upper bound";
        }
    }
    if (loomc_set_overlaps(readings->type, ranges)) {
        loomc_set_unite(readings->type, ranges);
        remark =
            loomc_format(readings->arena, "has parts that overlap or repeat; \"%s\" is enforced",
                         loomc_set_text(readings->arena, readings->type, ranges));
    }
    for (size_t i = 0; i < ranges->count; i++) {
        if (covers_type(readings->type, &ranges->items[i])) {
            ranges->count = 0;
        }
    }
    return remark;
}

/* `0..1`, `true,false`, `0: off, 1: on`: what every Boolean is. */
static bool says_boolean(const char *text)
{
    static const char *const words[] = {"0", "1", "true", "false", "or", "and", "to"};

    while (*text != '\0') {
        size_t length = 0;

        while (isalnum((unsigned char)text[length])) {
            length++;
        }
        bool known = length == 0;

        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            known =
                known || (strlen(words[i]) == length && strncasecmp(text, words[i], length) == 0);
        }
        if (!known) {
            return false;
        }
        text += length == 0 ? 1 : length;
    }
    return true;
}

/* `0: off, 1: on` */
static bool names_boolean(struct loomc_arena *arena, const char *text)
{
    struct loomc_list list;
    bool both = loomc_list_read(loomc_list_plain_text(arena, text), &list) && list.count == 2;

    return both && list.items[0].value + list.items[1].value == 1 &&
           list.items[0].value * list.items[1].value == 0;
}

const char *loomc_range_read(struct loomc_arena *arena, enum loomc_type type, const char *text,
                             struct loomc_ranges *ranges)
{
    struct loomc_token_of_range tokens[LOOMC_MARKS_MAX];
    struct readings readings = {.arena = arena, .type = type, .tokens = tokens};

    *ranges = (struct loomc_ranges){NULL, 0, NULL, 0, false, false};
    if (*text == '\0' ||
        (type == LOOMC_BOOLEAN && (says_boolean(text) || names_boolean(arena, text)))) {
        return NULL;
    }
    if (loomc_range_is_none(text)) {
        ranges->none = true;
        return "says that there is no range; an empty one says so, too";
    }
    if (type == LOOMC_NONE || type == LOOMC_BOOLEAN || type == LOOMC_TIME || type == LOOMC_OBJLNK) {
        return "not enforced: the type has no ranges";
    }
    if ((type == LOOMC_STRING || type == LOOMC_CORELNK) && loomc_range_is_quoted(arena, text)) {
        return loomc_range_read_texts(arena, text, ranges);
    }
    if (loomc_type_has_length(type) && loomc_range_counts_characters(text)) {
        return "not enforced: it counts characters, and a length is in bytes";
    }
    const char *plain = loomc_range_plain_text(arena, text, false);

    if (!loomc_range_scan(arena, loomc_range_without_words(arena, plain), tokens)) {
        return reason(type, LOOMC_UNREADABLE);
    }
    readings.doubts = loomc_range_doubts(type, tokens);
    read_all(&readings);
    if (readings.count > 1 && readings.good > 0) {
        ranges->several = true;
        return name_readings(&readings);
    }
    if (readings.good == 0) {
        return reason(type, readings.plain.verdict == LOOMC_UNREADABLE && readings.count > 0
                                ? readings.items[0].verdict
                                : readings.plain.verdict);
    }
    return settle(&readings, &readings.items[0], ranges);
}
