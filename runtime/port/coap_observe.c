/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 8 };

/* An observation of a peer (RFC 7641 section 4.1): its token, under the name that the side has
 * given it. */
struct loom_coap_observation {
    struct loom_coap_ring place;      /* in its session */
    struct loom_coap_ring confirming; /* in the port's ring while a notification is under way */
    struct loom_session *session;
    uint16_t name;
    uint8_t token_length;
    uint8_t token[TOKEN_MAX];
    coap_mid_t mid; /* of the last notification */
    bool last;      /* it was no success: there are no more (RFC 7641 section 4.2) */
    bool ended;     /* what became of that is to be told */
    enum loom_failure end;
    uint64_t deadline;
    struct loom_coap_body key; /* of its request */
    struct loom_coap_transfer body;
};

#define OBSERVATION_OF(ring) LOOM_COAP_RING_ENTRY(ring, struct loom_coap_observation, place)

/* One that is over is there only until that is told. */
static bool is_over(const struct loom_coap_observation *observation)
{
    return observation->last || (observation->ended && observation->end == LOOM_FAILURE_RESET);
}

static struct loom_coap_observation *find(const struct loom_session *session, uint16_t name)
{
    const struct loom_coap_ring *ring = &session->observations;

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        struct loom_coap_observation *observation = OBSERVATION_OF(place);

        if (observation->name == name && !is_over(observation)) {
            return observation;
        }
    }
    return NULL;
}

static struct loom_coap_observation *find_token(const struct loom_session *session,
                                                const coap_pdu_t *pdu)
{
    const struct loom_coap_ring *ring = &session->observations;
    coap_bin_const_t token = coap_pdu_get_token(pdu);

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        struct loom_coap_observation *observation = OBSERVATION_OF(place);

        if (!is_over(observation) && observation->token_length == token.length &&
            memcmp(observation->token, token.s, token.length) == 0) {
            return observation;
        }
    }
    return NULL;
}

uint16_t loom_coap_observe_find(const struct loom_session *session, const coap_pdu_t *request)
{
    const struct loom_coap_observation *observation = find_token(session, request);

    return observation == NULL ? 0 : observation->name;
}

/* ---- begin and end --------------------------------------------------------------------------- */

/* @return false: it was not under way, or is acknowledged */
static bool leave_wire(struct loom_coap_observation *observation)
{
    struct loom_session *session = observation->session;

    if (session->confirming != observation) {
        return false;
    }
    session->confirming = NULL;
    loom_coap_ring_remove(&observation->confirming);
    return session->coap != NULL && loom_coap_cancel_message(session->coap, observation->mid);
}

static void observation_free(struct loom_coap_observation *observation)
{
    if (observation->session->confirming == observation) {
        observation->session->confirming = NULL;
    }
    loom_coap_ring_remove(&observation->place);
    loom_coap_ring_remove(&observation->confirming);
    loom_coap_transfer_clear(observation->session->port, &observation->body);
    loom_coap_body_clear(&observation->key);
    free(observation);
}

void loom_coap_observe_clear(struct loom_session *session)
{
    while (!loom_coap_ring_is_empty(&session->observations)) {
        observation_free(OBSERVATION_OF(session->observations.next));
    }
}

void loom_coap_observe_forget(void *self, struct loom_session *session, uint16_t name)
{
    struct loom_coap_observation *observation = find(session, name);

    (void)self;
    if (observation != NULL) {
        (void)leave_wire(observation);
        observation_free(observation);
    }
}

static struct loom_coap_observation *add(struct loom_session *session, const coap_pdu_t *message)
{
    struct loom_coap_observation *observation = calloc(1, sizeof *observation);
    coap_bin_const_t token = coap_pdu_get_token(message);

    if (observation == NULL || token.length > TOKEN_MAX) {
        free(observation);
        return NULL;
    }
    observation->session = session;
    observation->token_length = (uint8_t)token.length;
    if (token.length > 0) {
        memcpy(observation->token, token.s, token.length);
    }
    observation->mid = COAP_INVALID_MID;
    loom_coap_ring_init(&observation->place);
    loom_coap_ring_init(&observation->confirming);
    loom_coap_ring_append(&session->observations, &observation->place);
    return observation;
}

/* RFC 7641 section 4.4: 24 bits, and newer ones are greater. */
static uint32_t next_sequence(struct loom_coap_port *port)
{
    port->sequence = (port->sequence + 1) & 0xffffffu;
    return port->sequence;
}

