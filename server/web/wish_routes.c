/* SPDX-License-Identifier: Apache-2.0 */
#include "web/wish_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "web/query.h"
#include "web/refusals.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Ids are written as they are kept: decimal. */
#define ID_SIZE 24

#define PAGE_MAX 1000u

/* A request that waits until its wish is stored. */
struct pending {
    struct loom_web_wishes *web;
    struct loom_http_request *request; /* NULL: the client has gone */
};

/* ---- as JSON --------------------------------------------------------------------------------- */

static json_t *wish_json(const struct loom_wish *wish)
{
    char id[ID_SIZE];
    char created[LOOM_MOMENT_SIZE];
    (void)snprintf(id, sizeof id, "%" PRIu64, wish->id);
    loom_moment_write(wish->created, created);
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:s}", "id", id, "scope", loom_wish_scope_name(wish->scope),
                  "request", json_loads(wish->body, 0, NULL), "created", created);
    if (json != NULL && wish->scope != LOOM_WISH_ALL) {
        (void)json_object_set_new(json, "name", json_string(wish->name));
    }
    return json;
}

/* How a wish stands at the devices that are registered. */
static json_t *summary_json(const struct loom_web_wishes *web, const struct loom_wish *wish)
{
    size_t devices;
    size_t in_force;
    json_t *json = wish_json(wish);
    loom_wishes_count(web->kept->wishes, wish, &devices, &in_force);
    if (json != NULL) {
        (void)json_object_set_new(json, "devices", json_integer((json_int_t)devices));
        (void)json_object_set_new(json, "inForce", json_integer((json_int_t)in_force));
    }
    return json;
}

/* ---- looking --------------------------------------------------------------------------------- */

/* The first one behind an id, which may be of one that has been removed since. */
static const struct loom_wish *first_after(const struct loom_wishes *wishes, uint64_t id)
{
    const struct loom_wish *wish = loom_wishes_next(wishes, NULL);
    while (wish != NULL && wish->id <= id) {
        wish = loom_wishes_next(wishes, wish);
    }
    return wish;
}

static void list_wishes(void *user, struct loom_http_request *request)
{
    const struct loom_web_wishes *web = user;
    uint64_t after = 0;
    uint64_t limit = 100;
    if (!loom_web_query_number(request, "after", INT64_MAX, &after) ||
        !loom_web_query_number(request, "limit", PAGE_MAX, &limit)) {
        return;
    }
    const struct loom_wish *wish = first_after(web->kept->wishes, after);
    json_t *list = json_array();
    for (; wish != NULL && json_array_size(list) < limit;
         wish = loom_wishes_next(web->kept->wishes, wish)) {
        after = wish->id;
        (void)json_array_append_new(list, summary_json(web, wish));
    }
    char next[ID_SIZE];
    (void)snprintf(next, sizeof next, "%" PRIu64, after);
    loom_http_answer_json(
        request, 200, json_pack("{s:o, s:s?}", "wishes", list, "next", wish == NULL ? NULL : next));
}

/* The wishes for a device, as they are shown. */
struct showing {
    const struct loom_wishes *wishes;
    struct loom_text endpoint;
    json_t *list;
};

static void show_wish(void *user, const struct loom_wish *wish)
{
    const struct showing *showing = user;
    enum loom_wish_state state = loom_wishes_state(showing->wishes, wish, showing->endpoint);
    json_t *json = wish_json(wish);
    (void)json_object_set_new(json, "state", json_string(loom_wish_state_name(state)));
    (void)json_array_append_new(showing->list, json);
}

static void list_wishes_of(void *user, struct loom_http_request *request)
{
    const struct loom_web_wishes *web = user;
    struct showing showing = {.wishes = web->kept->wishes,
                              .endpoint = loom_http_parameter(request, "endpoint"),
                              .list = json_array()};
    loom_wishes_each_of(showing.wishes, showing.endpoint, show_wish, &showing);
    loom_http_answer_json(request, 200, json_pack("{s:o}", "wishes", showing.list));
}

/* ---- changing -------------------------------------------------------------------------------- */

static void gone(void *user)
{
    ((struct pending *)user)->request = NULL;
}

static void refuse_unstored(struct loom_http_request *request)
{
    loom_web_refuse_unstored(request, "the wish could not be stored");
}

static void answer_added(void *user, bool stored, uint64_t id)
{
    struct pending *pending = user;
    struct loom_web_wishes *web = pending->web;
    struct loom_http_request *request = pending->request;
    const struct loom_wish *wish = stored ? loom_wishes_find(web->kept->wishes, id) : NULL;
    free(pending);
    if (request == NULL) {
        return;
    }
    if (wish == NULL) {
        refuse_unstored(request);
        return;
    }
    char location[16 + ID_SIZE];
    (void)snprintf(location, sizeof location, "/v1/wishes/%" PRIu64, id);
    loom_http_add_header(request, "Location", location);
    loom_http_answer_json(request, 201, summary_json(web, wish));
}

