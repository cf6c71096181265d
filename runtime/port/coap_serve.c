/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <string.h>

enum { CONTINUE = LOOM_CODE(2, 31), INCOMPLETE = LOOM_CODE(4, 8) };

/* ---- the side -------------------------------------------------------------------------------- */

static bool reply_is_valid(const struct loom_request *request, const struct loom_reply *reply,
                           size_t room)
{
    size_t location = 0;
    unsigned kind = reply->code >> 5;

    if (reply->location_count > LOOM_SEGMENTS_MAX || reply->length > room) {
        return false;
    }
    for (size_t i = 0; i < reply->location_count; i++) {
        location += reply->location[i].length;
    }
    return location <= LOOM_COAP_LOCATION_MAX && (kind == 2 || kind == 4 || kind == 5) &&
           (reply->code != CONTINUE || request->piece.more);
}

/* Asks the side. @return false: it does not want to answer */
static bool ask(struct loom_session *session, struct loom_coap_incoming *incoming,
                struct loom_reply *reply, struct loom_coap_outgoing *answer)
{
    struct loom_coap_port *port = session->port;

    if (!loom_coap_ring_is_empty(&session->observations)) {
        incoming->request.observation_of = loom_coap_observe_find(session, incoming->message);
    }
    port->asking = true;
    port->side->request(port->side_self, session->owner, session, &incoming->request, reply);
    port->asking = false;
    if (reply->code == 0) {
        return false;
    }
    if (incoming->request.observe != LOOM_OBSERVE_NONE) {
        answer->has_sequence = loom_coap_observe_note(session, incoming->message,
                                                      &incoming->request, reply, &answer->sequence);
    }
    if (!reply_is_valid(&incoming->request, reply, port->config.answer_max)) {
        reply->length = 0;
        answer->code = LOOM_INTERNAL_ERROR;
        return true;
    }
    answer->code = reply->code;
    answer->reply = reply;
    answer->content_format = reply->content_format;
    answer->max_age = reply->code == LOOM_UNAVAILABLE ? reply->max_age : 0;
    answer->payload = (struct loom_bytes){port->reply, reply->length};
    return true;
}

/* The newest of the bodies that the request may go on with; NULL: there is none. */
static const struct loom_coap_transfer *find_body(const struct loom_session *session,
                                                  const struct loom_request *request)
{
    const struct loom_coap_transfer *notified = loom_coap_observe_body(session, request);
    bool answered = loom_coap_transfer_may_answer(&session->outgoing, request) &&
                    loom_coap_transfer_is_of(&session->outgoing, request);

    if (answered && (notified == NULL || notified->etag < session->outgoing.etag)) {
        return &session->outgoing;
    }
    return notified;
}

static bool asks_for_later_block(const struct loom_coap_incoming *incoming)
{
    return incoming->has_block2 && incoming->block2.number > 0;
}

static void answer_from(const struct loom_coap_transfer *transfer,
                        struct loom_coap_outgoing *answer)
{
    answer->code = transfer->code;
    answer->content_format = transfer->content_format;
    answer->etag = transfer->etag;
    answer->payload = (struct loom_bytes){transfer->body.data, transfer->body.length};
}

/* Whether the side may be asked for a later piece: that must execute nothing again, and a FETCH
 * that went in blocks is not sent again with it (RFC 7959 section 3.3). */
static bool may_ask_again(const struct loom_coap_transfer *transfer, struct loom_request *request)
{
    if (request->method == LOOM_FETCH && request->payload.length == 0 && transfer != NULL) {
        request->payload = (struct loom_bytes){transfer->body.data, transfer->body.length};
        request->content_format = transfer->content_format;
    }
    return request->observe == LOOM_OBSERVE_NONE &&
           (request->method == LOOM_GET ||
            (request->method == LOOM_FETCH && request->payload.length > 0));
}

static void refuse(struct loom_coap_outgoing *answer, uint8_t code)
{
    *answer = (struct loom_coap_outgoing){.code = code, .content_format = LOOM_FORMAT_ABSENT};
}

/* Keeps an answer whose rest the peer may ask for. */
static bool keep(struct loom_session *session, const struct loom_request *request,
                 struct loom_coap_outgoing *answer)
{
    return loom_coap_transfer_begin(session->port, &session->outgoing, request) &&
           loom_coap_answer_keep(session->port, &session->outgoing, answer);
}

/* Notes that the side gives the rest of an answer. Without memory for the body of the request a
 * peer that does not send it again is told 4.08. */
static void note_pieces(struct loom_session *session, const struct loom_request *request)
{
    struct loom_coap_transfer *transfer = &session->outgoing;

    if (!loom_coap_transfer_begin(session->port, transfer, request) ||
        !loom_coap_transfer_append(session->port, transfer, request->payload.data,
                                   request->payload.length)) {
        loom_coap_transfer_clear(session->port, transfer);
        return;
    }
    transfer->in_pieces = true;
    transfer->etag = ++session->port->next_etag;
}

/* Answers with what the side says. */
static void take_reply(struct loom_session *session, const struct loom_coap_incoming *incoming,
                       const struct loom_reply *reply, struct loom_coap_block block,
                       struct loom_coap_outgoing *answer)
{
    const struct loom_request *request = &incoming->request;

    if (loom_coap_piece_given(request, reply)) {
        loom_coap_piece_answer(session, block, reply, answer);
        if (request->answer_offset == 0) {
            note_pieces(session, request);
        }
        return;
    }
    if (request->answer_offset > 0 && answer->code >> 5 == 2) {
        refuse(answer, INCOMPLETE); /* the side has begun anew */
        return;
    }
    bool fits = answer->payload.length <= loom_coap_answer_room(session, answer->reply);
    if (fits && !incoming->has_block2) {
        return; /* as a whole, as most do */
    }
    if (!fits || answer->payload.length > loom_coap_block_size(incoming->block2.szx)) {
        if (!keep(session, request, answer)) {
            refuse(answer, LOOM_UNAVAILABLE);
            return;
        }
    }
    loom_coap_answer_cut(
        session, incoming->has_block2 && request->answer_offset == 0 ? &incoming->block2 : NULL,
        answer);
}

