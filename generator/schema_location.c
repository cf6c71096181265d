/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_location.h"

#include "xml_tree.h"

#include <string.h>

static const char *const hosts[] = {
    "http://openmobilealliance.org", "http://www.openmobilealliance.org",
    "https://openmobilealliance.org", "https://www.openmobilealliance.org"};
static const char folder[] = "/tech/profiles/";
static const char schema_1_0[] = "LWM2M.xsd";
static const char schema_1_1[] = "LWM2M-v1_1.xsd";

#define WANTED "; a model names OMA's schema, \"%s%s%s\" or, of LwM2M 1.0, \"%s%s%s\""

/* @return the value of the attribute, or NULL */
static const char *location_of(const xmlNode *root)
{
    for (const xmlAttr *attribute = root->properties; attribute != NULL;
         attribute = attribute->next) {
        if (xmlStrEqual(attribute->name, (const xmlChar *)"noNamespaceSchemaLocation")) {
            return attribute->children != NULL && attribute->children->content != NULL
                       ? (const char *)attribute->children->content
                       : "";
        }
    }
    return NULL;
}

/* @return the name of the file at OMA, or NULL: it is elsewhere */
static const char *file_of(const char *location)
{
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t length = strlen(hosts[i]);

        if (strncmp(location, hosts[i], length) == 0 &&
            strncmp(location + length, folder, strlen(folder)) == 0) {
            return location + length + strlen(folder);
        }
    }
    return NULL;
}

static bool is_newer_type(const xmlNode *node)
{
    const char *text = node->children != NULL && node->children->content != NULL
                           ? (const char *)node->children->content
                           : "";

    return loomc_xml_is(node, "Type") &&
           (strcmp(text, "Unsigned Integer") == 0 || strcmp(text, "Corelnk") == 0);
}

/* @return the element after this one in document order, or NULL */
static const xmlNode *next_node(const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
        return node->children;
    }
    while (node != NULL && node->next == NULL) {
        node = node->parent;
    }
    return node != NULL ? node->next : NULL;
}

void loomc_schema_location_check(struct loomc_diagnostics *diagnostics,
                                 const struct loomc_source *source, const xmlDoc *document)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    const char *location = root != NULL ? location_of(root) : NULL;
    const char *file = location != NULL ? file_of(location) : NULL;

    if (root == NULL || !loomc_xml_is(root, "LWM2M") || root->ns != NULL) {
        return; /* no model: an error of the reader */
    }
    if (location == NULL) {
        loomc_warning_at(diagnostics, source, loomc_xml_place(root),
                         "xsi:noNamespaceSchemaLocation is missing" WANTED, hosts[1], folder,
                         schema_1_1, hosts[1], folder, schema_1_0);
        return;
    }
    if (file == NULL || (strcmp(file, schema_1_0) != 0 && strcmp(file, schema_1_1) != 0)) {
        loomc_error_at(diagnostics, source, loomc_xml_place(root),
                       "xsi:noNamespaceSchemaLocation is \"%.200s\"" WANTED, location, hosts[1],
                       folder, schema_1_1, hosts[1], folder, schema_1_0);
        return;
    }
    if (strcmp(file, schema_1_1) == 0) {
        return;
    }
    for (const xmlNode *node = root; node != NULL; node = next_node(node)) {
        if (node->type == XML_ELEMENT_NODE && is_newer_type(node)) {
            loomc_error_at(diagnostics, source, loomc_xml_place(node),
                           "type %s is not in the schema that the file names, %s; %s has it",
                           (const char *)node->children->content, schema_1_0, schema_1_1);
        }
    }
}
