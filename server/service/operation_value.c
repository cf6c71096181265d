/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operation_reading.h"

#include "catalog/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a value --------------------------------------------------------------------------------- */

/* A scalar as text, in which loom_value_read() knows all types. */
bool loom_ask_scalar_text(const json_t *value, char room[LOOM_ASK_SCALAR_MAX],
                          struct loom_text *text)
{
    if (json_is_string(value)) {
        *text = loom_ask_text_of(value);
        return true;
    }
    if (json_is_boolean(value)) {
        (void)snprintf(room, LOOM_ASK_SCALAR_MAX, "%s", json_is_true(value) ? "true" : "false");
    } else if (json_is_number(value)) {
        size_t length = json_dumpb(value, room, LOOM_ASK_SCALAR_MAX - 1,
                                   JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        if (length == 0 || length >= LOOM_ASK_SCALAR_MAX) {
            return false;
        }
        room[length] = '\0';
    } else {
        return false;
    }
    *text = (struct loom_text){room, strlen(room)};
    return true;
}

/* JSON has a kind of its own for some types: "true" is no Boolean, and 5 no String. */
static bool kind_fits(const json_t *value, enum loom_type type)
{
    switch (type) {
    case LOOM_BOOLEAN:
        return json_is_boolean(value);
    case LOOM_STRING:
    case LOOM_OPAQUE:
    case LOOM_CORELNK:
    case LOOM_OBJLNK:
        return json_is_string(value);
    default:
        return json_is_number(value) || json_is_string(value);
    }
}

bool loom_ask_read_value(const struct loom_asked *reading, const char *at,
                         const struct loom_catalog_entry *entry, const json_t *json,
                         struct loom_value *value, struct loom_asked_scratch *scratch)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    struct loom_text text;
    char expected[128];
    const char *problem = NULL;
    if (type == LOOM_NONE) {
        problem = "has no value";
    } else if (!kind_fits(json, type) || !loom_ask_scalar_text(json, scratch->number, &text) ||
               !loom_value_read(text, type, value, scratch->bytes)) {
        problem = "has another type";
    } else if (!loom_catalog_in_range(entry, value)) {
        problem = "has another range";
    } else {
        return true;
    }
    loom_value_expected(entry, expected, sizeof expected);
    return loom_ask_wrong(reading, at, "%s %s (%s)", entry->name, problem, expected);
}

bool loom_ask_find_entry(const struct loom_asked *reading, uint16_t object, uint16_t resource,
                         struct loom_catalog_entry *entry)
{
    struct loom_object_version version = {0, 0};
    if (reading->client != NULL) {
        version = loom_dm_client_version(reading->client, object);
    }
    return loom_catalog_resource_of(reading->catalog, object, version, resource, entry);
}

bool loom_ask_is_multiple(const struct loom_catalog_entry *entry)
{
    return (entry->row->access & LOOM_MULTIPLE) != 0;
}

/* ---- a payload ------------------------------------------------------------------------------- */

size_t loom_ask_string_bytes(const json_t *json)
{
    size_t bytes = json_is_string(json) ? json_string_length(json) : LOOM_ASK_SCALAR_MAX;
    const char *name;
    json_t *value;
    if (json_is_object(json)) {
        json_object_foreach((json_t *)(uintptr_t)json, name, value)
        {
            bytes += loom_ask_string_bytes(value) + strlen(name) + LOOM_ASK_SCALAR_MAX;
        }
    }
    return bytes;
}

/* Room that any format needs: the worst is text that is escaped in JSON, six bytes for one. */
bool loom_ask_make_room(struct loom_asked *reading, size_t bytes)
{
    size_t room = 6 * bytes + 256;
    uint8_t *memory = malloc(room);
    if (memory == NULL) {
        return loom_ask_wrong(reading, "", "out of memory");
    }
    reading->operation->memory = memory;
    reading->out = loom_output(memory, room);
    return true;
}

const struct loom_format *loom_ask_find_format(const struct loom_asked *reading,
                                               const struct loom_path *path, uint16_t number)
{
    const struct loom_format *format = loom_format_find(loom_formats_all, number, path);
    if (format == NULL || format->writer.put == NULL ||
        (path->depth < 3 && (format->traits & LOOM_FORMAT_ONE_VALUE) != 0)) {
        (void)loom_ask_wrong(reading, "/format", "this format cannot be used here");
        return NULL;
    }
    return format;
}

bool loom_ask_finish_payload(struct loom_asked *reading, struct loom_encoder *encoder)
{
    struct loom_dm_request *request = &reading->operation->request;
    enum loom_status status = loom_encode_end(encoder);
    if (status != LOOM_OK) {
        return loom_ask_wrong(reading, "",
                              status == LOOM_TOO_LARGE
                                  ? "this is too much for one request"
                                  : "the format cannot say all of these values");
    }
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

/* ---- one resource ---------------------------------------------------------------------------- */

/* A resource that the models do not know takes text as it is; the device alone can check it. */
static bool write_unknown(struct loom_asked *reading, const json_t *json)
{
    char number[LOOM_ASK_SCALAR_MAX];
    struct loom_text text;
    struct loom_dm_request *request = &reading->operation->request;
    if (!loom_ask_scalar_text(json, number, &text)) {
        return loom_ask_wrong(reading, "/value", "expected a string, a number, true or false");
    }
    if (!loom_ask_make_room(reading, text.length)) {
        return false;
    }
    loom_put_bytes(&reading->out, text.data, text.length);
    request->content_format = LOOM_FORMAT_TEXT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

bool loom_ask_write_value(struct loom_asked *reading, const struct loom_path *path)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    struct loom_encoder encoder;
    struct loom_asked_scratch scratch;
    uint16_t number = LOOM_FORMAT_TEXT;
    const json_t *json = loom_ask_member(reading, "value");
    if (!loom_ask_find_entry(reading, path->id[LOOM_OBJECT_ID], path->id[LOOM_RESOURCE_ID],
                             &entry)) {
        return write_unknown(reading, json);
    }
    if (loom_ask_is_multiple(&entry) && path->depth == 3) {
        return loom_ask_wrong(reading, "/value",
                              "%s has instances: name one of them, or give `values`", entry.name);
    }
    if (!loom_ask_read_format(reading, &number)) {
        return false;
    }
    const struct loom_format *format = loom_ask_find_format(reading, path, number);
    size_t bytes = loom_ask_string_bytes(json);
    if (format == NULL || !loom_ask_make_room(reading, bytes + LOOM_ASK_SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return loom_ask_wrong(reading, "", "out of memory");
    }
    bool good = loom_ask_read_value(reading, "/value", &entry, json, &value, &scratch);
    if (good) {
        loom_encode_begin(&encoder, format, path, &reading->out);
        loom_encode_put(&encoder, path, &value);
        reading->operation->request.content_format = number;
        good = loom_ask_finish_payload(reading, &encoder);
    }
    free(scratch.bytes);
    return good;
}
