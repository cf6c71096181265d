/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Login: sessions behind a cookie, and tokens. It is the gate of a listener.
 *
 * A session is a secret in a cookie (HttpOnly, SameSite=Strict, with TLS also Secure and
 * `__Host-`); its digest is kept in memory, so a restart ends sessions. A session ends by logout,
 * after a time, with its user, and when the user's password changes.
 */
#ifndef LOOM_HTTP_LOGIN_H
#define LOOM_HTTP_LOGIN_H

#include "http/users.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is written down: who did what, and whether it came to something. */
struct loom_http_audit {
    const char *action; /**< `login`, `logout`, or the operation of a route */
    const char *who;    /**< of a login, the name that was given: hostile text */
    const char *address;
    const char *subject; /**< what it was done to, or "" : hostile text */
    const char *result;  /**< `done`, or a reason */
};

struct loom_http_login;

/** @param audit may be NULL */
struct loom_http_login *
loom_http_login_create(struct loom_http_users *users,
                       void (*audit)(void *user, const struct loom_http_audit *audit), void *user);
/** To be called after the end of the listener. */
void loom_http_login_destroy(struct loom_http_login *login);

/** For struct loom_http_config; lasts as long as the login. */
const struct loom_http_gate *loom_http_login_gate(struct loom_http_login *login);

/** Lets the listener's loop work for it. To be called once the listener is there, and
 *  loom_http_login_detach() before the listener goes. @return false: the system cannot */
bool loom_http_login_attach(struct loom_http_login *login, struct loom_http *http);
void loom_http_login_detach(struct loom_http_login *login);

/** Called with a request that is to be answered, after the work that took time. */
typedef void loom_http_login_answer(void *user, struct loom_http_request *request,
                                    const char *name);

/** Logs in. Answers 401 or 429 itself; if all is well the cookie is added to the answer, and
 * `answer` is called, which gives it. */
void loom_http_login_open(struct loom_http_login *login, struct loom_http_request *request,
                          struct loom_text name, struct loom_text password,
                          loom_http_login_answer *answer, void *user);

/** Asks who has a session for the password once more. Answers 403 or 429 itself; if it is right,
 * `answer` is called, which gives the answer. */
void loom_http_login_confirm(struct loom_http_login *login, struct loom_http_request *request,
                             struct loom_text password, loom_http_login_answer *answer, void *user);

/** Ends the session of a request, and tells the browser to forget the cookie. */
void loom_http_login_close(struct loom_http_login *login, struct loom_http_request *request);

/** When the session of a request ends if nothing happens, in seconds since 1970; 0: it has none. */
int64_t loom_http_login_expires(struct loom_http_login *login, struct loom_http_request *request);

/** Ends all sessions of a user, but for that of a request if it is not NULL. */
void loom_http_login_end(struct loom_http_login *login, const char *name,
                         struct loom_http_request *but);

/** To be called when users have changed: streams end that somebody may not read any more. */
void loom_http_login_review(struct loom_http_login *login);

/** Hashes a new password, for who is about to store it. `done` is called with the hash, NULL if
 * there is none: then the request is to be answered 503. When the client has gone it is called all
 * the same, with `request` NULL: what was begun is finished. */
typedef void loom_http_login_hashed(void *user, struct loom_http_request *request,
                                    const char *hash);
void loom_http_login_hash(struct loom_http_login *login, struct loom_http_request *request,
                          struct loom_text password, loom_http_login_hashed *done, void *user);

/** Writes something down. */
void loom_http_login_audit(struct loom_http_login *login, struct loom_http_request *request,
                           const char *subject, const char *result);

struct loom_http_users *loom_http_login_users(struct loom_http_login *login);

/** Seconds since 1970. */
int64_t loom_http_login_time(void);

#ifdef __cplusplus
}
#endif

#endif
