/* SPDX-License-Identifier: Apache-2.0 */
/* Small help with requests, either way. */
#include "context/context.h"

#include "model/payload.h"

#include <string.h>

static bool is_number(const struct loom_text *text)
{
    size_t digits = 0;
    while (digits < text->length && (unsigned)(text->data[digits] - '0') <= 9) {
        digits++;
    }
    return digits == text->length && digits > 0;
}

enum loom_status loom_request_path(const struct loom_request *request, struct loom_path *path)
{
    memset(path, 0, sizeof *path); /* the root */
    for (uint8_t i = 0; i < request->path_count; i++) {
        const struct loom_text *segment = &request->path[i];
        bool trailing_slash = segment->length == 0 && i + 1 == request->path_count;
        if (trailing_slash) {
            break;
        }
        uint16_t id;
        bool good = loom_text_to_id(*segment, &id);
        if (!good && !is_number(segment)) {
            return LOOM_NOT_FOUND;
        }
        if (path->depth == 4) {
            return LOOM_METHOD_NOT_ALLOWED;
        }
        if (!good) {
            return LOOM_BAD_REQUEST; /* 65535, leading zeros: the id of nothing */
        }
        path->id[path->depth++] = id;
    }
    return LOOM_OK;
}

bool loom_request_path_is(const struct loom_request *request, const char *segment)
{
    return request->path_count == 1 && request->path[0].length == strlen(segment) &&
           memcmp(request->path[0].data, segment, request->path[0].length) == 0;
}

struct loom_payload loom_request_payload(const struct loom_context *context, uint16_t format,
                                         const struct loom_path *path, struct loom_bytes bytes)
{
    const struct loom_client_config *config = &context->config;
    struct loom_payload payload = {
        .format = loom_format_find(config->model->product->formats, format, path),
        .path = *path,
        .bytes = bytes,
        .scratch = config->buffer,
        .scratch_size = config->buffer_size};
    return payload;
}

void loom_draft_begin(struct loom_draft *draft, const struct loom_context *context,
                      enum loom_method method)
{
    memset(draft, 0, sizeof *draft);
    draft->request.method = method;
    draft->request.content_format = LOOM_FORMAT_ABSENT;
    draft->request.accept = LOOM_FORMAT_ABSENT;
    draft->request.confirmable = true;
    draft->out = loom_output(context->config.buffer, context->config.buffer_size);
}

void loom_draft_add_path(struct loom_draft *draft, const char *segment, size_t length)
{
    struct loom_request *request = &draft->request;
    if (request->path_count < LOOM_SEGMENTS_MAX) {
        request->path[request->path_count].data = segment;
        request->path[request->path_count++].length = length;
    }
}

void loom_draft_end_query(struct loom_draft *draft, size_t begin)
{
    struct loom_request *request = &draft->request;
    if (!draft->out.overflow && request->query_count < LOOM_SEGMENTS_MAX) {
        request->query[request->query_count].data = (const char *)draft->out.data + begin;
        request->query[request->query_count++].length = draft->out.length - begin;
    }
}

void loom_draft_add_query(struct loom_draft *draft, const char *name, struct loom_text value)
{
    size_t begin = draft->out.length;
    loom_put_text(&draft->out, name);
    if (value.data != NULL) {
        loom_put_byte(&draft->out, '=');
        loom_put_bytes(&draft->out, value.data, value.length);
    }
    loom_draft_end_query(draft, begin);
}

void loom_draft_add_string(struct loom_draft *draft, const char *name, const char *value)
{
    struct loom_text text = {value, value == NULL ? 0 : strlen(value)};
    loom_draft_add_query(draft, name, text);
}
