/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the server to a client: queue, sending, answer (rules C.1). */
#include "management/clients.h"
#include "management/management_server.h"

#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct loom_dm_event loom_dm_event_of_order(const struct loom_management_server *server,
                                            struct loom_dm_entry *entry,
                                            const struct loom_dm_order *order,
                                            enum loom_dm_event_kind kind)
{
    struct loom_dm_event event = loom_dm_event_of(server, entry, kind);
    event.ticket = order->ticket;
    event.operation = order->request.operation;
    event.path = order->request.path;
    event.request = &order->request;
    return event;
}

/* ---- queue ----------------------------------------------------------------------------------- */

/* How many ids the path of an operation may have (rules C.1). */
static const struct {
    enum loom_method method;
    uint8_t least;
    uint8_t most;
    enum loom_observe observe;
} operations[] = {
    [LOOM_DM_READ] = {LOOM_GET, 1, 4, LOOM_OBSERVE_NONE},
    [LOOM_DM_DISCOVER] = {LOOM_GET, 1, 3, LOOM_OBSERVE_NONE},
    [LOOM_DM_WRITE] = {LOOM_PUT, 2, 4, LOOM_OBSERVE_NONE},
    [LOOM_DM_PARTIAL_UPDATE] = {LOOM_POST, 2, 3, LOOM_OBSERVE_NONE},
    [LOOM_DM_WRITE_ATTRIBUTES] = {LOOM_PUT, 1, 4, LOOM_OBSERVE_NONE},
    [LOOM_DM_EXECUTE] = {LOOM_POST, 3, 3, LOOM_OBSERVE_NONE},
    [LOOM_DM_CREATE] = {LOOM_POST, 1, 1, LOOM_OBSERVE_NONE},
    [LOOM_DM_DELETE] = {LOOM_DELETE, 2, 4, LOOM_OBSERVE_NONE},
    [LOOM_DM_READ_COMPOSITE] = {LOOM_FETCH, 0, 0, LOOM_OBSERVE_NONE},
    [LOOM_DM_WRITE_COMPOSITE] = {LOOM_IPATCH, 0, 0, LOOM_OBSERVE_NONE},
    [LOOM_DM_OBSERVE] = {LOOM_GET, 1, 4, LOOM_OBSERVE_BEGIN},
    [LOOM_DM_OBSERVE_COMPOSITE] = {LOOM_FETCH, 0, 0, LOOM_OBSERVE_BEGIN},
    [LOOM_DM_CANCEL] = {LOOM_GET, 1, 4, LOOM_OBSERVE_END},
    [LOOM_DM_CANCEL_COMPOSITE] = {LOOM_FETCH, 0, 0, LOOM_OBSERVE_END},
};

/* Cuts the first argument off a query. @return false: there is none */
static bool next_argument(struct loom_text *rest, struct loom_text *argument)
{
    if (rest->length == 0) {
        return false;
    }
    const char *end = memchr(rest->data, '&', rest->length);
    *argument = *rest;
    argument->length = end == NULL ? rest->length : (size_t)(end - rest->data);
    size_t used = argument->length + (end == NULL ? 0 : 1);
    rest->data += used;
    rest->length -= used;
    return true;
}

static size_t count_arguments(struct loom_text query)
{
    struct loom_text argument;
    size_t count = 0;
    while (next_argument(&query, &argument)) {
        count++;
    }
    return count;
}

/* @return where the copy ends */
static uint8_t *copy_bytes(uint8_t *at, const void *data, size_t length)
{
    if (length > 0) {
        memcpy(at, data, length);
    }
    return at + length;
}

static struct loom_dm_pending *copy_request(const struct loom_dm_request *request)
{
    size_t payload = request->shared == NULL ? request->payload.length : 0;
    size_t bytes = payload + request->query.length;
    struct loom_dm_pending *pending = malloc(sizeof *pending + bytes);
    if (pending == NULL) {
        return NULL;
    }
    memset(pending, 0, sizeof *pending);
    loom_list_begin(&pending->place);
    pending->order.request = *request;
    uint8_t *at = copy_bytes(pending->bytes, request->payload.data, payload);
    if (request->shared != NULL) {
        (void)loom_shared_hold(request->shared);
    } else {
        pending->order.request.payload.data = pending->bytes;
    }
    pending->order.request.query.data = (const char *)at;
    (void)copy_bytes(at, request->query.data, request->query.length);
    return pending;
}

