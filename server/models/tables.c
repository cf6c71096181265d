/* SPDX-License-Identifier: Apache-2.0 */
#include "models/tables.h"

#include "accounts.h"

#include <string.h>

/* A row counts its ranges in 8 bits, 0 means none. */
#define RANGE_INDEX_MAX 254u

static const char *copy(struct loomc_arena *arena, const char *text)
{
    return *text == '\0' ? "" : loomc_copy(arena, text, strlen(text));
}

/* ---- ranges ---------------------------------------------------------------------------------- */

/* The largest magnitude below zero is one more than INT64_MAX: it has no positive of its own. */
static int64_t integer_of(const struct loomc_bound *bound)
{
    if (!bound->negative) {
        return (int64_t)bound->magnitude;
    }
    return bound->magnitude == 0 ? 0 : -1 - (int64_t)(bound->magnitude - 1);
}

static void fill_range(struct loom_range *range, enum loomc_type type,
                       const struct loomc_range *read, bool more)
{
    range->more = more ? 1 : 0;
    if (type == LOOMC_INTEGER || type == LOOMC_TIME) {
        range->min.integer = integer_of(&read->min);
        range->max.integer = integer_of(&read->max);
    } else if (type == LOOMC_FLOAT) {
        range->min.number = read->min.number;
        range->max.number = read->max.number;
    } else {
        range->min.unsigned_integer = read->min.magnitude;
        range->max.unsigned_integer = read->max.magnitude;
    }
}

static void fill_texts(struct loomc_arena *arena, struct loom_range *range,
                       const struct loomc_ranges *read)
{
    const char **texts = loomc_alloc(arena, (read->text_count + 1) * sizeof texts[0]);
    for (size_t i = 0; i < read->text_count; i++) {
        texts[i] = copy(arena, read->texts[i]);
    }
    range->min.texts = texts;
    range->max.allows = loom_texts_allow;
    range->more = LOOM_RANGE_TEXTS;
}

/* What the bounds of a type are. */
static unsigned kind_of(enum loomc_type type)
{
    return type == LOOMC_INTEGER || type == LOOMC_TIME ? 0 : type == LOOMC_FLOAT ? 1 : 2;
}

static bool same_ranges(const struct loomc_resource *a, const struct loomc_resource *b)
{
    bool same = kind_of(a->type) == kind_of(b->type) && a->ranges.count == b->ranges.count &&
                a->ranges.text_count == 0 && b->ranges.text_count == 0;
    for (size_t i = 0; same && i < a->ranges.count; i++) {
        const struct loomc_range *left = &a->ranges.items[i];
        const struct loomc_range *right = &b->ranges.items[i];
        same = loomc_bound_compare(a->type, &left->min, &right->min) == 0 &&
               loomc_bound_compare(a->type, &left->max, &right->max) == 0;
    }
    return same;
}

static size_t ranges_of(const struct loomc_resource *resource)
{
    return resource->ranges.text_count > 0 ? 1 : resource->ranges.count;
}

/* The ranges of an object while they are put together. */
struct ranges {
    struct loom_range *items;
    size_t count;
};

/* @return the index of the first range of a resource; equal ones are shared */
static size_t place_ranges(struct loomc_arena *arena, const struct loomc_object *object, size_t row,
                           const struct loom_resource *rows, struct ranges *ranges)
{
    const struct loomc_resource *resource = &object->resources[row];
    for (size_t i = 0; i < row; i++) {
        if (rows[i].range != 0 && same_ranges(&object->resources[i], resource)) {
            return rows[i].range - 1u;
        }
    }
    size_t first = ranges->count;
    if (resource->ranges.text_count > 0) {
        fill_texts(arena, &ranges->items[ranges->count++], &resource->ranges);
        return first;
    }
    for (size_t i = 0; i < resource->ranges.count; i++) {
        fill_range(&ranges->items[ranges->count++], resource->type, &resource->ranges.items[i],
                   i + 1 < resource->ranges.count);
    }
    return first;
}

