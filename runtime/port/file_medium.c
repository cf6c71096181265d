/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* flock() */
#define _POSIX_C_SOURCE 200809L

#include "loom/port_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES    50
#define LOCK_PAUSE_MS 20
#define PROBE         "probe"
#define NAME_SIZE     16u

static const char *const record_names[LOOM_RECORD_COUNT] = {
    [LOOM_RECORD_ACCOUNTS] = "accounts",
    [LOOM_RECORD_STATE] = "state",
    [LOOM_RECORD_FIRMWARE] = "firmware",
};

/* ---- helpers --------------------------------------------------------------------------------- */

static void name_of(unsigned slot, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s.%u", record_names[slot / 2], slot % 2);
}

static enum loom_status refuse(struct loom_file_medium *files, enum loom_status status,
                               const char *name, const char *reason)
{
    snprintf(files->error, sizeof files->error, "%s%s%s: %s", files->path,
             name[0] == '\0' ? "" : "/", name, reason);
    if (files->failed != NULL) {
        files->failed(files->user, files->error);
    }
    return status;
}

static enum loom_status refuse_errno(struct loom_file_medium *files, enum loom_status status,
                                     const char *name, const char *action)
{
    char reason[128];

    snprintf(reason, sizeof reason, "%s: %s", action, strerror(errno));
    return refuse(files, status, name, reason);
}

static int open_again(const struct loom_file_medium *files, const char *name, int flags)
{
    int file;

    do {
        file = openat(files->directory, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY,
                      S_IRUSR | S_IWUSR);
    } while (file < 0 && errno == EINTR);
    return file;
}

static bool sync_again(int file)
{
    int result;

    do {
        result = fsync(file);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* After EINTR the descriptor is closed all the same, as far as anybody knows. */
static bool close_whole(int file)
{
    return close(file) == 0 || errno == EINTR;
}

static bool write_all(int file, const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, data, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written == 0) {
            errno = ENOSPC;
        }
        if (written <= 0) {
            return false;
        }
        data += written;
        length -= (size_t)written;
    }
    return true;
}

/* @return bytes read, fewer than `length` at the end of the file; -1 */
static ssize_t read_all(int file, size_t offset, uint8_t *data, size_t length)
{
    size_t done = 0;

    while (done < length) {
        ssize_t got = pread(file, data + done, length - done, (off_t)(offset + done));

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* Opens the file of a slot to read it. Not blocking: a pipe of that name must not hold the device
 * up.
 * @param file out: -1 with LOOM_OK: there is none
 * @return LOOM_BAD_REQUEST it is no plain file */
static enum loom_status open_slot(struct loom_file_medium *files, const char *name, int *file)
{
    struct stat status;

    *file = open_again(files, name, O_RDONLY | O_NONBLOCK);
    if (*file < 0 && errno == ENOENT) {
        return LOOM_OK;
    }
    if (*file < 0 && (errno == ELOOP || errno == EMLINK || errno == ENXIO)) {
        return refuse(files, LOOM_BAD_REQUEST, name, "not a regular file");
    }
    if (*file < 0) {
        return refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot open");
    }
    if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode)) {
        return LOOM_OK;
    }
    (void)close(*file);
    *file = -1;
    return refuse(files, LOOM_BAD_REQUEST, name, "not a regular file");
}

/* Forgets a file that is written; what is in it is as it may be. */
static void drop_written(struct loom_file_medium *files)
{
    if (files->file >= 0) {
        (void)close(files->file);
    }
    files->file = -1;
}

/* ---- the medium ------------------------------------------------------------------------------ */

static enum loom_status read_slot(void *self, unsigned slot, size_t offset, void *data,
                                  size_t length, size_t *got)
{
    struct loom_file_medium *files = self;
    enum loom_status status;
    char name[NAME_SIZE];
    ssize_t done;
    int file;

    name_of(slot, name);
    *got = 0;
    status = open_slot(files, name, &file);
    if (status != LOOM_OK || file < 0) {
        return status;
    }
    done = read_all(file, offset, data, length);
    if (done < 0) {
        /* A bad place of the disk stays bad; a new file, as every save makes one, is elsewhere. */
        status = errno == EIO ? LOOM_BAD_REQUEST : LOOM_UNAVAILABLE;
        status = refuse_errno(files, status, name, "cannot read");
    } else if (done == 0 && offset == 0) {
        status = refuse(files, LOOM_BAD_REQUEST, name, "damaged: empty"); /* a save leaves none */
    } else {
        *got = (size_t)done;
    }
    (void)close(file);
    return status;
}

/* The old file goes: it may have another owner or mode, or be no plain file. */
static enum loom_status erase_slot(void *self, unsigned slot)
{
    struct loom_file_medium *files = self;
    char name[NAME_SIZE];

    name_of(slot, name);
    drop_written(files);
    return unlinkat(files->directory, name, 0) == 0 || errno == ENOENT
               ? LOOM_OK
               : refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot remove the old file");
}

