/* SPDX-License-Identifier: Apache-2.0 */
/* What of the registrations outlives a reboot: rules B-51, B-54 .. B-58, B-70, BSR-002. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

#define TODAY 1700000000

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(memory, .fini = tear_down);

static void begin(void)
{
    world = world_create(LOOM_LWM2M_1_2);
    world_add_server_account(world, &world->server, 0, 1, 86400);
}

static void set(uint16_t resource, uint64_t value)
{
    cr_assert_eq(loom_set_unsigned(&world->model, loom_path_resource(1, 0, resource), value),
                 LOOM_OK);
}

static const char *state(void)
{
    static struct loom_registration_status status;
    cr_assert(loom_client_registration(&world->client, 0, &status));
    return status.state;
}

static void disable(unsigned seconds)
{
    loom_set_integer(&world->model, loom_path_resource(1, 0, 5), seconds);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/4", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_DISABLED, 1);
    world_run(world, 0);
}

/* B-70: a reboot does not bring a disabled server back. */
Test(memory, a_disabled_server_stays_disabled)
{
    begin();
    disable(1000);
    unsigned count = world->server.got_count;
    world_reboot(world, 10);
    cr_assert_str_eq(state(), "disabled");
    world_run(world, 999);
    cr_assert_eq(world->server.got_count, count);
    world_expect(world, LOOM_EVENT_REGISTERED, 2);
}

/* B-70: where the device knows the time, the time that it was off counts. */
Test(memory, time_passed_while_off_counts)
{
    begin();
    loom_loopback_set_unix_time(world->net, TODAY);
    disable(1000);
    uint64_t disabled = world_now(world);
    world_run(world, 100);
    world_reboot(world, 600);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER, 1000);
    cr_assert_lt(event->time - disabled, 1002000);
    cr_assert_gt(event->time - disabled, 998000);
}

/* B-70: a clock that was set back does not make the wait longer, one that was set forward ends it.
 */
Test(memory, a_clock_that_jumps_never_lengthens_a_wait)
{
    begin();
    loom_loopback_set_unix_time(world->net, TODAY);
    disable(1000);
    loom_loopback_set_unix_time(world->net, TODAY / 2);
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTER, 1001);
    world_destroy(world);
    begin();
    loom_loopback_set_unix_time(world->net, TODAY);
    disable(1000);
    loom_loopback_set_unix_time(world->net, TODAY + 100000);
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTER, 1);
}

/* B-54, B-55, BSR-002: attempts go on where they were, so a reboot loop is no storm. */
Test(memory, a_reboot_loop_is_no_storm)
{
    begin();
    loom_loopback_set_unix_time(world->net, TODAY);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    uint64_t begun = world_now(world);
    for (int i = 0; i < 40; i++) {
        world_run(world, 20);
        world_reboot(world, 1);
    }
    /* 840 s: attempts at 0, 60, 180, 420, each at most 21 s late. */
    cr_assert_geq(world_now(world) - begun, 840000);
    cr_assert_leq(world->server.got_count, 4);
    cr_assert_geq(world->server.got_count, 3);
}

/* B-55: a wait that is like the last one is another wait all the same. */
Test(memory, a_wait_like_the_last_one_is_kept_as_well)
{
    begin();
    set(17, 1);
    set(19, 1000);
    loom_loopback_set_unix_time(world->net, TODAY);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 1100);
    cr_assert_eq(world->server.got_count, 2);
    world_reboot(world, 10);
    world_run(world, 880);
    cr_assert_eq(world->server.got_count, 2);
    world_run(world, 20);
    cr_assert_eq(world->server.got_count, 3);
}

/* B-53, A-10: and it comes to the failure that calls for a bootstrap. */
Test(memory, a_reboot_loop_still_comes_to_a_bootstrap)
{
    begin();
    world_add_bootstrap_account(world, 1, 0);
    loom_loopback_set_unix_time(world->net, TODAY);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    for (int i = 0; i < 60 && world->bs.got_count == 0; i++) {
        world_run(world, 20);
        world_reboot(world, 1);
    }
    cr_assert_gt(world->bs.got_count, 0);
    cr_assert_leq(world->server.got_count, 6);
}

