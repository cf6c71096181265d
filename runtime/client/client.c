/* SPDX-License-Identifier: Apache-2.0 */
/* The client as the product and the port call it. Whatever a call makes a room wish for at once is
 * fulfilled before the call returns. */
#include "accounts/accounts.h"
#include "client/rooms.h"
#include "codec/text.h"
#include "context/context.h"

#include <string.h>

/* ---- what the port reports ------------------------------------------------------------------- */

/* NULL: of nobody, in a session that the peer began, or that is no longer the owner's. */
static const struct loom_room *room_of(const void *owner, const struct loom_session *session)
{
    if (owner == NULL) {
        return NULL;
    }
    const struct loom_room *room = *(const struct loom_room *const *)owner;
    const void *own = (const unsigned char *)owner + room->session_at;
    return *(struct loom_session *const *)own == session ? room : NULL;
}

/* A reply with code 0 is no answer at all: "ignore" in rules A-90 .. A-95. */
void loom_client_on_request(void *side, void *owner, struct loom_session *session,
                            const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_client *client = side;
    const struct loom_room *room = room_of(owner, session);
    reply->content_format = LOOM_FORMAT_ABSENT;
    if (room == NULL) {
        loom_client_ignore(client, 0, LOOM_REASON_STRANGER);
    } else {
        room->request(client, owner, request, reply);
    }
    loom_client_fulfil(client);
}

void loom_client_on_response(void *side, void *owner, struct loom_session *session,
                             uint32_t exchange, const struct loom_response *response,
                             enum loom_failure failure)
{
    const struct loom_room *room = room_of(owner, session);
    if (room != NULL) {
        room->response(owner, exchange, response, failure);
    }
    loom_client_fulfil(side);
}

void loom_client_on_lost(void *side, void *owner, struct loom_session *session,
                         enum loom_failure failure, int alert)
{
    const struct loom_room *room = room_of(owner, session);
    if (room != NULL) {
        room->lost(side, owner, failure, alert);
    }
    loom_client_fulfil(side);
}

/* Only registrations are observed. */
void loom_client_on_notified(void *side, void *owner, struct loom_session *session,
                             uint16_t observation, enum loom_failure failure)
{
    struct loom_client *client = side;
    const struct loom_registration *registration = owner;
    const struct loom_reporting_feature *reporting =
        loom_context_features(&client->context)->reporting;
    if (reporting != NULL && registration->session == session) {
        reporting->notified(&client->context, registration->ssid, observation, failure);
    }
}

const struct loom_side loom_client_side = {.request = loom_client_on_request,
                                           .response = loom_client_on_response,
                                           .lost = loom_client_on_lost,
                                           .notified = loom_client_on_notified};

void loom_client_smartcard(struct loom_client *client, enum loom_status status, const void *data,
                           size_t length)
{
    struct loom_bytes file = {data, length};
    loom_bootstrap_smartcard(&client->bootstrap, status, file);
    loom_client_fulfil(client);
}

/* ---- start ----------------------------------------------------------------------------------- */

static bool has_staging(const struct loom_client_config *config)
{
    return config->staging != NULL || config->model->product->staging_size == 0;
}

/* A Register must fit the buffer and, where there is a store, accounts at all. */
static bool has_buffer(const struct loom_client_config *config, size_t endpoint)
{
    const struct loom_product *product = config->model->product;
    bool stores = config->store != NULL && product->features.stored_accounts != NULL;
    return config->buffer != NULL && config->buffer_size >= product->request_size + endpoint &&
           (!stores || config->buffer_size >= product->record_least);
}

static bool is_possible(const struct loom_client_config *config)
{
    size_t endpoint = config->endpoint == NULL ? 0 : strlen(config->endpoint);
    return endpoint > 0 && endpoint <= LOOM_ENDPOINT_MAX && config->lwm2m >= LOOM_LWM2M_1_0 &&
           config->lwm2m <= LOOM_LWM2M_1_2 && config->model != NULL && has_staging(config) &&
           config->registrations != NULL && config->registration_room > 0 &&
           config->locations != NULL && config->location_size > 0 && has_buffer(config, endpoint) &&
           config->port != NULL && config->model->product->formats != NULL &&
           config->model->product->object_count <= LOOM_PRODUCT_OBJECTS_MAX;
}

enum loom_status loom_client_start(struct loom_client *client,
                                   const struct loom_client_config *config)
{
    if (!is_possible(config)) {
        return LOOM_BAD_REQUEST;
    }
    memset(client, 0, sizeof *client);
    client->context.config = *config;
    client->context.attributes.bytes = config->attributes;
    client->context.attributes.size = config->attribute_size;
    client->context.features = &config->model->product->features;
    client->context.account_deadline = LOOM_NEVER;
    /* What is to be sent may be from before the client was started again. */
    client->context.report_at = client->context.features->send == NULL ? LOOM_NEVER : 0;
    loom_rooms_init(client);
    enum loom_status status = loom_bootstrap_recall(&client->bootstrap);
    if (status != LOOM_OK && status != LOOM_NOT_FOUND) {
        return LOOM_INTERNAL_ERROR;
    }
    loom_client_watch(client);
    return LOOM_OK;
}

/* ---- what the product asks for: done by the next step -----------------------------------------
 */

void loom_client_bootstrap(struct loom_client *client)
{
    loom_context_wish(&client->context, LOOM_WISH_BOOTSTRAP);
}

void loom_client_update(struct loom_client *client)
{
    loom_registrations_wish(&client->context, LOOM_REGISTRATION_WISH_UPDATE);
}

void loom_client_address_changed(struct loom_client *client)
{
    loom_context_wish(&client->context, LOOM_WISH_MOVE);
}

void loom_client_deregister(struct loom_client *client)
{
    loom_registrations_wish(&client->context, LOOM_REGISTRATION_WISH_STOP);
    loom_client_look_for_stored(client);
}

void loom_client_stop(struct loom_client *client)
{
    client->context.stopping = true;
    loom_client_deregister(client);
}

/* ---- what the product may know --------------------------------------------------------------- */

bool loom_client_may_send(const struct loom_client *client, uint16_t ssid)
{
    return loom_registrations_may_send(&client->context, ssid);
}

enum loom_status loom_client_send(struct loom_client *client, const struct loom_send *send,
                                  uint16_t *handle)
{
    const struct loom_send_feature *feature = loom_context_features(&client->context)->send;
    return feature == NULL ? LOOM_NOT_IMPLEMENTED : feature->queue(client, send, handle);
}

bool loom_client_stopped(const struct loom_client *client)
{
    return client->stopped;
}

bool loom_client_registration(const struct loom_client *client, unsigned index,
                              struct loom_registration_status *status)
{
    for (unsigned i = 0; i < client->context.config.registration_room; i++) {
        const struct loom_registration *registration = &client->context.config.registrations[i];
        if (!loom_registration_used(registration) || index-- > 0) {
            continue;
        }
        memset(status, 0, sizeof *status);
        status->ssid = registration->ssid;
        status->state = loom_registration_state_name(registration->state);
        status->deadline = registration->deadline;
        status->lifetime = registration->lifetime;
        status->uri =
            loom_text_at(client->context.config.model, LOOM_KEY(SECURITY, LWM2M_SERVER_URI),
                         registration->security_instance);
        return true;
    }
    return false;
}

const char *loom_client_bootstrap_state(const struct loom_client *client)
{
    return loom_bootstrap_state_name(client->bootstrap.state);
}
