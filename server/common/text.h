/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Text as the servers compare and split it: of requests, of files and of consoles.
 */
#ifndef LOOM_SERVER_TEXT_H
#define LOOM_SERVER_TEXT_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The text of a string that NUL ends. */
struct loom_text loom_string_text(const char *string);

/** @return whether both are the same bytes; data NULL is empty text. */
bool loom_text_same(struct loom_text a, struct loom_text b);
bool loom_bytes_same(struct loom_bytes a, struct loom_bytes b);

/** @return whether the text is exactly `literal`. */
bool loom_text_is(struct loom_text text, const char *literal);

/** @return whether the text is `literal`; letters of ASCII are the same in both cases. */
bool loom_text_is_any_case(struct loom_text text, const char *literal);

/** @return whether `part` is in the text; letters of ASCII are the same in both cases. */
bool loom_text_holds(struct loom_text text, struct loom_text part);

/** Splits `name=value`. An argument without `=` has a value whose data is NULL. */
void loom_query_split(struct loom_text argument, struct loom_text *name, struct loom_text *value);

/** Reads `major.minor`, each from 0 to 255, the major from 1. @return false: it is none */
bool loom_version_read(struct loom_text text, uint8_t *major, uint8_t *minor);

#ifdef __cplusplus
}
#endif

#endif
