/* SPDX-License-Identifier: Apache-2.0 */
/* Values of the data model in JSON (rules D.1). */
#include "codec/json.h"
#include "codec/number.h"
#include "codec/text.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

/* Beyond this an exponent changes nothing: the number is 0 or fits nowhere. */
#define EXPONENT_MAX 1000000

static struct loom_text text_of(struct loom_bytes bytes)
{
    return (struct loom_text){(const char *)bytes.data, bytes.length};
}

static bool is_number(struct loom_bytes token)
{
    return token.length > 0 &&
           (token.data[0] == '-' || (token.data[0] >= '0' && token.data[0] <= '9'));
}

bool loom_json_to_double(struct loom_bytes number, double *value)
{
    return is_number(number) && loom_text_to_float(text_of(number), value);
}

/* value = value * 10^power + digit; without a power there is no digit. @return whether it fits */
static bool append(uint64_t *value, int32_t power, uint32_t digit)
{
    bool fits = true;
    for (; fits && power > 0; power--) {
        fits = loom_multiply(value, 10, power == 1 ? digit : 0);
    }
    return fits;
}

static int32_t exponent_of(struct loom_bytes digits)
{
    int32_t exponent = 0;
    bool negative = digits.length > 0 && digits.data[0] == '-';
    for (size_t i = negative || digits.data[0] == '+' ? 1 : 0; i < digits.length; i++) {
        exponent = exponent < EXPONENT_MAX ? exponent * 10 + (digits.data[i] - '0') : exponent;
    }
    return negative ? -exponent : exponent;
}

/* Its grammar has been checked. Zeros wait until another digit comes: so those of a fraction do no
 * harm. */
bool loom_json_to_whole(struct loom_bytes number, bool *negative, uint64_t *magnitude)
{
    int32_t power = 0; /* of ten, with which what was read is too small */
    bool fraction = false;
    size_t at = 0;
    if (!is_number(number) || number.length > INT32_MAX / 2) {
        return false;
    }
    *negative = number.data[0] == '-';
    *magnitude = 0;
    int32_t zeros = 0;
    for (at = *negative ? 1 : 0; at < number.length; at++) {
        uint8_t c = number.data[at];
        if (c == '.') {
            fraction = true;
        } else if ((c | 0x20) == 'e') {
            power += exponent_of((struct loom_bytes){number.data + at + 1, number.length - at - 1});
            break;
        } else {
            power -= fraction ? 1 : 0;
            zeros++;
            if (c != '0') {
                if (!append(magnitude, zeros, (uint32_t)(c - '0'))) {
                    return false;
                }
                zeros = 0;
            }
        }
    }
    power += zeros;
    return *magnitude == 0 || (power >= 0 && append(magnitude, power, 0));
}

static bool to_number(struct loom_bytes raw, struct loom_value *value)
{
    bool negative;
    uint64_t magnitude;
    if (value->type == LOOM_FLOAT) {
        return loom_json_to_double(raw, &value->as.number);
    }
    if (!loom_json_to_whole(raw, &negative, &magnitude)) {
        return false;
    }
    if (value->type == LOOM_UNSIGNED) {
        value->as.unsigned_integer = magnitude;
        return !negative || magnitude == 0;
    }
    return loom_to_integer(negative, magnitude, &value->as.integer);
}

static bool to_boolean(struct loom_bytes raw, bool *value)
{
    *value = raw.length == 4 && raw.data[0] == 't';
    return *value || (raw.length == 5 && raw.data[0] == 'f');
}

/* Text, and what is written as such. Decoded in place, because bytes need less room than their
 * digits. */
static enum loom_status to_text(const struct loom_decoder *decoder, struct loom_bytes raw,
                                struct loom_value *value)
{
    struct loom_text text;
    struct loom_output room = loom_output(decoder->scratch, decoder->scratch_size);
    bool good = loom_json_take_string(&raw, &text) && loom_json_unescape(&text, &room);
    if (good && value->type == LOOM_OBJLNK) {
        good = loom_text_to_objlnk(text, &value->as.objlnk);
    } else if (good && value->type == LOOM_OPAQUE) {
        room = loom_output(decoder->scratch, decoder->scratch_size);
        good = loom_base64_decode(text, &room);
        value->as.opaque = (struct loom_bytes){room.data, room.length};
    } else {
        value->as.text = text;
    }
    return good ? LOOM_OK : room.overflow ? LOOM_TOO_LARGE : LOOM_BAD_REQUEST;
}

enum loom_status loom_json_read_value(const struct loom_decoder *decoder,
                                      const struct loom_item *item, enum loom_type type,
                                      struct loom_value *value)
{
    bool good = false;
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
    case LOOM_OPAQUE:
    case LOOM_OBJLNK:
        return to_text(decoder, item->raw, value);
    case LOOM_INTEGER:
    case LOOM_UNSIGNED:
    case LOOM_FLOAT:
    case LOOM_TIME:
        good = to_number(item->raw, value);
        break;
    case LOOM_BOOLEAN:
        good = to_boolean(item->raw, &value->as.boolean);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_escape(struct loom_output *out, char c)
{
    static const char codes[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    static const char digits[] = "0123456789ABCDEF";
    const char *code = c == '\0' ? NULL : strchr(codes, c);
    loom_put_byte(out, '\\');
    if (code != NULL) {
        loom_put_byte(out, (uint8_t)names[code - codes]);
        return;
    }
    loom_put_text(out, "u00");
    loom_put_byte(out, (uint8_t)digits[(uint8_t)c >> 4]);
    loom_put_byte(out, (uint8_t)digits[(uint8_t)c & 15u]);
}

static void put_string(struct loom_output *out, struct loom_text text)
{
    size_t begin = 0;
    for (size_t at = 0; at < text.length; at++) {
        char c = text.data[at];
        if ((uint8_t)c < 0x20 || c == '"' || c == '\\') {
            loom_put_bytes(out, text.data + begin, at - begin);
            put_escape(out, c);
            begin = at + 1;
        }
    }
    if (begin < text.length) {
        loom_put_bytes(out, text.data + begin, text.length - begin);
    }
}

void loom_json_put_value(struct loom_output *out, const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        loom_put_byte(out, '"');
        put_string(out, value->as.text);
        loom_put_byte(out, '"');
        break;
    case LOOM_BOOLEAN:
        loom_put_text(out, value->as.boolean ? "true" : "false");
        break;
    case LOOM_OBJLNK:
        loom_put_byte(out, '"');
        loom_put_objlnk(out, value->as.objlnk);
        loom_put_byte(out, '"');
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
    case LOOM_OPAQUE:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}
