/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/events.h"
#include "http/listener.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 8192u
/* Empty frames do not exist, but small ones do: each takes a pointer besides its bytes. */
#define FRAMES_MAX 16384u

struct loom_http_frame {
    unsigned references;
    size_t length;
    char text[];
};

struct loom_http_stream {
    struct loom_list link;
    struct loom_http_request *request;
    void (*gone)(void *user);
    void *user;
    void (*empty)(void *user); /**< NULL: nobody asks */
    void *empty_user;
    uint64_t heartbeat; /**< when the next one is due */
    size_t waiting;     /**< bytes */
    size_t offset;      /**< of the first frame, that have gone */
    size_t room;        /**< of the ring; a power of two */
    size_t first;
    size_t count;
    struct loom_http_frame **ring;
};

static struct loom_http_frame *make_frame(const char *text, size_t length)
{
    struct loom_http_frame *frame = malloc(sizeof *frame + length);
    if (frame != NULL) {
        frame->references = 1;
        frame->length = length;
        memcpy(frame->text, text, length);
    }
    return frame;
}

struct loom_http_frame *loom_http_frame_create(uint64_t id, const char *event,
                                               struct loom_text data)
{
    char head[128];
    int length = snprintf(head, sizeof head, "id: %" PRIu64 "\nevent: %.64s\ndata: ", id, event);
    size_t head_length = (size_t)length;
    struct loom_http_frame *frame = malloc(sizeof *frame + head_length + data.length + 2);
    if (frame != NULL) {
        frame->references = 1;
        frame->length = head_length + data.length + 2;
        memcpy(frame->text, head, head_length);
        memcpy(&frame->text[head_length], data.data, data.length);
        memcpy(&frame->text[head_length + data.length], "\n\n", 2);
    }
    return frame;
}

void loom_http_frame_release(struct loom_http_frame *frame)
{
    if (frame != NULL && --frame->references == 0) {
        free(frame);
    }
}

/* ---- the queue ------------------------------------------------------------------------------- */

static void drop_first(struct loom_http_stream *stream)
{
    struct loom_http_frame *frame = stream->ring[stream->first];
    stream->waiting -= frame->length - stream->offset;
    stream->offset = 0;
    stream->first = (stream->first + 1) & (stream->room - 1);
    stream->count--;
    loom_http_frame_release(frame);
}

static bool grow(struct loom_http_stream *stream)
{
    size_t room = stream->room == 0 ? 16 : stream->room * 2;
    struct loom_http_frame **ring = malloc(room * sizeof(struct loom_http_frame *));
    if (ring == NULL) {
        return false;
    }
    for (size_t i = 0; i < stream->count; i++) {
        ring[i] = stream->ring[(stream->first + i) & (stream->room - 1)];
    }
    free(stream->ring);
    stream->ring = ring;
    stream->room = room;
    stream->first = 0;
    return true;
}

static bool append(struct loom_http_stream *stream, struct loom_http_frame *frame)
{
    if (frame == NULL || (stream->count == stream->room && !grow(stream))) {
        return false;
    }
    frame->references++;
    stream->ring[(stream->first + stream->count) & (stream->room - 1)] = frame;
    stream->count++;
    stream->waiting += frame->length;
    return true;
}

static void append_text(struct loom_http_stream *stream, const char *text)
{
    struct loom_http_frame *frame = make_frame(text, strlen(text));
    (void)append(stream, frame);
    loom_http_frame_release(frame);
}

/* What has gone in part goes on, because the reader has its beginning. */
static void reset(struct loom_http_stream *stream)
{
    size_t kept = stream->offset > 0 ? 1 : 0;
    struct loom_http_counts *counts = &stream->request->http->counts;
    counts->dropped += stream->count - kept + 1;
    while (stream->count > kept) {
        size_t last = (stream->first + stream->count - 1) & (stream->room - 1);
        stream->waiting -= stream->ring[last]->length;
        loom_http_frame_release(stream->ring[last]);
        stream->count--;
    }
    append_text(stream, "event: reset\ndata: {}\n\n");
}

bool loom_http_stream_send(struct loom_http_stream *stream, struct loom_http_frame *frame)
{
    const struct loom_http_limits *limits = &stream->request->http->limits;
    bool good = frame != NULL && stream->waiting + frame->length <= limits->stream_bytes &&
                stream->count < FRAMES_MAX && append(stream, frame);
    if (!good) {
        reset(stream);
    }
    loom_http_resume(stream->request);
    return good;
}

size_t loom_http_stream_waiting(const struct loom_http_stream *stream)
{
    return stream->waiting;
}

void loom_http_stream_when_empty(struct loom_http_stream *stream, void (*empty)(void *user),
                                 void *user)
{
    stream->empty = empty;
    stream->empty_user = user;
    loom_http_resume(stream->request);
}

