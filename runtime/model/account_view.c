/* SPDX-License-Identifier: Apache-2.0 */
/* The draft LWM2M Bootstrap Server object (SEED-003, rules F-1 .. F-7) has no storage of its own:
 * it shows the Bootstrap-Server Account, the instance of Security whose resource 1 is true. */
#include "model/node.h"

#define SECURITY                  0
#define SECURITY_BOOTSTRAP_SERVER 1

const struct loom_product_object *loom_account_object(const struct loom_model *model)
{
    return loom_model_object(model, SECURITY);
}

uint16_t loom_account_instance(const struct loom_model *model)
{
    const struct loom_product_object *entry = loom_account_object(model);
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

enum loom_status loom_account_view_path(const struct loom_model *model,
                                        const struct loom_object *view, struct loom_path *path)
{
    uint16_t account = loom_account_instance(model);
    if (path->depth != 3 || path->id[LOOM_INSTANCE_ID] != 0 || account == LOOM_ID_NONE) {
        return LOOM_NOT_FOUND;
    }
    const struct loom_resource *row = loom_object_resource(view, path->id[LOOM_RESOURCE_ID]);
    if (row == NULL) {
        return LOOM_NOT_FOUND;
    }
    *path = loom_path_resource(SECURITY, account, row->offset);
    return LOOM_OK;
}
