/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/model.h"

#include "model/node.h"

#include <string.h>

/* ---- calls of the product's functions ---------------------------------------------------------
 */

void loom_model_act_for(struct loom_model *model, enum loom_origin origin, uint16_t ssid)
{
    model->origin = (uint8_t)origin;
    model->ssid = ssid;
}

/* What a function of the product changes in turn is the product's own doing. */
struct loom_at loom_product_enter(struct loom_model *model, const struct loom_path *path)
{
    struct loom_at at = {.model = model,
                         .user = model->user,
                         .path = *path,
                         .origin = (enum loom_origin)model->origin,
                         .ssid = model->ssid};
    loom_model_act_for(model, LOOM_ORIGIN_PRODUCT, 0);
    return at;
}

void loom_product_leave(const struct loom_at *at)
{
    loom_model_act_for(at->model, at->origin, at->ssid);
}

enum loom_status loom_node_locate(const struct loom_model *model,
                                  const struct loom_product_object *entry, struct loom_node *node)
{
    node->entry = entry;
    node->object = entry->object;
    node->instance = loom_node_instance(model, entry, node->path.id[LOOM_INSTANCE_ID]);
    node->row = loom_object_resource(node->object, node->path.id[LOOM_RESOURCE_ID]);
    node->range_object = node->object;
    node->range_row = node->row;
    return node->instance == NULL || node->row == NULL ? LOOM_NOT_FOUND : LOOM_OK;
}

enum loom_status loom_node_find(const struct loom_model *model, const struct loom_path *path,
                                struct loom_node *node)
{
    node->path = *path;
    if (path->depth < 3) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (path->id[LOOM_INSTANCE_ID] == LOOM_ID_NONE ||
        (path->depth == 4 && path->id[LOOM_RESOURCE_INSTANCE_ID] == LOOM_ID_NONE)) {
        return LOOM_NOT_FOUND; /* what marks an unused slot is the id of nothing */
    }
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    const struct loom_account_view *view = loom_view_of(model, entry);
    return view != NULL ? view->find(model, entry->object, node)
                        : loom_node_locate(model, entry, node);
}

/* Finds what one value is read from or written to. */
static enum loom_status find_value(const struct loom_model *model, const struct loom_path *path,
                                   struct loom_node *node)
{
    enum loom_status status = loom_node_find(model, path, node);
    if (status != LOOM_OK) {
        return status;
    }
    bool multiple = (node->row->access & LOOM_MULTIPLE) != 0;
    bool value = node->row->type != LOOM_NONE && multiple == (node->path.depth == 4);
    return value ? LOOM_OK : LOOM_METHOD_NOT_ALLOWED;
}

void loom_model_tell(struct loom_model *model, const struct loom_path *path,
                     enum loom_change change)
{
    bool hook = model->hooks != NULL && model->hooks->changed != NULL;
    if (!hook && model->watch == NULL) {
        return;
    }
    struct loom_at at = loom_product_enter(model, path);
    if (model->watch != NULL) {
        model->watch(model->watcher, &at, change);
    }
    if (hook) {
        model->hooks->changed(&at, change);
    }
    loom_product_leave(&at);
}

/* ---- instances --------------------------------------------------------------------------------
 */

static void store_preset(const struct loom_object *object, unsigned char *instance,
                         const struct loom_preset *preset)
{
    struct loom_node node; /* what storing needs of it */
    node.object = object;
    node.instance = instance;
    node.row = loom_object_resource(object, preset->resource);
    node.path.id[LOOM_RESOURCE_INSTANCE_ID] = preset->resource_instance;
    loom_storage_store(node.row, loom_storage_make(&node), &preset->value);
    loom_node_set_present(&node, true);
}

static void begin_instance(const struct loom_object *object, unsigned char *instance, uint16_t id,
                           bool complete)
{
    memset(instance, 0, object->instance_size);
    loom_instance_set_id(instance, id);
    for (unsigned i = 0; i < object->resource_count; i++) {
        const struct loom_resource *row = &object->resources[i];
        if ((row->access & LOOM_MULTIPLE) != 0) {
            loom_storage_reset(row, instance); /* no entry is 0 */
        }
        /* What the product handles or executes, it has; it answers for itself if it is absent. */
        bool has = complete || (row->access & (LOOM_MANDATORY | LOOM_HANDLED | LOOM_E)) != 0;
        loom_row_set_present(object, instance, row, has);
    }
    const struct loom_preset *preset = object->presets;
    while (preset != NULL) {
        store_preset(object, instance, preset);
        preset = preset->more != 0 ? preset + 1 : NULL;
    }
}

