/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/registry.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdlib.h>
#include <string.h>

#define NO_PLACE SIZE_MAX

void loom_registry_begin(struct loom_registry *registry, uint64_t seed)
{
    uint64_t secret = ~seed; /* locations are seen outside and must not give it away */
    memset(registry, 0, sizeof *registry);
    loom_list_begin(&registry->order);
    registry->random = seed;
    loom_index_begin(&registry->by_endpoint, loom_random_next(&secret));
    loom_index_begin(&registry->by_location, loom_random_next(&secret));
    loom_index_begin(&registry->by_link, loom_random_next(&secret));
}

void loom_registry_end(struct loom_registry *registry)
{
    loom_index_end(&registry->by_endpoint);
    loom_index_end(&registry->by_location);
    loom_index_end(&registry->by_link);
    free(registry->heap);
}

/* ---- the memory of an entry ------------------------------------------------------------------ */

/* Copies bytes with a NUL behind them and moves on. */
static const char *put(char **at, const void *data, size_t length)
{
    char *copy = *at;
    if (length > 0) {
        memcpy(copy, data, length);
    }
    copy[length] = '\0';
    *at += length + 1;
    return copy;
}

static void put_text(char **at, struct loom_text *to, struct loom_text text)
{
    to->data = put(at, text.data, text.length);
    to->length = text.length;
}

bool loom_registry_set_texts(struct loom_registry_entry *entry,
                             const struct loom_registry_texts *texts)
{
    struct loom_dm_client *client = &entry->client;
    size_t length = texts->endpoint.length + texts->binding.length + texts->sms.length +
                    texts->alternate_path.length + texts->identity.length + 5 +
                    (texts->known.data == NULL ? 0 : texts->known.length + 1);
    size_t list = texts->object_count * sizeof *texts->objects;
    char *block = malloc(list + length);
    char *at = block + list;
    if (block == NULL) {
        return false;
    }
    if (list > 0) {
        memcpy(block, texts->objects, list);
    }
    client->objects = (const struct loom_dm_link *)(const void *)block;
    client->object_count = texts->object_count;
    put_text(&at, &client->endpoint, texts->endpoint);
    put_text(&at, &client->binding, texts->binding);
    put_text(&at, &client->sms, texts->sms);
    put_text(&at, &client->alternate_path, texts->alternate_path);
    client->identity.data = (const uint8_t *)put(&at, texts->identity.data, texts->identity.length);
    client->identity.length = texts->identity.length;
    entry->known =
        texts->known.data == NULL ? NULL : put(&at, texts->known.data, texts->known.length);
    free(entry->texts);
    entry->texts = block;
    return true;
}

struct loom_text loom_registry_known(const struct loom_registry_entry *entry)
{
    struct loom_text known = {entry->known, entry->known == NULL ? 0 : strlen(entry->known)};
    return known;
}

void loom_registry_clear(struct loom_registry_entry *entry)
{
    free(entry->texts);
}

struct loom_object_version loom_dm_client_version(const struct loom_dm_client *client,
                                                  uint16_t object)
{
    struct loom_object_version version = {0, 0};
    for (size_t i = 0; version.major == 0 && i < client->object_count; i++) {
        const struct loom_dm_link *link = &client->objects[i];
        if (link->object == object && link->version_major != 0) {
            version.major = link->version_major;
            version.minor = link->version_minor;
        }
    }
    return version;
}

/* ---- the heap: no child ends before its parent ----------------------------------------------- */

static void put_in_heap(struct loom_registry *registry, struct loom_registry_entry *entry,
                        size_t place)
{
    registry->heap[place] = entry;
    entry->place = place;
}

static void move_up(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    size_t place = entry->place;
    while (place > 0 && registry->heap[(place - 1) / 2]->expiry > entry->expiry) {
        put_in_heap(registry, registry->heap[(place - 1) / 2], place);
        place = (place - 1) / 2;
    }
    put_in_heap(registry, entry, place);
}

static void move_down(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    size_t place = entry->place;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < registry->heap_count &&
            registry->heap[child + 1]->expiry < registry->heap[child]->expiry) {
            child++;
        }
        if (child >= registry->heap_count || registry->heap[child]->expiry >= entry->expiry) {
            break;
        }
        put_in_heap(registry, registry->heap[child], place);
        place = child;
    }
    put_in_heap(registry, entry, place);
}

