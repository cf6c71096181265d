/* SPDX-License-Identifier: Apache-2.0 */
#include "web/access.h"

#include "common/moment.h"
#include "common/text.h"
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

static json_t *token_json(const struct loom_http_token *token)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", token->id, "name", token->name,
                     "user", token->user, "role", loom_http_role_name(token->role), "created",
                     loom_web_moment(token->created), "expires", loom_web_moment(token->expires),
                     "lastUsed", loom_web_moment(token->used));
}

/* Everybody sees their own, and administrators all. */
static bool may_see(const struct loom_http_request *request, const struct loom_http_token *token)
{
    const struct loom_http_who *who = loom_http_who(request);
    return who->role == LOOM_HTTP_ADMINISTRATOR || strcmp(who->name, token->user) == 0;
}

static void list_tokens(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    struct loom_text after = loom_http_query(request, "after");
    uint64_t limit = 100;
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &limit)) {
        return;
    }
    const struct loom_http_users *users = users_of(access);
    const struct loom_http_token *token =
        loom_http_users_token_after(users, after.data == NULL ? "" : after.data);
    json_t *list = json_array();
    const char *last = NULL;
    while (token != NULL && json_array_size(list) < limit) {
        if (may_see(request, token)) {
            (void)json_array_append_new(list, token_json(token));
        }
        last = token->id;
        token = loom_http_users_token_after(users, last);
    }
    json_t *next = token == NULL || last == NULL ? json_null() : json_string(last);
    loom_http_answer_json(request, 200, json_pack("{s:o, s:o}", "tokens", list, "next", next));
}

/* ---- changing -------------------------------------------------------------------------------- */

struct change {
    const struct loom_web_access *access;
    struct loom_http_request *request; /**< NULL: the client has gone */
    struct loom_http_token token;
    char secret[LOOM_HTTP_SECRET_TEXT]; /**< of a new one */
};

static void gone(void *user)
{
    struct change *change = user;
    change->request = NULL;
}

static struct change *begin(const struct loom_web_access *access, struct loom_http_request *request)
{
    struct change *change = calloc(1, sizeof *change);
    if (change == NULL) {
        (void)loom_web_not_kept(request, LOOM_HTTP_KEPT_FULL);
        return NULL;
    }
    change->access = access;
    change->request = request;
    loom_http_defer(request, gone, change);
    return change;
}

static void write_down(const struct change *change, enum loom_http_kept result)
{
    loom_http_login_audit(change->access->login, change->request, change->token.id,
                          result == LOOM_HTTP_KEPT ? "done" : "not-kept");
}

static void created(void *user, enum loom_http_kept result)
{
    struct change *change = user;
    write_down(change, result);
    if (change->request != NULL && !loom_web_not_kept(change->request, result)) {
        char text[LOOM_HTTP_SECRET_TEXT + 8];
        (void)snprintf(text, sizeof text, "loom_%s", change->secret);
        json_t *body = token_json(&change->token);
        (void)json_object_set_new(body, "token", json_string(text));
        loom_http_answer_json(change->request, 201, body);
    }
    free(change);
}

/* What the body says. @return false: it was answered */
static bool read_token(struct loom_http_request *request, struct loom_http_token *token)
{
    static const struct loom_web_member members[] = {
        {"name", JSON_STRING, true}, {"role", JSON_STRING, false}, {"expires", JSON_STRING, false}};
    json_t *values[3];
    int64_t expires = 0;
    if (!loom_web_members(request, members, 3, values)) {
        return false;
    }
    size_t length = json_string_length(values[0]);
    struct loom_text moment = {json_string_value(values[2]), json_string_length(values[2])};
    token->role = loom_http_who(request)->role;
    if (length == 0 || length >= sizeof token->name) {
        loom_web_mistake(request, "name", "must have 1 to 64 bytes");
    } else if (values[1] != NULL &&
               !loom_http_role_read(json_string_value(values[1]), &token->role)) {
        loom_web_mistake(request, "role", "must be viewer, operator or administrator");
    } else if (token->role > loom_http_who(request)->role) {
        loom_http_problem(request, 403, "role", "a token may not do more than its user");
    } else if (values[2] != NULL &&
               (!loom_moment_read(moment, &expires) || expires / 1000 <= loom_http_login_time())) {
        loom_web_mistake(request, "expires", "must be a time to come, as RFC 3339 has it");
    } else {
        memcpy(token->name, json_string_value(values[0]), length);
        token->expires = expires / 1000;
        return true;
    }
    return false;
}

static bool make_id(char id[LOOM_HTTP_TOKEN_ID])
{
    uint64_t number;
    if (!loom_http_random(&number, sizeof number)) {
        return false;
    }
    (void)snprintf(id, LOOM_HTTP_TOKEN_ID, "%016llx", (unsigned long long)number);
    return true;
}

static void create_token(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    const struct loom_http_who *who = loom_http_who(request);
    struct loom_http_token token = {.created = loom_http_login_time()};
    if (who->proof != LOOM_HTTP_COOKIE) {
        loom_http_problem(request, 403, "login-needed",
                          "only who has logged in with a password makes tokens");
        return;
    }
    if (!read_token(request, &token)) {
        return;
    }
    struct change *change = begin(access, request);
    if (change == NULL) {
        return;
    }
    strcpy(token.user, who->name);
    if (!make_id(token.id) || !loom_http_secret_make(change->secret, token.digest)) {
        created(change, LOOM_HTTP_KEPT_FULL);
        return;
    }
    change->token = token;
    loom_http_users_put_token(users_of(access), &change->token, created, change);
}

static void deleted(void *user, enum loom_http_kept result)
{
    struct change *change = user;
    loom_http_login_review(change->access->login);
    write_down(change, result);
    if (change->request != NULL && !loom_web_not_kept(change->request, result)) {
        loom_http_answer_empty(change->request, 204);
    }
    free(change);
}

static void delete_token(void *user, struct loom_http_request *request)
{
    const struct loom_web_access *access = user;
    struct loom_text id = loom_http_parameter(request, "id");
    const struct loom_http_token *token = loom_http_users_token(users_of(access), id.data);
    /* Of whose token it is nobody else hears. */
    if (token == NULL || !may_see(request, token)) {
        loom_http_problem(request, 404, "no-token", "there is no token of this id");
        return;
    }
    struct change *change = begin(access, request);
    if (change != NULL) {
        change->token = *token;
        loom_http_users_drop_token(users_of(access), change->token.id, deleted, change);
    }
}

const struct loom_http_route loom_web_token_routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/tokens",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_tokens,
     .operation = "listTokens",
     .queries = "after limit"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/tokens",
     .role = LOOM_HTTP_VIEWER,
     .handler = create_token,
     .operation = "createToken",
     .body = LOOM_HTTP_JSON,
     .body_max = 4096},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/tokens/{id}",
     .role = LOOM_HTTP_VIEWER,
     .handler = delete_token,
     .operation = "deleteToken"},
};

const size_t loom_web_token_route_count =
    sizeof loom_web_token_routes / sizeof loom_web_token_routes[0];
