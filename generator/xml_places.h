/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Where the elements of an XML text begin. libxml2 keeps at most a line for an element; the start
 * tags of the text, in order, are the elements of the tree, in order.
 */
#ifndef LOOMC_XML_PLACES_H
#define LOOMC_XML_PLACES_H

#include "diagnostics.h"

struct loomc_xml_places {
    struct loomc_place *items; /**< of the `<` of each start tag, in document order */
    size_t count;
};

/**
 * Finds the start tags. The text need not be well-formed: then the result is merely of no use.
 * @return false after an error was reported: the text is not UTF-8, has an element of very many
 *         attributes, or a DOCTYPE, which models do not need and through which entities would come
 */
bool loomc_xml_find_places(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                           const struct loomc_source *source, struct loomc_xml_places *places);

#endif
