/* SPDX-License-Identifier: Apache-2.0 */
/* The draft LWM2M Bootstrap Server object (SEED-003, rules F-1 .. F-7) has no storage of its own:
 * it shows the Bootstrap-Server Account, the instance of Security whose resource 1 is true. */
#include "model/node.h"

#define SECURITY                  0
#define SECURITY_BOOTSTRAP_SERVER 1

uint16_t loom_account_instance(const struct loom_model *model)
{
    const struct loom_product_object *entry = loom_model_object(model, SECURITY);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, SECURITY_BOOTSTRAP_SERVER);
    if (row == NULL || row->type != LOOM_BOOLEAN || (row->access & LOOM_HANDLED) != 0) {
        return LOOM_ID_NONE;
    }
    for (uint16_t id = 0; loom_instance_next(model, entry, &id); id++) {
        const unsigned char *instance = loom_node_instance(model, entry, id);
        if (instance[row->offset] != 0 && loom_row_present(entry->object, instance, row)) {
            return id;
        }
    }
    return LOOM_ID_NONE;
}

bool loom_account_exists(const struct loom_model *model)
{
    return loom_account_instance(model) != LOOM_ID_NONE;
}

static enum loom_status find(const struct loom_model *model, const struct loom_object *view,
                             struct loom_node *node)
{
    const struct loom_path asked = node->path;
    const struct loom_product_object *entry = loom_model_object(model, SECURITY);
    uint16_t account = loom_account_instance(model);
    if (asked.depth != 3 || asked.id[LOOM_INSTANCE_ID] != 0 || account == LOOM_ID_NONE) {
        return LOOM_NOT_FOUND;
    }
    const struct loom_resource *row = loom_object_resource(view, asked.id[LOOM_RESOURCE_ID]);
    if (row == NULL) {
        return LOOM_NOT_FOUND;
    }
    node->path = loom_path_resource(SECURITY, account, row->offset);
    enum loom_status status = loom_node_locate(model, entry, node);
    node->range_object = view;
    node->range_row = row;
    return status;
}

/* The one instance of the draft object is the Bootstrap-Server Account: creating it makes the
 * account. */
static enum loom_status create(struct loom_model *model, const struct loom_object *view,
                               uint16_t *instance)
{
    uint16_t account = LOOM_ID_NONE;
    if (loom_is_another(view, *instance)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    *instance = 0;
    if (loom_account_exists(model)) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_model_create(model, SECURITY, &account);
    if (status != LOOM_OK) {
        return status;
    }
    return loom_set_boolean(model, loom_path_resource(SECURITY, account, SECURITY_BOOTSTRAP_SERVER),
                            true);
}

static enum loom_status check(const struct loom_model *model, const struct loom_object *view,
                              const struct loom_resource *row, bool ranges,
                              const struct loom_value *value)
{
    if (!loom_resource_allows(view, row, value)) {
        return LOOM_BAD_REQUEST;
    }
    const struct loom_product_object *shown = loom_model_object(model, SECURITY);
    row = shown == NULL ? NULL : loom_object_resource(shown->object, row->offset);
    return row == NULL ? LOOM_NOT_FOUND
                       : loom_check_value(ranges ? shown->object : NULL, row, value);
}

static enum loom_status show(const struct loom_model *model, const struct loom_node *at, bool names,
                             struct loom_node *shown)
{
    shown->path = at->path;
    enum loom_status status = find(model, at->object, shown);
    if (status != LOOM_OK || !loom_node_present(shown)) {
        return LOOM_NOT_FOUND;
    }
    return !names && (shown->row->access & LOOM_SECRET) != 0 ? LOOM_METHOD_NOT_ALLOWED : LOOM_OK;
}

const struct loom_account_view loom_account_view = {
    .find = find, .exists = loom_account_exists, .create = create, .show = show, .check = check};
