/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operation.h"

#include "catalog/value.h"
#include "common/format_name.h"
#include "loom/codec.h"
#include "management/attributes.h"
#include "management/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Most values or paths of one request. */
#define ITEMS_MAX 1024u

/** Longest number or boolean as text. */
#define SCALAR_MAX 64u

/* A request that is being read. */
struct reading {
    const struct loom_catalog *catalog;
    const struct loom_dm_client *client;
    const json_t *body;
    struct loom_service_request *operation;
    json_t *errors;
    struct loom_output out; /* payload and query */
};

static struct loom_text text_of(const json_t *string)
{
    struct loom_text text = {json_string_value(string), json_string_length(string)};
    return text;
}

/* @return false */
static bool wrong(const struct reading *reading, const char *at, const char *format, ...)
{
    char detail[320];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    /* What a name was cut in may be the middle of a letter. */
    json_t *said = json_string(detail);
    (void)json_array_append_new(
        reading->errors, json_pack("{s:s, s:o}", "at", at, "detail",
                                   said != NULL ? said : json_string("not a value of its type")));
    return false;
}

/* ---- members --------------------------------------------------------------------------------- */

enum member {
    PATH = 0x01,
    PATHS = 0x02,
    VALUE = 0x04,
    VALUES = 0x08,
    FORMAT = 0x10,
    ATTRIBUTES = 0x20,
    ARGUMENTS = 0x40,
    DEPTH = 0x80
};

static const struct {
    const char *name;
    enum member member;
    json_type type;
    const char *expected;
} members[] = {
    {"path", PATH, JSON_STRING, "a path, as in \"/3/0\""},
    {"paths", PATHS, JSON_ARRAY, "an array of paths"},
    {"value", VALUE, JSON_NULL, NULL},
    {"values", VALUES, JSON_OBJECT, "an object, as in {\"lifetime\": 60}"},
    {"format", FORMAT, JSON_STRING, loom_format_names},
    {"attributes", ATTRIBUTES, JSON_OBJECT, "an object, as in {\"pmin\": 10}"},
    {"arguments", ARGUMENTS, JSON_STRING, "text, as in \"0='10',1\""},
    {"depth", DEPTH, JSON_INTEGER, "0, 1, 2 or 3"},
};
#define MEMBER_COUNT (sizeof members / sizeof members[0])

static bool read_none(struct reading *reading);
static bool read_discover(struct reading *reading);
static bool read_write(struct reading *reading);
static bool read_update(struct reading *reading);
static bool read_create(struct reading *reading);
static bool read_attributes(struct reading *reading);
static bool read_execute(struct reading *reading);
static bool read_list(struct reading *reading);
static bool read_records(struct reading *reading);

/* What each operation takes, in the order of enum loom_dm_operation. */
static const struct {
    unsigned may;
    unsigned must;
    bool (*read)(struct reading *reading);
} operations[] = {
    [LOOM_DM_READ] = {PATH | FORMAT, PATH, read_none},
    [LOOM_DM_DISCOVER] = {PATH | DEPTH, PATH, read_discover},
    [LOOM_DM_WRITE] = {PATH | VALUE | VALUES | FORMAT, PATH, read_write},
    [LOOM_DM_PARTIAL_UPDATE] = {PATH | VALUES | FORMAT, PATH | VALUES, read_update},
    [LOOM_DM_WRITE_ATTRIBUTES] = {PATH | ATTRIBUTES, PATH | ATTRIBUTES, read_attributes},
    [LOOM_DM_EXECUTE] = {PATH | ARGUMENTS, PATH, read_execute},
    [LOOM_DM_CREATE] = {PATH | VALUES | FORMAT, PATH, read_create},
    [LOOM_DM_DELETE] = {PATH, PATH, read_none},
    [LOOM_DM_READ_COMPOSITE] = {PATHS | FORMAT, PATHS, read_list},
    [LOOM_DM_WRITE_COMPOSITE] = {VALUES | FORMAT, VALUES, read_records},
    [LOOM_DM_OBSERVE] = {PATH | FORMAT | ATTRIBUTES, PATH, read_attributes},
    [LOOM_DM_OBSERVE_COMPOSITE] = {PATHS | FORMAT | ATTRIBUTES, PATHS, read_list},
};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

