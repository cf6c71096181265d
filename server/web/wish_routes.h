/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of wished observations.
 */
#ifndef LOOM_WEB_WISH_ROUTES_H
#define LOOM_WEB_WISH_ROUTES_H

#include "http/http.h"
#include "service/kept_wishes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_wishes {
    struct loom_kept_wishes *kept;
    int64_t (*now)(void *user); /* milliseconds since 1970 */
    void *user;
};

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_wishes_begin(struct loom_web_wishes *web, struct loom_http *http,
                           struct loom_kept_wishes *kept, int64_t (*now)(void *user), void *user);

#ifdef __cplusplus
}
#endif

#endif
