/* SPDX-License-Identifier: Apache-2.0 */
/* Several servers: who registers when, rules B-50 .. B-52, A-10. */
#include <criterion/criterion.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(order, .fini = tear_down);

static void set(uint16_t instance, uint16_t resource, uint64_t value)
{
    cr_assert_eq(loom_set_unsigned(&world->model, loom_path_resource(1, instance, resource), value),
                 LOOM_OK);
}

static void set_flag(uint16_t instance, uint16_t resource, bool value)
{
    cr_assert_eq(loom_set_boolean(&world->model, loom_path_resource(1, instance, resource), value),
                 LOOM_OK);
}

/* Two servers: ssid 1 in instance 0, ssid 2 in instance 2; a third account of the second in 3. */
static void begin(unsigned servers)
{
    world = world_create(LOOM_LWM2M_1_2);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_add_server_account(world, &world->other, 2, 2, 300);
    if (servers == 3) {
        world_add_server_account(world, &world->other, 3, 3, 300);
    }
}

static const char *state_of(unsigned index)
{
    struct loom_registration_status status;
    cr_assert(loom_client_registration(&world->client, index, &status));
    return status.state;
}

/* B-50, B-56, BSR-003: ascending; the one without a place goes its own way. */
Test(order, servers_go_in_ascending_order)
{
    begin(3);
    set(0, 13, 7);
    set(3, 13, 2);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_QUEUED, 1)->ssid, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 2, "independent");
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 3);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER, 1);
    cr_assert_eq(event->ssid, 1, "not before 3 is registered");
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 1);
}

/* B-50: of equals the lower instance goes first; 0 is a place as any other. */
Test(order, of_equals_the_lower_instance_goes_first)
{
    begin(2);
    set(0, 13, 0);
    set(2, 13, 0);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_QUEUED, 1)->ssid, 2);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 2);
}

/* B-51, BSR-004: counted from the end of the one before; first of the order and independent ones
 * from the start. */
Test(order, initial_delay_counts_from_the_end_of_the_one_before)
{
    begin(3);
    set(0, 13, 1);
    set(0, 14, 10);
    set(2, 13, 2);
    set(2, 14, 20);
    set(3, 14, 5);
    uint64_t start = world_now(world);
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER_DELAYED, 1);
    cr_assert_eq(event->ssid, 1);
    cr_assert_eq(event->seconds, 10);
    event = world_expect(world, LOOM_EVENT_REGISTER, 6);
    cr_assert_eq(event->ssid, 3);
    cr_assert_eq(event->time - start, 5000);
    event = world_expect(world, LOOM_EVENT_REGISTER, 6);
    cr_assert_eq(event->ssid, 1);
    cr_assert_eq(event->time - start, 10000);
    uint64_t end = world_expect(world, LOOM_EVENT_REGISTERED, 1)->time;
    cr_assert_str_eq(state_of(1), "queued");
    event = world_expect(world, LOOM_EVENT_REGISTER_DELAYED, 1);
    cr_assert_eq(event->ssid, 2);
    cr_assert_eq(event->seconds, 20);
    event = world_expect(world, LOOM_EVENT_REGISTER, 21);
    cr_assert_eq(event->time - end, 20000);
}

/* B-51: failure is an end, too. */
Test(order, initial_delay_counts_from_a_failure_as_well)
{
    begin(2);
    set(0, 13, 1);
    set(2, 13, 2);
    set(2, 14, 20);
    set(0, 17, 1);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    uint64_t end = world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1)->time;
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 21)->ssid, 2);
    cr_assert_eq(world->other.got[0].time - end, 20000 + LOOM_LOOPBACK_LATENCY_MS);
}

/* B-51: once it has worked since the bootstrap there is no delay any more, not even after a reboot.
 */
Test(order, initial_delay_is_for_the_first_time_only)
{
    begin(2);
    set(0, 14, 50);
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 2);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 51)->ssid, 1);
    world_run(world, 1);
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_DELAYED), 1);
}

/* B-51: a bootstrap that brings the same accounts makes them new. */
Test(order, after_a_bootstrap_the_delay_counts_again)
{
    begin(2);
    world_add_bootstrap_account(world, 1, 0);
    set(0, 14, 50);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 51);
    world_expect(world, LOOM_EVENT_REGISTERED, 51);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTER_DELAYED, 1)->ssid, 1);
}

/* B-52, B-56: without 1/x/15 a failure lets the next one try. */
Test(order, a_failure_lets_the_next_one_try)
{
    begin(2);
    set(0, 13, 1);
    set(2, 13, 2);
    set(0, 17, 1);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1)->ssid, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 2);
}

/* B-52, BSR-004: true blocks those after it, not the independent; when it comes back, they go on.
 */
Test(order, failure_block_holds_the_others_back)
{
    begin(3);
    set(0, 13, 1);
    set_flag(0, 15, true);
    set(0, 19, 100);
    set(2, 13, 2);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 3);
    world_run(world, 1000);
    cr_assert_str_eq(state_of(1), "queued");
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTER_QUEUED), 1);
    cr_assert_eq(world->other.got_count, 1 + 4, "ssid 3: Register, and Updates");
    world->server.register_code = LOOM_CREATED;
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 101)->ssid, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 1)->ssid, 2);
}

/* A-10 step 4, B-52: those that are held back count as failed. */
Test(order, blocked_servers_do_not_keep_a_bootstrap_away)
{
    begin(2);
    world_add_bootstrap_account(world, 1, 0);
    set(0, 13, 1);
    set_flag(0, 15, true);
    set(2, 13, 2);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 1);
    cr_assert_eq(world->other.got_count, 0);
}

/* A-10 step 4, B-50: a server that has yet to try is none that has failed. */
Test(order, queued_servers_keep_a_bootstrap_away)
{
    begin(2);
    world_add_bootstrap_account(world, 1, 0);
    set(0, 13, 1);
    set(2, 13, 2);
    set(2, 14, 500);
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    world_run(world, 499);
    cr_assert_eq(world->bs.got_count, 0);
    cr_assert_eq(world_expect(world, LOOM_EVENT_REGISTERED, 2)->ssid, 2);
}

/* B-50: one that is retried is in the way of the next until its registration has ended. */
Test(order, the_next_one_waits_while_attempts_are_left)
{
    begin(2);
    set(0, 13, 1);
    set(0, 17, 2);
    set(2, 13, 2);
    world->server.register_code = LOOM_UNAVAILABLE;
    world_start(world);
    world_run(world, 59);
    cr_assert_eq(world->other.got_count, 0);
    world_run(world, 2);
    cr_assert_eq(world->other.got_count, 1);
}

/* B-50, B-23: a server that is not wanted any more is in nobody's way. */
Test(order, asked_to_update_all_register_in_order)
{
    begin(2);
    set(0, 13, 2);
    set(2, 13, 1);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}
