/* SPDX-License-Identifier: Apache-2.0 */
/** A folder for the files of one test. */
#ifndef LOOM_TESTS_E2E_FOLDER_H
#define LOOM_TESTS_E2E_FOLDER_H

#include <stddef.h>

struct folder {
    char path[64];
};

void folder_make(struct folder *folder);
/** Removes it with all files in it and in the folders in it. */
void folder_remove(struct folder *folder);

/** Makes a file. @return its path, which lasts until the next call of this function */
const char *folder_write(const struct folder *folder, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Reads a whole file. @return bytes read */
size_t folder_read(const struct folder *folder, const char *name, void *bytes, size_t size);

#endif
