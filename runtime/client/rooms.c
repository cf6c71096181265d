/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that knows all rooms of a client: what goes where, and what one wishes of another.
 */
#include "client/rooms.h"

#include "accounts/ids.h"
#include "codec/text.h"
#include "context/context.h"

/* ---- wishes that do not wait ----------------------------------------------------------------- */

static void report_factory(const struct loom_client *client)
{
    struct loom_event event = loom_context_event(&client->context, LOOM_EVENT_FACTORY, 0);
    uint16_t instance = 0;
    for (; loom_model_next_instance(client->context.config.model, LOOM_SERVER, &instance);
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
}

static void listen(struct loom_client *client)
{
    loom_bootstrap_listen(&client->bootstrap);
}

void loom_client_fulfil(struct loom_client *client)
{
    static const struct {
        enum loom_wish wish;
        void (*fulfil)(struct loom_client *client);
    } rows[] = {
        {LOOM_WISH_BEGIN, begin},
        {LOOM_WISH_REGISTER_ALL, register_all},
        {LOOM_WISH_RETRY_FAILED, retry_failed},
        {LOOM_WISH_REGISTERED, note_registered},
        {LOOM_WISH_LISTEN, listen},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (loom_context_take_wish(&client->context, rows[i].wish)) {
            rows[i].fulfil(client);
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

static bool bootstrap_request(struct loom_client *client, void *owner, struct loom_session *session,
                              const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_bootstrap *bootstrap = owner;
    (void)client;
    if (session != bootstrap->session) {
        return false;
    }
    loom_bootstrap_request(bootstrap, request, reply);
    return true;
}

static void bootstrap_response(struct loom_client *client, void *owner,
                               struct loom_session *session, uint32_t exchange,
                               const struct loom_response *response, enum loom_failure failure)
{
    struct loom_bootstrap *bootstrap = owner;
    (void)client;
    if (session == bootstrap->session) {
        loom_bootstrap_response(bootstrap, exchange, response, failure);
    }
}

/* What becomes of a push that fails depends on whether the servers are well without it. */
static void note_servers(struct loom_client *client)
{
    client->bootstrap.servers_well = !loom_registrations_call_for_bootstrap(&client->context);
}

static void bootstrap_lost(struct loom_client *client, void *owner, struct loom_session *session,
                           enum loom_failure failure, int alert)
{
    struct loom_bootstrap *bootstrap = owner;
    if (session == bootstrap->session) {
        report_lost(client, 0, failure, alert);
        note_servers(client);
        loom_bootstrap_lost(bootstrap);
    }
}

static uint64_t bootstrap_deadline(const struct loom_client *client)
{
    return client->bootstrap.deadline;
}

static void bootstrap_timer(struct loom_client *client, uint64_t now)
{
    note_servers(client);
    loom_bootstrap_timer(&client->bootstrap, now);
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

static void account_timer(struct loom_client *client, uint64_t now)
{
    loom_context_features(&client->context)->account_timeout->expire(&client->bootstrap, now);
}

/* ---- registration and management ---------------------------------------------------------------
 */

static bool registration_request(struct loom_client *client, void *owner,
                                 struct loom_session *session, const struct loom_request *request,
                                 struct loom_reply *reply)
{
    struct loom_registration *registration = owner;
    uint16_t ssid = registration->ssid;
    if (session != registration->session) {
        return false;
    }
    if (loom_bootstrap_silences(&client->bootstrap)) {
        loom_client_ignore(client, ssid, LOOM_REASON_BOOTSTRAPPING); /* */
    } else if (registration->state == LOOM_REGISTRATION_ASLEEP) {
        loom_client_ignore(client, ssid, LOOM_REASON_ASLEEP); /* B-81 */
    } else if (!loom_registration_serves(registration)) {
        loom_client_ignore(client, ssid, LOOM_REASON_NOT_REGISTERED); /* */
    } else {
        const struct loom_requester from = {.ssid = ssid,
                                            .server_instance = registration->server_instance,
                                            .lwm2m = registration->lwm2m};
        loom_registration_take(registration, LOOM_REGISTRATION_HEARD);
        loom_management_request(&client->management, &from, request, reply);
    }
    return true;
}

static void registration_response(struct loom_client *client, void *owner,
                                  struct loom_session *session, uint32_t exchange,
                                  const struct loom_response *response, enum loom_failure failure)
{
    struct loom_registration *registration = owner;
    (void)client;
    if (session == registration->session) {
        loom_registration_response(registration, exchange, response, failure);
    }
}

static void registration_lost(struct loom_client *client, void *owner, struct loom_session *session,
                              enum loom_failure failure, int alert)
{
    struct loom_registration *registration = owner;
    if (session == registration->session) {
        report_lost(client, registration->ssid, failure, alert);
        loom_registration_lost(registration, alert);
    }
}

static uint64_t registration_deadline(const struct loom_client *client)
{
    return loom_registrations_deadline(&client->context);
}

static void registration_timer(struct loom_client *client, uint64_t now)
{
    loom_registrations_timer(&client->context, now);
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
 * The last of all rooms, so that what a step changes is stored once. */

static uint64_t state_deadline(const struct loom_client *client)
{
    const struct loom_context *context = &client->context;
    return loom_context_wishes(context, LOOM_WISH_KEEP) ? context->keep_at : LOOM_NEVER;
}

static void state_timer(struct loom_client *client, uint64_t now)
{
    (void)now;
    loom_state_keep(&client->context);
}

/* ---- the table ------------------------------------------------------------------------------- */

const struct loom_room loom_rooms[LOOM_ROOM_COUNT] = {
    [LOOM_ROOM_BOOTSTRAP] = {.request = bootstrap_request,
                             .response = bootstrap_response,
                             .lost = bootstrap_lost,
                             .deadline = bootstrap_deadline,
                             .timer = bootstrap_timer,
                             .wishes = bootstrap_wishes},
    [LOOM_ROOM_ACCOUNT] = {.deadline = account_deadline, .timer = account_timer},
    [LOOM_ROOM_REGISTRATION] = {.request = registration_request,
                                .response = registration_response,
                                .lost = registration_lost,
                                .deadline = registration_deadline,
                                .timer = registration_timer,
                                .wishes = registration_wishes},
    [LOOM_ROOM_NEED] = {.wishes = need_wishes},
    [LOOM_ROOM_STATE] = {.deadline = state_deadline, .timer = state_timer},
};

/* Executables of the Server object are the client's own (rules B-70, B-71, A-110). */
static const struct loom_executable executables[] = {
    {LOOM_SERVER, LOOM_SERVER_DISABLE, loom_registrations_disable},
    {LOOM_SERVER, LOOM_SERVER_UPDATE_TRIGGER, loom_registrations_trigger},
    {LOOM_SERVER, LOOM_SERVER_BOOTSTRAP_TRIGGER, loom_bootstrap_trigger},
};

void loom_rooms_init(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    loom_bootstrap_init(&client->bootstrap, context, &loom_rooms[LOOM_ROOM_BOOTSTRAP]);
    loom_management_init(&client->management, context, executables,
                         sizeof executables / sizeof executables[0]);
    loom_registrations_init(context, &loom_rooms[LOOM_ROOM_REGISTRATION]);
}
