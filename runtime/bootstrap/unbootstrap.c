/* SPDX-License-Identifier: Apache-2.0 */
/* Unbootstrapping a server (rules A-53, C-70): its Security instance is gone, so everything else of
 * it goes, too. All of it happens in the staged model, at Finish, when it is known that the
 * bootstrap server has not written the account again; what has no staged copy goes when that is
 * stored. */
#include "accounts/access.h"
#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "bootstrap/transaction.h"
#include "model/node.h"

static bool has_account(const struct loom_model *model, uint32_t ssid)
{
    return loom_account_security(model, ssid) != LOOM_ID_NONE;
}

/* ---- what an account links to ---------------------------------------------------------------- */

static bool somebody_links(const struct loom_model *model, uint16_t but, uint16_t object,
                           uint16_t instance)
{
    uint16_t security = 0;
    for (; loom_model_next_instance(model, LOOM_ID_SECURITY, &security); security++) {
        if (security != but && loom_account_links(model, security, object, instance)) {
            return true;
        }
    }
    return false;
}

static void drop_linked(struct loom_bootstrap *bootstrap, uint16_t security)
{
    static const uint16_t objects[] = {LOOM_ID_OSCORE, LOOM_ID_COSE, LOOM_ID_MQTT_SERVER};
    struct loom_model *staged = &bootstrap->staged;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        uint16_t instance = 0;
        for (; loom_model_next_instance(staged, objects[i], &instance); instance++) {
            if (loom_account_links(bootstrap->context->config.model, security, objects[i],
                                   instance) &&
                !somebody_links(staged, security, objects[i], instance)) {
                loom_transaction_touch(bootstrap, objects[i]);
                loom_model_delete(staged, objects[i], instance);
            }
        }
    }
}

/* ---- Access Control -------------------------------------------------------------------------- */

/* What an entry gives to a server that does not own it. */
static unsigned rights_of(const struct loom_cursor *entry, uint16_t ssid)
{
    uint8_t rights = LOOM_RIGHT_NONE;
    if (!loom_access_list(entry, ssid, &rights)) {
        (void)loom_access_list(entry, 0, &rights); /* to all others */
    }
    return rights & (LOOM_RIGHT_ALL & ~LOOM_RIGHT_CREATE);
}

/* Who takes over: of the servers that stay and can access the instance the one with most of the
 * rights to write and to delete, the lowest id of equals.
 * @return 0: none of them can */
static uint16_t heir_of(const struct loom_bootstrap *bootstrap, const struct loom_cursor *entry)
{
    struct loom_cursor at;
    uint32_t heir = 0;
    unsigned best = 0;
    loom_cursor_begin(&at, &bootstrap->staged, LOOM_ID_SERVER);
    while (loom_cursor_next(&at)) {
        uint32_t ssid = loom_cursor_number(&at, LOOM_ID_SERVER_SHORT_SERVER_ID, 0);
        unsigned rights = rights_of(entry, (uint16_t)ssid);
        unsigned sum = 1u + ((rights & LOOM_RIGHT_WRITE) != 0 ? 1u : 0u) +
                       ((rights & LOOM_RIGHT_DELETE) != 0 ? 1u : 0u);
        if (rights != 0 && has_account(&bootstrap->staged, ssid) &&
            (sum > best || (sum == best && ssid < heir))) {
            heir = ssid;
            best = sum;
        }
    }
    return (uint16_t)heir;
}

/* Whether instances of an object can be a server's own. */
static bool is_of_servers(const struct loom_model *model, uint16_t object)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    return entry != NULL && object != LOOM_ID_DEVICE &&
           (entry->object->flags & LOOM_OBJECT_ACCOUNT) == 0;
}

/* The instance that an entry is about.
 * @return false: it says none, or one that is no server's own */
static bool read_target(struct loom_cursor *entry, struct loom_path *target)
{
    uint32_t object = loom_cursor_number(entry, LOOM_ID_ACCESS_CONTROL_OBJECT_ID, LOOM_ID_NONE);
    uint32_t instance =
        loom_cursor_number(entry, LOOM_ID_ACCESS_CONTROL_OBJECT_INSTANCE_ID, LOOM_ID_NONE);
    *target = loom_path_instance((uint16_t)object, (uint16_t)instance);
    return object < LOOM_ID_NONE && instance < LOOM_ID_NONE &&
           is_of_servers(entry->model, (uint16_t)object);
}

static void drop_instance(struct loom_bootstrap *bootstrap, struct loom_model *model,
                          const struct loom_path *target)
{
    uint16_t object = target->id[LOOM_OBJECT_ID];
    uint16_t instance = target->id[LOOM_INSTANCE_ID];
    if (loom_model_has_instance(model, object, instance)) {
        loom_transaction_touch(bootstrap, object);
        loom_model_act_for(model, LOOM_ORIGIN_BOOTSTRAP, 0);
        loom_model_delete(model, object, instance);
        loom_model_act_for(model, LOOM_ORIGIN_PRODUCT, 0);
    }
}

/* An instance that only the server could use goes with it, and the entry that said so. */
static void drop_owned(struct loom_bootstrap *bootstrap, struct loom_cursor *entry)
{
    struct loom_model *staged = &bootstrap->staged;
    struct loom_path target;
    if (read_target(entry, &target) &&
        loom_transaction_takes(bootstrap, target.id[LOOM_OBJECT_ID])) {
        drop_instance(bootstrap, staged, &target);
    }
    loom_model_delete(staged, LOOM_ID_ACCESS_CONTROL, loom_cursor_instance(entry));
}

