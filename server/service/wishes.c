/* SPDX-License-Identifier: Apache-2.0 */
#include "service/wishes.h"

#include "common/index.h"
#include "common/list.h"
#include "common/text.h"
#include "service/operation.h"

#include <stdlib.h>
#include <string.h>

/* Ids of wishes that are not kept begin behind it, and those that a keeper gives are below. */
#define LOCAL_IDS (UINT64_C(1) << 62)

/* A wish with its request, ready to be sent. */
struct entry {
    struct loom_wish wish; /* first: a wish seen outside is its entry */
    struct loom_list place;
    struct loom_list broad;         /* among those that are not of one device */
    struct loom_index_link by_name; /* of one device */
    struct loom_service_request operation;
    char name[]; /* and the body */
};

/* An Observe that has not ended yet. */
struct asked {
    struct loom_list place;
    struct loom_index_link by_device;
    struct loom_index_link by_ticket;
    const struct entry *entry; /* NULL: it is not wished any more */
    uint32_t ticket;
    size_t length;
    char endpoint[];
};

struct loom_wishes {
    struct loom_wishes_config config;
    struct loom_list all;
    struct loom_list broad;
    struct loom_list asked;
    struct loom_index by_name;
    struct loom_index by_device;
    struct loom_index by_ticket;
    size_t count;
    uint64_t last_id;
};

static struct entry *entry_of(const struct loom_wish *wish)
{
    return (struct entry *)(uintptr_t)wish;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const scope_names[LOOM_WISH_SCOPE_COUNT] = {
    [LOOM_WISH_ENDPOINT] = "endpoint",
    [LOOM_WISH_GROUP] = "group",
    [LOOM_WISH_MODEL] = "model",
    [LOOM_WISH_ALL] = "all",
};

const char *loom_wish_scope_name(enum loom_wish_scope scope)
{
    return scope_names[scope];
}

bool loom_wish_scope_read(struct loom_text name, enum loom_wish_scope *scope)
{
    for (unsigned i = 0; i < LOOM_WISH_SCOPE_COUNT; i++) {
        if (loom_text_is(name, scope_names[i])) {
            *scope = (enum loom_wish_scope)i;
            return true;
        }
    }
    return false;
}

const char *loom_wish_state_name(enum loom_wish_state state)
{
    static const char *const names[] = {[LOOM_WISH_IN_FORCE] = "in-force",
                                        [LOOM_WISH_ASKED] = "asked",
                                        [LOOM_WISH_MISSING] = "missing"};
    return names[state];
}

/* ---- finding --------------------------------------------------------------------------------- */

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

const struct loom_wish *loom_wishes_find(const struct loom_wishes *wishes, uint64_t id)
{
    const struct loom_wish *wish = loom_wishes_next(wishes, NULL);
    while (wish != NULL && wish->id != id) {
        wish = loom_wishes_next(wishes, wish);
    }
    return wish;
}

const struct loom_wish *loom_wishes_next(const struct loom_wishes *wishes,
                                         const struct loom_wish *wish)
{
    const struct loom_list *next = wish == NULL ? wishes->all.next : entry_of(wish)->place.next;
    return next == &wishes->all ? NULL
                                : &LOOM_LIST_ENTRY((uintptr_t)next, struct entry, place)->wish;
}

bool loom_wishes_concern(const struct loom_wishes *wishes, const struct loom_wish *wish,
                         struct loom_text endpoint)
{
    const struct loom_wishes_config *config = &wishes->config;
    switch (wish->scope) {
    case LOOM_WISH_ALL:
        return true;
    case LOOM_WISH_ENDPOINT:
        return loom_text_is(endpoint, wish->name);
    default:
        return config->belongs(config->user, wish->scope, loom_string_text(wish->name), endpoint);
    }
}

/* ---- what was asked -------------------------------------------------------------------------- */

static uint64_t device_hash(const struct loom_wishes *wishes, struct loom_text endpoint)
{
    return loom_index_hash(&wishes->by_device, endpoint.data, endpoint.length);
}

/* Whether a device has been asked for what a wish is about, also for the sake of another one. */
static bool is_asked(const struct loom_wishes *wishes, const struct loom_dm_request *request,
                     struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&wishes->by_device, device_hash(wishes, endpoint));
    for (; link != NULL; link = loom_index_next(link)) {
        const struct asked *asked = LOOM_INDEX_ENTRY(link, struct asked, by_device);
        struct loom_text whose = {asked->endpoint, asked->length};
        if (asked->entry != NULL && loom_text_same(whose, endpoint) &&
            same_request(&asked->entry->operation.request, request)) {
            return true;
        }
    }
    return false;
}

