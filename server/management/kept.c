/* SPDX-License-Identifier: Apache-2.0 */
/* What waits until the keeper has stored it, and what it had stored before a restart. */
#include "management/clients.h"
#include "management/management_server.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

#define UNSETTLED_OF(list) LOOM_LIST_ENTRY(list, struct loom_dm_unsettled, place)

void loom_management_server_keep(struct loom_management_server *server,
                                 const struct loom_dm_keeper *keeper)
{
    server->keeper = keeper;
}

/* ---- what is to be stored before it is answered ---------------------------------------------- */

bool loom_dm_keeper_ready(const struct loom_management_server *server, struct loom_reply *reply)
{
    const struct loom_dm_keeper *keeper = server->keeper;
    return keeper == NULL || keeper->ready(keeper->self, &reply->max_age);
}

struct loom_dm_unsettled *loom_dm_unsettled_new(struct loom_management_server *server)
{
    struct loom_dm_unsettled *unsettled = calloc(1, sizeof *unsettled);
    if (unsettled != NULL) {
        loom_list_begin(&unsettled->place);
        loom_list_append(&server->unsettled, &unsettled->place);
    }
    return unsettled;
}

void loom_dm_unsettled_drop(struct loom_dm_unsettled *unsettled)
{
    if (unsettled != NULL) {
        loom_list_remove(&unsettled->place);
        loom_dm_asked_free(unsettled->asked);
        free(unsettled);
    }
}

static struct loom_dm_unsettled *post(struct loom_management_server *server,
                                      struct loom_dm_entry *entry, bool leaves)
{
    const struct loom_dm_keeper *keeper = server->keeper;
    const struct loom_dm_client *client = loom_dm_client_of(entry);
    struct loom_dm_unsettled *unsettled = loom_dm_unsettled_new(server);
    if (unsettled == NULL) {
        return NULL;
    }
    unsettled->mark =
        leaves ? keeper->leaves(keeper->self, client) : keeper->registered(keeper->self, client);
    unsettled->held = unsettled->mark;
    if (unsettled->mark == 0) {
        loom_dm_unsettled_drop(unsettled);
        return NULL;
    }
    return unsettled;
}

bool loom_dm_keep(struct loom_management_server *server, struct loom_dm_entry *entry,
                  struct loom_session *link, bool leaves, struct loom_reply *reply)
{
    if (server->keeper == NULL) {
        if (leaves) {
            loom_dm_remove(server, entry, LOOM_DM_DEREGISTERED);
        } else {
            loom_dm_enter(server, entry, link);
        }
        return true;
    }
    /* A De-register that comes twice is stored once. */
    struct loom_dm_unsettled *unsettled = leaves ? entry->leaving : NULL;
    if (unsettled == NULL) {
        unsettled = post(server, entry, leaves);
        if (unsettled == NULL) {
            return false;
        }
        unsettled->entry = entry;
        unsettled->leaves = leaves;
        if (leaves) {
            entry->leaving = unsettled;
        }
    }
    unsettled->link = link;
    reply->held = unsettled->mark;
    return true;
}

static void carry_out(struct loom_management_server *server, struct loom_dm_unsettled *unsettled)
{
    struct loom_dm_entry *entry = unsettled->entry;
    if (!unsettled->leaves) {
        loom_dm_enter(server, entry, unsettled->link);
        if (unsettled->unwelcome) {
            loom_dm_dismiss(server, entry);
        }
    } else if (entry != NULL) {
        entry->leaving = NULL;
        loom_dm_remove(server, entry, LOOM_DM_DEREGISTERED);
    }
}

static void give_up(struct loom_management_server *server, struct loom_dm_unsettled *unsettled)
{
    struct loom_dm_entry *entry = unsettled->entry;
    if (!unsettled->leaves) {
        loom_registry_withdraw(&server->registry);
        loom_dm_entry_free(entry);
        loom_dm_keep_session(server, unsettled->link);
    } else if (entry != NULL) {
        entry->leaving = NULL;
    }
}

/* @return whether the answer is to be sent or dropped now; else it waits for something else */
static bool decide(struct loom_management_server *server, struct loom_dm_unsettled *unsettled,
                   bool stored)
{
    if (unsettled->asked != NULL) {
        server->unknown--;
        return !stored || loom_dm_answer_asked(server, unsettled);
    }
    if (stored) {
        carry_out(server, unsettled);
    } else {
        give_up(server, unsettled);
    }
    return true;
}

