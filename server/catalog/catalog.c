/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups in the tables. The newest version is looked at first: servers speak all of them. */
#include "catalog/catalog.h"

#include <string.h>

#include "loom/ids.h"
#include "loom/model.h"

static const struct loom_object_version any_version = {0, 0};

/* The objects with an id: from `*first` on, as many as are returned. */
static size_t versions_of(const struct loom_catalog *catalog, uint16_t object, size_t *first)
{
    size_t low = 0;
    size_t high = catalog->count;
    size_t count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (catalog->objects[middle].object->id < object) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low + count < catalog->count && catalog->objects[low + count].object->id == object) {
        count++;
    }
    *first = low;
    return count;
}

/* The piece with this index in a string of pieces that end with NUL. */
static const char *piece(const char *pieces, size_t index)
{
    while (index-- > 0) {
        pieces += strlen(pieces) + 1;
    }
    return pieces;
}

struct loom_catalog_entry loom_catalog_entry_of(const struct loom_catalog_object *object,
                                                size_t row)
{
    struct loom_catalog_entry entry = {
        object->object, &object->object->resources[row], piece(object->names->names, row + 1),
        piece(object->names->units, row), object->texts == NULL ? NULL : &object->texts[row]};
    return entry;
}

/* Whether a version is the one that is asked for; with `exact` false one that is as good. */
static bool fits(const struct loom_object *object, struct loom_object_version version, bool exact)
{
    return version.major == 0 || (object->version_major == version.major &&
                                  (!exact || object->version_minor == version.minor));
}

const struct loom_catalog_object *loom_catalog_find(const struct loom_catalog *catalog,
                                                    uint16_t object,
                                                    struct loom_object_version version)
{
    size_t first;
    size_t count = versions_of(catalog, object, &first);
    for (unsigned exact = 2; exact-- > 0;) {
        for (size_t i = first + count; i-- > first;) {
            if (fits(catalog->objects[i].object, version, exact == 1)) {
                return &catalog->objects[i];
            }
        }
    }
    return NULL;
}

const struct loom_object *loom_catalog_object(const struct loom_catalog *catalog, uint16_t object)
{
    const struct loom_catalog_object *found = loom_catalog_find(catalog, object, any_version);
    return found == NULL ? NULL : found->object;
}

bool loom_catalog_resource(const struct loom_catalog *catalog, uint16_t object, uint16_t resource,
                           struct loom_catalog_entry *entry)
{
    return loom_catalog_resource_of(catalog, object, any_version, resource, entry);
}

static bool row_in(const struct loom_catalog_object *object, uint16_t resource,
                   struct loom_catalog_entry *entry)
{
    const struct loom_resource *row = loom_object_resource(object->object, resource);
    if (row != NULL) {
        *entry = loom_catalog_entry_of(object, (size_t)(row - object->object->resources));
    }
    return row != NULL;
}

bool loom_catalog_resource_of(const struct loom_catalog *catalog, uint16_t object,
                              struct loom_object_version version, uint16_t resource,
                              struct loom_catalog_entry *entry)
{
    size_t first;
    size_t count = versions_of(catalog, object, &first);
    for (unsigned exact = 2; exact-- > 0;) {
        for (size_t i = first + count; i-- > first;) {
            if (fits(catalog->objects[i].object, version, exact == 1) &&
                row_in(&catalog->objects[i], resource, entry)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether a dashed spelling means a name: words are equal, what stands between them is not looked
 * at. A name that ends in a bracket needs no dash for it. */
static bool spells(struct loom_text text, const char *name)
{
    size_t at = 0;
    while (*name != '\0' || at < text.length) {
        if (*name != '\0' && !is_word(*name)) {
            while (*name != '\0' && !is_word(*name)) {
                name++;
            }
            if (*name == '\0') {
                continue;
            }
            if (at == text.length || text.data[at] != '-') {
                return false;
            }
            at++;
        }
        if (at == text.length || lower(text.data[at]) != lower(*name)) {
            return false;
        }
        at++;
        name++;
    }
    return true;
}

bool loom_catalog_resource_by_name(const struct loom_catalog *catalog, uint16_t object,
                                   struct loom_text name, struct loom_catalog_entry *entry)
{
    size_t first;
    size_t count = versions_of(catalog, object, &first);
    for (size_t i = first + count; i-- > first;) {
        const struct loom_catalog_object *found = &catalog->objects[i];
        const char *at = found->names->names;
        for (size_t row = 0; row < found->object->resource_count; row++) {
            at += strlen(at) + 1;
            if (spells(name, at)) {
                *entry = loom_catalog_entry_of(found, row);
                return true;
            }
        }
    }
    return false;
}

bool loom_catalog_in_range(const struct loom_catalog_entry *entry, const struct loom_value *value)
{
    return loom_resource_allows(entry->object, entry->row, value);
}

/* Of these nothing is shown: accounts, OSCORE, COSE, and passwords of MQTT. */
static bool is_account(uint16_t object)
{
    return object == LOOM_ID_SECURITY || object == 21 || object == 23 || object == 24;
}

static bool is_marked(const struct loom_object *object, const struct loom_path *path)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        const struct loom_resource *row = &object->resources[i];
        if ((row->access & LOOM_SECRET) != 0 &&
            (path->depth <= LOOM_RESOURCE_ID || row->id == path->id[LOOM_RESOURCE_ID])) {
            return true;
        }
    }
    return false;
}

static bool has_secrets(const struct loom_catalog *catalog, const struct loom_path *path)
{
    size_t first = 0;
    size_t count = catalog->count;
    if (path->depth > 0) {
        count = versions_of(catalog, path->id[LOOM_OBJECT_ID], &first);
    }
    for (size_t i = first; i < first + count; i++) {
        if (is_marked(catalog->objects[i].object, path)) {
            return true;
        }
    }
    return path->depth > 0 && is_account(path->id[LOOM_OBJECT_ID]);
}

bool loom_catalog_has_secrets(const struct loom_catalog *catalog, const struct loom_path *path)
{
    struct loom_path object = *path;
    object.depth = path->depth == 0 ? 0 : 1;
    return has_secrets(catalog, &object);
}

bool loom_catalog_is_secret(const struct loom_catalog *catalog, const struct loom_path *path)
{
    return path->depth > 0 && (is_account(path->id[LOOM_OBJECT_ID]) ||
                               (path->depth > LOOM_RESOURCE_ID && has_secrets(catalog, path)));
}

const char *loom_catalog_type_name(enum loom_type type)
{
    static const char *const names[LOOM_TYPE_COUNT] = {
        [LOOM_NONE] = "none",       [LOOM_STRING] = "String",
        [LOOM_INTEGER] = "Integer", [LOOM_UNSIGNED] = "Unsigned Integer",
        [LOOM_FLOAT] = "Float",     [LOOM_BOOLEAN] = "Boolean",
        [LOOM_OPAQUE] = "Opaque",   [LOOM_TIME] = "Time",
        [LOOM_OBJLNK] = "Objlnk",   [LOOM_CORELNK] = "Corelnk",
    };
    return (unsigned)type < LOOM_TYPE_COUNT ? names[type] : "unknown";
}
