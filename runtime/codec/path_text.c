/* SPDX-License-Identifier: Apache-2.0 */
/* Ids, paths and object links as text. */
#include "codec/text.h"

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

static bool end_id(struct loom_path_reader *reader)
{
    if (reader->digits == 0 || reader->path.depth == 4 || reader->number >= LOOM_ID_NONE) {
        return false;
    }
    reader->path.id[reader->path.depth++] = (uint16_t)reader->number;
    reader->number = 0;
    reader->digits = 0;
    return true;
}

bool loom_path_feed(struct loom_path_reader *reader, struct loom_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '/') {
            if (reader->begun && !end_id(reader)) {
                return false;
            }
            reader->begun = true;
            continue;
        }
        if (c < '0' || c > '9' || !reader->begun || reader->digits == 5 ||
            (reader->digits > 0 && reader->number == 0)) {
            return false;
        }
        reader->number = reader->number * 10 + (uint32_t)(c - '0');
        reader->digits++;
    }
    return true;
}

bool loom_path_end(struct loom_path_reader *reader, struct loom_path *path)
{
    bool good = reader->begun && (reader->digits == 0 || end_id(reader));
    *path = reader->path;
    return good;
}

bool loom_text_to_path(struct loom_text text, struct loom_path *path)
{
    struct loom_path_reader reader = {.begun = false};
    bool good = loom_path_feed(&reader, text);
    return loom_path_end(&reader, path) && good;
}

bool loom_text_to_objlnk(struct loom_text text, struct loom_objlnk *link)
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

void loom_put_objlnk(struct loom_output *out, struct loom_objlnk link)
{
    loom_put_unsigned(out, link.object);
    loom_put_byte(out, ':');
    loom_put_unsigned(out, link.instance);
}
