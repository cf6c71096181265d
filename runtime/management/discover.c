/* SPDX-License-Identifier: Apache-2.0 */
/* Discover, rules C-13 .. C-15. */
#include "client/internal.h"

static void put_target(const struct loom_path *path, bool first, struct loom_output *out)
{
    loom_put_text(out, first ? "<" : ",<");
    loom_put_path(out, path);
    loom_put_byte(out, '>');
}

/* `dim`: how many instances a multiple resource has. */
static void put_dimension(const struct loom_model *model, const struct loom_path *path,
                          const struct loom_resource *row, struct loom_output *out)
{
    uint64_t count = 0;
    uint16_t id = 0;
    if ((row->access & LOOM_MULTIPLE) == 0) {
        return;
    }
    for (; loom_model_next_resource_instance(model, path->id[0], path->id[1], path->id[2], &id);
         id++) {
        count++;
    }
    loom_put_text(out, ";dim=");
    loom_put_unsigned(out, count);
}

/* Resources that only a bootstrap may touch are not shown to servers (rule C-41). */
static bool is_shown(const struct loom_resource *row)
{
    return row != NULL && (row->access & (LOOM_R | LOOM_W | LOOM_E)) != 0;
}

static void put_resources(const struct loom_model *model, const struct loom_object *object,
                          uint16_t instance, struct loom_output *out)
{
    uint16_t resource = 0;
    for (; loom_model_next_resource(model, object->id, instance, &resource); resource++) {
        const struct loom_resource *row = loom_object_resource(object, resource);
        struct loom_path path = loom_path_resource(object->id, instance, resource);
        if (is_shown(row)) {
            put_target(&path, false, out);
            put_dimension(model, &path, row, out);
        }
    }
}

static void put_instance(const struct loom_model *model, const struct loom_object *object,
                         uint16_t instance, bool first, struct loom_output *out)
{
    struct loom_path path = loom_path_instance(object->id, instance);
    put_target(&path, first, out);
    put_resources(model, object, instance, out);
}

static void put_object(const struct loom_registration *from, const struct loom_object *object,
                       struct loom_output *out)
{
    const struct loom_model *model = from->client->config.model;
    struct loom_path path = loom_path_object(object->id);
    uint16_t instance = 0;
    put_target(&path, true, out);
    if (loom_links_needs_version(from->lwm2m, object)) {
        loom_links_put_version(object, out);
    }
    for (; loom_model_next_instance(model, object->id, &instance); instance++) {
        put_instance(model, object, instance, false, out);
    }
}

enum loom_status loom_management_discover(const struct loom_registration *from,
                                          const struct loom_path *path, struct loom_output *out)
{
    const struct loom_model *model = from->client->config.model;
    enum loom_status status = loom_model_exists(model, path);
    if (status != LOOM_OK || path->depth == 4) {
        return status != LOOM_OK ? status : LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth == 1) {
        put_object(from, entry->object, out);
        return LOOM_OK;
    }
    if (path->depth == 2) {
        put_instance(model, entry->object, path->id[LOOM_INSTANCE_ID], true, out);
        return LOOM_OK;
    }
    const struct loom_resource *row =
        loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
    if (!is_shown(row)) {
        return LOOM_NOT_FOUND;
    }
    put_target(path, true, out);
    put_dimension(model, path, row, out);
    return LOOM_OK;
}
