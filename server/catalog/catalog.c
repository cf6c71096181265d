/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups in the generated tables. The newest product comes first: servers speak all versions. */
#include "catalog/catalog.h"

#include <string.h>

#include "loom/model.h"

static const struct loom_object *object_of(const struct loom_product *product, uint16_t id,
                                           size_t *index)
{
    size_t low = 0;
    size_t high = product->object_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct loom_object *object = product->objects[middle].object;
        if (object->id == id) {
            *index = middle;
            return object;
        }
        if (object->id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* The piece with this index in a string of pieces that end with NUL. */
static const char *piece(const char *pieces, size_t index)
{
    while (index-- > 0) {
        pieces += strlen(pieces) + 1;
    }
    return pieces;
}

static void fill(struct loom_catalog_entry *entry, const struct loom_object *object, size_t row,
                 const struct loom_object_names *names)
{
    entry->object = object;
    entry->row = &object->resources[row];
    entry->name = piece(names->names, row + 1);
    entry->units = piece(names->units, row);
}

const struct loom_object *loom_catalog_object(const struct loom_catalog *catalog, uint16_t object)
{
    const struct loom_object *found = NULL;
    size_t index;
    for (size_t p = catalog->count; found == NULL && p-- > 0;) {
        found = object_of(catalog->products[p], object, &index);
    }
    return found;
}

const char *loom_catalog_object_name(const struct loom_catalog *catalog, uint16_t object)
{
    size_t index;
    for (size_t p = catalog->count; p-- > 0;) {
        if (object_of(catalog->products[p], object, &index) != NULL) {
            return catalog->names[p][index]->names;
        }
    }
    return NULL;
}

bool loom_catalog_resource(const struct loom_catalog *catalog, uint16_t object, uint16_t resource,
                           struct loom_catalog_entry *entry)
{
    return loom_catalog_resource_of(catalog, object, 0, resource, entry);
}

bool loom_catalog_resource_of(const struct loom_catalog *catalog, uint16_t object, uint8_t major,
                              uint16_t resource, struct loom_catalog_entry *entry)
{
    size_t index;
    for (size_t p = catalog->count; p-- > 0;) {
        const struct loom_object *found = object_of(catalog->products[p], object, &index);
        if (found == NULL || (major != 0 && found->version_major != major)) {
            continue;
        }
        for (size_t row = 0; row < found->resource_count; row++) {
            if (found->resources[row].id == resource) {
                fill(entry, found, row, catalog->names[p][index]);
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
    size_t index;
    for (size_t p = catalog->count; p-- > 0;) {
        const struct loom_object *found = object_of(catalog->products[p], object, &index);
        if (found == NULL) {
            continue;
        }
        const char *at = catalog->names[p][index]->names;
        for (size_t row = 0; row < found->resource_count; row++) {
            at += strlen(at) + 1;
            if (spells(name, at)) {
                fill(entry, found, row, catalog->names[p][index]);
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
