/* SPDX-License-Identifier: Apache-2.0 */
/* The side of a client whose product has streams: what the port reports is the same, and a body for
 * a stream comes in pieces. Nothing is kept from one piece to the next, so each is checked as a
 * request of its own before it reaches the product. */
#include "client/rooms.h"
#include "context/context.h"
#include "model/node.h"

static const struct loom_stream *stream_of(const struct loom_client *client,
                                           const struct loom_request *request)
{
    struct loom_path path;
    return loom_request_path(request, &path) == LOOM_OK
               ? loom_stream_find(client->context.config.model->product, &path)
               : NULL;
}

/* Other formats put something around the value, so the port joins them. What a bootstrap server
 * writes is staged, and a stream is not (rule A-83). */
static bool takes_pieces(void *side, void *owner, struct loom_session *session,
                         const struct loom_request *request)
{
    const struct loom_client *client = side;
    (void)session;
    if (owner == &client->bootstrap || request->method != LOOM_PUT ||
        request->content_format != LOOM_FORMAT_OPAQUE) {
        return false;
    }
    const struct loom_stream *stream = stream_of(client, request);
    return stream != NULL && stream->write != NULL;
}

/* What is read from a stream needs room until it is written into the answer. An observation would
 * need that room again for each look, so an Observe is answered as a Read (RFC 7641 section 4.1).
 */
static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_client *client = side;
    struct loom_context *context = &client->context;
    if (stream_of(client, request) == NULL) {
        loom_client_on_request(side, owner, session, request, reply);
        return;
    }
    struct loom_streaming streaming = {.offset = request->piece.offset,
                                       .more = request->piece.more,
                                       .room = context->config.buffer,
                                       .size = context->config.buffer_size};
    struct loom_request unobserved = *request;
    unobserved.observe = LOOM_OBSERVE_NONE;
    context->config.model->streaming = &streaming;
    loom_client_on_request(side, owner, session, &unobserved, reply);
    context->config.model->streaming = NULL;
    loom_context_wipe(context);
}

const struct loom_side loom_client_stream_side = {.request = on_request,
                                                  .takes_pieces = takes_pieces,
                                                  .response = loom_client_on_response,
                                                  .lost = loom_client_on_lost,
                                                  .notified = loom_client_on_notified};
