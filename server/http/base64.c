/* SPDX-License-Identifier: Apache-2.0 */
#include "http/base64.h"

#include "loom/codec.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void loom_http_base64_write(struct loom_bytes bytes, char *text)
{
    size_t length = LOOM_HTTP_BASE64_LENGTH(bytes.length);
    struct loom_output out = loom_output(text, length);
    loom_put_base64url(&out, bytes);
    text[length] = '\0';
}

bool loom_http_base64_read(struct loom_text text, uint8_t *bytes, size_t *length)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t written = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *digit = text.data[i] == '\0' ? NULL : strchr(digits, text.data[i]);
        if (digit == NULL) {
            return false;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            if (written == *length) {
                return false;
            }
            bytes[written++] = (uint8_t)(bits >> count);
        }
    }
    *length = written;
    /* What is left over is padding, so that each value has one text. */
    return text.length % 4 != 1 && (bits & ((1u << count) - 1u)) == 0;
}
