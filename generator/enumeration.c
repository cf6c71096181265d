/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "enumeration.h"

#include "escape.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Longer names are explanations. */
#define NAME_BYTES_MAX 40u
#define NAME_WORDS_MAX 5u

#define DIGITS_MAX 10u

/* `1: CLICK`, as the text has it. */
struct item {
    int32_t value;
    const char *name;
    size_t length;
    const char *end; /* of what was read */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_spaces(const char *p, bool over_lines)
{
    while (is_space(*p) && (over_lines || (*p != '\n' && *p != '\r'))) {
        p++;
    }
    return p;
}

/* ---- one item -------------------------------------------------------------------------------- */

/* Reads `1:` or `1 =`. @return what follows, or NULL. */
static const char *read_value(const char *text, const char *p, int32_t *value)
{
    const char *digits = *p == '-' ? p + 1 : p;
    const char *end = digits;
    int64_t number = 0;

    if (!isdigit((unsigned char)*digits) || (p > text && !is_space(p[-1]) && p[-1] != '(')) {
        return NULL;
    }
    for (; isdigit((unsigned char)*end) && (size_t)(end - digits) < DIGITS_MAX; end++) {
        number = number * 10 + (*end - '0');
    }
    const char *separator = skip_spaces(end, false);

    if ((*separator != ':' && *separator != '=') || number > INT32_MAX) {
        return NULL;
    }
    *value = (int32_t)(digits > p ? -number : number);
    return separator + 1;
}

/* A name goes on to punctuation or to the next item; to the end of its line only if the items have
 * a line each or the next line does not go on with the sentence. */
static bool ends_name(const char *text, const char *p, bool wrapped)
{
    int32_t value;

    if (*p == '.') {
        return p[1] == '\0' || is_space(p[1]);
    }
    if (*p == '\n' || *p == '\r') {
        return !wrapped || !islower((unsigned char)*skip_spaces(p, true));
    }
    return strchr(",;:=([", *p) != NULL || (is_space(*p) && read_value(text, p + 1, &value));
}

/* `wrapped`: the list is in running text, whose lines end anywhere. */
static bool read_item(const char *text, const char *p, bool wrapped, struct item *item)
{
    const char *name = read_value(text, p, &item->value);

    if (name == NULL) {
        return false;
    }
    name = skip_spaces(name, wrapped);
    item->name = name;
    item->end = name;
    while (!ends_name(text, item->end, wrapped)) {
        item->end++;
    }
    item->length = (size_t)(item->end - name);
    while (item->length > 0 && is_space(name[item->length - 1])) {
        item->length--;
    }
    return true;
}

static bool has_short_name(const struct item *item)
{
    size_t words = 1;
    bool letters = false;

    for (size_t i = 0; i < item->length; i++) {
        letters = letters || isalpha((unsigned char)item->name[i]);
        words += is_space(item->name[i]) && !is_space(item->name[i + 1]);
    }
    return letters && item->length <= NAME_BYTES_MAX && words <= NAME_WORDS_MAX;
}

static bool is_reserved(const struct item *item)
{
    return item->length >= 8 && strncasecmp(item->name, "reserved", 8) == 0;
}

/* `3: limp-home 4-15: reserved`: here the name is not where it seems to be. */
static bool runs_into_another(const struct item *item)
{
    return (*item->end == ':' || *item->end == '=') && item->length > 0 &&
           isdigit((unsigned char)item->name[item->length - 1]);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Whether only blanks, and the dots of a list of points, stand between `p` and its line's start. */
static bool starts_line(const char *text, const char *p)
{
    while (p > text && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == '*')) {
        p--;
    }
    return p == text || p[-1] == '\n' || p[-1] == '\r';
}

/* Prose mentions numbers, too: a list begins with its line or after punctuation. */
static bool starts_list(const char *text, const char *p)
{
    if (starts_line(text, p)) {
        return true;
    }
    while (p > text && is_space(p[-1])) {
        p--;
    }
    return strchr(",;.:(", p[-1]) != NULL;
}

static const char *skip_conjunction(const char *p)
{
    size_t length = strncmp(p, "and ", 4) == 0 ? 3 : strncmp(p, "or ", 3) == 0 ? 2 : 0;

    return p + length;
}

/* Whether `next` goes on with the list that `end` interrupts: on a line of its own, or after no
 * more than punctuation and something in parentheses. */
static bool continues_list(const char *text, const char *end, const char *next)
{
    if (starts_line(text, next)) {
        return true;
    }
    while (end < next) {
        if (*end == '(') {
            while (end < next && *end != ')') {
                end++;
            }
        } else if (!is_space(*end) && strchr(",;.)", *end) == NULL) {
            const char *after = skip_conjunction(end);

            if (after == end) {
                return false;
            }
            end = after;
            continue;
        }
        end += end < next;
    }
    return true;
}

struct items {
    struct item items[LOOMC_NAMED_MAX];
    size_t count;
};

/* Finds the one list of the text. @return false if there is none or it is not clear. */
static bool find_list(const char *text, struct items *list)
{
    const char *end = NULL;
    bool wrapped = false;
    struct item item;

    list->count = 0;
    for (const char *p = text; *p != '\0';) {
        wrapped = end == NULL ? !starts_line(text, p) : wrapped;
        if (!read_item(text, p, wrapped, &item)) {
            p++;
            continue;
        }
        bool joins = end == NULL ? starts_list(text, p) : continues_list(text, end, p);

        p = end = item.end;
        if (!joins || runs_into_another(&item)) {
            return false;
        }
        if (is_reserved(&item)) {
            continue;
        }
        if (list->count == LOOMC_NAMED_MAX || !has_short_name(&item)) {
            return false;
        }
        list->items[list->count++] = item;
    }
    return list->count >= 2;
}

/* A number that stands alone at the end of a name may be a value without a name. */
static bool ends_with_number(const struct item *item)
{
    size_t digits = 0;

    while (digits < item->length && isdigit((unsigned char)item->name[item->length - 1 - digits])) {
        digits++;
    }
    return digits > 0 && digits < item->length && is_space(item->name[item->length - 1 - digits]);
}

/* Takes a text that is a list from its first to its last byte. */
static bool read_list(const char *text, struct items *list)
{
    struct item item;

    list->count = 0;
    while (*text != '\0') {
        if (list->count == LOOMC_NAMED_MAX || !read_item(text, text, false, &item) ||
            !has_short_name(&item) || ends_with_number(&item)) {
            return false;
        }
        list->items[list->count++] = item;
        text = skip_spaces(item.end, true);
        if (*text == ',' || *text == ';') {
            text = skip_spaces(text + 1, true);
        }
    }
    return list->count >= 2;
}

/* ---- what a list must be --------------------------------------------------------------------- */

/* The names of bits are not the names of values. */
static bool speaks_of_bits(const char *text)
{
    static const char *const words[] = {"bit mask",  "bitmask",   "bit map",   "bitmap",
                                        "bitwise",   "bit-wise",  "bit coded", "bit-coded",
                                        "bit field", "bit-field", "bitfield",  "each bit",
                                        "bit 0",     "lsb",       "flags"};

    for (const char *p = text; *p != '\0'; p++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strncasecmp(p, words[i], strlen(words[i])) == 0) {
                return true;
            }
        }
    }
    return false;
}

