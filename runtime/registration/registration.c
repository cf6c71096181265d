/* SPDX-License-Identifier: Apache-2.0 */
/* A registration at one server: its state machine and the timers that resources 1/x/16 .. 20 rule.
 */
#include "registration/registration.h"

#include "accounts/accounts.h"
#include "codec/text.h"
#include "context/context.h"
#include "context/machine.h"
#include "model/node.h"
#include "registration/order.h"
#include "registration/requests.h"

#include <string.h>

/* What holds where a resource is absent (rule B-56). */
#define DEFAULT_DISABLE_TIMEOUT 86400u
#define DEFAULT_RETRY_COUNT     5u
#define DEFAULT_RETRY_TIMER     60u
#define DEFAULT_SEQUENCE_DELAY  86400u
#define DEFAULT_SEQUENCE_COUNT  1u
/* 1/x/19: no further sequence (rules B-55, B-58). */
#define SEQUENCE_DELAY_MAX UINT32_MAX

static struct loom_event event_of(const struct loom_registration *registration,
                                  enum loom_event_type type)
{
    return loom_context_event(registration->context, type, registration->ssid);
}

static void report(const struct loom_registration *registration, enum loom_event_type type)
{
    loom_context_report(registration->context, type, registration->ssid);
}

static void report_wait(const struct loom_registration *registration, enum loom_event_type type,
                        uint32_t seconds)
{
    loom_context_report_wait(registration->context, type, registration->ssid, seconds);
}

static void set_timer(struct loom_registration *registration, uint32_t seconds)
{
    registration->deadline = loom_context_after(registration->context, seconds);
}

static void close_session(struct loom_registration *registration)
{
    loom_context_close(registration->context, &registration->session);
    registration->exchange = 0;
    registration->location_length = 0;
    registration->deadline = LOOM_NEVER;
}

/* Success or failure: whoever comes next in the order need not wait for it any more. */
static void end_turn(struct loom_registration *registration)
{
    registration->ended = true;
    registration->ended_at = loom_context_now(registration->context);
}

/* ---- actions: Register ----------------------------------------------------------------------- */

static void send_register(struct loom_registration *registration)
{
    if (!loom_registration_send_register(registration)) {
        loom_registration_take(registration, LOOM_REGISTRATION_NO_ANSWER);
    }
}

/* One more attempt; a repetition in another release or with the whole list is none (rule B-54). */
static void next_attempt(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts++;
    send_register(registration);
}

static void join_queue(void *subject)
{
    struct loom_registration *registration = subject;
    registration->queued_at = loom_context_now(registration->context);
    registration->queue_told = false;
    loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    registration->deadline = LOOM_NEVER;
}

static void begin_registration(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts = 0;
    registration->sequences = 1;
    next_attempt(registration);
}

static const struct loom_features *features_of(const struct loom_registration *registration)
{
    return loom_context_features(registration->context);
}

static bool must_delay(const void *subject)
{
    const struct loom_registration *registration = subject;
    const struct loom_registration_order_feature *order =
        features_of(registration)->registration_order;
    return order != NULL && order->must_delay(registration);
}

static void begin_delay(void *subject)
{
    features_of(subject)->registration_order->delay(subject);
}

/* ---- what 4.12 and 4.09 lead to ---------------------------------------------------------------
 */

/* @return the release before that of the registration, 0 if it may not be used */
static uint16_t older_release(const struct loom_registration *registration)
{
    uint16_t oldest = registration->context->config.lwm2m_oldest;
    uint16_t older = (uint16_t)(registration->lwm2m - 1);
    return older < LOOM_LWM2M_1_0 || older < oldest ? 0 : older;
}

static void take_older(struct loom_registration *registration)
{
    struct loom_event event = event_of(registration, LOOM_EVENT_VERSION_FALL_BACK);
    registration->lwm2m = older_release(registration);
    event.code = LOOM_PRECONDITION_FAILED;
    event.text = loom_text_of(loom_release_name(registration->lwm2m));
    loom_context_emit(registration->context, &event);
    send_register(registration);
}

