/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap of a client: its state machine, and what the port tells it. */
#include "bootstrap/bootstrap.h"

#include "accounts/accounts.h"
#include "bootstrap/commands.h"
#include "bootstrap/pack.h"
#include "bootstrap/transaction.h"
#include "codec/text.h"
#include "context/context.h"
#include "context/machine.h"
#include "model/node.h"

#include <string.h>

/* Waits between attempts towards the bootstrap server are left to the implementation (rule A-15):
 * they double from the first to the last, and up to half as much again is added, so that devices
 * which lost their server together do not come back together. Seconds. */
#define RETRY_FIRST 10u
#define RETRY_LAST  3600u
/* A longer hold-off is as good as none of these attempts. Seconds. */
#define HOLD_OFF_MOST (UINT32_MAX / 2)

/* A card that says nothing for this long is none. Seconds. */
#define CARD_PATIENCE 60u

static void report(struct loom_bootstrap *bootstrap, enum loom_event_type type)
{
    loom_context_report(bootstrap->context, type, 0);
}

static void set_timer(struct loom_bootstrap *bootstrap, uint32_t seconds)
{
    bootstrap->deadline = loom_context_after(bootstrap->context, seconds);
}

/* ---- guards ---------------------------------------------------------------------------------- */

static bool has_account(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return loom_account_exists(bootstrap->context->config.model);
}

static bool has_card(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return bootstrap->context->config.smartcard != NULL &&
           loom_context_features(bootstrap->context)->smartcard != NULL;
}

/* The last two bootstraps worked, but not the accounts that they brought: asking again after the
 * hold-off would only bring them again, as fast as the network allows. */
static bool proved_useless(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return has_account(subject) && !bootstrap->asked_for && bootstrap->fruitless > 1;
}

static bool not_asked_for(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return !bootstrap->asked_for;
}

static const struct loom_bootstrap_pack_feature *pack_of(const struct loom_bootstrap *bootstrap)
{
    return loom_context_features(bootstrap->context)->bootstrap_pack;
}

static bool wants_pack(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return has_account(subject) && !bootstrap->pack_refused && pack_of(bootstrap) != NULL &&
           bootstrap->context->config.bootstrap_pack &&
           bootstrap->context->config.lwm2m >= LOOM_LWM2M_1_2;
}

static const struct loom_bootstrap_push_feature *push_of(const struct loom_bootstrap *bootstrap)
{
    return loom_context_features(bootstrap->context)->bootstrap_push;
}

/* Rules: the bootstrap server of LwM2M 1.0 may begin unasked. */
static bool takes_push(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return push_of(bootstrap) != NULL && bootstrap->context->config.lwm2m == LOOM_LWM2M_1_0 &&
           has_account(subject);
}

/* A push that failed, while the servers are well without it. */
static bool push_unneeded(const void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    return bootstrap->pushed && bootstrap->servers_well;
}

/* ---- actions: the session with the bootstrap server ------------------------------------------ */

static void close_session(struct loom_bootstrap *bootstrap)
{
    loom_context_close(bootstrap->context, &bootstrap->session);
    bootstrap->exchange = 0;
}

static void open_session(struct loom_bootstrap *bootstrap)
{
    bootstrap->account = loom_account_instance(bootstrap->context->config.model);
    struct loom_credentials credentials;
    bool usable = loom_account_credentials(bootstrap->context->config.model, bootstrap->account,
                                           &credentials) == LOOM_OK;
    if (push_of(bootstrap) != NULL) {
        bootstrap->opened_with = push_of(bootstrap)->digest(bootstrap->context->config.model);
    }
    bootstrap->session =
        loom_context_open(bootstrap->context, usable ? &credentials : NULL, 0, bootstrap);
}

/* A bootstrap server that pushes needs a session to push in (rule A-10, step 5). */
static void listen(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    if (takes_push(bootstrap) && bootstrap->session == NULL) {
        open_session(bootstrap);
    }
}

static void listen_in_an_hour(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    bootstrap->deadline = LOOM_NEVER;
    if (takes_push(bootstrap)) {
        set_timer(bootstrap, RETRY_LAST);
    }
}

