/* SPDX-License-Identifier: Apache-2.0 */
#include "names_file.h"

#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ID_MAX 65534u

/* Values are 32 bits and may have a sign. */
#define VALUE_MAX 2147483648u

static const char head[] =
    "# Names in the code, by loomc --names. Keep this file with the models: loomc reports what it "
    "would rename.\n";

/* What is named: an object, a resource of it, or a value of that. */
enum kind { OBJECT, RESOURCE, VALUE };

struct entry {
    uint16_t object;
    uint8_t major;
    uint8_t minor;
    enum kind kind;
    uint16_t resource;
    int32_t value;
    const char *name;
    size_t offset;      /* of the line in the file */
    const char *before; /* comments and empty lines of the file that stand before it, or NULL */
    const char *behind; /* the comment at its end, or NULL */
};

struct entries {
    struct entry *items;
    size_t count;
    size_t room;
};

struct comparison {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    const struct loomc_source *source;
    const char *prefix; /* of the file, NULL: it says none */
    size_t prefix_offset;
    const char *prefix_before; /* as of an entry */
    const char *prefix_behind;
    bool has_head;
    struct loomc_buffer comments; /* that belong to what comes next */
    struct entries kept;          /* of the file */
    struct entries made;          /* of the run */
};

static void add(struct comparison *comparison, struct entries *entries, struct entry entry)
{
    entries->items = loomc_grow(comparison->arena, entries->items, entries->count, &entries->room,
                                sizeof entries->items[0]);
    entries->items[entries->count++] = entry;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* In order of objects, versions, resources and values. */
static int compare(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = compare_numbers(a->object, b->object);

    order = order != 0 ? order : compare_numbers(a->major, b->major);
    order = order != 0 ? order : compare_numbers(a->minor, b->minor);
    order = order != 0 ? order : compare_numbers(a->kind != OBJECT, b->kind != OBJECT);
    order = order != 0 ? order : compare_numbers(a->resource, b->resource);
    order = order != 0 ? order : compare_numbers(a->kind, b->kind);
    return order != 0 ? order : compare_numbers(a->value, b->value);
}

/* Those that are there twice stand as in the file. */
static int compare_lines(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = compare(a, b);

    return order != 0 ? order : compare_numbers((int64_t)a->offset, (int64_t)b->offset);
}

static void sort(struct entries *entries)
{
    if (entries->count > 1) {
        qsort(entries->items, entries->count, sizeof entries->items[0], compare_lines);
    }
}

/* ---- names of the run ------------------------------------------------------------------------ */

/* `auto` of `LOOM_LAMP_MODE_AUTO`. */
static const char *value_name(struct comparison *comparison, const struct loomc_names *names,
                              const struct loomc_object *object,
                              const struct loomc_resource *resource,
                              const struct loomc_named *named)
{
    size_t before = strlen(names->prefix) + strlen(object->symbol) + strlen(resource->symbol) + 3;
    char *name =
        loomc_copy(comparison->arena, named->constant + before, strlen(named->constant) - before);

    for (char *p = name; *p != '\0'; p++) {
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    }
    return name;
}

static void collect(struct comparison *comparison, const struct loomc_names *names,
                    const struct loomc_models *models)
{
    for (size_t i = 0; i < models->count; i++) {
        const struct loomc_object *object = &models->objects[i];
        struct entry entry = {.object = object->id,
                              .major = object->version_major,
                              .minor = object->version_minor,
                              .kind = OBJECT,
                              .name = object->symbol};

        add(comparison, &comparison->made, entry);
        for (size_t j = 0; j < object->resource_count; j++) {
            const struct loomc_resource *resource = &object->resources[j];

            entry.kind = RESOURCE;
            entry.resource = resource->id;
            entry.value = 0;
            entry.name = resource->symbol;
            add(comparison, &comparison->made, entry);
            for (size_t k = 0; k < resource->enumeration.count; k++) {
                const struct loomc_named *named = &resource->enumeration.items[k];

                entry.kind = VALUE;
                entry.value = named->value;
                entry.name = value_name(comparison, names, object, resource, named);
                add(comparison, &comparison->made, entry);
            }
        }
    }
    sort(&comparison->made);
}

/* ---- names of the file ----------------------------------------------------------------------- */

/* Reads `3`, `3/9` or `3/11=-1`. */
static bool read_key(const struct comparison *comparison, const char *text, struct entry *entry)
{
    size_t object_length = strcspn(text, "/");
    size_t rest_length = strlen(text) - object_length;
    unsigned long number;

    if (!loomc_text_number(loomc_copy(comparison->arena, text, object_length), ID_MAX, &number)) {
        return false;
    }
    entry->object = (uint16_t)number;
    if (rest_length == 0) {
        entry->kind = OBJECT;
        return true;
    }
    const char *resource = text + object_length + 1;
    size_t length = strcspn(resource, "=");

    if (!loomc_text_number(loomc_copy(comparison->arena, resource, length), ID_MAX, &number)) {
        return false;
    }
    entry->resource = (uint16_t)number;
    entry->kind = RESOURCE;
    if (resource[length] == '\0') {
        return true;
    }
    const char *value = resource + length + 1;
    bool negative = *value == '-';

    entry->kind = VALUE;
    if (!loomc_text_number(value + negative, VALUE_MAX - !negative, &number)) {
        return false;
    }
    entry->value = (int32_t)(negative ? -(int64_t)number : (int64_t)number);
    return true;
}

static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

    return *text != '\0' && strspn(text, allowed) == strlen(text);
}

