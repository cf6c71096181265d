/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A new file that gets its name when it is whole and on the disk, and takes that of no other; for
 * this room only.
 */
#ifndef LOOM_DATABASE_WHOLE_FILE_H
#define LOOM_DATABASE_WHOLE_FILE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a path. */
#define LOOM_WHOLE_FILE_PATH_MAX 4096u

/** Makes an empty file beside the one that it is to be, with mode 0600.
 *  @param beside out: its path
 *  @return a descriptor, or -1: see errno */
int loom_whole_file_begin(const char *path, char beside[LOOM_WHOLE_FILE_PATH_MAX]);

/** Gives it its name, when its content has been written and the descriptor is closed.
 *  @return false: see errno; EEXIST: there is one of that name, which is left alone */
bool loom_whole_file_finish(const char *path, const char *beside);

/** Removes what is beside. Leaves errno as it is. */
void loom_whole_file_drop(const char *beside);

#ifdef __cplusplus
}
#endif

#endif
