/* SPDX-License-Identifier: Apache-2.0 */
/* The pass that writes what has been checked. */
#include "model/payload_pass.h"

struct writing {
    struct loom_pass pass; /* first: the steps get it */
    struct loom_model *model;
    bool fresh; /* the pass has created the instance */
};

static struct writing *writing_of(struct loom_pass *pass)
{
    return (struct writing *)pass;
}

/* An instance that does not exist is created. */
static enum loom_status begin_instance(struct loom_pass *pass)
{
    struct writing *writing = writing_of(pass);
    writing->fresh = !pass->exists;
    if (pass->exists) {
        return LOOM_OK;
    }
    enum loom_status status = loom_model_create(writing->model, pass->object->id, &pass->instance);
    if (status == LOOM_OK && pass->view == NULL) {
        pass->memory = loom_node_instance(pass->model, pass->entry, pass->instance);
    }
    return status;
}

/* What an instance has of a row ceases to exist. */
static void remove_resource(struct loom_pass *pass, const struct loom_resource *row)
{
    struct loom_path path = loom_path_resource(pass->object->id, pass->instance, row->id);
    loom_storage_reset(row, pass->memory);
    loom_row_set_present(pass->object, pass->memory, row, false);
    loom_model_tell(writing_of(pass)->model, &path, LOOM_CHANGE_VALUE);
}

/* What was not written ceases to exist where an instance is replaced, and in one that is new: all
 * that the payload could have brought. The mandatory resources that a bootstrap does not bring are
 * missing then, and a Finish will say so; a server does not take them from an instance that it
 * replaces. Its Create brings all of them, so no preset value is left among what it may write. */
static enum loom_status end_instance(struct loom_pass *pass)
{
    bool fresh = writing_of(pass)->fresh;
    unsigned needs = pass->needs & ~(unsigned)LOOM_HANDLED;
    unsigned care =
        pass->care | (fresh || !pass->payload->rules.writable_only ? 0u : LOOM_MANDATORY);
    bool replaced =
        pass->payload->rules.replace && pass->payload->path.depth < 3 && needs == pass->needs;
    if (pass->memory == NULL || (!fresh && !replaced)) {
        return LOOM_OK;
    }
    for (unsigned i = 0; i < LOOM_PRESENT_SIZE(pass->object->resource_count); i++) {
        const struct loom_resource *row = &pass->object->resources[8 * i];
        unsigned left = pass->memory[LOOM_PRESENT_OFFSET + i] & ~(unsigned)pass->seen[i];
        for (; left != 0; left >>= 1, row++) {
            if ((left & 1) != 0 && (row->access & care) == needs && row->type != LOOM_NONE) {
                remove_resource(pass, row);
            }
        }
    }
    return LOOM_OK;
}

/* A multiple resource that is about to be written exists, and loses its instances if what comes
 * replaces them (rule C-20). */
static void prepare_multiple(const struct writing *writing, struct loom_node *node)
{
    uint32_t depth = node->path.depth;
    bool replace = writing->pass.payload->rules.replace || writing->fresh;
    bool appears = !replace && !loom_node_present(node);
    node->path.depth = 3;
    if (replace) {
        loom_node_clear(writing->model, node); /* reports the change */
    }
    loom_node_set_present(node, true);
    if (appears) {
        loom_model_tell(writing->model, &node->path, LOOM_CHANGE_VALUE);
    }
    node->path.depth = depth;
}

static enum loom_status take_value(struct loom_pass *pass, const struct loom_resource *row,
                                   const struct loom_value *value)
{
    struct loom_model *model = writing_of(pass)->model;
    if (value == NULL) {
        return LOOM_OK;
    }
    if (value->type == LOOM_NONE && !pass->item.empty_multiple) {
        loom_model_clear(model, &pass->item.path);
        return LOOM_OK;
    }
    struct loom_node node; /* what writes needs of it */
    node.object = pass->object;
    node.instance = pass->memory;
    node.row = row;
    node.path = pass->item.path;
    bool before = loom_pass_mark(pass);
    if ((row->access & (LOOM_MULTIPLE | LOOM_HANDLED)) == LOOM_MULTIPLE && !before &&
        pass->view == NULL && pass->payload->path.depth < 4) {
        prepare_multiple(writing_of(pass), &node);
    }
    if (value->type == LOOM_NONE) {
        return LOOM_OK;
    }
    return pass->view != NULL ? loom_model_write(model, &node.path, value)
                              : loom_node_write(model, &node, value);
}

/* Only functions of the product can still refuse: they go first, before anything stored is lost. */
enum loom_status loom_payload_apply(struct loom_model *model, const struct loom_payload *payload,
                                    const struct loom_payload_plan *plan)
{
    static const struct loom_pass_steps steps = {begin_instance, take_value, end_instance};
    struct writing writing;
    unsigned handled = plan->handled ? LOOM_HANDLED : 0u;
    bool scattered = plan->scattered;
    loom_pass_begin(&writing.pass, model, payload);
    writing.model = model;
    writing.pass.care |= LOOM_HANDLED;
    writing.pass.needs = (uint8_t)(writing.pass.needs | handled);
    enum loom_status status = loom_pass_run(&writing.pass, &steps, &scattered);
    if (handled != 0 && status == LOOM_OK) {
        writing.pass.needs = (uint8_t)(writing.pass.needs & LOOM_W);
        status = loom_pass_run(&writing.pass, &steps, &scattered);
    }
    return status;
}

enum loom_status loom_payload_write(struct loom_model *model, const struct loom_payload *payload)
{
    struct loom_payload_plan plan;
    enum loom_status status = loom_payload_check(model, payload, &plan);
    return status == LOOM_OK ? loom_payload_apply(model, payload, &plan) : status;
}
