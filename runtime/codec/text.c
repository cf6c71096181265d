/* SPDX-License-Identifier: Apache-2.0 */
/* Small help with text that is not terminated by NUL. */
#include "codec/text.h"

#include <string.h>

struct loom_text loom_text_of(const char *text)
{
    struct loom_text result = {text, strlen(text)};
    return result;
}

bool loom_text_skip(struct loom_text *text, const char *prefix)
{
    size_t at = 0;
    while (prefix[at] != '\0' && at < text->length && text->data[at] == prefix[at]) {
        at++;
    }
    if (prefix[at] != '\0') {
        return false;
    }
    text->data += at;
    text->length -= at;
    return true;
}

bool loom_text_to_version(struct loom_text text, uint16_t *major, uint16_t *minor)
{
    const char *dot = text.length == 0 ? NULL : memchr(text.data, '.', text.length);
    if (dot == NULL) {
        return false;
    }
    struct loom_text before = {text.data, (size_t)(dot - text.data)};
    struct loom_text after = {dot + 1, text.length - before.length - 1};
    return loom_text_to_id(before, major) && loom_text_to_id(after, minor) && *major <= UINT8_MAX &&
           *minor <= UINT8_MAX;
}
