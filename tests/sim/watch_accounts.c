/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: in memory, in the store, and whether they fit together. */
#include "watch.h"

#include "model/node.h"
#include "model/payload.h"

#include <stdlib.h>
#include <string.h>

/* ---- accounts in memory ---------------------------------------------------------------------- */

static unsigned char *region(const struct sim_world *world, uint16_t object, size_t *size)
{
    const struct loom_product_object *entry = loom_model_object(&world->model, object);
    *size = (size_t)entry->room * entry->object->instance_size;
    if (*size > REGION) {
        abort();
    }
    return world->model.data + entry->offset;
}

void watch_take_shadow(struct sim_world *world)
{
    for (uint16_t object = 0; object < OBJECTS_WATCHED; object++) {
        size_t size;
        const unsigned char *bytes = region(world, object, &size);
        memcpy(world->watch->shadow[object], bytes, size);
        world->watch->may_change[object] = false;
    }
}

void watch_check_accounts(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    bool changed = false;
    for (uint16_t object = 0; object < OBJECTS_WATCHED; object++) {
        size_t size;
        const unsigned char *bytes = region(world, object, &size);
        if (memcmp(watch->shadow[object], bytes, size) == 0) {
            watch->may_change[object] = false;
            continue;
        }
        if (!watch->may_change[object]) {
            sim_fail(world, "A-83", "object %u has changed without a committed bootstrap",
                     (unsigned)object);
        }
        memcpy(watch->shadow[object], bytes, size);
        watch->may_change[object] = false;
        changed = true;
    }
    if (!changed && !watch->fresh) {
        return;
    }
    watch->fresh = false;
    if (world->setup.has_bootstrap_account && !watch->expired && !watch->accounts_lost &&
        loom_account_instance(&world->model) == LOOM_ID_NONE) {
        sim_fail(world, "A-50", "the Bootstrap-Server Account is lost");
    }
}

/* ---- accounts that fit together: rules, A-81 -----------------------------------------
 */

static uint64_t number_at(const struct sim_world *world, uint16_t object, uint16_t instance,
                          uint16_t resource)
{
    int64_t number;
    bool truth;
    struct loom_path path = loom_path_resource(object, instance, resource);
    if (loom_get_boolean(&world->model, path, &truth) == LOOM_OK) {
        return truth;
    }
    return loom_get_integer(&world->model, path, &number) == LOOM_OK && number > 0
               ? (uint64_t)number
               : 0;
}

/* How many instances of an object have this Short Server ID. */
static unsigned with_ssid(const struct sim_world *world, uint16_t object, uint64_t ssid)
{
    unsigned count = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, object, &instance); instance++) {
        bool account = object == 0 && number_at(world, 0, instance, 1) != 0;
        count += !account && number_at(world, object, instance, object == 0 ? 10 : 0) == ssid;
    }
    return count;
}

static void check_pairs(struct sim_world *world, uint16_t object)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, object, &instance); instance++) {
        uint64_t ssid = number_at(world, object, instance, object == 0 ? 10 : 0);
        bool account = object == 0 && number_at(world, 0, instance, 1) != 0;
        if (!account && (ssid < 1 || ssid > 65534 || with_ssid(world, 0, ssid) != 1 ||
                         with_ssid(world, 1, ssid) != 1)) {
            sim_fail(world, "A-81", "committed: /%u/%u with Short Server ID %u is no pair",
                     (unsigned)object, (unsigned)instance, (unsigned)ssid);
        }
    }
}

static void check_owners(struct sim_world *world)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 2, &instance); instance++) {
        uint64_t owner = number_at(world, 2, instance, 3);
        if (owner != LOOM_ID_NONE && with_ssid(world, 1, owner) != 1) {
            sim_fail(world, "A-82", "committed: the owner %u of /2/%u is no server",
                     (unsigned)owner, (unsigned)instance);
        }
    }
}

/* Credentials of object 0 depend on the mode. */
static bool is_credential(uint16_t object, uint16_t resource)
{
    return object == 0 && resource >= 3 && resource <= 5;
}

static void check_mandatory(struct sim_world *world, uint16_t object)
{
    const struct loom_object *rows = loom_model_object(&world->model, object)->object;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, object, &instance); instance++) {
        for (unsigned i = 0; i < rows->resource_count; i++) {
            const struct loom_resource *row = &rows->resources[i];
            struct loom_path path = loom_path_resource(object, instance, row->id);
            if ((row->access & LOOM_MANDATORY) != 0 && !is_credential(object, row->id) &&
                loom_model_exists(&world->model, &path) != LOOM_OK) {
                sim_fail(world, "A-81", "committed: the mandatory /%u/%u/%u is missing",
                         (unsigned)object, (unsigned)instance, (unsigned)row->id);
            }
        }
    }
}

void watch_check_consistency(struct sim_world *world)
{
    for (uint16_t object = 0; object < 4; object++) {
        check_mandatory(world, object);
    }
    unsigned accounts = 0;
    unsigned servers = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 0, &instance); instance++) {
        accounts += number_at(world, 0, instance, 1) != 0;
    }
    instance = 0;
    for (; loom_model_next_instance(&world->model, 1, &instance); instance++) {
        servers++;
    }
    if (accounts > 1) {
        sim_fail(world, "A-3", "committed: %u Bootstrap-Server Accounts", accounts);
    }
    if (servers == 0) {
        sim_fail(world, "A-3", "committed: no Server Account");
    }
    check_pairs(world, 0);
    check_pairs(world, 1);
    check_owners(world);
}

