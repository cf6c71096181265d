/* SPDX-License-Identifier: Apache-2.0 */
/* Products and their objects.
 *
 * Made by loomc. Do not edit: change the models or the profile and build again. */
#ifndef LOOM_GENERATED_OBJECTS_H
#define LOOM_GENERATED_OBJECTS_H

#include "loom/model.h"

#include "loom_security.h"
#include "loom_everything.h"
#include "loom_account.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The instances of product `gadget`, LwM2M 1.1. Owned by the caller of loom_model_init(). */
struct loom_gadget_data {
    struct loom_security security[4];
    struct loom_everything everything[2];
};

/** What a bootstrap changes, until its Finish: `staging` of struct loom_client_config. */
struct loom_gadget_staging {
    struct loom_security security[4];
    struct loom_everything everything[2];
};

enum { LOOM_GADGET_OBJECT_COUNT = 3 };

/** Sizes for struct loom_client_config: `buffer_size` for any accounts and endpoint name. */
#define LOOM_GADGET_BUFFER_SIZE LOOM_BUFFER_SIZE(3109u, 255u)

extern const struct loom_product loom_gadget;
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to the product's objects. */
extern const struct loom_object_names *const loom_gadget_names[LOOM_GADGET_OBJECT_COUNT];
#endif

/** The instances of product `small`. Owned by the caller of loom_model_init(). */
struct loom_small_data {
    struct loom_everything everything[2];
};

/** What a bootstrap changes, until its Finish: `staging` of struct loom_client_config. */
struct loom_small_staging {
    struct loom_everything everything[2];
};

enum { LOOM_SMALL_OBJECT_COUNT = 1 };

/** Sizes for struct loom_client_config: `buffer_size` for any accounts and endpoint name. */
#define LOOM_SMALL_BUFFER_SIZE LOOM_BUFFER_SIZE(1949u, 100u)

extern const struct loom_product loom_small;
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to the product's objects. */
extern const struct loom_object_names *const loom_small_names[LOOM_SMALL_OBJECT_COUNT];
#endif

enum { LOOM_PRODUCT_COUNT = 2 };

/** All products; NULL after the last one. */
extern const struct loom_product *const loom_products[LOOM_PRODUCT_COUNT + 1];
#ifndef LOOM_WITHOUT_NAMES
/** Parallel to loom_products: the names of each product's objects. */
extern const struct loom_object_names *const *const loom_products_names[LOOM_PRODUCT_COUNT + 1];
#endif

#ifdef __cplusplus
}
#endif

#endif
