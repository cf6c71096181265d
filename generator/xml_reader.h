/* SPDX-License-Identifier: Apache-2.0 */
/** Reads object models: XML as the OMA registry has it, with what its files do differently from the
 *  schema. */
#ifndef LOOMC_XML_READER_H
#define LOOMC_XML_READER_H

#include "diagnostics.h"
#include "model.h"
#include "profile.h"

/**
 * Adds the objects of one file. Every problem is reported; an object with errors is not added.
 * Nothing outside the file is ever read: no DTD, no entities, no schema.
 * @param strict hold the file to the schema (schema.h) and the rules for new objects (rules.h);
 * what is a warning otherwise is an error then
 * @param profile what it says of names, types, ranges and values is taken in the place of what the
 * model says; NULL: nothing
 */
void loomc_xml_read(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                    const struct loomc_source *source, bool strict,
                    const struct loomc_profile *profile, struct loomc_models *models);

#endif
