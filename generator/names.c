/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include "symbol.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Longest part of a symbol that comes from a name; the longest in the OMA registry has 51. */
#define SYMBOL_MAX 80u

/* Longest prefix, and longest name of a product. */
#define PREFIX_MAX 40u

/* Each round makes the symbols that still collide longer by an id that differs. */
#define ROUNDS_MAX 8u

#define LETTERS_LOST "not all letters of its name can be in it"

/* ---- symbols --------------------------------------------------------------------------------- */

/* What names are made for. */
struct naming {
    struct loomc_names *names;
    struct loomc_arena *arena;
    struct loomc_models *models;
    struct loomc_diagnostics *diagnostics; /* NULL: somebody else reports */
};

/* How a symbol came to be. */
struct derived {
    const char *symbol; /* "" if nothing is left of the name */
    bool lost;          /* of the name's letters some are not in it */
};

static struct derived derive(struct loomc_arena *arena, const char *name, const char *digit_prefix)
{
    struct loomc_buffer symbol = {NULL, 0, 0};
    struct derived derived = {"", false};

    derived.lost = loomc_symbol_put(&symbol, name, strlen(name)) > 0 || symbol.length == 0 ||
                   symbol.length > SYMBOL_MAX;
    size_t length = symbol.length < SYMBOL_MAX ? symbol.length : SYMBOL_MAX;

    while (length > 0 && symbol.data[length - 1] == '_') {
        length--;
    }
    if (length > 0) {
        derived.symbol = loomc_format(arena, "%s%.*s",
                                      isdigit((unsigned char)symbol.data[0]) ? digit_prefix : "",
                                      (int)length, symbol.data);
    }
    loomc_buffer_free(&symbol);
    return derived;
}

