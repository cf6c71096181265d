/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Named values: models tell in free text what the numbers of a resource mean, as in
 * `0: idle, 1: driving`. Lists that can be read in one way only become enumerations of C.
 */
#ifndef LOOMC_ENUMERATION_H
#define LOOMC_ENUMERATION_H

#include "range.h"

/** One value of a list: a number or, of a String or Corelnk, a text. */
struct loomc_named {
    int32_t value;
    const char *text;     /**< NULL: a number */
    const char *name;     /**< as the model writes it */
    const char *symbol;   /**< snake case, unique in the list */
    const char *constant; /**< of the generated header; set with all other names (names.h) */
};

/** In the order of the text. */
struct loomc_enumeration {
    struct loomc_named *items;
    size_t count;
    bool flags; /**< it is the range, and its values may be flags that add up: not enforced */
};

/** Names the strings that a String or Corelnk is restricted to. */
struct loomc_enumeration loomc_enumeration_of_texts(struct loomc_arena *arena,
                                                    const struct loomc_ranges *ranges);

/**
 * Reads the list of an Integer or Unsigned Integer.
 * A list that is all of the RangeEnumeration says which values there are: it becomes the ranges,
 * too, unless it may be one of flags, as 1, 2 and 4 may. A list in the description only tells what
 * values mean, and all of them must lie in the ranges. Lists of bits, and lists of fewer than two,
 * of equal, or of lengthy names are left alone.
 * @param range_text  trimmed, blanks folded
 * @param description as written
 * @param ranges      in: what was read of `range_text`; out: perhaps the list's
 * @return the list; empty if there is none
 */
struct loomc_enumeration loomc_enumeration_read(struct loomc_arena *arena, enum loomc_type type,
                                                const char *range_text, const char *description,
                                                struct loomc_ranges *ranges);

#endif
