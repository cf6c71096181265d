/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap of a client: its state machine and the commands of the bootstrap server. */
#include "client/internal.h"

#include "client/machine.h"
#include "model/node.h"

#include <string.h>

/* Waits between attempts towards the bootstrap server are left to the implementation (rule A-15):
 * they double from the first to the last. Seconds. */
#define RETRY_FIRST 10u
#define RETRY_LAST  3600u

static void emit(struct loom_client *client, enum loom_event_type type)
{
    struct loom_event event = loom_client_event(client, type);
    loom_client_emit(client, &event);
}

static void set_timer(struct loom_client *client, uint64_t seconds)
{
    client->bootstrap.deadline = loom_client_after(client, seconds);
}

/* ---- guards -------------------------------------------------------------------------------------
 */

static bool has_account(const void *subject)
{
    const struct loom_client *client = subject;
    return loom_account_instance(client->config.model) != LOOM_ID_NONE;
}

/* The last bootstrap worked, but not the accounts that it brought: asking again at once would only
 * bring them again, as fast as the network allows. */
static bool came_to_nothing(const void *subject)
{
    const struct loom_client *client = subject;
    return has_account(subject) && !client->bootstrap.asked_for && client->bootstrap.attempts > 0;
}

static bool not_asked_for(const void *subject)
{
    const struct loom_client *client = subject;
    return !client->bootstrap.asked_for;
}

/* ---- actions ------------------------------------------------------------------------------------
 */

/* Rules: the client has decided for a bootstrap; now the hold-off runs. */
static void begin_hold_off(void *subject)
{
    struct loom_client *client = subject;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_HOLD_OFF);
    loom_client_close(client, &client->bootstrap.session);
    client->bootstrap.account = loom_account_instance(client->config.model);
    client->bootstrap.attempts = 0;
    uint64_t seconds = loom_resource_or(
        client->config.model,
        loom_path_resource(LOOM_SECURITY, client->bootstrap.account, LOOM_SECURITY_HOLD_OFF), 0);
    set_timer(client, seconds);
    event.seconds = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
    loom_client_emit(client, &event);
}

static void tell_no_account(void *subject)
{
    struct loom_client *client = subject;
    emit(client, LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT);
    loom_registration_retry_failed(client);
}

/* What the bootstrap server writes goes into a copy until its Finish is answered (rules A-83,
 * */
static void begin_transaction(struct loom_client *client)
{
    memcpy(client->bootstrap.staged.data, client->config.model->data,
           client->config.model->product->data_size);
    memset(client->bootstrap.touched, 0, sizeof client->bootstrap.touched);
}

/* Keys do not stay behind in a copy that nothing will use any more. */
static void drop_transaction(struct loom_client *client)
{
    memset(client->bootstrap.staged.data, 0, client->config.model->product->data_size);
}

static void send_request(void *subject)
{
    struct loom_client *client = subject;
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    const struct loom_client_config *config = &client->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_POST);
    bootstrap->account = loom_account_instance(config->model);
    bootstrap->attempts++;
    begin_transaction(client);
    loom_request_add_path(&request, loom_text_of("bs"));
    loom_request_add_query(&request, &out, "ep", loom_text_of(config->endpoint));
    if (config->lwm2m >= LOOM_LWM2M_1_1) {
        loom_request_add_query(&request, &out, "pct", loom_text_of("11542")); /* TLV */
    }
    bootstrap->session = loom_client_open(client, config->model, bootstrap->account, 0, bootstrap);
    if (bootstrap->session == NULL) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
        return;
    }
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_REQUEST);
    loom_get_text(config->model,
                  loom_path_resource(LOOM_SECURITY, bootstrap->account, LOOM_SECURITY_URI),
                  &event.uri);
    loom_client_emit(client, &event);
    bootstrap->exchange = loom_client_exchange(client);
    set_timer(client, LOOM_EXCHANGE_LIFETIME);
    if (out.overflow || config->port->request(config->port->self, bootstrap->session, &request,
                                              bootstrap->exchange) != LOOM_OK) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
    }
}

