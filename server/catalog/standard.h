/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The catalog of the objects in `models/`, in the versions that the LwM2M enablers use.
 */
#ifndef LOOM_CATALOG_STANDARD_H
#define LOOM_CATALOG_STANDARD_H

#include "catalog/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct loom_catalog loom_catalog_standard;

#ifdef __cplusplus
}
#endif

#endif