static struct loomc_bound bound_of(int32_t value)
{
    struct loomc_bound bound = {value < 0, 0, (double)value, NULL};

    bound.magnitude = (uint64_t)(value < 0 ? -(int64_t)value : (int64_t)value);
    return bound;
}

static bool lies_in(enum loomc_type type, int32_t value, const struct loomc_ranges *ranges)
{
    struct loomc_bound bound = bound_of(value);

    for (size_t i = 0; i < ranges->count; i++) {
        if (loomc_bound_compare(type, &bound, &ranges->items[i].min) >= 0 &&
            loomc_bound_compare(type, &bound, &ranges->items[i].max) <= 0) {
            return true;
        }
    }
    return ranges->count == 0 && (type == LOOMC_INTEGER || value >= 0);
}

static const char *symbol_of(struct loomc_arena *arena, const char *name, size_t length)
{
    struct loomc_buffer symbol = {NULL, 0, 0};

    loomc_escape_c_ident(&symbol, name, length);
    const char *copy = loomc_copy(arena, symbol.data != NULL ? symbol.data : "", symbol.length);

    loomc_buffer_free(&symbol);
    return copy;
}

static bool is_new(const struct loomc_enumeration *enumeration, const struct loomc_named *named)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (enumeration->items[i].value == named->value ||
            strcmp(enumeration->items[i].symbol, named->symbol) == 0) {
            return false;
        }
    }
    return *named->symbol != '\0';
}

