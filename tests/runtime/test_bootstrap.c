/* SPDX-License-Identifier: Apache-2.0 */
/* The Bootstrap interface of the client in simulated time, rules A. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(bootstrap, .fini = tear_down);

/* A client with nothing but a Bootstrap-Server Account in /0/1, as test configuration C.13 has it.
 */
static void begin(uint16_t lwm2m, uint32_t hold_off)
{
    world = world_create(lwm2m);
    world_add_bootstrap_account(world, 1, hold_off);
    world_start(world);
}

static void begin_running(uint16_t lwm2m)
{
    begin(lwm2m, 0);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
}

static bool has(uint16_t object, uint16_t instance)
{
    return loom_model_has_instance(&world->model, object, instance);
}

/* The reason that the last Finish gave. */
static const char *finish_reason(void)
{
    const struct loom_event *event = world_expect(world, LOOM_EVENT_BOOTSTRAP_FINISH, 1);
    return event->text.data;
}

static void expect_refused_finish(const char *reason)
{
    cr_assert_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE, "%s", reason);
    cr_assert_str_eq(finish_reason(), reason);
}

/* ---- the sequence ---------------------------------------------------------------------------- */

/* nothing before the hold-off, then POST /bs with ep, since 1.1 pct.
 */
Test(bootstrap, request_comes_when_the_hold_off_is_over)
{
    begin(LOOM_LWM2M_1_1, 30);
    uint64_t start = world_now(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_HOLD_OFF, 1);
    cr_assert_eq(event->seconds, 30);
    world_run(world, 29.9);
    cr_assert_eq(world->bs.got_count, 0);
    world_run(world, 1);
    cr_assert_eq(world->bs.got_count, 1);
    cr_assert_eq(world->bs.got[0].time - start, 30000 + LOOM_LOOPBACK_LATENCY_MS);
    cr_assert_str_eq(world->bs.got[0].line, "POST /bs?ep=device&pct=11542");
}

Test(bootstrap, release_1_0_has_no_preferred_format)
{
    begin(LOOM_LWM2M_1_0, 0);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_str_eq(world->bs.got[0].line, "POST /bs?ep=device");
}

/* The draft object's ClientHoldOffTime is the account's (rules F). */
Test(bootstrap, hold_off_follows_the_draft_object)
{
    world = world_create(LOOM_LWM2M_1_0);
    world_add_bootstrap_account(world, 1, 500);
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(42769, 0, 4), 3), LOOM_OK);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_HOLD_OFF, 1)->seconds, 3);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 3.1);
}

/* A-10 step 3, A-16, A-89: after the Finish the client registers, in every release, and keeps the
 * account of its bootstrap server. */
Test(bootstrap, finish_leads_to_registration)
{
    for (int i = 0; i < 3; i++) {
        begin(all_versions[i], 1);
        world_bootstrap(world, 300);
        world_expect(world, LOOM_EVENT_REGISTERED, 1);
        cr_assert(has(0, 0) && has(0, 1) && has(1, 0));
        cr_assert_eq(world->saves, 1);
        if (i < 2) {
            world_destroy(world);
        }
    }
}

/* step 3, LwM2M-BOOT-002-C-O: factory accounts are used before any bootstrap. */
Test(bootstrap, factory_accounts_go_first)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 100);
    cr_assert_eq(world->bs.got_count, 0);
}

Test(bootstrap, without_any_account_it_says_so_and_rests)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT, 1);
    cr_assert_eq(loom_client_step(&world->client), UINT64_MAX);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT), 1);
}

/* ---- refusals, silence, retries -------------------------------------------------------------- */

/* waits are ours to choose: they double from 10 s to one hour. */
Test(bootstrap, refused_requests_are_repeated_ever_more_slowly)
{
    begin(LOOM_LWM2M_1_1, 0);
    world->bs.bs_code = LOOM_BAD_REQUEST;
    uint64_t last = 0;
    const uint64_t gaps[] = {10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600};
    world_run(world, 20000);
    cr_assert_geq(world->bs.got_count, 12);
    for (unsigned i = 0; i < 12; i++) {
        uint64_t gap = (world->bs.got[i].time - last) / 1000;
        if (i > 0) {
            cr_assert_eq(gap, gaps[i - 1], "gap %u is %u s", i, (unsigned)gap);
        }
        last = world->bs.got[i].time;
    }
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_REFUSED), world->bs.got_count);
}

