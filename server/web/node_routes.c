/* SPDX-License-Identifier: Apache-2.0 */
#include "web/node_routes.h"

#include "common/moment.h"
#include "web/refusals.h"

#include <stdlib.h>
#include <string.h>

/* A request that waits for the database. */
struct pending {
    const struct loom_nodes *nodes;
    struct loom_http_request *request; /* NULL: the client has gone */
};

static json_t *moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    loom_moment_write(time, text);
    return json_string(text);
}

static json_t *node_json(const struct loom_nodes *nodes, const struct loom_nodes_row *row)
{
    return json_pack("{s:s, s:i, s:s, s:b, s:b, s:o, s:o, s:I}", "name", row->name, "number",
                     (int)row->number, "uri", row->uri, "alive", row->alive, "self",
                     strcmp(row->name, nodes->name) == 0, "started", moment(row->started), "heard",
                     moment(row->heard), "registrations", (json_int_t)row->registrations);
}

static void answer(void *user, const struct loom_nodes_row *rows, size_t count, bool good)
{
    struct pending *pending = user;
    struct loom_http_request *request = pending->request;
    if (request != NULL && good) {
        json_t *list = json_array();
        for (size_t i = 0; i < count; i++) {
            (void)json_array_append_new(list, node_json(pending->nodes, &rows[i]));
        }
        loom_http_answer_json(request, 200, json_pack("{s:o}", "nodes", list));
    } else if (request != NULL) {
        loom_web_refuse_unread(request);
    }
    free(pending);
}

static void gone(void *user)
{
    ((struct pending *)user)->request = NULL;
}

static void list_nodes(void *user, struct loom_http_request *request)
{
    const struct loom_web_nodes *web = user;
    if (!loom_nodes_is_one(web->nodes)) {
        loom_http_answer_json(request, 200, json_pack("{s:[]}", "nodes"));
        return;
    }
    struct pending *pending = calloc(1, sizeof *pending);
    if (pending == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    *pending = (struct pending){web->nodes, request};
    if (!loom_nodes_list(web->nodes, *web->reader, answer, pending)) {
        free(pending);
        loom_web_refuse_unread(request);
        return;
    }
    loom_http_defer(request, gone, pending);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/nodes",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_nodes,
     .operation = "listNodes"},
};

bool loom_web_nodes_begin(struct loom_web_nodes *web, struct loom_http *http,
                          const struct loom_nodes *nodes, struct loom_writer *const *reader)
{
    web->nodes = nodes;
    web->reader = reader;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
