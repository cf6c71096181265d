/* SPDX-License-Identifier: Apache-2.0 */
/* The LwM2M server: Register, Update, De-register and the life of a registration (rules B.1). */
#include "management/management_server.h"

#include "common/query.h"
#include "management/clients.h"
#include "store/accounts_build.h"

#include <stdlib.h>
#include <string.h>

static uint64_t now(const struct loom_management_server *server)
{
    return server->port->now(server->port->self);
}

static uint8_t code_of(enum loom_ms_reason reason, uint16_t lwm2m)
{
    switch (reason) {
    case LOOM_MS_UNSUPPORTED_VERSION:
        return LOOM_PRECONDITION_FAILED;
    case LOOM_MS_NO_OBJECT_LIST:
        /* 1.0 has no code of its own for it (rules B.1). */
        return lwm2m > 0x0100 ? LOOM_CONFLICT : LOOM_BAD_REQUEST;
    case LOOM_MS_UNKNOWN_LOCATION:
        return LOOM_NOT_FOUND;
    case LOOM_MS_NO_MEMORY:
        return LOOM_INTERNAL_ERROR;
    default:
        return LOOM_BAD_REQUEST;
    }
}

static void refuse(const struct loom_management_server *server, struct loom_reply *reply,
                   struct loom_text endpoint, struct loom_text address, enum loom_ms_reason reason,
                   uint16_t lwm2m)
{
    struct loom_ms_event event = loom_ms_event_of(server, NULL, LOOM_MS_REFUSED);
    reply->code = code_of(reason, lwm2m);
    event.endpoint = endpoint;
    event.address = address;
    event.code = reply->code;
    event.reason = reason;
    loom_ms_tell(server, &event);
}

/* ---- Register -------------------------------------------------------------------------------- */

/* A Register that is looked at. */
struct registering {
    struct loom_peer peer;
    struct loom_ms_parameters parameters;
    struct loom_text endpoint;
    uint16_t lwm2m;
    struct loom_ms_links links;
};

static bool supports(const struct loom_management_server *server, uint16_t lwm2m)
{
    return (server->releases & 1u << (lwm2m & 0xFFu)) != 0; /* the major version is 1 */
}

static enum loom_ms_reason check_parameters(const struct loom_management_server *server,
                                            struct registering *registering,
                                            const struct loom_request *request)
{
    struct loom_ms_parameters *parameters = &registering->parameters;
    enum loom_ms_reason reason = loom_ms_parameters_read(parameters, request, true);
    registering->endpoint = parameters->endpoint;
    if (reason != LOOM_MS_NO_REASON) {
        return reason;
    }
    if (!parameters->has_lifetime || parameters->lwm2m.data == NULL) {
        return LOOM_MS_MISSING_PARAMETER;
    }
    registering->lwm2m = loom_ms_version(parameters->lwm2m);
    if (registering->lwm2m == 0 || !supports(server, registering->lwm2m)) {
        return LOOM_MS_UNSUPPORTED_VERSION;
    }
    /* From 1.1 on the name may be left to the security identity (rule B-2). */
    if (parameters->endpoint.data == NULL &&
        (registering->lwm2m == 0x0100 || !registering->peer.secure)) {
        return LOOM_MS_MISSING_PARAMETER;
    }
    if (!loom_ms_parameters_fit(parameters, registering->lwm2m) ||
        (parameters->binding.data != NULL &&
         !loom_ms_binding(parameters->binding, registering->lwm2m, &parameters->queue_mode))) {
        return LOOM_MS_BAD_PARAMETER;
    }
    return LOOM_MS_NO_REASON;
}

static enum loom_ms_reason check_endpoint(const struct loom_management_server *server,
                                          struct registering *registering)
{
    const struct loom_store_account *account = NULL;
    switch (loom_store_accounts_admit(server->accounts, &registering->peer, registering->endpoint,
                                      &account)) {
    case LOOM_STORE_ADMITTED:
        if (registering->endpoint.data == NULL) {
            registering->endpoint = account->endpoint;
        }
        return LOOM_MS_NO_REASON;
    case LOOM_STORE_ADMISSION_UNKNOWN:
        return LOOM_MS_UNKNOWN_ENDPOINT;
    case LOOM_STORE_ADMISSION_WRONG_IDENTITY:
        break;
    }
    return LOOM_MS_WRONG_IDENTITY;
}

