/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <string.h>

enum {
    BAD_OPTION = LOOM_CODE(4, 2),
    CONTINUE = LOOM_CODE(2, 31),
    INCOMPLETE = LOOM_CODE(4, 8),
    /* Bytes of an answer that are neither payload nor Location-Path: token, ETag, Content-Format,
     * Block2, Block1, payload marker. */
    ANSWER_ROOM = 8 + 5 + 3 + 4 + 4 + 1,
    /* More would leave no room for a payload; our own locations are `rd` and a short name. */
    LOCATION_MAX = 300
};

/* A request taken apart. */
struct incoming {
    struct loom_request request;
    struct loom_coap_block block1;
    struct loom_coap_block block2;
    bool has_block1;
    bool has_block2;
};

/* An answer before it is written. */
struct answer {
    uint8_t code;
    uint16_t content_format;
    uint32_t etag;                  /* 0: none */
    const struct loom_reply *reply; /* for its locations; may be NULL */
    struct loom_coap_block block1;
    struct loom_coap_block block2;
    bool has_block1;
    bool has_block2;
    struct loom_bytes payload;
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

/* A format that a message names at most once. */
static bool take_format(uint16_t *format, const coap_opt_t *option)
{
    if (*format != LOOM_FORMAT_ABSENT || coap_opt_length(option) > 2) {
        return false;
    }
    *format = (uint16_t)coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
    return true;
}

/* Takes one option. @return false: the message must be refused (RFC 7252 section 5.4.1) */
static bool take_option(struct loom_request *request, coap_option_num_t number,
                        const coap_opt_t *option)
{
    switch (number) {
    case COAP_OPTION_URI_PATH:
        return append_segment(request->path, &request->path_count, option);
    case COAP_OPTION_URI_QUERY:
        return append_segment(request->query, &request->query_count, option);
    case COAP_OPTION_CONTENT_FORMAT:
        return take_format(&request->content_format, option);
    case COAP_OPTION_ACCEPT:
        return take_format(&request->accept, option);
    case COAP_OPTION_URI_HOST: /* an endpoint has one host, whatever its name */
    case COAP_OPTION_URI_PORT:
    case COAP_OPTION_BLOCK1:
    case COAP_OPTION_BLOCK2:
        return true;
    default:
        return (number & 1u) == 0; /* odd numbers are critical */
    }
}

/* @return 0, or the code that refuses the request */
static uint8_t read_request(const coap_pdu_t *pdu, struct incoming *incoming)
{
    struct loom_request *request = &incoming->request;
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;
    int found1 = loom_coap_block_get(pdu, COAP_OPTION_BLOCK1, &incoming->block1);
    int found2 = loom_coap_block_get(pdu, COAP_OPTION_BLOCK2, &incoming->block2);

    memset(request, 0, sizeof *request);
    request->method = (enum loom_method)coap_pdu_get_code(pdu);
    request->content_format = LOOM_FORMAT_ABSENT;
    request->accept = LOOM_FORMAT_ABSENT;
    request->confirmable = coap_pdu_get_type(pdu) == COAP_MESSAGE_CON;
    coap_option_iterator_init(pdu, &iterator, COAP_OPT_ALL);
    while ((option = coap_option_next(&iterator)) != NULL) {
        if (!take_option(request, iterator.number, option)) {
            return BAD_OPTION;
        }
    }
    (void)coap_get_data(pdu, &request->payload.length, &request->payload.data);
    if (found1 < 0 || found2 < 0) {
        return LOOM_BAD_REQUEST;
    }
    incoming->has_block1 = found1 == 1;
    incoming->has_block2 = found2 == 1;
    return 0;
}

/* ---- requests and answers in blocks ---------------------------------------------------------- */

static bool append_key(struct loom_coap_body *key, coap_option_num_t number,
                       const struct loom_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!loom_coap_options_append(key, number, texts[i].data, texts[i].length)) {
            return false;
        }
    }
    return true;
}

/* The blocks of a body have method and target in common (RFC 7959 section 2.4). */
static bool make_key(struct loom_coap_body *key, const struct loom_request *request)
{
    uint8_t method = (uint8_t)request->method;

    return loom_coap_body_append(key, &method, 1, SIZE_MAX) &&
           append_key(key, COAP_OPTION_URI_PATH, request->path, request->path_count) &&
           append_key(key, COAP_OPTION_URI_QUERY, request->query, request->query_count);
}

static bool transfer_is_of(const struct loom_coap_transfer *transfer,
                           const struct loom_request *request)
{
    struct loom_coap_body key = {NULL, 0, 0};
    bool same = transfer->key.length > 0 && loom_coap_clock_monotonic_ms() < transfer->expires &&
                make_key(&key, request) && key.length == transfer->key.length &&
                memcmp(key.data, transfer->key.data, key.length) == 0;

    loom_coap_body_clear(&key);
    return same;
}

static bool transfer_begin(struct loom_session *session, struct loom_coap_transfer *transfer,
                           const struct loom_request *request)
{
    loom_coap_transfer_clear(transfer);
    if (!make_key(&transfer->key, request)) {
        loom_coap_transfer_clear(transfer);
        return false;
    }
    transfer->content_format = request->content_format;
    transfer->expires = loom_coap_clock_monotonic_ms() + session->port->lifetime_ms;
    return true;
}

