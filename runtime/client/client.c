/* SPDX-License-Identifier: Apache-2.0 */
/* The four interfaces tied into one client. */
#include "client/internal.h"

#include <string.h>

/* With `ep=` as long as a Uri-Query may be. */
#define ENDPOINT_MAX 252u

uint64_t loom_client_now(const struct loom_client *client)
{
    const struct loom_port *port = client->config.port;
    return port->now(port->self);
}

uint64_t loom_client_after(const struct loom_client *client, uint64_t seconds)
{
    uint64_t now = loom_client_now(client);
    uint64_t most = (LOOM_NEVER - 1 - now) / LOOM_MILLISECONDS;
    return now + (seconds < most ? seconds : most) * LOOM_MILLISECONDS;
}

struct loom_event loom_client_event(const struct loom_client *client, enum loom_event_type type)
{
    struct loom_event event;
    memset(&event, 0, sizeof event);
    event.type = type;
    event.time = loom_client_now(client);
    event.alert = -1;
    return event;
}

void loom_client_emit(const struct loom_client *client, const struct loom_event *event)
{
    if (client->config.event != NULL) {
        client->config.event(client->config.user, event);
    }
}

uint32_t loom_client_exchange(struct loom_client *client)
{
    client->next_exchange++;
    if (client->next_exchange == 0) {
        client->next_exchange = 1; /* 0 means: no exchange under way */
    }
    return client->next_exchange;
}

/* ---- sessions ----------------------------------------------------------------------------------
 */

struct loom_session *loom_client_open(struct loom_client *client, const struct loom_model *model,
                                      uint16_t security_instance, uint16_t ssid, void *owner)
{
    const struct loom_port *port = client->config.port;
    struct loom_credentials credentials;
    struct loom_session *session = NULL;
    enum loom_status status = loom_account_credentials(model, security_instance, &credentials);
    if (status == LOOM_OK) {
        credentials.transport = loom_registration_transport(client, ssid);
        status = port->open(port->self, &credentials, owner, &session);
    }
    if (status != LOOM_OK) {
        struct loom_event failed = loom_client_event(client, LOOM_EVENT_SESSION_FAILED);
        failed.ssid = ssid;
        failed.failure = LOOM_FAILURE_UNREACHABLE;
        failed.text = loom_text_of(status == LOOM_UNAVAILABLE
                                       ? "the server's name or address cannot be reached"
                                       : "the account's URI or security mode cannot be used");
        loom_client_emit(client, &failed);
        return NULL;
    }
    struct loom_event opened = loom_client_event(client, LOOM_EVENT_SESSION);
    opened.ssid = ssid;
    opened.uri = credentials.uri;
    opened.secure = credentials.mode != LOOM_SECURITY_NOSEC;
    loom_client_emit(client, &opened);
    return session;
}

void loom_client_close(struct loom_client *client, struct loom_session **session)
{
    if (*session != NULL) {
        client->config.port->close(client->config.port->self, *session);
        *session = NULL;
    }
}

void loom_client_wipe(struct loom_client *client)
{
    memset(client->config.buffer, 0, client->config.buffer_size);
}

/* ---- what the objects mean to the interfaces ----------------------------------------------------
 */

/* ---- the port tells -------------------------------------------------------------------------- */

static struct loom_registration *registration_of(struct loom_client *client, void *owner)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        if (owner == &client->config.registrations[i]) {
            return owner;
        }
    }
    return NULL;
}

static void ignore(struct loom_client *client, uint16_t ssid, const char *why)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_IGNORED);
    event.ssid = ssid;
    event.text = loom_text_of(why);
    loom_client_emit(client, &event);
}

