/* SPDX-License-Identifier: Apache-2.0 */
/* Observations and notifications, rules C-57 .. C-66. */
#include "reporting/reporting.h"

#include "accounts/access.h"
#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "codec/number.h"
#include "loom/ids.h"
#include "reporting/attributes.h"
#include "reporting/evaluate.h"

#include <string.h>

LOOM_STATIC_ASSERT(sizeof(struct loom_observation) == 32, "there may be many of them");

/* Flags of an observation. */
enum {
    DEPTH = 0x03,      /* of its path, less 1 */
    CHANGED = 0x04,    /* the value may be another since the last look */
    WANTED = 0x08,     /* a notification is; `pmin` holds it back */
    CONFIRMING = 0x10, /* one is not acknowledged yet */
    ATTRIBUTES = 0x20  /* it has some of its own (rule C-57) */
};

/* What fails for the time being is tried again after so many seconds. */
#define RETRY 1u

/* ---- observations ----------------------------------------------------------------------------
 *
 * The port knows one by its place in the room, counted from 1. */

static struct loom_observation *at_place(const struct loom_context *context, uint32_t name,
                                         uint16_t ssid)
{
    struct loom_observation *observation = context->config.observations + (name - 1);
    return name != 0 && name <= context->config.observation_room && observation->ssid == ssid
               ? observation
               : NULL;
}

static uint16_t name_of(const struct loom_context *context,
                        const struct loom_observation *observation)
{
    return (uint16_t)(observation - context->config.observations + 1);
}

static uint8_t depth_of(const struct loom_observation *observation)
{
    return (uint8_t)((observation->flags & DEPTH) + 1);
}

static struct loom_path path_of(const struct loom_observation *observation)
{
    struct loom_path path = {.depth = depth_of(observation)};
    memcpy(path.id, observation->id, sizeof path.id);
    return path;
}

static bool has(const struct loom_observation *observation, uint8_t flag)
{
    return (observation->flags & flag) != 0;
}

static void look_soon(struct loom_context *context)
{
    context->report_at = 0;
    context->quiet_until = 0;
}

/* ---- attributes ------------------------------------------------------------------------------ */

static struct loom_attribute_room attributes_of(const struct loom_context *context)
{
    struct loom_attribute_room room = {.bytes = context->config.attributes,
                                       .size = context->config.attribute_size,
                                       .used = context->attributes_used};
    return room;
}

/* Where attributes of an observation's own are. */
static struct loom_attribute_place own_place(const struct loom_context *context,
                                             const struct loom_observation *observation)
{
    struct loom_attribute_place place = {.ssid = name_of(context, observation)};
    return place;
}

static bool attach(struct loom_context *context, const struct loom_attribute_place *place,
                   const struct loom_attributes *attributes)
{
    struct loom_attribute_room room = attributes_of(context);
    bool fits = loom_attributes_set(&room, place, attributes);
    context->attributes_used = room.used;
    return fits;
}

static void take_default(struct loom_attributes *attributes, enum loom_attribute attribute,
                         struct loom_cursor *server, uint16_t resource)
{
    if (!loom_attributes_have(attributes, attribute)) {
        attributes->whole[attribute] = loom_cursor_number(server, resource, 0);
        attributes->has |= LOOM_ATTRIBUTE_BIT(attribute);
    }
}

/* Rules C-50, C-57, and what the Server object says where no attribute does (C-66). Attributes
 * below the path do not count (C-58). */
static struct loom_attributes in_force(const struct loom_context *context,
                                       const struct loom_observation *observation,
                                       const struct loom_path *path, uint16_t server_instance)
{
    struct loom_attribute_room room = attributes_of(context);
    struct loom_attributes attributes = {0};
    struct loom_cursor at;
    if (has(observation, ATTRIBUTES)) {
        struct loom_attribute_place own = own_place(context, observation);
        loom_attributes_get(&room, &own, &attributes);
    }
    if (room.used > 0) {
        loom_attributes_resolve(&room, observation->ssid, path, &attributes);
    }
    if (loom_cursor_open(&at, context->config.model, LOOM_ID_SERVER, server_instance)) {
        take_default(&attributes, LOOM_ATTRIBUTE_PMIN, &at, LOOM_ID_SERVER_DEFAULT_MINIMUM_PERIOD);
        take_default(&attributes, LOOM_ATTRIBUTE_PMAX, &at, LOOM_ID_SERVER_DEFAULT_MAXIMUM_PERIOD);
        take_default(&attributes, LOOM_ATTRIBUTE_CON, &at,
                     LOOM_ID_SERVER_DEFAULT_NOTIFICATION_MODE);
    }
    return attributes;
}

