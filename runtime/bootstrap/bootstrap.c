/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap of a client: its state machine, and what the port tells it. */
#include "client/internal.h"

#include "client/machine.h"
#include "model/node.h"

/* Waits between attempts towards the bootstrap server are left to the implementation (rule A-15):
 * they double from the first to the last, and up to half as much again is added, so that devices
 * which lost their server together do not come back together. Seconds. */
#define RETRY_FIRST 10u
#define RETRY_LAST  3600u
/* A longer hold-off is as good as none of these attempts. Seconds. */
#define HOLD_OFF_MOST (UINT32_MAX / 2)

/* A card that says nothing for this long is none. Seconds. */
#define CARD_PATIENCE 60u

static void emit(struct loom_client *client, enum loom_event_type type)
{
    struct loom_event event = loom_client_event(client, type);
    loom_client_emit(client, &event);
}

static void set_timer(struct loom_client *client, uint64_t seconds)
{
    client->bootstrap.deadline = loom_client_after(client, seconds);
}

/* ---- guards ---------------------------------------------------------------------------------- */

static bool has_account(const void *subject)
{
    const struct loom_client *client = subject;
    return loom_account_instance(client->config.model) != LOOM_ID_NONE;
}

static bool has_card(const void *subject)
{
    const struct loom_client *client = subject;
    return client->config.smartcard != NULL;
}

/* The last two bootstraps worked, but not the accounts that they brought: asking again after the
 * hold-off would only bring them again, as fast as the network allows. */
static bool came_to_nothing(const void *subject)
{
    const struct loom_client *client = subject;
    return has_account(subject) && !client->bootstrap.asked_for && client->bootstrap.fruitless > 1;
}

static bool not_asked_for(const void *subject)
{
    const struct loom_client *client = subject;
    return !client->bootstrap.asked_for;
}

static bool wants_pack(const void *subject)
{
    const struct loom_client *client = subject;
    return has_account(subject) && client->config.bootstrap_pack &&
           client->config.lwm2m >= LOOM_LWM2M_1_2 && !client->bootstrap.pack_refused;
}

/* Rules: the bootstrap server of LwM2M 1.0 may begin unasked. */
static bool takes_push(const void *subject)
{
    const struct loom_client *client = subject;
    return client->config.lwm2m == LOOM_LWM2M_1_0 && has_account(subject);
}

/* A push that failed, while the servers are well without it. */
static bool needless(const void *subject)
{
    const struct loom_client *client = subject;
    return client->bootstrap.pushed && !loom_registration_calls_for_bootstrap(client);
}

/* ---- actions: the session with the bootstrap server ------------------------------------------ */

static void close_session(struct loom_client *client)
{
    loom_client_close(client, &client->bootstrap.session);
    client->bootstrap.exchange = 0;
}

static void open_session(struct loom_client *client)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    bootstrap->account = loom_account_instance(client->config.model);
    bootstrap->opened_with = loom_account_digest(client->config.model);
    bootstrap->session =
        loom_client_open(client, client->config.model, bootstrap->account, 0, bootstrap);
}

/* A bootstrap server that pushes needs a session to push in (rule A-10, step 5). */
static void listen(void *subject)
{
    struct loom_client *client = subject;
    if (takes_push(client) && client->bootstrap.session == NULL) {
        open_session(client);
    }
}

static void listen_later(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.deadline = LOOM_NEVER;
    if (takes_push(client)) {
        set_timer(client, RETRY_LAST);
    }
}

/* Nothing is under way. The session stays for a push if it is still one with the account. */
static void settle(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.deadline = LOOM_NEVER;
    if (!takes_push(client) ||
        client->bootstrap.opened_with != loom_account_digest(client->config.model)) {
        close_session(client); /* rule A-9 */
    }
    listen(client);
}

static void rest(void *subject)
{
    struct loom_client *client = subject;
    if (client->stopping) {
        close_session(client);
        client->bootstrap.deadline = LOOM_NEVER;
    } else {
        client->bootstrap.attempts = 0; /* what comes next is another story */
        client->bootstrap.fruitless = 0;
        settle(client);
    }
}

static void give_up(void *subject)
{
    struct loom_client *client = subject;
    loom_transaction_drop(client);
    close_session(client);
    rest(client);
}

/* ---- actions: smartcard and factory, rule A-10 ----------------------------------------------- */

