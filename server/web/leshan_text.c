/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_text.h"

#include "common/json_text.h"
#include "common/text.h"

#include <stdio.h>

/** Of a body. */
#define JSON_DEPTH 16u
#define JSON_COUNT 100000u

void loom_leshan_refuse(struct loom_http_request *request, unsigned status, const char *text)
{
    loom_http_answer_text(request, status, "text/plain; charset=utf-8", loom_string_text(text));
}

void loom_leshan_refuse_list(struct loom_http_request *request, const char *instead)
{
    char text[96];
    (void)snprintf(text, sizeof text, "this list has more than %u entries; %s has pages",
                   LOOM_LESHAN_LIST_MAX, instead);
    loom_leshan_refuse(request, 400, text);
}

json_t *loom_leshan_body(const struct loom_http_request *request)
{
    char error[LOOM_JSON_TEXT_ERROR];
    struct loom_bytes bytes = loom_http_bytes(request);
    struct loom_text text = {(const char *)bytes.data, bytes.length};
    return bytes.length == 0 ? NULL : loom_json_text_read(text, JSON_DEPTH, JSON_COUNT, error);
}
