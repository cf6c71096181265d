/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications: which are due, and what becomes of them; rules C-58 .. C-66. */
#include "reporting/observation.h"

#include "accounts/access.h"
#include "reporting/evaluate.h"

/* What fails for the time being is tried again after so many seconds. */
#define RETRY 1u

void loom_reporting_look_soon(struct loom_context *context)
{
    context->report_at = 0;
    context->quiet_until = 0;
}

void loom_observation_report(const struct loom_context *context,
                             const struct loom_observation *observation, uint8_t code)
{
    struct loom_event event = loom_context_event(context, LOOM_EVENT_NOTIFY, observation->ssid);
    event.code = code;
    loom_observation_path(observation, &event.path);
    event.has_path = true;
    loom_context_emit(context, &event);
}

bool loom_observations_confirm(const struct loom_context *context, uint16_t ssid)
{
    const struct loom_observation *end = loom_observations_end(context);
    for (const struct loom_observation *each = context->config.observations; each < end; each++) {
        if (each->ssid == ssid &&
            (each->flags & (LOOM_OBSERVATION_CONFIRMING | LOOM_OBSERVATION_DORMANT)) ==
                LOOM_OBSERVATION_CONFIRMING) {
            return true;
        }
    }
    return false;
}

/* One observation, looked at once. */
struct turn {
    struct loom_context *context;
    struct loom_observation *observation;
    const struct loom_report_servers *servers;
    uint64_t now;
    uint64_t next; /* when to look again; LOOM_NEVER: when what is under way has come to its end */
    struct loom_report_server server;
    struct loom_attributes attributes;
    struct loom_reading reading;
};

static enum loom_status send(const struct turn *turn, const struct loom_notification *notification)
{
    const struct loom_port *port = turn->context->config.port;
    return port->notify(port->self, turn->server.session,
                        loom_observation_name(turn->context, turn->observation), notification);
}

static void forget(struct turn *turn)
{
    loom_observation_forget(turn->context, turn->observation, turn->server.session);
    turn->next = LOOM_NEVER;
}

/* What is observed is not there any more: the last word (RFC 7641 section 4.2). */
static void end_with(struct turn *turn, uint8_t code)
{
    struct loom_notification last = {.code = code, .content_format = LOOM_FORMAT_ABSENT};
    if (send(turn, &last) == LOOM_OK) {
        loom_observation_report(turn->context, turn->observation, code);
    }
    forget(turn);
}

static bool is_for_good(enum loom_status status)
{
    return status == LOOM_NOT_FOUND || status == LOOM_METHOD_NOT_ALLOWED ||
           status == LOOM_NOT_ACCEPTABLE || status == LOOM_TOO_LARGE;
}

static void try_later(struct turn *turn)
{
    turn->next = loom_time_after(turn->now, RETRY);
}

static bool is_dormant(const struct turn *turn)
{
    return loom_observation_has(turn->observation, LOOM_OBSERVATION_DORMANT);
}

static void fail(struct turn *turn, enum loom_status status)
{
    bool for_good = is_for_good(status);
    if (status != LOOM_UNAUTHORIZED && !for_good) {
        try_later(turn);
    } else if (for_good && !is_dormant(turn)) {
        end_with(turn, status == LOOM_TOO_LARGE ? LOOM_INTERNAL_ERROR : (uint8_t)status);
    } else {
        forget(turn); /* C-63; of what is dormant the port knows nothing any more */
    }
}

/* What is to be done now; else sets when. */
static enum loom_report_action decide(struct turn *turn)
{
    const struct loom_observation *observation = turn->observation;
    const struct loom_report_state state = {
        .notified_at = observation->notified_at,
        .evaluated_at = observation->notified_at + observation->looked,
        .changed = loom_observation_has(observation, LOOM_OBSERVATION_CHANGED),
        .wanted = loom_observation_has(observation, LOOM_OBSERVATION_WANTED)};
    return loom_report_action(&turn->attributes, &state, turn->now, &turn->next);
}

