/* SPDX-License-Identifier: Apache-2.0 */
/* Which registrations a client has: one for each Server Account (rule A-1). */
#include "registration/registration.h"

#include "accounts/accounts.h"
#include "context/context.h"
#include "registration/order.h"
#include "registration/requests.h"

#include <string.h>

static void clear(struct loom_registration *registration, const struct loom_room *room)
{
    memset(registration, 0, sizeof *registration);
    registration->room = room;
}

void loom_registrations_init(struct loom_context *context, const struct loom_room *room)
{
    for (unsigned i = 0; i < context->config.registration_room; i++) {
        clear(&context->config.registrations[i], room);
    }
}

static void forget(struct loom_context *context)
{
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        loom_context_close(context, &registration->session);
        clear(registration, registration->room);
    }
}

static void report_no_room(const struct loom_context *context, uint16_t ssid)
{
    loom_context_report_reason(context, LOOM_EVENT_REGISTER_FAILED, ssid, LOOM_REASON_NO_ROOM);
}

void loom_registrations_restart(struct loom_context *context)
{
    const struct loom_model *model = context->config.model;
    struct loom_registration *registration = context->config.registrations;
    uint8_t *location = context->config.locations;
    unsigned left = context->config.registration_room;
    uint16_t instance = 0;
    forget(context);
    for (; loom_model_next_instance(model, LOOM_ID_SERVER, &instance); instance++) {
        uint32_t ssid = loom_account_ssid(model, instance);
        uint16_t security = loom_account_security(model, ssid);
        if (ssid < LOOM_SHORT_SERVER_ID_MIN || ssid > LOOM_SHORT_SERVER_ID_MAX ||
            security == LOOM_ID_NONE) {
            continue;
        }
        if (left == 0) {
            report_no_room(context, (uint16_t)ssid);
            continue;
        }
        registration->context = context;
        registration->location = location;
        registration->ssid = (uint16_t)ssid;
        registration->server_instance = instance;
        registration->security_instance = security;
        registration->lwm2m = context->config.lwm2m;
        loom_registration_take(registration, LOOM_REGISTRATION_START); /* the next step registers */
        registration++;
        location += context->config.location_size;
        left--;
    }
    loom_context_take_wish(context, LOOM_WISH_REVIEW); /* it was of the registrations before */
    if (registration == context->config.registrations) {
        loom_context_wish(context, LOOM_WISH_REVIEW);
    }
    loom_context_wish(context,
                      LOOM_WISH_REMEMBER); /* none has worked yet since the bootstrap (rule B-51) */
}

static const struct loom_registration_order_feature *order_of(const struct loom_context *context)
{
    return loom_context_features(context)->registration_order;
}

void loom_registrations_retry_failed(struct loom_context *context)
{
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        loom_registration_take(registration, LOOM_REGISTRATION_AGAIN);
    }
}

bool loom_registrations_take_turns(struct loom_context *context)
{
    const struct loom_registration_order_feature *order = order_of(context);
    bool any = false;
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        if (registration->state != LOOM_REGISTRATION_QUEUED) {
            continue;
        }
        if (order == NULL || order->is_its_turn(registration)) {
            any = loom_registration_take(registration, LOOM_REGISTRATION_TURN) || any;
        } else if (!registration->queue_told) {
            registration->queue_told = true;
            loom_context_report(context, LOOM_EVENT_REGISTER_QUEUED, registration->ssid);
        }
    }
    return any;
}

void loom_registrations_wish(struct loom_context *context, enum loom_registration_wish wish)
{
    struct loom_registration *registration = NULL;
    context->quiet_until = 0;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        loom_registration_wish(registration, wish);
    }
}

void loom_registrations_do_wishes(struct loom_context *context)
{
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        loom_registration_do_wishes(registration);
    }
}

uint64_t loom_registrations_deadline(const struct loom_context *context)
{
    uint64_t first = LOOM_NEVER;
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        if (registration->deadline < first) {
            first = registration->deadline;
        }
    }
    return first;
}

void loom_registrations_timer(struct loom_context *context)
{
    uint64_t now = loom_context_now(context);
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        if (registration->deadline <= now) {
            loom_registration_timer(registration);
        }
    }
}

bool loom_registrations_are_off(const struct loom_context *context)
{
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        if (registration->state != LOOM_REGISTRATION_OFF) {
            return false;
        }
    }
    return true;
}

void loom_registrations_note_profile(struct loom_context *context)
{
    const struct loom_profile_id_feature *profile = loom_context_features(context)->profile_id;
    if (profile != NULL) {
        profile->note(context);
    }
}

/* ---- executables: done once the answer to them is out -----------------------------------------
 */

enum loom_status loom_registrations_disable(struct loom_context *context,
                                            const struct loom_requester *from,
                                            struct loom_text arguments)
{
    (void)arguments;
    if (loom_context_features(context)->disable == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    loom_registration_wish(from->registration, LOOM_REGISTRATION_WISH_DISABLE);
    return LOOM_OK;
}

enum loom_status loom_registrations_trigger(struct loom_context *context,
                                            const struct loom_requester *from,
                                            struct loom_text arguments)
{
    struct loom_registration *registration = from->registration;
    const struct loom_transports_feature *transports = loom_context_features(context)->transports;
    if (registration->lwm2m == LOOM_LWM2M_1_0 || arguments.length == 0) {
        /* In 1.0 arguments have no meaning. */
        loom_registration_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
        return LOOM_OK;
    }
    return transports == NULL ? LOOM_BAD_REQUEST : transports->trigger(registration, arguments);
}

/* ---- Send ------------------------------------------------------------------------------------ */

bool loom_registration_is_mute(const struct loom_registration *registration)
{
    return registration->lwm2m < LOOM_LWM2M_1_1 ||
           loom_server_flag(registration, LOOM_ID_SERVER_MUTE_SEND, true);
}

bool loom_registrations_may_send(const struct loom_context *context, uint16_t ssid)
{
    struct loom_registration *registration = NULL;
    while ((registration = loom_registration_next(context, registration)) != NULL) {
        if (registration->ssid == ssid) {
            return loom_registration_stands(registration) &&
                   !loom_registration_is_mute(registration);
        }
    }
    return false;
}
