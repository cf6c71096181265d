/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <string.h>

struct loomc_source loomc_source_of(const char *path, const char *text, size_t length)
{
    const char *slash = strrchr(path, '/');
    struct loomc_source source = {path, slash != NULL ? slash + 1 : path, text, length};

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        source.text += 3;
        source.length -= 3;
    }
    return source;
}

void loomc_place_advance(struct loomc_place *place, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n') {
            place->line++;
            place->column = 1;
        } else if ((c & 0xC0u) != 0x80u) {
            place->column++;
        }
    }
}

int loomc_place_compare(struct loomc_place a, struct loomc_place b)
{
    if (a.line != b.line) {
        return a.line < b.line ? -1 : 1;
    }
    return (a.column > b.column) - (a.column < b.column);
}

static bool continues(const struct loomc_source *source, size_t offset)
{
    return offset < source->length && ((unsigned char)source->text[offset] & 0xC0u) == 0x80u;
}

static void step(struct loomc_cursor *cursor)
{
    loomc_place_advance(&cursor->place, cursor->source->text + cursor->offset, 1);
    cursor->offset++;
}

/* The column of a byte, counted from the beginning of its line. */
static unsigned column_at(const struct loomc_source *source, size_t offset)
{
    unsigned column = 1;

    for (; offset > 0 && source->text[offset - 1] != '\n'; offset--) {
        column += !continues(source, offset - 1);
    }
    return column;
}

/* To the first byte of the character before. */
static void step_back(struct loomc_cursor *cursor)
{
    do {
        cursor->offset--;
    } while (cursor->offset > 0 && continues(cursor->source, cursor->offset));
    if (cursor->offset == 0) {
        cursor->place = (struct loomc_place){1, 1};
    } else if (cursor->source->text[cursor->offset] == '\n') {
        cursor->place.line--;
        cursor->place.column = column_at(cursor->source, cursor->offset);
    } else {
        cursor->place.column--;
    }
}

void loomc_cursor_to_offset(struct loomc_cursor *cursor, size_t offset)
{
    while (cursor->offset > offset) {
        step_back(cursor);
    }
    while (cursor->offset < offset && cursor->offset < cursor->source->length) {
        step(cursor);
    }
}

void loomc_cursor_to_place(struct loomc_cursor *cursor, struct loomc_place place)
{
    const struct loomc_source *source = cursor->source;

    while (cursor->offset > 0 && loomc_place_compare(cursor->place, place) > 0) {
        step_back(cursor);
    }
    while (cursor->offset < source->length &&
           (loomc_place_compare(cursor->place, place) < 0 || continues(source, cursor->offset))) {
        step(cursor);
    }
    if (cursor->place.line > place.line) {
        step_back(cursor);
    }
}
