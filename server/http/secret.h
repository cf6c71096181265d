/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Secrets of sessions and tokens: made by chance, kept as their digest, and compared in a time that
 * tells nothing.
 */
#ifndef LOOM_HTTP_SECRET_H
#define LOOM_HTTP_SECRET_H

#include "loom/value.h"

#define LOOM_HTTP_SECRET_SIZE 32u /**< bytes by chance */
#define LOOM_HTTP_DIGEST_SIZE 32u
/** Text of a secret, with its NUL. */
#define LOOM_HTTP_SECRET_TEXT 44u

/** Fills memory by chance. @return false: the system has none */
bool loom_http_random(void *memory, size_t length);

/** SHA-256. */
void loom_http_digest(const void *data, size_t length, uint8_t digest[LOOM_HTTP_DIGEST_SIZE]);

/** @return whether both are the same, in a time that depends on the length alone */
bool loom_http_same(const void *a, const void *b, size_t length);

/** Makes a secret: its text goes to who shall have it, its digest is kept. @return as
 *  loom_http_random() */
bool loom_http_secret_make(char text[LOOM_HTTP_SECRET_TEXT], uint8_t digest[LOOM_HTTP_DIGEST_SIZE]);

/** The digest of a secret that somebody sent. @return false: it has not the form of one */
bool loom_http_secret_digest(const char *text, uint8_t digest[LOOM_HTTP_DIGEST_SIZE]);

#endif
