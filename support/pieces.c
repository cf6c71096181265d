/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/pieces.h"

#include <string.h>

void loom_pieces_offer(const struct loom_request *request, uint16_t most, struct loom_reply *reply)
{
    uint16_t size = most;
    while (size > 16 && (size > reply->room || request->answer_offset % size != 0 ||
                         (request->piece_room > 0 && size > request->piece_room))) {
        size /= 2;
    }
    reply->piece_room = size;
}

/* A tag of its content, for an answer that the side has given none. */
static uint32_t digest(const struct loom_reply *reply)
{
    uint32_t digest = 2166136261u;
    for (size_t i = 0; i < reply->length; i++) {
        digest = (digest ^ reply->payload[i]) * 16777619u;
    }
    return digest | 1u;
}

/* There is nothing behind the end of an answer. */
static void refuse(struct loom_response *response)
{
    *response =
        (struct loom_response){.code = LOOM_BAD_REQUEST, .content_format = LOOM_FORMAT_ABSENT};
}

static void cut(const struct loom_request *request, const struct loom_reply *reply,
                struct loom_response *response)
{
    if (request->answer_offset > 0 && request->answer_offset >= reply->length) {
        refuse(response);
        return;
    }
    size_t left = reply->length - request->answer_offset;
    response->etag = digest(reply);
    response->size = (uint32_t)reply->length;
    response->piece.offset = request->answer_offset;
    response->piece.more = left > reply->piece_room;
    response->payload.data += request->answer_offset;
    response->payload.length = response->piece.more ? reply->piece_room : left;
}

static bool is_valid(const struct loom_reply *reply)
{
    return reply->etag != 0 && reply->location_count == 0 &&
           (reply->more ? reply->length == reply->piece_room : reply->length <= reply->piece_room);
}

bool loom_pieces_take(const struct loom_request *request, const struct loom_reply *reply,
                      struct loom_response *response)
{
    bool success = reply->code >> 5 == 2;
    memset(response, 0, sizeof *response);
    response->code = reply->code;
    response->content_format = reply->content_format;
    response->location_count = reply->location_count;
    memcpy(response->location, reply->location, sizeof response->location);
    response->observe_more = reply->observation != 0 && success;
    response->payload = (struct loom_bytes){reply->payload, reply->length};
    if (success && (reply->more || (request->answer_offset > 0 && reply->etag != 0))) {
        response->etag = reply->etag;
        response->size = reply->size;
        response->piece = (struct loom_piece){request->answer_offset, reply->more};
        if (reply->length == 0) {
            refuse(response);
        }
        return is_valid(reply);
    }
    if (success && request->piece_room > 0) {
        cut(request, reply, response);
    }
    return !reply->more;
}
