/* SPDX-License-Identifier: Apache-2.0 */
/* Goes by rows: an instance is looked up once, and none of its resources. */
#include "model/walk.h"

#include "model/node.h"

struct walk {
    bool names;
    bool has;       /* visited are rows that have one of these bits, */
    uint8_t access; /* or else none of them */
    uint8_t care;   /* of those the rows that are simply stored and one value: they have of these */
    uint8_t needs;  /* bits these alone; for names no row has them */
    /* Where it is. The row is set for what is not simply stored; a view, which stores nothing, has
     * no instance. */
    struct loom_node node;
    const struct loom_model *model;
    struct loom_encoder *encoder;
    void (*put)(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value); /* the encoder's */
    const struct loom_path *asked;
};

static const struct loom_value no_value = {.type = LOOM_NONE};

static void visit(const struct walk *walk, const struct loom_value *value)
{
    walk->put(walk->encoder, &walk->node.path, value);
}

static void visit_stored(const struct walk *walk, const struct loom_resource *row,
                         const unsigned char *from)
{
    struct loom_value value;
    loom_storage_load(row, from, &value);
    visit(walk, &value);
}

static enum loom_status visit_node(const struct walk *walk, const struct loom_node *node)
{
    struct loom_value value;
    enum loom_status status = loom_node_read(walk->model, node, &value);
    if (status == LOOM_OK) {
        visit(walk, &value);
    }
    return status;
}

/* Visits those from `id` to `last` of a multiple resource that is stored; `status` is that of
 * none. */
static enum loom_status visit_entries(struct walk *walk, const struct loom_node *node, uint16_t id,
                                      uint16_t last, enum loom_status status)
{
    const struct loom_resource *row = node->row;
    size_t value = loom_entry_value(row);
    size_t stride = loom_entry_stride(row, value);
    unsigned char *first = node->instance + row->offset;
    unsigned char *end = first + row->count * stride;
    unsigned char *entry = first;
    bool ordered = true; /* as they mostly are */
    for (;; entry += stride) {
        while (entry != end && loom_instance_id(entry) == LOOM_ID_NONE) {
            entry += stride;
        }
        if (entry == end && ordered) {
            return status;
        }
        if (entry == end || loom_instance_id(entry) != id) {
            ordered = false;
            entry = loom_slot_lowest(first, stride, row->count, id);
            id = entry == NULL ? LOOM_ID_NONE : loom_instance_id(entry);
        }
        if (id > last) {
            return status;
        }
        walk->node.path.id[LOOM_RESOURCE_INSTANCE_ID] = id++;
        walk->node.path.depth = 4;
        visit_stored(walk, row, entry + value);
        status = LOOM_OK;
    }
}

/* The same for one that functions of the product have. */
static enum loom_status visit_handled(struct walk *walk, struct loom_node *node, uint16_t id,
                                      uint16_t last, enum loom_status status)
{
    struct loom_handled_range range = {walk->encoder, &walk->node.path, id, last, status};
    return walk->model->product->handled->visit(walk->model, node, &range);
}

static enum loom_status visit_multiple(struct walk *walk, struct loom_node *node)
{
    bool whole = walk->asked->depth < 4;
    uint16_t id = whole ? 0 : walk->asked->id[LOOM_RESOURCE_INSTANCE_ID];
    uint16_t last = whole ? LOOM_ID_NONE - 1 : id;
    enum loom_status status = whole ? LOOM_OK : LOOM_NOT_FOUND;
    if (whole) {
        visit(walk, &no_value);
    }
    status = (node->row->access & LOOM_HANDLED) == 0 ? visit_entries(walk, node, id, last, status)
                                                     : visit_handled(walk, node, id, last, status);
    if (whole) {
        walk->node.path.depth = 3;
        visit(walk, NULL);
    }
    return status;
}

static enum loom_status visit_name(const struct walk *walk, const struct loom_node *node)
{
    struct loom_value value;
    const unsigned char *from;
    unsigned count = 0;
    uint16_t id = 0;
    value.type = LOOM_NONE;
    if ((node->row->access & LOOM_MULTIPLE) != 0) {
        value.type = LOOM_UNSIGNED;
        for (; loom_node_next(walk->model, node, &id, &from); id++) {
            count++;
        }
    }
    value.as.unsigned_integer = count;
    visit(walk, &value);
    return LOOM_OK;
}

