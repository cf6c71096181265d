/* SPDX-License-Identifier: Apache-2.0 */
/**
 * RangeEnumeration: what the models write there is free text. A text that can be read in one way
 * becomes ranges that the runtime enforces; a text with several readings, or none, is told to the
 * user and enforces nothing. docs/diagnostics.md has the rules.
 */
#ifndef LOOMC_RANGE_READ_H
#define LOOMC_RANGE_READ_H

#include "range.h"

/**
 * Reads a RangeEnumeration.
 * @param text   trimmed, blanks folded
 * @param ranges receives what is to be enforced
 * @return NULL, or what a warning should say; when nothing is enforced it says so
 */
const char *loomc_range_read(struct loomc_arena *arena, enum loomc_type type, const char *text,
                             struct loomc_ranges *ranges);

#endif
