/* SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include "model.h"
#include "range_set.h"
#include "source_file.h"
#include "text.h"
#include "xml_reader.h"

#include <stdarg.h>
#include <string.h>

/* What a change means, the gravest last: Core 7.2.1 calls a breaking one an evolution of type I,
 * and a non-breaking one, which is due the second number of the version, one of type II. */
enum effect { TEXT, MINOR, BREAKS, EFFECTS };

static const char *const effect_words[EFFECTS] = {"text", "minor", "breaks"};

/* The comparison of one object. */
struct pair {
    struct loomc_arena *arena;
    const struct loomc_object *old_one;
    const struct loomc_object *new_one;
    struct loomc_buffer lines[EFFECTS];
    unsigned counts[EFFECTS];
};

/* Adds a line; `resource` is NULL for a change of the object as a whole. */
LOOMC_PRINTF(4, 5)
static void add(struct pair *pair, enum effect effect, const struct loomc_resource *resource,
                const char *format, ...)
{
    struct loomc_buffer *line = &pair->lines[effect];
    char text[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (resource != NULL) {
        loomc_put_format(line, "%s: resource %u (%s): %s\n", effect_words[effect], resource->id,
                         resource->name, text);
    } else {
        loomc_put_format(line, "%s: object: %s\n", effect_words[effect], text);
    }
    pair->counts[effect]++;
}

static const char *quoted(struct pair *pair, const char *text)
{
    return *text == '\0' ? "none" : loomc_format(pair->arena, "\"%.200s\"", text);
}

static bool same_text(struct pair *pair, const char *a, const char *b)
{
    return strcmp(loomc_text_fold(pair->arena, a), loomc_text_fold(pair->arena, b)) == 0;
}

/* ---- the object ------------------------------------------------------------------------------ */

static void compare_object(struct pair *pair)
{
    const struct loomc_object *was = pair->old_one;
    const struct loomc_object *is = pair->new_one;

    if (was->multiple != is->multiple) {
        add(pair, BREAKS, NULL, "%s, was %s", is->multiple ? "Multiple" : "Single",
            was->multiple ? "Multiple" : "Single");
    }
    if (was->mandatory != is->mandatory) {
        add(pair, BREAKS, NULL, "%s, was %s", is->mandatory ? "Mandatory" : "Optional",
            was->mandatory ? "Mandatory" : "Optional");
    }
    if (strcmp(was->lwm2m_version, is->lwm2m_version) != 0) {
        add(pair, MINOR, NULL, "LWM2MVersion %s, was %s", is->lwm2m_version, was->lwm2m_version);
    }
    if (strcmp(was->name, is->name) != 0) {
        add(pair, TEXT, NULL, "name %s, was %s; names in the code follow it",
            quoted(pair, is->name), quoted(pair, was->name));
    }
    if (!same_text(pair, was->description, is->description)) {
        add(pair, TEXT, NULL, "another description");
    }
}

/* ---- a resource ------------------------------------------------------------------------------ */

static const char *operations(const struct loomc_resource *resource)
{
    return resource->executable                       ? "E"
           : resource->readable && resource->writable ? "RW"
           : resource->readable                       ? "R"
           : resource->writable                       ? "W"
                                                      : "";
}

/* Core 7.2.1: supported operations are a characteristic; one more is another one, too. */
static void compare_operations(struct pair *pair, const struct loomc_resource *was,
                               const struct loomc_resource *is)
{
    if (strcmp(operations(was), operations(is)) != 0) {
        add(pair, BREAKS, is, "operations %s, were %s", quoted(pair, operations(is)),
            quoted(pair, operations(was)));
    }
}

/* Whether the reading of a range is known, and not that of any value. */
static bool can_be_read(struct pair *pair, const struct loomc_resource *resource)
{
    struct loomc_ranges ranges;

    return resource->ranges.count > 0 || resource->ranges.text_count > 0 ||
           loomc_resource_read_range(pair->arena, resource, &ranges) == NULL;
}

/* Who writes what was allowed must not be refused; who reads can do with less. What is allowed
 * besides is new to both. */
static void compare_ranges(struct pair *pair, const struct loomc_resource *was,
                           const struct loomc_resource *is)
{
    bool keeps = loomc_set_covers(pair->arena, is->type, &is->ranges, &was->ranges);
    bool adds = !loomc_set_covers(pair->arena, is->type, &was->ranges, &is->ranges);
    bool written = was->writable || (!was->readable && !was->executable);
    const char *before = quoted(pair, was->range_text);
    const char *now = quoted(pair, is->range_text);

    if (!can_be_read(pair, was) || !can_be_read(pair, is)) {
        if (strcmp(was->range_text, is->range_text) != 0) {
            add(pair, TEXT, is,
                "range %s, was %s: cannot be compared; if values are refused that were allowed the "
                "first number of the version is due",
                now, before);
        }
        return;
    }
    if (!keeps) {
        add(pair, written ? BREAKS : MINOR, is, "range %s, was %s: %s", now, before,
            written ? "values that were allowed are refused" : "fewer values are read");
    }
    if (keeps && adds) {
        add(pair, MINOR, is, "range %s, was %s: more values are allowed", now, before);
    }
    if (keeps && !adds && strcmp(was->range_text, is->range_text) != 0) {
        add(pair, TEXT, is, "range %s, was %s: the same values, as far as they can be read", now,
            before);
    }
}

static const struct loomc_named *find_value(const struct loomc_enumeration *enumeration,
                                            int32_t value)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (enumeration->items[i].text == NULL && enumeration->items[i].value == value) {
            return &enumeration->items[i];
        }
    }
    return NULL;
}

