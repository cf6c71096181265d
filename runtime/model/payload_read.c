/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload.h"

#include "model/node.h"

static bool selected(const struct loom_resource *row, enum loom_read_filter filter)
{
    if (row->type == LOOM_NONE) {
        return false;
    }
    return filter == LOOM_READ_READABLE ? (row->access & LOOM_R) != 0
                                        : (row->access & LOOM_HANDLED) == 0;
}

static enum loom_status put_instances(const struct loom_model *model, struct loom_path path,
                                      struct loom_output *out)
{
    uint16_t id = 0;
    path.depth = 4;
    for (; loom_model_next_resource_instance(model, path.id[0], path.id[1], path.id[2], &id);
         id++) {
        struct loom_value value;
        path.id[LOOM_RESOURCE_INSTANCE_ID] = id;
        enum loom_status status = loom_model_read(model, &path, &value);
        if (status != LOOM_OK) {
            return status;
        }
        loom_tlv_put_value(out, LOOM_TLV_RESOURCE_INSTANCE, id, &value);
    }
    return LOOM_OK;
}

static enum loom_status put_resource(const struct loom_model *model, const struct loom_path *path,
                                     const struct loom_resource *row, struct loom_output *out)
{
    struct loom_value value;
    if ((row->access & LOOM_MULTIPLE) != 0) {
        size_t begin = loom_tlv_begin(out);
        enum loom_status status = put_instances(model, *path, out);
        loom_tlv_end(out, begin, LOOM_TLV_MULTIPLE, row->id);
        return status;
    }
    enum loom_status status = loom_model_read(model, path, &value);
    if (status == LOOM_OK) {
        loom_tlv_put_value(out, LOOM_TLV_RESOURCE, row->id, &value);
    }
    return status;
}

static enum loom_status put_instance(const struct loom_model *model, struct loom_path path,
                                     const struct loom_object *object, enum loom_read_filter filter,
                                     struct loom_output *out)
{
    uint16_t resource = 0;
    path.depth = 3;
    for (; loom_model_next_resource(model, path.id[0], path.id[1], &resource); resource++) {
        const struct loom_resource *row = loom_object_resource(object, resource);
        path.id[LOOM_RESOURCE_ID] = resource;
        if (row == NULL || !selected(row, filter)) {
            continue;
        }
        enum loom_status status = put_resource(model, &path, row, out);
        if (status != LOOM_OK && status != LOOM_NOT_FOUND) {
            return status; /* a handled resource may say that it is absent */
        }
    }
    return LOOM_OK;
}

static enum loom_status put_object(const struct loom_model *model, uint16_t object_id,
                                   const struct loom_object *object, enum loom_read_filter filter,
                                   struct loom_output *out)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, object_id, &instance); instance++) {
        size_t begin = loom_tlv_begin(out);
        struct loom_path path = loom_path_instance(object_id, instance);
        enum loom_status status = put_instance(model, path, object, filter, out);
        if (status != LOOM_OK) {
            return status;
        }
        loom_tlv_end(out, begin, LOOM_TLV_INSTANCE, instance);
    }
    return LOOM_OK;
}

static enum loom_status put_value(const struct loom_model *model, const struct loom_path *path,
                                  const struct loom_object *object, enum loom_read_filter filter,
                                  struct loom_output *out)
{
    const struct loom_resource *row = loom_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    struct loom_value value;
    if (row == NULL || !selected(row, filter)) {
        return row == NULL ? LOOM_NOT_FOUND : LOOM_METHOD_NOT_ALLOWED;
    }
    if (path->depth == 3) {
        return put_resource(model, path, row, out);
    }
    enum loom_status status = loom_model_read(model, path, &value);
    if (status == LOOM_OK) {
        size_t begin = loom_tlv_begin(out);
        loom_tlv_put_value(out, LOOM_TLV_RESOURCE_INSTANCE, path->id[LOOM_RESOURCE_INSTANCE_ID],
                           &value);
        loom_tlv_end(out, begin, LOOM_TLV_MULTIPLE, row->id);
    }
    return status;
}

enum loom_status loom_payload_read_tlv(const struct loom_model *model, const struct loom_path *path,
                                       enum loom_read_filter filter, struct loom_output *out)
{
    enum loom_status status = loom_model_exists(model, path);
    if (status != LOOM_OK) {
        return status;
    }
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth == 0 || entry == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (path->depth == 1) {
        status = put_object(model, path->id[LOOM_OBJECT_ID], entry->object, filter, out);
    } else if (path->depth == 2) {
        status = put_instance(model, *path, entry->object, filter, out);
    } else {
        status = put_value(model, path, entry->object, filter, out);
    }
    return status == LOOM_OK && out->overflow ? LOOM_TOO_LARGE : status;
}
