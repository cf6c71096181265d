/* SPDX-License-Identifier: Apache-2.0 */
/* Registered devices as wishes see them: the audiences that they are in. */
#include "service/wish_table.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

static struct loom_text endpoint_of(const struct loom_wish_device *device)
{
    return (struct loom_text){device->endpoint, device->length};
}

/* ---- audiences ------------------------------------------------------------------------------- */

static uint64_t audience_hash(const struct loom_wishes *wishes, enum loom_wish_scope scope,
                              struct loom_text name)
{
    return loom_index_hash(&wishes->audiences, name.data, name.length) + (uint64_t)scope;
}

struct loom_wish_audience *loom_wish_audience_find(const struct loom_wishes *wishes,
                                                   enum loom_wish_scope scope,
                                                   struct loom_text name)
{
    struct loom_index_link *link =
        loom_index_first(&wishes->audiences, audience_hash(wishes, scope, name));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_audience *audience =
            LOOM_INDEX_ENTRY(link, struct loom_wish_audience, by_name);
        struct loom_text its = {audience->name, audience->length};
        if (audience->scope == scope && loom_text_same(its, name)) {
            return audience;
        }
    }
    return NULL;
}

struct loom_wish_audience *loom_wish_audience_make(struct loom_wishes *wishes,
                                                   enum loom_wish_scope scope,
                                                   struct loom_text name)
{
    struct loom_wish_audience *audience = loom_wish_audience_find(wishes, scope, name);
    if (audience != NULL) {
        return audience;
    }
    audience = calloc(1, sizeof *audience + name.length + 1);
    if (audience != NULL) {
        audience->scope = scope;
        audience->length = name.length;
        if (name.length > 0) {
            memcpy(audience->name, name.data, name.length);
        }
        loom_list_begin(&audience->wishes);
        loom_list_begin(&audience->devices);
        loom_index_add(&wishes->audiences, &audience->by_name, audience_hash(wishes, scope, name));
    }
    return audience;
}

void loom_wish_audience_release(struct loom_wishes *wishes, struct loom_wish_audience *audience)
{
    if (audience->users == 0 && audience->device_count == 0) {
        loom_index_remove(&wishes->audiences, &audience->by_name);
        free(audience);
    }
}

static void leave(struct loom_wishes *wishes, struct loom_wish_member *member)
{
    struct loom_wish_audience *audience = member->audience;
    if (wishes->cursor == &member->place) {
        wishes->cursor = member->place.next;
    }
    loom_list_remove(&member->place);
    member->audience = NULL;
    audience->device_count--;
}

static void join(struct loom_wish_audience *audience, struct loom_wish_member *member)
{
    member->audience = audience;
    loom_list_append(&audience->devices, &member->place);
    audience->device_count++;
}

/* What the wishes of an audience have observed at a device that has left it. */
static void release_all(struct loom_wishes *wishes, const struct loom_wish_audience *audience,
                        struct loom_wish_device *device)
{
    struct loom_list *at = device->stands.next;
    while (at != &device->stands) {
        struct loom_wish_stand *stand = LOOM_LIST_ENTRY(at, struct loom_wish_stand, place);
        at = at->next;
        if (stand->entry->audience == audience) {
            loom_wish_release(wishes, stand->entry, device);
        }
    }
}

/* @return whether it is in another audience than before */
static bool rename_in(struct loom_wishes *wishes, struct loom_wish_device *device,
                      enum loom_wish_scope scope)
{
    const struct loom_wishes_config *config = &wishes->config;
    struct loom_wish_member *member = &device->members[scope];
    struct loom_wish_audience *before = member->audience;
    char name[LOOM_WISH_NAME_MAX];
    struct loom_text text = {name, 0};
    if ((config->scopes & 1u << scope) == 0) {
        return false;
    }
    if (scope != LOOM_WISH_ALL) {
        text.length = config->name(config->user, scope, endpoint_of(device), name);
    }
    bool named = scope == LOOM_WISH_ALL || text.length > 0;
    struct loom_wish_audience *after = named ? loom_wish_audience_make(wishes, scope, text) : NULL;
    if (after == before) {
        return false;
    }
    if (before != NULL) {
        leave(wishes, member);
    }
    if (after != NULL) {
        join(after, member);
    }
    if (before != NULL) {
        release_all(wishes, before, device);
        loom_wish_audience_release(wishes, before);
    }
    return true;
}

/* ---- devices --------------------------------------------------------------------------------- */

static uint64_t device_hash(const struct loom_wishes *wishes, struct loom_text endpoint)
{
    return loom_index_hash(&wishes->devices, endpoint.data, endpoint.length);
}

struct loom_wish_device *loom_wish_device_find(const struct loom_wishes *wishes,
                                               struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&wishes->devices, device_hash(wishes, endpoint));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_wish_device *device =
            LOOM_INDEX_ENTRY(link, struct loom_wish_device, by_endpoint);
        if (loom_text_same(endpoint_of(device), endpoint)) {
            return device;
        }
    }
    return NULL;
}

bool loom_wish_device_matters(const struct loom_wishes *wishes, struct loom_text endpoint)
{
    const struct loom_index *names = &wishes->by_name;
    return wishes->knowing != LOOM_WISH_FEW ||
           loom_index_first(names, loom_index_hash(names, endpoint.data, endpoint.length)) != NULL;
}

