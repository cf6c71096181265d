/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700 /* nftw */

#include "folder.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 256u

void folder_make(struct folder *folder)
{
    const char *base = getenv("TMPDIR");

    cr_assert_lt(snprintf(folder->path, sizeof folder->path, "%s/loom-e2e-XXXXXX",
                          base != NULL && strlen(base) < 40 ? base : "/tmp"),
                 (int)sizeof folder->path);
    cr_assert_not_null(mkdtemp(folder->path));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(struct folder *folder)
{
    if (folder->path[0] != '\0') {
        cr_expect_eq(nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    }
    folder->path[0] = '\0';
}

static void join(const struct folder *folder, const char *name, char *path)
{
    cr_assert_lt(snprintf(path, PATH_SIZE, "%s/%s", folder->path, name), (int)PATH_SIZE);
}

const char *folder_write(const struct folder *folder, const char *name, const char *format, ...)
{
    static char path[PATH_SIZE];
    va_list arguments;
    FILE *file;

    join(folder, name, path);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    va_start(arguments, format);
    cr_assert_geq(vfprintf(file, format, arguments), 0);
    va_end(arguments);
    cr_assert_eq(fclose(file), 0);
    return path;
}

size_t folder_read(const struct folder *folder, const char *name, void *bytes, size_t size)
{
    char path[PATH_SIZE];
    size_t length;
    FILE *file;

    join(folder, name, path);
    file = fopen(path, "rb");
    cr_assert_not_null(file);
    length = fread(bytes, 1, size, file);
    cr_assert_eq(ferror(file), 0);
    cr_assert_lt(length, size);
    cr_assert_eq(fclose(file), 0);
    return length;
}
