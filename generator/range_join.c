/* SPDX-License-Identifier: Apache-2.0 */
#include "range_join.h"

#include <string.h>

static bool is_number(const struct loomc_token_of_range *token)
{
    return token->mark == LOOMC_MARK_NUMBER;
}

/* `1,2`: neither blank nor sign at the comma. */
static bool touches_digits(const struct loomc_token_of_range *tokens, size_t at)
{
    return tokens[at].mark == LOOMC_MARK_COMMA && at > 0 && is_number(&tokens[at - 1]) &&
           is_number(&tokens[at + 1]) && !tokens[at].blank_before && !tokens[at].blank_after &&
           !tokens[at + 1].number.sign;
}

bool loomc_is_interval(const struct loomc_token_of_range *next)
{
    return is_number(&next[0]) && next[1].mark == LOOMC_MARK_COMMA && is_number(&next[2]) &&
           next[3].mark == LOOMC_MARK_CLOSE;
}

/* ---- groups of digits ------------------------------------------------------------------------ */

/* What a number in groups begins with. */
static bool begins_group(const struct loomc_number *number)
{
    return number->plain && number->points == 0 && strlen(number->whole) <= 3 &&
           number->whole[0] != '0';
}

static bool goes_on_group(const struct loomc_number *number)
{
    return number->plain && number->points <= 1 && !number->sign && strlen(number->whole) == 3;
}

static bool points_part_thousands(const struct loomc_number *number)
{
    size_t digits = strlen(number->whole);

    for (const char *p = number->fraction; *p != '\0'; p += p[3] == '.' ? 4 : 3) {
        if (strspn(p, "0123456789") != 3) {
            return false;
        }
    }
    return number->plain && digits >= 1 && digits <= 3 && number->whole[0] != '0';
}

/* Puts digits behind those of a number. */
static void lengthen(struct loomc_arena *arena, struct loomc_number *number,
                     const struct loomc_number *group)
{
    number->whole = loomc_format(arena, "%s%s", number->whole, group->whole);
    number->fraction = group->fraction;
    number->points = group->points;
    number->grouped = true;
}

/* The same number without the points between its thousands. */
static bool drop_points(struct loomc_arena *arena, struct loomc_number *number)
{
    if (number->points == 0) {
        return true;
    }
    if (!points_part_thousands(number)) {
        return false;
    }
    char *digits = loomc_format(arena, "%s%s", number->whole, number->fraction);
    size_t kept = 0;

    for (const char *p = digits; *p != '\0'; p++) {
        if (*p != '.') {
            digits[kept++] = *p;
        }
    }
    digits[kept] = '\0';
    number->whole = digits;
    number->fraction = "";
    number->points = 0;
    number->grouped = true;
    return true;
}

/* ---- doubts ---------------------------------------------------------------------------------- */

/* A hyphen that may be the sign of the number behind it, or not. */
static bool is_doubtful_hyphen(const struct loomc_token_of_range *tokens, size_t at)
{
    const struct loomc_token_of_range *hyphen = &tokens[at];

    if (hyphen->mark != LOOMC_MARK_HYPHEN || !is_number(&tokens[at + 1])) {
        return false;
    }
    bool touches = !hyphen->blank_before && !hyphen->blank_after;
    bool second = tokens[at + 1].number.sign;

    return (hyphen->blank_before && !hyphen->blank_after && !second) || (touches && second) ||
           (touches && at == 1 && tokens[0].number.negative);
}