/* ---- accounts in the store ------------------------------------------------------------------- */

static size_t canonical(const struct loom_model *model, uint16_t object, uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    struct loom_path path = loom_path_object(object);
    if (loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_ALL, &out) != LOOM_OK ||
        out.overflow) {
        return 0;
    }
    return out.length;
}

void watch_compare_with_store(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    struct loom_client_config config = world->client.context.config;
    watch->compare = false;
    device_factory(world, &watch->model, watch->data);
    config.model = &watch->model;
    config.staging = watch->staging;
    config.registrations = watch->registrations;
    config.locations = watch->locations;
    config.buffer = watch->buffer;
    config.store = &world->record_store;
    config.event = NULL;
    config.smartcard = NULL;
    if (loom_client_start(&watch->reader, &config) != LOOM_OK) {
        sim_fail(world, "A-83", "a committed bootstrap cannot be read from the store");
        return;
    }
    for (uint16_t object = 0; object <= 2; object++) {
        uint8_t live[RECORD];
        uint8_t stored[RECORD];
        size_t length = canonical(&world->model, object, live, sizeof live);
        if (length != canonical(&watch->model, object, stored, sizeof stored) ||
            memcmp(live, stored, length) != 0) {
            sim_fail(world, "A-83", "object %u in memory is not what the store has after a commit",
                     (unsigned)object);
        }
    }
}

void watch_saving(struct sim_world *world, enum loom_record record, const void *data, size_t length)
{
    struct record_watch *watched = &world->watch->record[record];
    if (length <= RECORD) {
        memcpy(watched->tried, data, length);
        watched->tried_length = length;
        watched->trying = true;
    }
}

void watch_saved(struct sim_world *world, enum loom_record record, enum loom_status status)
{
    struct record_watch *watched = &world->watch->record[record];
    if (status == LOOM_OK) {
        memcpy(watched->older, watched->bytes, watched->length);
        watched->older_length = watched->length;
        memcpy(watched->bytes, watched->tried, watched->tried_length);
        watched->length = watched->tried_length;
        watched->trying = false;
        watched->vague = false;
        watch_states_saved(world, record);
        if (record == LOOM_RECORD_STATE) {
            watch_registration_saved(world);
            watch_reports_saved(world);
        }
    } else {
        if (record == LOOM_RECORD_STATE) {
            watch_reports_not_saved(world);
        }
        /* On a memory that fails, what could not be confirmed may still be there. */
        watched->trying = false;
        watched->vague = watched->vague || world->medium.failing;
    }
}

static bool is_record(const void *data, size_t length, const uint8_t *record, size_t record_length)
{
    return length == record_length && memcmp(data, record, length) == 0;
}

void watch_loaded(struct sim_world *world, enum loom_record record, const void *data, size_t length,
                  enum loom_status status, bool previous)
{
    struct sim_watch *watch = world->watch;
    struct record_watch *watched = &watch->record[record];
    bool none = watched->length == 0;
    bool same = false;
    watched->torn = watched->torn || watched->trying;
    if (watch->damaged || world->medium.failing) {
        watch->accounts_lost = watch->accounts_lost || status != LOOM_OK;
    } else if (status == LOOM_NOT_FOUND) {
        if (!none) {
            sim_fail(world, "store", "record %u was saved, but is not there", (unsigned)record);
        }
    } else if (status != LOOM_OK) {
        if (!none || !watched->torn) {
            sim_fail(world, "store", "record %u cannot be read: %u", (unsigned)record,
                     (unsigned)status);
        }
    } else {
        bool old = !none && is_record(data, length, watched->bytes, watched->length);
        same = old && !previous && !watched->vague && !watch->took_new;
        bool tried =
            watched->trying && is_record(data, length, watched->tried, watched->tried_length);
        if (!old && !tried && !watched->vague) {
            sim_fail(world, "store", "record %u is neither the old nor the new one%s",
                     (unsigned)record, previous ? ", but one before" : "");
        }
        watch->took_new = watch->took_new || (record == LOOM_RECORD_ACCOUNTS && tried && !old);
    }
    watched->vague = false;
    if (record == LOOM_RECORD_STATE && status != LOOM_NOT_FOUND) {
        watch_registration_loaded(world, same);
        watch_reports_loaded(world, same);
    }
    if (status == LOOM_OK && length <= RECORD) {
        memcpy(watched->bytes, data, length);
        watched->length = length;
    }
    watched->trying = false;
}

/* Only a memory without anything whole keeps a client from its start. */
void watch_cannot_start(struct sim_world *world)
{
    const struct sim_watch *watch = world->watch;
    if (!watch->accounts_lost && !watch->damaged && !world->medium.failing &&
        !watch->record[LOOM_RECORD_ACCOUNTS].torn) {
        sim_fail(world, "A-11",
                 "the client does not start, though nothing is wrong with its store");
    }
}

void watch_booted(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    bool may_be_new = watch->took_new || watch->damaged || world->medium.failing;
    if (may_be_new && world->setup.account_timeout != 0 &&
        loom_account_instance(&world->model) == LOOM_ID_NONE) {
        watch->expired = true; /* the power was cut right after the account was purged */
    }
    watch_take_shadow(world);
    watch->fresh = true;
    watch_states_booted(world);
}
