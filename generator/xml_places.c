/* SPDX-License-Identifier: Apache-2.0 */
#include "xml_places.h"

#include <string.h>

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

/* @return the offset behind a tag; a `>` may stand in an attribute's quotes. */
static size_t skip_tag(const struct loomc_source *source, size_t offset)
{
    char quote = '\0';

    for (; offset < source->length; offset++) {
        char c = source->text[offset];

        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return offset + 1;
        }
    }
    return offset;
}

static bool is_utf8_xml(const struct loomc_source *source)
{
    const char *text = source->text;
    size_t length = source->length;
    size_t head = length < 4 ? length : 4;

    return memchr(text, '\0', head) == NULL && !starts_with(source, 0, "\xFF\xFE") &&
           !starts_with(source, 0, "\xFE\xFF");
}

bool loomc_xml_find_places(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                           const struct loomc_source *source, struct loomc_xml_places *places)
{
    struct loomc_place place = {1, 1}; /* of the byte at `counted` */
    size_t counted = 0;
    size_t room = 0;
    size_t offset = 0;

    places->items = NULL;
    places->count = 0;
    if (!is_utf8_xml(source)) {
        loomc_error(diagnostics, source, 0, "not encoded in UTF-8");
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
                loomc_grow(arena, places->items, places->count, &room, sizeof(places->items[0]));
            loomc_place_advance(&place, source->text + counted, offset - counted);
            counted = offset;
            places->items[places->count++] = place;
            offset = skip_tag(source, offset + 1);
        }
    }
    return true;
}