/* B-58: given up for good is for good; a reboot asks for a bootstrap and no more. */
Test(memory, a_failed_server_stays_failed)
{
    begin();
    set(17, 1);
    set(19, UINT32_MAX);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 1);
    cr_assert_str_eq(state(), "failed");
    world_reboot(world, 1);
    world_run(world, 1e6);
    cr_assert_eq(world->server.got_count, 1);
    world_add_bootstrap_account(world, 1, 0);
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
}

/* B-17, B-51: a registered one registers anew at once, and its initial delay is over. */
Test(memory, a_registered_server_is_registered_anew)
{
    struct loom_registration_status status;
    begin();
    set(14, 50);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 51);
    world_run(world, 1);
    world_reboot(world, 1);
    cr_assert(loom_client_registration(&world->client, 0, &status));
    cr_assert_eq(status.lifetime, 86400, "what the server was told");
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_DELAYED), 1);
}

/* B-51: an initial delay goes on. */
Test(memory, a_delay_goes_on)
{
    begin();
    loom_loopback_set_unix_time(world->net, TODAY);
    set(14, 500);
    world_start(world);
    uint64_t begun = world_now(world);
    world_run(world, 100);
    world_reboot(world, 100);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER, 301);
    cr_assert_geq(event->time - begun, 499000);
}

/* B-13, B-42: the release and the refused profile id are remembered. */
Test(memory, the_release_is_remembered)
{
    begin();
    world->client.context.config.profile_id = "oma:abc";
    world->server.register_code = LOOM_PRECONDITION_FAILED;
    world_start(world);
    world_expect(world, LOOM_EVENT_VERSION_FALL_BACK, 1);
    world->server.register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 0);
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert(strstr(peer_last(&world->server)->line, "lwm2m=1.1") != NULL);
}

/* Flash wears: Updates, and a Register that changes nothing, are not written (B-19). */
Test(memory, nothing_new_is_not_written)
{
    begin();
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 0);
    cr_assert_gt(world->kept_length, 0);
    world->kept_length = 0; /* what is written from now on would be seen */
    world_run(world, 1e6);
    world->server.update_code = LOOM_NOT_FOUND;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 0);
    cr_assert_eq(world->kept_length, 0);
}

/* A record of other accounts says nothing of these (B-51). */
Test(memory, a_record_of_other_accounts_is_ignored)
{
    begin();
    disable(1000);
    loom_set_text(&world->model, loom_path_resource(0, 0, 0), "coap://other:5683");
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_STATE_FAILED), 0);
}

/* BSR-001, B-70: a damaged or unknown record is told of and ignored, whatever is wrong with it. */
Test(memory, a_damaged_record_is_ignored)
{
    uint8_t good[sizeof world->kept];
    begin();
    disable(1000);
    size_t length = world->kept_length;
    memcpy(good, world->kept, length);
    for (size_t cut = 1; cut < length; cut++) {
        memcpy(world->kept, good, length);
        world->kept_length = cut;
        world_reboot(world, 0);
        cr_assert_str_neq(state(), "disabled", "cut at %zu", cut);
        world->event_count = world->event_next = 0;
    }
    for (size_t at = 0; at < length; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(world->kept, good, length);
            world->kept_length = length;
            world->kept[at] = (uint8_t)(world->kept[at] ^ (1u << bit));
            world_reboot(world, 0);
            loom_client_step(&world->client);
            world->event_count = world->event_next = 0;
        }
    }
    memcpy(world->kept, good, length);
    world->kept[0] = 99;
    world->kept_length = length;
    world_reboot(world, 0);
    world_expect(world, LOOM_EVENT_STATE_FAILED, 0);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* A store that fails is told of, and the client goes on (BSR-001). */
Test(memory, a_store_that_fails_stops_nothing)
{
    begin();
    world->store_failure = LOOM_UNAVAILABLE;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_STATE_FAILED, 1);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}
