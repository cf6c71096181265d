/* SPDX-License-Identifier: Apache-2.0 */
/* Content formats text/plain and, for paths, the numbers of a URI. Rules D-1 and D.1. */
#include "loom/codec.h"

#include <string.h>

bool loom_text_to_id(struct loom_text text, uint16_t *id)
{
    uint64_t value;
    if (text.length > 5 || !loom_text_to_unsigned(text, &value) || value >= LOOM_ID_NONE ||
        (text.length > 1 && text.data[0] == '0')) {
        return false;
    }
    *id = (uint16_t)value;
    return true;
}

bool loom_text_to_path(struct loom_text text, struct loom_path *path)
{
    *path = loom_path_root();
    if (text.length == 0 || text.data[0] != '/') {
        return false;
    }
    size_t at = 1;
    while (at < text.length) {
        size_t end = at;
        while (end < text.length && text.data[end] != '/') {
            end++;
        }
        struct loom_text segment = {text.data + at, end - at};
        if (path->depth == 4 || !loom_text_to_id(segment, &path->id[path->depth])) {
            return false;
        }
        path->depth++;
        at = end + 1;
    }
    return true;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void loom_put_base64(struct loom_output *out, struct loom_bytes bytes)
{
    for (size_t at = 0; at < bytes.length; at += 3) {
        size_t count = bytes.length - at < 3 ? bytes.length - at : 3;
        uint32_t group = (uint32_t)bytes.data[at] << 16;
        group |= count > 1 ? (uint32_t)bytes.data[at + 1] << 8 : 0;
        group |= count > 2 ? bytes.data[at + 2] : 0u;
        for (size_t i = 0; i < 4; i++) {
            char digit = i <= count ? base64_digits[group >> (18 - 6 * i) & 63] : '=';
            loom_put_byte(out, (uint8_t)digit);
        }
    }
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

static bool base64_decode(struct loom_text text, struct loom_output *out)
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

static bool text_to_objlnk(struct loom_text text, struct loom_objlnk *link)
{
    uint64_t number[2];
    size_t colon = 0;
    while (colon < text.length && text.data[colon] != ':') {
        colon++;
    }
    if (colon == text.length || colon > 5 || text.length - colon > 6) {
        return false;
    }
    struct loom_text part[2] = {{text.data, colon},
                                {text.data + colon + 1, text.length - colon - 1}};
    for (int i = 0; i < 2; i++) {
        bool null_link = part[i].length == 4 && memcmp(part[i].data, "FFFF", 4) == 0;
        if (null_link) {
            number[i] = LOOM_ID_NONE; /* one example of the standard prints it so (rules D.1) */
        } else if (!loom_text_to_unsigned(part[i], &number[i]) || number[i] > LOOM_ID_NONE ||
                   (part[i].length > 1 && part[i].data[0] == '0')) {
            return false;
        }
    }
    link->object = (uint16_t)number[0];
    link->instance = (uint16_t)number[1];
    return true;
}

void loom_text_put(struct loom_output *out, const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        loom_put_bytes(out, value->as.text.data, value->as.text.length);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        loom_put_integer(out, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        loom_put_unsigned(out, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        loom_put_float(out, value->as.number);
        break;
    case LOOM_BOOLEAN:
        loom_put_byte(out, value->as.boolean ? '1' : '0');
        break;
    case LOOM_OPAQUE:
        loom_put_base64(out, value->as.opaque);
        break;
    case LOOM_OBJLNK:
        loom_put_unsigned(out, value->as.objlnk.object);
        loom_put_byte(out, ':');
        loom_put_unsigned(out, value->as.objlnk.instance);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

enum loom_status loom_text_get(struct loom_text text, enum loom_type type, struct loom_value *value,
                               uint8_t *scratch, size_t scratch_size)
{
    bool good = false;
    struct loom_output decoded = loom_output(scratch, scratch_size);
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value->as.text = text;
        good = true;
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        good = loom_text_to_integer(text, &value->as.integer);
        break;
    case LOOM_UNSIGNED:
        good = loom_text_to_unsigned(text, &value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        good = loom_text_to_float(text, &value->as.number);
        break;
    case LOOM_BOOLEAN:
        good = text.length == 1 && (text.data[0] == '0' || text.data[0] == '1');
        value->as.boolean = good && text.data[0] == '1';
        break;
    case LOOM_OPAQUE:
        good = base64_decode(text, &decoded);
        value->as.opaque.data = scratch;
        value->as.opaque.length = decoded.length;
        if (decoded.overflow) {
            return LOOM_TOO_LARGE;
        }
        break;
    case LOOM_OBJLNK:
        good = text_to_objlnk(text, &value->as.objlnk);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}
