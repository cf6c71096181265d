/* SPDX-License-Identifier: Apache-2.0 */
#include "escape.h"

#include "symbol.h"
#include "utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void loomc_escape_c_string(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        bool trigraph = c == '?' && i > 0 && text[i - 1] == '?';

        if (c == '"' || c == '\\' || trigraph) {
            loomc_put_char(out, '\\');
            loomc_put_char(out, (char)c);
        } else if (c < 0x20 || c >= 0x7F) {
            /* Three digits always: what follows cannot become part of the escape. */
            loomc_put_format(out, "\\%03o", c);
        } else {
            loomc_put_char(out, (char)c);
        }
    }
}

/* Reads a character of UTF-8 text. @return its length in bytes; a byte that is none counts as 1. */
static size_t read_character(const char *text, size_t length, uint32_t *character)
{
    size_t size = loomc_utf8_read(text, length, character);

    if (size == 0) {
        *character = (unsigned char)*text;
        return 1;
    }
    return size;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

/* Characters that make a reader see another order than the compiler. */
static bool is_direction(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* Doxygen, and clang that reads comments as it does, would take a word behind it for a command. */
static bool begins_command(const char *text, size_t length, size_t at)
{
    bool word = at + 1 < length && isalpha((unsigned char)text[at + 1]);
    bool inside = at > 0 && isalnum((unsigned char)text[at - 1]);

    return word && (text[at] == '\\' || (text[at] == '@' && !inside));
}

void loomc_escape_c_comment(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = read_character(text + i, length - i, &c);
        char before = i > 0 ? text[i - 1] : '\0';

        if (size == 1 && c >= 0x80) {
            loomc_put_char(out, '?'); /* no UTF-8 */
        } else if (is_control(c)) {
            loomc_put_char(out, ' ');
        } else if (is_direction(c)) {
            loomc_put_format(out, "U+%04" PRIX32, c);
        } else {
            if ((c == '/' && before == '*') || (c == '*' && before == '/')) {
                loomc_put_char(out, ' ');
            }
            if (begins_command(text, length, i)) {
                loomc_put_char(out, text[i]);
            }
            loomc_put(out, text + i, size);
        }
        i += size;
    }
    /* A backslash at the end of a line, or its trigraph, would splice the next line to it; a star
     * or a slash may meet its counterpart in the template. */
    if (length > 0 && strchr("\\/*", text[length - 1]) != NULL) {
        loomc_put_char(out, '.');
    }
}

void loomc_escape_c_ident(struct loomc_buffer *out, const char *text, size_t length)
{
    loomc_symbol_put(out, text, length);
}

void loomc_escape_json(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = read_character(text + i, length - i, &c);

        if (size == 1 && c >= 0x80) {
            loomc_put_text(out, "\\ufffd"); /* no UTF-8 */
        } else if (c == '\n') {
            loomc_put_text(out, "\\n");
        } else if (c == '"' || c == '\\') {
            loomc_put_format(out, "\\%c", (char)c);
        } else if (is_control(c) || is_direction(c) || c == '<' || c == '>' || c == '&') {
            loomc_put_format(out, "\\u%04" PRIx32, c);
        } else {
            loomc_put(out, text + i, size);
        }
        i += size;
    }
}

void loomc_escape_html(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = read_character(text + i, length - i, &c);

        if (size == 1 && c >= 0x80) {
            loomc_put_char(out, '?'); /* no UTF-8 */
        } else if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
            loomc_put_format(out, "&#%" PRIu32 ";", c);
        } else if (is_control(c) && c != '\n') {
            loomc_put_char(out, ' ');
        } else if (is_direction(c)) {
            loomc_put_format(out, "U+%04" PRIX32, c);
        } else {
            loomc_put(out, text + i, size);
        }
        i += size;
    }
}

/* What stands before a character: at the beginning of a line more of them mean something. */
enum markdown_place { MARKDOWN_FIRST, MARKDOWN_DIGITS, MARKDOWN_INSIDE };

/* Whether a character can mean something in Markdown. */
static bool is_markup(uint32_t c, enum markdown_place place, char next)
{
    if (c == '.' || c == ')') {
        /* `1. ` makes a list, `1.5` does not. */
        return place == MARKDOWN_DIGITS && (next == ' ' || next == '\t' || next == '\n');
    }
    if (c == '+' || c == '-') {
        return place == MARKDOWN_FIRST && !(next >= '0' && next <= '9');
    }
    if (c == '=' || c == ':') {
        return place == MARKDOWN_FIRST;
    }
    return c < 0x80 && strchr("\\`*_{}[]<>#|~&!$@", (int)c) != NULL;
}

void loomc_escape_markdown(struct loomc_buffer *out, const char *text, size_t length)
{
    enum markdown_place place = MARKDOWN_FIRST;

    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = read_character(text + i, length - i, &c);
        char next = i + size < length ? text[i + size] : '\n';

        if (size == 1 && c >= 0x80) {
            loomc_put_char(out, '?'); /* no UTF-8 */
        } else if (c == '\n') {
            loomc_put_text(out, "<br>");
        } else if (is_control(c) || c == ' ') {
            /* Blanks at the beginning of a line would make it code. */
            loomc_put_text(out, place == MARKDOWN_FIRST ? "" : " ");
        } else if (is_direction(c)) {
            loomc_put_format(out, "U+%04" PRIX32, c);
        } else {
            loomc_put_text(out, is_markup(c, place, next) ? "\\" : "");
            loomc_put(out, text + i, size);
            place = place != MARKDOWN_INSIDE && c >= '0' && c <= '9' ? MARKDOWN_DIGITS
                                                                     : MARKDOWN_INSIDE;
        }
        i += size;
    }
}

void loomc_escape_csv(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        loomc_put_text(out, text[i] == '"' ? "\"" : "");
        loomc_put_char(out, text[i]);
    }
}

void loomc_escape_rust_string(struct loomc_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = read_character(text + i, length - i, &c);

        if (size == 1 && c >= 0x80) {
            loomc_put_text(out, "\\u{fffd}"); /* no UTF-8 */
        } else if (c == '"' || c == '\\') {
            loomc_put_format(out, "\\%c", (char)c);
        } else if (is_control(c) || is_direction(c)) {
            loomc_put_format(out, "\\u{%" PRIx32 "}", c);
        } else {
            loomc_put(out, text + i, size);
        }
        i += size;
    }
}

static const struct loomc_escape escapes[] = {
    {"c_string", loomc_escape_c_string}, {"c_comment", loomc_escape_c_comment},
    {"c_ident", loomc_escape_c_ident},   {"json", loomc_escape_json},
    {"html", loomc_escape_html},         {"markdown", loomc_escape_markdown},
    {"csv", loomc_escape_csv},           {"rust_string", loomc_escape_rust_string},
};

static const char *const escape_names[] = {"c_string", "c_comment", "c_ident", "json",
                                           "html",     "markdown",  "csv",     "rust_string"};

const struct loomc_escape *loomc_escape_find(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(escapes); i++) {
        if (strlen(escapes[i].name) == length && memcmp(escapes[i].name, name, length) == 0) {
            return &escapes[i];
        }
    }
    return NULL;
}

const char *const *loomc_escape_names(size_t *count)
{
    *count = COUNT(escape_names);
    return escape_names;
}
