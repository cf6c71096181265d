/* SPDX-License-Identifier: Apache-2.0 */
/* The LwM2M server: Update, De-register, Send and the life of a registration (rules B.1). */
#include "management/management_server.h"

#include "common/text.h"
#include "management/clients.h"
#include "management/files.h"

#include <stdlib.h>
#include <string.h>

/* The time is asked once for each call from outside. */
static void take_time(struct loom_management_server *server)
{
    server->now = server->port->now(server->port->self);
}

/* ---- Update and De-register ------------------------------------------------------------------ */

/* The client at a location, if the peer is that client. Without security any peer without security
 * may be: its address may have changed (rule B-15). */
static struct loom_dm_entry *find_own(const struct loom_management_server *server,
                                      const struct loom_peer *peer, struct loom_text location)
{
    struct loom_registry_entry *entry = loom_registry_by_location(&server->registry, location);
    if (entry == NULL) {
        return NULL;
    }
    struct loom_bytes identity = entry->client.identity;
    bool same = peer->secure ? identity.length > 0 && loom_bytes_same(identity, peer->identity)
                             : identity.length == 0;
    return same ? loom_dm_entry_of(entry) : NULL;
}

static enum loom_dm_reason check_update(const struct loom_management_server *server,
                                        struct loom_dm_parameters *parameters,
                                        struct loom_dm_links *links,
                                        const struct loom_dm_client *client,
                                        const struct loom_request *request)
{
    enum loom_dm_reason reason = loom_dm_parameters_read(parameters, request, false);
    if (reason != LOOM_DM_NO_REASON) {
        return reason;
    }
    if (!loom_dm_parameters_fit(parameters, client->lwm2m) ||
        (parameters->binding.data != NULL &&
         !loom_dm_binding(parameters->binding, client->lwm2m, &parameters->queue_mode))) {
        return LOOM_DM_BAD_PARAMETER;
    }
    if (request->payload.length == 0 && parameters->profile.data == NULL) {
        return LOOM_DM_NO_REASON;
    }
    reason = loom_dm_find_list(server, client->endpoint, parameters, request, links);
    /* An Update has no code of its own for a list that cannot be found out (rules B.1). */
    return reason == LOOM_DM_NO_OBJECT_LIST ? LOOM_DM_BAD_PARAMETER : reason;
}

bool loom_dm_connect(struct loom_management_server *server, struct loom_dm_entry *entry,
                     struct loom_session *link, struct loom_text address)
{
    struct loom_registry_entry *registered = &entry->registered;
    struct loom_session *before = registered->link;
    bool moved = before != link;
    if (before == NULL && loom_text_same(loom_registry_known(registered), address)) {
        moved = false; /* what it observed before a restart goes on */
    }
    if (moved) {
        loom_dm_end_observations(server, entry, LOOM_DM_END_SESSION);
    }
    if (before != link) {
        loom_dm_leave(server, entry, before);
        loom_registry_connect(&server->registry, registered, link);
        loom_dm_keep_session(server, before);
        loom_dm_keep_session(server, link);
    }
    registered->client.address = address;
    return moved;
}

static void on_update(struct loom_management_server *server, struct loom_session *link,
                      const struct loom_peer *peer, struct loom_dm_entry *entry,
                      const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_dm_client *client = loom_dm_client_of(entry);
    struct loom_dm_parameters parameters;
    struct loom_dm_links links = {NULL, 0, {NULL, 0}};
    unsigned changes = 0;
    loom_dm_seen(server, entry);
    enum loom_dm_reason reason = check_update(server, &parameters, &links, client, request);
    if (reason == LOOM_DM_NO_REASON &&
        !loom_dm_entry_update(entry, &parameters, &links, &changes)) {
        reason = LOOM_DM_NO_MEMORY;
    }
    loom_dm_links_free(&links);
    if (reason != LOOM_DM_NO_REASON) {
        loom_dm_refuse(server, reply, client->endpoint, peer->address, reason, client->lwm2m);
        return;
    }
    reply->code = LOOM_CHANGED;
    client->heard = server->now;
    loom_registry_refresh(&server->registry, &entry->registered);
    if (loom_dm_connect(server, entry, link, peer->address)) {
        changes |= LOOM_DM_CHANGED_ADDRESS;
    }
    loom_dm_heard(server, entry);
    loom_dm_changed(server, entry, changes);
    struct loom_dm_event event = loom_dm_event_of(server, entry, LOOM_DM_UPDATED);
    event.changes = changes;
    loom_dm_tell(server, &event);
}