Test(bootstrap, a_bootstrap_server_that_comes_back_is_found)
{
    begin(LOOM_LWM2M_1_1, 0);
    loom_loopback_set_reachable(world->bs.host, false);
    world_run(world, 5000);
    cr_assert_eq(world->bs.got_count, 0);
    loom_loopback_set_reachable(world->bs.host, true);
    world_bootstrap(world, 300);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* failed 247 s after the last command, each command counting anew. */
Test(bootstrap, silence_of_247_seconds_fails_it)
{
    begin_running(LOOM_LWM2M_1_1);
    world_run(world, 246);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    uint64_t last = world_now(world);
    world_run(world, 246.5);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_FAILED), 0);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 1);
    cr_assert_eq(event->time - last, 247000 - LOOM_LOOPBACK_LATENCY_MS);
    cr_assert_eq(world_expect(world, LOOM_EVENT_BOOTSTRAP_RETRY, 1)->seconds, 10);
    cr_assert_not(has(1, 0));
}

/* whatever was written, a bootstrap that fails leaves everything as it was. */
Test(bootstrap, a_failed_bootstrap_changes_nothing)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
    unsigned char *before = malloc(world->product->data_size);
    memcpy(before, world->data, world->product->data_size);
    cr_assert_eq(peer_delete(world, &world->bs, "/"), LOOM_DELETED);
    cr_assert_eq(peer_put_security(world, "/0/7", "coap://other:5683", 9), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/7", 9, 60), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/0", "coap://elsewhere"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/14", "+09:00"), LOOM_CHANGED);
    cr_assert_eq(memcmp(before, world->data, world->product->data_size), 0,
                 "seam 5: nothing takes effect before the Finish");
    world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 300);
    cr_assert_eq(memcmp(before, world->data, world->product->data_size), 0);
    cr_assert_eq(world->saves, 0);
    for (size_t i = 0; i < world->product->staging_size; i++) {
        cr_assert_eq(((unsigned char *)world->staging)[i], 0, "keys do not stay in the copy");
    }
    free(before);
}

/* A second request for a bootstrap begins anew, with what was before the first. */
Test(bootstrap, asked_again_it_starts_over)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</1>");
}

/* accounts that cannot be stored are no accounts; the server may try again. */
Test(bootstrap, a_store_that_fails_refuses_the_finish)
{
    begin_running(LOOM_LWM2M_1_1);
    world->store_failure = LOOM_INTERNAL_ERROR;
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_count(world, LOOM_EVENT_STATE_FAILED), 1);
    cr_assert_not(has(1, 0));
    world->store_failure = LOOM_OK;
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* ---- Discover, rules A-60 .. A-65 ------------------------------------------------------------ */

