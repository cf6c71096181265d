/* SPDX-License-Identifier: Apache-2.0 */
#include "range_parse.h"

#include "range_join.h"
#include "range_set.h"

#include <string.h>

struct parser {
    struct loomc_arena *arena;
    enum loomc_type type; /* that the bounds are read as */
    const struct loomc_view *view;
    const struct loomc_token_of_range *next;
    struct loomc_reading reading;
    enum loomc_verdict fault; /* the first one: READ while there is none */
    bool bytes;
    bool bits;
    bool lone;
    bool ranged; /* there is a range among the items */
    bool gapped; /* nothing but a blank parts two items */
    size_t items;
};

static bool is(const struct parser *parser, enum loomc_mark mark)
{
    return parser->next->mark == mark;
}

static bool take(struct parser *parser, enum loomc_mark mark)
{
    bool found = is(parser, mark);

    parser->next += found ? 1 : 0;
    return found;
}

static void note(struct parser *parser, enum loomc_verdict fault)
{
    if (parser->fault == LOOMC_READ) {
        parser->fault = fault;
    }
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static struct loomc_bound bound_of(struct parser *parser, const struct loomc_number *number)
{
    static const enum loomc_verdict verdicts[] = {
        [LOOMC_FITS] = LOOMC_READ,
        [LOOMC_MISFIT_FRACTION] = LOOMC_READ_FRACTION,
        [LOOMC_MISFIT_NEGATIVE] = LOOMC_READ_NEGATIVE,
        [LOOMC_MISFIT_SIZE] = LOOMC_READ_SIZE,
    };
    struct loomc_bound bound;
    enum loomc_misfit misfit = loomc_number_bound(parser->arena, parser->type, number, &bound);

    if (number->points > 1) {
        note(parser, LOOMC_UNREADABLE);
    }
    if (misfit != LOOMC_FITS) {
        note(parser, verdicts[misfit]);
    }
    parser->reading.leading_zeros =
        parser->reading.leading_zeros ||
        (number->plain && number->whole[0] == '0' && number->whole[1] != '\0');
    return bound;
}

static void add(struct parser *parser, struct loomc_bound min, struct loomc_bound max)
{
    struct loomc_ranges *ranges = &parser->reading.ranges;

    if (ranges->count == LOOMC_RANGES_MAX) {
        note(parser, LOOMC_READ_TOO_MANY);
        return;
    }
    if (loomc_bound_compare(parser->type, &min, &max) > 0) {
        struct loomc_bound less = max;

        parser->reading.exchanged = true;
        max = min;
        min = less;
    }
    ranges->items[ranges->count++] = (struct loomc_range){min, max};
}

static void add_one(struct parser *parser, const struct loomc_number *number)
{
    struct loomc_bound bound = bound_of(parser, number);

    add(parser, bound, bound);
}

/* The next whole number in a direction. @return false if there is none. */
static bool step(const struct parser *parser, struct loomc_bound *bound, bool up)
{
    bool nearer = bound->magnitude > 0 && bound->negative == up;

    if (!up && bound->magnitude == 0 && parser->type != LOOMC_INTEGER) {
        return false;
    }
    bound->magnitude += nearer ? UINT64_MAX : 1; /* one less, or one more */
    bound->negative = (nearer ? bound->negative : !up) && bound->magnitude > 0;
    if (parser->type == LOOMC_INTEGER && bound->magnitude > (uint64_t)INT64_MAX + bound->negative) {
        return false;
    }
    return nearer || bound->magnitude > 0;
}

/* `(0, 5)`: bounds that are not allowed themselves. */
static void add_open(struct parser *parser, struct loomc_bound min, struct loomc_bound max)
{
    if (parser->type == LOOMC_FLOAT) {
        note(parser, LOOMC_READ_OPEN);
    } else if (!step(parser, &min, true) || !step(parser, &max, false) ||
               loomc_bound_compare(parser->type, &min, &max) > 0) {
        note(parser, LOOMC_UNREADABLE);
    } else {
        add(parser, min, max);
    }
}

static struct loomc_bound last_value(const struct parser *parser, bool most)
{
    bool is_signed = parser->type == LOOMC_INTEGER;
    struct loomc_bound bound = {false, 0, 0, NULL};

    if (parser->type == LOOMC_FLOAT) {
        struct loomc_number number = {
            .whole = "1", .fraction = "7976931348623157", .exponent = "e308", .negative = !most};

        loomc_number_bound(parser->arena, parser->type, &number, &bound);
    } else if (most) {
        bound.magnitude = is_signed ? INT64_MAX : UINT64_MAX;
    } else if (is_signed) {
        bound.negative = true;
        bound.magnitude = (uint64_t)INT64_MAX + 1;
    }
    return bound;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* `>= 5` without what may follow. */
static bool read_side(struct parser *parser, struct loomc_bound *bound)
{
    bool least = is(parser, LOOMC_MARK_LEAST);
    bool allowed = parser->next->sign == '=';

    parser->next++;
    if (!is(parser, LOOMC_MARK_NUMBER)) {
        return false;
    }
    *bound = bound_of(parser, &parser->next->number);
    parser->next++;
    if (!allowed && parser->type == LOOMC_FLOAT) {
        note(parser, LOOMC_READ_OPEN);
        return true;
    }
    return allowed || step(parser, bound, least);
}

static void add_side(struct parser *parser, bool least, struct loomc_bound bound)
{
    add(parser, least ? bound : last_value(parser, false),
        least ? last_value(parser, true) : bound);
}

/* `>= 5`, or the two sides of one range: `>= 1 and <= 5`, `min 1, max 5`. */
static bool read_comparison(struct parser *parser)
{
    bool least = is(parser, LOOMC_MARK_LEAST);
    enum loomc_mark other = least ? LOOMC_MARK_MOST : LOOMC_MARK_LEAST;
    struct loomc_bound first;
    struct loomc_bound second;

    parser->items++;
    if (!read_side(parser, &first)) {
        return false;
    }
    bool comma = is(parser, LOOMC_MARK_COMMA);
    bool sign = comma || (is(parser, LOOMC_MARK_LIST) && parser->next->sign == '&');

    if (parser->next[sign ? 1 : 0].mark != other) {
        bool same = parser->next[1].mark == (least ? LOOMC_MARK_LEAST : LOOMC_MARK_MOST);

        add_side(parser, least, first);
        return comma || !sign || !same; /* of `>= 5 and >= 7` one is too much */
    }
    parser->next += sign ? 1 : 0;
    if (!read_side(parser, &second)) {
        return false;
    }
    if (loomc_bound_compare(parser->type, least ? &first : &second, least ? &second : &first) <=
        0) {
        add(parser, least ? first : second, least ? second : first);
        return true;
    }
    /* `<= 5, >= 10` leaves out the middle; no number is both. */
    add_side(parser, least, first);
    add_side(parser, !least, second);
    return comma;
}

/* `1-2-3` with its first number taken. @return false if it is none. */
static bool read_chain(struct parser *parser, const struct loomc_number *first)
{
    const struct loomc_number *last = first;

    if (parser->view->hyphen == LOOMC_HYPHEN_LIST) {
        add_one(parser, first);
    }
    while (take(parser, LOOMC_MARK_HYPHEN)) {
        if (!is(parser, LOOMC_MARK_NUMBER)) {
            return false;
        }
        last = &parser->next++->number;
        if (parser->view->hyphen == LOOMC_HYPHEN_LIST) {
            add_one(parser, last);
        }
    }
    if (parser->view->hyphen != LOOMC_HYPHEN_LIST) {
        add(parser, bound_of(parser, first), bound_of(parser, last));
    }
    return true;
}

static bool is_chain(const struct loomc_token_of_range *next)
{
    return next[0].mark == LOOMC_MARK_HYPHEN && next[1].mark == LOOMC_MARK_NUMBER &&
           next[2].mark == LOOMC_MARK_HYPHEN;
}

/* A number, or two with a sign of a range between them. */
static bool read_numbers(struct parser *parser, bool in_brackets)
{
    const struct loomc_number *first = &parser->next->number;

    if (!take(parser, LOOMC_MARK_NUMBER)) {
        return false;
    }
    parser->items++;
    if (is_chain(parser->next)) {
        return read_chain(parser, first);
    }
    bool range = take(parser, LOOMC_MARK_TO) || take(parser, LOOMC_MARK_HYPHEN) ||
                 (in_brackets && take(parser, LOOMC_MARK_COLON));

    range = range || (parser->view->gap == LOOMC_GAP_RANGE && is(parser, LOOMC_MARK_NUMBER));
    if (!range) {
        parser->lone = true;
        add_one(parser, first);
        return true;
    }
    if (!is(parser, LOOMC_MARK_NUMBER)) {
        return false;
    }
    parser->ranged = true;
    add(parser, bound_of(parser, first), bound_of(parser, &parser->next->number));
    parser->next++;
    return true;
}

static void read_unit(struct parser *parser)
{
    if (take(parser, LOOMC_MARK_BYTES)) {
        parser->bytes = true;
    } else if (take(parser, LOOMC_MARK_BITS)) {
        parser->bits = true;
    }
}

static bool read_list(struct parser *parser, unsigned depth, char bracket);

static bool closes(char open, char close)
{
    return (open == '[' && close == ']') || (open == '(' && close == ')') ||
           (open == '{' && close == '}');
}

/* `[0, 5]` as a range. */
static void read_interval(struct parser *parser, char bracket)
{
    struct loomc_bound min = bound_of(parser, &parser->next[0].number);
    struct loomc_bound max = bound_of(parser, &parser->next[2].number);

    parser->items++;
    if (bracket == '(') {
        add_open(parser, min, max);
    } else {
        add(parser, min, max);
    }
    parser->next += 3;
}

static bool read_bracketed(struct parser *parser, unsigned depth)
{
    char bracket = parser->next->sign;

    if (depth > 1) {
        return false;
    }
    parser->next++;
    if (parser->view->interval && bracket != '{' && loomc_is_interval(parser->next)) {
        read_interval(parser, bracket);
    } else if (!read_list(parser, depth + 1, bracket)) {
        return false;
    }
    if (!is(parser, LOOMC_MARK_CLOSE)) {
        return false;
    }
    if (!closes(bracket, parser->next->sign)) {
        note(parser, LOOMC_READ_OPEN); /* `[0, 5)`, as mathematicians write it */
    }
    parser->next++;
    if (bracket == '{') {
        parser->lone = false; /* a set of one value */
    }
    return true;
}

static bool read_item(struct parser *parser, unsigned depth, char bracket)
{
    bool good;

    if (is(parser, LOOMC_MARK_OPEN)) {
        good = read_bracketed(parser, depth);
    } else if (is(parser, LOOMC_MARK_LEAST) || is(parser, LOOMC_MARK_MOST)) {
        good = read_comparison(parser);
    } else {
        good = read_numbers(parser, bracket != '\0');
    }
    read_unit(parser);
    return good;
}

static bool read_separator(struct parser *parser)
{
    if (take(parser, LOOMC_MARK_COMMA)) {
        take(parser, LOOMC_MARK_LIST); /* `0, 1, or 2` */
        return true;
    }
    if (is(parser, LOOMC_MARK_LIST)) {
        /* One half is no list of two numbers. */
        bool good = parser->next->sign != '/' || parser->type != LOOMC_FLOAT;

        parser->next += good ? 1 : 0;
        return good;
    }
    parser->gapped = parser->gapped || is(parser, LOOMC_MARK_NUMBER);
    return parser->view->gap == LOOMC_GAP_LIST && is(parser, LOOMC_MARK_NUMBER);
}

static bool read_list(struct parser *parser, unsigned depth, char bracket)
{
    do {
        if (!read_item(parser, depth, bracket)) {
            return false;
        }
    } while (read_separator(parser));
    return true;
}

/* ---- what came of it ------------------------------------------------------------------------- */

static enum loomc_verdict judge(const struct parser *parser)
{
    bool length = loomc_type_has_length(parser->type);

    /* Blanks part single numbers, as in `0 1 5`, and nothing longer. */
    if (parser->fault == LOOMC_UNREADABLE || (parser->gapped && parser->ranged)) {
        return LOOMC_UNREADABLE;
    }
    if (parser->bits || (parser->bytes && !length)) {
        return LOOMC_READ_WIDTH;
    }
    if (parser->fault == LOOMC_READ && parser->items == 1 && parser->lone && !length) {
        return LOOMC_READ_LONE;
    }
    return parser->fault;
}

struct loomc_reading loomc_range_parse(struct loomc_arena *arena, enum loomc_type type,
                                       const struct loomc_token_of_range *tokens,
                                       const struct loomc_view *view)
{
    struct parser parser = {.arena = arena, .type = type, .view = view};

    parser.next = loomc_range_join(arena, tokens, view);
    parser.reading.verdict = LOOMC_UNREADABLE;
    if (parser.next == NULL) {
        return parser.reading;
    }
    parser.reading.ranges.items =
        loomc_alloc(arena, LOOMC_RANGES_MAX * sizeof parser.reading.ranges.items[0]);
    if (read_list(&parser, 0, '\0') && is(&parser, LOOMC_MARK_END)) {
        parser.reading.verdict = judge(&parser);
    }
    if (parser.reading.verdict == LOOMC_READ_FRACTION) {
        /* Told as it would be of numbers that have parts. */
        parser.reading.text = loomc_range_parse(arena, LOOMC_FLOAT, tokens, view).text;
    } else {
        parser.reading.text = loomc_set_text(arena, type, &parser.reading.ranges);
    }
    return parser.reading;
}
