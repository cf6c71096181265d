/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* A Block1, a Block2 and a Size1 option, and the payload marker. */
    BLOCK_ROOM = 4 + 4 + 5 + 1,
    /* Times that an answer which has become another while its blocks came is asked for again. */
    BEGIN_AGAIN_MAX = 3,
    /* Times that a block of a request is sent again after it was given up. */
    INSIST_MAX = 3
};

/**
 * A request of ours and its answer, each in one message or in many. One message of it is under way
 * at a time, and one exchange of a session (NSTART 1, RFC 7252 section 4.7).
 */
struct exchange {
    struct loom_coap_ring place;   /* in its session */
    struct loom_coap_ring waiting; /* in the port's ring while a message is under way */
    struct loom_session *session;
    uint32_t number;
    uint8_t method;
    uint8_t token[LOOM_COAP_TOKEN_LENGTH];
    coap_mid_t mid; /* of the message that is under way */
    bool under_way;
    bool brief;      /* it is repeated `secure_retransmit` times, and the session ends with it */
    bool receiving;  /* the answer has begun to come, in blocks */
    bool has_token;  /* each of its messages has the same, that of an observation which it ends */
    bool notified;   /* it fetches the rest of a notification of the observed exchange */
    uint8_t observe; /* enum loom_observe */
    enum loom_failure failure;
    uint64_t deadline;
    struct loom_coap_body options;
    struct loom_coap_body payload;
    bool borrowed;  /* the payload is the side's */
    bool in_blocks; /* the payload does not fit one message */
    uint8_t szx;
    uint8_t insisted; /* how often the next block of it has been given up */
    size_t sent;      /* bytes of the payload that the peer has confirmed */
    struct loom_coap_body answer;
    struct loom_coap_block next; /* of the answer, to be asked for */
    bool one_piece;              /* that block is all that the side wants of it */
    uint8_t begun_again;         /* times */
    uint8_t code;
    uint32_t etag;
};

static struct exchange *first_of(const struct loom_session *session)
{
    if (loom_coap_ring_is_empty(&session->exchanges)) {
        return NULL;
    }
    return LOOM_COAP_RING_ENTRY(session->exchanges.next, struct exchange, place);
}

/* The message that is under way, if there is one, is not sent again.
 * @return false: the peer has acknowledged it */
static bool leave_wire(struct exchange *exchange)
{
    bool unheard = exchange->under_way && exchange->session->coap != NULL &&
                   loom_coap_cancel_message(exchange->session->coap, exchange->mid);

    exchange->under_way = false;
    loom_coap_ring_remove(&exchange->waiting);
    return unheard;
}

static void exchange_free(struct exchange *exchange)
{
    loom_coap_ring_remove(&exchange->place);
    loom_coap_ring_remove(&exchange->waiting);
    loom_coap_body_clear(&exchange->options);
    if (!exchange->borrowed) {
        loom_coap_body_clear(&exchange->payload);
    }
    loom_coap_body_clear(&exchange->answer);
    free(exchange);
}

void loom_coap_exchange_forget(struct loom_session *session)
{
    struct exchange *exchange;

    while ((exchange = first_of(session)) != NULL) {
        exchange_free(exchange);
    }
    loom_coap_observed_clear(session);
}

/* ---- a new request --------------------------------------------------------------------------- */

static bool append_texts(struct loom_coap_body *options, coap_option_num_t number,
                         const struct loom_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!loom_coap_options_append(options, number, texts[i].data, texts[i].length)) {
            return false;
        }
    }
    return true;
}

static bool append_format(struct loom_coap_body *options, coap_option_num_t number, uint16_t format)
{
    uint8_t bytes[4];

    return format == LOOM_FORMAT_ABSENT ||
           loom_coap_options_append(options, number, bytes,
                                    coap_encode_var_safe(bytes, sizeof bytes, format));
}

