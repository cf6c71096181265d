/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <string.h>

enum { BAD_OPTION = LOOM_CODE(4, 2), CONTINUE = LOOM_CODE(2, 31), INCOMPLETE = LOOM_CODE(4, 8) };

/* A request taken apart. */
struct incoming {
    struct loom_request request;
    struct loom_coap_block block1;
    struct loom_coap_block block2;
    bool has_block1;
    bool has_block2;
    bool wants_size; /* of the answer, if that comes in blocks */
    bool in_pieces;  /* the side has the block as a request */
    uint32_t size;   /* of the whole body as the peer says it, Size1; 0: it does not */
    const coap_pdu_t *message;
};

/* ---- reading a request ----------------------------------------------------------------------- */

static bool append_segment(struct loom_text *segments, uint8_t *count, const coap_opt_t *option)
{
    if (*count == LOOM_SEGMENTS_MAX) {
        return false;
    }
    segments[(*count)++] =
        (struct loom_text){(const char *)coap_opt_value(option), coap_opt_length(option)};
    return true;
}

/* A format that a message names at most once. 65535 is reserved (RFC 7252 section 12.3): nobody can
 * have it, and to the side it would be no format at all. @return 0, or the code that refuses it */
static uint8_t take_format(uint16_t *format, const coap_opt_t *option, uint8_t unknown)
{
    if (*format != LOOM_FORMAT_ABSENT || coap_opt_length(option) > 2) {
        return BAD_OPTION;
    }
    *format = (uint16_t)coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
    return *format == LOOM_FORMAT_ABSENT ? unknown : 0;
}

static uint8_t take_block(struct loom_coap_block *block, bool *has, const coap_opt_t *option)
{
    if (*has) {
        return BAD_OPTION;
    }
    *has = true;
    return loom_coap_block_read(option, block) ? 0 : LOOM_BAD_REQUEST;
}

/* Of what is no GET or FETCH, and of any other value, nothing is known (RFC 7641 section 2). */
static void take_observe(struct loom_request *request, const coap_opt_t *option)
{
    unsigned value = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));

    if (request->method != LOOM_GET && request->method != LOOM_FETCH) {
        return;
    }
    if (value <= 1) {
        request->observe = value == 0 ? LOOM_OBSERVE_BEGIN : LOOM_OBSERVE_END;
    }
}

/* Takes one option. @return 0, or the code that refuses the request (RFC 7252 section 5.4.1) */
static uint8_t take_option(struct incoming *incoming, coap_option_num_t number,
                           const coap_opt_t *option)
{
    struct loom_request *request = &incoming->request;

    switch (number) {
    case COAP_OPTION_OBSERVE:
        take_observe(request, option);
        return 0;
    case COAP_OPTION_URI_PATH:
        return append_segment(request->path, &request->path_count, option) ? 0 : BAD_OPTION;
    case COAP_OPTION_URI_QUERY:
        return append_segment(request->query, &request->query_count, option) ? 0 : BAD_OPTION;
    case COAP_OPTION_CONTENT_FORMAT:
        return take_format(&request->content_format, option, LOOM_UNSUPPORTED_FORMAT);
    case COAP_OPTION_ACCEPT:
        return take_format(&request->accept, option, LOOM_NOT_ACCEPTABLE);
    case COAP_OPTION_BLOCK1:
        return take_block(&incoming->block1, &incoming->has_block1, option);
    case COAP_OPTION_BLOCK2:
        return take_block(&incoming->block2, &incoming->has_block2, option);
    case COAP_OPTION_SIZE2:
        incoming->wants_size = true;
        return 0;
    case COAP_OPTION_SIZE1:
        incoming->size = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
        return 0;
    case COAP_OPTION_URI_HOST: /* an endpoint has one host, whatever its name */
    case COAP_OPTION_URI_PORT:
        return 0;
    default:
        return (number & 1u) == 0 ? 0 : BAD_OPTION; /* odd numbers are critical */
    }
}

