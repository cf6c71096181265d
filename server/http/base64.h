/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Base64 as it goes into URLs (RFC 4648, 5), without padding.
 */
#ifndef LOOM_HTTP_BASE64_H
#define LOOM_HTTP_BASE64_H

#include "loom/value.h"

/** Length of `length` bytes in base64url, without a NUL. */
#define LOOM_HTTP_BASE64_LENGTH(length) (((length)*4u + 2u) / 3u)

/** Writes base64url and a NUL. */
void loom_http_base64_write(struct loom_bytes bytes, char *text);

/** Reads base64url. @param length has the room, and then the bytes @return false: malformed */
bool loom_http_base64_read(struct loom_text text, uint8_t *bytes, size_t *length);

#endif
