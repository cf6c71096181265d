/* SPDX-License-Identifier: Apache-2.0 */
/* Register: what is asked, who asks, and the registration that comes of it (rules B.1). */
#include "management/clients.h"
#include "management/management_server.h"

#include "common/text.h"

#include <string.h>

static uint8_t code_of(enum loom_dm_reason reason, uint16_t lwm2m)
{
    switch (reason) {
    case LOOM_DM_UNSUPPORTED_VERSION:
        return LOOM_PRECONDITION_FAILED;
    case LOOM_DM_NO_OBJECT_LIST:
        /* 1.0 has no code of its own for it (rules B.1). */
        return lwm2m > 0x0100 ? LOOM_CONFLICT : LOOM_BAD_REQUEST;
    case LOOM_DM_UNKNOWN_LOCATION:
    case LOOM_DM_NOT_REGISTERED:
    case LOOM_DM_UNKNOWN_OBJECT:
        return LOOM_NOT_FOUND;
    case LOOM_DM_UNSUPPORTED_FORMAT:
        return LOOM_UNSUPPORTED_FORMAT;
    case LOOM_DM_NO_MEMORY:
        return LOOM_INTERNAL_ERROR;
    case LOOM_DM_NO_STORE:
        return LOOM_UNAVAILABLE;
    default:
        return LOOM_BAD_REQUEST;
    }
}

void loom_dm_refuse(const struct loom_management_server *server, struct loom_reply *reply,
                    struct loom_text endpoint, struct loom_text address, enum loom_dm_reason reason,
                    uint16_t lwm2m)
{
    struct loom_dm_event event = loom_dm_event_of(server, NULL, LOOM_DM_REFUSED);
    reply->code = code_of(reason, lwm2m);
    event.endpoint = endpoint;
    event.address = address;
    event.code = reply->code;
    event.reason = reason;
    loom_dm_tell(server, &event);
}

/* A Register that is looked at. */
struct registering {
    struct loom_peer peer;
    struct loom_dm_parameters parameters;
    struct loom_text endpoint;
    const struct loom_fleet_account *account; /* a reference; NULL: none */
    uint16_t lwm2m;
    struct loom_dm_links links;
};

static bool supports(const struct loom_management_server *server, uint16_t lwm2m)
{
    return (server->releases & 1u << (lwm2m & 0xFFu)) != 0; /* the major version is 1 */
}

static enum loom_dm_reason check_parameters(const struct loom_management_server *server,
                                            struct registering *registering,
                                            const struct loom_request *request)
{
    struct loom_dm_parameters *parameters = &registering->parameters;
    enum loom_dm_reason reason = loom_dm_parameters_read(parameters, request, true);
    registering->endpoint = parameters->endpoint;
    if (reason != LOOM_DM_NO_REASON) {
        return reason;
    }
    if (!parameters->has_lifetime || parameters->lwm2m.data == NULL) {
        return LOOM_DM_MISSING_PARAMETER;
    }
    registering->lwm2m = loom_dm_version(parameters->lwm2m);
    if (registering->lwm2m == 0 || !supports(server, registering->lwm2m)) {
        return LOOM_DM_UNSUPPORTED_VERSION;
    }
    /* From 1.1 on the name may be left to the security identity (rule B-2). */
    if (parameters->endpoint.data == NULL &&
        (registering->lwm2m == 0x0100 || !registering->peer.secure)) {
        return LOOM_DM_MISSING_PARAMETER;
    }
    if (!loom_dm_parameters_fit(parameters, registering->lwm2m) ||
        (parameters->binding.data != NULL &&
         !loom_dm_binding(parameters->binding, registering->lwm2m, &parameters->queue_mode))) {
        return LOOM_DM_BAD_PARAMETER;
    }
    return LOOM_DM_NO_REASON;
}

static enum loom_dm_reason check_endpoint(const struct loom_management_server *server,
                                          struct registering *registering)
{
    switch (loom_fleet_admit(server->store, &registering->peer, registering->endpoint,
                             &registering->account)) {
    case LOOM_FLEET_ADMITTED:
        if (registering->endpoint.data == NULL) {
            registering->endpoint = registering->account->endpoint;
        }
        return LOOM_DM_NO_REASON;
    case LOOM_FLEET_ADMISSION_UNKNOWN:
        return LOOM_DM_UNKNOWN_ENDPOINT;
    case LOOM_FLEET_ADMISSION_WRONG_IDENTITY:
        break;
    }
    return LOOM_DM_WRONG_IDENTITY;
}

