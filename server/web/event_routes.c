/* SPDX-License-Identifier: Apache-2.0 */
#include "web/event_routes.h"

#include "common/text.h"
#include "web/query.h"
#include "web/streams.h"

#include <stdio.h>
#include <string.h>

/** Entries of a list, if the request does not say, and at most. */
#define LIST_USUAL 100u
#define LIST_MAX   1000u

/** Events that one request looks at; where there are more it goes on in the next. */
#define LOOK_MAX 20000u

/** Bytes that wait for a stream while it is given what it has missed. */
#define CATCH_UP_BYTES 262144u

static struct loom_text endpoint_of(const struct loom_timeline_event *event)
{
    return (struct loom_text){event->endpoint, strlen(event->endpoint)};
}

static void list_events(const struct loom_web_events *web, struct loom_http_request *request)
{
    uint64_t limit = LIST_USUAL;
    uint64_t before = INT64_MAX;
    struct loom_text endpoint = loom_http_query(request, "endpoint");
    if (!loom_web_query_number(request, "limit", LIST_MAX, &limit) ||
        !loom_web_query_number(request, "before", INT64_MAX, &before)) {
        return;
    }
    json_t *list = json_array();
    const struct loom_timeline_event *event;
    unsigned looked = 0;
    while (json_array_size(list) < limit && looked++ < LOOK_MAX &&
           (event = loom_timeline_before(web->timeline, before)) != NULL) {
        before = event->id;
        if (endpoint.data == NULL || loom_text_same(endpoint_of(event), endpoint)) {
            (void)json_array_append_new(list, json_loads(event->json, 0, NULL));
        }
    }
    json_t *body = json_pack("{s:o}", "events", list);
    if (loom_timeline_before(web->timeline, before) != NULL) {
        char next[24];
        (void)snprintf(next, sizeof next, "%llu", (unsigned long long)before);
        (void)json_object_set_new(body, "next", json_string(next));
    }
    loom_http_answer_json(request, 200, body);
}

static struct loom_http_frame *frame_of(const struct loom_timeline_event *event)
{
    return loom_http_frame_create(event->id, event->kind,
                                  (struct loom_text){event->json, strlen(event->json)});
}

void loom_web_events_tell(void *self, const struct loom_timeline_event *event)
{
    struct loom_web_events *web = self;
    if (loom_list_is_empty(&web->streams)) {
        return;
    }
    struct loom_http_frame *frame = frame_of(event);
    if (frame != NULL) {
        loom_web_streams_send(&web->streams, endpoint_of(event), frame);
        loom_http_frame_release(frame);
    }
}

static void send_reset(struct loom_web_stream *stream)
{
    struct loom_http_frame *reset = loom_http_frame_create(0, "reset", (struct loom_text){"{}", 2});
    if (reset != NULL) {
        (void)loom_http_stream_send(stream->http, reset);
        loom_http_frame_release(reset);
    }
}

/* What a reader has missed. It reads everything again if that is not in memory any more, or more
 * than is to wait for one reader. */
static void catch_up(const struct loom_web_events *web, struct loom_web_stream *stream,
                     uint64_t after)
{
    const struct loom_timeline_event *event = NULL;
    if (after < loom_timeline_forgotten(web->timeline)) {
        send_reset(stream);
        return;
    }
    while ((event = loom_timeline_after(web->timeline, after)) != NULL) {
        struct loom_http_frame *frame =
            loom_http_stream_waiting(stream->http) < CATCH_UP_BYTES ? frame_of(event) : NULL;
        if (frame == NULL) {
            send_reset(stream);
            return;
        }
        loom_web_stream_send(stream, endpoint_of(event), frame);
        after = event->id;
        loom_http_frame_release(frame);
    }
}

static void stream_events(struct loom_web_events *web, struct loom_http_request *request)
{
    struct loom_text endpoint = loom_http_query(request, "endpoint");
    uint64_t after = 0;
    bool refused = false;
    bool resumes = loom_http_stream_after(request, &after, &refused);
    if (refused) {
        return;
    }
    struct loom_web_stream *stream = loom_web_stream_create(endpoint);
    if (stream == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    if (loom_web_stream_begin(stream, &web->streams, request) && resumes) {
        catch_up(web, stream, after);
    }
}

static void get_events(void *user, struct loom_http_request *request)
{
    const char *accept = loom_http_header(request, "Accept");
    if (accept != NULL && strstr(accept, "text/event-stream") != NULL) {
        stream_events(user, request);
    } else {
        list_events(user, request);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/events",
     .role = LOOM_HTTP_VIEWER,
     .handler = get_events,
     .operation = "listEvents",
     .queries = "endpoint before after limit"},
};

bool loom_web_events_begin(struct loom_web_events *web, struct loom_http *http,
                           const struct loom_timeline *timeline)
{
    web->timeline = timeline;
    loom_list_begin(&web->streams);
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
