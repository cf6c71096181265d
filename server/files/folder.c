/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "files/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_MAX_BYTES = 255, /* of an Uri-Path segment, and of most file systems */
    READ_AGAIN_MAX = 4    /* times, if the file changes meanwhile */
};

bool loom_folder_open(struct loom_folder *folder, const char *path)
{
    folder->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder->descriptor >= 0;
}

void loom_folder_close(struct loom_folder *folder)
{
    if (folder->descriptor >= 0) {
        (void)close(folder->descriptor);
        folder->descriptor = -1;
    }
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Devices may act when they are opened, so it is looked at first what it is; and again when it is
 * open, since it may have become another meanwhile. A FIFO without a writer must not block. */
static int open_regular(int folder, const char *path, int follow)
{
    struct stat about;
    if (fstatat(folder, path, &about, follow == O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0) != 0) {
        return -1;
    }
    errno = 0;
    if (!S_ISREG(about.st_mode)) {
        return -1;
    }
    int file = openat(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | follow);
    if (file >= 0 && (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))) {
        (void)close(file);
        errno = 0;
        return -1;
    }
    return file;
}

int loom_folder_open_file(const char *path)
{
    return open_regular(AT_FDCWD, path, 0);
}

/* Takes the name of an entry of the folder; none of them leads out of it. */
static bool take_name(struct loom_text name, char *text)
{
    if (name.length == 0 || name.length > NAME_MAX_BYTES || name.data[0] == '.' ||
        memchr(name.data, '/', name.length) != NULL ||
        memchr(name.data, '\0', name.length) != NULL) {
        return false;
    }
    memcpy(text, name.data, name.length);
    text[name.length] = '\0';
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void mix(uint32_t *digest, uint64_t value)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        *digest = (*digest ^ (uint32_t)(value >> shift & 0xFFu)) * 16777619u;
    }
}

/* Any writing changes the time of the last modification, and what is moved to its place has another
 * inode. */
static uint32_t etag_of(const struct stat *about)
{
    uint32_t digest = 2166136261u;
    mix(&digest, (uint64_t)about->st_dev);
    mix(&digest, (uint64_t)about->st_ino);
    mix(&digest, (uint64_t)about->st_size);
    mix(&digest, (uint64_t)about->st_mtim.tv_sec);
    mix(&digest, (uint64_t)about->st_mtim.tv_nsec);
    return digest == 0 ? 1 : digest;
}

static bool look_at(int file, struct loom_file_piece *piece)
{
    struct stat about;
    if (fstat(file, &about) != 0 || about.st_size > (off_t)LOOM_FILES_SIZE_MAX) {
        return false;
    }
    piece->size = (uint32_t)about.st_size;
    piece->etag = etag_of(&about);
    return true;
}

/* Reads all `length` bytes. @return false: that failed, or the file is shorter */
static bool read_fully(int file, uint32_t offset, uint8_t *bytes, size_t length)
{
    size_t got = 0;
    while (got < length) {
        ssize_t more = pread(file, bytes + got, length - got, (off_t)(offset + got));
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more <= 0) {
            return false;
        }
        got += (size_t)more;
    }
    return true;
}

/* A piece that was read while the file changed may be of either content: it is read again. */
static enum loom_status read_piece(int file, uint32_t offset, uint8_t *bytes, size_t room,
                                   struct loom_file_piece *piece)
{
    for (int i = 0; i < READ_AGAIN_MAX; i++) {
        struct loom_file_piece after;
        if (!look_at(file, piece)) {
            return LOOM_NOT_FOUND;
        }
        size_t left = offset < piece->size ? piece->size - offset : 0;
        piece->length = left < room ? left : room;
        bool good = read_fully(file, offset, bytes, piece->length);
        if (!look_at(file, &after)) {
            return LOOM_NOT_FOUND;
        }
        if (after.etag == piece->etag) {
            return good ? LOOM_OK : LOOM_NOT_FOUND;
        }
    }
    return LOOM_INTERNAL_ERROR;
}

static enum loom_status read_file(void *self, struct loom_text name, uint32_t offset,
                                  uint8_t *bytes, size_t room, struct loom_file_piece *piece)
{
    const struct loom_folder *folder = self;
    char text[NAME_MAX_BYTES + 1];
    int file = take_name(name, text) ? open_regular(folder->descriptor, text, O_NOFOLLOW) : -1;
    if (file < 0) {
        return LOOM_NOT_FOUND;
    }
    enum loom_status status = read_piece(file, offset, bytes, room, piece);
    (void)close(file);
    return status;
}

struct loom_files loom_folder_files(struct loom_folder *folder)
{
    return (struct loom_files){folder, read_file};
}
