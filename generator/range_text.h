/* SPDX-License-Identifier: Apache-2.0 */
/** The legal values of a String as a RangeEnumeration lists them: `"auto", "manual"`. */
#ifndef LOOMC_RANGE_TEXT_H
#define LOOMC_RANGE_TEXT_H

#include "range.h"

/** @return whether the text begins as a list of strings does. */
bool loomc_range_is_quoted(struct loomc_arena *arena, const char *text);

/**
 * Reads strings in quotation marks.
 * @param ranges receives them, each once
 * @return NULL, or what a warning should say
 */
const char *loomc_range_read_texts(struct loomc_arena *arena, const char *text,
                                   struct loomc_ranges *ranges);

#endif