bool loom_coap_exchange_copy(const struct loom_request *request, struct loom_coap_body *options,
                             struct loom_coap_body *payload)
{
    return append_texts(options, COAP_OPTION_URI_PATH, request->path, request->path_count) &&
           append_format(options, COAP_OPTION_CONTENT_FORMAT, request->content_format) &&
           append_texts(options, COAP_OPTION_URI_QUERY, request->query, request->query_count) &&
           append_format(options, COAP_OPTION_ACCEPT, request->accept) &&
           (request->payload_lasts || loom_coap_body_append(payload, request->payload.data,
                                                            request->payload.length, SIZE_MAX));
}

/* RFC 7252 section 5.10: Uri-Path and Uri-Query have at most 255 bytes. */
static bool texts_fit(const struct loom_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (texts[i].length > 255) {
            return false;
        }
    }
    return count <= LOOM_SEGMENTS_MAX;
}

/* Decides whether the payload goes in one message, and else in blocks of which size. */
static bool choose_size(struct exchange *exchange)
{
    const struct loom_session *session = exchange->session;
    /* The list of options as it is kept takes no less than they do in the message. */
    size_t taken = exchange->options.length + LOOM_COAP_TOKEN_LENGTH + BLOCK_ROOM;
    size_t room = loom_coap_message_room(session);

    if (taken >= room || !loom_coap_block_fit(room - taken, &exchange->szx)) {
        return false;
    }
    exchange->in_blocks = exchange->payload.length > room - taken;
    return true;
}

static struct exchange *exchange_new(struct loom_session *session, uint32_t number)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);

    if (exchange == NULL) {
        return NULL;
    }
    loom_coap_ring_init(&exchange->place);
    loom_coap_ring_init(&exchange->waiting);
    exchange->session = session;
    exchange->number = number;
    return exchange;
}

/* What is observed ends with a request that has its token (RFC 7641 section 3.6). */
static void take_token(struct exchange *exchange, const struct loom_request *request)
{
    struct loom_coap_observed *observed =
        request->observe == LOOM_OBSERVE_END
            ? loom_coap_observed_find(exchange->session, request->observation_of)
            : NULL;

    if (observed != NULL) {
        exchange->has_token = true;
        memcpy(exchange->token, observed->token, LOOM_COAP_TOKEN_LENGTH);
        loom_coap_exchange_cancel(exchange->session->port, exchange->session, observed->number);
    }
}

enum loom_status loom_coap_exchange_request(void *self, struct loom_session *session,
                                            const struct loom_request *request, uint32_t number)
{
    struct loom_coap_port *port = self;
    struct exchange *exchange;

    if (session->closed || session->gone != LOOM_FAILURE_NONE) {
        return LOOM_UNAVAILABLE;
    }
    if (request->payload.length > port->config.request_max ||
        !texts_fit(request->path, request->path_count) ||
        !texts_fit(request->query, request->query_count)) {
        return LOOM_TOO_LARGE;
    }
    exchange = exchange_new(session, number);
    if (exchange == NULL) {
        return LOOM_UNAVAILABLE;
    }
    exchange->method = (uint8_t)request->method;
    exchange->observe = request->observe;
    exchange->one_piece = request->piece_room > 0;
    if (exchange->one_piece && !loom_coap_piece_block(request, &exchange->next)) {
        exchange_free(exchange);
        return LOOM_TOO_LARGE;
    }
    if (!loom_coap_exchange_copy(request, &exchange->options, &exchange->payload)) {
        exchange_free(exchange);
        return LOOM_UNAVAILABLE;
    }
    if (request->payload_lasts) { /* it is only read */
        exchange->borrowed = true;
        exchange->payload.data = (uint8_t *)(uintptr_t)request->payload.data;
        exchange->payload.length = request->payload.length;
    }
    if (!choose_size(exchange)) {
        exchange_free(exchange);
        return LOOM_TOO_LARGE;
    }
    take_token(exchange, request);
    loom_coap_ring_append(&session->exchanges, &exchange->place);
    loom_coap_session_check_address(session);
    loom_coap_session_attend(session);
    return LOOM_OK;
}

/* ---- sending --------------------------------------------------------------------------------- */

