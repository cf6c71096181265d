/* SPDX-License-Identifier: Apache-2.0 */
/* The Client Registration interface in simulated time, rules B. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(registration, .fini = tear_down);

/* A client with one server account, ssid 1. */
static void begin(uint16_t lwm2m, uint32_t lifetime)
{
    world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, lifetime);
}

static void begin_registered(uint16_t lwm2m, uint32_t lifetime)
{
    begin(lwm2m, lifetime);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* ---- Register -------------------------------------------------------------------------------- */

/* B-1 .. B-10, B-27, B-28, 1.0-int-101, 1.1-int-101; the list never has /0 nor the draft object. */
Test(registration, register_says_what_the_release_wants)
{
    const char *const lines[] = {"POST /rd?ep=device&lt=300&lwm2m=1.0&b=U",
                                 "POST /rd?ep=device&lt=300&lwm2m=1.1&b=U",
                                 "POST /rd?ep=device&lt=300&lwm2m=1.2&b=U"};
    const char *const lists[] = {
        ("</>;ct=\"11543\",</1/0>,</2>,</3/0>,</4/0>,</5/0>,</6/0>,</7/0>,"
         "</3303>;ver=1.1,</3303/0>"),
        ("</>;ct=\"11542 112 60 "
         "110\",</1/0>,</2>,</3>;ver=1.1,</3/0>,</4>;ver=1.2,</4/0>,</5>;ver=1.1,</5/0>,</6/0>,</7/"
         "0>,"
         "</3303>;ver=1.1,</3303/0>"),
        ("</>;ct=\"11542 112 60 110 11544\",</1/0>,</2>,</3/0>,</4/0>,</5>;ver=1.2,</5/0>,</6/0>,"
         "</7/0>,</3303>;ver=1.1,</3303/0>")};
    for (int i = 0; i < 3; i++) {
        begin_registered(all_versions[i], 300);
        cr_assert_eq(world->server.got_count, 1);
        cr_assert_str_eq(world->server.got[0].line, lines[i]);
        cr_assert_str_eq(world->server.got[0].payload, lists[i]);
        cr_assert_eq(world->server.got[0].content_format, LOOM_FORMAT_LINK);
        if (i < 2) {
            world_destroy(world);
        }
    }
}

/* B-16: without the location there is no registration. `rd` and `a1`, each after its length, are
 * six bytes. */
Test(registration, a_location_has_the_room_that_the_product_gives_it)
{
    begin(LOOM_LWM2M_1_1, 300);
    world->location_size = 5;
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1);
    cr_expect_eq(event->reason, LOOM_REASON_LOCATION);
    world->location_size = 6;
    world_start(world);
    event = world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_expect_eq(event->text.length, 6);
    world_run(world, 300);
    cr_expect_str_eq(peer_last(&world->server)->line, "POST /rd/a1");
}

/* B-4: in 1.0 the binding is that of /1/x/7; B-5: later it is what the device has, /3/0/16. */
Test(registration, binding_comes_from_where_the_release_says)
{
    begin(LOOM_LWM2M_1_0, 300);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "UQ");
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_str_eq(world->server.got[0].line, "POST /rd?ep=device&lt=300&lwm2m=1.0&b=UQ");
    world_destroy(world);
    begin(LOOM_LWM2M_1_1, 300);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "UT");
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_str_eq(world->server.got[0].line, "POST /rd?ep=device&lt=300&lwm2m=1.1&b=U");
}

Test(registration, two_servers_are_registered_at_side_by_side)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_server_account(world, &world->other, 2, 7, 60);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 7);
    cr_assert(strstr(world->other.got[0].line, "lt=60") != NULL);
    struct loom_registration_status status;
    cr_assert(loom_client_registration(&world->client, 1, &status));
    cr_assert_eq(status.ssid, 7);
    cr_assert_str_eq(status.state, "registered");
    cr_assert_not(loom_client_registration(&world->client, 2, &status));
}

/* ---- Update, rules B-18 .. B-22 -------------------------------------------------------------- */

