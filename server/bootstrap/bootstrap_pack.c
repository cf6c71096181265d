/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap/bootstrap_pack.h"

#include "bootstrap/bootstrap_plan.h"
#include "common/memory.h"

static bool carries(const struct loom_fleet_account *account, uint16_t object)
{
    for (size_t i = 0; i < account->write_count; i++) {
        if (account->writes[i].path.id[LOOM_OBJECT_ID] == object) {
            return true;
        }
    }
    return false;
}

bool loom_bs_pack_can(const struct loom_fleet_account *account)
{
    bool has_server = false;
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        if (write->path.depth != 2) {
            return false;
        }
        has_server = has_server || write->target == LOOM_FLEET_SERVER_ACCOUNT;
    }
    for (size_t i = 0; i < account->delete_count; i++) {
        const struct loom_path *path = &account->deletes[i];
        if (path->depth == 0 || !carries(account, path->id[LOOM_OBJECT_ID])) {
            return false;
        }
    }
    return account->pack && has_server;
}

/* What of the client is taken: its Bootstrap-Server Account, and nothing else. */
static enum loom_status read_own(const struct loom_fleet_account *account, struct loom_text own,
                                 struct loom_bs_inventory *inventory)
{
    if (own.data != NULL) {
        return loom_bs_inventory_read(inventory, own);
    }
    uint16_t instance =
        account->bootstrap_instance == LOOM_ID_NONE ? 0 : account->bootstrap_instance;
    return loom_bs_inventory_assume(inventory, instance);
}

static bool hits_own(const struct loom_fleet_account *account,
                     const struct loom_bs_inventory *inventory)
{
    for (size_t i = 0; i < account->write_count; i++) {
        const struct loom_fleet_write *write = &account->writes[i];
        for (size_t j = 0; write->target == LOOM_FLEET_FIXED && j < inventory->count; j++) {
            if (inventory->instances[j].object == write->path.id[LOOM_OBJECT_ID] &&
                inventory->instances[j].instance == write->path.id[LOOM_INSTANCE_ID]) {
                return true;
            }
        }
    }
    return false;
}

static void encode(const struct loom_bs_plan *plan, struct loom_output *out)
{
    size_t records = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct loom_fleet_write *write = plan->commands[i].write;
        records += write == NULL ? 0 : write->setting_count;
    }
    loom_senml_cbor_begin(out, records);
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->commands[i].write != NULL) {
            loom_bs_write_put(plan->commands[i].write, &plan->commands[i].path, out);
        }
    }
}

enum loom_status loom_bs_pack_encode(const struct loom_fleet_account *account, struct loom_text own,
                                     struct loom_output *out)
{
    struct loom_bs_inventory inventory;
    struct loom_bs_plan plan;
    enum loom_status status = read_own(account, own, &inventory);
    if (status != LOOM_OK) {
        return status;
    }
    status = hits_own(account, &inventory) ? LOOM_METHOD_NOT_ALLOWED
                                           : loom_bs_plan_make(&plan, account, false, &inventory);
    loom_bs_inventory_free(&inventory);
    if (status != LOOM_OK) {
        return status;
    }
    encode(&plan, out);
    loom_bs_plan_free(&plan);
    if (out->overflow) {
        loom_memory_wipe(out->data, out->room);
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return LOOM_OK;
}
