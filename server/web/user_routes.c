/* SPDX-License-Identifier: Apache-2.0 */
#include "web/access.h"
#include "web/members.h"
#include "web/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_MAX 1000u

static struct loom_http_users *users_of(const struct loom_web_access *access)
{
    return loom_http_login_users(access->login);
}

static json_t *user_json(const struct loom_http_user *user)
{
    return json_pack("{s:s, s:s, s:o, s:o}", "name", user->name, "role",
                     loom_http_role_name(user->role), "created", loom_web_moment(user->created),
                     "changed", loom_web_moment(user->changed));
}

static void write_etag(const struct loom_http_user *user, char etag[24])
{
    (void)snprintf(etag, 24, "\"%llu\"", (unsigned long long)user->version);
}

/* ---- looking --------------------------------------------------------------------------------- */

static void list_users(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    struct loom_text after = loom_http_query(request, "after");
    uint64_t limit = 100;
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &limit)) {
        return;
    }
    const struct loom_http_user *found =
        loom_http_users_after(users_of(access), after.data == NULL ? "" : after.data);
    json_t *list = json_array();
    const char *last = NULL;
    for (uint64_t i = 0; i < limit && found != NULL; i++) {
        last = found->name;
        (void)json_array_append_new(list, user_json(found));
        found = loom_http_users_after(users_of(access), last);
    }
    json_t *next = found == NULL || last == NULL ? json_null() : json_string(last);
    loom_http_answer_json(request, 200, json_pack("{s:o, s:o}", "users", list, "next", next));
}

static void show_user(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    char etag[24];
    const struct loom_http_user *found =
        loom_http_users_find(users_of(access), loom_http_parameter(request, "name").data);
    if (found == NULL) {
        loom_http_problem(request, 404, "no-user", "there is no user of this name");
        return;
    }
    write_etag(found, etag);
    loom_http_add_header(request, "ETag", etag);
    if (!loom_http_is_known(request, etag)) {
        loom_http_answer_json(request, 200, user_json(found));
    }
}

/* ---- changing -------------------------------------------------------------------------------- */

/* A change on its way: first the password is hashed, if there is a new one, then it is kept. */
struct change {
    const struct loom_web_access *access;
    struct loom_http_request *request; /**< NULL: the client has gone */
    struct loom_http_user user;
    uint64_t version; /**< of what it replaces */
    bool removes;
    bool answers_nothing; /**< 204 */
    bool ends_sessions;
};

static void gone(void *user)
{
    struct change *change = user;
    change->request = NULL;
}

static void answer_change(const struct change *change)
{
    struct loom_http_request *request = change->request;
    if (change->removes || change->answers_nothing) {
        loom_http_answer_empty(request, 204);
        return;
    }
    char etag[24];
    const struct loom_http_user *found =
        loom_http_users_find(users_of(change->access), change->user.name);
    write_etag(found, etag);
    loom_http_add_header(request, "ETag", etag);
    loom_http_answer_json(request, change->version == 0 ? 201 : 200, user_json(found));
}

static void kept(void *user, enum loom_http_kept result)
{
    struct change *change = user;
    struct loom_http_request *request = change->request;
    struct loom_http_login *login = change->access->login;
    /* Before sessions end: it may have been made in one of them. */
    loom_http_login_audit(login, request, change->user.name,
                          result == LOOM_HTTP_KEPT ? "done" : "not-kept");
    if (result == LOOM_HTTP_KEPT && change->ends_sessions) {
        loom_http_login_end(login, change->user.name, change->removes ? NULL : request);
    }
    loom_http_login_review(login);
    if (request != NULL && !loom_web_not_kept(request, result)) {
        answer_change(change);
    }
    free(change);
}

static void keep(struct change *change)
{
    struct loom_http_users *users = users_of(change->access);
    if (change->request != NULL) {
        loom_http_defer(change->request, gone, change);
    }
    if (change->removes) {
        loom_http_users_drop(users, change->user.name, change->version, kept, change);
    } else {
        loom_http_users_put(users, &change->user, change->version, kept, change);
    }
}

static void hashed(void *user, struct loom_http_request *request, const char *hash)
{
    struct change *change = user;
    change->request = request;
    if (hash != NULL) {
        strncpy(change->user.hash, hash, sizeof change->user.hash - 1);
        keep(change);
        return;
    }
    if (request != NULL) {
        loom_http_add_header(request, "Retry-After", "2");
        loom_http_problem(request, 503, "busy", "too many passwords are being looked at");
    }
    free(change);
}

/* Somebody has to be able to make users, from the first one on. */
static bool refuse_orphans(struct loom_http_request *request, const struct loom_web_access *access,
                           const char *name)
{
    if (loom_http_users_has_other_administrator(users_of(access), name)) {
        return false;
    }
    loom_http_problem(request, 409, "last-administrator",
                      "there has to be an administrator; this would leave none");
    return true;
}

/* Whether `If-Match`, if it is there, names what is there. */
static bool is_current(struct loom_http_request *request, const struct loom_http_user *found)
{
    char etag[24];
    if (loom_http_header(request, "If-Match") == NULL) {
        return true;
    }
    if (found != NULL) {
        write_etag(found, etag);
    }
    return loom_http_may_change(request, found == NULL ? NULL : etag);
}