/* B-22: MAX_TRANSMIT_WAIT before the end, or half of a short lifetime. */
Test(registration, updates_come_in_time)
{
    const struct {
        uint32_t lifetime;
        double wait;
    } cases[] = {{300, 207}, {186, 93}, {185, 92.5}, {60, 30}, {1, 0.5}, {86400, 86307}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_registered(LOOM_LWM2M_1_1, cases[i].lifetime);
        uint64_t registered = world->events[world->event_count - 1].time;
        const struct loom_event *event =
            world_expect(world, LOOM_EVENT_UPDATE, cases[i].wait + 0.1);
        cr_assert_eq(event->time - registered, (uint64_t)(cases[i].wait * 1000));
        world_expect(world, LOOM_EVENT_UPDATED, 1);
        cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1", "B-19: nothing changed");
        if (i + 1 < sizeof cases / sizeof cases[0]) {
            world_destroy(world);
        }
    }
}

/* B-20: when the lifetime ended before the Update was answered, a Register follows, and nothing
 * is served meanwhile that came in the registration of before. */
Test(registration, a_lifetime_that_is_over_means_a_register)
{
    begin_registered(LOOM_LWM2M_1_1, 60);
    uint64_t registered = world->events[world->event_count - 1].time;
    world->server.update_code = 0;
    world_expect(world, LOOM_EVENT_UPDATE, 31);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER, 31);
    cr_assert_eq(event->time - registered, 60000);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* B-21: lifetime 0 is for ever. */
Test(registration, lifetime_0_needs_no_update)
{
    begin_registered(LOOM_LWM2M_1_2, 0);
    world_run(world, 1e6);
    cr_assert_eq(world->server.got_count, 1);
}

/* B-3, B-18, ETS int-102: a lifetime that the server writes goes into an Update, alone. */
Test(registration, a_new_lifetime_is_told)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "20"), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1?lt=20");
    cr_assert_str_eq(peer_last(&world->server)->payload, "");
    const struct loom_event *event = world_expect(world, LOOM_EVENT_UPDATE, 10.1);
    cr_assert_eq(event->text.length, 0);
}

Test(registration, a_changed_object_list_is_told_whole)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_request(world, &world->server, LOOM_POST, "/3303", LOOM_FORMAT_TLV, NULL, 0),
                 LOOM_CREATED);
    cr_assert_str_eq(world->server.location, "/3303/1");
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1");
    cr_assert_str_eq(
        peer_last(&world->server)->payload,
        "</>;ct=\"11542 112 60 110\","
        "</1/0>,</2>,</3>;ver=1.1,</3/0>,</4>;ver=1.2,</4/0>,</5>;ver=1.1,</5/0>,</6/0>,</7/0>,"
        "</3303>;ver=1.1,</3303/0>,</3303/1>");
    unsigned count = world->server.got_count;
    world_run(world, 1000);
    cr_assert_eq(world->server.got_count, count, "told once");
}

/* A change that comes while an Update is under way is told by the next one. */
Test(registration, no_change_is_lost_during_an_update)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_UPDATE, 1);
    loom_set_integer(&world->model, loom_path_resource(1, 0, 1), 500);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1?lt=500");
}

/* B-20: the server has forgotten the client; only a Register helps. */
Test(registration, not_found_on_update_registers_anew)
{
    begin_registered(LOOM_LWM2M_1_1, 60);
    world->server.update_code = LOOM_NOT_FOUND;
    cr_assert_eq(world_expect(world, LOOM_EVENT_UPDATE_REFUSED, 31)->code, LOOM_NOT_FOUND);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(strncmp(peer_last(&world->server)->line, "POST /rd?", 9), 0);
}

Test(registration, an_update_without_answer_registers_anew)
{
    begin_registered(LOOM_LWM2M_1_1, 300);
    loom_loopback_set_reachable(world->server.host, false);
    world_expect(world, LOOM_EVENT_REGISTER_FAILED, 207 + 93 + 1);
    world_expect(world, LOOM_EVENT_REGISTER, 1);
    loom_loopback_set_reachable(world->server.host, true);
    world_expect(world, LOOM_EVENT_REGISTERED, 200);
}

/* ---- triggers -------------------------------------------------------------------------------- */

