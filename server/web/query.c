/* SPDX-License-Identifier: Apache-2.0 */
#include "web/query.h"

#include "common/moment.h"
#include "loom/codec.h"

bool loom_web_query_number(struct loom_http_request *request, const char *name, uint64_t most,
                           uint64_t *number)
{
    struct loom_text text = loom_http_query(request, name);
    uint64_t value;
    if (text.data == NULL) {
        return true;
    }
    if (!loom_text_to_unsigned(text, &value) || value > most) {
        loom_http_problem(request, 400, "bad-query", "%s is a number up to %llu", name,
                          (unsigned long long)most);
        return false;
    }
    *number = value;
    return true;
}

bool loom_web_query_moment(struct loom_http_request *request, const char *name, int64_t *time)
{
    struct loom_text text = loom_http_query(request, name);
    if (text.data != NULL && !loom_moment_read(text, time)) {
        loom_http_problem(request, 400, "bad-query", "%s is a moment, as in 2030-01-31T12:00:00Z",
                          name);
        return false;
    }
    return true;
}
