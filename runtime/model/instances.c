/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that a product has from the factory. */
#include "loom/model.h"

static enum loom_status add(struct loom_model *model, uint16_t object,
                            const struct loom_instance_value *value)
{
    uint16_t instance = value->instance;
    if (value->resource == LOOM_ID_NONE) {
        return loom_model_has_instance(model, object, instance)
                   ? LOOM_OK
                   : loom_model_create(model, object, &instance);
    }
    struct loom_path path = loom_path_resource(object, instance, value->resource);
    if (value->resource_instance != LOOM_ID_NONE) {
        path.id[LOOM_RESOURCE_INSTANCE_ID] = value->resource_instance;
        path.depth = 4;
    }
    return loom_model_write(model, &path, &value->value);
}

enum loom_status loom_model_add_instances(struct loom_model *model,
                                          const struct loom_given_instances *given)
{
    enum loom_status status = LOOM_OK;
    for (; given->values != NULL && status == LOOM_OK; given++) {
        const struct loom_instance_value *value = given->values;
        while (value != NULL && status == LOOM_OK) {
            status = add(model, given->object, value);
            value = value->more != 0 ? value + 1 : NULL;
        }
    }
    return status;
}
