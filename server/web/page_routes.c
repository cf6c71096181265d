/* SPDX-License-Identifier: Apache-2.0 */
#include "web/page_routes.h"

#include "common/text.h"
#include "web/page_files.h"

static void show(struct loom_http_request *request, struct loom_text name)
{
    for (size_t i = 0; i < loom_page_file_count; i++) {
        if (loom_text_is(name, loom_page_files[i].name)) {
            loom_http_answer_file(request, &loom_page_files[i].file);
            return;
        }
    }
    loom_http_problem(request, 404, "not-found", "there is nothing at this address");
}

static void show_index(void *user, struct loom_http_request *request)
{
    static const char index[] = "index.html";
    (void)user;
    show(request, (struct loom_text){index, sizeof index - 1});
}

static void show_file(void *user, struct loom_http_request *request)
{
    (void)user;
    show(request, loom_http_parameter(request, "file"));
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET, .pattern = "/", .handler = show_index, .operation = "page"},
    {.method = LOOM_HTTP_GET, .pattern = "/{file*}", .handler = show_file, .operation = "pageFile"},
};

bool loom_web_page_add(struct loom_http *http)
{
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], NULL);
}
