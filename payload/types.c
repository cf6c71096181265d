/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include "model_files.h"

#include <string.h>

static const char *const names[LOOM_TYPE_COUNT] = {
    "NONE",    "STRING", "INTEGER", "UNSIGNED_INTEGER", "FLOAT",
    "BOOLEAN", "OPAQUE", "TIME",    "OBJLNK",           "CORELINK"};

const char *payload_type_name(enum loom_type type)
{
    return names[type];
}

/* ---- types that the user gives --------------------------------------------------------------- */

/* Letters alone, in upper case: `Unsigned Integer` and `unsigned_integer` are one. */
static bool is_called(const char *text, const char *name)
{
    for (;; text++, name++) {
        while (*text == ' ' || *text == '_' || *text == '-') {
            text++;
        }
        while (*name == '_') {
            name++;
        }
        char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        if (c != *name) {
            return false;
        }
        if (c == '\0') {
            return true;
        }
    }
}

static enum loom_type type_called(const char *text)
{
    for (int type = LOOM_STRING; type < LOOM_TYPE_COUNT; type++) {
        if (is_called(text, names[type])) {
            return (enum loom_type)type;
        }
    }
    return is_called(text, "UNSIGNED")  ? LOOM_UNSIGNED
           : is_called(text, "CORELNK") ? LOOM_CORELNK
                                        : LOOM_NONE;
}

bool payload_types_add(struct payload_known *known, struct loomc_arena *arena, const char *text)
{
    const char *equals = strchr(text, '=');
    struct payload_type row;
    if (equals == NULL ||
        !loom_text_to_path((struct loom_text){text, (size_t)(equals - text)}, &row.path) ||
        row.path.depth < 3) {
        return false;
    }
    row.type = type_called(equals + 1);
    known->types = loomc_grow(arena, known->types, known->type_count, &known->type_room,
                              sizeof known->types[0]);
    known->types[known->type_count++] = row;
    return row.type != LOOM_NONE;
}

/* ---- models ---------------------------------------------------------------------------------- */

/* What is only a warning is none of this program's business. */
bool payload_models_add(struct payload_known *known, struct loomc_arena *arena, const char *path)
{
    struct loomc_diagnostics diagnostics = {.out = stderr, .errors_only = true};
    loomc_model_files_read(arena, &diagnostics, path, &known->models);
    return diagnostics.errors == 0;
}

/* ---- what a path is -------------------------------------------------------------------------- */

const struct loomc_object *payload_object(const struct payload_known *known, uint16_t id)
{
    const struct loomc_object *best = NULL;
    for (size_t i = 0; i < known->models.count; i++) {
        const struct loomc_object *object = &known->models.objects[i];
        bool newer = best == NULL || object->version_major > best->version_major ||
                     (object->version_major == best->version_major &&
                      object->version_minor > best->version_minor);
        if (object->id == id && newer) {
            best = object;
        }
    }
    return best;
}

enum loom_type payload_type_of(const struct payload_known *known, const struct loom_path *path)
{
    for (size_t i = known->type_count; i-- > 0;) {
        const struct payload_type *row = &known->types[i];
        if (row->path.depth <= path->depth &&
            memcmp(row->path.id, path->id, row->path.depth * sizeof path->id[0]) == 0) {
            return row->type;
        }
    }
    const struct loomc_object *object = payload_object(known, path->id[LOOM_OBJECT_ID]);
    const struct loomc_resource *resource =
        object == NULL ? NULL : loomc_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    return resource == NULL ? LOOM_NONE : (enum loom_type)resource->type;
}