const struct loom_version_fall_back_feature loom_feature_version_fall_back = {
    .older_release = older_release, .take_older = take_older};

static void fall_back(void *subject)
{
    features_of(subject)->version_fall_back->take_older(subject);
}

static bool may_fall_back(const struct loom_registration *registration)
{
    const struct loom_version_fall_back_feature *feature =
        features_of(registration)->version_fall_back;
    return feature != NULL && feature->older_release(registration) != 0;
}

static void send_whole_list(void *subject)
{
    struct loom_registration *registration = subject;
    registration->full_list = true;
    send_register(registration);
}

/* ---- being registered -------------------------------------------------------------------------
 */

/* Rule B-81: awake for MAX_TRANSMIT_WAIT from the last message. The Update in time and the sleep
 * share the one deadline. */
static void stay_awake(void *subject)
{
    struct loom_registration *registration = subject;
    uint64_t sleep = loom_context_after(registration->context, LOOM_MAX_TRANSMIT_WAIT);
    registration->deadline = registration->update_at;
    if (sleep < registration->update_at && loom_server_in_queue_mode(registration)) {
        registration->deadline = sleep;
    }
}

static bool update_is_due(const void *subject)
{
    const struct loom_registration *registration = subject;
    return loom_context_is_due(registration->context, registration->update_at);
}

/* Rule B-20: the server has forgotten the client, and an Update says nothing to it any more. */
static bool has_expired(const void *subject)
{
    const struct loom_registration *registration = subject;
    return loom_context_is_due(registration->context, registration->expires_at);
}

static bool may_sleep(const void *subject)
{
    return loom_server_in_queue_mode(subject);
}

static void fall_asleep(void *subject)
{
    struct loom_registration *registration = subject;
    registration->deadline = registration->update_at;
    report(registration, LOOM_EVENT_ASLEEP);
}

/* Rule B-22: early enough for a whole retransmission of the Update; half of a short lifetime, to
 * the millisecond, since of 1 s the half is what is left to be early with. */
static void schedule_update(struct loom_registration *registration)
{
    uint32_t lifetime = registration->lifetime;
    uint32_t early = lifetime < 2 * LOOM_MAX_TRANSMIT_WAIT
                         ? lifetime * (LOOM_MILLISECONDS / 2)
                         : LOOM_MAX_TRANSMIT_WAIT * LOOM_MILLISECONDS;
    registration->expires_at = lifetime == 0 ? LOOM_NEVER /* rule B-21 */
                                             : loom_context_after(registration->context, lifetime);
    registration->update_at = registration->expires_at - early;
    stay_awake(registration);
}

/* For the event the location is one text, where each segment begins with a slash. */
static void report_registered(struct loom_registration *registration)
{
    struct loom_event event = event_of(registration, LOOM_EVENT_REGISTERED);
    uint8_t *location = registration->location;
    uint8_t lengths[LOOM_SEGMENTS_MAX];
    size_t count = 0;
    for (size_t at = 0; at < registration->location_length; count++) {
        lengths[count] = location[at];
        location[at] = '/';
        at += 1u + lengths[count];
    }
    event.text.data = (const char *)location;
    event.text.length = registration->location_length;
    loom_context_emit(registration->context, &event);
    for (size_t at = 0, i = 0; i < count; at += 1u + lengths[i++]) {
        location[at] = lengths[i];
    }
}

/* The server knows now what was sent to it. What changed while its answer was on its way is still
 * to be compared. */
static void note_known(struct loom_registration *registration)
{
    registration->links_digest = registration->links_sent;
    registration->binding_digest = registration->binding_sent;
    loom_context_wish(registration->context, LOOM_WISH_COMPARE);
    schedule_update(registration);
}

static void enter_registered(void *subject)
{
    struct loom_registration *registration = subject;
    report_registered(registration);
    registration->given_up = false;
    registration->known = true; /* no Initial Registration Delay any more (rule B-51) */
    end_turn(registration);
    note_known(registration);
    /* Review: that may end a bootstrap which others, given up, were waiting for (BSR-001). */
    loom_context_wish(registration->context,
                      LOOM_WISH_REMEMBER | LOOM_WISH_REGISTERED | LOOM_WISH_REVIEW);
}