/* RFC 7641 section 4.5: one confirms every 24 hours at least, so that a peer that is gone is
 * noticed. It is the first of each 2^25 ms, which are 9.3 hours: no two of them are a day apart,
 * and nothing has to be remembered. */
#define CONFIRM_SHIFT 25

static bool has_to_confirm(const struct turn *turn)
{
    const struct loom_attributes *attributes = &turn->attributes;
    bool asked = loom_attributes_have(attributes, LOOM_ATTRIBUTE_CON) &&
                 attributes->whole[LOOM_ATTRIBUTE_CON] == 1;
    return asked || (turn->now ^ turn->observation->notified_at) >> CONFIRM_SHIFT != 0;
}

static enum loom_status read(struct turn *turn, bool number_will_do)
{
    return loom_reading_take(turn->context, turn->observation, turn->server.instance,
                             number_will_do, &turn->reading);
}

/* The value has been notified, or stored. */
static void note_told(struct turn *turn)
{
    struct loom_observation *observation = turn->observation;
    observation->notified_at = turn->now;
    observation->looked = 0;
    observation->last = turn->reading.raw;
    observation->flags &= (uint8_t) ~(LOOM_OBSERVATION_CHANGED | LOOM_OBSERVATION_WANTED);
    (void)decide(turn);
}

static void notify(struct turn *turn)
{
    struct loom_context *context = turn->context;
    struct loom_observation *observation = turn->observation;
    struct loom_notification notification = {.code = LOOM_CONTENT};
    notification.confirmable = has_to_confirm(turn);
    if (notification.confirmable && loom_observations_confirm(context, observation->ssid)) {
        turn->next = LOOM_NEVER;
        return;
    }
    enum loom_status status = read(turn, false);
    if (status != LOOM_OK) {
        fail(turn, status);
        return;
    }
    notification.content_format =
        context->config.model->product->formats[observation->format]->number;
    notification.payload = (struct loom_bytes){turn->reading.out.data, turn->reading.out.length};
    status = send(turn, &notification);
    if (status == LOOM_UNAVAILABLE) {
        try_later(turn);
    } else if (status != LOOM_OK) {
        forget(turn);
    } else {
        observation->flags |= notification.confirmable ? LOOM_OBSERVATION_CONFIRMING : 0;
        note_told(turn);
        loom_observation_report(context, observation, LOOM_CONTENT);
    }
}

/* Rule B-72: the server cannot be reached. */
static void store(struct turn *turn)
{
    struct loom_context *context = turn->context;
    enum loom_status status = read(turn, true);
    if (status != LOOM_OK) {
        fail(turn, status);
        return;
    }
    loom_context_features(context)->stored_notifications->store(context, turn->observation,
                                                                &turn->attributes, turn->now);
    note_told(turn);
}

/* Looks at the value, and whether a notification is wanted for it. */
static enum loom_status look(struct turn *turn)
{
    const struct loom_attributes *attributes = &turn->attributes;
    const struct loom_reading *reading = &turn->reading;
    struct loom_observation *observation = turn->observation;
    enum loom_status status = read(turn, true);
    enum loom_type type = reading->value.type;
    if (status != LOOM_OK) {
        return status;
    }
    uint64_t passed = turn->now - observation->notified_at;
    bool conditional = type != LOOM_NONE && loom_report_has_condition(attributes);
    bool wanted =
        conditional
            ? loom_report_condition(attributes, loom_reading_as_number(type, observation->last),
                                    loom_reading_as_number(type, reading->raw))
            : reading->raw != observation->last;
    if (loom_attributes_have(attributes, LOOM_ATTRIBUTE_EDGE)) {
        observation->last = reading->raw;
    }
    observation->looked = passed > UINT32_MAX ? UINT32_MAX : (uint32_t)passed;
    observation->flags &= (uint8_t)~LOOM_OBSERVATION_CHANGED;
    observation->flags |= wanted ? LOOM_OBSERVATION_WANTED : 0;
    return LOOM_OK;
}