/* Nothing is under way. The session stays for a push if it is still one with the account. */
static void become_idle(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    bootstrap->deadline = LOOM_NEVER;
    if (!takes_push(bootstrap) ||
        bootstrap->opened_with != push_of(bootstrap)->digest(bootstrap->context->config.model)) {
        close_session(bootstrap); /* rule A-9 */
    }
    listen(bootstrap);
}

static void end_attempts(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    if (bootstrap->context->stopping) {
        close_session(bootstrap);
        bootstrap->deadline = LOOM_NEVER;
    } else {
        bootstrap->attempts = 0; /* what comes next begins from the first */
        bootstrap->fruitless = 0;
        become_idle(bootstrap);
    }
}

static void give_up(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    loom_transaction_drop(bootstrap);
    close_session(bootstrap);
    end_attempts(bootstrap);
}

/* ---- actions: smartcard and factory, rule A-10 ----------------------------------------------- */

static void begin_factory(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    bootstrap->deadline = LOOM_NEVER;
    loom_context_wish(bootstrap->context, LOOM_WISH_BEGIN);
}

static void read_card(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    const struct loom_smartcard *card = bootstrap->context->config.smartcard;
    set_timer(bootstrap, CARD_PATIENCE);
    if (card->read(card->self) != LOOM_OK) {
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_CARD_DONE);
    }
}

static void tell_card_silent(void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    loom_context_explain(bootstrap->context, LOOM_EVENT_SMARTCARD, LOOM_UNAVAILABLE,
                         LOOM_REASON_CARD_SILENT);
    begin_factory(subject);
}

/* ---- actions: asking ------------------------------------------------------------------------- */

static uint32_t hold_off(const struct loom_bootstrap *bootstrap)
{
    uint16_t account = loom_account_instance(bootstrap->context->config.model);
    return loom_number_at(bootstrap->context->config.model,
                          LOOM_KEY(SECURITY, CLIENT_HOLD_OFF_TIME), account, 0);
}

/* Rules: the client has decided for a bootstrap; now the hold-off runs. */
static void begin_hold_off(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    uint32_t seconds = hold_off(bootstrap);
    bootstrap->account = loom_account_instance(bootstrap->context->config.model);
    bootstrap->attempts = 0;
    bootstrap->pack_refused = false;
    bootstrap->format_refused = false;
    loom_context_report_wait(bootstrap->context, LOOM_EVENT_HOLD_OFF, 0, seconds);
    become_idle(bootstrap);
    set_timer(bootstrap, seconds);
}

static void tell_no_account(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    report(bootstrap, LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT);
    end_attempts(bootstrap);
    loom_context_wish(bootstrap->context, LOOM_WISH_RETRY_FAILED);
}

/* Asks the bootstrap server for something. What it commands from then on is staged.
 * @param prepare makes the request
 * @param tell    says what it is */
static void ask(struct loom_bootstrap *bootstrap, enum loom_method method,
                void (*prepare)(const struct loom_bootstrap *bootstrap, struct loom_draft *draft),
                enum loom_event_type tell)
{
    const struct loom_client_config *config = &bootstrap->context->config;
    const struct loom_port *port = config->port;
    struct loom_draft draft;
    loom_draft_begin(&draft, bootstrap->context, method);
    bootstrap->attempts++;
    bootstrap->pushed = false;
    loom_transaction_begin(bootstrap);
    prepare(bootstrap, &draft);
    if (bootstrap->session == NULL) {
        open_session(bootstrap);
    }
    if (bootstrap->session == NULL) {
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_LOST);
        return;
    }
    struct loom_event event = loom_context_event(bootstrap->context, tell, 0);
    event.uri =
        loom_text_at(config->model, LOOM_KEY(SECURITY, LWM2M_SERVER_URI), bootstrap->account);
    loom_context_emit(bootstrap->context, &event);
    bootstrap->exchange = loom_context_exchange(bootstrap->context);
    set_timer(bootstrap, LOOM_EXCHANGE_LIFETIME);
    if (draft.out.overflow || port->request(port->self, bootstrap->session, &draft.request,
                                            bootstrap->exchange) != LOOM_OK) {
        bootstrap->exchange = 0;
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_LOST);
    }
}