static void answer_removed(void *user, bool stored, uint64_t id)
{
    struct pending *pending = user;
    struct loom_http_request *request = pending->request;
    (void)id;
    free(pending);
    if (request != NULL && stored) {
        loom_http_answer_empty(request, 204);
    } else if (request != NULL) {
        refuse_unstored(request);
    }
}

/* The answer comes when it is stored. @return NULL without memory, which was answered */
static struct pending *defer(struct loom_web_wishes *web, struct loom_http_request *request)
{
    struct pending *pending = calloc(1, sizeof *pending);
    if (pending == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return NULL;
    }
    pending->web = web;
    pending->request = request;
    loom_http_defer(request, gone, pending);
    return pending;
}

static void refuse(struct loom_http_request *request, enum loom_wishes_status status,
                   json_t *errors)
{
    switch (status) {
    case LOOM_WISHES_BAD:
        loom_http_problem_with(request, 422, "bad-wish", "this cannot be observed",
                               json_pack("{s:O}", "errors", errors));
        break;
    case LOOM_WISHES_THERE:
        loom_http_problem(request, 409, "exists", "this is wished already");
        break;
    case LOOM_WISHES_TOO_MANY:
        loom_http_problem(request, 409, "too-many", "there are %u wishes already", LOOM_WISHES_MAX);
        break;
    default:
        loom_http_problem(request, 500, "no-memory", "out of memory");
        break;
    }
}

static void add_wish(void *user, struct loom_http_request *request)
{
    struct loom_web_wishes *web = user;
    const json_t *body = loom_http_json(request);
    const char *scope_name = json_string_value(json_object_get(body, "scope"));
    const json_t *name = json_object_get(body, "name");
    const json_t *wanted = json_object_get(body, "request");
    struct loom_text name_text = {json_string_value(name), json_string_length(name)};
    enum loom_wish_scope scope;
    uint64_t id = 0;
    if (scope_name == NULL || !loom_wish_scope_read(loom_string_text(scope_name), &scope) ||
        (name != NULL && name_text.data == NULL) || !json_is_object(wanted)) {
        loom_http_problem(request, 422, "bad-wish",
                          "scope is endpoint, group, model or all, name a text, request an object");
        return;
    }
    struct pending *pending = calloc(1, sizeof *pending);
    json_t *errors = json_array();
    enum loom_wishes_status status =
        pending == NULL || errors == NULL
            ? LOOM_WISHES_NO_MEMORY
            : loom_wishes_add(web->kept->wishes, scope, name_text, wanted, web->now(web->user),
                              errors, &id);
    if (status != LOOM_WISHES_OK) {
        free(pending);
        refuse(request, status, errors);
        json_decref(errors);
        return;
    }
    json_decref(errors);
    *pending = (struct pending){web, request};
    loom_http_defer(request, gone, pending);
    loom_kept_wishes_save(web->kept, id, answer_added, pending);
}

/* @return false: it is no id */
static bool read_id(struct loom_text text, uint64_t *id)
{
    *id = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *id > UINT64_MAX / 10 - 1) {
            return false;
        }
        *id = *id * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.length > 0;
}

static void remove_wish(void *user, struct loom_http_request *request)
{
    struct loom_web_wishes *web = user;
    uint64_t id;
    if (!read_id(loom_http_parameter(request, "id"), &id) ||
        loom_wishes_find(web->kept->wishes, id) == NULL) {
        loom_http_problem(request, 404, "no-such-wish", "there is no such wish");
        return;
    }
    struct pending *pending = defer(web, request);
    if (pending != NULL) {
        loom_kept_wishes_remove(web->kept, id, answer_removed, pending);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/wishes",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_wishes,
     .operation = "listWishes",
     .queries = "after limit"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/wishes",
     .role = LOOM_HTTP_OPERATOR,
     .handler = add_wish,
     .operation = "addWish",
     .body = LOOM_HTTP_JSON},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/wishes/{id}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = remove_wish,
     .operation = "removeWish"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/wishes",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_wishes_of,
     .operation = "listWishesOf"},
};

bool loom_web_wishes_begin(struct loom_web_wishes *web, struct loom_http *http,
                           struct loom_kept_wishes *kept, int64_t (*now)(void *user), void *user)
{
    *web = (struct loom_web_wishes){kept, now, user};
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