static enum loom_dm_reason read_list(const struct loom_request *request,
                                     struct loom_dm_links *links)
{
    if (request->content_format != LOOM_FORMAT_LINK &&
        request->content_format != LOOM_FORMAT_ABSENT) {
        return LOOM_DM_BAD_OBJECT_LIST;
    }
    return loom_dm_links_read(links, request->payload);
}

/* The list of the payload, of the profiles, or both together (rule B-41). */
enum loom_dm_reason loom_dm_find_list(const struct loom_management_server *server,
                                      struct loom_text endpoint,
                                      const struct loom_dm_parameters *parameters,
                                      const struct loom_request *request,
                                      struct loom_dm_links *links)
{
    enum loom_dm_reason reason = LOOM_DM_NO_REASON;
    bool has_profile = parameters->profile.data != NULL;
    if (request->payload.length > 0) {
        reason = read_list(request, links);
    } else if (!has_profile) {
        return LOOM_DM_NO_OBJECT_LIST;
    }
    if (reason == LOOM_DM_NO_REASON && has_profile) {
        reason = loom_dm_profiles_add(&server->profiles, endpoint, parameters->profile, links);
    }
    return reason;
}

static enum loom_dm_reason check_register(const struct loom_management_server *server,
                                          struct registering *registering,
                                          const struct loom_request *request)
{
    enum loom_dm_reason reason = check_parameters(server, registering, request);
    if (reason == LOOM_DM_NO_REASON) {
        reason = check_endpoint(server, registering);
    }
    return reason == LOOM_DM_NO_REASON
               ? loom_dm_find_list(server, registering->endpoint, &registering->parameters, request,
                                   &registering->links)
               : reason;
}

static void fill_location(struct loom_reply *reply, const struct loom_dm_entry *entry)
{
    reply->code = LOOM_CREATED;
    reply->location_count = 2;
    reply->location[0].data = "rd";
    reply->location[0].length = 2;
    reply->location[1].data = entry->registered.client.location;
    reply->location[1].length = LOOM_DM_LOCATION_LENGTH;
}

static void learn(struct loom_management_server *server, const struct loom_dm_entry *entry,
                  const struct loom_dm_parameters *parameters, const struct loom_request *request)
{
    if (parameters->profile.data != NULL) {
        loom_dm_profiles_learn(&server->profiles, entry->registered.client.endpoint,
                               parameters->profile, request->payload);
    }
}

void loom_dm_keep_session(const struct loom_management_server *server, struct loom_session *link)
{
    const struct loom_port *port = server->port;
    if (link != NULL && port->keep != NULL) {
        port->keep(port->self, link, loom_registry_by_link(&server->registry, link) != NULL);
    }
}

/* Makes a registration that nobody finds yet. @return NULL without memory */
static struct loom_dm_entry *make(struct loom_management_server *server,
                                  struct registering *registering)
{
    static const struct loom_text here = {NULL, 0};
    struct loom_dm_entry *entry = loom_dm_entry_new(registering->endpoint, &registering->parameters,
                                                    &registering->links, &registering->peer, here);
    if (entry == NULL) {
        return NULL;
    }
    struct loom_dm_client *client = loom_dm_client_of(entry);
    client->lwm2m = registering->lwm2m;
    client->registered = server->now;
    client->heard = server->now;
    client->seen = server->now;
    entry->told = server->now;
    if (!loom_registry_prepare(&server->registry, &entry->registered)) {
        loom_dm_entry_free(entry);
        return NULL;
    }
    return entry;
}

/* What was under way to the registration before ends; what waited goes on to a client in queue
 * mode, which wakes up with a Register too, and to one that has not been heard since a restart. */
static void take_over(struct loom_management_server *server, struct loom_dm_entry *entry,
                      struct loom_dm_entry *old)
{
    if (old->registered.client.queue_mode || loom_registry_known(&old->registered).data != NULL) {
        loom_dm_hand_over(old, entry);
    }
    loom_dm_abandon(server, old);
}

