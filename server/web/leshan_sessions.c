/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_sessions.h"

#include "common/text.h"
#include "loom/codec.h"
#include "web/leshan_text.h"
#include "web/streams.h"

#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_SIZE 400

/* The event of one name; values of a Write are not in it, for some of them are keys. */
static void tell(const struct loom_web_leshan_sessions *sessions, const struct loom_bs_event *event,
                 int64_t now, const char *name, const char *message)
{
    json_t *json = json_pack("{s:s, s:s%, s:I, s:s}", "name", name, "endpoint",
                             event->endpoint.length == 0 ? "" : event->endpoint.data,
                             event->endpoint.length, "time", (json_int_t)now, "message", message);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    struct loom_http_frame *frame =
        text == NULL ? NULL : loom_http_frame_create(0, "BSSESSION", loom_string_text(text));
    if (frame != NULL) {
        loom_web_streams_send(&sessions->streams, event->endpoint, frame);
        loom_http_frame_release(frame);
    }
    free(text);
    json_decref(json);
}

static const char *name_of_request(enum loom_bs_operation operation)
{
    static const char *const names[] = {[LOOM_BS_DISCOVER] = "send discover",
                                        [LOOM_BS_DELETE] = "send delete",
                                        [LOOM_BS_WRITE] = "send write",
                                        [LOOM_BS_FINISH] = "send request"};
    return names[operation];
}

static void write_request(const struct loom_bs_event *event, char message[MESSAGE_SIZE])
{
    static const char *const words[] = {"DISCOVER", "DELETE", "WRITE"};
    char path[32];
    struct loom_output out = loom_output(path, sizeof path);
    loom_put_path(&out, &event->path);
    if (event->operation == LOOM_BS_FINISH) {
        (void)snprintf(message, MESSAGE_SIZE, "Send request: Bootstrap-Finish");
    } else {
        (void)snprintf(message, MESSAGE_SIZE, "Send %s request on %.*s", words[event->operation],
                       (int)out.length, path);
    }
}

/* Nothing has come back, or nothing has gone out. */
static bool is_failure(enum loom_bs_reason reason)
{
    return reason == LOOM_BS_NO_ANSWER || reason == LOOM_BS_UNREACHABLE ||
           reason == LOOM_BS_RESET || reason == LOOM_BS_SESSION_LOST || reason == LOOM_BS_NOT_SENT;
}

static void hear_begin(const struct loom_web_leshan_sessions *sessions,
                       const struct loom_bs_event *event, int64_t now)
{
    char message[MESSAGE_SIZE];
    int length = (int)event->address.length;
    const char *address = length == 0 ? "" : event->address.data;
    (void)snprintf(message, sizeof message, "Bootstrap Request from %.*s", length, address);
    tell(sessions, event, now, "new session", message);
    if (event->kind != LOOM_BS_REFUSED) {
        (void)snprintf(message, sizeof message, "%.*s is allowed to connect.", length, address);
        tell(sessions, event, now, "authorized", message);
    } else if (event->reason == LOOM_BS_UNKNOWN_ENDPOINT) {
        tell(sessions, event, now, "no config", "No config to apply to this client.");
    } else {
        (void)snprintf(message, sizeof message, "%.*s is not allowed to connect.\n(%s)", length,
                       address, loom_bs_reason_name(event->reason));
        tell(sessions, event, now, "unauthorized", message);
    }
}

static void hear_end(const struct loom_web_leshan_sessions *sessions,
                     const struct loom_bs_event *event, int64_t now)
{
    char message[MESSAGE_SIZE];
    if (event->kind == LOOM_BS_FINISHED) {
        tell(sessions, event, now, "finished", "Bootstrap session finished with success");
        return;
    }
    if (is_failure(event->reason)) {
        (void)snprintf(message, sizeof message, "Request was not answered: %s",
                       loom_bs_reason_name(event->reason));
        tell(sessions, event, now, "request failure", message);
    }
    (void)snprintf(message, sizeof message, "Bootstrap session failed : %s",
                   loom_bs_reason_name(event->reason));
    tell(sessions, event, now, "failed", message);
}

void loom_web_leshan_sessions_hear(const struct loom_web_leshan_sessions *sessions,
                                   const struct loom_bs_event *event, int64_t now)
{
    char message[MESSAGE_SIZE];
    if (loom_list_is_empty(&sessions->streams)) {
        return;
    }
    switch (event->kind) {
    case LOOM_BS_REQUESTED:
    case LOOM_BS_PUSHED:
    case LOOM_BS_REFUSED:
        hear_begin(sessions, event, now);
        break;
    case LOOM_BS_SENT:
        write_request(event, message);
        tell(sessions, event, now, name_of_request(event->operation), message);
        break;
    case LOOM_BS_ANSWERED:
        (void)snprintf(message, sizeof message, "Receive %u.%02u", event->code >> 5,
                       event->code & 31u);
        tell(sessions, event, now,
             event->code >> 5 == 2 ? "receive success response" : "receive error response",
             message);
        break;
    case LOOM_BS_FINISHED:
    case LOOM_BS_FAILED:
        hear_end(sessions, event, now);
        break;
    default:
        break;
    }
}

static void stream_sessions(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan_sessions *sessions = user;
    struct loom_web_stream *stream = loom_web_stream_create(loom_http_query(request, "ep"));
    if (stream == NULL) {
        loom_leshan_refuse(request, 500, "out of memory");
        return;
    }
    (void)loom_web_stream_begin(stream, &sessions->streams, request);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/event",
     .role = LOOM_HTTP_VIEWER,
     .handler = stream_sessions,
     .operation = "leshanSessions",
     .queries = "*"},
};

bool loom_web_leshan_sessions_begin(struct loom_web_leshan_sessions *sessions,
                                    struct loom_http *http)
{
    loom_list_begin(&sessions->streams);
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], sessions);
}
