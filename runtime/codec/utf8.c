/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/codec.h"

/* No overlong forms, no surrogates, nothing above U+10FFFF. */
size_t loom_utf8_length(struct loom_text text)
{
    const uint8_t *at = (const uint8_t *)text.data;
    if (text.length == 0) {
        return 0;
    }
    size_t length = at[0] < 0x80 ? 1u : at[0] < 0xE0 ? 2u : at[0] < 0xF0 ? 3u : 4u;
    if ((at[0] >= 0x80 && at[0] < 0xC2) || at[0] > 0xF4 || length > text.length) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F)) {
        return 0;
    }
    return length;
}

bool loom_utf8_is_string(struct loom_text text)
{
    while (text.length > 0) {
        size_t length = loom_utf8_length(text);
        if (length == 0 || text.data[0] == '\0') {
            return false;
        }
        text.data += length;
        text.length -= length;
    }
    return true;
}
