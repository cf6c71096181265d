/* SPDX-License-Identifier: Apache-2.0 */
/** Files that are written all together or not at all. */
#ifndef LOOMC_OUTPUT_H
#define LOOMC_OUTPUT_H

#include "buffer.h"
#include "diagnostics.h"

struct loomc_file {
    const char *path;
    struct loomc_buffer content;
    const char *temporary; /**< written beside it until all are complete; NULL: not needed */
};

/** Starts as {arena, NULL, 0, 0}. */
struct loomc_files {
    struct loomc_arena *arena;
    struct loomc_file *items;
    size_t count;
    size_t room;
};

/** Adds a file and takes its content over. */
void loomc_files_add(struct loomc_files *files, const char *path, struct loomc_buffer content);

/** Puts the files in order of their paths. */
void loomc_files_sort(struct loomc_files *files);

/**
 * Writes the files, missing folders too. A file that already has its content keeps its time stamp.
 * Every file is complete under another name before the first one takes its place.
 * @return false after an error was reported: then no file has changed
 */
bool loomc_files_write(struct loomc_files *files, struct loomc_diagnostics *diagnostics);

void loomc_files_free(struct loomc_files *files);

/** Puts a path as Make reads it in a rule. */
void loomc_put_make_path(struct loomc_buffer *out, const char *path);

#endif
