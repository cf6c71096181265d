/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files of a POSIX system. Whatever is not a regular file is refused before it can keep anybody
 * waiting.
 */
#ifndef LOOM_FILES_FOLDER_H
#define LOOM_FILES_FOLDER_H

#include "files/files.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The regular files of a folder, without those of its sub-folders, symbolic links, and names that
 *  begin with a dot. */
struct loom_folder {
    int descriptor; /**< -1: not open */
};

/** @return false, with errno: there is no such folder, or it may not be used */
bool loom_folder_open(struct loom_folder *folder, const char *path);
void loom_folder_close(struct loom_folder *folder);

/** The driver; lasts as long as the folder is open. */
struct loom_files loom_folder_files(struct loom_folder *folder);

/** Opens a regular file for reading, following symbolic links.
 *  @return its descriptor; -1, with errno; that is 0 if there is something else than a file */
int loom_folder_open_file(const char *path);

#ifdef __cplusplus
}
#endif

#endif