static void begin_factory(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.deadline = LOOM_NEVER;
    loom_client_begin(client);
}

static void read_card(void *subject)
{
    struct loom_client *client = subject;
    const struct loom_smartcard *card = client->config.smartcard;
    set_timer(client, CARD_PATIENCE);
    if (card->read(card->self) != LOOM_OK) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_CARD_DONE);
    }
}

static void tell_card_silent(void *subject)
{
    struct loom_event event = loom_client_event(subject, LOOM_EVENT_SMARTCARD);
    event.code = LOOM_UNAVAILABLE;
    event.text = loom_text_of("the card reader does not answer");
    loom_client_emit(subject, &event);
    begin_factory(subject);
}

/* ---- actions: asking ------------------------------------------------------------------------- */

static uint64_t hold_off(const struct loom_client *client)
{
    uint16_t account = loom_account_instance(client->config.model);
    return loom_resource_or(client->config.model,
                            loom_path_resource(LOOM_SECURITY, account, LOOM_SECURITY_HOLD_OFF), 0);
}

/* Rules: the client has decided for a bootstrap; now the hold-off runs. */
static void begin_hold_off(void *subject)
{
    struct loom_client *client = subject;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_HOLD_OFF);
    client->bootstrap.account = loom_account_instance(client->config.model);
    client->bootstrap.attempts = 0;
    client->bootstrap.pack_refused = false;
    client->bootstrap.format_refused = false;
    uint64_t seconds = hold_off(client);
    event.seconds = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
    loom_client_emit(client, &event);
    settle(client);
    set_timer(client, seconds);
}

static void tell_no_account(void *subject)
{
    struct loom_client *client = subject;
    emit(client, LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT);
    rest(client);
    loom_registration_retry_failed(client);
}

/* Sends what asks the bootstrap server for something; `tell` says what. */
static void ask(struct loom_client *client, const struct loom_request *request,
                const struct loom_output *out, enum loom_event_type tell)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    const struct loom_port *port = client->config.port;
    if (bootstrap->session == NULL) {
        open_session(client);
    }
    if (bootstrap->session == NULL) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
        return;
    }
    struct loom_event event = loom_client_event(client, tell);
    loom_get_text(client->config.model,
                  loom_path_resource(LOOM_SECURITY, bootstrap->account, LOOM_SECURITY_URI),
                  &event.uri);
    loom_client_emit(client, &event);
    bootstrap->exchange = loom_client_exchange(client);
    set_timer(client, LOOM_EXCHANGE_LIFETIME);
    if (out->overflow ||
        port->request(port->self, bootstrap->session, request, bootstrap->exchange) != LOOM_OK) {
        bootstrap->exchange = 0;
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
    }
}

static void send_request(void *subject)
{
    struct loom_client *client = subject;
    const struct loom_client_config *config = &client->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_POST);
    client->bootstrap.attempts++;
    client->bootstrap.pushed = false;
    loom_transaction_begin(client);
    loom_request_add_path(&request, loom_text_of("bs"));
    loom_request_add_query(&request, &out, "ep", loom_text_of(config->endpoint));
    if (config->lwm2m >= LOOM_LWM2M_1_1 && !client->bootstrap.format_refused) {
        loom_request_add_query(&request, &out, "pct", loom_text_of("11542")); /* TLV */
    }
    ask(client, &request, &out, LOOM_EVENT_BOOTSTRAP_REQUEST);
}

/* The silent pack request is still being repeated in its session, and what follows would wait for
 * its end. */
static void ask_anew(void *subject)
{
    close_session(subject);
    send_request(subject);
}

static void send_pack_request(void *subject)
{
    struct loom_client *client = subject;
    const struct loom_client_config *config = &client->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    struct loom_request request = loom_request_begin(LOOM_GET);
    char links[48];
    struct loom_output account = loom_output(links, sizeof links);
    client->bootstrap.attempts++;
    client->bootstrap.pushed = false;
    loom_transaction_begin(client);
    loom_bootstrap_put_account(client, &account);
    loom_request_add_path(&request, loom_text_of("bspack"));
    loom_request_add_query(&request, &out, "ep", loom_text_of(config->endpoint));
    struct loom_text links_text = {links, account.length};
    loom_request_add_query(&request, &out, "acc", links_text); /* */
    request.accept = LOOM_FORMAT_SENML_CBOR;
    ask(client, &request, &out, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST);
}