/* Rule A-85: counted from the last command received. */
static void restart_timer(void *subject)
{
    set_timer(subject, LOOM_EXCHANGE_LIFETIME);
}

/* Accounts that a server takes are good; the next bootstrap is a new story. */
static void forget_attempts(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.attempts = 0;
}

static void begin_running(void *subject)
{
    emit(subject, LOOM_EVENT_BOOTSTRAP_ACCEPTED);
    restart_timer(subject);
}

static void tell_accepted(void *subject)
{
    emit(subject, LOOM_EVENT_BOOTSTRAP_ACCEPTED);
}

static void schedule_retry(void *subject)
{
    struct loom_client *client = subject;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_RETRY);
    uint64_t seconds = RETRY_FIRST;
    for (uint32_t i = 1; i < client->bootstrap.attempts && seconds < RETRY_LAST; i++) {
        seconds *= 2;
    }
    seconds = seconds > RETRY_LAST ? RETRY_LAST : seconds;
    loom_client_close(client, &client->bootstrap.session);
    client->bootstrap.exchange = 0;
    drop_transaction(client);
    set_timer(client, seconds);
    event.seconds = (uint32_t)seconds;
    loom_client_emit(client, &event);
    /* The servers may be back before the bootstrap server is. */
    loom_registration_retry_failed(client);
}

static void tell_failed(struct loom_client *client, const char *why)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_FAILED);
    event.text = loom_text_of(why);
    loom_client_emit(client, &event);
}

static void fail_silence(void *subject)
{
    tell_failed(subject, "nothing heard from the bootstrap server for 247 s");
    schedule_retry(subject);
}

static void fail_lost(void *subject)
{
    tell_failed(subject, "the session with the bootstrap server is lost");
    schedule_retry(subject);
}

static void fail_asked_again(void *subject)
{
    struct loom_client *client = subject;
    tell_failed(client, "a new bootstrap was asked for");
    loom_client_close(client, &client->bootstrap.session);
    drop_transaction(client);
    begin_hold_off(client);
}

/* The accounts are in force; the Finish is being answered. The session stays for a while, so that a
 * Finish whose answer was lost is answered again by the port. */
static void linger(void *subject)
{
    struct loom_client *client = subject;
    drop_transaction(client);
    client->bootstrap.asked_for = false;
    client->bootstrap.exchange = 0;
    set_timer(client, 0);
}

/* Rule A-16, once the answer is out. */
static void register_everywhere(void *subject)
{
    struct loom_client *client = subject;
    set_timer(client, LOOM_MAX_TRANSMIT_WAIT);
    loom_registration_restart(client);
}

static void rest(void *subject)
{
    struct loom_client *client = subject;
    loom_client_close(client, &client->bootstrap.session);
    client->bootstrap.deadline = LOOM_NEVER;
}

static void give_up(void *subject)
{
    struct loom_client *client = subject;
    drop_transaction(client);
    client->bootstrap.exchange = 0;
    rest(client);
}

/* ---- the machine, rules A-10 .. .. A-86 ---------------------------------------- */

#define IDLE       LOOM_BOOTSTRAP_IDLE
#define HOLD_OFF   LOOM_BOOTSTRAP_HOLD_OFF
#define REQUESTING LOOM_BOOTSTRAP_REQUESTING
#define RUNNING    LOOM_BOOTSTRAP_RUNNING
#define COMMITTED  LOOM_BOOTSTRAP_COMMITTED
#define FINISHED   LOOM_BOOTSTRAP_FINISHED
#define WAITING    LOOM_BOOTSTRAP_WAITING