/* One that has the token goes on under the name that the answer gives it. The answer stands for a
 * notification that is under way (RFC 7641 section 4.5.2). */
static bool begin(struct loom_session *session, const coap_pdu_t *message,
                  const struct loom_request *request, uint16_t name)
{
    struct loom_coap_observation *observation = find_token(session, message);

    if (observation == NULL) {
        observation = add(session, message);
    }
    if (observation == NULL) {
        return false;
    }
    (void)leave_wire(observation);
    observation->name = name;
    loom_coap_body_clear(&observation->key);
    if (!loom_coap_transfer_key(&observation->key, request)) {
        observation_free(observation);
        return false;
    }
    observation->body.asked = loom_coap_digest(request->payload);
    return true;
}

bool loom_coap_observe_note(struct loom_session *session, const coap_pdu_t *message,
                            const struct loom_request *request, const struct loom_reply *reply,
                            uint32_t *sequence)
{
    if (reply->observation != 0 && reply->code >> 5 == 2) {
        *sequence = next_sequence(session->port);
        return begin(session, message, request, reply->observation);
    }
    if (request->observation_of != 0 && reply->code >> 5 == 2) {
        loom_coap_observe_forget(session->port, session, (uint16_t)request->observation_of);
    }
    return false;
}

/* ---- notifications --------------------------------------------------------------------------- */

const struct loom_coap_transfer *loom_coap_observe_body(const struct loom_session *session,
                                                        const struct loom_request *request)
{
    const struct loom_coap_ring *ring = &session->observations;
    const struct loom_coap_transfer *newest = NULL;
    struct loom_coap_body key = {NULL, 0, 0};

    if (loom_coap_ring_is_empty(ring) || !loom_coap_transfer_key(&key, request)) {
        return NULL;
    }
    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        const struct loom_coap_transfer *body = &OBSERVATION_OF(place)->body;

        if (loom_coap_transfer_has_key(body, &key) &&
            loom_coap_transfer_may_answer(body, request) &&
            (newest == NULL || newest->etag < body->etag)) {
            newest = body;
        }
    }
    loom_coap_body_clear(&key);
    return newest;
}

static coap_pdu_t *make_message(const struct loom_coap_observation *observation,
                                const struct loom_coap_outgoing *answer, bool confirmable)
{
    coap_session_t *coap = observation->session->coap;
    coap_pdu_t *pdu = coap_pdu_init(confirmable ? COAP_MESSAGE_CON : COAP_MESSAGE_NON,
                                    (coap_pdu_code_t)answer->code, coap_new_message_id(coap),
                                    coap_session_max_pdu_size(coap));
    struct loom_coap_answer_options options;

    if (pdu == NULL) {
        return NULL;
    }
    loom_coap_answer_list_options(answer, &options);
    if (coap_add_token(pdu, observation->token_length, observation->token) == 0 ||
        !loom_coap_put_response(pdu, answer->code,
                                (struct loom_bytes){options.bytes, options.length},
                                answer->payload)) {
        coap_delete_pdu(pdu);
        return NULL;
    }
    return pdu;
}

static bool send_message(struct loom_coap_observation *observation,
                         const struct loom_coap_outgoing *answer, bool confirmable)
{
    struct loom_session *session = observation->session;
    struct loom_coap_port *port = session->port;
    coap_pdu_t *pdu = make_message(observation, answer, confirmable);
    coap_mid_t mid = COAP_INVALID_MID;
    size_t size = 0;

    if (pdu != NULL) {
        coap_session_set_max_retransmit(session->coap, port->config.max_retransmit);
        size = loom_coap_traffic_size(port, pdu);
        loom_coap_show_message(session, pdu, false);
        mid = coap_send(session->coap, pdu);
    }
    if (mid == COAP_INVALID_MID) {
        return false;
    }
    loom_coap_traffic_sent(port, size);
    observation->mid = mid;
    if (confirmable) {
        session->confirming = observation;
        observation->deadline = loom_coap_now(port) + port->transmit_wait_ms;
        /* All wait equally long, so the ring is in the order of the deadlines. */
        loom_coap_ring_append(&port->confirming, &observation->confirming);
    }
    return true;
}

/* A peer that has the first block asks for the others. */
static bool keep_rest(struct loom_coap_observation *observation, struct loom_coap_outgoing *answer)
{
    struct loom_session *session = observation->session;

    if (answer->payload.length <= loom_coap_answer_room(session, NULL)) {
        loom_coap_transfer_clear(session->port, &observation->body);
        return true;
    }
    return loom_coap_transfer_begin_for(session->port, &observation->body, &observation->key) &&
           loom_coap_answer_keep(session->port, &observation->body, answer);
}

