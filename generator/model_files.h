/* SPDX-License-Identifier: Apache-2.0 */
/** Models as programs get them that do not generate: a file, or a folder of files. */
#ifndef LOOMC_MODEL_FILES_H
#define LOOMC_MODEL_FILES_H

#include "diagnostics.h"
#include "model.h"

/**
 * Reads a model file; of a folder all files whose names end with `.xml`, in the order of their
 * names, none of its sub-folders, and nothing that the OMA registry is known to keep beside its
 * models. What is wrong is reported, and the files behind it are read all
 * the same.
 */
void loomc_model_files_read(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                            const char *path, struct loomc_models *models);

#endif
