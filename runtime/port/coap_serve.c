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
    LOCATION_MAX = 300,
    /* The same options as a list: ETag, Content-Format, Block2, Block1, and Location-Path. */
    ANSWER_OPTIONS = (4 + LOOM_SEGMENTS_MAX) * LOOM_COAP_OPTION_HEAD + 4 + 2 + 4 + 4 + LOCATION_MAX
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

/* Takes one option. @return 0, or the code that refuses the request (RFC 7252 section 5.4.1) */
static uint8_t take_option(struct incoming *incoming, coap_option_num_t number,
                           const coap_opt_t *option)
{
    struct loom_request *request = &incoming->request;

    switch (number) {
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
    if (incoming->block1.number == 0 &&
        !loom_coap_transfer_begin(session->port, transfer, request)) {
        return LOOM_UNAVAILABLE;
    }
    if (!loom_coap_transfer_is_of(transfer, request) ||
        incoming->block1.number * size != transfer->body.length ||
        !format_fits(transfer, request)) {
        return INCOMPLETE;
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

/* A request that is not answered comes again, and with it its last block. */
static void put_back(struct loom_session *session, const struct incoming *incoming)
{
    if (incoming->has_block1) {
        loom_coap_transfer_cut(session->port, &session->incoming,
                               incoming->block1.number *
                                   loom_coap_block_size(incoming->block1.szx));
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

    if (!loom_coap_transfer_begin(session->port, transfer, request) ||
        !loom_coap_transfer_append(session->port, transfer, answer->payload.data,
                                   answer->payload.length)) {
        loom_coap_transfer_clear(session->port, transfer);
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
        !loom_coap_transfer_is_of(transfer, &incoming->request)) {
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

/* The options of an answer, as a list. */
struct options {
    size_t length;
    uint8_t bytes[ANSWER_OPTIONS];
};

/* What an answer may have always fits: ANSWER_OPTIONS says so. */
static void put_option(struct options *options, coap_option_num_t number, const void *value,
                       size_t length)
{
    uint16_t head[2] = {number, (uint16_t)length};

    memcpy(options->bytes + options->length, head, LOOM_COAP_OPTION_HEAD);
    options->length += LOOM_COAP_OPTION_HEAD;
    if (length > 0) {
        memcpy(options->bytes + options->length, value, length);
        options->length += length;
    }
}

static void put_unsigned(struct options *options, coap_option_num_t number, uint32_t value)
{
    uint8_t bytes[4];
    size_t length = 0;

    for (unsigned shift = 32; shift > 0; shift -= 8) {
        if (length > 0 || value >> (shift - 8) != 0) {
            bytes[length++] = (uint8_t)(value >> (shift - 8));
        }
    }
    put_option(options, number, bytes, length);
}

static void put_block(struct options *options, coap_option_num_t number,
                      const struct loom_coap_block *block)
{
    put_unsigned(options, number, loom_coap_block_value(block));
}

/* In the order of their numbers. */
static void list_options(const struct answer *answer, struct options *options)
{
    if (answer->etag != 0) {
        put_unsigned(options, COAP_OPTION_ETAG, answer->etag);
    }
    for (size_t i = 0; answer->reply != NULL && i < answer->reply->location_count; i++) {
        const struct loom_text *segment = &answer->reply->location[i];

        put_option(options, COAP_OPTION_LOCATION_PATH, segment->data, segment->length);
    }
    if (answer->content_format != LOOM_FORMAT_ABSENT) {
        put_unsigned(options, COAP_OPTION_CONTENT_FORMAT, answer->content_format);
    }
    if (answer->has_block2) {
        put_block(options, COAP_OPTION_BLOCK2, &answer->block2);
    }
    if (answer->has_block1) {
        put_block(options, COAP_OPTION_BLOCK1, &answer->block1);
    }
}

/* Writes an answer, and keeps it for a repeated request. */
static void write_answer(struct loom_session *session, const struct answer *answer,
                         const coap_pdu_t *request, coap_pdu_t *response)
{
    struct options list;
    struct loom_bytes options;

    list.length = 0;
    list_options(answer, &list);
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
            loom_coap_transfer_clear(session->port, &session->incoming);
            answer.has_block1 = true;
            answer.block1 = incoming.block1;
        }
    }
    write_answer(session, &answer, request, response);
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
    session->reached = true;
    if (loom_coap_answered_repeat(session, request, response)) {
        if (coap_pdu_get_code(response) == COAP_EMPTY_CODE) {
            stay_silent(response);
        }
        return;
    }
    if (!loom_coap_answered_make_room(session) || !serve(session, request, response)) {
        stay_silent(response);
    }
}
