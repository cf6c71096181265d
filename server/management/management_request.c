/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the server to a client: queue, sending, answer (rules C.1). */
#include "management/clients.h"
#include "management/management_server.h"

#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_TEXT_SIZE 8

struct loom_dm_event loom_dm_event_of(const struct loom_management_server *server,
                                      struct loom_dm_entry *entry, enum loom_dm_event_kind kind)
{
    struct loom_dm_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.time = server->now;
    event.content_format = LOOM_FORMAT_ABSENT;
    if (entry != NULL) {
        event.registration = loom_dm_client_of(entry);
        event.endpoint = event.registration->endpoint;
        event.address = event.registration->address;
    }
    return event;
}

void loom_dm_tell(const struct loom_management_server *server, const struct loom_dm_event *event)
{
    if (server->listener != NULL) {
        server->listener(server->user, event);
    }
}

static struct loom_dm_event pending_event(const struct loom_management_server *server,
                                          struct loom_dm_entry *entry,
                                          const struct loom_dm_pending *pending,
                                          enum loom_dm_event_kind kind)
{
    struct loom_dm_event event = loom_dm_event_of(server, entry, kind);
    event.ticket = pending->ticket;
    event.operation = pending->request.operation;
    event.path = pending->request.path;
    return event;
}

/* ---- queue ----------------------------------------------------------------------------------- */

/* How many ids the path of an operation may have. */
static const struct {
    enum loom_method method;
    uint8_t least;
    uint8_t most;
} operations[] = {
    [LOOM_DM_READ] = {LOOM_GET, 1, 4},    [LOOM_DM_DISCOVER] = {LOOM_GET, 1, 3},
    [LOOM_DM_WRITE] = {LOOM_PUT, 2, 4},   [LOOM_DM_EXECUTE] = {LOOM_POST, 3, 3},
    [LOOM_DM_CREATE] = {LOOM_POST, 1, 1}, [LOOM_DM_DELETE] = {LOOM_DELETE, 2, 4},
};

static struct loom_dm_pending *copy_request(const struct loom_dm_request *request)
{
    struct loom_dm_pending *pending = malloc(sizeof *pending + request->payload.length);
    if (pending == NULL) {
        return NULL;
    }
    pending->next = NULL;
    pending->sent = false;
    pending->held = false;
    pending->request = *request;
    pending->request.payload.data = pending->payload;
    if (request->payload.length > 0) {
        memcpy(pending->payload, request->payload.data, request->payload.length);
    }
    return pending;
}

static void append(struct loom_dm_entry *entry, struct loom_dm_pending *pending)
{
    if (entry->pending == NULL) {
        entry->pending = pending;
    } else {
        entry->last_pending->next = pending;
    }
    entry->last_pending = pending;
    loom_dm_client_of(entry)->waiting++;
}

