/* SPDX-License-Identifier: Apache-2.0 */
/* A registration at one server: its state machine and the timers that resources 1/x/16 .. 20 rule.
 */
#include "client/internal.h"

#include "client/machine.h"

#include <string.h>

/* What holds where a resource is absent (rule B-56) or, for the lifetime, cannot be read. */
#define DEFAULT_LIFETIME        86400u
#define DEFAULT_DISABLE_TIMEOUT 86400u
#define DEFAULT_RETRY_COUNT     5u
#define DEFAULT_RETRY_TIMER     60u
#define DEFAULT_SEQUENCE_DELAY  86400u
#define DEFAULT_SEQUENCE_COUNT  1u
/* 1/x/19: no further sequence (rules B-55, B-58). */
#define SEQUENCE_DELAY_MAX UINT32_MAX

static uint64_t server_resource(const struct loom_registration *registration, uint16_t resource,
                                uint64_t otherwise)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, registration->server_instance, resource);
    return loom_resource_or(registration->client->config.model, path, otherwise);
}

static struct loom_event event_of(const struct loom_registration *registration,
                                  enum loom_event_type type)
{
    struct loom_event event = loom_client_event(registration->client, type);
    event.ssid = registration->ssid;
    return event;
}

static void emit(const struct loom_registration *registration, enum loom_event_type type)
{
    struct loom_event event = event_of(registration, type);
    loom_client_emit(registration->client, &event);
}

static uint32_t saturate(uint64_t seconds)
{
    return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static void set_timer(struct loom_registration *registration, uint64_t seconds)
{
    registration->deadline = loom_client_after(registration->client, seconds);
}

/* ---- what the server is told ----------------------------------------------------------------- */

static struct loom_text binding_of(const struct loom_registration *registration)
{
    struct loom_text binding = {"U", 1};
    if (registration->client->config.lwm2m == LOOM_LWM2M_1_0) {
        loom_get_text(
            registration->client->config.model,
            loom_path_resource(LOOM_SERVER, registration->server_instance, LOOM_SERVER_BINDING),
            &binding); /* rule B-4 */
        return binding;
    }
    loom_get_text(registration->client->config.model, loom_path_resource(LOOM_DEVICE, 0, 16),
                  &binding); /* rule B-5 */
    return binding.length == 0 ? loom_text_of("U") : binding;
}

/* A number as a query argument, written behind what `out` has. */
static void add_number(struct loom_request *request, struct loom_output *out, const char *name,
                       int64_t number)
{
    uint8_t digits[21];
    struct loom_output text = loom_output(digits, sizeof digits);
    loom_put_integer(&text, number);
    struct loom_text value = {(const char *)digits, text.length};
    loom_request_add_query(request, out, name, value);
}

static void add_lifetime(struct loom_registration *registration, struct loom_request *request,
                         struct loom_output *out)
{
    registration->lifetime =
        (int64_t)server_resource(registration, LOOM_SERVER_LIFETIME, DEFAULT_LIFETIME);
    add_number(request, out, "lt", registration->lifetime); /* rule B-3 */
}

static void add_binding(struct loom_registration *registration, struct loom_request *request,
                        struct loom_output *out)
{
    struct loom_text binding = binding_of(registration);
    registration->binding_sent = loom_digest(LOOM_DIGEST_BEGIN, binding.data, binding.length);
    loom_request_add_query(request, out, "b", binding);
}

static void add_links(struct loom_registration *registration, struct loom_request *request,
                      struct loom_output *out)
{
    size_t begin = out->length;
    loom_links_put(registration->client, out);
    registration->links_sent = loom_links_digest(registration->client);
    request->content_format = LOOM_FORMAT_LINK;
    request->payload.data = out->data + begin;
    request->payload.length = out->length - begin;
}

static void add_location(const struct loom_registration *registration, struct loom_request *request)
{
    size_t at = 0;
    while (at < registration->location_length) {
        struct loom_text segment = {(const char *)registration->location + at + 1,
                                    registration->location[at]};
        loom_request_add_path(request, segment);
        at += 1 + segment.length;
    }
}

static void send(struct loom_registration *registration, const struct loom_request *request,
                 const struct loom_output *out)
{
    struct loom_client *client = registration->client;
    const struct loom_port *port = client->config.port;
    registration->exchange = loom_client_exchange(client);
    set_timer(registration, LOOM_EXCHANGE_LIFETIME); /* should the port never tell the end */
    if (registration->session == NULL || (out != NULL && out->overflow) ||
        port->request(port->self, registration->session, request, registration->exchange) !=
            LOOM_OK) {
        struct loom_event event = event_of(registration, LOOM_EVENT_REGISTER_FAILED);
        event.failure = LOOM_FAILURE_UNREACHABLE;
        event.text = loom_text_of("the request could not be sent");
        loom_client_emit(client, &event);
        registration->exchange = 0;
        loom_registration_take(registration, LOOM_REGISTRATION_NO_ANSWER);
    }
}

static struct loom_text uri_of(const struct loom_registration *registration)
{
    struct loom_text uri = {"", 0};
    loom_get_text(
        registration->client->config.model,
        loom_path_resource(LOOM_SECURITY, registration->security_instance, LOOM_SECURITY_URI),
        &uri);
    return uri;
}

/* ---- actions: Register ----------------------------------------------------------------------- */

static void send_register(void *subject)
{
    struct loom_registration *registration = subject;
    struct loom_client *client = registration->client;
    const struct loom_client_config *config = &client->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_POST);
    const char *lwm2m = config->lwm2m == LOOM_LWM2M_1_0   ? "1.0"
                        : config->lwm2m == LOOM_LWM2M_1_1 ? "1.1"
                                                          : "1.2";
    registration->attempts++;
    registration->location_length = 0;
    registration->update_wanted = false;
    if (registration->session == NULL) {
        registration->session =
            loom_client_open(client, config->model, registration->security_instance,
                             registration->ssid, registration);
    }
    loom_request_add_path(&request, loom_text_of("rd"));
    loom_request_add_query(&request, &out, "ep", loom_text_of(config->endpoint));
    add_lifetime(registration, &request, &out);
    loom_request_add_query(&request, &out, "lwm2m", loom_text_of(lwm2m));
    add_binding(registration, &request, &out);
    add_links(registration, &request, &out);
    struct loom_event event = event_of(registration, LOOM_EVENT_REGISTER);
    event.uri = uri_of(registration);
    event.seconds = saturate((uint64_t)registration->lifetime);
    loom_client_emit(client, &event);
    send(registration, &request, &out);
}

