/* SPDX-License-Identifier: Apache-2.0 */
/* How wishes stand at devices: asked, in force, or to be cancelled. */
#include "service/wish_table.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

static struct loom_text endpoint_of(const struct loom_wish_device *device)
{
    return (struct loom_text){device->endpoint, device->length};
}

/* ---- requests -------------------------------------------------------------------------------- */

static bool same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

static bool same_request(const struct loom_dm_request *a, const struct loom_dm_request *b)
{
    return a->operation == b->operation && same_path(&a->path, &b->path) &&
           a->accept == b->accept && a->content_format == b->content_format &&
           loom_text_same(a->query, b->query) && loom_bytes_same(a->payload, b->payload);
}

uint64_t loom_wish_request_hash(const struct loom_wishes *wishes,
                                const struct loom_dm_request *request)
{
    const struct loom_index *index = &wishes->by_request;
    uint64_t parts[] = {
        (uint64_t)request->operation,
        request->path.depth,
        request->accept,
        request->content_format,
        loom_index_hash(index, request->path.id, request->path.depth * sizeof request->path.id[0]),
        loom_index_hash(index, request->query.data, request->query.length),
        loom_index_hash(index, request->payload.data, request->payload.length)};
    return loom_index_hash(index, parts, sizeof parts);
}

struct loom_wish_entry *loom_wish_same(const struct loom_wishes *wishes,
                                       const struct loom_dm_request *request,
                                       const struct loom_wish_entry *after)
{
    struct loom_index_link *link =
        after == NULL
            ? loom_index_first(&wishes->by_request, loom_wish_request_hash(wishes, request))
            : loom_index_next(&after->by_request);
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_entry *entry = LOOM_INDEX_ENTRY(link, struct loom_wish_entry, by_request);
        if (same_request(&entry->operation.request, request)) {
            return entry;
        }
    }
    return NULL;
}

/* Whether any wish has this observed at a device. */
static bool is_wished(const struct loom_wishes *wishes, const struct loom_dm_request *request,
                      const struct loom_wish_device *device)
{
    const struct loom_wish_entry *entry = loom_wish_same(wishes, request, NULL);
    while (entry != NULL && !loom_wish_concerns(entry, device)) {
        entry = loom_wish_same(wishes, request, entry);
    }
    return entry != NULL;
}

/* The observation at a device that a request has begun, or one like it; NULL: there is none. */
static const struct loom_dm_order *observation_of(const struct loom_wishes *wishes,
                                                  const struct loom_dm_request *request,
                                                  const struct loom_dm_client *client)
{
    const struct loom_management_server *server = wishes->config.server;
    const struct loom_dm_order *order =
        loom_management_server_next_observation(server, client, NULL);
    while (order != NULL && !same_request(&order->request, request)) {
        order = loom_management_server_next_observation(server, client, order);
    }
    return order;
}

/* ---- stands ---------------------------------------------------------------------------------- */

static uint64_t pair_hash(const struct loom_wishes *wishes, const struct loom_wish_device *device,
                          const struct loom_wish_entry *entry)
{
    const void *pair[] = {device, entry};
    return loom_index_hash(&wishes->by_pair, pair, sizeof pair);
}

struct loom_wish_stand *loom_wish_stand_find(const struct loom_wishes *wishes,
                                             const struct loom_wish_device *device,
                                             const struct loom_wish_entry *entry)
{
    struct loom_index_link *link =
        loom_index_first(&wishes->by_pair, pair_hash(wishes, device, entry));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_stand *stand = LOOM_INDEX_ENTRY(link, struct loom_wish_stand, by_pair);
        if (stand->device == device && stand->entry == entry) {
            return stand;
        }
    }
    return NULL;
}

static struct loom_wish_stand *stand_new(struct loom_wishes *wishes,
                                         struct loom_wish_device *device,
                                         struct loom_wish_entry *entry)
{
    struct loom_wish_stand *stand = calloc(1, sizeof *stand);
    if (stand != NULL) {
        stand->device = device;
        stand->entry = entry;
        loom_list_begin(&stand->place);
        loom_list_append(&device->stands, &stand->place);
        loom_index_add(&wishes->by_pair, &stand->by_pair, pair_hash(wishes, device, entry));
        entry->stands++;
    }
    return stand;
}

