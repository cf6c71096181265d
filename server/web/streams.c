/* SPDX-License-Identifier: Apache-2.0 */
#include "web/streams.h"

#include <stdlib.h>
#include <string.h>

static void stream_gone(void *user)
{
    struct loom_web_stream *stream = user;
    if (stream->gone != NULL) {
        stream->gone(stream->user);
    }
    loom_list_remove(&stream->place);
    free(stream);
}

struct loom_web_stream *loom_web_stream_create(struct loom_text endpoint)
{
    struct loom_web_stream *stream = calloc(1, sizeof *stream + endpoint.length + 1);
    if (stream == NULL) {
        return NULL;
    }
    if (endpoint.data != NULL) {
        memcpy(stream->name, endpoint.data, endpoint.length);
        stream->endpoint = (struct loom_text){stream->name, endpoint.length};
    }
    loom_list_begin(&stream->place);
    return stream;
}

bool loom_web_stream_begin(struct loom_web_stream *stream, struct loom_list *streams,
                           struct loom_http_request *request)
{
    stream->http = loom_http_stream_begin(request, stream_gone, stream);
    if (stream->http == NULL) {
        free(stream);
        return false;
    }
    loom_list_append(streams, &stream->place);
    return true;
}

void loom_web_stream_send(struct loom_web_stream *stream, struct loom_text endpoint,
                          struct loom_http_frame *frame)
{
    if (stream->endpoint.data == NULL || loom_text_same(stream->endpoint, endpoint)) {
        (void)loom_http_stream_send(stream->http, frame);
    }
}

void loom_web_streams_send(const struct loom_list *streams, struct loom_text endpoint,
                           struct loom_http_frame *frame)
{
    for (struct loom_list *at = streams->next; at != streams; at = at->next) {
        loom_web_stream_send(LOOM_LIST_ENTRY(at, struct loom_web_stream, place), endpoint, frame);
    }
}