static void begin_registration(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts = 0;
    registration->sequences = 1;
    send_register(registration);
}

/* Rule B-22: early enough for a whole retransmission of the Update. */
static void schedule_update(void *subject)
{
    struct loom_registration *registration = subject;
    uint64_t lifetime = (uint64_t)registration->lifetime;
    if (lifetime == 0) {
        registration->deadline = LOOM_NEVER; /* rule B-21 */
        return;
    }
    bool is_short = lifetime < 2 * LOOM_MAX_TRANSMIT_WAIT;
    set_timer(registration, is_short ? (lifetime + 1) / 2 : lifetime - LOOM_MAX_TRANSMIT_WAIT);
}

static void enter_registered(void *subject)
{
    struct loom_registration *registration = subject;
    struct loom_event event = event_of(registration, LOOM_EVENT_REGISTERED);
    char location[LOOM_LOCATION_SIZE];
    memcpy(location, registration->location, registration->location_length);
    for (size_t at = 0; at < registration->location_length;) {
        size_t length = registration->location[at];
        location[at] = '/';
        at += 1 + length;
    }
    event.text.data = location;
    event.text.length = registration->location_length;
    loom_client_emit(registration->client, &event);
    registration->given_up = false;
    registration->registered_at = loom_client_now(registration->client);
    registration->links_digest = registration->links_sent;
    registration->binding_digest = registration->binding_sent;
    registration->client->changed = true; /* what changed while the answer was on its way */
    schedule_update(registration);
    loom_bootstrap_take(registration->client, LOOM_BOOTSTRAP_REGISTERED);
}

/* ---- actions: retries, rules B-54 .. B-57 ---------------------------------------------------- */

static bool attempts_left(const void *subject)
{
    const struct loom_registration *registration = subject;
    return registration->attempts <
           server_resource(registration, LOOM_SERVER_RETRY_COUNT, DEFAULT_RETRY_COUNT);
}

