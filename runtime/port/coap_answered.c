/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <string.h>

#include "clock.h"

static void forget(struct loom_answered *answered)
{
    loom_body_clear(&answered->options);
    loom_body_clear(&answered->payload);
    answered->used = false;
}

/* A peer that restarted may use a message id again within its lifetime, with another token. */
static bool is_the_same(const struct loom_answered *answered, const coap_pdu_t *request)
{
    coap_bin_const_t token = coap_pdu_get_token(request);

    return answered->used && answered->mid == coap_pdu_get_mid(request) &&
           answered->method == (uint8_t)coap_pdu_get_code(request) &&
           answered->token_length == token.length &&
           memcmp(answered->token, token.s, token.length) == 0;
}

/* The options and the payload of the response as it stands. */
static bool copy_response(struct loom_answered *answered, const coap_pdu_t *response)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;
    const uint8_t *payload;
    size_t length;

    coap_option_iterator_init(response, &iterator, COAP_OPT_ALL);
    while ((option = coap_option_next(&iterator)) != NULL) {
        if (!loom_options_append(&answered->options, iterator.number, coap_opt_value(option),
                                 coap_opt_length(option))) {
            return false;
        }
    }
    return coap_get_data(response, &length, &payload) == 0 ||
           loom_body_append(&answered->payload, payload, length, SIZE_MAX);
}

void loom_answered_remember(struct loom_session *session, const coap_pdu_t *request,
                            const coap_pdu_t *response)
{
    struct loom_answered *answered = &session->answered[session->next_answered];
    coap_bin_const_t token = coap_pdu_get_token(request);

    if (token.length > sizeof answered->token) {
        return;
    }
    session->next_answered = (session->next_answered + 1) % LOOM_COAP_ANSWERED_MAX;
    forget(answered);
    if (!copy_response(answered, response)) {
        forget(answered);
        return;
    }
    answered->used = true;
    answered->mid = coap_pdu_get_mid(request);
    answered->method = (uint8_t)coap_pdu_get_code(request);
    answered->code = (uint8_t)coap_pdu_get_code(response);
    answered->token_length = (uint8_t)token.length;
    if (token.length > 0) {
        memcpy(answered->token, token.s, token.length);
    }
    answered->expires = loom_clock_monotonic_ms() + session->port->lifetime_ms;
}

bool loom_answered_repeat(struct loom_session *session, const coap_pdu_t *request,
                          coap_pdu_t *response)
{
    uint64_t now = loom_clock_monotonic_ms();

    for (size_t i = 0; i < LOOM_COAP_ANSWERED_MAX; i++) {
        struct loom_answered *answered = &session->answered[i];

        if (!is_the_same(answered, request)) {
            continue;
        }
        if (now >= answered->expires) {
            forget(answered);
            return false;
        }
        /* What was not confirmable is not answered twice (RFC 7252 section 4.3). */
        if (coap_pdu_get_type(request) != COAP_MESSAGE_CON) {
            return true;
        }
        coap_pdu_set_code(response, (coap_pdu_code_t)answered->code);
        (void)loom_options_put(&answered->options, response);
        if (answered->payload.length > 0) {
            (void)coap_add_data(response, answered->payload.length, answered->payload.data);
        }
        return true;
    }
    return false;
}

void loom_answered_clear(struct loom_session *session)
{
    for (size_t i = 0; i < LOOM_COAP_ANSWERED_MAX; i++) {
        forget(&session->answered[i]);
    }
}
