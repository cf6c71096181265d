/* SPDX-License-Identifier: Apache-2.0 */
/* The draft LWM2M Bootstrap Server object (SEED-003, rules F-1 .. F-7) has no storage of its own:
 * it shows the Bootstrap-Server Account, the instance of Security whose resource 1 is true. */
#include "model/node.h"

#define SECURITY                  0
#define SECURITY_BOOTSTRAP_SERVER 1

uint16_t loom_account_instance(const struct loom_model *model)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, SECURITY, &instance); instance++) {
        bool bootstrap_server = false;
        struct loom_path path = loom_path_resource(SECURITY, instance, SECURITY_BOOTSTRAP_SERVER);
        if (loom_get_boolean(model, path, &bootstrap_server) == LOOM_OK && bootstrap_server) {
            return instance;
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
