/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Printing for people what events are made of.
 */
#ifndef LOOM_PRINT_H
#define LOOM_PRINT_H

#include "loom/value.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Prints text of a peer: what could move a terminal's cursor is shown as `\x1b`, and so is what is
 *  not UTF-8. */
void loom_print_text(FILE *out, struct loom_text text);

/** Two lower-case hex digits a byte. */
void loom_print_hex(FILE *out, struct loom_bytes bytes);

/** `/3/0/1` */
void loom_print_path(FILE *out, const struct loom_path *path);

/** `2.05` */
void loom_print_code(FILE *out, uint8_t code);

/** A value of the data model: text in quotes, Opaque in hex, an object link `3:0`. */
void loom_print_value(FILE *out, const struct loom_value *value);

#ifdef __cplusplus
}
#endif

#endif
