/* SPDX-License-Identifier: Apache-2.0 */
#include "xml_places.h"

#include "utf8.h"

#include <string.h>

/* Elements of models have one, and libxml2 compares each attribute with each other one. */
#define ATTRIBUTES_MAX 64u

static bool starts_with(const struct loomc_source *source, size_t offset, const char *text)
{
    size_t length = strlen(text);

    return source->length - offset >= length && memcmp(source->text + offset, text, length) == 0;
}

/* @return the offset behind the next `end`, or the end of the text. */
static size_t skip_past(const struct loomc_source *source, size_t offset, const char *end)
{
    size_t length = strlen(end);

    for (; offset + length <= source->length; offset++) {
        if (memcmp(source->text + offset, end, length) == 0) {
            return offset + length;
        }
    }
    return source->length;
}

/* @return the offset behind a tag; a `>` may stand in an attribute's quotes. `*attributes` is how
 * many it has. */
static size_t skip_tag(const struct loomc_source *source, size_t offset, unsigned *attributes)
{
    char quote = '\0';

    *attributes = 0;

    for (; offset < source->length; offset++) {
        char c = source->text[offset];

        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=') {
            ++*attributes;
        } else if (c == '>') {
            return offset + 1;
        }
    }
    return offset;
}

/* @return the offset of the first byte that text in UTF-8 does not have, or the text's length. */
static size_t find_wrong_byte(const struct loomc_source *source)
{
    size_t offset = 0;
    size_t size = 1;

    while (offset < source->length && source->text[offset] != '\0' && size > 0) {
        uint32_t character;
        bool ascii = (unsigned char)source->text[offset] < 0x80;

        size =
            ascii ? 1 : loomc_utf8_read(source->text + offset, source->length - offset, &character);
        offset += size;
    }
    return offset;
}

static void report_wrong_byte(struct loomc_diagnostics *diagnostics,
                              const struct loomc_source *source, size_t wrong)
{
    unsigned char byte = (unsigned char)source->text[wrong];

    if (byte == 0 && wrong > 1) {
        loomc_error(diagnostics, source, wrong, "a byte 00: a model is text in UTF-8");
    } else {
        /* Files of two bytes a character begin with such bytes; else it is mostly Latin-1. */
        loomc_error(diagnostics, source, wrong,
                    "a byte %02X: the file is not UTF-8; convert it, as with iconv -f %s -t UTF-8",
                    byte, wrong <= 1 && (byte == 0 || byte >= 0xFE) ? "UTF-16" : "ISO-8859-1");
    }
}

bool loomc_xml_find_places(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                           const struct loomc_source *source, struct loomc_xml_places *places)
{
    struct loomc_place place = {1, 1}; /* of the byte at `counted` */
    size_t counted = 0;
    size_t room = 0;
    size_t offset = 0;
    unsigned attributes;

    places->items = NULL;
    places->count = 0;
    size_t wrong = find_wrong_byte(source);

    if (wrong < source->length) {
        report_wrong_byte(diagnostics, source, wrong);
        return false;
    }
    while (offset < source->length) {
        if (source->text[offset] != '<') {
            offset++;
        } else if (starts_with(source, offset, "<!--")) {
            offset = skip_past(source, offset + 4, "-->");
        } else if (starts_with(source, offset, "<![CDATA[")) {
            offset = skip_past(source, offset, "]]>");
        } else if (starts_with(source, offset, "<!DOCTYPE")) {
            loomc_error(diagnostics, source, offset, "a model has no DOCTYPE");
            return false;
        } else if (starts_with(source, offset, "<?")) {
            offset = skip_past(source, offset, "?>");
        } else if (starts_with(source, offset, "</")) {
            offset = skip_past(source, offset, ">");
        } else {
            places->items =
                loomc_grow(arena, places->items, places->count, &room, sizeof places->items[0]);
            loomc_place_advance(&place, source->text + counted, offset - counted);
            counted = offset;
            places->items[places->count++] = place;
            offset = skip_tag(source, offset + 1, &attributes);
            if (attributes > ATTRIBUTES_MAX) {
                loomc_error_at(diagnostics, source, place, "%u attributes; at most %u are read",
                               attributes, ATTRIBUTES_MAX);
                return false;
            }
        }
    }
    return true;
}