void loom_dm_pending_free(struct loom_dm_pending *pending)
{
    loom_shared_release(pending->order.request.shared);
    free(pending);
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

enum loom_status loom_dm_queue(struct loom_management_server *server, struct loom_dm_entry *entry,
                               const struct loom_dm_request *request, uint32_t *ticket)
{
    struct loom_dm_pending *pending = copy_request(request);
    if (pending == NULL) {
        return LOOM_UNAVAILABLE;
    }
    pending->order.ticket = ++server->last_ticket;
    *ticket = pending->order.ticket;
    append(entry, pending);
    loom_list_append(&server->ready, &entry->ready);
    return LOOM_OK;
}

static bool has_path(const struct loom_dm_request *request)
{
    return request->path.depth >= operations[request->operation].least &&
           request->path.depth <= operations[request->operation].most;
}

bool loom_dm_may_observe(const struct loom_dm_request *request)
{
    return (request->operation == LOOM_DM_OBSERVE ||
            request->operation == LOOM_DM_OBSERVE_COMPOSITE) &&
           has_path(request) && count_arguments(request->query) <= LOOM_SEGMENTS_MAX;
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
    if (!has_path(request) || operations[request->operation].observe == LOOM_OBSERVE_END) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return count_arguments(request->query) > LOOM_SEGMENTS_MAX
               ? LOOM_BAD_REQUEST
               : loom_dm_queue(server, loom_dm_entry_of(registered), request, ticket);
}

/* ---- queue mode ------------------------------------------------------------------------------ */

/* MAX_TRANSMIT_WAIT: a client stays awake for as long after its last message (rule B-81). */
#define AWAKE_MS 93000u

void loom_dm_seen(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    loom_dm_client_of(entry)->seen = server->now;
    if (server->now - entry->told >= LOOM_DM_SEEN_MS) {
        loom_dm_changed(server, entry, 0);
    }
}

void loom_dm_heard(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    loom_dm_seen(server, entry);
    loom_dm_client_of(entry)->awake_until = server->now + AWAKE_MS;
    if (entry->pending != NULL) {
        loom_list_append(&server->ready, &entry->ready);
    }
}

bool loom_dm_asleep(const struct loom_dm_entry *entry, uint64_t now)
{
    /* One that has not been heard since a restart cannot be reached either. */
    return loom_registry_known(&entry->registered).data != NULL ||
           (entry->registered.client.queue_mode &&
            (entry->registered.link == NULL || now >= entry->registered.client.awake_until));
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
            struct loom_dm_event event =
                loom_dm_event_of_order(server, entry, &pending->order, LOOM_DM_HELD);
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
                      const struct loom_path *path, char text[4][LOOM_DM_ID_TEXT_SIZE])
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
        int length = snprintf(text[i], LOOM_DM_ID_TEXT_SIZE, "%u", (unsigned)path->id[i]);
        add_segment(request, text[i], (size_t)length);
    }
}

void loom_dm_fill_request(const struct loom_dm_entry *entry, const struct loom_dm_pending *pending,
                          char text[4][LOOM_DM_ID_TEXT_SIZE], struct loom_request *request)
{
    const struct loom_dm_request *wanted = &pending->order.request;
    struct loom_text query = wanted->query;
    struct loom_text argument;
    memset(request, 0, sizeof *request);
    request->method = operations[wanted->operation].method;
    request->observe = (uint8_t)operations[wanted->operation].observe;
    request->observation_of = wanted->observation;
    request->accept = wanted->operation == LOOM_DM_DISCOVER ? LOOM_FORMAT_LINK : wanted->accept;
    request->content_format = wanted->content_format;
    request->confirmable = true; /* rule C-2 */
    request->payload = wanted->payload;
    request->payload_lasts = wanted->shared != NULL;
    fill_path(request, entry->registered.client.alternate_path, &wanted->path, text);
    while (next_argument(&query, &argument)) {
        request->query[request->query_count++] = argument;
    }
}

static bool send_pending(struct loom_management_server *server, const struct loom_dm_entry *entry,
                         const struct loom_dm_pending *pending)
{
    const struct loom_registry_entry *registered = &entry->registered;
    char text[4][LOOM_DM_ID_TEXT_SIZE];
    struct loom_request request;
    loom_dm_fill_request(entry, pending, text, &request);
    return registered->link != NULL &&
           server->port->request(server->port->self, registered->link, &request,
                                 pending->order.ticket) == LOOM_OK;
}

static uint64_t exchange_hash(const struct loom_management_server *server, uint32_t exchange)
{
    return loom_index_hash(&server->by_exchange, &exchange, sizeof exchange);
}

