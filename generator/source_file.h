/* SPDX-License-Identifier: Apache-2.0 */
/** Sources that are files. */
#ifndef LOOMC_SOURCE_FILE_H
#define LOOMC_SOURCE_FILE_H

#include "diagnostics.h"
#include "source.h"

/** The largest file that is read, bytes: many times the largest model of the OMA registry. */
#define LOOMC_SOURCE_MAX (4u * 1024u * 1024u)

/** Reads a regular file of at most LOOMC_SOURCE_MAX bytes. @return NULL after an error was
 * reported. */
const struct loomc_source *loomc_source_read(struct loomc_arena *arena,
                                             struct loomc_diagnostics *diagnostics,
                                             const char *path);

#endif