static struct loom_wish_device *make(struct loom_wishes *wishes, struct loom_text endpoint)
{
    struct loom_wish_device *device = calloc(1, sizeof *device + endpoint.length);
    if (device != NULL) {
        device->length = endpoint.length;
        memcpy(device->endpoint, endpoint.data, endpoint.length);
        loom_list_begin(&device->stands);
        for (unsigned scope = 0; scope < LOOM_WISH_SCOPE_COUNT; scope++) {
            loom_list_begin(&device->members[scope].place);
        }
        loom_list_append(&wishes->registered, &device->members[LOOM_WISH_ENDPOINT].place);
        loom_index_add(&wishes->devices, &device->by_endpoint, device_hash(wishes, endpoint));
    }
    return device;
}

bool loom_wish_device_rename(struct loom_wishes *wishes, struct loom_wish_device *device)
{
    bool other = false;
    for (unsigned scope = LOOM_WISH_GROUP; scope < LOOM_WISH_SCOPE_COUNT; scope++) {
        other = rename_in(wishes, device, (enum loom_wish_scope)scope) || other;
    }
    return other;
}

struct loom_wish_device *loom_wish_device_name(struct loom_wishes *wishes,
                                               struct loom_text endpoint)
{
    struct loom_wish_device *device = loom_wish_device_find(wishes, endpoint);
    if (device == NULL) {
        device = make(wishes, endpoint);
    }
    if (device != NULL) {
        (void)loom_wish_device_rename(wishes, device);
    }
    return device;
}

bool loom_wish_concerns(const struct loom_wish_entry *entry, const struct loom_wish_device *device)
{
    return entry->audience != NULL ? device->members[entry->wish.scope].audience == entry->audience
                                   : loom_text_is(endpoint_of(device), entry->wish.name);
}

void loom_wish_device_drop(struct loom_wishes *wishes, struct loom_wish_device *device)
{
    loom_wish_forget(wishes, device);
    if (wishes->learnt == device) {
        wishes->learnt = NULL; /* it begins anew: those that are known cost little */
    }
    for (unsigned scope = 0; scope < LOOM_WISH_SCOPE_COUNT; scope++) {
        struct loom_wish_audience *audience = device->members[scope].audience;
        if (audience != NULL) {
            leave(wishes, &device->members[scope]);
            loom_wish_audience_release(wishes, audience);
        }
    }
    loom_list_remove(&device->members[LOOM_WISH_ENDPOINT].place);
    loom_index_remove(&wishes->devices, &device->by_endpoint);
    free(device);
}

/* ---- looking at many ------------------------------------------------------------------------- */

struct loom_wish_device *loom_wish_device_at(struct loom_list *place, enum loom_wish_scope scope)
{
    struct loom_wish_member *member = LOOM_LIST_ENTRY(place, struct loom_wish_member, place);
    return LOOM_LIST_ENTRY(member - scope, struct loom_wish_device, members);
}

void loom_wish_look(struct loom_wishes *wishes, struct loom_wish_entry *entry)
{
    if (wishes->due.next == &entry->due) {
        wishes->cursor = NULL;
    }
    loom_list_append(&wishes->due, &entry->due);
}

/* The registered devices behind the last one, which are then known. */
static void learn(struct loom_wishes *wishes)
{
    const struct loom_management_server *server = wishes->config.server;
    const struct loom_dm_client *client =
        wishes->learnt == NULL ? NULL
                               : loom_management_server_find(server, endpoint_of(wishes->learnt));
    client = loom_management_server_next(server, client);
    for (size_t i = 0; i < LOOM_WISHES_SLICE && client != NULL; i++) {
        struct loom_wish_device *device = loom_wish_device_name(wishes, client->endpoint);
        if (device == NULL) {
            return; /* no memory: later */
        }
        loom_wish_see_to_device(wishes, device);
        wishes->learnt = device;
        client = loom_management_server_next(server, client);
    }
    if (client == NULL) {
        wishes->learnt = NULL;
        wishes->knowing = LOOM_WISH_EVERY;
    }
}

static void look_at_next(struct loom_wishes *wishes)
{
    struct loom_wish_entry *entry = LOOM_LIST_ENTRY(wishes->due.next, struct loom_wish_entry, due);
    struct loom_list *devices = &entry->audience->devices;
    if (wishes->cursor == NULL) {
        wishes->cursor = devices->next;
    }
    for (size_t i = 0; i < LOOM_WISHES_SLICE && wishes->cursor != devices; i++) {
        struct loom_wish_device *device = loom_wish_device_at(wishes->cursor, entry->wish.scope);
        wishes->cursor = wishes->cursor->next;
        if (entry->gone) {
            loom_wish_release(wishes, entry, device);
        } else {
            loom_wish_see_to(wishes, entry, device);
        }
    }
    if (wishes->cursor == devices) {
        wishes->cursor = NULL;
        loom_list_remove(&entry->due);
        loom_wish_retire(wishes, entry);
    }
}

bool loom_wishes_step(struct loom_wishes *wishes)
{
    if (wishes->knowing == LOOM_WISH_LEARNING) {
        learn(wishes);
    } else if (!loom_list_is_empty(&wishes->due)) {
        look_at_next(wishes);
    }
    return loom_wishes_are_due(wishes);
}

bool loom_wishes_are_due(const struct loom_wishes *wishes)
{
    return wishes->knowing == LOOM_WISH_LEARNING || !loom_list_is_empty(&wishes->due);
}
