/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap/bootstrap_plan.h"

#include "common/memory.h"
#include "loom/ids.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the client has --------------------------------------------------------------------- */

static bool add_instance(struct loom_bs_inventory *inventory, struct loom_bs_instance added)
{
    struct loom_bs_instance *grown =
        loom_memory_grow(inventory->instances, inventory->count, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    inventory->instances = grown;
    inventory->instances[inventory->count++] = added;
    return true;
}

/* `</0/1/>` and `<0/1>` are met as well as `</0/1>` (rules A-66, C-15). */
static bool read_target(struct loom_text target, struct loom_path *path)
{
    char slashed[32] = "/";
    if (target.length > 0 && target.data[0] == '/') {
        return loom_text_to_path(target, path);
    }
    if (target.length == 0 || target.length >= sizeof slashed) {
        return false;
    }
    memcpy(slashed + 1, target.data, target.length);
    struct loom_text text = {slashed, target.length + 1};
    return loom_text_to_path(text, path);
}

/* 0 and 65535 stand for no server (rules ). */
static bool read_short_server_id(struct loom_text text, uint16_t *id)
{
    uint64_t number;
    if (!loom_text_to_unsigned(text, &number) || number > UINT16_MAX) {
        return false;
    }
    *id = number > LOOM_SHORT_SERVER_ID_MAX ? 0 : (uint16_t)number;
    return true;
}

static enum loom_status read_link(struct loom_bs_inventory *inventory, const struct loom_link *link)
{
    struct loom_text text;
    struct loom_path path;
    struct loom_bs_instance one = {0, 0, false, 0};
    if (loom_link_parameter(link, "lwm2m", &text)) {
        inventory->lwm2m = text;
    }
    if (link->target.data == NULL || !read_target(link->target, &path) || path.depth != 2) {
        return LOOM_OK; /* the root, an object without instances, or nothing of LwM2M */
    }
    one.object = path.id[LOOM_OBJECT_ID];
    one.instance = path.id[LOOM_INSTANCE_ID];
    one.has_short_server_id = loom_link_parameter(link, "ssid", &text);
    if (one.has_short_server_id && !read_short_server_id(text, &one.short_server_id)) {
        return LOOM_BAD_REQUEST;
    }
    return add_instance(inventory, one) ? LOOM_OK : LOOM_UNAVAILABLE;
}

/* The only Security instance without a Short Server ID that a server can have; LOOM_ID_NONE: there
 * is none, or several. @param all whether those count that have `ssid` all the same */
static uint16_t only_unserved(const struct loom_bs_inventory *inventory, bool all)
{
    uint16_t found = LOOM_ID_NONE;
    for (size_t i = 0; i < inventory->count; i++) {
        const struct loom_bs_instance *one = &inventory->instances[i];
        if (one->object != LOOM_ID_SECURITY || one->short_server_id != 0 ||
            (one->has_short_server_id && !all)) {
            continue;
        }
        if (found != LOOM_ID_NONE) {
            return LOOM_ID_NONE;
        }
        found = one->instance;
    }
    return found;
}

/* The Bootstrap-Server Account is the Security instance without `ssid` (rule A-62). Clients are met
 * that give it one which no server can have. */
static void find_bootstrap_account(struct loom_bs_inventory *inventory)
{
    uint16_t found = only_unserved(inventory, false);
    inventory->bootstrap_instance = found != LOOM_ID_NONE ? found : only_unserved(inventory, true);
}

enum loom_status loom_bs_inventory_read(struct loom_bs_inventory *inventory, struct loom_text links)
{
    struct loom_link link;
    memset(inventory, 0, sizeof *inventory);
    for (;;) {
        enum loom_status status = loom_link_next(&links, &link);
        if (status == LOOM_END) {
            break;
        }
        if (status == LOOM_OK) {
            status = read_link(inventory, &link);
        }
        if (status != LOOM_OK) {
            loom_bs_inventory_free(inventory);
            return status;
        }
    }
    find_bootstrap_account(inventory);
    return LOOM_OK;
}

enum loom_status loom_bs_inventory_assume(struct loom_bs_inventory *inventory,
                                          uint16_t bootstrap_instance)
{
    memset(inventory, 0, sizeof *inventory);
    inventory->bootstrap_instance = bootstrap_instance;
    struct loom_bs_instance account = {LOOM_ID_SECURITY, bootstrap_instance, false, 0};
    return add_instance(inventory, account) ? LOOM_OK : LOOM_UNAVAILABLE;
}

void loom_bs_inventory_free(struct loom_bs_inventory *inventory)
{
    free(inventory->instances);
    inventory->instances = NULL;
    inventory->count = 0;
}

/* What no Delete touches (rule A-50), and what may be it. */
static bool is_protected(const struct loom_bs_instance *one)
{
    return (one->object == LOOM_ID_SECURITY && one->short_server_id == 0) ||
           (one->object == LOOM_ID_DEVICE && one->instance == 0);
}

static bool covers(const struct loom_path *path, const struct loom_bs_instance *one)
{
    return (path->depth < 1 || path->id[LOOM_OBJECT_ID] == one->object) &&
           (path->depth < 2 || path->id[LOOM_INSTANCE_ID] == one->instance);
}

static void apply_delete(struct loom_bs_inventory *inventory, const struct loom_path *path)
{
    size_t kept = 0;
    for (size_t i = 0; i < inventory->count; i++) {
        struct loom_bs_instance one = inventory->instances[i];
        if (is_protected(&one) || !covers(path, &one)) {
            inventory->instances[kept++] = one;
        }
    }
    inventory->count = kept;
}

/* Looks at each instance once, however many a hostile client names.
 * @return LOOM_ID_NONE: every id is taken */
static uint16_t lowest_free(const struct loom_bs_inventory *inventory, uint16_t object)
{
    uint8_t taken[(LOOM_ID_NONE + 7) / 8] = {0};
    uint16_t id = 0;
    for (size_t i = 0; i < inventory->count; i++) {
        const struct loom_bs_instance *one = &inventory->instances[i];
        if (one->object == object && one->instance != LOOM_ID_NONE) {
            taken[one->instance / 8] |= (uint8_t)(1u << one->instance % 8);
        }
    }
    while (id < LOOM_ID_NONE && ((unsigned)taken[id / 8] >> id % 8 & 1u) != 0) {
        id++;
    }
    return id;
}

/* The instance of a Server Account; a free one if the client has none for this server. */
static bool place(struct loom_bs_inventory *inventory, uint16_t object, uint16_t short_server_id,
                  uint16_t *instance)
{
    for (size_t i = 0; i < inventory->count; i++) {
        const struct loom_bs_instance *one = &inventory->instances[i];
        if (one->object == object && one->short_server_id == short_server_id) {
            *instance = one->instance;
            return true;
        }
    }
    *instance = lowest_free(inventory, object);
    struct loom_bs_instance placed = {object, *instance, true, short_server_id};
    return *instance != LOOM_ID_NONE && add_instance(inventory, placed);
}

/* ---- the plan -------------------------------------------------------------------------------- */

static bool add_command(struct loom_bs_plan *plan, enum loom_bs_operation operation,
                        const struct loom_path *path, const struct loom_fleet_write *write)
{
    struct loom_bs_command *grown = loom_memory_grow(plan->commands, plan->count, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    struct loom_bs_command command = {operation, *path, write};
    plan->commands = grown;
    plan->commands[plan->count++] = command;
    return true;
}

static enum loom_status add_write(struct loom_bs_plan *plan, const struct loom_fleet_write *write,
                                  struct loom_bs_inventory *inventory)
{
    struct loom_path path = write->path;
    switch (write->target) {
    case LOOM_FLEET_FIXED:
        break;
    case LOOM_FLEET_SERVER_ACCOUNT:
        if (!place(inventory, path.id[LOOM_OBJECT_ID], write->short_server_id,
                   &path.id[LOOM_INSTANCE_ID])) {
            return LOOM_UNAVAILABLE;
        }
        break;
    case LOOM_FLEET_BOOTSTRAP_ACCOUNT:
        if (inventory->bootstrap_instance == LOOM_ID_NONE) {
            return LOOM_CONFLICT;
        }
        path.id[LOOM_INSTANCE_ID] = inventory->bootstrap_instance;
        break;
    }
    return add_command(plan, LOOM_BS_WRITE, &path, write) ? LOOM_OK : LOOM_UNAVAILABLE;
}

static enum loom_status fill(struct loom_bs_plan *plan, const struct loom_fleet_account *account,
                             bool repair, struct loom_bs_inventory *inventory)
{
    static const struct loom_path root = {{0, 0, 0, 0}, 0};
    const struct loom_path *deletes = repair ? account->repairs : account->deletes;
    size_t delete_count = repair ? account->repair_count : account->delete_count;
    for (size_t i = 0; i < delete_count; i++) {
        apply_delete(inventory, &deletes[i]);
        if (!add_command(plan, LOOM_BS_DELETE, &deletes[i], NULL)) {
            return LOOM_UNAVAILABLE;
        }
    }
    for (size_t i = 0; i < account->write_count; i++) {
        enum loom_status status = add_write(plan, &account->writes[i], inventory);
        if (status != LOOM_OK) {
            return status;
        }
    }
    return add_command(plan, LOOM_BS_FINISH, &root, NULL) ? LOOM_OK : LOOM_UNAVAILABLE;
}

enum loom_status loom_bs_plan_make(struct loom_bs_plan *plan,
                                   const struct loom_fleet_account *account, bool repair,
                                   struct loom_bs_inventory *inventory)
{
    plan->commands = NULL;
    plan->count = 0;
    enum loom_status status = fill(plan, account, repair, inventory);
    if (status != LOOM_OK) {
        loom_bs_plan_free(plan);
    }
    return status;
}

void loom_bs_plan_free(struct loom_bs_plan *plan)
{
    free(plan->commands);
    plan->commands = NULL;
    plan->count = 0;
}

/* The names are whole paths (rule A-24). */
void loom_bs_write_put(const struct loom_fleet_write *write, const struct loom_path *path,
                       struct loom_output *out)
{
    for (size_t i = 0; i < write->setting_count; i++) {
        const struct loom_fleet_setting *setting = &write->settings[i];
        struct loom_path name = loom_path_resource(path->id[LOOM_OBJECT_ID],
                                                   path->id[LOOM_INSTANCE_ID], setting->resource);
        if (setting->resource_instance != LOOM_ID_NONE) {
            name.id[LOOM_RESOURCE_INSTANCE_ID] = setting->resource_instance;
            name.depth = 4;
        }
        loom_senml_cbor_put(out, &name, &setting->value);
    }
}

static void encode_tlv(const struct loom_fleet_write *write, struct loom_output *out)
{
    size_t at = 0;
    while (at < write->setting_count) {
        const struct loom_fleet_setting *setting = &write->settings[at];
        if (setting->resource_instance == LOOM_ID_NONE) {
            loom_tlv_put_value(out, LOOM_TLV_RESOURCE, setting->resource, &setting->value);
            at++;
            continue;
        }
        uint16_t resource = setting->resource;
        size_t begin = loom_tlv_begin(out);
        for (; at < write->setting_count && write->settings[at].resource == resource; at++) {
            loom_tlv_put_value(out, LOOM_TLV_RESOURCE_INSTANCE,
                               write->settings[at].resource_instance, &write->settings[at].value);
        }
        loom_tlv_end(out, begin, LOOM_TLV_MULTIPLE, resource);
    }
}

void loom_bs_write_encode(const struct loom_fleet_write *write, const struct loom_path *path,
                          uint16_t format, struct loom_output *out)
{
    if (format == LOOM_FORMAT_SENML_CBOR) {
        loom_senml_cbor_begin(out, write->setting_count);
        loom_bs_write_put(write, path, out);
    } else {
        encode_tlv(write, out);
    }
}