void loom_dm_remove(struct loom_management_server *server, struct loom_dm_entry *entry,
                    enum loom_dm_event_kind kind)
{
    struct loom_dm_event event = loom_dm_event_of(server, entry, kind);
    loom_registry_remove(&server->registry, &entry->registered);
    loom_dm_keep_session(server, entry->registered.link);
    loom_dm_tell(server, &event);
    loom_dm_abandon(server, entry);
}

static void forget_session(struct loom_management_server *server, struct loom_session *link)
{
    struct loom_registry_entry *entry;
    loom_dm_unsettled_lost(server, link);
    while ((entry = loom_registry_by_link(&server->registry, link)) != NULL) {
        loom_dm_end_observations(server, loom_dm_entry_of(entry), LOOM_DM_END_SESSION);
        loom_registry_connect(&server->registry, entry, NULL);
        entry->client.address.data = NULL;
        entry->client.address.length = 0;
    }
}

static void end_registration(struct loom_management_server *server, struct loom_dm_entry *entry,
                             enum loom_dm_event_kind kind)
{
    if (server->keeper != NULL) {
        server->keeper->expired(server->keeper->self, loom_dm_client_of(entry));
    }
    loom_dm_remove(server, entry, kind);
}

/* Without security others may come from the same address. */
void loom_dm_dismiss(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    struct loom_session *link =
        loom_dm_client_of(entry)->identity.length > 0 ? entry->registered.link : NULL;
    end_registration(server, entry, LOOM_DM_REMOVED);
    if (link != NULL) {
        forget_session(server, link);
        server->port->close(server->port->self, link);
    }
}

enum loom_status loom_management_server_remove(struct loom_management_server *server,
                                               struct loom_text endpoint)
{
    struct loom_registry_entry *entry = loom_registry_by_endpoint(&server->registry, endpoint);
    take_time(server);
    loom_dm_unsettled_dismiss(server, endpoint);
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    loom_dm_dismiss(server, loom_dm_entry_of(entry));
    return LOOM_OK;
}

void loom_dm_on_location(struct loom_management_server *server, struct loom_session *link,
                         const struct loom_request *request, bool may_ask, struct loom_reply *reply)
{
    struct loom_peer peer;
    struct loom_text nobody = {NULL, 0};
    server->port->peer(server->port->self, link, &peer);
    struct loom_dm_entry *entry = find_own(server, &peer, request->path[1]);
    if (request->method != LOOM_POST && request->method != LOOM_DELETE) {
        reply->code = LOOM_METHOD_NOT_ALLOWED;
    } else if (entry == NULL) {
        if (!may_ask || !loom_dm_ask_keeper(server, link, &peer, request, reply)) {
            loom_dm_refuse(server, reply, nobody, peer.address, LOOM_DM_UNKNOWN_LOCATION, 0);
        }
    } else if (request->method == LOOM_POST) {
        on_update(server, link, &peer, entry, request, reply);
    } else if (!loom_dm_keeper_ready(server, reply) ||
               !loom_dm_keep(server, entry, link, true, reply)) {
        loom_dm_refuse(server, reply, loom_dm_client_of(entry)->endpoint, peer.address,
                       LOOM_DM_NO_STORE, 0);
    } else {
        reply->code = LOOM_DELETED;
    }
}

/* ---- Send ------------------------------------------------------------------------------------ */

/* Who speaks in a session in which nobody has registered or updated. A proven identity is enough,
 * whatever the address is; without security it may be one that was at this address before a
 * restart. */
static struct loom_registry_entry *find_unconnected(const struct loom_management_server *server,
                                                    const struct loom_peer *peer)
{
    static const struct loom_text unnamed = {NULL, 0};
    const struct loom_fleet_account *account = NULL;
    if (!peer->secure) {
        return loom_registry_by_known(&server->registry, peer->address);
    }
    struct loom_registry_entry *found = NULL;
    if (loom_fleet_admit(server->store, peer, unnamed, &account) == LOOM_FLEET_ADMITTED) {
        found = loom_registry_by_endpoint(&server->registry, account->endpoint);
        if (found != NULL && !loom_bytes_same(found->client.identity, peer->identity)) {
            found = NULL;
        }
    }
    loom_fleet_account_release(account);
    return found;
}

