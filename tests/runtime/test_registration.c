/* SPDX-License-Identifier: Apache-2.0 */
/* The Client Registration interface in simulated time, rules B. */
#include <criterion/criterion.h>
#include <string.h>

#include "objects.h"
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

static void set_server(uint16_t resource, uint64_t value)
{
    cr_assert_eq(loom_set_unsigned(&world->model, loom_path_resource(1, 0, resource), value),
                 LOOM_OK);
}

/* ---- Register -------------------------------------------------------------------------------- */

/* B-1 .. B-7, B-27, B-28, 1.0-int-101, 1.1-int-101; the list never has /0 nor the draft object. */
Test(registration, register_says_what_the_release_wants)
{
    const char *const lines[] = {"POST /rd?ep=device&lt=300&lwm2m=1.0&b=U",
                                 "POST /rd?ep=device&lt=300&lwm2m=1.1&b=U",
                                 "POST /rd?ep=device&lt=300&lwm2m=1.2&b=U"};
    const char *const lists[] = {
        "</1/0>,</2>,</3/0>,</4/0>,</6/0>,</3303>;ver=1.1,</3303/0>",
        "</1/0>,</2>,</3>;ver=1.1,</3/0>,</4>;ver=1.2,</4/0>,</6/0>,</3303>;ver=1.1,</3303/0>",
        "</1/0>,</2>,</3/0>,</4/0>,</6/0>,</3303>;ver=1.1,</3303/0>"};
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

/* ---- retries, rules B-53 .. B-58 ------------------------------------------------------------- */

/* B-57: with the defaults five attempts, waits of 60, 120, 240, 480 s, then given up. A 5.03
 * answers at once, so that the waits are seen as they are. */
Test(registration, attempts_come_at_the_times_of_the_defaults)
{
    static const unsigned times[] = {0, 60, 180, 420, 900};
    begin(LOOM_LWM2M_1_1, 300);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 2000);
    uint64_t passed = event->time - world->server.got[0].time;
    cr_assert_eq(world->server.got_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        /* Each answer takes the message back and the next request there: twice the latency. */
        uint64_t at = world->server.got[i].time - world->server.got[0].time;
        cr_assert_eq(at, times[i] * UINT64_C(1000) + 2 * i * LOOM_LOOPBACK_LATENCY_MS);
    }
    cr_assert_lt(passed, 901000);
}

/* B-54, B-55: the resources rule. */
Test(registration, attempts_follow_the_resources)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 2);
    set_server(18, 5);
    set_server(19, 1000);
    set_server(20, 3);
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 16), false);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 5000);
    cr_assert_eq(world->server.got_count, 6, "two attempts in each of three sequences");
    const unsigned rounded[] = {0, 5, 1005, 1010, 2010, 2015};
    for (unsigned i = 0; i < 6; i++) {
        cr_assert_eq((world->server.got[i].time - world->server.got[0].time) / 1000, rounded[i]);
    }
}

/* BSR-001: given up, with no bootstrap to help, it starts over after the sequence delay. */
Test(registration, without_a_bootstrap_server_it_never_gives_up_for_good)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 1);
    set_server(19, 500);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_run(world, 2600);
    cr_assert_eq(world->server.got_count, 6);
    world->server.register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_REGISTERED, 501);
}

/* B-58: a delay of MAX_VALUE means no further sequence. */
Test(registration, sequence_delay_of_max_value_ends_it)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 1);
    set_server(19, UINT32_MAX);
    set_server(20, 5);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 1e7);
    cr_assert_eq(world->server.got_count, 1);
}

/* Waits saturate: the largest timers never wrap to short ones. */
Test(registration, large_timers_do_not_wrap)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, UINT32_MAX);
    set_server(18, UINT32_MAX);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 4e9);
    cr_assert_eq(world->server.got_count, 1);
    world_run(world, 4e8);
    cr_assert_eq(world->server.got_count, 2);
}

/* A-10 step 4, B-53: all failed, so the client bootstraps; the silent server cost 93 s an attempt.
 */
Test(registration, failure_leads_to_a_bootstrap)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    loom_loopback_set_reachable(world->server.host, false);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 900 + 5 * 93 + 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER), 5);
}

Test(registration, refusal_leads_to_a_bootstrap_at_once)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1)->code, LOOM_FORBIDDEN);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
}

/* B-53: /1/x/16 false keeps it from bootstrapping. */
Test(registration, bootstrap_on_failure_can_be_forbidden)
{
    begin(LOOM_LWM2M_1_2, 300);
    world_add_bootstrap_account(world, 1, 0);
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 16), false);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_run(world, 200000);
    cr_assert_eq(world->bs.got_count, 0);
    cr_assert_gt(world->server.got_count, 1);
}