static const json_t *member(const struct reading *reading, const char *name)
{
    return json_object_get(reading->body, name);
}

static bool read_operation(struct reading *reading)
{
    const json_t *name = member(reading, "operation");
    char names[320] = "";
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        const char *one = loom_dm_operation_name((enum loom_dm_operation)i);
        if (json_is_string(name) && strcmp(json_string_value(name), one) == 0) {
            reading->operation->request.operation = (enum loom_dm_operation)i;
            return true;
        }
        (void)snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                       i == 0 ? "" : ", ", one);
    }
    return wrong(reading, "/operation", "expected one of: %s", names);
}

static bool check_member(struct reading *reading, const char *name, const json_t *value,
                         unsigned *have)
{
    char at[80];
    const char *operation = loom_dm_operation_name(reading->operation->request.operation);
    unsigned may = operations[reading->operation->request.operation].may;
    (void)snprintf(at, sizeof at, "/%.70s", name);
    if (strcmp(name, "operation") == 0) {
        return true;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (strcmp(name, members[i].name) != 0) {
            continue;
        }
        *have |= (unsigned)members[i].member;
        if ((may & (unsigned)members[i].member) == 0) {
            return wrong(reading, at, "%s takes no %s", operation, name);
        }
        return members[i].expected == NULL || json_typeof(value) == members[i].type ||
               wrong(reading, at, "expected %s", members[i].expected);
    }
    return wrong(reading, at, "there is no such member");
}

static bool check_members(struct reading *reading)
{
    enum loom_dm_operation operation = reading->operation->request.operation;
    unsigned have = 0;
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)reading->body, name, value)
    {
        good = check_member(reading, name, value, &have) && good;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        unsigned bit = (unsigned)members[i].member;
        if ((operations[operation].must & bit) != 0 && (have & bit) == 0) {
            good = wrong(reading, "", "%s needs %s", loom_dm_operation_name(operation),
                         members[i].name);
        }
    }
    return good;
}

static bool read_path(const struct reading *reading, const char *at, const json_t *text,
                      struct loom_path *path)
{
    return (json_is_string(text) && loom_text_to_path(text_of(text), path)) ||
           wrong(reading, at, "expected a path, as in \"/3/0/9\"");
}

static bool read_format(struct reading *reading, uint16_t *number)
{
    const json_t *format = member(reading, "format");
    return format == NULL || loom_format_read(text_of(format), number) ||
           wrong(reading, "/format", "expected one of %s, or the number of a format as text",
                 loom_format_names);
}

/* ---- a value --------------------------------------------------------------------------------- */

