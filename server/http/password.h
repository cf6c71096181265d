/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Passwords, hashed by yescrypt (crypt(5)) in a thread of their own: a hash takes some 50 ms and
 * 16 MiB, for which the loop must not wait.
 */
#ifndef LOOM_HTTP_PASSWORD_H
#define LOOM_HTTP_PASSWORD_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_HTTP_HASH_SIZE    256u
#define LOOM_HTTP_PASSWORD_MIN 8u
#define LOOM_HTTP_PASSWORD_MAX 256u

struct loom_http_passwords;

/** What came of a password. @param hash of a password that is new; NULL if it failed
 *  @param good whether a password was that of a hash */
typedef void loom_http_password_done(void *user, bool good, const char *hash);

/** @return NULL: no memory, or no thread */
struct loom_http_passwords *loom_http_passwords_create(void);

/** Ends the thread. What is still queued is told to have failed. NULL is allowed. */
void loom_http_passwords_destroy(struct loom_http_passwords *passwords);

/** Readable when loom_http_passwords_step() has something to do. */
int loom_http_passwords_descriptor(const struct loom_http_passwords *passwords);
void loom_http_passwords_step(struct loom_http_passwords *passwords);

/** Compares a password with a hash.
 *  @param hash     NULL: of no user; it takes as long as if there were one
 *  @param favoured may have the places that are kept for those who were here before
 *  @return false: too many are waiting, or no memory; `done` will not be called */
bool loom_http_password_check(struct loom_http_passwords *passwords, struct loom_text password,
                              const char *hash, bool favoured, loom_http_password_done *done,
                              void *user);

/** Makes the hash of a new password. @return as loom_http_password_check() */
bool loom_http_password_hash(struct loom_http_passwords *passwords, struct loom_text password,
                             loom_http_password_done *done, void *user);

/** What is wrong with a new password, for people; NULL: nothing. */
const char *loom_http_password_wrong(struct loom_text password);

/** The same as loom_http_password_hash(), at once: for a program's command line.
 *  @return false: the system cannot */
bool loom_http_password_hash_now(struct loom_text password, char hash[LOOM_HTTP_HASH_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