static bool put_payload(const struct exchange *exchange, coap_pdu_t *pdu)
{
    const struct loom_coap_body *payload = &exchange->payload;
    size_t left = payload->length - exchange->sent;
    size_t length = left;

    if (exchange->in_blocks) {
        size_t size = loom_coap_block_size(exchange->szx);
        struct loom_coap_block block = {(uint32_t)(exchange->sent / size), left > size,
                                        exchange->szx};

        length = left > size ? size : left;
        if (!loom_coap_block_put(pdu, COAP_OPTION_BLOCK1, &block) ||
            (exchange->sent == 0 &&
             !loom_coap_option_put_unsigned(pdu, COAP_OPTION_SIZE1, (uint32_t)payload->length))) {
            return false;
        }
    }
    return length == 0 || coap_add_data(pdu, length, payload->data + exchange->sent) != 0;
}

static bool more_to_send(const struct exchange *exchange)
{
    return exchange->in_blocks && !exchange->receiving &&
           exchange->payload.length - exchange->sent > loom_coap_block_size(exchange->szx);
}

/* The rest of an answer is asked for without it (RFC 7959 section 3.4). */
static bool put_observe(const struct exchange *exchange, coap_pdu_t *pdu)
{
    return exchange->observe == LOOM_OBSERVE_NONE || exchange->receiving ||
           exchange->begun_again > 0 ||
           loom_coap_option_put_unsigned(pdu, COAP_OPTION_OBSERVE,
                                         exchange->observe == LOOM_OBSERVE_BEGIN ? 0 : 1);
}

static coap_pdu_t *next_message(struct exchange *exchange)
{
    coap_session_t *coap = exchange->session->coap;
    coap_pdu_t *pdu = coap_pdu_init(COAP_MESSAGE_CON, (coap_pdu_code_t)exchange->method,
                                    coap_new_message_id(coap), coap_session_max_pdu_size(coap));
    bool complete;

    if (pdu == NULL) {
        return NULL;
    }
    complete = (exchange->has_token || coap_prng(exchange->token, LOOM_COAP_TOKEN_LENGTH) == 1) &&
               coap_add_token(pdu, LOOM_COAP_TOKEN_LENGTH, exchange->token) != 0 &&
               put_observe(exchange, pdu) &&
               loom_coap_options_put(
                   (struct loom_bytes){exchange->options.data, exchange->options.length}, pdu);
    if (complete && exchange->receiving) {
        complete = loom_coap_block_put(pdu, COAP_OPTION_BLOCK2, &exchange->next);
    } else if (complete && exchange->one_piece && !more_to_send(exchange)) {
        complete = loom_coap_piece_ask(pdu, &exchange->next);
    }
    /* A body that went in blocks is not sent again to ask for the rest of the answer. */
    if (complete && !(exchange->receiving && exchange->in_blocks)) {
        complete = put_payload(exchange, pdu);
    }
    if (!complete) {
        coap_delete_pdu(pdu);
        return NULL;
    }
    return pdu;
}

/* An ICMP error that an earlier message of ours met makes one call fail, and is gone then. */
static bool send_message(struct exchange *exchange)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        coap_pdu_t *pdu = next_message(exchange);
        size_t size;

        if (pdu == NULL) {
            return false;
        }
        size = loom_coap_traffic_size(exchange->session->port, pdu);
        loom_coap_show_message(exchange->session, pdu, false);
        exchange->mid = coap_send(exchange->session->coap, pdu);
        if (exchange->mid != COAP_INVALID_MID) {
            loom_coap_traffic_sent(exchange->session->port, size);
            return true;
        }
    }
    return false;
}

static void fail(struct exchange *exchange, enum loom_failure failure)
{
    exchange->under_way = false;
    exchange->failure = failure;
    loom_coap_ring_remove(&exchange->waiting);
    loom_coap_session_attend(exchange->session);
}

/* A server that has restarted knows nothing of a session from before, and says nothing to what
 * comes in it: a handshake finds out. A session without a word of the server yet is no older than
 * it. */
static bool may_be_forgotten(const struct loom_session *session)
{
    return session->ours && session->secure && session->reached;
}