static struct change *begin(const struct loom_web_access *access, struct loom_http_request *request,
                            const struct loom_http_user *found)
{
    struct change *change = calloc(1, sizeof *change);
    if (change == NULL) {
        (void)loom_web_not_kept(request, LOOM_HTTP_KEPT_FULL);
        return NULL;
    }
    change->access = access;
    change->request = request;
    if (found != NULL) {
        change->user = *found;
        change->version = found->version;
    }
    return change;
}

/* @return whether the role and the password of a body can be taken */
static bool check_user(struct loom_http_request *request, json_t *const *values,
                       const struct loom_http_user *found, enum loom_http_role *role)
{
    struct loom_text name = loom_http_parameter(request, "name");
    struct loom_text password = {json_string_value(values[1]), json_string_length(values[1])};
    const char *wrong = values[1] == NULL ? NULL : loom_http_password_wrong(password);
    if (found == NULL && !loom_http_name_is_good(name)) {
        loom_http_problem(request, 422, "bad-name",
                          "a name has 1 to 64 letters, digits, and . _ - @");
    } else if (!loom_http_role_read(json_string_value(values[0]), role)) {
        loom_web_mistake(request, "role", "must be viewer, operator or administrator");
    } else if (found == NULL && values[1] == NULL) {
        loom_web_mistake(request, "password", "is missing");
    } else if (wrong != NULL) {
        loom_web_mistake(request, "password", wrong);
    } else {
        return true;
    }
    return false;
}

static void put_user(void *user, struct loom_http_request *request)
{
    static const struct loom_web_member members[] = {{"role", JSON_STRING, true},
                                                     {"password", JSON_STRING, false}};
    const struct loom_web_access *access = user;
    struct loom_text name = loom_http_parameter(request, "name");
    const struct loom_http_user *found = loom_http_users_find(users_of(access), name.data);
    enum loom_http_role role;
    json_t *values[2];
    if (!loom_web_members(request, members, 2, values) ||
        !check_user(request, values, found, &role) || !is_current(request, found) ||
        (role != LOOM_HTTP_ADMINISTRATOR && refuse_orphans(request, access, name.data))) {
        return;
    }
    struct change *change = begin(access, request, found);
    if (change == NULL) {
        return;
    }
    change->user.role = role;
    change->user.changed = loom_http_login_time();
    if (found == NULL) {
        memcpy(change->user.name, name.data, name.length);
        change->user.created = change->user.changed;
    }
    if (values[1] == NULL) {
        keep(change);
        return;
    }
    change->ends_sessions = true;
    struct loom_text password = {json_string_value(values[1]), json_string_length(values[1])};
    loom_http_login_hash(access->login, request, password, hashed, change);
}

/* ---- one's own password ---------------------------------------------------------------------- */

static void confirmed(void *user, struct loom_http_request *request, const char *name)
{
    const struct loom_web_access *access = user;
    const json_t *value = json_object_get(loom_http_json(request), "password");
    struct loom_text password = {json_string_value(value), json_string_length(value)};
    struct change *change = begin(access, request, loom_http_users_find(users_of(access), name));
    if (change != NULL) {
        change->answers_nothing = true;
        change->ends_sessions = true;
        change->user.changed = loom_http_login_time();
        loom_http_login_hash(access->login, request, password, hashed, change);
    }
}

/* Whoever finds a page open does not take it over for good: the password is asked for once more. */
static void change_password(void *user, struct loom_http_request *request)
{
    static const struct loom_web_member members[] = {{"current", JSON_STRING, true},
                                                     {"password", JSON_STRING, true}};
    const struct loom_web_access *access = user;
    json_t *values[2];
    if (loom_http_who(request)->proof != LOOM_HTTP_COOKIE) {
        loom_http_problem(request, 403, "login-needed",
                          "only who has logged in with a password changes it");
        return;
    }
    if (!loom_web_members(request, members, 2, values)) {
        return;
    }
    struct loom_text current = {json_string_value(values[0]), json_string_length(values[0])};
    struct loom_text password = {json_string_value(values[1]), json_string_length(values[1])};
    const char *wrong = loom_http_password_wrong(password);
    if (wrong != NULL) {
        loom_web_mistake(request, "password", wrong);
        return;
    }
    loom_http_login_confirm(access->login, request, current, confirmed, user);
}

/* ---- removing -------------------------------------------------------------------------------- */

static void delete_user(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    const char *name = loom_http_parameter(request, "name").data;
    const struct loom_http_user *found = loom_http_users_find(users_of(access), name);
    if (found == NULL) {
        loom_http_problem(request, 404, "no-user", "there is no user of this name");
        return;
    }
    if (!is_current(request, found) || refuse_orphans(request, access, name)) {
        return;
    }
    struct change *change = begin(access, request, found);
    if (change != NULL) {
        change->removes = true;
        change->ends_sessions = true;
        keep(change);
    }
}

const struct loom_http_route loom_web_user_routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/users",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = list_users,
     .operation = "listUsers",
     .queries = "after limit"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/users/{name}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = show_user,
     .operation = "showUser"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/users/{name}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = put_user,
     .operation = "putUser",
     .body = LOOM_HTTP_JSON,
     .body_max = 4096},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/session/password",
     .role = LOOM_HTTP_VIEWER,
     .handler = change_password,
     .operation = "changePassword",
     .body = LOOM_HTTP_JSON,
     .body_max = 4096},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/users/{name}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = delete_user,
     .operation = "deleteUser"},
};

const size_t loom_web_user_route_count =
    sizeof loom_web_user_routes / sizeof loom_web_user_routes[0];
