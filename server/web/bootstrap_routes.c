/* SPDX-License-Identifier: Apache-2.0 */
#include "web/bootstrap_routes.h"

#include "bootstrap/bootstrap_events.h"
#include "web/members.h"

/** Of a list: there may be one for each device that is connected. */
#define LIST_MAX 1000u

struct listing {
    json_t *list;
    size_t total;
    uint64_t now;
};

static void add_session(void *user, const struct loom_bs_session_info *info)
{
    struct listing *listing = user;
    if (listing->total++ >= LIST_MAX) {
        return;
    }
    (void)json_array_append_new(listing->list,
                                json_pack("{s:s%, s:s%, s:s, s:I, s:I}", "endpoint",
                                          info->endpoint.data, info->endpoint.length, "address",
                                          info->address.data, info->address.length, "operation",
                                          loom_bs_operation_name(info->operation), "answered",
                                          (json_int_t)info->done, "seconds",
                                          (json_int_t)((listing->now - info->requested) / 1000)));
}

static void list_bootstraps(void *user, struct loom_http_request *request)
{
    const struct loom_web_bootstraps *web = user;
    struct listing listing = {
        .list = json_array(), .total = 0, .now = web->port->now(web->port->self)};
    loom_bootstrap_server_each_session(web->server, add_session, &listing);
    loom_http_answer_json(
        request, 200,
        json_pack("{s:o, s:I}", "bootstraps", listing.list, "total", (json_int_t)listing.total));
}

static void start_bootstrap(void *user, struct loom_http_request *request)
{
    static const struct loom_web_member members[] = {{"endpoint", JSON_STRING, true}};
    const struct loom_web_bootstraps *web = user;
    json_t *endpoint;
    if (!loom_web_members(request, members, 1, &endpoint)) {
        return;
    }
    struct loom_text name = {json_string_value(endpoint), json_string_length(endpoint)};
    switch (loom_bootstrap_server_push(web->server, name)) {
    case LOOM_OK:
        loom_http_answer_json(request, 202, json_pack("{s:O}", "endpoint", endpoint));
        break;
    case LOOM_NOT_FOUND:
        loom_http_problem(request, 404, "no-such-account", "no account has this endpoint");
        break;
    case LOOM_CONFLICT:
        loom_http_problem(request, 409, "in-progress",
                          "a bootstrap of this endpoint is in progress");
        break;
    default:
        loom_http_problem(request, 409, "not-connected",
                          "the device is not connected: it must have sent a Bootstrap-Request "
                          "before, in a session that is still open");
        break;
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/bootstraps",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_bootstraps,
     .operation = "listBootstraps"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/bootstraps",
     .role = LOOM_HTTP_OPERATOR,
     .handler = start_bootstrap,
     .operation = "startBootstrap",
     .body = LOOM_HTTP_JSON},
};

bool loom_web_bootstraps_begin(struct loom_web_bootstraps *web, struct loom_http *http,
                               struct loom_bootstrap_server *server, const struct loom_port *port)
{
    *web = (struct loom_web_bootstraps){server, port};
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
