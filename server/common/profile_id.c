/* SPDX-License-Identifier: Apache-2.0 */
#include "common/profile_id.h"

#include "loom/codec.h"

#include <string.h>

#define HASH_DIGITS_MIN 8u

static bool all_of(struct loom_text text, const char *allowed)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\0' || strchr(allowed, text.data[i]) == NULL) {
            return false;
        }
    }
    return text.length > 0;
}

static bool split(struct loom_text id, struct loom_text *before, struct loom_text *behind)
{
    const char *colon = id.length == 0 ? NULL : memchr(id.data, ':', id.length);
    if (colon == NULL) {
        return false;
    }
    before->data = id.data;
    before->length = (size_t)(colon - id.data);
    behind->data = colon + 1;
    behind->length = id.length - before->length - 1;
    return true;
}

bool loom_profile_id_is_dynamic(struct loom_text id)
{
    struct loom_text suite;
    struct loom_text hash;
    uint16_t number;
    return split(id, &suite, &hash) && loom_text_to_id(suite, &number) && number > 0 &&
           hash.length >= HASH_DIGITS_MIN && hash.length % 2 == 0 &&
           all_of(hash, "0123456789abcdef");
}

bool loom_profile_id_is_configured(struct loom_text id)
{
    struct loom_text owner;
    struct loom_text name;
    return split(id, &owner, &name) &&
           ((owner.length == 3 && memcmp(owner.data, "oma", 3) == 0) ||
            (owner.length == 1 && owner.data[0] == 'v')) &&
           all_of(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

bool loom_profile_ids(struct loom_text value, struct loom_text *list)
{
    *list = value;
    if (value.length > 0 && value.data[0] == '"') {
        list->data++;
        list->length--;
        if (list->length == 0 || list->data[list->length - 1] != '"') {
            return false;
        }
        list->length--;
    } else if (value.length > 0 && memchr(value.data, ',', value.length) != NULL) {
        return false;
    }
    return list->length > 0 && list->data[list->length - 1] != ',';
}

bool loom_profile_id_next(struct loom_text *list, struct loom_text *id)
{
    if (list->length == 0) {
        return false;
    }
    const char *comma = memchr(list->data, ',', list->length);
    id->data = list->data;
    id->length = comma == NULL ? list->length : (size_t)(comma - list->data);
    if (!loom_profile_id_is_dynamic(*id) && !loom_profile_id_is_configured(*id)) {
        return false;
    }
    size_t used = id->length + (comma == NULL ? 0 : 1);
    list->data += used;
    list->length -= used;
    return true;
}
