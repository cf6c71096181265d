/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_server.h"

#include <stdlib.h>
#include <string.h>

/* `coaps://[::1]:5684` */
static json_t *endpoint_json(const char *uri)
{
    const char *end = strstr(uri, "://");
    const char *colon = strrchr(uri, ':');
    if (end == NULL || colon <= end) {
        return NULL;
    }
    const char *host = end + 3;
    bool secure = strncmp(uri, "coaps:", 6) == 0;
    return json_pack("{s:{s:s, s:s#, s:s#, s:i}, s:s}", "uri", "full", uri, "scheme", uri,
                     (int)(end - uri), "host", host, (int)(colon - host), "port", atoi(colon + 1),
                     "description", secure ? "CoAP over DTLS over UDP" : "CoAP over UDP");
}

static void list_endpoints(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_server *server = user;
    json_t *list = json_array();
    const char *uri;
    for (size_t i = 0; (uri = server->uri(server->user, i)) != NULL; i++) {
        json_t *endpoint = endpoint_json(uri);
        if (endpoint != NULL) {
            (void)json_array_append_new(list, endpoint);
        }
    }
    loom_http_answer_json(request, 200, list);
}

/* It has neither a public key nor a certificate, only keys that it shares with devices. */
static void show_security(void *user, struct loom_http_request *request)
{
    (void)user;
    loom_http_answer_json(request, 200, json_object());
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/server/endpoint",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_endpoints,
     .operation = "leshanListEndpoints",
     .queries = "*"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/server/security",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_security,
     .operation = "leshanShowServerSecurity",
     .queries = "*"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/security/server",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_security,
     .operation = "leshanShowServerSecurity",
     .queries = "*"},
};

bool loom_web_leshan_server_begin(struct loom_web_leshan_server *server, struct loom_http *http)
{
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], server);
}
