/* SPDX-License-Identifier: Apache-2.0 */
/* What no two accounts may share: identities at one server, and keys (rules A-9, H-3). */
#include "accounts/directory_entry.h"

#include "common/memory.h"
#include "loom/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char identity_word[] = "identity";
static const char key_word[] = "key";

uint64_t loom_claim_hash(const struct loom_directory *directory, const char *what,
                         uint16_t short_server_id, struct loom_bytes bytes)
{
    uint8_t text[3 + LOOM_FLEET_IDENTITY_MAX + 128];
    size_t length = bytes.length < sizeof text - 3 ? bytes.length : sizeof text - 3;
    text[0] = (uint8_t)what[0];
    text[1] = (uint8_t)(short_server_id >> 8);
    text[2] = (uint8_t)short_server_id;
    memcpy(text + 3, bytes.data, length);
    uint64_t hash = loom_index_hash(&directory->claims, text, length + 3);
    loom_memory_wipe(text, sizeof text);
    return hash;
}

static void add(const struct loom_directory *directory, struct loom_claims *claims,
                const char *what, uint16_t short_server_id, struct loom_bytes bytes)
{
    struct loom_claim *claim = &claims->items[claims->count++];
    /* A key is nobody else's at any server. */
    uint16_t scope = what == key_word ? 0 : short_server_id;
    memset(claim, 0, sizeof *claim);
    claim->what = what;
    claim->short_server_id = short_server_id;
    claim->own_identity = what == identity_word && short_server_id == 0;
    claim->hash = loom_claim_hash(directory, what, scope, bytes);
}

static const struct loom_value *value_of(const struct loom_fleet_write *write, uint16_t resource)
{
    for (size_t i = 0; i < write->setting_count; i++) {
        if (write->settings[i].resource == resource) {
            return &write->settings[i].value;
        }
    }
    return NULL;
}

static bool is_psk(const struct loom_fleet_write *write)
{
    const struct loom_value *mode = value_of(write, LOOM_ID_SECURITY_SECURITY_MODE);
    return write->target == LOOM_FLEET_SERVER_ACCOUNT &&
           write->path.id[LOOM_OBJECT_ID] == LOOM_ID_SECURITY && mode != NULL &&
           mode->as.integer == LOOM_SECURITY_PSK;
}

static void add_of_write(const struct loom_directory *directory, struct loom_claims *claims,
                         const struct loom_fleet_write *write)
{
    const struct loom_value *identity = value_of(write, LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY);
    const struct loom_value *key = value_of(write, LOOM_ID_SECURITY_SECRET_KEY);
    if (identity != NULL && identity->as.opaque.length > 0) {
        add(directory, claims, identity_word, write->short_server_id, identity->as.opaque);
    }
    if (key != NULL && key->as.opaque.length > 0) {
        add(directory, claims, key_word, write->short_server_id, key->as.opaque);
    }
}

bool loom_claims_of(const struct loom_directory *directory,
                    const struct loom_fleet_account *account, bool adopted,
                    struct loom_claims *claims)
{
    claims->count = 0;
    claims->items = malloc((2 * account->write_count + 2) * sizeof claims->items[0]);
    if (claims->items == NULL) {
        return false;
    }
    if (account->mode == LOOM_SECURITY_PSK) {
        add(directory, claims, identity_word, 0, account->identity);
        if (!adopted) {
            add(directory, claims, key_word, 0, account->key);
        }
    }
    for (size_t i = 0; i < account->write_count; i++) {
        if (is_psk(&account->writes[i])) {
            add_of_write(directory, claims, &account->writes[i]);
        }
    }
    return true;
}

static void tell(const struct loom_claim *claim, const struct loom_entry *other,
                 loom_document_report *report, void *user)
{
    char place[64];
    char detail[LOOM_DIRECTORY_NAME_MAX + 64];
    if (claim->short_server_id == 0) {
        (void)snprintf(place, sizeof place, "/%s", claim->what);
    } else {
        (void)snprintf(place, sizeof place, "/servers/%u/%s", claim->short_server_id, claim->what);
    }
    if (other == NULL) {
        (void)snprintf(detail, sizeof detail, "each account has a key of its own");
    } else {
        (void)snprintf(detail, sizeof detail, "the account %s has this %s", other->name,
                       claim->what);
    }
    report(user, place, detail);
}

static const struct loom_entry *find_other(const struct loom_directory *directory, uint64_t hash,
                                           const struct loom_entry *owner)
{
    struct loom_index_link *link = loom_index_first(&directory->claims, hash);
    while (link != NULL) {
        const struct loom_claim *claim = LOOM_INDEX_ENTRY(link, struct loom_claim, link);
        if (claim->owner != owner) {
            return claim->owner;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

bool loom_claims_are_free(const struct loom_directory *directory, const struct loom_claims *claims,
                          const struct loom_entry *owner, loom_document_report *report, void *user)
{
    bool good = true;
    for (size_t i = 0; i < claims->count; i++) {
        const struct loom_entry *other = find_other(directory, claims->items[i].hash, owner);
        bool twice = false;
        for (size_t k = 0; k < i; k++) {
            twice |= claims->items[k].hash == claims->items[i].hash;
        }
        if (other != NULL || twice) {
            tell(&claims->items[i], other, report, user);
            good = false;
        }
    }
    return good;
}

void loom_claims_drop(struct loom_directory *directory, struct loom_entry *entry)
{
    for (size_t i = 0; i < entry->claim_count; i++) {
        loom_index_remove(&directory->claims, &entry->claims[i].link);
    }
    free(entry->claims);
    entry->claims = NULL;
    entry->claim_count = 0;
}

void loom_claims_take(struct loom_directory *directory, struct loom_entry *entry,
                      struct loom_claims *claims)
{
    loom_claims_drop(directory, entry);
    entry->claims = claims->items;
    entry->claim_count = claims->count;
    claims->items = NULL;
    claims->count = 0;
    for (size_t i = 0; i < entry->claim_count; i++) {
        entry->claims[i].owner = entry;
        loom_index_add(&directory->claims, &entry->claims[i].link, entry->claims[i].hash);
    }
}
