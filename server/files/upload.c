/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* flock() */

#include "files/upload.h"

#include "common/worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (128u << 10)
#define PART        ".upload-"

struct loom_uploads {
    int folder;
    struct loom_worker *worker;
    size_t count;    /* files that come in */
    unsigned number; /* of the last one */
    bool ending;
};

/* What the thread does next with a file. */
enum step { WRITING, FINISHING, PUBLISHING, DROPPING };

struct loom_upload {
    struct loom_worker_job job;
    struct loom_uploads *uploads;
    void (*ready)(void *user);
    void *user;
    bool busy;    /* the thread has it */
    bool waits;   /* whoever puts is to be told that it is ready */
    bool ends;    /* all has been put, and is to be finished when the thread gives it back */
    bool dropped; /* whoever has begun it does not want it any more */
    loom_upload_done *done;
    void *done_user;
    /* Of the thread while it is busy. */
    enum step step;
    enum loom_upload_status status;
    int file; /* -1: it is not there yet */
    mbedtls_sha256_context sha;
    struct loom_file_about about;
    char part[32];
    char name[LOOM_FILE_NAME_MAX + 1];
    size_t length;
    uint8_t buffer[BUFFER_SIZE];
};

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

bool loom_file_name_is_good(struct loom_text name)
{
    if (name.length == 0 || name.length > LOOM_FILE_NAME_MAX || name.data[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < name.length; i++) {
        if (!is_plain(name.data[i])) {
            return false;
        }
    }
    return true;
}

/* ---- in the thread --------------------------------------------------------------------------- */

static void note_failure(struct loom_upload *upload)
{
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    upload->status = full ? LOOM_UPLOAD_FULL : LOOM_UPLOAD_FAILED;
}

/* Whoever comes later and finds the file knows by the lock that somebody is still writing it. */
static bool make_file(struct loom_upload *upload)
{
    if (upload->file < 0) {
        upload->file = openat(upload->uploads->folder, upload->part,
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (upload->file >= 0) {
            (void)flock(upload->file, LOCK_EX | LOCK_NB);
        }
    }
    return upload->file >= 0;
}

static bool write_all(int file, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(file, bytes, length);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

static void write_buffer(struct loom_upload *upload)
{
    if (upload->status != LOOM_UPLOAD_OK) {
        return;
    }
    if (!make_file(upload) || !write_all(upload->file, upload->buffer, upload->length)) {
        note_failure(upload);
        return;
    }
    (void)mbedtls_sha256_update(&upload->sha, upload->buffer, upload->length);
    upload->about.size += upload->length;
    upload->length = 0;
}

static int64_t modified(const struct stat *about)
{
    return (int64_t)about->st_mtim.tv_sec * 1000000000 + about->st_mtim.tv_nsec;
}

static void finish(struct loom_upload *upload)
{
    struct stat about;
    write_buffer(upload);
    if (upload->status == LOOM_UPLOAD_OK &&
        (fsync(upload->file) != 0 || fstat(upload->file, &about) != 0)) {
        note_failure(upload);
    }
    if (upload->status == LOOM_UPLOAD_OK) {
        upload->about.modified = modified(&about);
        (void)mbedtls_sha256_finish(&upload->sha, upload->about.sha256);
    }
}

/* The name is there for good once its folder is on the disk. */
static void publish(struct loom_upload *upload)
{
    int folder = upload->uploads->folder;
    if (renameat(folder, upload->part, folder, upload->name) != 0 || fsync(folder) != 0) {
        note_failure(upload);
    }
}

static void drop(const struct loom_upload *upload)
{
    if (upload->file >= 0) {
        (void)unlinkat(upload->uploads->folder, upload->part, 0);
    }
}

static void run(struct loom_worker_job *job)
{
    struct loom_upload *upload = LOOM_WORKER_ENTRY(job, struct loom_upload, job);
    switch (upload->step) {
    case WRITING:
        write_buffer(upload);
        break;
    case FINISHING:
        finish(upload);
        break;
    case PUBLISHING:
        publish(upload);
        break;
    default:
        drop(upload);
        break;
    }
}

/* ---- in the loop ----------------------------------------------------------------------------- */

static void forget(struct loom_upload *upload)
{
    upload->uploads->count--;
    mbedtls_sha256_free(&upload->sha);
    if (upload->file >= 0) {
        (void)close(upload->file);
    }
    free(upload);
}

static void post(struct loom_upload *upload, enum step step)
{
    upload->busy = true;
    upload->step = step;
    loom_worker_post(upload->uploads->worker, &upload->job);
}

static void tell(struct loom_upload *upload, bool ran)
{
    bool good = ran && upload->status == LOOM_UPLOAD_OK;
    enum loom_upload_status status =
        ran || upload->status != LOOM_UPLOAD_OK ? upload->status : LOOM_UPLOAD_FAILED;
    upload->done(upload->done_user, status, good ? &upload->about : NULL);
}

/* The program ends: what is not published by now will not be. */
static void end_now(struct loom_upload *upload, bool ran)
{
    bool published = ran && upload->step == PUBLISHING && upload->status == LOOM_UPLOAD_OK;
    if (upload->dropped || upload->step == DROPPING) {
        drop(upload);
        forget(upload);
    } else if (upload->step == PUBLISHING) {
        if (!published) {
            drop(upload);
        }
        tell(upload, published);
        forget(upload);
    } else if (upload->step == FINISHING) {
        tell(upload, false);
    }
}

static void on_done(struct loom_worker_job *job, bool ran)
{
    struct loom_upload *upload = LOOM_WORKER_ENTRY(job, struct loom_upload, job);
    upload->busy = false;
    if (upload->uploads->ending) {
        end_now(upload, ran);
    } else if (upload->step == DROPPING) {
        forget(upload);
    } else if (upload->step == PUBLISHING) {
        bool failed = upload->status != LOOM_UPLOAD_OK;
        tell(upload, true);
        if (failed) {
            post(upload, DROPPING);
        } else {
            forget(upload);
        }
    } else if (upload->dropped) {
        post(upload, DROPPING);
    } else if (upload->step == FINISHING) {
        tell(upload, true);
    } else if (upload->ends) {
        upload->ends = false;
        post(upload, FINISHING);
    } else if (upload->waits) {
        upload->waits = false;
        upload->ready(upload->user);
    }
}

struct loom_upload *loom_upload_begin(struct loom_uploads *uploads, void (*ready)(void *user),
                                      void *user)
{
    struct loom_upload *upload =
        uploads->count == LOOM_UPLOADS_MAX ? NULL : calloc(1, sizeof *upload);
    if (upload == NULL) {
        return NULL;
    }
    upload->job = (struct loom_worker_job){.run = run, .done = on_done};
    upload->uploads = uploads;
    upload->ready = ready;
    upload->user = user;
    upload->file = -1;
    (void)snprintf(upload->part, sizeof upload->part, PART "%ld-%u", (long)getpid(),
                   ++uploads->number);
    mbedtls_sha256_init(&upload->sha);
    (void)mbedtls_sha256_starts(&upload->sha, 0);
    uploads->count++;
    return upload;
}

size_t loom_upload_put(struct loom_upload *upload, struct loom_bytes bytes)
{
    if (upload->busy) {
        upload->waits = true;
        return 0;
    }
    if (upload->status != LOOM_UPLOAD_OK) {
        return bytes.length;
    }
    size_t room = BUFFER_SIZE - upload->length;
    size_t taken = bytes.length < room ? bytes.length : room;
    if (taken > 0) {
        memcpy(&upload->buffer[upload->length], bytes.data, taken);
    }
    upload->length += taken;
    if (upload->length == BUFFER_SIZE) {
        post(upload, WRITING);
        upload->waits = taken < bytes.length;
    }
    return taken;
}

enum loom_upload_status loom_upload_status(const struct loom_upload *upload)
{
    return upload->busy ? LOOM_UPLOAD_OK : upload->status;
}

void loom_upload_finish(struct loom_upload *upload, loom_upload_done *done, void *user)
{
    upload->done = done;
    upload->done_user = user;
    upload->waits = false;
    if (upload->busy) {
        upload->ends = true;
    } else {
        post(upload, FINISHING);
    }
}

void loom_upload_publish(struct loom_upload *upload, const char *name, loom_upload_done *done,
                         void *user)
{
    upload->done = done;
    upload->done_user = user;
    (void)snprintf(upload->name, sizeof upload->name, "%s", name);
    post(upload, PUBLISHING);
}

void loom_upload_drop(struct loom_upload *upload)
{
    upload->dropped = true;
    if (upload->uploads->ending && !upload->busy) {
        drop(upload);
        forget(upload);
    } else if (!upload->busy) {
        post(upload, DROPPING);
    }
}

/* ---- files that are there -------------------------------------------------------------------- */

struct look {
    struct loom_worker_job job;
    struct loom_uploads *uploads;
    loom_upload_done *done;
    void *user;
    void (*loaded)(void *user, struct loom_shared *bytes); /* NULL: it is not to be loaded */
    size_t most;
    struct loom_shared *bytes;
    bool removes;
    enum loom_upload_status status;
    struct loom_file_about about;
    char name[LOOM_FILE_NAME_MAX + 1];
    uint8_t buffer[BUFFER_SIZE];
};

static int open_file(const struct loom_uploads *uploads, const char *name, struct stat *about)
{
    int file = openat(uploads->folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file >= 0 && (fstat(file, about) != 0 || !S_ISREG(about->st_mode))) {
        (void)close(file);
        return -1;
    }
    return file;
}

/* @return false: it cannot be read, or changes meanwhile */
static bool digest(struct look *look, int file, const struct stat *before)
{
    mbedtls_sha256_context sha;
    struct stat after;
    ssize_t got;
    mbedtls_sha256_init(&sha);
    (void)mbedtls_sha256_starts(&sha, 0);
    while ((got = read(file, look->buffer, sizeof look->buffer)) > 0 ||
           (got < 0 && errno == EINTR)) {
        if (got > 0) {
            (void)mbedtls_sha256_update(&sha, look->buffer, (size_t)got);
            look->about.size += (uint64_t)got;
        }
    }
    (void)mbedtls_sha256_finish(&sha, look->about.sha256);
    mbedtls_sha256_free(&sha);
    look->about.modified = modified(before);
    return got == 0 && fstat(file, &after) == 0 && modified(&after) == look->about.modified &&
           (uint64_t)after.st_size == look->about.size;
}

/* @return false: it is too long, cannot be read, or becomes shorter meanwhile */
static bool load(struct look *look, int file, const struct stat *about)
{
    size_t length = (uint64_t)about->st_size <= look->most ? (size_t)about->st_size : 0;
    size_t at = 0;
    ssize_t got = 0;
    look->bytes = length == 0 ? NULL : loom_shared_new(length);
    while (look->bytes != NULL && at < length &&
           ((got = read(file, look->bytes->data + at, length - at)) > 0 ||
            (got < 0 && errno == EINTR))) {
        at += got > 0 ? (size_t)got : 0;
    }
    return look->bytes != NULL && at == length;
}

static void run_look(struct loom_worker_job *job)
{
    struct look *look = LOOM_WORKER_ENTRY(job, struct look, job);
    int folder = look->uploads->folder;
    struct stat about;
    bool good;
    if (look->removes) {
        good = (unlinkat(folder, look->name, 0) == 0 || errno == ENOENT) && fsync(folder) == 0;
    } else {
        int file = open_file(look->uploads, look->name, &about);
        good = file >= 0 &&
               (look->loaded != NULL ? load(look, file, &about) : digest(look, file, &about));
        if (file >= 0) {
            (void)close(file);
        }
    }
    look->status = good ? LOOM_UPLOAD_OK : LOOM_UPLOAD_FAILED;
}

static void looked(struct loom_worker_job *job, bool ran)
{
    struct look *look = LOOM_WORKER_ENTRY(job, struct look, job);
    enum loom_upload_status status = ran ? look->status : LOOM_UPLOAD_FAILED;
    if (look->loaded != NULL) {
        look->loaded(look->user, status == LOOM_UPLOAD_OK ? look->bytes : NULL);
        loom_shared_release(look->bytes);
    } else {
        look->done(look->user, status, status == LOOM_UPLOAD_OK ? &look->about : NULL);
    }
    free(look);
}

static struct look *new_look(struct loom_uploads *uploads, const char *name, void *user)
{
    struct look *look = calloc(1, sizeof *look);
    if (look != NULL) {
        look->job = (struct loom_worker_job){.run = run_look, .done = looked};
        look->uploads = uploads;
        look->user = user;
        (void)snprintf(look->name, sizeof look->name, "%s", name);
    }
    return look;
}

static bool begin_look(struct loom_uploads *uploads, const char *name, bool removes,
                       loom_upload_done *done, void *user)
{
    struct look *look = new_look(uploads, name, user);
    if (look == NULL) {
        return false;
    }
    look->removes = removes;
    look->done = done;
    loom_worker_post(uploads->worker, &look->job);
    return true;
}

bool loom_uploads_load(struct loom_uploads *uploads, const char *name, size_t most,
                       void (*done)(void *user, struct loom_shared *bytes), void *user)
{
    struct look *look = new_look(uploads, name, user);
    if (look == NULL) {
        return false;
    }
    look->most = most;
    look->loaded = done;
    loom_worker_post(uploads->worker, &look->job);
    return true;
}

bool loom_uploads_look(struct loom_uploads *uploads, const char *name, loom_upload_done *done,
                       void *user)
{
    return begin_look(uploads, name, false, done, user);
}

bool loom_uploads_remove(struct loom_uploads *uploads, const char *name, loom_upload_done *done,
                         void *user)
{
    return begin_look(uploads, name, true, done, user);
}

/* ---- the folder ------------------------------------------------------------------------------ */

/* Another descriptor, since a folder that is read has a place. */
static DIR *open_again(const struct loom_uploads *uploads)
{
    int file = openat(uploads->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = file < 0 ? NULL : fdopendir(file);
    if (folder == NULL && file >= 0) {
        (void)close(file);
    }
    return folder;
}

void loom_uploads_each(const struct loom_uploads *uploads,
                       void (*visit)(void *user, const char *name,
                                     const struct loom_file_about *about),
                       void *user)
{
    DIR *folder = open_again(uploads);
    const struct dirent *entry;
    size_t count = 0;
    while (folder != NULL && count < LOOM_FILES_MAX && (entry = readdir(folder)) != NULL) {
        struct loom_text name = {entry->d_name, strlen(entry->d_name)};
        struct stat about;
        if (loom_file_name_is_good(name) &&
            fstatat(uploads->folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(about.st_mode)) {
            struct loom_file_about shown = {.size = (uint64_t)about.st_size,
                                            .modified = modified(&about)};
            visit(user, entry->d_name, &shown);
            count++;
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

/* What somebody else is still writing is locked. */
static void remove_left(const struct loom_uploads *uploads)
{
    DIR *folder = open_again(uploads);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct stat about;
        int file = strncmp(entry->d_name, PART, sizeof PART - 1) == 0
                       ? open_file(uploads, entry->d_name, &about)
                       : -1;
        if (file >= 0) {
            if (flock(file, LOCK_EX | LOCK_NB) == 0) {
                (void)unlinkat(uploads->folder, entry->d_name, 0);
            }
            (void)close(file);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

struct loom_uploads *loom_uploads_create(const char *folder)
{
    struct loom_uploads *uploads = calloc(1, sizeof *uploads);
    if (uploads == NULL) {
        return NULL;
    }
    uploads->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uploads->worker = uploads->folder < 0 ? NULL : loom_worker_create();
    if (uploads->worker == NULL) {
        int number = errno;
        if (uploads->folder >= 0) {
            (void)close(uploads->folder);
        }
        free(uploads);
        errno = number;
        return NULL;
    }
    remove_left(uploads);
    return uploads;
}

void loom_uploads_destroy(struct loom_uploads *uploads)
{
    if (uploads != NULL) {
        uploads->ending = true;
        loom_worker_destroy(uploads->worker);
        (void)close(uploads->folder);
        free(uploads);
    }
}

int loom_uploads_descriptor(const struct loom_uploads *uploads)
{
    return loom_worker_descriptor(uploads->worker);
}

void loom_uploads_step(struct loom_uploads *uploads)
{
    loom_worker_step(uploads->worker);
}