#define ROW(state, event, guard, action, next)                                                     \
    {LOOM_BOOTSTRAP_##state, LOOM_BOOTSTRAP_##event, guard, action, LOOM_BOOTSTRAP_##next},
#define IGNORE(state, event, why)

static const struct loom_transition rows[] = {
#include "bootstrap/bootstrap_rows.h"
};

static const struct loom_machine machine = {rows, sizeof rows / sizeof rows[0]};

bool loom_bootstrap_take(struct loom_client *client, enum loom_bootstrap_event event)
{
    return loom_machine_take(&machine, &client->bootstrap.state, (uint8_t)event, client);
}

const char *loom_bootstrap_state_name(enum loom_bootstrap_state state)
{
    static const char *const names[LOOM_BOOTSTRAP_STATE_COUNT] = {
        [IDLE] = "idle",       [HOLD_OFF] = "hold-off",   [REQUESTING] = "requesting",
        [RUNNING] = "running", [COMMITTED] = "committed", [FINISHED] = "finished",
        [WAITING] = "waiting",
    };
    return names[state];
}

uint16_t loom_bootstrap_account(const struct loom_client *client)
{
    return loom_account_instance(client->config.model);
}

bool loom_bootstrap_silences(const struct loom_client *client)
{
    return client->bootstrap.state == REQUESTING || client->bootstrap.state == RUNNING ||
           client->bootstrap.state == COMMITTED;
}

/* ---- what the port tells --------------------------------------------------------------------- */

void loom_bootstrap_response(struct loom_client *client, uint32_t exchange,
                             const struct loom_response *response, enum loom_failure failure)
{
    if (exchange != client->bootstrap.exchange) {
        return;
    }
    client->bootstrap.exchange = 0;
    if (response->code == LOOM_CHANGED) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_ACCEPTED);
        return;
    }
    if (failure == LOOM_FAILURE_SECURITY) {
        return; /* the session is lost, too: that is told next, with the alert */
    }
    bool answered = response->code != 0;
    if (!answered && client->bootstrap.state == RUNNING) {
        return; /* the server commands, so it has heard; now rule A-85 counts */
    }
    struct loom_event event = loom_client_event(client, answered ? LOOM_EVENT_BOOTSTRAP_REFUSED
                                                                 : LOOM_EVENT_BOOTSTRAP_FAILED);
    event.code = response->code;
    event.failure = failure;
    event.text = loom_text_of(answered ? "" : "the Bootstrap-Request was not answered");
    loom_client_emit(client, &event);
    loom_bootstrap_take(client, answered ? LOOM_BOOTSTRAP_REFUSED : LOOM_BOOTSTRAP_LOST);
}

void loom_bootstrap_lost(struct loom_client *client, enum loom_failure failure, int alert)
{
    (void)failure;
    (void)alert;
    client->bootstrap.session = NULL;
    client->bootstrap.exchange = 0;
    loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
}

/* ---- Finish ---------------------------------------------------------------------------------- */

void loom_bootstrap_touch(struct loom_client *client, uint16_t object)
{
    const struct loom_model *model = client->config.model;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        uint8_t *byte = &client->bootstrap.touched[i / 8];
        unsigned bit = 1u << (i % 8);
        if (entry->object->id == object && (*byte & bit) == 0) {
            *byte = (uint8_t)(*byte | bit);
            memcpy(client->bootstrap.staged.data + entry->offset, model->data + entry->offset,
                   (size_t)entry->room * entry->object->instance_size);
        }
    }
}

/* Rule A-84: a second Bootstrap-Server Account replaces the one that was there before.
 * @return the new one, or LOOM_ID_NONE */
static uint16_t replacement(const struct loom_client *client)
{
    const struct loom_bootstrap *bootstrap = &client->bootstrap;
    uint16_t other = LOOM_ID_NONE;
    unsigned accounts = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&bootstrap->staged, LOOM_SECURITY, &instance); instance++) {
        if (loom_resource_true(
                &bootstrap->staged,
                loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER),
                false)) {
            accounts++;
            other = instance != bootstrap->account ? instance : other;
        }
    }
    return accounts == 2 ? other : LOOM_ID_NONE;
}

static uint16_t security_of(const struct loom_model *model, uint16_t server)
{
    uint64_t ssid =
        loom_resource_or(model, loom_path_resource(LOOM_SERVER, server, LOOM_SERVER_SSID), 0);
    return loom_registration_security(model, ssid);
}

/* Rules A-53, C-70: with its Security instance a server loses its Server instance, too. One that
 * never had any is not unbootstrapped but wrong, and stays for the check to find. */
