/* SPDX-License-Identifier: Apache-2.0 */
/* An account in one call: the client registers with what it writes, and where it fails nothing of
 * it is left. */
#include "loom/account.h"

#include <criterion/criterion.h>
#include <string.h>

#include "loom/ids.h"
#include "world.h"

static struct world *world;
static const uint8_t key[] = "0123456789abcdef";

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(account, .init = set_up, .fini = tear_down);

static unsigned instances_of(uint16_t object)
{
    unsigned count = 0;
    for (uint16_t id = 0; loom_model_next_instance(&world->model, object, &id); id++) {
        count++;
    }
    return count;
}

static int64_t integer_at(uint16_t object, uint16_t instance, uint16_t resource)
{
    int64_t value = -1;
    cr_expect_eq(
        loom_get_integer(&world->model, loom_path_resource(object, instance, resource), &value),
        LOOM_OK, "/%u/%u/%u", object, instance, resource);
    return value;
}

/* Security and Server instance have one Short Server ID. B-3: the lifetime is told. */
Test(account, a_client_registers_with_it)
{
    struct loom_model_account account = {.uri = "coap://server:5683", .ssid = 1, .lifetime = 77};
    cr_assert_eq(loom_model_add_account(&world->model, &account), LOOM_OK);
    world_start(world);
    world_run(world, 1);
    cr_assert_gt(world->server.got_count, 0u);
    cr_expect_neq(strstr(world->server.got[0].line, "POST /rd?"), NULL);
    cr_expect_neq(strstr(world->server.got[0].line, "lt=77"), NULL, "%s",
                  world->server.got[0].line);
}

Test(account, says_what_is_left_out)
{
    struct loom_model_account account = {.uri = "coap://server:5683"};
    bool storing = false;
    cr_assert_eq(loom_model_add_account(&world->model, &account), LOOM_OK);
    cr_expect_eq(integer_at(LOOM_ID_SECURITY, 0, LOOM_ID_SECURITY_SECURITY_MODE),
                 LOOM_SECURITY_NOSEC);
    cr_expect_eq(integer_at(LOOM_ID_SECURITY, 0, LOOM_ID_SECURITY_SHORT_SERVER_ID), 1);
    cr_expect_eq(integer_at(LOOM_ID_SERVER, 0, LOOM_ID_SERVER_SHORT_SERVER_ID), 1);
    cr_expect_eq(integer_at(LOOM_ID_SERVER, 0, LOOM_ID_SERVER_LIFETIME),
                 LOOM_MODEL_ACCOUNT_LIFETIME);
    cr_expect_eq(loom_get_boolean(&world->model, loom_path_resource(1, 0, 6), &storing), LOOM_OK);
    cr_expect(storing);
}

/* factory bootstrap. The key is in the account, and no Server instance is. */
Test(account, of_a_bootstrap_server)
{
    struct loom_model_account account = {.uri = "coaps://bs:5684",
                                         .bootstrap = true,
                                         .hold_off = 9,
                                         .identity = "me",
                                         .key = {key, 16}};
    struct loom_bytes found = {NULL, 0};
    bool bootstrap = false;
    cr_assert_eq(loom_model_add_account(&world->model, &account), LOOM_OK);
    cr_expect_eq(instances_of(LOOM_ID_SERVER), 0u);
    cr_expect_eq(integer_at(LOOM_ID_SECURITY, 0, LOOM_ID_SECURITY_SECURITY_MODE),
                 LOOM_SECURITY_PSK);
    cr_expect_eq(integer_at(LOOM_ID_SECURITY, 0, LOOM_ID_SECURITY_CLIENT_HOLD_OFF_TIME), 9);
    cr_expect_eq(loom_get_boolean(&world->model, loom_path_resource(0, 0, 1), &bootstrap), LOOM_OK);
    cr_expect(bootstrap);
    cr_expect_eq(loom_get_opaque(&world->model, loom_path_resource(0, 0, 5), &found), LOOM_OK);
    cr_expect(found.length == 16 && memcmp(found.data, key, 16) == 0);
}

Test(account, what_fails_leaves_nothing)
{
    static const uint8_t endless[4096];
    const struct loom_model_account wrong[] = {
        {.uri = "coap://server", .ssid = 65535},
        {.uri = "coaps://server", .identity = "me"},
        {.uri = "coaps://server", .identity = "me", .key = {endless, sizeof endless}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_neq(loom_model_add_account(&world->model, &wrong[i]), LOOM_OK, "%zu", i);
        cr_expect_eq(instances_of(LOOM_ID_SECURITY), 0u, "%zu", i);
        cr_expect_eq(instances_of(LOOM_ID_SERVER), 0u, "%zu", i);
    }
}

/* Room for fewer Server instances than for Security instances: the last one is taken back. */
Test(account, without_room_nothing_is_left)
{
    struct loom_model_account account = {.uri = "coap://server:5683"};
    unsigned added = 0;
    while (loom_model_add_account(&world->model, &account) == LOOM_OK) {
        account.ssid = (uint16_t)(++added + 1);
    }
    cr_expect_eq(loom_model_add_account(&world->model, &account), LOOM_TOO_LARGE);
    cr_expect_eq(instances_of(LOOM_ID_SECURITY), added);
    cr_expect_eq(instances_of(LOOM_ID_SERVER), added);
}
