/* SPDX-License-Identifier: Apache-2.0 */
/** Files of XML as trees. */
#ifndef LOOMC_XML_DOCUMENT_H
#define LOOMC_XML_DOCUMENT_H

#include "diagnostics.h"

#include <libxml/tree.h>

/**
 * Reads a source as a tree whose elements know their places (xml_tree.h). Nothing outside of it is
 * ever read: no DTD, no entities, no schema.
 * @return the tree, for xmlFreeDoc(); NULL after an error was reported
 */
xmlDoc *loomc_xml_document(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                           const struct loomc_source *source);

#endif
