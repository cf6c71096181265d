/* SPDX-License-Identifier: Apache-2.0 */
/** The tree of a model file, each element with its place in the text. */
#ifndef LOOMC_XML_TREE_H
#define LOOMC_XML_TREE_H

#include "xml_places.h"

#include <libxml/tree.h>

/** Tells the tree's elements, in document order, their places. The places stay where they are. */
void loomc_xml_place_elements(xmlDoc *document, const struct loomc_xml_places *places);

/** @return the place of an element; the beginning of the text for NULL. */
struct loomc_place loomc_xml_place(const xmlNode *node);

bool loomc_xml_is(const xmlNode *node, const char *name);

#endif