/* A scalar as text, in which loom_value_read() knows all types. */
static bool scalar_text(const json_t *value, char room[SCALAR_MAX], struct loom_text *text)
{
    if (json_is_string(value)) {
        *text = text_of(value);
        return true;
    }
    if (json_is_boolean(value)) {
        (void)snprintf(room, SCALAR_MAX, "%s", json_is_true(value) ? "true" : "false");
    } else if (json_is_number(value)) {
        size_t length =
            json_dumpb(value, room, SCALAR_MAX - 1, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        if (length == 0 || length >= SCALAR_MAX) {
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

/* Room for values while a payload is being written. It is as long as the body, which holds them. */
struct scratch {
    char number[SCALAR_MAX];
    uint8_t *bytes;
};

static bool read_value(const struct reading *reading, const char *at,
                       const struct loom_catalog_entry *entry, const json_t *json,
                       struct loom_value *value, struct scratch *scratch)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    struct loom_text text;
    char expected[128];
    const char *problem = NULL;
    if (type == LOOM_NONE) {
        problem = "has no value";
    } else if (!kind_fits(json, type) || !scalar_text(json, scratch->number, &text) ||
               !loom_value_read(text, type, value, scratch->bytes)) {
        problem = "has another type";
    } else if (!loom_catalog_in_range(entry, value)) {
        problem = "has another range";
    } else {
        return true;
    }
    loom_value_expected(entry, expected, sizeof expected);
    return wrong(reading, at, "%s %s (%s)", entry->name, problem, expected);
}

static bool find_entry(const struct reading *reading, uint16_t object, uint16_t resource,
                       struct loom_catalog_entry *entry)
{
    struct loom_object_version version = {0, 0};
    if (reading->client != NULL) {
        version = loom_dm_client_version(reading->client, object);
    }
    return loom_catalog_resource_of(reading->catalog, object, version, resource, entry);
}

static bool is_multiple(const struct loom_catalog_entry *entry)
{
    return (entry->row->access & LOOM_MULTIPLE) != 0;
}

/* ---- values of an instance ------------------------------------------------------------------- */

/* One value with its place; sorted by it, because TLV and LwM2M CBOR nest. */
struct item {
    struct loom_path path;
    struct loom_catalog_entry entry;
    const json_t *json; /* NULL: a multiple resource without instances, or to be deleted */
    char at[64];
};

struct items {
    struct item *list;
    size_t count;
};

static bool add_item(const struct reading *reading, struct items *items, const struct item *item)
{
    if (items->count == ITEMS_MAX) {
        return wrong(reading, "/values", "at most %u values", ITEMS_MAX);
    }
    items->list[items->count++] = *item;
    return true;
}

static int compare_paths(const void *left, const void *right)
{
    const struct loom_path *a = &((const struct item *)left)->path;
    const struct loom_path *b = &((const struct item *)right)->path;
    for (uint8_t i = 0; i < a->depth && i < b->depth; i++) {
        if (a->id[i] != b->id[i]) {
            return a->id[i] < b->id[i] ? -1 : 1;
        }
    }
    return (int)a->depth - (int)b->depth;
}

/* Sorts them. @return false: two are for the same place */
static bool sort_items(const struct reading *reading, struct items *items)
{
    bool good = true;
    qsort(items->list, items->count, sizeof items->list[0], compare_paths);
    for (size_t i = 1; i < items->count; i++) {
        if (compare_paths(&items->list[i - 1], &items->list[i]) == 0) {
            good = wrong(reading, items->list[i].at, "the same resource is named twice");
        }
    }
    return good;
}

/* The instances of a multiple resource: {"0": value, "1": value}. */
static bool add_instances(const struct reading *reading, const struct item *resource,
                          const json_t *json, struct items *items)
{
    bool good = true;
    const char *name;
    json_t *value;
    struct item item = *resource;
    if (!json_is_object(json)) {
        return wrong(reading, resource->at, "%s has instances: expected {\"0\": value}",
                     resource->entry.name);
    }
    if (json_object_size(json) == 0) {
        item.json = NULL;
        return add_item(reading, items, &item);
    }
    item.path.depth = 4;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        struct loom_text text = {name, strlen(name)};
        (void)snprintf(item.at, sizeof item.at, "%.40s/%.20s", resource->at, name);
        item.json = value;
        if (!loom_text_to_id(text, &item.path.id[LOOM_RESOURCE_INSTANCE_ID])) {
            good = wrong(reading, item.at, "expected the number of a resource instance");
        } else {
            good = add_item(reading, items, &item) && good;
        }
    }
    return good;
}

/* A resource by its number or name. */
static bool add_resource(const struct reading *reading, const struct loom_path *instance,
                         const char *name, const json_t *json, struct items *items)
{
    struct loom_text text = {name, strlen(name)};
    struct item item;
    uint16_t id;
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values/%.50s", name);
    uint16_t object = instance->id[LOOM_OBJECT_ID];
    if (loom_text_to_id(text, &id)
            ? !find_entry(reading, object, id, &item.entry)
            : !loom_catalog_resource_by_name(reading->catalog, object, text, &item.entry)) {
        return wrong(reading, item.at, "the models know no such resource");
    }
    item.path = *instance;
    item.path.depth = 3;
    item.path.id[LOOM_RESOURCE_ID] = item.entry.row->id;
    item.json = json;
    return is_multiple(&item.entry) ? add_instances(reading, &item, json, items)
                                    : add_item(reading, items, &item);
}

static bool collect_resources(const struct reading *reading, const struct loom_path *instance,
                              struct items *items)
{
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)member(reading, "values"), name, value)
    {
        good = add_resource(reading, instance, name, value, items) && good;
    }
    return good && sort_items(reading, items);
}

