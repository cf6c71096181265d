/* SPDX-License-Identifier: Apache-2.0 */
#include "management/clients.h"

#include "store/accounts_build.h"

#include <stdlib.h>
#include <string.h>

static bool copy_text(struct loom_text *to, struct loom_text from)
{
    char *copy = malloc(from.length + 1);
    if (copy == NULL) {
        return false;
    }
    if (from.length > 0) {
        memcpy(copy, from.data, from.length);
    }
    copy[from.length] = '\0';
    to->data = copy;
    to->length = from.length;
    return true;
}

static void free_text(struct loom_text text)
{
    free((char *)(uintptr_t)text.data);
}

static bool same(struct loom_text a, struct loom_text b)
{
    return loom_store_same(a, b.data, b.length);
}

static bool copy_identity(struct loom_bytes *to, struct loom_bytes from)
{
    struct loom_text copy;
    struct loom_text text = {(const char *)from.data, from.length};
    bool good = copy_text(&copy, text);
    if (good) {
        to->data = (const uint8_t *)copy.data;
        to->length = copy.length;
    }
    return good;
}

struct loom_ms_entry *loom_ms_entry_new(struct loom_text endpoint,
                                        const struct loom_ms_parameters *parameters,
                                        struct loom_ms_links *links, const struct loom_peer *peer)
{
    static const struct loom_text udp = {"U", 1};
    struct loom_ms_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        return NULL;
    }
    struct loom_ms_client *client = &entry->client;
    struct loom_text binding = parameters->binding.data != NULL ? parameters->binding : udp;
    if (!copy_text(&client->endpoint, endpoint) || !copy_text(&client->binding, binding) ||
        !copy_text(&client->sms, parameters->sms) ||
        !copy_text(&client->alternate_path, links->alternate_path) ||
        !copy_identity(&client->identity, peer->identity)) {
        loom_ms_entry_free(entry);
        return NULL;
    }
    client->address = peer->address;
    client->lifetime = parameters->lifetime;
    client->queue_mode = parameters->queue_mode;
    client->objects = links->links;
    client->object_count = links->count;
    links->links = NULL;
    links->count = 0;
    return entry;
}

static bool same_links(const struct loom_ms_client *client, const struct loom_ms_links *links)
{
    if (client->object_count != links->count ||
        !same(client->alternate_path, links->alternate_path)) {
        return false;
    }
    for (size_t i = 0; i < links->count; i++) {
        const struct loom_ms_link *a = &client->objects[i];
        const struct loom_ms_link *b = &links->links[i];
        if (a->object != b->object || a->instance != b->instance ||
            a->version_major != b->version_major || a->version_minor != b->version_minor) {
            return false;
        }
    }
    return true;
}

/* Texts that an Update may change; data NULL: stays as it is. */
struct new_texts {
    struct loom_text binding;
    struct loom_text sms;
    struct loom_text alternate_path;
};

static bool copy_changed(struct loom_text *to, struct loom_text now, struct loom_text wanted,
                         bool told)
{
    return !told || same(now, wanted) || copy_text(to, wanted);
}

static void replace_text(struct loom_text *member, struct loom_text text)
{
    if (text.data != NULL) {
        free_text(*member);
        *member = text;
    }
}

