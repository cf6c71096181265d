/* SPDX-License-Identifier: Apache-2.0 */
#include "web/model_json.h"

#include <stdio.h>

static json_t *values_json(const struct loom_catalog_texts *texts)
{
    json_t *list = json_array();
    if (texts != NULL && texts->values != NULL) {
        for (const struct loom_catalog_named *named = texts->values; named->name != NULL; named++) {
            (void)json_array_append_new(
                list,
                json_pack("{s:I, s:s}", "value", (json_int_t)named->value, "name", named->name));
        }
    }
    return list;
}

static json_t *resource_json(const struct loom_catalog_entry *entry)
{
    unsigned access = entry->row->access;
    char operations[4] = "";
    enum loom_type type = (enum loom_type)entry->row->type;
    (void)snprintf(operations, sizeof operations, "%s%s%s", access & LOOM_R ? "R" : "",
                   access & LOOM_W ? "W" : "", access & LOOM_E ? "E" : "");
    return json_pack("{s:i, s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:s, s:o}", "id",
                     (int)entry->row->id, "name", entry->name, "operations", operations, "multiple",
                     (access & LOOM_MULTIPLE) != 0, "mandatory", (access & LOOM_MANDATORY) != 0,
                     "type", type == LOOM_NONE ? "" : loom_catalog_type_name(type), "units",
                     entry->units, "range", entry->texts != NULL ? entry->texts->range : "",
                     "description", entry->texts != NULL ? entry->texts->description : "", "values",
                     values_json(entry->texts));
}

json_t *loom_web_model_json(const struct loom_catalog_object *model, bool whole)
{
    char version[8];
    const struct loom_object *object = model->object;
    (void)snprintf(version, sizeof version, "%u.%u", object->version_major, object->version_minor);
    json_t *json =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:b, s:b}", "id", (int)object->id, "version", version,
                  "name", model->names->names, "urn", model->urn, "description", model->description,
                  "multiple", (object->flags & LOOM_OBJECT_MULTIPLE) != 0, "mandatory",
                  (object->flags & LOOM_OBJECT_MANDATORY) != 0);
    if (!whole || json == NULL) {
        return json;
    }
    json_t *resources = json_array();
    for (size_t i = 0; i < object->resource_count; i++) {
        struct loom_catalog_entry entry = loom_catalog_entry_of(model, i);
        (void)json_array_append_new(resources, resource_json(&entry));
    }
    (void)json_object_set_new(json, "resources", resources);
    return json;
}