static void make_answer(struct loom_session *session, struct loom_coap_incoming *incoming,
                        struct loom_reply *reply, struct loom_coap_outgoing *answer)
{
    const struct loom_coap_block *wanted = incoming->has_block2 ? &incoming->block2 : NULL;
    struct loom_coap_block block = {0, false, 0};

    answer->wants_size = incoming->wants_size;
    if (asks_for_later_block(incoming)) {
        const struct loom_coap_transfer *transfer = find_body(session, &incoming->request);

        if (transfer != NULL && !transfer->in_pieces) {
            answer_from(transfer, answer);
            loom_coap_answer_cut(session, wanted, answer);
            return;
        }
        if (!may_ask_again(transfer, &incoming->request)) {
            answer->code = INCOMPLETE;
            return;
        }
    }
    reply->content_format = LOOM_FORMAT_ABSENT;
    reply->payload = session->port->reply;
    reply->room = session->port->config.answer_max;
    if (!loom_coap_piece_offer(session, wanted, &incoming->request, reply, &block)) {
        answer->code = LOOM_BAD_REQUEST;
        return;
    }
    if (ask(session, incoming, reply, answer)) {
        take_reply(session, incoming, reply, block, answer);
    }
}

/* ---- the whole way ----------------------------------------------------------------------------
 */

/* Writes an answer, and keeps it for a repeated request.
 * @return false: it is not to be sent yet */
static bool write_answer(struct loom_session *session, const struct loom_coap_outgoing *answer,
                         const coap_pdu_t *request, coap_pdu_t *response)
{
    struct loom_coap_answer_options list;
    struct loom_bytes options;

    loom_coap_answer_list_options(answer, &list);
    options = (struct loom_bytes){list.bytes, list.length};
    if (answer->reply != NULL && answer->reply->held != 0) {
        loom_coap_held_add(session, answer->reply->held, request, answer->code, options,
                           answer->payload);
        return false;
    }
    if (!loom_coap_put_response(response, answer->code, options, answer->payload)) {
        coap_pdu_set_code(response, COAP_RESPONSE_CODE_INTERNAL_ERROR);
    }
    loom_coap_answered_remember(session, loom_coap_answered_note(session, request), answer->code,
                                options, answer->payload);
    return true;
}

/* A message of type NON without a code is one that libcoap does not send. Without this it would
 * acknowledge the request, and the peer would not send it again (rule A-95). */
static void stay_silent(coap_pdu_t *response)
{
    coap_pdu_set_type(response, COAP_MESSAGE_NON);
    coap_pdu_set_code(response, COAP_EMPTY_CODE);
}

/* Serves one message. @return false: it is not answered */
static bool serve(struct loom_session *session, const coap_pdu_t *request, coap_pdu_t *response)
{
    struct loom_coap_incoming incoming = {0};
    struct loom_reply reply = {0};
    struct loom_coap_outgoing answer = {.content_format = LOOM_FORMAT_ABSENT};
    size_t limit = session->port->config.payload_max;

    answer.code = loom_coap_incoming_read(request, &incoming);
    if (answer.code == 0 && incoming.has_block1) {
        answer.has_block1 = true;
        answer.block1 = incoming.block1;
        answer.code = loom_coap_gather(session, &incoming);
    }
    if (answer.code == 0 && !incoming.in_pieces && incoming.request.payload.length > limit) {
        answer.code = LOOM_TOO_LARGE;
        loom_coap_gather_hint(session, &incoming, &answer);
    }
    if (answer.code == LOOM_TOO_LARGE) {
        answer.size1 = (uint32_t)limit;
    }
    if (answer.code == 0) {
        make_answer(session, &incoming, &reply, &answer);
        if (answer.code == 0) {
            loom_coap_gather_put_back(session, &incoming);
            return false;
        }
        if (incoming.has_block1) {
            loom_coap_gather_settle(session, &incoming, answer.code);
            answer.has_block1 = true;
            answer.block1 = incoming.block1;
        }
    }
    bool sent = write_answer(session, &answer, request, response);
    loom_coap_wipe(session->port->reply, reply.length);
    return sent;
}

/* @return false: it is not answered */
static bool answer_request(struct loom_session *session, const coap_pdu_t *request,
                           coap_pdu_t *response)
{
    if (loom_coap_answered_repeat(session, request, response)) {
        return coap_pdu_get_code(response) != COAP_EMPTY_CODE;
    }
    return loom_coap_answered_make_room(session) && serve(session, request, response);
}

void loom_coap_serve_on_request(coap_resource_t *resource, coap_session_t *coap,
                                const coap_pdu_t *request, const coap_string_t *query,
                                coap_pdu_t *response)
{
    struct loom_coap_port *port = loom_coap_port_of(coap_session_get_context(coap));
    struct loom_session *session = loom_coap_session_of(port, coap);

    (void)resource;
    (void)query;
    if (session == NULL) {
        stay_silent(response);
        return;
    }
    loom_coap_session_heard(session);
    session->reached = true;
    loom_coap_traffic_received(port, request);
    loom_coap_show_message(session, request, true);
    if (!answer_request(session, request, response)) {
        stay_silent(response);
        return;
    }
    loom_coap_traffic_sent(port, loom_coap_traffic_size(port, response));
    loom_coap_show_message(session, response, false);
}
