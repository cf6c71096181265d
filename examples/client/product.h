/* SPDX-License-Identifier: Apache-2.0 */
/** Which of the generated products the program is. */
#ifndef LOOM_CLIENT_PRODUCT_H
#define LOOM_CLIENT_PRODUCT_H

#include "loom/table.h"

/** The chosen product; memory is the caller's, and outlives the client. */
struct client_product {
    struct loom_product product;
    struct loom_product_object objects[LOOM_PRODUCT_OBJECTS_MAX];
};

/**
 * Chooses the product of a release of LwM2M. A device that has nowhere to put an image has no
 * Firmware Update, so object 5 is left out of its tables: no server hears of it.
 * @param firmware it is to have object 5
 * @return false: this device is not built for that, and `*problem` says why
 */
bool client_product_choose(struct client_product *chosen, uint16_t lwm2m, bool firmware,
                           const char **problem);

#endif