/* Takes the next word of a line, which ends with `end`. @return "" if there is none. */
static const char *next_word(const struct comparison *comparison, size_t *offset, size_t end)
{
    const char *text = comparison->source->text;

    while (*offset < end && (text[*offset] == ' ' || text[*offset] == '\t')) {
        ++*offset;
    }
    size_t begin = *offset;

    while (*offset < end && text[*offset] != ' ' && text[*offset] != '\t') {
        ++*offset;
    }
    return loomc_copy(comparison->arena, text + begin, *offset - begin);
}

/* A comment begins with its line or behind a blank. @return where, or `end`. */
static size_t find_comment(const struct comparison *comparison, size_t offset, size_t end)
{
    const char *text = comparison->source->text;
    bool blank = true;

    while (offset < end && (text[offset] != '#' || !blank)) {
        blank = text[offset] == ' ' || text[offset] == '\t';
        offset++;
    }
    return offset;
}

/* What people have written between the lines stays there: it goes with the line that follows. */
static void keep_comment(struct comparison *comparison, size_t offset, size_t end)
{
    const char *line = comparison->source->text + offset;
    size_t length = end - offset;

    comparison->has_head =
        comparison->has_head || (length + 1 == strlen(head) && strncmp(line, head, length) == 0);
    loomc_put(&comparison->comments, line, length);
    loomc_put_char(&comparison->comments, '\n');
}

static const char *take_comments(struct comparison *comparison)
{
    const char *comments = loomc_copy(
        comparison->arena, comparison->comments.length > 0 ? comparison->comments.data : "",
        comparison->comments.length);

    comparison->comments.length = 0;
    return comments;
}

static void read_line(struct comparison *comparison, size_t offset, size_t line_end)
{
    size_t start = offset;
    size_t end = find_comment(comparison, offset, line_end);
    const char *key = next_word(comparison, &offset, end);
    const char *second = next_word(comparison, &offset, end);
    const char *third = next_word(comparison, &offset, end);
    const char *fourth = next_word(comparison, &offset, end);
    struct entry entry = {.name = third, .offset = start};

    if (*key == '\0') {
        keep_comment(comparison, start, line_end);
        return;
    }
    entry.before = take_comments(comparison);
    entry.behind = loomc_copy(comparison->arena, comparison->source->text + end, line_end - end);
    if (strcmp(key, "prefix") == 0 && loomc_names_is_prefix(second) && *third == '\0' &&
        comparison->prefix == NULL) {
        comparison->prefix = second;
        comparison->prefix_offset = start;
        comparison->prefix_before = entry.before;
        comparison->prefix_behind = entry.behind;
        return;
    }
    if (!read_key(comparison, key, &entry) ||
        !loomc_text_version(second, &entry.major, &entry.minor) || !is_name(third) ||
        *fourth != '\0') {
        loomc_error(comparison->diagnostics, comparison->source, start,
                    "expected: OBJECT[/RESOURCE[=VALUE]] VERSION NAME, such as 3/9 1.1 "
                    "battery_level");
        return;
    }
    add(comparison, &comparison->kept, entry);
}