static enum loom_status visit_resource(struct walk *walk, const struct loom_resource *row)
{
    struct loom_node *node = &walk->node;
    struct loom_node shown;
    node->row = row;
    if (node->instance == NULL) {
        const struct loom_account_view *view = walk->model->product->account_view;
        enum loom_status status = view->show(walk->model, node, walk->names, &shown);
        if (status != LOOM_OK) {
            return status;
        }
        node = &shown;
    }
    if (walk->names) {
        return visit_name(walk, node);
    }
    if ((row->access & LOOM_MULTIPLE) != 0) {
        return visit_multiple(walk, node);
    }
    return walk->asked->depth == 4 ? LOOM_METHOD_NOT_ALLOWED : visit_node(walk, node);
}

static bool selects(const struct walk *walk, const struct loom_resource *row)
{
    return ((row->access & walk->access) != 0) == walk->has;
}

static enum loom_status visit_all(struct walk *walk)
{
    const struct loom_object *object = walk->node.object;
    const unsigned char *instance = walk->node.instance;
    visit(walk, &no_value);
    const struct loom_resource *row = object->resources;
    unsigned present = 0;
    walk->node.path.depth = 3;
    const unsigned count = object->resource_count;
    for (unsigned index = 0; index < count; index++, row++, present >>= 1) {
        if (index % 8 == 0) {
            present = instance == NULL ? 0xFF : instance[LOOM_PRESENT_OFFSET + index / 8];
        }
        if ((present & 1) == 0) {
            continue;
        }
        walk->node.path.id[LOOM_RESOURCE_ID] = row->id;
        if ((row->access & walk->care) == walk->needs && instance != NULL) { /* as most are */
            if (walk->names) {
                visit(walk, &no_value);
            } else {
                visit_stored(walk, row, instance + row->offset);
            }
            continue;
        }
        enum loom_status status = selects(walk, row) ? visit_resource(walk, row) : LOOM_OK;
        if (status != LOOM_OK && status != LOOM_NOT_FOUND) {
            return status; /* else its function has no value */
        }
    }
    walk->node.path.depth = 2;
    visit(walk, NULL);
    return LOOM_OK;
}

static enum loom_status visit_asked(struct walk *walk)
{
    const struct loom_object *object = walk->node.object;
    const struct loom_resource *row =
        loom_object_resource(object, walk->asked->id[LOOM_RESOURCE_ID]);
    const unsigned char *instance = walk->node.instance;
    if (row == NULL || (instance != NULL && !loom_row_present(object, instance, row))) {
        return LOOM_NOT_FOUND;
    }
    walk->node.path.id[LOOM_RESOURCE_ID] = row->id;
    walk->node.path.depth = 3;
    return selects(walk, row) ? visit_resource(walk, row) : LOOM_METHOD_NOT_ALLOWED;
}

static enum loom_status visit_instance(struct walk *walk, uint16_t id)
{
    struct loom_node *node = &walk->node;
    node->path.id[LOOM_INSTANCE_ID] = id;
    node->path.depth = 2;
    node->instance = id == LOOM_ID_NONE ? NULL : loom_node_instance(walk->model, node->entry, id);
    if (node->instance == NULL && !loom_entry_has_instance(walk->model, node->entry, id)) {
        return LOOM_NOT_FOUND;
    }
    return walk->asked->depth < 3 ? visit_all(walk) : visit_asked(walk);
}

enum loom_status loom_walk(const struct loom_model *model, const struct loom_path *path,
                           enum loom_read_filter filter, struct loom_encoder *encoder)
{
    struct walk walk;
    enum loom_status status = LOOM_OK;
    uint16_t id = 0;
    if (path->depth == 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    walk.node.entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (walk.node.entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    walk.model = model;
    walk.encoder = encoder;
    walk.asked = path;
    walk.names = filter == LOOM_READ_NAMES;
    walk.has = filter != LOOM_READ_ALL;
    walk.access = (uint8_t)filter;
    walk.care = (walk.has ? LOOM_R : LOOM_E) | LOOM_MULTIPLE | LOOM_HANDLED;
    walk.needs = walk.has ? LOOM_R : 0;
    walk.put = encoder->format->writer.put;
    walk.node.object = walk.node.entry->object;
    walk.node.range_object = walk.node.object;
    walk.node.path = *path;
    if (path->depth > 1) {
        return visit_instance(&walk, path->id[LOOM_INSTANCE_ID]);
    }
    for (; status == LOOM_OK && loom_model_next_instance(model, path->id[LOOM_OBJECT_ID], &id);
         id++) {
        status = visit_instance(&walk, id);
    }
    return status;
}
