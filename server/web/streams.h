/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Streams of events of REST, each of one endpoint or of all.
 */
#ifndef LOOM_WEB_STREAMS_H
#define LOOM_WEB_STREAMS_H

#include "common/list.h"
#include "common/text.h"
#include "http/events.h"
#include "http/http.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One reader. Members are private, but for those that are said to be public. */
struct loom_web_stream {
    struct loom_list place;
    struct loom_http_stream *http; /**< public */
    /** Public: hears before the stream is freed. NULL: nobody does */
    void (*gone)(void *user);
    void *user;                /**< public: of `gone` */
    struct loom_text endpoint; /* data NULL: all */
    char name[];
};

/**
 * A stream that has not begun.
 * @param endpoint whose events it is given, copied; data NULL: everybody's
 * @return NULL: out of memory. Otherwise the caller begins it.
 */
struct loom_web_stream *loom_web_stream_create(struct loom_text endpoint);

/**
 * Answers a request with the stream, and puts it into a list, which it leaves and is freed when its
 * reader has gone.
 * @return false: the request is answered with an error, and the stream is freed
 */
bool loom_web_stream_begin(struct loom_web_stream *stream, struct loom_list *streams,
                           struct loom_http_request *request);

/** Sends a frame to a stream, if the endpoint is one of its own. */
void loom_web_stream_send(struct loom_web_stream *stream, struct loom_text endpoint,
                          struct loom_http_frame *frame);

/** Sends a frame to each stream of a list that the endpoint belongs to. */
void loom_web_streams_send(const struct loom_list *streams, struct loom_text endpoint,
                           struct loom_http_frame *frame);

#ifdef __cplusplus
}
#endif

#endif