static struct loom_attribute_target target_of(const struct loom_requester *from,
                                              const struct loom_path *path,
                                              const struct loom_resource *row)
{
    struct loom_attribute_target target = {.lwm2m = from->lwm2m,
                                           .depth = path->depth,
                                           .type =
                                               row == NULL ? LOOM_NONE : (enum loom_type)row->type};
    return target;
}

enum loom_status loom_reporting_write_attributes(struct loom_context *context,
                                                 const struct loom_requester *from,
                                                 const struct loom_request *request,
                                                 const struct loom_path *path,
                                                 const struct loom_resource *row)
{
    struct loom_attribute_target target = target_of(from, path, row);
    struct loom_attribute_place place = {.ssid = from->ssid, .path = *path};
    struct loom_attribute_room room = attributes_of(context);
    struct loom_attribute_change change;
    struct loom_attributes attributes = {0};
    enum loom_status status = loom_model_exists(context->config.model, path);
    if (status == LOOM_OK) {
        status = loom_attributes_parse(request, &target, &change);
    }
    if (status != LOOM_OK) {
        return status;
    }
    loom_attributes_get(&room, &place, &attributes);
    if (!loom_attributes_apply(&attributes, &change)) {
        return LOOM_BAD_REQUEST;
    }
    if (!attach(context, &place, &attributes)) {
        return LOOM_TOO_LARGE;
    }
    look_soon(context);
    return LOOM_OK;
}

void loom_reporting_put_attributes(const struct loom_context *context, uint16_t ssid,
                                   const struct loom_path *path, bool inherited,
                                   struct loom_output *out)
{
    struct loom_attribute_room room = attributes_of(context);
    struct loom_attribute_place place = {.ssid = ssid, .path = *path};
    struct loom_attributes attributes = {0};
    if (inherited) {
        loom_attributes_resolve(&room, ssid, path, &attributes);
    } else {
        loom_attributes_get(&room, &place, &attributes);
    }
    loom_attributes_put(out, &attributes);
}

/* ---- changes of the model -------------------------------------------------------------------- */

/* Whether what is observed is in what a path leads to, or the other way round. */
static bool meets(const struct loom_observation *observation, const struct loom_path *path)
{
    uint8_t own = depth_of(observation);
    uint8_t depth = own < path->depth ? own : path->depth;
    for (uint8_t i = 0; i < depth; i++) {
        if (observation->id[i] != path->id[i]) {
            return false;
        }
    }
    return true;
}

/* Attributes of what is gone, and of servers that are (rule C-70). */
static bool is_gone(void *self, const struct loom_attribute_place *place)
{
    const struct loom_model *model = self;
    const struct loom_path *path = &place->path;
    return path->depth > 0 &&
           (loom_account_security(model, place->ssid) == LOOM_ID_NONE ||
            (path->depth > 1 && !loom_model_has_instance(model, path->id[LOOM_OBJECT_ID],
                                                         path->id[LOOM_INSTANCE_ID])));
}

/* A function of the product that is read for a notification may write what stands beside it, such
 * as the greatest value so far. That is news for who observes that resource, and not a reason to
 * read the instance again, which would never end. */
