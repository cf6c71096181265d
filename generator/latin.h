/* SPDX-License-Identifier: Apache-2.0 */
/** Letters of other alphabets than ASCII's as letters of it, for names in programs. */
#ifndef LOOMC_LATIN_H
#define LOOMC_LATIN_H

#include "buffer.h"

/**
 * Puts text with all its Latin letters in ASCII: without their marks, or as two letters where that
 * is the custom (ICAO Doc 9303 part 3, 6A: ae for a with diaeresis). What is no letter becomes a
 * blank; what is a letter of another alphabet as well.
 * @return how many letters were lost
 */
size_t loomc_latin_put(struct loomc_buffer *out, const char *text, size_t length);

#endif
