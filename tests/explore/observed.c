/* SPDX-License-Identifier: Apache-2.0 */
/* What server 101 observes: what can happen to it, the port's part of it, and what must hold, by
 * what the server was answered and notified of, by the value and by the clock. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000u
#define RETRY  (1 * SECOND) /* after which a notification that could not be sent is tried again */

static const struct loom_path paths[SLOTS] = {{{3, 0, 9}, 3}, {{3, 0}, 2}};

static int64_t value_now(void)
{
    int64_t value = -1;
    (void)loom_get_integer(&stage.model, paths[0], &value);
    return value;
}

bool observed_right(void)
{
    struct loom_path path = loom_path_resource_instance(2, 0, 2, SSID(0));
    int64_t rights = 0;
    return !stage_setup->rights ||
           (loom_get_integer(&stage.model, path, &rights) == LOOM_OK && (rights & 1) != 0);
}

static bool is_confirming(void)
{
    bool any = false;
    for (unsigned i = 0; i < SLOTS; i++) {
        any = any || stage.tokens[i].sent != 0;
    }
    return any;
}

/* ---- the port -------------------------------------------------------------------------------- */

static struct token *token_of(uint16_t name)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (stage.tokens[i].name == name) {
            return &stage.tokens[i];
        }
    }
    return NULL;
}

static bool shows_value(const struct loom_bytes payload, bool text)
{
    int64_t value = value_now();
    for (size_t i = 0; !text && i + 3 <= payload.length; i++) {
        if (payload.data[i] == 0xC1 && payload.data[i + 1] == 9) { /* TLV, one byte long */
            return payload.data[i + 2] == value;
        }
    }
    char digits[8] = "";
    memcpy(digits, payload.data, payload.length < sizeof digits ? payload.length : 0);
    return text && strtol(digits, NULL, 10) == value;
}

static void check_notification(unsigned slot, const struct loom_notification *notification)
{
    const struct observed *observed = &stage.watch.observed[slot];
    uint64_t passed = stage.now - observed->notified_at;
    if (!observed->stands || !stage.watch.registered[0]) {
        violate(INVARIANT_OBSERVED, "a notification of slot %u, which is not observed", slot);
    }
    if (stage.watch.bootstrapping == YES) {
        violate(INVARIANT_BOOTSTRAPPING, "a notification");
    }
    if (stage.watch.asleep) {
        violate(INVARIANT_OBSERVED, "a notification of a device that sleeps");
    }
    if (!observed_right()) {
        violate(INVARIANT_RIGHT, "a notification of slot %u", slot);
    }
    if (passed < PMIN * SECOND) {
        violate(INVARIANT_PMIN, "a notification %u ms after the last one", (unsigned)passed);
    }
    if (!observed->may && passed < stage_setup->pmax * SECOND) {
        violate(INVARIANT_DUE, "a notification that nothing calls for");
    }
    if (notification->confirmable != stage_setup->confirmable ||
        (notification->confirmable && is_confirming())) {
        violate(INVARIANT_CONFIRMABLE, "a notification of slot %u", slot);
    }
    if (!shows_value(notification->payload, slot == 0)) {
        violate(INVARIANT_NEWEST, "a notification of slot %u", slot);
    }
}

