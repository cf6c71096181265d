/* SPDX-License-Identifier: Apache-2.0 */
/* When a Register is tried again, and what makes it hopeless: rules B-13, B-42, B-53 .. B-58, H-17.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(retry, .fini = tear_down);

/* A client with one server account, ssid 1. */
static void begin(uint16_t lwm2m, uint32_t lifetime)
{
    world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, lifetime);
}

static void set_server(uint16_t resource, uint64_t value)
{
    cr_assert_eq(loom_set_unsigned(&world->model, loom_path_resource(1, 0, resource), value),
                 LOOM_OK);
}

static void no_bootstrap_on_failure(void)
{
    cr_assert_eq(loom_set_boolean(&world->model, loom_path_resource(1, 0, 16), false), LOOM_OK);
}

/* ---- retries, rules B-53 .. B-58 ------------------------------------------------------------- */

/* B-57: with the defaults five attempts, waits of 60, 120, 240, 480 s, then given up. A 5.03
 * answers at once, so that the waits are seen as they are. */
Test(retry, attempts_come_at_the_times_of_the_defaults)
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
Test(retry, attempts_follow_the_resources)
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
Test(retry, without_a_bootstrap_server_it_never_gives_up_for_good)
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
Test(retry, sequence_delay_of_max_value_ends_it)
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
Test(retry, large_timers_do_not_wrap)
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
Test(retry, failure_leads_to_a_bootstrap)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    loom_loopback_set_reachable(world->server.host, false);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 900 + 5 * 93 + 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER), 5);
}

Test(retry, refusal_leads_to_a_bootstrap_at_once)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1)->code, LOOM_FORBIDDEN);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
}

/* B-53: /1/x/16 false keeps it from bootstrapping. */
Test(retry, bootstrap_on_failure_can_be_forbidden)
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
Test(retry, a_healed_server_ends_the_wish_to_bootstrap)
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
Test(retry, servers_that_fail_out_of_step_still_lead_to_a_bootstrap)
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
Test(retry, timers_of_0_are_no_storm)
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
Test(retry, useless_accounts_are_no_storm)
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

/* B-53: the first bootstrap after one that was of no use comes when the hold-off says.
 */
Test(retry, the_hold_off_counts_after_a_useless_bootstrap)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 100);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    for (unsigned round = 0; round < 4; round++) {
        uint64_t before = world_now(world);
        const struct loom_event *event = world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 4000);
        cr_assert_geq(event->time, before + 100000, "round %u", round);
        cr_assert_leq(event->time, before + (round < 2 ? 100001 : 4000000), "round %u", round);
        world_bootstrap(world, 300);
        world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 2);
    }
    cr_assert_eq(world_count(world, LOOM_EVENT_HOLD_OFF), 2);
    cr_assert_geq(world_count(world, LOOM_EVENT_BOOTSTRAP_RETRY), 2);
}

/* B-54, B-57: what follows an Update that fails is a communication sequence of its own. */
Test(retry, an_update_that_fails_begins_a_whole_sequence)
{
    static const unsigned waits[] = {60, 120, 240, 480};
    begin(LOOM_LWM2M_1_1, 300);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 2);
    world->server.update_code = LOOM_UNAVAILABLE;
    world->server.register_code = LOOM_UNAVAILABLE;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTER, 1);
    for (unsigned i = 0; i < 4; i++) {
        cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_RETRY, 1000)->seconds, waits[i]);
    }
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1000);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER), 6);
}

/* B-53, B-54: 2.04 to a Register, or 2.01 without a Location-Path, is neither a registration nor a
 * refusal, so no reason to bootstrap. */
Test(retry, an_answer_that_means_nothing_is_a_failed_attempt)
{
    begin(LOOM_LWM2M_1_1, 300);
    world->server.register_code = LOOM_CHANGED;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 2);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_RETRY, 1)->seconds, 60);
    world->server.register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_REGISTERED, 61);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTRATION_GIVEN_UP), 0);
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
Test(retry, sessions_that_break_at_once_are_no_storm)
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
Test(retry, a_wrong_key_is_a_named_failure_and_leaves_its_alert)
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

