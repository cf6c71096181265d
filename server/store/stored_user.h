/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Users of the servers and their tokens, the record of what they did, and settings that they make.
 */
#ifndef LOOM_STORED_USER_H
#define LOOM_STORED_USER_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_stored_user {
    struct loom_text name;
    struct loom_text password; /**< hashed, with what it was hashed with */
    struct loom_text role;
    int64_t generation; /**< counts changes, from 1 */
    int64_t created;
    int64_t changed;
};

struct loom_stored_token {
    struct loom_text id;
    struct loom_bytes digest; /**< of the token, which is nowhere */
    struct loom_text user;
    struct loom_text label;
    struct loom_text role;
    int64_t created;
    int64_t expires; /**< 0: never */
    int64_t last_used;
};

/** Something that somebody did, or was refused. */
struct loom_stored_deed {
    int64_t number; /**< given by the table */
    int64_t time;
    struct loom_text user;    /**< empty: nobody who was known */
    struct loom_text address; /**< where from */
    struct loom_text action;
    struct loom_text target;
    int64_t status;          /**< of HTTP */
    struct loom_text detail; /**< data NULL: none; never a secret */
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_user_visitor(void *user, const struct loom_stored_user *stored);
typedef bool loom_stored_token_visitor(void *user, const struct loom_stored_token *token);
typedef bool loom_stored_deed_visitor(void *user, const struct loom_stored_deed *deed);

/** @param changes out: of users and tokens so far, also of when a token was last used */
enum loom_database_status loom_stored_user_changes(struct loom_database *database,
                                                   int64_t *changes);

/* ---- users ----------------------------------------------------------------------------------- */

/** Stores a user, whose new generation is `expected` + 1; within a transaction that is taken back
 *  unless all is well.
 *  @param expected the generation that it has now; 0: there is none of that name
 *  @return LOOM_DATABASE_CONFLICT it has another generation, or no administrator would be left */
enum loom_database_status loom_stored_user_save(struct loom_database *database,
                                                const struct loom_stored_user *user,
                                                int64_t expected);

/** Removes a user with all tokens, as loom_stored_user_save(). @return LOOM_DATABASE_CONFLICT it
 * has another generation, is not there, or is the last administrator */
enum loom_database_status loom_stored_user_remove(struct loom_database *database,
                                                  struct loom_text name, int64_t expected);

/** Shows all users, by name. */
enum loom_database_status loom_stored_user_each(struct loom_database *database,
                                                loom_stored_user_visitor *visit, void *user);

/* ---- tokens ---------------------------------------------------------------------------------- */

/** Stores a token, in the place of the one of its id.
 *  @return LOOM_DATABASE_CONFLICT there is no such user, or another token with its digest */
enum loom_database_status loom_stored_token_save(struct loom_database *database,
                                                 const struct loom_stored_token *token);

enum loom_database_status loom_stored_token_remove(struct loom_database *database,
                                                   struct loom_text id);

/** Removes those that have expired by now. */
enum loom_database_status loom_stored_token_expire(struct loom_database *database, int64_t now);

/** Stores when a token was used. */
enum loom_database_status loom_stored_token_used(struct loom_database *database,
                                                 struct loom_text id, int64_t now);

/** Shows all tokens, by user and id. */
enum loom_database_status loom_stored_token_each(struct loom_database *database,
                                                 loom_stored_token_visitor *visit, void *user);

/* ---- the record ------------------------------------------------------------------------------ */

enum loom_database_status loom_stored_deed_add(struct loom_database *database,
                                               const struct loom_stored_deed *deed);

/** Shows deeds, the newest first. @param before only older ones; 0: from the newest */
enum loom_database_status loom_stored_deed_page(struct loom_database *database, int64_t before,
                                                size_t limit, loom_stored_deed_visitor *visit,
                                                void *user);

/** Which deeds strangers can cause, for statements and for the schema. */
#define LOOM_STORED_FAILED_LOGIN    "(action = 'login' AND COALESCE(detail, 'done') <> 'done')"
#define LOOM_STORED_NO_FAILED_LOGIN "(action <> 'login' OR COALESCE(detail, 'done') = 'done')"

/** Removes deeds from before a time, and the oldest of those beyond a number: failed logins, which
 *  anybody can cause, have one of their own, so that they push out nothing else.
 *  @param failed failed logins that stay
 *  @param others what else stays */
enum loom_database_status loom_stored_deed_prune(struct loom_database *database, int64_t before,
                                                 size_t failed, size_t others);

/** @param number out: that of the newest deed of before a time; 0: there is none */
enum loom_database_status loom_stored_deed_of_time(struct loom_database *database, int64_t time,
                                                   int64_t *number);

/* ---- settings -------------------------------------------------------------------------------- */

typedef bool loom_stored_setting_visitor(void *user, struct loom_text name, struct loom_text value);

/** Stores a setting. @param value data NULL: it is removed */
enum loom_database_status loom_stored_setting_save(struct loom_database *database,
                                                   struct loom_text name, struct loom_text value,
                                                   int64_t now);

/** Shows all settings, by name. */
enum loom_database_status loom_stored_setting_each(struct loom_database *database,
                                                   loom_stored_setting_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
