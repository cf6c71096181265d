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
 * Every save creates a new file, mode 0600. Symbolic links, pipes and other special files are
 * neither followed nor read: they are treated as damaged, like an empty file. Nothing is printed;
 * error texts contain file names and reasons, never contents.
 */
#ifndef LOOM_PORT_FILE_H
#define LOOM_PORT_FILE_H

#include "loom/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Buffer size for an error text with its NUL; a longer one is truncated. */
#define LOOM_FILE_ERROR_SIZE 256u

/** Largest record, in bytes. */
#define LOOM_FILE_RECORD_MAX (16u * 1024u * 1024u)

/** The files of a directory. The caller's memory, which must not move while it is open. */
struct loom_file_medium {
    struct loom_medium medium; /**< for loom_record_store(), from open to close */

    /** Reason of the last failure: `/var/lib/device/state.0: cannot write: ...` */
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
 * Opens a directory, locks it against every other open, in this process or another, and checks
 * whether files can be created in it. A full disk is not an error, because stored data can be read.
 * It waits for a lock for up to a second, because a program that was just killed may still hold it.
 * On a file system without locks there is no lock.
 *
 * @param directory must exist; the text must outlive the medium
 * @return LOOM_OK; LOOM_NOT_FOUND there is no such directory; LOOM_CONFLICT it is in use;
 *         LOOM_UNAVAILABLE the system refuses it. `error` has the reason; nothing is open then.
 */
enum loom_status loom_file_medium_open(struct loom_file_medium *files, const char *directory);

/** Closes it; no effect if it is all zero or was not opened successfully. */
void loom_file_medium_close(struct loom_file_medium *files);

#ifdef __cplusplus
}
#endif

#endif