/* ---- actions: retries ------------------------------------------------------------------------ */

/* Rules B-54 .. B-57. The wait before retry n is timer * 2^(n-1), counted from the moment at which
 * attempt n is known to have failed: so the attempts of B-57, at 0, 60, 180, 420 and 900 s, are
 * those of a server that refuses at once, and one that is silent costs another MAX_TRANSMIT_WAIT
 * each time.
 *
 * A count of 0 is as one of 1: without an attempt nothing can be said to have failed. A timer of 0
 * is as one of 1 s: a retry is never a storm. */
static bool attempts_left(const void *subject)
{
    const struct loom_registration *registration = subject;
    uint32_t attempts = registration->attempts;

    return attempts < loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_RETRY_COUNT,
                                           DEFAULT_RETRY_COUNT);
}

static uint32_t sequence_delay(const struct loom_registration *registration)
{
    return loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_SEQUENCE_DELAY_TIMER,
                                DEFAULT_SEQUENCE_DELAY);
}

static bool may_start_over(const void *subject)
{
    return sequence_delay(subject) < SEQUENCE_DELAY_MAX;
}

static bool sequences_left(const void *subject)
{
    const struct loom_registration *registration = subject;
    return may_start_over(registration) &&
           registration->sequences <
               loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_SEQUENCE_RETRY_COUNT,
                                    DEFAULT_SEQUENCE_COUNT);
}

static bool has_bootstrap_account(const struct loom_registration *registration)
{
    return loom_account_exists(registration->context->config.model);
}

/* Rule B-53; false: a refusal is a failed attempt as any other. So it is, too, where there is
 * nobody to ask for a bootstrap: a device that comes before its credentials tries again. */
static bool may_bootstrap(const void *subject)
{
    return loom_server_flag(subject, LOOM_ID_SERVER_BOOTSTRAP_ON_REGISTRATION_FAILURE, true) &&
           has_bootstrap_account(subject);
}

static void wait(struct loom_registration *registration, uint32_t seconds)
{
    seconds = seconds == 0 ? 1 : seconds;
    /* The next attempt begins from the start: name, address and handshake. */
    close_session(registration);
    set_timer(registration, seconds);
    /* Nobody who is failing may ask for more attempts than the rules give. */
    loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    if (seconds >= LOOM_WAIT_REMEMBERED) {
        loom_context_wish(registration->context, LOOM_WISH_REMEMBER);
    }
    report_wait(registration, LOOM_EVENT_REGISTER_RETRY, seconds);
}

/* timer * 2^(failures - 1), rule B-54 */
static uint32_t retry_wait(const struct loom_registration *registration, uint32_t failures)
{
    uint32_t seconds = loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_RETRY_TIMER,
                                            DEFAULT_RETRY_TIMER);
    for (uint32_t i = 1; i < failures && seconds > 0 && seconds < UINT32_MAX; i++) {
        seconds = seconds > UINT32_MAX / 2 ? UINT32_MAX : seconds * 2;
    }
    return seconds;
}

static void wait_retry(void *subject)
{
    const struct loom_registration *registration = subject;
    wait(subject, retry_wait(registration, registration->attempts));
}

static void wait_sequence(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts = 0;
    registration->sequences++;
    wait(registration, sequence_delay(registration));
}

/* What comes after the last attempt: the review of all registrations decides as this does. */
static enum loom_reason what_follows(const struct loom_registration *registration)
{
    if (has_bootstrap_account(registration) &&
        loom_registrations_call_for_bootstrap(registration->context)) {
        return LOOM_REASON_BOOTSTRAP_NEXT;
    }
    return may_start_over(registration) ? LOOM_REASON_ROUND_NEXT : LOOM_REASON_NO_MORE;
}