/* @return 0, or the code that refuses the request */
static uint8_t read_request(const coap_pdu_t *pdu, struct incoming *incoming)
{
    struct loom_request *request = &incoming->request;
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;

    incoming->message = pdu;
    request->method = (enum loom_method)coap_pdu_get_code(pdu);
    request->content_format = LOOM_FORMAT_ABSENT;
    request->accept = LOOM_FORMAT_ABSENT;
    request->confirmable = coap_pdu_get_type(pdu) == COAP_MESSAGE_CON;
    coap_option_iterator_init(pdu, &iterator, COAP_OPT_ALL);
    while ((option = coap_option_next(&iterator)) != NULL) {
        uint8_t refused = take_option(incoming, iterator.number, option);

        if (refused != 0) {
            return refused;
        }
    }
    (void)coap_get_data(pdu, &request->payload.length, &request->payload.data);
    return 0;
}

/* ---- requests and answers in blocks ---------------------------------------------------------- */

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
static uint8_t begin_body(struct loom_session *session, const struct incoming *incoming)
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
static uint8_t hand_on(struct loom_session *session, struct incoming *incoming)
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
static uint32_t digest(struct loom_bytes bytes)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < bytes.length; i++) {
        sum = (sum ^ bytes.data[i]) * 16777619u;
    }
    return sum;
}

/* A peer that has not heard that a block was taken may send it as another message. */
static bool is_known(const struct loom_coap_transfer *transfer, const struct incoming *incoming,
                     size_t at)
{
    struct loom_bytes block = incoming->request.payload;

    if (!incoming->block1.more || at == 0 ||
        at + block.length != transfer->offset + transfer->body.length) {
        return false;
    }
    return transfer->in_pieces ? digest(block) == transfer->before
                               : memcmp(transfer->body.data + at, block.data, block.length) == 0;
}

/* Adds a block to the body that is under way. @return 0 when the side is to have it, the whole or
 * the block, or the code to answer */
static uint8_t gather(struct loom_session *session, struct incoming *incoming)
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
static void put_back(struct loom_session *session, const struct incoming *incoming)
{
    if (incoming->has_block1 && !incoming->in_pieces) {
        loom_coap_transfer_cut(session->port, &session->incoming,
                               incoming->block1.number *
                                   loom_coap_block_size(incoming->block1.szx));
    }
}

/* What becomes of the body when the side has answered. */
static void settle_body(struct loom_session *session, const struct incoming *incoming, uint8_t code)
{
    if (incoming->in_pieces && code == CONTINUE) {
        session->incoming.offset += incoming->request.payload.length;
        session->incoming.before = digest(incoming->request.payload);
    } else {
        loom_coap_transfer_clear(session->port, &session->incoming);
    }
}

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
static bool ask(struct loom_session *session, struct incoming *incoming, struct loom_reply *reply,
                struct loom_coap_outgoing *answer)
{
    struct loom_coap_port *port = session->port;

    if (!loom_coap_ring_is_empty(&session->observations)) {
        incoming->request.observation_of = loom_coap_observe_find(session, incoming->message);
    }
    port->side->request(port->side_self, session->owner, session, &incoming->request, reply);
    if (reply->code == 0) {
        return false;
    }
    if (incoming->request.observe != LOOM_OBSERVE_NONE) {
        answer->has_sequence = loom_coap_observe_note(session, incoming->message,
                                                      &incoming->request, reply, &answer->sequence);
    }
    if (!reply_is_valid(&incoming->request, reply, port->config.payload_max)) {
        reply->length = 0;
        answer->code = LOOM_INTERNAL_ERROR;
        return true;
    }
    answer->code = reply->code;
    answer->reply = reply;
    answer->content_format = reply->content_format;
    answer->payload = (struct loom_bytes){port->reply, reply->length};
    return true;
}

/* The newest of the bodies that the request may go on with; NULL: there is none. */
static const struct loom_coap_transfer *find_body(const struct loom_session *session,
                                                  const struct loom_request *request)
{
    const struct loom_coap_transfer *notified = loom_coap_observe_body(session, request);
    bool answered = loom_coap_transfer_is_of(&session->outgoing, request);

    if (answered && (notified == NULL || notified->etag < session->outgoing.etag)) {
        return &session->outgoing;
    }
    return notified;
}