struct loom_dm_pending *loom_dm_by_exchange(const struct loom_management_server *server,
                                            uint32_t exchange)
{
    struct loom_index_link *link =
        loom_index_first(&server->by_exchange, exchange_hash(server, exchange));
    while (link != NULL) {
        struct loom_dm_pending *pending =
            LOOM_INDEX_ENTRY(link, struct loom_dm_pending, by_exchange);
        if (pending->order.ticket == exchange) {
            return pending;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_dm_pending *loom_dm_observe_again(struct loom_management_server *server,
                                              struct loom_dm_entry *entry,
                                              const struct loom_dm_request *request)
{
    struct loom_dm_pending *observation = copy_request(request);
    if (observation != NULL) {
        observation->order.ticket = ++server->last_ticket;
        observation->sent = true;
        observation->entry = entry;
        loom_index_add(&server->by_exchange, &observation->by_exchange,
                       exchange_hash(server, observation->order.ticket));
        loom_list_append(&entry->observations, &observation->place);
    }
    return observation;
}

/* Takes the first request off the queue and reports its end. It stays as an observation if it has
 * begun one. */
static void end_first(struct loom_management_server *server, struct loom_dm_entry *entry,
                      struct loom_dm_event *event)
{
    struct loom_dm_pending *pending = entry->pending;
    entry->pending = pending->next;
    loom_dm_client_of(entry)->waiting--;
    if (event->observing) {
        loom_list_append(&entry->observations, &pending->place);
        loom_dm_keep_observation(server, pending);
        loom_dm_tell(server, event);
        return;
    }
    if (pending->sent) {
        loom_index_remove(&server->by_exchange, &pending->by_exchange);
    }
    loom_dm_tell(server, event);
    loom_dm_pending_free(pending);
}

static void fail_first(struct loom_management_server *server, struct loom_dm_entry *entry,
                       enum loom_failure failure)
{
    struct loom_dm_event event =
        loom_dm_event_of_order(server, entry, &entry->pending->order, LOOM_DM_ANSWERED);
    event.failure = failure;
    end_first(server, entry, &event);
}

static void note_sent(struct loom_management_server *server, struct loom_dm_entry *entry,
                      struct loom_dm_pending *pending)
{
    struct loom_dm_event event =
        loom_dm_event_of_order(server, entry, &pending->order, LOOM_DM_SENT);
    server->burst++;
    pending->sent = true;
    pending->entry = entry;
    loom_index_add(&server->by_exchange, &pending->by_exchange,
                   exchange_hash(server, pending->order.ticket));
    loom_dm_tell(server, &event);
}

/* Sends the first request, or ends it. */
static void send_first(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    struct loom_dm_pending *pending = entry->pending;
    uint32_t cancelled = pending->order.request.observation;
    struct loom_dm_pending *observation = loom_dm_observation(server, entry, cancelled);
    if (cancelled != 0 && observation == NULL) {
        fail_first(server, entry, LOOM_FAILURE_CLOSED); /* it has ended meanwhile */
    } else if (!send_pending(server, entry, pending)) {
        fail_first(server, entry, LOOM_FAILURE_UNREACHABLE);
    } else {
        note_sent(server, entry, pending);
        if (observation != NULL) {
            loom_dm_end_observation(server, observation, LOOM_DM_END_CANCELLED);
        }
    }
}

void loom_dm_send_next(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    while (entry->pending != NULL && !entry->pending->sent) {
        if (loom_dm_asleep(entry, server->now)) {
            hold(server, entry);
            return;
        }
        send_first(server, entry);
    }
}

void loom_dm_leave(struct loom_management_server *server, struct loom_dm_entry *entry,
                   struct loom_session *before)
{
    const struct loom_dm_pending *first = entry->pending;
    if (before != NULL && first != NULL && first->sent && first->order.request.shared != NULL) {
        server->port->cancel(server->port->self, before, first->order.ticket);
        fail_first(server, entry, LOOM_FAILURE_CLOSED);
    }
}

void loom_dm_abandon(struct loom_management_server *server, struct loom_dm_entry *entry)
{
    const struct loom_port *port = server->port;
    if (entry->pending != NULL && entry->pending->sent && entry->registered.link != NULL) {
        /* Reported as failed, it must not reach the client's next registration. */
        port->cancel(port->self, entry->registered.link, entry->pending->order.ticket);
    }
    loom_dm_end_observations(server, entry, LOOM_DM_END_REGISTRATION);
    while (entry->pending != NULL) {
        fail_first(server, entry, LOOM_FAILURE_CLOSED);
    }
    loom_dm_entry_free(entry);
}

/* ---- progress -------------------------------------------------------------------------------- */

/* Told after each tenth: a line for each block would be thousands. */
void loom_dm_progressed(const struct loom_management_server *server,
                        struct loom_dm_pending *pending, size_t done)
{
    size_t size = pending->order.request.payload.length;
    unsigned tenths = size == 0 ? 0 : (unsigned)((uint64_t)done * 10 / size);
    if (tenths == pending->tenths) {
        return;
    }
    pending->tenths = (uint8_t)tenths;
    struct loom_dm_event event =
        loom_dm_event_of_order(server, pending->entry, &pending->order, LOOM_DM_PROGRESS);
    event.done = (uint32_t)done;
    event.size = (uint32_t)size;
    loom_dm_tell(server, &event);
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
    if (pending->order.request.operation == LOOM_DM_CREATE && count >= 2 &&
        loom_text_to_id(response->location[count - 2], &object) &&
        loom_text_to_id(response->location[count - 1], &instance) &&
        object == pending->order.request.path.id[LOOM_OBJECT_ID]) {
        path = loom_path_instance(object, instance);
    }
    return path;
}

void loom_dm_answered(struct loom_management_server *server, struct loom_dm_entry *entry,
                      const struct loom_response *response, enum loom_failure failure)
{
    struct loom_dm_event event =
        loom_dm_event_of_order(server, entry, &entry->pending->order, LOOM_DM_ANSWERED);
    event.code = response->code;
    event.observing = response->code != 0 && response->observe_more;
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