/* ---- libmicrohttpd reads --------------------------------------------------------------------- */

static void tell_empty(struct loom_http_stream *stream)
{
    void (*empty)(void *user) = stream->empty;
    stream->empty = NULL;
    if (empty != NULL) {
        empty(stream->empty_user);
    }
}

static ssize_t read_stream(void *self, uint64_t position, char *buffer, size_t room)
{
    struct loom_http_request *request = self;
    struct loom_http_stream *stream = request->stream;
    size_t length = 0;
    (void)position;
    if (request->gone || stream == NULL) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (stream->count == 0) {
        tell_empty(stream);
    }
    while (stream->count > 0 && length < room) {
        const struct loom_http_frame *frame = stream->ring[stream->first];
        size_t rest = frame->length - stream->offset;
        size_t part = rest < room - length ? rest : room - length;
        memcpy(&buffer[length], &frame->text[stream->offset], part);
        length += part;
        if (part == rest) {
            drop_first(stream);
        } else {
            stream->offset += part;
            stream->waiting -= part;
        }
    }
    if (length == 0) {
        loom_http_suspend(request);
    }
    return (ssize_t)length;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void beat_after(struct loom_http_stream *stream, uint64_t now)
{
    stream->heartbeat = now + LOOM_HTTP_HEARTBEAT_MS;
    loom_list_append(&stream->request->http->streams, &stream->link);
}

static void answer(struct loom_http_request *request)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, request, NULL);
    if (response != NULL) {
        (void)MHD_add_response_header(response, "Content-Type", "text/event-stream");
        (void)MHD_add_response_header(response, "X-Accel-Buffering", "no");
    }
    loom_http_answer(request, 200, response, UINT64_MAX, NULL, NULL);
}

struct loom_http_stream *loom_http_stream_begin(struct loom_http_request *request,
                                                void (*gone)(void *user), void *user)
{
    struct loom_http *http = request->http;
    struct loom_http_stream *stream =
        http->counts.streams < http->limits.streams ? calloc(1, sizeof *stream) : NULL;
    if (stream == NULL) {
        loom_http_add_header(request, "Retry-After", "60");
        loom_http_problem(request, 503, "too-many-streams", "too many are reading events");
        return NULL;
    }
    stream->request = request;
    stream->gone = gone;
    stream->user = user;
    request->stream = stream;
    http->counts.streams++;
    loom_list_begin(&stream->link);
    beat_after(stream, http->now(http->user));
    append_text(stream, "retry: 3000\n\n");
    answer(request);
    return stream;
}

void loom_http_stream_end(struct loom_http_request *request)
{
    struct loom_http_stream *stream = request->stream;
    if (stream == NULL) {
        return;
    }
    request->stream = NULL;
    request->http->counts.streams--;
    loom_list_remove(&stream->link);
    if (stream->gone != NULL) {
        stream->gone(stream->user);
    }
    while (stream->count > 0) {
        drop_first(stream);
    }
    free(stream->ring);
    free(stream);
}

bool loom_http_stream_after(struct loom_http_request *request, uint64_t *after, bool *refused)
{
    const char *text = loom_http_header(request, "Last-Event-ID");
    struct loom_text argument = loom_http_query(request, "after");
    text = text == NULL ? argument.data : text;
    *refused = false;
    *after = 0;
    if (text == NULL) {
        return false;
    }
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 19 || text[digits] != '\0') {
        *refused = true;
        loom_http_problem(request, 400, "bad-event-id", "an event's id is a number");
        return false;
    }
    *after = strtoull(text, NULL, 10);
    return true;
}

uint64_t loom_http_streams_deadline(const struct loom_http *http)
{
    if (loom_list_is_empty(&http->streams)) {
        return UINT64_MAX;
    }
    return LOOM_LIST_ENTRY(http->streams.next, struct loom_http_stream, link)->heartbeat;
}

static void end_unless_allowed(struct loom_http_request *request)
{
    if (!loom_http_may_go_on(request)) {
        loom_http_lost(request);
    }
}

void loom_http_review(struct loom_http *http)
{
    for (struct loom_list *link = http->streams.next; link != &http->streams; link = link->next) {
        end_unless_allowed(LOOM_LIST_ENTRY(link, struct loom_http_stream, link)->request);
    }
}

void loom_http_streams_step(struct loom_http *http, uint64_t now)
{
    while (loom_http_streams_deadline(http) <= now) {
        struct loom_http_stream *stream =
            LOOM_LIST_ENTRY(http->streams.next, struct loom_http_stream, link);
        beat_after(stream, now);
        end_unless_allowed(stream->request);
        if (stream->count == 0) {
            append_text(stream, ":\n\n");
            loom_http_resume(stream->request);
        }
    }
}
