/* SPDX-License-Identifier: Apache-2.0 */
/** What formats need of an output besides the public functions. */
#ifndef LOOM_CODEC_OUTPUT_H
#define LOOM_CODEC_OUTPUT_H

#include "loom/codec.h"

/** Takes room for bytes that the caller writes.
 *  @return where they go; NULL if there is no room, or `length` is 0 */
uint8_t *loom_output_take(struct loom_output *out, size_t length);

/** Writes decimal digits that end before `end`. @return where they begin */
char *loom_digits_before(char *end, uint32_t value);

/** The same for a path. */
char *loom_path_before(char *end, const struct loom_path *path);

/** Puts bytes before what was written since `at`: a head that depends on what it is the head of. */
void loom_output_insert(struct loom_output *out, size_t at, const void *data, size_t length);

#endif