/* A reply with code 0 is no answer at all: "ignore" in rules A-90 .. A-95. */
static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_client *client = side;
    struct loom_registration *registration = registration_of(client, owner);
    reply->content_format = LOOM_FORMAT_ABSENT;
    if (owner == &client->bootstrap && session == client->bootstrap.session) {
        loom_bootstrap_request(client, request, reply);
    } else if (registration == NULL || session != registration->session) {
        ignore(client, 0, "not from a server of this client");
    } else if (loom_bootstrap_silences(client)) {
        ignore(client, registration->ssid, "a bootstrap is under way"); /* */
    } else if (registration->state == LOOM_REGISTRATION_ASLEEP) {
        ignore(client, registration->ssid, "asleep until the next Update"); /* B-81 */
    } else if (!loom_registration_serves(registration)) {
        ignore(client, registration->ssid, "not registered at this server"); /* */
    } else {
        loom_registration_take(registration, LOOM_REGISTRATION_HEARD);
        loom_management_request(registration, request, reply);
    }
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct loom_client *client = side;
    struct loom_registration *registration = registration_of(client, owner);
    if (owner == &client->bootstrap && session == client->bootstrap.session) {
        loom_bootstrap_response(client, exchange, response, failure);
    } else if (registration != NULL && session == registration->session) {
        loom_registration_response(registration, exchange, response, failure);
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct loom_client *client = side;
    struct loom_registration *registration = registration_of(client, owner);
    struct loom_event event = loom_client_event(client, LOOM_EVENT_SESSION_FAILED);
    bool bootstrap = owner == &client->bootstrap && session == client->bootstrap.session;
    if (!bootstrap && (registration == NULL || session != registration->session)) {
        return;
    }
    event.ssid = bootstrap ? 0 : registration->ssid;
    event.failure = failure;
    event.alert = alert;
    loom_client_emit(client, &event);
    if (bootstrap) {
        loom_bootstrap_lost(client);
    } else {
        loom_registration_lost(registration, failure, alert);
    }
}

const struct loom_side loom_client_side = {
    .request = on_request, .response = on_response, .lost = on_lost};

/* ---- start, step, stop ----------------------------------------------------------------------- */

static bool is_possible(const struct loom_client_config *config)
{
    size_t endpoint = config->endpoint == NULL ? 0 : strlen(config->endpoint);
    return endpoint > 0 && endpoint <= ENDPOINT_MAX && config->lwm2m >= LOOM_LWM2M_1_0 &&
           config->lwm2m <= LOOM_LWM2M_1_2 && config->model != NULL && config->staging != NULL &&
           config->registrations != NULL && config->registration_room > 0 &&
           config->buffer != NULL && config->port != NULL &&
           config->model->product->object_count <= LOOM_PRODUCT_OBJECTS_MAX;
}

static void tell_factory(const struct loom_client *client)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_FACTORY);
    uint16_t instance = 0;
    for (; loom_model_next_instance(client->config.model, LOOM_SERVER, &instance); instance++) {
        event.count++;
    }
    loom_client_emit(client, &event);
}

enum loom_status loom_client_start(struct loom_client *client,
                                   const struct loom_client_config *config)
{
    if (!is_possible(config)) {
        return LOOM_BAD_REQUEST;
    }
    memset(client, 0, sizeof *client);
    client->config = *config;
    client->bootstrap.deadline = LOOM_NEVER;
    client->bootstrap.account_deadline = LOOM_NEVER;
    client->bootstrap.account = LOOM_ID_NONE;
    client->bootstrap.staged = *config->model;
    client->bootstrap.staged.data = config->staging;
    client->bootstrap.staged.hooks = NULL;
    memset(config->registrations, 0, config->registration_room * sizeof *config->registrations);
    /* Into the staging memory first: a record that cannot be used leaves the model as it is. */
    memcpy(config->staging, config->model->data, config->model->product->data_size);
    enum loom_status status = loom_state_load(client, &client->bootstrap.staged);
    if (status == LOOM_OK) {
        memcpy(config->model->data, config->staging, config->model->product->data_size);
    }
    memset(config->staging, 0, config->model->product->data_size); /* it holds keys */
    return status == LOOM_OK || status == LOOM_NOT_FOUND ? LOOM_OK : LOOM_INTERNAL_ERROR;
}

void loom_client_begin(struct loom_client *client)
{
    tell_factory(client);
    client->profile_links = loom_links_digest(client->config.model, client->config.lwm2m);
    loom_registration_restart(client);
    loom_registration_recall(client);
}

/* A registration was given up, or there is nothing to register with. */
static void review(struct loom_client *client)
{
    if (loom_registration_calls_for_bootstrap(client)) {
        if (loom_bootstrap_is_idle(client)) {
            client->bootstrap.asked_for = false;
            loom_bootstrap_take(client, LOOM_BOOTSTRAP_NEEDED);
        }
    } else {
        loom_registration_retry_failed(client);
    }
}

/* Rule B-17. The bootstrap server's session, too, begins anew: with the next attempt. */
static void move(struct loom_client *client)
{
    loom_bootstrap_moved(client);
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        client->config.registrations[i].move_wanted = true;
    }
}