static void leave_access_control(struct loom_bootstrap *bootstrap, uint16_t ssid)
{
    struct loom_model *staged = &bootstrap->staged;
    struct loom_cursor entry;
    loom_transaction_touch(bootstrap, LOOM_ID_ACCESS_CONTROL);
    loom_cursor_begin(&entry, staged, LOOM_ID_ACCESS_CONTROL);
    while (loom_cursor_next(&entry)) {
        uint16_t instance = loom_cursor_instance(&entry);
        struct loom_path own = loom_path_resource_instance(LOOM_ID_ACCESS_CONTROL, instance,
                                                           LOOM_ID_ACCESS_CONTROL_ACL, ssid);
        (void)loom_model_clear(staged, &own); /* if there is one */
        if (loom_cursor_number(&entry, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, 0) != ssid) {
            continue;
        }
        uint16_t heir = heir_of(bootstrap, &entry);
        if (heir != 0) {
            loom_set_integer(
                staged, loom_key_path(LOOM_KEY(ACCESS_CONTROL, ACCESS_CONTROL_OWNER), instance),
                heir);
        } else {
            drop_owned(bootstrap, &entry);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_unbootstrapped(const struct loom_bootstrap *bootstrap, uint32_t ssid)
{
    const struct loom_model *live = bootstrap->context->config.model;
    struct loom_cursor at;
    bool had = false;
    loom_cursor_begin(&at, live, LOOM_ID_SERVER);
    while (!had && loom_cursor_next(&at)) {
        had = loom_cursor_number(&at, LOOM_ID_SERVER_SHORT_SERVER_ID, 0) == ssid;
    }
    return had && ssid >= LOOM_SHORT_SERVER_ID_MIN && ssid <= LOOM_SHORT_SERVER_ID_MAX &&
           has_account(live, ssid) && !has_account(&bootstrap->staged, ssid);
}

static void drop_servers(struct loom_bootstrap *bootstrap, uint32_t ssid)
{
    struct loom_model *staged = &bootstrap->staged;
    const struct loom_access_control_feature *access = loom_access_feature(staged);
    struct loom_cursor at;
    loom_transaction_touch(bootstrap, LOOM_ID_SERVER);
    loom_cursor_begin(&at, staged, LOOM_ID_SERVER);
    while (loom_cursor_next(&at)) {
        if (loom_cursor_number(&at, LOOM_ID_SERVER_SHORT_SERVER_ID, 0) == ssid) {
            struct loom_path path = loom_path_instance(LOOM_ID_SERVER, loom_cursor_instance(&at));
            loom_model_delete(staged, LOOM_ID_SERVER, loom_cursor_instance(&at));
            if (access != NULL) {
                access->disown(staged, &path); /* leave_access_control() has touched it */
            }
        }
    }
}

static void unbootstrap(struct loom_bootstrap *bootstrap)
{
    const struct loom_model *live = bootstrap->context->config.model;
    struct loom_cursor at;
    loom_cursor_begin(&at, live, LOOM_ID_SERVER);
    while (loom_cursor_next(&at)) {
        uint32_t ssid = loom_cursor_number(&at, LOOM_ID_SERVER_SHORT_SERVER_ID, 0);
        if (is_unbootstrapped(bootstrap, ssid)) {
            drop_linked(bootstrap, loom_account_security(live, ssid));
            leave_access_control(bootstrap, (uint16_t)ssid);
            drop_servers(bootstrap, ssid);
        }
    }
}

/* ---- what is not staged ---------------------------------------------------------------------- */

static bool is_named(const struct loom_model *model, const struct loom_path *instance)
{
    struct loom_cursor entry;
    struct loom_path target;
    loom_cursor_begin(&entry, model, LOOM_ID_ACCESS_CONTROL);
    while (loom_cursor_next(&entry)) {
        if (read_target(&entry, &target) &&
            target.id[LOOM_OBJECT_ID] == instance->id[LOOM_OBJECT_ID] &&
            target.id[LOOM_INSTANCE_ID] == instance->id[LOOM_INSTANCE_ID]) {
            return true;
        }
    }
    return false;
}

/* Whether an entry of the model in force says that only a server which is gone could use the
 * instance, and the bootstrap has not given it to anybody. */
static bool is_left_over(const struct loom_bootstrap *bootstrap, struct loom_cursor *entry,
                         const struct loom_path *target)
{
    uint32_t owner = loom_cursor_number(entry, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, 0);
    return is_unbootstrapped(bootstrap, owner) && heir_of(bootstrap, entry) == 0 &&
           !is_named(&bootstrap->staged, target);
}

/* Which these are is read from the entries in force, so it is the same at a Finish that is repeated
 * because the store failed. */
static void drop_unstaged(struct loom_bootstrap *bootstrap)
{
    struct loom_model *live = bootstrap->context->config.model;
    struct loom_cursor entry;
    struct loom_path target;
    loom_cursor_begin(&entry, live, LOOM_ID_ACCESS_CONTROL);
    while (loom_cursor_next(&entry)) {
        if (read_target(&entry, &target) &&
            !loom_transaction_takes(bootstrap, target.id[LOOM_OBJECT_ID]) &&
            is_left_over(bootstrap, &entry, &target)) {
            drop_instance(bootstrap, live, &target);
        }
    }
}

const struct loom_unbootstrap_feature loom_feature_unbootstrap = {.drop_linked = drop_linked,
                                                                  .is_unbootstrapped =
                                                                      is_unbootstrapped,
                                                                  .unbootstrap = unbootstrap,
                                                                  .drop_unstaged = drop_unstaged};