static void send_next(struct exchange *exchange)
{
    exchange->under_way = false;
    loom_coap_ring_remove(&exchange->waiting);
    loom_coap_session_attend(exchange->session);
}

/* In a long body one block may well have bad luck that its message and all repetitions are lost.
 * One that others have arrived before is sent again as another message, some times, before the
 * body is given up. The last one is not: if it was its answer that was lost, the peer knows nothing
 * of that body any more, or does twice what it asks for. @return false: it is given up */
static bool insist(struct exchange *exchange)
{
    if (exchange->sent == 0 || !more_to_send(exchange) || exchange->insisted == INSIST_MAX) {
        return false;
    }
    exchange->insisted++;
    send_next(exchange);
    return true;
}

/* A server that says nothing costs an exchange, not the session, unless the server may have
 * forgotten that; but one that has never said anything may be found at another of its addresses. */
static void time_out(struct exchange *exchange, bool unheard)
{
    struct loom_session *session = exchange->session;

    if (exchange->brief || (session->host != 0 && !session->reached)) {
        loom_coap_session_lose(session, LOOM_FAILURE_TIMEOUT);
    } else if (unheard && insist(exchange)) {
        return;
    }
    fail(exchange, LOOM_FAILURE_TIMEOUT);
}

/* All in a ring wait equally long, so it is in the order of the deadlines. */
static void wait_for_answer(struct exchange *exchange)
{
    struct loom_coap_port *port = exchange->session->port;

    exchange->under_way = true;
    exchange->deadline =
        loom_coap_now(port) + (exchange->brief ? port->secure_wait_ms : port->transmit_wait_ms);
    loom_coap_ring_append(exchange->brief ? &port->secure_waiting : &port->waiting,
                          &exchange->waiting);
}

void loom_coap_exchange_send(struct loom_session *session)
{
    struct exchange *exchange = first_of(session);

    /* What the side asks is not to overtake what it has answered. */
    if (exchange == NULL || exchange->under_way || !loom_coap_ring_is_empty(&session->held)) {
        return;
    }
    exchange->brief = may_be_forgotten(session);
    coap_session_set_max_retransmit(session->coap, exchange->brief
                                                       ? session->port->config.secure_retransmit
                                                       : session->port->config.max_retransmit);
    wait_for_answer(exchange);
    if (send_message(exchange)) {
        return;
    }
    /* The socket of a peer's session is that of all peers: it stays. */
    if (session->ours) {
        loom_coap_session_lose(session, LOOM_FAILURE_UNREACHABLE);
    } else {
        fail(exchange, LOOM_FAILURE_UNREACHABLE);
    }
}

void loom_coap_exchange_leave(struct loom_session *session, uint32_t number)
{
    struct loom_coap_ring *place = session->exchanges.next;

    while (place != &session->exchanges) {
        struct exchange *exchange = LOOM_COAP_RING_ENTRY(place, struct exchange, place);

        place = place->next;
        if (exchange->number == number) {
            (void)leave_wire(exchange);
            exchange_free(exchange);
            /* The next one has been waiting for it. */
            loom_coap_session_attend(session);
        }
    }
}

void loom_coap_exchange_cancel(void *self, struct loom_session *session, uint32_t number)
{
    (void)self;
    loom_coap_exchange_leave(session, number);
    loom_coap_observed_free(loom_coap_observed_find(session, number));
}

/* ---- the end without an answer --------------------------------------------------------------- */

static void report_failure(struct exchange *exchange, enum loom_failure failure)
{
    struct loom_session *session = exchange->session;
    struct loom_coap_port *port = session->port;
    struct loom_response response = {.content_format = LOOM_FORMAT_ABSENT};
    uint32_t number = exchange->number;

    exchange_free(exchange);
    loom_coap_observed_free(loom_coap_observed_find(session, number));
    port->side->response(port->side_self, session->owner, session, number, &response, failure);
}

void loom_coap_exchange_report(struct loom_session *session)
{
    struct exchange *exchange;

    while (!session->closed && (exchange = first_of(session)) != NULL) {
        if (session->gone != LOOM_FAILURE_NONE) {
            report_failure(exchange, session->gone);
        } else if (exchange->failure != LOOM_FAILURE_NONE) {
            report_failure(exchange, exchange->failure);
        } else {
            return;
        }
    }
    if (session->gone != LOOM_FAILURE_NONE) {
        loom_coap_observed_report(session);
    }
}

