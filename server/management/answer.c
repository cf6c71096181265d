/* SPDX-License-Identifier: Apache-2.0 */
#include "management/answer.h"

#include "catalog/meaning.h"

#include <string.h>

enum loom_status loom_dm_answer_begin(struct loom_dm_answer *answer,
                                      const struct loom_catalog *catalog,
                                      const struct loom_dm_client *client,
                                      const struct loom_path *path, uint16_t format,
                                      struct loom_bytes payload, uint8_t *scratch,
                                      size_t scratch_size)
{
    answer->catalog = catalog;
    answer->client = client;
    answer->object = LOOM_ID_NONE;
    answer->version.major = 0;
    answer->version.minor = 0;
    return loom_decode_begin(&answer->decoder, loom_format_find(loom_formats_all, format, path),
                             path, LOOM_DECODE_TIMES, payload, scratch, scratch_size);
}

/* The values of one object mostly come together. */
static struct loom_object_version version_of(struct loom_dm_answer *answer, uint16_t object)
{
    if (answer->client != NULL && answer->object != object) {
        answer->object = object;
        answer->version = loom_dm_client_version(answer->client, object);
    }
    return answer->version;
}

/* Text says of itself that it can be shown, whatever the tables know. */
static enum loom_type type_of(const struct loom_dm_answer *answer,
                              const struct loom_catalog_entry *entry)
{
    if (entry != NULL) {
        return (enum loom_type)entry->row->type;
    }
    return answer->decoder.format == &loom_format_text ? LOOM_STRING : LOOM_NONE;
}

static bool read_half(const char *data, size_t length, uint16_t *id)
{
    uint64_t number;
    struct loom_text text = {data, length};
    bool good = loom_text_to_unsigned(text, &number) && number <= UINT16_MAX;
    *id = good ? (uint16_t)number : 0;
    return good;
}

/* Some clients write a link as a text, `3:0`, where a format has a kind of value for it: Leshan's
 * does. */
static bool read_link(const struct loom_dm_answer *answer, const struct loom_item *item,
                      enum loom_type type, struct loom_value *value)
{
    struct loom_value text;
    if (type != LOOM_OBJLNK ||
        loom_decode_value(&answer->decoder, item, LOOM_STRING, &text) != LOOM_OK) {
        return false;
    }
    struct loom_text rest = text.as.text;
    const char *colon = rest.length == 0 ? NULL : memchr(rest.data, ':', rest.length);
    if (colon == NULL) {
        return false;
    }
    size_t length = (size_t)(colon - rest.data);
    value->type = LOOM_OBJLNK;
    return read_half(rest.data, length, &value->as.objlnk.object) &&
           read_half(colon + 1, rest.length - length - 1, &value->as.objlnk.instance);
}

enum loom_status loom_dm_answer_next(struct loom_dm_answer *answer, struct loom_dm_value *value)
{
    struct loom_item item;
    struct loom_catalog_entry entry;
    enum loom_status status;
    do {
        status = loom_decode_next(&answer->decoder, &item);
    } while (status == LOOM_OK && item.path.depth == 2); /* an instance by name alone */
    if (status != LOOM_OK) {
        return status;
    }
    uint16_t object = item.path.id[LOOM_OBJECT_ID];
    bool known = loom_catalog_resource_of(answer->catalog, object, version_of(answer, object),
                                          item.path.id[LOOM_RESOURCE_ID], &entry);
    enum loom_type type = type_of(answer, known ? &entry : NULL);
    value->path = item.path;
    value->name = known ? entry.name : NULL;
    value->units = known ? entry.units : "";
    value->raw = item.raw;
    value->secret = loom_catalog_is_secret(answer->catalog, &item.path);
    value->time = loom_decode_time(&answer->decoder);
    if (item.empty_multiple || type == LOOM_NONE ||
        (loom_decode_value(&answer->decoder, &item, type, &value->value) != LOOM_OK &&
         !read_link(answer, &item, type, &value->value))) {
        value->value.type = LOOM_NONE;
    }
    value->meaning = loom_catalog_meaning(known ? &entry : NULL, &value->path, &value->value);
    return LOOM_OK;
}
