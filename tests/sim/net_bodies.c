/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are longer than a datagram: they go in blocks, each a message of its own. The side
 * that gets them takes them in pieces, or it is too much: no end holds a body. */
#include "net_internal.h"

#include "loom/pieces.h"

#include <string.h>

enum {
    INCOMPLETE = LOOM_CODE(4, 8),
    ROUNDS = 3 /* how often a block is given up before the body is */
};

/* ---- the end that sends ---------------------------------------------------------------------- */

/* Puts the block that comes next into a message, which others may still need. */
static bool keep_block(struct net *net, struct net_exchange *exchange,
                       const struct loom_request *request)
{
    struct loom_request block = *request;
    uint32_t rest = exchange->body.length - exchange->sent;
    block.piece = (struct loom_piece){exchange->sent, rest > LOOM_PIECE_MAX};
    block.payload = (struct loom_bytes){exchange->body.data + exchange->sent,
                                        block.piece.more ? LOOM_PIECE_MAX : rest};
    exchange->blob = net_new_blob(net);
    return net_keep_request(&net->blobs[exchange->blob], &block);
}

bool net_begin_body(struct net *net, struct net_exchange *exchange,
                    const struct loom_request *request)
{
    exchange->body.data = request->payload.data;
    exchange->body.length = (uint32_t)request->payload.length;
    exchange->sent = 0;
    return keep_block(net, exchange, request);
}

/* As a message of its own: what still comes to the one before is not taken for its answer. */
static void send_block(struct net *net, struct net_exchange *exchange)
{
    struct net_host *host = &net->hosts[net->sessions[exchange->session].host];
    struct sim_random *random = net_chances(net, exchange->aside);
    exchange->mid = ++host->last_mid;
    exchange->token = ++net->last_token;
    exchange->acknowledged = false;
    exchange->tries = 0;
    exchange->timeout = NET_ACK_TIMEOUT + sim_random_below(random, NET_ACK_TIMEOUT / 2 + 1);
    net_set_retransmission(net, exchange, 0);
}

bool net_continue_body(struct net *net, struct net_exchange *exchange,
                       const struct loom_response *response)
{
    int before = exchange->blob;
    if (response->code != LOOM_CONTINUE ||
        exchange->body.length - exchange->sent <= LOOM_PIECE_MAX) {
        return false;
    }
    exchange->sent += LOOM_PIECE_MAX;
    (void)keep_block(net, exchange, &net->blobs[before].request);
    net_drop_blob(net, before);
    exchange->rounds = 0;
    send_block(net, exchange);
    return true;
}

bool net_insist(struct net *net, struct net_exchange *exchange)
{
    if (exchange->body.data == NULL || exchange->sent == 0 || exchange->rounds == ROUNDS) {
        return false;
    }
    exchange->rounds++;
    send_block(net, exchange);
    return true;
}

/* ---- the end that gets them ------------------------------------------------------------------ */

static uint32_t sum_of(uint32_t sum, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ bytes[i]) * 16777619u;
    }
    return sum;
}

/* Method and path, by which blocks belong together (RFC 7959 section 2.4). */
static uint32_t digest(const struct loom_request *request)
{
    uint32_t sum = 2166136261u ^ (uint32_t)request->method;
    for (unsigned i = 0; i < request->path_count; i++) {
        sum = sum_of(sum, request->path[i].data, request->path[i].length);
        sum = sum_of(sum, "/", 1);
    }
    return sum | 1u;
}

bool net_gather(struct net *net, struct loom_session *session, const struct loom_request *request,
                uint8_t *answer)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_body *body = &session->body;
    const struct loom_piece *piece = &request->piece;
    *answer = 0;
    if (piece->offset == 0 && !piece->more) {
        return false;
    }
    if (piece->offset == 0) {
        bool takes = host->side->takes_pieces != NULL &&
                     host->side->takes_pieces(host->side_self, session->owner, session, request);
        *body = (struct net_body){.of = takes ? digest(request) : 0};
        *answer = takes ? 0 : (uint8_t)LOOM_TOO_LARGE;
    } else if (body->of != digest(request) || body->until <= net->now) {
        *answer = INCOMPLETE;
    } else if (piece->more && piece->offset + request->payload.length == body->taken &&
               body->before == sum_of(0, request->payload.data, request->payload.length)) {
        *answer = LOOM_CONTINUE; /* the peer has not heard that it is taken */
        return false;
    } else if (body->taken != piece->offset) {
        *answer = INCOMPLETE;
    }
    body->until = net->now + NET_EXCHANGE_LIFETIME;
    return true;
}

void net_settle_body(struct loom_session *session, const struct loom_request *request, uint8_t code)
{
    if (code == LOOM_CONTINUE) {
        session->body.taken += (uint32_t)request->payload.length;
        session->body.before = sum_of(0, request->payload.data, request->payload.length);
    } else if (code != 0) {
        session->body.of = 0;
    }
}
