/* SPDX-License-Identifier: Apache-2.0 */
/* The wishes themselves: added, removed and found. */
#include "service/wish_table.h"

#include "common/text.h"
#include "loom/ids.h"

#include <stdlib.h>
#include <string.h>

/* Ids of wishes that are not kept begin behind it, and those that a keeper gives are below. */
#define LOCAL_IDS (UINT64_C(1) << 62)

static struct loom_wish_entry *entry_of(const struct loom_wish *wish)
{
    return (struct loom_wish_entry *)(uintptr_t)wish;
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
    return next == &wishes->all
               ? NULL
               : &LOOM_LIST_ENTRY((uintptr_t)next, struct loom_wish_entry, place)->wish;
}

void loom_wishes_count(const struct loom_wishes *wishes, const struct loom_wish *wish,
                       size_t *devices, size_t *in_force)
{
    const struct loom_wish_entry *entry = entry_of(wish);
    *in_force = entry->in_force;
    *devices = entry->audience != NULL
                   ? entry->audience->device_count
                   : (size_t)(loom_management_server_find(wishes->config.server,
                                                          loom_string_text(wish->name)) != NULL);
}

/* The audience that a device is in, or would be in. */
static const struct loom_wish_audience *
audience_of(const struct loom_wishes *wishes, enum loom_wish_scope scope, struct loom_text endpoint)
{
    const struct loom_wishes_config *config = &wishes->config;
    char name[LOOM_WISH_NAME_MAX];
    struct loom_text text = {name, 0};
    if (scope == LOOM_WISH_ENDPOINT || (config->scopes & 1u << scope) == 0) {
        return NULL;
    }
    if (scope != LOOM_WISH_ALL) {
        text.length = config->name(config->user, scope, endpoint, name);
    }
    return scope != LOOM_WISH_ALL && text.length == 0
               ? NULL
               : loom_wish_audience_find(wishes, scope, text);
}

