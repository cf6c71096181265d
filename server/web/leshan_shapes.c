/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_shapes.h"

#include "loom/codec.h"
#include "web/leshan_node.h"

#include <stdio.h>
#include <string.h>

/* ---- registrations --------------------------------------------------------------------------- */

static json_t *text_json(struct loom_text text)
{
    return text.data == NULL ? json_string("") : json_stringn(text.data, text.length);
}

static json_t *link_json(const struct loom_dm_link *link)
{
    char url[16];
    char version[8];
    json_t *attributes = json_object();
    (void)snprintf(url, sizeof url, link->instance == LOOM_ID_NONE ? "/%u" : "/%u/%u", link->object,
                   link->instance);
    if (link->version_major != 0) {
        (void)snprintf(version, sizeof version, "%u.%u", link->version_major, link->version_minor);
        (void)json_object_set_new(attributes, "ver", json_string(version));
    }
    return json_pack("{s:s, s:o}", "url", url, "attributes", attributes);
}

/* `{"3": [0]}` */
static void add_instance(json_t *instances, uint16_t object, uint16_t instance)
{
    char id[8];
    (void)snprintf(id, sizeof id, "%u", object);
    json_t *list = json_object_get(instances, id);
    if (list == NULL) {
        list = json_array();
        (void)json_object_set_new(instances, id, list);
    }
    if (instance != LOOM_ID_NONE) {
        (void)json_array_append_new(list, json_integer(instance));
    }
}

/* The root of objects, which devices may have elsewhere. */
static json_t *root_json(struct loom_text path)
{
    return path.length == 0 ? json_string("/") : json_sprintf("/%.*s", (int)path.length, path.data);
}

json_t *loom_leshan_registration(const struct loom_dm_client *client,
                                 const struct loom_leshan_times *times)
{
    char version[8];
    json_t *links = json_array();
    json_t *instances = json_object();
    for (size_t i = 0; i < client->object_count; i++) {
        (void)json_array_append_new(links, link_json(&client->objects[i]));
        add_instance(instances, client->objects[i].object, client->objects[i].instance);
    }
    (void)snprintf(version, sizeof version, "%u.%u", client->lwm2m >> 8, client->lwm2m & 0xFFu);
    json_t *json = json_pack(
        "{s:o, s:s, s:I, s:I, s:o, s:s, s:I, s:o, s:o, s:o, s:b, s:{}, s:b, s:o}", "endpoint",
        text_json(client->endpoint), "registrationId", client->location, "registrationDate",
        (json_int_t)times->registered, "lastUpdate", (json_int_t)times->heard, "address",
        text_json(client->address), "lwM2mVersion", version, "lifetime",
        (json_int_t)client->lifetime, "bindingMode", text_json(client->binding), "rootPath",
        root_json(client->alternate_path), "objectLinks", links, "secure",
        client->identity.length > 0, "additionalRegistrationAttributes", "queuemode",
        client->queue_mode, "availableInstances", instances);
    if (json != NULL && client->queue_mode) {
        (void)json_object_set_new(json, "sleeping", json_boolean(times->asleep));
    }
    if (json != NULL && client->sms.length > 0) {
        (void)json_object_set_new(json, "smsNumber", text_json(client->sms));
    }
    return json;
}

/* ---- models ---------------------------------------------------------------------------------- */

static const char *type_name(enum loom_type type)
{
    switch (type) {
    case LOOM_STRING:
        return "string";
    case LOOM_INTEGER:
        return "integer";
    case LOOM_UNSIGNED:
        return "unsigned_integer";
    case LOOM_FLOAT:
        return "float";
    case LOOM_BOOLEAN:
        return "boolean";
    case LOOM_OPAQUE:
        return "opaque";
    case LOOM_TIME:
        return "time";
    case LOOM_OBJLNK:
        return "objlnk";
    case LOOM_CORELNK:
        return "corelnk";
    default:
        return "none";
    }
}

static json_t *resource_json(const struct loom_catalog_entry *entry)
{
    unsigned access = entry->row->access;
    char operations[4];
    (void)snprintf(operations, sizeof operations, "%s%s%s", (access & LOOM_R) != 0 ? "R" : "",
                   (access & LOOM_W) != 0 ? "W" : "", (access & LOOM_E) != 0 ? "E" : "");
    return json_pack("{s:i, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s}", "id", (int)entry->row->id,
                     "name", entry->name, "operations", operations, "instancetype",
                     (access & LOOM_MULTIPLE) != 0 ? "multiple" : "single", "mandatory",
                     (access & LOOM_MANDATORY) != 0, "type",
                     type_name((enum loom_type)entry->row->type), "range",
                     entry->texts != NULL ? entry->texts->range : "", "units", entry->units,
                     "description", entry->texts != NULL ? entry->texts->description : "");
}

json_t *loom_leshan_model(const struct loom_catalog_object *model)
{
    char version[8];
    json_t *resources = json_array();
    const struct loom_object *object = model->object;
    (void)snprintf(version, sizeof version, "%u.%u", object->version_major, object->version_minor);
    for (size_t i = 0; i < object->resource_count; i++) {
        struct loom_catalog_entry entry = loom_catalog_entry_of(model, i);
        (void)json_array_append_new(resources, resource_json(&entry));
    }
    return json_pack("{s:i, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:o}", "id", (int)object->id,
                     "name", model->names->names, "instancetype",
                     (object->flags & LOOM_OBJECT_MULTIPLE) != 0 ? "multiple" : "single",
                     "mandatory", (object->flags & LOOM_OBJECT_MANDATORY) != 0, "urn", model->urn,
                     "version", version, "lwm2mversion", model->lwm2m, "description",
                     model->description, "description2", "", "resourcedefs", resources);
}