/* The format is that of the whole body; a later block need not name it, but not another one
 * (RFC 7959 section 2.3). */
static bool format_fits(const struct loom_coap_transfer *transfer,
                        const struct loom_request *request)
{
    return request->content_format == LOOM_FORMAT_ABSENT ||
           request->content_format == transfer->content_format;
}

/* Adds a block to the body that is under way. @return 0 when it is whole, or the code to answer */
static uint8_t gather(struct loom_session *session, struct incoming *incoming)
{
    struct loom_coap_transfer *transfer = &session->incoming;
    struct loom_request *request = &incoming->request;
    size_t size = loom_coap_block_size(incoming->block1.szx);
    size_t limit = session->port->config.payload_max;

    if (incoming->block1.more ? request->payload.length != size : request->payload.length > size) {
        return LOOM_BAD_REQUEST;
    }
    if (incoming->block1.number == 0 && !transfer_begin(session, transfer, request)) {
        return LOOM_UNAVAILABLE;
    }
    if (!transfer_is_of(transfer, request) ||
        incoming->block1.number * size != transfer->body.length ||
        !format_fits(transfer, request)) {
        return INCOMPLETE;
    }
    if (request->payload.length > limit - transfer->body.length) {
        loom_coap_transfer_clear(transfer);
        return LOOM_TOO_LARGE;
    }
    if (!loom_coap_body_append(&transfer->body, request->payload.data, request->payload.length,
                               limit)) {
        loom_coap_transfer_clear(transfer);
        return LOOM_UNAVAILABLE;
    }
    if (incoming->block1.more) {
        return CONTINUE;
    }
    request->content_format = transfer->content_format;
    request->payload = (struct loom_bytes){transfer->body.data, transfer->body.length};
    return 0;
}

/* A request that is not answered comes again, and with it its last block. */
static void put_back(struct loom_session *session, const struct incoming *incoming)
{
    if (incoming->has_block1) {
        session->incoming.body.length =
            incoming->block1.number * loom_coap_block_size(incoming->block1.szx);
    }
}

/* Bytes of payload that fit an answer. */
static size_t payload_room(const struct loom_session *session, const struct loom_reply *reply)
{
    size_t taken = ANSWER_ROOM + (session->secure ? LOOM_COAP_RECORD_ROOM : 0u);
    size_t room = coap_session_max_pdu_size(session->coap);

    for (size_t i = 0; reply != NULL && i < reply->location_count; i++) {
        taken += reply->location[i].length + 3;
    }
    return taken < room ? room - taken : 0;
}

/* Cuts the block that was asked for out of an answer. */
static void cut(const struct loom_session *session, const struct incoming *incoming,
                struct answer *answer)
{
    size_t room = payload_room(session, answer->reply);
    size_t length = answer->payload.length;
    size_t offset;
    size_t size;