void loom_wishes_each_of(const struct loom_wishes *wishes, struct loom_text endpoint,
                         void (*visit)(void *user, const struct loom_wish *wish), void *user)
{
    const struct loom_wish_audience *audiences[LOOM_WISH_SCOPE_COUNT];
    const struct loom_wish *wish = NULL;
    for (unsigned scope = 0; scope < LOOM_WISH_SCOPE_COUNT; scope++) {
        audiences[scope] = audience_of(wishes, (enum loom_wish_scope)scope, endpoint);
    }
    while ((wish = loom_wishes_next(wishes, wish)) != NULL) {
        const struct loom_wish_audience *audience = entry_of(wish)->audience;
        if (audience == NULL ? loom_text_is(endpoint, wish->name)
                             : audiences[wish->scope] == audience) {
            visit(user, wish);
        }
    }
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* Whether values have come that tell of the device itself. */
static bool tells_model(const struct loom_dm_event *event)
{
    return event->payload.length > 0 &&
           (event->path.depth == 0 || event->path.id[LOOM_OBJECT_ID] == LOOM_ID_DEVICE);
}

void loom_wishes_hear(struct loom_wishes *wishes, const struct loom_dm_event *event)
{
    struct loom_wish_device *device = loom_wish_device_find(wishes, event->endpoint);
    if (event->kind == LOOM_DM_ANSWERED) {
        loom_wish_answered(wishes, event);
    } else if (event->kind == LOOM_DM_ENDED && device != NULL) {
        loom_wish_refresh(wishes, device, event->registration, event->request);
    }
    switch (event->kind) {
    case LOOM_DM_REGISTERED:
    case LOOM_DM_RECEIVED:
    case LOOM_DM_UPDATED:
        if (device == NULL ? loom_wish_device_matters(wishes, event->endpoint)
                           : event->kind != LOOM_DM_UPDATED) {
            device = loom_wish_device_name(wishes, event->endpoint);
        }
        break;
    case LOOM_DM_ANSWERED:
    case LOOM_DM_NOTIFIED:
        /* What is refused is not asked again by its own answer, which would have no end. */
        if (device == NULL || !tells_model(event) || !loom_wish_device_rename(wishes, device)) {
            return;
        }
        break;
    case LOOM_DM_DEREGISTERED:
    case LOOM_DM_EXPIRED:
    case LOOM_DM_REMOVED:
    case LOOM_DM_MOVED:
        if (device != NULL) {
            loom_wish_device_drop(wishes, device);
        }
        return;
    default:
        return;
    }
    if (device != NULL) {
        loom_wish_see_to_device(wishes, device);
    }
}

void loom_wishes_rename_device(struct loom_wishes *wishes, struct loom_text endpoint)
{
    if (loom_wish_device_find(wishes, endpoint) != NULL) {
        loom_wish_see_to_device(wishes, loom_wish_device_name(wishes, endpoint));
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
    const struct loom_wish_entry *entry = loom_wish_same(wishes, request, NULL);
    while (entry != NULL && (entry->wish.scope != scope || !loom_text_is(name, entry->wish.name))) {
        entry = loom_wish_same(wishes, request, entry);
    }
    return entry == NULL ? NULL : &entry->wish;
}

/* Without an audience, if it is not of one device. */
static struct loom_wish_entry *new_entry(enum loom_wish_scope scope, struct loom_text name,
                                         const char *body)
{
    size_t length = strlen(body);
    struct loom_wish_entry *entry = calloc(1, sizeof *entry + name.length + 1 + length + 1);
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
    loom_list_begin(&entry->of_audience);
    loom_list_begin(&entry->due);
    return entry;
}

/* @return false without memory */
static bool enter(struct loom_wishes *wishes, struct loom_wish_entry *entry)
{
    struct loom_text name = loom_string_text(entry->name);
    if (entry->wish.scope == LOOM_WISH_ENDPOINT) {
        loom_index_add(&wishes->by_name, &entry->by_name,
                       loom_index_hash(&wishes->by_name, name.data, name.length));
    } else {
        entry->audience = loom_wish_audience_make(wishes, entry->wish.scope, name);
        if (entry->audience == NULL) {
            return false;
        }
        entry->audience->users++;
        wishes->broad++;
        loom_list_append(&entry->audience->wishes, &entry->of_audience);
    }
    loom_list_append(&wishes->all, &entry->place);
    loom_index_add(&wishes->by_request, &entry->by_request,
                   loom_wish_request_hash(wishes, &entry->operation.request));
    wishes->count++;
    return true;
}

static void look_at_one(struct loom_wishes *wishes, struct loom_wish_entry *entry)
{
    struct loom_text name = loom_string_text(entry->name);
    struct loom_wish_device *device = loom_wish_device_find(wishes, name);
    if (entry->gone && device != NULL) {
        loom_wish_release(wishes, entry, device);
    } else if (!entry->gone && loom_management_server_find(wishes->config.server, name) != NULL) {
        device = loom_wish_device_name(wishes, name);
        if (device != NULL) {
            loom_wish_see_to(wishes, entry, device);
        }
    }
}

/* Begins to look at the devices of a wish that is new or gone. Those of which there are few, and
 * nothing else is to be done before, are looked at now. */
static void look(struct loom_wishes *wishes, struct loom_wish_entry *entry)
{
    bool alone = !loom_wishes_are_due(wishes);
    if (entry->audience == NULL) {
        look_at_one(wishes, entry);
        return;
    }
    if (wishes->knowing == LOOM_WISH_FEW) {
        wishes->knowing = LOOM_WISH_LEARNING; /* each is asked when it is known */
    } else {
        loom_wish_look(wishes, entry);
    }
    if (alone) {
        (void)loom_wishes_step(wishes);
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
    struct loom_wish_entry *entry =
        text == NULL || wishes->count == LOOM_WISHES_MAX ? NULL : new_entry(scope, name, text);
    free(text);
    if (entry != NULL) {
        entry->operation = operation;
        if (!enter(wishes, entry)) {
            free(entry);
            entry = NULL;
        }
    }
    if (entry == NULL) {
        loom_service_request_free(&operation);
        if (same != NULL) {
            *id = same->id;
            return LOOM_WISHES_THERE;
        }
        return wishes->count == LOOM_WISHES_MAX ? LOOM_WISHES_TOO_MANY : LOOM_WISHES_NO_MEMORY;
    }
    entry->wish.created = now;
    entry->wish.id = *id != 0 ? *id : ++wishes->last_id;
    *id = entry->wish.id;
    look(wishes, entry);
    return LOOM_WISHES_OK;
}

void loom_wishes_rename(struct loom_wishes *wishes, uint64_t id, uint64_t kept)
{
    const struct loom_wish *wish = loom_wishes_find(wishes, id);
    if (wish != NULL) {
        entry_of(wish)->wish.id = kept;
    }
}

static void free_entry(struct loom_wish_entry *entry)
{
    loom_service_request_free(&entry->operation);
    free(entry);
}

void loom_wish_retire(struct loom_wishes *wishes, struct loom_wish_entry *entry)
{
    if (!entry->gone || entry->stands > 0 || !loom_list_is_empty(&entry->due)) {
        return;
    }
    if (entry->audience != NULL) {
        entry->audience->users--;
        loom_wish_audience_release(wishes, entry->audience);
        wishes->broad--;
        if (wishes->broad == 0) {
            wishes->knowing = LOOM_WISH_FEW;
            wishes->learnt = NULL;
        }
    }
    free_entry(entry);
}

bool loom_wishes_remove(struct loom_wishes *wishes, uint64_t id)
{
    const struct loom_wish *wish = loom_wishes_find(wishes, id);
    if (wish == NULL) {
        return false;
    }
    struct loom_wish_entry *entry = entry_of(wish);
    entry->gone = true;
    entry->stands++; /* it is not freed while it is looked at */
    loom_list_remove(&entry->place);
    loom_list_remove(&entry->of_audience);
    loom_index_remove(&wishes->by_request, &entry->by_request);
    if (wish->scope == LOOM_WISH_ENDPOINT) {
        loom_index_remove(&wishes->by_name, &entry->by_name);
    }
    wishes->count--;
    look(wishes, entry);
    entry->stands--;
    loom_wish_retire(wishes, entry);
    return true;
}

/* ---- begin and end --------------------------------------------------------------------------- */

struct loom_wishes *loom_wishes_create(const struct loom_wishes_config *config)
{
    struct loom_wishes *wishes = calloc(1, sizeof *wishes);
    uint64_t secret = config->seed;
    if (wishes == NULL) {
        return NULL;
    }
    wishes->config = *config;
    loom_list_begin(&wishes->all);
    loom_list_begin(&wishes->registered);
    loom_list_begin(&wishes->due);
    wishes->last_id = LOCAL_IDS;
    loom_index_begin(&wishes->by_name, loom_random_next(&secret));
    loom_index_begin(&wishes->by_request, loom_random_next(&secret));
    loom_index_begin(&wishes->audiences, loom_random_next(&secret));
    loom_index_begin(&wishes->devices, loom_random_next(&secret));
    loom_index_begin(&wishes->by_pair, 0);
    loom_index_begin(&wishes->by_ticket, 0);
    return wishes;
}

static void free_devices(struct loom_wishes *wishes)
{
    while (!loom_list_is_empty(&wishes->registered)) {
        loom_wish_device_drop(wishes,
                              loom_wish_device_at(wishes->registered.next, LOOM_WISH_ENDPOINT));
    }
}

void loom_wishes_destroy(struct loom_wishes *wishes)
{
    if (wishes == NULL) {
        return;
    }
    free_devices(wishes);
    while (!loom_list_is_empty(&wishes->all)) {
        const struct loom_wish *wish = loom_wishes_next(wishes, NULL);
        (void)loom_wishes_remove(wishes, wish->id);
    }
    while (loom_wishes_step(wishes)) {
    }
    loom_index_end(&wishes->by_name);
    loom_index_end(&wishes->by_request);
    loom_index_end(&wishes->audiences);
    loom_index_end(&wishes->devices);
    loom_index_end(&wishes->by_pair);
    loom_index_end(&wishes->by_ticket);
    free(wishes);
}
