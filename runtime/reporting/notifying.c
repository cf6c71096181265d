/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications: which are due, and what becomes of them; rules C-58 .. C-66. */
#include "reporting/observation.h"

#include "accounts/access.h"
#include "reporting/evaluate.h"

/* What fails for the time being is tried again after so many seconds. */
#define RETRY 1u

void loom_observation_report(const struct loom_context *context,
                             const struct loom_observation *observation, uint8_t code)
{
    struct loom_event event = loom_context_event(context, LOOM_EVENT_NOTIFY, observation->ssid);
    event.code = code;
    event.path = loom_observation_path(observation);
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

static enum loom_status send(const struct loom_context *context,
                             const struct loom_observation *observation,
                             const struct loom_report_server *server,
                             const struct loom_notification *notification)
{
    const struct loom_port *port = context->config.port;
    return port->notify(port->self, server->session, loom_observation_name(context, observation),
                        notification);
}

/* What is observed is not there any more: the last word (RFC 7641 section 4.2). */
static uint64_t end_with(struct loom_context *context, struct loom_observation *observation,
                         const struct loom_report_server *server, uint8_t code)
{
    struct loom_notification last = {.code = code, .content_format = LOOM_FORMAT_ABSENT};
    if (send(context, observation, server, &last) == LOOM_OK) {
        loom_observation_report(context, observation, code);
    }
    loom_observation_forget(context, observation, server->session);
    return LOOM_NEVER;
}

static bool is_for_good(enum loom_status status)
{
    return status == LOOM_NOT_FOUND || status == LOOM_METHOD_NOT_ALLOWED ||
           status == LOOM_NOT_ACCEPTABLE || status == LOOM_TOO_LARGE;
}

static uint64_t later(uint64_t now)
{
    return loom_time_after(now, RETRY);
}

static uint64_t fail(struct loom_context *context, struct loom_observation *observation,
                     const struct loom_report_server *server, enum loom_status status, uint64_t now)
{
    if (status == LOOM_UNAUTHORIZED) {
        loom_observation_forget(context, observation, server->session); /* C-63 */
        return LOOM_NEVER;
    }
    if (!is_for_good(status)) {
        return later(now);
    }
    if (loom_observation_has(observation, LOOM_OBSERVATION_DORMANT)) {
        loom_observation_forget(context, observation, NULL);
        return LOOM_NEVER;
    }
    return end_with(context, observation, server,
                    status == LOOM_TOO_LARGE ? LOOM_INTERNAL_ERROR : (uint8_t)status);
}

static struct loom_report_state state_of(const struct loom_observation *observation)
{
    struct loom_report_state state = {
        .notified_at = observation->notified_at,
        .evaluated_at = observation->notified_at + observation->looked,
        .changed = loom_observation_has(observation, LOOM_OBSERVATION_CHANGED),
        .wanted = loom_observation_has(observation, LOOM_OBSERVATION_WANTED)};
    return state;
}

/* RFC 7641 section 4.5: one confirms every 24 hours at least, so that a peer that is gone is
 * noticed. It is the first of each 2^25 ms, which are 9.3 hours: no two of them are a day apart,
 * and nothing has to be remembered. */
#define CONFIRM_SHIFT 25

static bool has_to_confirm(const struct loom_observation *observation,
                           const struct loom_attributes *attributes, uint64_t now)
{
    bool asked = loom_attributes_have(attributes, LOOM_ATTRIBUTE_CON) &&
                 attributes->whole[LOOM_ATTRIBUTE_CON] == 1;
    return asked || (now ^ observation->notified_at) >> CONFIRM_SHIFT != 0;
}

/* The value has been notified, or stored. @return when to look again */
static uint64_t note_told(struct loom_observation *observation,
                          const struct loom_attributes *attributes,
                          const struct loom_reading *reading, uint64_t now)
{
    uint64_t next;
    observation->notified_at = now;
    observation->looked = 0;
    observation->last = reading->raw;
    observation->flags &= (uint8_t) ~(LOOM_OBSERVATION_CHANGED | LOOM_OBSERVATION_WANTED);
    struct loom_report_state state = state_of(observation);
    (void)loom_report_action(attributes, &state, now, &next);
    return next;
}

/* @return when to look again; LOOM_NEVER: when what is under way has come to its end */
static uint64_t notify(struct loom_context *context, struct loom_observation *observation,
                       const struct loom_report_server *server,
                       const struct loom_attributes *attributes, struct loom_reading *reading,
                       uint64_t now)
{
    struct loom_notification notification = {.code = LOOM_CONTENT};
    notification.confirmable = has_to_confirm(observation, attributes, now);
    if (notification.confirmable && loom_observations_confirm(context, observation->ssid)) {
        return LOOM_NEVER;
    }
    enum loom_status status =
        loom_reading_take(context, observation, server->instance, false, reading);
    if (status != LOOM_OK) {
        return fail(context, observation, server, status, now);
    }
    notification.content_format =
        context->config.model->product->formats[observation->format]->number;
    notification.payload = (struct loom_bytes){reading->out.data, reading->out.length};
    status = send(context, observation, server, &notification);
    if (status == LOOM_UNAVAILABLE) {
        return later(now);
    }
    if (status != LOOM_OK) {
        loom_observation_forget(context, observation, server->session);
        return LOOM_NEVER;
    }
    observation->flags |= notification.confirmable ? LOOM_OBSERVATION_CONFIRMING : 0;
    uint64_t next = note_told(observation, attributes, reading, now);
    loom_observation_report(context, observation, LOOM_CONTENT);
    return next;
}

/* Rule B-72: the server cannot be reached. @return when to look again */
static uint64_t store(struct loom_context *context, struct loom_observation *observation,
                      const struct loom_report_server *server,
                      const struct loom_attributes *attributes, struct loom_reading *reading,
                      uint64_t now)
{
    enum loom_status status =
        loom_reading_take(context, observation, server->instance, true, reading);
    if (status != LOOM_OK) {
        return fail(context, observation, server, status, now);
    }
    loom_context_features(context)->stored_notifications->store(context, observation, attributes,
                                                                now);
    return note_told(observation, attributes, reading, now);
}

/* Looks at the value, and whether a notification is wanted for it. */
static enum loom_status look(struct loom_context *context, struct loom_observation *observation,
                             const struct loom_report_server *server,
                             const struct loom_attributes *attributes, struct loom_reading *reading,
                             uint64_t now)
{
    enum loom_status status =
        loom_reading_take(context, observation, server->instance, true, reading);
    enum loom_type type = reading->value.type;
    if (status != LOOM_OK) {
        return status;
    }
    uint64_t passed = now - observation->notified_at;
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

/* @return when to look again */
static uint64_t serve(struct loom_context *context, struct loom_observation *observation,
                      const struct loom_report_server *server,
                      const struct loom_report_servers *servers, uint64_t now)
{
    struct loom_reading reading;
    reading.path = loom_observation_path(observation);
    reading.known = false;
    reading.shown = false;
    struct loom_attributes attributes;
    if (reading.path.depth == 0) {
        loom_context_features(context)->observe_composite->in_force(context, observation,
                                                                    server->instance, &attributes);
    } else {
        loom_attributes_in_force(context, observation, &reading.path, server->instance,
                                 &attributes);
    }
    struct loom_report_state state = state_of(observation);
    uint64_t next;
    enum loom_report_action action = loom_report_action(&attributes, &state, now, &next);
    if (action == LOOM_REPORT_WAIT) {
        return next;
    }
    if (reading.path.depth > 0 && !loom_access_allows(context->config.model, observation->ssid,
                                                      &reading.path, LOOM_RIGHT_READ)) {
        return fail(context, observation, server, LOOM_UNAUTHORIZED, now);
    }
    if (action == LOOM_REPORT_EVALUATE) {
        enum loom_status status = look(context, observation, server, &attributes, &reading, now);
        if (status != LOOM_OK) {
            return fail(context, observation, server, status, now);
        }
        state = state_of(observation);
        action = loom_report_action(&attributes, &state, now, &next);
    }
    if (action != LOOM_REPORT_NOTIFY) {
        return next > now ? next : later(now);
    }
    if (loom_observation_has(observation, LOOM_OBSERVATION_DORMANT)) {
        return store(context, observation, server, &attributes, &reading, now);
    }
    if (!server->awake) {
        servers->wake(context, observation->ssid);
        return now;
    }
    next = notify(context, observation, server, &attributes, &reading, now);
    if (observation->ssid != 0 && observation->notified_at == now) {
        servers->told(context, observation->ssid);
    }
    return next;
}

/* C-62: forgets it if its registration has ended. What goes on is dormant (rule B-72). */
static void see_to_end(struct loom_context *context, struct loom_observation *observation,
                       const struct loom_report_server *server)
{
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(context)->stored_notifications;
    bool over = !server->stands || server->since > observation->notified_at ||
                loom_observation_has(observation, LOOM_OBSERVATION_DORMANT);
    if (over && (storing == NULL || !storing->rest(context, observation, server))) {
        loom_observation_forget(context, observation, server->session);
    }
}

void loom_reporting_make_room(struct loom_context *context,
                              const struct loom_report_servers *servers)
{
    struct loom_observation *end = loom_observations_end(context);
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        struct loom_report_server server = {0};
        if (each->ssid != 0) {
            servers->find(context, each->ssid, &server);
            see_to_end(context, each, &server);
        }
    }
}

/* @return when to look again */
static uint64_t run(struct loom_context *context, struct loom_observation *observation,
                    const struct loom_report_servers *servers, uint64_t now)
{
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(context)->stored_notifications;
    struct loom_report_server server = {0};
    uint64_t next;
    servers->find(context, observation->ssid, &server);
    see_to_end(context, observation, &server);
    bool dormant = loom_observation_has(observation, LOOM_OBSERVATION_DORMANT);
    /* A dormant one waits to be observed again, once that can be. */
    if (observation->ssid == 0 || (dormant && server.stands)) {
        return LOOM_NEVER;
    }
    if (!dormant && storing != NULL &&
        storing->flush(context, observation, &server, servers, now, &next)) {
        return next;
    }
    return serve(context, observation, &server, servers, now);
}

void loom_reporting_run(struct loom_context *context, const struct loom_report_servers *servers,
                        uint64_t now)
{
    struct loom_observation *end = loom_observations_end(context);
    uint64_t first = LOOM_NEVER;
    context->report_at = LOOM_NEVER;
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        uint64_t next = each->ssid == 0 ? LOOM_NEVER : run(context, each, servers, now);
        first = next < first ? next : first;
    }
    /* What changed meanwhile is looked at once more. */
    context->report_at = first < context->report_at ? first : context->report_at;
}
