/* SPDX-License-Identifier: Apache-2.0 */
#include "common/words.h"

#include "common/memory.h"
#include "common/text.h"
#include "loom/codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

void loom_word_trim(struct loom_word *word)
{
    while (word->text.length > 0 && is_blank(word->text.data[0])) {
        word->text.data++;
        word->text.length--;
        word->column++;
    }
    while (word->text.length > 0 && is_blank(word->text.data[word->text.length - 1])) {
        word->text.length--;
    }
}

bool loom_word_split(struct loom_word *rest, const char *ends, struct loom_word *part)
{
    size_t length = 0;
    loom_word_trim(rest);
    if (rest->text.length == 0) {
        return false;
    }
    while (length < rest->text.length && strchr(ends, rest->text.data[length]) == NULL) {
        length++;
    }
    *part = *rest;
    part->text.length = length;
    loom_word_trim(part);
    length += length < rest->text.length ? 1 : 0;
    rest->text.data += length;
    rest->text.length -= length;
    rest->column += (unsigned)length;
    return true;
}

bool loom_word_is(const struct loom_word *word, const char *literal)
{
    return loom_text_is(word->text, literal);
}

/* ---- lines ----------------------------------------------------------------------------------- */

struct loom_lines loom_lines(struct loom_text text)
{
    struct loom_lines lines = {text, 0};
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
        lines.rest.data += 3;
        lines.rest.length -= 3;
    }
    return lines;
}

bool loom_lines_next(struct loom_lines *lines, struct loom_word *line)
{
    struct loom_text *rest = &lines->rest;
    if (rest->length == 0) {
        return false;
    }
    const char *end = memchr(rest->data, '\n', rest->length);
    *line = (struct loom_word){*rest, ++lines->line, 1};
    line->text.length = end == NULL ? rest->length : (size_t)(end - rest->data);
    size_t used = line->text.length + (end == NULL ? 0 : 1);
    rest->data += used;
    rest->length -= used;
    return true;
}

const char *loom_line_check(const struct loom_word *line, struct loom_word *place)
{
    const unsigned char *bytes = (const unsigned char *)line->text.data;
    size_t at = 0;
    while (at < line->text.length) {
        struct loom_text rest = {line->text.data + at, line->text.length - at};
        size_t length = loom_utf8_length(rest);
        bool control = length == 1 && (bytes[at] < ' ' || bytes[at] == 0x7F) && bytes[at] != '\t' &&
                       bytes[at] != '\r';
        if (length == 0 || control) {
            *place = *line;
            place->column += (unsigned)at;
            return control ? "control character" : "not UTF-8";
        }
        at += length;
    }
    return NULL;
}

void loom_line_drop_comment(struct loom_word *line)
{
    bool quoted = false;
    loom_word_trim(line);
    if (line->text.length > 0 && (line->text.data[0] == '#' || line->text.data[0] == ';')) {
        line->text.length = 0;
    }
    for (size_t at = 1; at < line->text.length; at++) {
        char before = line->text.data[at - 1];
        char c = line->text.data[at];
        if (quoted && c == '\\') {
            at++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == '#' && (before == ' ' || before == '\t')) {
            line->text.length = at;
        }
    }
    loom_word_trim(line);
}

/* ---- files ----------------------------------------------------------------------------------- */

static const char *read_all(FILE *file, size_t most, char **data, size_t *length)
{
    size_t room = 0;
    *data = NULL;
    *length = 0;
    for (;;) {
        if (*length == room) {
            size_t more = room == 0 ? 4096 : 2 * room;
            char *grown = more > 2 * most ? NULL : malloc(more);
            if (grown == NULL) {
                return more > 2 * most ? "the file is too large" : "out of memory";
            }
            if (*data != NULL) {
                memcpy(grown, *data, *length);
                loom_memory_wipe(*data, *length);
                free(*data);
            }
            *data = grown;
            room = more;
        }
        size_t got = fread(*data + *length, 1, room - *length, file);
        *length += got;
        if (got == 0) {
            return ferror(file) ? strerror(errno) : NULL;
        }
    }
}

const char *loom_file_read(const char *path, size_t most, struct loom_text *text)
{
    char *data = NULL;
    size_t length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return strerror(errno);
    }
    /* Unbuffered: no copy of a key stays behind in a buffer of the library. */
    (void)setvbuf(file, NULL, _IONBF, 0);
    const char *what = read_all(file, most, &data, &length);
    (void)fclose(file);
    if (what != NULL && data != NULL) {
        loom_memory_wipe(data, length);
        free(data);
        data = NULL;
    }
    *text = (struct loom_text){data, what == NULL ? length : 0};
    return what;
}
