/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Secrets at rest: sealed with AES-256-GCM under a key file, so that a copy of the database is
 * worth nothing without the file. What a secret belongs to is sealed with it: moved to another row,
 * it does not open.
 *
 * A key file has one or more keys, each a line of 64 hexadecimal digits; lines that begin with `#`
 * are comments. The first key seals, all of them open: so a new one is put before the old one, and
 * the old one goes when everything has been sealed again.
 *
 * Sealing and opening may be done by several threads at once.
 */
#ifndef LOOM_DATABASE_SEAL_H
#define LOOM_DATABASE_SEAL_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Keys of a file. */
#define LOOM_SEAL_KEYS_MAX 8u

/** The longest secret, and how much longer it is when it is sealed. */
#define LOOM_SEAL_SECRET_MAX 65536u
#define LOOM_SEAL_OVERHEAD   33u

struct loom_seal;

enum loom_seal_status {
    LOOM_SEAL_OK,
    LOOM_SEAL_NOT_FOUND, /**< there is no such file */
    LOOM_SEAL_BAD_FILE,  /**< others may read it, or it is no key file */
    LOOM_SEAL_UNKNOWN,   /**< sealed under a key that is not in the file */
    LOOM_SEAL_BROKEN,    /**< changed, cut off, or of another row */
    LOOM_SEAL_NO_MEMORY  /**< or no random numbers */
};

/** Reads a key file. It must be a regular file that nobody but its owner, us or root, can read or
 * write.
 *  @param seal  out: to be closed; NULL on failure
 *  @param error out, on failure: one line with the path */
enum loom_seal_status loom_seal_open(const char *path, struct loom_seal **seal,
                                     struct loom_database_error *error);

/** Reads the text of a key file. @return what is wrong, or NULL */
const char *loom_seal_parse(struct loom_text text, struct loom_seal **seal);

/** Makes a key file with a new key and mode 0600. It is whole and on the disk when this returns.
 *  @return LOOM_SEAL_BAD_FILE: there is one already, which is left alone; or it cannot be written
 */
enum loom_seal_status loom_seal_make_file(const char *path, struct loom_database_error *error);

/** Wipes and frees. NULL is allowed. */
void loom_seal_close(struct loom_seal *seal);

/**
 * Seals a secret.
 * @param belongs what it belongs to: what stands for the row, and no two rows have in common
 * @param sealed  `secret.length` + LOOM_SEAL_OVERHEAD bytes
 */
enum loom_seal_status loom_seal_secret(struct loom_seal *seal, struct loom_text belongs,
                                       struct loom_bytes secret, uint8_t *sealed);

/**
 * Opens what was sealed. On failure `secret` is wiped.
 * @param secret at least `sealed.length` - LOOM_SEAL_OVERHEAD bytes; the caller wipes them
 * @param length out
 * @param old    out: it should be sealed again, as its key is not the first of the file; may be
 * NULL
 */
enum loom_seal_status loom_seal_reveal(struct loom_seal *seal, struct loom_text belongs,
                                       struct loom_bytes sealed, uint8_t *secret, size_t *length,
                                       bool *old);

#ifdef __cplusplus
}
#endif

#endif
