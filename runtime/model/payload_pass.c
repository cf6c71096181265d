/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload_pass.h"

#include <string.h>

/* An instance of an object as one number, in the order of a pass. */
static uint32_t key_of(const struct loom_path *path)
{
    return (uint32_t)path->id[LOOM_OBJECT_ID] << 16 | path->id[LOOM_INSTANCE_ID];
}

bool loom_pass_mark(struct loom_pass *pass)
{
    uint8_t *byte = &pass->seen[pass->row / 8];
    unsigned before = *byte;
    *byte = (uint8_t)(before | 1u << pass->row % 8);
    return *byte == before;
}

/* ---- instances ------------------------------------------------------------------------------- */

static enum loom_status begin_instance(struct loom_pass *pass, const struct loom_pass_steps *steps)
{
    uint16_t object = (uint16_t)(pass->key >> 16);
    if (pass->entry == NULL || pass->object->id != object) {
        pass->entry = loom_model_object(pass->model, object);
        if (pass->entry == NULL) {
            return LOOM_NOT_FOUND;
        }
        pass->object = pass->entry->object;
        pass->view = loom_view_of(pass->model, pass->entry);
    }
    pass->instance = (uint16_t)pass->key;
    pass->memory = pass->instance == LOOM_ID_NONE
                       ? NULL
                       : loom_node_instance(pass->model, pass->entry, pass->instance);
    pass->exists = pass->memory != NULL ||
                   (pass->view != NULL && pass->instance == 0 && pass->view->exists(pass->model));
    pass->next = 0;
    memset(pass->seen, 0, sizeof pass->seen);
    return steps->begin(pass);
}

/* Another one begins. What does not ascend, and what still lacks something that may come later, is
 * read again, as scattered. */
static enum loom_status change_instance(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                        uint32_t key)
{
    if (pass->inside && (key < pass->key || steps->end(pass) != LOOM_OK)) {
        pass->scattered = true;
        return LOOM_BAD_REQUEST;
    }
    pass->inside = true;
    pass->key = key;
    return begin_instance(pass, steps);
}

static void note_later(struct loom_pass *pass, uint32_t key)
{
    if ((!pass->inside || key > pass->key) && (!pass->more || key < pass->later)) {
        pass->later = key;
        pass->more = true;
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const struct loom_resource *find_row(struct loom_pass *pass)
{
    const struct loom_object *object = pass->object;
    const struct loom_resource *row = &object->resources[pass->next];
    uint16_t id = pass->item.path.id[LOOM_RESOURCE_ID];
    if (pass->next == object->resource_count || row->id != id) {
        row = loom_object_resource(object, id);
        if (row == NULL) {
            return NULL;
        }
        pass->next = (uint16_t)(row - object->resources);
    }
    pass->row = pass->next++;
    return row;
}

/* Whether a value is none: a bootstrap server that has no key for a resource may say so with an
 * opaque of no bytes (rules A-48, H.2); where the ranges do not have that, it is as if the resource
 * were not there. */
static bool says_nothing(const struct loom_pass *pass, const struct loom_resource *row,
                         const struct loom_value *value)
{
    return value->type == LOOM_OPAQUE && value->as.opaque.length == 0 &&
           !pass->payload->rules.writable_only && !pass->payload->rules.stored &&
           !loom_resource_allows(pass->object, row, value);
}

static enum loom_status take_item(struct loom_pass *pass, const struct loom_pass_steps *steps,
                                  const struct loom_decoder *decoder)
{
    const struct loom_item *item = &pass->item;
    if (item->path.depth < 3 || item->deleted) {
        return LOOM_OK; /* it named the instance */
    }
    const struct loom_resource *row = find_row(pass);
    struct loom_value value;
    value.type = LOOM_NONE;
    pass->values++;
    if (row == NULL || row->type == LOOM_NONE || (row->access & pass->care) != pass->needs) {
        return steps->value(pass, row, NULL);
    }
    if (!item->empty_multiple) {
        enum loom_status status =
            loom_decode_value(decoder, item, (enum loom_type)row->type, &value);
        if (status != LOOM_OK) {
            return status;
        }
        if (says_nothing(pass, row, &value)) {
            value.type = LOOM_NONE;
        }
    }
    return steps->value(pass, row, &value);
}

/* ---- the pass -------------------------------------------------------------------------------- */

/* What a bootstrap writes is staged, and a function of the product is not: called now, it could not
 * be taken back. */
void loom_pass_begin(struct loom_pass *pass, const struct loom_model *model,
                     const struct loom_payload *payload)
{
    pass->model = model;
    pass->payload = payload;
    pass->care = payload->rules.writable_only ? LOOM_W : LOOM_HANDLED;
    pass->needs = payload->rules.writable_only ? LOOM_W : 0;
}

/* Reads a payload through: one of scattered instances and which is the next, or all of them. */
static enum loom_status read_through(struct loom_pass *pass, const struct loom_pass_steps *steps)
{
    struct loom_decoder decoder;
    enum loom_status status = loom_payload_begin(pass->payload, &decoder);
    pass->more = false;
    if (status == LOOM_OK && pass->inside) {
        status = begin_instance(pass, steps);
    }
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &pass->item)) == LOOM_OK) {
        uint32_t key = key_of(&pass->item.path);
        if (!pass->inside || key != pass->key) {
            if (pass->scattered) {
                note_later(pass, key);
                continue;
            }
            status = change_instance(pass, steps, key);
        }
        status = status == LOOM_OK ? take_item(pass, steps, &decoder) : status;
    }
    return status != LOOM_END ? status : pass->inside ? steps->end(pass) : LOOM_OK;
}

/* What a payload is sent to is named by that, whatever it brings. */
enum loom_status loom_pass_run(struct loom_pass *pass, const struct loom_pass_steps *steps,
                               bool *scattered)
{
    enum loom_status status;
    pass->scattered = *scattered;
    pass->entry = NULL;
    pass->values = 0;
    pass->inside = pass->payload->path.depth >= 2;
    pass->key = key_of(&pass->payload->path);
    while ((status = read_through(pass, steps)) == LOOM_OK && pass->more) {
        pass->inside = true;
        pass->key = pass->later;
    }
    *scattered = pass->scattered;
    return status;
}