static bool make_ranges(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                        const struct loomc_object *object, struct loom_resource *rows,
                        const struct loom_range **made)
{
    struct ranges ranges = {NULL, 0};
    size_t most = 0;
    for (size_t i = 0; i < object->resource_count; i++) {
        most += ranges_of(&object->resources[i]);
    }
    if (most == 0) {
        return true;
    }
    ranges.items = loomc_alloc(arena, most * sizeof ranges.items[0]);
    for (size_t i = 0; i < object->resource_count; i++) {
        const struct loomc_resource *resource = &object->resources[i];
        if (ranges_of(resource) == 0) {
            continue;
        }
        size_t first = place_ranges(arena, object, i, rows, &ranges);
        if (first > RANGE_INDEX_MAX) {
            loomc_error_at(diagnostics, object->source, resource->place,
                           "the object has more than %u ranges", RANGE_INDEX_MAX + 1);
            return false;
        }
        rows[i].range = (uint8_t)(first + 1);
    }
    *made = ranges.items;
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static uint8_t access_of(const struct loomc_object *object, const struct loomc_resource *resource)
{
    unsigned access = 0;
    access |= resource->readable ? LOOM_R : 0u;
    access |= resource->writable ? LOOM_W : 0u;
    access |= resource->executable ? LOOM_E : 0u;
    access |= resource->multiple ? LOOM_MULTIPLE : 0u;
    access |= resource->mandatory ? LOOM_MANDATORY : 0u;
    access |= loomc_is_secret(object->id, resource->id) ? LOOM_SECRET : 0u;
    access |= loomc_is_credential(object->id, resource->id) ? LOOM_CREDENTIAL : 0u;
    return (uint8_t)access;
}

static uint8_t flags_of(const struct loomc_object *object)
{
    unsigned flags = 0;
    flags |= object->multiple ? LOOM_OBJECT_MULTIPLE : 0u;
    flags |= object->mandatory ? LOOM_OBJECT_MANDATORY : 0u;
    flags |= loomc_is_account(object->id) ? LOOM_OBJECT_ACCOUNT : 0u;
    return (uint8_t)flags;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void put_piece(char *pieces, size_t *used, const char *text)
{
    size_t length = strlen(text) + 1;
    memcpy(pieces + *used, text, length);
    *used += length;
}

static const struct loom_object_names *make_names(struct loomc_arena *arena,
                                                  const struct loomc_object *object)
{
    size_t names_size = strlen(object->name) + 1;
    size_t units_size = 0;
    for (size_t i = 0; i < object->resource_count; i++) {
        names_size += strlen(object->resources[i].name) + 1;
        units_size += strlen(object->resources[i].units) + 1;
    }
    struct loom_object_names *made = loomc_alloc(arena, sizeof *made);
    char *names = loomc_alloc(arena, names_size);
    char *units = loomc_alloc(arena, units_size);
    size_t names_used = 0;
    size_t units_used = 0;
    put_piece(names, &names_used, object->name);
    for (size_t i = 0; i < object->resource_count; i++) {
        put_piece(names, &names_used, object->resources[i].name);
        put_piece(units, &units_used, object->resources[i].units);
    }
    made->names = names;
    made->units = units;
    return made;
}

static const struct loom_catalog_named *make_values(struct loomc_arena *arena,
                                                    const struct loomc_enumeration *list)
{
    if (list->count == 0 || list->items[0].text != NULL) {
        return NULL;
    }
    struct loom_catalog_named *values = loomc_alloc(arena, (list->count + 1) * sizeof values[0]);
    for (size_t i = 0; i < list->count; i++) {
        values[i].value = list->items[i].value;
        values[i].name = copy(arena, list->items[i].name);
    }
    return values;
}

static const struct loom_catalog_texts *make_texts(struct loomc_arena *arena,
                                                   const struct loomc_object *object)
{
    struct loom_catalog_texts *texts =
        loomc_alloc(arena, (object->resource_count + 1) * sizeof texts[0]);
    for (size_t i = 0; i < object->resource_count; i++) {
        const struct loomc_resource *resource = &object->resources[i];
        texts[i].description = copy(arena, resource->description);
        texts[i].range = copy(arena, resource->range_text);
        texts[i].values = make_values(arena, &resource->enumeration);
    }
    return texts;
}

bool loom_model_tables_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                            const struct loomc_object *object, struct loom_catalog_object *entry)
{
    struct loom_object *made = loomc_alloc(arena, sizeof *made);
    struct loom_resource *rows = loomc_alloc(arena, (object->resource_count + 1) * sizeof rows[0]);
    for (size_t i = 0; i < object->resource_count; i++) {
        const struct loomc_resource *resource = &object->resources[i];
        rows[i].id = resource->id;
        rows[i].type = (uint8_t)resource->type;
        rows[i].access = access_of(object, resource);
        rows[i].count = 1;
    }
    if (!make_ranges(arena, diagnostics, object, rows, &made->ranges)) {
        return false;
    }
    made->id = object->id;
    made->version_major = object->version_major;
    made->version_minor = object->version_minor;
    made->resource_count = (uint8_t)object->resource_count;
    made->flags = flags_of(object);
    made->resources = rows;
    entry->object = made;
    entry->names = make_names(arena, object);
    entry->urn = copy(arena, object->urn);
    entry->lwm2m = copy(arena, object->lwm2m_version);
    entry->description = copy(arena, object->description);
    entry->model = copy(arena, object->source->name);
    entry->texts = make_texts(arena, object);
    return true;
}
