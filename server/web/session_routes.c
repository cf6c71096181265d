/* SPDX-License-Identifier: Apache-2.0 */
#include "web/access.h"
#include "web/members.h"

static json_t *session_json(const struct loom_web_access *access, const char *name,
                            enum loom_http_role role, int64_t expires)
{
    json_t *user = name == NULL ? json_null() : json_string(name);
    return json_pack("{s:o, s:s, s:s, s:s, s:o}", "user", user, "role", loom_http_role_name(role),
                     "program", access->program, "version", access->version, "expires",
                     loom_web_moment(expires));
}

static void show_session(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    const struct loom_http_who *who = loom_http_who(request);
    loom_http_answer_json(request, 200,
                          session_json(access, who->proof == LOOM_HTTP_LOOPBACK ? NULL : who->name,
                                       who->role, loom_http_login_expires(access->login, request)));
}

static void opened(void *user, struct loom_http_request *request, const char *name)
{
    const struct loom_web_access *access = user;
    const struct loom_http_user *found =
        loom_http_users_find(loom_http_login_users(access->login), name);
    loom_http_answer_json(
        request, 200,
        session_json(access, name, found->role, loom_http_login_time() + LOOM_HTTP_SESSION_IDLE_S));
}

static void open_session(void *user, struct loom_http_request *request)
{
    static const struct loom_web_member members[] = {{"name", JSON_STRING, true},
                                                     {"password", JSON_STRING, true}};
    const struct loom_web_access *access = user;
    json_t *values[2];
    if (!loom_web_members(request, members, 2, values)) {
        return;
    }
    struct loom_text name = {json_string_value(values[0]), json_string_length(values[0])};
    struct loom_text password = {json_string_value(values[1]), json_string_length(values[1])};
    loom_http_login_open(access->login, request, name, password, opened, user);
}

static void close_session(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    loom_http_login_close(access->login, request);
    loom_http_answer_empty(request, 204);
}

const struct loom_http_route loom_web_session_routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/session",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_session,
     .operation = "showSession"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/session",
     .handler = open_session,
     .operation = "openSession",
     .body = LOOM_HTTP_JSON,
     .body_max = 4096},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/session",
     .handler = close_session,
     .operation = "closeSession"},
};

const size_t loom_web_session_route_count =
    sizeof loom_web_session_routes / sizeof loom_web_session_routes[0];
