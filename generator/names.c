/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include "escape.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Longest part of a symbol that comes from a name; the longest in the OMA registry has 51. */
#define SYMBOL_MAX 80u

/* Each round makes the symbols that still collide longer by an id that differs. */
#define ROUNDS_MAX 8u

/* ---- the set of identifiers ------------------------------------------------------------------ */

static size_t hash(const char *text)
{
    uint64_t value = UINT64_C(14695981039346656037);

    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return (size_t)(value ^ value >> 32);
}

/* @return where the identifier stands or would stand. */
static const char **find_slot(const char **slots, size_t room, const char *identifier)
{
    size_t i = hash(identifier) & (room - 1);

    while (slots[i] != NULL && strcmp(slots[i], identifier) != 0) {
        i = (i + 1) & (room - 1);
    }
    return &slots[i];
}

static void enlarge(struct loomc_names *names)
{
    size_t room = names->room == 0 ? 1024 : names->room * 2;
    const char **slots = loomc_alloc(names->arena, room * sizeof slots[0]);

    for (size_t i = 0; i < names->room; i++) {
        if (names->slots[i] != NULL) {
            *find_slot(slots, room, names->slots[i]) = names->slots[i];
        }
    }
    names->slots = slots;
    names->room = room;
}

bool loomc_names_claim(struct loomc_names *names, const char *identifier)
{
    if (names->count >= names->room / 2) {
        enlarge(names);
    }
    const char **slot = find_slot(names->slots, names->room, identifier);

    if (*slot != NULL) {
        return false;
    }
    *slot = loomc_copy(names->arena, identifier, strlen(identifier));
    names->count++;
    return true;
}

/* ---- symbols --------------------------------------------------------------------------------- */

static const char *snake_case(struct loomc_arena *arena, const char *name, const char *digit_prefix,
                              const char *when_empty)
{
    struct loomc_buffer symbol = {NULL, 0, 0};

    loomc_escape_c_ident(&symbol, name, strlen(name));
    size_t length = symbol.length < SYMBOL_MAX ? symbol.length : SYMBOL_MAX;

    while (length > 0 && symbol.data[length - 1] == '_') {
        length--;
    }
    const char *made =
        length == 0 ? when_empty
                    : loomc_format(arena, "%s%.*s",
                                   isdigit((unsigned char)symbol.data[0]) ? digit_prefix : "",
                                   (int)length, symbol.data);
    loomc_buffer_free(&symbol);
    return made;
}

/* The standard's objects say LWM2M in their names, others do not: it tells nothing. */
static const char *object_base(struct loomc_arena *arena, const struct loomc_object *object)
{
    static const char prefix[] = "lwm2m_";
    const char *base = snake_case(arena, object->name, "o_", "object");

    if (strncmp(base, prefix, strlen(prefix)) != 0) {
        return base;
    }
    return snake_case(arena, base + strlen(prefix), "o_", "object");
}

/* Adds the id to all symbols that occur more than once. @return whether there were any. */
static bool part_resources(struct loomc_arena *arena, struct loomc_object *object)
{
    bool shared[LOOMC_RESOURCES_MAX] = {false};
    bool any = false;

    for (size_t i = 0; i < object->resource_count; i++) {
        for (size_t j = i + 1; j < object->resource_count; j++) {
            if (strcmp(object->resources[i].symbol, object->resources[j].symbol) == 0) {
                shared[i] = shared[j] = any = true;
            }
        }
    }
    for (size_t i = 0; i < object->resource_count; i++) {
        if (shared[i]) {
            object->resources[i].symbol =
                loomc_format(arena, "%s_%u", object->resources[i].symbol, object->resources[i].id);
        }
    }
    return any;
}

static void name_resources(struct loomc_arena *arena, struct loomc_object *object)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        object->resources[i].symbol =
            snake_case(arena, object->resources[i].name, "r_", "resource");
    }
    for (unsigned round = 0; round < ROUNDS_MAX && part_resources(arena, object); round++) {
    }
}

static int compare_symbols(const void *left, const void *right)
{
    const struct loomc_object *const *a = left;
    const struct loomc_object *const *b = right;
    int order = strcmp((*a)->symbol, (*b)->symbol);

    return order != 0 ? order : (int)(*a)->id - (int)(*b)->id;
}

/* Marks the objects whose name an object of another id has too. */
static void find_shared(struct loomc_arena *arena, const struct loomc_models *models, bool *shared)
{
    const struct loomc_object **sorted = loomc_alloc(arena, (models->count + 1) * sizeof sorted[0]);
    size_t next;

    for (size_t i = 0; i < models->count; i++) {
        sorted[i] = &models->objects[i];
    }
    if (models->count > 1) {
        qsort(sorted, models->count, sizeof sorted[0], compare_symbols);
    }
    for (size_t first = 0; first < models->count; first = next) {
        next = first + 1;
        while (next < models->count && strcmp(sorted[next]->symbol, sorted[first]->symbol) == 0) {
            next++;
        }
        /* In order of ids: the outermost differ if any do. */
        for (size_t i = first; i < next && sorted[first]->id != sorted[next - 1]->id; i++) {
            shared[sorted[i] - models->objects] = true;
        }
    }
}

static bool has_versions(const struct loomc_models *models, const struct loomc_object *object)
{
    const struct loomc_object *end = models->objects + models->count;

    return (object > models->objects && object[-1].id == object->id) ||
           (object + 1 < end && object[1].id == object->id);
}

