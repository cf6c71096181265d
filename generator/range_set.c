/* SPDX-License-Identifier: Apache-2.0 */
#include "range_set.h"

#include "buffer.h"

#include <inttypes.h>
#include <string.h>

bool loomc_set_overlaps(enum loomc_type type, const struct loomc_ranges *ranges)
{
    for (size_t i = 0; i < ranges->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (loomc_bound_compare(type, &ranges->items[i].min, &ranges->items[j].max) <= 0 &&
                loomc_bound_compare(type, &ranges->items[j].min, &ranges->items[i].max) <= 0) {
                return true;
            }
        }
    }
    return false;
}

/* There are few of them, and they are mostly in order. */
static void sort(enum loomc_type type, struct loomc_ranges *ranges)
{
    for (size_t i = 1; i < ranges->count; i++) {
        struct loomc_range range = ranges->items[i];
        size_t at = i;

        for (; at > 0 && loomc_bound_compare(type, &ranges->items[at - 1].min, &range.min) > 0;
             at--) {
            ranges->items[at] = ranges->items[at - 1];
        }
        ranges->items[at] = range;
    }
}

/* Whether no whole number lies between the two. */
static bool touches(enum loomc_type type, const struct loomc_bound *max,
                    const struct loomc_bound *min)
{
    if (type == LOOMC_FLOAT) {
        return false;
    }
    uint64_t a = max->negative ? 0 - max->magnitude : max->magnitude;
    uint64_t b = min->negative ? 0 - min->magnitude : min->magnitude;

    return a + 1 == b;
}

static void join(enum loomc_type type, struct loomc_ranges *ranges, bool neighbours)
{
    size_t kept = 0;

    sort(type, ranges);
    for (size_t i = 0; i < ranges->count; i++) {
        struct loomc_range *last = kept > 0 ? &ranges->items[kept - 1] : NULL;
        const struct loomc_range *range = &ranges->items[i];

        if (last != NULL && (loomc_bound_compare(type, &range->min, &last->max) <= 0 ||
                             (neighbours && touches(type, &last->max, &range->min)))) {
            if (loomc_bound_compare(type, &range->max, &last->max) > 0) {
                last->max = range->max;
            }
        } else {
            ranges->items[kept++] = *range;
        }
    }
    ranges->count = kept;
}

void loomc_set_unite(enum loomc_type type, struct loomc_ranges *ranges)
{
    join(type, ranges, false);
}

static struct loomc_ranges joined(struct loomc_arena *arena, enum loomc_type type,
                                  const struct loomc_ranges *ranges)
{
    struct loomc_ranges copy = *ranges;

    copy.items = loomc_alloc(arena, (copy.count + 1) * sizeof copy.items[0]);
    memcpy(copy.items, ranges->items, copy.count * sizeof copy.items[0]);
    join(type, &copy, true);
    return copy;
}

bool loomc_set_equal(struct loomc_arena *arena, enum loomc_type type, const struct loomc_ranges *a,
                     const struct loomc_ranges *b)
{
    struct loomc_ranges first = joined(arena, type, a);
    struct loomc_ranges second = joined(arena, type, b);
    bool equal = first.count == second.count;

    for (size_t i = 0; equal && i < first.count; i++) {
        equal = loomc_bound_compare(type, &first.items[i].min, &second.items[i].min) == 0 &&
                loomc_bound_compare(type, &first.items[i].max, &second.items[i].max) == 0;
    }
    return equal;
}

/* ---- one within another ---------------------------------------------------------------------- */

static bool has_text(const struct loomc_ranges *ranges, const char *text)
{
    for (size_t i = 0; i < ranges->text_count; i++) {
        if (strcmp(ranges->texts[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static bool covers_texts(const struct loomc_ranges *outer, const struct loomc_ranges *inner)
{
    for (size_t i = 0; i < inner->text_count; i++) {
        struct loomc_bound length = {.magnitude = strlen(inner->texts[i])};

        if (outer->text_count > 0 ? !has_text(outer, inner->texts[i])
                                  : !loomc_ranges_allow(LOOMC_STRING, outer, &length)) {
            return false;
        }
    }
    return true;
}

static bool covers_range(enum loomc_type type, const struct loomc_ranges *outer,
                         const struct loomc_range *inner)
{
    for (size_t i = 0; i < outer->count; i++) {
        if (loomc_bound_compare(type, &outer->items[i].min, &inner->min) <= 0 &&
            loomc_bound_compare(type, &outer->items[i].max, &inner->max) >= 0) {
            return true;
        }
    }
    return false;
}

bool loomc_set_covers(struct loomc_arena *arena, enum loomc_type type,
                      const struct loomc_ranges *outer, const struct loomc_ranges *inner)
{
    if (outer->count == 0 && outer->text_count == 0) {
        return true;
    }
    if (inner->text_count > 0) {
        return covers_texts(outer, inner);
    }
    if (inner->count == 0 || outer->text_count > 0) {
        return false;
    }
    struct loomc_ranges whole = joined(arena, type, outer);

    for (size_t i = 0; i < inner->count; i++) {
        if (!covers_range(type, &whole, &inner->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void put_bound(struct loomc_buffer *text, enum loomc_type type,
                      const struct loomc_bound *bound)
{
    if (type == LOOMC_FLOAT) {
        size_t length = strlen(bound->digits);
        bool whole = length > 2 && strcmp(bound->digits + length - 2, ".0") == 0;

        loomc_put(text, bound->digits, length - (whole ? 2 : 0));
    } else {
        loomc_put_format(text, "%s%" PRIu64, bound->negative ? "-" : "", bound->magnitude);
    }
}

const char *loomc_set_text(struct loomc_arena *arena, enum loomc_type type,
                           const struct loomc_ranges *ranges)
{
    struct loomc_buffer text = {NULL, 0, 0};

    for (size_t i = 0; i < ranges->count; i++) {
        const struct loomc_range *range = &ranges->items[i];

        loomc_put_text(&text, i > 0 ? ", " : "");
        put_bound(&text, type, &range->min);
        if (loomc_bound_compare(type, &range->min, &range->max) != 0) {
            loomc_put_text(&text, "..");
            put_bound(&text, type, &range->max);
        }
    }
    const char *copy = loomc_copy(arena, text.data != NULL ? text.data : "", text.length);

    loomc_buffer_free(&text);
    return copy;
}
