/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold after every event, by what anybody outside of the client can see. */
#include "stage.h"

#include "model/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* After which a purge is tried again that could not be stored. Seconds. */
#define PURGE_RETRY 3600u

static const struct {
    const char *name;
    const char *rules;
} invariants[INVARIANT_COUNT] = {
    [INVARIANT_TRANSACTION] = {"accounts change as a whole with an answered Finish, or not at all",
                               "A-83 A-84 A-86 A-87"},
    [INVARIANT_ACCOUNT] = {"the Bootstrap-Server Account is lost when 0/x/12 says so, else never",
                           "A-50 A-87"},
    [INVARIANT_FINISH] = {"an inconsistent configuration is refused, a consistent one taken",
                          "A-81 A-21"},
    [INVARIANT_STRAY] = {"nothing is done for a bootstrap server outside a bootstrap", "A-22"},
    [INVARIANT_REGISTERED] = {"no operation before the registration or after its end", "A-92"},
    [INVARIANT_BOOTSTRAPPING] = {"no operation during a bootstrap", "A-90 A-91"},
    [INVARIANT_DISABLED] = {"silent towards a server that has disabled itself", "B-70"},
    [INVARIANT_HOLD_OFF] = {"nothing is asked during the hold-off", "A-12 A-13"},
    [INVARIANT_LIFETIME] = {"an Update is sent before the lifetime is over", "B-22"},
    [INVARIANT_STORE] = {"what is in force is what a restart brings back", "A-83"},
    [INVARIANT_SECRET] = {"no event holds a key", "H-3"},
    [INVARIANT_SESSIONS] = {"one session for each server, closed or lost exactly once", "A-9 B-17"},
    [INVARIANT_EXCHANGES] =
        {"one request waited for until its end in a session, and one more given up", "B-54"},
    [INVARIANT_DEADLINE] = {"a deadline is not in the past, and nothing is due for ever", "B-54"},
    [INVARIANT_STUCK] = {"something will happen to a device that is not registered",
                         "A-15 B-54 B-55"},
    [INVARIANT_OBSERVED] = {"what is observed is notified of while it is, and only then",
                            "C-61 C-62 B-82"},
    [INVARIANT_RIGHT] = {"nothing is told without the right to read it", "C-63 C-76"},
    [INVARIANT_PMIN] = {"notifications are pmin apart", "C.2 C-60"},
    [INVARIANT_DUE] = {"a notification comes when it is due, by a change or by pmax", "C.2 C-60"},
    [INVARIANT_CONFIRMABLE] = {"confirmable as 1/x/26 says, and one at a time", "C-66"},
    [INVARIANT_NEWEST] = {"a notification shows what is newest", "C-60"},
    [INVARIANT_SAME] = {"states that are taken for the same lead to the same",
                        "the explorer's own"},
    [INVARIANT_BACK] = {"the device is back in the time that its timers say",
                        "A-15 A-16 B-53 B-55"},
};

char violation[256];

void violate(enum invariant invariant, const char *format, ...)
{
    va_list arguments;
    if (violation[0] != '\0') {
        return;
    }
    int used = snprintf(violation, sizeof violation, "%s (%s): ", invariants[invariant].name,
                        invariants[invariant].rules);
    va_start(arguments, format);
    (void)vsnprintf(violation + used, sizeof violation - (size_t)used, format, arguments);
    va_end(arguments);
}

/* ---- what the client tells ------------------------------------------------------------------- */

static uint64_t after(uint64_t seconds)
{
    return stage.now + seconds * 1000;
}

void watch_begin(void)
{
    struct watch *watch = &stage.watch;
    bool expired = watch->expired;
    uint64_t purge_at = watch->purge_at;
    memset(watch, 0, sizeof *watch);
    watch->expired = expired;
    watch->restarted = true;
    if (purge_at != 0) { /* what was left when it was stored */
        uint64_t anew = after(stage_setup->expires);
        watch->purge_at = purge_at > anew ? purge_at : anew;
    }
}

