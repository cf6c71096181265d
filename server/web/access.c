/* SPDX-License-Identifier: Apache-2.0 */
#include "web/access.h"

#include "common/moment.h"

bool loom_web_access_begin(const struct loom_web_access *access, struct loom_http *http)
{
    void *user = (void *)(uintptr_t)access;
    return loom_http_add_routes(http, loom_web_session_routes, loom_web_session_route_count,
                                user) &&
           loom_http_add_routes(http, loom_web_user_routes, loom_web_user_route_count, user) &&
           loom_http_add_routes(http, loom_web_token_routes, loom_web_token_route_count, user);
}

bool loom_web_not_kept(struct loom_http_request *request, enum loom_http_kept result)
{
    switch (result) {
    case LOOM_HTTP_KEPT:
        return false;
    case LOOM_HTTP_KEPT_CONFLICT:
        loom_http_problem(request, 409, "changed", "somebody else has changed it meanwhile");
        return true;
    case LOOM_HTTP_KEPT_FULL:
        loom_http_problem(request, 507, "full", "there is no room for more of them");
        return true;
    default:
        loom_http_add_header(request, "Retry-After", "10");
        loom_http_problem(request, 503, "store-lost", "the database is gone; nothing was changed");
        return true;
    }
}

json_t *loom_web_moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    if (time == 0) {
        return json_null();
    }
    loom_moment_write(time * 1000, text);
    return json_string(text);
}
