/* SPDX-License-Identifier: Apache-2.0 */
/* The side of a client whose product has streams: what the port reports is the same, and a body for
 * a stream comes in pieces. Nothing is kept from one piece to the next, so each is checked as a
 * request of its own before it reaches the product. */
#include "client/rooms.h"
#include "context/context.h"
#include "loom/codec.h"
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

/* Whether what is read goes as it is: then a part of it is a part of the answer. */
static bool goes_as_it_is(const struct loom_client *client, const struct loom_request *request)
{
    const struct loom_format *const *formats = client->context.config.model->product->formats;
    const struct loom_format *format =
        loom_format_for_answer(formats, request->accept, LOOM_OPAQUE);
    return request->method == LOOM_GET && format != NULL && format->number == LOOM_FORMAT_OPAQUE;
}

/* Pieces of one value have one tag, which is none of the small ones that a port makes. */
static void tell_piece(const struct loom_read_piece *read, struct loom_reply *reply)
{
    reply->more = read->offset + read->length < read->total;
    reply->size = read->total;
    reply->etag = (read->version * 2654435761u ^ read->total) | 0x80000000u;
}

/* What is read from a stream needs room until it is written into the answer. Each piece of an
 * answer is read as if it were a value of its own. */
static void serve(struct loom_client *client, void *owner, struct loom_session *session,
                  const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_context *context = &client->context;
    struct loom_model *model = context->config.model;
    struct loom_read_piece read = {.data = context->config.buffer,
                                   .room = context->config.buffer_size};
    struct loom_streaming streaming = {
        .offset = request->piece.offset, .more = request->piece.more, .read = &read};
    struct loom_request seen = *request;
    if (reply->piece_room > 0 && reply->piece_room <= read.room && goes_as_it_is(client, request)) {
        streaming.in_part = true;
        read.offset = request->answer_offset;
        read.room = reply->piece_room;
        seen.answer_offset = 0;
    }
    model->streaming = &streaming;
    loom_client_on_request(client, owner, session, &seen, reply);
    model->streaming = NULL;
    loom_context_wipe(context);
    if (streaming.in_part && reply->code == LOOM_CONTENT) {
        tell_piece(&read, reply);
    }
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    if (stream_of(side, request) == NULL) {
        loom_client_on_request(side, owner, session, request, reply);
    } else {
        serve(side, owner, session, request, reply);
    }
}

const struct loom_side loom_client_stream_side = {.request = on_request,
                                                  .takes_pieces = takes_pieces,
                                                  .response = loom_client_on_response,
                                                  .lost = loom_client_on_lost,
                                                  .notified = loom_client_on_notified};
