/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One record, kept in one file over restarts and power cuts.
 *
 * After a save that failed or was cut off, the record that was there before is still there, whole.
 * A file that is not exactly what was saved is told from a good one by its checksum. Nothing is
 * printed; error texts name files and reasons, never contents.
 */
#ifndef LOOM_PORT_FILE_H
#define LOOM_PORT_FILE_H

#include "loom/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room that is enough for every error text. */
#define LOOM_FILE_ERROR_SIZE 256u

/** Biggest record, in bytes. */
#define LOOM_FILE_RECORD_MAX (16u * 1024u * 1024u)

/**
 * Puts a record in the place of the one before. The file can be read by its owner only.
 * @param directory must exist
 * @param name      of the file in it; no `/`, not empty. `name` with `.tmp` behind it is used, too.
 * @param error     filled with a text that ends with NUL, "" on success
 * @return LOOM_OK the record is on the disk; LOOM_TOO_LARGE; LOOM_BAD_REQUEST a name that cannot be
 *         used; LOOM_NOT_FOUND no such directory; LOOM_UNAVAILABLE the system refused (full, not
 *         allowed, ...). The old record still stands then; only where the directory could not be
 *         synced at the very end it may be either, whole.
 */
enum loom_status loom_file_store_save(const char *directory, const char *name, const void *data,
                                      size_t length, char *error, size_t error_size);

/**
 * Reads a record.
 * @param data   room for the record
 * @param length of the record, set on success
 * @return LOOM_OK; LOOM_NOT_FOUND there is none, or no such directory; LOOM_BAD_REQUEST it is
 *         damaged, or of another version, or the name cannot be used; LOOM_TOO_LARGE the room is
 *         too small for it; LOOM_UNAVAILABLE the system refused. `data` holds nothing of use
 *         unless LOOM_OK.
 */
enum loom_status loom_file_store_load(const char *directory, const char *name, void *data,
                                      size_t room, size_t *length, char *error, size_t error_size);

/**
 * Removes a record; it is no error if there is none.
 * @return LOOM_OK; LOOM_BAD_REQUEST a name that cannot be used; LOOM_NOT_FOUND no such directory;
 *         LOOM_UNAVAILABLE the system refused
 */
enum loom_status loom_file_store_remove(const char *directory, const char *name, char *error,
                                        size_t error_size);

#ifdef __cplusplus
}
#endif

#endif
