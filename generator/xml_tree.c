/* SPDX-License-Identifier: Apache-2.0 */
#include "xml_tree.h"

#include <string.h>

void loomc_xml_place_elements(xmlDoc *document, const struct loomc_xml_places *places)
{
    size_t next = 0;
    xmlNode *node = xmlDocGetRootElement(document);

    while (node != NULL) {
        if (node->type == XML_ELEMENT_NODE && next < places->count) {
            node->_private = &places->items[next++];
        }
        if (node->children != NULL && node->type == XML_ELEMENT_NODE) {
            node = node->children;
            continue;
        }
        while (node != NULL && node->next == NULL) {
            node = node->parent;
        }
        node = node != NULL ? node->next : NULL;
    }
}

struct loomc_place loomc_xml_place(const xmlNode *node)
{
    static const struct loomc_place beginning = {1, 1};
    const struct loomc_place *place = node != NULL ? node->_private : NULL;

    return place != NULL ? *place : beginning;
}

bool loomc_xml_is(const xmlNode *node, const char *name)
{
    return strcmp((const char *)node->name, name) == 0;
}
