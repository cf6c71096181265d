/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/value.h"

#include "common/text.h"
#include "loom/codec.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool loom_boolean_read(struct loom_text text, bool *value)
{
    *value = loom_text_is(text, "yes") || loom_text_is(text, "true") || loom_text_is(text, "1");
    return *value || loom_text_is(text, "no") || loom_text_is(text, "false") ||
           loom_text_is(text, "0");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool loom_text_unquote(struct loom_text text, char *plain, size_t *length)
{
    bool quoted = text.length > 0 && text.data[0] == '"';
    *length = 0;
    for (size_t at = quoted ? 1 : 0; at < text.length; at++) {
        if (quoted && text.data[at] == '"') {
            return at + 1 == text.length;
        }
        if (quoted && text.data[at] == '\\' && at + 1 < text.length) {
            at++;
        }
        plain[(*length)++] = text.data[at];
    }
    return !quoted;
}

bool loom_hex_read(struct loom_text text, uint8_t *bytes)
{
    for (size_t at = 0; at + 1 < text.length; at += 2) {
        int high = hex_digit(text.data[at]);
        int low = hex_digit(text.data[at + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[at / 2] = (uint8_t)(high * 16 + low);
    }
    return text.length % 2 == 0;
}

bool loom_value_read(struct loom_text text, enum loom_type type, struct loom_value *value,
                     uint8_t *scratch)
{
    value->type = type;
    switch (type) {
    case LOOM_NONE:
        return false;
    case LOOM_BOOLEAN:
        return loom_boolean_read(text, &value->as.boolean);
    case LOOM_OPAQUE:
        value->as.opaque.data = scratch;
        value->as.opaque.length = text.length / 2;
        return loom_hex_read(text, scratch);
    default:
        return loom_text_get(text, type, value, NULL, 0) == LOOM_OK;
    }
}

/* ---- what is allowed ------------------------------------------------------------------------- */

/* Text of a limit of a value, or of a length for what has one. */
static void limit_text(enum loom_type type, int64_t integer, uint64_t unsigned_integer,
                       double number, char *text, size_t size)
{
    if (type == LOOM_INTEGER || type == LOOM_TIME) {
        (void)snprintf(text, size, "%" PRId64, integer);
    } else if (type == LOOM_FLOAT) {
        (void)snprintf(text, size, "%.15g", number);
    } else {
        (void)snprintf(text, size, "%" PRIu64, unsigned_integer);
    }
}

/* `0..100`, `7`, `0..255 bytes` */
static int put_range(const struct loom_range *range, enum loom_type type, char *text, size_t size)
{
    bool length = type == LOOM_STRING || type == LOOM_CORELNK || type == LOOM_OPAQUE;
    char least[32];
    char most[32];
    limit_text(type, range->min.integer, range->min.unsigned_integer, range->min.number, least,
               sizeof least);
    limit_text(type, range->max.integer, range->max.unsigned_integer, range->max.number, most,
               sizeof most);
    bool one = strcmp(least, most) == 0;
    return snprintf(text, size, ", %s%s%s%s", least, one ? "" : "..", one ? "" : most,
                    length ? " bytes" : "");
}

/* `, "auto", "manual"` */
static int put_texts(const char *const *texts, char *text, size_t size)
{
    size_t used = 0;
    for (; *texts != NULL && used < size; texts++) {
        used += (size_t)snprintf(text + used, size - used, ", \"%s\"", *texts);
    }
    return (int)used;
}

void loom_value_expected(const struct loom_catalog_entry *entry, char *text, size_t size)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    int used = snprintf(text, size, "%s", loom_catalog_type_name(type));
    const struct loom_range *range =
        entry->row->range == 0 ? NULL : &entry->object->ranges[entry->row->range - 1];
    while (range != NULL && used > 0 && (size_t)used + 2 < size) {
        bool listed = range->more == LOOM_RANGE_TEXTS;
        used += listed ? put_texts(range->min.texts, text + used, size - (size_t)used)
                       : put_range(range, type, text + used, size - (size_t)used);
        range = range->more == 1 ? range + 1 : NULL;
    }
}
