/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    HALF_SEQUENCE = 1 << 23,
    SEQUENCE_MASK = (1 << 24) - 1,
    /* Seconds after which any number is a newer one (RFC 7641 section 3.4). */
    FRESH_MS = 128000
};

#define OBSERVED_OF(ring) LOOM_COAP_RING_ENTRY(ring, struct loom_coap_observed, place)

static struct loom_coap_observed *first_of(const struct loom_session *session)
{
    const struct loom_coap_ring *ring = &session->observed;

    return loom_coap_ring_is_empty(ring) ? NULL : OBSERVED_OF(ring->next);
}

struct loom_coap_observed *loom_coap_observed_find(const struct loom_session *session,
                                                   uint32_t number)
{
    const struct loom_coap_ring *ring = &session->observed;

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        if (OBSERVED_OF(place)->number == number) {
            return OBSERVED_OF(place);
        }
    }
    return NULL;
}

static struct loom_coap_observed *find_token(const struct loom_session *session,
                                             const coap_pdu_t *received)
{
    const struct loom_coap_ring *ring = &session->observed;
    coap_bin_const_t token = coap_pdu_get_token(received);

    for (struct loom_coap_ring *place = ring->next; place != ring; place = place->next) {
        if (token.length == LOOM_COAP_TOKEN_LENGTH &&
            memcmp(OBSERVED_OF(place)->token, token.s, token.length) == 0) {
            return OBSERVED_OF(place);
        }
    }
    return NULL;
}

void loom_coap_observed_free(struct loom_coap_observed *observed)
{
    if (observed != NULL) {
        loom_coap_ring_remove(&observed->place);
        loom_coap_body_clear(&observed->options);
        loom_coap_body_clear(&observed->payload);
        free(observed);
    }
}

void loom_coap_observed_clear(struct loom_session *session)
{
    while (first_of(session) != NULL) {
        loom_coap_observed_free(first_of(session));
    }
}

bool loom_coap_observed_is_notification(const coap_pdu_t *received)
{
    uint32_t sequence;

    return loom_coap_option_get_unsigned(received, COAP_OPTION_OBSERVE, &sequence);
}

static struct loom_coap_observed *begin(struct loom_session *session, uint32_t number,
                                        const uint8_t *token, uint32_t sequence)
{
    struct loom_coap_observed *observed;

    observed = calloc(1, sizeof *observed);
    if (observed == NULL) {
        return NULL; /* the next notification is refused, and that ends it */
    }
    observed->session = session;
    observed->number = number;
    memcpy(observed->token, token, LOOM_COAP_TOKEN_LENGTH);
    observed->sequence = sequence & SEQUENCE_MASK;
    observed->heard = loom_coap_now(session->port);
    loom_coap_ring_init(&observed->place);
    loom_coap_ring_append(&session->observed, &observed->place);
    return observed;
}

struct loom_coap_observed *loom_coap_observed_begin(struct loom_session *session, uint32_t number,
                                                    const uint8_t *token,
                                                    const coap_pdu_t *received)
{
    uint32_t sequence;

    if (coap_pdu_get_code(received) >> 5 != 2 ||
        !loom_coap_option_get_unsigned(received, COAP_OPTION_OBSERVE, &sequence)) {
        return NULL;
    }
    return begin(session, number, token, sequence);
}

