/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* mkstemp() */
#include "database/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int loom_whole_file_begin(const char *path, char beside[LOOM_WHOLE_FILE_PATH_MAX])
{
    int length = snprintf(beside, LOOM_WHOLE_FILE_PATH_MAX, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= LOOM_WHOLE_FILE_PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkstemp(beside);
}

static bool sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    bool good = file >= 0 && fsync(file) == 0;
    int number = errno;
    if (file >= 0) {
        (void)close(file);
    }
    errno = number;
    return good;
}

bool loom_whole_file_finish(const char *path, const char *beside)
{
    char folder[LOOM_WHOLE_FILE_PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    bool good = sync_path(beside, O_RDWR) && link(beside, path) == 0;
    if (good) {
        /* The name is there for good once its folder is on the disk. */
        good = sync_path(dirname(folder), O_RDONLY | O_DIRECTORY);
    }
    loom_whole_file_drop(beside);
    return good;
}

void loom_whole_file_drop(const char *beside)
{
    int number = errno;
    (void)unlink(beside);
    errno = number;
}
