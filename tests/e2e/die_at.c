/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded, it kills the program at one of the calls by which it changes files: at that with the
 * number DIE_AT, counted from the first time that it makes a file whose name ends with `.part`. A
 * write is torn: a half of it is done. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool counting;
static long calls;

static bool is_last(void)
{
    const char *wanted = getenv("DIE_AT");
    return counting && wanted != NULL && ++calls == atol(wanted);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    pause();
}

static void die_if_last(void)
{
    if (is_last()) {
        die();
    }
}

int open(const char *path, int flags, ...)
{
    va_list list;
    size_t length = strlen(path);
    va_start(list, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    counting = counting ||
               ((flags & O_CREAT) != 0 && length > 5 && strcmp(path + length - 5, ".part") == 0);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int ftruncate(int file, off_t length)
{
    die_if_last();
    return (int)syscall(SYS_ftruncate, file, length);
}

int fsync(int file)
{
    die_if_last();
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    die_if_last();
    return (int)syscall(SYS_fdatasync, file);
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset)
{
    bool last = is_last();
    ssize_t written = syscall(SYS_pwrite64, file, data, last ? length / 2 : length, offset);
    if (last) {
        die();
    }
    return written;
}

/* Of what is written elsewhere, such as to a terminal, nothing is told. */
ssize_t write(int file, const void *data, size_t length)
{
    struct stat status;
    bool last = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && is_last();
    ssize_t written = syscall(SYS_write, file, data, last ? length / 2 : length);
    if (last) {
        die();
    }
    return written;
}

int rename(const char *from, const char *to)
{
    die_if_last();
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    die_if_last();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    die_if_last();
    return (int)syscall(SYS_unlinkat, folder, path, flags);
}
