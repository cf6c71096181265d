/* SPDX-License-Identifier: Apache-2.0 */
/** Object models as they were read and checked, before a product chooses from them. */
#ifndef LOOMC_MODEL_H
#define LOOMC_MODEL_H

#include "diagnostics.h"
#include "enumeration.h"
#include "range.h"
#include "source.h"

#include <stdbool.h>
#include <stdint.h>

/** Rows of an object are counted in 8 bits. */
#define LOOMC_RESOURCES_MAX 255u

/** Longest name or unit, bytes. The longest of the OMA registry has 51. */
#define LOOMC_NAME_MAX 255u

struct loomc_resource {
    uint16_t id;
    bool identified;        /**< the id could be read */
    const char *name;       /**< trimmed, blanks folded; or what the profile says */
    const char *model_name; /**< that of the model, always */
    enum loomc_type type;
    bool readable;
    bool writable;
    bool executable;
    bool multiple;
    bool mandatory;
    const char *range_text; /**< as written, blanks folded; "" if there is none */
    struct loomc_ranges ranges;
    struct loomc_enumeration enumeration; /**< what values are called; often empty */
    const char *units;
    const char *description;
    struct loomc_place place; /**< of its <Item> in the source */
    const char *symbol;       /**< snake case, unique in the object */
};

struct loomc_object {
    uint16_t id;
    uint8_t version_major;
    uint8_t version_minor;
    const char *name;       /**< as of a resource */
    const char *model_name; /**< that of the model, always */
    const char *urn;        /**< as written, blanks folded; "" if there is none */
    struct loomc_place urn_place;
    const char *lwm2m_version;
    bool multiple;
    bool mandatory;
    const char *description;
    struct loomc_resource *resources; /**< ascending by id */
    size_t resource_count;
    const struct loomc_source *source;
    struct loomc_place place; /**< of its <ObjectID> in the source */
    const char *license;      /**< SPDX expression of the model file, or NULL */
    const char *symbol;       /**< snake case, unique in the run; also the stem of its files */
};

struct loomc_models {
    struct loomc_object *objects;
    size_t count;
    size_t room;
};

/** Finds a type by its name as models write it, without regard to case and blanks. @return false if
 *  there is none. */
bool loomc_type_find(const char *name, enum loomc_type *type);

/** @return the type's name as models write it; "none" for LOOMC_NONE. */
const char *loomc_type_name(enum loomc_type type);

/** Puts the objects in order of id and version. Reports two models of one id and version: an error,
 *  unless the files are the same byte for byte (the OMA registry keeps such twins). */
void loomc_models_sort(struct loomc_models *models, struct loomc_diagnostics *diagnostics);

/** @return the resource of that id, or NULL. */
const struct loomc_resource *loomc_object_resource(const struct loomc_object *object, uint16_t id);

/**
 * Reads `range_text` by type and units.
 * @param ranges receives what is to be enforced
 * @return NULL, or what a warning should say; when nothing is enforced it says so
 */
const char *loomc_resource_read_range(struct loomc_arena *arena,
                                      const struct loomc_resource *resource,
                                      struct loomc_ranges *ranges);

#endif
