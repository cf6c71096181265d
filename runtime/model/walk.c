/* SPDX-License-Identifier: Apache-2.0 */
/* Goes by rows: an instance is looked up once, and none of its resources. */
#include "model/walk.h"

#include "model/node.h"

struct walk {
    const struct loom_model *model;
    const struct loom_visitor *visitor;
    const struct loom_object *object; /* as the path has it; that of the node if it is no view */
    const struct loom_path *asked;
    bool view;
    uint8_t filter;
    struct loom_path path;
    struct loom_node node; /* where that is stored, but for its path */
};

static const struct loom_value no_value = {.type = LOOM_NONE};

static enum loom_status visit(const struct walk *walk, const struct loom_resource *row,
                              const struct loom_value *value)
{
    return walk->visitor->visit(walk->visitor->self, &walk->path, row, value);
}

static bool selects(const struct walk *walk, const struct loom_resource *row)
{
    if (walk->filter == LOOM_READ_NAMES) {
        return (row->access & (LOOM_R | LOOM_W | LOOM_E)) != 0;
    }
    return row->type != LOOM_NONE &&
           (row->access & (walk->filter == LOOM_READ_ALL ? LOOM_HANDLED : LOOM_R)) ==
               (walk->filter == LOOM_READ_ALL ? 0 : LOOM_R);
}

/* The node with the path of what it is, which is another one than that of a view. */
static const struct loom_node *place(struct walk *walk)
{
    struct loom_node *node = &walk->node;
    uint16_t instance = node->path.id[LOOM_INSTANCE_ID];
    node->path = walk->path;
    if (walk->view) {
        node->path.id[LOOM_OBJECT_ID] = node->object->id;
        node->path.id[LOOM_INSTANCE_ID] = instance;
        node->path.id[LOOM_RESOURCE_ID] = node->row->id;
    }
    return node;
}

/* `from` is where the value of the row is stored; NULL: the node reads it, as it does for a view.
 */
static enum loom_status visit_value(struct walk *walk, const struct loom_resource *row,
                                    const unsigned char *from)
{
    struct loom_value value;
    enum loom_status status = LOOM_OK;
    if (walk->filter == LOOM_READ_NAMES) {
        value.type = LOOM_NONE;
    } else if (from != NULL && !walk->view) {
        loom_storage_load(row, from, &value);
    } else {
        status = loom_node_read(walk->model, place(walk), &value);
    }
    return status == LOOM_OK ? visit(walk, row, &value) : status;
}

/* All instances of a resource, or the one that was asked for. */
static enum loom_status visit_multiple(struct walk *walk, const struct loom_resource *row)
{
    uint16_t id = walk->asked->id[LOOM_RESOURCE_INSTANCE_ID];
    uint16_t last = id;
    const unsigned char *from;
    enum loom_status status = LOOM_NOT_FOUND;
    if (walk->asked->depth < 4) {
        id = 0;
        last = LOOM_ID_NONE;
        status = visit(walk, row, &no_value);
    }
    place(walk);
    while (loom_node_next(walk->model, &walk->node, &id, &from) && id <= last) {
        walk->path.id[LOOM_RESOURCE_INSTANCE_ID] = id++;
        walk->path.depth = 4;
        status = visit_value(walk, row, from);
        walk->path.depth = 3;
        walk->node.path.depth = 3; /* a value that was read had its place there */
        if (status != LOOM_OK) {
            break;
        }
    }
    return status;
}

static enum loom_status visit_resource(struct walk *walk, const struct loom_resource *row)
{
    walk->path.id[LOOM_RESOURCE_ID] = row->id;
    walk->path.depth = 3;
    if ((row->access & LOOM_MULTIPLE) != 0) {
        return visit_multiple(walk, row);
    }
    if (walk->asked->depth == 4) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    bool stored = (row->access & LOOM_HANDLED) == 0;
    return visit_value(walk, row, stored ? walk->node.instance + row->offset : NULL);
}

/* Whether the instance has the resource. The node gets the row that holds the value: the one that a
 * view shows, or the row itself. */
static bool enter_resource(struct walk *walk, unsigned index)
{
    struct loom_node *node = &walk->node;
    node->row = &walk->object->resources[index];
    if (!walk->view) {
        return loom_bit(node->instance + LOOM_PRESENT_OFFSET, index);
    }
    node->row = loom_object_resource(node->object, node->row->offset);
    return node->row != NULL && loom_node_present(node);
}

static enum loom_status visit_rows(struct walk *walk, unsigned index, unsigned end)
{
    bool whole = walk->asked->depth < 3;
    enum loom_status status = LOOM_OK;
    for (; status == LOOM_OK && index < end; index++) {
        const struct loom_resource *row = &walk->object->resources[index];
        bool there = enter_resource(walk, index);
        if (there && selects(walk, row)) {
            status = visit_resource(walk, row);
            if (whole && status == LOOM_NOT_FOUND) {
                status = LOOM_OK; /* its function has no value */
            }
        } else if (!whole) {
            status = there ? LOOM_METHOD_NOT_ALLOWED : LOOM_NOT_FOUND;
        }
    }
    return status;
}

static enum loom_status visit_instance(struct walk *walk, uint16_t id)
{
    struct loom_node *node = &walk->node;
    const struct loom_path *asked = walk->asked;
    walk->path.id[LOOM_INSTANCE_ID] = id;
    walk->path.depth = 2;
    if (walk->view) {
        id = id == 0 ? loom_account_instance(walk->model) : LOOM_ID_NONE;
    }
    node->path.id[LOOM_INSTANCE_ID] = id;
    node->instance = id == LOOM_ID_NONE ? NULL : loom_node_instance(walk->model, node->entry, id);
    if (node->instance == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (asked->depth >= 3) {
        const struct loom_resource *row =
            loom_object_resource(walk->object, asked->id[LOOM_RESOURCE_ID]);
        unsigned index = row == NULL ? 0 : (unsigned)(row - walk->object->resources);
        return row == NULL ? LOOM_NOT_FOUND : visit_rows(walk, index, index + 1);
    }
    enum loom_status status = visit(walk, NULL, &no_value);
    return status == LOOM_OK ? visit_rows(walk, 0, walk->object->resource_count) : status;
}

static enum loom_status visit_object(struct walk *walk)
{
    enum loom_status status = LOOM_OK;
    uint16_t id = 0;
    for (; status == LOOM_OK && loom_model_next_instance(walk->model, walk->object->id, &id);
         id++) {
        status = visit_instance(walk, id);
    }
    return status;
}

enum loom_status loom_walk(const struct loom_model *model, const struct loom_path *path,
                           enum loom_read_filter filter, const struct loom_visitor *visitor)
{
    struct walk walk = {.model = model,
                        .visitor = visitor,
                        .filter = (uint8_t)filter,
                        .asked = path,
                        .path = *path};
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
    walk.node.range_object = walk.object; /* of a view: what it shows is not all readable */
    return path->depth == 1 ? visit_object(&walk)
                            : visit_instance(&walk, path->id[LOOM_INSTANCE_ID]);
}