static struct loom_dm_entry *find_sender(struct loom_management_server *server,
                                         struct loom_session *link, const struct loom_peer *peer)
{
    struct loom_registry_entry *entry = loom_registry_by_link(&server->registry, link);
    if (entry != NULL) {
        return loom_dm_entry_of(entry);
    }
    entry = find_unconnected(server, peer);
    if (entry == NULL) {
        return NULL;
    }
    if (loom_dm_connect(server, loom_dm_entry_of(entry), link, peer->address)) {
        loom_dm_changed(server, loom_dm_entry_of(entry), LOOM_DM_CHANGED_ADDRESS);
    }
    return loom_dm_entry_of(entry);
}

static void on_send(struct loom_management_server *server, struct loom_session *link,
                    const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_peer peer;
    struct loom_text endpoint = {NULL, 0};
    server->port->peer(server->port->self, link, &peer);
    struct loom_dm_entry *entry = find_sender(server, link, &peer);
    if (entry != NULL) {
        loom_dm_seen(server, entry);
    }
    enum loom_dm_reason reason = loom_dm_receive(server, entry, request);
    if (reason == LOOM_DM_NO_REASON) {
        reply->code = LOOM_CHANGED;
        return;
    }
    loom_dm_refuse(server, reply, entry == NULL ? endpoint : loom_dm_client_of(entry)->endpoint,
                   peer.address, reason, 0);
}

/* ---- the side -------------------------------------------------------------------------------- */

static void side_request(void *side, void *owner, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply)
{
    bool directory = request->path_count >= 1 && loom_text_is(request->path[0], "rd");
    bool data = request->path_count == 1 && loom_text_is(request->path[0], "dp");
    (void)owner;
    take_time(side);
    if (directory && request->path_count == 2) {
        loom_dm_on_location(side, link, request, true, reply);
    } else if (directory && request->path_count == 1 && request->method == LOOM_POST) {
        loom_dm_on_register(side, link, request, reply);
    } else if (data && request->method == LOOM_POST) {
        on_send(side, link, request, reply);
    } else if (request->path_count >= 1 && loom_text_is(request->path[0], LOOM_DM_FILES)) {
        loom_dm_serve_file(side, link, request, reply);
    } else {
        bool known = data || (directory && request->path_count == 1);
        reply->code = known ? LOOM_METHOD_NOT_ALLOWED : LOOM_NOT_FOUND;
    }
}

static void side_response(void *side, void *owner, struct loom_session *link, uint32_t exchange,
                          const struct loom_response *response, enum loom_failure failure)
{
    struct loom_dm_pending *pending = loom_dm_by_exchange(side, exchange);
    (void)owner;
    (void)link;
    take_time(side);
    if (pending != NULL && pending == pending->entry->pending) {
        loom_dm_answered(side, pending->entry, response, failure);
    } else if (pending != NULL) {
        loom_dm_notified(side, pending, response);
    }
}

void loom_management_server_progress(struct loom_management_server *server, uint32_t exchange,
                                     size_t done)
{
    struct loom_dm_pending *pending = loom_dm_by_exchange(server, exchange);
    take_time(server);
    if (pending != NULL && pending == pending->entry->pending) {
        loom_dm_progressed(server, pending, done);
    }
}

/* The registration stays until its lifetime is over: the client may come back with an Update. */
static void side_lost(void *side, void *owner, struct loom_session *link, enum loom_failure failure,
                      int alert)
{
    (void)owner;
    (void)failure;
    (void)alert;
    take_time(side);
    forget_session(side, link);
}

const struct loom_side loom_management_server_side = {
    .request = side_request, .response = side_response, .lost = side_lost};

/* ---- the server ------------------------------------------------------------------------------ */

struct loom_management_server *loom_management_server_create(const struct loom_fleet_store *store,
                                                             const struct loom_port *port,
                                                             uint64_t seed,
                                                             loom_dm_listener *listener, void *user)
{
    struct loom_management_server *server = calloc(1, sizeof *server);
    if (server != NULL) {
        server->store = store;
        server->profiles.store = store;
        server->port = port;
        server->releases = LOOM_DM_LWM2M_1_0 | LOOM_DM_LWM2M_1_1 | LOOM_DM_LWM2M_1_2;
        server->listener = listener;
        server->user = user;
        loom_registry_begin(&server->registry, seed);
        loom_list_begin(&server->ready);
        loom_list_begin(&server->unsettled);
        loom_list_begin(&server->changed);
        /* Tickets and tokens are the server's own numbers. */
        loom_index_begin(&server->by_exchange, 0);
        loom_index_begin(&server->by_token, 0);
    }
    return server;
}

