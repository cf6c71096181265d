/* SPDX-License-Identifier: Apache-2.0 */
#include "management/clients.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

struct loom_dm_entry *loom_dm_entry_new(struct loom_text endpoint,
                                        const struct loom_dm_parameters *parameters,
                                        const struct loom_dm_links *links,
                                        const struct loom_peer *peer, struct loom_text known)
{
    static const struct loom_text udp = {"U", 1};
    struct loom_registry_texts texts = {
        .endpoint = endpoint,
        .binding = parameters->binding.data != NULL ? parameters->binding : udp,
        .sms = parameters->sms,
        .alternate_path = links->alternate_path,
        .identity = peer->identity,
        .known = known,
        .objects = links->links,
        .object_count = links->count};
    struct loom_dm_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL || !loom_registry_set_texts(&entry->registered, &texts)) {
        free(entry);
        return NULL;
    }
    struct loom_dm_client *client = loom_dm_client_of(entry);
    loom_list_begin(&entry->ready);
    loom_list_begin(&entry->changed);
    loom_list_begin(&entry->observations);
    client->address = peer->address;
    client->lifetime = parameters->lifetime;
    client->queue_mode = parameters->queue_mode;
    return entry;
}

static bool same_links(const struct loom_dm_client *client, const struct loom_dm_links *links)
{
    if (client->object_count != links->count ||
        !loom_text_same(client->alternate_path, links->alternate_path)) {
        return false;
    }
    for (size_t i = 0; i < links->count; i++) {
        const struct loom_dm_link *a = &client->objects[i];
        const struct loom_dm_link *b = &links->links[i];
        if (a->object != b->object || a->instance != b->instance ||
            a->version_major != b->version_major || a->version_minor != b->version_minor) {
            return false;
        }
    }
    return true;
}

/* Takes a text of the Update if it has it and it is another. @return whether */
static bool replace(struct loom_text *text, struct loom_text wanted, bool has)
{
    if (!has || loom_text_same(*text, wanted)) {
        return false;
    }
    *text = wanted;
    return true;
}

bool loom_dm_entry_update(struct loom_dm_entry *entry, const struct loom_dm_parameters *parameters,
                          const struct loom_dm_links *links, unsigned *changes)
{
    struct loom_dm_client *client = loom_dm_client_of(entry);
    struct loom_registry_texts texts = {.endpoint = client->endpoint,
                                        .binding = client->binding,
                                        .sms = client->sms,
                                        .alternate_path = client->alternate_path,
                                        .identity = client->identity,
                                        .known = loom_registry_known(&entry->registered),
                                        .objects = client->objects,
                                        .object_count = client->object_count};
    bool has_binding = parameters->binding.data != NULL;
    bool has_queue_mode = has_binding || parameters->queue_mode;
    bool new_links = links->count > 0 && !same_links(client, links);
    bool new_binding = replace(&texts.binding, parameters->binding, has_binding);
    bool new_sms = replace(&texts.sms, parameters->sms, parameters->sms.data != NULL);
    bool new_path = replace(&texts.alternate_path, links->alternate_path, links->count > 0);
    if (new_links) {
        texts.objects = links->links;
        texts.object_count = links->count;
    }
    if ((new_binding || new_sms || new_path || new_links) &&
        !loom_registry_set_texts(&entry->registered, &texts)) {
        return false;
    }
    *changes = new_sms ? LOOM_DM_CHANGED_SMS : 0u;
    if (new_binding || (has_queue_mode && client->queue_mode != parameters->queue_mode)) {
        client->queue_mode = parameters->queue_mode;
        *changes |= LOOM_DM_CHANGED_BINDING;
    }
    if (parameters->has_lifetime && client->lifetime != parameters->lifetime) {
        client->lifetime = parameters->lifetime;
        *changes |= LOOM_DM_CHANGED_LIFETIME;
    }
    *changes |= new_links ? LOOM_DM_CHANGED_OBJECTS : 0u;
    return true;
}

void loom_dm_entry_free(struct loom_dm_entry *entry)
{
    while (entry->pending != NULL) {
        struct loom_dm_pending *pending = entry->pending;
        entry->pending = pending->next;
        loom_dm_pending_free(pending);
    }
    while (!loom_list_is_empty(&entry->observations)) {
        struct loom_dm_pending *observation =
            LOOM_LIST_ENTRY(entry->observations.next, struct loom_dm_pending, place);
        loom_list_remove(&observation->place);
        loom_dm_pending_free(observation);
    }
    if (entry->leaving != NULL) {
        entry->leaving->entry = NULL; /* it has ended in another way */
    }
    loom_list_remove(&entry->ready);
    loom_list_remove(&entry->changed);
    loom_registry_clear(&entry->registered);
    free(entry);
}