static void check_secret(const struct loom_event *event)
{
    const struct loom_text texts[] = {event->text, event->uri};
    for (unsigned i = 0; i < 2; i++) {
        for (size_t at = 0; at + 6 <= texts[i].length; at++) {
            if (memcmp(texts[i].data + at, "KEYKEY", 6) == 0) {
                violate(INVARIANT_SECRET, "a key stands in the event %s",
                        loom_event_name(event->type));
            }
        }
    }
}

static void begin_bootstrap(enum truth truth)
{
    struct watch *watch = &stage.watch;
    uint16_t instance = 0;
    watch->bootstrapping = (uint8_t)truth;
    watch->commanded = false;
    watch->staged =
        loom_model_next_instance(&stage.model, 1, &instance) ? STAGED_AS_BEFORE : STAGED_NONE;
}

static void end_bootstrap(bool committed)
{
    stage.watch.bootstrapping = NO;
    if (committed) {
        stage.watch.committed = true;
        memset(stage.watch.registered, 0, sizeof stage.watch.registered);
        memset(stage.watch.alive_until, 0, sizeof stage.watch.alive_until);
        memset(stage.watch.disabled_until, 0, sizeof stage.watch.disabled_until);
        stage.watch.alert_unkept = false;
        observed_over();
        stage.watch.purge_at = stage_setup->expires != 0 ? after(stage_setup->expires) : 0;
    }
}

static void end_hold_off(void)
{
    struct watch *watch = &stage.watch;
    if (watch->held_until > stage.now) {
        violate(INVARIANT_HOLD_OFF, "%llu ms too early",
                (unsigned long long)(watch->held_until - stage.now));
    }
    watch->held_until = 0;
}

