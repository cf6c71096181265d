/* SPDX-License-Identifier: Apache-2.0 */
/* A bootstrap as a transaction: what is written goes into a copy of the product's data, which takes
 * the place of the data when the Finish is answered 2.04, or not at all (rules ).
 */
#include "bootstrap/transaction.h"

#include "loom/ids.h"
#include "model/node.h"

#include <string.h>

/* An object that bootstraps do not change, and a view, have no staged instances. */
static size_t staged_size(const struct loom_product_object *entry)
{
    return entry->staging == 0 ? 0 : (size_t)entry->room * entry->object->instance_size;
}

/* Between the model and its staged view. */
static void copy(const struct loom_model *to, const struct loom_model *from,
                 const struct loom_product_object *entry)
{
    size_t size = staged_size(entry);
    if (size > 0) {
        memcpy(loom_model_instances(to, entry), loom_model_instances(from, entry), size);
    }
}

static bool is_touched(const struct loom_bootstrap *bootstrap, size_t index)
{
    return loom_bit(bootstrap->touched, index);
}

static void copy_untouched(const struct loom_bootstrap *bootstrap, const struct loom_model *to,
                           const struct loom_model *from)
{
    const struct loom_product *product = to->product;
    for (size_t i = 0; i < product->object_count; i++) {
        if (!is_touched(bootstrap, i)) {
            copy(to, from, &product->objects[i]);
        }
    }
}

void loom_transaction_begin(struct loom_bootstrap *bootstrap)
{
    /* What was dropped may have moved or replaced the account. */
    bootstrap->account = loom_account_instance(bootstrap->context->config.model);
    memset(bootstrap->touched, 0, sizeof bootstrap->touched);
    loom_transaction_refresh(bootstrap);
}

void loom_transaction_refresh(struct loom_bootstrap *bootstrap)
{
    copy_untouched(bootstrap, &bootstrap->staged, bootstrap->context->config.model);
}

void loom_transaction_restore(struct loom_bootstrap *bootstrap)
{
    copy_untouched(bootstrap, bootstrap->context->config.model, &bootstrap->staged);
}

/* Keys do not stay behind in a copy that nothing will use any more. */
void loom_transaction_drop(struct loom_bootstrap *bootstrap)
{
    const struct loom_client_config *config = &bootstrap->context->config;
    if (config->model->product->staging_size > 0) {
        memset(config->staging, 0, config->model->product->staging_size);
    }
}

bool loom_transaction_takes(const struct loom_bootstrap *bootstrap, uint16_t object)
{
    const struct loom_product_object *entry = loom_model_object(&bootstrap->staged, object);
    return entry != NULL && entry->staging != 0;
}

void loom_transaction_touch(struct loom_bootstrap *bootstrap, uint16_t object)
{
    const struct loom_model *model = bootstrap->context->config.model;
    const struct loom_product_object *entry = loom_model_object(model, object);
    size_t index = entry == NULL ? 0 : (size_t)(entry - model->product->objects);
    if (entry != NULL && !is_touched(bootstrap, index)) {
        bootstrap->touched[index / 8] |= (uint8_t)(1u << (index % 8));
        copy(&bootstrap->staged, model, entry);
    }
}

/* What the product has from the start and no account is made of comes back, as new, if it was
 * deleted: a device without its own objects would be of no use to anybody (rule A-55 leaves it
 * open). */
static bool is_the_devices_own(const struct loom_object *object)
{
    return (object->flags & LOOM_OBJECT_ACCOUNT) == 0;
}

void loom_transaction_commit(struct loom_bootstrap *bootstrap)
{
    struct loom_model *model = bootstrap->context->config.model;
    loom_model_act_for(model, LOOM_ORIGIN_BOOTSTRAP, 0);
    for (size_t i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        if (!is_touched(bootstrap, i)) {
            continue;
        }
        copy(model, &bootstrap->staged, entry);
        if (is_the_devices_own(entry->object)) {
            loom_model_restore_initial(model, entry);
        }
        struct loom_path path = loom_path_object(entry->object->id);
        loom_model_tell(model, &path, LOOM_CHANGE_BOOTSTRAP);
    }
    loom_model_act_for(model, LOOM_ORIGIN_PRODUCT, 0);
}
