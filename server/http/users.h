/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Users and their tokens. All of them are in memory, where each request looks; a *keeper* makes
 * changes durable before they are in force.
 */
#ifndef LOOM_HTTP_USERS_H
#define LOOM_HTTP_USERS_H

#include "http/password.h"
#include "http/secret.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_HTTP_USERS_MAX  1000u
#define LOOM_HTTP_TOKENS_MAX 10000u
#define LOOM_HTTP_TOKEN_ID   17 /**< 16 digits and a NUL */

struct loom_http_user {
    char name[LOOM_HTTP_NAME_SIZE];
    enum loom_http_role role;
    char hash[LOOM_HTTP_HASH_SIZE]; /**< of the password; in no answer, log or event */
    uint64_t version;               /**< counts changes */
    int64_t created;                /**< seconds since 1970 */
    int64_t changed;
};

/** A token of a user. It may do what both of them may. */
struct loom_http_token {
    char id[LOOM_HTTP_TOKEN_ID];
    char user[LOOM_HTTP_NAME_SIZE];
    char name[LOOM_HTTP_NAME_SIZE]; /**< what it is for */
    enum loom_http_role role;
    uint8_t digest[LOOM_HTTP_DIGEST_SIZE];
    int64_t created;
    int64_t expires;     /**< 0: never */
    int64_t used;        /**< when it was last; 0: never */
    bool use_is_unknown; /**< to the keeper */
};

enum loom_http_change {
    LOOM_HTTP_PUT_USER,
    LOOM_HTTP_DROP_USER, /**< and its tokens */
    LOOM_HTTP_PUT_TOKEN,
    LOOM_HTTP_DROP_TOKEN,
};

enum loom_http_kept {
    LOOM_HTTP_KEPT,
    LOOM_HTTP_KEPT_CONFLICT,    /**< somebody else has changed it meanwhile, or is changing an
                                     administrator, of whom one has to stay */
    LOOM_HTTP_KEPT_FULL,        /**< LOOM_HTTP_..._MAX, or no memory */
    LOOM_HTTP_KEPT_UNAVAILABLE, /**< the database is gone */
};

typedef void loom_http_kept_done(void *user, enum loom_http_kept result);

/** Makes changes durable. */
struct loom_http_keeper {
    /** Writes one change, and calls `done` later or at once, with what came of it. What `change` is
     *  about lasts until then.
     *  @param version of a user: what it must have had before, 0 if it is new */
    void (*keep)(void *self, enum loom_http_change change, const struct loom_http_user *user,
                 const struct loom_http_token *token, uint64_t version, loom_http_kept_done *done,
                 void *data);
    void *self;
};

struct loom_http_users;

/** @param keeper NULL: they are in memory alone @return NULL without memory */
struct loom_http_users *loom_http_users_create(const struct loom_http_keeper *keeper);
void loom_http_users_destroy(struct loom_http_users *users);

/** Takes what the keeper had, at the start; no change is kept. @return false: full */
bool loom_http_users_load_user(struct loom_http_users *users, const struct loom_http_user *user);
bool loom_http_users_load_token(struct loom_http_users *users, const struct loom_http_token *token);

size_t loom_http_users_count(const struct loom_http_users *users);

/** What is found lasts until the next change. @return NULL: there is none */
const struct loom_http_user *loom_http_users_find(const struct loom_http_users *users,
                                                  const char *name);
/** In the order of names, from the first one after `name`; "" is before all. */
const struct loom_http_user *loom_http_users_after(const struct loom_http_users *users,
                                                   const char *name);
const struct loom_http_token *
loom_http_users_find_token(const struct loom_http_users *users,
                           const uint8_t digest[LOOM_HTTP_DIGEST_SIZE]);
const struct loom_http_token *loom_http_users_token(const struct loom_http_users *users,
                                                    const char *id);
/** In the order of ids. */
const struct loom_http_token *loom_http_users_token_after(const struct loom_http_users *users,
                                                          const char *id);

/** Creates or changes a user. `version` is that of what it replaces, 0 for a new one; the new one
 * gets the next. `done` may be called at once. */
void loom_http_users_put(struct loom_http_users *users, const struct loom_http_user *user,
                         uint64_t version, loom_http_kept_done *done, void *data);
void loom_http_users_drop(struct loom_http_users *users, const char *name, uint64_t version,
                          loom_http_kept_done *done, void *data);
void loom_http_users_put_token(struct loom_http_users *users, const struct loom_http_token *token,
                               loom_http_kept_done *done, void *data);
void loom_http_users_drop_token(struct loom_http_users *users, const char *id,
                                loom_http_kept_done *done, void *data);

/** A token is used now. That is remembered by the minute. */
void loom_http_users_use(struct loom_http_users *users, const struct loom_http_token *token,
                         int64_t now);

/** Gives tokens whose use the keeper does not know, and takes it for known. @return NULL: no more
 */
const struct loom_http_token *loom_http_users_next_used(struct loom_http_users *users);

/** Users and tokens as they are kept now; both are put in order. */
struct loom_http_users_kept {
    struct loom_http_user *users;
    size_t user_count;
    struct loom_http_token *tokens;
    size_t token_count;
};

/**
 * Puts what others have changed in the place of all that there is; no change is kept.
 * @param ended hears of each user who has gone, or has another password; it must not change users
 */
void loom_http_users_replace(struct loom_http_users *users, struct loom_http_users_kept *kept,
                             void (*ended)(void *user, const char *name), void *user);

/** @return whether there is an administrator besides `name`; the last one is not to go */
bool loom_http_users_has_other_administrator(const struct loom_http_users *users, const char *name);

/** @return whether a name may be one: 1 to 64 letters, digits, `.`, `_`, `-` and `@` */
bool loom_http_name_is_good(struct loom_text name);

/** `viewer`, `operator`, `administrator`; `nobody`. */
const char *loom_http_role_name(enum loom_http_role role);
/** @return false: it is none of the three */
bool loom_http_role_read(const char *name, enum loom_http_role *role);

#ifdef __cplusplus
}
#endif

#endif
