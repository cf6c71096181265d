/* SPDX-License-Identifier: Apache-2.0 */
#include "formats.h"

#include "nearest.h"

#include <string.h>

/* What the format `c` stands for. */
static const char *const c_extensions[] = {"h", "c"};

bool loomc_formats_have(const struct loomc_formats *formats, const char *extension)
{
    for (size_t i = 0; i < formats->count; i++) {
        if (strcmp(formats->items[i].extension, extension) == 0) {
            return true;
        }
    }
    return false;
}

/* The extension becomes a part of paths. */
static bool is_extension(const char *text)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    return *text != '\0' && text[strspn(text, allowed)] == '\0';
}

/* @return the extension of a template that makes files, or NULL for a part of others. */
static const char *extension_of(const char *name)
{
    const char *point = strchr(name, '.');
    size_t length = point != NULL ? (size_t)(point - name) : 0;

    if ((length == 6 && memcmp(name, "object", 6) == 0) ||
        (length == 7 && memcmp(name, "objects", 7) == 0)) {
        return point + 1;
    }
    return NULL;
}

static void report_unknown(struct loomc_templates *templates, const char *extension)
{
    const char **known =
        loomc_alloc(templates->arena, (templates->builtin_count + 1) * sizeof known[0]);
    size_t count = 0;

    for (size_t i = 0; i < templates->builtin_count; i++) {
        const char *name = extension_of(templates->builtins[i].name);

        if (name != NULL) {
            known[count++] = name;
        }
    }
    const char *nearest = loomc_nearest(extension, known, count);

    if (nearest != NULL) {
        loomc_error_in_file(templates->diagnostics, "loomc",
                            "unknown format \"%s\"; did you mean \"%s\"?", extension, nearest);
    } else {
        loomc_error_in_file(templates->diagnostics, "loomc",
                            "unknown format \"%s\": there is no template object.%s.mustache or "
                            "objects.%s.mustache",
                            extension, extension, extension);
    }
}

static void add(struct loomc_templates *templates, struct loomc_formats *formats,
                const char *extension)
{
    const char *each = loomc_format(templates->arena, "object.%s", extension);
    const char *all = loomc_format(templates->arena, "objects.%s", extension);
    struct loomc_format format = {extension, false, false};

    if (loomc_formats_have(formats, extension)) {
        return;
    }
    if (!is_extension(extension)) {
        loomc_error_in_file(templates->diagnostics, "loomc",
                            "a format is letters, digits, \"_\" and \"-\", not \"%s\"", extension);
        return;
    }
    format.each = loomc_template_exists(templates, each);
    format.all = loomc_template_exists(templates, all);
    if (format.each || format.all) {
        formats->items[formats->count++] = format;
    } else {
        report_unknown(templates, extension);
    }
}

struct loomc_formats loomc_formats_read(struct loomc_templates *templates, const char *list)
{
    struct loomc_formats formats = {NULL, 0};
    const char *rest = list != NULL ? list : "c";
    size_t most = strlen(rest) + sizeof c_extensions / sizeof c_extensions[0];

    formats.items = loomc_alloc(templates->arena, most * sizeof formats.items[0]);
    for (bool more = true; more;) {
        size_t length = strcspn(rest, ",");
        const char *name = loomc_copy(templates->arena, rest, length);

        if (strcmp(name, "c") == 0) {
            for (size_t i = 0; i < sizeof c_extensions / sizeof c_extensions[0]; i++) {
                add(templates, &formats, c_extensions[i]);
            }
        } else {
            add(templates, &formats, name);
        }
        more = rest[length] == ',';
        rest += length + 1;
    }
    return formats;
}
