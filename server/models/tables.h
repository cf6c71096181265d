/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tables of a model that was read at run time, in the form of those that `loomc` writes; for the
 * room of the models only.
 */
#ifndef LOOM_MODEL_TABLES_H
#define LOOM_MODEL_TABLES_H

#include "arena.h"
#include "catalog/catalog.h"
#include "diagnostics.h"
#include "model.h"

/**
 * Makes the tables of an object; nothing in them points into what was read.
 * @param arena  has all of it
 * @param entry  out
 * @return false: the object has more ranges than a table counts; then an error was reported
 */
bool loom_model_tables_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                            const struct loomc_object *object, struct loom_catalog_object *entry);

#endif
