/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the server to a client: queue, sending, answer (rules C.1). */
#include "management/clients.h"

#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_TEXT_SIZE 8

struct loom_ms_event loom_ms_event_of(const struct loom_management_server *server,
                                      const struct loom_ms_entry *entry,
                                      enum loom_ms_event_kind kind)
{
    struct loom_ms_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.time = server->port->now(server->port->self);
    event.content_format = LOOM_FORMAT_ABSENT;
    if (entry != NULL) {
        event.registration = &entry->client;
        event.endpoint = entry->client.endpoint;
        event.address = entry->client.address;
    }
    return event;
}

void loom_ms_tell(const struct loom_management_server *server, const struct loom_ms_event *event)
{
    if (server->listener != NULL) {
        server->listener(server->user, event);
    }
}

static struct loom_ms_event pending_event(const struct loom_management_server *server,
                                          const struct loom_ms_entry *entry,
                                          const struct loom_ms_pending *pending,
                                          enum loom_ms_event_kind kind)
{
    struct loom_ms_event event = loom_ms_event_of(server, entry, kind);
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
    [LOOM_MS_READ] = {LOOM_GET, 1, 4},    [LOOM_MS_DISCOVER] = {LOOM_GET, 1, 3},
    [LOOM_MS_WRITE] = {LOOM_PUT, 2, 4},   [LOOM_MS_EXECUTE] = {LOOM_POST, 3, 3},
    [LOOM_MS_CREATE] = {LOOM_POST, 1, 1}, [LOOM_MS_DELETE] = {LOOM_DELETE, 2, 4},
};