static void prepare_request(const struct loom_bootstrap *bootstrap, struct loom_draft *draft)
{
    const struct loom_client_config *config = &bootstrap->context->config;
    loom_draft_add_path(draft, "bs", 2);
    loom_draft_add_string(draft, "ep", config->endpoint);
    if (config->lwm2m >= LOOM_LWM2M_1_1 && !bootstrap->format_refused) {
        loom_draft_add_string(draft, "pct", "11542"); /* TLV */
    }
}

static void send_request(void *subject)
{
    ask(subject, LOOM_POST, prepare_request, LOOM_EVENT_BOOTSTRAP_REQUEST);
}

/* The silent pack request is still being repeated in its session, and what follows would wait for
 * its end. */
static void ask_again(void *subject)
{
    close_session(subject);
    send_request(subject);
}

static void send_pack_request(void *subject)
{
    ask(subject, LOOM_GET, pack_of(subject)->prepare, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST);
}

/* ---- actions: being commanded ---------------------------------------------------------------- */

/* Rule A-85: counted from the last command received. */
static void restart_timer(void *subject)
{
    set_timer(subject, LOOM_EXCHANGE_LIFETIME);
}

static void take_push(struct loom_bootstrap *bootstrap)
{
    bootstrap->pushed = true;
    bootstrap->exchange = 0;
    loom_transaction_begin(bootstrap);
    report(bootstrap, LOOM_EVENT_BOOTSTRAP_PUSH);
    restart_timer(bootstrap);
}

/* Accounts that a server takes are good; the next bootstrap counts from the first attempt. */
static void forget_attempts(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    bootstrap->attempts = 0;
    bootstrap->fruitless = 0;
    listen(bootstrap);
}

static void begin_running(void *subject)
{
    report(subject, LOOM_EVENT_BOOTSTRAP_ACCEPTED);
    restart_timer(subject);
}

static void tell_accepted(void *subject)
{
    report(subject, LOOM_EVENT_BOOTSTRAP_ACCEPTED);
}

/* ---- actions: failing ------------------------------------------------------------------------ */

static uint32_t retry_seconds(const struct loom_bootstrap *bootstrap)
{
    uint32_t seconds = RETRY_FIRST;
    for (uint32_t i = 1; i < bootstrap->attempts && seconds < RETRY_LAST; i++) {
        seconds *= 2;
    }
    return seconds > RETRY_LAST ? RETRY_LAST : seconds;
}

static void retry_after(struct loom_bootstrap *bootstrap, uint32_t least)
{
    const struct loom_port *port = bootstrap->context->config.port;
    uint32_t seconds = retry_seconds(bootstrap);
    uint32_t spread =
        port->random == NULL ? 0 : port->random(port->self) % (seconds * LOOM_MILLISECONDS / 2 + 1);
    seconds = seconds < least ? least : seconds;
    bool lost = bootstrap->session == NULL;
    loom_transaction_drop(bootstrap);
    close_session(bootstrap);
    if (!lost) {
        listen(bootstrap); /* a session that broke would break again at once */
    }
    set_timer(bootstrap, seconds);
    bootstrap->deadline += spread;
    loom_context_report_wait(bootstrap->context, LOOM_EVENT_BOOTSTRAP_RETRY, 0,
                             seconds + (spread + LOOM_MILLISECONDS - 1) / LOOM_MILLISECONDS);
    /* The servers may be back before the bootstrap server is. */
    loom_context_wish(bootstrap->context, LOOM_WISH_RETRY_FAILED);
}

static void schedule_retry(void *subject)
{
    retry_after(subject, 0);
}

/* The waits between bootstraps that no server was content with grow as those between attempts that
 * failed; the hold-off (rule A-13) is part of them. */
static void ask_later(void *subject)
{
    uint32_t least = hold_off(subject);
    retry_after(subject, least > HOLD_OFF_MOST ? HOLD_OFF_MOST : least);
}

/* A bootstrap server that hangs up when it is asked for a pack gets a Bootstrap-Request next time
 * (rule A-100). */
static void lose_pack(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    bootstrap->pack_refused = true;
    schedule_retry(bootstrap);
}

static void report_failed(const struct loom_bootstrap *bootstrap, enum loom_reason why)
{
    loom_context_explain(bootstrap->context, LOOM_EVENT_BOOTSTRAP_FAILED, 0, why);
}

