/* SPDX-License-Identifier: Apache-2.0 */
/* Goes by rows: an instance is looked up once, and none of its resources. */
#include "model/walk.h"

#include "model/node.h"

struct walk {
    const struct loom_model *model;
    const struct loom_visitor *visitor;
    enum loom_read_filter filter;
    const struct loom_object *object; /* as the path has it; that of the node if it is no view */
    bool view;
    struct loom_path path;
    struct loom_node node;
};

static const struct loom_value no_value = {.type = LOOM_NONE};

static enum loom_status visit(const struct walk *walk, const struct loom_resource *row,
                              const struct loom_value *value)
{
    return walk->visitor->visit(walk->visitor->self, &walk->path, row, value);
}

static bool selects(const struct walk *walk, const struct loom_resource *row)
{
    switch (walk->filter) {
    case LOOM_READ_NAMES:
        return (row->access & (LOOM_R | LOOM_W | LOOM_E)) != 0;
    case LOOM_READ_READABLE:
        return row->type != LOOM_NONE && (row->access & LOOM_R) != 0;
    case LOOM_READ_ALL:
        break;
    }
    return row->type != LOOM_NONE && (row->access & LOOM_HANDLED) == 0;
}

static enum loom_status visit_value(struct walk *walk, const struct loom_resource *row)
{
    struct loom_value value;
    if (walk->filter == LOOM_READ_NAMES) {
        return visit(walk, row, &no_value);
    }
    enum loom_status status = loom_node_read(walk->model, &walk->node, &value);
    return status == LOOM_OK ? visit(walk, row, &value) : status;
}

static enum loom_status visit_resource_instance(struct walk *walk, const struct loom_resource *row,
                                                uint16_t id)
{
    walk->path.id[LOOM_RESOURCE_INSTANCE_ID] = id;
    walk->path.depth = 4;
    walk->node.path.id[LOOM_RESOURCE_INSTANCE_ID] = id;
    walk->node.path.depth = 4;
    enum loom_status status = visit_value(walk, row);
    walk->path.depth = 3;
    walk->node.path.depth = 3;
    return status;
}

static enum loom_status visit_multiple(struct walk *walk, const struct loom_resource *row)
{
    uint16_t id = 0;
    enum loom_status status = visit(walk, row, &no_value);
    for (; status == LOOM_OK && loom_node_next(walk->model, &walk->node, &id); id++) {
        status = visit_resource_instance(walk, row, id);
    }
    return status;
}

/* The row that holds the value: the one that a view shows, or the row itself. */
static bool enter_resource(struct walk *walk, const struct loom_resource *row)
{
    struct loom_node *node = &walk->node;
    node->row = walk->view ? loom_object_resource(node->object, row->offset) : row;
    if (node->row == NULL || !loom_node_present(node)) {
        return false;
    }
    node->range_object = walk->object;
    node->range_row = row;
    node->path.id[LOOM_RESOURCE_ID] = node->row->id;
    node->path.depth = 3;
    walk->path.id[LOOM_RESOURCE_ID] = row->id;
    walk->path.depth = 3;
    return true;
}

static enum loom_status visit_resource(struct walk *walk, const struct loom_resource *row)
{
    return (row->access & LOOM_MULTIPLE) != 0 ? visit_multiple(walk, row) : visit_value(walk, row);
}

static enum loom_status visit_instance(struct walk *walk)
{
    const struct loom_resource *row = walk->object->resources;
    const struct loom_resource *end = row + walk->object->resource_count;
    walk->path.depth = 2;
    enum loom_status status = visit(walk, NULL, &no_value);
    for (; status == LOOM_OK && row < end; row++) {
        if (selects(walk, row) && enter_resource(walk, row)) {
            status = visit_resource(walk, row);
            status = status == LOOM_NOT_FOUND ? LOOM_OK : status; /* its function has no value */
        }
    }
    return status;
}

static bool enter_instance(struct walk *walk, uint16_t id)
{
    struct loom_node *node = &walk->node;
    if (id == LOOM_ID_NONE) {
        return false;
    }
    walk->path.id[LOOM_INSTANCE_ID] = id;
    if (walk->view) {
        id = id == 0 ? loom_account_instance(walk->model) : LOOM_ID_NONE;
    }
    node->path.id[LOOM_INSTANCE_ID] = id;
    node->instance = id == LOOM_ID_NONE ? NULL : loom_node_instance(walk->model, node->entry, id);
    return node->instance != NULL;
}

static enum loom_status visit_object(struct walk *walk)
{
    enum loom_status status = LOOM_OK;
    uint16_t id = 0;
    for (; status == LOOM_OK && loom_model_next_instance(walk->model, walk->object->id, &id);
         id++) {
        status = enter_instance(walk, id) ? visit_instance(walk) : LOOM_NOT_FOUND;
    }
    return status;
}

static enum loom_status visit_row(struct walk *walk, const struct loom_path *path)
{
    const struct loom_resource *row =
        loom_object_resource(walk->object, path->id[LOOM_RESOURCE_ID]);
    uint16_t wanted = path->id[LOOM_RESOURCE_INSTANCE_ID];
    uint16_t id = wanted;
    if (row == NULL || !enter_resource(walk, row)) {
        return LOOM_NOT_FOUND;
    }
    if (path->depth == 4 && (row->access & LOOM_MULTIPLE) == 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (path->depth == 4 && (!loom_node_next(walk->model, &walk->node, &id) || id != wanted)) {
        return LOOM_NOT_FOUND;
    }
    if (!selects(walk, row)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return path->depth == 4 ? visit_resource_instance(walk, row, wanted)
                            : visit_resource(walk, row);
}

enum loom_status loom_walk(const struct loom_model *model, const struct loom_path *path,
                           enum loom_read_filter filter, const struct loom_visitor *visitor)
{
    struct walk walk = {.model = model, .visitor = visitor, .filter = filter, .path = *path};
    const struct loom_product_object *entry =
        path->depth == 0 ? NULL : loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (entry == NULL) {
        return path->depth == 0 ? LOOM_METHOD_NOT_ALLOWED : LOOM_NOT_FOUND;
    }
    walk.object = entry->object;
    walk.view = (entry->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    walk.node.entry = walk.view ? loom_account_object(model) : entry;
    if (walk.node.entry == NULL) {
        return path->depth == 1 ? LOOM_OK : LOOM_NOT_FOUND;
    }
    walk.node.object = walk.node.entry->object;
    walk.node.path.id[LOOM_OBJECT_ID] = walk.node.object->id;
    if (path->depth == 1) {
        return visit_object(&walk);
    }
    if (!enter_instance(&walk, path->id[LOOM_INSTANCE_ID])) {
        return LOOM_NOT_FOUND;
    }
    return path->depth == 2 ? visit_instance(&walk) : visit_row(&walk, path);
}