    if (length == 0 || (!incoming->has_block2 && length <= room)) {
        return;
    }
    if (!loom_coap_block_fit(room, &answer->block2.szx)) {
        *answer =
            (struct answer){.code = LOOM_INTERNAL_ERROR, .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    if (incoming->has_block2) {
        answer->block2.number = incoming->block2.number;
        /* A later block keeps the size that the first one had, or its number means another place.
         */
        if (incoming->block2.number > 0 || incoming->block2.szx < answer->block2.szx) {
            answer->block2.szx = incoming->block2.szx;
        }
    }
    size = loom_coap_block_size(answer->block2.szx);
    offset = answer->block2.number * size;
    if (offset >= length) {
        *answer = (struct answer){.code = LOOM_BAD_REQUEST, .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    answer->has_block2 = true;
    answer->block2.more = length - offset > size;
    answer->payload.data += offset;
    answer->payload.length = answer->block2.more ? size : length - offset;
}

/* Keeps an answer whose rest the peer may ask for. */
static bool keep(struct loom_session *session, const struct loom_request *request,
                 struct answer *answer)
{
    struct loom_coap_transfer *transfer = &session->outgoing;

    if (!transfer_begin(session, transfer, request) ||
        !loom_coap_body_append(&transfer->body, answer->payload.data, answer->payload.length,
                               SIZE_MAX)) {
        loom_coap_transfer_clear(transfer);
        return false;
    }
    transfer->code = answer->code;
    transfer->content_format = answer->content_format;
    /* Lets the peer see when blocks are of different answers (RFC 7959 section 2.4). */
    transfer->etag = ++session->port->next_etag;
    answer->etag = transfer->etag;
    return true;
}

/* ---- the side -------------------------------------------------------------------------------- */

static bool reply_is_valid(const struct loom_reply *reply, size_t room)
{
    size_t location = 0;
    unsigned kind = reply->code >> 5;

    if (reply->location_count > LOOM_SEGMENTS_MAX || reply->length > room) {
        return false;
    }
    for (size_t i = 0; i < reply->location_count; i++) {
        location += reply->location[i].length;
    }
    return location <= LOCATION_MAX && (kind == 2 || kind == 4 || kind == 5);
}

/* Asks the side. @return false: it does not want to answer */
static bool ask(struct loom_session *session, const struct incoming *incoming,
                struct loom_reply *reply, struct answer *answer)
{
    struct loom_coap_port *port = session->port;

    reply->content_format = LOOM_FORMAT_ABSENT;
    reply->payload = port->reply;
    reply->room = port->config.payload_max;
    port->side->request(port->side_self, session->owner, session, &incoming->request, reply);
    if (reply->code == 0) {
        return false;
    }
    if (!reply_is_valid(reply, port->config.payload_max)) {
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

/* Answers from a body that is kept. @return false: there is none that fits the request */
static bool continue_answer(struct loom_session *session, const struct incoming *incoming,
                            struct answer *answer)
{
    const struct loom_coap_transfer *transfer = &session->outgoing;

    if (!incoming->has_block2 || incoming->block2.number == 0 ||
        !transfer_is_of(transfer, &incoming->request)) {
        return false;
    }
    answer->code = transfer->code;
    answer->content_format = transfer->content_format;
    answer->etag = transfer->etag;
    answer->payload = (struct loom_bytes){transfer->body.data, transfer->body.length};
    return true;
}

static void make_answer(struct loom_session *session, const struct incoming *incoming,
                        struct loom_reply *reply, struct answer *answer)
{
    if (!continue_answer(session, incoming, answer)) {
        if (incoming->has_block2 && incoming->block2.number > 0) {
            /* To ask the side again could execute the request again. */
            answer->code = INCOMPLETE;
            return;
        }
        if (!ask(session, incoming, reply, answer)) {
            return;
        }
        if (answer->payload.length > payload_room(session, answer->reply) ||
            (incoming->has_block2 &&
             answer->payload.length > loom_coap_block_size(incoming->block2.szx))) {
            if (!keep(session, &incoming->request, answer)) {
                *answer =
                    (struct answer){.code = LOOM_UNAVAILABLE, .content_format = LOOM_FORMAT_ABSENT};
                return;
            }
        }
    }
    cut(session, incoming, answer);
}

/* ---- writing the answer ---------------------------------------------------------------------- */

static bool put_locations(const struct answer *answer, coap_pdu_t *pdu)
{
    for (size_t i = 0; answer->reply != NULL && i < answer->reply->location_count; i++) {
        const struct loom_text *segment = &answer->reply->location[i];

        if (coap_add_option(pdu, COAP_OPTION_LOCATION_PATH, segment->length,
                            (const uint8_t *)segment->data) == 0) {
            return false;
        }
    }
    return true;
}

static bool put_answer(const struct answer *answer, coap_pdu_t *pdu)
{
    coap_pdu_set_code(pdu, (coap_pdu_code_t)answer->code);
    return (answer->etag == 0 ||
            loom_coap_option_put_unsigned(pdu, COAP_OPTION_ETAG, answer->etag)) &&
           put_locations(answer, pdu) &&
           (answer->content_format == LOOM_FORMAT_ABSENT ||
            loom_coap_option_put_unsigned(pdu, COAP_OPTION_CONTENT_FORMAT,
                                          answer->content_format)) &&
           (!answer->has_block2 || loom_coap_block_put(pdu, COAP_OPTION_BLOCK2, &answer->block2)) &&
           (!answer->has_block1 || loom_coap_block_put(pdu, COAP_OPTION_BLOCK1, &answer->block1)) &&
           (answer->payload.length == 0 ||
            coap_add_data(pdu, answer->payload.length, answer->payload.data) != 0);
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
    struct incoming incoming = {0};
    struct loom_reply reply = {0};
    struct answer answer = {.content_format = LOOM_FORMAT_ABSENT};

    answer.code = read_request(request, &incoming);
    if (answer.code == 0 && incoming.has_block1) {
        answer.has_block1 = true;
        answer.block1 = incoming.block1;
        answer.code = gather(session, &incoming);
    }
    if (answer.code == 0) {
        if (incoming.request.payload.length > session->port->config.payload_max) {
            answer.code = LOOM_TOO_LARGE;
        } else {
            make_answer(session, &incoming, &reply, &answer);
        }
        if (answer.code == 0) {
            put_back(session, &incoming);
            return false;
        }
        if (incoming.has_block1) {
            loom_coap_transfer_clear(&session->incoming);
            answer.has_block1 = true;
            answer.block1 = incoming.block1;
        }
    }
    if (!put_answer(&answer, response)) {
        coap_pdu_set_code(response, COAP_RESPONSE_CODE_INTERNAL_ERROR);
    }
    loom_coap_wipe(session->port->reply, reply.length);
    return true;
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
    if (loom_coap_answered_repeat(session, request, response)) {
        if (coap_pdu_get_code(response) == COAP_EMPTY_CODE) {
            stay_silent(response);
        }
        return;
    }
    if (!serve(session, request, response)) {
        stay_silent(response);
        return;
    }
    loom_coap_answered_remember(session, request, response);
}
