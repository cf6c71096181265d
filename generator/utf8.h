/* SPDX-License-Identifier: Apache-2.0 */
/** UTF-8, for text whose bytes others chose. */
#ifndef LOOMC_UTF8_H
#define LOOMC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads the first character of `length` bytes, at least one.
 * @param character receives its code point
 * @return how many bytes it has, 1 to 4; 0 if they are not UTF-8: torn, too long for the character,
 *         a surrogate or above U+10FFFF
 */
size_t loomc_utf8_read(const char *text, size_t length, uint32_t *character);

/** Whether a terminal would obey the character instead of showing it: a control character, or one
 *  that changes the order in which text is shown. */
bool loomc_utf8_steers(uint32_t character);

/** How many columns of a terminal the character takes: 0, 1 or 2. */
unsigned loomc_utf8_columns(uint32_t character);

#endif
