/* SPDX-License-Identifier: Apache-2.0 */
/* What the server observes at its clients (rules C.3). */
#include "management/clients.h"
#include "management/management_server.h"

#include <stdlib.h>

static struct loom_dm_pending *observation_at(const struct loom_list *place)
{
    return LOOM_LIST_ENTRY((uintptr_t)place, struct loom_dm_pending, place);
}

static bool is_observation(const struct loom_dm_pending *pending)
{
    return !loom_list_is_empty(&pending->place);
}

struct loom_dm_pending *loom_dm_observation(const struct loom_management_server *server,
                                            const struct loom_dm_entry *entry, uint32_t ticket)
{
    struct loom_dm_pending *found = loom_dm_by_exchange(server, ticket);
    return found != NULL && found->entry == entry && is_observation(found) ? found : NULL;
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void remove_and_tell(struct loom_management_server *server,
                            struct loom_dm_pending *observation, const struct loom_dm_event *event)
{
    loom_list_remove(&observation->place);
    loom_index_remove(&server->by_exchange, &observation->by_exchange);
    loom_dm_drop_observation(server, observation);
    loom_dm_tell(server, event);
    loom_dm_pending_free(observation);
}

void loom_dm_end_observation(struct loom_management_server *server,
                             struct loom_dm_pending *observation, enum loom_dm_end end)
{
    struct loom_dm_event event =
        loom_dm_event_of_order(server, observation->entry, &observation->order, LOOM_DM_ENDED);
    event.end = end;
    remove_and_tell(server, observation, &event);
}

static void give_up(const struct loom_management_server *server,
                    const struct loom_dm_pending *observation)
{
    const struct loom_port *port = server->port;
    struct loom_session *link = observation->entry->registered.link;
    if (link != NULL) {
        port->cancel(port->self, link, observation->order.ticket);
    }
}

void loom_dm_end_observations(struct loom_management_server *server, struct loom_dm_entry *entry,
                              enum loom_dm_end end)
{
    while (!loom_list_is_empty(&entry->observations)) {
        struct loom_dm_pending *observation = observation_at(entry->observations.next);
        give_up(server, observation);
        loom_dm_end_observation(server, observation, end);
    }
}

/* ---- notifications --------------------------------------------------------------------------- */

void loom_dm_notified(struct loom_management_server *server, struct loom_dm_pending *observation,
                      const struct loom_response *response)
{
    struct loom_dm_entry *entry = observation->entry;
    if (response->code == 0) {
        loom_dm_end_observation(server, observation, LOOM_DM_END_SESSION);
        return;
    }
    loom_dm_heard(server, entry);
    struct loom_dm_event event =
        loom_dm_event_of_order(server, entry, &observation->order,
                               response->observe_more ? LOOM_DM_NOTIFIED : LOOM_DM_ENDED);
    event.code = response->code;
    event.content_format = response->content_format;
    event.payload = response->payload;
    if (response->observe_more) {
        loom_dm_tell(server, &event);
    } else {
        event.end = LOOM_DM_END_BY_CLIENT;
        remove_and_tell(server, observation, &event);
    }
}

/* ---- from outside ---------------------------------------------------------------------------- */

static struct loom_dm_pending *find(const struct loom_management_server *server,
                                    struct loom_text endpoint, uint32_t ticket)
{
    const struct loom_registry_entry *registered =
        loom_registry_by_endpoint(&server->registry, endpoint);
    return registered == NULL ? NULL
                              : loom_dm_observation(server, loom_dm_entry_of(registered), ticket);
}

/* All but Observe is as it was in the request that began it (RFC 7641 section 3.6). */
enum loom_status loom_management_server_cancel(struct loom_management_server *server,
                                               struct loom_text endpoint, uint32_t observation,
                                               uint32_t *ticket)
{
    const struct loom_dm_pending *found = find(server, endpoint, observation);
    if (found == NULL) {
        return LOOM_NOT_FOUND;
    }
    struct loom_dm_request request = found->order.request;
    request.operation =
        request.operation == LOOM_DM_OBSERVE ? LOOM_DM_CANCEL : LOOM_DM_CANCEL_COMPOSITE;
    request.observation = observation;
    return loom_dm_queue(server, found->entry, &request, ticket);
}

enum loom_status loom_management_server_forget(struct loom_management_server *server,
                                               struct loom_text endpoint, uint32_t observation)
{
    struct loom_dm_pending *found = find(server, endpoint, observation);
    if (found == NULL) {
        return LOOM_NOT_FOUND;
    }
    give_up(server, found);
    loom_dm_end_observation(server, found, LOOM_DM_END_CANCELLED);
    return LOOM_OK;
}

const struct loom_dm_order *
loom_management_server_next_observation(const struct loom_management_server *server,
                                        const struct loom_dm_client *client,
                                        const struct loom_dm_order *observation)
{
    const struct loom_dm_entry *entry =
        loom_dm_entry_of((const struct loom_registry_entry *)client);
    const struct loom_list *next = observation == NULL
                                       ? entry->observations.next
                                       : ((const struct loom_dm_pending *)observation)->place.next;
    (void)server;
    return next == &entry->observations ? NULL : &observation_at(next)->order;
}
