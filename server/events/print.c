/* SPDX-License-Identifier: Apache-2.0 */
#include "events/print.h"

#include "loom/codec.h"

#include <inttypes.h>

/* Controls, those of C1 too, which are 0xC2 0x80 .. 0x9F in UTF-8. */
static bool is_control(struct loom_text character)
{
    unsigned char first = (unsigned char)character.data[0];
    return first < 0x20 || first == 0x7F ||
           (first == 0xC2 && (unsigned char)character.data[1] < 0xA0);
}

void loom_print_text(FILE *out, struct loom_text text)
{
    while (text.length > 0) {
        struct loom_text character = {text.data, loom_utf8_length(text)};
        bool plain = character.length > 0 && !is_control(character);
        size_t used = character.length > 0 ? character.length : 1;
        if (plain) {
            (void)fwrite(text.data, 1, used, out);
        }
        for (size_t i = 0; !plain && i < used; i++) {
            (void)fprintf(out, "\\x%02x", (unsigned)(unsigned char)text.data[i]);
        }
        text.data += used;
        text.length -= used;
    }
}

void loom_print_hex(FILE *out, struct loom_bytes bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        (void)fprintf(out, "%02x", bytes.data[i]);
    }
}

void loom_print_path(FILE *out, const struct loom_path *path)
{
    if (path->depth == 0) {
        (void)fputc('/', out);
    }
    for (size_t i = 0; i < path->depth; i++) {
        (void)fprintf(out, "/%u", (unsigned)path->id[i]);
    }
}

void loom_print_code(FILE *out, uint8_t code)
{
    (void)fprintf(out, "%u.%02u", code / 32u, code % 32u);
}

void loom_print_value(FILE *out, const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        (void)fputc('"', out);
        loom_print_text(out, value->as.text);
        (void)fputc('"', out);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        (void)fprintf(out, "%" PRId64, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        (void)fprintf(out, "%" PRIu64, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        (void)fprintf(out, "%.15g", value->as.number);
        break;
    case LOOM_BOOLEAN:
        (void)fputs(value->as.boolean ? "true" : "false", out);
        break;
    case LOOM_OBJLNK:
        (void)fprintf(out, "%u:%u", (unsigned)value->as.objlnk.object,
                      (unsigned)value->as.objlnk.instance);
        break;
    case LOOM_OPAQUE:
        loom_print_hex(out, value->as.opaque);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}