enum loom_status loom_coap_observe_notify(void *self, struct loom_session *session, uint16_t name,
                                          const struct loom_notification *notification)
{
    struct loom_coap_port *port = self;
    struct loom_coap_observation *observation = find(session, name);
    struct loom_coap_outgoing answer = {.code = notification->code,
                                        .content_format = notification->content_format,
                                        .payload = notification->payload};
    bool sent;

    if (port->asking || session->closed || session->gone != LOOM_FAILURE_NONE ||
        session->coap == NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (observation == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (notification->confirmable && session->confirming != NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (notification->payload.length > port->config.payload_max) {
        return LOOM_TOO_LARGE;
    }
    answer.has_sequence = notification->code >> 5 == 2;
    answer.sequence = next_sequence(port);
    if (!keep_rest(observation, &answer)) {
        return LOOM_UNAVAILABLE;
    }
    loom_coap_answer_cut(session, NULL, &answer);
    sent = send_message(observation, &answer, notification->confirmable);
    observation->last = sent && !answer.has_sequence;
    if (observation->last && !notification->confirmable) {
        observation_free(observation);
    }
    return sent ? LOOM_OK : LOOM_UNAVAILABLE;
}

/* ---- what becomes of them -------------------------------------------------------------------- */

static void end(struct loom_coap_observation *observation, enum loom_failure failure)
{
    observation->ended = true;
    observation->end = failure;
    loom_coap_session_attend(observation->session);
}

bool loom_coap_observe_on_end(struct loom_session *session, enum loom_failure failure,
                              coap_mid_t mid)
{
    const struct loom_coap_ring *ring = &session->observations;

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        struct loom_coap_observation *observation = OBSERVATION_OF(place);
        bool confirming = session->confirming == observation;

        if (observation->mid == mid && (confirming || failure == LOOM_FAILURE_RESET)) {
            (void)leave_wire(observation);
            end(observation, failure);
            return true;
        }
    }
    return false;
}

void loom_coap_observe_on_acknowledgement(coap_session_t *coap, const coap_pdu_t *sent,
                                          const coap_mid_t mid)
{
    struct loom_session *session = coap_session_get_app_data(coap);

    (void)sent;
    if (session != NULL && !session->closed) {
        (void)loom_coap_observe_on_end(session, LOOM_FAILURE_NONE, mid);
    }
}

static struct loom_coap_observation *first_confirming(const struct loom_coap_port *port)
{
    if (loom_coap_ring_is_empty(&port->confirming)) {
        return NULL;
    }
    return LOOM_COAP_RING_ENTRY(port->confirming.next, struct loom_coap_observation, confirming);
}

static void end_acknowledged(struct loom_coap_port *port)
{
    struct loom_coap_observation *observation;

    while ((observation = first_confirming(port)) != NULL) {
        observation->session->confirming = NULL;
        loom_coap_ring_remove(&observation->confirming);
        end(observation, LOOM_FAILURE_NONE);
    }
}

void loom_coap_observe_check(struct loom_coap_port *port)
{
    struct loom_coap_observation *observation;

    if (loom_coap_all_acknowledged(port->context)) {
        end_acknowledged(port);
    }
    while ((observation = first_confirming(port)) != NULL &&
           observation->deadline <= loom_coap_now(port)) {
        end(observation, leave_wire(observation) ? LOOM_FAILURE_TIMEOUT : LOOM_FAILURE_NONE);
    }
}

uint64_t loom_coap_observe_deadline(const struct loom_coap_port *port)
{
    const struct loom_coap_observation *observation = first_confirming(port);

    return observation == NULL ? UINT64_MAX : observation->deadline;
}

static struct loom_coap_observation *first_ended(const struct loom_session *session)
{
    const struct loom_coap_ring *ring = &session->observations;

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        if (OBSERVATION_OF(place)->ended) {
            return OBSERVATION_OF(place);
        }
    }
    return NULL;
}

void loom_coap_observe_report(struct loom_session *session)
{
    struct loom_coap_port *port = session->port;
    struct loom_coap_observation *observation;

    while (!session->closed && (observation = first_ended(session)) != NULL) {
        uint16_t name = observation->name;
        enum loom_failure failure = observation->end;

        if (is_over(observation)) {
            observation_free(observation);
        } else {
            observation->ended = false;
        }
        if (port->side->notified != NULL) {
            port->side->notified(port->side_self, session->owner, session, name, failure);
        }
    }
}