/* ---- refused or failed, rules B-53, H-17 ------------------------------------------------------
 */

/* B-53: with 1/x/16 false a refusal is a failed attempt as any other. */
Test(retry, a_refusal_is_a_failed_attempt_where_no_bootstrap_is_wanted)
{
    begin(LOOM_LWM2M_1_2, 300);
    no_bootstrap_on_failure();
    set_server(17, 3);
    set_server(18, 100);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 400);
    cr_assert_eq(world->server.got_count, 3);
    cr_assert_eq((world->server.got[2].time - world->server.got[0].time) / 1000, 300);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_REFUSED), 3);
}

/* B-54, B-56: a count of 0 is one attempt, for nothing can fail without one. */
Test(retry, a_count_of_0_is_one_attempt)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 0);
    set_server(20, 0);
    set_server(19, UINT32_MAX);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1);
    world_run(world, 1e6);
    cr_assert_eq(world->server.got_count, 1);
}

/* B-53, B-54: a device that comes before its credentials, and has nobody to ask for others, tries
 * again when the resources say. */
Test(retry, a_refusal_is_tried_again_where_no_bootstrap_helps)
{
    begin(LOOM_LWM2M_1_1, 300);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_RETRY, 0)->seconds, 60);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTRATION_GIVEN_UP), 0);
    world->server.register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_REGISTERED, 61);
}

static enum loom_reason what_follows(void)
{
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    return world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1)->reason;
}

/* B-53, B-55: what comes after the last attempt is said with it, and then it comes. */
Test(retry, giving_up_says_that_a_bootstrap_follows)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    cr_assert_eq(what_follows(), LOOM_REASON_BOOTSTRAP_NEXT);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_RETRY), 0);
}

Test(retry, giving_up_says_that_another_round_follows)
{
    begin(LOOM_LWM2M_1_1, 300);
    set_server(17, 1);
    cr_assert_eq(what_follows(), LOOM_REASON_ROUND_NEXT);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_RETRY, 1)->seconds, 86400);
}

/* Another server is well, so there is no bootstrap. */
Test(retry, giving_up_at_one_server_says_that_another_round_follows)
{
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->other, 2, 2, 300);
    cr_assert_eq(what_follows(), LOOM_REASON_ROUND_NEXT);
    world_expect(world, LOOM_EVENT_REGISTER_RETRY, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_REQUEST), 0);
}

/* B-58: 1/x/19 wants no further sequence. */
Test(retry, giving_up_says_that_nothing_follows)
{
    begin(LOOM_LWM2M_1_1, 300);
    set_server(17, 1);
    set_server(19, UINT32_MAX);
    cr_assert_eq(what_follows(), LOOM_REASON_NO_MORE);
    world_run(world, 1e6);
    cr_assert_eq(world->server.got_count, 1);
}

/* B-54: the wait saturates however many attempts there are. */
Test(retry, a_wait_doubled_sixty_times_is_still_a_wait)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 70);
    set_server(18, 1);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 1.2e11);
    for (unsigned i = 1; i + 1 < world->server.got_count && i < 60; i++) {
        uint64_t before = world->server.got[i].time - world->server.got[i - 1].time;
        uint64_t after = world->server.got[i + 1].time - world->server.got[i].time;
        cr_assert_geq(after, before, "wait %u", i);
    }
    cr_assert_gt(world->server.got_count, 50);
}

/* Never more than the rules give: a trigger with its session closed right after it is no way around
 * the waits (B-54). */
