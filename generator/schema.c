/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include "xml_tree.h"

#include <stdarg.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum presence {
    OPTIONAL,
    REQUIRED,
    JUDGED /* the reader says so if it is missing */
};

enum content { TEXT, KEYWORD, ELEMENTS };

struct shape {
    const char *name;
    enum presence presence;
    enum content content;
    const char *attribute; /* the one that it must have */
    enum presence attribute_presence;
    const struct shape *children; /* ELEMENTS: in the order of the schema */
    size_t child_count;
};

static const struct shape item_children[] = {
    {.name = "Name", .presence = JUDGED},
    {.name = "Operations", .presence = JUDGED, .content = KEYWORD},
    {.name = "MultipleInstances", .presence = JUDGED, .content = KEYWORD},
    {.name = "Mandatory", .presence = JUDGED, .content = KEYWORD},
    {.name = "Type", .presence = REQUIRED, .content = KEYWORD},
    {.name = "RangeEnumeration", .presence = REQUIRED},
    {.name = "Units", .presence = REQUIRED},
    {.name = "Description", .presence = REQUIRED},
};

static const struct shape resources_children[] = {
    {.name = "Item",
     .presence = JUDGED,
     .content = ELEMENTS,
     .attribute = "ID",
     .attribute_presence = JUDGED,
     .children = item_children,
     .child_count = COUNT(item_children)},
};

static const struct shape object_children[] = {
    {.name = "Name", .presence = JUDGED},
    {.name = "Description1", .presence = REQUIRED},
    {.name = "ObjectID", .presence = JUDGED},
    {.name = "ObjectURN", .presence = REQUIRED},
    {.name = "LWM2MVersion", .presence = OPTIONAL},
    {.name = "ObjectVersion", .presence = OPTIONAL},
    {.name = "MultipleInstances", .presence = JUDGED, .content = KEYWORD},
    {.name = "Mandatory", .presence = JUDGED, .content = KEYWORD},
    {.name = "Resources",
     .presence = JUDGED,
     .content = ELEMENTS,
     .children = resources_children,
     .child_count = COUNT(resources_children)},
    {.name = "Description2", .presence = REQUIRED},
};

static const struct shape root_children[] = {
    {.name = "Object",
     .presence = JUDGED,
     .content = ELEMENTS,
     .attribute = "ObjectType",
     .attribute_presence = REQUIRED,
     .children = object_children,
     .child_count = COUNT(object_children)},
};

static const struct shape root_shape = {.name = "LWM2M",
                                        .content = ELEMENTS,
                                        .children = root_children,
                                        .child_count = COUNT(root_children)};

struct check {
    struct loomc_diagnostics *diagnostics;
    const struct loomc_source *source;
};

LOOMC_PRINTF(3, 4)
static void refuse(const struct check *check, const xmlNode *node, const char *format, ...)
{
    char text[256];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    loomc_error_at(check->diagnostics, check->source, loomc_xml_place(node), "schema: %s", text);
}

static bool is_blank(const xmlChar *text)
{
    return text == NULL || strspn((const char *)text, " \t\r\n") == strlen((const char *)text);
}

/* ---- one element ----------------------------------------------------------------------------- */

static void check_attributes(const struct check *check, const xmlNode *node,
                             const struct shape *shape)
{
    static const char instance[] = "http://www.w3.org/2001/XMLSchema-instance";
    bool found = false;

    for (const xmlAttr *attribute = node->properties; attribute != NULL;
         attribute = attribute->next) {
        const char *name = (const char *)attribute->name;

        if (attribute->ns != NULL && strcmp((const char *)attribute->ns->href, instance) == 0) {
            continue; /* hints to a validator, such as where a schema may be had */
        }
        if (attribute->ns == NULL && shape->attribute != NULL &&
            strcmp(name, shape->attribute) == 0) {
            found = true;
        } else {
            refuse(check, node, "<%.60s> has no attribute \"%.60s\"", shape->name, name);
        }
    }
    if (!found && shape->attribute != NULL && shape->attribute_presence == REQUIRED) {
        refuse(check, node, "<%s> needs an attribute %s", shape->name, shape->attribute);
    }
}

static void check_text(const struct check *check, const xmlNode *node, const struct shape *shape)
{
    bool has_elements = false;

    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        has_elements = has_elements || child->type == XML_ELEMENT_NODE;
    }
    if (has_elements) {
        refuse(check, node, "<%s> contains text, no elements", shape->name);
    }
    if (shape->content == KEYWORD) {
        xmlChar *text = xmlNodeGetContent(node);

        if (text != NULL && *text != '\0' &&
            (strchr(" \t\r\n", text[0]) != NULL ||
             strchr(" \t\r\n", text[strlen((const char *)text) - 1]) != NULL)) {
            refuse(check, node, "blanks around the text of <%s>", shape->name);
        }
        xmlFree(text);
    }
}

static size_t find_shape(const struct shape *shape, const xmlNode *node)
{
    size_t i = 0;

    while (i < shape->child_count && !loomc_xml_is(node, shape->children[i].name)) {
        i++;
    }
    return i;
}

/* The children of an element: which they are and in what order. One error about the order is
 * enough: the elements behind the first one that is out of place are mostly in order among
 * themselves. */
static void check_children(const struct check *check, const xmlNode *node,
                           const struct shape *shape)
{
    bool found[COUNT(object_children)] = {false};
    bool in_order = true;
    size_t last = 0;

    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            if (!is_blank(child->content)) {
                refuse(check, node, "<%s> has text between its elements", shape->name);
            }
            continue;
        }
        if (child->type != XML_ELEMENT_NODE) {
            continue;
        }
        size_t i = find_shape(shape, child);

        if (i == shape->child_count) {
            refuse(check, child, "<%s> has no element <%.60s>", shape->name,
                   (const char *)child->name);
            continue;
        }
        if (i < last && in_order) {
            refuse(check, child, "<%s> must come before <%s>", shape->children[i].name,
                   shape->children[last].name);
            in_order = false;
        }
        last = i > last ? i : last;
        found[i] = true;
    }
    for (size_t i = 0; i < shape->child_count; i++) {
        if (!found[i] && shape->children[i].presence == REQUIRED) {
            refuse(check, node, "<%s> is missing", shape->children[i].name);
        }
    }
}

static void check_element(const struct check *check, const xmlNode *node, const struct shape *shape)
{
    if (node->ns != NULL) {
        refuse(check, node, "<%s> is in no namespace", shape->name);
    }
    check_attributes(check, node, shape);
    if (shape->content == ELEMENTS) {
        check_children(check, node, shape);
    } else {
        check_text(check, node, shape);
    }
}

/* ---- the document ---------------------------------------------------------------------------- */

/* The tree is four elements deep where it has shapes; only those are walked. */
static void check_tree(const struct check *check, const xmlNode *node, const struct shape *shape)
{
    check_element(check, node, shape);
    for (const xmlNode *child = node->children; child != NULL && shape->child_count > 0;
         child = child->next) {
        size_t i = child->type == XML_ELEMENT_NODE ? find_shape(shape, child) : shape->child_count;

        if (i < shape->child_count) {
            check_tree(check, child, &shape->children[i]);
        }
    }
}

void loomc_schema_check(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                        const xmlDoc *document)
{
    struct check check = {diagnostics, source};
    const xmlNode *root = xmlDocGetRootElement(document);

    if (root != NULL && loomc_xml_is(root, root_shape.name)) {
        check_tree(&check, root, &root_shape);
    }
}