static void read_file(struct comparison *comparison)
{
    const struct loomc_source *source = comparison->source;

    for (size_t offset = 0; offset < source->length;) {
        const char *newline = memchr(source->text + offset, '\n', source->length - offset);
        size_t end = newline != NULL ? (size_t)(newline - source->text) : source->length;
        size_t length = end - offset;

        length -= length > 0 && source->text[end - 1] == '\r';
        read_line(comparison, offset, offset + length);
        offset = end + 1;
    }
    sort(&comparison->kept);
    for (size_t i = 1; i < comparison->kept.count; i++) {
        if (compare(&comparison->kept.items[i - 1], &comparison->kept.items[i]) == 0) {
            loomc_error(comparison->diagnostics, source, comparison->kept.items[i].offset,
                        "this has a name in another line, too");
        }
    }
}

/* ---- the comparison -------------------------------------------------------------------------- */

static void put_key(struct loomc_buffer *out, const struct entry *entry)
{
    loomc_put_format(out, "%u", entry->object);
    if (entry->kind != OBJECT) {
        loomc_put_format(out, "/%u", entry->resource);
    }
    if (entry->kind == VALUE) {
        loomc_put_format(out, "=%" PRId32, entry->value);
    }
    loomc_put_format(out, " %u.%u", entry->major, entry->minor);
}

static void report(const struct comparison *comparison, const struct entry *kept,
                   const struct entry *made)
{
    struct loomc_buffer key = {NULL, 0, 0};

    put_key(&key, kept);
    loomc_error(comparison->diagnostics, comparison->source, kept->offset,
                "%s would be renamed from %s to %s; without this line the new name is taken",
                key.data, kept->name, made->name);
    loomc_buffer_free(&key);
}

static void put_behind(struct loomc_buffer *out, const char *comment)
{
    bool there = comment != NULL && *comment != '\0';

    loomc_put_format(out, "%s%s\n", there ? " " : "", there ? comment : "");
}

static void put_entry(struct loomc_buffer *out, const struct entry *entry)
{
    loomc_put_text(out, entry->before != NULL ? entry->before : "");
    put_key(out, entry);
    loomc_put_format(out, " %s", entry->name);
    put_behind(out, entry->behind);
}

static void put_prefix(const struct comparison *comparison, const struct loomc_names *names,
                       struct loomc_buffer *out)
{
    loomc_put_text(out, comparison->has_head ? "" : head);
    loomc_put_text(out, comparison->prefix != NULL ? comparison->prefix_before : "");
    loomc_put_format(out, "prefix %s", names->prefix);
    put_behind(out, comparison->prefix_behind);
}

/* Goes through both in their order. */
static void merge(const struct comparison *comparison, struct loomc_buffer *out)
{
    const struct entries *kept = &comparison->kept;
    const struct entries *made = &comparison->made;
    size_t i = 0;
    size_t j = 0;

    while (i < kept->count || j < made->count) {
        int order = i == kept->count   ? 1
                    : j == made->count ? -1
                                       : compare(&kept->items[i], &made->items[j]);

        if (order == 0 && strcmp(kept->items[i].name, made->items[j].name) != 0) {
            report(comparison, &kept->items[i], &made->items[j]);
        }
        put_entry(out, order <= 0 ? &kept->items[i] : &made->items[j]);
        i += order <= 0;
        j += order >= 0;
    }
}

bool loomc_names_compare(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                         const struct loomc_names *names, const struct loomc_models *models,
                         const struct loomc_source *source, struct loomc_buffer *out)
{
    struct comparison comparison = {.arena = arena, .diagnostics = diagnostics, .source = source};
    unsigned errors = diagnostics->errors;

    collect(&comparison, names, models);
    if (source != NULL) {
        read_file(&comparison);
    }
    if (diagnostics->errors == errors) { /* what a broken file would lead to is no news */
        if (comparison.prefix != NULL && strcmp(comparison.prefix, names->prefix) != 0) {
            loomc_error(diagnostics, source, comparison.prefix_offset,
                        "all names would begin with %s instead of %s", names->prefix,
                        comparison.prefix);
        }
        put_prefix(&comparison, names, out);
        merge(&comparison, out);
        loomc_put(out, comparison.comments.data != NULL ? comparison.comments.data : "",
                  comparison.comments.length);
    }
    loomc_buffer_free(&comparison.comments);
    return diagnostics->errors == errors;
}