static enum loom_ms_reason read_list(const struct loom_request *request,
                                     struct loom_ms_links *links)
{
    if (request->content_format != LOOM_FORMAT_LINK &&
        request->content_format != LOOM_FORMAT_ABSENT) {
        return LOOM_MS_BAD_OBJECT_LIST;
    }
    return loom_ms_links_read(links, request->payload);
}

/* The list of the payload, of the profiles, or both together (rule B-41). */
static enum loom_ms_reason find_list(const struct loom_management_server *server,
                                     struct loom_text endpoint,
                                     const struct loom_ms_parameters *parameters,
                                     const struct loom_request *request,
                                     struct loom_ms_links *links)
{
    enum loom_ms_reason reason = LOOM_MS_NO_REASON;
    bool has_profile = parameters->profile.data != NULL;
    if (request->payload.length > 0) {
        reason = read_list(request, links);
    } else if (!has_profile) {
        return LOOM_MS_NO_OBJECT_LIST;
    }
    if (reason == LOOM_MS_NO_REASON && has_profile) {
        reason = loom_ms_profiles_add(&server->profiles, endpoint, parameters->profile, links);
    }
    return reason;
}

static enum loom_ms_reason check_register(const struct loom_management_server *server,
                                          struct registering *registering,
                                          const struct loom_request *request)
{
    enum loom_ms_reason reason = check_parameters(server, registering, request);
    if (reason == LOOM_MS_NO_REASON) {
        reason = check_endpoint(server, registering);
    }
    return reason == LOOM_MS_NO_REASON
               ? find_list(server, registering->endpoint, &registering->parameters, request,
                           &registering->links)
               : reason;
}

static void fill_location(struct loom_reply *reply, const struct loom_ms_entry *entry)
{
    reply->code = LOOM_CREATED;
    reply->location_count = 2;
    reply->location[0].data = "rd";
    reply->location[0].length = 2;
    reply->location[1].data = entry->client.location;
    reply->location[1].length = LOOM_MS_LOCATION_LENGTH;
}

static void on_register(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_request *request, struct loom_reply *reply)
{
    struct registering registering;
    memset(&registering, 0, sizeof registering);
    server->port->peer(server->port->self, link, &registering.peer);
    enum loom_ms_reason reason = check_register(server, &registering, request);
    struct loom_ms_entry *entry = NULL;
    if (reason == LOOM_MS_NO_REASON) {
        entry = loom_ms_entry_new(registering.endpoint, &registering.parameters, &registering.links,
                                  &registering.peer);
        reason = entry == NULL ? LOOM_MS_NO_MEMORY : LOOM_MS_NO_REASON;
    }
    loom_ms_links_free(&registering.links);
    if (reason != LOOM_MS_NO_REASON) {
        refuse(server, reply, registering.endpoint, registering.peer.address, reason,
               registering.lwm2m);
        return;
    }
    struct loom_ms_entry *old = loom_ms_clients_by_endpoint(server, registering.endpoint);
    if (old != NULL) { /* rule B-16 */
        loom_ms_clients_remove(server, old);
        if (old->client.queue_mode) {
            loom_ms_hand_over(old, entry); /* it wakes up with a Register too */
        }
        loom_ms_abandon(server, old);
    }
    entry->link = link;
    entry->client.lwm2m = registering.lwm2m;
    entry->client.registered = now(server);
    entry->client.heard = entry->client.registered;
    loom_ms_heard(server, entry);
    loom_ms_clients_add(server, entry);
    fill_location(reply, entry);
    if (registering.parameters.profile.data != NULL) {
        loom_ms_profiles_learn(&server->profiles, entry->client.endpoint,
                               registering.parameters.profile, request->payload);
    }
    struct loom_ms_event event = loom_ms_event_of(server, entry, LOOM_MS_REGISTERED);
    event.replaced = old != NULL;
    loom_ms_tell(server, &event);
}

/* ---- Update and De-register ------------------------------------------------------------------ */

/* The client at a location, if the peer is that client. Without security any peer without security
 * may be: its address may have changed (rule B-15). */
