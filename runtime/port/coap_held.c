/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that the side has given, and that leave only when it says so. libcoap has been left
 * without an answer then; what is sent later is a message of the port's own with the id of the
 * request, so it is piggybacked all the same (RFC 7252 section 5.2.1). */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

struct held {
    struct loom_coap_ring place;      /* in the port's ring */
    struct loom_coap_ring in_session; /* in that of its session */
    struct loom_session *session;
    uint64_t number; /* under which the side knows it */
    uint32_t request;
    coap_mid_t mid;
    bool confirmable;
    uint8_t code;
    uint8_t token_length;
    uint8_t token[LOOM_COAP_TOKEN_LENGTH];
    size_t options_length;
    size_t payload_length;
    uint8_t bytes[];
};

static void held_free(struct held *held)
{
    held->session->port->held_count--;
    loom_coap_ring_remove(&held->place);
    loom_coap_ring_remove(&held->in_session);
    loom_coap_wipe(held->bytes, held->options_length + held->payload_length);
    free(held);
}

static struct held *held_new(const struct loom_coap_port *port, coap_bin_const_t token,
                             struct loom_bytes options, struct loom_bytes payload)
{
    struct held *held = NULL;

    if (port->held_count < LOOM_COAP_HELD_MAX && token.length <= LOOM_COAP_TOKEN_LENGTH) {
        held = malloc(sizeof *held + options.length + payload.length);
    }
    if (held == NULL) {
        return NULL;
    }
    held->token_length = (uint8_t)token.length;
    held->options_length = options.length;
    held->payload_length = payload.length;
    if (token.length > 0) {
        memcpy(held->token, token.s, token.length);
    }
    if (options.length > 0) {
        memcpy(held->bytes, options.data, options.length);
    }
    if (payload.length > 0) {
        memcpy(held->bytes + options.length, payload.data, payload.length);
    }
    return held;
}

/* In the order of their numbers: one that comes again, as for a De-register that is repeated, is
 * with the first one. */
static void enter(struct loom_coap_port *port, struct held *held)
{
    struct loom_coap_ring *before = port->held.previous;

    while (before != &port->held &&
           LOOM_COAP_RING_ENTRY(before, struct held, place)->number > held->number) {
        before = before->previous;
    }
    loom_coap_ring_append(before->next, &held->place);
    port->held_count++;
}

void loom_coap_held_add(struct loom_session *session, uint64_t number, const coap_pdu_t *request,
                        uint8_t code, struct loom_bytes options, struct loom_bytes payload)
{
    struct loom_coap_port *port = session->port;
    struct held *held = held_new(port, coap_pdu_get_token(request), options, payload);

    if (held == NULL) {
        return;
    }
    held->session = session;
    held->number = number;
    held->request = loom_coap_answered_note(session, request);
    held->mid = coap_pdu_get_mid(request);
    held->confirmable = coap_pdu_get_type(request) == COAP_MESSAGE_CON;
    held->code = code;
    loom_coap_ring_init(&held->place);
    loom_coap_ring_init(&held->in_session);
    loom_coap_ring_append(&session->held, &held->in_session);
    enter(port, held);
}

void loom_coap_held_clear(struct loom_session *session)
{
    while (!loom_coap_ring_is_empty(&session->held)) {
        held_free(LOOM_COAP_RING_ENTRY(session->held.next, struct held, in_session));
    }
}

static coap_pdu_t *message_of(const struct held *held, struct loom_bytes options,
                              struct loom_bytes payload)
{
    coap_session_t *coap = held->session->coap;
    coap_pdu_t *pdu = coap_pdu_init(
        held->confirmable ? COAP_MESSAGE_ACK : COAP_MESSAGE_NON, (coap_pdu_code_t)held->code,
        held->confirmable ? held->mid : coap_new_message_id(coap), coap_session_max_pdu_size(coap));

    if (pdu != NULL &&
        ((held->token_length > 0 && coap_add_token(pdu, held->token_length, held->token) == 0) ||
         !loom_coap_put_response(pdu, held->code, options, payload))) {
        coap_delete_pdu(pdu);
        return NULL;
    }
    return pdu;
}

/* One that cannot be sent now is given when the request comes again. */
static void send_held(const struct held *held)
{
    struct loom_session *session = held->session;
    struct loom_bytes options = {held->bytes, held->options_length};
    struct loom_bytes payload = {held->bytes + held->options_length, held->payload_length};
    coap_pdu_t *pdu = message_of(held, options, payload);
    size_t size;

    loom_coap_answered_remember(session, held->request, held->code, options, payload);
    if (pdu == NULL) {
        return;
    }
    size = loom_coap_traffic_size(session->port, pdu);
    loom_coap_show_message(session, pdu, false);
    if (coap_send(session->coap, pdu) != COAP_INVALID_MID) {
        loom_coap_traffic_sent(session->port, size);
    }
}

void loom_coap_held_revise(void *self, uint64_t number, uint8_t code)
{
    struct loom_coap_port *port = self;

    for (struct loom_coap_ring *place = port->held.next; place != &port->held;
         place = place->next) {
        struct held *held = LOOM_COAP_RING_ENTRY(place, struct held, place);

        if (held->number == number) {
            loom_coap_wipe(held->bytes, held->options_length + held->payload_length);
            held->code = code;
            held->options_length = 0;
            held->payload_length = 0;
        }
    }
}

void loom_coap_held_settle(void *self, uint64_t number, bool send)
{
    struct loom_coap_port *port = self;
    struct loom_coap_ring *place = port->held.next;

    /* In the order of their numbers. */
    while (place != &port->held) {
        struct held *held = LOOM_COAP_RING_ENTRY(place, struct held, place);

        place = place->next;
        if (held->number > number) {
            return;
        }
        if (held->number == number) {
            bool usable = !held->session->closed && held->session->gone == LOOM_FAILURE_NONE;

            if (send && usable) {
                send_held(held);
            } else if (!send) {
                loom_coap_answered_unhear(held->session, held->request);
            }
            loom_coap_session_attend(held->session);
            held_free(held);
        }
    }
}