void loom_model_restore_initial(struct loom_model *model, const struct loom_product_object *entry)
{
    for (uint16_t id = 0; id < entry->initial; id++) {
        unsigned char *slot = loom_node_instance(model, entry, LOOM_ID_NONE);
        if (slot != NULL && loom_node_instance(model, entry, id) == NULL) {
            begin_instance(entry->object, slot, id, entry->complete != 0);
        }
    }
}

void loom_model_init(struct loom_model *model, const struct loom_product *product, void *data,
                     const struct loom_model_hooks *hooks, void *user)
{
    model->product = product;
    model->data = data;
    model->hooks = hooks;
    model->user = user;
    model->staging = NULL;
    model->watch = NULL;
    model->watcher = NULL;
    model->streaming = NULL;
    loom_model_act_for(model, LOOM_ORIGIN_PRODUCT, 0);
    memset(data, 0, product->data_size);
    for (unsigned i = 0; i < product->object_count; i++) {
        const struct loom_product_object *entry = &product->objects[i];
        unsigned char *at = loom_model_instances(model, entry);
        for (unsigned k = 0; k < entry->room; k++, at += entry->object->instance_size) {
            loom_instance_set_id(at, LOOM_ID_NONE);
        }
        loom_model_restore_initial(model, entry);
    }
}

bool loom_entry_has_instance(const struct loom_model *model,
                             const struct loom_product_object *entry, uint16_t instance)
{
    const struct loom_account_view *view = loom_view_of(model, entry);
    if (view != NULL) {
        return instance == 0 && view->exists(model);
    }
    return instance != LOOM_ID_NONE && loom_node_instance(model, entry, instance) != NULL;
}

bool loom_model_has_instance(const struct loom_model *model, uint16_t object, uint16_t instance)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    return entry != NULL && loom_entry_has_instance(model, entry, instance);
}

bool loom_model_next_instance(const struct loom_model *model, uint16_t object, uint16_t *instance)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    if (entry == NULL) {
        return false;
    }
    const struct loom_account_view *view = loom_view_of(model, entry);
    if (view != NULL) {
        return *instance == 0 && view->exists(model);
    }
    return loom_instance_next(model, entry, instance);
}

bool loom_model_next_resource(const struct loom_model *model, uint16_t object, uint16_t instance,
                              uint16_t *resource)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    if (entry == NULL) {
        return false;
    }
    for (unsigned i = 0; i < entry->object->resource_count; i++) {
        uint16_t id = entry->object->resources[i].id;
        struct loom_path path = loom_path_resource(object, instance, id);
        struct loom_node node;
        if (id >= *resource && loom_node_find(model, &path, &node) == LOOM_OK &&
            loom_node_present(&node)) {
            *resource = id;
            return true;
        }
    }
    return false;
}

bool loom_node_next(const struct loom_model *model, const struct loom_node *node, uint16_t *id,
                    const unsigned char **value)
{
    if ((node->row->access & LOOM_HANDLED) == 0) {
        *value = loom_storage_next(node->row, node->instance, id);
        return *value != NULL;
    }
    *value = NULL;
    return model->product->handled->next(model, node, id);
}

bool loom_resource_next(const struct loom_model *model, const struct loom_path *path, uint16_t *id)
{
    struct loom_path resource = *path;
    struct loom_node node;
    const unsigned char *value;
    resource.depth = 3;
    return loom_node_find(model, &resource, &node) == LOOM_OK && loom_node_present(&node) &&
           (node.row->access & LOOM_MULTIPLE) != 0 && loom_node_next(model, &node, id, &value);
}

bool loom_model_next_resource_instance(const struct loom_model *model, uint16_t object,
                                       uint16_t instance, uint16_t resource,
                                       uint16_t *resource_instance)
{
    struct loom_path path = loom_path_resource(object, instance, resource);
    return loom_resource_next(model, &path, resource_instance);
}