static bool is_elsewhere(const struct loomc_enumeration *enumeration,
                         const struct loomc_named *named)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (strcmp(enumeration->items[i].symbol, named->symbol) == 0 &&
            enumeration->items[i].value != named->value) {
            return true;
        }
    }
    return false;
}

/* A name that has gone to another number has changed the meaning of both. Any other new name may be
 * another word for the same. */
static void compare_names(struct pair *pair, const struct loomc_resource *was,
                          const struct loomc_resource *is)
{
    for (size_t i = 0; i < was->enumeration.count; i++) {
        const struct loomc_named *before = &was->enumeration.items[i];
        const struct loomc_named *now =
            before->text == NULL ? find_value(&is->enumeration, before->value) : NULL;

        if (now == NULL || strcmp(before->symbol, now->symbol) == 0) {
            continue;
        }
        bool moved = is_elsewhere(&is->enumeration, before) || is_elsewhere(&was->enumeration, now);

        add(pair, moved ? BREAKS : TEXT, is, "%ld is \"%.60s\", was \"%.60s\"%s", (long)now->value,
            now->name, before->name,
            moved ? "" : "; if it means something else the first number of the version is due");
    }
}

/* Two spellings of one unit. */
static const char *unit_of(const struct loomc_resource *resource)
{
    return strcmp(resource->units, "%") == 0 ? "/100" : resource->units;
}

static void compare_texts(struct pair *pair, const struct loomc_resource *was,
                          const struct loomc_resource *is)
{
    if (strcmp(was->units, is->units) != 0) {
        bool other =
            *was->units != '\0' && *is->units != '\0' && strcmp(unit_of(was), unit_of(is)) != 0;

        add(pair, other ? BREAKS : TEXT, is, "units %s, were %s", quoted(pair, is->units),
            quoted(pair, was->units));
    }
    if (strcmp(was->name, is->name) != 0) {
        add(pair, TEXT, is, "name, was %s; names in the code follow it", quoted(pair, was->name));
    }
    if (!same_text(pair, was->description, is->description)) {
        add(pair, TEXT, is, "another description");
    }
}

static void compare_resource(struct pair *pair, const struct loomc_resource *was,
                             const struct loomc_resource *is)
{
    compare_operations(pair, was, is);
    if (was->multiple != is->multiple) {
        add(pair, BREAKS, is, "%s, was %s", is->multiple ? "Multiple" : "Single",
            was->multiple ? "Multiple" : "Single");
    }
    if (was->mandatory != is->mandatory) {
        add(pair, BREAKS, is, "%s, was %s", is->mandatory ? "Mandatory" : "Optional",
            was->mandatory ? "Mandatory" : "Optional");
    }
    if (was->type != is->type) {
        if (!was->executable && !is->executable) {
            add(pair, BREAKS, is, "type %s, was %s", loomc_type_name(is->type),
                loomc_type_name(was->type));
        }
    } else {
        compare_ranges(pair, was, is);
        compare_names(pair, was, is);
    }
    compare_texts(pair, was, is);
}

static void compare_resources(struct pair *pair)
{
    const struct loomc_object *was = pair->old_one;
    const struct loomc_object *is = pair->new_one;

    for (size_t i = 0; i < was->resource_count; i++) {
        const struct loomc_resource *before = &was->resources[i];
        const struct loomc_resource *now = loomc_object_resource(is, before->id);

        if (now == NULL) {
            add(pair, before->mandatory ? BREAKS : MINOR, before, "removed, %s",
                before->mandatory ? "Mandatory: existing users expect it" : "Optional");
        } else {
            compare_resource(pair, before, now);
        }
    }
    for (size_t i = 0; i < is->resource_count; i++) {
        const struct loomc_resource *now = &is->resources[i];

        if (loomc_object_resource(was, now->id) != NULL) {
            continue;
        }
        /* Core 7.2.1: what only a new release of LwM2M defines breaks those of the old one. */
        if (loomc_type_is_of_1_1(now->type) && strcmp(was->lwm2m_version, "1.0") == 0) {
            add(pair, BREAKS, now, "added, of a type that LwM2M 1.0 does not have: %s",
                loomc_type_name(now->type));
        } else {
            add(pair, now->mandatory ? BREAKS : MINOR, now, "added, %s",
                now->mandatory ? "Mandatory: existing devices lack it" : "Optional");
        }
    }
}

