/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Streams of events to browsers and scripts: server-sent events (WHATWG HTML, 9.2).
 *
 * An event is rendered once, as a frame, and waits in the queue of each stream that it was sent to.
 * A reader that is too slow loses what waits for it and gets one event `reset` instead: it has to
 * read anew what it shows. A comment each 15 s keeps proxies from closing a stream, and shows
 * whether its reader is still there.
 */
#ifndef LOOM_HTTP_EVENTS_H
#define LOOM_HTTP_EVENTS_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_http_stream;
struct loom_http_frame;

#define LOOM_HTTP_HEARTBEAT_MS 15000u

/** Answers a request with a stream.
 *  @param gone called when the stream has ended, by whomever; it must not be used afterwards
 *  @return NULL: there are too many, or no memory; the request was answered 503 */
struct loom_http_stream *loom_http_stream_begin(struct loom_http_request *request,
                                                void (*gone)(void *user), void *user);

/** Where a reader was, by `Last-Event-ID` or, as browsers cannot send a field with their first
 *  request, by the argument `after`.
 *  @return whether it says; a number that is none is refused, with 400
 *  @param refused whether the request was answered */
bool loom_http_stream_after(struct loom_http_request *request, uint64_t *after, bool *refused);

/** Makes a frame. @param data one line, as JSON is @return NULL without memory */
struct loom_http_frame *loom_http_frame_create(uint64_t id, const char *event,
                                               struct loom_text data);
/** Drops the caller's reference; NULL is allowed. */
void loom_http_frame_release(struct loom_http_frame *frame);

/** Puts a frame behind those that wait; the caller keeps its reference.
 *  @return false: the reader was too slow; it gets `reset` */
bool loom_http_stream_send(struct loom_http_stream *stream, struct loom_http_frame *frame);

/** Bytes that wait for the reader: who reads from a database what was missed asks before it reads
 * on.
 */
size_t loom_http_stream_waiting(const struct loom_http_stream *stream);

/** Calls back, once, when nothing waits for the reader any more: then it can be sent more. The
 * callback comes from within loom_http_step(), and not after `gone`. */
void loom_http_stream_when_empty(struct loom_http_stream *stream, void (*empty)(void *user),
                                 void *user);

#ifdef __cplusplus
}
#endif

#endif
