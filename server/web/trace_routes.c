/* SPDX-License-Identifier: Apache-2.0 */
#include "web/trace_routes.h"

#include "http/events.h"
#include "web/members.h"
#include "web/streams.h"

#include <string.h>

#define MESSAGES_USUAL 1000
#define MESSAGES_MAX   100000
#define SECONDS_USUAL  600
#define SECONDS_MAX    86400

static struct loom_text endpoint_of(const struct loom_http_request *request)
{
    return loom_http_parameter(request, "endpoint");
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void tell(struct loom_web_traces *web, struct loom_text endpoint, const char *kind,
                 struct loom_text json)
{
    if (loom_list_is_empty(&web->streams)) {
        return;
    }
    struct loom_http_frame *frame = loom_http_frame_create(++web->told, kind, json);
    if (frame != NULL) {
        loom_web_streams_send(&web->streams, endpoint, frame);
        loom_http_frame_release(frame);
    }
}

void loom_web_traces_tell(void *web, struct loom_text endpoint, struct loom_text json)
{
    tell(web, endpoint, "coap", json);
}

void loom_web_traces_ended(void *web, struct loom_text endpoint)
{
    tell(web, endpoint, "ended", (struct loom_text){"{}", 2});
}

/* ---- the routes ------------------------------------------------------------------------------ */

static void answer_state(const struct loom_web_traces *web, struct loom_http_request *request)
{
    struct loom_web_trace_bounds left = {0, 0};
    bool on = web->tracer.is_on(web->tracer.self, endpoint_of(request), &left);
    loom_http_answer_json(request, 200,
                          json_pack("{s:b, s:I, s:I}", "on", on, "messages",
                                    (json_int_t)left.messages, "seconds",
                                    (json_int_t)left.seconds));
}

/* A number of the body. @return false: it is none, and the request was answered */
static bool read_number(struct loom_http_request *request, const json_t *value, const char *at,
                        json_int_t most, const char *detail, json_int_t *number)
{
    if (value == NULL) {
        return true;
    }
    *number = json_integer_value(value);
    if (*number < 1 || *number > most) {
        loom_web_mistake(request, at, detail);
        return false;
    }
    return true;
}

static void begin_trace(void *user, struct loom_http_request *request)
{
    static const struct loom_web_member members[] = {{"seconds", JSON_INTEGER, false},
                                                     {"messages", JSON_INTEGER, false}};
    const struct loom_web_traces *web = user;
    json_t *values[2] = {NULL, NULL};
    json_int_t seconds = SECONDS_USUAL;
    json_int_t messages = MESSAGES_USUAL;
    if (loom_http_json(request) != NULL && !loom_web_members(request, members, 2, values)) {
        return;
    }
    if (!read_number(request, values[0], "/seconds", SECONDS_MAX, "is 1 to 86400", &seconds) ||
        !read_number(request, values[1], "/messages", MESSAGES_MAX, "is 1 to 100000", &messages)) {
        return;
    }
    const struct loom_web_trace_bounds bounds = {(unsigned)messages, (uint32_t)seconds};
    const char *wrong = web->tracer.begin(web->tracer.self, endpoint_of(request), &bounds);
    if (wrong == NULL) {
        answer_state(web, request);
    } else {
        loom_http_problem(request, 409, "cannot-trace", "%s", wrong);
    }
}

static void end_trace(void *user, struct loom_http_request *request)
{
    const struct loom_web_traces *web = user;
    if (web->tracer.end(web->tracer.self, endpoint_of(request))) {
        loom_http_answer_empty(request, 204);
    } else {
        loom_http_problem(request, 404, "not-traced", "this device is not traced");
    }
}

static void watch_trace(void *user, struct loom_http_request *request)
{
    struct loom_web_traces *web = user;
    const char *accept = loom_http_header(request, "Accept");
    if (accept == NULL || strstr(accept, "text/event-stream") == NULL) {
        answer_state(web, request);
        return;
    }
    struct loom_web_stream *stream = loom_web_stream_create(endpoint_of(request));
    if (stream == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    (void)loom_web_stream_begin(stream, &web->streams, request);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/trace",
     .role = LOOM_HTTP_VIEWER,
     .handler = watch_trace,
     .operation = "watchTrace"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/clients/{endpoint}/trace",
     .role = LOOM_HTTP_OPERATOR,
     .handler = begin_trace,
     .operation = "beginTrace",
     .body = LOOM_HTTP_JSON},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/clients/{endpoint}/trace",
     .role = LOOM_HTTP_OPERATOR,
     .handler = end_trace,
     .operation = "endTrace"},
};

bool loom_web_traces_begin(struct loom_web_traces *web, struct loom_http *http,
                           const struct loom_web_tracer *tracer)
{
    web->tracer = *tracer;
    web->told = 0;
    loom_list_begin(&web->streams);
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