/* A-60 .. A-65: with ssid and uri on servers alone, and no object that the client lacks. */
Test(bootstrap, discover_has_the_form_of_each_release)
{
    const char *const empty[] = {
        "</>;lwm2m=\"1.0\",</0/1>,</1>,</2>,</3/0>,</4/0>,</5/0>,</6/0>,</"
        "7/0>,</3303>;ver=1.1,</3303/0>",
        ("</>;lwm2m=1.1,</0/1>,</1>,</2>,</3>;ver=1.1,</3/0>,</"
         "4>;ver=1.2,</4/0>,</5>;ver=1.1,</5/0>,</6/0>,</7/0>,"
         "</3303>;ver=1.1,</3303/0>"),
        "</>;lwm2m=1.2,</0/1>,</1>,</2>,</3/0>,</4/0>,</5>;ver=1.2,</5/0>,</6/0>,</7/"
        "0>,</3303>;ver=1.1,</3303/0>"};
    const char *const security[] = {
        "</>;lwm2m=\"1.0\",</0/0>;ssid=1,</0/1>",
        "</>;lwm2m=1.1,</0/0>;ssid=1;uri=\"coap://server:5683\",</0/1>",
        "</>;lwm2m=1.2,</0/0>;ssid=1;uri=\"coap://server:5683\",</0/1>"};
    const char *const server[] = {"</>;lwm2m=\"1.0\",</1/0>;ssid=1", "</>;lwm2m=1.1,</1/0>;ssid=1",
                                  "</>;lwm2m=1.2,</1/0>;ssid=1"};
    for (int i = 0; i < 3; i++) {
        begin_running(all_versions[i]);
        cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
        cr_assert_str_eq(peer_text(&world->bs), empty[i]);
        cr_assert_eq(world->bs.content_format, LOOM_FORMAT_LINK);
        cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
        cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
        cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
        cr_assert_str_eq(peer_text(&world->bs), security[i]);
        cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
        cr_assert_str_eq(peer_text(&world->bs), server[i]);
        cr_assert_eq(peer_get(world, &world->bs, "/77", LOOM_FORMAT_LINK), LOOM_NOT_FOUND);
        cr_assert_eq(peer_get(world, &world->bs, "/0/0", LOOM_FORMAT_LINK), LOOM_BAD_REQUEST);
        cr_assert_eq(peer_get(world, &world->bs, "/42769", LOOM_FORMAT_LINK), LOOM_NOT_FOUND);
        if (i < 2) {
            world_destroy(world);
        }
    }
}

/* A-70: /1 and /2 only, since 1.1. */
Test(bootstrap, read_gives_servers_and_access_control_only)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/1/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->bs.content_format, LOOM_FORMAT_TLV);
    cr_assert_eq(memcmp(world->bs.payload, "\xC1\x00\x01\xC1\x01\x3C\xC1\x06\x01\xC1\x07U", 12), 0);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(peer_get(world, &world->bs, "/2", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_TLV), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_get(world, &world->bs, "/0/1/5", LOOM_FORMAT_TEXT), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_get(world, &world->bs, "/3/0", LOOM_FORMAT_TLV), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_get(world, &world->bs, "/1", 9999), LOOM_NOT_ACCEPTABLE);
}

/* ---- Write, rules A-40 .. A-48 --------------------------------------------------------------- */

/* */
Test(bootstrap, write_takes_read_only_and_unknown_resources)
{
    begin_running(LOOM_LWM2M_1_1);
    /* A-40: /3/0/0 is read-only for servers. */
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/0", "Maker"), LOOM_CHANGED);
    /* unknown optional resources are no error. */
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/200", "x"), LOOM_CHANGED);
    /* an object that the client lacks is. */
    cr_assert_eq(peer_put(world, &world->bs, "/77/0/0", "x"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_put(world, &world->bs, "/", "x"), LOOM_BAD_REQUEST);
    /* 4.15 for the format, 4.00 for the rest. */
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1/0", 9999, "x", 1),
                 LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1/0", LOOM_FORMAT_TLV, "\xC8", 1),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/9", "101"), LOOM_BAD_REQUEST);
}

/* what functions of the product serve cannot be staged; it is passed over, and spoils
 * nothing that is written with it. 5700 is served, 5750 stored. */
Test(bootstrap, write_passes_over_what_the_product_serves)
{
    static const uint8_t both[] = {0xE4, 0x16, 0x44, 0x3F, 0xC0, 0,  0,
                                   0xE3, 0x16, 0x76, 'n',  'e',  'w'};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/3303/0", LOOM_FORMAT_TLV, both, sizeof both),
        LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/3303/0/5700", "1.5"), LOOM_CHANGED);
    struct loom_text label;
    loom_get_text(&world->client.bootstrap.staged, loom_path_resource(3303, 0, 5750), &label);
    cr_assert(label.length == 3 && memcmp(label.data, "new", 3) == 0);
}

/* A-48, H.2: no SMS key is said as an opaque of no bytes by some bootstrap servers, though the
 * ranges have no such thing; it is as if the resource were not there. */
