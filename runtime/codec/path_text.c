/* SPDX-License-Identifier: Apache-2.0 */
/* Ids, paths and object links as text. */
#include "codec/text.h"

#include <string.h>

bool loom_text_to_id(struct loom_text text, uint16_t *id)
{
    uint32_t value = 0;
    if (text.length == 0 || text.length > 5 || (text.length > 1 && text.data[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        uint32_t digit = (uint32_t)text.data[i] - '0';
        if (digit > 9) {
            return false;
        }
        value = value * 10 + digit;
    }
    *id = (uint16_t)value;
    return value < LOOM_ID_NONE;
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
        uint32_t digit = (uint32_t)c - '0';
        if (digit > 9 || !reader->begun || reader->digits == 5 ||
            (reader->digits > 0 && reader->number == 0)) {
            return false;
        }
        reader->number = reader->number * 10 + digit;
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

/* An id, or the one that a null link has, which no id may be. */
static bool to_link_id(struct loom_text text, uint16_t *id)
{
    *id = 0;
    if (loom_text_to_id(text, id)) {
        return true;
    }
    /* One example of the standard prints it so (rules D.1). */
    if (text.length == 4 && memcmp(text.data, "FFFF", 4) == 0) {
        *id = LOOM_ID_NONE;
    }
    return *id == LOOM_ID_NONE;
}

bool loom_text_to_objlnk(struct loom_text text, struct loom_objlnk *link)
{
    const char *colon = text.length == 0 ? NULL : memchr(text.data, ':', text.length);
    if (colon == NULL) {
        return false;
    }
    struct loom_text object = {text.data, (size_t)(colon - text.data)};
    struct loom_text instance = {colon + 1, text.length - object.length - 1};
    return to_link_id(object, &link->object) && to_link_id(instance, &link->instance);
}

void loom_put_objlnk(struct loom_output *out, struct loom_objlnk link)
{
    loom_put_unsigned(out, link.object);
    loom_put_byte(out, ':');
    loom_put_unsigned(out, link.instance);
}
