/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that knows all rooms of a client: what goes where, and what one wishes of another.
 */
#include "client/rooms.h"

#include "codec/text.h"
#include "context/context.h"
#include "loom/ids.h"

#include <stddef.h>

/* ---- wishes that do not wait ----------------------------------------------------------------- */

static void report_factory(const struct loom_client *client)
{
    struct loom_event event = loom_context_event(&client->context, LOOM_EVENT_FACTORY, 0);
    uint16_t instance = 0;
    for (; loom_model_next_instance(client->context.config.model, LOOM_ID_SERVER, &instance);
         instance++) {
        event.count++;
    }
    loom_context_emit(&client->context, &event);
}

/* What comes after the smartcard: accounts are those of the store or the factory; everything that
 * has one registers (rule A-10, steps 2 and 3). */
static void begin(struct loom_client *client)
{
    report_factory(client);
    loom_registrations_note_profile(&client->context);
    loom_registrations_restart(&client->context);
    const struct loom_remembered_registrations_feature *remembered =
        loom_context_features(&client->context)->remembered_registrations;
    if (remembered != NULL) {
        remembered->recall(&client->context);
    }
}

static void register_all(struct loom_client *client)
{
    loom_registrations_restart(&client->context);
}

static void retry_failed(struct loom_client *client)
{
    loom_registrations_retry_failed(&client->context);
}

static void note_registered(struct loom_client *client)
{
    loom_bootstrap_take(&client->bootstrap, LOOM_BOOTSTRAP_REGISTERED);
    loom_client_look_for_stored(client);
}

static void listen(struct loom_client *client)
{
    loom_bootstrap_listen(&client->bootstrap);
}

/* By their bits in enum loom_wish. */
static void (*const at_once[])(struct loom_client *client) = {begin, register_all, retry_failed,
                                                              note_registered, listen};

enum { AT_ONCE = sizeof at_once / sizeof at_once[0] };
LOOM_STATIC_ASSERT(LOOM_WISHES_AT_ONCE == (1 << AT_ONCE) - 1, "a function for each of them");

void loom_client_fulfil(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    context->quiet_until = 0; /* something has happened */
    for (unsigned i = 0; i < AT_ONCE && loom_context_wishes(context, LOOM_WISHES_AT_ONCE); i++) {
        if (loom_context_take_wish(context, (enum loom_wish)(1 << i))) {
            at_once[i](client);
        }
    }
}

/* ---- events of sessions ---------------------------------------------------------------------- */

void loom_client_ignore(struct loom_client *client, uint16_t ssid, enum loom_reason why)
{
    loom_context_report_reason(&client->context, LOOM_EVENT_IGNORED, ssid, why);
}

static void report_lost(const struct loom_client *client, uint16_t ssid, enum loom_failure failure,
                        int alert)
{
    struct loom_event event = loom_context_event(&client->context, LOOM_EVENT_SESSION_FAILED, ssid);
    event.failure = failure;
    event.alert = alert;
    loom_context_emit(&client->context, &event);
}

/* ---- bootstrap ------------------------------------------------------------------------------- */

static void bootstrap_request(struct loom_client *client, void *owner,
                              const struct loom_request *request, struct loom_reply *reply)
{
    (void)client;
    loom_bootstrap_request(owner, request, reply);
}

static void bootstrap_response(void *owner, uint32_t exchange, const struct loom_response *response,
                               enum loom_failure failure)
{
    loom_bootstrap_response(owner, exchange, response, failure);
}

/* What becomes of a push that fails depends on whether the servers are well without it. */
static void note_servers(struct loom_client *client)
{
    client->bootstrap.servers_well = !loom_registrations_call_for_bootstrap(&client->context);
}

static void bootstrap_lost(struct loom_client *client, void *owner, enum loom_failure failure,
                           int alert)
{
    report_lost(client, 0, failure, alert);
    note_servers(client);
    loom_bootstrap_lost(owner);
}

static uint64_t bootstrap_deadline(const struct loom_client *client)
{
    return client->bootstrap.deadline;
}

static void bootstrap_timer(struct loom_client *client)
{
    note_servers(client);
    loom_bootstrap_timer(&client->bootstrap);
}

/* Rule B-17. The bootstrap server's session, too, begins again: with the next attempt. */
static bool bootstrap_wishes(struct loom_client *client)
{
    if (loom_context_wishes(&client->context, LOOM_WISH_MOVE)) {
        note_servers(client);
        loom_bootstrap_moved(&client->bootstrap);
    }
    return false;
}

/* ---- the Bootstrap-Server Account, rule A-87 --------------------------------------------------
 */

static uint64_t account_deadline(const struct loom_client *client)
{
    bool has = loom_context_features(&client->context)->account_timeout != NULL;
    return has ? client->context.account_deadline : LOOM_NEVER;
}

static void account_timer(struct loom_client *client)
{
    loom_context_features(&client->context)->account_timeout->expire(&client->bootstrap);
}

/* ---- registration and management ---------------------------------------------------------------
 */

void loom_room_registration_request(struct loom_client *client, void *owner,
                                    const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_registration *registration = owner;
    uint16_t ssid = registration->ssid;
    if (loom_bootstrap_silences(&client->bootstrap)) {
        loom_client_ignore(client, ssid, LOOM_REASON_BOOTSTRAPPING); /* */
    } else if (registration->state == LOOM_REGISTRATION_ASLEEP) {
        loom_client_ignore(client, ssid, LOOM_REASON_ASLEEP); /* B-81 */
    } else if (!loom_registration_serves(registration)) {
        loom_client_ignore(client, ssid, LOOM_REASON_NOT_REGISTERED); /* */
    } else {
        const struct loom_requester from = {.ssid = ssid,
                                            .server_instance = registration->server_instance,
                                            .lwm2m = registration->lwm2m,
                                            .registration = registration};
        loom_registration_take(registration, LOOM_REGISTRATION_HEARD);
        loom_management_request(&client->management, &from, request, reply);
    }
}

