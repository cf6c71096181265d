/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that come in blocks: joined, or handed on in pieces. */
#include "coap_internal.h"

#include <string.h>

enum { CONTINUE = LOOM_CODE(2, 31), INCOMPLETE = LOOM_CODE(4, 8) };

/* The format is that of the whole body; a later block need not name it, but not another one
 * (RFC 7959 section 2.3). */
static bool format_fits(const struct loom_coap_transfer *transfer,
                        const struct loom_request *request)
{
    return request->content_format == LOOM_FORMAT_ABSENT ||
           request->content_format == transfer->content_format;
}

static bool side_takes_pieces(struct loom_session *session, const struct loom_request *request)
{
    const struct loom_coap_port *port = session->port;
    struct loom_request first = *request;

    first.piece.more = true;
    return port->side->takes_pieces != NULL &&
           port->side->takes_pieces(port->side_self, session->owner, session, &first);
}

/* Begins a body with its first block, and asks the side once how it wants a body of several.
 * @return 0, or the code that refuses it */
static uint8_t begin_body(struct loom_session *session, const struct loom_coap_incoming *incoming)
{
    struct loom_coap_port *port = session->port;
    struct loom_coap_transfer *transfer = &session->incoming;

    if (!loom_coap_transfer_begin(port, transfer, &incoming->request)) {
        return LOOM_UNAVAILABLE;
    }
    transfer->in_pieces = incoming->block1.more && side_takes_pieces(session, &incoming->request);
    if (!transfer->in_pieces && incoming->size > port->config.payload_max) {
        loom_coap_transfer_clear(port, transfer);
        return LOOM_TOO_LARGE; /* before the peer sends it all (RFC 7959 section 2.9.3) */
    }
    return 0;
}

/* Makes a request of a block. */
static uint8_t hand_on(struct loom_session *session, struct loom_coap_incoming *incoming)
{
    struct loom_coap_transfer *transfer = &session->incoming;

    loom_coap_transfer_renew(session->port, transfer);
    incoming->in_pieces = true;
    incoming->request.content_format = transfer->content_format;
    incoming->request.piece =
        (struct loom_piece){(uint32_t)transfer->offset, incoming->block1.more};
    return 0;
}

/* Tells blocks apart; what has gone to the side cannot be compared any more. */
/* A peer that has not heard that a block was taken may send it as another message. That of a last
 * block is another request, whose body has been given away: to answer it as the first one was would
 * need its answer for as long as a body lives, and may be wrong, as bodies that differ may end
 * alike. It is told 4.08, which asks for the whole body again (RFC 7959 section 2.9.2). */
static bool is_known(const struct loom_coap_transfer *transfer,
                     const struct loom_coap_incoming *incoming, size_t at)
{
    struct loom_bytes block = incoming->request.payload;

    if (!incoming->block1.more || at == 0 ||
        at + block.length != transfer->offset + transfer->body.length) {
        return false;
    }
    return transfer->in_pieces ? loom_coap_digest(block) == transfer->before
                               : memcmp(transfer->body.data + at, block.data, block.length) == 0;
}

/* Adds a block to the body that is under way. @return 0 when the side is to have it, the whole or
 * the block, or the code to answer */
uint8_t loom_coap_gather(struct loom_session *session, struct loom_coap_incoming *incoming)
{
    struct loom_coap_transfer *transfer = &session->incoming;
    struct loom_request *request = &incoming->request;
    size_t size = loom_coap_block_size(incoming->block1.szx);
    size_t limit = session->port->config.payload_max;
    size_t at = incoming->block1.number * size;
    uint8_t refused;

    if (incoming->block1.more ? request->payload.length != size : request->payload.length > size) {
        return LOOM_BAD_REQUEST;
    }
    if (incoming->block1.number == 0 && (refused = begin_body(session, incoming)) != 0) {
        return refused;
    }
    if (!loom_coap_transfer_is_of(transfer, request) || !format_fits(transfer, request)) {
        return INCOMPLETE;
    }
    if (at != transfer->offset + transfer->body.length) {
        return is_known(transfer, incoming, at) ? CONTINUE : INCOMPLETE;
    }
    if (transfer->in_pieces) {
        return hand_on(session, incoming);
    }
    if (request->payload.length > limit - transfer->body.length) {
        loom_coap_transfer_clear(session->port, transfer);
        return LOOM_TOO_LARGE;
    }
    if (!loom_coap_transfer_append(session->port, transfer, request->payload.data,
                                   request->payload.length)) {
        loom_coap_transfer_clear(session->port, transfer);
        return LOOM_UNAVAILABLE;
    }
    if (incoming->block1.more) {
        return CONTINUE;
    }
    request->content_format = transfer->content_format;
    request->payload = (struct loom_bytes){transfer->body.data, transfer->body.length};
    return 0;
}

/* A request that is not answered comes again, and with it its last block. A piece has not counted
 * yet. */
void loom_coap_gather_put_back(struct loom_session *session,
                               const struct loom_coap_incoming *incoming)
{
    if (incoming->has_block1 && !incoming->in_pieces) {
        loom_coap_transfer_cut(session->port, &session->incoming,
                               incoming->block1.number *
                                   loom_coap_block_size(incoming->block1.szx));
    }
}

/* What becomes of the body when the side has answered. */
void loom_coap_gather_settle(struct loom_session *session,
                             const struct loom_coap_incoming *incoming, uint8_t code)
{
    if (incoming->in_pieces && code == CONTINUE) {
        session->incoming.offset += incoming->request.payload.length;
        session->incoming.before = loom_coap_digest(incoming->request.payload);
    } else {
        loom_coap_transfer_clear(session->port, &session->incoming);
    }
}

/* A body that is too large at once may come in blocks, where the side takes pieces (RFC 7959
 * section 2.9.3). */
void loom_coap_gather_hint(struct loom_session *session, const struct loom_coap_incoming *incoming,
                           struct loom_coap_outgoing *answer)
{
    if (!incoming->has_block1 && side_takes_pieces(session, &incoming->request)) {
        answer->has_block1 =
            loom_coap_block_fit(session->port->config.payload_max, &answer->block1.szx);
    }
}