static struct loom_ms_entry *find_own(const struct loom_management_server *server,
                                      const struct loom_peer *peer, struct loom_text location)
{
    struct loom_ms_entry *entry = loom_ms_clients_by_location(server, location);
    if (entry == NULL) {
        return NULL;
    }
    struct loom_bytes identity = entry->client.identity;
    struct loom_text own = {(const char *)identity.data, identity.length};
    bool same = peer->secure ? identity.length > 0 &&
                                   loom_store_same(own, peer->identity.data, peer->identity.length)
                             : identity.length == 0;
    return same ? entry : NULL;
}

static enum loom_ms_reason check_update(const struct loom_management_server *server,
                                        struct loom_ms_parameters *parameters,
                                        struct loom_ms_links *links,
                                        const struct loom_ms_entry *entry,
                                        const struct loom_request *request)
{
    enum loom_ms_reason reason = loom_ms_parameters_read(parameters, request, false);
    if (reason != LOOM_MS_NO_REASON) {
        return reason;
    }
    if (!loom_ms_parameters_fit(parameters, entry->client.lwm2m) ||
        (parameters->binding.data != NULL &&
         !loom_ms_binding(parameters->binding, entry->client.lwm2m, &parameters->queue_mode))) {
        return LOOM_MS_BAD_PARAMETER;
    }
    if (request->payload.length == 0 && parameters->profile.data == NULL) {
        return LOOM_MS_NO_REASON;
    }
    reason = find_list(server, entry->client.endpoint, parameters, request, links);
    /* An Update has no code of its own for a list that cannot be found out (rules B.1). */
    return reason == LOOM_MS_NO_OBJECT_LIST ? LOOM_MS_BAD_PARAMETER : reason;
}

static void on_update(struct loom_management_server *server, struct loom_session *link,
                      const struct loom_peer *peer, struct loom_ms_entry *entry,
                      const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_ms_parameters parameters;
    struct loom_ms_links links = {NULL, 0, {NULL, 0}};
    unsigned changes = 0;
    enum loom_ms_reason reason = check_update(server, &parameters, &links, entry, request);
    if (reason == LOOM_MS_NO_REASON &&
        !loom_ms_entry_update(entry, &parameters, &links, &changes)) {
        reason = LOOM_MS_NO_MEMORY;
    }
    loom_ms_links_free(&links);
    if (reason != LOOM_MS_NO_REASON) {
        refuse(server, reply, entry->client.endpoint, peer->address, reason, entry->client.lwm2m);
        return;
    }
    reply->code = LOOM_CHANGED;
    entry->client.heard = now(server);
    loom_ms_heard(server, entry);
    if (entry->link != link) {
        entry->link = link;
        changes |= LOOM_MS_CHANGED_ADDRESS;
    }
    entry->client.address = peer->address;
    struct loom_ms_event event = loom_ms_event_of(server, entry, LOOM_MS_UPDATED);
    event.changes = changes;
    loom_ms_tell(server, &event);
}

/* Tells of the end of a registration, which is then gone. */
static void remove_entry(struct loom_management_server *server, struct loom_ms_entry *entry,
                         enum loom_ms_event_kind kind)
{
    loom_ms_clients_remove(server, entry);
    struct loom_ms_event event = loom_ms_event_of(server, entry, kind);
    loom_ms_tell(server, &event);
    loom_ms_abandon(server, entry);
}

static void on_location(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_peer peer;
    struct loom_text nobody = {NULL, 0};
    server->port->peer(server->port->self, link, &peer);
    struct loom_ms_entry *entry = find_own(server, &peer, request->path[1]);
    if (request->method != LOOM_POST && request->method != LOOM_DELETE) {
        reply->code = LOOM_METHOD_NOT_ALLOWED;
    } else if (entry == NULL) {
        refuse(server, reply, nobody, peer.address, LOOM_MS_UNKNOWN_LOCATION, 0);
    } else if (request->method == LOOM_POST) {
        on_update(server, link, &peer, entry, request, reply);
    } else {
        reply->code = LOOM_DELETED;
        remove_entry(server, entry, LOOM_MS_DEREGISTERED);
    }
}

/* ---- the side -------------------------------------------------------------------------------- */