void loom_reporting_changed(struct loom_context *context, const struct loom_at *at,
                            enum loom_change change)
{
    struct loom_observation *end = context->config.observations + context->config.observation_room;
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        bool own_doing = context->reporting && depth_of(each) < 3;
        if (each->ssid != 0 && !own_doing && meets(each, &at->path)) {
            each->flags |= CHANGED;
            look_soon(context);
        }
    }
    if (context->attributes_used > 0 &&
        (change == LOOM_CHANGE_DELETE || change == LOOM_CHANGE_BOOTSTRAP)) {
        struct loom_attribute_room room = attributes_of(context);
        loom_attributes_remove(&room, is_gone, at->model);
        context->attributes_used = room.used;
    }
    if (at->path.id[LOOM_OBJECT_ID] == LOOM_ID_SERVER) {
        look_soon(context); /* its periods may be others */
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

/* What is known of what is observed. */
struct reading {
    struct loom_path path;
    struct loom_value value; /* type LOOM_NONE: it is not one number or boolean */
    uint64_t raw;            /* it, or a digest of what is shown */
    struct loom_output out;  /* what is shown, in the client's buffer */
    bool known;              /* all of these, but for what is shown */
    bool shown;
};

static bool is_number(enum loom_type type)
{
    return type == LOOM_INTEGER || type == LOOM_UNSIGNED || type == LOOM_FLOAT ||
           type == LOOM_BOOLEAN || type == LOOM_TIME;
}

static uint64_t raw_of(const struct loom_value *value)
{
    uint64_t raw = 0;
    if (value->type == LOOM_BOOLEAN) {
        return value->as.boolean ? 1 : 0;
    }
    memcpy(&raw, &value->as, sizeof raw);
    return raw;
}

static double number_of(enum loom_type type, uint64_t raw)
{
    struct loom_value value;
    memcpy(&value.as, &raw, sizeof raw);
    switch (type) {
    case LOOM_FLOAT:
        return value.as.number;
    case LOOM_INTEGER:
    case LOOM_TIME:
        return (double)value.as.integer;
    default:
        return (double)raw;
    }
}

/* Reads a number. @return LOOM_METHOD_NOT_ALLOWED the path does not lead to one */
static enum loom_status read_number(const struct loom_context *context,
                                    const struct loom_path *path, struct reading *reading)
{
    enum loom_status status = path->depth < 3
                                  ? LOOM_METHOD_NOT_ALLOWED
                                  : loom_model_read(context->config.model, path, &reading->value);
    if (status != LOOM_OK || !is_number(reading->value.type)) {
        reading->value.type = LOOM_NONE;
        return status == LOOM_OK ? LOOM_METHOD_NOT_ALLOWED : status;
    }
    reading->raw = raw_of(&reading->value);
    return LOOM_OK;
}

/* Shows what is observed, in the format that its server took. */
static enum loom_status show(const struct loom_context *context,
                             const struct loom_observation *observation, uint16_t server_instance,
                             const struct loom_path *path, struct reading *reading)
{
    const struct loom_model *model = context->config.model;
    const struct loom_format *format = model->product->formats[observation->format];
    reading->out = loom_output(context->config.buffer, context->config.buffer_size);
    if (reading->value.type == LOOM_NONE) {
        enum loom_status status = loom_access_read(model, format, observation->ssid,
                                                   server_instance, path, &reading->out);
        reading->raw = loom_digest(LOOM_DIGEST_BEGIN, reading->out.data, reading->out.length);
        return status;
    }
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, path, &reading->out);
    loom_encode_put(&encoder, path, &reading->value);
    return loom_encode_end(&encoder);
}

/* Reads what is observed, and shows it unless a number alone was asked for. What is known already
 * is not read again. */
static enum loom_status read_observed(struct loom_context *context,
                                      const struct loom_observation *observation,
                                      const struct loom_report_server *server, bool number_will_do,
                                      struct reading *reading)
{
    enum loom_status status = LOOM_OK;
    context->reporting = true;
    if (!reading->known) {
        status = read_number(context, &reading->path, reading);
    }
    if (status == LOOM_METHOD_NOT_ALLOWED ||
        (status == LOOM_OK && !number_will_do && !reading->shown)) {
        status = show(context, observation, server->instance, &reading->path, reading);
        reading->shown = true;
    }
    reading->known = status == LOOM_OK;
    context->reporting = false;
    return status;
}

/* ---- Observe --------------------------------------------------------------------------------- */

static void forget(struct loom_context *context, struct loom_observation *observation,
                   struct loom_session *session)
{
    static const struct loom_attributes none;
    struct loom_attribute_place own = own_place(context, observation);
    const struct loom_port *port = context->config.port;
    if (session != NULL) {
        port->forget(port->self, session, name_of(context, observation));
    }
    if (has(observation, CONFIRMING)) {
        look_soon(context); /* its end is not reported, and others may wait for it */
    }
    attach(context, &own, &none);
    memset(observation, 0, sizeof *observation);
}

/* @return NULL: no room */
static struct loom_observation *free_place(const struct loom_context *context)
{
    struct loom_observation *end = context->config.observations + context->config.observation_room;
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        if (each->ssid == 0) {
            return each;
        }
    }
    return NULL;
}

static uint8_t format_index(const struct loom_product *product, uint16_t number)
{
    uint8_t index = 0;
    while (product->formats[index]->number != number) {
        index++;
    }
    return index;
}