/* ---- actions: being commanded ---------------------------------------------------------------- */

/* Rule A-85: counted from the last command received. */
static void restart_timer(void *subject)
{
    set_timer(subject, LOOM_EXCHANGE_LIFETIME);
}

static void begin_push(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.pushed = true;
    client->bootstrap.exchange = 0;
    loom_transaction_begin(client);
    emit(client, LOOM_EVENT_BOOTSTRAP_PUSH);
    restart_timer(client);
}

/* Accounts that a server takes are good; the next bootstrap is a new story. */
static void forget_attempts(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.attempts = 0;
    client->bootstrap.fruitless = 0;
    listen(client);
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

/* ---- actions: failing ------------------------------------------------------------------------ */

static uint64_t retry_seconds(const struct loom_client *client)
{
    uint64_t seconds = RETRY_FIRST;
    for (uint32_t i = 1; i < client->bootstrap.attempts && seconds < RETRY_LAST; i++) {
        seconds *= 2;
    }
    return seconds > RETRY_LAST ? RETRY_LAST : seconds;
}

static void retry_after(struct loom_client *client, uint64_t least)
{
    const struct loom_port *port = client->config.port;
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_RETRY);
    uint64_t seconds = retry_seconds(client);
    uint64_t spread =
        port->random == NULL ? 0 : port->random(port->self) % (seconds * LOOM_MILLISECONDS / 2 + 1);
    seconds = seconds < least ? least : seconds;
    bool lost = client->bootstrap.session == NULL;
    loom_transaction_drop(client);
    close_session(client);
    if (!lost) {
        listen(client); /* a session that broke would break again at once */
    }
    set_timer(client, seconds);
    client->bootstrap.deadline += spread;
    event.seconds = (uint32_t)(seconds + (spread + LOOM_MILLISECONDS - 1) / LOOM_MILLISECONDS);
    loom_client_emit(client, &event);
    /* The servers may be back before the bootstrap server is. */
    loom_registration_retry_failed(client);
}

static void schedule_retry(void *subject)
{
    retry_after(subject, 0);
}

/* The waits between bootstraps that no server was content with grow as those between attempts that
 * failed; the hold-off (rule A-13) is part of them. */
static void ask_later(void *subject)
{
    uint64_t least = hold_off(subject);
    retry_after(subject, least > HOLD_OFF_MOST ? HOLD_OFF_MOST : least);
}

/* A bootstrap server that hangs up when it is asked for a pack gets a Bootstrap-Request next time
 * (rule A-100). */
static void lose_pack(void *subject)
{
    struct loom_client *client = subject;
    client->bootstrap.pack_refused = true;
    schedule_retry(client);
}

static void tell_failed(struct loom_client *client, const char *why)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_FAILED);
    event.text = loom_text_of(why);
    loom_client_emit(client, &event);
}

#define SILENCE "nothing heard from the bootstrap server for 247 s"
#define BROKEN  "the session with the bootstrap server is lost"

static void fail_silence(void *subject)
{
    tell_failed(subject, SILENCE);
    schedule_retry(subject);
}

static void fail_lost(void *subject)
{
    tell_failed(subject, BROKEN);
    schedule_retry(subject);
}

static void silent_push(void *subject)
{
    tell_failed(subject, SILENCE);
    loom_transaction_drop(subject);
    settle(subject);
}

static void drop_push(void *subject)
{
    tell_failed(subject, BROKEN);
    loom_transaction_drop(subject);
    listen_later(subject);
}

static void fail_asked_again(void *subject)
{
    struct loom_client *client = subject;
    tell_failed(client, "a new bootstrap was asked for");
    loom_transaction_drop(client);
    close_session(client);
    begin_hold_off(client);
}

/* ---- actions: done --------------------------------------------------------------------------- */

/* The accounts are in force; the Finish is being answered. The session stays for a while, so that a
 * Finish whose answer was lost is answered again by the port. */
static void linger(void *subject)
{
    struct loom_client *client = subject;
    loom_transaction_drop(client);
    client->bootstrap.asked_for = false;
    client->bootstrap.exchange = 0;
    client->bootstrap.fruitless++;
    set_timer(client, 0);
}

/* Rule A-16, once the answer is out. */
static void register_everywhere(void *subject)
{
    struct loom_client *client = subject;
    set_timer(client, LOOM_MAX_TRANSMIT_WAIT);
    loom_registration_restart(client);
}

