/* SPDX-License-Identifier: Apache-2.0 */
/** Which signs of a RangeEnumeration may mean several things, and its tokens with one meaning. */
#ifndef LOOMC_RANGE_JOIN_H
#define LOOMC_RANGE_JOIN_H

#include "range_scan.h"
#include "range_view.h"

/** What stands in a text that its readings may differ in. */
struct loomc_doubts {
    bool commas;   /**< that touch digits on both sides */
    bool points;   /**< that may part thousands */
    bool gaps;     /**< two numbers with a blank between them */
    bool pair;     /**< the text is two numbers with a blank between them */
    bool hyphens;  /**< that may be a sign or not */
    bool touching; /**< each of these without a blank at it, as in `-1-5` and `1--5` */
    bool chain;    /**< `1-2-3` */
    bool interval; /**< `[0, 5]` */
    bool bytes;
};

struct loomc_doubts loomc_range_doubts(enum loomc_type type,
                                       const struct loomc_token_of_range *tokens);

/** @return whether two numbers with a comma between them, and a bracket, come next. */
bool loomc_is_interval(const struct loomc_token_of_range *next);

/**
 * Puts numbers together that the view takes for one, and gives hyphens to the numbers whose sign
 * they are.
 * @return tokens, or NULL if the view cannot be that of this text
 */
const struct loomc_token_of_range *loomc_range_join(struct loomc_arena *arena,
                                                    const struct loomc_token_of_range *tokens,
                                                    const struct loomc_view *view);

#endif