Test(bootstrap, write_takes_empty_keys_as_none)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    struct loom_path key = loom_path_resource(0, 0, 8);
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/8", "MDEyMzQ1Njc4OWFiY2RlZg=="), LOOM_CHANGED);
    cr_assert_eq(loom_model_exists(&world->client.bootstrap.staged, &key), LOOM_OK);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/0/8", LOOM_FORMAT_OPAQUE, NULL, 0),
                 LOOM_CHANGED);
    cr_assert_eq(loom_model_exists(&world->client.bootstrap.staged, &key), LOOM_NOT_FOUND);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* a write of an instance replaces it; optional resources it lacks are gone. */
Test(bootstrap, write_of_an_instance_replaces_it)
{
    static const uint8_t long_form[] = {0xC1, 0x00, 0x01, 0xC1, 0x01, 0x3C, 0xC1, 0x02,
                                        0x05, 0xC1, 0x06, 0x01, 0xC1, 0x07, 'U'};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1/0", LOOM_FORMAT_TLV, long_form,
                              sizeof long_form),
                 LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    int64_t minimum;
    cr_assert_eq(loom_get_integer(&world->model, loom_path_resource(1, 0, 2), &minimum),
                 LOOM_NOT_FOUND);
}

/* an object-level write carries whole instances, each under the id that it names. */
Test(bootstrap, write_of_an_object_keeps_its_instance_ids)
{
    uint8_t room[256];
    struct loom_output out = loom_output(room, sizeof room);
    begin_running(LOOM_LWM2M_1_1);
    for (uint16_t instance = 5; instance < 7; instance++) {
        static const uint8_t body[] = {0xC1, 0x01, 0x3C, 0xC1, 0x06, 0x01, 0xC1, 0x07, 'U'};
        size_t begin_at = loom_tlv_begin(&out);
        struct loom_value ssid = {.type = LOOM_INTEGER, .as = {.integer = instance * 10}};
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, 0, &ssid);
        loom_put_bytes(&out, body, sizeof body);
        loom_tlv_end(&out, begin_at, LOOM_TLV_INSTANCE, instance);
    }
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1", LOOM_FORMAT_TLV, room, out.length),
                 LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</1/5>;ssid=50,</1/6>;ssid=60");
}

/* not without its mandatory resources; but 3, 4, 5 of a NoSec account are absent. */
Test(bootstrap, write_of_an_instance_needs_the_mandatory_resources)
{
    static const uint8_t no_lifetime[] = {0xC1, 0x00, 0x01, 0xC1, 0x06, 0x01, 0xC1, 0x07, 'U'};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1/0", LOOM_FORMAT_TLV, no_lifetime,
                              sizeof no_lifetime),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</1>", "refused: nothing created");
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
}

/* The account of the bootstrap server must outlive whatever is written. */
Test(bootstrap, account_makes_way_for_an_account_written_over_it)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/1", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs),
                     "</>;lwm2m=1.1,</0/0>,</0/1>;ssid=1;uri=\"coap://server:5683\"");
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/0"), LOOM_BAD_REQUEST, "still protected");
}

Test(bootstrap, account_cannot_be_turned_into_a_servers)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/1", "0"), LOOM_BAD_REQUEST);
}

/* A Bootstrap-Server Account elsewhere: coap://other:568 */
static const uint8_t other_account[] = {0xC8, 0x00, 0x10, 'c',  'o',  'a',  'p', ':', '/',
                                        '/',  'o',  't',  'h',  'e',  'r',  ':', '5', '6',
                                        '8',  0xC1, 0x01, 0x01, 0xC1, 0x02, 0x03};

/* a new account replaces the old one, which is gone when the Finish is answered. */
Test(bootstrap, a_new_account_replaces_the_old_one)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/5", LOOM_FORMAT_TLV, other_account,
                              sizeof other_account),
                 LOOM_CHANGED);
    uint8_t code = peer_finish(world);
    cr_assert_eq(code, LOOM_CHANGED, "%s", finish_reason());
    cr_assert(has(0, 5) && has(0, 0));
    cr_assert_not(has(0, 1));
}