/* ---- writing a payload ----------------------------------------------------------------------- */

static size_t string_bytes(const json_t *json)
{
    size_t bytes = json_is_string(json) ? json_string_length(json) : SCALAR_MAX;
    const char *name;
    json_t *value;
    if (json_is_object(json)) {
        json_object_foreach((json_t *)(uintptr_t)json, name, value)
        {
            bytes += string_bytes(value) + strlen(name) + SCALAR_MAX;
        }
    }
    return bytes;
}

/* Room that any format needs: the worst is text that is escaped in JSON, six bytes for one. */
static bool make_room(struct reading *reading, size_t bytes)
{
    size_t room = 6 * bytes + 256;
    uint8_t *memory = malloc(room);
    if (memory == NULL) {
        return wrong(reading, "", "out of memory");
    }
    reading->operation->memory = memory;
    reading->out = loom_output(memory, room);
    return true;
}

static const struct loom_format *find_format(const struct reading *reading,
                                             const struct loom_path *path, uint16_t number)
{
    const struct loom_format *format = loom_format_find(loom_formats_all, number, path);
    if (format == NULL || format->writer.put == NULL ||
        (path->depth < 3 && (format->traits & LOOM_FORMAT_ONE_VALUE) != 0)) {
        (void)wrong(reading, "/format", "this format cannot be used here");
        return NULL;
    }
    return format;
}

/* Puts an item, and what holds it: instances and multiple resources come before and behind. */
struct writing {
    struct loom_encoder encoder;
    struct loom_path instance; /* that is open; depth 0: none */
    struct loom_path multiple; /* the same */
};

static bool same_path(const struct loom_path *left, const struct loom_path *right, uint8_t depth)
{
    for (uint8_t i = 0; i < depth; i++) {
        if (left->id[i] != right->id[i]) {
            return false;
        }
    }
    return true;
}

static void close_holder(struct writing *writing, struct loom_path *holder)
{
    if (holder->depth != 0) {
        loom_encode_put(&writing->encoder, holder, NULL);
        holder->depth = 0;
    }
}

static void open_holder(struct writing *writing, struct loom_path *holder,
                        const struct loom_path *path, uint8_t depth)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    *holder = *path;
    holder->depth = depth;
    loom_encode_put(&writing->encoder, holder, &none);
}

static void go_to(struct writing *writing, const struct loom_path *path, bool multiple)
{
    if (writing->multiple.depth != 0 && !same_path(&writing->multiple, path, 3)) {
        close_holder(writing, &writing->multiple);
    }
    if (writing->instance.depth != 0 && !same_path(&writing->instance, path, 2)) {
        close_holder(writing, &writing->instance);
    }
    if (writing->instance.depth == 0) {
        open_holder(writing, &writing->instance, path, 2);
    }
    if (multiple && writing->multiple.depth == 0) {
        open_holder(writing, &writing->multiple, path, 3);
    }
}

static bool put_items(struct reading *reading, struct writing *writing, const struct items *items,
                      struct scratch *scratch)
{
    bool good = true;
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->list[i];
        struct loom_value value = {.type = LOOM_NONE};
        go_to(writing, &item->path, is_multiple(&item->entry));
        if (item->json == NULL && item->path.depth == 3) {
            continue; /* a multiple resource without instances: its holder says it */
        }
        if (item->json == NULL || json_is_null(item->json)) {
            loom_encode_put(&writing->encoder, &item->path, &value);
        } else if (read_value(reading, item->at, &item->entry, item->json, &value, scratch)) {
            loom_encode_put(&writing->encoder, &item->path, &value);
        } else {
            good = false;
        }
    }
    close_holder(writing, &writing->multiple);
    close_holder(writing, &writing->instance);
    return good;
}

