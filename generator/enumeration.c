/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "enumeration.h"

#include "enumeration_list.h"
#include "escape.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static const char *plain_symbol(struct loomc_arena *arena, const struct loomc_listed *item)
{
    const char *symbol = symbol_of(arena, item->name, item->symbol_length);

    if (item->symbol_length == item->length) {
        return symbol;
    }
    return loomc_format(arena, "%s_%s%ld", symbol, item->value < 0 ? "minus_" : "",
                        item->value < 0 ? -(long)item->value : (long)item->value);
}

/* `31: Mesh (CSMA), 32: Mesh (TSCH)`: what stands in parentheses tells them apart. */
static struct loomc_named name_of(struct loomc_arena *arena, const struct loomc_list *list,
                                  size_t index)
{
    const struct loomc_listed *item = &list->items[index];
    struct loomc_named named = {item->value, NULL, loomc_copy(arena, item->name, item->length),
                                plain_symbol(arena, item), NULL};
    bool shared = false;

    for (size_t i = 0; i < list->count && item->remark != NULL; i++) {
        shared = shared ||
                 (i != index && strcmp(plain_symbol(arena, &list->items[i]), named.symbol) == 0);
    }
    if (shared) {
        const char *remark = loomc_copy(arena, item->remark, item->remark_length);
        const char *name = loomc_format(arena, "%s (%s)", named.name, remark);

        named.name = name;
        named.symbol = symbol_of(arena, name, strlen(name));
    }
    return named;
}

/* Names the values; empty if they cannot all be told apart or are not allowed. */
static struct loomc_enumeration settle(struct loomc_arena *arena, enum loomc_type type,
                                       const struct loomc_list *list,
                                       const struct loomc_ranges *ranges)
{
    static const struct loomc_enumeration none = {NULL, 0, false};
    struct loomc_enumeration enumeration = {
        loomc_alloc(arena, list->count * sizeof enumeration.items[0]), 0, false};

    for (size_t i = 0; i < list->count; i++) {
        struct loomc_named named = name_of(arena, list, i);

        if (!lies_in(type, named.value, ranges) || !is_new(&enumeration, &named)) {
            return none;
        }
        enumeration.items[enumeration.count++] = named;
    }
    return enumeration;
}

/* 1, 2, 4, perhaps 0, and nothing between them. */
static bool may_be_flags(const struct loomc_enumeration *enumeration)
{
    size_t bits = 0;

    for (size_t i = 0; i < enumeration->count; i++) {
        int32_t value = enumeration->items[i].value;

        if (value < 0 || (value & (value - 1)) != 0) {
            return false;
        }
        bits += value > 0 ? 1 : 0;
    }
    return bits > 2;
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
    struct loomc_ranges ranges = {
        loomc_alloc(arena, enumeration->count * sizeof ranges.items[0]), 0, NULL, 0, false, false};
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
        loomc_alloc(arena, (ranges->text_count + 1) * sizeof enumeration.items[0]), 0, false};

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
    struct loomc_enumeration enumeration = {NULL, 0, false};
    struct loomc_list list;

    if (ranges->text_count > 0) {
        return loomc_enumeration_of_texts(arena, ranges);
    }
    if (type != LOOMC_INTEGER && type != LOOMC_UNSIGNED) {
        return enumeration;
    }
    const char *plain = loomc_list_plain_text(arena, description);
    bool whole =
        ranges->count == 0 && loomc_list_read(loomc_list_plain_text(arena, range_text), &list);

    if ((whole || loomc_list_find(plain, &list)) && !speaks_of_bits(range_text) &&
        !speaks_of_bits(description)) {
        enumeration = settle(arena, type, &list, ranges);
    }
    enumeration.flags = whole && may_be_flags(&enumeration);
    if (whole && enumeration.count > 0 && !enumeration.flags) {
        *ranges = ranges_of(arena, &enumeration);
    }
    return enumeration;
}
