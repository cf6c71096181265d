/* SPDX-License-Identifier: Apache-2.0 */
/* The enabler test cases of bootstrap and registration, step by step as the test specification has
 * them, with the server's part played by the test. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(enabler, .fini = tear_down);

/* Configuration C.13: the Bootstrap-Server Account in /0/1, and no Server instance. */
static void begin_unprovisioned(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
}

/* Configuration C.3 but for its lifetime. */
static void begin_registered(uint16_t lwm2m, uint32_t lifetime)
{
    world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, lifetime);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void expect_last(const char *line)
{
    cr_assert_str_eq(peer_last(&world->server)->line, line);
    cr_assert_str_eq(peer_last(&world->server)->payload, "");
}

/* ---- bootstrap ------------------------------------------------------------------------------- */

/* Request, writes, Discover, Finish. */
static void client_initiated(const char *links)
{
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 2000);
    cr_assert_eq(strncmp(peer_last(&world->bs)->line, "POST /bs?ep=device", 18), 0);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 86400), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(strncmp(peer_text(&world->bs), links, strlen(links)), 0, "%s",
                 peer_text(&world->bs));
    cr_assert_not_null(strstr(peer_text(&world->bs), "</3/0>"));
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

#define LINKS_1_0 "</>;lwm2m=\"1.0\",</0/0>;ssid=1,</0/1>,</1/0>;ssid=1,"
#define LINKS_1_1 "</>;lwm2m=1.1,</0/0>;ssid=1;uri=\"coap://server:5683\",</0/1>,</1/0>;ssid=1,"

/* 1.0-int-0 */
Test(enabler, client_initiated_bootstrap_of_1_0)
{
    begin_unprovisioned(LOOM_LWM2M_1_0);
    client_initiated(LINKS_1_0);
}

/* 1.1-int-0 */
Test(enabler, client_initiated_bootstrap_of_1_1)
{
    begin_unprovisioned(LOOM_LWM2M_1_1);
    client_initiated(LINKS_1_1);
}

/* int-4: a Delete of objects 0 and 1 spares the account of the bootstrap server alone; the clean-up
 * is an ordinary bootstrap. */
Test(enabler, bootstrap_delete)
{
    begin_unprovisioned(LOOM_LWM2M_1_1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 86400), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(strncmp(peer_text(&world->bs), LINKS_1_1, strlen(LINKS_1_1)), 0);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_gt(world->bs.length, 0);
    cr_assert_eq(peer_delete(world, &world->bs, "/0"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->bs, "/1"), LOOM_DELETED);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(strncmp(peer_text(&world->bs), "</>;lwm2m=1.1,</0/1>,</1>,", 26), 0, "%s",
                 peer_text(&world->bs));
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->bs.length, 0);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 86400), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* int-5: the answer to the trigger, then a bootstrap to its end. */
Test(enabler, server_initiated_bootstrap)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->bs.got_count, 0);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/9", ""), LOOM_CHANGED);
    client_initiated(LINKS_1_1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* int-6: what the factory set comes first, and the bootstrap server once nobody takes the client.
 */
Test(enabler, bootstrap_sequence)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_add_server_account(world, &world->other, 2, 7, 86400);
    world->server.register_code = LOOM_FORBIDDEN;
    world->other.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_FACTORY, 1);
    world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 10);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_REQUEST), 0);
    world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 10);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 10);
}

/* int-7: the server of the factory does not exist. */
Test(enabler, fallback_to_bootstrap)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->other, 0, 1, 86400);
    loom_loopback_set_reachable(world->other.host, false);
    world_start(world);
    client_initiated(LINKS_1_1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->server.got_count, 1);
    cr_assert_eq(world->other.got_count, 0);
}