static void give_up(void *subject)
{
    struct loom_registration *registration = subject;
    close_session(registration);
    registration->given_up = true;
    end_turn(registration);
    loom_context_wish(registration->context, LOOM_WISH_REMEMBER | LOOM_WISH_REVIEW);
    loom_context_report_reason(registration->context, LOOM_EVENT_REGISTRATION_GIVEN_UP,
                               registration->ssid, what_follows(registration));
}

/* Given up, and no bootstrap helps: the device must still find its way back (BSR-001), at the
 * pace of the sequence delay. */
static void start_over(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts = 0;
    registration->sequences = 1;
    wait(registration, sequence_delay(registration));
}

/* ---- actions: Update ------------------------------------------------------------------------- */

static void send_update(void *subject)
{
    if (!loom_registration_send_update(subject)) {
        loom_registration_take(subject, LOOM_REGISTRATION_NO_ANSWER);
    }
}

static void enter_updated(void *subject)
{
    struct loom_registration *registration = subject;
    report(registration, LOOM_EVENT_UPDATED);
    note_known(registration);
}

/* ---- actions: the ways out ------------------------------------------------------------------- */

static void send_deregister(void *subject)
{
    if (!loom_registration_send_deregister(subject)) {
        loom_registration_take(subject, LOOM_REGISTRATION_NO_ANSWER);
    }
}

static void enter_off(void *subject)
{
    struct loom_registration *registration = subject;
    close_session(registration);
    report(registration, LOOM_EVENT_DEREGISTERED);
}

static void abandon(void *subject)
{
    close_session(subject);
}

/* Rule B-70: silent towards this server for 1/x/5 seconds. */
static void disable(struct loom_registration *registration)
{
    uint32_t seconds =
        loom_server_resource(registration, LOOM_ID_SERVER_DISABLE_TIMEOUT, DEFAULT_DISABLE_TIMEOUT);
    report(registration, LOOM_EVENT_DEREGISTERED);
    close_session(registration);
    loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_DISABLE);
    set_timer(registration, seconds);
    loom_context_wish(registration->context, LOOM_WISH_REMEMBER);
    report_wait(registration, LOOM_EVENT_DISABLED, seconds);
}

const struct loom_disable_feature loom_feature_disable = {.disable = disable};

static void enter_disabled(void *subject)
{
    features_of(subject)->disable->disable(subject);
}

static bool is_disabling(const void *subject)
{
    const struct loom_registration *registration = subject;
    return loom_registration_has_wish(registration, LOOM_REGISTRATION_WISH_DISABLE);
}

/* ---- actions: a session that is lost, rule B-17 -----------------------------------------------
 *
 * With it goes the registration. The first loss is mended at once. One that is lost again and
 * again, each time soon after its Register, is the work of a failing server: it is mended at the
 * pace of the retry timer, and at last of the sequence delay. */

static bool lasted(const struct loom_registration *registration)
{
    uint32_t timer = loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_RETRY_TIMER,
                                          DEFAULT_RETRY_TIMER);
    return loom_context_is_due(registration->context,
                               loom_time_after(registration->ended_at, timer == 0 ? 1 : timer));
}

static bool may_return_at_once(const void *subject)
{
    const struct loom_registration *registration = subject;
    return registration->losses == 0 || lasted(registration);
}

static bool losses_left(const void *subject)
{
    const struct loom_registration *registration = subject;
    uint32_t losses = registration->losses;

    return losses < loom_server_resource(registration, LOOM_ID_SERVER_COMMUNICATION_RETRY_COUNT,
                                         DEFAULT_RETRY_COUNT);
}

static void return_at_once(void *subject)
{
    struct loom_registration *registration = subject;
    registration->losses = lasted(registration) ? 0 : 1;
    close_session(registration);
    begin_registration(registration);
}

/* The Register that the wait ends with is the first of its sequence. */
static void wait_after_loss(struct loom_registration *registration, uint32_t seconds)
{
    registration->attempts = 0;
    registration->sequences = 1;
    wait(registration, seconds);
}

