/* SPDX-License-Identifier: Apache-2.0 */
/** Small work on text that came from outside. */
#ifndef LOOMC_TEXT_H
#define LOOMC_TEXT_H

#include "buffer.h"

#include <stdbool.h>
#include <stdint.h>

/** Trims, and makes every run of blanks, line ends and no-break spaces one blank. */
const char *loomc_text_fold(struct loomc_arena *arena, const char *text);

/** A decimal number from 0 to `max` without sign or blanks. */
bool loomc_text_number(const char *text, unsigned long max, unsigned long *number);

/** `major.minor`, each 0 to 255. */
bool loomc_text_version(const char *text, uint8_t *major, uint8_t *minor);

/**
 * Breaks text into lines of about `width` characters. Line ends of the text are kept, runs of empty
 * lines become one, blanks are folded.
 * @return `*count` lines
 */
const char *const *loomc_text_wrap(struct loomc_arena *arena, const char *text, size_t width,
                                   size_t *count);

/** Puts text with its line ends kept, blanks folded in every line, runs of empty lines made one,
 * and none at its ends. */
void loomc_text_put_lines(struct loomc_buffer *out, const char *text);

#endif