static void drop_unbootstrapped(struct loom_client *client)
{
    struct loom_model *staged = &client->bootstrap.staged;
    const struct loom_model *live = client->config.model;
    uint16_t instance = 0;
    for (; loom_model_next_instance(staged, LOOM_SERVER, &instance); instance++) {
        if (security_of(staged, instance) == LOOM_ID_NONE &&
            loom_model_has_instance(live, LOOM_SERVER, instance) &&
            security_of(live, instance) != LOOM_ID_NONE) {
            loom_bootstrap_touch(client, LOOM_SERVER);
            loom_model_delete(staged, LOOM_SERVER, instance);
        }
    }
}

static bool is_unchanged(const struct loom_client *client, uint16_t object, uint16_t instance)
{
    const struct loom_product_object *entry = loom_model_object(client->config.model, object);
    const unsigned char *before = loom_node_instance(client->config.model, entry, instance);
    const unsigned char *after = loom_node_instance(&client->bootstrap.staged, entry, instance);
    return before != NULL && after != NULL &&
           memcmp(before, after, entry->object->instance_size) == 0;
}

/* Rule A-112: when the bootstrap server last changed this account. */
static void note_bootstrapped(struct loom_client *client)
{
    const struct loom_port *port = client->config.port;
    struct loom_model *staged = &client->bootstrap.staged;
    int64_t unix_time = port->unix_time == NULL ? 0 : port->unix_time(port->self);
    uint16_t instance = 0;
    for (; unix_time != 0 && loom_model_next_instance(staged, LOOM_SERVER, &instance); instance++) {
        if (!is_unchanged(client, LOOM_SERVER, instance) ||
            !is_unchanged(client, LOOM_SECURITY, security_of(staged, instance))) {
            struct loom_path path =
                loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_LAST_BOOTSTRAPPED);
            loom_bootstrap_touch(client, LOOM_SERVER);
            loom_set_time(staged, path, unix_time);
        }
    }
}

/* What the product has from the start and no account is made of comes back, as new, if it was
 * deleted: a device without its own objects would be of no use to anybody (rule A-55 leaves it
 * open). */
static bool is_the_devices_own(uint16_t object)
{
    return object != LOOM_SECURITY && object != LOOM_SERVER && object != LOOM_ACCESS_CONTROL &&
           object != LOOM_OSCORE;
}

static void commit(struct loom_client *client)
{
    struct loom_model *model = client->config.model;
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_product_object *entry = &model->product->objects[i];
        struct loom_path path = loom_path_object(entry->object->id);
        if ((client->bootstrap.touched[i / 8] >> (i % 8) & 1) == 0) {
            continue;
        }
        memcpy(model->data + entry->offset, client->bootstrap.staged.data + entry->offset,
               (size_t)entry->room * entry->object->instance_size);
        if (is_the_devices_own(entry->object->id)) {
            loom_model_restore_initial(model, entry);
        }
        loom_model_tell(model, &path, LOOM_CHANGE_BOOTSTRAP);
    }
}

static enum loom_status finish(struct loom_client *client, struct loom_event *event)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    uint16_t other = replacement(client);
    uint16_t replaced = other == LOOM_ID_NONE ? LOOM_ID_NONE : bootstrap->account;
    drop_unbootstrapped(client);
    const char *why =
        loom_bootstrap_inconsistency(client, &bootstrap->staged, replaced, &event->path);
    if (why != NULL) {
        event->text = loom_text_of(why);
        event->has_path = true;
        return LOOM_NOT_ACCEPTABLE; /* rule A-81; the server may repair and finish again */
    }
    if (replaced != LOOM_ID_NONE) {
        loom_model_delete(&bootstrap->staged, LOOM_SECURITY, replaced);
        bootstrap->account = other;
    }
    note_bootstrapped(client);
    if (loom_state_save(client, &bootstrap->staged) != LOOM_OK) {
        event->text = loom_text_of("the accounts could not be stored");
        return LOOM_INTERNAL_ERROR; /* rule A-21; the old accounts stand */
    }
    commit(client);
    return LOOM_OK;
}