static void name_objects(struct loomc_arena *arena, struct loomc_models *models)
{
    bool *shared = loomc_alloc(arena, models->count + 1);

    for (size_t i = 0; i < models->count; i++) {
        models->objects[i].symbol = object_base(arena, &models->objects[i]);
    }
    find_shared(arena, models, shared);
    for (size_t i = 0; i < models->count; i++) {
        struct loomc_object *object = &models->objects[i];

        if (shared[i]) {
            object->symbol = loomc_format(arena, "%s_%u", object->symbol, object->id);
        }
        if (has_versions(models, object)) {
            object->symbol = loomc_format(arena, "%s_%u_%u", object->symbol, object->version_major,
                                          object->version_minor);
        }
    }
}

/* ---- identifiers ----------------------------------------------------------------------------- */

/* Takes `before` + the symbols of the object and, if there is one, the resource + `after`. */
static bool claim(struct loomc_names *names, const char *before, const char *object,
                  const char *between, const char *resource, const char *after)
{
    char identifier[512];

    snprintf(identifier, sizeof identifier, "%s%s%s%s%s", before, object, between, resource, after);
    return loomc_names_claim(names, identifier);
}

/* Takes what the templates make of an object's symbol. */
static bool claim_object(struct loomc_names *names, const char *symbol, const char *upper)
{
    static const char *const suffixes[] = {"",        "_object",   "_names",  "_resources",
                                           "_ranges", "_handlers", "_presets"};
    bool vacant = claim(names, "file ", symbol, "", "", "");

    vacant = claim(names, "LOOM_", upper, "", "", "") && vacant;
    vacant = claim(names, "LOOM_GENERATED_", upper, "", "", "_H") && vacant;
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        vacant = claim(names, "loom_", symbol, "", "", suffixes[i]) && vacant;
    }
    return vacant;
}

static bool claim_resource(struct loomc_names *names, const char *symbol, const char *upper,
                           const char *resource)
{
    static const char *const verbs[] = {"_get_",   "_set_",     "_clear_", "_read_",
                                        "_write_", "_execute_", "_next_"};
    bool vacant = claim(names, "LOOM_", upper, "_", loomc_names_upper(names->arena, resource), "");

    for (size_t i = 0; i < COUNT(verbs); i++) {
        vacant = claim(names, "loom_", symbol, verbs[i], resource, "") && vacant;
    }
    return vacant;
}

static void claim_reserved(struct loomc_names *names)
{
    /* Of objects.h, which is about no single object; and LOOM_ID_NONE is no object's id. */
    static const char *const own[] = {"file objects",       "loom_products",
                                      "LOOM_PRODUCT_COUNT", "loom_products_names",
                                      "LOOM_WITHOUT_NAMES", "LOOM_GENERATED_OBJECTS_H",
                                      "LOOM_NONE"};

    for (size_t i = 0; i < loomc_reserved_count; i++) {
        loomc_names_claim(names, loomc_reserved[i]);
    }
    for (size_t i = 0; i < COUNT(own); i++) {
        loomc_names_claim(names, own[i]);
    }
}

/* Takes all identifiers. @return whether an object had to be renamed. */
static bool claim_all(struct loomc_names *names, struct loomc_arena *arena,
                      struct loomc_models *models)
{
    bool renamed = false;

    memset(names, 0, sizeof *names);
    names->arena = arena;
    claim_reserved(names);
    for (size_t i = 0; i < models->count; i++) {
        struct loomc_object *object = &models->objects[i];
        const char *upper = loomc_names_upper(arena, object->symbol);
        bool vacant = claim_object(names, object->symbol, upper);

        for (size_t j = 0; j < object->resource_count; j++) {
            vacant =
                claim_resource(names, object->symbol, upper, object->resources[j].symbol) && vacant;
        }
        if (!vacant) {
            object->symbol = loomc_format(arena, "%s_%u", object->symbol, object->id);
            renamed = true;
        }
    }
    return renamed;
}

/* Gives a named value its constant. @return false if somebody has both forms of it. */
static bool name_value(struct loomc_names *names, const char *prefix, struct loomc_named *named)
{
    const char *upper = loomc_names_upper(names->arena, named->symbol);
    const char *sign = named->value < 0 ? "MINUS_" : "";
    long value = named->value < 0 ? -(long)named->value : (long)named->value;

    named->constant = loomc_format(names->arena, "%s_%s", prefix, upper);
    if (loomc_names_claim(names, named->constant)) {
        return true;
    }
    named->constant = loomc_format(names->arena, "%s_%s_%s%ld", prefix, upper, sign, value);
    return loomc_names_claim(names, named->constant);
}

/* Comes after all other names, so that no object has to make way for an enumeration. */
static void name_values(struct loomc_names *names, const struct loomc_object *object,
                        struct loomc_resource *resource)
{
    const char *prefix =
        loomc_format(names->arena, "LOOM_%s_%s", loomc_names_upper(names->arena, object->symbol),
                     loomc_names_upper(names->arena, resource->symbol));

    for (size_t i = 0; i < resource->enumeration.count; i++) {
        if (!name_value(names, prefix, &resource->enumeration.items[i])) {
            resource->enumeration.count = 0;
        }
    }
}

void loomc_names_assign(struct loomc_names *names, struct loomc_arena *arena,
                        struct loomc_models *models)
{
    for (size_t i = 0; i < models->count; i++) {
        name_resources(arena, &models->objects[i]);
    }
    name_objects(arena, models);
    for (unsigned round = 0; round < ROUNDS_MAX && claim_all(names, arena, models); round++) {
    }
    for (size_t i = 0; i < models->count; i++) {
        struct loomc_object *object = &models->objects[i];

        for (size_t j = 0; j < object->resource_count; j++) {
            name_values(names, object, &object->resources[j]);
        }
    }
}

const char *loomc_names_upper(struct loomc_arena *arena, const char *symbol)
{
    char *upper = loomc_copy(arena, symbol, strlen(symbol));

    for (char *p = upper; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    return upper;
}
