/* SPDX-License-Identifier: Apache-2.0 */
/** The values that a resource may have: ranges of numbers or of lengths, or strings. */
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

/** A bound, exact: sign and magnitude for whole numbers, the digits as C reads them for Float. */
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

/** A value is allowed if it lies in any of the ranges or is one of the texts; with neither, every
 *  value is. Only one of the two is there. */
struct loomc_ranges {
    struct loomc_range *items;
    size_t count;
    const char *const *texts; /**< of a String or Corelnk; all different */
    size_t text_count;
    bool several; /**< none, because the text has several readings */
    bool none;    /**< none, because the text says so, as `N/A` does */
};

/** Most ranges, or texts, of one resource. */
#define LOOMC_RANGES_MAX 64u

/** @return whether ranges of the type are about the length of a value. */
bool loomc_type_has_length(enum loomc_type type);

/** @return whether LwM2M has the type since 1.1. */
bool loomc_type_is_of_1_1(enum loomc_type type);

/** Lengths in bytes that are allowed. */
struct loomc_lengths {
    uint64_t least;
    uint64_t most;
};

/** @return the least and the greatest length of a String, Corelnk or Opaque; 0 and UINT64_MAX if
 *  every length is allowed. */
struct loomc_lengths loomc_ranges_lengths(const struct loomc_ranges *ranges);

/** Orders two bounds of the same type. @return below 0, 0 or above 0 */
int loomc_bound_compare(enum loomc_type type, const struct loomc_bound *a,
                        const struct loomc_bound *b);

/** @return whether a bound lies in one of the ranges; true if there are none. */
bool loomc_ranges_allow(enum loomc_type type, const struct loomc_ranges *ranges,
                        const struct loomc_bound *bound);

#endif
