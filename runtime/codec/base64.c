/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648), how formats of text carry bytes. Rules D.1. */
#include "codec/text.h"

#include <string.h>

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The alphabets have the last two digits of their own, and one of them has padding. */
static void put(struct loom_output *out, struct loom_bytes bytes, const char *last, bool padded)
{
    for (size_t at = 0; at < bytes.length; at += 3) {
        size_t count = bytes.length - at < 3 ? bytes.length - at : 3;
        uint32_t group = (uint32_t)bytes.data[at] << 16;
        group |= count > 1 ? (uint32_t)bytes.data[at + 1] << 8 : 0;
        group |= count > 2 ? bytes.data[at + 2] : 0u;
        for (size_t i = 0; i <= count; i++) {
            uint32_t digit = group >> (18 - 6 * i) & 63;
            loom_put_byte(out, (uint8_t)(digit < 62 ? base64_digits[digit] : last[digit - 62]));
        }
        for (; padded && count < 3; count++) {
            loom_put_byte(out, '=');
        }
    }
}

void loom_put_base64(struct loom_output *out, struct loom_bytes bytes)
{
    put(out, bytes, "+/", true);
}

void loom_put_base64url(struct loom_output *out, struct loom_bytes bytes)
{
    put(out, bytes, "-_", false);
}

/* Both alphabets, with or without padding (rules D.1). */
static int base64_digit(char c)
{
    if (c == '-') {
        return 62;
    }
    if (c == '_') {
        return 63;
    }
    const char *found = c == '\0' ? NULL : strchr(base64_digits, c);
    return found == NULL ? -1 : (int)(found - base64_digits);
}

bool loom_base64_decode(struct loom_text text, struct loom_output *out)
{
    uint32_t group = 0;
    unsigned bits = 0;
    size_t length = text.length;
    for (int padding = 0; padding < 2 && length > 0 && length % 4 == (size_t)(padding ? 3 : 0) &&
                          text.data[length - 1] == '=';
         padding++) {
        length--;
    }
    if (length % 4 == 1) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        int digit = base64_digit(text.data[i]);
        if (digit < 0) {
            return false;
        }
        group = group << 6 | (uint32_t)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            loom_put_byte(out, (uint8_t)(group >> bits));
            group &= (1u << bits) - 1;
        }
    }
    return group == 0 && !out->overflow;
}

enum loom_status loom_opaque_get(struct loom_text text, struct loom_value *value, uint8_t *scratch,
                                 size_t scratch_size)
{
    struct loom_output decoded = loom_output(scratch, scratch_size);
    bool good = loom_base64_decode(text, &decoded);
    value->type = LOOM_OPAQUE;
    value->as.opaque.data = scratch;
    value->as.opaque.length = decoded.length;
    return decoded.overflow ? LOOM_TOO_LARGE : good ? LOOM_OK : LOOM_BAD_REQUEST;
}
