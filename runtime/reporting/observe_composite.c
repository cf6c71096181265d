/* SPDX-License-Identifier: Apache-2.0 */
/* Observations of a list of paths: rules C-30, C-57, C-61 and C-77. The list is in the room for
 * attributes, a record for each path, so an observation takes no more than any other. */
#include "accounts/gather.h"
#include "codec/number.h"
#include "reporting/observation.h"

/* ---- Observe-Composite ----------------------------------------------------------------------- */

static bool keep_list(struct loom_context *context, uint16_t name,
                      const struct loom_path_list *list)
{
    struct loom_path path;
    bool fits = true;
    while (fits && list->next(list->self, &path)) {
        fits = loom_attributes_list(&context->attributes, name, &path);
    }
    return fits;
}

static enum loom_status observe(struct loom_context *context, const struct loom_requester *from,
                                const struct loom_request *request,
                                const struct loom_path_list *list, struct loom_reply *reply)
{
    const struct loom_path root = loom_path_root();
    struct loom_observation *observation;
    enum loom_status status =
        loom_observation_ask(context, from, request, &root, NULL, reply, &observation);
    if (observation == NULL) {
        return status;
    }
    if (!keep_list(context, loom_observation_name(context, observation), list)) {
        loom_observation_forget(context, observation, NULL); /* the port does so by the answer */
        return LOOM_OK;
    }
    loom_observation_begin(context, observation, from->ssid, &root,
                           loom_digest(LOOM_DIGEST_BEGIN, reply->payload, reply->length), reply);
    return LOOM_OK;
}

/* ---- what concerns one ----------------------------------------------------------------------- */

/* What a function of the product writes while it is read is news for what names it, not for what
 * is above. */
static bool is_met(const struct loom_context *context, const struct loom_observation *observation,
                   const struct loom_path *path)
{
    uint16_t name = loom_observation_name(context, observation);
    struct loom_path listed;
    uint16_t at = 0;
    while (loom_attributes_next_listed(&context->attributes, name, &at, &listed)) {
        if ((listed.depth >= 3 || !context->reporting) &&
            loom_paths_meet(listed.id, listed.depth, path)) {
            return true;
        }
    }
    return false;
}

/* A period of 0 seconds is none, and so more than any other. */
static bool is_stricter(enum loom_attribute attribute, uint32_t value, uint32_t than)
{
    bool most = attribute == LOOM_ATTRIBUTE_PMAX || attribute == LOOM_ATTRIBUTE_EPMAX;
    return most ? value > 0 && (than == 0 || value < than) : value > than;
}

/* All parts come in one notification, so it has to suit each of them: it is as rare as the one that
 * is to be rarest, comes when the first is due, and is confirmable if one has to be. */
static void take_stricter(struct loom_attributes *attributes, const struct loom_attributes *part)
{
    for (unsigned i = 0; i < LOOM_ATTRIBUTE_EDGE; i++) {
        uint16_t bit = LOOM_ATTRIBUTE_BIT(i);
        bool known = (attributes->has & bit) != 0;
        if ((part->has & bit) != 0 &&
            (!known || is_stricter((enum loom_attribute)i, part->whole[i], attributes->whole[i]))) {
            attributes->whole[i] = part->whole[i];
            attributes->has |= bit;
        }
    }
}

/* Rules C-50, C-57, C-66. Thresholds and steps of a part say nothing of the others, so they do not
 * count. */
static void in_force(const struct loom_context *context, const struct loom_observation *observation,
                     uint16_t server_instance, struct loom_attributes *attributes)
{
    struct loom_attribute_place own = {.ssid = loom_observation_name(context, observation)};
    struct loom_attributes defaults = {.has = 0};
    struct loom_attributes parts = {.has = 0};
    struct loom_path path;
    uint16_t at = 0;
    loom_attributes_take_defaults(context, server_instance, &defaults);
    while (loom_attributes_next_listed(&context->attributes, own.ssid, &at, &path)) {
        struct loom_attributes part = {.has = 0};
        loom_attributes_resolve(&context->attributes, observation->ssid, &path, &part);
        loom_attributes_inherit(&part, &defaults, 0);
        take_stricter(&parts, &part);
    }
    loom_attributes_get(&context->attributes, &own, attributes);
    loom_attributes_inherit(attributes, &parts, 0);
}

/* As a Read-Composite answers, in the format that the server took. */
static enum loom_status show(const struct loom_context *context,
                             const struct loom_observation *observation, struct loom_output *out)
{
    const struct loom_model *model = context->config.model;
    struct loom_gather gather = {
        .model = model, .lwm2m = context->config.lwm2m, .ssid = observation->ssid};
    struct loom_path path;
    uint16_t at = 0;
    uint16_t name = loom_observation_name(context, observation);
    loom_gather_begin(&gather, model->product->formats[observation->format], out);
    while (loom_attributes_next_listed(&context->attributes, name, &at, &path)) {
        loom_gather_put(&gather, &path);
    }
    return loom_gather_end(&gather);
}

const struct loom_observe_composite_feature loom_feature_observe_composite = {
    .observe = observe, .is_met = is_met, .in_force = in_force, .show = show};
