/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "model.h"

#include "diagnostics.h"
#include "range_read.h"
#include "spelling.h"
#include "units.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *loomc_type_name(enum loomc_type type)
{
    static const char *const names[] = {
        [LOOMC_NONE] = "none",       [LOOMC_STRING] = "String",
        [LOOMC_INTEGER] = "Integer", [LOOMC_UNSIGNED] = "Unsigned Integer",
        [LOOMC_FLOAT] = "Float",     [LOOMC_BOOLEAN] = "Boolean",
        [LOOMC_OPAQUE] = "Opaque",   [LOOMC_TIME] = "Time",
        [LOOMC_OBJLNK] = "Objlnk",   [LOOMC_CORELNK] = "Corelnk",
    };

    return names[type];
}

bool loomc_type_find(const char *name, enum loomc_type *type)
{
    for (int i = LOOMC_STRING; i <= LOOMC_CORELNK; i++) {
        const char *known = loomc_type_name((enum loomc_type)i);

        if (loomc_spelling_find(name, &known, 1) == 0) {
            *type = (enum loomc_type)i;
            return true;
        }
    }
    return false;
}

static bool same_model(const struct loomc_object *a, const struct loomc_object *b)
{
    return a->id == b->id && a->version_major == b->version_major &&
           a->version_minor == b->version_minor;
}

/* Objects of one id and version are told apart by path, so that the order of arguments decides
 * nothing. */
static int compare(const void *left, const void *right)
{
    const struct loomc_object *a = left;
    const struct loomc_object *b = right;

    if (a->id != b->id) {
        return a->id < b->id ? -1 : 1;
    }
    if (a->version_major != b->version_major) {
        return a->version_major < b->version_major ? -1 : 1;
    }
    if (a->version_minor != b->version_minor) {
        return a->version_minor < b->version_minor ? -1 : 1;
    }
    int order = strcmp(a->source->path, b->source->path);

    if (order != 0) {
        return order;
    }
    return loomc_place_compare(a->place, b->place);
}

static bool same_bytes(const struct loomc_source *a, const struct loomc_source *b)
{
    return a != b && a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

void loomc_models_sort(struct loomc_models *models, struct loomc_diagnostics *diagnostics)
{
    size_t kept = 0;

    if (models->count > 1) {
        qsort(models->objects, models->count, sizeof models->objects[0], compare);
    }
    for (size_t i = 0; i < models->count; i++) {
        const struct loomc_object *object = &models->objects[i];
        const struct loomc_object *first = kept > 0 ? &models->objects[kept - 1] : object;

        if (kept > 0 && same_model(first, object)) {
            if (same_bytes(first->source, object->source)) {
                loomc_warning_at(diagnostics, object->source, object->place,
                                 "the same file as %s, used once", first->source->path);
            } else {
                loomc_error_at(diagnostics, object->source, object->place,
                               "object %u version %u.%u is already defined in %s:%u", object->id,
                               object->version_major, object->version_minor, first->source->path,
                               first->place.line);
            }
        } else {
            models->objects[kept++] = *object;
        }
    }
    models->count = kept;
}

const struct loomc_resource *loomc_object_resource(const struct loomc_object *object, uint16_t id)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        if (object->resources[i].id == id) {
            return &object->resources[i];
        }
    }
    return NULL;
}

/* `64 bytes`, whatever the unit of the value is. */
static bool tells_bytes(const char *text)
{
    static const char *const words[] = {"byte", "octet", " b"};

    for (const char *p = text; *p != '\0'; p++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strncasecmp(p, words[i], strlen(words[i])) == 0) {
                return true;
            }
        }
    }
    return false;
}

const char *loomc_resource_read_range(struct loomc_arena *arena,
                                      const struct loomc_resource *resource,
                                      struct loomc_ranges *ranges)
{
    const char *text = resource->range_text;
    bool length = loomc_type_has_length(resource->type);

    if (resource->type == LOOMC_INTEGER || resource->type == LOOMC_UNSIGNED ||
        resource->type == LOOMC_FLOAT) {
        text = loomc_unit_cut(arena, text, resource->units);
    }
    const char *remark = loomc_range_read(arena, resource->type, text, ranges);

    /* `0..100` of a String in percent is about the number that is written there. */
    if (length && ranges->count > 0 && loomc_unit_measures(resource->units) && !tells_bytes(text)) {
        ranges->count = 0;
        ranges->several = true;
        return loomc_format(arena,
                            "not enforced: with the units \"%s\" it may be about a number in the "
                            "value, or about its length",
                            resource->units);
    }
    return remark;
}
