/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A file of names, kept beside the models: loomc --names. It has a line for each object, resource
 * and named value that a run has given a name,
 *
 *     prefix loom
 *     3 1.1 device
 *     3/9 1.1 battery_level
 *     3/11=0 1.1 no_error
 *
 * with comments behind `#`, so that a later run can tell what it would rename, before code that
 * uses it no longer compiles.
 */
#ifndef LOOMC_NAMES_FILE_H
#define LOOMC_NAMES_FILE_H

#include "buffer.h"
#include "names.h"

/**
 * Compares the names that a run has given with those of a file. Each that would change is an error
 * at its line.
 * @param names, models after loomc_names_assign()
 * @param source the file, NULL: there is none yet
 * @param out receives the file with what is new; what the run does not have stays in it, and so do
 *            comments and empty lines, each before the line that follows it
 * @return false after an error was reported
 */
bool loomc_names_compare(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                         const struct loomc_names *names, const struct loomc_models *models,
                         const struct loomc_source *source, struct loomc_buffer *out);

#endif