static enum loom_status write_slot(void *self, unsigned slot, size_t offset, const void *data,
                                   size_t length)
{
    struct loom_file_medium *files = self;
    char name[NAME_SIZE];

    name_of(slot, name);
    if (offset == 0) {
        drop_written(files);
        files->file = open_again(files, name, O_WRONLY | O_CREAT | O_EXCL);
        files->slot = slot;
        if (files->file < 0) {
            return refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot create a new file");
        }
    } else if (files->file < 0 || files->slot != slot) {
        return refuse(files, LOOM_UNAVAILABLE, name, "not prepared for writing");
    }
    return write_all(files->file, data, length)
               ? LOOM_OK
               : refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot write");
}

/* Makes a new or removed name last; some file systems cannot be asked to, and need not. */
static enum loom_status sync_directory(struct loom_file_medium *files)
{
    return sync_again(files->directory) || errno == EINVAL
               ? LOOM_OK
               : refuse_errno(files, LOOM_UNAVAILABLE, "", "cannot sync the directory");
}

/* The file that was written is synced by the descriptor that it was written with, which is told of
 * every failure of the disk. */
static enum loom_status sync_slot(void *self, unsigned slot)
{
    struct loom_file_medium *files = self;
    enum loom_status status = LOOM_OK;
    char name[NAME_SIZE];
    int file;
    bool synced;

    name_of(slot, name);
    if (files->file >= 0 && files->slot == slot) {
        file = files->file;
        files->file = -1;
    } else {
        status = open_slot(files, name, &file);
    }
    if (status != LOOM_OK) {
        return LOOM_UNAVAILABLE;
    }
    synced = file < 0 || sync_again(file);
    if (!synced) {
        status = refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot sync");
    }
    if (file >= 0 && !close_whole(file) && synced) {
        status = refuse_errno(files, LOOM_UNAVAILABLE, name, "cannot write");
    }
    return status == LOOM_OK ? sync_directory(files) : status;
}

/* ---- open and close -------------------------------------------------------------------------- */

static enum loom_status lock(struct loom_file_medium *files)
{
    const struct timespec pause = {0, LOCK_PAUSE_MS * 1000000L};

    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(files->directory, LOCK_EX | LOCK_NB) == 0) {
            return LOOM_OK;
        }
        if (errno == EBADF || errno == EINVAL || errno == ENOLCK || errno == EOPNOTSUPP) {
            return LOOM_OK; /* a file system that cannot lock a directory */
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return refuse_errno(files, LOOM_UNAVAILABLE, "", "cannot lock the directory");
        }
        (void)nanosleep(&pause, NULL);
    }
    return refuse(files, LOOM_CONFLICT, "", "another program uses this directory");
}

/* A folder that cannot be written to is better known now than at the end of a bootstrap. */
static enum loom_status probe(struct loom_file_medium *files)
{
    int file;

    if (unlinkat(files->directory, PROBE, 0) != 0 && errno != ENOENT) {
        return refuse_errno(files, LOOM_UNAVAILABLE, PROBE, "cannot remove the old file");
    }
    file = open_again(files, PROBE, O_WRONLY | O_CREAT | O_EXCL);
    if (file < 0) {
        return errno == ENOSPC || errno == EDQUOT
                   ? LOOM_OK
                   : refuse_errno(files, LOOM_UNAVAILABLE, PROBE, "cannot create a new file");
    }
    (void)close(file);
    return unlinkat(files->directory, PROBE, 0) == 0
               ? LOOM_OK
               : refuse_errno(files, LOOM_UNAVAILABLE, PROBE, "cannot remove");
}

static enum loom_status open_directory(struct loom_file_medium *files)
{
    do {
        files->directory = open(files->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } while (files->directory < 0 && errno == EINTR);
    if (files->directory < 0 && errno == ENOENT) {
        return refuse(files, LOOM_NOT_FOUND, "", "the directory does not exist");
    }
    return files->directory >= 0
               ? LOOM_OK
               : refuse_errno(files, LOOM_UNAVAILABLE, "", "cannot open the directory");
}

enum loom_status loom_file_medium_open(struct loom_file_medium *files, const char *directory)
{
    enum loom_status status;

    memset(files, 0, sizeof *files);
    files->path = directory;
    files->file = -1;
    status = open_directory(files);
    if (status == LOOM_OK) {
        status = lock(files);
        if (status == LOOM_OK) {
            status = probe(files);
        }
        if (status != LOOM_OK) {
            (void)close(files->directory);
        }
    }
    if (status != LOOM_OK) {
        files->path = NULL;
        return status;
    }
    files->medium.self = files;
    files->medium.slot_size = LOOM_FILE_RECORD_MAX + LOOM_SLOT_HEAD_SIZE;
    files->medium.read = read_slot;
    files->medium.erase = erase_slot;
    files->medium.write = write_slot;
    files->medium.sync = sync_slot;
    return LOOM_OK;
}

void loom_file_medium_close(struct loom_file_medium *files)
{
    if (files->path != NULL) {
        drop_written(files);
        (void)close(files->directory);
        files->path = NULL;
    }
}