Test(retry, a_server_that_triggers_and_hangs_up_is_no_storm)
{
    begin(LOOM_LWM2M_1_1, 86400);
    secure_account(16);
    world_start(world);
    uint64_t end = world_now(world) + 120000;
    unsigned rounds = 0;
    for (; world_now(world) < end; rounds++) {
        world_expect(world, LOOM_EVENT_REGISTERED, 1000);
        world_run(world, 0.5);
        world->server.port.close(world->server.port.self, world->server.session);
        loom_client_update(&world->client); /* as the trigger does, before the next step */
        loom_loopback_deliver(world->net, world_now(world) + LOOM_LOOPBACK_LATENCY_MS);
        world_expect(world, LOOM_EVENT_SESSION_FAILED, 1);
    }
    cr_assert_leq(rounds, 4, "%u Registers in two minutes", rounds);
}

/* H-17: unknown_psk_identity (115) is for good, as a refusal, BSR-005: it is kept for
 * the bootstrap server, over a restart, too. */
Test(retry, an_alert_that_is_for_good_is_a_refusal)
{
    uint64_t kept;
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    secure_account(16);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), psk_identity, 5);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_SESSION_FAILED, 1)->alert, 115);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER), 1);
    cr_assert_eq(world->saves, 1);
    loom_model_clear(&world->model, &(struct loom_path){{1, 0, 11, 0}, 3});
    world_reboot(world, 1);
    cr_assert_eq(loom_get_unsigned(&world->model, loom_path_resource(1, 0, 11), &kept), LOOM_OK);
    cr_assert_eq(kept, 115);
}

/* a bootstrap stores what is in force with what it changes: an alert that came in its
 * midst, and that the bootstrap server did not write over, is there after a restart. */
Test(retry, an_alert_during_a_bootstrap_outlives_it)
{
    uint64_t kept;
    begin(LOOM_LWM2M_1_1, 300);
    world_add_bootstrap_account(world, 1, 0);
    secure_account(16);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), psk_identity, 5);
    world_start(world);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_SESSION_FAILED, 1)->alert, 115);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    loom_model_clear(&world->model, &(struct loom_path){{1, 0, 11, 0}, 3});
    world_reboot(world, 1);
    cr_assert_eq(loom_get_unsigned(&world->model, loom_path_resource(1, 0, 11), &kept), LOOM_OK);
    cr_assert_eq(kept, 115);
}

/* ---- older releases, rule B-13 ----------------------------------------------------------------
 */

/* What a server of an older release says to a newer client. */
static uint8_t answer_of_release(void *user, const char *line)
{
    const char *const *spoken = user;
    return strstr(line, *spoken) != NULL ? LOOM_CREATED : LOOM_PRECONDITION_FAILED;
}

/* B-13, B-4, B-28, B-80: down to what the server speaks, at once, and each time as that release has
 * it. */
Test(retry, a_refused_release_is_tried_again_as_an_older_one)
{
    const char *spoken = "lwm2m=1.0";
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 1);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "US");
    world->client.context.config.queue_mode = true;
    world->server.answer = answer_of_release;
    world->server.answer_user = &spoken;
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_VERSION_FALL_BACK, 1);
    cr_assert_eq(event->code, LOOM_PRECONDITION_FAILED);
    cr_assert_str_eq(event->text.data, "1.1");
    cr_assert_str_eq(world_expect(world, LOOM_EVENT_VERSION_FALL_BACK, 1)->text.data, "1.0");
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_REFUSED), 0);
    cr_assert_str_eq(world->server.got[0].line, "POST /rd?ep=device&lt=300&lwm2m=1.2&b=U&Q");
    cr_assert_str_eq(world->server.got[1].line, "POST /rd?ep=device&lt=300&lwm2m=1.1&b=U&Q");
    cr_assert_str_eq(world->server.got[2].line, "POST /rd?ep=device&lt=300&lwm2m=1.0&b=US");
    cr_assert_str_eq(
        world->server.got[0].payload,
        "</>;ct=\"11542 112 60 110 11544\","
        "</1/0>,</2>,</3/0>,</4/0>,</5>;ver=1.2,</5/0>,</6/0>,</7/0>,</3303>;ver=1.1,</3303/0>");
    cr_assert_str_eq(world->server.got[1].payload,
                     "</>;ct=\"11542 112 60 110\","
                     "</1/0>,</2>,</3>;ver=1.1,</3/0>,</4>;ver=1.2,</4/0>,</5/0>,</6/0>,</7/0>,"
                     "</3303>;ver=1.1,</3303/0>");
    cr_assert_str_eq(world->server.got[2].payload,
                     "</1/0>,</2>,</3/0>,</4/0>,</5/0>,</6/0>,</7/0>,</3303>;ver=1.1,</3303/0>");
    cr_assert_eq(peer_get(world, &world->server, "/3", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(strncmp(peer_text(&world->server), "</3>,</3/0>", 11), 0, "%s",
                 peer_text(&world->server));
    /* It is remembered: the next Register begins where the last one ended. */
    unsigned count = world->server.got_count;
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->server.got_count, count + 1);
}

