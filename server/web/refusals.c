/* SPDX-License-Identifier: Apache-2.0 */
#include "web/refusals.h"

/* Seconds: by then a writer has tried to connect again several times. */
#define RETRY_AFTER "5"

void loom_web_refuse_unstored(struct loom_http_request *request, const char *detail)
{
    loom_http_add_header(request, "Retry-After", RETRY_AFTER);
    loom_http_problem(request, 503, "not-stored", "%s", detail);
}

void loom_web_refuse_unread(struct loom_http_request *request)
{
    loom_http_add_header(request, "Retry-After", RETRY_AFTER);
    loom_http_problem(request, 503, "store-lost", "the database cannot be read now");
}
