/* SPDX-License-Identifier: Apache-2.0 */
#include "reusable.h"

#include "source_file.h"
#include "text.h"
#include "xml_document.h"
#include "xml_tree.h"

#include <stdlib.h>
#include <string.h>

#define REUSABLE_FIRST 2048u
#define REUSABLE_LAST  26240u

/* A resource as the registry has it, texts folded. */
struct entry {
    uint16_t id;
    const char *name;
    const char *operations;
    const char *type;
    const char *range;
    const char *units;
};

struct common {
    const struct loomc_source *source;
    struct entry *entries; /* ascending by id */
    size_t count;
    size_t room;
};

static const char *text_of(struct loomc_arena *arena, const xmlNode *item, const char *name)
{
    for (const xmlNode *node = item->children; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && loomc_xml_is(node, name)) {
            xmlChar *content = xmlNodeGetContent(node);
            const char *text = loomc_text_fold(arena, content != NULL ? (const char *)content : "");

            xmlFree(content);
            return text;
        }
    }
    return "";
}

static void add_item(struct loomc_arena *arena, const xmlNode *item, struct common *common)
{
    xmlChar *id = xmlGetNoNsProp(item, (const xmlChar *)"ID");
    unsigned long number;

    if (id != NULL &&
        loomc_text_number(loomc_text_fold(arena, (const char *)id), UINT16_MAX, &number)) {
        struct entry entry = {(uint16_t)number,
                              text_of(arena, item, "Name"),
                              text_of(arena, item, "Operations"),
                              text_of(arena, item, "Type"),
                              text_of(arena, item, "RangeEnumeration"),
                              text_of(arena, item, "Units")};

        common->entries = loomc_grow(arena, common->entries, common->count, &common->room,
                                     sizeof common->entries[0]);
        common->entries[common->count++] = entry;
    }
    xmlFree(id);
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;

    return (int)a->id - (int)b->id;
}

/* Takes each Item below an element; there is one list of them. */
static void add_items(struct loomc_arena *arena, const xmlNode *parent, struct common *common)
{
    for (const xmlNode *node = parent->children; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        if (loomc_xml_is(node, "Item")) {
            add_item(arena, node, common);
        } else if (loomc_xml_is(node, "Object") || loomc_xml_is(node, "Resources")) {
            add_items(arena, node, common);
        }
    }
}

static bool read_common(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                        const char *folder, struct common *common)
{
    common->source =
        loomc_source_read(arena, diagnostics, loomc_format(arena, "%s/Common.xml", folder));
    xmlDoc *document =
        common->source != NULL ? loomc_xml_document(arena, diagnostics, common->source) : NULL;

    if (document == NULL) {
        return false;
    }
    add_items(arena, xmlDocGetRootElement(document), common);
    xmlFreeDoc(document);
    if (common->count == 0) {
        loomc_error(diagnostics, common->source, 0, "has no reusable resources");
        return false;
    }
    qsort(common->entries, common->count, sizeof common->entries[0], compare_entries);
    return true;
}

/* ---- the comparison -------------------------------------------------------------------------- */

static const char *operations_of(const struct loomc_resource *resource)
{
    return resource->executable                       ? "E"
           : resource->readable && resource->writable ? "RW"
           : resource->readable                       ? "R"
           : resource->writable                       ? "W"
                                                      : "";
}

static const char *type_of(const struct loomc_resource *resource)
{
    return resource->type == LOOMC_NONE ? "" : loomc_type_name(resource->type);
}

/* What a comparison is about. */
struct subject {
    struct loomc_diagnostics *diagnostics;
    enum loomc_severity severity;
    const struct common *common;
    const struct loomc_object *object;
    const struct loomc_resource *resource;
};

static void compare(const struct subject *subject, const char *what, const char *here,
                    const char *there)
{
    if (strcmp(here, there) != 0) {
        loomc_report_at(
            subject->diagnostics, subject->severity, subject->object->source,
            subject->resource->place,
            "resource %u differs from the reusable resource in its %s: \"%.100s\" instead of "
            "\"%.100s\"",
            subject->resource->id, what, here, there);
    }
}

static void check(const struct subject *subject)
{
    const struct loomc_resource *resource = subject->resource;
    struct entry key = {.id = resource->id};
    const struct entry *entry = bsearch(&key, subject->common->entries, subject->common->count,
                                        sizeof key, compare_entries);

    if (entry == NULL) {
        loomc_report_at(subject->diagnostics, subject->severity, subject->object->source,
                        resource->place,
                        "resource %u is in the range of reusable resources, and %s has none of "
                        "that id; an object's own are 0 to 2047 and 26241 to 32768",
                        resource->id, subject->common->source->path);
        return;
    }
    compare(subject, "name", resource->model_name, entry->name);
    compare(subject, "operations", operations_of(resource), entry->operations);
    compare(subject, "type", type_of(resource), entry->type);
    if (*entry->units != '\0') {
        compare(subject, "units", resource->units, entry->units);
    }
    if (*entry->range != '\0') {
        compare(subject, "range", resource->range_text, entry->range);
    }
}

void loomc_reusable_check(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                          enum loomc_severity severity, const char *folder,
                          const struct loomc_models *models)
{
    struct common common = {NULL, NULL, 0, 0};

    if (!read_common(arena, diagnostics, folder, &common)) {
        return;
    }
    for (size_t i = 0; i < models->count; i++) {
        const struct loomc_object *object = &models->objects[i];

        for (size_t j = 0; j < object->resource_count; j++) {
            struct subject subject = {diagnostics, severity, &common, object,
                                      &object->resources[j]};

            if (subject.resource->id >= REUSABLE_FIRST && subject.resource->id <= REUSABLE_LAST) {
                check(&subject);
            }
        }
    }
}
