/* SPDX-License-Identifier: Apache-2.0 */
/** Ranges as a set: whether they overlap, whether two texts enforce the same. */
#ifndef LOOMC_RANGE_SET_H
#define LOOMC_RANGE_SET_H

#include "range.h"

/** @return whether a value lies in two of the ranges. */
bool loomc_set_overlaps(enum loomc_type type, const struct loomc_ranges *ranges);

/** Puts ranges that have values in common together. They are in order then. */
void loomc_set_unite(enum loomc_type type, struct loomc_ranges *ranges);

/** @return whether both allow the same values. */
bool loomc_set_equal(struct loomc_arena *arena, enum loomc_type type, const struct loomc_ranges *a,
                     const struct loomc_ranges *b);

/** @return whether each value that `inner` allows is allowed by `outer`, texts as well. */
bool loomc_set_covers(struct loomc_arena *arena, enum loomc_type type,
                      const struct loomc_ranges *outer, const struct loomc_ranges *inner);

/** The ranges for people: `0..10, 99`. */
const char *loomc_set_text(struct loomc_arena *arena, enum loomc_type type,
                           const struct loomc_ranges *ranges);

#endif
