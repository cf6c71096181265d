/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_node.h"

#include "common/text.h"
#include "loom/codec.h"
#include "loom/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *ours;
    const char *theirs;
    bool is_text; /**< a number that travels as text */
} types[] = {
    {"String", "STRING", false},    {"Integer", "INTEGER", true},
    {"Float", "FLOAT", true},       {"Unsigned Integer", "UNSIGNED_INTEGER", true},
    {"Boolean", "BOOLEAN", false},  {"Opaque", "OPAQUE", false},
    {"Time", "TIME", false},        {"Objlnk", "OBJLNK", false},
    {"Corelnk", "CORELINK", false},
};

/* ---- out: values into nodes ------------------------------------------------------------------ */

/* A number as text, in the shortest form that is read as the same number. */
static json_t *number_text(const json_t *value)
{
    char text[40];
    if (json_is_integer(value)) {
        (void)snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        struct loom_output out = loom_output(text, sizeof text);
        loom_put_float(&out, json_real_value(value));
        return json_stringn(text, out.length);
    } else {
        return json_incref((json_t *)(uintptr_t)value);
    }
    return json_string(text);
}

/* `3303:0` */
static json_t *link_object(const char *text)
{
    unsigned object = 0;
    unsigned instance = 0;
    (void)sscanf(text, "%5u:%5u", &object, &instance);
    return json_pack("{s:i, s:i}", "objectId", (int)object, "objectInstanceId", (int)instance);
}

static json_t *value_out(const json_t *item, const char **type)
{
    const json_t *value = json_object_get(item, "value");
    const char *ours = json_string_value(json_object_get(item, "type"));
    *type = "OPAQUE";
    if (value == NULL || ours == NULL) {
        return json_incref(json_object_get(item, "hex"));
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(ours, types[i].ours) != 0) {
            continue;
        }
        *type = types[i].theirs;
        if (types[i].is_text) {
            return number_text(value);
        }
        if (strcmp(ours, "Time") == 0) {
            return json_integer(json_integer_value(value) * 1000);
        }
        return strcmp(ours, "Objlnk") == 0 && json_is_string(value)
                   ? link_object(json_string_value(value))
                   : json_incref((json_t *)(uintptr_t)value);
    }
    return json_incref((json_t *)(uintptr_t)value);
}

/* The entry with an id in a list, which grows by it if need be. */
static json_t *entry_of(json_t *list, const char *kind, uint16_t id, const char *members)
{
    json_t *last = json_array_get(list, json_array_size(list) - 1);
    if (last != NULL && json_integer_value(json_object_get(last, "id")) == id) {
        return last;
    }
    last = json_pack("{s:s, s:i}", "kind", kind, "id", (int)id);
    if (members != NULL) {
        (void)json_object_set_new(last, members, json_array());
    }
    (void)json_array_append_new(list, last);
    return last;
}

static void put_resource(json_t *resources, const struct loom_path *path, const json_t *item)
{
    char id[8];
    const char *type;
    json_t *value = value_out(item, &type);
    bool multiple = path->depth == 4;
    json_t *resource =
        entry_of(resources, multiple ? "multiResource" : "singleResource", path->id[2], NULL);
    (void)json_object_set_new(resource, "type", json_string(type));
    if (!multiple) {
        (void)json_object_set_new(resource, "value", value);
        return;
    }
    json_t *values = json_object_get(resource, "values");
    if (values == NULL) {
        values = json_object();
        (void)json_object_set_new(resource, "values", values);
    }
    (void)snprintf(id, sizeof id, "%u", path->id[3]);
    (void)json_object_set_new(values, id, value);
}

static bool path_of(const json_t *item, struct loom_path *path)
{
    const json_t *text = json_object_get(item, "path");
    return json_is_string(text) &&
           loom_text_to_path((struct loom_text){json_string_value(text), json_string_length(text)},
                             path);
}

static bool is_below(const struct loom_path *path, const struct loom_path *base)
{
    return path->depth >= base->depth &&
           memcmp(path->id, base->id, base->depth * sizeof base->id[0]) == 0;
}

