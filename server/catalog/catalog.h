/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a server knows of objects: the rows, names and units of the generated tables, found by id.
 *
 * A server uses the same tables as a device, but never a device's data: where a value stands and
 * how much room it has is not looked at here, only its type, operations and range.
 */
#ifndef LOOM_CATALOG_H
#define LOOM_CATALOG_H

#include "loom/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Generated products with their names. `products` and `names` have `count` entries, the newest
 *  product last; `names[p]` is parallel to the objects of `products[p]`. All of it is constant. */
struct loom_catalog {
    const struct loom_product *const *products;
    const struct loom_object_names *const *const *names;
    size_t count;
};

/** A resource as the catalog knows it. */
struct loom_catalog_entry {
    const struct loom_object *object;
    const struct loom_resource *row;
    const char *name;  /**< ends with NUL */
    const char *units; /**< ends with NUL, empty if it has none */
};

/** @return the newest version of an object, or NULL. */
const struct loom_object *loom_catalog_object(const struct loom_catalog *catalog, uint16_t object);

/** @return the name of an object, or NULL if it is not known. */
const char *loom_catalog_object_name(const struct loom_catalog *catalog, uint16_t object);

/** Finds a resource in the newest version of the object that has it. @return false: not known */
bool loom_catalog_resource(const struct loom_catalog *catalog, uint16_t object, uint16_t resource,
                           struct loom_catalog_entry *entry);

/** The same in a given major version of the object, since another one may give the id another
 * meaning.
 *  @param major 0: any */
bool loom_catalog_resource_of(const struct loom_catalog *catalog, uint16_t object, uint8_t major,
                              uint16_t resource, struct loom_catalog_entry *entry);

/** Finds a resource by its name as files and consoles spell it: `default-minimum-period` is
 *  "Default Minimum Period"; letters of any case. @return false: not known */
bool loom_catalog_resource_by_name(const struct loom_catalog *catalog, uint16_t object,
                                   struct loom_text name, struct loom_catalog_entry *entry);

/** @return whether a value of the entry's type lies in the range of its row. */
bool loom_catalog_in_range(const struct loom_catalog_entry *entry, const struct loom_value *value);

/** The name of a type as the standard has it, "Unsigned Integer". */
const char *loom_catalog_type_name(enum loom_type type);

#ifdef __cplusplus
}
#endif

#endif
