/* SPDX-License-Identifier: Apache-2.0 */
/** Text that grows: rendered files and their parts. */
#ifndef LOOMC_BUFFER_H
#define LOOMC_BUFFER_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/** Starts as {NULL, 0, 0}. `data` ends with NUL once anything was put. */
struct loomc_buffer {
    char *data;
    size_t length;
    size_t room;
};

void loomc_put(struct loomc_buffer *buffer, const char *data, size_t length);
void loomc_put_text(struct loomc_buffer *buffer, const char *text);
void loomc_put_char(struct loomc_buffer *buffer, char c);

LOOMC_PRINTF(2, 3)
void loomc_put_format(struct loomc_buffer *buffer, const char *format, ...);

/** If `set`, puts a constant behind those that are there, parted by ` | `; `*count` is how many. */
void loomc_put_bit(struct loomc_buffer *buffer, size_t *count, bool set, const char *constant);

void loomc_buffer_free(struct loomc_buffer *buffer);

#endif
