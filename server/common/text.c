/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text.h"

#include "loom/codec.h"

#include <string.h>

static bool same(const void *a, size_t a_length, const void *b, size_t b_length)
{
    return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

struct loom_text loom_string_text(const char *string)
{
    struct loom_text text = {string, strlen(string)};
    return text;
}

bool loom_text_same(struct loom_text a, struct loom_text b)
{
    return same(a.data, a.length, b.data, b.length);
}

bool loom_bytes_same(struct loom_bytes a, struct loom_bytes b)
{
    return same(a.data, a.length, b.data, b.length);
}

bool loom_text_is(struct loom_text text, const char *literal)
{
    return same(text.data, text.length, literal, strlen(literal));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins_with(const char *at, struct loom_text part)
{
    for (size_t i = 0; i < part.length; i++) {
        if (lower(at[i]) != lower(part.data[i])) {
            return false;
        }
    }
    return true;
}

bool loom_text_is_any_case(struct loom_text text, const char *literal)
{
    struct loom_text other = loom_string_text(literal);
    return text.length == other.length && begins_with(text.data, other);
}

bool loom_text_holds(struct loom_text text, struct loom_text part)
{
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (begins_with(text.data + i, part)) {
            return true;
        }
    }
    return false;
}

void loom_query_split(struct loom_text argument, struct loom_text *name, struct loom_text *value)
{
    const char *equals =
        argument.length == 0 ? NULL : (const char *)memchr(argument.data, '=', argument.length);
    *name = argument;
    value->data = NULL;
    value->length = 0;
    if (equals != NULL) {
        name->length = (size_t)(equals - argument.data);
        value->data = equals + 1;
        value->length = argument.length - name->length - 1;
    }
}

bool loom_version_read(struct loom_text text, uint8_t *major, uint8_t *minor)
{
    const char *dot = text.length == 0 ? NULL : (const char *)memchr(text.data, '.', text.length);
    if (dot == NULL) {
        return false;
    }
    struct loom_text before = {text.data, (size_t)(dot - text.data)};
    struct loom_text behind = {dot + 1, text.length - before.length - 1};
    uint16_t numbers[2];
    if (!loom_text_to_id(before, &numbers[0]) || !loom_text_to_id(behind, &numbers[1]) ||
        numbers[0] < 1 || numbers[0] > UINT8_MAX || numbers[1] > UINT8_MAX) {
        return false;
    }
    *major = (uint8_t)numbers[0];
    *minor = (uint8_t)numbers[1];
    return true;
}