/* so it does when the old one had to make way for a server's account. */
Test(bootstrap, a_new_account_replaces_one_that_made_way)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/1", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/5", LOOM_FORMAT_TLV, other_account,
                              sizeof other_account),
                 LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert(has(0, 5) && has(0, 1) && !has(0, 0));
}

/* a server that writes to both wants both, and may have but one. */
Test(bootstrap, two_written_accounts_are_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/5", LOOM_FORMAT_TLV, other_account,
                              sizeof other_account),
                 LOOM_CHANGED);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/1", LOOM_FORMAT_TLV, other_account,
                              sizeof other_account),
                 LOOM_CHANGED);
    expect_refused_finish("there is more than one Bootstrap-Server Account");
}

/* ---- Delete, rules A-50 .. A-52 -------------------------------------------------------------- */

/* */
Test(bootstrap, delete_spares_the_account_and_the_device)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/1"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_delete(world, &world->bs, "/3/0"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_delete(world, &world->bs, "/3"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->bs, "/0"), LOOM_DELETED);
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</0/1>");
    cr_assert_eq(peer_delete(world, &world->bs, "/1/0"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->bs, "/1/0"), LOOM_DELETED, "gone is gone");
    cr_assert_eq(peer_delete(world, &world->bs, "/77"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_delete(world, &world->bs, "/3/0/0"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_delete(world, &world->bs, "/"), LOOM_DELETED);
    cr_assert_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</0/1>,</1>,</2>,</3>;ver=1.1,</3/0>,</"
                                            "4>;ver=1.2,</5>;ver=1.1,</5/0>,</6>,</7/0>,"
                                            "</3303>;ver=1.1");
}

/* what the product has from the start is there again after the Finish. */
Test(bootstrap, the_devices_own_objects_come_back)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_delete(world, &world->bs, "/"), LOOM_DELETED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert(has(3303, 0) && has(4, 0) && has(6, 0));
}

/* ---- Finish, rules A-80 .. A-82 and the table of checks -------------------------------------- */

/* */
Test(bootstrap, finish_without_an_account_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    expect_refused_finish("there is no Server Account");
}

/* ETS int-9: only /1/x/5. */
Test(bootstrap, finish_with_a_resource_alone_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/5", "86400"), LOOM_CHANGED);
    expect_refused_finish("a mandatory resource is missing");
}