static void free_asked(struct loom_wishes *wishes, struct asked *asked)
{
    loom_list_remove(&asked->place);
    loom_index_remove(&wishes->by_device, &asked->by_device);
    loom_index_remove(&wishes->by_ticket, &asked->by_ticket);
    free(asked);
}

static void end_asked(struct loom_wishes *wishes, uint32_t ticket)
{
    struct loom_index_link *link = loom_index_first(
        &wishes->by_ticket, loom_index_hash(&wishes->by_ticket, &ticket, sizeof ticket));
    while (link != NULL) {
        struct asked *asked = LOOM_INDEX_ENTRY(link, struct asked, by_ticket);
        link = loom_index_next(link);
        if (asked->ticket == ticket) {
            free_asked(wishes, asked);
            return;
        }
    }
}

static void ask(struct loom_wishes *wishes, const struct entry *entry, struct loom_text endpoint)
{
    struct asked *asked = calloc(1, sizeof *asked + endpoint.length);
    if (asked == NULL ||
        loom_management_server_send(wishes->config.server, endpoint, &entry->operation.request,
                                    &asked->ticket) != LOOM_OK) {
        free(asked); /* when the device is next heard */
        return;
    }
    asked->entry = entry;
    asked->length = endpoint.length;
    memcpy(asked->endpoint, endpoint.data, endpoint.length);
    loom_list_begin(&asked->place);
    loom_list_append(&wishes->asked, &asked->place);
    loom_index_add(&wishes->by_device, &asked->by_device, device_hash(wishes, endpoint));
    loom_index_add(&wishes->by_ticket, &asked->by_ticket,
                   loom_index_hash(&wishes->by_ticket, &asked->ticket, sizeof asked->ticket));
}