enum loom_status loom_management_server_send(struct loom_management_server *server,
                                             struct loom_text endpoint,
                                             const struct loom_dm_request *request,
                                             uint32_t *ticket)
{
    const struct loom_registry_entry *registered =
        loom_registry_by_endpoint(&server->registry, endpoint);
    if (registered == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (request->path.depth < operations[request->operation].least ||
        request->path.depth > operations[request->operation].most) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    struct loom_dm_pending *pending = copy_request(request);
    if (pending == NULL) {
        return LOOM_UNAVAILABLE;
    }
    pending->ticket = ++server->last_ticket;
    *ticket = pending->ticket;
    append(loom_dm_entry_of(registered), pending);
    loom_list_append(&server->ready, &loom_dm_entry_of(registered)->ready);
    return LOOM_OK;
}

/* ---- queue mode ------------------------------------------------------------------------------ */

/* MAX_TRANSMIT_WAIT: a client stays awake for as long after its last message (rule B-81). */
#define AWAKE_MS 93000u

void loom_dm_heard(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    loom_dm_client_of(entry)->awake_until = server->now + AWAKE_MS;
    if (entry->pending != NULL) {
        loom_list_append(&server->ready, &entry->ready);
    }
}

bool loom_dm_asleep(const struct loom_dm_entry *entry, uint64_t now)
{
    return entry->registered.client.queue_mode &&
           (entry->registered.link == NULL || now >= entry->registered.client.awake_until);
}

void loom_dm_hand_over(struct loom_dm_entry *from, struct loom_dm_entry *to)
{
    struct loom_dm_pending **first = &from->pending;
    size_t kept = 0;
    if (*first != NULL && (*first)->sent) {
        first = &(*first)->next;
        kept = 1;
    }
    to->pending = *first;
    to->last_pending = from->last_pending;
    loom_dm_client_of(to)->waiting = loom_dm_client_of(from)->waiting - kept;
    *first = NULL;
    loom_dm_client_of(from)->waiting = kept;
}

static void hold(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    for (struct loom_dm_pending *pending = entry->pending; pending != NULL;
         pending = pending->next) {
        if (!pending->held) {
            struct loom_dm_event event = pending_event(server, entry, pending, LOOM_DM_HELD);
            pending->held = true;
            loom_dm_tell(server, &event);
        }
    }
}

/* ---- sending --------------------------------------------------------------------------------- */

static void add_segment(struct loom_request *request, const char *data, size_t length)
{
    request->path[request->path_count].data = data;
    request->path[request->path_count].length = length;
    request->path_count++;
}

/* The alternate path first (rule B-11); that it leaves room was checked at registration. */
static void fill_path(struct loom_request *request, struct loom_text prefix,
                      const struct loom_path *path, char text[4][ID_TEXT_SIZE])
{
    while (prefix.length > 0) {
        const char *slash = memchr(prefix.data, '/', prefix.length);
        size_t length = slash == NULL ? prefix.length : (size_t)(slash - prefix.data);
        add_segment(request, prefix.data, length);
        length += slash == NULL ? 0 : 1;
        prefix.data += length;
        prefix.length -= length;
    }
    for (size_t i = 0; i < path->depth; i++) {
        int length = snprintf(text[i], ID_TEXT_SIZE, "%u", (unsigned)path->id[i]);
        add_segment(request, text[i], (size_t)length);
    }
}

static bool send_pending(struct loom_management_server *server, const struct loom_dm_entry *entry,
                         const struct loom_dm_pending *pending)
{
    const struct loom_registry_entry *registered = &entry->registered;
    char text[4][ID_TEXT_SIZE];
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = operations[pending->request.operation].method;
    request.accept =
        pending->request.operation == LOOM_DM_DISCOVER ? LOOM_FORMAT_LINK : pending->request.accept;
    request.content_format = pending->request.content_format;
    request.confirmable = true; /* rule C-2 */
    request.payload = pending->request.payload;
    fill_path(&request, registered->client.alternate_path, &pending->request.path, text);
    return registered->link != NULL && server->port->request(server->port->self, registered->link,
                                                             &request, pending->ticket) == LOOM_OK;
}

static uint64_t exchange_hash(const struct loom_management_server *server, uint32_t exchange)
{
    return loom_index_hash(&server->by_exchange, &exchange, sizeof exchange);
}

struct loom_dm_entry *loom_dm_by_exchange(const struct loom_management_server *server,
                                          uint32_t exchange)
{
    struct loom_index_link *link =
        loom_index_first(&server->by_exchange, exchange_hash(server, exchange));
    while (link != NULL) {
        struct loom_dm_entry *entry = LOOM_INDEX_ENTRY(link, struct loom_dm_entry, by_exchange);
        if (entry->pending->ticket == exchange) {
            return entry;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

/* Takes the first request off the queue and reports its end. */
static void end_first(struct loom_management_server *server, struct loom_dm_entry *entry,
                      struct loom_dm_event *event)
{
    struct loom_dm_pending *pending = entry->pending;
    if (pending->sent) {
        loom_index_remove(&server->by_exchange, &entry->by_exchange);
    }
    entry->pending = pending->next;
    loom_dm_client_of(entry)->waiting--;
    loom_dm_tell(server, event);
    free(pending);
}

static void fail_first(struct loom_management_server *server, struct loom_dm_entry *entry,
                       enum loom_failure failure)
{
    struct loom_dm_event event = pending_event(server, entry, entry->pending, LOOM_DM_ANSWERED);
    event.failure = failure;
    end_first(server, entry, &event);
}

void loom_dm_send_next(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    while (entry->pending != NULL && !entry->pending->sent) {
        struct loom_dm_pending *pending = entry->pending;
        if (loom_dm_asleep(entry, server->now)) {
            hold(server, entry);
            return;
        }
        if (send_pending(server, entry, pending)) {
            struct loom_dm_event event = pending_event(server, entry, pending, LOOM_DM_SENT);
            pending->sent = true;
            loom_index_add(&server->by_exchange, &entry->by_exchange,
                           exchange_hash(server, pending->ticket));
            loom_dm_tell(server, &event);
        } else {
            fail_first(server, entry, LOOM_FAILURE_UNREACHABLE);
        }
    }
}

void loom_dm_abandon(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    const struct loom_port *port = server->port;
    if (entry->pending != NULL && entry->pending->sent && entry->registered.link != NULL) {
        /* Reported as failed, it must not reach the client's next registration. */
        port->cancel(port->self, entry->registered.link, entry->pending->ticket);
    }
    while (entry->pending != NULL) {
        fail_first(server, entry, LOOM_FAILURE_CLOSED);
    }
    loom_dm_entry_free(entry);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* The new instance of a Create, given as Location-Path (rule C-25), with or without alternate path.
 */
static struct loom_path created_instance(const struct loom_dm_pending *pending,
                                         const struct loom_response *response)
{
    struct loom_path path = loom_path_root();
    uint16_t object;
    uint16_t instance;
    size_t count = response->location_count;
    if (pending->request.operation == LOOM_DM_CREATE && count >= 2 &&
        loom_text_to_id(response->location[count - 2], &object) &&
        loom_text_to_id(response->location[count - 1], &instance) &&
        object == pending->request.path.id[LOOM_OBJECT_ID]) {
        path = loom_path_instance(object, instance);
    }
    return path;
}

void loom_dm_answered(struct loom_management_server *server, struct loom_dm_entry *entry,
                      const struct loom_response *response, enum loom_failure failure)
{
    struct loom_dm_event event = pending_event(server, entry, entry->pending, LOOM_DM_ANSWERED);
    event.code = response->code;
    if (response->code == 0) {
        event.failure = failure;
        loom_dm_client_of(entry)->awake_until = event.time; /* it does not answer: it sleeps */
    } else {
        loom_dm_heard(server, entry);
        event.content_format = response->content_format;
        event.payload = response->payload;
        event.created = created_instance(entry->pending, response);
    }
    end_first(server, entry, &event);
    if (entry->pending != NULL) {
        loom_list_append(&server->ready, &entry->ready);
    }
}
