/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a seal: who may read it, and how one is made. */
#define _DEFAULT_SOURCE /* getentropy() */
#include "common/memory.h"
#include "database/seal.h"
#include "database/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX 4096u
#define KEY_SIZE      32u

static enum loom_seal_status fail(struct loom_database_error *error, const char *path,
                                  enum loom_seal_status status, const char *what)
{
    (void)snprintf(error->text, sizeof error->text, "%s: %s", path, what);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* @return what is wrong with it as a key file, or NULL */
static const char *judge(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0) {
        return strerror(errno);
    }
    if (!S_ISREG(about.st_mode)) {
        return "is not a regular file";
    }
    if (about.st_uid != geteuid() && about.st_uid != 0) {
        return "belongs to another user";
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return "others may read or write it (chmod 600)";
    }
    return NULL;
}

static bool read_all(int file, char *text, size_t size, size_t *length)
{
    *length = 0;
    while (*length < size) {
        ssize_t got = read(file, text + *length, size - *length);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return got == 0;
        }
        *length += got > 0 ? (size_t)got : 0;
    }
    return true;
}

enum loom_seal_status loom_seal_open(const char *path, struct loom_seal **seal,
                                     struct loom_database_error *error)
{
    char text[FILE_SIZE_MAX + 1];
    size_t length = 0;
    *seal = NULL;
    /* What is no regular file must not hold us up. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        return fail(error, path, errno == ENOENT ? LOOM_SEAL_NOT_FOUND : LOOM_SEAL_BAD_FILE,
                    strerror(errno));
    }
    const char *wrong = judge(file);
    if (wrong == NULL && !read_all(file, text, sizeof text, &length)) {
        wrong = strerror(errno);
    }
    (void)close(file);
    if (wrong == NULL && length > FILE_SIZE_MAX) {
        wrong = "is too long for a key file";
    }
    if (wrong == NULL) {
        struct loom_text all = {text, length};
        wrong = loom_seal_parse(all, seal);
    }
    loom_memory_wipe(text, length);
    return wrong == NULL ? LOOM_SEAL_OK : fail(error, path, LOOM_SEAL_BAD_FILE, wrong);
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool write_key(int file)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t key[KEY_SIZE];
    char line[2 * KEY_SIZE + 1];
    bool good = getentropy(key, sizeof key) == 0;
    for (size_t i = 0; i < sizeof key; i++) {
        line[2 * i] = digits[key[i] >> 4];
        line[2 * i + 1] = digits[key[i] & 0x0F];
    }
    line[sizeof line - 1] = '\n';
    good = good && write_all(file, line, sizeof line);
    loom_memory_wipe(key, sizeof key);
    loom_memory_wipe(line, sizeof line);
    return good;
}

enum loom_seal_status loom_seal_make_file(const char *path, struct loom_database_error *error)
{
    char beside[LOOM_WHOLE_FILE_PATH_MAX];
    int file = loom_whole_file_begin(path, beside);
    if (file < 0) {
        return fail(error, path, LOOM_SEAL_BAD_FILE, strerror(errno));
    }
    bool good = write_key(file);
    int number = errno;
    (void)close(file);
    if (!good) {
        loom_whole_file_drop(beside);
        return fail(error, path, LOOM_SEAL_BAD_FILE, strerror(number));
    }
    /* Never over another: losing a key file is losing all that was sealed. */
    return loom_whole_file_finish(path, beside)
               ? LOOM_SEAL_OK
               : fail(error, path, LOOM_SEAL_BAD_FILE, strerror(errno));
}
