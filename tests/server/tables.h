/* SPDX-License-Identifier: Apache-2.0 */
/** Small tables written by hand, so that these tests do not depend on the models. */
#ifndef LOOM_TEST_TABLES_H
#define LOOM_TEST_TABLES_H

#include "catalog/catalog.h"

/**
 * Security, Server in two versions, of which the newer has more resources, Access Control, Device,
 * an object 500 that has a resource of every type, and 501 of version 1.1.
 */
extern const struct loom_catalog test_catalog;

#endif
