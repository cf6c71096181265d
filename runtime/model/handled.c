/* SPDX-License-Identifier: Apache-2.0 */
/* Resources whose values functions of the product have. */
#include "loom/codec.h"
#include "model/node.h"

/* A handler's context lets the product change its model; reading through a const walk is the same
 * product asking on behalf of the same model. */
static struct loom_model *changeable(const struct loom_model *model)
{
    union {
        const struct loom_model *given;
        struct loom_model *model;
    } same = {model};
    return same.model;
}

static enum loom_status read_value(const struct loom_model *model, const struct loom_node *node,
                                   struct loom_value *value)
{
    const struct loom_handler *handler = loom_handler_of(node);
    if (handler->read == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    struct loom_at at = loom_product_enter(changeable(model), &node->path);
    enum loom_status status = handler->read(&at, value);
    loom_product_leave(&at);
    return status == LOOM_OK && !loom_is_number(value) ? LOOM_NOT_FOUND : status;
}

static enum loom_status write_value(struct loom_model *model, const struct loom_node *node,
                                    const struct loom_value *value)
{
    const struct loom_handler *handler = loom_handler_of(node);
    if (handler->write == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    struct loom_at at = loom_product_enter(model, &node->path);
    enum loom_status status = handler->write(&at, value);
    loom_product_leave(&at);
    return status == LOOM_END ? LOOM_INTERNAL_ERROR : status; /* the payload goes on */
}

static bool next(const struct loom_model *model, const struct loom_node *node, uint16_t *id)
{
    struct loom_at at = loom_product_enter(changeable(model), &node->path);
    const struct loom_handler *handler = loom_handler_of(node);
    bool found = handler->next != NULL && handler->next(&at, id);
    loom_product_leave(&at);
    return found;
}

static enum loom_status visit(const struct loom_model *model, struct loom_node *node,
                              const struct loom_handled_range *range)
{
    enum loom_status status = range->none;
    uint16_t id = range->first;
    for (; next(model, node, &id) && id <= range->last; id++) {
        struct loom_value value;
        range->path->id[LOOM_RESOURCE_INSTANCE_ID] = id;
        range->path->depth = 4;
        node->path.id[LOOM_RESOURCE_INSTANCE_ID] = id;
        node->path.depth = 4;
        status = read_value(model, node, &value);
        if (status == LOOM_OK) {
            loom_encode_put(range->encoder, range->path, &value);
        }
        node->path.depth = 3;
        if (status != LOOM_OK) {
            break;
        }
    }
    return status;
}

const struct loom_handled_resources loom_handled_resources = {
    .read = read_value, .write = write_value, .next = next, .visit = visit};