static bool finish_payload(struct reading *reading, struct loom_encoder *encoder)
{
    struct loom_dm_request *request = &reading->operation->request;
    enum loom_status status = loom_encode_end(encoder);
    if (status != LOOM_OK) {
        return wrong(reading, "",
                     status == LOOM_TOO_LARGE ? "this is too much for one request"
                                              : "the format cannot say all of these values");
    }
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

/* Encodes items as a payload for `base`. */
static bool encode_items(struct reading *reading, const struct loom_path *base, uint16_t number,
                         enum loom_encode_none nones, const struct items *items)
{
    struct writing writing;
    struct scratch scratch;
    size_t bytes = string_bytes(reading->body);
    const struct loom_format *format = find_format(reading, base, number);
    if (format == NULL || !make_room(reading, bytes + items->count * SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return wrong(reading, "", "out of memory");
    }
    memset(&writing, 0, sizeof writing);
    loom_encode_begin(&writing.encoder, format, base, &reading->out);
    writing.encoder.nones = (uint8_t)nones;
    bool good = put_items(reading, &writing, items, &scratch);
    free(scratch.bytes);
    reading->operation->request.content_format = number;
    return good && finish_payload(reading, &writing.encoder);
}

/* Collects items by a function and encodes them. */
static bool encode_values(struct reading *reading, const struct loom_path *instance,
                          const struct loom_path *base, uint16_t format)
{
    struct items items = {malloc(ITEMS_MAX * sizeof *items.list), 0};
    bool good = items.list != NULL || wrong(reading, "", "out of memory");
    good = good && collect_resources(reading, instance, &items) &&
           encode_items(reading, base, format, LOOM_ENCODE_HOLDERS, &items);
    free(items.list);
    return good;
}

/* ---- the operations -------------------------------------------------------------------------- */

static bool read_none(struct reading *reading)
{
    return read_format(reading, &reading->operation->request.accept);
}

static bool read_discover(struct reading *reading)
{
    const json_t *depth = member(reading, "depth");
    if (depth == NULL) {
        return true;
    }
    json_int_t levels = json_integer_value(depth);
    if (levels < 0 || levels > 3) {
        return wrong(reading, "/depth", "expected 0, 1, 2 or 3");
    }
    if (!make_room(reading, 0)) {
        return false;
    }
    loom_put_bytes(&reading->out, "depth=", 6);
    loom_put_byte(&reading->out, (uint8_t)('0' + levels));
    reading->operation->request.query =
        (struct loom_text){(const char *)reading->out.data, reading->out.length};
    return true;
}

/* A resource that the models do not know takes text as it is; the device alone can check it. */
static bool write_unknown(struct reading *reading, const json_t *json)
{
    char number[SCALAR_MAX];
    struct loom_text text;
    struct loom_dm_request *request = &reading->operation->request;
    if (!scalar_text(json, number, &text)) {
        return wrong(reading, "/value", "expected a string, a number, true or false");
    }
    if (!make_room(reading, text.length)) {
        return false;
    }
    loom_put_bytes(&reading->out, text.data, text.length);
    request->content_format = LOOM_FORMAT_TEXT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

static bool write_value(struct reading *reading, const struct loom_path *path)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    struct loom_encoder encoder;
    struct scratch scratch;
    uint16_t number = LOOM_FORMAT_TEXT;
    const json_t *json = member(reading, "value");
    if (!find_entry(reading, path->id[LOOM_OBJECT_ID], path->id[LOOM_RESOURCE_ID], &entry)) {
        return write_unknown(reading, json);
    }
    if (is_multiple(&entry) && path->depth == 3) {
        return wrong(reading, "/value", "%s has instances: name one of them, or give `values`",
                     entry.name);
    }
    if (!read_format(reading, &number)) {
        return false;
    }
    const struct loom_format *format = find_format(reading, path, number);
    size_t bytes = string_bytes(json);
    if (format == NULL || !make_room(reading, bytes + SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return wrong(reading, "", "out of memory");
    }
    bool good = read_value(reading, "/value", &entry, json, &value, &scratch);
    if (good) {
        loom_encode_begin(&encoder, format, path, &reading->out);
        loom_encode_put(&encoder, path, &value);
        reading->operation->request.content_format = number;
        good = finish_payload(reading, &encoder);
    }
    free(scratch.bytes);
    return good;
}

/* The instances of one multiple resource, as a whole. */
static bool write_instances(struct reading *reading, const struct loom_path *path, uint16_t format)
{
    struct items items = {malloc(ITEMS_MAX * sizeof *items.list), 0};
    struct item item;
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values");
    item.path = *path;
    bool good = items.list != NULL || wrong(reading, "", "out of memory");
    good = good && (find_entry(reading, path->id[LOOM_OBJECT_ID], path->id[LOOM_RESOURCE_ID],
                               &item.entry) ||
                    wrong(reading, "/path", "the models know no such resource"));
    good =
        good && (is_multiple(&item.entry) ||
                 wrong(reading, "/values", "%s has no instances: give `value`", item.entry.name));
    good = good && add_instances(reading, &item, member(reading, "values"), &items) &&
           sort_items(reading, &items) &&
           encode_items(reading, path, format, LOOM_ENCODE_HOLDERS, &items);
    free(items.list);
    return good;
}

static bool write_values(struct reading *reading)
{
    struct loom_path path = reading->operation->request.path;
    uint16_t format = LOOM_FORMAT_TLV;
    if (!read_format(reading, &format)) {
        return false;
    }
    switch (path.depth) {
    case 2:
        return encode_values(reading, &path, &path, format);
    case 3:
        return write_instances(reading, &path, format);
    default:
        return wrong(reading, "/path",
                     "expected an instance, as in \"/1/0\", or a resource with "
                     "instances, as in \"/2/0/2\"");
    }
}

static bool read_write(struct reading *reading)
{
    const struct loom_path *path = &reading->operation->request.path;
    bool one = member(reading, "value") != NULL;
    if (one == (member(reading, "values") != NULL)) {
        return wrong(reading, "", "write needs either value or values");
    }
    if (one && path->depth < 3) {
        return wrong(reading, "/path", "expected a resource, as in \"/3/0/14\"");
    }
    return one ? write_value(reading, path) : write_values(reading);
}

static bool read_update(struct reading *reading)
{
    return write_values(reading);
}

/* `/3303` lets the client choose the id, `/3303/2` names it in the payload (rule D-14). */
static bool read_create(struct reading *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    struct loom_path instance = request->path;
    struct loom_path base = request->path;
    uint16_t format = LOOM_FORMAT_TLV;
    if (!read_format(reading, &format)) {
        return false;
    }
    if (instance.depth != 1 && instance.depth != 2) {
        return wrong(reading, "/path", "expected an object or a new instance, as in \"/3303/2\"");
    }
    if (instance.depth == 1) {
        /* Resources alone: the encoder writes them as those of an instance without a number. */
        instance.depth = 2;
        instance.id[LOOM_INSTANCE_ID] = 0;
        base = instance;
    } else {
        base.depth = 1;
    }
    request->path.depth = 1;
    return member(reading, "values") != NULL || base.depth == 1
               ? encode_values(reading, &instance, &base, format)
               : true;
}

static bool put_attribute(struct reading *reading, const char *name, const json_t *value,
                          bool unset)
{
    char at[64];
    char number[SCALAR_MAX];
    struct loom_text text = {"", 0};
    size_t begin = reading->out.length;
    (void)snprintf(at, sizeof at, "/attributes/%.40s", name);
    if (!json_is_null(value) && (json_is_string(value) || !scalar_text(value, number, &text))) {
        return wrong(reading, at, "expected a number%s", unset ? ", or null to unset it" : "");
    }
    if (json_is_boolean(value)) {
        text = (struct loom_text){json_is_true(value) ? "1" : "0", 1};
    }
    if (begin > 0) {
        loom_put_byte(&reading->out, '&');
        begin++;
    }
    loom_put_bytes(&reading->out, name, strlen(name));
    if (!json_is_null(value)) {
        loom_put_byte(&reading->out, '=');
        loom_put_bytes(&reading->out, text.data, text.length);
    }
    struct loom_text argument = {(const char *)reading->out.data + begin,
                                 reading->out.length - begin};
    return (!reading->out.overflow && strpbrk(name, "&=") == NULL &&
            loom_dm_attribute_is_good(argument, unset)) ||
           wrong(reading, at,
                 "expected an attribute with a value that it can have, as in "
                 "\"pmin\": 10");
}

static bool read_attributes(struct reading *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    const json_t *attributes = member(reading, "attributes");
    bool unset = request->operation == LOOM_DM_WRITE_ATTRIBUTES;
    bool good = true;
    const char *name;
    json_t *value;
    if (!read_format(reading, &request->accept)) {
        return false;
    }
    if (attributes == NULL) {
        return true;
    }
    if (json_object_size(attributes) == 0 && unset) {
        return wrong(reading, "/attributes", "expected an attribute, as in {\"pmin\": 10}");
    }
    if (json_object_size(attributes) > LOOM_SEGMENTS_MAX) {
        return wrong(reading, "/attributes", "at most %u attributes", LOOM_SEGMENTS_MAX);
    }
    if (reading->operation->memory == NULL &&
        !make_room(reading, string_bytes(attributes) + LOOM_SEGMENTS_MAX * SCALAR_MAX)) {
        return false;
    }
    struct loom_output payload = reading->out;
    reading->out = loom_output(payload.data + payload.length, payload.room - payload.length);
    json_object_foreach((json_t *)(uintptr_t)attributes, name, value)
    {
        good = put_attribute(reading, name, value, unset) && good;
    }
    request->query = (struct loom_text){(const char *)reading->out.data, reading->out.length};
    return good;
}

static bool read_execute(struct reading *reading)
{
    const json_t *arguments = member(reading, "arguments");
    struct loom_dm_request *request = &reading->operation->request;
    struct loom_argument argument;
    enum loom_status status;
    if (arguments == NULL || json_string_length(arguments) == 0) {
        return true;
    }
    struct loom_text rest = text_of(arguments);
    while ((status = loom_argument_next(&rest, &argument)) == LOOM_OK) {
    }
    if (status != LOOM_END) {
        return wrong(reading, "/arguments", "expected a list as in \"0='10',1\" (rule C-27)");
    }
    struct loom_text text = text_of(arguments);
    if (!make_room(reading, text.length)) {
        return false;
    }
    loom_put_bytes(&reading->out, text.data, text.length);
    request->content_format = LOOM_FORMAT_TEXT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static bool read_paths(const struct reading *reading, struct loom_path *paths)
{
    const json_t *list = member(reading, "paths");
    bool good = true;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char at[32];
        (void)snprintf(at, sizeof at, "/paths/%zu", i);
        good = read_path(reading, at, json_array_get(list, i), &paths[i]) && good;
    }
    return good;
}

static bool read_list(struct reading *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    size_t count = json_array_size(member(reading, "paths"));
    if (count == 0 || count > ITEMS_MAX) {
        return wrong(reading, "/paths", "expected 1 to %u paths", ITEMS_MAX);
    }
    /* Of attributes, which follow in the same room. */
    size_t more = string_bytes(member(reading, "attributes")) + LOOM_SEGMENTS_MAX * SCALAR_MAX;
    struct loom_path *paths = malloc(count * sizeof *paths);
    bool good = paths != NULL || wrong(reading, "", "out of memory");
    good = good && read_paths(reading, paths) && make_room(reading, count * SCALAR_MAX + more);
    if (good && loom_dm_paths_write(paths, count, &reading->out) != LOOM_OK) {
        good = wrong(reading, "/paths", "this is too much for one request");
    }
    free(paths);
    if (!good) {
        return false;
    }
    request->content_format = LOOM_DM_PATHS_FORMAT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return read_attributes(reading);
}

/* `"/3/0/14": "+02:00"`, or `"/2/0/2/101": null` for a resource instance that is to be deleted. */
static bool add_record(const struct reading *reading, const char *name, const json_t *value,
                       struct items *items, bool *deletes)
{
    struct item item;
    struct loom_text text = {name, strlen(name)};
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values/%.50s", name);
    item.json = value;
    if (!loom_text_to_path(text, &item.path) || item.path.depth < 3) {
        return wrong(reading, item.at, "expected the path of a resource, as in \"/3/0/14\"");
    }
    if (!find_entry(reading, item.path.id[LOOM_OBJECT_ID], item.path.id[LOOM_RESOURCE_ID],
                    &item.entry)) {
        return wrong(reading, item.at, "the models know no such resource");
    }
    if (is_multiple(&item.entry) != (item.path.depth == 4)) {
        return wrong(reading, item.at,
                     is_multiple(&item.entry) ? "%s has instances: add the number of one"
                                              : "%s has no instances",
                     item.entry.name);
    }
    if (json_is_null(value)) {
        *deletes = true;
        if (item.path.depth != 4) {
            return wrong(reading, item.at, "only resource instances can be deleted");
        }
    }
    return add_item(reading, items, &item);
}

static bool collect_records(struct reading *reading, struct items *items, bool *deletes)
{
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)member(reading, "values"), name, value)
    {
        good = add_record(reading, name, value, items, deletes) && good;
    }
    return good && sort_items(reading, items);
}

/* Values go out as they are named, without what holds them: SenML and LwM2M CBOR need none. */
static bool put_records(struct reading *reading, struct loom_encoder *encoder,
                        const struct items *items, struct scratch *scratch)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    bool good = true;
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->list[i];
        struct loom_value value;
        if (json_is_null(item->json)) {
            loom_encode_put(encoder, &item->path, &none);
        } else if (read_value(reading, item->at, &item->entry, item->json, &value, scratch)) {
            loom_encode_put(encoder, &item->path, &value);
        } else {
            good = false;
        }
    }
    return good;
}

