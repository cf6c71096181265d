/* SPDX-License-Identifier: Apache-2.0 */
/* Small help with requests, either way. */
#include "context/context.h"

#include <string.h>

static bool is_number(struct loom_text text)
{
    uint64_t ignored;
    return loom_text_to_unsigned(text, &ignored);
}

enum loom_status loom_request_path(const struct loom_request *request, struct loom_path *path)
{
    *path = loom_path_root();
    for (uint8_t i = 0; i < request->path_count; i++) {
        struct loom_text segment = request->path[i];
        bool trailing_slash = segment.length == 0 && i + 1 == request->path_count;
        if (trailing_slash) {
            break;
        }
        if (!is_number(segment)) {
            return LOOM_NOT_FOUND;
        }
        if (path->depth == 4) {
            return LOOM_METHOD_NOT_ALLOWED;
        }
        if (!loom_text_to_id(segment, &path->id[path->depth])) {
            return LOOM_BAD_REQUEST; /* 65535, leading zeros: the id of nothing */
        }
        path->depth++;
    }
    return LOOM_OK;
}

bool loom_request_path_is(const struct loom_request *request, const char *segment)
{
    return request->path_count == 1 && request->path[0].length == strlen(segment) &&
           memcmp(request->path[0].data, segment, request->path[0].length) == 0;
}

struct loom_request loom_request_begin(enum loom_method method)
{
    struct loom_request request = {.method = method,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true};
    return request;
}

void loom_request_add_path(struct loom_request *request, struct loom_text segment)
{
    if (request->path_count < LOOM_SEGMENTS_MAX) {
        request->path[request->path_count++] = segment;
    }
}

void loom_request_add_query(struct loom_request *request, struct loom_output *out, const char *name,
                            struct loom_text value)
{
    size_t begin = out->length;
    loom_put_text(out, name);
    if (value.data != NULL) {
        loom_put_byte(out, '=');
        loom_put_bytes(out, value.data, value.length);
    }
    if (!out->overflow && request->query_count < LOOM_SEGMENTS_MAX) {
        struct loom_text query = {(const char *)out->data + begin, out->length - begin};
        request->query[request->query_count++] = query;
    }
}

void loom_request_add_string(struct loom_request *request, struct loom_output *out,
                             const char *name, const char *value)
{
    struct loom_text text = {value, value == NULL ? 0 : strlen(value)};
    loom_request_add_query(request, out, name, text);
}