static void set_in_force(struct loom_wish_stand *stand, bool in_force)
{
    if (stand->in_force != in_force) {
        stand->in_force = in_force;
        stand->entry->in_force += in_force ? 1 : (size_t)-1;
    }
}

static void set_ticket(struct loom_wishes *wishes, struct loom_wish_stand *stand, uint32_t ticket)
{
    if (stand->ticket != 0) {
        loom_index_remove(&wishes->by_ticket, &stand->by_ticket);
    }
    stand->ticket = ticket;
    if (ticket != 0) {
        loom_index_add(&wishes->by_ticket, &stand->by_ticket,
                       loom_index_hash(&wishes->by_ticket, &ticket, sizeof ticket));
    }
}

/* Frees a stand that says nothing any more. */
static void settle(struct loom_wishes *wishes, struct loom_wish_stand *stand)
{
    struct loom_wish_entry *entry = stand->entry;
    if (stand->in_force || stand->ticket != 0) {
        return;
    }
    loom_list_remove(&stand->place);
    loom_index_remove(&wishes->by_pair, &stand->by_pair);
    free(stand);
    entry->stands--;
    loom_wish_retire(wishes, entry);
}

void loom_wish_forget(struct loom_wishes *wishes, struct loom_wish_device *device)
{
    while (!loom_list_is_empty(&device->stands)) {
        struct loom_wish_stand *stand =
            LOOM_LIST_ENTRY(device->stands.next, struct loom_wish_stand, place);
        set_in_force(stand, false);
        set_ticket(wishes, stand, 0);
        settle(wishes, stand);
    }
}

/* ---- having it observed ---------------------------------------------------------------------- */

/* Whether the device has been asked for the same for the sake of another wish. */
static bool is_asked(const struct loom_wishes *wishes, const struct loom_wish_entry *entry,
                     const struct loom_wish_device *device)
{
    const struct loom_dm_request *request = &entry->operation.request;
    const struct loom_wish_entry *other = NULL;
    while ((other = loom_wish_same(wishes, request, other)) != NULL) {
        const struct loom_wish_stand *stand = loom_wish_stand_find(wishes, device, other);
        if (stand != NULL && stand->ticket != 0) {
            return true;
        }
    }
    return false;
}

enum loom_wish_state loom_wishes_state(const struct loom_wishes *wishes,
                                       const struct loom_wish *wish, struct loom_text endpoint)
{
    const struct loom_wish_entry *entry = (const struct loom_wish_entry *)wish;
    const struct loom_wish_device *device = loom_wish_device_find(wishes, endpoint);
    const struct loom_wish_stand *stand =
        device == NULL ? NULL : loom_wish_stand_find(wishes, device, entry);
    if (stand != NULL && stand->in_force) {
        return LOOM_WISH_IN_FORCE;
    }
    return device != NULL && is_asked(wishes, entry, device) ? LOOM_WISH_ASKED : LOOM_WISH_MISSING;
}

static void ask(struct loom_wishes *wishes, struct loom_wish_entry *entry,
                struct loom_wish_device *device)
{
    uint32_t ticket;
    struct loom_wish_stand *stand = stand_new(wishes, device, entry);
    if (stand == NULL) {
        return; /* when the device is next heard */
    }
    if (loom_management_server_send(wishes->config.server, endpoint_of(device),
                                    &entry->operation.request, &ticket) == LOOM_OK) {
        set_ticket(wishes, stand, ticket);
    }
    settle(wishes, stand);
}

void loom_wish_see_to(struct loom_wishes *wishes, struct loom_wish_entry *entry,
                      struct loom_wish_device *device)
{
    const struct loom_dm_client *client =
        loom_management_server_find(wishes->config.server, endpoint_of(device));
    struct loom_wish_stand *stand = loom_wish_stand_find(wishes, device, entry);
    if (client == NULL || stand != NULL || is_asked(wishes, entry, device)) {
        return;
    }
    if (observation_of(wishes, &entry->operation.request, client) == NULL) {
        ask(wishes, entry, device);
        return;
    }
    stand = stand_new(wishes, device, entry);
    if (stand != NULL) {
        set_in_force(stand, true);
    }
}

