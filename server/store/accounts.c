/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts in memory. All lookups stand here, so that an index can come behind them. */
#include "store/accounts_build.h"

#include <stdlib.h>
#include <string.h>

void loom_store_wipe(void *memory, size_t length)
{
    volatile unsigned char *at = memory;
    while (length-- > 0) {
        *at++ = 0;
    }
}

struct loom_store_accounts *loom_store_accounts_new(void)
{
    return calloc(1, sizeof(struct loom_store_accounts));
}

struct loom_store_accounts *loom_store_accounts_any(void)
{
    struct loom_store_accounts *accounts = loom_store_accounts_new();
    if (accounts != NULL) {
        accounts->any = true;
    }
    return accounts;
}

static void free_account(struct loom_store_account *account)
{
    for (size_t i = 0; i < account->write_count; i++) {
        free(account->writes[i].settings);
    }
    free(account->writes);
    free(account->deletes);
    free(account->repairs);
}

void loom_store_accounts_free(struct loom_store_accounts *accounts)
{
    if (accounts == NULL) {
        return;
    }
    for (size_t i = 0; i < accounts->count; i++) {
        free_account(&accounts->list[i]);
    }
    free(accounts->list);
    free(accounts->profiles);
    while (accounts->blocks != NULL) {
        struct loom_store_block *block = accounts->blocks;
        accounts->blocks = block->next;
        loom_store_wipe(block->data, block->length);
        free(block);
    }
    free(accounts);
}

const void *loom_store_accounts_keep(struct loom_store_accounts *accounts, const void *data,
                                     size_t length)
{
    struct loom_store_block *block = malloc(sizeof *block + length + 1);
    if (block == NULL) {
        return NULL;
    }
    block->next = accounts->blocks;
    block->length = length;
    if (length > 0) {
        memcpy(block->data, data, length);
    }
    block->data[length] = 0;
    accounts->blocks = block;
    return block->data;
}

void *loom_store_grow(void *array, size_t count, size_t entry_size)
{
    /* Doubled at each power of two, so the room need not be stored. */
    if (count > 0 && (count & (count - 1)) != 0) {
        return array;
    }
    size_t room = count == 0 ? 1 : 2 * count;
    return room > SIZE_MAX / entry_size ? NULL : realloc(array, room * entry_size);
}

struct loom_store_account *loom_store_accounts_add(struct loom_store_accounts *accounts)
{
    struct loom_store_account *list =
        loom_store_grow(accounts->list, accounts->count, sizeof *accounts->list);
    if (list == NULL) {
        return NULL;
    }
    accounts->list = list;
    struct loom_store_account *account = &list[accounts->count++];
    memset(account, 0, sizeof *account);
    account->mode = LOOM_SECURITY_PSK;
    account->discover = true;
    account->pack = true;
    account->bootstrap_instance = LOOM_ID_NONE;
    return account;
}

struct loom_store_write *loom_store_account_add_write(struct loom_store_account *account)
{
    struct loom_store_write *writes =
        loom_store_grow(account->writes, account->write_count, sizeof *account->writes);
    if (writes == NULL) {
        return NULL;
    }
    account->writes = writes;
    struct loom_store_write *write = &writes[account->write_count++];
    memset(write, 0, sizeof *write);
    return write;
}

static uint32_t setting_order(const struct loom_store_setting *setting)
{
    return (uint32_t)setting->resource << 16 | setting->resource_instance;
}

enum loom_status loom_store_write_add(struct loom_store_write *write,
                                      const struct loom_store_setting *setting)
{
    size_t at = write->setting_count;
    while (at > 0 && setting_order(&write->settings[at - 1]) >= setting_order(setting)) {
        at--;
    }
    if (at < write->setting_count &&
        setting_order(&write->settings[at]) == setting_order(setting)) {
        return LOOM_CONFLICT;
    }
    struct loom_store_setting *settings =
        loom_store_grow(write->settings, write->setting_count, sizeof *settings);
    if (settings == NULL) {
        return LOOM_UNAVAILABLE;
    }
    write->settings = settings;
    memmove(&settings[at + 1], &settings[at], (write->setting_count - at) * sizeof *settings);
    settings[at] = *setting;
    write->setting_count++;
    return LOOM_OK;
}

size_t loom_store_accounts_count(const struct loom_store_accounts *accounts)
{
    return accounts->count;
}

const struct loom_store_account *loom_store_accounts_get(const struct loom_store_accounts *accounts,
                                                         size_t index)
{
    return index < accounts->count ? &accounts->list[index] : NULL;
}

bool loom_store_accounts_allow_any(const struct loom_store_accounts *accounts)
{
    return accounts->any;
}

const struct loom_store_account *
loom_store_accounts_by_endpoint(const struct loom_store_accounts *accounts,
                                struct loom_text endpoint)
{
    for (size_t i = 0; i < accounts->count; i++) {
        if (loom_store_same(accounts->list[i].endpoint, endpoint.data, endpoint.length)) {
            return &accounts->list[i];
        }
    }
    return NULL;
}

const struct loom_store_account *
loom_store_accounts_by_identity(const struct loom_store_accounts *accounts,
                                struct loom_bytes identity)
{
    for (size_t i = 0; i < accounts->count; i++) {
        const struct loom_store_account *account = &accounts->list[i];
        struct loom_text own = {(const char *)account->identity.data, account->identity.length};
        if (account->mode == LOOM_SECURITY_PSK &&
            loom_store_same(own, identity.data, identity.length)) {
            return account;
        }
    }
    return NULL;
}

const struct loom_store_profile *
loom_store_accounts_profile(const struct loom_store_accounts *accounts, struct loom_text id)
{
    for (size_t i = 0; i < accounts->profile_count; i++) {
        if (loom_store_same(accounts->profiles[i].id, id.data, id.length)) {
            return &accounts->profiles[i];
        }
    }
    return NULL;
}

enum loom_store_admission loom_store_accounts_admit(const struct loom_store_accounts *accounts,
                                                    const struct loom_peer *peer,
                                                    struct loom_text endpoint,
                                                    const struct loom_store_account **account)
{
    const struct loom_store_account *known =
        peer->secure ? loom_store_accounts_by_identity(accounts, peer->identity) : NULL;
    *account = known;
    if (endpoint.data == NULL) {
        return known != NULL ? LOOM_STORE_ADMITTED : LOOM_STORE_ADMISSION_UNKNOWN;
    }
    const struct loom_store_account *named = loom_store_accounts_by_endpoint(accounts, endpoint);
    *account = named;
    if (named == NULL) {
        /* An identity is that of one listed endpoint and vouches for no other name. */
        bool any = accounts->any && !peer->secure;
        return any ? LOOM_STORE_ADMITTED : LOOM_STORE_ADMISSION_UNKNOWN;
    }
    bool same = peer->secure ? named == known : named->mode == LOOM_SECURITY_NOSEC;
    return same ? LOOM_STORE_ADMITTED : LOOM_STORE_ADMISSION_WRONG_IDENTITY;
}
