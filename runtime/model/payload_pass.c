/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload_pass.h"

#include <string.h>

/* An instance of an object as one number, in the order of a pass. */
static uint32_t key_of(const struct loom_path *path)
{
    return (uint32_t)path->id[LOOM_OBJECT_ID] << 16 | path->id[LOOM_INSTANCE_ID];
}

bool loom_pass_mark(struct loom_pass *pass, const struct loom_resource *row)
{
    size_t bit = (size_t)(row - pass->object->resources);
    bool before = loom_bit(pass->seen, bit);
    pass->seen[bit / 8] = (uint8_t)(pass->seen[bit / 8] | 1u << (bit % 8));
    return before;
}

static enum loom_status begin_instance(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                       uint32_t key)
{
    uint16_t object = (uint16_t)(key >> 16);
    if (pass->entry == NULL || pass->object->id != object) {
        pass->entry = loom_model_object(pass->model, object);
        if (pass->entry == NULL) {
            return LOOM_NOT_FOUND;
        }
        pass->object = pass->entry->object;
        pass->view = (pass->object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    }
    pass->instance = (uint16_t)key;
    pass->memory = pass->view || pass->instance == LOOM_ID_NONE
                       ? NULL
                       : loom_node_instance(pass->model, pass->entry, pass->instance);
    pass->exists = pass->view ? loom_model_has_instance(pass->model, object, pass->instance)
                              : pass->memory != NULL;
    pass->next = pass->object->resources;
    memset(pass->seen, 0, sizeof pass->seen);
    return steps->begin(pass);
}

static enum loom_status take_item(struct loom_pass *pass, const struct loom_pass_steps *steps)
{
    if (pass->item.path.depth < 3 || pass->item.deleted) {
        return LOOM_OK; /* it named the instance */
    }
    uint16_t id = pass->item.path.id[LOOM_RESOURCE_ID];
    const struct loom_resource *row = pass->next;
    if (row == pass->object->resources + pass->object->resource_count || row->id != id) {
        row = loom_object_resource(pass->object, id);
    }
    pass->next = row == NULL ? pass->next : row + 1;
    pass->values++;
    return steps->value(pass, row);
}

/* What a payload is sent to is named by that, whatever it brings. */
static enum loom_status begin_payload(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                      bool *inside)
{
    enum loom_status status = loom_payload_begin(pass->payload, &pass->decoder);
    pass->values = 0;
    pass->entry = NULL;
    *inside = pass->payload->path.depth >= 2;
    return status == LOOM_OK && *inside ? begin_instance(pass, steps, key_of(&pass->payload->path))
                                        : status;
}

/* Reads on as long as the instances ascend. */
enum loom_status loom_pass_in_order(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                    bool *scattered)
{
    uint32_t current = key_of(&pass->payload->path);
    bool inside;
    enum loom_status status = begin_payload(pass, steps, &inside);
    *scattered = false;
    while (status == LOOM_OK &&
           (status = loom_decode_next(&pass->decoder, &pass->item)) == LOOM_OK) {
        uint32_t key = key_of(&pass->item.path);
        bool another = !inside || key != current;
        /* What lacks something may still get it. */
        if (inside && another && (key < current || steps->end(pass) != LOOM_OK)) {
            *scattered = true;
            return LOOM_OK;
        }
        status = another ? begin_instance(pass, steps, key) : LOOM_OK;
        current = key;
        inside = true;
        status = status == LOOM_OK ? take_item(pass, steps) : status;
    }
    if (status != LOOM_END) {
        return status;
    }
    return inside ? steps->end(pass) : LOOM_OK;
}

/* Reads the instance `*key`, or none before there is one, and puts the next one there. */
static enum loom_status read_one(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                 bool inside, uint32_t *key, bool *more)
{
    uint32_t next = 0;
    enum loom_status status = loom_payload_begin(pass->payload, &pass->decoder);
    *more = false;
    status = status == LOOM_OK && inside ? begin_instance(pass, steps, *key) : status;
    while (status == LOOM_OK &&
           (status = loom_decode_next(&pass->decoder, &pass->item)) == LOOM_OK) {
        uint32_t here = key_of(&pass->item.path);
        if (inside && here == *key) {
            status = take_item(pass, steps);
        } else if ((!inside || here > *key) && (!*more || here < next)) {
            next = here;
            *more = true;
        }
    }
    *key = next;
    return status != LOOM_END ? status : inside ? steps->end(pass) : LOOM_OK;
}

enum loom_status loom_pass_scattered(struct loom_pass *pass, const struct loom_pass_steps *steps)
{
    uint32_t key = 0;
    bool inside = false;
    bool more;
    enum loom_status status;
    pass->values = 0;
    pass->entry = NULL;
    do {
        status = read_one(pass, steps, inside, &key, &more);
        inside = true;
    } while (status == LOOM_OK && more);
    return status;
}

bool loom_payload_keeps_out(const struct loom_resource *row, const struct loom_write_rules *rules)
{
    return !rules->writable_only && (row->access & LOOM_HANDLED) != 0;
}

bool loom_payload_says_nothing(const struct loom_object *object, const struct loom_resource *row,
                               const struct loom_value *value, const struct loom_write_rules *rules)
{
    return !rules->writable_only && !rules->stored && value->type == LOOM_OPAQUE &&
           value->as.opaque.length == 0 && !loom_resource_allows(object, row, value);
}