static void registration_response(void *owner, uint32_t exchange,
                                  const struct loom_response *response, enum loom_failure failure)
{
    loom_registration_response(owner, exchange, response, failure);
}

void loom_room_registration_lost(struct loom_client *client, void *owner, enum loom_failure failure,
                                 int alert)
{
    struct loom_registration *registration = owner;
    report_lost(client, registration->ssid, failure, alert);
    loom_registration_lost(registration, alert);
}

static uint64_t registration_deadline(const struct loom_client *client)
{
    return loom_registrations_deadline(&client->context);
}

static void registration_timer(struct loom_client *client)
{
    loom_registrations_timer(&client->context);
}

static bool registration_wishes(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    bool turns = false;
    if (loom_context_take_wish(context, LOOM_WISH_MOVE)) {
        loom_registrations_wish(context, LOOM_REGISTRATION_WISH_MOVE);
    }
    /* Registrations of before a commit, whose accounts may be gone, are made again at once. */
    if (context->stopping || !loom_bootstrap_has_committed(&client->bootstrap)) {
        loom_registrations_do_wishes(context);
        turns = !context->stopping && loom_registrations_take_turns(context);
    }
    loom_context_take_wish(context, LOOM_WISH_COMPARE);
    return turns;
}

/* ---- reporting and Send ------------------------------------------------------------------------
 *
 * Nothing is due in a product without them. */

static uint64_t reporting_deadline(const struct loom_client *client)
{
    return loom_bootstrap_silences(&client->bootstrap) ? LOOM_NEVER : client->context.report_at;
}

static void reporting_timer(struct loom_client *client)
{
    const struct loom_features *features = loom_context_features(&client->context);
    (features->send != NULL ? features->send->run : features->reporting->run)(&client->context);
}

/* ---- whether a bootstrap is needed ------------------------------------------------------------
 */

/* A registration was given up, or there is nothing to register with. */
static void review(struct loom_client *client)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    if (!loom_registrations_call_for_bootstrap(&client->context)) {
        loom_registrations_retry_failed(&client->context);
    } else if (loom_bootstrap_is_idle(bootstrap)) {
        loom_bootstrap_need(bootstrap, false);
    }
}

static bool need_wishes(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    bool done = false;
    if (context->stopping) {
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_STOP);
        return false;
    }
    if (loom_context_take_wish(context, LOOM_WISH_REVIEW)) {
        review(client);
        loom_client_fulfil(client);
        done = true;
    }
    if (loom_context_wishes(context, LOOM_WISH_BOOTSTRAP)) {
        /* Right after a Finish the wish waits until its answer is out. */
        if (loom_bootstrap_need(bootstrap, true)) {
            loom_context_take_wish(context, LOOM_WISH_BOOTSTRAP);
            done = true;
        }
    }
    return done;
}

/* ---- what is to outlive a restart -------------------------------------------------------------
 *
 * The last of all timers, so that what a step changes is stored once. */

static uint64_t state_deadline(const struct loom_client *client)
{
    const struct loom_context *context = &client->context;
    return loom_context_wishes(context, LOOM_WISH_KEEP) ? context->keep_at : LOOM_NEVER;
}

static void state_timer(struct loom_client *client)
{
    loom_state_keep(&client->context);
}

/* ---- the tables ------------------------------------------------------------------------------ */

static const struct loom_room bootstrap_room = {.request = bootstrap_request,
                                                .response = bootstrap_response,
                                                .lost = bootstrap_lost,
                                                .session_at =
                                                    offsetof(struct loom_bootstrap, session)};

static const struct loom_room registration_room = {.request = loom_room_registration_request,
                                                   .response = registration_response,
                                                   .lost = loom_room_registration_lost,
                                                   .session_at =
                                                       offsetof(struct loom_registration, session)};

bool (*const loom_wishes[LOOM_WISHES_COUNT])(struct loom_client *client) = {
    bootstrap_wishes, registration_wishes, need_wishes};

const struct loom_timer loom_timers[LOOM_TIMER_COUNT] = {
    {bootstrap_deadline, bootstrap_timer},
    {account_deadline, account_timer},
    {registration_deadline, registration_timer},
    {reporting_deadline, reporting_timer},
    {state_deadline, state_timer},
};

/* Executables of the Server object are the client's own (rules B-70, B-71, A-110). */
static const struct loom_executable executables[] = {
    {LOOM_ID_SERVER, LOOM_ID_SERVER_DISABLE, loom_registrations_disable},
    {LOOM_ID_SERVER, LOOM_ID_SERVER_REGISTRATION_UPDATE_TRIGGER, loom_registrations_trigger},
    {LOOM_ID_SERVER, LOOM_ID_SERVER_BOOTSTRAP_REQUEST_TRIGGER, loom_bootstrap_trigger},
};

void loom_rooms_init(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    loom_bootstrap_init(&client->bootstrap, context, &bootstrap_room);
    loom_management_init(&client->management, context, executables,
                         sizeof executables / sizeof executables[0]);
    loom_registrations_init(context, &registration_room);
}