static bool is_there(const char *const *symbols, size_t count, const char *symbol)
{
    for (size_t i = 0; i < count; i++) {
        if (symbols[i] != NULL && strcmp(symbols[i], symbol) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- of resources ---------------------------------------------------------------------------- */

static void warn_of_resource(const struct naming *naming, const struct loomc_object *object,
                             const struct loomc_resource *resource, const char *why)
{
    if (naming->diagnostics != NULL) {
        loomc_warning_at(naming->diagnostics, object->source, resource->place,
                         "resource %u (%s) is called %s in the code: %s; the profile's line "
                         "`name %u \"NAME\"` gives it another name",
                         resource->id, resource->name, resource->symbol, why, resource->id);
    }
}

/* The resource of the lowest id has the plain name, the others of that name get their ids. What has
 * a plain name of its own keeps it, whatever id the others get. */
static void name_resources(const struct naming *naming, struct loomc_object *object)
{
    const char *symbols[LOOMC_RESOURCES_MAX] = {NULL};
    struct derived derived[LOOMC_RESOURCES_MAX];
    size_t count = object->resource_count;

    for (size_t i = 0; i < count; i++) {
        const struct loomc_resource *resource = &object->resources[i];

        derived[i] = derive(naming->arena, resource->name, "r_");
        if (*derived[i].symbol == '\0') {
            derived[i].symbol = loomc_format(naming->arena, "resource_%u", resource->id);
        }
        if (!is_there(symbols, i, derived[i].symbol)) {
            symbols[i] = derived[i].symbol;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct loomc_resource *resource = &object->resources[i];
        bool shared = symbols[i] == NULL;

        resource->symbol = derived[i].symbol;
        while (symbols[i] == NULL) {
            resource->symbol = loomc_format(naming->arena, "%s_%u", resource->symbol, resource->id);
            symbols[i] = is_there(symbols, count, resource->symbol) ? NULL : resource->symbol;
        }
        resource->symbol = symbols[i];
        if (derived[i].lost) {
            warn_of_resource(naming, object, resource, LETTERS_LOST);
        } else if (shared) {
            warn_of_resource(naming, object, resource, "a resource before it has that name");
        }
    }
}

/* ---- of objects ------------------------------------------------------------------------------ */

static void warn_of_object(const struct naming *naming, const struct loomc_object *object,
                           const char *why)
{
    if (naming->diagnostics != NULL) {
        loomc_warning_at(naming->diagnostics, object->source, object->place,
                         "object %u (%s) is called %s in the code: %s; the profile's line "
                         "`name \"NAME\"` in its section gives it another name",
                         object->id, object->name, object->symbol, why);
    }
}

/* The standard's objects say LWM2M in their names, others do not: it tells nothing. */
static struct derived derive_object(struct loomc_arena *arena, const struct loomc_object *object)
{
    static const char prefix[] = "lwm2m_";
    struct derived derived = derive(arena, object->name, "o_");

    if (strncmp(derived.symbol, prefix, strlen(prefix)) == 0) {
        derived.symbol = derive(arena, derived.symbol + strlen(prefix), "o_").symbol;
    }
    if (*derived.symbol == '\0') {
        derived.symbol = loomc_format(arena, "object_%u", object->id);
    }
    return derived;
}

/* In order of name, then as in the models: of id and version. */
static int compare_symbols(const void *left, const void *right)
{
    const struct loomc_object *const *a = left;
    const struct loomc_object *const *b = right;
    int order = strcmp((*a)->symbol, (*b)->symbol);

    return order != 0 ? order : *a < *b ? -1 : *a > *b;
}

/* @return whether another object had the name before: one of a lower id. */
static bool *find_shared(const struct naming *naming)
{
    const struct loomc_models *models = naming->models;
    const struct loomc_object **sorted =
        loomc_alloc(naming->arena, (models->count + 1) * sizeof sorted[0]);
    bool *shared = loomc_alloc(naming->arena, models->count + 1);
    size_t first = 0;

    for (size_t i = 0; i < models->count; i++) {
        sorted[i] = &models->objects[i];
    }
    if (models->count > 1) {
        qsort(sorted, models->count, sizeof sorted[0], compare_symbols);
    }
    for (size_t i = 1; i < models->count; i++) {
        if (strcmp(sorted[i]->symbol, sorted[first]->symbol) != 0) {
            first = i;
        }
        shared[sorted[i] - models->objects] = sorted[i]->id != sorted[first]->id;
    }
    return shared;
}

static void name_objects(const struct naming *naming)
{
    struct loomc_models *models = naming->models;
    bool *lost = loomc_alloc(naming->arena, models->count + 1);

    for (size_t i = 0; i < models->count; i++) {
        struct derived derived = derive_object(naming->arena, &models->objects[i]);

        models->objects[i].symbol = derived.symbol;
        lost[i] = derived.lost;
    }
    bool *shared = find_shared(naming);

    for (size_t i = 0; i < models->count; i++) {
        struct loomc_object *object = &models->objects[i];
        bool newer = i > 0 && object[-1].id == object->id;

        if (shared[i]) {
            object->symbol = loomc_format(naming->arena, "%s_%u", object->symbol, object->id);
        }
        if (newer) {
            object->symbol = loomc_format(naming->arena, "%s_%u_%u", object->symbol,
                                          object->version_major, object->version_minor);
        }
        if (lost[i]) {
            warn_of_object(naming, object, LETTERS_LOST);
        } else if (shared[i]) {
            warn_of_object(naming, object, "an object before it has that name");
        }
    }
}

/* ---- identifiers ----------------------------------------------------------------------------- */

/* Takes the prefix + `_` + the symbols of the object and, if there is one, the resource + `after`.
 */
static bool claim(struct loomc_names *names, const char *prefix, const char *object,
                  const char *between, const char *resource, const char *after)
{
    char identifier[512];

    snprintf(identifier, sizeof identifier, "%s_%s%s%s%s", prefix, object, between, resource,
             after);
    return loomc_names_claim(names, identifier);
}

/* Files are in the same set as identifiers: `file loom_device`. */
static const char *file_prefix(const struct loomc_names *names)
{
    return loomc_format(names->arena, "file %s", names->prefix);
}

/* Takes what the templates make of an object's symbol. */
static bool claim_object(struct loomc_names *names, const char *symbol, const char *upper)
{
    static const char *const suffixes[] = {"",        "_object",   "_names",  "_resources",
                                           "_ranges", "_handlers", "_presets"};
    const char *upper_prefix = loomc_names_upper(names->arena, names->prefix);
    bool vacant = claim(names, file_prefix(names), symbol, "", "", "");

    vacant = claim(names, upper_prefix, upper, "", "", "") && vacant;
    vacant = claim(names, upper_prefix, "GENERATED_", upper, "", "_H") && vacant;
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        vacant = claim(names, names->prefix, symbol, "", "", suffixes[i]) && vacant;
    }
    return vacant;
}

static bool claim_resource(struct loomc_names *names, const char *symbol, const char *upper,
                           const char *resource)
{
    static const char *const verbs[] = {"_get_",   "_set_",     "_clear_", "_read_",
                                        "_write_", "_execute_", "_next_"};
    bool vacant = claim(names, loomc_names_upper(names->arena, names->prefix), upper, "_",
                        loomc_names_upper(names->arena, resource), "");

    for (size_t i = 0; i < COUNT(verbs); i++) {
        vacant = claim(names, names->prefix, symbol, verbs[i], resource, "") && vacant;
    }
    return vacant;
}

static bool claim_whole(struct loomc_names *names, const struct loomc_object *object)
{
    const char *upper = loomc_names_upper(names->arena, object->symbol);
    bool vacant = claim_object(names, object->symbol, upper);

    for (size_t j = 0; j < object->resource_count; j++) {
        vacant =
            claim_resource(names, object->symbol, upper, object->resources[j].symbol) && vacant;
    }
    return vacant;
}

static void claim_reserved(struct loomc_names *names)
{
    /* Of the headers of the products, which are about no single object; and NONE, for LOOM_ID_NONE
     * is no object's id. */
    static const char *const own[] = {"products", "products_names"};
    static const char *const upper_own[] = {"PRODUCT_COUNT", "WITHOUT_NAMES", "GENERATED_OBJECTS_H",
                                            "NONE"};
    /* Headers of systems and compilers that a prefix and an object could make together. */
    static const char *const headers[] = {
        "file acc_prof",      "file arm_acle",    "file arm_bf16",     "file arm_cde",
        "file arm_cmse",      "file arm_fp16",    "file arm_mve",      "file arm_mve_types",
        "file arm_neon",      "file arm_sme",     "file arm_sve",      "file hexagon_protos",
        "file hexagon_types", "file mm_malloc",   "file nl_types",     "file proc_service",
        "file quadmath_weak", "file re_comp",     "file riscv_vector", "file stdio_ext",
        "file thread_db",     "file wasm_simd128"};
    const char *upper_prefix = loomc_names_upper(names->arena, names->prefix);

    for (size_t i = 0; i < loomc_reserved_count; i++) {
        loomc_names_claim(names, loomc_reserved[i]);
    }
    for (size_t i = 0; i < COUNT(headers); i++) {
        loomc_names_claim(names, headers[i]);
    }
    for (size_t i = 0; i < COUNT(own); i++) {
        claim(names, names->prefix, own[i], "", "", "");
    }
    for (size_t i = 0; i < COUNT(upper_own); i++) {
        claim(names, upper_prefix, upper_own[i], "", "", "");
    }
    claim(names, file_prefix(names), "objects", "", "", "");
}

/* Takes all identifiers. @return whether an object had to be renamed. */
static bool claim_all(const struct naming *naming)
{
    struct loomc_names *names = naming->names;
    bool renamed = false;

    *names = (struct loomc_names){.prefix = names->prefix, .arena = naming->arena};
    claim_reserved(names);
    for (size_t i = 0; i < naming->models->count; i++) {
        struct loomc_object *object = &naming->models->objects[i];

        if (!claim_whole(names, object)) {
            object->symbol = loomc_format(naming->arena, "%s_%u", object->symbol, object->id);
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
        loomc_format(names->arena, "%s_%s_%s", loomc_names_upper(names->arena, names->prefix),
                     loomc_names_upper(names->arena, object->symbol),
                     loomc_names_upper(names->arena, resource->symbol));

    for (size_t i = 0; i < resource->enumeration.count; i++) {
        if (!name_value(names, prefix, &resource->enumeration.items[i])) {
            resource->enumeration.count = 0;
        }
    }
}

void loomc_names_assign(struct loomc_names *names, struct loomc_arena *arena,
                        struct loomc_models *models, struct loomc_diagnostics *diagnostics)
{
    struct naming naming = {names, arena, models, diagnostics};

    for (size_t i = 0; i < models->count; i++) {
        name_resources(&naming, &models->objects[i]);
    }
    name_objects(&naming);
    for (unsigned round = 0; round < ROUNDS_MAX && claim_all(&naming); round++) {
    }
    for (size_t i = 0; i < models->count; i++) {
        struct loomc_object *object = &models->objects[i];

        for (size_t j = 0; j < object->resource_count; j++) {
            name_values(names, object, &object->resources[j]);
        }
    }
}

bool loomc_names_is_prefix(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t length = strlen(text);

    return length > 0 && length <= PREFIX_MAX && *text >= 'a' && *text <= 'z' &&
           strspn(text, allowed) == length && text[length - 1] != '_' && strstr(text, "__") == NULL;
}

const char *loomc_names_upper(struct loomc_arena *arena, const char *symbol)
{
    char *upper = loomc_copy(arena, symbol, strlen(symbol));

    for (char *p = upper; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    return upper;
}
