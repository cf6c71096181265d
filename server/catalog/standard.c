/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/standard.h"

#include "loom_objects.h"

/* Descriptions are longer than the literals that every compiler must take. */
#pragma GCC diagnostic ignored "-Woverlength-strings"
#include "objects.inc"

const struct loom_catalog loom_catalog_standard = {objects, sizeof objects / sizeof objects[0]};