/* ---- events ---------------------------------------------------------------------------------- */

static json_t *node_of(const json_t *json, const char **path_text)
{
    struct loom_path path;
    *path_text = json_string_value(json_object_get(json, "path"));
    if (*path_text == NULL ||
        !loom_text_to_path((struct loom_text){*path_text, strlen(*path_text)}, &path)) {
        return NULL;
    }
    return loom_leshan_node(&path, json_object_get(json, "values"));
}

/* `{"/3/0/9": NODE}`, of each resource that has a value. */
static json_t *nodes_by_path(const json_t *values)
{
    json_t *nodes = json_object();
    size_t i;
    const json_t *item;
    json_array_foreach(values, i, item)
    {
        json_t *one = json_pack("[O]", item);
        struct loom_path path;
        const char *text = json_string_value(json_object_get(item, "path"));
        if (text != NULL && loom_text_to_path((struct loom_text){text, strlen(text)}, &path)) {
            (void)json_object_set_new(nodes, text, loom_leshan_node(&path, one));
        }
        json_decref(one);
    }
    return nodes;
}

static json_t *notification(const char *endpoint, const json_t *json)
{
    const char *path;
    json_t *paths = json_object_get(json, "paths");
    if (paths != NULL) {
        return json_pack("{s:s, s:s, s:o, s:O}", "ep", endpoint, "kind", "composite", "val",
                         loom_leshan_nodes(paths, json_object_get(json, "values")), "paths", paths);
    }
    json_t *node = node_of(json, &path);
    return node == NULL ? NULL
                        : json_pack("{s:s, s:s, s:s, s:o}", "ep", endpoint, "kind", "single", "res",
                                    path, "val", node);
}

/* A registration that has ended, as far as its event says it. */
static json_t *ended_json(const struct loom_timeline_event *event, const json_t *json)
{
    json_t *links = json_array();
    json_t *instances = json_object();
    size_t i;
    const json_t *object;
    json_array_foreach(json_object_get(json, "objects"), i, object)
    {
        struct loom_path path;
        struct loom_text text = {json_string_value(object), json_string_length(object)};
        if (loom_text_to_path(text, &path) && path.depth > 0) {
            add_instance(instances, path.id[0], path.depth > 1 ? path.id[1] : LOOM_ID_NONE);
            (void)json_array_append_new(links,
                                        json_pack("{s:O, s:{}}", "url", object, "attributes"));
        }
    }
    json_t *root = json_object_get(json, "alternate_path");
    struct loom_text text = {json_string_value(root), json_string_length(root)};
    return json_pack(
        "{s:s, s:O*, s:I, s:O*, s:O*, s:O*, s:O*, s:O*, s:o, s:o, s:O*, s:{}, s:O*, "
        "s:o}",
        "endpoint", event->endpoint, "registrationId", json_object_get(json, "location"),
        "lastUpdate", (json_int_t)event->time, "address", json_object_get(json, "address"),
        "smsNumber", json_object_get(json, "sms"), "lwM2mVersion", json_object_get(json, "lwm2m"),
        "lifetime", json_object_get(json, "lifetime"), "bindingMode",
        json_object_get(json, "binding"), "rootPath", root_json(text), "objectLinks", links,
        "secure", json_object_get(json, "secure"), "additionalRegistrationAttributes", "queuemode",
        json_object_get(json, "queue_mode"), "availableInstances", instances);
}

/* What an Update has said: only that. */
static json_t *update_json(const json_t *json, const json_t *registration)
{
    static const char *const parts[][2] = {
        {"lifetime", "lifetime"}, {"sms", "smsNumber"}, {"objects", "objectLinks"}};
    json_t *update = json_pack("{s:O*, s:O*, s:O*, s:{}}", "registrationId",
                               json_object_get(registration, "registrationId"), "address",
                               json_object_get(registration, "address"), "secure",
                               json_object_get(registration, "secure"), "additionalAttributes");
    size_t i;
    const json_t *change;
    json_array_foreach(json_object_get(json, "changes"), i, change)
    {
        for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
            json_t *value = json_object_get(registration, parts[part][1]);
            if (value != NULL && strcmp(json_string_value(change), parts[part][0]) == 0) {
                (void)json_object_set(update, parts[part][1], value);
            }
        }
    }
    return update;
}

json_t *loom_leshan_event(const struct loom_timeline_event *event, json_t *registration,
                          const char **name)
{
    json_t *json = json_loads(event->json, 0, NULL);
    json_t *told = NULL;
    *name = NULL;
    if (strcmp(event->kind, "registered") == 0) {
        *name = "REGISTRATION";
        told = json_incref(registration);
    } else if (strcmp(event->kind, "updated") == 0) {
        *name = "UPDATED";
        told = json_pack("{s:O?, s:o}", "registration", registration, "update",
                         update_json(json, registration));
    } else if (strcmp(event->kind, "deregistered") == 0 || strcmp(event->kind, "expired") == 0 ||
               strcmp(event->kind, "removed") == 0) {
        *name = "DEREGISTRATION";
        told = ended_json(event, json);
    } else if (strcmp(event->kind, "notified") == 0) {
        *name = "NOTIFICATION";
        told = notification(event->endpoint, json);
    } else if (strcmp(event->kind, "received") == 0) {
        *name = "SEND";
        told = json_pack("{s:s, s:o}", "ep", event->endpoint, "val",
                         nodes_by_path(json_object_get(json, "values")));
    }
    json_decref(json);
    json_decref(registration);
    return told;
}
