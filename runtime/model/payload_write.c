/* SPDX-License-Identifier: Apache-2.0 */
/* The pass that writes what has been checked. */
#include "model/payload_pass.h"

struct writing {
    struct loom_pass pass; /* first: the steps get it */
    struct loom_model *model;
    bool handled; /* what functions of the product serve, or what is stored */
};

static struct writing *writing_of(struct loom_pass *pass)
{
    return (struct writing *)pass;
}

/* Resources that exist only if somebody wrote them. */
static bool is_written(const struct loom_resource *row)
{
    return row->type != LOOM_NONE && (row->access & LOOM_HANDLED) == 0;
}

/* An instance as a payload finds it: nothing in it but what the product itself serves. The
 * mandatory resources that the payload does not bring are missing, and a Finish will say so.
 * A server's Create is `fresh`: it brings all that is mandatory, so no preset value is left among
 * what it may write. */
static void strip_instance(struct loom_pass *pass, bool fresh)
{
    const struct loom_object *object = pass->object;
    unsigned char *present = pass->memory + LOOM_PRESENT_OFFSET;
    for (unsigned i = 0; i < object->resource_count; i++) {
        const struct loom_resource *row = &object->resources[i];
        if (!loom_bit(present, i) || !is_written(row) ||
            (pass->rules->writable_only &&
             ((row->access & LOOM_W) == 0 || ((row->access & LOOM_MANDATORY) != 0 && !fresh)))) {
            continue;
        }
        struct loom_path path = loom_path_resource(object->id, pass->instance, row->id);
        loom_storage_reset(object, row, pass->memory);
        present[i / 8] = (unsigned char)(present[i / 8] & ~(1u << (i % 8)));
        loom_model_tell(writing_of(pass)->model, &path, LOOM_CHANGE_VALUE);
    }
}

/* An instance that does not exist is created; one that is replaced loses what it had. */
static enum loom_status begin_instance(struct loom_pass *pass)
{
    struct writing *writing = writing_of(pass);
    bool fresh = !pass->exists;
    if (fresh) {
        enum loom_status status =
            loom_model_create(writing->model, pass->object->id, &pass->instance);
        if (status != LOOM_OK) {
            return status;
        }
        pass->memory =
            pass->view ? NULL : loom_node_instance(pass->model, pass->entry, pass->instance);
    }
    if (pass->memory != NULL &&
        (fresh || (!writing->handled && pass->rules->replace && pass->payload->path.depth < 3))) {
        strip_instance(pass, fresh);
    }
    return LOOM_OK;
}

static enum loom_status end_instance(struct loom_pass *pass)
{
    (void)pass;
    return LOOM_OK;
}

/* A multiple resource that is about to be written exists, and loses its instances if what comes
 * replaces them (rule C-20). */
static void prepare_multiple(struct loom_pass *pass, struct loom_node *node)
{
    if ((node->row->access & (LOOM_MULTIPLE | LOOM_HANDLED)) != LOOM_MULTIPLE || pass->view ||
        pass->payload->path.depth == 4 || loom_pass_mark(pass, node->row)) {
        return;
    }
    struct loom_model *model = writing_of(pass)->model;
    uint8_t depth = node->path.depth;
    bool appears = !pass->rules->replace && !loom_node_present(node);
    node->path.depth = 3;
    if (pass->rules->replace) {
        loom_node_clear(model, node); /* reports the change */
    }
    loom_node_set_present(node, true);
    if (appears) {
        loom_model_tell(model, &node->path, LOOM_CHANGE_VALUE);
    }
    node->path.depth = depth;
}

static enum loom_status write_value(struct loom_pass *pass, const struct loom_node *node,
                                    const struct loom_value *value)
{
    struct loom_model *model = writing_of(pass)->model;
    if (loom_payload_says_nothing(pass->object, node->row, value, pass->rules)) {
        loom_model_clear(model, &node->path);
        return LOOM_OK;
    }
    return pass->view ? loom_model_write(model, &node->path, value)
                      : loom_node_write(model, node, value);
}

static enum loom_status take_value(struct loom_pass *pass, const struct loom_resource *row)
{
    struct loom_value value;
    bool handled = row != NULL && (row->access & LOOM_HANDLED) != 0;
    if (row == NULL || row->type == LOOM_NONE || loom_payload_keeps_out(row, pass->rules) ||
        (pass->rules->writable_only && (row->access & LOOM_W) == 0) ||
        handled != writing_of(pass)->handled) {
        return LOOM_OK;
    }
    struct loom_node node = {
        .object = pass->object, .instance = pass->memory, .row = row, .path = pass->item.path};
    prepare_multiple(pass, &node);
    if (pass->item.empty_multiple) {
        return LOOM_OK;
    }
    enum loom_status status =
        loom_decode_value(&pass->decoder, &pass->item, (enum loom_type)row->type, &value);
    return status == LOOM_OK ? write_value(pass, &node, &value) : status;
}

static enum loom_status write_all(struct writing *writing, bool scattered)
{
    static const struct loom_pass_steps steps = {begin_instance, take_value, end_instance};
    return scattered ? loom_pass_scattered(&writing->pass, &steps)
                     : loom_pass_in_order(&writing->pass, &steps, &scattered);
}

/* Only functions of the product can still refuse: they go first, before anything stored is lost. */
enum loom_status loom_payload_apply(struct loom_model *model, const struct loom_payload *payload,
                                    const struct loom_write_rules *rules,
                                    const struct loom_payload_plan *plan)
{
    struct writing writing;
    enum loom_status status = LOOM_OK;
    writing.pass.model = model;
    writing.pass.payload = payload;
    writing.pass.rules = rules;
    writing.model = model;
    if (plan->handled) {
        writing.handled = true;
        status = write_all(&writing, plan->scattered);
    }
    writing.handled = false;
    return status == LOOM_OK ? write_all(&writing, plan->scattered) : status;
}

enum loom_status loom_payload_write(struct loom_model *model, const struct loom_payload *payload,
                                    const struct loom_write_rules *rules)
{
    struct loom_payload_plan plan;
    enum loom_status status = loom_payload_check(model, payload, rules, &plan);
    return status == LOOM_OK ? loom_payload_apply(model, payload, rules, &plan) : status;
}
