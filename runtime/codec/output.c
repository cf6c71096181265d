/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/output.h"

#include <string.h>

/* `/65534/65534/65534/65534`. */
#define PATH_MAX 24

struct loom_output loom_output(void *data, size_t room)
{
    struct loom_output out = {data, room, 0, false, 0, NULL};
    return out;
}

uint8_t *loom_output_take(struct loom_output *out, size_t length)
{
    if (length > out->room - out->length) {
        out->overflow = true;
        out->length = out->room; /* so that what is shorter does not fit, either */
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
    if (length > out->room - out->length) {
        loom_output_overflow(out, data, length);
    } else if (length > 0) {
        uint8_t *at = out->data + out->length;
        out->length += length;
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
    if (out->length == out->room) {
        out->behind = byte; /* whose address costs nothing where there is room */
        loom_output_overflow(out, &out->behind, 1);
        return;
    }
    out->data[out->length++] = byte;
}

void loom_put_text(struct loom_output *out, const char *text)
{
    loom_put_bytes(out, text, strlen(text));
}

/* Written from its end. Return where it begins. */

char *loom_digits_before(char *end, uint32_t value)
{
    for (; value >= 10; value /= 10) {
        *--end = (char)('0' + value % 10);
    }
    *--end = (char)('0' + value);
    return end;
}

uint8_t *loom_long_id_digits(uint8_t *at, uint16_t id)
{
    uint8_t *end = at + 1;
    for (uint32_t least = 10; id >= least; least *= 10) {
        end++;
    }
    (void)loom_digits_before((char *)end, id);
    return end;
}

char *loom_path_before(char *end, const struct loom_path *path)
{
    for (unsigned level = path->depth; level > 0; level--) {
        end = loom_digits_before(end, path->id[level - 1]);
        *--end = '/';
    }
    if (path->depth == 0) {
        *--end = '/';
    }
    return end;
}

static void put_between(struct loom_output *out, const char *begin, const char *end)
{
    loom_put_bytes(out, begin, (size_t)(end - begin));
}

void loom_put_unsigned(struct loom_output *out, uint64_t value)
{
    char room[20];
    char *begin = room + sizeof room;
    for (; value > UINT32_MAX; value /= 10) { /* small devices divide no more than that at once */
        *--begin = (char)('0' + value % 10);
    }
    put_between(out, loom_digits_before(begin, (uint32_t)value), room + sizeof room);
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
    char room[PATH_MAX];
    char *end = room + sizeof room;
    put_between(out, loom_path_before(end, path), end);
}

void loom_put_link(struct loom_output *out, size_t begin, const struct loom_path *path)
{
    char room[PATH_MAX + 3];
    char *end = room + sizeof room;
    char *at = end;
    *--at = '>';
    at = loom_path_before(at, path);
    *--at = '<';
    if (out->length > begin) {
        *--at = ',';
    }
    put_between(out, at, end);
}