/* int-8: objects 1 and 2 are written and read back. */
Test(enabler, bootstrap_read)
{
    static const uint8_t access[] = {0xC1, 0x00, 0x03, 0xC1, 0x01, 0x00, 0x83, 0x02, 0x41,
                                     0x00, 0x1F, 0xC4, 0x03, 0x00, 0x00, 0xFF, 0xFF};
    begin_unprovisioned(LOOM_LWM2M_1_1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 86400), LOOM_CHANGED);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/2/0", LOOM_FORMAT_TLV, access, sizeof access),
        LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/1/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(memcmp(world->bs.payload, "\xC1\x00\x01\xC4\x01\x00\x01\x51\x80", 9), 0);
    cr_assert_eq(peer_get(world, &world->bs, "/2/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->bs.length, sizeof access);
    cr_assert_eq(memcmp(world->bs.payload, access, sizeof access), 0);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* ---- registration ---------------------------------------------------------------------------- */

/* Lowers the lifetime; the Update says that and nothing else, and the next one comes before the
 * registration runs out. */
static void new_lifetime(uint16_t lwm2m)
{
    begin_registered(lwm2m, 86400);
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "20"), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    expect_last("POST /rd/a1?lt=20");
    world_expect(world, LOOM_EVENT_UPDATED, 19);
    expect_last("POST /rd/a1");
}

/* 1.0-int-102 */
Test(enabler, registration_update_of_1_0)
{
    new_lifetime(LOOM_LWM2M_1_0);
}

/* 1.1-int-102 */
Test(enabler, registration_update_of_1_1)
{
    new_lifetime(LOOM_LWM2M_1_1);
}

static void disabled(uint16_t lwm2m)
{
    begin_registered(lwm2m, 86400);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/4", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    expect_last("DELETE /rd/a1");
}

/* 1.0-int-103 */
Test(enabler, deregistration_of_1_0)
{
    disabled(LOOM_LWM2M_1_0);
}

/* 1.1-int-103 */
Test(enabler, deregistration_of_1_1)
{
    disabled(LOOM_LWM2M_1_1);
}

/* The Update on trigger has no parameters, and the registration outlives its first lifetime. */
static void triggered(uint16_t lwm2m)
{
    begin_registered(lwm2m, 20);
    world_run(world, 5);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/8", ""), LOOM_CHANGED);
    uint64_t triggered_at = world_expect(world, LOOM_EVENT_UPDATED, 1)->time;
    expect_last("POST /rd/a1");
    uint64_t next = world_expect(world, LOOM_EVENT_UPDATED, 20)->time;
    cr_assert_lt(next, triggered_at + 20000);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER), 1);
}

/* 1.0-int-104 */
Test(enabler, registration_update_trigger_of_1_0)
{
    triggered(LOOM_LWM2M_1_0);
}

/* 1.1-int-104 */
Test(enabler, registration_update_trigger_of_1_1)
{
    triggered(LOOM_LWM2M_1_1);
}

/* int-105: the server forgets the client, and the next Update is answered 4.04. */
Test(enabler, discarded_register_update)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "20"), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    world->server.update_code = LOOM_NOT_FOUND;
    world_expect(world, LOOM_EVENT_UPDATE_REFUSED, 20);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(strncmp(peer_last(&world->server)->line, "POST /rd?ep=device&lt=20&", 25), 0);
}

/* int-107: a longer lifetime is told at once, and holds for the next Update. */
Test(enabler, extending_the_lifetime)
{
    begin_registered(LOOM_LWM2M_1_1, 60);
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "120"), LOOM_CHANGED);
    uint64_t told = world_expect(world, LOOM_EVENT_UPDATED, 1)->time;
    expect_last("POST /rd/a1?lt=120");
    uint64_t next = world_expect(world, LOOM_EVENT_UPDATED, 120)->time;
    expect_last("POST /rd/a1");
    cr_assert_gt(next, told + 30000, "the old lifetime is over");
}

/* Two accounts, each the owner of an access control instance of its own, as in configuration C.14.
 */
static void several_servers(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    for (uint16_t i = 0; i < 2; i++) {
        cr_assert_eq(loom_model_create(&world->model, 2, &i), LOOM_OK);
        cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(2, i, 0), 3), LOOM_OK);
        cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(2, i, 1), 0), LOOM_OK);
        cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(2, i, 3), i + 1), LOOM_OK);
    }
    world_start(world);
    uint16_t first = world_expect(world, LOOM_EVENT_REGISTERED, 10)->ssid;
    uint16_t second = world_expect(world, LOOM_EVENT_REGISTERED, 10)->ssid;
    cr_assert_eq(first + second, 3);
    cr_assert_eq(world->server.got_count, 1);
    cr_assert_eq(world->other.got_count, 1);
}

/* 1.0-int-950 */
Test(enabler, multi_servers_registration_of_1_0)
{
    several_servers(LOOM_LWM2M_1_0);
}

/* 1.1-int-950 */
Test(enabler, multi_servers_registration_of_1_1)
{
    several_servers(LOOM_LWM2M_1_1);
}