bool loom_ms_entry_update(struct loom_ms_entry *entry, const struct loom_ms_parameters *parameters,
                          struct loom_ms_links *links, unsigned *changes)
{
    struct loom_ms_client *client = &entry->client;
    struct new_texts texts = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    bool has_links = links->count > 0;
    bool has_binding = parameters->binding.data != NULL;
    bool queue_told = has_binding || parameters->queue_mode;
    if (!copy_changed(&texts.binding, client->binding, parameters->binding, has_binding) ||
        !copy_changed(&texts.sms, client->sms, parameters->sms, parameters->sms.data != NULL) ||
        !copy_changed(&texts.alternate_path, client->alternate_path, links->alternate_path,
                      has_links)) {
        free_text(texts.binding);
        free_text(texts.sms);
        free_text(texts.alternate_path);
        return false;
    }
    *changes = texts.sms.data != NULL ? LOOM_MS_CHANGED_SMS : 0u;
    if (texts.binding.data != NULL ||
        (queue_told && client->queue_mode != parameters->queue_mode)) {
        client->queue_mode = parameters->queue_mode;
        *changes |= LOOM_MS_CHANGED_BINDING;
    }
    if (parameters->has_lifetime && client->lifetime != parameters->lifetime) {
        client->lifetime = parameters->lifetime;
        *changes |= LOOM_MS_CHANGED_LIFETIME;
    }
    if (has_links && !same_links(client, links)) {
        free((void *)(uintptr_t)client->objects);
        client->objects = links->links;
        client->object_count = links->count;
        links->links = NULL;
        links->count = 0;
        *changes |= LOOM_MS_CHANGED_OBJECTS;
    }
    replace_text(&client->binding, texts.binding);
    replace_text(&client->sms, texts.sms);
    replace_text(&client->alternate_path, texts.alternate_path);
    return true;
}

void loom_ms_entry_free(struct loom_ms_entry *entry)
{
    while (entry->pending != NULL) {
        struct loom_ms_pending *pending = entry->pending;
        entry->pending = pending->next;
        free(pending);
    }
    free_text(entry->client.endpoint);
    free_text(entry->client.binding);
    free_text(entry->client.sms);
    free_text(entry->client.alternate_path);
    free((void *)(uintptr_t)entry->client.identity.data);
    free((void *)(uintptr_t)entry->client.objects);
    free(entry);
}

/* splitmix64: spreads locations so that one from an earlier run rarely names another client. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void make_location(struct loom_management_server *server, char *location)
{
    static const char digits[] = "0123456789abcdefghijkmnpqrstuvwx";
    struct loom_text text = {location, LOOM_MS_LOCATION_LENGTH};
    do {
        uint64_t bits = next_random(&server->random);
        for (size_t i = 0; i < LOOM_MS_LOCATION_LENGTH; i++, bits >>= 5) {
            location[i] = digits[bits & 31u];
        }
    } while (loom_ms_clients_by_location(server, text) != NULL);
    location[LOOM_MS_LOCATION_LENGTH] = '\0';
}

void loom_ms_clients_add(struct loom_management_server *server, struct loom_ms_entry *entry)
{
    struct loom_ms_entry **at = &server->first;
    make_location(server, entry->client.location);
    while (*at != NULL) {
        at = &(*at)->next;
    }
    entry->next = NULL;
    *at = entry;
}

void loom_ms_clients_remove(struct loom_management_server *server, struct loom_ms_entry *entry)
{
    struct loom_ms_entry **at = &server->first;
    while (*at != entry) {
        at = &(*at)->next;
    }
    *at = entry->next;
    entry->next = NULL;
}

struct loom_ms_entry *loom_ms_clients_by_endpoint(const struct loom_management_server *server,
                                                  struct loom_text endpoint)
{
    struct loom_ms_entry *entry = server->first;
    while (entry != NULL && !same(entry->client.endpoint, endpoint)) {
        entry = entry->next;
    }
    return entry;
}

struct loom_ms_entry *loom_ms_clients_by_location(const struct loom_management_server *server,
                                                  struct loom_text location)
{
    struct loom_ms_entry *entry = server->first;
    while (entry != NULL &&
           !loom_store_same(location, entry->client.location, LOOM_MS_LOCATION_LENGTH)) {
        entry = entry->next;
    }
    return entry;
}

struct loom_ms_entry *loom_ms_clients_by_exchange(const struct loom_management_server *server,
                                                  uint32_t exchange)
{
    struct loom_ms_entry *entry = server->first;
    while (entry != NULL && (entry->pending == NULL || !entry->pending->sent ||
                             entry->pending->ticket != exchange)) {
        entry = entry->next;
    }
    return entry;
}

uint64_t loom_ms_entry_expiry(const struct loom_ms_entry *entry)
{
    const struct loom_ms_client *client = &entry->client;
    return client->lifetime == 0 ? UINT64_MAX : client->heard + (uint64_t)client->lifetime * 1000;
}
