/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_MARKS = 4 };

/* No mark. */
#define NONE UINT32_MAX

/* An answer that may be given again: its options, as a list, and then its payload. */
struct loom_coap_answer {
    uint8_t code;
    size_t options_length;
    size_t payload_length;
    uint8_t bytes[];
};

/* Seconds, rounded up: a mark has room for no more. */
static uint32_t seconds_of(uint64_t milliseconds)
{
    return (uint32_t)((milliseconds + 999) / 1000);
}

static uint32_t real_seconds(const struct loom_session *session)
{
    return (uint32_t)(session->port->turn_real / 1000);
}

/* ---- knowing a request again ----------------------------------------------------------------- */

/* Requests are numbered from 1. Of number n the mark is in marks[n % room]; the marks of message
 * ids that are alike modulo `room` make a chain, whose newest number is in newest[id % room]. */

static struct loom_coap_mark *mark_of(const struct loom_coap_answered *answered, uint32_t number)
{
    return &answered->marks[number % answered->room];
}

/* Whether number n still has its mark. */
static bool is_marked(const struct loom_coap_answered *answered, uint32_t number)
{
    return number != 0 && answered->count - number < answered->room;
}

static void set_mark(struct loom_coap_answered *answered, uint32_t number,
                     const struct loom_coap_mark *mark)
{
    uint32_t *newest = &answered->newest[mark->mid % answered->room];
    struct loom_coap_mark *place = mark_of(answered, number);

    *place = *mark;
    place->before = (uint8_t)(is_marked(answered, *newest) ? number - *newest : 0);
    *newest = number;
}

/* Finds the last request that had the message id (RFC 7252 section 4.5): within its lifetime no
 * peer may use it again, whatever else is in the message. @return how many came since, or NONE */
static uint32_t find(const struct loom_coap_answered *answered, uint16_t mid, uint32_t now)
{
    uint32_t number = answered->room == 0 ? 0 : answered->newest[mid % answered->room];

    while (is_marked(answered, number)) {
        const struct loom_coap_mark *mark = mark_of(answered, number);

        if (mark->expires <= now) {
            break; /* so have all that came before it */
        }
        if (mark->mid == mid && !mark->unheard) {
            return answered->count - number;
        }
        if (mark->before == 0) {
            break;
        }
        number -= mark->before;
    }
    return NONE;
}

static bool grow(struct loom_coap_answered *answered)
{
    struct loom_coap_answered bigger = *answered;

    bigger.room = answered->room == 0 ? FEWEST_MARKS : (uint16_t)(2 * answered->room);
    bigger.marks = malloc(bigger.room * sizeof *bigger.marks);
    bigger.newest = calloc(bigger.room, sizeof *bigger.newest);
    if (bigger.marks == NULL || bigger.newest == NULL) {
        free(bigger.marks);
        free(bigger.newest);
        return false;
    }
    for (uint32_t left = answered->room; left > 0; left--) {
        uint32_t number = answered->count - left + 1;

        if (is_marked(answered, number) && number <= answered->count) {
            set_mark(&bigger, number, mark_of(answered, number));
        }
    }
    free(answered->marks);
    free(answered->newest);
    *answered = bigger;
    return true;
}

bool loom_coap_answered_make_room(struct loom_session *session)
{
    struct loom_coap_answered *answered = &session->answered;
    bool full = answered->count >= answered->room &&
                (answered->room == 0 ||
                 mark_of(answered, answered->count + 1)->expires > real_seconds(session));

    /* Without memory the oldest one is forgotten, if there is one. */
    return !full || answered->room >= LOOM_COAP_REPEATS_MAX || grow(answered) || answered->room > 0;
}

/* ---- answers --------------------------------------------------------------------------------- */

static struct loom_coap_answer **place_of(struct loom_coap_answered *answered, uint32_t number)
{
    return &answered->answers[number % LOOM_COAP_ANSWERED_MAX];
}

static void forget(struct loom_coap_answer **answer)
{
    if (*answer != NULL) {
        loom_coap_wipe((*answer)->bytes, (*answer)->options_length + (*answer)->payload_length);
        free(*answer);
        *answer = NULL;
    }
}

static struct loom_coap_answer *keep(uint8_t code, struct loom_bytes options,
                                     struct loom_bytes payload)
{
    struct loom_coap_answer *answer = malloc(sizeof *answer + options.length + payload.length);

    if (answer == NULL) {
        return NULL;
    }
    answer->code = code;
    answer->options_length = options.length;
    answer->payload_length = payload.length;
    if (options.length > 0) {
        memcpy(answer->bytes, options.data, options.length);
    }
    if (payload.length > 0) {
        memcpy(answer->bytes + options.length, payload.data, payload.length);
    }
    return answer;
}

uint32_t loom_coap_answered_note(struct loom_session *session, const coap_pdu_t *request)
{
    struct loom_coap_answered *answered = &session->answered;
    struct loom_coap_mark mark = {
        .expires = seconds_of(session->port->turn_real + session->port->lifetime_ms),
        .mid = (uint16_t)coap_pdu_get_mid(request)};

    answered->count++;
    set_mark(answered, answered->count, &mark);
    forget(place_of(answered, answered->count));
    return answered->count;
}

void loom_coap_answered_remember(struct loom_session *session, uint32_t number, uint8_t code,
                                 struct loom_bytes options, struct loom_bytes payload)
{
    struct loom_coap_answered *answered = &session->answered;

    if (answered->count - number < LOOM_COAP_ANSWERED_MAX) {
        /* What cannot be kept is not given again, but known again. */
        *place_of(answered, number) = keep(code, options, payload);
    }
}

void loom_coap_answered_unhear(struct loom_session *session, uint32_t number)
{
    struct loom_coap_answered *answered = &session->answered;

    if (is_marked(answered, number)) {
        mark_of(answered, number)->unheard = true;
    }
}

bool loom_coap_answered_repeat(struct loom_session *session, const coap_pdu_t *request,
                               coap_pdu_t *response)
{
    struct loom_coap_answered *answered = &session->answered;
    uint32_t since = find(answered, (uint16_t)coap_pdu_get_mid(request), real_seconds(session));
    const struct loom_coap_answer *answer;

    if (since == NONE) {
        return false;
    }
    /* What was not confirmable is not answered twice (RFC 7252 section 4.3). */
    if (since >= LOOM_COAP_ANSWERED_MAX || coap_pdu_get_type(request) != COAP_MESSAGE_CON) {
        return true;
    }
    answer = *place_of(answered, answered->count - since);
    if (answer != NULL) {
        (void)loom_coap_put_response(
            response, answer->code, (struct loom_bytes){answer->bytes, answer->options_length},
            (struct loom_bytes){answer->bytes + answer->options_length, answer->payload_length});
    }
    return true;
}

void loom_coap_answered_clear(struct loom_session *session)
{
    struct loom_coap_answered *answered = &session->answered;

    for (uint32_t i = 0; i < LOOM_COAP_ANSWERED_MAX; i++) {
        forget(&answered->answers[i]);
    }
    free(answered->marks);
    free(answered->newest);
    *answered = (struct loom_coap_answered){0};
}