static bool sequences_left(const void *subject)
{
    const struct loom_registration *registration = subject;
    uint64_t delay =
        server_resource(registration, LOOM_SERVER_SEQUENCE_DELAY, DEFAULT_SEQUENCE_DELAY);
    return delay < SEQUENCE_DELAY_MAX &&
           registration->sequences <
               server_resource(registration, LOOM_SERVER_SEQUENCE_COUNT, DEFAULT_SEQUENCE_COUNT);
}

static void wait(struct loom_registration *registration, uint64_t seconds)
{
    struct loom_event event = event_of(registration, LOOM_EVENT_REGISTER_RETRY);
    if (seconds == 0) {
        seconds = 1; /* a timer of 0 must not become a storm */
    }
    event.seconds = saturate(seconds);
    /* The next attempt begins from the start: name, address and handshake. */
    loom_client_close(registration->client, &registration->session);
    set_timer(registration, seconds);
    loom_client_emit(registration->client, &event);
}

/* The wait before retry n is timer * 2^(n-1); here attempt n has just failed. */
static void wait_retry(void *subject)
{
    struct loom_registration *registration = subject;
    uint64_t seconds = server_resource(registration, LOOM_SERVER_RETRY_TIMER, DEFAULT_RETRY_TIMER);
    seconds = saturate(seconds);
    for (uint32_t i = 1; i < registration->attempts && seconds > 0 && seconds < UINT32_MAX; i++) {
        seconds *= 2;
    }
    wait(registration, seconds);
}

static void wait_sequence(void *subject)
{
    struct loom_registration *registration = subject;
    registration->attempts = 0;
    registration->sequences++;
    wait(registration,
         server_resource(registration, LOOM_SERVER_SEQUENCE_DELAY, DEFAULT_SEQUENCE_DELAY));
}

static void give_up(void *subject)
{
    struct loom_registration *registration = subject;
    loom_client_close(registration->client, &registration->session);
    registration->deadline = LOOM_NEVER;
    registration->exchange = 0;
    registration->given_up = true;
    emit(registration, LOOM_EVENT_REGISTRATION_GIVEN_UP);
    registration->client->review_wanted = true;
}

/* Given up, and no bootstrap mends it: the device must still find its way back (BSR-001), at the
 * pace of the sequence delay. */
static void start_over(void *subject)
{
    struct loom_registration *registration = subject;
    uint64_t delay =
        server_resource(registration, LOOM_SERVER_SEQUENCE_DELAY, DEFAULT_SEQUENCE_DELAY);
    registration->attempts = 0;
    registration->sequences = 1;
    if (delay < SEQUENCE_DELAY_MAX) {
        wait(registration, delay);
    }
}

/* ---- actions: Update ------------------------------------------------------------------------- */

static bool lifetime_changed(const struct loom_registration *registration)
{
    return (uint64_t)registration->lifetime !=
           server_resource(registration, LOOM_SERVER_LIFETIME, DEFAULT_LIFETIME);
}

static bool binding_changed(const struct loom_registration *registration)
{
    struct loom_text binding = binding_of(registration);
    return registration->binding_digest !=
           loom_digest(LOOM_DIGEST_BEGIN, binding.data, binding.length);
}

static bool links_changed(const struct loom_registration *registration)
{
    return registration->links_digest != loom_links_digest(registration->client);
}

/* Rules B-18, B-19: only what has changed. */
static void send_update(void *subject)
{
    struct loom_registration *registration = subject;
    const struct loom_client_config *config = &registration->client->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_POST);
    struct loom_event event = event_of(registration, LOOM_EVENT_UPDATE);
    char text[32];
    struct loom_output carried = loom_output(text, sizeof text);
    registration->update_wanted = false;
    registration->links_sent = registration->links_digest;
    registration->binding_sent = registration->binding_digest;
    add_location(registration, &request);
    if (lifetime_changed(registration)) {
        add_lifetime(registration, &request, &out);
        loom_put_text(&carried, "lifetime ");
    }
    if (binding_changed(registration)) {
        add_binding(registration, &request, &out);
        loom_put_text(&carried, "binding ");
    }
    if (links_changed(registration)) {
        add_links(registration, &request, &out);
        loom_put_text(&carried, "objects ");
    }
    event.text.data = text;
    event.text.length = carried.length > 0 ? carried.length - 1 : 0;
    loom_client_emit(registration->client, &event);
    send(registration, &request, &out);
}

