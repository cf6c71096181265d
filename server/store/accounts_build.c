/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts in memory, and the store that they are. */
#include "store/accounts_build.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdlib.h>
#include <string.h>

struct loom_fleet_accounts *loom_fleet_accounts_new(void)
{
    struct loom_fleet_accounts *accounts = calloc(1, sizeof *accounts);
    if (accounts != NULL) {
        /* The keys come from the operator's file; peers can only look for them. */
        loom_index_begin(&accounts->by_endpoint, 0);
        loom_index_begin(&accounts->by_identity, 0);
        loom_index_begin(&accounts->by_profile_id, 0);
    }
    return accounts;
}

struct loom_fleet_accounts *loom_fleet_accounts_any(void)
{
    struct loom_fleet_accounts *accounts = loom_fleet_accounts_new();
    if (accounts != NULL) {
        accounts->any = true;
    }
    return accounts;
}

size_t loom_fleet_accounts_profile_count(const struct loom_fleet_accounts *accounts)
{
    return accounts->profile_count;
}

void loom_fleet_accounts_free(struct loom_fleet_accounts *accounts)
{
    if (accounts == NULL) {
        return;
    }
    for (size_t i = 0; i < accounts->count; i++) {
        loom_fleet_account_release(&accounts->list[i]->account);
    }
    for (size_t i = 0; i < accounts->profile_count; i++) {
        free(accounts->profiles[i]);
    }
    free(accounts->list);
    free(accounts->profiles);
    loom_fleet_free_blocks(accounts->blocks);
    loom_index_end(&accounts->by_endpoint);
    loom_index_end(&accounts->by_identity);
    loom_index_end(&accounts->by_profile_id);
    free(accounts);
}

/* ---- finding --------------------------------------------------------------------------------- */

static struct loom_fleet_record *find_endpoint(const struct loom_fleet_accounts *accounts,
                                               uint64_t hash, struct loom_text endpoint)
{
    struct loom_index_link *link = loom_index_first(&accounts->by_endpoint, hash);
    while (link != NULL) {
        struct loom_fleet_record *record =
            LOOM_INDEX_ENTRY(link, struct loom_fleet_record, by_endpoint);
        if (loom_text_same(record->account.endpoint, endpoint)) {
            return record;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

static struct loom_fleet_record *find_identity(const struct loom_fleet_accounts *accounts,
                                               uint64_t hash, struct loom_bytes identity)
{
    struct loom_index_link *link = loom_index_first(&accounts->by_identity, hash);
    while (link != NULL) {
        struct loom_fleet_record *record =
            LOOM_INDEX_ENTRY(link, struct loom_fleet_record, by_identity);
        if (loom_bytes_same(record->account.identity, identity)) {
            return record;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

struct loom_fleet_profile *loom_fleet_accounts_profile(const struct loom_fleet_accounts *accounts,
                                                       struct loom_text id)
{
    uint64_t hash = loom_index_hash(&accounts->by_profile_id, id.data, id.length);
    struct loom_index_link *link = loom_index_first(&accounts->by_profile_id, hash);
    while (link != NULL) {
        struct loom_fleet_profile *profile =
            LOOM_INDEX_ENTRY(link, struct loom_fleet_profile, by_id);
        if (loom_text_same(profile->id, id)) {
            return profile;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

struct loom_fleet_record *loom_fleet_accounts_add(struct loom_fleet_accounts *accounts)
{
    struct loom_fleet_record **list =
        loom_memory_grow(accounts->list, accounts->count, sizeof *accounts->list);
    if (list == NULL) {
        return NULL;
    }
    accounts->list = list;
    struct loom_fleet_record *record = calloc(1, sizeof *record);
    if (record == NULL) {
        return NULL;
    }
    record->references = 1;
    record->account.mode = LOOM_SECURITY_PSK;
    record->account.discover = true;
    record->account.pack = true;
    record->account.bootstrap_instance = LOOM_ID_NONE;
    list[accounts->count++] = record;
    return record;
}

bool loom_fleet_accounts_name(struct loom_fleet_accounts *accounts,
                              struct loom_fleet_record *record, struct loom_text endpoint)
{
    uint64_t hash = loom_index_hash(&accounts->by_endpoint, endpoint.data, endpoint.length);
    record->account.endpoint = endpoint;
    if (find_endpoint(accounts, hash, endpoint) != NULL) {
        return false;
    }
    loom_index_add(&accounts->by_endpoint, &record->by_endpoint, hash);
    return true;
}

bool loom_fleet_accounts_identify(struct loom_fleet_accounts *accounts,
                                  struct loom_fleet_record *record, struct loom_bytes identity)
{
    uint64_t hash = loom_index_hash(&accounts->by_identity, identity.data, identity.length);
    record->account.identity = identity;
    if (find_identity(accounts, hash, identity) != NULL) {
        return false;
    }
    loom_index_add(&accounts->by_identity, &record->by_identity, hash);
    return true;
}

struct loom_fleet_profile *loom_fleet_accounts_add_profile(struct loom_fleet_accounts *accounts,
                                                           struct loom_text id)
{
    struct loom_fleet_profile **profiles =
        loom_memory_grow(accounts->profiles, accounts->profile_count, sizeof *profiles);
    if (profiles == NULL) {
        return NULL;
    }
    accounts->profiles = profiles;
    struct loom_fleet_profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL) {
        return NULL;
    }
    profile->id = id;
    profiles[accounts->profile_count++] = profile;
    loom_index_add(&accounts->by_profile_id, &profile->by_id,
                   loom_index_hash(&accounts->by_profile_id, id.data, id.length));
    return profile;
}

/* ---- the store ------------------------------------------------------------------------------- */

static const struct loom_fleet_account *held(const struct loom_fleet_record *record)
{
    return record == NULL ? NULL : loom_fleet_account_hold(&record->account);
}

static const struct loom_fleet_account *by_endpoint(void *self, struct loom_text endpoint)
{
    const struct loom_fleet_accounts *accounts = self;
    return held(find_endpoint(
        accounts, loom_index_hash(&accounts->by_endpoint, endpoint.data, endpoint.length),
        endpoint));
}

static const struct loom_fleet_account *by_identity(void *self, struct loom_bytes identity)
{
    const struct loom_fleet_accounts *accounts = self;
    return held(find_identity(
        accounts, loom_index_hash(&accounts->by_identity, identity.data, identity.length),
        identity));
}

static void each(void *self, loom_fleet_visitor *visit, void *user)
{
    const struct loom_fleet_accounts *accounts = self;
    for (size_t i = 0; i < accounts->count; i++) {
        visit(user, &accounts->list[i]->account);
    }
}

static bool allows_any(void *self)
{
    return ((const struct loom_fleet_accounts *)self)->any;
}

static bool profile(void *self, struct loom_text id, struct loom_text *objects)
{
    const struct loom_fleet_profile *found = loom_fleet_accounts_profile(self, id);
    if (found != NULL) {
        *objects = found->objects;
    }
    return found != NULL;
}

struct loom_fleet_store loom_fleet_accounts_store(struct loom_fleet_accounts *accounts)
{
    struct loom_fleet_store store = {.self = accounts,
                                     .by_endpoint = by_endpoint,
                                     .by_identity = by_identity,
                                     .each = each,
                                     .allows_any = allows_any,
                                     .profile = profile};
    return store;
}
