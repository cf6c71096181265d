/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "units.h"

#include "loom/ids.h"

#include <stdlib.h>
#include <string.h>

#define RESOURCE_ID_MAX 32768u

/* ---- the object ------------------------------------------------------------------------------ */

/* Ranges of Object IDs and the class in the URNs of each. */
struct id_class {
    uint16_t last;
    const char *name; /* NULL: reserved */
    const char *remark;
};

static const struct id_class id_classes[] = {
    {1023, "oma", NULL},
    {2047, NULL, NULL},
    {10240, "ext", NULL},
    {42768, "x", NULL},
    {42800, "x", "is for tests, not for products"},
    {UINT16_MAX, NULL, NULL},
};

static const struct id_class *class_of(uint16_t id)
{
    size_t i = 0;

    while (id > id_classes[i].last) {
        i++;
    }
    return &id_classes[i];
}

static void check_id(struct loomc_diagnostics *diagnostics, const struct loomc_object *object)
{
    const struct id_class *class = class_of(object->id);

    if (class->name == NULL) {
        loomc_error_at(diagnostics, object->source, object->place, "Object ID %u is reserved",
                       object->id);
    } else if (class->remark != NULL) {
        loomc_warning_at(diagnostics, object->source, object->place, "Object ID %u %s", object->id,
                         class->remark);
    }
}

/* The version is in the URN unless it is 1.0. */
static void check_urn(struct loomc_diagnostics *diagnostics, const struct loomc_object *object)
{
    const struct id_class *class = class_of(object->id);
    char version[16] = "";
    char urn[64];

    if (class->name == NULL) {
        return; /* an error already */
    }
    if (object->version_major != 1 || object->version_minor != 0) {
        snprintf(version, sizeof version, ":%u.%u", object->version_major, object->version_minor);
    }
    snprintf(urn, sizeof urn, "urn:oma:lwm2m:%s:%u%s", class->name, object->id, version);
    if (strcmp(object->urn, urn) != 0) {
        loomc_error_at(diagnostics, object->source, object->urn_place,
                       "ObjectURN \"%s\" should be \"%s\" by id and version", object->urn, urn);
    }
}

static void check_mandatory(struct loomc_diagnostics *diagnostics,
                            const struct loomc_object *object)
{
    bool core = object->id == LOOM_ID_SECURITY || object->id == LOOM_ID_SERVER ||
                object->id == LOOM_ID_DEVICE;

    if (object->mandatory && !core) {
        loomc_warning_at(diagnostics, object->source, object->place,
                         "only the objects 0, 1 and 3 are Mandatory in LwM2M");
    }
}

/* ---- resources ------------------------------------------------------------------------------- */

static void check_units(struct loomc_diagnostics *diagnostics, const struct loomc_object *object,
                        const struct loomc_resource *resource)
{
    struct loomc_unit unit = loomc_unit_find(resource->units);

    if (*resource->units == '\0') {
        return;
    }
    if (!unit.known && unit.better != NULL) {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "units \"%s\" are none of SenML; did you mean \"%s\"?", resource->units,
                       unit.better);
    } else if (!unit.known) {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "units \"%s\" are none of SenML (RFC 8428, RFC 8798)", resource->units);
    } else if (unit.better != NULL) {
        loomc_warning_at(diagnostics, object->source, resource->place,
                         "units \"%s\" are not recommended for SenML; \"%s\" are", resource->units,
                         unit.better);
    }
}

static void check_resource(struct loomc_diagnostics *diagnostics, const struct loomc_object *object,
                           const struct loomc_resource *resource)
{
    bool newer = loomc_type_is_of_1_1(resource->type);

    if (resource->id > RESOURCE_ID_MAX) {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "Resource ID %u is reserved: an object's own are 0 to 2047 and 26241 to "
                       "32768, reusable ones 2048 to 26240",
                       resource->id);
    }
    if (newer && strcmp(object->lwm2m_version, "1.0") == 0) {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "type %s needs LWM2MVersion 1.1 or later", loomc_type_name(resource->type));
    }
    if (resource->executable && *resource->range_text != '\0') {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "an executable resource has no range");
    }
    if (resource->executable && *resource->units != '\0') {
        loomc_error_at(diagnostics, object->source, resource->place,
                       "an executable resource has no units");
    } else {
        check_units(diagnostics, object, resource);
    }
}

static int compare_names(const void *left, const void *right)
{
    const struct loomc_resource *const *a = left;
    const struct loomc_resource *const *b = right;
    int order = strcmp((*a)->name, (*b)->name);

    return order != 0 ? order : (*a)->id - (*b)->id;
}

static void check_names(struct loomc_diagnostics *diagnostics, const struct loomc_object *object)
{
    const struct loomc_resource *sorted[LOOMC_RESOURCES_MAX];

    for (size_t i = 0; i < object->resource_count; i++) {
        sorted[i] = &object->resources[i];
    }
    qsort(sorted, object->resource_count, sizeof sorted[0], compare_names);
    for (size_t i = 1; i < object->resource_count; i++) {
        if (strcmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
            loomc_error_at(diagnostics, object->source, sorted[i]->place,
                           "resource %u has the name of resource %u, \"%s\"", sorted[i]->id,
                           sorted[i - 1]->id, sorted[i]->name);
        }
    }
}

void loomc_rules_check(struct loomc_diagnostics *diagnostics, const struct loomc_object *object)
{
    check_id(diagnostics, object);
    check_urn(diagnostics, object);
    check_mandatory(diagnostics, object);
    for (size_t i = 0; i < object->resource_count; i++) {
        check_resource(diagnostics, object, &object->resources[i]);
    }
    check_names(diagnostics, object);
}