void loom_management_server_support(struct loom_management_server *server, unsigned releases)
{
    server->releases = releases;
}

void loom_management_server_serve(struct loom_management_server *server,
                                  const struct loom_files *files)
{
    server->files = files;
}

void loom_management_server_destroy(struct loom_management_server *server)
{
    struct loom_registry_entry *entry;
    if (server == NULL) {
        return;
    }
    loom_dm_unsettled_free(server);
    while ((entry = loom_registry_next(&server->registry, NULL)) != NULL) {
        loom_registry_remove(&server->registry, entry);
        loom_dm_entry_free(loom_dm_entry_of(entry));
    }
    loom_registry_end(&server->registry);
    loom_index_end(&server->by_exchange);
    loom_index_end(&server->by_token);
    loom_dm_profiles_free(&server->profiles);
    free(server);
}

static bool may_send(struct loom_management_server *server)
{
    if (server->now >= server->burst_end) {
        server->burst_end = server->now + LOOM_DM_BURST_MS;
        server->burst = 0;
    }
    return server->burst < LOOM_DM_BURST;
}

/* What is left over is the first in the next step. */
static void put_in_front(struct loom_management_server *server, struct loom_list *left)
{
    struct loom_list later;
    loom_list_begin(&later);
    loom_list_move(&later, &server->ready);
    loom_list_move(&server->ready, left);
    while (!loom_list_is_empty(&later)) {
        loom_list_append(&server->ready, later.next);
    }
}

void loom_management_server_step(struct loom_management_server *server)
{
    struct loom_registry_entry *expired;
    struct loom_list ready;
    take_time(server);
    while ((expired = loom_registry_expired(&server->registry, server->now)) != NULL) {
        end_registration(server, loom_dm_entry_of(expired), LOOM_DM_EXPIRED);
    }
    /* What a listener queues meanwhile has its turn in the next step. */
    loom_list_begin(&ready);
    loom_list_move(&ready, &server->ready);
    while (!loom_list_is_empty(&ready) && (server->draining || may_send(server))) {
        struct loom_dm_entry *entry = LOOM_LIST_ENTRY(ready.next, struct loom_dm_entry, ready);
        loom_list_remove(&entry->ready);
        if (!server->draining) {
            loom_dm_send_next(server, entry);
        }
    }
    put_in_front(server, &ready);
}

void loom_management_server_drain(struct loom_management_server *server)
{
    server->draining = true;
}

bool loom_management_server_busy(const struct loom_management_server *server)
{
    const struct loom_registry_entry *entry = NULL;
    while ((entry = loom_registry_next(&server->registry, entry)) != NULL) {
        const struct loom_dm_pending *first = loom_dm_entry_of(entry)->pending;
        if (first != NULL && first->sent) {
            return true;
        }
    }
    return false;
}

uint64_t loom_management_server_deadline(const struct loom_management_server *server)
{
    uint64_t expiry = loom_registry_deadline(&server->registry);
    if (loom_list_is_empty(&server->ready)) {
        return expiry;
    }
    uint64_t next = server->burst < LOOM_DM_BURST ? server->now : server->burst_end;
    return next < expiry ? next : expiry;
}

bool loom_management_server_asleep(const struct loom_management_server *server,
                                   const struct loom_dm_client *client)
{
    const struct loom_registry_entry *entry = (const struct loom_registry_entry *)client;
    return loom_dm_asleep(loom_dm_entry_of(entry), server->port->now(server->port->self));
}

const struct loom_dm_client *
loom_management_server_find(const struct loom_management_server *server, struct loom_text endpoint)
{
    const struct loom_registry_entry *entry =
        loom_registry_by_endpoint(&server->registry, endpoint);
    return entry == NULL ? NULL : &entry->client;
}

size_t loom_management_server_count(const struct loom_management_server *server)
{
    return loom_registry_count(&server->registry);
}

const struct loom_dm_client *
loom_management_server_next(const struct loom_management_server *server,
                            const struct loom_dm_client *client)
{
    const struct loom_registry_entry *entry =
        loom_registry_next(&server->registry, (const struct loom_registry_entry *)client);
    return entry == NULL ? NULL : &entry->client;
}