/* Rule A-87. Purged in the store first: an account that came back with the next start would not be
 * purged. */
static void purge_account(void *subject)
{
    struct loom_client *client = subject;
    enum loom_status status = loom_transaction_purge(client);
    if (status != LOOM_OK) {
        client->bootstrap.account_deadline = loom_client_after(client, RETRY_LAST);
        client->review_wanted = true; /* the bootstrap that waited is still wanted */
        return;
    }
    close_session(client);
    client->bootstrap.deadline = LOOM_NEVER;
    client->bootstrap.asked_for = false;
    emit(client, LOOM_EVENT_ACCOUNT_EXPIRED);
    loom_registration_retry_failed(client);
}

/* ---- the machine ----------------------------------------------------------------------------- */

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
        [LOOM_BOOTSTRAP_START] = "start",       [LOOM_BOOTSTRAP_CARD] = "smartcard",
        [LOOM_BOOTSTRAP_IDLE] = "idle",         [LOOM_BOOTSTRAP_HOLD_OFF] = "hold-off",
        [LOOM_BOOTSTRAP_PACK] = "pack",         [LOOM_BOOTSTRAP_REQUESTING] = "requesting",
        [LOOM_BOOTSTRAP_RUNNING] = "running",   [LOOM_BOOTSTRAP_COMMITTED] = "committed",
        [LOOM_BOOTSTRAP_FINISHED] = "finished", [LOOM_BOOTSTRAP_WAITING] = "waiting",
    };
    return names[state];
}

bool loom_bootstrap_silences(const struct loom_client *client)
{
    return client->bootstrap.state == LOOM_BOOTSTRAP_REQUESTING ||
           client->bootstrap.state == LOOM_BOOTSTRAP_RUNNING ||
           client->bootstrap.state == LOOM_BOOTSTRAP_COMMITTED;
}

bool loom_bootstrap_is_idle(const struct loom_client *client)
{
    return client->bootstrap.state == LOOM_BOOTSTRAP_IDLE ||
           client->bootstrap.state == LOOM_BOOTSTRAP_FINISHED;
}

/* ---- what the port tells --------------------------------------------------------------------- */

/* 4.15: the server cannot write in the format that was asked for; TLV goes without saying. */
static bool is_format_refusal(const struct loom_client *client,
                              const struct loom_response *response)
{
    return response->code == LOOM_UNSUPPORTED_FORMAT &&
           client->bootstrap.state == LOOM_BOOTSTRAP_REQUESTING &&
           client->config.lwm2m >= LOOM_LWM2M_1_1 && !client->bootstrap.format_refused;
}

void loom_bootstrap_response(struct loom_client *client, uint32_t exchange,
                             const struct loom_response *response, enum loom_failure failure)
{
    if (exchange != client->bootstrap.exchange || exchange == 0) {
        return;
    }
    client->bootstrap.exchange = 0;
    if (failure == LOOM_FAILURE_SECURITY) {
        return; /* the session is lost, too: that is told next, with the alert */
    }
    if (client->bootstrap.state == LOOM_BOOTSTRAP_PACK) {
        loom_bootstrap_pack(client, response, failure);
        return;
    }
    if (response->code == LOOM_CHANGED) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_ACCEPTED);
        return;
    }
    bool answered = response->code != 0;
    if (!answered && client->bootstrap.state == LOOM_BOOTSTRAP_RUNNING) {
        return; /* the server commands, so it has heard; now rule A-85 counts */
    }
    struct loom_event event = loom_client_event(client, answered ? LOOM_EVENT_BOOTSTRAP_REFUSED
                                                                 : LOOM_EVENT_BOOTSTRAP_FAILED);
    event.code = response->code;
    event.failure = failure;
    event.text = loom_text_of(answered ? "" : "the Bootstrap-Request was not answered");
    loom_client_emit(client, &event);
    if (is_format_refusal(client, response)) {
        client->bootstrap.format_refused = true;
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_FORMAT_REFUSED);
        return;
    }
    /* 4.00 is the one refusal that 1.0 has: its server may have stumbled over pct. */
    client->bootstrap.format_refused |= response->code == LOOM_BAD_REQUEST;
    loom_bootstrap_take(client, answered ? LOOM_BOOTSTRAP_REFUSED : LOOM_BOOTSTRAP_LOST);
}

