/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

/* ---- knowing a request again ----------------------------------------------------------------- */

/* The message id makes the repetition (RFC 7252 section 4.5), whatever else is in the message:
 * within its lifetime no peer may use it again. */
static struct loom_coap_mark mark_of(const struct loom_session *session, const coap_pdu_t *request)
{
    return (struct loom_coap_mark){.mid = (uint16_t)coap_pdu_get_mid(request),
                                   .expires =
                                       loom_coap_clock_monotonic_ms() + session->port->lifetime_ms};
}

/* Finds the last request that this one repeats. @return how many came since; UINT32_MAX: none */
static uint32_t find(const struct loom_coap_answered *answered, const struct loom_coap_mark *mark)
{
    uint64_t now = loom_coap_clock_monotonic_ms();

    for (uint32_t since = 0; since < LOOM_COAP_REPEATS_MAX; since++) {
        const struct loom_coap_mark *before =
            &answered->marks[(answered->count - 1 - since) % LOOM_COAP_REPEATS_MAX];

        if (before->expires <= now) {
            break; /* so have all that came before it, or there were none */
        }
        if (before->mid == mark->mid) {
            return since;
        }
    }
    return UINT32_MAX;
}

/* ---- answers --------------------------------------------------------------------------------- */

static void forget(struct loom_coap_answer *answer)
{
    loom_coap_body_clear(&answer->options);
    loom_coap_body_clear(&answer->payload);
    answer->code = COAP_EMPTY_CODE;
}

/* The options and the payload of the response as it stands. */
static bool copy_response(struct loom_coap_answer *answer, const coap_pdu_t *response)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;
    const uint8_t *payload;
    size_t length;

    coap_option_iterator_init(response, &iterator, COAP_OPT_ALL);
    while ((option = coap_option_next(&iterator)) != NULL) {
        if (!loom_coap_options_append(&answer->options, iterator.number, coap_opt_value(option),
                                      coap_opt_length(option))) {
            return false;
        }
    }
    answer->code = (uint8_t)coap_pdu_get_code(response);
    return coap_get_data(response, &length, &payload) == 0 ||
           loom_coap_body_append(&answer->payload, payload, length, SIZE_MAX);
}

void loom_coap_answered_remember(struct loom_session *session, const coap_pdu_t *request,
                                 const coap_pdu_t *response)
{
    struct loom_coap_answered *answered = &session->answered;
    struct loom_coap_answer *answer = &answered->answers[answered->count % LOOM_COAP_ANSWERED_MAX];

    answered->marks[answered->count % LOOM_COAP_REPEATS_MAX] = mark_of(session, request);
    answered->count++;
    forget(answer);
    /* What cannot be kept is not given again, but known again. */
    if (!copy_response(answer, response)) {
        forget(answer);
    }
}

bool loom_coap_answered_repeat(struct loom_session *session, const coap_pdu_t *request,
                               coap_pdu_t *response)
{
    const struct loom_coap_answered *answered = &session->answered;
    struct loom_coap_mark mark = mark_of(session, request);
    uint32_t since = find(answered, &mark);
    const struct loom_coap_answer *answer;

    if (since == UINT32_MAX) {
        return false;
    }
    /* What was not confirmable is not answered twice (RFC 7252 section 4.3). */
    if (since >= LOOM_COAP_ANSWERED_MAX || coap_pdu_get_type(request) != COAP_MESSAGE_CON) {
        return true;
    }
    answer = &answered->answers[(answered->count - 1 - since) % LOOM_COAP_ANSWERED_MAX];
    coap_pdu_set_code(response, (coap_pdu_code_t)answer->code);
    (void)loom_coap_options_put(&answer->options, response);
    if (answer->payload.length > 0) {
        (void)coap_add_data(response, answer->payload.length, answer->payload.data);
    }
    return true;
}

void loom_coap_answered_clear(struct loom_session *session)
{
    for (size_t i = 0; i < LOOM_COAP_ANSWERED_MAX; i++) {
        forget(&session->answered.answers[i]);
    }
}
