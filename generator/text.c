/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

/* @return the length of the blank at `text`, 0 if there is none. */
static size_t blank_length(const char *text)
{
    if (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') {
        return 1;
    }
    return strncmp(text, "\xC2\xA0", 2) == 0 ? 2 : 0; /* no-break space */
}

/* Puts `length` bytes of `text` with blanks folded into `folded`. */
static void fold(const char *text, size_t length, struct loomc_buffer *folded)
{
    const char *end = text + length;
    bool between = false;

    while (text < end) {
        size_t blank = blank_length(text);

        if (blank > 0) {
            between = folded->length > 0;
            text += blank;
        } else {
            if (between) {
                loomc_put_char(folded, ' ');
            }
            between = false;
            loomc_put_char(folded, *text++);
        }
    }
}

const char *loomc_text_fold(struct loomc_arena *arena, const char *text)
{
    struct loomc_buffer folded = {NULL, 0, 0};

    fold(text, strlen(text), &folded);
    const char *copy = loomc_copy(arena, folded.data, folded.length);
    loomc_buffer_free(&folded);
    return copy;
}

/* Reads digits. @return the text behind them, or NULL. */
static const char *read_digits(const char *text, unsigned long max, unsigned long *number)
{
    const char *p = text;

    *number = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        unsigned long digit = (unsigned long)(*p - '0');

        if (digit > max || *number > (max - digit) / 10) {
            return NULL;
        }
        *number = *number * 10 + digit;
    }
    return p == text ? NULL : p;
}

bool loomc_text_number(const char *text, unsigned long max, unsigned long *number)
{
    const char *end = read_digits(text, max, number);

    return end != NULL && *end == '\0';
}

bool loomc_text_version(const char *text, uint8_t *major, uint8_t *minor)
{
    unsigned long number;
    const char *point = read_digits(text, UINT8_MAX, &number);

    if (point == NULL || *point != '.') {
        return false;
    }
    *major = (uint8_t)number;
    if (!loomc_text_number(point + 1, UINT8_MAX, &number)) {
        return false;
    }
    *minor = (uint8_t)number;
    return true;
}

static size_t characters(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)text[i] & 0xC0u) != 0x80u;
    }
    return count;
}

/* @return how many bytes of `text` go on one line: words as long as they fit, at least one. */
static size_t line_length(const char *text, size_t width)
{
    size_t length = strcspn(text, " ");

    while (text[length] == ' ') {
        size_t longer = length + 1 + strcspn(text + length + 1, " ");

        if (characters(text, longer) > width) {
            break;
        }
        length = longer;
    }
    return length;
}

struct lines {
    const char **items;
    size_t count;
    size_t room;
};

static void add_line(struct loomc_arena *arena, struct lines *lines, const char *text,
                     size_t length)
{
    lines->items =
        loomc_grow(arena, lines->items, lines->count, &lines->room, sizeof lines->items[0]);
    lines->items[lines->count++] = loomc_copy(arena, text, length);
}

const char *const *loomc_text_wrap(struct loomc_arena *arena, const char *text, size_t width,
                                   size_t *count)
{
    struct lines lines = {NULL, 0, 0};
    bool empty_before = false;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        struct loomc_buffer folded = {NULL, 0, 0};

        fold(text, length, &folded);
        text += length + (text[length] == '\n' ? 1 : 0);
        if (folded.length == 0) {
            empty_before = lines.count > 0;
            continue;
        }
        if (empty_before) {
            add_line(arena, &lines, "", 0);
            empty_before = false;
        }
        for (const char *rest = folded.data; *rest != '\0';) {
            size_t part = line_length(rest, width);

            add_line(arena, &lines, rest, part);
            rest += part + (rest[part] == ' ' ? 1 : 0);
        }
        loomc_buffer_free(&folded);
    }
    *count = lines.count;
    return lines.items;
}

void loomc_text_put_lines(struct loomc_buffer *out, const char *text)
{
    const char *before = "";

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        struct loomc_buffer folded = {NULL, 0, 0};

        fold(text, length, &folded);
        text += length + (text[length] == '\n' ? 1 : 0);
        if (folded.length > 0) {
            loomc_put_text(out, before);
            loomc_put(out, folded.data, folded.length);
            before = "\n";
        } else if (*before != '\0') {
            before = "\n\n";
        }
        loomc_buffer_free(&folded);
    }
}