/* pairs by the Short Server ID, both ways; repaired, it is taken. */
Test(bootstrap, finish_with_half_an_account_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    expect_refused_finish("no Server instance has this Short Server ID");
    cr_assert_eq(peer_put_server(world, "/1/0", 2, 60), LOOM_CHANGED);
    expect_refused_finish("no Server instance has this Short Server ID");
    cr_assert_eq(peer_put_server(world, "/1/1", 1, 60), LOOM_CHANGED);
    expect_refused_finish("no Security instance has this Short Server ID");
    cr_assert_eq(peer_delete(world, &world->bs, "/1/0"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED, "repaired (A-81)");
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* */
Test(bootstrap, finish_with_equal_short_server_ids_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://other:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    expect_refused_finish("two accounts have the same Short Server ID");
    cr_assert_eq(peer_delete(world, &world->bs, "/0/2"), LOOM_DELETED);
    cr_assert_eq(peer_put_server(world, "/1/1", 1, 60), LOOM_CHANGED);
    expect_refused_finish("two Server instances have the same Short Server ID");
}

Test(bootstrap, finish_with_unusable_credentials_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    expect_refused_finish("the server URI has no known scheme");
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/0", "coaps://server"), LOOM_CHANGED);
    expect_refused_finish("the scheme of the server URI does not fit the security mode");
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/2", "0"), LOOM_CHANGED);
    expect_refused_finish("the security mode needs a public key or identity");
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/3", "aWQ="), LOOM_CHANGED);
    expect_refused_finish("the security mode needs a secret key");
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/5", "a2V5"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* H.3, RFC 3986 section 3.1: a scheme is the same in any case; what only looks like one is none. */
Test(bootstrap, finish_takes_schemes_in_any_case)
{
    static const char *const bad[] = {
        "COAP", "coap://", "CoAP:/x", "COAPX://host", "coap\x1A\x0F\x0Fhost", "coaps+TCP://"};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(peer_put_security(world, "/0/0", bad[i], 1), LOOM_CHANGED);
        expect_refused_finish("the server URI has no known scheme");
    }
    cr_assert_eq(peer_put_security(world, "/0/0", "COAPS+TCP://server", 1), LOOM_CHANGED);
    expect_refused_finish("the scheme of the server URI does not fit the security mode");
    cr_assert_eq(peer_put_security(world, "/0/0", "CoaPs://server", 1), LOOM_CHANGED);
    expect_refused_finish("the scheme of the server URI does not fit the security mode");
    cr_assert_eq(peer_put_security(world, "/0/0", "COAP://server", 1), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

Test(bootstrap, finish_with_an_unknown_binding_is_refused)
{
    begin_running(LOOM_LWM2M_1_0);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", "X"), LOOM_CHANGED);
    expect_refused_finish("the client does not know the binding");
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", "UQ"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* B-25: 1.0 has these and no others; S and SQ are without the UDP that the client speaks. */
Test(bootstrap, bindings_of_1_0_are_those_of_its_table)
{
    static const char *const bad[] = {"S", "SQ", "USQ", "UQSQ", "QU", "UU", "T", ""};
    begin_running(LOOM_LWM2M_1_0);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", bad[i]), LOOM_CHANGED);
        expect_refused_finish("the client does not know the binding");
    }
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", "UQS"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* A-81, B-25, B-26: the port of this client has UDP alone. */
Test(bootstrap, finish_with_a_binding_of_no_transport_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", "T"), LOOM_CHANGED);
    expect_refused_finish("the client does not know the binding");
    cr_assert_eq(peer_put(world, &world->bs, "/1/0/7", "UT"), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* A-81, B-3, A-13, A-87: there is no lifetime, period, time-out or hold-off below 0, and none that
 * no server takes. */
Test(bootstrap, finish_with_a_time_that_cannot_be_is_refused)
{
    static const char *const places[] = {"/1/0/1", "/1/0/2",  "/1/0/3",
                                         "/1/0/5", "/0/1/11", "/0/1/12"};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        cr_assert_eq(peer_put(world, &world->bs, places[i], "-5"), LOOM_CHANGED, "%s", places[i]);
        expect_refused_finish("a time is below 0 or above 4294967295 s");
        cr_assert_eq(peer_put(world, &world->bs, places[i], "4294967296"), LOOM_CHANGED);
        expect_refused_finish("a time is below 0 or above 4294967295 s");
        cr_assert_eq(peer_put(world, &world->bs, places[i], "0"), LOOM_CHANGED);
    }
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* an account that the client has no means to use could be the last one that it gets. */
Test(bootstrap, finish_with_what_the_client_cannot_use_is_refused)
{
    const char *const reason = "the client cannot open a session with this URI and security mode";
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap+tcp://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    expect_refused_finish(reason);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/0", "coaps://bs"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/2", "2"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/3", "Yw=="), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/4", "cw=="), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/5", "aw=="), LOOM_CHANGED);
    expect_refused_finish(reason);
}

/* refused, and the old account is still there to go back to. */
Test(bootstrap, a_refused_replacement_leaves_the_old_account)
{
    static const uint8_t account[] = {0xC8, 0x00, 0x0A, 'c',  'o',  'a',  'p',  's',  ':', '/',
                                      '/',  'b',  's',  0xC1, 0x01, 0x01, 0xC1, 0x02, 0x03};
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/0/3", LOOM_FORMAT_TLV, account, sizeof account),
        LOOM_CHANGED);
    expect_refused_finish("the scheme of the server URI does not fit the security mode");
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert(strstr(peer_text(&world->bs), "</0/1>") != NULL);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/3"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert(has(0, 1));
}

/* A-53, C-70: with its Security instance a server loses its Server instance. */
Test(bootstrap, deleting_a_security_instance_unbootstraps_the_server)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_add_server_account(world, &world->other, 2, 7, 300);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/2"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_not(has(1, 2));
    cr_assert(has(1, 0));
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 1);
}

/* an instance without any value is an instance without its mandatory ones. */
Test(bootstrap, writes_of_nothing_are_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1/0", LOOM_FORMAT_TLV, NULL, 0),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/1", LOOM_FORMAT_TLV, "\x00\x00", 2),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(peer_get(world, &world->bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</1>");
}

/* A-63, RFC 6690 section 2: what a Finish will refuse does not break the Discover before it. */
Test(bootstrap, discover_quotes_what_was_written)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/0", "coap://x\",</9/9>;y=\"\\"), LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://x\",</9/9>;y=\"\\", 1), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_not_null(strstr(peer_text(&world->bs), ";uri=\"coap://x\\\",</9/9>;y=\\\"\\\\\""),
                       "%s", peer_text(&world->bs));
}

/* What the product sets while a bootstrap runs stays, in all that the server did not write to. */
Test(bootstrap, the_product_goes_on_meanwhile)
{
    int64_t level = 0;
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(loom_device_1_1_set_battery_level(&world->model, 0, 49), LOOM_OK);
    cr_assert_eq(peer_put(world, &world->bs, "/3/0/14", "+09:00"), LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(3303, 0, 5750), "cellar"),
                 LOOM_OK);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_eq(loom_device_1_1_get_battery_level(&world->model, 0, &level), LOOM_OK);
    cr_assert_eq(level, 49);
    struct loom_text type;
    cr_assert_eq(loom_get_text(&world->model, loom_path_resource(3303, 0, 5750), &type), LOOM_OK);
    cr_assert_eq(type.length, 6);
}

/* A refused write moves nothing, the account included. */
Test(bootstrap, a_refused_write_over_the_account_leaves_it_where_it_is)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/0/1", LOOM_FORMAT_TLV, "\xC1\x01\x00", 3),
        LOOM_BAD_REQUEST);
    cr_assert_eq(peer_get(world, &world->bs, "/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->bs), "</>;lwm2m=1.1,</0/1>");
}

/* the time of the accounts that were changed, and of those alone. */
Test(bootstrap, last_bootstrapped_is_told_of_what_changed)
{
    int64_t time = 0;
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->other, 2, 7, 300);
    loom_loopback_set_unix_time(world->net, 1700000000);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    loom_client_bootstrap(&world->client);
    world_bootstrap(world, 300);
    cr_assert_eq(loom_get_time(&world->model, loom_path_resource(1, 0, 12), &time), LOOM_OK);
    cr_assert_eq(time, 1700000000);
    cr_assert_eq(loom_get_time(&world->model, loom_path_resource(1, 2, 12), &time), LOOM_NOT_FOUND);
}

/* A-85 rules once the server commands, whatever became of the answer to the request. */
Test(bootstrap, a_lost_answer_does_not_end_what_has_begun)
{
    begin(LOOM_LWM2M_1_1, 0);
    world->bs.bs_code = 0;
    world_run(world, 1);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    world_run(world, 100);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_FAILED), 0);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* the request that nobody answered is over with the Finish, and is not sent again. */
