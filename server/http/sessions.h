/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sessions by the digest of their secret. Of this room only. Times are milliseconds of a clock that
 * never goes back.
 */
#ifndef LOOM_HTTP_SESSIONS_H
#define LOOM_HTTP_SESSIONS_H

#include "http/http.h"
#include "http/secret.h"

#include "common/index.h"
#include "common/list.h"

#define LOOM_HTTP_SESSIONS_MAX      1000u
#define LOOM_HTTP_SESSIONS_OF_ONE   20u /**< of one user; the oldest ends for the next */
#define LOOM_HTTP_SESSION_LONGEST_S (7u * 86400u)

struct loom_http_session {
    struct loom_index_link link;
    struct loom_list age; /**< in the order in which they began */
    uint8_t digest[LOOM_HTTP_DIGEST_SIZE];
    char user[LOOM_HTTP_NAME_SIZE];
    uint64_t began;
    uint64_t used;
};

struct loom_http_sessions {
    struct loom_index index;
    struct loom_list all;
    size_t count;
};

void loom_http_sessions_begin(struct loom_http_sessions *sessions, uint64_t seed);
void loom_http_sessions_end(struct loom_http_sessions *sessions);

/** @param secret of the new session @return NULL: no memory */
struct loom_http_session *loom_http_sessions_add(struct loom_http_sessions *sessions,
                                                 const char *user, uint64_t now,
                                                 char secret[LOOM_HTTP_SECRET_TEXT]);

/** The session of a secret; one that is over is removed. @return NULL: none */
struct loom_http_session *loom_http_sessions_find(struct loom_http_sessions *sessions,
                                                  const char *secret, uint64_t now);

void loom_http_sessions_remove(struct loom_http_sessions *sessions,
                               struct loom_http_session *session);

/** Removes those of a user but one. @param but NULL: all */
void loom_http_sessions_remove_user(struct loom_http_sessions *sessions, const char *user,
                                    const struct loom_http_session *but);

/** Milliseconds until a session ends by itself. */
uint64_t loom_http_session_rest(const struct loom_http_session *session, uint64_t now);

#endif