static struct exchange *first_waiting(const struct loom_coap_ring *waiting)
{
    if (loom_coap_ring_is_empty(waiting)) {
        return NULL;
    }
    return LOOM_COAP_RING_ENTRY(waiting->next, struct exchange, waiting);
}

/* On the real clock libcoap has given up by now what is not acknowledged; on one that was moved it
 * would go on. Who has acknowledged a request knows the session, and may take its time. */
static void expire(const struct loom_coap_ring *waiting, uint64_t now)
{
    struct exchange *exchange;

    while ((exchange = first_waiting(waiting)) != NULL && exchange->deadline <= now) {
        bool unheard = leave_wire(exchange);

        if (unheard || !exchange->brief) {
            time_out(exchange, unheard);
        } else {
            exchange->brief = false;
            wait_for_answer(exchange);
        }
    }
}

void loom_coap_exchange_expire(struct loom_coap_port *port)
{
    uint64_t now = loom_coap_now(port);

    expire(&port->waiting, now);
    expire(&port->secure_waiting, now);
}

static uint64_t deadline_of(const struct loom_coap_ring *waiting)
{
    const struct exchange *exchange = first_waiting(waiting);

    return exchange == NULL ? UINT64_MAX : exchange->deadline;
}

uint64_t loom_coap_exchange_deadline(const struct loom_coap_port *port)
{
    uint64_t most = deadline_of(&port->waiting);
    uint64_t secure = deadline_of(&port->secure_waiting);

    return most < secure ? most : secure;
}

static bool has_token(const struct exchange *exchange, const coap_pdu_t *pdu)
{
    coap_bin_const_t token = coap_pdu_get_token(pdu);

    return token.length == LOOM_COAP_TOKEN_LENGTH &&
           memcmp(token.s, exchange->token, LOOM_COAP_TOKEN_LENGTH) == 0;
}

/* Why the session itself came to its end, as far as libcoap lets it be seen. */
static enum loom_failure reason_of_loss(const struct loom_session *session)
{
    if (coap_session_get_state(session->coap) == COAP_SESSION_STATE_ESTABLISHED) {
        return LOOM_FAILURE_CLOSED;
    }
    return session->alert >= 0 || session->refused ? LOOM_FAILURE_SECURITY : LOOM_FAILURE_TIMEOUT;
}

void loom_coap_exchange_on_failure(coap_session_t *coap, const coap_pdu_t *sent,
                                   const coap_nack_reason_t reason, const coap_mid_t mid)
{
    struct loom_session *session = coap_session_get_app_data(coap);
    struct exchange *exchange;
    bool concerned;

    if (session == NULL || session->closed) {
        return;
    }
    exchange = first_of(session);
    if (exchange != NULL && !exchange->under_way) {
        exchange = NULL;
    }
    concerned = exchange != NULL && sent != NULL && has_token(exchange, sent);
    switch (reason) {
    case COAP_NACK_TLS_FAILED:
        if (session->gone == LOOM_FAILURE_NONE) {
            session->alert = loom_coap_take_alert();
            loom_coap_session_lose(session, reason_of_loss(session));
        }
        break;
    case COAP_NACK_ICMP_ISSUE:
        /* libcoap would go on sending: only the end of the session stops it. With nothing under way
         * it is an answer of ours that was not wanted, which is the peer's business. */
        if (exchange != NULL || session->confirming != NULL) {
            loom_coap_session_lose(session, LOOM_FAILURE_UNREACHABLE);
        }
        break;
    case COAP_NACK_RST:
        if (concerned) {
            fail(exchange, LOOM_FAILURE_RESET);
        } else {
            (void)loom_coap_observe_on_end(session, LOOM_FAILURE_RESET, mid);
        }
        break;
    case COAP_NACK_TOO_MANY_RETRIES:
        if (concerned) {
            time_out(exchange, true);
        } else {
            (void)loom_coap_observe_on_end(session, LOOM_FAILURE_TIMEOUT, mid);
        }
        break;
    default:
        /* What is left tells of a message that could not be used; the exchange waits for another.
         */
        break;
    }
}

