/* SPDX-License-Identifier: Apache-2.0 */
/** Words around a range that tell nothing of it: `from 0 to 9`, `0..9 (default 3)`, `0 <= x <= 9`.
 */
#ifndef LOOMC_RANGE_WORDS_H
#define LOOMC_RANGE_WORDS_H

#include "arena.h"

#include <stdbool.h>

/** @return the text without them, written as loomc_range_scan() reads it. */
const char *loomc_range_without_words(struct loomc_arena *arena, const char *text);

/** @return whether the text says that there is no range: `N/A`, `none`, `-`. */
bool loomc_range_is_none(const char *text);

/** @return whether the text counts characters, which may have several bytes each. */
bool loomc_range_counts_characters(const char *text);

#endif