Test(bootstrap, a_finish_takes_the_request_off_the_wire)
{
    begin(LOOM_LWM2M_1_1, 0);
    world_watch_cancels(world);
    world->bs.bs_code = 0;
    world_run(world, 1);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(world->cancelled, 0);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_eq(world->cancelled, 1);
}

/* access control must fit what the client is. */
Test(bootstrap, finish_with_access_control_of_nothing_is_refused)
{
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    static const uint8_t of_object_77[] = {0xC1, 0x00, 0x4D, 0xC1, 0x01, 0x00,
                                           0xC4, 0x03, 0x00, 0x00, 0xFF, 0xFF};
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/2/0", LOOM_FORMAT_TLV, of_object_77,
                              sizeof of_object_77),
                 LOOM_CHANGED);
    expect_refused_finish("access control of an object that the client lacks");
    cr_assert_eq(peer_put(world, &world->bs, "/2/0/0", "3"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/2/0/3", "4"), LOOM_CHANGED);
    expect_refused_finish("the access control owner is not a server of the client");
    cr_assert_eq(peer_put(world, &world->bs, "/2/0/3", "1"), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/2/0/2/4", "31"), LOOM_CHANGED);
    expect_refused_finish("an access right for a server that the client lacks");
    cr_assert_eq(peer_delete(world, &world->bs, "/2"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* when the bootstrap is over its server commands nothing any more. */
Test(bootstrap, after_the_finish_commands_are_refused)
{
    begin(LOOM_LWM2M_1_1, 0);
    world_bootstrap(world, 300);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_finish(world), LOOM_BAD_REQUEST);
    cr_assert(has(1, 0));
}

/* ---- other interfaces, rules A-90 .. A-92 ---------------------------------------------------- */

/* no answer during a bootstrap that a server asked for; when it fails
 * the registration is as alive as before. */
Test(bootstrap, servers_are_ignored_meanwhile)
{
    begin(LOOM_LWM2M_1_1, 0);
    world_bootstrap(world, 86400);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/9", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), 0);
    cr_assert_eq(world->server.failure, LOOM_FAILURE_TIMEOUT);
    cr_assert_eq(world_count(world, LOOM_EVENT_IGNORED), 1);
    /* it fails, and the registration goes on as if nothing had been. */
    world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 300);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

/* ---- what outlives a restart ----------------------------------------------------------------- */

Test(bootstrap, accounts_outlive_a_restart)
{
    begin(LOOM_LWM2M_1_1, 0);
    world_bootstrap(world, 300);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    struct world *second = world_create(LOOM_LWM2M_1_1);
    memcpy(second->stored, world->stored, world->stored_length);
    second->stored_length = world->stored_length;
    world_destroy(world);
    world = second;
    world_add_bootstrap_account(world, 0, 7); /* what the factory put there */
    world_start(world);
    for (size_t i = 0; i < world->product->staging_size; i++) {
        cr_assert_eq(((unsigned char *)world->staging)[i], 0, "no key stays in the copy");
    }
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->bs.got_count, 0);
    cr_assert(has(0, 1), "the stored account, not the factory's");
    cr_assert(strstr(world->server.got[0].line, "lt=300") != NULL);
}

static void expect_no_key_in(const void *memory, size_t length, const char *key)
{
    for (size_t i = 0; i + 16 <= length; i++) {
        cr_assert_neq(memcmp((const unsigned char *)memory + i, key, 16), 0, "at %zu", i);
    }
}

/* No key stays where nothing needs it: not in the buffer that decoded it, not in the one that
 * stored it, not in the copy that it was staged in. Looked at before anything else is written
 * there. */
Test(bootstrap, keys_stay_in_the_accounts_alone)
{
    static const char key[] = "a-key-of-16-byte";
    begin_running(LOOM_LWM2M_1_1);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put(world, &world->bs, "/0/0/5", "YS1rZXktb2YtMTYtYnl0ZQ=="), LOOM_CHANGED);
    expect_no_key_in(world->buffer, sizeof world->buffer, key);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    struct loom_request finish = {.method = LOOM_POST,
                                  .path_count = 1,
                                  .path = {{"bs", 2}},
                                  .content_format = LOOM_FORMAT_ABSENT,
                                  .accept = LOOM_FORMAT_ABSENT};
    struct loom_reply reply = {.code = 0};
    /* By hand, since the next step would write a Register into the buffer. */
    loom_client_side.request(&world->client, &world->client.bootstrap,
                             world->client.bootstrap.session, &finish, &reply);
    cr_assert_eq(reply.code, LOOM_CHANGED);
    cr_assert_eq(world->saves, 1);
    expect_no_key_in(world->buffer, sizeof world->buffer, key);
    expect_no_key_in(world->staging, world->product->staging_size, key);
    struct loom_bytes kept;
    cr_assert_eq(loom_get_opaque(&world->model, loom_path_resource(0, 0, 5), &kept), LOOM_OK);
    cr_assert_eq(memcmp(kept.data, key, 16), 0);
}
