/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an account and of what is in it. */
#include "store/account_record.h"

#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

const void *loom_fleet_keep(struct loom_fleet_block **blocks, const void *data, size_t length)
{
    struct loom_fleet_block *block = malloc(sizeof *block + length + 1);
    if (block == NULL) {
        return NULL;
    }
    block->next = *blocks;
    block->length = length;
    if (length > 0) {
        memcpy(block->data, data, length);
    }
    block->data[length] = 0;
    *blocks = block;
    return block->data;
}

void loom_fleet_free_blocks(struct loom_fleet_block *blocks)
{
    while (blocks != NULL) {
        struct loom_fleet_block *block = blocks;
        blocks = block->next;
        loom_memory_wipe(block->data, block->length);
        free(block);
    }
}

/* Accounts are constant for all who see them, but not to the count in their record. */
static struct loom_fleet_record *record_of(const struct loom_fleet_account *account)
{
    return (struct loom_fleet_record *)(uintptr_t)account;
}

const struct loom_fleet_account *loom_fleet_account_hold(const struct loom_fleet_account *account)
{
    record_of(account)->references++;
    return account;
}

void loom_fleet_account_release(const struct loom_fleet_account *account)
{
    if (account == NULL || --record_of(account)->references > 0) {
        return;
    }
    for (size_t i = 0; i < account->write_count; i++) {
        free(account->writes[i].settings);
    }
    free(account->writes);
    free(account->deletes);
    free(account->repairs);
    loom_fleet_free_blocks(record_of(account)->blocks);
    free(record_of(account));
}

struct loom_fleet_write *loom_fleet_account_add_write(struct loom_fleet_account *account)
{
    struct loom_fleet_write *writes =
        loom_memory_grow(account->writes, account->write_count, sizeof *account->writes);
    if (writes == NULL) {
        return NULL;
    }
    account->writes = writes;
    struct loom_fleet_write *write = &writes[account->write_count++];
    memset(write, 0, sizeof *write);
    return write;
}

static uint32_t setting_order(const struct loom_fleet_setting *setting)
{
    return (uint32_t)setting->resource << 16 | setting->resource_instance;
}

enum loom_status loom_fleet_write_add(struct loom_fleet_write *write,
                                      const struct loom_fleet_setting *setting)
{
    size_t at = write->setting_count;
    while (at > 0 && setting_order(&write->settings[at - 1]) >= setting_order(setting)) {
        at--;
    }
    if (at < write->setting_count &&
        setting_order(&write->settings[at]) == setting_order(setting)) {
        return LOOM_CONFLICT;
    }
    struct loom_fleet_setting *settings =
        loom_memory_grow(write->settings, write->setting_count, sizeof *settings);
    if (settings == NULL) {
        return LOOM_UNAVAILABLE;
    }
    write->settings = settings;
    memmove(&settings[at + 1], &settings[at], (write->setting_count - at) * sizeof *settings);
    settings[at] = *setting;
    write->setting_count++;
    return LOOM_OK;
}