static void return_later(void *subject)
{
    struct loom_registration *registration = subject;
    wait_after_loss(registration, retry_wait(registration, registration->losses));
    registration->losses++;
}

/* A server that takes every Register and then breaks the session has refused nothing: no bootstrap
 * would mend that, and "never again" is not meant for it. */
static void return_much_later(void *subject)
{
    struct loom_registration *registration = subject;
    uint32_t delay = sequence_delay(registration);
    registration->losses = 0;
    wait_after_loss(registration, delay < SEQUENCE_DELAY_MAX ? delay : DEFAULT_SEQUENCE_DELAY);
}

/* Rule B-17: from another address nothing of the old session is worth anything. Nor may it be, when
 * an Update comes to nothing in it, or when nobody spoke in it before the lifetime was over. */
static void register_elsewhere(void *subject)
{
    close_session(subject);
    begin_registration(subject);
}

static void repeat_elsewhere(void *subject)
{
    close_session(subject);
    send_register(subject);
}

/* ---- the machine ----------------------------------------------------------------------------- */

/* The functions that rows name. NULL is number 0. */
/* clang-format off */
#define GUARDS(X) \
    X(must_delay) X(may_bootstrap) X(attempts_left) X(sequences_left) X(has_expired) \
    X(update_is_due) X(may_sleep) X(may_return_at_once) X(losses_left) X(is_disabling) \
    X(may_start_over)
#define ACTIONS(X) \
    X(join_queue) X(begin_delay) X(begin_registration) X(abandon) X(next_attempt) \
    X(enter_registered) X(give_up) X(wait_retry) X(wait_sequence) X(fall_back) X(send_whole_list) \
    X(repeat_elsewhere) X(register_elsewhere) X(send_update) X(fall_asleep) X(stay_awake) \
    X(send_deregister) X(return_at_once) X(return_later) X(return_much_later) X(enter_updated) \
    X(enter_disabled) X(enter_off) X(start_over)
/* clang-format on */

#define FUNCTION(name)      name,
#define GUARD_NUMBER(name)  GUARD_##name,
#define ACTION_NUMBER(name) ACTION_##name,

enum { GUARD_NULL, GUARDS(GUARD_NUMBER) GUARD_COUNT };
enum { ACTION_NULL, ACTIONS(ACTION_NUMBER) };

static bool (*const guards[])(const void *subject) = {NULL, GUARDS(FUNCTION)};
static void (*const actions[])(void *subject) = {NULL, ACTIONS(FUNCTION)};