static void fail_silence(void *subject)
{
    report_failed(subject, LOOM_REASON_SILENCE);
    schedule_retry(subject);
}

static void fail_lost(void *subject)
{
    report_failed(subject, LOOM_REASON_SESSION_LOST);
    schedule_retry(subject);
}

static void end_push(struct loom_bootstrap *bootstrap, enum loom_reason why)
{
    report_failed(bootstrap, why);
    loom_transaction_drop(bootstrap);
    if (why == LOOM_REASON_SILENCE) {
        become_idle(bootstrap);
    } else {
        listen_in_an_hour(bootstrap);
    }
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

const struct loom_bootstrap_push_feature loom_feature_bootstrap_push = {
    .digest = loom_account_digest, .is_begun_by = begins_push, .begin = take_push, .end = end_push};

static void begin_push(void *subject)
{
    push_of(subject)->begin(subject);
}

static void silent_push(void *subject)
{
    push_of(subject)->end(subject, LOOM_REASON_SILENCE);
}

static void drop_push(void *subject)
{
    push_of(subject)->end(subject, LOOM_REASON_SESSION_LOST);
}

static void fail_asked_again(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    report_failed(bootstrap, LOOM_REASON_ASKED_AGAIN);
    loom_transaction_drop(bootstrap);
    close_session(bootstrap);
    begin_hold_off(bootstrap);
}

/* ---- actions: done --------------------------------------------------------------------------- */

/* The accounts are in force; the Finish is being answered. The session stays for a while, so that a
 * Finish whose answer was lost is answered again by the port. */
static void keep_session(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    loom_transaction_drop(bootstrap);
    bootstrap->asked_for = false;
    loom_context_cancel(bootstrap->context, bootstrap->session, &bootstrap->exchange);
    bootstrap->fruitless++;
    set_timer(bootstrap, 0);
}

/* Rule A-16, once the answer is out. */
static void register_everywhere(void *subject)
{
    struct loom_bootstrap *bootstrap = subject;
    set_timer(bootstrap, LOOM_MAX_TRANSMIT_WAIT);
    loom_context_wish(bootstrap->context, LOOM_WISH_REGISTER_ALL);
}

/* Rule A-87. Purged in the store first: an account that came back with the next start would not be
 * purged. */
static void purge(struct loom_bootstrap *bootstrap)
{
    enum loom_status status = loom_transaction_purge(bootstrap);
    if (status != LOOM_OK) {
        bootstrap->context->account_deadline = loom_context_after(bootstrap->context, RETRY_LAST);
        loom_context_wish(bootstrap->context,
                          LOOM_WISH_REVIEW); /* the bootstrap that waited is still wanted */
        return;
    }
    close_session(bootstrap);
    bootstrap->deadline = LOOM_NEVER;
    bootstrap->asked_for = false;
    report(bootstrap, LOOM_EVENT_ACCOUNT_EXPIRED);
    loom_context_wish(bootstrap->context, LOOM_WISH_RETRY_FAILED);
}

/* Rule A-87. While the account is in use, it is due again when it no longer is. */
static void expire(struct loom_bootstrap *bootstrap)
{
    struct loom_context *context = bootstrap->context;
    context->account_deadline = LOOM_NEVER;
    if (!loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_EXPIRED)) {
        context->account_deadline = loom_context_after(context, LOOM_MAX_TRANSMIT_WAIT);
    }
}

const struct loom_account_timeout_feature loom_feature_account_timeout = {
    .start = loom_transaction_start_timeout, .expire = expire, .purge = purge};

static void purge_account(void *subject)
{
    const struct loom_bootstrap *bootstrap = subject;
    loom_context_features(bootstrap->context)->account_timeout->purge(subject);
}

/* ---- the machine ----------------------------------------------------------------------------- */

/* The functions that rows name. NULL is number 0. */
/* clang-format off */
#define GUARDS(X) \
    X(has_card) X(proved_useless) X(has_account) X(takes_push) X(wants_pack) X(not_asked_for) \
    X(push_unneeded)