static void enter_updated(void *subject)
{
    struct loom_registration *registration = subject;
    emit(registration, LOOM_EVENT_UPDATED);
    registration->links_digest = registration->links_sent;
    registration->binding_digest = registration->binding_sent;
    registration->client->changed = true;
    schedule_update(registration);
}

/* ---- actions: the ways out ------------------------------------------------------------------- */

static void send_deregister(void *subject)
{
    struct loom_registration *registration = subject;
    struct loom_request request = loom_request_begin(LOOM_DELETE);
    add_location(registration, &request);
    emit(registration, LOOM_EVENT_DEREGISTER);
    send(registration, &request, NULL);
}

static void close_session(struct loom_registration *registration)
{
    loom_client_close(registration->client, &registration->session);
    registration->exchange = 0;
    registration->location_length = 0;
    registration->deadline = LOOM_NEVER;
}

static void enter_off(void *subject)
{
    struct loom_registration *registration = subject;
    close_session(registration);
    emit(registration, LOOM_EVENT_DEREGISTERED);
}

static void abandon(void *subject)
{
    close_session(subject);
}

/* Rule B-70: silent towards this server for 1/x/5 seconds. */
static void enter_disabled(void *subject)
{
    struct loom_registration *registration = subject;
    struct loom_event event = event_of(registration, LOOM_EVENT_DISABLED);
    uint64_t seconds =
        server_resource(registration, LOOM_SERVER_DISABLE_TIMEOUT, DEFAULT_DISABLE_TIMEOUT);
    emit(registration, LOOM_EVENT_DEREGISTERED);
    close_session(registration);
    registration->disable_wanted = false;
    set_timer(registration, seconds);
    event.seconds = saturate(seconds);
    loom_client_emit(registration->client, &event);
}

static bool is_disabling(const void *subject)
{
    const struct loom_registration *registration = subject;
    return registration->disable_wanted;
}

static bool lasted(const struct loom_registration *registration)
{
    uint64_t passed = loom_client_now(registration->client) - registration->registered_at;
    return passed / 1000 >=
           server_resource(registration, LOOM_SERVER_RETRY_TIMER, DEFAULT_RETRY_TIMER);
}

/* A session that is lost again and again soon after its Register means a failing server: the first
 * loss is mended at once, the next ones at the pace of the retry timer. */
static bool may_return_at_once(const void *subject)
{
    const struct loom_registration *registration = subject;
    return registration->attempts <= 1 || lasted(registration);
}

/* The session is gone, and with it the registration (rule B-17). */
static void register_again(void *subject)
{
    struct loom_registration *registration = subject;
    loom_client_close(registration->client, &registration->session);
    if (lasted(registration)) {
        begin_registration(registration);
    } else {
        send_register(registration);
    }
}

/* ---- the machine ----------------------------------------------------------------------------- */

#define OFF           LOOM_REGISTRATION_OFF
#define WAITING       LOOM_REGISTRATION_WAITING
#define REGISTERING   LOOM_REGISTRATION_REGISTERING
#define REGISTERED    LOOM_REGISTRATION_REGISTERED
#define UPDATING      LOOM_REGISTRATION_UPDATING
#define DEREGISTERING LOOM_REGISTRATION_DEREGISTERING
#define DISABLED      LOOM_REGISTRATION_DISABLED
#define FAILED        LOOM_REGISTRATION_FAILED

#define ROW(state, event, guard, action, next)                                                     \
    {LOOM_REGISTRATION_##state, LOOM_REGISTRATION_##event, guard, action, LOOM_REGISTRATION_##next},
#define IGNORE(state, event, why)

static const struct loom_transition rows[] = {
#include "registration/registration_rows.h"
};

static const struct loom_machine machine = {rows, sizeof rows / sizeof rows[0]};

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
    loom_registration_take(registration,
                           asking ? LOOM_REGISTRATION_NO_ANSWER : LOOM_REGISTRATION_TIMER);
}

const char *loom_registration_state_name(enum loom_registration_state state)
{
    static const char *const names[LOOM_REGISTRATION_STATE_COUNT] = {
        [OFF] = "off",
        [WAITING] = "waiting",
        [REGISTERING] = "registering",
        [REGISTERED] = "registered",
        [UPDATING] = "updating",
        [DEREGISTERING] = "deregistering",
        [DISABLED] = "disabled",
        [FAILED] = "failed",
    };
    return names[state];
}