static void begin(struct loom_context *context, struct loom_observation *observation,
                  const struct loom_requester *from, const struct loom_path *path,
                  const struct loom_reply *reply)
{
    struct reading reading;
    observation->ssid = from->ssid;
    observation->notified_at = loom_context_now(context);
    observation->looked = 0;
    observation->flags = (uint8_t)(path->depth - 1);
    observation->format = format_index(context->config.model->product, reply->content_format);
    memcpy(observation->id, path->id, sizeof observation->id);
    (void)read_number(context, path, &reading); /* it has just been read */
    observation->last = reading.value.type != LOOM_NONE
                            ? reading.raw
                            : loom_digest(LOOM_DIGEST_BEGIN, reply->payload, reply->length);
    look_soon(context);
}

/* Attributes of the query (rule C-57); a name without a value would unset nothing. */
static enum loom_status read_query(const struct loom_requester *from,
                                   const struct loom_request *request, const struct loom_path *path,
                                   const struct loom_resource *row,
                                   struct loom_attributes *attributes)
{
    struct loom_attribute_target target = target_of(from, path, row);
    struct loom_attribute_change change;
    if (request->query_count > 0 && from->lwm2m < LOOM_LWM2M_1_2) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_attributes_parse(request, &target, &change);
    bool good = status == LOOM_OK && change.unset == 0;
    return good && loom_attributes_apply(attributes, &change) ? LOOM_OK : LOOM_BAD_REQUEST;
}

enum loom_status loom_reporting_observe(struct loom_context *context,
                                        const struct loom_requester *from,
                                        const struct loom_request *request,
                                        const struct loom_path *path,
                                        const struct loom_resource *row, struct loom_reply *reply)
{
    struct loom_observation *observation = at_place(context, request->observation_of, from->ssid);
    struct loom_attributes own = {0};
    if (request->observe == LOOM_OBSERVE_END) {
        if (observation != NULL) {
            forget(context, observation, NULL); /* the port does so by the answer */
        }
        return LOOM_OK;
    }
    enum loom_status status = read_query(from, request, path, row, &own);
    if (status != LOOM_OK) {
        return status;
    }
    if (observation == NULL) {
        observation = free_place(context);
    }
    if (observation == NULL || context->config.port->notify == NULL ||
        reply->length > context->config.buffer_size) {
        return LOOM_OK;
    }
    struct loom_attribute_place place = own_place(context, observation);
    if (!attach(context, &place, &own)) {
        return LOOM_TOO_LARGE;
    }
    begin(context, observation, from, path, reply);
    observation->flags |= own.has != 0 ? ATTRIBUTES : 0;
    reply->observation = name_of(context, observation);
    return LOOM_OK;
}

/* ---- notifications --------------------------------------------------------------------------- */

static void report(const struct loom_context *context, const struct loom_observation *observation,
                   uint8_t code)
{
    struct loom_event event = loom_context_event(context, LOOM_EVENT_NOTIFY, observation->ssid);
    event.code = code;
    event.path = path_of(observation);
    event.has_path = true;
    loom_context_emit(context, &event);
}

/* One confirmable notification of a server is under way at a time (NSTART 1). */
static bool is_confirming(const struct loom_context *context, uint16_t ssid)
{
    const struct loom_observation *end =
        context->config.observations + context->config.observation_room;
    for (const struct loom_observation *each = context->config.observations; each < end; each++) {
        if (each->ssid == ssid && has(each, CONFIRMING)) {
            return true;
        }
    }
    return false;
}

static enum loom_status send(struct loom_context *context,
                             const struct loom_observation *observation,
                             const struct loom_report_server *server,
                             const struct loom_notification *notification)
{
    const struct loom_port *port = context->config.port;
    enum loom_status status =
        port->notify(port->self, server->session, name_of(context, observation), notification);
    if (status == LOOM_OK) {
        report(context, observation, notification->code);
    }
    return status;
}

/* What is observed is not there any more: the last word (RFC 7641 section 4.2). */
static uint64_t end_with(struct loom_context *context, struct loom_observation *observation,
                         const struct loom_report_server *server, uint8_t code)
{
    struct loom_notification last = {.code = code, .content_format = LOOM_FORMAT_ABSENT};
    (void)send(context, observation, server, &last);
    forget(context, observation, server->session);
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
    if (!is_for_good(status)) {
        return later(now);
    }
    return end_with(context, observation, server,
                    status == LOOM_TOO_LARGE ? LOOM_INTERNAL_ERROR : (uint8_t)status);
}

static struct loom_report_state state_of(const struct loom_observation *observation)
{
    struct loom_report_state state = {.notified_at = observation->notified_at,
                                      .evaluated_at =
                                          observation->notified_at + observation->looked,
                                      .changed = has(observation, CHANGED),
                                      .wanted = has(observation, WANTED)};
    return state;
}