static void side_request(void *side, void *owner, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply)
{
    bool directory = request->path_count >= 1 && loom_query_text_is(request->path[0], "rd");
    (void)owner;
    if (directory && request->path_count == 2) {
        on_location(side, link, request, reply);
    } else if (directory && request->path_count == 1 && request->method == LOOM_POST) {
        on_register(side, link, request, reply);
    } else {
        reply->code =
            directory && request->path_count == 1 ? LOOM_METHOD_NOT_ALLOWED : LOOM_NOT_FOUND;
    }
}

static void side_response(void *side, void *owner, struct loom_session *link, uint32_t exchange,
                          const struct loom_response *response, enum loom_failure failure)
{
    struct loom_ms_entry *entry = loom_ms_clients_by_exchange(side, exchange);
    (void)owner;
    (void)link;
    if (entry != NULL) {
        loom_ms_answered(side, entry, response, failure);
    }
}

/* The registration stays until its lifetime is over: the client may come back with an Update. */
static void side_lost(void *side, void *owner, struct loom_session *link, enum loom_failure failure,
                      int alert)
{
    struct loom_management_server *server = side;
    (void)owner;
    (void)failure;
    (void)alert;
    for (struct loom_ms_entry *entry = server->first; entry != NULL; entry = entry->next) {
        if (entry->link == link) {
            entry->link = NULL;
            entry->client.address.data = NULL;
            entry->client.address.length = 0;
        }
    }
}

const struct loom_side loom_management_server_side = {
    .request = side_request, .response = side_response, .lost = side_lost};

/* ---- the server ------------------------------------------------------------------------------ */

struct loom_management_server *
loom_management_server_create(const struct loom_store_accounts *accounts,
                              const struct loom_port *port, uint64_t seed,
                              loom_ms_listener *listener, void *user)
{
    struct loom_management_server *server = calloc(1, sizeof *server);
    if (server != NULL) {
        server->accounts = accounts;
        server->profiles.accounts = accounts;
        server->port = port;
        server->random = seed;
        server->releases = LOOM_MS_LWM2M_1_0 | LOOM_MS_LWM2M_1_1 | LOOM_MS_LWM2M_1_2;
        server->listener = listener;
        server->user = user;
    }
    return server;
}

void loom_management_server_support(struct loom_management_server *server, unsigned releases)
{
    server->releases = releases;
}

bool loom_management_server_asleep(const struct loom_management_server *server,
                                   const struct loom_ms_client *client)
{
    return loom_ms_asleep(server, (const struct loom_ms_entry *)client);
}

void loom_management_server_destroy(struct loom_management_server *server)
{
    while (server != NULL && server->first != NULL) {
        struct loom_ms_entry *entry = server->first;
        server->first = entry->next;
        loom_ms_entry_free(entry);
    }
    if (server != NULL) {
        loom_ms_profiles_free(&server->profiles);
    }
    free(server);
}

void loom_management_server_step(struct loom_management_server *server)
{
    struct loom_ms_entry *next;
    for (struct loom_ms_entry *entry = server->first; entry != NULL; entry = next) {
        next = entry->next;
        if (now(server) >= loom_ms_entry_expiry(entry)) {
            remove_entry(server, entry, LOOM_MS_EXPIRED);
        } else {
            loom_ms_send_next(server, entry);
        }
    }
}

uint64_t loom_management_server_deadline(const struct loom_management_server *server)
{
    uint64_t deadline = UINT64_MAX;
    for (const struct loom_ms_entry *entry = server->first; entry != NULL; entry = entry->next) {
        bool due = loom_ms_has_work(server, entry);
        uint64_t expiry = due ? now(server) : loom_ms_entry_expiry(entry);
        deadline = expiry < deadline ? expiry : deadline;
    }
    return deadline;
}

const struct loom_ms_client *
loom_management_server_find(const struct loom_management_server *server, struct loom_text endpoint)
{
    const struct loom_ms_entry *entry = loom_ms_clients_by_endpoint(server, endpoint);
    return entry == NULL ? NULL : &entry->client;
}

const struct loom_ms_client *
loom_management_server_next(const struct loom_management_server *server,
                            const struct loom_ms_client *client)
{
    const struct loom_ms_entry *entry =
        client == NULL ? server->first : ((const struct loom_ms_entry *)client)->next;
    return entry == NULL ? NULL : &entry->client;
}