static bool asks_for_later_block(const struct incoming *incoming)
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
static void take_reply(struct loom_session *session, const struct incoming *incoming,
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
    if (answer->payload.length > loom_coap_answer_room(session, answer->reply) ||
        (incoming->has_block2 &&
         answer->payload.length > loom_coap_block_size(incoming->block2.szx))) {
        if (!keep(session, request, answer)) {
            refuse(answer, LOOM_UNAVAILABLE);
            return;
        }
    }
    loom_coap_answer_cut(
        session, incoming->has_block2 && request->answer_offset == 0 ? &incoming->block2 : NULL,
        answer);
}

static void make_answer(struct loom_session *session, struct incoming *incoming,
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
    reply->room = session->port->config.payload_max;
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

/* Writes an answer, and keeps it for a repeated request. */
static void write_answer(struct loom_session *session, const struct loom_coap_outgoing *answer,
                         const coap_pdu_t *request, coap_pdu_t *response)
{
    struct loom_coap_answer_options list;
    struct loom_bytes options;

    loom_coap_answer_list_options(answer, &list);
    options = (struct loom_bytes){list.bytes, list.length};
    if (!loom_coap_put_response(response, answer->code, options, answer->payload)) {
        coap_pdu_set_code(response, COAP_RESPONSE_CODE_INTERNAL_ERROR);
    }
    loom_coap_answered_remember(session, request, answer->code, options, answer->payload);
}

/* A message of type NON without a code is one that libcoap does not send. Without this it would
 * acknowledge the request, and the peer would not send it again (rule A-95). */
static void stay_silent(coap_pdu_t *response)
{
    coap_pdu_set_type(response, COAP_MESSAGE_NON);
    coap_pdu_set_code(response, COAP_EMPTY_CODE);
}

/* A body that is too large at once may come in blocks, where the side takes pieces (RFC 7959
 * section 2.9.3). */
static void hint_at_blocks(struct loom_session *session, const struct incoming *incoming,
                           struct loom_coap_outgoing *answer)
{
    if (!incoming->has_block1 && side_takes_pieces(session, &incoming->request)) {
        answer->has_block1 =
            loom_coap_block_fit(session->port->config.payload_max, &answer->block1.szx);
    }
}

/* Serves one message. @return false: it is not answered */
static bool serve(struct loom_session *session, const coap_pdu_t *request, coap_pdu_t *response)
{
    struct incoming incoming = {0};
    struct loom_reply reply = {0};
    struct loom_coap_outgoing answer = {.content_format = LOOM_FORMAT_ABSENT};
    size_t limit = session->port->config.payload_max;

    answer.code = read_request(request, &incoming);
    if (answer.code == 0 && incoming.has_block1) {
        answer.has_block1 = true;
        answer.block1 = incoming.block1;
        answer.code = gather(session, &incoming);
    }
    if (answer.code == 0 && !incoming.in_pieces && incoming.request.payload.length > limit) {
        answer.code = LOOM_TOO_LARGE;
        hint_at_blocks(session, &incoming, &answer);
    }
    if (answer.code == LOOM_TOO_LARGE) {
        answer.size1 = (uint32_t)limit;
    }
    if (answer.code == 0) {
        make_answer(session, &incoming, &reply, &answer);
        if (answer.code == 0) {
            put_back(session, &incoming);
            return false;
        }
        if (incoming.has_block1) {
            settle_body(session, &incoming, answer.code);
            answer.has_block1 = true;
            answer.block1 = incoming.block1;
        }
    }
    write_answer(session, &answer, request, response);
    loom_coap_wipe(session->port->reply, reply.length);
    return true;
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
    if (!answer_request(session, request, response)) {
        stay_silent(response);
        return;
    }
    loom_coap_traffic_sent(port, loom_coap_traffic_size(port, response));
}