/* Names the values; empty if they cannot all be told apart or are not allowed. */
static struct loomc_enumeration settle(struct loomc_arena *arena, enum loomc_type type,
                                       const struct items *list, const struct loomc_ranges *ranges)
{
    static const struct loomc_enumeration none = {NULL, 0};
    struct loomc_enumeration enumeration = {
        loomc_alloc(arena, list->count * sizeof enumeration.items[0]), 0};

    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        struct loomc_named named = {item->value, NULL, loomc_copy(arena, item->name, item->length),
                                    symbol_of(arena, item->name, item->length), NULL};

        if (!lies_in(type, named.value, ranges) || !is_new(&enumeration, &named)) {
            return none;
        }
        enumeration.items[enumeration.count++] = named;
    }
    return enumeration;
}

static int compare_values(const void *left, const void *right)
{
    const int32_t *a = left;
    const int32_t *b = right;

    return (*a > *b) - (*a < *b);
}

/* The values as ranges, neighbours in one. */
static struct loomc_ranges ranges_of(struct loomc_arena *arena,
                                     const struct loomc_enumeration *enumeration)
{
    struct loomc_ranges ranges = {loomc_alloc(arena, enumeration->count * sizeof ranges.items[0]),
                                  0, NULL, 0};
    int32_t values[LOOMC_NAMED_MAX];

    for (size_t i = 0; i < enumeration->count; i++) {
        values[i] = enumeration->items[i].value;
    }
    qsort(values, enumeration->count, sizeof values[0], compare_values);
    for (size_t i = 0; i < enumeration->count; i++) {
        struct loomc_bound bound = bound_of(values[i]);

        if (i > 0 && (int64_t)values[i] == (int64_t)values[i - 1] + 1) {
            ranges.items[ranges.count - 1].max = bound;
        } else {
            ranges.items[ranges.count].min = bound;
            ranges.items[ranges.count++].max = bound;
        }
    }
    return ranges;
}

static bool has_symbol(const struct loomc_enumeration *enumeration, const char *symbol)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (strcmp(enumeration->items[i].symbol, symbol) == 0) {
            return true;
        }
    }
    return *symbol == '\0';
}

struct loomc_enumeration loomc_enumeration_of_texts(struct loomc_arena *arena,
                                                    const struct loomc_ranges *ranges)
{
    struct loomc_enumeration enumeration = {
        loomc_alloc(arena, (ranges->text_count + 1) * sizeof enumeration.items[0]), 0};

    for (size_t i = 0; i < ranges->text_count; i++) {
        const char *text = ranges->texts[i];
        struct loomc_named *named = &enumeration.items[enumeration.count];
        const char *symbol = *text == '\0' ? "empty" : symbol_of(arena, text, strlen(text));

        /* What is made of signs alone, or differs in signs alone, goes by its place in the list. */
        if (has_symbol(&enumeration, symbol)) {
            symbol = loomc_format(arena, "%s%s%zu", symbol, *symbol != '\0' ? "_" : "text_", i + 1);
        }
        *named = (struct loomc_named){(int32_t)i, text, text, symbol, NULL};
        enumeration.count++;
    }
    return enumeration;
}

struct loomc_enumeration loomc_enumeration_read(struct loomc_arena *arena, enum loomc_type type,
                                                const char *range_text, const char *description,
                                                struct loomc_ranges *ranges)
{
    struct loomc_enumeration enumeration = {NULL, 0};
    struct items list;

    if (ranges->text_count > 0) {
        return loomc_enumeration_of_texts(arena, ranges);
    }
    if (type != LOOMC_INTEGER && type != LOOMC_UNSIGNED) {
        return enumeration;
    }
    bool whole = ranges->count == 0 && read_list(range_text, &list);

    if ((whole || find_list(description, &list)) && !speaks_of_bits(range_text) &&
        !speaks_of_bits(description)) {
        enumeration = settle(arena, type, &list, ranges);
    }
    if (whole && enumeration.count > 0) {
        *ranges = ranges_of(arena, &enumeration);
    }
    return enumeration;
}