/* ---- the answer ------------------------------------------------------------------------------ */

static bool is_response_code(uint8_t code)
{
    return code >> 5 == 2 || code >> 5 == 4 || code >> 5 == 5;
}

/* The peer has taken a block of the request, and wants the next. */
static void confirm_block(struct exchange *exchange, const coap_pdu_t *received)
{
    const struct loom_coap_config *config = &exchange->session->port->config;
    struct loom_coap_block block;

    exchange->sent += loom_coap_block_size(exchange->szx);
    exchange->insisted = 0;
    /* The peer may ask for smaller blocks (RFC 7959 section 2.5); the offset stays a multiple. */
    if (loom_coap_block_get(received, COAP_OPTION_BLOCK1, &block) == 1 &&
        block.szx < exchange->szx) {
        exchange->szx = block.szx;
    }
    send_next(exchange);
    /* The last thing that is done here: the side may cancel the exchange. */
    if (config->progress != NULL) {
        config->progress(config->progress_user, exchange->number, exchange->sent);
    }
}

/* A peer that finds a request too large may name a size of blocks that is not (RFC 7959
 * section 2.9.3): then all of it goes again. @return false: the answer stands */
static bool begin_smaller(struct exchange *exchange, const coap_pdu_t *received)
{
    struct loom_coap_block block;

    if (exchange->receiving || loom_coap_block_get(received, COAP_OPTION_BLOCK1, &block) != 1 ||
        (exchange->in_blocks ? block.szx >= exchange->szx
                             : exchange->payload.length <= loom_coap_block_size(block.szx))) {
        return false;
    }
    exchange->in_blocks = true;
    exchange->szx = block.szx;
    exchange->sent = 0;
    send_next(exchange);
    return true;
}

/* A block fits the answer if it begins where the others end. */
static bool block_fits(const struct exchange *exchange, const struct loom_coap_block *block,
                       size_t length)
{
    size_t size = loom_coap_block_size(block->szx);

    return (size_t)block->number * size == exchange->answer.length &&
           (block->more ? length == size : length <= size);
}

/* What comes is of another answer than what has come: the peer has one that changes (RFC 7959
 * section 2.4). All of it is asked for again, if the request may be repeated, and has not been too
 * often. @return false: it cannot be used */
static bool begin_again(struct exchange *exchange)
{
    if ((exchange->method != LOOM_GET && exchange->method != LOOM_FETCH) ||
        exchange->begun_again == BEGIN_AGAIN_MAX) {
        return false;
    }
    exchange->begun_again++;
    exchange->receiving = false;
    exchange->sent = 0;
    loom_coap_body_clear(&exchange->answer);
    send_next(exchange);
    return true;
}

/* A location of too many segments is none: a part of it would be the place of something else. */
static void get_locations(const coap_pdu_t *received, struct loom_response *response)
{
    coap_opt_iterator_t iterator;
    coap_opt_filter_t filter;
    const coap_opt_t *option;

    coap_option_filter_clear(&filter);
    coap_option_filter_set(&filter, COAP_OPTION_LOCATION_PATH);
    coap_option_iterator_init(received, &iterator, &filter);
    while ((option = coap_option_next(&iterator)) != NULL) {
        if (response->location_count == LOOM_SEGMENTS_MAX) {
            response->location_count = 0;
            return;
        }
        response->location[response->location_count++] =
            (struct loom_text){(const char *)coap_opt_value(option), coap_opt_length(option)};
    }
}

static struct loom_response response_of(const coap_pdu_t *received, struct loom_bytes payload)
{
    struct loom_response response = {.content_format = LOOM_FORMAT_ABSENT, .payload = payload};
    uint32_t format;

    response.code = (uint8_t)coap_pdu_get_code(received);
    if (loom_coap_option_get_unsigned(received, COAP_OPTION_CONTENT_FORMAT, &format)) {
        response.content_format = (uint16_t)format;
    }
    get_locations(received, &response);
    return response;
}