/* All that is below a path, as the list of its objects. */
static json_t *objects_of(const struct loom_path *base, const json_t *values)
{
    json_t *objects = json_array();
    size_t i;
    const json_t *item;
    json_array_foreach(values, i, item)
    {
        struct loom_path path;
        if (!path_of(item, &path) || path.depth < 3 || !is_below(&path, base)) {
            continue;
        }
        json_t *object = entry_of(objects, "obj", path.id[0], "instances");
        json_t *instance =
            entry_of(json_object_get(object, "instances"), "instance", path.id[1], "resources");
        put_resource(json_object_get(instance, "resources"), &path, item);
    }
    return objects;
}

static json_t *first_of(const json_t *node, const char *list)
{
    return json_array_get(json_object_get(node, list), 0);
}

/* One instance of a multiple resource is a node of its own. */
static json_t *resource_instance(const struct loom_path *path, const json_t *values)
{
    size_t i;
    const json_t *item;
    json_array_foreach(values, i, item)
    {
        struct loom_path at;
        const char *type;
        if (path_of(item, &at) && at.depth == 4 && is_below(&at, path)) {
            json_t *value = value_out(item, &type);
            return json_pack("{s:s, s:i, s:s, s:o}", "kind", "resourceInstance", "id",
                             (int)path->id[3], "type", type, "value", value);
        }
    }
    return NULL;
}

json_t *loom_leshan_node(const struct loom_path *path, const json_t *values)
{
    if (path->depth == 4) {
        return resource_instance(path, values);
    }
    json_t *objects = objects_of(path, values);
    if (path->depth == 0) {
        return json_pack("{s:s, s:o}", "kind", "root", "objects", objects);
    }
    json_t *node = json_array_get(objects, 0);
    if (path->depth >= 2 && node != NULL) {
        node = first_of(node, "instances");
    }
    if (path->depth >= 3 && node != NULL) {
        node = first_of(node, "resources");
    }
    json_incref(node);
    json_decref(objects);
    return node;
}

json_t *loom_leshan_nodes(const json_t *paths, const json_t *values)
{
    json_t *nodes = json_object();
    size_t i;
    const json_t *text;
    json_array_foreach(paths, i, text)
    {
        struct loom_path path;
        json_t *item = json_pack("{s:O*}", "path", text);
        json_t *node = path_of(item, &path) ? loom_leshan_node(&path, values) : NULL;
        if (node != NULL) {
            (void)json_object_set_new(nodes, json_string_value(text), node);
        }
        json_decref(item);
    }
    return nodes;
}

/* ---- in: nodes into values ------------------------------------------------------------------- */

static bool is_type(const json_t *node, const char *name)
{
    const json_t *type = json_object_get(node, "type");
    return json_is_string(type) &&
           loom_text_is_any_case(
               (struct loom_text){json_string_value(type), json_string_length(type)}, name);
}

bool loom_leshan_id(const json_t *node, uint16_t *id)
{
    const json_t *value = json_object_get(node, "id");
    if (json_is_integer(value)) {
        *id = (uint16_t)json_integer_value(value);
        return json_integer_value(value) >= 0 && json_integer_value(value) < LOOM_ID_NONE;
    }
    return json_is_string(value) &&
           loom_text_to_id((struct loom_text){json_string_value(value), json_string_length(value)},
                           id);
}

static json_t *value_in(const json_t *node, const json_t *value)
{
    char text[16];
    if (json_is_object(value)) {
        (void)snprintf(text, sizeof text, "%u:%u",
                       (unsigned)json_integer_value(json_object_get(value, "objectId")) & 0xFFFFu,
                       (unsigned)json_integer_value(json_object_get(value, "objectInstanceId")) &
                           0xFFFFu);
        return json_string(text);
    }
    if (json_is_integer(value) && is_type(node, "TIME")) {
        return json_integer(json_integer_value(value) / 1000);
    }
    if (json_is_string(value) && is_type(node, "BOOLEAN")) {
        return json_boolean(strcmp(json_string_value(value), "true") == 0);
    }
    return json_incref((json_t *)(uintptr_t)value);
}

static json_t *instances_in(const json_t *node)
{
    json_t *values = json_object();
    const char *id;
    json_t *value;
    json_object_foreach(json_object_get(node, "values"), id, value)
    {
        (void)json_object_set_new(values, id, value_in(node, value));
    }
    return values;
}