void loom_dm_enter(struct loom_management_server *server, struct loom_dm_entry *entry,
                   struct loom_session *link)
{
    struct loom_dm_client *client = loom_dm_client_of(entry);
    struct loom_registry_entry *old =
        loom_registry_by_endpoint(&server->registry, client->endpoint);
    loom_registry_enter(&server->registry, &entry->registered);
    loom_registry_connect(&server->registry, &entry->registered, link);
    if (link == NULL) { /* lost while it was stored */
        client->address.data = NULL;
        client->address.length = 0;
    }
    if (old != NULL) { /* rule B-16 */
        loom_registry_remove(&server->registry, old);
        loom_dm_keep_session(server, old->link);
    }
    loom_dm_keep_session(server, link);
    if (old != NULL) {
        take_over(server, entry, loom_dm_entry_of(old));
    }
    loom_dm_heard(server, entry);
    struct loom_dm_event event = loom_dm_event_of(server, entry, LOOM_DM_REGISTERED);
    event.replaced = old != NULL;
    loom_dm_tell(server, &event);
}

/* @return why it is refused; nothing has changed then */
static enum loom_dm_reason begin_registration(struct loom_management_server *server,
                                              struct registering *registering,
                                              struct loom_session *link, struct loom_reply *reply,
                                              struct loom_dm_entry **made)
{
    if (!loom_dm_keeper_ready(server, reply)) {
        return LOOM_DM_NO_STORE;
    }
    struct loom_dm_entry *entry = make(server, registering);
    if (entry == NULL) {
        return LOOM_DM_NO_MEMORY;
    }
    if (server->port->keep != NULL) { /* it must not make room for others meanwhile */
        server->port->keep(server->port->self, link, true);
    }
    if (!loom_dm_keep(server, entry, link, false, reply)) {
        loom_registry_withdraw(&server->registry);
        loom_dm_entry_free(entry);
        loom_dm_keep_session(server, link);
        return LOOM_DM_NO_STORE;
    }
    *made = entry;
    return LOOM_DM_NO_REASON;
}

/* Who has the key of a group gets an account. Its Register is not heard until that is durable: it
 * is sent again, and finds the account. */
static enum loom_dm_reason adopt(const struct loom_management_server *server,
                                 const struct registering *registering, struct loom_reply *reply)
{
    enum { SECONDS_TO_ASK_AGAIN = 10 };
    const struct loom_fleet_store *store = server->store;
    uint64_t number;
    if (!registering->peer.secure || store->adopt == NULL || server->port->settle == NULL) {
        return LOOM_DM_UNKNOWN_ENDPOINT;
    }
    switch (store->adopt(store->self, registering->peer.identity, registering->endpoint, &number)) {
    case LOOM_OK:
        reply->code = LOOM_CREATED;
        reply->held = number;
        return LOOM_DM_NO_REASON;
    case LOOM_UNAVAILABLE:
        reply->max_age = SECONDS_TO_ASK_AGAIN;
        return LOOM_DM_NO_STORE;
    default:
        return LOOM_DM_UNKNOWN_ENDPOINT;
    }
}

void loom_dm_on_register(struct loom_management_server *server, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply)
{
    struct registering registering;
    struct loom_dm_entry *entry = NULL;
    memset(&registering, 0, sizeof registering);
    server->port->peer(server->port->self, link, &registering.peer);
    enum loom_dm_reason reason = check_register(server, &registering, request);
    if (reason == LOOM_DM_NO_REASON) {
        reason = begin_registration(server, &registering, link, reply, &entry);
    }
    if (reason == LOOM_DM_UNKNOWN_ENDPOINT) {
        reason = adopt(server, &registering, reply);
    }
    if (reason == LOOM_DM_NO_REASON && entry != NULL) {
        fill_location(reply, entry);
        learn(server, entry, &registering.parameters, request);
    } else if (reason != LOOM_DM_NO_REASON) {
        loom_dm_refuse(server, reply, registering.endpoint, registering.peer.address, reason,
                       registering.lwm2m);
    }
    loom_dm_links_free(&registering.links);
    loom_fleet_account_release(registering.account);
}