struct loomc_doubts loomc_range_doubts(enum loomc_type type,
                                       const struct loomc_token_of_range *tokens)
{
    struct loomc_doubts doubts = {.touching = true};
    size_t hyphens = 0;

    for (size_t i = 0; tokens[i].mark != LOOMC_MARK_END; i++) {
        const struct loomc_token_of_range *token = &tokens[i];
        bool parts =
            is_number(token) && token->number.points > 0 && points_part_thousands(&token->number);

        doubts.commas = doubts.commas || touches_digits(tokens, i);
        doubts.points =
            doubts.points || (parts && (type != LOOMC_FLOAT || token->number.points > 1 ||
                                        tokens[i + 1].mark == LOOMC_MARK_COMMA));
        doubts.gaps = doubts.gaps || (is_number(token) && is_number(&tokens[i + 1]));
        if (is_doubtful_hyphen(tokens, i)) {
            doubts.hyphens = true;
            doubts.touching = doubts.touching && !token->blank_before && !token->blank_after;
        }
        hyphens = token->mark == LOOMC_MARK_HYPHEN ? hyphens + 1 : is_number(token) ? hyphens : 0;
        doubts.chain = doubts.chain || hyphens > 1;
        doubts.bytes = doubts.bytes || token->mark == LOOMC_MARK_BYTES;
        doubts.interval = doubts.interval || (token->mark == LOOMC_MARK_OPEN &&
                                              token->sign != '{' && loomc_is_interval(token + 1));
    }
    doubts.pair = doubts.gaps && tokens[2].mark != LOOMC_MARK_NUMBER &&
                  (tokens[2].mark == LOOMC_MARK_END || tokens[3].mark == LOOMC_MARK_END);
    return doubts;
}

/* ---- a view applied -------------------------------------------------------------------------- */

struct joined {
    struct loomc_arena *arena;
    struct loomc_token_of_range *items;
    size_t count;
};

static struct loomc_token_of_range *last(const struct joined *joined)
{
    return &joined->items[joined->count - 1];
}

/* A comma that touches digits, and the number behind it. */
static bool join_comma(const struct joined *joined, const struct loomc_view *view,
                       const struct loomc_number *number)
{
    struct loomc_number *before = &last(joined)->number;

    if (view->comma == LOOMC_COMMA_THOUSANDS) {
        if (!(before->grouped ? before->points == 0 : begins_group(before)) ||
            !goes_on_group(number)) {
            return false;
        }
        lengthen(joined->arena, before, number);
        return true;
    }
    if (before->points > 0 || *before->exponent != '\0' || number->points > 0 || !number->plain) {
        return false;
    }
    before->fraction = number->whole;
    before->points = 1;
    before->plain = false;
    return true;
}

static bool join_gap(const struct joined *joined, const struct loomc_number *number)
{
    struct loomc_number *before = &last(joined)->number;

    if (!(before->grouped ? before->points == 0 : begins_group(before)) || !goes_on_group(number)) {
        return false;
    }
    lengthen(joined->arena, before, number);
    return true;
}

/* The hyphen at `at` means something else than a range: what becomes of the number behind it. */
static void turn_hyphen(struct joined *joined, const struct loomc_token_of_range *tokens, size_t at)
{
    struct loomc_token_of_range number = tokens[at + 1];

    if (tokens[at].blank_before) {
        number.number.negative = true; /* `5 -10`: a sign */
        number.number.sign = true;
    } else {
        joined->items[joined->count++] = tokens[at];
        /* `1--5`: one long hyphen; `-1-5`: the sign of both */
        number.number.negative = !number.number.sign;
    }
    joined->items[joined->count++] = number;
}

const struct loomc_token_of_range *loomc_range_join(struct loomc_arena *arena,
                                                    const struct loomc_token_of_range *tokens,
                                                    const struct loomc_view *view)
{
    struct joined joined = {arena, NULL, 0};
    size_t count = 1;

    while (tokens[count - 1].mark != LOOMC_MARK_END) {
        count++;
    }
    joined.items = loomc_alloc(arena, count * sizeof joined.items[0]);
    for (size_t i = 0; i < count; i++) {
        struct loomc_token_of_range token = tokens[i];

        if (is_number(&token) && view->points_group && !drop_points(arena, &token.number)) {
            return NULL;
        }
        if (touches_digits(tokens, i) && view->comma != LOOMC_COMMA_LIST) {
            struct loomc_number number = tokens[++i].number;

            if ((view->points_group && !drop_points(arena, &number)) ||
                !join_comma(&joined, view, &number)) {
                return NULL;
            }
        } else if (is_number(&token) && i > 0 && is_number(&tokens[i - 1]) &&
                   view->gap == LOOMC_GAP_THOUSANDS) {
            if (!join_gap(&joined, &token.number)) {
                return NULL;
            }
        } else if (view->hyphen == LOOMC_HYPHEN_OTHER && is_doubtful_hyphen(tokens, i)) {
            turn_hyphen(&joined, tokens, i++);
        } else {
            joined.items[joined.count++] = token;
        }
    }
    return joined.items;
}