void loom_coap_exchange_tell(struct loom_session *session, uint32_t number,
                             const coap_pdu_t *received, struct loom_bytes payload, bool more)
{
    struct loom_coap_port *port = session->port;
    struct loom_response response = response_of(received, payload);

    response.observe_more = more;
    port->side->response(port->side_self, session->owner, session, number, &response,
                         LOOM_FAILURE_NONE);
}

static void report_answer(struct exchange *exchange, const coap_pdu_t *received,
                          struct loom_bytes payload)
{
    struct loom_session *session = exchange->session;
    struct loom_coap_body answer = exchange->answer;
    uint32_t number = exchange->number;
    bool more = exchange->notified;

    /* The payload may stand in it: it must live on until the side has been told. */
    exchange->answer = (struct loom_coap_body){NULL, 0, 0};
    exchange_free(exchange);
    loom_coap_session_attend(session);
    loom_coap_exchange_tell(session, number, received, payload, more);
    loom_coap_body_clear(&answer);
}

/* @return false if it cannot be used */
static bool report_piece(struct exchange *exchange, const coap_pdu_t *received,
                         struct loom_bytes payload)
{
    struct loom_session *session = exchange->session;
    struct loom_coap_port *port = session->port;
    struct loom_response response = response_of(received, payload);
    uint32_t number = exchange->number;

    if (!loom_coap_piece_read(received, &exchange->next, &response)) {
        return false;
    }
    exchange_free(exchange);
    loom_coap_session_attend(session);
    port->side->response(port->side_self, session->owner, session, number, &response,
                         LOOM_FAILURE_NONE);
    return true;
}

/* The peer has taken the request to observe: its answer is the first notification. */
static void note_observation(struct exchange *exchange, const coap_pdu_t *received)
{
    struct loom_coap_observed *observed = NULL;

    if (exchange->observe == LOOM_OBSERVE_BEGIN && !exchange->receiving &&
        exchange->begun_again == 0) {
        observed = loom_coap_observed_begin(exchange->session, exchange->number, exchange->token,
                                            received);
    }
    if (observed == NULL) {
        return;
    }
    exchange->notified = true;
    observed->method = exchange->method;
    observed->in_blocks = exchange->in_blocks;
    observed->complete = loom_coap_body_append(&observed->options, exchange->options.data,
                                               exchange->options.length, SIZE_MAX) &&
                         loom_coap_body_append(&observed->payload, exchange->payload.data,
                                               exchange->payload.length, SIZE_MAX);
}

/* Takes a block of an answer. @return false if it cannot be used */
static bool take_block(struct exchange *exchange, const coap_pdu_t *received,
                       const struct loom_coap_block *block, struct loom_bytes payload)
{
    uint8_t code = (uint8_t)coap_pdu_get_code(received);
    uint32_t etag = loom_coap_etag_of(received);

    if (!block_fits(exchange, block, payload.length)) {
        return false;
    }
    if (exchange->receiving && (code != exchange->code || etag != exchange->etag)) {
        return begin_again(exchange);
    }
    if (!loom_coap_body_append(&exchange->answer, payload.data, payload.length,
                               exchange->session->port->config.payload_max)) {
        return false;
    }
    exchange->receiving = true;
    exchange->code = code;
    exchange->etag = etag;
    if (block->more) {
        exchange->next = (struct loom_coap_block){block->number + 1, false, block->szx};
        send_next(exchange);
        return true;
    }
    report_answer(exchange, received,
                  (struct loom_bytes){exchange->answer.data, exchange->answer.length});
    return true;
}