enum loom_status observed_notify(void *self, struct loom_session *session, uint16_t name,
                                 const struct loom_notification *notification)
{
    struct token *token = token_of(name);
    (void)self;
    (void)session;
    if (token == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (stage.send_fails) {
        stage.send_fails = false;
        stage.watch.hindered_until = stage.now + RETRY;
        return LOOM_UNAVAILABLE;
    }
    unsigned slot = (unsigned)(token - stage.tokens);
    struct observed *observed = &stage.watch.observed[slot];
    check_notification(slot, notification);
    if (stage_trace) {
        (void)printf("        %llu ms: notifies of slot %u\n", (unsigned long long)stage.now, slot);
    }
    token->told = true;
    token->sent = notification->confirmable ? stage.now : 0;
    observed->notified_at = stage.now;
    observed->notified = value_now();
    observed->may = false;
    observed->must = false;
    return LOOM_OK;
}

void observed_forget(void *self, struct loom_session *session, uint16_t name)
{
    struct token *token = token_of(name);
    (void)self;
    (void)session;
    if (token != NULL) {
        memset(token, 0, sizeof *token);
    }
}

void observed_drop(void)
{
    memset(stage.tokens, 0, sizeof stage.tokens);
}

uint64_t observed_end(void)
{
    uint64_t end = LOOM_NEVER;
    for (unsigned i = 0; i < SLOTS; i++) {
        if (stage.tokens[i].sent != 0 && stage.tokens[i].sent + TRANSMIT_WAIT < end) {
            end = stage.tokens[i].sent + TRANSMIT_WAIT;
        }
    }
    return end;
}

void observed_tell(unsigned slot, enum loom_failure failure)
{
    struct token *token = &stage.tokens[slot];
    struct observed *observed = &stage.watch.observed[slot];
    uint16_t name = token->name;
    token->sent = 0;
    if (failure == LOOM_FAILURE_RESET) { /* C-61 */
        memset(token, 0, sizeof *token);
        memset(observed, 0, sizeof *observed);
    } else if (failure != LOOM_FAILURE_NONE) {
        observed->may = true;
        observed->must = true;
    }
    loom_client_side.notified(&stage.client, &stage.registrations[0],
                              stage.registrations[0].session, name, failure);
}

/* ---- what its server asks -------------------------------------------------------------------- */

/* LwM2M 1.1 has the periods in the Server object, 1.2 in the query (rule C-57). */
static void observe(unsigned slot, bool begins)
{
    char digits[3][6];
    char periods[2][12];
    struct loom_reply reply;
    struct token *token = &stage.tokens[slot];
    struct observed *observed = &stage.watch.observed[slot];
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = slot == 0 ? LOOM_FORMAT_TEXT : LOOM_FORMAT_TLV,
                                   .confirmable = true,
                                   .observation_of = token->name};
    request.observe = begins ? LOOM_OBSERVE_BEGIN : LOOM_OBSERVE_END;
    stage_put_path(&request, paths[slot], digits);
    if (begins && stage_setup->lwm2m >= LOOM_LWM2M_1_2) {
        (void)snprintf(periods[0], sizeof periods[0], "pmin=%u", PMIN);
        (void)snprintf(periods[1], sizeof periods[1], "pmax=%u", (unsigned)stage_setup->pmax);
        request.query[0] = loom_text_of(periods[0]);
        request.query[1] = loom_text_of(periods[1]);
        request.query_count = 2;
    }
    bool had_right = observed_right();
    uint8_t code = stage_ask(OBSERVER, &request, &reply);
    watch_answer(OBSERVER, code);
    if (code != 0 && (code == LOOM_CONTENT) != had_right) {
        violate(INVARIANT_RIGHT, "slot %u is answered %u.%02u", slot, code / 32u, code % 32u);
    }
    if (code != LOOM_CONTENT) {
        return;
    }
    memset(token, 0, sizeof *token);
    memset(observed, 0, sizeof *observed);
    if (begins) {
        if (reply.observation == 0) {
            violate(INVARIANT_OBSERVED, "slot %u is read, though there is room to observe", slot);
        }
        token->name = reply.observation;
        observed->stands = true;
        observed->notified_at = stage.now;
        observed->notified = value_now();
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static void add(struct event *events, unsigned *count, enum event_kind kind, unsigned slot)
{
    struct event event = {.kind = (uint8_t)kind, .link = OBSERVER, .slot = (uint8_t)slot};
    events[(*count)++] = event;
}

unsigned observed_events(struct event *events)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SLOTS; i++) {
        const struct token *token = &stage.tokens[i];
        if (stage.links[OBSERVER].open) {
            add(events, &count, EVENT_OBSERVE, i);
        }
        if (token->name != 0) {
            add(events, &count, EVENT_CANCEL, i);
        }
        if (token->sent != 0) {
            add(events, &count, EVENT_ACKNOWLEDGED, i);
            add(events, &count, EVENT_UNHEARD, i);
        }
        if (token->told) {
            add(events, &count, EVENT_RESET, i);
        }
    }
    if (stage_setup->rights) {
        add(events, &count, EVENT_RIGHT, 0);
    }
    add(events, &count, EVENT_MOMENT, 0);
    add(events, &count, EVENT_CHANGE, 0);
    return count;
}

