/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <string.h>

static void drop(struct loom_text *text, size_t count)
{
    text->data += count;
    text->length -= count;
}

static void skip_blanks(struct loom_text *text)
{
    while (text->length > 0 && memchr(" \t\r\n", text->data[0], 4) != NULL) {
        drop(text, 1);
    }
}

static bool take(struct loom_text *text, char c)
{
    skip_blanks(text);
    if (text->length == 0 || text->data[0] != c) {
        return false;
    }
    drop(text, 1);
    return true;
}

/* ---- where a value ends ---------------------------------------------------------------------- */

/* Both answer with the length of what `text` begins with, 0 if it does not end. */

static size_t string_length(struct loom_text text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.data[i] == '\\') {
            i++;
        } else if (text.data[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

static size_t container_length(struct loom_text text)
{
    size_t depth = 0;
    struct loom_text rest = text;
    while (rest.length > 0) {
        char c = rest.data[0];
        size_t length = c == '"' ? string_length(rest) : 1;
        if (length == 0) {
            return 0;
        }
        drop(&rest, length);
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (depth == 0) {
            return text.length - rest.length;
        }
    }
    return 0;
}

static bool take_value(struct loom_text *text, struct loom_text *value)
{
    skip_blanks(text);
    size_t length = 0;
    if (text->length > 0 && text->data[0] == '"') {
        length = string_length(*text);
    } else if (text->length > 0 && (text->data[0] == '{' || text->data[0] == '[')) {
        length = container_length(*text);
    } else {
        while (length < text->length && memchr(",}] \t\r\n", text->data[length], 7) == NULL) {
            length++;
        }
    }
    value->data = text->data;
    value->length = length;
    drop(text, length);
    return length > 0;
}

/* ---- members and elements -------------------------------------------------------------------- */

static bool is_name(struct loom_text quoted, const char *name)
{
    size_t length = strlen(name);
    return quoted.length == length + 2 && quoted.data[0] == '"' &&
           memcmp(quoted.data + 1, name, length) == 0;
}

bool demo_json_member(struct loom_text object, const char *name, struct loom_text *value)
{
    struct loom_text key;
    if (!take(&object, '{')) {
        return false;
    }
    while (take_value(&object, &key) && take(&object, ':') && take_value(&object, value)) {
        if (is_name(key, name)) {
            return true;
        }
        if (!take(&object, ',')) {
            return false;
        }
    }
    return false;
}

bool demo_json_element(struct loom_text *array, struct loom_text *element)
{
    return (take(array, '[') || take(array, ',')) && take_value(array, element);
}

/* ---- plain text ------------------------------------------------------------------------------ */

struct plain {
    char *out;
    size_t room; /* without the NUL */
    size_t length;
    bool full;
};

static void put(struct plain *plain, const char *data, size_t length)
{
    plain->full = plain->full || length > plain->room - plain->length;
    if (!plain->full) {
        memcpy(plain->out + plain->length, data, length);
        plain->length += length;
    }
}

/* A character of the Basic Multilingual Plane as UTF-8; halves of others are not put together. */
static void put_code_point(struct plain *plain, unsigned code)
{
    char utf8[3];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    if (code >= 0xD800 && code <= 0xDFFF) {
        code = 0xFFFD;
    }
    if (length == 1) {
        utf8[0] = (char)code;
    } else if (length == 2) {
        utf8[0] = (char)(0xC0u | code >> 6);
        utf8[1] = (char)(0x80u | (code & 0x3Fu));
    } else {
        utf8[0] = (char)(0xE0u | code >> 12);
        utf8[1] = (char)(0x80u | (code >> 6 & 0x3Fu));
        utf8[2] = (char)(0x80u | (code & 0x3Fu));
    }
    put(plain, utf8, length);
}

static bool read_hex(struct loom_text text, unsigned *code)
{
    *code = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = i < text.length ? text.data[i] : '\0';
        bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!letter && (c < '0' || c > '9')) {
            return false;
        }
        *code = *code * 16 + (unsigned)(letter ? (c | 0x20) - 'a' + 10 : c - '0');
    }
    return true;
}

/* `text` begins behind a backslash. */
static void put_escape(struct plain *plain, struct loom_text *text)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    unsigned code;
    if (text->length == 0) {
        return;
    }
    char c = text->data[0];
    drop(text, 1);
    if (c == 'u' && read_hex(*text, &code)) {
        drop(text, 4);
        put_code_point(plain, code);
        return;
    }
    const char *letter = c == '\0' ? NULL : strchr(letters, c);
    put(plain, letter == NULL ? &c : &meanings[letter - letters], 1);
}

static size_t character_length(struct loom_text text)
{
    size_t length = 1;
    while (length < text.length && ((unsigned char)text.data[length] & 0xC0u) == 0x80u) {
        length++;
    }
    return length;
}

void demo_json_plain(struct loom_text value, char *out, size_t room)
{
    struct plain plain = {out, room - 1, 0, false};
    if (value.length >= 2 && value.data[0] == '"') {
        drop(&value, 1);
        value.length--;
    }
    while (value.length > 0) {
        if (value.data[0] == '\\') {
            drop(&value, 1);
            put_escape(&plain, &value);
        } else {
            size_t length = character_length(value);
            put(&plain, value.data, length);
            drop(&value, length);
        }
    }
    out[plain.length] = '\0';
}

void demo_json_member_plain(struct loom_text object, const char *name, char *out, size_t room)
{
    struct loom_text value;
    if (!demo_json_member(object, name, &value)) {
        value.data = "";
        value.length = 0;
    }
    demo_json_plain(value, out, room);
}

bool demo_json_member_is(struct loom_text object, const char *name, const char *expected)
{
    char plain[256];
    struct loom_text value;
    if (!demo_json_member(object, name, &value)) {
        return false;
    }
    demo_json_plain(value, plain, sizeof plain);
    return strcmp(plain, expected) == 0;
}