static void on_bootstrap(const struct loom_event *event)
{
    switch (event->type) {
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
        end_hold_off();
        begin_bootstrap(YES);
        break;
    case LOOM_EVENT_BOOTSTRAP_PUSH:
        stage.watch.held_until = 0; /* */
        begin_bootstrap(YES);
        break;
    case LOOM_EVENT_BOOTSTRAP_ACCEPTED:
        stage.watch.commanded = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST: /* with a pack nobody commands */
        end_hold_off();
        begin_bootstrap(NO);
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK:
        if (event->code == LOOM_CONTENT && event->reason == LOOM_REASON_NONE) {
            stage.watch.staged = STAGED_RIGHT;
            end_bootstrap(true);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_FINISH:
        if (event->code == LOOM_CHANGED) {
            end_bootstrap(true);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_FAILED:
    case LOOM_EVENT_BOOTSTRAP_RETRY:
    case LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT:
        end_bootstrap(false);
        break;
    case LOOM_EVENT_HOLD_OFF:
        stage.watch.held_until = after(stage_setup->hold_off);
        end_bootstrap(false);
        break;
    case LOOM_EVENT_ACCOUNT_EXPIRED:
        stage.watch.expired = true;
        stage.watch.purged = true;
        end_bootstrap(false);
        break;
    default:
        break;
    }
}

static void end_registration(unsigned server)
{
    if (server == 0) {
        observed_over();
    }
    stage.watch.registered[server] = false;
    stage.watch.alive_until[server] = 0;
}

static void check_lifetime(unsigned server)
{
    uint64_t end = stage.watch.alive_until[server];
    if (end != 0 && stage.now >= end) {
        violate(INVARIANT_LIFETIME, "server %u has forgotten the device", (unsigned)SSID(server));
    }
}

static void live_on(unsigned server)
{
    stage.watch.alive_until[server] = after((uint64_t)stage.registrations[server].lifetime);
}

static void on_registration(const struct loom_event *event)
{
    unsigned server = (unsigned)event->ssid - SSID(0);
    struct watch *watch = &stage.watch;
    if (server >= SERVERS_MAX) {
        return;
    }
    switch (event->type) {
    case LOOM_EVENT_REGISTER:
        end_registration(server);
        if (watch->disabled_until[server] > stage.now) {
            violate(INVARIANT_DISABLED, "a Register %llu ms before the time is over",
                    (unsigned long long)(watch->disabled_until[server] - stage.now));
        }
        watch->disabled_until[server] = 0;
        break;
    case LOOM_EVENT_REGISTERED:
        watch->registered[server] = true;
        live_on(server);
        /* A registration may make a bootstrap needless that nobody has answered yet. */
        if (watch->bootstrapping == YES && !watch->commanded) {
            watch->bootstrapping = MAYBE;
        }
        break;
    case LOOM_EVENT_UPDATE:
        check_lifetime(server);
        watch->alive_until[server] = 0;
        watch->asleep = watch->asleep && server != 0;
        break;
    case LOOM_EVENT_ASLEEP:
        watch->asleep = watch->asleep || server == 0;
        break;
    case LOOM_EVENT_UPDATED:
        live_on(server);
        break;
    case LOOM_EVENT_DISABLED:
        watch->disabled_until[server] = after(event->seconds);
        end_registration(server);
        break;
    case LOOM_EVENT_DEREGISTER:
    case LOOM_EVENT_DEREGISTERED:
    case LOOM_EVENT_REGISTRATION_GIVEN_UP:
    case LOOM_EVENT_SESSION_FAILED:
        end_registration(server);
        break;
    default:
        break;
    }
    if (event->type == LOOM_EVENT_SESSION_FAILED && event->alert >= 0) {
        watch->alerted = true;
        watch->alert_unkept = true;
    }
}

static void trace(const struct loom_event *event)
{
    char path[32] = "";
    size_t used = 0;
    for (unsigned i = 0; event->has_path && i < event->path.depth; i++) {
        used +=
            (size_t)snprintf(path + used, sizeof path - used, "/%u", (unsigned)event->path.id[i]);
    }
    (void)printf("        %llu ms: %s %s", (unsigned long long)stage.now,
                 loom_event_name(event->type), path);
    if (event->ssid != 0) {
        (void)printf(" server %u", (unsigned)event->ssid);
    }
    if (event->code != 0) {
        (void)printf(" %u.%02u", (unsigned)event->code / 32, (unsigned)event->code % 32);
    }
    if (event->seconds != 0) {
        (void)printf(" %u s", (unsigned)event->seconds);
    }
    struct loom_text text = loom_event_text(event);
    (void)printf(" %.*s\n", (int)text.length, text.length > 0 ? text.data : "");
}

void watch_event(void *user, const struct loom_event *event)
{
    (void)user;
    if (stage_trace) {
        trace(event);
    }
    check_secret(event);
    if (event->type <= LOOM_EVENT_ACCOUNT_EXPIRED) {
        on_bootstrap(event);
    } else {
        on_registration(event);
    }
    if (event->type == LOOM_EVENT_STATE_SAVED) {
        stage.watch.alert_unkept = false;
    }
    if (event->type == LOOM_EVENT_STATE_FAILED && stage.watch.purge_at != 0) {
        stage.watch.purge_at = after(PURGE_RETRY); /* it may have been the purge */
    }
}

/* ---- what the servers are answered ----------------------------------------------------------- */

void watch_answer(unsigned link, uint8_t code)
{
    const struct watch *watch = &stage.watch;
    if (code == 0) {
        return;
    }
    if (!watch->registered[link - 1]) {
        violate(INVARIANT_REGISTERED, "server %u is answered %u.%02u without a registration",
                (unsigned)SSID(link - 1), (unsigned)code / 32, (unsigned)code % 32);
    }
    if (watch->bootstrapping == YES) {
        violate(INVARIANT_BOOTSTRAPPING, "server %u is answered %u.%02u", (unsigned)SSID(link - 1),
                (unsigned)code / 32, (unsigned)code % 32);
    }
}

void watch_late(const struct stage *before)
{
    if (memcmp(&stage.client, &before->client, sizeof stage.client) != 0 ||
        memcmp(stage.registrations, before->registrations, sizeof stage.registrations) != 0) {
        violate(INVARIANT_EXCHANGES, "an answer to a request that was given up is taken for one");
    }
}

void watch_command(enum staged staged, uint8_t code)
{
    struct watch *watch = &stage.watch;
    bool done = code >= LOOM_CREATED && code < LOOM_CODE(3, 0);
    if (done && watch->bootstrapping == NO) {
        violate(INVARIANT_STRAY, "a command is done");
    }
    if (done) {
        watch->commanded = true;
        watch->staged = (uint8_t)staged;
        watch->bootstrapping = YES;
    } else if (watch->bootstrapping == YES) {
        violate(INVARIANT_FINISH, "a right command is answered %u.%02u", (unsigned)code / 32,
                (unsigned)code % 32);
    }
}

/* By what the watch knew before the Finish. */
void watch_finish(enum truth bootstrapping, bool store_failed, uint8_t code)
{
    uint8_t staged = stage.watch.staged;
    bool right = staged == STAGED_AS_BEFORE || staged == STAGED_RIGHT;
    uint8_t expected = bootstrapping == NO ? LOOM_BAD_REQUEST
                       : !right            ? LOOM_NOT_ACCEPTABLE
                       : store_failed      ? LOOM_INTERNAL_ERROR
                                           : LOOM_CHANGED;
    if (bootstrapping != MAYBE && code != expected) {
        violate(bootstrapping == YES ? INVARIANT_FINISH : INVARIANT_STRAY,
                "the Finish is answered %u.%02u, not %u.%02u", (unsigned)code / 32,
                (unsigned)code % 32, (unsigned)expected / 32, (unsigned)expected % 32);
    }
    stage.watch.commanded = stage.watch.commanded || bootstrapping == YES;
}

/* ---- after every event ----------------------------------------------------------------------- */

static bool is_same(uint16_t object, const struct stage *before)
{
    const struct loom_product_object *entry = loom_model_object(&stage.model, object);
    size_t size = (size_t)entry->room * entry->object->instance_size;
    return memcmp((const uint8_t *)stage.data + entry->offset,
                  (const uint8_t *)before->data + entry->offset, size) == 0;
}

static bool is_right(uint16_t object)
{
    uint8_t room[ACCOUNTS_ROOM];
    struct loom_bytes right = stage_right(object);
    size_t length = stage_canonical(&stage, object, room, sizeof room);
    return length == right.length && memcmp(room, right.data, length) == 0;
}

static void check_accounts(const struct stage *before)
{
    const struct watch *watch = &stage.watch;
    for (uint16_t object = 0; object <= 1 && !watch->restarted; object++) {
        bool may =
            watch->committed || (object == 0 && watch->purged) || (object == 1 && watch->alerted);
        if (!may && !is_same(object, before)) {
            violate(INVARIANT_TRANSACTION, "object %u has changed without an answered Finish",
                    (unsigned)object);
        }
        /* The Bootstrap-Server Account, which is among the right ones, may be gone. */
        if (watch->committed && watch->staged == STAGED_RIGHT && !watch->expired &&
            !watch->alerted && !is_right(object)) {
            violate(INVARIANT_TRANSACTION, "object %u is not what the bootstrap server has written",
                    (unsigned)object);
        }
    }
    if (!watch->expired && loom_account_instance(&stage.model) == LOOM_ID_NONE) {
        violate(INVARIANT_ACCOUNT, "it is gone");
    }
}

/* While a bootstrap is under way the account is in use, and an attempt to purge it may fail with
 * the store. */
static void check_expiry(const struct stage *before)
{
    struct watch *watch = &stage.watch;
    bool in_use = watch->bootstrapping != NO || before->watch.bootstrapping != NO;
    if (watch->purge_at == 0 || watch->expired || stage.stopping) {
        return;
    }
    if (in_use && watch->purge_at < stage.now) {
        watch->purge_at = stage.now;
    }
    if (stage.now > watch->purge_at + TRANSMIT_WAIT) {
        violate(INVARIANT_ACCOUNT, "it should be gone since %llu ms",
                (unsigned long long)(stage.now - watch->purge_at));
    }
}

static void check_lifetimes(void)
{
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        check_lifetime(i);
    }
}

/* The alert code alone may be newer than what is stored. */
static void check_restart(const struct stage *before)
{
    for (uint16_t object = 0; object <= 1; object++) {
        uint8_t room[2][ACCOUNTS_ROOM];
        size_t length = 0;
        bool same = is_same(object, before);
        if (!same) { /* the same may stand in another order */
            length = stage_canonical(&stage, object, room[0], ACCOUNTS_ROOM);
            same = length == stage_canonical(before, object, room[1], ACCOUNTS_ROOM) &&
                   memcmp(room[0], room[1], length) == 0;
        }
        if (!same && (object == 0 || !before->watch.alert_unkept)) {
            violate(INVARIANT_STORE, "object %u is another after the restart", (unsigned)object);
        }
    }
}

static void check_sessions(void)
{
    const struct loom_session *sessions[LINKS] = {stage.client.bootstrap.session};
    const uint32_t exchanges[LINKS] = {stage.client.bootstrap.exchange,
                                       stage.registrations[0].exchange,
                                       stage.registrations[1].exchange};
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        sessions[1 + i] = stage.registrations[i].session;
    }
    for (unsigned i = 0; i < LINKS; i++) {
        const struct link *link = &stage.links[i];
        if (link->open != (sessions[i] != NULL)) {
            violate(INVARIANT_SESSIONS, "session %u is %s", i,
                    link->open ? "open, but forgotten" : "kept, but not open");
        }
        if (exchanges[i] != 0 && exchanges[i] != link->now.exchange && !link->untold) {
            violate(INVARIANT_EXCHANGES, "an end is waited for that was told, in session %u", i);
        }
        if (stage.client.stopped && link->open) {
            violate(INVARIANT_SESSIONS, "session %u is open after the stop", i);
        }
    }
}

