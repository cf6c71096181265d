/* SPDX-License-Identifier: Apache-2.0 */
#include "http/body.h"

#include <string.h>
#include <strings.h>

json_t *loom_http_body_read(struct loom_bytes body, char error[LOOM_HTTP_BODY_ERROR])
{
    struct loom_text text = {(const char *)body.data, body.length};
    return loom_json_text_read(text, LOOM_HTTP_JSON_DEPTH, LOOM_HTTP_JSON_COUNT, error);
}

/* The length of a media type without parameters and blanks. */
static size_t bare(const char *type)
{
    return strcspn(type, "; \t,");
}

static bool type_is(const char *type, const char *name)
{
    size_t length = bare(type);
    return strlen(name) == length && strncasecmp(type, name, length) == 0;
}

bool loom_http_type_is_json(const char *type)
{
    static const char suffix[] = "+json";
    size_t length = type == NULL ? 0 : bare(type);
    size_t suffix_length = sizeof suffix - 1;
    return length > 0 && (type_is(type, "application/json") ||
                          (length > suffix_length && strncasecmp(type, "application/", 12) == 0 &&
                           strncasecmp(&type[length - suffix_length], suffix, suffix_length) == 0));
}

bool loom_http_type_is_simple(const char *type)
{
    return type == NULL || bare(type) == 0 || type_is(type, "text/plain") ||
           type_is(type, "application/x-www-form-urlencoded") ||
           type_is(type, "multipart/form-data") || strchr(type, ',') != NULL;
}
