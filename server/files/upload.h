/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files that come into a folder: a file is there as a whole, and on the disk, or not at all. A
 * thread of its own writes them, so that a loop never waits for a disk.
 *
 * What is not whole yet has a name that begins with `.upload-`, which devices cannot have
 * (files/folder.h). What an earlier run has left of such files is removed at the beginning.
 */
#ifndef LOOM_FILES_UPLOAD_H
#define LOOM_FILES_UPLOAD_H

#include "common/shared.h"
#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Files that come in at once. */
#define LOOM_UPLOADS_MAX 8u

/** Longest name of a file in the folder. */
#define LOOM_FILE_NAME_MAX 100u

/** Most files that loom_uploads_each() shows. */
#define LOOM_FILES_MAX 1000u

#define LOOM_FILE_DIGEST_SIZE 32u

enum loom_upload_status {
    LOOM_UPLOAD_OK,
    LOOM_UPLOAD_FULL,  /**< no room on the disk, or for this user */
    LOOM_UPLOAD_FAILED /**< the folder cannot be written, or the file not be read */
};

/** What a file is. */
struct loom_file_about {
    uint64_t size;
    int64_t modified; /**< its content, nanoseconds since 1970 */
    uint8_t sha256[LOOM_FILE_DIGEST_SIZE];
};

struct loom_uploads;
struct loom_upload;

/** Hears what became of a file. @param about of LOOM_UPLOAD_OK; else NULL */
typedef void loom_upload_done(void *user, enum loom_upload_status status,
                              const struct loom_file_about *about);

/** @return NULL, with errno: the folder cannot be used, or there is no memory or thread */
struct loom_uploads *loom_uploads_create(const char *folder);

/** Ends the thread. What has not ended is told to have failed, and is not there. NULL is allowed.
 */
void loom_uploads_destroy(struct loom_uploads *uploads);

/** @return a descriptor that can be read when loom_uploads_step() has something to do */
int loom_uploads_descriptor(const struct loom_uploads *uploads);
void loom_uploads_step(struct loom_uploads *uploads);

/** @return whether a name is of letters, digits, `.`, `-` and `_`, at most LOOM_FILE_NAME_MAX, and
 *          does not begin with a dot: it needs no escape in a URI, and leads nowhere else */
bool loom_file_name_is_good(struct loom_text name);

/* ---- a file that comes in -------------------------------------------------------------------- */

/** Begins a file. @param ready called when there is room again after loom_upload_put()
 *  @return NULL: there are LOOM_UPLOADS_MAX, or there is no memory */
struct loom_upload *loom_upload_begin(struct loom_uploads *uploads, void (*ready)(void *user),
                                      void *user);

/** Takes bytes. @return how many; if it is less than all, `ready` is called later. After a failure
 *  all are taken, and dropped. */
size_t loom_upload_put(struct loom_upload *upload, struct loom_bytes bytes);

/** @return whether what was put until now could be written, as far as that is known. */
enum loom_upload_status loom_upload_status(const struct loom_upload *upload);

/** All has been put: brings it to the disk. `done` is called later, and the file waits to be
 *  published or dropped. */
void loom_upload_finish(struct loom_upload *upload, loom_upload_done *done, void *user);

/** Gives a finished file its name, in the place of one that has it. The upload is over when `done`
 *  was called. */
void loom_upload_publish(struct loom_upload *upload, const char *name, loom_upload_done *done,
                         void *user);

/** Drops a file that is not published; nothing more is called for it. */
void loom_upload_drop(struct loom_upload *upload);

/* ---- files that are there -------------------------------------------------------------------- */

/** Shows the regular files with good names, LOOM_FILES_MAX at most. Looks at the disk at once: for
 *  the beginning of a program. @param about without its digest */
void loom_uploads_each(const struct loom_uploads *uploads,
                       void (*visit)(void *user, const char *name,
                                     const struct loom_file_about *about),
                       void *user);

/** Reads a file for its digest. @return false: no memory; `done` is not called */
bool loom_uploads_look(struct loom_uploads *uploads, const char *name, loom_upload_done *done,
                       void *user);

/** Reads a file into memory, if it has `most` bytes at most. @param done hears of it; NULL: it
 * failed
 *  @return as loom_uploads_look() */
bool loom_uploads_load(struct loom_uploads *uploads, const char *name, size_t most,
                       void (*done)(void *user, struct loom_shared *bytes), void *user);

/** Removes a file; one that is not there is removed. @return as loom_uploads_look() */
bool loom_uploads_remove(struct loom_uploads *uploads, const char *name, loom_upload_done *done,
                         void *user);

#ifdef __cplusplus
}
#endif

#endif
