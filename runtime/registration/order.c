/* SPDX-License-Identifier: Apache-2.0 */
/* Who registers when: resources 1/x/13 .. 15, rules B-50 .. B-52. */
#include "registration/order.h"

#include "context/context.h"
#include "registration/server_object.h"

/* No Registration Priority Order: independent of the order. */
#define INDEPENDENT UINT32_MAX

static uint32_t place_of(const struct loom_registration *registration)
{
    return loom_server_resource(registration, LOOM_ID_SERVER_REGISTRATION_PRIORITY_ORDER,
                                INDEPENDENT);
}

/* Of equals the lower instance is first; registrations stand in the order of their instances. */
static bool is_before(const struct loom_registration *one, const struct loom_registration *other)
{
    uint32_t place = place_of(one);
    uint32_t other_place = place_of(other);
    return place != INDEPENDENT && other_place != INDEPENDENT &&
           (place < other_place || (place == other_place && one < other));
}

static bool is_under_way(const struct loom_registration *registration)
{
    return !registration->ended && (registration->state == LOOM_REGISTRATION_QUEUED ||
                                    registration->state == LOOM_REGISTRATION_DELAYED ||
                                    registration->state == LOOM_REGISTRATION_WAITING ||
                                    registration->state == LOOM_REGISTRATION_REGISTERING);
}

static bool blocks(const struct loom_registration *registration)
{
    return registration->given_up && registration->state != LOOM_REGISTRATION_OFF &&
           loom_server_flag(registration, LOOM_ID_SERVER_REGISTRATION_FAILURE_BLOCK, false);
}

static bool is_blocked(const struct loom_registration *registration)
{
    struct loom_registration *other = NULL;
    while ((other = loom_registration_next(registration->context, other)) != NULL) {
        if (registration->state == LOOM_REGISTRATION_QUEUED && is_before(other, registration) &&
            blocks(other)) {
            return true;
        }
    }
    return false;
}

/* The one right before it in the order, or NULL. */
static const struct loom_registration *previous(const struct loom_registration *registration)
{
    const struct loom_registration *found = NULL;
    struct loom_registration *other = NULL;
    while ((other = loom_registration_next(registration->context, other)) != NULL) {
        if (is_before(other, registration) && (found == NULL || is_before(found, other))) {
            found = other;
        }
    }
    return found;
}

/* Rule B-51: counted from the end of the registration before it. */
static uint64_t delay_end(const struct loom_registration *registration)
{
    const struct loom_registration *before = previous(registration);
    uint64_t begin = registration->queued_at;
    uint32_t delay =
        loom_server_resource(registration, LOOM_ID_SERVER_INITIAL_REGISTRATION_DELAY_TIMER, 0);
    if (before != NULL && before->ended_at > begin) {
        begin = before->ended_at;
    }
    if (registration->known) {
        return begin; /* it has worked since the bootstrap */
    }
    return loom_time_after(begin, delay);
}

static bool must_delay(const struct loom_registration *registration)
{
    return !loom_context_is_due(registration->context, delay_end(registration));
}

static void delay(struct loom_registration *registration)
{
    struct loom_context *context = registration->context;
    registration->deadline = delay_end(registration);
    loom_context_wish(context, LOOM_WISH_REMEMBER);
    loom_context_report_wait(context, LOOM_EVENT_REGISTER_DELAYED, registration->ssid,
                             loom_context_seconds(context, registration->deadline));
}

static bool is_its_turn(const struct loom_registration *registration)
{
    struct loom_registration *other = NULL;
    while ((other = loom_registration_next(registration->context, other)) != NULL) {
        if (is_before(other, registration) && is_under_way(other)) {
            return false;
        }
    }
    return !is_blocked(registration);
}

const struct loom_registration_order_feature loom_feature_registration_order = {
    .must_delay = must_delay, .delay = delay, .is_blocked = is_blocked, .is_its_turn = is_its_turn};
