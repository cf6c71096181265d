/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One reading of a RangeEnumeration. Where a sign may mean two things, as a comma in `1,000` does,
 * each of its meanings is a reading of its own.
 */
#ifndef LOOMC_RANGE_PARSE_H
#define LOOMC_RANGE_PARSE_H

#include "range_scan.h"
#include "range_view.h"

enum loomc_verdict {
    LOOMC_READ,          /**< a reading that can be enforced */
    LOOMC_READ_LONE,     /**< a single number, which tells nothing of a number's values */
    LOOMC_READ_FRACTION, /**< with parts of whole numbers, where the type has whole ones only */
    LOOMC_READ_NEGATIVE, /**< with a negative number, where the type has none */
    LOOMC_READ_SIZE,     /**< with a number of more than 64 bits */
    LOOMC_READ_WIDTH,    /**< about bits, or bytes of a number */
    LOOMC_READ_OPEN,     /**< with a bound that is not allowed itself, of a Float */
    LOOMC_READ_TOO_MANY, /**< more ranges than a resource may have */
    LOOMC_UNREADABLE
};

struct loomc_reading {
    enum loomc_verdict verdict;
    struct loomc_ranges ranges; /**< READ: in the order of the text, bounds in order */
    bool exchanged;             /**< a lower bound stood behind its upper one */
    bool leading_zeros;         /**< as in `007` */
    const char *text;           /**< of READ, LONE and FRACTION: for people */
};

/** Reads tokens of loomc_range_scan() in one way. */
struct loomc_reading loomc_range_parse(struct loomc_arena *arena, enum loomc_type type,
                                       const struct loomc_token_of_range *tokens,
                                       const struct loomc_view *view);

#endif