static json_t *resource_in(const json_t *node)
{
    const json_t *value = json_object_get(node, "value");
    if (json_is_object(json_object_get(node, "values"))) {
        return instances_in(node);
    }
    return value == NULL ? NULL : value_in(node, value);
}

static json_t *instance_in(const json_t *node)
{
    json_t *values = json_object();
    size_t i;
    const json_t *resource;
    json_array_foreach(json_object_get(node, "resources"), i, resource)
    {
        char text[8];
        uint16_t id;
        json_t *value = resource_in(resource);
        if (value == NULL || !loom_leshan_id(resource, &id)) {
            json_decref(value);
            json_decref(values);
            return NULL;
        }
        (void)snprintf(text, sizeof text, "%u", (unsigned)id);
        (void)json_object_set_new(values, text, value);
    }
    return values;
}

json_t *loom_leshan_read(const json_t *node, unsigned depth, bool *many)
{
    *many = false;
    if (!json_is_object(node)) {
        return NULL;
    }
    if (depth == 2) {
        *many = true;
        return json_is_array(json_object_get(node, "resources")) ? instance_in(node) : NULL;
    }
    *many = json_is_object(json_object_get(node, "values"));
    return depth < 3 || (depth == 4 && *many) ? NULL : resource_in(node);
}

/* ---- codes and links ------------------------------------------------------------------------- */

json_t *loom_leshan_code(const char *code)
{
    static const struct {
        const char *code;
        const char *name;
    } names[] = {
        {"2.01", "CREATED(201)"},
        {"2.02", "DELETED(202)"},
        {"2.04", "CHANGED(204)"},
        {"2.05", "CONTENT(205)"},
        {"4.00", "BAD_REQUEST(400)"},
        {"4.01", "UNAUTHORIZED(401)"},
        {"4.03", "FORBIDDEN(403)"},
        {"4.04", "NOT_FOUND(404)"},
        {"4.05", "METHOD_NOT_ALLOWED(405)"},
        {"4.06", "NOT_ACCEPTABLE(406)"},
        {"4.08", "REQUEST_ENTITY_INCOMPLETE(408)"},
        {"4.12", "PRECONDITION_FAILED(412)"},
        {"4.13", "REQUEST_ENTITY_TOO_LARGE(413)"},
        {"4.15", "UNSUPPORTED_CONTENT_FORMAT(415)"},
        {"5.00", "INTERNAL_SERVER_ERROR(500)"},
    };
    char text[32];
    if (code == NULL || strlen(code) != 4) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(code, names[i].code) == 0) {
            return json_string(names[i].name);
        }
    }
    (void)snprintf(text, sizeof text, "UNKNOWN(%c%s)", code[0], code + 2);
    return json_string(text);
}

static json_t *parameters_of(struct loom_text parameters)
{
    json_t *attributes = json_object();
    while (parameters.length > 0) {
        struct loom_text one = {parameters.data + 1, 0};
        bool quoted = false;
        size_t at = 1; /* behind the `;` */
        for (; at < parameters.length && (quoted || parameters.data[at] != ';'); at++) {
            quoted ^= parameters.data[at] == '"';
        }
        one.length = at - 1;
        const char *equals = one.length == 0 ? NULL : memchr(one.data, '=', one.length);
        char *name = malloc(one.length + 1);
        if (name != NULL) {
            size_t length = equals == NULL ? one.length : (size_t)(equals - one.data);
            memcpy(name, one.data, length);
            name[length] = '\0';
            (void)json_object_set_new(
                attributes, name,
                equals == NULL ? json_null() : json_stringn(equals + 1, one.length - length - 1));
            free(name);
        }
        parameters.data += at;
        parameters.length -= at;
    }
    return attributes;
}

json_t *loom_leshan_links(struct loom_text links)
{
    json_t *list = json_array();
    struct loom_link link;
    while (loom_link_next(&links, &link) == LOOM_OK) {
        if (link.target.data != NULL) {
            json_t *url = json_stringn(link.target.data, link.target.length);
            (void)json_array_append_new(list, json_pack("{s:o, s:o}", "url", url, "attributes",
                                                        parameters_of(link.parameters)));
        }
    }
    return list;
}
