/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes that are attached, and which of them hold for an observation: rules C-50 .. C-57. */
#include "reporting/observation.h"

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "loom/ids.h"

/* Where attributes of an observation's own are. */
static struct loom_attribute_place own_place(const struct loom_context *context,
                                             const struct loom_observation *observation)
{
    struct loom_attribute_place place = {.ssid = loom_observation_name(context, observation)};
    return place;
}

static bool is_listed(void *self, const struct loom_attribute_place *place)
{
    const uint16_t *name = self;
    return place->ssid == *name && place->listed;
}

/* Of an observation are its attributes and its list. */
static bool is_of(void *self, const struct loom_attribute_place *place)
{
    const uint16_t *name = self;
    return place->ssid == *name && (place->listed || place->path.depth == 0);
}

bool loom_observation_attach(struct loom_context *context,
                             const struct loom_observation *observation,
                             const struct loom_attributes *attributes)
{
    struct loom_attribute_place own = own_place(context, observation);
    if (!loom_attributes_set(&context->attributes, &own, attributes)) {
        return false;
    }
    loom_attributes_remove(&context->attributes, is_listed, &own.ssid);
    return true;
}

void loom_observation_detach(struct loom_context *context,
                             const struct loom_observation *observation)
{
    uint16_t name = loom_observation_name(context, observation);
    loom_attributes_remove(&context->attributes, is_of, &name);
}

static void take_default(struct loom_attributes *attributes, enum loom_attribute attribute,
                         struct loom_cursor *server, uint16_t resource)
{
    if (!loom_attributes_have(attributes, attribute)) {
        attributes->whole[attribute] = loom_cursor_number(server, resource, 0);
        attributes->has |= LOOM_ATTRIBUTE_BIT(attribute);
    }
}

void loom_attributes_take_defaults(const struct loom_context *context, uint16_t server_instance,
                                   struct loom_attributes *attributes)
{
    struct loom_cursor at;
    if (loom_cursor_open(&at, context->config.model, LOOM_ID_SERVER, server_instance)) {
        take_default(attributes, LOOM_ATTRIBUTE_PMIN, &at, LOOM_ID_SERVER_DEFAULT_MINIMUM_PERIOD);
        take_default(attributes, LOOM_ATTRIBUTE_PMAX, &at, LOOM_ID_SERVER_DEFAULT_MAXIMUM_PERIOD);
        take_default(attributes, LOOM_ATTRIBUTE_CON, &at, LOOM_ID_SERVER_DEFAULT_NOTIFICATION_MODE);
    }
}

/* Rules C-50, C-57, and what the Server object says where no attribute does (C-66). Attributes
 * below the path do not count (C-58). */
void loom_attributes_in_force(const struct loom_context *context,
                              const struct loom_observation *observation,
                              const struct loom_path *path, uint16_t server_instance,
                              struct loom_attributes *attributes)
{
    attributes->has = 0;
    if (loom_observation_has(observation, LOOM_OBSERVATION_ATTRIBUTES)) {
        struct loom_attribute_place own = own_place(context, observation);
        loom_attributes_get(&context->attributes, &own, attributes);
    }
    if (context->attributes.used > 0) {
        loom_attributes_resolve(&context->attributes, observation->ssid, path, attributes);
    }
    loom_attributes_take_defaults(context, server_instance, attributes);
}

/* Attributes of what is gone, and of servers that are (rule C-70). */
static bool is_gone(void *self, const struct loom_attribute_place *place)
{
    const struct loom_model *model = self;
    const struct loom_path *path = &place->path;
    return !place->listed && path->depth > 0 &&
           (loom_account_security(model, place->ssid) == LOOM_ID_NONE ||
            (path->depth > 1 && !loom_model_has_instance(model, path->id[LOOM_OBJECT_ID],
                                                         path->id[LOOM_INSTANCE_ID])));
}

void loom_attributes_drop_gone(struct loom_context *context)
{
    loom_attributes_remove(&context->attributes, is_gone, context->config.model);
    loom_context_wish(context, LOOM_WISH_REMEMBER);
}

struct loom_attribute_target loom_attribute_target(const struct loom_requester *from,
                                                   const struct loom_path *path,
                                                   const struct loom_resource *row)
{
    struct loom_attribute_target target = {.lwm2m = from->lwm2m,
                                           .depth = (uint8_t)path->depth,
                                           .type =
                                               row == NULL ? LOOM_NONE : (enum loom_type)row->type};
    return target;
}

/* A name without a value would unset nothing. */
enum loom_status loom_attributes_of_query(const struct loom_request *request,
                                          const struct loom_attribute_target *target,
                                          struct loom_attributes *attributes)
{
    struct loom_attribute_change change;
    attributes->has = 0;
    if (request->query_count > 0 && target->lwm2m < LOOM_LWM2M_1_2) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_attributes_parse(request, target, &change);
    bool good = status == LOOM_OK && change.unset == 0;
    return good && loom_attributes_apply(attributes, &change) ? LOOM_OK : LOOM_BAD_REQUEST;
}

enum loom_status loom_reporting_write_attributes(struct loom_context *context,
                                                 const struct loom_requester *from,
                                                 const struct loom_request *request,
                                                 const struct loom_path *path,
                                                 const struct loom_resource *row)
{
    struct loom_attribute_target target = loom_attribute_target(from, path, row);
    struct loom_attribute_place place = {.ssid = from->ssid, .path = *path};
    struct loom_attribute_change change;
    struct loom_attributes attributes = {0};
    enum loom_status status = loom_model_exists(context->config.model, path);
    if (status == LOOM_OK) {
        status = loom_attributes_parse(request, &target, &change);
    }
    if (status != LOOM_OK) {
        return status;
    }
    loom_attributes_get(&context->attributes, &place, &attributes);
    if (!loom_attributes_apply(&attributes, &change)) {
        return LOOM_BAD_REQUEST;
    }
    if (!loom_attributes_set(&context->attributes, &place, &attributes)) {
        return LOOM_TOO_LARGE;
    }
    loom_context_wish(context, LOOM_WISH_REMEMBER);
    loom_reporting_look_soon(context);
    return LOOM_OK;
}

void loom_reporting_put_attributes(const struct loom_context *context, uint16_t ssid,
                                   const struct loom_path *path, bool inherited,
                                   struct loom_output *out)
{
    struct loom_attribute_place place = {.ssid = ssid, .path = *path};
    struct loom_attributes attributes = {0};
    if (inherited) {
        loom_attributes_resolve(&context->attributes, ssid, path, &attributes);
    } else {
        loom_attributes_get(&context->attributes, &place, &attributes);
    }
    loom_attributes_put(out, &attributes);
}
