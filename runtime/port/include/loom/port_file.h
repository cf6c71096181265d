/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The memory of a record store (loom/record.h) as files in a directory, two for each record:
 * `accounts.0`, `accounts.1`, `state.0`, `state.1`.
 *
 *     static struct loom_file_medium files;
 *     static struct loom_store store;
 *     if (loom_file_medium_open(&files, "/var/lib/device") != LOOM_OK) { ... files.error ... }
 *     loom_record_store(&store, &files.medium);
 *
 * Files are new ones at every save, mode 0600. Symbolic links, pipes and whatever else is no plain
 * file are neither followed nor waited for: they count as damaged, as does an empty file. Nothing
 * is printed; error texts name files and reasons, never contents.
 */
#ifndef LOOM_PORT_FILE_H
#define LOOM_PORT_FILE_H

#include "loom/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Room for an error text with its NUL; a longer one is cut off. */
#define LOOM_FILE_ERROR_SIZE 256u

/** Biggest record, in bytes. */
#define LOOM_FILE_RECORD_MAX (16u * 1024u * 1024u)

/** Files of a directory. The caller's memory; it stays where it is while it is open. */
struct loom_file_medium {
    struct loom_medium medium; /**< for loom_record_store(), from open to close */

    /** Why the last call that failed has failed: `/var/lib/device/state.0: cannot write: ...` */
    char error[LOOM_FILE_ERROR_SIZE];

    /** Set after the open, or NULL: called for every failure of `medium`, with `error`. */
    void (*failed)(void *user, const char *error);
    void *user;

    /* private */
    const char *path;
    int directory;
    int file; /**< that is written; -1: none */
    unsigned slot;
};

/**
 * Opens a directory, locks it against every other open of it, in this process or another, and sees
 * whether files can be made in it. A full disk is no hindrance: what is stored can be read. A lock
 * that is held is waited for, a second at most, since a program that was killed just now holds it
 * until it is gone. On a file system that has no locks there is none.
 *
 * @param directory must exist; the text outlives the medium
 * @return LOOM_OK; LOOM_NOT_FOUND there is no such directory; LOOM_CONFLICT it is in use;
 *         LOOM_UNAVAILABLE the system refuses. `error` has the reason; nothing is open then.
 */
enum loom_status loom_file_medium_open(struct loom_file_medium *files, const char *directory);

/** Closes it; all zero, or not opened with success, is no error. */
void loom_file_medium_close(struct loom_file_medium *files);

#ifdef __cplusplus
}
#endif

#endif