/* ---- commands -------------------------------------------------------------------------------- */

struct command {
    enum loom_event_type event;
    enum loom_status status;
    uint8_t success;
};

static enum loom_status read_or_discover(struct loom_client *client, struct command *command,
                                         const struct loom_path *path,
                                         const struct loom_request *request,
                                         struct loom_reply *reply)
{
    struct loom_output out = loom_output(reply->payload, reply->room);
    bool discover = request->accept == LOOM_FORMAT_LINK ||
                    (request->accept == LOOM_FORMAT_ABSENT && path->depth == 0);
    enum loom_status status;
    command->success = LOOM_CONTENT;
    if (discover) {
        command->event = LOOM_EVENT_BOOTSTRAP_DISCOVER;
        reply->content_format = LOOM_FORMAT_LINK;
        status = loom_bootstrap_discover(client, path, &out);
    } else {
        command->event = LOOM_EVENT_BOOTSTRAP_READ;
        reply->content_format = LOOM_FORMAT_TLV;
        status = loom_bootstrap_read(client, path, request->accept, &out);
    }
    reply->length = out.length;
    if (status == LOOM_OK && out.overflow) {
        status = LOOM_INTERNAL_ERROR;
    }
    return status;
}

static struct command run_command(struct loom_client *client, const struct loom_path *path,
                                  const struct loom_request *request, struct loom_reply *reply)
{
    struct command command = {LOOM_EVENT_REQUEST, LOOM_METHOD_NOT_ALLOWED, LOOM_CHANGED};
    switch (request->method) {
    case LOOM_GET:
        command.status = read_or_discover(client, &command, path, request, reply);
        break;
    case LOOM_PUT:
        command.event = LOOM_EVENT_BOOTSTRAP_WRITE;
        command.status = loom_bootstrap_write(client, path, request);
        break;
    case LOOM_DELETE:
        command.event = LOOM_EVENT_BOOTSTRAP_DELETE;
        command.success = LOOM_DELETED;
        command.status = loom_bootstrap_delete(client, path);
        break;
    case LOOM_POST:
    case LOOM_FETCH:
    case LOOM_PATCH:
    case LOOM_IPATCH:
        break;
    }
    return command;
}

static void answer(struct loom_client *client, struct loom_event *event, uint8_t success,
                   enum loom_status status, struct loom_reply *reply)
{
    reply->code = status == LOOM_OK ? success : (uint8_t)status;
    if (status != LOOM_OK) {
        reply->length = 0;
        reply->content_format = LOOM_FORMAT_ABSENT;
    }
    event->code = reply->code;
    loom_client_emit(client, event);
}

void loom_bootstrap_request(struct loom_client *client, const struct loom_request *request,
                            struct loom_reply *reply)
{
    uint8_t state = client->bootstrap.state;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_REQUEST);
    if (state != REQUESTING && state != RUNNING) {
        answer(client, &event, LOOM_CHANGED, LOOM_BAD_REQUEST, reply); /* rule A-22 */
        return;
    }
    loom_bootstrap_take(client, LOOM_BOOTSTRAP_COMMAND);
    if (request->method == LOOM_POST && loom_request_path_is(request, "bs")) {
        event.type = LOOM_EVENT_BOOTSTRAP_FINISH;
        enum loom_status status = finish(client, &event);
        answer(client, &event, LOOM_CHANGED, status, reply);
        if (status == LOOM_OK) {
            loom_bootstrap_take(client, LOOM_BOOTSTRAP_COMPLETE);
        }
        return;
    }
    enum loom_status status = loom_request_path(request, &event.path);
    struct command command = {LOOM_EVENT_REQUEST, LOOM_BAD_REQUEST, LOOM_CHANGED};
    event.has_path = status == LOOM_OK;
    if (status == LOOM_OK) {
        command = run_command(client, &event.path, request, reply);
    } else {
        command.status = request->method == LOOM_POST ? LOOM_BAD_REQUEST : status;
    }
    event.type = command.event;
    answer(client, &event, command.success, command.status, reply);
}