static bool has_end(const struct loom_registration *registration)
{
    bool bootstraps = !loom_bootstrap_is_idle(&stage.client.bootstrap);
    switch (registration->state) {
    case LOOM_REGISTRATION_OFF:
        return stage.stopping;
    case LOOM_REGISTRATION_QUEUED:
        return true; /* the one before it, or a bootstrap, has an end of its own */
    case LOOM_REGISTRATION_FAILED:
        return bootstraps;
    default:
        return registration->deadline != LOOM_NEVER;
    }
}

static void check_stuck(void)
{
    bool any = false;
    if (stage.client.stopped) {
        return;
    }
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        const struct loom_registration *registration = &stage.registrations[i];
        if (loom_registration_used(registration)) {
            any = true;
            if (!has_end(registration)) {
                violate(INVARIANT_STUCK, "server %u is %s for ever", (unsigned)registration->ssid,
                        loom_registration_state_name(registration->state));
            }
        }
    }
    if (stage.deadline == LOOM_NEVER && (any || !stage.watch.expired)) {
        violate(INVARIANT_STUCK, "nothing is due any more");
    }
}

void watch_after(const struct stage *before)
{
    struct watch *watch = &stage.watch;
    check_accounts(before);
    check_expiry(before);
    check_lifetimes();
    if (watch->restarted) {
        check_restart(before);
    }
    check_sessions();
    check_stuck();
    observed_watch();
    watch->committed = false;
    watch->purged = false;
    watch->alerted = false;
    watch->restarted = false;
}