/* A server that heals while the bootstrap server is away is found, and the bootstrap given up. */
Test(registration, a_healed_server_ends_the_wish_to_bootstrap)
{
    begin(LOOM_LWM2M_1_2, 300);
    world_add_bootstrap_account(world, 1, 0);
    loom_loopback_set_reachable(world->bs.host, false);
    set_server(19, 100);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_RETRY, 200);
    world->server.register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_REGISTERED, 101);
    world_run(world, 1);
    cr_assert_str_eq(loom_client_bootstrap_state(&world->client), "idle");
}

/* A-10 step 4: "all failed" means each in its turn, not all at one moment. */
Test(registration, servers_that_fail_out_of_step_still_lead_to_a_bootstrap)
{
    begin(LOOM_LWM2M_1_2, 300);
    world_add_server_account(world, &world->other, 2, 7, 300);
    world_add_bootstrap_account(world, 1, 0);
    set_server(17, 1);
    cr_assert_eq(loom_set_unsigned(&world->model, loom_path_resource(1, 2, 17), 3), LOOM_OK);
    world->server.register_code = LOOM_UNAVAILABLE;
    world->other.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 600);
}

/* Never a busy loop: timers of 0 and servers that close each session at once cost a second at
 * least. */
Test(registration, timers_of_0_are_no_storm)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 1000);
    set_server(18, 0);
    set_server(19, 0);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 10);
    cr_assert_leq(world->server.got_count, 11);
}

/* A bootstrap whose accounts no server takes is repeated ever more slowly. */
Test(registration, useless_accounts_are_no_storm)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    unsigned rounds = 0;
    for (; world_now(world) < 1000000 + 600000; rounds++) {
        world_bootstrap(world, 300);
        world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 4000);
    }
    cr_assert_leq(rounds, 7, "%u bootstraps in ten minutes", rounds);
}

/* ---- Update, rules B-18 .. B-22 -------------------------------------------------------------- */

/* B-22: MAX_TRANSMIT_WAIT before the end, or half of a short lifetime. */
Test(registration, updates_come_in_time)
{
    const struct {
        uint32_t lifetime;
        double wait;
    } cases[] = {{300, 207}, {186, 93}, {185, 93}, {60, 30}, {1, 1}, {86400, 86307}};
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
    cr_assert_str_eq(peer_last(&world->server)->payload,
                     "</1/0>,</2>,</3>;ver=1.1,</3/0>,</4>;ver=1.2,</4/0>,</6/0>,"
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
    loom_client_objects_changed(&world->client);
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

/* ---- DTLS ------------------------------------------------------------------------------------ */

static const uint8_t psk_identity[] = "device-id";
static const uint8_t psk[] = "sixteen-byte-key";

/* Makes the account of ssid 1 one with PSK, whose key has `length` bytes of the right one. */
static void secure_account(size_t length)
{
    world->server.identity.data = psk_identity;
    world->server.identity.length = 9;
    world->server.key.data = psk;
    world->server.key.length = 16;
    loom_set_text(&world->model, loom_path_resource(0, 0, 0), "coaps://server:5683");
    loom_set_integer(&world->model, loom_path_resource(0, 0, 2), LOOM_SECURITY_PSK);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), psk_identity, 9);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), psk, length);
}

/* B-17: a lost session means a new Register, at once; but a server that closes each one as soon as
 * it is registered at is a failing one, and gets the waits of one. */
Test(registration, sessions_that_break_at_once_are_no_storm)
{
    begin(LOOM_LWM2M_1_1, 86400);
    secure_account(16);
    world_start(world);
    uint64_t begin_time = world_now(world);
    unsigned rounds = 0;
    for (; world_now(world) < begin_time + 120000; rounds++) {
        world_expect(world, LOOM_EVENT_REGISTERED, 1000);
        world->server.port.close(world->server.port.self, world->server.session);
        world_expect(world, LOOM_EVENT_SESSION_FAILED, 1);
        if (rounds == 0) {
            cr_assert_lt(world_now(world), begin_time + 1000, "the first loss is mended at once");
        }
    }
    cr_assert_leq(rounds, 4, "%u Registers in two minutes", rounds);
}

/* Rule A-111: the alert that ended a handshake is kept where the bootstrap server can read it. */
Test(registration, a_wrong_key_is_a_named_failure_and_leaves_its_alert)
{
    struct loom_path alert = loom_path_resource(1, 0, 11);
    uint64_t kept;
    begin(LOOM_LWM2M_1_1, 300);
    secure_account(15);
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_SESSION_FAILED, 1);
    cr_assert_eq(event->failure, LOOM_FAILURE_SECURITY);
    cr_assert_eq(event->alert, 51, "decrypt_error");
    cr_assert_eq(loom_get_unsigned(&world->model, alert, &kept), LOOM_OK);
    cr_assert_eq(kept, 51);
    world_expect(world, LOOM_EVENT_REGISTER_RETRY, 1);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), psk, 16);
    world_expect(world, LOOM_EVENT_REGISTERED, 61);
}