#define ACTIONS(X) \
    X(read_card) X(begin_factory) X(tell_card_silent) X(end_attempts) X(ask_later) X(begin_hold_off) \
    X(tell_no_account) X(listen) X(begin_push) X(listen_in_an_hour) X(forget_attempts) \
    X(purge_account) X(send_pack_request) X(send_request) X(keep_session) X(ask_again) X(lose_pack) \
    X(give_up) X(begin_running) X(restart_timer) X(schedule_retry) X(fail_silence) \
    X(tell_accepted) X(drop_push) X(fail_lost) X(silent_push) X(fail_asked_again) \
    X(register_everywhere) X(become_idle)
/* clang-format on */

#define FUNCTION(name)      name,
#define GUARD_NUMBER(name)  GUARD_##name,
#define ACTION_NUMBER(name) ACTION_##name,

enum { GUARD_NULL, GUARDS(GUARD_NUMBER) GUARD_COUNT };
enum { ACTION_NULL, ACTIONS(ACTION_NUMBER) };

static bool (*const guards[])(const void *subject) = {NULL, GUARDS(FUNCTION)};
static void (*const actions[])(void *subject) = {NULL, ACTIONS(FUNCTION)};

#define ROW(state, event, guard, action, next)                                                     \
    {LOOM_MACHINE_WHEN(LOOM_BOOTSTRAP_##state, LOOM_BOOTSTRAP_##event),                            \
     LOOM_MACHINE_THEN(GUARD_##guard, LOOM_BOOTSTRAP_##next), ACTION_##action},
#define IGNORE(state, event, why)

static const struct loom_transition rows[] = {
#include "bootstrap/bootstrap_rows.h"
};

LOOM_STATIC_ASSERT(LOOM_BOOTSTRAP_STATE_COUNT <= LOOM_MACHINE_MOST, "a state takes four bits");
LOOM_STATIC_ASSERT(LOOM_BOOTSTRAP_EVENT_COUNT <= LOOM_MACHINE_MOST, "an event takes four bits");
LOOM_STATIC_ASSERT(GUARD_COUNT <= LOOM_MACHINE_MOST, "a guard takes four bits");

static const struct loom_machine machine = {rows, guards, actions, sizeof rows / sizeof rows[0]};

bool loom_bootstrap_take(struct loom_bootstrap *bootstrap, enum loom_bootstrap_event event)
{
    return loom_machine_take(&machine, &bootstrap->state, (uint8_t)event, bootstrap);
}

void loom_bootstrap_init(struct loom_bootstrap *bootstrap, struct loom_context *context,
                         const struct loom_room *room)
{
    memset(bootstrap, 0, sizeof *bootstrap);
    bootstrap->room = room;
    bootstrap->context = context;
    bootstrap->deadline = LOOM_NEVER;
    bootstrap->account = LOOM_ID_NONE;
    bootstrap->staged = *context->config.model;
    bootstrap->staged.staging = context->config.staging;
    bootstrap->staged.hooks = NULL;
    bootstrap->staged.watch = NULL;
}

void loom_bootstrap_begin(struct loom_bootstrap *bootstrap)
{
    if (bootstrap->state == LOOM_BOOTSTRAP_START) {
        loom_bootstrap_take(bootstrap, bootstrap->context->stopping ? LOOM_BOOTSTRAP_STOP
                                                                    : LOOM_BOOTSTRAP_BEGIN);
    }
}

bool loom_bootstrap_need(struct loom_bootstrap *bootstrap, bool asked_for)
{
    bootstrap->asked_for = asked_for;
    return loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_NEEDED);
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

bool loom_bootstrap_silences(const struct loom_bootstrap *bootstrap)
{
    return bootstrap->state == LOOM_BOOTSTRAP_REQUESTING ||
           bootstrap->state == LOOM_BOOTSTRAP_RUNNING ||
           bootstrap->state == LOOM_BOOTSTRAP_COMMITTED;
}

bool loom_bootstrap_is_idle(const struct loom_bootstrap *bootstrap)
{
    return bootstrap->state == LOOM_BOOTSTRAP_IDLE || bootstrap->state == LOOM_BOOTSTRAP_FINISHED;
}

bool loom_bootstrap_has_committed(const struct loom_bootstrap *bootstrap)
{
    return bootstrap->state == LOOM_BOOTSTRAP_COMMITTED;
}

/* What it asks for is done once the answer to it is out. */
enum loom_status loom_bootstrap_trigger(struct loom_context *context,
                                        const struct loom_requester *from,
                                        struct loom_text arguments)
{
    (void)from;
    (void)arguments;
    if (!loom_account_exists(context->config.model)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    loom_context_wish(context, LOOM_WISH_BOOTSTRAP);
    return LOOM_OK;
}

/* ---- what the port tells --------------------------------------------------------------------- */

/* 4.15: the server cannot write in the format that was asked for; TLV goes without saying. */
static bool is_format_refusal(const struct loom_bootstrap *bootstrap,
                              const struct loom_response *response)
{
    return response->code == LOOM_UNSUPPORTED_FORMAT &&
           bootstrap->state == LOOM_BOOTSTRAP_REQUESTING &&
           bootstrap->context->config.lwm2m >= LOOM_LWM2M_1_1 && !bootstrap->format_refused;
}

void loom_bootstrap_response(struct loom_bootstrap *bootstrap, uint32_t exchange,
                             const struct loom_response *response, enum loom_failure failure)
{
    if (exchange != bootstrap->exchange || exchange == 0) {
        return;
    }
    bootstrap->exchange = 0;
    if (failure == LOOM_FAILURE_SECURITY) {
        return; /* the session is lost, too: that is told next, with the alert */
    }
    if (bootstrap->state == LOOM_BOOTSTRAP_PACK) {
        enum loom_status status = pack_of(bootstrap)->apply(bootstrap, response, failure);
        loom_bootstrap_take(bootstrap,
                            status == LOOM_OK ? LOOM_BOOTSTRAP_COMPLETE : LOOM_BOOTSTRAP_NO_PACK);
        return;
    }
    if (response->code == LOOM_CHANGED) {
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_ACCEPTED);
        return;
    }
    bool answered = response->code != 0;
    if (!answered && bootstrap->state == LOOM_BOOTSTRAP_RUNNING) {
        return; /* the server commands, so it has heard; now rule A-85 counts */
    }
    const struct loom_fault fault = {
        .failure = failure, .reason = answered ? LOOM_REASON_NONE : LOOM_REASON_NOT_ANSWERED};
    loom_fault_report(bootstrap,
                      answered ? LOOM_EVENT_BOOTSTRAP_REFUSED : LOOM_EVENT_BOOTSTRAP_FAILED,
                      response->code, &fault);
    if (is_format_refusal(bootstrap, response)) {
        bootstrap->format_refused = true;
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_FORMAT_REFUSED);
        return;
    }
    /* 4.00 is the one refusal that 1.0 has: its server may have stumbled over pct. */
    bootstrap->format_refused |= response->code == LOOM_BAD_REQUEST;
    loom_bootstrap_take(bootstrap, answered ? LOOM_BOOTSTRAP_REFUSED : LOOM_BOOTSTRAP_LOST);
}

void loom_bootstrap_lost(struct loom_bootstrap *bootstrap)
{
    bootstrap->session = NULL;
    bootstrap->exchange = 0;
    loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_LOST);
}

void loom_bootstrap_smartcard(struct loom_bootstrap *bootstrap, enum loom_status status,
                              struct loom_bytes file)
{
    if (bootstrap->state != LOOM_BOOTSTRAP_CARD) {
        return; /* too late: the sequence has gone on without it */
    }
    loom_context_features(bootstrap->context)->smartcard->apply(bootstrap, status, file);
    loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_CARD_DONE);
}

