/* SPDX-License-Identifier: Apache-2.0 */
#include "product.h"

#include "loom_objects.h"

enum { FIRMWARE_UPDATE = 5 };

static const struct loom_product *product_of(uint16_t lwm2m)
{
    for (size_t i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        if (loom_products[i]->lwm2m == lwm2m || loom_products[i]->lwm2m == 0) {
            return loom_products[i];
        }
    }
    return NULL;
}

/* The tables are the same but for the list of objects: data stays where it is. */
static void leave_out_firmware(struct client_product *chosen)
{
    const struct loom_product *whole = &chosen->product;
    uint16_t count = 0;
    for (uint16_t i = 0; i < whole->object_count; i++) {
        if (whole->objects[i].object->id != FIRMWARE_UPDATE) {
            chosen->objects[count++] = whole->objects[i];
        }
    }
    chosen->product.objects = chosen->objects;
    chosen->product.object_count = count;
}

bool client_product_choose(struct client_product *chosen, uint16_t lwm2m, bool firmware,
                           const char **problem)
{
    const struct loom_product *product = product_of(lwm2m);
    if (product == NULL) {
        *problem = "this device was built without that version of LwM2M";
        return false;
    }
    chosen->product = *product;
    if (!firmware) {
        leave_out_firmware(chosen);
    } else if (product->features.firmware_update == NULL) {
        *problem = "this device has no Firmware Update";
        return false;
    }
    return true;
}