/* @return when to look again; LOOM_NEVER: when what is under way has come to its end */
static uint64_t notify(struct loom_context *context, struct loom_observation *observation,
                       const struct loom_report_server *server,
                       const struct loom_attributes *attributes, struct reading *reading,
                       uint64_t now)
{
    struct loom_notification notification = {.code = LOOM_CONTENT};
    uint64_t next;
    notification.confirmable = attributes->whole[LOOM_ATTRIBUTE_CON] == 1;
    if (notification.confirmable && is_confirming(context, observation->ssid)) {
        return LOOM_NEVER;
    }
    enum loom_status status = read_observed(context, observation, server, false, reading);
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
        forget(context, observation, server->session);
        return LOOM_NEVER;
    }
    observation->notified_at = now;
    observation->looked = 0;
    observation->last = reading->raw;
    observation->flags &= (uint8_t) ~(CHANGED | WANTED);
    observation->flags |= notification.confirmable ? CONFIRMING : 0;
    struct loom_report_state state = state_of(observation);
    (void)loom_report_action(attributes, &state, now, &next);
    return next;
}

/* Looks at the value, and whether a notification is wanted for it. */
static enum loom_status look(struct loom_context *context, struct loom_observation *observation,
                             const struct loom_report_server *server,
                             const struct loom_attributes *attributes, struct reading *reading,
                             uint64_t now)
{
    enum loom_status status = read_observed(context, observation, server, true, reading);
    enum loom_type type = reading->value.type;
    if (status != LOOM_OK) {
        return status;
    }
    uint64_t passed = now - observation->notified_at;
    bool conditional = type != LOOM_NONE && loom_report_has_condition(attributes);
    bool wanted = conditional
                      ? loom_report_condition(attributes, number_of(type, observation->last),
                                              number_of(type, reading->raw))
                      : reading->raw != observation->last;
    if (loom_attributes_have(attributes, LOOM_ATTRIBUTE_EDGE)) {
        observation->last = reading->raw;
    }
    observation->looked = passed > UINT32_MAX ? UINT32_MAX : (uint32_t)passed;
    observation->flags &= (uint8_t)~CHANGED;
    observation->flags |= wanted ? WANTED : 0;
    return LOOM_OK;
}

/* @return when to look again */
static uint64_t serve(struct loom_context *context, struct loom_observation *observation,
                      const struct loom_report_server *server,
                      const struct loom_report_servers *servers, uint64_t now)
{
    struct reading reading;
    reading.path = path_of(observation);
    reading.known = false;
    reading.shown = false;
    struct loom_attributes attributes =
        in_force(context, observation, &reading.path, server->instance);
    struct loom_report_state state = state_of(observation);
    uint64_t next;
    enum loom_report_action action = loom_report_action(&attributes, &state, now, &next);
    if (action == LOOM_REPORT_WAIT) {
        return next;
    }
    if (!loom_access_allows(context->config.model, observation->ssid, &reading.path,
                            LOOM_RIGHT_READ)) {
        forget(context, observation, server->session); /* C-63 */
        return LOOM_NEVER;
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

void loom_reporting_run(struct loom_context *context, const struct loom_report_servers *servers,
                        uint64_t now)
{
    struct loom_observation *end = context->config.observations + context->config.observation_room;
    uint64_t first = LOOM_NEVER;
    context->report_at = LOOM_NEVER;
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        struct loom_report_server server = {0};
        if (each->ssid == 0) {
            continue;
        }
        servers->find(context, each->ssid, &server);
        if (!server.stands || server.since > each->notified_at) {
            forget(context, each, server.session); /* C-62 */
            continue;
        }
        uint64_t next = serve(context, each, &server, servers, now);
        first = next < first ? next : first;
    }
    /* What changed meanwhile is looked at once more. */
    context->report_at = first < context->report_at ? first : context->report_at;
}

void loom_reporting_notified(struct loom_context *context, uint16_t ssid, uint16_t name,
                             enum loom_failure failure)
{
    struct loom_observation *observation = at_place(context, name, ssid);
    if (observation == NULL) {
        return;
    }
    look_soon(context);
    observation->flags &= (uint8_t)~CONFIRMING;
    if (failure == LOOM_FAILURE_RESET) {
        forget(context, observation, NULL); /* C-61: the port has */
    } else if (failure != LOOM_FAILURE_NONE) {
        observation->flags |= WANTED;
    }
}