#define ROW(state, event, guard, action, next)                                                     \
    {LOOM_MACHINE_WHEN(LOOM_REGISTRATION_##state, LOOM_REGISTRATION_##event),                      \
     LOOM_MACHINE_THEN(GUARD_##guard, LOOM_REGISTRATION_##next), ACTION_##action},
#define IGNORE(state, event, why)

static const struct loom_transition rows[] = {
#include "registration/registration_rows.h"
};

LOOM_STATIC_ASSERT(LOOM_REGISTRATION_STATE_COUNT <= LOOM_MACHINE_MOST, "a state takes four bits");
LOOM_STATIC_ASSERT(LOOM_REGISTRATION_EVENT_COUNT <= LOOM_MACHINE_MOST, "an event takes four bits");
LOOM_STATIC_ASSERT(GUARD_COUNT <= LOOM_MACHINE_MOST, "a guard takes four bits");

static const struct loom_machine machine = {rows, guards, actions, sizeof rows / sizeof rows[0]};

bool loom_registration_take(struct loom_registration *registration,
                            enum loom_registration_event event)
{
    return loom_machine_take(&machine, &registration->state, (uint8_t)event, registration);
}

void loom_registration_timer(struct loom_registration *registration)
{
    bool asking = registration->exchange != 0;
    registration->deadline = LOOM_NEVER;
    registration->exchange = 0;
    if (asking && registration->state == LOOM_REGISTRATION_UPDATING) {
        struct loom_event event = event_of(registration, LOOM_EVENT_REGISTER_FAILED);
        event.failure = LOOM_FAILURE_TIMEOUT;
        event.reason = LOOM_REASON_EXPIRED;
        loom_context_emit(registration->context, &event);
    }
    loom_registration_take(registration,
                           asking ? LOOM_REGISTRATION_NO_ANSWER : LOOM_REGISTRATION_TIMER);
}

const char *loom_registration_state_name(enum loom_registration_state state)
{
    static const char *const names[LOOM_REGISTRATION_STATE_COUNT] = {
        [LOOM_REGISTRATION_OFF] = "off",
        [LOOM_REGISTRATION_QUEUED] = "queued",
        [LOOM_REGISTRATION_DELAYED] = "delayed",
        [LOOM_REGISTRATION_WAITING] = "waiting",
        [LOOM_REGISTRATION_REGISTERING] = "registering",
        [LOOM_REGISTRATION_REGISTERED] = "registered",
        [LOOM_REGISTRATION_UPDATING] = "updating",
        [LOOM_REGISTRATION_ASLEEP] = "asleep",
        [LOOM_REGISTRATION_DEREGISTERING] = "deregistering",
        [LOOM_REGISTRATION_DISABLED] = "disabled",
        [LOOM_REGISTRATION_FAILED] = "failed",
    };
    return names[state];
}

void loom_registration_do_wishes(struct loom_registration *registration)
{
    const struct loom_context *context = registration->context;
    /* A registration that was made again in the meantime has no wish to stop. */
    if (context->stopping ||
        loom_registration_has_wish(registration, LOOM_REGISTRATION_WISH_STOP)) {
        registration->wishes &= LOOM_REGISTRATION_WISH_MOVE;
        loom_registration_take(registration, LOOM_REGISTRATION_STOP);
        return;
    }
    if (loom_registration_has_wish(registration, LOOM_REGISTRATION_WISH_DISABLE) &&
        loom_registration_serves(registration)) {
        loom_registration_take(registration, LOOM_REGISTRATION_DISABLE);
        return;
    }
    if (loom_registration_has_wish(registration, LOOM_REGISTRATION_WISH_MOVE)) {
        loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_MOVE);
        loom_registration_take(registration, LOOM_REGISTRATION_MOVED);
    }
    bool changed = loom_context_wishes(context, LOOM_WISH_COMPARE) &&
                   (registration->state == LOOM_REGISTRATION_REGISTERED ||
                    registration->state == LOOM_REGISTRATION_ASLEEP) &&
                   loom_registration_changed(registration);
    bool wished = loom_registration_has_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    /* While it updates, de-registers or is disabled, the wish waits. */
    if ((wished || changed) && loom_registration_take(registration, LOOM_REGISTRATION_UPDATE)) {
        loom_registration_drop_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    }
}

/* ---- what the port tells --------------------------------------------------------------------- */

static bool keep_location(struct loom_registration *registration,
                          const struct loom_response *response)
{
    uint8_t *at = registration->location;
    const uint8_t *end = at + registration->context->config.location_size;
    for (uint8_t i = 0; i < response->location_count; i++) {
        struct loom_text segment = response->location[i];
        if (segment.length >= (size_t)(end - at)) {
            return false;
        }
        *at++ = (uint8_t)segment.length;
        memcpy(at, segment.data, segment.length);
        at += segment.length;
    }
    registration->location_length = (uint8_t)(at - registration->location);
    return registration->location_length > 0;
}

/* What an answer other than success means to the machine. Explicitly refused (rule B-53) is 4.xx
 * alone: 5.xx is the server's own trouble, and what means nothing here is as good as silence. */
static enum loom_registration_event meaning_of(struct loom_registration *registration, uint8_t code)
{
    if (code < LOOM_CODE(4, 0) || code >= LOOM_CODE(5, 0)) {
        return LOOM_REGISTRATION_NO_ANSWER;
    }
    if (registration->state != LOOM_REGISTRATION_REGISTERING) {
        return LOOM_REGISTRATION_REFUSED;
    }
    if (code == LOOM_PRECONDITION_FAILED) {
        if (may_fall_back(registration)) {
            return LOOM_REGISTRATION_OLDER;
        }
        /* None is good enough: should there be another attempt, it begins with the newest. */
        registration->lwm2m = registration->context->config.lwm2m;
    }
    /* Rule B-42: 4.09; a server that has never heard of profile ids misses the list: 4.00. */
    return registration->profile_sent && (code == LOOM_CONFLICT || code == LOOM_BAD_REQUEST)
               ? LOOM_REGISTRATION_LIST
               : LOOM_REGISTRATION_REFUSED;
}

void loom_registration_response(struct loom_registration *registration, uint32_t exchange,
                                const struct loom_response *response, enum loom_failure failure)
{
    bool registering = registration->state == LOOM_REGISTRATION_REGISTERING;
    bool deregistering = registration->state == LOOM_REGISTRATION_DEREGISTERING;
    uint8_t success = registering ? LOOM_CREATED : deregistering ? LOOM_DELETED : LOOM_CHANGED;
    uint8_t code = response->code;
    if (exchange != registration->exchange) {
        return;
    }
    if (failure == LOOM_FAILURE_SECURITY) {
        return; /* the session is lost, too: that is told next, with the alert */
    }
    registration->exchange = 0;
    if (code == success && (!registering || keep_location(registration, response))) {
        loom_registration_take(registration, LOOM_REGISTRATION_ACCEPTED);
        return;
    }
    enum loom_registration_event meaning = meaning_of(registration, code);
    if (!deregistering && meaning != LOOM_REGISTRATION_OLDER) {
        struct loom_event event =
            event_of(registration, code == 0                           ? LOOM_EVENT_REGISTER_FAILED
                                   : meaning == LOOM_REGISTRATION_LIST ? LOOM_EVENT_PROFILE_REFUSED
                                   : registering                       ? LOOM_EVENT_REGISTER_REFUSED
                                                                       : LOOM_EVENT_UPDATE_REFUSED);
        event.failure = failure;
        event.code = code;
        event.reason = code == success ? LOOM_REASON_LOCATION : LOOM_REASON_NONE;
        loom_context_emit(registration->context, &event);
    }
    loom_registration_take(registration, meaning);
}

/* Rule H-17: alerts that no further attempt with the same credentials will mend. */
static bool is_for_good(int alert)
{
    static const uint8_t fatal[] = {42, 43, 44, 45, 46, 48, 49, 112, 113, 114, 115};
    return alert >= 0 && alert <= UINT8_MAX && memchr(fatal, alert, sizeof fatal) != NULL;
}

/* Rules: what the bootstrap server can read of it, over a reboot, too. */
static void keep_alert(struct loom_registration *registration, int alert)
{
    struct loom_model *model = registration->context->config.model;
    uint32_t key = LOOM_KEY(SERVER, TLS_DTLS_ALERT_CODE);
    struct loom_path path = loom_key_path(key, registration->server_instance);
    if (loom_number_at(model, key, registration->server_instance, UINT32_MAX) != (uint32_t)alert) {
        loom_model_act_for(model, LOOM_ORIGIN_CLIENT, 0);
        loom_set_unsigned(model, path, (uint64_t)alert);
        loom_model_act_for(model, LOOM_ORIGIN_PRODUCT, 0);
    }
}

const struct loom_alert_code_feature loom_feature_alert_code = {.keep = keep_alert};

void loom_registration_lost(struct loom_registration *registration, int alert)
{
    registration->session = NULL;
    registration->exchange = 0;
    const struct loom_alert_code_feature *feature = features_of(registration)->alert_code;
    if (alert >= 0 && feature != NULL) {
        feature->keep(registration, alert);
    }
    bool refused = registration->state == LOOM_REGISTRATION_REGISTERING && is_for_good(alert);
    loom_registration_take(registration,
                           refused ? LOOM_REGISTRATION_REFUSED : LOOM_REGISTRATION_LOST);
}
