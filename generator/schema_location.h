/* SPDX-License-Identifier: Apache-2.0 */
/** The schema that a model file says it is written by. */
#ifndef LOOMC_SCHEMA_LOCATION_H
#define LOOMC_SCHEMA_LOCATION_H

#include "diagnostics.h"

#include <libxml/tree.h>

/**
 * Reports, as errors, a file that names another schema than OMA's of object models, and one of the
 * schema of 1.0 that has types of 1.1; as a warning one that names none. Nothing is read from
 * there.
 * @param document its elements know their places (xml_tree.h)
 */
void loomc_schema_location_check(struct loomc_diagnostics *diagnostics,
                                 const struct loomc_source *source, const xmlDoc *document);

#endif
