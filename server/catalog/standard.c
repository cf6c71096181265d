/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/standard.h"

#include "loom_objects.h"

const struct loom_catalog loom_catalog_standard = {loom_products, loom_products_names,
                                                   LOOM_PRODUCT_COUNT};