static void enter_heap(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    put_in_heap(registry, entry, registry->heap_count++);
    move_up(registry, entry);
}

static void leave_heap(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    struct loom_registry_entry *last = registry->heap[--registry->heap_count];
    size_t place = entry->place;
    entry->place = NO_PLACE;
    if (last != entry) {
        put_in_heap(registry, last, place);
        move_up(registry, last);
        move_down(registry, last);
    }
}

/* Room for everyone, also for those whose lifetime has no end: it may get one. */
static bool make_room(struct loom_registry *registry)
{
    struct loom_registry_entry **heap =
        loom_memory_grow(registry->heap, registry->heap_room, sizeof *heap);
    if (heap == NULL) {
        return false;
    }
    registry->heap = heap;
    registry->heap_room++;
    return true;
}

void loom_registry_refresh(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    const struct loom_dm_client *client = &entry->client;
    if (entry->place != NO_PLACE) {
        leave_heap(registry, entry);
    }
    entry->expiry = UINT64_MAX;
    if (client->lifetime != 0) {
        entry->expiry = client->heard + (uint64_t)client->lifetime * 1000;
        enter_heap(registry, entry);
    }
}

/* ---- adding and removing --------------------------------------------------------------------- */

static const char digits[] = "0123456789abcdefghijkmnpqrstuvwx";

bool loom_registry_is_location(struct loom_text text)
{
    bool good = text.length == LOOM_DM_LOCATION_LENGTH;
    for (size_t i = 0; i < text.length && good; i++) {
        good = text.data[i] != '\0' && strchr(digits, text.data[i]) != NULL;
    }
    return good;
}

static void make_location(struct loom_registry *registry, char *location)
{
    struct loom_text text = {location, LOOM_DM_LOCATION_LENGTH};
    do {
        uint64_t bits = loom_random_next(&registry->random);
        for (size_t i = 0; i < LOOM_DM_LOCATION_LENGTH; i++, bits >>= 5) {
            location[i] = digits[bits & 31u];
        }
    } while (loom_registry_by_location(registry, text) != NULL);
    location[LOOM_DM_LOCATION_LENGTH] = '\0';
}

static uint64_t hash_of(const struct loom_index *index, struct loom_text text)
{
    return loom_index_hash(index, text.data, text.length);
}

static uint64_t known_hash(const struct loom_registry *registry,
                           const struct loom_registry_entry *entry)
{
    return hash_of(&registry->by_link, loom_registry_known(entry));
}

bool loom_registry_prepare(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    if (!make_room(registry)) {
        return false;
    }
    make_location(registry, entry->client.location);
    return true;
}

void loom_registry_withdraw(struct loom_registry *registry)
{
    registry->heap_room--;
}

void loom_registry_enter(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    struct loom_dm_client *client = &entry->client;
    struct loom_text location = {client->location, LOOM_DM_LOCATION_LENGTH};
    entry->place = NO_PLACE;
    entry->link = NULL;
    loom_list_begin(&entry->order);
    loom_list_append(&registry->order, &entry->order);
    registry->count++;
    loom_index_add(&registry->by_location, &entry->by_location,
                   hash_of(&registry->by_location, location));
    loom_index_add(&registry->by_endpoint, &entry->by_endpoint,
                   hash_of(&registry->by_endpoint, client->endpoint));
    if (entry->known != NULL) {
        loom_index_add(&registry->by_link, &entry->by_link, known_hash(registry, entry));
    }
    loom_registry_refresh(registry, entry);
}

bool loom_registry_restore(struct loom_registry *registry, struct loom_registry_entry *entry,
                           uint64_t least)
{
    const struct loom_dm_client *client = &entry->client;
    struct loom_text location = {client->location, LOOM_DM_LOCATION_LENGTH};
    if (loom_registry_by_endpoint(registry, client->endpoint) != NULL ||
        loom_registry_by_location(registry, location) != NULL || !make_room(registry)) {
        return false;
    }
    loom_registry_enter(registry, entry);
    /* It may have been heard before the clock began, so times are compared as signed numbers. */
    if (entry->place != NO_PLACE && (int64_t)entry->expiry < (int64_t)least) {
        leave_heap(registry, entry);
        entry->expiry = least;
        enter_heap(registry, entry);
    }
    return true;
}