static struct loom_ms_pending *copy_request(const struct loom_ms_request *request)
{
    struct loom_ms_pending *pending = malloc(sizeof *pending + request->payload.length);
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

enum loom_status loom_management_server_send(struct loom_management_server *server,
                                             struct loom_text endpoint,
                                             const struct loom_ms_request *request,
                                             uint32_t *ticket)
{
    struct loom_ms_entry *entry = loom_ms_clients_by_endpoint(server, endpoint);
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (request->path.depth < operations[request->operation].least ||
        request->path.depth > operations[request->operation].most) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    struct loom_ms_pending *pending = copy_request(request);
    if (pending == NULL) {
        return LOOM_UNAVAILABLE;
    }
    pending->ticket = ++server->last_ticket;
    *ticket = pending->ticket;
    struct loom_ms_pending **at = &entry->pending;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = pending;
    entry->client.waiting++;
    return LOOM_OK;
}

/* ---- queue mode ------------------------------------------------------------------------------ */

/* MAX_TRANSMIT_WAIT: a client stays awake for as long after its last message (rule B-81). */
#define AWAKE_MS 93000u

void loom_ms_heard(const struct loom_management_server *server, struct loom_ms_entry *entry)
{
    entry->client.awake_until = server->port->now(server->port->self) + AWAKE_MS;
}

bool loom_ms_asleep(const struct loom_management_server *server, const struct loom_ms_entry *entry)
{
    return entry->client.queue_mode &&
           (entry->link == NULL ||
            server->port->now(server->port->self) >= entry->client.awake_until);
}

bool loom_ms_has_work(const struct loom_management_server *server,
                      const struct loom_ms_entry *entry)
{
    const struct loom_ms_pending *pending = entry->pending;
    if (pending == NULL || pending->sent) {
        return false;
    }
    if (!loom_ms_asleep(server, entry)) {
        return true;
    }
    while (pending != NULL && pending->held) {
        pending = pending->next;
    }
    return pending != NULL;
}

void loom_ms_hand_over(struct loom_ms_entry *from, struct loom_ms_entry *to)
{
    struct loom_ms_pending **first = &from->pending;
    size_t kept = 0;
    if (*first != NULL && (*first)->sent) {
        first = &(*first)->next;
        kept = 1;
    }
    to->pending = *first;
    to->client.waiting = from->client.waiting - kept;
    *first = NULL;
    from->client.waiting = kept;
}

static void hold(struct loom_management_server *server, struct loom_ms_entry *entry)
{
    for (struct loom_ms_pending *pending = entry->pending; pending != NULL;
         pending = pending->next) {
        if (!pending->held) {
            struct loom_ms_event event = pending_event(server, entry, pending, LOOM_MS_HELD);
            pending->held = true;
            loom_ms_tell(server, &event);
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

static bool send_pending(struct loom_management_server *server, const struct loom_ms_entry *entry,
                         const struct loom_ms_pending *pending)
{
    char text[4][ID_TEXT_SIZE];
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = operations[pending->request.operation].method;
    request.accept =
        pending->request.operation == LOOM_MS_DISCOVER ? LOOM_FORMAT_LINK : pending->request.accept;
    request.content_format = pending->request.content_format;
    request.confirmable = true; /* rule C-2 */
    request.payload = pending->request.payload;
    fill_path(&request, entry->client.alternate_path, &pending->request.path, text);
    return entry->link != NULL && server->port->request(server->port->self, entry->link, &request,
                                                        pending->ticket) == LOOM_OK;
}

/* Takes the first request off the queue and tells of its end. */
static void end_first(struct loom_management_server *server, struct loom_ms_entry *entry,
                      struct loom_ms_event *event)
{
    struct loom_ms_pending *pending = entry->pending;
    entry->pending = pending->next;
    entry->client.waiting--;
    loom_ms_tell(server, event);
    free(pending);
}

static void fail_first(struct loom_management_server *server, struct loom_ms_entry *entry,
                       enum loom_failure failure)
{
    struct loom_ms_event event = pending_event(server, entry, entry->pending, LOOM_MS_ANSWERED);
    event.failure = failure;
    end_first(server, entry, &event);
}

void loom_ms_send_next(struct loom_management_server *server, struct loom_ms_entry *entry)
{
    while (entry->pending != NULL && !entry->pending->sent) {
        if (loom_ms_asleep(server, entry)) {
            hold(server, entry);
            return;
        }
        if (send_pending(server, entry, entry->pending)) {
            struct loom_ms_event event = pending_event(server, entry, entry->pending, LOOM_MS_SENT);
            entry->pending->sent = true;
            loom_ms_tell(server, &event);
        } else {
            fail_first(server, entry, LOOM_FAILURE_UNREACHABLE);
        }
    }
}

void loom_ms_abandon(struct loom_management_server *server, struct loom_ms_entry *entry)
{
    while (entry->pending != NULL) {
        fail_first(server, entry, LOOM_FAILURE_CLOSED);
    }
    loom_ms_entry_free(entry);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* The new instance of a Create, told as Location-Path (rule C-25), with or without alternate path.
 */
static struct loom_path created_instance(const struct loom_ms_pending *pending,
                                         const struct loom_response *response)
{
    struct loom_path path = loom_path_root();
    uint16_t object;
    uint16_t instance;
    size_t count = response->location_count;
    if (pending->request.operation == LOOM_MS_CREATE && count >= 2 &&
        loom_text_to_id(response->location[count - 2], &object) &&
        loom_text_to_id(response->location[count - 1], &instance) &&
        object == pending->request.path.id[LOOM_OBJECT_ID]) {
        path = loom_path_instance(object, instance);
    }
    return path;
}

void loom_ms_answered(struct loom_management_server *server, struct loom_ms_entry *entry,
                      const struct loom_response *response, enum loom_failure failure)
{
    struct loom_ms_event event = pending_event(server, entry, entry->pending, LOOM_MS_ANSWERED);
    event.code = response->code;
    if (response->code == 0) {
        event.failure = failure;
        entry->client.awake_until = event.time; /* what does not answer sleeps already */
    } else {
        loom_ms_heard(server, entry);
        event.content_format = response->content_format;
        event.payload = response->payload;
        event.created = created_instance(entry->pending, response);
    }
    end_first(server, entry, &event);
}
