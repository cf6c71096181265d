/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/gather.h"

#include "accounts/access.h"
#include "accounts/accounts.h"
#include "model/payload.h"

void loom_gather_begin(struct loom_gather *gather, const struct loom_format *format,
                       struct loom_output *out)
{
    struct loom_path root = loom_path_root();
    loom_encode_begin(&gather->encoder, format, &root, out);
}

/* That a right is missing is said whatever else is (rule C-77). */
static void note(struct loom_gather *gather, enum loom_status status)
{
    if (status == LOOM_OK) {
        gather->found = true;
    } else if (gather->why != LOOM_UNAUTHORIZED) {
        gather->why = (uint16_t)status;
    }
}

static bool is_full(const struct loom_gather *gather)
{
    return gather->encoder.out->overflow;
}

static enum loom_status put_instance(struct loom_gather *gather, const struct loom_path *path)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    if (!loom_model_has_instance(gather->model, object, path->id[LOOM_INSTANCE_ID])) {
        return LOOM_NOT_FOUND;
    }
    return loom_access_allows(gather->model, gather->ssid, path, LOOM_RIGHT_READ)
               ? loom_walk(gather->model, path, LOOM_READ_READABLE, &gather->encoder)
               : LOOM_UNAUTHORIZED;
}

/* @return whether it has instances */
static bool put_object(struct loom_gather *gather, uint16_t object)
{
    struct loom_path path = loom_path_instance(object, 0);
    bool any = false;
    while (!is_full(gather) &&
           loom_model_next_instance(gather->model, object, &path.id[LOOM_INSTANCE_ID])) {
        note(gather, put_instance(gather, &path));
        path.id[LOOM_INSTANCE_ID]++;
        any = true;
    }
    return any;
}

/* @param index of the object in the product */
static void put(struct loom_gather *gather, size_t index, const struct loom_path *path)
{
    uint8_t *whole = &gather->whole[index / 8];
    uint8_t bit = (uint8_t)(1u << index % 8);
    if ((*whole & bit) != 0) {
        return; /* it is all there */
    }
    const struct loom_object *object = gather->model->product->objects[index].object;
    if (loom_object_protected(gather->lwm2m, object)) {
        note(gather, LOOM_UNAUTHORIZED); /* rule C-40 */
    } else if (path->depth >= 2) {
        note(gather, put_instance(gather, path));
    } else {
        *whole |= bit;
        if (!put_object(gather, object->id) && path->depth == 1) {
            note(gather, LOOM_OK); /* rule C-4 */
        }
    }
}

void loom_gather_put(struct loom_gather *gather, const struct loom_path *path)
{
    const struct loom_product *product = gather->model->product;
    const struct loom_product_object *entry =
        path->depth == 0 ? NULL : loom_model_object(gather->model, path->id[LOOM_OBJECT_ID]);
    if (path->depth == 0) {
        for (size_t i = 0; i < product->object_count && !is_full(gather); i++) {
            put(gather, i, path);
        }
    } else if (entry == NULL) {
        note(gather, LOOM_NOT_FOUND);
    } else {
        put(gather, (size_t)(entry - product->objects), path);
    }
}

enum loom_status loom_gather_end(struct loom_gather *gather)
{
    enum loom_status status = loom_encode_end(&gather->encoder);
    if (status != LOOM_OK || gather->found) {
        return status;
    }
    return (enum loom_status)gather->why;
}