void loom_bootstrap_lost(struct loom_client *client)
{
    client->bootstrap.session = NULL;
    client->bootstrap.exchange = 0;
    loom_bootstrap_take(client, LOOM_BOOTSTRAP_LOST);
}

void loom_bootstrap_moved(struct loom_client *client)
{
    uint8_t state = client->bootstrap.state;
    if (client->bootstrap.session == NULL) {
        return;
    }
    loom_client_close(client, &client->bootstrap.session);
    loom_bootstrap_lost(client);
    if (loom_bootstrap_is_idle(client) || state == LOOM_BOOTSTRAP_HOLD_OFF) {
        listen(client);
    }
}

void loom_bootstrap_timer(struct loom_client *client, uint64_t now)
{
    struct loom_bootstrap *bootstrap = &client->bootstrap;
    if (bootstrap->deadline <= now) {
        bootstrap->deadline = LOOM_NEVER;
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_TIMER);
    }
    if (bootstrap->account_deadline <= now) {
        bootstrap->account_deadline = LOOM_NEVER;
        /* While the account is in use, it is due again when it no longer is. */
        if (!loom_bootstrap_take(client, LOOM_BOOTSTRAP_EXPIRED)) {
            bootstrap->account_deadline = loom_client_after(client, LOOM_MAX_TRANSMIT_WAIT);
        }
    }
}

uint64_t loom_bootstrap_deadline(const struct loom_client *client)
{
    const struct loom_bootstrap *bootstrap = &client->bootstrap;
    return bootstrap->deadline < bootstrap->account_deadline ? bootstrap->deadline
                                                             : bootstrap->account_deadline;
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
        reply->content_format = request->accept;
        status = loom_bootstrap_read(client, path, &reply->content_format, &out);
    }
    reply->length = out.length;
    if (status == LOOM_OK && out.overflow) {
        status = LOOM_INTERNAL_ERROR;
    }
    return status;
}

static struct command run_command(struct loom_client *client, struct loom_event *event,
                                  const struct loom_request *request, struct loom_reply *reply)
{
    const struct loom_path *path = &event->path;
    struct command command = {LOOM_EVENT_REQUEST, LOOM_METHOD_NOT_ALLOWED, LOOM_CHANGED};
    switch (request->method) {
    case LOOM_GET:
        command.status = read_or_discover(client, &command, path, request, reply);
        break;
    case LOOM_PUT:
        command.event = LOOM_EVENT_BOOTSTRAP_WRITE;
        command.status = loom_bootstrap_write(client, path, request, &event->text);
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

static bool is_finish(const struct loom_request *request)
{
    return request->method == LOOM_POST && loom_request_path_is(request, "bs");
}

/* A push does not begin with a Finish: that is an old one that comes again. Nor with what is none
 * of the commands, whatever the state. */
static bool begins_push(const struct loom_request *request)
{
    struct loom_path path;
    bool method = request->method == LOOM_GET || request->method == LOOM_PUT ||
                  request->method == LOOM_DELETE;
    return method && loom_request_path(request, &path) == LOOM_OK;
}

/* What is not taken means nothing in the present state (rule A-22). */
static bool takes_command(struct loom_client *client, const struct loom_request *request)
{
    uint8_t state = client->bootstrap.state;
    bool open = state == LOOM_BOOTSTRAP_REQUESTING || state == LOOM_BOOTSTRAP_RUNNING;
    return (open || begins_push(request)) && loom_bootstrap_take(client, LOOM_BOOTSTRAP_COMMAND) &&
           client->bootstrap.state == LOOM_BOOTSTRAP_RUNNING;
}

void loom_bootstrap_request(struct loom_client *client, const struct loom_request *request,
                            struct loom_reply *reply)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_REQUEST);
    if (!takes_command(client, request)) {
        answer(client, &event, LOOM_CHANGED, LOOM_BAD_REQUEST, reply);
        return;
    }
    if (is_finish(request)) {
        event.type = LOOM_EVENT_BOOTSTRAP_FINISH;
        enum loom_status status =
            loom_transaction_finish(client, LOOM_BOOTSTRAP_FROM_SERVER, &event);
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
        command = run_command(client, &event, request, reply);
    } else {
        /* Of Writes and Deletes the table of A-20 has 4.00 alone. */
        command.status = request->method == LOOM_GET ? status : LOOM_BAD_REQUEST;
    }
    event.type = command.event;
    answer(client, &event, command.success, command.status, reply);
}