/* The observation at a device that a request has begun, or one like it; NULL: there is none. */
static const struct loom_dm_order *in_force(const struct loom_wishes *wishes,
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

enum loom_wish_state loom_wishes_state(const struct loom_wishes *wishes,
                                       const struct loom_wish *wish,
                                       const struct loom_dm_client *client)
{
    if (in_force(wishes, &entry_of(wish)->operation.request, client) != NULL) {
        return LOOM_WISH_IN_FORCE;
    }
    return is_asked(wishes, &entry_of(wish)->operation.request, client->endpoint)
               ? LOOM_WISH_ASKED
               : LOOM_WISH_MISSING;
}

/* ---- having it observed ---------------------------------------------------------------------- */

static void see_to(struct loom_wishes *wishes, const struct entry *entry,
                   const struct loom_dm_client *client)
{
    if (loom_wishes_concern(wishes, &entry->wish, client->endpoint) &&
        loom_wishes_state(wishes, &entry->wish, client) == LOOM_WISH_MISSING) {
        ask(wishes, entry, client->endpoint);
    }
}

/* No device costs more because others have wishes of their own. */
static void see_to_client(struct loom_wishes *wishes, const struct loom_dm_client *client)
{
    struct loom_index_link *link =
        loom_index_first(&wishes->by_name, loom_index_hash(&wishes->by_name, client->endpoint.data,
                                                           client->endpoint.length));
    for (; link != NULL; link = loom_index_next(link)) {
        see_to(wishes, LOOM_INDEX_ENTRY(link, struct entry, by_name), client);
    }
    for (struct loom_list *at = wishes->broad.next; at != &wishes->broad; at = at->next) {
        see_to(wishes, LOOM_LIST_ENTRY(at, struct entry, broad), client);
    }
}

void loom_wishes_hear(struct loom_wishes *wishes, const struct loom_dm_event *event)
{
    switch (event->kind) {
    case LOOM_DM_ANSWERED:
        end_asked(wishes, event->ticket);
        break;
    case LOOM_DM_REGISTERED:
    case LOOM_DM_UPDATED:
    case LOOM_DM_RECEIVED:
        see_to_client(wishes, event->registration);
        break;
    default:
        break;
    }
}

/* ---- adding and removing --------------------------------------------------------------------- */

static bool may_be_named(enum loom_wish_scope scope, struct loom_text name)
{
    return scope == LOOM_WISH_ALL ? name.length == 0
                                  : name.length > 0 && name.length <= LOOM_WISH_NAME_MAX &&
                                        memchr(name.data, '\0', name.length) == NULL;
}

static const struct loom_wish *find_same(const struct loom_wishes *wishes,
                                         enum loom_wish_scope scope, struct loom_text name,
                                         const struct loom_dm_request *request)
{
    const struct loom_wish *wish = loom_wishes_next(wishes, NULL);
    while (wish != NULL && (wish->scope != scope || !loom_text_is(name, wish->name) ||
                            !same_request(&entry_of(wish)->operation.request, request))) {
        wish = loom_wishes_next(wishes, wish);
    }
    return wish;
}

static struct entry *new_entry(enum loom_wish_scope scope, struct loom_text name, const char *body)
{
    size_t length = strlen(body);
    struct entry *entry = calloc(1, sizeof *entry + name.length + 1 + length + 1);
    if (entry == NULL) {
        return NULL;
    }
    if (name.length > 0) {
        memcpy(entry->name, name.data, name.length);
    }
    memcpy(entry->name + name.length + 1, body, length);
    entry->wish.scope = scope;
    entry->wish.name = entry->name;
    entry->wish.body = entry->name + name.length + 1;
    loom_list_begin(&entry->place);
    loom_list_begin(&entry->broad);
    return entry;
}

static void enter(struct loom_wishes *wishes, struct entry *entry)
{
    loom_list_append(&wishes->all, &entry->place);
    if (entry->wish.scope == LOOM_WISH_ENDPOINT) {
        loom_index_add(&wishes->by_name, &entry->by_name,
                       loom_index_hash(&wishes->by_name, entry->name, strlen(entry->name)));
    } else {
        loom_list_append(&wishes->broad, &entry->broad);
    }
    wishes->count++;
}

static void see_to_all(struct loom_wishes *wishes, const struct entry *entry)
{
    const struct loom_management_server *server = wishes->config.server;
    const struct loom_dm_client *client = NULL;
    if (entry->wish.scope == LOOM_WISH_ENDPOINT) {
        client = loom_management_server_find(server, loom_string_text(entry->name));
        if (client != NULL) {
            see_to(wishes, entry, client);
        }
        return;
    }
    while ((client = loom_management_server_next(server, client)) != NULL) {
        see_to(wishes, entry, client);
    }
}

static void refuse(json_t *errors, const char *at, const char *detail)
{
    (void)json_array_append_new(errors, json_pack("{s:s, s:s}", "at", at, "detail", detail));
}

/* @return false: there are errors */
static bool read_body(const struct loom_wishes *wishes, const json_t *body,
                      struct loom_service_request *operation, json_t *errors)
{
    if (!loom_service_request_read(wishes->config.catalog, NULL, body, operation, errors)) {
        return false;
    }
    if (operation->request.operation == LOOM_DM_OBSERVE ||
        operation->request.operation == LOOM_DM_OBSERVE_COMPOSITE) {
        return true;
    }
    loom_service_request_free(operation);
    refuse(errors, "/operation", "must be observe or observe-composite");
    return false;
}

enum loom_wishes_status loom_wishes_add(struct loom_wishes *wishes, enum loom_wish_scope scope,
                                        struct loom_text name, const json_t *body, int64_t now,
                                        json_t *errors, uint64_t *id)
{
    struct loom_service_request operation;
    if ((wishes->config.scopes & 1u << scope) == 0) {
        refuse(errors, "/scope", "this server does not know such devices");
        return LOOM_WISHES_BAD;
    }
    if (!may_be_named(scope, name)) {
        refuse(errors, "/name",
               scope == LOOM_WISH_ALL ? "must be left out" : "must be a text of 1 to 256 bytes");
        return LOOM_WISHES_BAD;
    }
    if (!read_body(wishes, body, &operation, errors)) {
        return LOOM_WISHES_BAD;
    }
    const struct loom_wish *same = find_same(wishes, scope, name, &operation.request);
    char *text = same == NULL ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    struct entry *entry =
        text == NULL || wishes->count == LOOM_WISHES_MAX ? NULL : new_entry(scope, name, text);
    free(text);
    if (entry == NULL) {
        loom_service_request_free(&operation);
        if (same != NULL) {
            *id = same->id;
            return LOOM_WISHES_THERE;
        }
        return wishes->count == LOOM_WISHES_MAX ? LOOM_WISHES_TOO_MANY : LOOM_WISHES_NO_MEMORY;
    }
    entry->operation = operation;
    entry->wish.created = now;
    entry->wish.id = *id != 0 ? *id : ++wishes->last_id;
    *id = entry->wish.id;
    enter(wishes, entry);
    see_to_all(wishes, entry);
    return LOOM_WISHES_OK;
}

void loom_wishes_rename(struct loom_wishes *wishes, uint64_t id, uint64_t kept)
{
    const struct loom_wish *wish = loom_wishes_find(wishes, id);
    if (wish != NULL) {
        entry_of(wish)->wish.id = kept;
    }
}

/* Whether another wish has the same observed at a device. */
static bool is_wished(const struct loom_wishes *wishes, const struct loom_dm_request *request,
                      const struct loom_dm_client *client)
{
    const struct loom_wish *wish = NULL;
    while ((wish = loom_wishes_next(wishes, wish)) != NULL) {
        if (same_request(&entry_of(wish)->operation.request, request) &&
            loom_wishes_concern(wishes, wish, client->endpoint)) {
            return true;
        }
    }
    return false;
}

static void free_entry(struct entry *entry)
{
    loom_service_request_free(&entry->operation);
    free(entry);
}

bool loom_wishes_remove(struct loom_wishes *wishes, uint64_t id)
{
    struct loom_management_server *server = wishes->config.server;
    const struct loom_wish *wish = loom_wishes_find(wishes, id);
    const struct loom_dm_client *client = NULL;
    if (wish == NULL) {
        return false;
    }
    struct entry *entry = entry_of(wish);
    loom_list_remove(&entry->place);
    loom_list_remove(&entry->broad);
    if (wish->scope == LOOM_WISH_ENDPOINT) {
        loom_index_remove(&wishes->by_name, &entry->by_name);
    }
    wishes->count--;
    for (struct loom_list *at = wishes->asked.next; at != &wishes->asked; at = at->next) {
        struct asked *asked = LOOM_LIST_ENTRY(at, struct asked, place);
        asked->entry = asked->entry == entry ? NULL : asked->entry;
    }
    while ((client = loom_management_server_next(server, client)) != NULL) {
        const struct loom_dm_order *order =
            loom_wishes_concern(wishes, wish, client->endpoint)
                ? in_force(wishes, &entry->operation.request, client)
                : NULL;
        uint32_t ticket;
        if (order != NULL && !is_wished(wishes, &entry->operation.request, client)) {
            (void)loom_management_server_cancel(server, client->endpoint, order->ticket, &ticket);
        }
    }
    free_entry(entry);
    return true;
}

/* ---- begin and end --------------------------------------------------------------------------- */

struct loom_wishes *loom_wishes_create(const struct loom_wishes_config *config)
{
    struct loom_wishes *wishes = calloc(1, sizeof *wishes);
    uint64_t secret = config->seed;
    if (wishes != NULL) {
        wishes->config = *config;
        loom_list_begin(&wishes->all);
        loom_list_begin(&wishes->broad);
        loom_list_begin(&wishes->asked);
        wishes->last_id = LOCAL_IDS;
        loom_index_begin(&wishes->by_name, loom_random_next(&secret));
        loom_index_begin(&wishes->by_device, loom_random_next(&secret));
        loom_index_begin(&wishes->by_ticket, 0);
    }
    return wishes;
}

void loom_wishes_destroy(struct loom_wishes *wishes)
{
    if (wishes == NULL) {
        return;
    }
    while (!loom_list_is_empty(&wishes->asked)) {
        free_asked(wishes, LOOM_LIST_ENTRY(wishes->asked.next, struct asked, place));
    }
    while (!loom_list_is_empty(&wishes->all)) {
        struct entry *entry = LOOM_LIST_ENTRY(wishes->all.next, struct entry, place);
        loom_list_remove(&entry->place);
        free_entry(entry);
    }
    loom_index_end(&wishes->by_name);
    loom_index_end(&wishes->by_device);
    loom_index_end(&wishes->by_ticket);
    free(wishes);
}