/* B-71: the answer first, then the Update. */
Test(registration, update_trigger)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/8", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_EXECUTE, 1);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
}

/* without an account to bootstrap with it cannot be done; in 1.0 there is no such resource.
 */
Test(registration, bootstrap_trigger_needs_an_account)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/9", ""), LOOM_METHOD_NOT_ALLOWED);
    world_destroy(world);
    begin(LOOM_LWM2M_1_0, 300);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/9", ""), LOOM_NOT_FOUND);
}

/* B-70, ETS int-103: answer, De-register, silence for /1/x/5 seconds, Register. */
Test(registration, disable_is_a_pause)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    cr_assert_eq(peer_put(world, &world->server, "/1/0/5", "400"), LOOM_CHANGED);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/4", ""), LOOM_CHANGED);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_DISABLED, 1);
    cr_assert_eq(event->seconds, 400);
    uint64_t disabled = event->time;
    cr_assert_str_eq(peer_last(&world->server)->line, "DELETE /rd/a1");
    unsigned count = world->server.got_count;
    loom_client_update(&world->client); /* not even when the product asks */
    world_run(world, 399);
    cr_assert_eq(world->server.got_count, count);
    event = world_expect(world, LOOM_EVENT_REGISTER, 2);
    cr_assert_eq(event->time - disabled, 400000);
}

/* ---- De-register ----------------------------------------------------------------------------- */

/* B-23 */
Test(registration, stop_deregisters_everywhere)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_server_account(world, &world->other, 2, 7, 60);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    loom_client_stop(&world->client);
    world_expect(world, LOOM_EVENT_STOPPED, 1);
    cr_assert(loom_client_stopped(&world->client));
    cr_assert_str_eq(peer_last(&world->server)->line, "DELETE /rd/a1");
    cr_assert_str_eq(peer_last(&world->other)->line, "DELETE /rd/a1");
    cr_assert_eq(loom_client_step(&world->client), UINT64_MAX);
}

/* B-3: what no server takes, a product may still have set. */
Test(registration, a_lifetime_that_cannot_be_told_is_the_default)
{
    begin(LOOM_LWM2M_1_1, 300);
    loom_set_integer(&world->model, loom_path_resource(1, 0, 1), INT64_C(1) << 32);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_not_null(strstr(peer_last(&world->server)->line, "&lt=86400&"));
}

/* B-23: an Update that nobody has answered yet would only hold the De-register up. */
Test(registration, a_deregister_takes_the_update_off_the_wire)
{
    begin_registered(LOOM_LWM2M_1_1, 86400);
    world_watch_cancels(world);
    world->server.update_code = 0;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_UPDATE, 1);
    world_run(world, 1);
    cr_assert_eq(world->cancelled, 0);
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    cr_assert_eq(world->cancelled, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "DELETE /rd/a1");
}

Test(registration, deregistered_it_stays_so_until_asked)
{
    begin_registered(LOOM_LWM2M_1_1, 60);
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    unsigned count = world->server.got_count;
    world_run(world, 1000);
    cr_assert_eq(world->server.got_count, count);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* A wish that comes at a bad moment waits for a better one. */
Test(registration, an_update_asked_for_while_deregistering_registers)
{
    begin_registered(LOOM_LWM2M_1_1, 60);
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTER, 1);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* ---- whom the client listens to -------------------------------------------------------------- */

/* not before the registration is acknowledged, and then at once. */
Test(registration, requests_before_the_acknowledgement_are_ignored)
{
    begin(LOOM_LWM2M_1_1, 300);
    world->server.read_before_answer = true;
    world->server.register_code = LOOM_CREATED;
    world_start(world);
    world_run(world, 200);
    cr_assert(world->server.answered);
    cr_assert_eq(world->server.code, 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_IGNORED), 1);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

Test(registration, a_refused_servers_requests_are_ignored)
{
    begin(LOOM_LWM2M_1_1, 300);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTER, 1);
    world_run(world, 0.005);
    world->server.read_before_answer = true;
    world_run(world, 200);
    cr_assert_eq(world->server.code, 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_READ), 0);
}
