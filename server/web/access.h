/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of who may do what: sessions, users and tokens. docs/rest.md says what each route takes and
 * gives.
 */
#ifndef LOOM_WEB_ACCESS_H
#define LOOM_WEB_ACCESS_H

#include "http/login.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_web_access {
    struct loom_http_login *login;
    const char *program; /**< its name */
    const char *version;
};

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_access_begin(const struct loom_web_access *access, struct loom_http *http);

/* ---- between the files of these routes ------------------------------------------------------- */

extern const struct loom_http_route loom_web_session_routes[];
extern const size_t loom_web_session_route_count;
extern const struct loom_http_route loom_web_user_routes[];
extern const size_t loom_web_user_route_count;
extern const struct loom_http_route loom_web_token_routes[];
extern const size_t loom_web_token_route_count;

/** Answers what came of a change that was not kept. @return false: it was kept */
bool loom_web_not_kept(struct loom_http_request *request, enum loom_http_kept result);

/** A moment in seconds as RFC 3339. @param time 0: null */
json_t *loom_web_moment(int64_t time);

#ifdef __cplusplus
}
#endif

#endif
