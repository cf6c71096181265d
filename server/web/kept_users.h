/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Users and tokens in the database: read at the start, and the keeper that writes what changes.
 */
#ifndef LOOM_WEB_KEPT_USERS_H
#define LOOM_WEB_KEPT_USERS_H

#include "common/list.h"
#include "database/writer.h"
#include "http/users.h"
#include "store/stored_user.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_kept_users {
    struct loom_writer *writer; /* NULL: not yet, and changes are refused */
    struct loom_list jobs;      /* that the writer has */
    unsigned deeds;
    struct loom_kept_look *look; /* under way; NULL: none */
    int64_t looked;              /* when the last one began */
    int64_t changes;             /* that were known then */
    struct loom_http_users *users;
    void (*ended)(void *user, const char *name);
    void *user;
};

/** How often it is looked whether others have changed users or tokens. */
#define LOOM_KEPT_USERS_LOOK_MS 5000

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

/**
 * Begins to look what others have changed, and to write when tokens were used; tokens that have
 * expired are removed.
 * @param users lasts until loom_kept_users_end()
 * @param ended see loom_http_users_replace()
 */
void loom_kept_users_look(struct loom_kept_users *kept, struct loom_http_users *users,
                          void (*ended)(void *user, const char *name), void *user);

/** Looks, if it is time to. @param now_ms milliseconds since 1970 */
void loom_kept_users_step(struct loom_kept_users *kept, int64_t now_ms);

/** @return when the next step is due; INT64_MAX: not before something happens */
int64_t loom_kept_users_deadline(const struct loom_kept_users *kept);

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

/* ---- for these files only -------------------------------------------------------------------- */

/** @return false: no program of ours has written it */
bool loom_kept_user_read(const struct loom_stored_user *stored, struct loom_http_user *user);
bool loom_kept_token_read(const struct loom_stored_token *stored, struct loom_http_token *token);

/** What is under way tells nobody any more. */
void loom_kept_users_stop_looking(struct loom_kept_users *kept);

#ifdef __cplusplus
}
#endif

#endif
