/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a server knows of objects: rows, names, units and texts, found by id and version.
 *
 * A server uses the same tables as a device, but never a device's data: where a value stands and
 * how much room it has is not looked at here, only its type, operations and range. Some tables are
 * compiled in (standard.h); others are made at run time of models that an operator gives
 * (models/models.h). Whoever looks something up does not notice the difference.
 */
#ifndef LOOM_CATALOG_H
#define LOOM_CATALOG_H

#include "common/objects.h"
#include "loom/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a value of an Integer or Unsigned Integer is called. */
struct loom_catalog_named {
    int64_t value;
    const char *name; /**< as the model writes it; NULL: behind the last one */
};

/** What a model says of a resource in words. Nothing of it is NULL but `values`. */
struct loom_catalog_texts {
    const char *description;
    const char *range; /**< as the model writes it; may say more than what is enforced */
    const struct loom_catalog_named *values; /**< NULL: none */
};

/** An object in one version. */
struct loom_catalog_object {
    const struct loom_object *object;
    const struct loom_object_names *names;
    const char *urn;                        /**< may be empty, as may the other texts */
    const char *lwm2m;                      /**< the least version of LwM2M */
    const char *description;                /**< may have several lines */
    const char *model;                      /**< name of its file, without folders */
    const struct loom_catalog_texts *texts; /**< parallel to the rows; NULL: none */
};

/** Objects ascending by id and version, no two alike. A catalog stays where it is; what it has may
 *  be replaced between two calls of the loop, and then what was found in it before is gone. */
struct loom_catalog {
    const struct loom_catalog_object *objects;
    size_t count;
};

/** A resource as the catalog knows it. */
struct loom_catalog_entry {
    const struct loom_object *object;
    const struct loom_resource *row;
    const char *name;                       /**< ends with NUL */
    const char *units;                      /**< ends with NUL, empty if it has none */
    const struct loom_catalog_texts *texts; /**< NULL: none */
};

/** Finds an object in a version; if that one is not known, in the newest of the same major version,
 *  which only adds to it (rule B-28). @return NULL: not known */
const struct loom_catalog_object *loom_catalog_find(const struct loom_catalog *catalog,
                                                    uint16_t object,
                                                    struct loom_object_version version);

/** @return the newest version of an object, or NULL. */
const struct loom_object *loom_catalog_object(const struct loom_catalog *catalog, uint16_t object);

/** Finds a resource in the newest version of the object that has it. @return false: not known */
bool loom_catalog_resource(const struct loom_catalog *catalog, uint16_t object, uint16_t resource,
                           struct loom_catalog_entry *entry);

/** The same in the version that a client has, or in the newest of the same major version that has
 *  it, since another major version may give the id another meaning. */
bool loom_catalog_resource_of(const struct loom_catalog *catalog, uint16_t object,
                              struct loom_object_version version, uint16_t resource,
                              struct loom_catalog_entry *entry);

/** Finds a resource by its name as files and consoles spell it: `default-minimum-period` is
 *  "Default Minimum Period"; letters of any case. @return false: not known */
bool loom_catalog_resource_by_name(const struct loom_catalog *catalog, uint16_t object,
                                   struct loom_text name, struct loom_catalog_entry *entry);

/** The entry of a row of an object. */
struct loom_catalog_entry loom_catalog_entry_of(const struct loom_catalog_object *object,
                                                size_t row);

/** @return whether a value of the entry's type lies in the range of its row. */
bool loom_catalog_in_range(const struct loom_catalog_entry *entry, const struct loom_value *value);

/** Whether a value at a path is key material, in any version of its object: LOOM_SECRET, and all of
 *  Security, OSCORE, COSE and MQTT Server. */
bool loom_catalog_is_secret(const struct loom_catalog *catalog, const struct loom_path *path);

/** Whether the object of a path has such a value; for the root: any object. */
bool loom_catalog_has_secrets(const struct loom_catalog *catalog, const struct loom_path *path);

/** The name of a type as the standard has it, "Unsigned Integer". */
const char *loom_catalog_type_name(enum loom_type type);

#ifdef __cplusplus
}
#endif

#endif
