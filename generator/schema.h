/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The OMA schema of object models, for authors: version 1.1, which versions 1.1 and 1.2 of LwM2M
 * use. It is written here from its rules; no schema is read from anywhere.
 */
#ifndef LOOMC_SCHEMA_H
#define LOOMC_SCHEMA_H

#include "diagnostics.h"

#include <libxml/tree.h>

/**
 * Reports, as errors, what the schema forbids and the reader of models takes all the same: other
 * elements and attributes, elements in another order or missing, text between elements, elements in
 * a text, blanks around a keyword. What the reader refuses is left to the reader.
 * @param document its elements know their places (xml_tree.h)
 */
void loomc_schema_check(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                        const xmlDoc *document);

#endif