void loom_management_server_settle(struct loom_management_server *server, uint64_t mark,
                                   bool stored)
{
    const struct loom_port *port = server->port;
    server->now = port->now(port->self);
    while (!loom_list_is_empty(&server->unsettled)) {
        struct loom_dm_unsettled *unsettled = UNSETTLED_OF(server->unsettled.next);
        if (unsettled->mark > mark) {
            break;
        }
        bool good = stored && unsettled->mark == mark;
        loom_list_remove(&unsettled->place);
        if (decide(server, unsettled, good)) {
            port->settle(port->self, unsettled->mark, good);
            if (unsettled->held != unsettled->mark) {
                port->settle(port->self, unsettled->held, good);
            }
        }
        loom_dm_unsettled_drop(unsettled);
    }
}

void loom_dm_unsettled_lost(struct loom_management_server *server, const struct loom_session *link)
{
    for (struct loom_list *place = server->unsettled.next; place != &server->unsettled;
         place = place->next) {
        if (UNSETTLED_OF(place)->link == link) {
            UNSETTLED_OF(place)->link = NULL;
        }
    }
}

void loom_dm_unsettled_dismiss(struct loom_management_server *server, struct loom_text endpoint)
{
    for (struct loom_list *place = server->unsettled.next; place != &server->unsettled;
         place = place->next) {
        struct loom_dm_unsettled *unsettled = UNSETTLED_OF(place);
        if (unsettled->asked == NULL && !unsettled->leaves &&
            loom_text_same(loom_dm_client_of(unsettled->entry)->endpoint, endpoint)) {
            unsettled->unwelcome = true;
        }
    }
}

void loom_dm_unsettled_free(struct loom_management_server *server)
{
    while (!loom_list_is_empty(&server->unsettled)) {
        struct loom_dm_unsettled *unsettled = UNSETTLED_OF(server->unsettled.next);
        if (unsettled->asked == NULL && !unsettled->leaves) {
            loom_dm_entry_free(unsettled->entry);
        } else if (unsettled->entry != NULL) {
            unsettled->entry->leaving = NULL;
        }
        loom_dm_unsettled_drop(unsettled);
    }
}

/* ---- what may be stored later ---------------------------------------------------------------- */

void loom_dm_changed(struct loom_management_server *server, struct loom_dm_entry *entry,
                     unsigned changes)
{
    const struct loom_dm_keeper *keeper = server->keeper;
    if (keeper == NULL) {
        return;
    }
    entry->unsaved |= (uint8_t)changes;
    entry->told = server->now;
    if (loom_list_is_empty(&entry->changed)) {
        loom_list_append(&server->changed, &entry->changed);
        keeper->changed(keeper->self);
    }
}

const struct loom_dm_client *
loom_management_server_next_changed(struct loom_management_server *server, unsigned *changes)
{
    if (loom_list_is_empty(&server->changed)) {
        return NULL;
    }
    struct loom_dm_entry *entry =
        LOOM_LIST_ENTRY(server->changed.next, struct loom_dm_entry, changed);
    loom_list_remove(&entry->changed);
    *changes = entry->unsaved;
    entry->unsaved = 0;
    return loom_dm_client_of(entry);
}

void loom_management_server_unsaved(struct loom_management_server *server,
                                    struct loom_text endpoint, unsigned changes)
{
    struct loom_registry_entry *entry = loom_registry_by_endpoint(&server->registry, endpoint);
    if (entry != NULL) {
        loom_dm_changed(server, loom_dm_entry_of(entry), changes);
    }
}

/* ---- observations ---------------------------------------------------------------------------- */

/* With DTLS an observation ends with its session, and so with the server. */
static bool can_resume(const struct loom_management_server *server,
                       const struct loom_dm_entry *entry)
{
    return server->keeper != NULL && server->keeper->observing != NULL &&
           server->port->token != NULL && entry->registered.client.identity.length == 0;
}

static uint64_t token_hash(const struct loom_management_server *server, const uint8_t *token)
{
    return loom_index_hash(&server->by_token, token, LOOM_TOKEN_MAX);
}

void loom_dm_keep_observation(struct loom_management_server *server,
                              struct loom_dm_pending *observation)
{
    const struct loom_dm_entry *entry = observation->entry;
    const struct loom_dm_keeper *keeper = server->keeper;
    if (can_resume(server, entry) &&
        server->port->token(server->port->self, entry->registered.link, observation->order.ticket,
                            observation->token) == LOOM_TOKEN_MAX) {
        struct loom_dm_kept_observation kept = {&observation->order.request,
                                                {observation->token, LOOM_TOKEN_MAX}};
        observation->kept = true;
        keeper->observing(keeper->self, &entry->registered.client, &kept);
    }
}