void loom_bootstrap_moved(struct loom_bootstrap *bootstrap)
{
    uint8_t state = bootstrap->state;
    if (bootstrap->session == NULL) {
        return;
    }
    loom_context_close(bootstrap->context, &bootstrap->session);
    loom_bootstrap_lost(bootstrap);
    if (loom_bootstrap_is_idle(bootstrap) || state == LOOM_BOOTSTRAP_HOLD_OFF) {
        loom_context_wish(bootstrap->context, LOOM_WISH_LISTEN);
    }
}

void loom_bootstrap_listen(struct loom_bootstrap *bootstrap)
{
    listen(bootstrap);
}

/* ---- time ------------------------------------------------------------------------------------ */

void loom_bootstrap_timer(struct loom_bootstrap *bootstrap)
{
    bootstrap->deadline = LOOM_NEVER;
    loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_TIMER);
}

/* ---- commands -------------------------------------------------------------------------------- */

/* A command and what has become of it. The event is made by a function of its own, when that is
 * known, so that it takes no stack while the command is carried out. */
struct command {
    enum loom_event_type type;
    uint8_t success; /* code of the answer with LOOM_OK */
    struct loom_fault fault;
};

static enum loom_status read_or_discover(const struct loom_bootstrap *bootstrap,
                                         struct command *command,
                                         const struct loom_request *request,
                                         struct loom_reply *reply)
{
    uint16_t accept = request->accept;
    const struct loom_features *features = loom_context_features(bootstrap->context);
    const struct loom_path *path = &command->fault.path;
    bool discover =
        accept == LOOM_FORMAT_LINK || (accept == LOOM_FORMAT_ABSENT && path->depth == 0);
    const struct loom_bootstrap_get_feature *feature =
        discover ? features->bootstrap_discover : features->bootstrap_read;
    command->type = discover ? LOOM_EVENT_BOOTSTRAP_DISCOVER : LOOM_EVENT_BOOTSTRAP_READ;
    command->success = LOOM_CONTENT;
    return feature == NULL ? LOOM_METHOD_NOT_ALLOWED
                           : feature->get(bootstrap, path, request, reply);
}