bool loom_registration_serves(const struct loom_registration *registration)
{
    return registration->state == REGISTERED || registration->state == UPDATING;
}

bool loom_registration_used(const struct loom_registration *registration)
{
    return registration->client != NULL;
}

void loom_registration_wishes(struct loom_registration *registration)
{
    if (registration->stop_wanted) {
        registration->stop_wanted = false;
        registration->update_wanted = false;
        registration->disable_wanted = false;
        loom_registration_take(registration, LOOM_REGISTRATION_STOP);
        return;
    }
    if (registration->disable_wanted && loom_registration_serves(registration)) {
        loom_registration_take(registration, LOOM_REGISTRATION_DISABLE);
        return;
    }
    bool changed = registration->client->changed && registration->state == REGISTERED &&
                   (lifetime_changed(registration) || binding_changed(registration) ||
                    links_changed(registration));
    if ((registration->update_wanted || changed) && !registration->client->stopping) {
        /* While it updates, de-registers or is disabled, the wish waits. */
        bool taken = loom_registration_take(registration, LOOM_REGISTRATION_UPDATE);
        registration->update_wanted = registration->update_wanted && !taken;
    }
}

/* ---- what the port tells --------------------------------------------------------------------- */

static bool keep_location(struct loom_registration *registration,
                          const struct loom_response *response)
{
    size_t at = 0;
    for (uint8_t i = 0; i < response->location_count; i++) {
        struct loom_text segment = response->location[i];
        if (segment.length > UINT8_MAX || at + 1 + segment.length > LOOM_LOCATION_SIZE) {
            return false;
        }
        registration->location[at] = (uint8_t)segment.length;
        memcpy(registration->location + at + 1, segment.data, segment.length);
        at += 1 + segment.length;
    }
    registration->location_length = (uint8_t)at;
    return at > 0;
}

static enum loom_event_type refusal_event(const struct loom_registration *registration)
{
    return registration->state == UPDATING ? LOOM_EVENT_UPDATE_REFUSED
                                           : LOOM_EVENT_REGISTER_REFUSED;
}

void loom_registration_response(struct loom_registration *registration, uint32_t exchange,
                                const struct loom_response *response, enum loom_failure failure)
{
    bool registering = registration->state == REGISTERING;
    bool deregistering = registration->state == DEREGISTERING;
    if (exchange != registration->exchange) {
        return;
    }
    if (failure == LOOM_FAILURE_SECURITY) {
        return; /* the session is lost, too: that is told next, with the alert */
    }
    registration->exchange = 0;
    if (response->code == 0) {
        if (!deregistering) {
            struct loom_event event = event_of(registration, LOOM_EVENT_REGISTER_FAILED);
            event.failure = failure;
            loom_client_emit(registration->client, &event);
        }
        loom_registration_take(registration, LOOM_REGISTRATION_NO_ANSWER);
        return;
    }
    uint8_t success = registering ? LOOM_CREATED : deregistering ? LOOM_DELETED : LOOM_CHANGED;
    bool accepted =
        response->code == success && (!registering || keep_location(registration, response));
    if (!accepted && !deregistering) {
        struct loom_event event = event_of(registration, refusal_event(registration));
        event.code = response->code;
        loom_client_emit(registration->client, &event);
    }
    /* A 5.xx is the server's own trouble: worth another attempt, as silence is. */
    bool refused = response->code < LOOM_CODE(5, 0);
    loom_registration_take(registration, accepted  ? LOOM_REGISTRATION_ACCEPTED
                                         : refused ? LOOM_REGISTRATION_REFUSED
                                                   : LOOM_REGISTRATION_NO_ANSWER);
}

void loom_registration_lost(struct loom_registration *registration, enum loom_failure failure,
                            int alert)
{
    (void)failure;
    registration->session = NULL;
    registration->exchange = 0;
    if (alert >= 0) {
        /* Rule A-111: what the bootstrap server can read of it. */
        loom_set_unsigned(
            registration->client->config.model,
            loom_path_resource(LOOM_SERVER, registration->server_instance, LOOM_SERVER_ALERT_CODE),
            (uint64_t)alert);
    }
    loom_registration_take(registration, LOOM_REGISTRATION_LOST);
}