void loom_registry_remove(struct loom_registry *registry, struct loom_registry_entry *entry)
{
    if (entry->link != NULL || entry->known != NULL) {
        loom_index_remove(&registry->by_link, &entry->by_link);
    }
    loom_list_remove(&entry->order);
    registry->count--;
    loom_index_remove(&registry->by_location, &entry->by_location);
    loom_index_remove(&registry->by_endpoint, &entry->by_endpoint);
    if (entry->place != NO_PLACE) {
        leave_heap(registry, entry);
    }
    registry->heap_room--;
}

void loom_registry_connect(struct loom_registry *registry, struct loom_registry_entry *entry,
                           struct loom_session *link)
{
    if (entry->link == link && (link == NULL || entry->known == NULL)) {
        return;
    }
    if (entry->link != NULL || entry->known != NULL) {
        loom_index_remove(&registry->by_link, &entry->by_link);
    }
    entry->known = NULL;
    entry->link = link;
    if (link != NULL) {
        loom_index_add(&registry->by_link, &entry->by_link,
                       loom_index_hash(&registry->by_link, &link, sizeof link));
    }
}

/* ---- finding --------------------------------------------------------------------------------- */

struct loom_registry_entry *loom_registry_by_endpoint(const struct loom_registry *registry,
                                                      struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&registry->by_endpoint, hash_of(&registry->by_endpoint, endpoint));
    while (link != NULL) {
        struct loom_registry_entry *entry =
            LOOM_INDEX_ENTRY(link, struct loom_registry_entry, by_endpoint);
        if (loom_text_same(entry->client.endpoint, endpoint)) {
            return entry;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_registry_entry *loom_registry_by_location(const struct loom_registry *registry,
                                                      struct loom_text location)
{
    struct loom_index_link *link =
        loom_index_first(&registry->by_location, hash_of(&registry->by_location, location));
    while (link != NULL) {
        struct loom_registry_entry *entry =
            LOOM_INDEX_ENTRY(link, struct loom_registry_entry, by_location);
        struct loom_text own = {entry->client.location, LOOM_DM_LOCATION_LENGTH};
        if (loom_text_same(own, location)) {
            return entry;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_registry_entry *loom_registry_by_link(const struct loom_registry *registry,
                                                  const struct loom_session *session)
{
    struct loom_index_link *link = loom_index_first(
        &registry->by_link, loom_index_hash(&registry->by_link, &session, sizeof session));
    while (link != NULL) {
        struct loom_registry_entry *entry =
            LOOM_INDEX_ENTRY(link, struct loom_registry_entry, by_link);
        if (entry->link == session) {
            return entry;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_registry_entry *loom_registry_by_known(const struct loom_registry *registry,
                                                   struct loom_text address)
{
    struct loom_index_link *link =
        loom_index_first(&registry->by_link, hash_of(&registry->by_link, address));
    while (link != NULL) {
        struct loom_registry_entry *entry =
            LOOM_INDEX_ENTRY(link, struct loom_registry_entry, by_link);
        if (entry->known != NULL && entry->client.identity.length == 0 &&
            loom_text_is(address, entry->known)) {
            return entry;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

size_t loom_registry_count(const struct loom_registry *registry)
{
    return registry->count;
}

struct loom_registry_entry *loom_registry_next(const struct loom_registry *registry,
                                               const struct loom_registry_entry *entry)
{
    struct loom_list *next = entry == NULL ? registry->order.next : entry->order.next;
    return next == &registry->order ? NULL
                                    : LOOM_LIST_ENTRY(next, struct loom_registry_entry, order);
}

struct loom_registry_entry *loom_registry_expired(const struct loom_registry *registry,
                                                  uint64_t now)
{
    return loom_registry_deadline(registry) <= now ? registry->heap[0] : NULL;
}

uint64_t loom_registry_deadline(const struct loom_registry *registry)
{
    return registry->heap_count == 0 ? UINT64_MAX : registry->heap[0]->expiry;
}
