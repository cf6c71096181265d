/* SPDX-License-Identifier: Apache-2.0 */
#include "range_cover.h"

#include <stdlib.h>
#include <string.h>

/* A range in numbers that are in the same order for all types. Those of a Float are not counted:
 * between two of them there are others. */
struct span {
    double least;
    double most;
    uint64_t first;
    uint64_t last;
};

static uint64_t place_of(enum loomc_type type, const struct loomc_bound *bound)
{
    const uint64_t zero = UINT64_C(1) << 63;

    if (type == LOOMC_INTEGER || type == LOOMC_TIME) {
        return bound->negative ? zero - bound->magnitude : zero + bound->magnitude;
    }
    return bound->magnitude;
}

static struct span span_of(enum loomc_type type, const struct loomc_range *range)
{
    return (struct span){range->min.number, range->max.number, place_of(type, &range->min),
                         place_of(type, &range->max)};
}

static int compare_floats(const void *left, const void *right)
{
    const struct span *a = left;
    const struct span *b = right;

    return (a->least > b->least) - (a->least < b->least);
}

static int compare_wholes(const void *left, const void *right)
{
    const struct span *a = left;
    const struct span *b = right;

    return (a->first > b->first) - (a->first < b->first);
}

/* Whether the second span goes on where the first one ends. */
static bool goes_on(bool whole, const struct span *a, const struct span *b)
{
    if (!whole) {
        return b->least <= a->most;
    }
    return b->first <= a->last || (a->last != UINT64_MAX && b->first == a->last + 1);
}

/* The ranges in order, those that meet as one. @return how many there are */
static size_t join(enum loomc_type type, const struct loomc_ranges *ranges, struct span *spans)
{
    bool whole = type != LOOMC_FLOAT;
    size_t count = 0;

    for (size_t i = 0; i < ranges->count; i++) {
        spans[i] = span_of(type, &ranges->items[i]);
    }
    qsort(spans, ranges->count, sizeof spans[0], whole ? compare_wholes : compare_floats);
    for (size_t i = 0; i < ranges->count; i++) {
        struct span *before = count > 0 ? &spans[count - 1] : NULL;

        if (before == NULL || !goes_on(whole, before, &spans[i])) {
            spans[count++] = spans[i];
            continue;
        }
        before->last = spans[i].last > before->last ? spans[i].last : before->last;
        before->most = spans[i].most > before->most ? spans[i].most : before->most;
    }
    return count;
}

static bool lies_in(bool whole, const struct span *spans, size_t count, const struct span *inner)
{
    for (size_t i = 0; i < count; i++) {
        if (whole ? inner->first >= spans[i].first && inner->last <= spans[i].last
                  : inner->least >= spans[i].least && inner->most <= spans[i].most) {
            return true;
        }
    }
    return false;
}

static bool is_text_of(const struct loomc_ranges *ranges, const char *text)
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

        if (outer->text_count > 0 ? !is_text_of(outer, inner->texts[i])
                                  : !loomc_ranges_allow(LOOMC_STRING, outer, &length)) {
            return false;
        }
    }
    return true;
}

bool loomc_ranges_cover(enum loomc_type type, const struct loomc_ranges *outer,
                        const struct loomc_ranges *inner)
{
    struct span spans[LOOMC_RANGES_MAX];

    if (outer->count == 0 && outer->text_count == 0) {
        return true;
    }
    if (inner->text_count > 0) {
        return covers_texts(outer, inner);
    }
    if (inner->count == 0 || outer->text_count > 0) {
        return false;
    }
    size_t count = join(type, outer, spans);

    for (size_t i = 0; i < inner->count; i++) {
        struct span span = span_of(type, &inner->items[i]);

        if (!lies_in(type != LOOMC_FLOAT, spans, count, &span)) {
            return false;
        }
    }
    return true;
}
