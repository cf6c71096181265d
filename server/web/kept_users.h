/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Users and tokens in the database: read at the start, and the keeper that writes what changes.
 */
#ifndef LOOM_WEB_KEPT_USERS_H
#define LOOM_WEB_KEPT_USERS_H

#include "common/list.h"
#include "database/writer.h"
#include "http/users.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_kept_users {
    struct loom_writer *writer; /* NULL: not yet, and changes are refused */
    struct loom_list jobs;      /* that the writer has */
    unsigned deeds;
};

/** Begins without a writer. */
void loom_kept_users_begin(struct loom_kept_users *kept);

/** Changes go to this writer from now on. */
void loom_kept_users_write(struct loom_kept_users *kept, struct loom_writer *writer);

/** What is under way is told that it cannot be kept. To be called while the users are still there;
 * the writer may end later. */
void loom_kept_users_end(struct loom_kept_users *kept);

/** For loom_http_users_create(). */
struct loom_http_keeper loom_kept_users_keeper(struct loom_kept_users *kept);

/** Reads all users and tokens.
 *  @return LOOM_DATABASE_FULL there are more than LOOM_HTTP_USERS_MAX or _TOKENS_MAX, or there is
 * no memory */
enum loom_database_status loom_kept_users_load(struct loom_database *database,
                                               struct loom_http_users *users);

/** Stores a user at once, on a connection that has no writer yet. */
enum loom_database_status loom_kept_users_add(struct loom_database *database,
                                              const struct loom_http_user *user);

/** What is to be written down of a deed; see struct loom_stored_deed. */
struct loom_kept_deed {
    const char *who;
    const char *address;
    const char *action;
    const char *target;
    unsigned status;
    const char *detail; /**< NULL: none */
};

/** Writes a deed down, as soon as the writer can; if it cannot, nothing is written. */
void loom_kept_users_deed(struct loom_kept_users *kept, const struct loom_kept_deed *deed,
                          int64_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