static bool do_wishes(struct loom_client *client)
{
    /* Registrations of before a commit, whose accounts may be gone: they are made anew at once. */
    bool outdated = client->bootstrap.state == LOOM_BOOTSTRAP_COMMITTED && !client->stopping;
    bool done = false;
    if (client->move_wanted) {
        client->move_wanted = false;
        move(client);
    }
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        struct loom_registration *registration = &client->config.registrations[i];
        if (loom_registration_used(registration) && !outdated) {
            loom_registration_wishes(registration);
        }
    }
    client->changed = false;
    if (client->stopping) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_STOP);
        return false;
    }
    done = !outdated && loom_registration_take_turns(client);
    if (client->review_wanted) {
        client->review_wanted = false;
        review(client);
        done = true;
    }
    if (client->bootstrap_wanted) {
        client->bootstrap.asked_for = true;
        /* Right after a Finish the wish waits until its answer is out. */
        client->bootstrap_wanted = !loom_bootstrap_take(client, LOOM_BOOTSTRAP_NEEDED);
        done = done || !client->bootstrap_wanted;
    }
    return done;
}

static bool do_timers(struct loom_client *client)
{
    uint64_t now = loom_client_now(client);
    bool done = false;
    if (loom_bootstrap_deadline(client) <= now) {
        loom_bootstrap_timer(client, now);
        done = true;
    }
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        struct loom_registration *registration = &client->config.registrations[i];
        if (loom_registration_used(registration) && registration->deadline <= now) {
            loom_registration_timer(registration);
            done = true;
        }
    }
    return done;
}

static void tell_stopped(struct loom_client *client)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        const struct loom_registration *registration = &client->config.registrations[i];
        if (registration->state != LOOM_REGISTRATION_OFF) {
            return;
        }
    }
    client->stopped = true;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_STOPPED);
    loom_client_emit(client, &event);
}

/* More rounds than the events of one moment need; what is left is done by the next step, which is
 * due at once. */
#define ROUNDS 16

uint64_t loom_client_step(struct loom_client *client)
{
    bool again = true;
    if (client->bootstrap.state == LOOM_BOOTSTRAP_START) {
        loom_bootstrap_take(client, client->stopping ? LOOM_BOOTSTRAP_STOP : LOOM_BOOTSTRAP_BEGIN);
    }
    for (int round = 0; again && round < ROUNDS; round++) {
        again = do_wishes(client);
        again = do_timers(client) || again;
    }
    if (client->stopping && !client->stopped) {
        tell_stopped(client);
    }
    loom_registration_remember(client);
    if (client->stopped) {
        return LOOM_NEVER;
    }
    uint64_t deadline = loom_bootstrap_deadline(client);
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        const struct loom_registration *registration = &client->config.registrations[i];
        if (loom_registration_used(registration) && registration->deadline < deadline) {
            deadline = registration->deadline;
        }
    }
    uint64_t now = loom_client_now(client);
    return again || deadline < now ? now : deadline;
}

void loom_client_bootstrap(struct loom_client *client)
{
    client->bootstrap_wanted = true;
}

void loom_client_update(struct loom_client *client)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        client->config.registrations[i].update_wanted = true;
    }
}

void loom_client_objects_changed(struct loom_client *client)
{
    client->changed = true;
}

void loom_client_address_changed(struct loom_client *client)
{
    client->move_wanted = true;
}

void loom_client_deregister(struct loom_client *client)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        client->config.registrations[i].stop_wanted = true;
    }
}

void loom_client_stop(struct loom_client *client)
{
    client->stopping = true;
    loom_client_deregister(client);
}

bool loom_client_stopped(const struct loom_client *client)
{
    return client->stopped;
}

bool loom_client_registration(const struct loom_client *client, unsigned index,
                              struct loom_registration_status *status)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        const struct loom_registration *registration = &client->config.registrations[i];
        if (!loom_registration_used(registration) || index-- > 0) {
            continue;
        }
        memset(status, 0, sizeof *status);
        status->ssid = registration->ssid;
        status->state = loom_registration_state_name(registration->state);
        status->deadline = registration->deadline;
        status->lifetime = registration->lifetime;
        loom_get_text(
            client->config.model,
            loom_path_resource(LOOM_SECURITY, registration->security_instance, LOOM_SECURITY_URI),
            &status->uri);
        return true;
    }
    return false;
}

const char *loom_client_bootstrap_state(const struct loom_client *client)
{
    return loom_bootstrap_state_name(client->bootstrap.state);
}