void loom_dm_drop_observation(struct loom_management_server *server,
                              struct loom_dm_pending *observation)
{
    const struct loom_dm_keeper *keeper = server->keeper;
    if (observation->resumable) {
        loom_index_remove(&server->by_token, &observation->by_token);
        observation->resumable = false;
    }
    if (observation->kept && keeper != NULL) {
        keeper->observed(keeper->self, &observation->entry->registered.client,
                         (struct loom_bytes){observation->token, LOOM_TOKEN_MAX});
    }
}

/* The observation of before a restart that a notification belongs to, if it comes from where the
 * client was, or is now. */
static struct loom_dm_pending *find_resumable(const struct loom_management_server *server,
                                              const struct loom_session *link,
                                              struct loom_bytes token)
{
    struct loom_index_link *at =
        token.length == LOOM_TOKEN_MAX
            ? loom_index_first(&server->by_token, token_hash(server, token.data))
            : NULL;
    struct loom_peer peer;
    server->port->peer(server->port->self, link, &peer);
    for (; at != NULL; at = loom_index_next(at)) {
        struct loom_dm_pending *found = LOOM_INDEX_ENTRY(at, struct loom_dm_pending, by_token);
        const struct loom_registry_entry *entry = &found->entry->registered;
        bool same = entry->link == NULL ? loom_text_same(loom_registry_known(entry), peer.address)
                                        : entry->link == link;
        if (same && memcmp(found->token, token.data, LOOM_TOKEN_MAX) == 0) {
            return found;
        }
    }
    return NULL;
}

uint32_t loom_management_server_resume(void *self, struct loom_session *link,
                                       struct loom_bytes token, struct loom_request *request)
{
    struct loom_management_server *server = self;
    struct loom_dm_pending *observation = find_resumable(server, link, token);
    if (observation == NULL) {
        return 0;
    }
    struct loom_dm_entry *entry = observation->entry;
    struct loom_peer peer;
    server->now = server->port->now(server->port->self);
    server->port->peer(server->port->self, link, &peer);
    (void)loom_dm_connect(server, entry, link, peer.address);
    loom_index_remove(&server->by_token, &observation->by_token);
    observation->resumable = false;
    loom_dm_fill_request(entry, observation, server->resumed, request);
    return observation->order.ticket;
}

enum loom_status
loom_management_server_restore_observation(struct loom_management_server *server,
                                           struct loom_text endpoint,
                                           const struct loom_dm_kept_observation *kept)
{
    struct loom_registry_entry *registered = loom_registry_by_endpoint(&server->registry, endpoint);
    struct loom_dm_entry *entry = registered == NULL ? NULL : loom_dm_entry_of(registered);
    if (entry == NULL || !can_resume(server, entry)) {
        return LOOM_NOT_FOUND;
    }
    if (kept->token.length != LOOM_TOKEN_MAX || !loom_dm_may_observe(kept->request)) {
        return LOOM_BAD_REQUEST;
    }
    struct loom_dm_pending *observation = loom_dm_observe_again(server, entry, kept->request);
    if (observation == NULL) {
        return LOOM_UNAVAILABLE;
    }
    memcpy(observation->token, kept->token.data, LOOM_TOKEN_MAX);
    observation->kept = true;
    observation->resumable = true;
    loom_index_add(&server->by_token, &observation->by_token,
                   token_hash(server, observation->token));
    return LOOM_OK;
}

/* ---- registrations --------------------------------------------------------------------------- */

static bool is_usable(const struct loom_dm_kept_client *kept)
{
    return kept->endpoint.length > 0 && kept->location.length == LOOM_DM_LOCATION_LENGTH &&
           kept->binding.length > 0 && kept->object_count > 0 && kept->lwm2m >= 0x0100 &&
           kept->lwm2m <= 0x0102;
}

