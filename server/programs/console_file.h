/* SPDX-License-Identifier: Apache-2.0 */
/** Files that the console sends. */
#ifndef LOOM_PROGRAMS_CONSOLE_FILE_H
#define LOOM_PROGRAMS_CONSOLE_FILE_H

#include "programs/program.h"

/** Reads a file of at most LOOM_PROGRAM_REQUEST_MAX bytes, and complains if that fails.
 *  @param content to be freed by the caller */
bool loom_dm_console_read_file(struct loom_program *program, const char *file,
                               struct loom_bytes *content);

#endif