bool loom_coap_exchange_fetch(const struct loom_coap_observed *observed, const coap_pdu_t *received,
                              const struct loom_coap_block *block, struct loom_bytes payload,
                              bool more)
{
    struct loom_session *session = observed->session;
    struct exchange *exchange = exchange_new(session, observed->number);

    if (exchange == NULL) {
        return false;
    }
    exchange->method = observed->method;
    exchange->in_blocks = observed->in_blocks;
    exchange->notified = more;
    if (!observed->complete ||
        !loom_coap_body_append(&exchange->options, observed->options.data, observed->options.length,
                               SIZE_MAX) ||
        !loom_coap_body_append(&exchange->payload, observed->payload.data, observed->payload.length,
                               SIZE_MAX) ||
        !take_block(exchange, received, block, payload)) {
        exchange_free(exchange);
        return false;
    }
    loom_coap_ring_append(&session->exchanges, &exchange->place);
    loom_coap_session_attend(session);
    return true;
}

/* Takes an answer. @return false if it cannot be used */
static bool take_answer(struct exchange *exchange, const coap_pdu_t *received)
{
    struct loom_bytes payload = {NULL, 0};
    struct loom_coap_block block = {0, false, 0};
    int in_blocks = loom_coap_block_get(received, COAP_OPTION_BLOCK2, &block);

    (void)coap_get_data(received, &payload.length, &payload.data);
    if (exchange->one_piece) {
        return report_piece(exchange, received, payload);
    }
    if (in_blocks < 0 || (in_blocks > 0 && !exchange->receiving && block.number > 0)) {
        return false;
    }
    if (!exchange->notified) {
        note_observation(exchange, received);
    }
    if (in_blocks > 0) {
        return take_block(exchange, received, &block, payload);
    }
    report_answer(exchange, received, payload);
    return true;
}

/* A peer that knows nothing of a restart may notify before it asks anything. */
static struct loom_session *begin_resumed(coap_session_t *coap, const coap_pdu_t *received)
{
    struct loom_coap_port *port = loom_coap_port_of(coap_session_get_context(coap));

    return port->config.resume != NULL && loom_coap_observed_is_notification(received)
               ? loom_coap_session_of(port, coap)
               : NULL;
}

coap_response_t loom_coap_exchange_on_response(coap_session_t *coap, const coap_pdu_t *sent,
                                               const coap_pdu_t *received, const coap_mid_t mid)
{
    struct loom_session *session = coap_session_get_app_data(coap);
    uint8_t code = (uint8_t)coap_pdu_get_code(received);
    bool piggybacked = coap_pdu_get_type(received) == COAP_MESSAGE_ACK;
    /* Rejected with a reset, as far as there may be one to it (RFC 7252 section 4.2). */
    coap_response_t reject = piggybacked ? COAP_RESPONSE_OK : COAP_RESPONSE_FAIL;
    struct exchange *exchange;

    (void)sent;
    if (session == NULL && !piggybacked) {
        session = begin_resumed(coap, received);
    }
    if (session == NULL || session->closed || session->gone != LOOM_FAILURE_NONE) {
        return reject;
    }
    if (!is_response_code(code)) {
        return reject;
    }
    loom_coap_traffic_received(session->port, received);
    loom_coap_show_message(session, received, true);
    exchange = first_of(session);
    if (exchange == NULL || !exchange->under_way || !has_token(exchange, received)) {
        bool known = !piggybacked && loom_coap_observed_on_response(session, received);

        return known ? COAP_RESPONSE_OK : reject;
    }
    /* A notification that was on its way when its observation ended. */
    if (exchange->has_token && !piggybacked && loom_coap_observed_is_notification(received)) {
        return COAP_RESPONSE_OK;
    }
    /* RFC 7252 section 5.3.2: in an acknowledgement, message id and token must match. */
    if (piggybacked && mid != exchange->mid) {
        return reject;
    }
    loom_coap_session_heard(session);
    session->reached = true;
    if (code >> 5 == 2 && more_to_send(exchange)) {
        confirm_block(exchange, received);
        return COAP_RESPONSE_OK;
    }
    if (code == LOOM_TOO_LARGE && begin_smaller(exchange, received)) {
        return COAP_RESPONSE_OK;
    }
    if (take_answer(exchange, received)) {
        return COAP_RESPONSE_OK;
    }
    /* Its message is over with it, so nothing else comes. */
    if (piggybacked) {
        fail(exchange, LOOM_FAILURE_UNUSABLE);
    }
    return reject;
}
