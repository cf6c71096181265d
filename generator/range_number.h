/* SPDX-License-Identifier: Apache-2.0 */
/** Numbers as people write them in a RangeEnumeration. */
#ifndef LOOMC_RANGE_NUMBER_H
#define LOOMC_RANGE_NUMBER_H

#include "range.h"

/** Most digits of a number. */
#define LOOMC_DIGITS_MAX 40u

/** A number as it is written. What its points and commas mean is not decided yet. */
struct loomc_number {
    bool sign; /**< `+` or `-` stands before it */
    bool negative;
    bool plain;           /**< made of digits and points alone: it may be a group of digits */
    bool grouped;         /**< digits in groups of three, with commas, points or blanks */
    unsigned points;      /**< how many stand in it */
    const char *whole;    /**< digits before the first point */
    const char *fraction; /**< digits and points behind it, "" if there are none */
    const char *exponent; /**< `e-3`, or "" */
};

/** What keeps a number from being a bound. */
enum loomc_misfit {
    LOOMC_FITS,
    LOOMC_MISFIT_FRACTION, /**< the type has whole numbers only */
    LOOMC_MISFIT_NEGATIVE, /**< the type has no negative numbers */
    LOOMC_MISFIT_SIZE      /**< more than 64 bits, or more than a double holds */
};

/** Reads one of `12`, `-1.5`, `1e3`, `0x1F`, `2^28-1`, `1'000`. @return false if there is none. */
bool loomc_number_read(struct loomc_arena *arena, const char **text, struct loomc_number *number);

/** Makes a bound of a number whose points are decimal points. */
enum loomc_misfit loomc_number_bound(struct loomc_arena *arena, enum loomc_type type,
                                     const struct loomc_number *number, struct loomc_bound *bound);

#endif
