/* SPDX-License-Identifier: Apache-2.0 */
/* Observations: how they begin and end, and what marks them; rules C-57 .. C-62. */
#include "reporting/observation.h"

#include "codec/number.h"
#include "loom/ids.h"

LOOM_STATIC_ASSERT(sizeof(struct loom_observation) == 32, "there may be many of them");

static struct loom_observation *at_place(const struct loom_context *context, uint32_t name,
                                         uint16_t ssid)
{
    struct loom_observation *observation = context->config.observations + (name - 1);
    return name != 0 && name <= context->config.observation_room && observation->ssid == ssid
               ? observation
               : NULL;
}

void loom_observation_forget(struct loom_context *context, struct loom_observation *observation,
                             struct loom_session *session)
{
    static const struct loom_attributes none;
    const struct loom_port *port = context->config.port;
    if (session != NULL) {
        port->forget(port->self, session, loom_observation_name(context, observation));
    }
    if (loom_observation_has(observation, LOOM_OBSERVATION_CONFIRMING)) {
        loom_reporting_look_soon(context); /* its end is not reported, and others may wait for it */
    }
    loom_observation_attach(context, observation, &none);
    memset(observation, 0, sizeof *observation);
}

/* ---- Observe --------------------------------------------------------------------------------- */

/* @return NULL: no room */
static struct loom_observation *free_place(const struct loom_context *context)
{
    struct loom_observation *end = loom_observations_end(context);
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
    struct loom_reading reading;
    observation->ssid = from->ssid;
    observation->notified_at = loom_context_now(context);
    observation->looked = 0;
    observation->flags = (uint8_t)(path->depth - 1);
    observation->format = format_index(context->config.model->product, reply->content_format);
    memcpy(observation->id, path->id, sizeof observation->id);
    (void)loom_reading_number(context, path, &reading); /* it has just been read */
    observation->last = reading.value.type != LOOM_NONE
                            ? reading.raw
                            : loom_digest(LOOM_DIGEST_BEGIN, reply->payload, reply->length);
    loom_reporting_look_soon(context);
}

/* Attributes of the query (rule C-57); a name without a value would unset nothing. */
static enum loom_status read_query(const struct loom_requester *from,
                                   const struct loom_request *request, const struct loom_path *path,
                                   const struct loom_resource *row,
                                   struct loom_attributes *attributes)
{
    struct loom_attribute_target target = loom_attribute_target(from, path, row);
    struct loom_attribute_change change;
    if (request->query_count > 0 && from->lwm2m < LOOM_LWM2M_1_2) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_attributes_parse(request, &target, &change);
    bool good = status == LOOM_OK && change.unset == 0;
    return good && loom_attributes_apply(attributes, &change) ? LOOM_OK : LOOM_BAD_REQUEST;
}

static void forget_known(struct loom_context *context, struct loom_observation *observation)
{
    if (observation != NULL && observation->ssid != 0) {
        loom_observation_forget(context, observation, NULL);
    }
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
        forget_known(context, observation); /* the port does so by the answer */
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
        forget_known(context, observation); /* the port does so by the answer */
        return LOOM_OK;
    }
    if (!loom_observation_attach(context, observation, &own)) {
        return LOOM_TOO_LARGE;
    }
    begin(context, observation, from, path, reply);
    observation->flags |= own.has != 0 ? LOOM_OBSERVATION_ATTRIBUTES : 0;
    reply->observation = loom_observation_name(context, observation);
    return LOOM_OK;
}

/* ---- what marks them ------------------------------------------------------------------------- */

/* Whether what is observed is in what a path leads to, or the other way round. */
static bool meets(const struct loom_observation *observation, const struct loom_path *path)
{
    uint8_t own = loom_observation_depth(observation);
    uint8_t depth = own < path->depth ? own : path->depth;
    for (uint8_t i = 0; i < depth; i++) {
        if (observation->id[i] != path->id[i]) {
            return false;
        }
    }
    return true;
}

/* A function of the product that is read for a notification may write what stands beside it, such
 * as the greatest value so far. That is news for who observes that resource, and not a reason to
 * read the instance again, which would never end. */
void loom_reporting_changed(struct loom_context *context, const struct loom_at *at,
                            enum loom_change change)
{
    struct loom_observation *end = loom_observations_end(context);
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        bool own_doing = context->reporting && loom_observation_depth(each) < 3;
        if (each->ssid != 0 && !own_doing && meets(each, &at->path)) {
            each->flags |= LOOM_OBSERVATION_CHANGED;
            loom_reporting_look_soon(context);
        }
    }
    if (context->attributes_used > 0 &&
        (change == LOOM_CHANGE_DELETE || change == LOOM_CHANGE_BOOTSTRAP)) {
        loom_attributes_drop_gone(context);
    }
    if (at->path.id[LOOM_OBJECT_ID] == LOOM_ID_SERVER) {
        loom_reporting_look_soon(context); /* its periods may be others */
    }
}

void loom_reporting_notified(struct loom_context *context, uint16_t ssid, uint16_t name,
                             enum loom_failure failure)
{
    struct loom_observation *observation = at_place(context, name, ssid);
    if (observation == NULL) {
        return;
    }
    loom_reporting_look_soon(context);
    observation->flags &= (uint8_t)~LOOM_OBSERVATION_CONFIRMING;
    if (failure == LOOM_FAILURE_RESET) {
        loom_observation_forget(context, observation, NULL); /* C-61: the port has */
    } else if (failure != LOOM_FAILURE_NONE) {
        observation->flags |= LOOM_OBSERVATION_WANTED;
    }
}
