/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values as people write them, in the accounts file and on the consoles alike.
 */
#ifndef LOOM_CATALOG_VALUE_H
#define LOOM_CATALOG_VALUE_H

#include "catalog/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Reads yes, no, true, false, 1 or 0. */
bool loom_boolean_read(struct loom_text text, bool *value);

/**
 * Takes text as it is, or out of its double quotes, in which `\"` and `\\` are a quote and a
 * backslash.
 * @param plain  room for as many bytes as the text has; may be the text itself
 * @param length out: of `plain`
 * @return false: quotes that do not end with the text
 */
bool loom_text_unquote(struct loom_text text, char *plain, size_t *length);

/** Reads pairs of hex digits. @param bytes out: room for half as many bytes as the text has */
bool loom_hex_read(struct loom_text text, uint8_t *bytes);

/**
 * Reads a value of a resource's type, which may be out of its range. Opaque is in hex, text as it
 * is, the rest as in the text format (rules D.1).
 * @param scratch room for half as many bytes as the text has; may be NULL unless the type is Opaque
 * @return false: it is not of that type
 */
bool loom_value_read(struct loom_text text, enum loom_type type, struct loom_value *value,
                     uint8_t *scratch);

/** Writes which values a resource may have, ends with NUL: `Integer, 0..100`. Cut off if need be.
 */
void loom_value_expected(const struct loom_catalog_entry *entry, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
