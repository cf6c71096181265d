/* SPDX-License-Identifier: Apache-2.0 */
/** A RangeEnumeration taken apart into numbers and what stands between them. */
#ifndef LOOMC_RANGE_SCAN_H
#define LOOMC_RANGE_SCAN_H

#include "range_number.h"

enum loomc_mark {
    LOOMC_MARK_END,
    LOOMC_MARK_NUMBER,
    LOOMC_MARK_TO,     /**< `..`, `...`, `~`, `to`: a range and nothing else */
    LOOMC_MARK_HYPHEN, /**< of any length; a range, or a sign */
    LOOMC_MARK_COLON,
    LOOMC_MARK_COMMA,
    LOOMC_MARK_LIST, /**< `;`, `|`, `/`, `or`, `and`: a list and nothing else */
    LOOMC_MARK_OPEN, /**< `[`, `(` or `{` */
    LOOMC_MARK_CLOSE,
    LOOMC_MARK_LEAST, /**< `>=`, `>`, `min` before a number */
    LOOMC_MARK_MOST,  /**< `<=`, `<`, `max` before a number */
    LOOMC_MARK_BYTES, /**< the unit behind all numbers */
    LOOMC_MARK_BITS
};

struct loomc_token_of_range {
    enum loomc_mark mark;
    char sign;         /**< OPEN, CLOSE: the bracket; LEAST, MOST: `=` if the number is allowed;
                            LIST: the sign, `&` for `and` */
    bool blank_before; /**< a blank stands before it */
    bool blank_after;
    struct loomc_number number; /**< NUMBER */
};

/** Most tokens of a text. */
#define LOOMC_MARKS_MAX (4 * LOOMC_RANGES_MAX + 2)

/**
 * Takes a text apart. Dashes, ellipses and blanks of all kinds count as those of ASCII.
 * @param tokens room for LOOMC_MARKS_MAX; the last one is END
 * @return false if something in it is no part of a range
 */
bool loomc_range_scan(struct loomc_arena *arena, const char *text,
                      struct loomc_token_of_range *tokens);

/** The text with typographic signs as ASCII has them: all, or quotation marks alone. */
const char *loomc_range_plain_text(struct loomc_arena *arena, const char *text, bool quotes_only);

#endif