enum loom_status loom_model_exists(const struct loom_model *model, const struct loom_path *path)
{
    struct loom_node node;
    const unsigned char *value;
    if (path->depth == 0) {
        return LOOM_OK;
    }
    if (loom_model_object(model, path->id[LOOM_OBJECT_ID]) == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (path->depth == 1) {
        return LOOM_OK;
    }
    if (path->depth == 2) {
        return loom_model_has_instance(model, path->id[LOOM_OBJECT_ID], path->id[LOOM_INSTANCE_ID])
                   ? LOOM_OK
                   : LOOM_NOT_FOUND;
    }
    enum loom_status status = loom_node_find(model, path, &node);
    if (status != LOOM_OK) {
        return status;
    }
    if (!loom_node_present(&node)) {
        return LOOM_NOT_FOUND;
    }
    if (path->depth == 3) {
        return LOOM_OK;
    }
    if ((node.row->access & LOOM_MULTIPLE) == 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    uint16_t id = path->id[LOOM_RESOURCE_INSTANCE_ID];
    return loom_node_next(model, &node, &id, &value) && id == path->id[LOOM_RESOURCE_INSTANCE_ID]
               ? LOOM_OK
               : LOOM_NOT_FOUND;
}

enum loom_status loom_model_create(struct loom_model *model, uint16_t object, uint16_t *instance)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    uint16_t id = *instance;
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    const struct loom_account_view *view = loom_view_of(model, entry);
    if (view != NULL) {
        return view->create(model, entry->object, instance);
    }
    if (loom_is_another(entry->object, id)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    for (id = id == LOOM_ID_NONE ? 0 : id; loom_node_instance(model, entry, id) != NULL; id++) {
        if (*instance != LOOM_ID_NONE) {
            return LOOM_BAD_REQUEST;
        }
    }
    unsigned char *slot = loom_node_instance(model, entry, LOOM_ID_NONE);
    if (slot == NULL) {
        return LOOM_TOO_LARGE;
    }
    begin_instance(entry->object, slot, id, false);
    *instance = id;
    struct loom_path path = loom_path_instance(object, id);
    loom_model_tell(model, &path, LOOM_CHANGE_CREATE);
    return LOOM_OK;
}

enum loom_status loom_model_delete(struct loom_model *model, uint16_t object, uint16_t instance)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    if (entry == NULL || (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0) {
        return entry == NULL ? LOOM_NOT_FOUND : LOOM_METHOD_NOT_ALLOWED;
    }
    unsigned char *at =
        instance == LOOM_ID_NONE ? NULL : loom_node_instance(model, entry, instance);
    if (at == NULL) {
        return LOOM_NOT_FOUND;
    }
    memset(at, 0, entry->object->instance_size); /* an account's keys go with it */
    loom_instance_set_id(at, LOOM_ID_NONE);
    struct loom_path path = loom_path_instance(object, instance);
    loom_model_tell(model, &path, LOOM_CHANGE_DELETE);
    return LOOM_OK;
}

/* ---- values ------------------------------------------------------------------------------------
 */

enum loom_status loom_node_read(const struct loom_model *model, const struct loom_node *node,
                                struct loom_value *value)
{
    bool through_view = node->range_object != node->object;
    if (through_view && (node->row->access & LOOM_SECRET) != 0) {
        return LOOM_METHOD_NOT_ALLOWED; /* rules F: never readable */
    }
    if ((node->row->access & LOOM_HANDLED) != 0) {
        return model->product->handled->read(model, node, value);
    }
    const unsigned char *from = loom_storage_value(node);
    if (from == NULL) {
        return LOOM_NOT_FOUND;
    }
    loom_storage_load(node->row, from, value);
    return LOOM_OK;
}

enum loom_status loom_model_read(const struct loom_model *model, const struct loom_path *path,
                                 struct loom_value *value)
{
    struct loom_node node;
    enum loom_status status = find_value(model, path, &node);
    if (status != LOOM_OK) {
        return status;
    }
    return loom_node_present(&node) ? loom_node_read(model, &node, value) : LOOM_NOT_FOUND;
}

static enum loom_status check(const struct loom_model *model, const struct loom_path *path,
                              const struct loom_value *value, struct loom_node *node)
{
    enum loom_status status = find_value(model, path, node);
    if (status != LOOM_OK) {
        return status;
    }
    if ((node->row->access & LOOM_HANDLED) != 0 && loom_handler_of(node)->write == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    status = loom_check_value(node->object, node->row, value);
    /* A view may have a narrower range than what it shows. */
    return status == LOOM_OK && !loom_resource_allows(node->range_object, node->range_row, value)
               ? LOOM_BAD_REQUEST
               : status;
}

enum loom_status loom_model_check(const struct loom_model *model, const struct loom_path *path,
                                  const struct loom_value *value)
{
    struct loom_node node;
    return check(model, path, value, &node);
}

enum loom_status loom_node_write(struct loom_model *model, const struct loom_node *node,
                                 const struct loom_value *value)
{
    const struct loom_resource *row = node->row;
    if ((row->access & LOOM_HANDLED) != 0) {
        enum loom_status status = model->product->handled->write(model, node, value);
        if (status != LOOM_OK) {
            return status;
        }
    } else {
        bool single = (row->access & LOOM_MULTIPLE) == 0;
        unsigned char *to = single ? node->instance + row->offset : loom_storage_make(node);
        if (to == NULL) {
            return LOOM_TOO_LARGE;
        }
        loom_storage_store(row, to, value);
    }
    loom_node_set_present(node, true);
    loom_model_tell(model, &node->path, LOOM_CHANGE_VALUE);
    return LOOM_OK;
}

enum loom_status loom_model_write(struct loom_model *model, const struct loom_path *path,
                                  const struct loom_value *value)
{
    struct loom_node node;
    enum loom_status status = check(model, path, value, &node);
    return status == LOOM_OK ? loom_node_write(model, &node, value) : status;
}

enum loom_status loom_node_clear(struct loom_model *model, const struct loom_node *node)
{
    bool multiple = (node->row->access & LOOM_MULTIPLE) != 0;
    bool mandatory = (node->row->access & LOOM_MANDATORY) != 0;
    if ((node->row->access & LOOM_HANDLED) != 0 || node->row->type == LOOM_NONE ||
        (!multiple && (mandatory || node->path.depth == 4))) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (node->path.depth == 4 && loom_storage_value(node) == NULL) {
        return LOOM_NOT_FOUND;
    }
    loom_storage_free(node);
    if (node->path.depth == 3 && !mandatory) {
        loom_node_set_present(node, false);
    }
    loom_model_tell(model, &node->path, LOOM_CHANGE_VALUE);
    return LOOM_OK;
}

enum loom_status loom_model_clear(struct loom_model *model, const struct loom_path *path)
{
    struct loom_node node;
    enum loom_status status = loom_node_find(model, path, &node);
    return status == LOOM_OK ? loom_node_clear(model, &node) : status;
}

enum loom_status loom_model_instantiate(struct loom_model *model, const struct loom_path *path)
{
    struct loom_node node;
    enum loom_status status = loom_node_find(model, path, &node);
    if (status != LOOM_OK) {
        return status;
    }
    if (node.path.depth != 3 || (node.row->access & LOOM_MULTIPLE) == 0 ||
        (node.row->access & LOOM_HANDLED) != 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (!loom_node_present(&node)) {
        loom_node_set_present(&node, true);
        loom_model_tell(model, &node.path, LOOM_CHANGE_VALUE);
    }
    return LOOM_OK;
}

enum loom_status loom_model_execute(struct loom_model *model, const struct loom_path *path,
                                    struct loom_text arguments)
{
    struct loom_node node;
    enum loom_status status = loom_node_find(model, path, &node);
    if (status != LOOM_OK) {
        return status;
    }
    if ((node.row->access & LOOM_E) == 0 || node.path.depth != 3) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    struct loom_at at = loom_product_enter(model, &node.path);
    if ((node.row->access & LOOM_HANDLED) != 0) {
        status = loom_handler_of(&node)->execute(&at, arguments);
    } else if (model->hooks != NULL && model->hooks->executed != NULL) {
        model->hooks->executed(&at, arguments);
    }
    loom_product_leave(&at);
    return status;
}
