/* SPDX-License-Identifier: Apache-2.0 */
/**
 * RangeEnumeration: what the models write there is free text. The forms that can mean only one
 * thing become ranges that the runtime enforces, all others are left to the reader of the comment.
 */
#ifndef LOOMC_RANGE_H
#define LOOMC_RANGE_H

#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

/** Data types, in the order of enum loom_type. */
enum loomc_type {
    LOOMC_NONE,
    LOOMC_STRING,
    LOOMC_INTEGER,
    LOOMC_UNSIGNED,
    LOOMC_FLOAT,
    LOOMC_BOOLEAN,
    LOOMC_OPAQUE,
    LOOMC_TIME,
    LOOMC_OBJLNK,
    LOOMC_CORELNK
};

/** A bound, exact: sign and magnitude for whole numbers, the digits as written for Float. */
struct loomc_bound {
    bool negative;
    uint64_t magnitude;
    double number;
    const char *digits;
};

/** Both bounds are allowed values. For String, Corelnk and Opaque they are lengths in bytes. */
struct loomc_range {
    struct loomc_bound min;
    struct loomc_bound max;
};

/** A value is allowed if it lies in any of the ranges; with none, every value is. */
struct loomc_ranges {
    struct loomc_range *items;
    size_t count;
};

/** Most ranges of one resource. */
#define LOOMC_RANGES_MAX 64u

/**
 * Reads a RangeEnumeration.
 * @param text   trimmed, blanks folded
 * @param ranges receives what is to be enforced
 * @return NULL, or what a warning should say; when nothing is enforced it says so
 */
const char *loomc_range_read(struct loomc_arena *arena, enum loomc_type type, const char *text,
                             struct loomc_ranges *ranges);

/** Orders two bounds of the same type. @return below 0, 0 or above 0 */
int loomc_bound_compare(enum loomc_type type, const struct loomc_bound *a,
                        const struct loomc_bound *b);

#endif