void loom_wish_see_to_device(struct loom_wishes *wishes, struct loom_wish_device *device)
{
    struct loom_text endpoint = endpoint_of(device);
    struct loom_index_link *link = loom_index_first(
        &wishes->by_name, loom_index_hash(&wishes->by_name, endpoint.data, endpoint.length));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_entry *entry = LOOM_INDEX_ENTRY(link, struct loom_wish_entry, by_name);
        if (loom_wish_concerns(entry, device)) {
            loom_wish_see_to(wishes, entry, device);
        }
    }
    for (unsigned scope = 0; scope < LOOM_WISH_SCOPE_COUNT; scope++) {
        const struct loom_wish_audience *audience = device->members[scope].audience;
        const struct loom_list *at = audience == NULL ? NULL : audience->wishes.next;
        for (; audience != NULL && at != &audience->wishes; at = at->next) {
            loom_wish_see_to(wishes,
                             LOOM_LIST_ENTRY((uintptr_t)at, struct loom_wish_entry, of_audience),
                             device);
        }
    }
}

/* ---- having it observed no more -------------------------------------------------------------- */

static void cancel(const struct loom_wishes *wishes, const struct loom_dm_request *request,
                   const struct loom_wish_device *device)
{
    struct loom_management_server *server = wishes->config.server;
    struct loom_text endpoint = endpoint_of(device);
    const struct loom_dm_client *client = loom_management_server_find(server, endpoint);
    const struct loom_dm_order *order =
        client == NULL ? NULL : observation_of(wishes, request, client);
    uint32_t ticket;
    if (order != NULL && !is_wished(wishes, request, device)) {
        (void)loom_management_server_cancel(server, endpoint, order->ticket, &ticket);
    }
}

/* What was asked goes on to its answer, by which it is cancelled. */
void loom_wish_release(struct loom_wishes *wishes, struct loom_wish_entry *entry,
                       struct loom_wish_device *device)
{
    struct loom_wish_stand *stand = loom_wish_stand_find(wishes, device, entry);
    if (stand == NULL) {
        return;
    }
    if (stand->in_force) {
        set_in_force(stand, false);
        cancel(wishes, &entry->operation.request, device);
    }
    settle(wishes, stand);
}

/* ---- hearing --------------------------------------------------------------------------------- */

void loom_wish_refresh(struct loom_wishes *wishes, struct loom_wish_device *device,
                       const struct loom_dm_client *client, const struct loom_dm_request *request)
{
    bool in_force = observation_of(wishes, request, client) != NULL;
    struct loom_wish_entry *entry = NULL;
    while ((entry = loom_wish_same(wishes, request, entry)) != NULL) {
        struct loom_wish_stand *stand = loom_wish_stand_find(wishes, device, entry);
        if (stand == NULL && in_force && loom_wish_concerns(entry, device)) {
            stand = stand_new(wishes, device, entry);
        }
        if (stand != NULL) {
            set_in_force(stand, in_force && loom_wish_concerns(entry, device));
            settle(wishes, stand);
        }
    }
}

static struct loom_wish_stand *stand_of_ticket(const struct loom_wishes *wishes, uint32_t ticket)
{
    struct loom_index_link *link = loom_index_first(
        &wishes->by_ticket, loom_index_hash(&wishes->by_ticket, &ticket, sizeof ticket));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_stand *stand = LOOM_INDEX_ENTRY(link, struct loom_wish_stand, by_ticket);
        if (stand->ticket == ticket) {
            return stand;
        }
    }
    return NULL;
}

void loom_wish_answered(struct loom_wishes *wishes, const struct loom_dm_event *event)
{
    struct loom_wish_stand *stand = stand_of_ticket(wishes, event->ticket);
    struct loom_wish_device *device = loom_wish_device_find(wishes, event->endpoint);
    bool asked = stand != NULL;
    if (asked) {
        set_ticket(wishes, stand, 0);
        settle(wishes, stand);
    }
    if (device != NULL && event->observing) {
        loom_wish_refresh(wishes, device, event->registration, event->request);
        if (asked) { /* by a wish that may have gone meanwhile */
            cancel(wishes, event->request, device);
        }
    }
}
