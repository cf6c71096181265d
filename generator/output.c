/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void loomc_files_add(struct loomc_files *files, const char *path, struct loomc_buffer content)
{
    files->items =
        loomc_grow(files->arena, files->items, files->count, &files->room, sizeof files->items[0]);
    loomc_put(&content, "", 0); /* even an empty file has data to point to */
    files->items[files->count++] = (struct loomc_file){path, content, NULL};
}

static int compare(const void *left, const void *right)
{
    const struct loomc_file *a = left;
    const struct loomc_file *b = right;

    return strcmp(a->path, b->path);
}

void loomc_files_sort(struct loomc_files *files)
{
    if (files->count > 1) {
        qsort(files->items, files->count, sizeof files->items[0], compare);
    }
}

void loomc_files_free(struct loomc_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        loomc_buffer_free(&files->items[i].content);
    }
    files->count = 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool has_content(const struct loomc_file *file)
{
    const struct loomc_buffer *content = &file->content;
    char chunk[8192];
    size_t offset = 0;
    size_t length;
    bool same = true;
    FILE *existing = fopen(file->path, "rb");

    if (existing == NULL) {
        return false;
    }
    while (same && (length = fread(chunk, 1, sizeof chunk, existing)) > 0) {
        same = length <= content->length - offset &&
               memcmp(chunk, content->data + offset, length) == 0;
        offset += length;
    }
    same = same && !ferror(existing) && offset == content->length;
    fclose(existing);
    return same;
}

/* Makes the folders that lead to a path. @return 0 or an errno value. */
static int make_folders(struct loomc_arena *arena, const char *path)
{
    char *folder = loomc_copy(arena, path, strlen(path));

    for (char *p = folder; *p != '\0'; p++) {
        if (*p != '/' || p == folder) {
            continue;
        }
        *p = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            return errno;
        }
        *p = '/';
    }
    return 0;
}

/* Only a regular file is read, compared and replaced: not a FIFO, and not /dev/null.
 * @return NULL, or what is wrong */
static const char *check_target(const char *path)
{
    struct stat target;

    if (stat(path, &target) != 0 || S_ISREG(target.st_mode)) {
        return NULL;
    }
    return S_ISDIR(target.st_mode) ? strerror(EISDIR) : "not a regular file";
}

/* Opens a new file; what a run that was killed has left under the name goes. */
static FILE *open_new(const char *path)
{
    unlink(path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = descriptor != -1 ? fdopen(descriptor, "wb") : NULL;

    if (file == NULL && descriptor != -1) {
        close(descriptor);
    }
    return file;
}

/* @return 0 or an errno value. */
static int write_temporary(const struct loomc_file *file)
{
    FILE *out = open_new(file->temporary);

    if (out == NULL) {
        return errno;
    }
    errno = 0;
    bool good = fwrite(file->content.data, 1, file->content.length, out) == file->content.length;

    good = fflush(out) == 0 && good;
    int error = good ? 0 : errno != 0 ? errno : EIO;

    if (fclose(out) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

static void remove_temporaries(const struct loomc_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].temporary != NULL) {
            unlink(files->items[i].temporary);
        }
    }
}

/* Writes a file under another name. @return NULL, or what is wrong. */
static const char *make_temporary(struct loomc_arena *arena, struct loomc_file *file)
{
    int error = make_folders(arena, file->path);

    if (error == 0) {
        file->temporary = loomc_format(arena, "%s.%ld.tmp", file->path, (long)getpid());
        error = write_temporary(file);
    }
    return error != 0 ? strerror(error) : NULL;
}

/* Writes each file that differs under another name. */
static bool write_temporaries(struct loomc_files *files, struct loomc_diagnostics *diagnostics)
{
    for (size_t i = 0; i < files->count; i++) {
        struct loomc_file *file = &files->items[i];
        const char *problem = check_target(file->path);

        if (problem == NULL && has_content(file)) {
            continue;
        }
        if (problem == NULL) {
            problem = make_temporary(files->arena, file);
        }
        if (problem != NULL) {
            loomc_error_in_file(diagnostics, file->path, "cannot write: %s", problem);
            return false;
        }
    }
    return true;
}

static bool rename_temporaries(struct loomc_files *files, struct loomc_diagnostics *diagnostics)
{
    for (size_t i = 0; i < files->count; i++) {
        struct loomc_file *file = &files->items[i];

        if (file->temporary == NULL) {
            continue;
        }
        if (rename(file->temporary, file->path) != 0) {
            loomc_error_in_file(diagnostics, file->path, "cannot write: %s", strerror(errno));
            return false;
        }
        file->temporary = NULL;
    }
    return true;
}

/* Of two outputs with one path the second would replace the first. */
static bool have_paths_of_their_own(struct loomc_files *files,
                                    struct loomc_diagnostics *diagnostics)
{
    bool good = true;

    loomc_files_sort(files);
    for (size_t i = 1; i < files->count; i++) {
        if (strcmp(files->items[i - 1].path, files->items[i].path) == 0) {
            loomc_error_in_file(diagnostics, files->items[i].path,
                                "cannot write: two outputs have this path");
            good = false;
        }
    }
    return good;
}

bool loomc_files_write(struct loomc_files *files, struct loomc_diagnostics *diagnostics)
{
    static const int interrupts[] = {SIGHUP, SIGINT, SIGTERM};
    sigset_t blocked;
    sigset_t before;

    if (!have_paths_of_their_own(files, diagnostics)) {
        return false;
    }
    /* An interrupted run either has not begun to write or ends when all is in its place. */
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof interrupts / sizeof interrupts[0]; i++) {
        sigaddset(&blocked, interrupts[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &before);
    bool good = write_temporaries(files, diagnostics) && rename_temporaries(files, diagnostics);

    if (!good) {
        remove_temporaries(files);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return good;
}

void loomc_put_make_path(struct loomc_buffer *out, const char *path)
{
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == ' ' || *p == '#') {
            /* Make halves backslashes, but only before a character that is escaped. */
            for (const char *q = p; q > path && q[-1] == '\\'; q--) {
                loomc_put_char(out, '\\');
            }
            loomc_put_char(out, '\\');
        } else if (*p == '$') {
            loomc_put_char(out, '$');
        }
        loomc_put_char(out, *p);
    }
}