static void tell(struct turn *turn)
{
    struct loom_context *context = turn->context;
    const struct loom_observation *observation = turn->observation;
    if (is_dormant(turn)) {
        store(turn);
    } else if (!turn->server.awake) {
        turn->servers->wake(context, observation->ssid);
        turn->next = turn->now;
    } else {
        notify(turn);
        if (observation->ssid != 0 && observation->notified_at == turn->now) {
            turn->servers->told(context, observation->ssid);
        }
    }
}

static void serve(struct turn *turn)
{
    struct loom_context *context = turn->context;
    const struct loom_observation *observation = turn->observation;
    struct loom_path *path = &turn->reading.path;
    enum loom_status status = LOOM_OK;
    loom_observation_path(observation, path);
    turn->reading.known = false;
    turn->reading.shown = false;
    if (path->depth == 0) {
        loom_context_features(context)->observe_composite->in_force(
            context, observation, turn->server.instance, &turn->attributes);
    } else {
        loom_attributes_in_force(context, observation, path, turn->server.instance,
                                 &turn->attributes);
    }
    enum loom_report_action action = decide(turn);
    if (action == LOOM_REPORT_WAIT) {
        return;
    }
    if (path->depth > 0 &&
        !loom_access_allows(context->config.model, observation->ssid, path, LOOM_RIGHT_READ)) {
        status = LOOM_UNAUTHORIZED;
    } else if (action == LOOM_REPORT_EVALUATE) {
        status = look(turn);
        action = decide(turn);
    }
    if (status != LOOM_OK) {
        fail(turn, status);
    } else if (action == LOOM_REPORT_NOTIFY) {
        tell(turn);
    } else if (turn->next <= turn->now) {
        try_later(turn);
    }
}

/* C-62: forgets it if its registration has ended. What goes on is dormant (rule B-72). */
static void see_to_end(struct turn *turn)
{
    struct loom_observation *observation = turn->observation;
    const struct loom_report_server *server = &turn->server;
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(turn->context)->stored_notifications;
    memset(&turn->server, 0, sizeof turn->server);
    turn->servers->find(turn->context, observation->ssid, &turn->server);
    bool over = !server->stands || server->since > observation->notified_at || is_dormant(turn);
    if (over && (storing == NULL || !storing->rest(turn->context, observation, server))) {
        forget(turn);
    }
}

void loom_reporting_make_room(struct loom_context *context,
                              const struct loom_report_servers *servers)
{
    struct turn turn;
    const struct loom_observation *end = loom_observations_end(context);
    turn.context = context;
    turn.servers = servers;
    for (turn.observation = context->config.observations; turn.observation < end;
         turn.observation++) {
        if (turn.observation->ssid != 0) {
            see_to_end(&turn);
        }
    }
}

static void run(struct turn *turn)
{
    struct loom_observation *observation = turn->observation;
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(turn->context)->stored_notifications;
    turn->next = LOOM_NEVER;
    see_to_end(turn);
    bool dormant = is_dormant(turn);
    /* A dormant one waits to be observed again, once that can be. */
    if (observation->ssid == 0 || (dormant && turn->server.stands)) {
        return;
    }
    if (dormant || storing == NULL ||
        !storing->flush(turn->context, observation, &turn->server, turn->servers, turn->now,
                        &turn->next)) {
        serve(turn);
    }
}

void loom_reporting_run(struct loom_context *context, const struct loom_report_servers *servers,
                        uint64_t now)
{
    struct turn turn;
    const struct loom_observation *end = loom_observations_end(context);
    uint64_t first = LOOM_NEVER;
    turn.context = context;
    turn.servers = servers;
    turn.now = now;
    context->report_at = LOOM_NEVER;
    for (turn.observation = context->config.observations; turn.observation < end;
         turn.observation++) {
        if (turn.observation->ssid != 0) {
            run(&turn);
            first = turn.next < first ? turn.next : first;
        }
    }
    /* What changed meanwhile is looked at once more. */
    context->report_at = first < context->report_at ? first : context->report_at;
}
