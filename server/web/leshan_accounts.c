/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_accounts.h"

static const struct loom_http_route security_routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/security/clients",
     .role = LOOM_HTTP_VIEWER,
     .handler = loom_leshan_list_security,
     .operation = "leshanListSecurity",
     .queries = "*"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/security/clients/",
     .role = LOOM_HTTP_VIEWER,
     .handler = loom_leshan_list_security,
     .operation = "leshanListSecurity",
     .queries = "*"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/api/security/clients",
     .role = LOOM_HTTP_OPERATOR,
     .handler = loom_leshan_put_security,
     .operation = "leshanPutSecurity",
     .queries = "*",
     .body = LOOM_HTTP_BYTES},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/api/security/clients/",
     .role = LOOM_HTTP_OPERATOR,
     .handler = loom_leshan_put_security,
     .operation = "leshanPutSecurity",
     .queries = "*",
     .body = LOOM_HTTP_BYTES},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/api/security/clients/{endpoint}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = loom_leshan_delete_security,
     .operation = "leshanDeleteSecurity",
     .queries = "*"},
};

static const struct loom_http_route bootstrap_routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/bootstrap",
     .role = LOOM_HTTP_VIEWER,
     .handler = loom_leshan_list_bootstrap,
     .operation = "leshanListBootstrap",
     .queries = "*"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/api/bootstrap/{endpoint}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = loom_leshan_post_bootstrap,
     .operation = "leshanPostBootstrap",
     .queries = "*",
     .body = LOOM_HTTP_BYTES,
     .body_max = LOOM_DOCUMENT_SIZE_MAX * 4},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/api/bootstrap/{endpoint}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = loom_leshan_delete_bootstrap,
     .operation = "leshanDeleteBootstrap",
     .queries = "*"},
};

bool loom_web_leshan_accounts_begin(struct loom_web_leshan_accounts *accounts,
                                    struct loom_http *http, struct loom_directory *directory,
                                    enum loom_fleet_accounts_kind kind)
{
    accounts->directory = directory;
    accounts->kind = kind;
    return loom_http_add_routes(http, security_routes,
                                sizeof security_routes / sizeof security_routes[0], accounts) &&
           (kind != LOOM_FLEET_BOOTSTRAP ||
            loom_http_add_routes(http, bootstrap_routes,
                                 sizeof bootstrap_routes / sizeof bootstrap_routes[0], accounts));
}
