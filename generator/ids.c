/* SPDX-License-Identifier: Apache-2.0 */
#include "ids.h"

#include "escape.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

/* ---- one model of several -------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
    const struct loomc_resource *a = left;
    const struct loomc_resource *b = right;

    return (int)a->id - (int)b->id;
}

static void add_missing(struct loomc_object *united, const struct loomc_object *version)
{
    size_t known = united->resource_count;

    for (size_t i = 0; i < version->resource_count; i++) {
        const struct loomc_resource *resource = &version->resources[i];

        if (bsearch(resource, united->resources, known, sizeof *resource, compare_ids) == NULL) {
            struct loomc_resource *added = &united->resources[united->resource_count++];

            *added = *resource;
            added->enumeration.count = 0; /* its constants belong to the version's own header */
        }
    }
    qsort(united->resources, united->resource_count, sizeof united->resources[0], compare_ids);
}

/* Takes the newest version first: its names are those that stay. */
static struct loomc_object unite(struct loomc_arena *arena, const struct loomc_object *versions,
                                 size_t count)
{
    struct loomc_object united = versions[count - 1];
    size_t room = 0;

    for (size_t i = 0; i < count; i++) {
        room += versions[i].resource_count;
    }
    united.resources = loomc_alloc(arena, (room + 1) * sizeof united.resources[0]);
    united.resource_count = 0;
    for (size_t i = count; i-- > 0;) {
        add_missing(&united, &versions[i]);
    }
    return united;
}

static struct loomc_models unite_all(struct loomc_arena *arena,
                                     struct loomc_diagnostics *diagnostics,
                                     const struct loomc_models *models)
{
    struct loomc_models united = {NULL, 0, models->count};
    size_t next;

    united.objects = loomc_alloc(arena, (models->count + 1) * sizeof united.objects[0]);
    for (size_t first = 0; first < models->count; first = next) {
        struct loomc_object *object = &united.objects[united.count++];

        next = first + 1;
        while (next < models->count && models->objects[next].id == models->objects[first].id) {
            next++;
        }
        *object = unite(arena, &models->objects[first], next - first);
        if (object->resource_count > LOOMC_RESOURCES_MAX) {
            loomc_error_at(diagnostics, object->source, object->place,
                           "the versions of object %u have %zu resources together; at most %u can "
                           "be named",
                           object->id, object->resource_count, LOOMC_RESOURCES_MAX);
        }
    }
    return united;
}

/* ---- the header ------------------------------------------------------------------------------ */

/* `LOOM_GENERATED_MY_IDS_H` for gen/my-ids.h. */
static const char *guard_of(struct loomc_arena *arena, const char *prefix, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    struct loomc_buffer symbol = {NULL, 0, 0};

    loomc_put_format(&symbol, "%s_generated_", prefix);
    loomc_escape_c_ident(&symbol, name, strlen(name));
    const char *guard = loomc_names_upper(arena, loomc_copy(arena, symbol.data, symbol.length));

    loomc_buffer_free(&symbol);
    return guard;
}

struct loomc_ids loomc_ids_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                                const struct loomc_models *models, const char *license,
                                const char *prefix, const char *path)
{
    struct loomc_ids ids = {prefix, guard_of(arena, prefix, path), license,
                            unite_all(arena, diagnostics, models)};
    struct loomc_names names = {.prefix = prefix};

    if (diagnostics->errors == 0) {
        loomc_names_assign(&names, arena, &ids.models, NULL);
    }
    return ids;
}

/* ---- names of the template ------------------------------------------------------------------- */

static const struct loomc_field resource_fields[] = {
    LOOMC_SYMBOL("resource", LOOMC_AT(struct loomc_resource, symbol)),
    LOOMC_SYMBOL_UPPER("RESOURCE", LOOMC_AT(struct loomc_resource, symbol)),
    LOOMC_NUMBER("resource_id", LOOMC_AT(struct loomc_resource, id)),
    LOOMC_TEXT("resource_name", LOOMC_AT(struct loomc_resource, name)),
};
static const struct loomc_vocabulary resource_vocabulary =
    LOOMC_VOCABULARY("a resource of any version", resource_fields);

static const struct loomc_field object_fields[] = {
    LOOMC_SYMBOL("object", LOOMC_AT(struct loomc_object, symbol)),
    LOOMC_SYMBOL_UPPER("OBJECT", LOOMC_AT(struct loomc_object, symbol)),
    LOOMC_NUMBER("object_id", LOOMC_AT(struct loomc_object, id)),
    LOOMC_TEXT("object_name", LOOMC_AT(struct loomc_object, name)),
    LOOMC_ITEMS("resources", struct loomc_object, resources, resource_count, &resource_vocabulary),
};
static const struct loomc_vocabulary object_vocabulary =
    LOOMC_VOCABULARY("an object of any version", object_fields);

static const struct loomc_field ids_fields[] = {
    LOOMC_SYMBOL("prefix", LOOMC_AT(struct loomc_ids, prefix)),
    LOOMC_SYMBOL_UPPER("PREFIX", LOOMC_AT(struct loomc_ids, prefix)),
    LOOMC_SYMBOL("license", LOOMC_AT(struct loomc_ids, license)),
    LOOMC_SYMBOL("GUARD", LOOMC_AT(struct loomc_ids, guard)),
    LOOMC_ITEMS("objects", struct loomc_ids, models.objects, models.count, &object_vocabulary),
};
const struct loomc_vocabulary loomc_ids_fields = LOOMC_VOCABULARY("the ids", ids_fields);
