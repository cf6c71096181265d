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
    const struct loom_port *port = context->config.port;
    if (session != NULL) {
        port->forget(port->self, session, loom_observation_name(context, observation));
    }
    if (loom_observation_has(observation, LOOM_OBSERVATION_CONFIRMING)) {
        loom_reporting_look_soon(context); /* its end is not reported, and others may wait for it */
    }
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(context)->stored_notifications;
    if (storing != NULL) {
        storing->drop(context, observation);
    }
    loom_observation_detach(context, observation);
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

static bool is_of(const struct loom_observation *observation, const struct loom_path *path)
{
    uint8_t depth = loom_observation_depth(observation);
    return depth == path->depth && loom_paths_meet(observation->id, depth, path);
}

static struct loom_observation *find_place(struct loom_context *context, uint16_t ssid,
                                           const struct loom_path *path,
                                           const struct loom_request *request,
                                           const struct loom_reply *reply)
{
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(context)->stored_notifications;
    loom_context_features(context)->reporting->make_room(context);
    struct loom_observation *before = at_place(context, request->observation_of, ssid);
    if (context->config.port->notify == NULL || reply->length > context->config.buffer_size) {
        return NULL;
    }
    if (before != NULL && storing != NULL && !is_of(before, path)) {
        storing->drop(context, before); /* it is of another path */
    }
    if (before == NULL && storing != NULL) {
        before = storing->find_dormant(context, ssid, path);
    }
    if (before == NULL) {
        before = free_place(context);
    }
    return before == NULL && storing != NULL ? storing->evict(context) : before;
}

enum loom_status loom_observation_ask(struct loom_context *context,
                                      const struct loom_requester *from,
                                      const struct loom_request *request,
                                      const struct loom_path *path, const struct loom_resource *row,
                                      const struct loom_reply *reply,
                                      struct loom_observation **observation)
{
    struct loom_attribute_target target = loom_attribute_target(from, path, row);
    struct loom_attributes own;
    *observation = NULL;
    if (request->observe == LOOM_OBSERVE_END) {
        return LOOM_OK;
    }
    enum loom_status status = loom_attributes_of_query(request, &target, &own);
    if (status != LOOM_OK) {
        return status;
    }
    struct loom_observation *place = find_place(context, from->ssid, path, request, reply);
    if (place == NULL) {
        return LOOM_OK;
    }
    if (!loom_observation_attach(context, place, &own)) {
        return LOOM_TOO_LARGE;
    }
    place->flags &= (uint8_t)~LOOM_OBSERVATION_ATTRIBUTES;
    place->flags |= own.has != 0 ? LOOM_OBSERVATION_ATTRIBUTES : 0;
    *observation = place;
    return LOOM_OK;
}

void loom_observation_begin(struct loom_context *context, struct loom_observation *observation,
                            uint16_t ssid, const struct loom_path *path, uint64_t last,
                            struct loom_reply *reply)
{
    observation->ssid = ssid;
    observation->notified_at = loom_context_now(context);
    observation->looked = 0;
    observation->last = last;
    observation->flags &= LOOM_OBSERVATION_ATTRIBUTES;
    observation->flags |= (uint8_t)path->depth;
    observation->format = format_index(context->config.model->product, reply->content_format);
    memcpy(observation->id, path->id, sizeof observation->id);
    reply->observation = loom_observation_name(context, observation);
    loom_reporting_look_soon(context);
}

/* What the answer shows: it has just been read. */
static uint64_t shown_by(const struct loom_context *context, const struct loom_path *path,
                         const struct loom_reply *reply)
{
    struct loom_reading reading;
    (void)loom_reading_number(context, path, &reading);
    return reading.value.type != LOOM_NONE
               ? reading.raw
               : loom_digest(LOOM_DIGEST_BEGIN, reply->payload, reply->length);
}

enum loom_status loom_reporting_observe(struct loom_context *context,
                                        const struct loom_requester *from,
                                        const struct loom_request *request,
                                        const struct loom_path *path,
                                        const struct loom_resource *row, struct loom_reply *reply)
{
    struct loom_observation *observation;
    enum loom_status status =
        loom_observation_ask(context, from, request, path, row, reply, &observation);
    if (observation != NULL) {
        loom_observation_begin(context, observation, from->ssid, path,
                               shown_by(context, path, reply), reply);
    }
    return status;
}

void loom_reporting_answered(struct loom_context *context, uint16_t ssid,
                             const struct loom_request *request, const struct loom_reply *reply)
{
    struct loom_observation *observation = at_place(context, request->observation_of, ssid);
    if (observation != NULL && request->observe != LOOM_OBSERVE_NONE && reply->code >> 5 == 2 &&
        reply->observation == 0) {
        loom_observation_forget(context, observation, NULL); /* the port does so by the answer */
    }
}

/* ---- what marks them ------------------------------------------------------------------------- */

/* A function of the product that is read for a notification may write what stands beside it, such
 * as the greatest value so far. That is news for who observes that resource, and not a reason to
 * read the instance again, which would never end. */
static bool is_met(const struct loom_context *context, const struct loom_observation *observation,
                   const struct loom_path *path)
{
    uint8_t depth = loom_observation_depth(observation);
    if (depth == 0) {
        return loom_context_features(context)->observe_composite->is_met(context, observation,
                                                                         path);
    }
    return (depth >= 3 || !context->reporting) && loom_paths_meet(observation->id, depth, path);
}

void loom_reporting_changed(struct loom_context *context, const struct loom_at *at,
                            enum loom_change change)
{
    struct loom_observation *end = loom_observations_end(context);
    for (struct loom_observation *each = context->config.observations; each < end; each++) {
        if (each->ssid != 0 && is_met(context, each, &at->path)) {
            each->flags |= LOOM_OBSERVATION_CHANGED;
            loom_reporting_look_soon(context);
        }
    }
    if (context->attributes.used > 0 &&
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
    const struct loom_stored_notifications_feature *storing =
        loom_context_features(context)->stored_notifications;
    bool stored = storing != NULL &&
                  storing->is_acknowledged(context, observation, failure == LOOM_FAILURE_NONE);
    loom_reporting_look_soon(context);
    observation->flags &= (uint8_t)~LOOM_OBSERVATION_CONFIRMING;
    if (failure == LOOM_FAILURE_RESET) {
        loom_observation_forget(context, observation, NULL); /* C-61: the port has */
    } else if (failure != LOOM_FAILURE_NONE && !stored) {
        observation->flags |= LOOM_OBSERVATION_WANTED;
    }
}
