/* SPDX-License-Identifier: Apache-2.0 */
/** A catalog of the tables that a test has for its client anyway. */
#ifndef LOOM_TEST_OWN_CATALOG_H
#define LOOM_TEST_OWN_CATALOG_H

#include "catalog/catalog.h"

#include <stdlib.h>

#define OWN_OBJECTS_MAX 256

struct own_catalog {
    struct loom_catalog_object objects[OWN_OBJECTS_MAX];
    struct loom_catalog catalog;
};

static inline int own_catalog_compare(const void *left, const void *right)
{
    const struct loom_object *a = ((const struct loom_catalog_object *)left)->object;
    const struct loom_object *b = ((const struct loom_catalog_object *)right)->object;
    int by_id = (a->id > b->id) - (a->id < b->id);
    int by_version =
        (a->version_major * 256 + a->version_minor) - (b->version_major * 256 + b->version_minor);
    return by_id != 0 ? by_id : by_version;
}

/** Fills it with what the products have; two that share an object give it once. */
static inline void own_catalog_fill(struct own_catalog *own,
                                    const struct loom_product *const *products,
                                    const struct loom_object_names *const *const *names,
                                    size_t count)
{
    size_t used = 0;
    size_t kept = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < products[p]->object_count && used < OWN_OBJECTS_MAX; i++) {
            own->objects[used++] = (struct loom_catalog_object){
                products[p]->objects[i].object, names[p][i], "", "", "", "", NULL};
        }
    }
    qsort(own->objects, used, sizeof own->objects[0], own_catalog_compare);
    for (size_t i = 0; i < used; i++) {
        if (kept == 0 || own_catalog_compare(&own->objects[kept - 1], &own->objects[i]) != 0) {
            own->objects[kept++] = own->objects[i];
        }
    }
    own->catalog = (struct loom_catalog){own->objects, kept};
}

#endif
