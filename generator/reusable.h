/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reusable resources: ids 2048 to 26240 mean the same in every object, and Common.xml of OMA's
 * registry says what. A copy of the registry is a folder that the user names: loomc --registry.
 */
#ifndef LOOMC_REUSABLE_H
#define LOOMC_REUSABLE_H

#include "diagnostics.h"
#include "model.h"

/**
 * Compares the reusable resources of models with those of a folder's Common.xml: name, operations
 * and type, and where the registry says them, range and units.
 * @param severity how it is reported that a resource differs or is not registered
 */
void loomc_reusable_check(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                          enum loomc_severity severity, const char *folder,
                          const struct loomc_models *models);

#endif
