/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/output.h"

#include <string.h>

struct loom_output loom_output(void *data, size_t room)
{
    struct loom_output out = {data, room, 0, false};
    return out;
}

uint8_t *loom_output_take(struct loom_output *out, size_t length)
{
    if (out->overflow || length > out->room - out->length) {
        out->overflow = true;
        return NULL;
    }
    if (length == 0) {
        return NULL; /* `data` may be NULL, too */
    }
    uint8_t *at = out->data + out->length;
    out->length += length;
    return at;
}

void loom_put_bytes(struct loom_output *out, const void *data, size_t length)
{
    uint8_t *at = loom_output_take(out, length);
    if (at != NULL) {
        memcpy(at, data, length);
    }
}

void loom_output_insert(struct loom_output *out, size_t at, const void *data, size_t length)
{
    uint8_t *end = loom_output_take(out, length);
    if (end != NULL) {
        memmove(out->data + at + length, out->data + at, (size_t)(end - out->data) - at);
        memcpy(out->data + at, data, length);
    }
}

void loom_put_byte(struct loom_output *out, uint8_t byte)
{
    if (out->overflow || out->length == out->room) {
        out->overflow = true;
        return;
    }
    out->data[out->length++] = byte;
}

void loom_put_text(struct loom_output *out, const char *text)
{
    loom_put_bytes(out, text, strlen(text));
}

void loom_put_unsigned(struct loom_output *out, uint64_t value)
{
    char digits[20];
    char *first = digits + sizeof digits;
    if (value < 10) { /* as most ids */
        loom_put_byte(out, (uint8_t)('0' + value));
        return;
    }
    for (; value > UINT32_MAX; value /= 10) {
        *--first = (char)('0' + value % 10);
    }
    uint32_t rest = (uint32_t)value; /* small devices divide no more than that at once */
    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    loom_put_bytes(out, first, (size_t)(digits + sizeof digits - first));
}

void loom_put_integer(struct loom_output *out, int64_t value)
{
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        loom_put_byte(out, '-');
        magnitude = 0 - magnitude;
    }
    loom_put_unsigned(out, magnitude);
}

void loom_put_path(struct loom_output *out, const struct loom_path *path)
{
    if (path->depth == 0) {
        loom_put_byte(out, '/');
    }
    for (uint8_t level = 0; level < path->depth; level++) {
        loom_put_byte(out, '/');
        loom_put_unsigned(out, path->id[level]);
    }
}
