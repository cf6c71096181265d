/* SPDX-License-Identifier: Apache-2.0 */
/** What formats need of an output besides the public functions. */
#ifndef LOOM_CODEC_OUTPUT_H
#define LOOM_CODEC_OUTPUT_H

#include "loom/codec.h"

/** What has no room passes on, or is lost. */
void loom_output_overflow(struct loom_output *out, const void *data, size_t length);

/** Takes room for bytes that the caller writes.
 *  @return where they go; NULL if there is no room, or `length` is 0 */
uint8_t *loom_output_take(struct loom_output *out, size_t length);

/**
 * Begins to write something short straight into the output.
 * @param most  bytes that it takes at most
 * @param spare room for them, used if they might not fit
 * @return where to write; loom_output_end() takes what has been written
 */
static inline uint8_t *loom_output_begin(struct loom_output *out, size_t most, uint8_t *spare)
{
    return most <= out->room - out->length ? out->data + out->length : spare;
}

static inline void loom_output_end(struct loom_output *out, const uint8_t *spare,
                                   const uint8_t *begin, const uint8_t *end)
{
    if (begin == spare) {
        loom_put_bytes(out, begin, (size_t)(end - begin));
    } else {
        out->length += (size_t)(end - begin);
    }
}

/** Writes the decimal digits of an id. @return where they end */
uint8_t *loom_long_id_digits(uint8_t *at, uint16_t id);
/** The same without a call for those of one digit, as most are. */
static inline uint8_t *loom_id_digits(uint8_t *at, uint16_t id)
{
    if (id > 9) {
        return loom_long_id_digits(at, id);
    }
    *at = (uint8_t)('0' + id);
    return at + 1;
}

/** Writes decimal digits that end before `end`. @return where they begin */
char *loom_digits_before(char *end, uint32_t value);

/** The same for a path. */
char *loom_path_before(char *end, const struct loom_path *path);

/** Puts bytes before what was written since `at`: a head that depends on what it is the head of. */
void loom_output_insert(struct loom_output *out, size_t at, const void *data, size_t length);

#endif