/* B-13, B-53: no release is good enough, so it is refused; the next attempt begins with the newest.
 */
Test(retry, all_releases_refused_is_refused)
{
    begin(LOOM_LWM2M_1_2, 300);
    set_server(17, 1);
    set_server(19, 100);
    world->client.context.config.lwm2m_oldest = LOOM_LWM2M_1_1;
    world->server.register_code = LOOM_PRECONDITION_FAILED;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1);
    cr_assert_eq(world->server.got_count, 2, "lwm2m_oldest ends the way down");
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_REFUSED), 1);
    world_expect(world, LOOM_EVENT_REGISTER, 101);
    world_run(world, 0.015);
    cr_assert(strstr(peer_last(&world->server)->line, "lwm2m=1.2") != NULL);
}

/* ---- profile id, rules B-40 .. B-42 -----------------------------------------------------------
 */

static uint8_t answer_without_profiles(void *user, const char *line)
{
    const uint8_t *refusal = user;
    return strstr(line, "pid=") != NULL ? *refusal : LOOM_CREATED;
}

/* B-40, B-41: in the place of the list, as long as the list is the same. */
Test(retry, a_profile_id_takes_the_place_of_the_list)
{
    begin(LOOM_LWM2M_1_2, 300);
    world->client.context.config.profile_id = "oma:abc";
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_str_eq(world->server.got[0].line,
                     "POST /rd?ep=device&lt=300&lwm2m=1.2&b=U&pid=oma:abc");
    cr_assert_str_eq(world->server.got[0].payload, "");
    cr_assert_eq(world->server.got[0].content_format, LOOM_FORMAT_ABSENT);
    cr_assert_eq(peer_request(world, &world->server, LOOM_POST, "/3303", LOOM_FORMAT_TLV, NULL, 0),
                 LOOM_CREATED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert(strstr(peer_last(&world->server)->payload, "</3303/1>") != NULL);
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert(strstr(peer_last(&world->server)->line, "pid=") == NULL);
}

/* B-42: 4.09, then the full list at once, and from then on. So with 4.00, the answer of a server
 * that has never heard of profile ids and misses the list. */
static void expect_the_full_list(uint8_t refusal)
{
    begin(LOOM_LWM2M_1_2, 300);
    world->client.context.config.profile_id = "oma:abc";
    set_server(17, 1);
    world->server.answer = answer_without_profiles;
    world->server.answer_user = &refusal;
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_PROFILE_REFUSED, 1)->code, refusal);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->server.got_count, 2);
    cr_assert(strstr(world->server.got[1].payload, "</3/0>") != NULL);
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->server.got_count, 3);
    cr_assert_eq(world_count(world, LOOM_EVENT_PROFILE_REFUSED), 1);
}

Test(retry, a_refused_profile_id_means_the_full_list)
{
    expect_the_full_list(LOOM_CONFLICT);
}

Test(retry, an_unknown_profile_id_means_the_full_list)
{
    expect_the_full_list(LOOM_BAD_REQUEST);
}

/* B-53: 4.09 without a profile id is a refusal. */
Test(retry, a_conflict_without_profile_id_is_a_refusal)
{
    begin(LOOM_LWM2M_1_2, 300);
    world_add_bootstrap_account(world, 1, 0);
    world->server.register_code = LOOM_CONFLICT;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1);
}