static bool encode_records(struct reading *reading, const struct items *items, bool deletes)
{
    struct loom_path root = loom_path_root();
    struct loom_encoder encoder;
    struct scratch scratch;
    uint16_t number = deletes ? LOOM_FORMAT_SENML_ETCH_CBOR : LOOM_FORMAT_SENML_CBOR;
    size_t bytes = string_bytes(reading->body);
    if (!read_format(reading, &number)) {
        return false;
    }
    const struct loom_format *format = loom_format_find(loom_formats_all, number, &root);
    if (format == NULL || (format->traits & LOOM_FORMAT_ROOT) == 0 ||
        (deletes && (format->traits & LOOM_FORMAT_DELETES) == 0)) {
        return wrong(reading, "/format", "this format cannot be used here");
    }
    if (!make_room(reading, bytes + items->count * SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return wrong(reading, "", "out of memory");
    }
    loom_encode_begin(&encoder, format, &root, &reading->out);
    encoder.nones = LOOM_ENCODE_DELETES;
    bool good = put_records(reading, &encoder, items, &scratch);
    free(scratch.bytes);
    reading->operation->request.content_format = number;
    return good && finish_payload(reading, &encoder);
}

static bool read_records(struct reading *reading)
{
    struct items items = {malloc(ITEMS_MAX * sizeof *items.list), 0};
    bool deletes = false;
    bool good = items.list != NULL || wrong(reading, "", "out of memory");
    good = good && collect_records(reading, &items, &deletes);
    if (good && items.count == 0) {
        good = wrong(reading, "/values", "expected a value, as in {\"/3/0/14\": \"+02:00\"}");
    }
    good = good && encode_records(reading, &items, deletes);
    free(items.list);
    return good;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool read_all(struct reading *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    if (!json_is_object(reading->body)) {
        return wrong(reading, "", "expected an object with `operation`");
    }
    if (!read_operation(reading) || !check_members(reading)) {
        return false;
    }
    const json_t *path = member(reading, "path");
    if (path != NULL && !read_path(reading, "/path", path, &request->path)) {
        return false;
    }
    return operations[request->operation].read(reading);
}

bool loom_service_request_read(const struct loom_catalog *catalog,
                               const struct loom_dm_client *client, const json_t *body,
                               struct loom_service_request *operation, json_t *errors)
{
    struct reading reading = {.catalog = catalog,
                              .client = client,
                              .body = body,
                              .operation = operation,
                              .errors = errors};
    memset(operation, 0, sizeof *operation);
    operation->request.path = loom_path_root();
    operation->request.accept = LOOM_FORMAT_ABSENT;
    operation->request.content_format = LOOM_FORMAT_ABSENT;
    if (!read_all(&reading)) {
        loom_service_request_free(operation);
        return false;
    }
    return true;
}

void loom_service_request_free(struct loom_service_request *operation)
{
    free(operation->memory);
    operation->memory = NULL;
}
