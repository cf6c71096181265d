/* SPDX-License-Identifier: Apache-2.0 */
#include "range.h"

#include <string.h>

bool loomc_type_has_length(enum loomc_type type)
{
    return type == LOOMC_STRING || type == LOOMC_OPAQUE || type == LOOMC_CORELNK;
}

bool loomc_type_is_of_1_1(enum loomc_type type)
{
    return type == LOOMC_UNSIGNED || type == LOOMC_CORELNK;
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

bool loomc_ranges_allow(enum loomc_type type, const struct loomc_ranges *ranges,
                        const struct loomc_bound *bound)
{
    for (size_t i = 0; i < ranges->count; i++) {
        if (loomc_bound_compare(type, bound, &ranges->items[i].min) >= 0 &&
            loomc_bound_compare(type, bound, &ranges->items[i].max) <= 0) {
            return true;
        }
    }
    return ranges->count == 0;
}

struct loomc_lengths loomc_ranges_lengths(const struct loomc_ranges *ranges)
{
    struct loomc_lengths lengths = {0, UINT64_MAX};

    for (size_t i = 0; i < ranges->count + ranges->text_count; i++) {
        bool text = ranges->text_count > 0;
        uint64_t least = text ? strlen(ranges->texts[i]) : ranges->items[i].min.magnitude;
        uint64_t most = text ? least : ranges->items[i].max.magnitude;

        lengths.least = i == 0 || least < lengths.least ? least : lengths.least;
        lengths.most = i == 0 || most > lengths.most ? most : lengths.most;
    }
    return lengths;
}