static bool is_finish(const struct loom_request *request)
{
    return request->method == LOOM_POST && loom_request_path_is(request, "bs");
}

static enum loom_status carry_out(struct loom_bootstrap *bootstrap, struct command *command,
                                  const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_fault *fault = &command->fault;
    if (is_finish(request)) {
        command->type = LOOM_EVENT_BOOTSTRAP_FINISH;
        return loom_transaction_finish(bootstrap, LOOM_BOOTSTRAP_FROM_SERVER, fault);
    }
    enum loom_status status = loom_request_path(request, &fault->path);
    if (status != LOOM_OK) { /* of Writes and Deletes the table of A-20 has 4.00 alone */
        return request->method == LOOM_GET ? status : LOOM_BAD_REQUEST;
    }
    fault->has_path = true;
    switch (request->method) {
    case LOOM_GET:
        return read_or_discover(bootstrap, command, request, reply);
    case LOOM_PUT:
        command->type = LOOM_EVENT_BOOTSTRAP_WRITE;
        return loom_bootstrap_write(bootstrap, request, fault);
    case LOOM_DELETE:
        command->type = LOOM_EVENT_BOOTSTRAP_DELETE;
        command->success = LOOM_DELETED;
        return loom_bootstrap_delete(bootstrap, &fault->path);
    case LOOM_POST:
    case LOOM_FETCH:
    case LOOM_PATCH:
    case LOOM_IPATCH:
        break;
    }
    return LOOM_METHOD_NOT_ALLOWED;
}

/* What is not taken means nothing in the present state (rule A-22). */
static bool takes_command(struct loom_bootstrap *bootstrap, const struct loom_request *request)
{
    const struct loom_bootstrap_push_feature *push = push_of(bootstrap);
    bool open =
        bootstrap->state == LOOM_BOOTSTRAP_REQUESTING || bootstrap->state == LOOM_BOOTSTRAP_RUNNING;
    return (open || (push != NULL && push->is_begun_by(request))) &&
           loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_COMMAND) &&
           bootstrap->state == LOOM_BOOTSTRAP_RUNNING;
}

void loom_bootstrap_request(struct loom_bootstrap *bootstrap, const struct loom_request *request,
                            struct loom_reply *reply)
{
    struct command command = {.type = LOOM_EVENT_REQUEST, .success = LOOM_CHANGED};
    enum loom_status status = takes_command(bootstrap, request)
                                  ? carry_out(bootstrap, &command, request, reply)
                                  : LOOM_BAD_REQUEST;
    reply->code = command.success;
    if (status != LOOM_OK) {
        reply->code = (uint8_t)status;
        reply->length = 0;
        reply->content_format = LOOM_FORMAT_ABSENT;
    }
    loom_fault_report(bootstrap, command.type, reply->code, &command.fault);
    if (command.type == LOOM_EVENT_BOOTSTRAP_FINISH && status == LOOM_OK) {
        loom_bootstrap_take(bootstrap, LOOM_BOOTSTRAP_COMPLETE);
    }
}
