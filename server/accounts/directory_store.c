/* SPDX-License-Identifier: Apache-2.0 */
/* The directory as a driver of the store, and devices that nobody has told it of. */
#include "accounts/directory_entry.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

static const struct loom_fleet_account *account_of(const struct loom_directory *directory,
                                                   const struct loom_entry *entry)
{
    return entry == NULL ? NULL : loom_entry_account(directory, entry);
}

static const struct loom_fleet_account *by_endpoint(void *self, struct loom_text endpoint)
{
    const struct loom_directory *directory = self;
    return account_of(directory, loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT, endpoint));
}

static const struct loom_entry *find_identity(const struct loom_directory *directory,
                                              struct loom_bytes identity)
{
    uint64_t hash = loom_claim_hash(directory, "identity", 0, identity);
    struct loom_index_link *link = loom_index_first(&directory->claims, hash);
    while (link != NULL) {
        const struct loom_claim *claim = LOOM_INDEX_ENTRY(link, struct loom_claim, link);
        if (claim->own_identity) {
            return claim->owner;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

/* ---- adoption -------------------------------------------------------------------------------- */

static struct loom_text prefix_of(const struct loom_entry *group)
{
    json_t *adopt = json_object_get(group->document, "adopt");
    json_t *prefix = json_object_get(adopt, "identityPrefix");
    struct loom_text text = {json_string_value(prefix), json_string_length(prefix)};
    return text;
}

/* The one with the longest prefix; what is behind it is the endpoint. */
struct loom_entry *loom_adopting_group(const struct loom_directory *directory,
                                       struct loom_bytes identity, struct loom_text *endpoint)
{
    const struct loom_entries *groups = &directory->entries[LOOM_DIRECTORY_GROUP];
    struct loom_entry *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < groups->count; i++) {
        struct loom_text prefix = prefix_of(groups->items[i]);
        if (prefix.data != NULL && prefix.length > longest && prefix.length < identity.length &&
            memcmp(prefix.data, identity.data, prefix.length) == 0) {
            best = groups->items[i];
            longest = prefix.length;
        }
    }
    if (best != NULL) {
        endpoint->data = (const char *)identity.data + longest;
        endpoint->length = identity.length - longest;
    }
    return best;
}

json_t *loom_adopted_document(const struct loom_entry *group)
{
    return json_pack("{s:s#,s:b}", "group", group->name, group->name_length, "adopted", 1);
}

/* What a handshake needs of a device that is not adopted yet. */
static const struct loom_fleet_account *stranger(const struct loom_directory *directory,
                                                 struct loom_bytes identity)
{
    struct loom_text endpoint = {NULL, 0};
    const struct loom_fleet_account *account = NULL;
    const struct loom_entry *group = loom_adopting_group(directory, identity, &endpoint);
    if (group == NULL || endpoint.length > LOOM_DIRECTORY_NAME_MAX ||
        loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT, endpoint) != NULL) {
        return NULL; /* an account has an identity of its own */
    }
    struct loom_making making = {.directory = directory,
                                 .name = endpoint,
                                 .own = loom_adopted_document(group),
                                 .group = group->document,
                                 .group_keys = group->keys,
                                 .profile = group->parent == NULL ? NULL : group->parent->document};
    if (making.own != NULL && loom_making_make(&making, loom_document_ignore, NULL)) {
        account = loom_fleet_account_hold(making.account);
    }
    loom_making_end_of(&making);
    return account;
}

static const struct loom_fleet_account *by_identity(void *self, struct loom_bytes identity)
{
    const struct loom_directory *directory = self;
    const struct loom_entry *entry = find_identity(directory, identity);
    if (entry == NULL) {
        return stranger(directory, identity);
    }
    const struct loom_fleet_account *account = loom_entry_account(directory, entry);
    if (account != NULL && (account->closed || !loom_bytes_same(account->identity, identity))) {
        loom_fleet_account_release(account); /* another one may have the same hash */
        account = NULL;
    }
    return account;
}

/* A device that has shown that it has the key of a group has an account from now on. */
static enum loom_status adopt(void *self, struct loom_bytes identity, struct loom_text name,
                              uint64_t *number)
{
    struct loom_directory *directory = self;
    struct loom_text endpoint = {NULL, 0};
    const struct loom_entry *group = loom_adopting_group(directory, identity, &endpoint);
    if (group == NULL || endpoint.length > LOOM_DIRECTORY_NAME_MAX ||
        (name.data != NULL && !loom_text_same(name, endpoint)) ||
        loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT, endpoint) != NULL) {
        return LOOM_NOT_FOUND;
    }
    *number = loom_change_adopt(directory, identity, endpoint);
    return *number == 0 ? LOOM_UNAVAILABLE : LOOM_OK;
}

/* ---- the rest of the driver ------------------------------------------------------------------ */

static void each(void *self, loom_fleet_visitor *visit, void *user)
{
    const struct loom_directory *directory = self;
    const struct loom_entries *entries = &directory->entries[LOOM_DIRECTORY_ACCOUNT];
    for (size_t i = 0; i < entries->count; i++) {
        const struct loom_fleet_account *account = loom_entry_account(directory, entries->items[i]);
        if (account != NULL) {
            visit(user, account);
        }
        loom_fleet_account_release(account);
    }
}

/* One group is enough that takes in whom no account names. */
static bool allows_any(void *self)
{
    const struct loom_directory *directory = self;
    const struct loom_entries *groups = &directory->entries[LOOM_DIRECTORY_GROUP];
    size_t i = 0;
    while (i < groups->count && !json_is_true(json_object_get(groups->items[i]->document, "any"))) {
        i++;
    }
    return i < groups->count;
}

static bool profile(void *self, struct loom_text id, struct loom_text *objects)
{
    const struct loom_directory *directory = self;
    const struct loom_entry *entry = loom_entry_find(directory, LOOM_DIRECTORY_PROFILE, id);
    const json_t *list = entry == NULL ? NULL : json_object_get(entry->document, "objects");
    *objects = (struct loom_text){json_string_value(list), json_string_length(list)};
    return objects->data != NULL;
}

struct loom_fleet_store loom_directory_store(struct loom_directory *directory)
{
    struct loom_fleet_store store = {.self = directory,
                                     .by_endpoint = by_endpoint,
                                     .by_identity = by_identity,
                                     .each = each,
                                     .allows_any = allows_any,
                                     .profile = profile,
                                     .adopt = adopt};
    return store;
}
