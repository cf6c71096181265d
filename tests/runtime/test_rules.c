/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that no single function has: what a whole bootstrap does to what was there before it. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(rules, .fini = tear_down);

/* A device in service: registered at `server` (1) and at `other` (7), with a bootstrap server. */
static void begin_in_service(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_add_server_account(world, &world->other, 2, 7, 300);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void begin_bootstrap(void)
{
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
}

static void begin_fresh(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
}

static void expect_text(struct loom_path path, const char *expected)
{
    struct loom_text text;
    cr_assert_eq(loom_get_text(&world->model, path, &text), LOOM_OK);
    cr_assert_eq(text.length, strlen(expected));
    cr_assert_eq(memcmp(text.data, expected, text.length), 0, "%.*s", (int)text.length, text.data);
}

/* access control is for servers: what it gives to nobody the bootstrap server may write. */
Test(rules, access_control_does_not_bind_the_bootstrap_server)
{
    /* Of /3303/0: no rights for anybody (its owner is nobody, and the default is 0). */
    static const uint8_t nobody[] = {0xC2, 0x00, 0x0C, 0xE7, 0xC1, 0x01, 0x00, 0x83, 0x02,
                                     0x41, 0x00, 0x00, 0xC4, 0x03, 0x00, 0x00, 0xFF, 0xFF};
    begin_fresh();
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 300), LOOM_CHANGED);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/2/0", LOOM_FORMAT_TLV, nobody, sizeof nobody),
        LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/3303/0/5750", "cellar"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    expect_text(loom_path_resource(3303, 0, 5750), "cellar");
}

/* a session that was made with a key that is no longer the account's is not used any more. */
Test(rules, another_key_means_another_session)
{
    static const uint8_t identity[] = "device-id";
    static const uint8_t key[] = "sixteen-byte-key";
    static const uint8_t new_key[] = "a-key-of-16-byte";
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world->server.identity = (struct loom_bytes){identity, 9};
    world->server.key = (struct loom_bytes){key, 16};
    loom_set_text(&world->model, loom_path_resource(0, 0, 0), "coaps://server:5683");
    loom_set_integer(&world->model, loom_path_resource(0, 0, 2), LOOM_SECURITY_PSK);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), identity, 9);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), key, 16);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    begin_bootstrap();
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/5", "YS1rZXktb2YtMTYtYnl0ZQ=="), LOOM_CHANGED);
    world->server.key = (struct loom_bytes){new_key, 16};
    loom_loopback_set_reachable(world->server.host,
                                false); /* so that the old session is seen to end */
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    const struct loom_event *session = world_expect(world, LOOM_EVENT_SESSION, 1);
    cr_assert_eq(session->ssid, 1);
    cr_assert(session->secure);
    world_run(world, 1);
    cr_assert_null(world->server.session, "the old one is closed");
    loom_loopback_set_reachable(world->server.host, true);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 200)->ssid, 1);
}

/* commands of all kinds, as often and in whatever order the server likes. */
Test(rules, commands_come_in_any_number_and_order)
{
    begin_fresh();
    cr_assert_eq(peer_delete(world, &world->bs, "/1"), LOOM_DELETED);
    cr_assert_eq(peer_put_server(world, "/1/3", 9, 60), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(peer_put_server(world, "/1/3", 9, 61), LOOM_CHANGED);
    cr_assert_eq(peer_delete(world, &world->bs, "/1/3"), LOOM_DELETED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 300), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</1/0>;ssid=1");
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* a later bootstrap that brings one value leaves the rest of the configuration as it was. */
Test(rules, a_later_bootstrap_may_change_a_little)
{
    begin_in_service();
    begin_bootstrap();
    cr_assert_eq(peer_put(world, &world->bs, "/1/2/1", "77"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_not_null(strstr(peer_last(&world->other)->line, "lt=77"));
    cr_assert_not_null(strstr(peer_last(&world->server)->line, "lt=300"));
    expect_text(loom_path_resource(0, 0, 0), "coap://server:5683");
    expect_text(loom_path_resource(0, 1, 0), "coap://bs:5683");
}

/* there is nothing to write in an executable; no error, and it does not run. */
Test(rules, a_write_to_an_executable_does_nothing)
{
    begin_fresh();
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/4", "1"), LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 300), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_run(world, 10);
    cr_assert_eq(world->executed, 0);
}

/* a server whose account is gone hears nothing any more, not even a De-register, and may not
 * ask anything. */
Test(rules, a_removed_account_is_a_registration_that_has_ended)
{
    begin_in_service();
    unsigned heard = world->other.got_count;
    begin_bootstrap();
    cr_assert_eq(peer_delete(world, &world->bs, "/0/2"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->bs, "/1/2"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 1);
    world_run(world, 1000);
    cr_assert_eq(world->other.got_count, heard);
    cr_assert_eq(peer_get(world, &world->other, "/3/0/0", LOOM_FORMAT_ABSENT), 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_READ), 0);
}

/* B-60: what orders registrations was the bootstrap server's alone; since 1.2 servers read it, and
 * write the timers and counts. */
Test(rules, resources_of_the_registration_belong_to_whom_the_release_says)
{
    for (int i = 1; i < 3; i++) {
        bool later = all_versions[i] == LOOM_LWM2M_1_2;
        world = world_create(all_versions[i]);
        world_add_server_account(world, &world->server, 0, 1, 300);
        for (uint16_t id = 13; id <= 20; id++) {
            struct loom_path path = loom_path_resource(1, 0, id);
            bool is_truth = id == 15 || id == 16;
            cr_assert_eq(is_truth ? loom_set_boolean(&world->model, path, true)
                                  : loom_set_unsigned(&world->model, path, 3),
                         LOOM_OK);
        }
        world_start(world);
        world_expect(world, LOOM_EVENT_REGISTERED, 10);
        for (unsigned id = 13; id <= 20; id++) {
            char path[] = "/1/0/13";
            path[5] = (char)('0' + id / 10);
            path[6] = (char)('0' + id % 10);
            bool writable = later && (id == 14 || id >= 17);
            cr_expect_eq(peer_get(world, &world->server, path, LOOM_FORMAT_ABSENT),
                         later ? LOOM_CONTENT : LOOM_METHOD_NOT_ALLOWED, "GET %s", path);
            cr_expect_eq(peer_put(world, &world->server, path, "1"),
                         writable ? LOOM_CHANGED : LOOM_METHOD_NOT_ALLOWED, "PUT %s", path);
        }
        if (!later) {
            world_destroy(world);
        }
    }
}
