/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"

#include <string.h>

/* How deep a value that is read over may nest: a bit for each level. */
#define LEVELS_MAX 32

static void advance(struct loom_bytes *rest, size_t count)
{
    rest->data += count;
    rest->length -= count;
}

void loom_json_blanks(struct loom_bytes *rest)
{
    while (rest->length > 0 && (*rest->data == ' ' || *rest->data == '\t' || *rest->data == '\n' ||
                                *rest->data == '\r')) {
        advance(rest, 1);
    }
}

bool loom_json_take(struct loom_bytes *rest, char c)
{
    loom_json_blanks(rest);
    if (rest->length == 0 || *rest->data != (uint8_t)c) {
        return false;
    }
    advance(rest, 1);
    return true;
}

bool loom_json_more(struct loom_bytes *rest, bool first, char close, bool *good)
{
    if (loom_json_take(rest, close)) {
        return false;
    }
    *good = first || loom_json_take(rest, ',');
    return *good;
}

/* ---- strings --------------------------------------------------------------------------------- */

static int hex_digit(uint8_t c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

static bool take_code_unit(const uint8_t *digits, uint32_t *unit)
{
    *unit = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(digits[i]);
        if (digit < 0) {
            return false;
        }
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

/* The bytes of an escape, behind its backslash; 0: it is none. */
static size_t escape_length(struct loom_bytes rest)
{
    uint32_t unit;
    if (rest.length == 0 || *rest.data == '\0' || strchr("\"\\/bfnrtu", *rest.data) == NULL) {
        return 0;
    }
    if (*rest.data != 'u') {
        return 1;
    }
    return rest.length >= 5 && take_code_unit(rest.data + 1, &unit) ? 5 : 0;
}

bool loom_json_take_string(struct loom_bytes *rest, struct loom_text *text)
{
    if (!loom_json_take(rest, '"')) {
        return false;
    }
    text->data = (const char *)rest->data;
    while (rest->length > 0 && *rest->data != '"') {
        size_t length = 1;
        if (*rest->data == '\\') {
            advance(rest, 1);
            length = escape_length(*rest);
        } else if (*rest->data >= 0x80) {
            length = loom_utf8_length((struct loom_text){(const char *)rest->data, rest->length});
        } else if (*rest->data < 0x20) {
            length = 0;
        }
        if (length == 0) {
            return false;
        }
        advance(rest, length);
    }
    text->length = (size_t)((const char *)rest->data - text->data);
    return loom_json_take(rest, '"');
}

bool loom_json_key(struct loom_bytes *rest, struct loom_text *key)
{
    return loom_json_take_string(rest, key) && loom_json_take(rest, ':');
}

static void put_utf8(struct loom_output *out, uint32_t code)
{
    if (code < 0x80) {
        loom_put_byte(out, (uint8_t)code);
        return;
    }
    unsigned more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    loom_put_byte(out, (uint8_t)(first[more] | code >> (6 * more)));
    while (more-- > 0) {
        loom_put_byte(out, (uint8_t)(0x80 | (code >> (6 * more) & 0x3F)));
    }
}

#define IS_HIGH(unit) ((unit) >> 10 == 0xD800 >> 10)
#define IS_LOW(unit)  ((unit) >> 10 == 0xDC00 >> 10)

/* An escape that has been checked, behind its backslash; `rest` is moved behind it, or behind both
 * halves of a surrogate pair. */
static bool put_escaped(struct loom_output *out, struct loom_bytes *rest)
{
    static const char names[] = "bfnrt";
    static const char codes[] = "\b\f\n\r\t";
    uint32_t code;
    uint32_t low;
    uint8_t c = *rest->data;
    advance(rest, 1);
    if (c != 'u') {
        const char *name = strchr(names, c);
        loom_put_byte(out, name == NULL ? c : (uint8_t)codes[name - names]);
        return true;
    }
    take_code_unit(rest->data, &code);
    advance(rest, 4);
    if (IS_HIGH(code)) {
        if (rest->length < 6 || rest->data[0] != '\\' || rest->data[1] != 'u' ||
            !take_code_unit(rest->data + 2, &low) || !IS_LOW(low)) {
            return false;
        }
        advance(rest, 6);
        code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
    } else if (IS_LOW(code)) {
        return false;
    }
    put_utf8(out, code);
    return true;
}

bool loom_json_unescape(struct loom_text *text, struct loom_output *room)
{
    struct loom_bytes rest = {(const uint8_t *)text->data, text->length};
    if (text->length == 0 || memchr(text->data, '\\', text->length) == NULL) {
        return true;
    }
    size_t begin = room->length;
    while (rest.length > 0) {
        uint8_t c = *rest.data;
        advance(&rest, 1);
        if (c != '\\') {
            loom_put_byte(room, c);
        } else if (!put_escaped(room, &rest)) {
            return false;
        }
    }
    *text = (struct loom_text){(const char *)room->data + begin, room->length - begin};
    return !room->overflow;
}

/* ---- any value ------------------------------------------------------------------------------- */

static size_t digits_of(struct loom_bytes rest)
{
    size_t count = 0;
    while (count < rest.length && rest.data[count] >= '0' && rest.data[count] <= '9') {
        count++;
    }
    return count;
}

static bool take_digits(struct loom_bytes *rest)
{
    size_t count = digits_of(*rest);
    advance(rest, count);
    return count > 0;
}

static bool take_number(struct loom_bytes *rest)
{
    if (rest->length > 0 && *rest->data == '-') {
        advance(rest, 1);
    }
    bool zero = rest->length > 0 && *rest->data == '0';
    if (zero) {
        advance(rest, 1);
    } else if (!take_digits(rest)) {
        return false;
    }
    if (rest->length > 0 && *rest->data == '.') {
        advance(rest, 1);
        if (!take_digits(rest)) {
            return false;
        }
    }
    if (rest->length > 0 && (*rest->data | 0x20) == 'e') {
        advance(rest, 1);
        if (rest->length > 0 && (*rest->data == '-' || *rest->data == '+')) {
            advance(rest, 1);
        }
        return take_digits(rest);
    }
    return true;
}

static bool take_word(struct loom_bytes *rest, const char *word)
{
    size_t length = strlen(word);
    if (rest->length < length || memcmp(rest->data, word, length) != 0) {
        return false;
    }
    advance(rest, length);
    return true;
}

static bool take_scalar(struct loom_bytes *rest)
{
    struct loom_text ignored;
    loom_json_blanks(rest);
    switch (rest->length > 0 ? *rest->data : '\0') {
    case '"':
        return loom_json_take_string(rest, &ignored);
    case 't':
        return take_word(rest, "true");
    case 'f':
        return take_word(rest, "false");
    case 'n':
        return take_word(rest, "null");
    default:
        return take_number(rest);
    }
}

bool loom_json_skip(struct loom_bytes *rest)
{
    struct loom_text key;
    uint32_t objects = 0; /* bit 0: what is open is an object, and not an array */
    unsigned depth = 0;
    for (;;) {
        bool first = false;
        bool object = loom_json_take(rest, '{');
        if (object || loom_json_take(rest, '[')) {
            if (depth++ == LEVELS_MAX) {
                return false;
            }
            objects = objects << 1 | (object ? 1u : 0u);
            first = true;
        } else if (!take_scalar(rest)) {
            return false;
        }
        bool good = true;
        while (depth > 0 && !loom_json_more(rest, first, (objects & 1) != 0 ? '}' : ']', &good)) {
            if (!good) {
                return false;
            }
            objects >>= 1;
            depth--;
            first = false;
        }
        if (depth == 0) {
            return true;
        }
        if ((objects & 1) != 0 && !loom_json_key(rest, &key)) {
            return false;
        }
    }
}

bool loom_json_keep(struct loom_bytes *rest, struct loom_bytes *value)
{
    loom_json_blanks(rest);
    *value = *rest;
    if (!loom_json_skip(rest)) {
        return false;
    }
    value->length -= rest->length;
    return true;
}