static struct loom_dm_entry *entry_of(const struct loom_dm_kept_client *kept)
{
    static const struct loom_text empty = {"", 0}; /* nobody is at that address */
    struct loom_dm_links links = {NULL, 0, kept->alternate_path};
    struct loom_dm_parameters parameters = {.binding = kept->binding,
                                            .sms = kept->sms,
                                            .lifetime = kept->lifetime,
                                            .queue_mode = kept->queue_mode};
    struct loom_peer peer = {.identity = kept->identity};
    struct loom_text known = kept->address.data != NULL ? kept->address : empty;
    for (size_t i = 0; i < kept->object_count; i++) {
        if (loom_dm_links_add(&links, &kept->objects[i]) != LOOM_DM_NO_REASON) {
            loom_dm_links_free(&links);
            return NULL;
        }
    }
    struct loom_dm_entry *entry =
        loom_dm_entry_new(kept->endpoint, &parameters, &links, &peer, known);
    loom_dm_links_free(&links);
    return entry;
}

static bool is_there(const struct loom_management_server *server,
                     const struct loom_dm_kept_client *kept)
{
    return loom_registry_by_endpoint(&server->registry, kept->endpoint) != NULL ||
           loom_registry_by_location(&server->registry, kept->location) != NULL;
}

static enum loom_status restore(struct loom_management_server *server,
                                const struct loom_dm_kept_client *kept, struct loom_dm_entry **made)
{
    struct loom_dm_entry *entry = entry_of(kept);
    if (entry == NULL) {
        return LOOM_UNAVAILABLE;
    }
    struct loom_dm_client *client = loom_dm_client_of(entry);
    memcpy(client->location, kept->location.data, LOOM_DM_LOCATION_LENGTH);
    client->lwm2m = kept->lwm2m;
    client->registered = server->now - kept->registered_ago;
    client->heard = server->now - kept->heard_ago;
    client->seen = server->now - kept->seen_ago;
    entry->told = server->now;
    if (!loom_registry_restore(&server->registry, &entry->registered,
                               server->now + LOOM_DM_GRACE_MS)) {
        loom_dm_entry_free(entry);
        return LOOM_UNAVAILABLE;
    }
    *made = entry;
    return LOOM_OK;
}

enum loom_status loom_management_server_restore(struct loom_management_server *server,
                                                const struct loom_dm_kept_client *kept)
{
    struct loom_dm_entry *entry;
    server->now = server->port->now(server->port->self);
    return is_usable(kept) && !is_there(server, kept) ? restore(server, kept, &entry)
                                                      : LOOM_BAD_REQUEST;
}

/* ---- between servers ------------------------------------------------------------------------- */

/* What the server has of the endpoint was replaced at the other one. */
static void clear_for(struct loom_management_server *server, const struct loom_dm_kept_client *kept)
{
    struct loom_registry_entry *old = loom_registry_by_endpoint(&server->registry, kept->endpoint);
    if (old != NULL) {
        loom_dm_remove(server, loom_dm_entry_of(old), LOOM_DM_MOVED);
    }
}

/* The account may have gone while nobody had the registration. */
static bool has_account(const struct loom_management_server *server,
                        const struct loom_dm_kept_client *kept)
{
    const struct loom_peer peer = {.secure = kept->identity.length > 0, .identity = kept->identity};
    const struct loom_fleet_account *account;
    enum loom_fleet_admission admission =
        loom_fleet_admit(server->store, &peer, kept->endpoint, &account);
    loom_fleet_account_release(account);
    return admission == LOOM_FLEET_ADMITTED;
}

enum loom_status loom_management_server_take_over(struct loom_management_server *server,
                                                  const struct loom_dm_kept_client *kept)
{
    struct loom_dm_entry *entry;
    server->now = server->port->now(server->port->self);
    if (!is_usable(kept)) {
        return LOOM_BAD_REQUEST;
    }
    if (loom_registry_by_location(&server->registry, kept->location) != NULL) {
        return LOOM_CONFLICT; /* two requests have asked for it */
    }
    clear_for(server, kept);
    enum loom_status status = restore(server, kept, &entry);
    if (status == LOOM_OK && !has_account(server, kept)) {
        loom_dm_dismiss(server, entry);
        return LOOM_NOT_FOUND;
    }
    if (status == LOOM_OK) {
        struct loom_dm_event event = loom_dm_event_of(server, entry, LOOM_DM_TAKEN_OVER);
        loom_dm_tell(server, &event);
    }
    return status;
}

void loom_management_server_moved(struct loom_management_server *server, struct loom_text endpoint,
                                  struct loom_text location)
{
    struct loom_registry_entry *entry = loom_registry_by_location(&server->registry, location);
    if (entry != NULL && loom_text_same(entry->client.endpoint, endpoint)) {
        server->now = server->port->now(server->port->self);
        loom_dm_remove(server, loom_dm_entry_of(entry), LOOM_DM_MOVED);
    }
}