/* ---- the version ----------------------------------------------------------------------------- */

static void judge(struct pair *pair, FILE *out, struct loomc_diagnostics *diagnostics)
{
    const struct loomc_object *was = pair->old_one;
    const struct loomc_object *is = pair->new_one;
    unsigned major = was->version_major;
    unsigned minor = was->version_minor;

    if (pair->counts[BREAKS] > 0) {
        major++;
        minor = 0;
    } else if (pair->counts[MINOR] > 0) {
        minor++;
    }
    fprintf(out, "object %u (%s): %u.%u, was %u.%u\n", is->id, is->name, is->version_major,
            is->version_minor, was->version_major, was->version_minor);
    for (size_t i = EFFECTS; i-- > 0;) {
        fputs(pair->lines[i].data != NULL ? pair->lines[i].data : "", out);
    }
    fprintf(out, "due: %u.%u\n", major, minor);
    if (is->version_major < major || (is->version_major == major && is->version_minor < minor)) {
        loomc_error_at(diagnostics, is->source, is->place,
                       "object %u has version %u.%u; %u.%u is due: %s", is->id, is->version_major,
                       is->version_minor, major, minor,
                       pair->counts[BREAKS] > 0  ? "the change is incompatible with the old version"
                       : pair->counts[MINOR] > 0 ? "there is more or less than in the old version"
                                                 : "it is below the old version");
    }
}

static void compare(struct loomc_arena *arena, const struct loomc_object *was,
                    const struct loomc_object *is, FILE *out, struct loomc_diagnostics *diagnostics)
{
    struct pair pair = {.arena = arena, .old_one = was, .new_one = is};

    compare_object(&pair);
    compare_resources(&pair);
    judge(&pair, out, diagnostics);
    for (size_t i = 0; i < EFFECTS; i++) {
        loomc_buffer_free(&pair.lines[i]);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static void read_models(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                        const char *path, struct loomc_models *models)
{
    const struct loomc_source *source = loomc_source_read(arena, diagnostics, path);

    if (source != NULL) {
        loomc_xml_read(arena, diagnostics, source, false, NULL, models);
        loomc_models_sort(models, diagnostics);
    }
}

/* @return the object of that id, in its first version, or NULL after an error was reported */
static const struct loomc_object *find(const struct loomc_models *models, uint16_t id)
{
    for (size_t i = 0; i < models->count; i++) {
        if (models->objects[i].id == id) {
            return &models->objects[i];
        }
    }
    return NULL;
}

static void report_missing(struct loomc_diagnostics *diagnostics, const struct loomc_models *models,
                           const struct loomc_models *others, const char *path)
{
    for (size_t i = 0; i < models->count; i++) {
        const struct loomc_object *object = &models->objects[i];

        if (find(others, object->id) == NULL) {
            loomc_error_at(diagnostics, object->source, object->place,
                           "object %u is not in %s: there is nothing to compare it with",
                           object->id, path);
        }
    }
}

bool loomc_compare(const char *old_path, const char *new_path, FILE *out,
                   struct loomc_diagnostics *diagnostics)
{
    struct loomc_arena arena = {0};
    struct loomc_models old_models = {NULL, 0, 0};
    struct loomc_models new_models = {NULL, 0, 0};

    read_models(&arena, diagnostics, old_path, &old_models);
    read_models(&arena, diagnostics, new_path, &new_models);
    if (diagnostics->errors == 0) {
        report_missing(diagnostics, &old_models, &new_models, new_path);
        report_missing(diagnostics, &new_models, &old_models, old_path);
    }
    if (diagnostics->errors == 0) {
        for (size_t i = 0; i < new_models.count; i++) {
            compare(&arena, find(&old_models, new_models.objects[i].id), &new_models.objects[i],
                    out, diagnostics);
        }
        if (fflush(out) != 0 || ferror(out)) {
            loomc_error_in_file(diagnostics, "standard output", "cannot be written");
        }
    }
    loomc_arena_free(&arena);
    return diagnostics->errors == 0;
}