/* Sessions with DTLS do not outlive a restart, and no token means anything in another one. */
struct loom_coap_observed *loom_coap_observed_resume(struct loom_session *session,
                                                     const coap_pdu_t *received)
{
    const struct loom_coap_config *config = &session->port->config;
    struct loom_request request = {.content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT};
    coap_bin_const_t token = coap_pdu_get_token(received);
    struct loom_coap_observed *observed;
    uint32_t number;
    uint32_t sequence;

    if (config->resume == NULL || session->ours || session->secure ||
        token.length != LOOM_COAP_TOKEN_LENGTH ||
        !loom_coap_option_get_unsigned(received, COAP_OPTION_OBSERVE, &sequence)) {
        return NULL;
    }
    number = config->resume(config->resume_user, session,
                            (struct loom_bytes){token.s, token.length}, &request);
    /* Whatever its number is, it is newer than what was heard before the restart. */
    observed = number == 0 ? NULL : begin(session, number, token.s, sequence - 1);
    if (observed != NULL) {
        observed->method = (uint8_t)request.method;
        observed->in_blocks =
            request.payload.length > loom_coap_block_size(LOOM_COAP_BLOCK_SZX_MAX);
        observed->complete =
            loom_coap_exchange_copy(&request, &observed->options, &observed->payload);
    }
    return observed;
}

size_t loom_coap_observed_token(void *self, const struct loom_session *session, uint32_t number,
                                uint8_t *token)
{
    const struct loom_coap_observed *observed = loom_coap_observed_find(session, number);

    (void)self;
    if (observed == NULL) {
        return 0;
    }
    memcpy(token, observed->token, LOOM_COAP_TOKEN_LENGTH);
    return LOOM_COAP_TOKEN_LENGTH;
}

void loom_coap_observed_report(struct loom_session *session)
{
    struct loom_coap_port *port = session->port;
    struct loom_coap_observed *observed;

    while (!session->closed && (observed = first_of(session)) != NULL) {
        struct loom_response response = {.content_format = LOOM_FORMAT_ABSENT};
        uint32_t number = observed->number;

        loom_coap_observed_free(observed);
        port->side->response(port->side_self, session->owner, session, number, &response,
                             session->gone);
    }
}

/* RFC 7641 section 3.4: messages may overtake each other. */
static bool is_newer(const struct loom_coap_observed *observed, uint32_t sequence, uint64_t now)
{
    uint32_t ahead = (sequence - observed->sequence) & SEQUENCE_MASK;

    return (ahead != 0 && ahead < HALF_SEQUENCE) || now > observed->heard + FRESH_MS;
}

/* Takes a notification, or the last word about what was observed. The rest of the one before it is
 * of no use any more. */
static void take(struct loom_coap_observed *observed, const coap_pdu_t *received, bool more)
{
    struct loom_session *session = observed->session;
    uint32_t number = observed->number;
    struct loom_bytes payload = {NULL, 0};
    struct loom_coap_block block;
    int in_blocks = loom_coap_block_get(received, COAP_OPTION_BLOCK2, &block);
    bool goes_on = in_blocks == 1 && block.more;
    bool usable = in_blocks == 0 || (in_blocks == 1 && block.number == 0);

    loom_coap_exchange_leave(session, number);
    (void)coap_get_data(received, &payload.length, &payload.data);
    if (usable && goes_on) {
        usable = loom_coap_exchange_fetch(observed, received, &block, payload, more);
    }
    if (!more) {
        loom_coap_observed_free(observed);
    }
    /* The end is told of all the same, but without a part of what it would say. */
    if (usable ? !goes_on : !more) {
        loom_coap_exchange_tell(session, number, received,
                                usable ? payload : (struct loom_bytes){NULL, 0}, more);
    }
}

bool loom_coap_observed_on_response(struct loom_session *session, const coap_pdu_t *received)
{
    struct loom_coap_observed *observed = find_token(session, received);
    uint64_t now = loom_coap_now(session->port);
    uint32_t sequence;
    bool more;

    if (observed == NULL) {
        observed = loom_coap_observed_resume(session, received);
    }
    if (observed == NULL) {
        return false;
    }
    loom_coap_session_heard(session);
    more = coap_pdu_get_code(received) >> 5 == 2 &&
           loom_coap_option_get_unsigned(received, COAP_OPTION_OBSERVE, &sequence);
    if (more && !is_newer(observed, sequence, now)) {
        return true;
    }
    if (more) {
        observed->sequence = sequence & SEQUENCE_MASK;
        observed->heard = now;
    }
    take(observed, received, more);
    return true;
}