static void change(void)
{
    (void)loom_set_integer(&stage.model, paths[0], value_now() == 40 ? 60 : 40);
    for (unsigned i = 0; i < SLOTS; i++) {
        stage.watch.observed[i].may = true;
    }
}

static void turn_right(void)
{
    bool had_right = observed_right();
    (void)loom_set_integer(&stage.model, loom_path_resource_instance(2, 0, 2, SSID(0)),
                           had_right ? 0 : 1);
    for (unsigned i = 0; i < SLOTS; i++) {
        stage.watch.observed[i].unread = true;
    }
}

void observed_happen(struct event event)
{
    switch ((enum event_kind)event.kind) {
    case EVENT_OBSERVE:
    case EVENT_CANCEL:
        observe(event.slot, event.kind == EVENT_OBSERVE);
        break;
    case EVENT_ACKNOWLEDGED:
        observed_tell(event.slot, LOOM_FAILURE_NONE);
        break;
    case EVENT_UNHEARD:
        observed_tell(event.slot, LOOM_FAILURE_TIMEOUT);
        break;
    case EVENT_RESET:
        observed_tell(event.slot, LOOM_FAILURE_RESET);
        break;
    case EVENT_RIGHT:
        turn_right();
        break;
    default:
        change();
        break;
    }
}

/* ---- the watch ------------------------------------------------------------------------------- */

void observed_over(void)
{
    memset(stage.watch.observed, 0, sizeof stage.watch.observed);
    stage.watch.asleep = false;
}

static uint64_t due_at(const struct observed *observed)
{
    bool wanted = observed->must || observed->notified != value_now();
    uint64_t least = observed->notified_at + PMIN * SECOND;
    uint64_t most = observed->notified_at + stage_setup->pmax * SECOND;
    uint64_t due = wanted && least < most ? least : most;
    return due > stage.watch.hindered_until ? due : stage.watch.hindered_until;
}

/* Whether something is in the way that has an end of its own. */
static bool is_hindered(void)
{
    return !stage.watch.registered[0] || stage.watch.bootstrapping != NO || stage.stopping ||
           (stage_setup->confirmable && is_confirming());
}

void observed_watch(void)
{
    for (unsigned i = 0; i < SLOTS && !is_hindered(); i++) {
        const struct observed *observed = &stage.watch.observed[i];
        uint64_t due = due_at(observed);
        if (!observed->stands || observed->unread) {
            continue;
        }
        if (due <= stage.now) {
            violate(INVARIANT_DUE, "slot %u is not notified of since %llu ms", i,
                    (unsigned long long)(stage.now - due));
        } else if (stage.deadline > due) {
            violate(INVARIANT_DEADLINE, "the deadline is later than what is due of slot %u", i);
        }
    }
}

/* ---- the same state -------------------------------------------------------------------------- */

/* As far back as a notification can still count. */
static uint64_t ago(uint64_t time)
{
    uint64_t most = (stage_setup->pmax + 1) * SECOND;
    return stage.now - time < most ? stage.now - time : most;
}

void observed_level(struct stage *level)
{
    struct loom_context *context = &level->client.context;
    uint64_t since = stage.registrations[0].ended_at;
    for (unsigned i = 0; i < SLOTS; i++) {
        struct loom_observation *observation = &level->observations[i];
        struct observed *observed = &level->watch.observed[i];
        struct token *token = &level->tokens[i];
        if (observation->ssid != 0) {
            bool is_old = since > observation->notified_at; /* of another registration */
            observation->notified_at = ago(observation->notified_at) << 1 | (is_old ? 1 : 0);
            observation->looked = 0; /* counts with epmin and epmax alone */
        }
        observed->notified_at = observed->stands ? ago(observed->notified_at) : 0;
        token->sent = token->sent == 0 ? 0 : stage.now - token->sent + 1;
    }
    context->report_at = context->report_at == LOOM_NEVER ? LOOM_NEVER
                         : context->report_at > stage.now ? context->report_at - stage.now
                                                          : 0;
    level->watch.hindered_until =
        stage.watch.hindered_until > stage.now ? stage.watch.hindered_until - stage.now : 0;
    memset(level->attributes + context->attributes.used, 0,
           ATTRIBUTES_ROOM - context->attributes.used);
}
