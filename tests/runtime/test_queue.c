/* SPDX-License-Identifier: Apache-2.0 */
/* Queue mode, new addresses and transports: rules B-17, B-26, B-71, B-74, B-80 .. B-82. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(queue, .fini = tear_down);

static void begin(uint16_t lwm2m, uint32_t lifetime)
{
    world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, lifetime);
}

static void begin_asleep(uint32_t lifetime)
{
    begin(LOOM_LWM2M_1_1, lifetime);
    world->client.context.config.queue_mode = true;
    world_start(world);
    world_expect(world, LOOM_EVENT_ASLEEP, 94);
}

static const char *state(void)
{
    static struct loom_registration_status status;
    cr_assert(loom_client_registration(&world->client, 0, &status));
    return status.state;
}

/* B-80, B-81, 1.1-int-108: `Q` beside `b`; asleep MAX_TRANSMIT_WAIT after the last message. */
Test(queue, it_sleeps_93_seconds_after_the_last_message)
{
    begin(LOOM_LWM2M_1_1, 86400);
    world->client.context.config.queue_mode = true;
    world_start(world);
    uint64_t answered = world_expect(world, LOOM_EVENT_REGISTERED, 1)->time;
    cr_assert_str_eq(world->server.got[0].line, "POST /rd?ep=device&lt=86400&lwm2m=1.1&b=U&Q");
    cr_assert_eq(world_expect(world, LOOM_EVENT_ASLEEP, 94)->time - answered, 93000);
    cr_assert_str_eq(state(), "asleep");
}

/* B-4, B-80: in 1.0 the Q of 1/x/7 does it, and nothing else. */
Test(queue, in_1_0_the_binding_asks_for_it)
{
    begin(LOOM_LWM2M_1_0, 86400);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "UQ");
    world_start(world);
    world_expect(world, LOOM_EVENT_ASLEEP, 94);
    cr_assert_str_eq(world->server.got[0].line, "POST /rd?ep=device&lt=86400&lwm2m=1.0&b=UQ");
    world_destroy(world);
    begin(LOOM_LWM2M_1_0, 86400);
    world->client.context.config.queue_mode = true;
    world_start(world);
    world_run(world, 1000);
    cr_assert_eq(world_count(world, LOOM_EVENT_ASLEEP), 0);
}

/* B-81: a request keeps it awake for another 93 s. */
Test(queue, requests_keep_it_awake)
{
    begin(LOOM_LWM2M_1_1, 86400);
    world->client.context.config.queue_mode = true;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 92);
    uint64_t asked = world_now(world) + LOOM_LOOPBACK_LATENCY_MS;
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world_expect(world, LOOM_EVENT_ASLEEP, 100)->time - asked, 93000);
}

/* B-81: the radio is off. */
Test(queue, asleep_it_hears_nothing)
{
    begin_asleep(86400);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_IGNORED), 1);
    cr_assert_str_eq(state(), "asleep");
}

/* B-22, B-82: the Update in time wakes it, is confirmable, and it listens for 93 s again. */
Test(queue, the_update_in_time_wakes_it)
{
    begin_asleep(1000);
    uint64_t answered = world_expect(world, LOOM_EVENT_UPDATED, 1000)->time;
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1");
    uint64_t registered = world->server.got[0].time;
    cr_assert_eq((peer_last(&world->server)->time - registered + 500) / 1000, 907);
    cr_assert_eq(peer_get(world, &world->server, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_gt(world_expect(world, LOOM_EVENT_ASLEEP, 100)->time, answered + 93000);
}

/* B-18, B-82: so does a change. */
Test(queue, a_change_wakes_it)
{
    begin_asleep(86400);
    loom_set_integer(&world->model, loom_path_resource(1, 0, 1), 500);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1?lt=500");
    cr_assert_str_eq(state(), "registered");
}

/* B-23: it takes leave even when it sleeps. */
Test(queue, asleep_it_still_deregisters)
{
    begin_asleep(86400);
    loom_client_stop(&world->client);
    world_expect(world, LOOM_EVENT_STOPPED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "DELETE /rd/a1");
}

/* B-21: a lifetime for ever needs no Update, but sleep. */
Test(queue, with_lifetime_0_it_sleeps_on)
{
    begin_asleep(0);
    world_run(world, 1e6);
    cr_assert_eq(world->server.got_count, 1);
    cr_assert_str_eq(state(), "asleep");
}

/* ---- another address, rule B-17 ---------------------------------------------------------------
 */

/* B-17: every session begins anew, and each registration with it. */
Test(queue, another_address_means_register)
{
    begin(LOOM_LWM2M_1_1, 86400);
    world_add_server_account(world, &world->other, 2, 7, 60);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    unsigned sessions = world_count(world, LOOM_EVENT_SESSION);
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_SESSION), sessions + 2);
    cr_assert_eq(strncmp(peer_last(&world->other)->line, "POST /rd?", 9), 0);
}

/* B-17: in the midst of a Register it is the same attempt, from elsewhere. */
Test(queue, another_address_repeats_the_register_under_way)
{
    begin(LOOM_LWM2M_1_1, 86400);
    loom_set_unsigned(&world->model, loom_path_resource(1, 0, 17), 1);
    loom_loopback_set_reachable(world->server.host, false);
    world_start(world);
    world_run(world, 10);
    loom_loopback_set_reachable(world->server.host, true);
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTRATION_GIVEN_UP), 0);
}

/* B-17, A-85: the bootstrap server's session begins anew with the next attempt. */
Test(queue, another_address_ends_the_bootstrap_under_way)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_RETRY, 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 60);
}

/* ---- transports, rules B-26, B-71 -------------------------------------------------------------
 */

/* B-71, B-26, C-27: the argument names a transport that the port has and 1/x/7 lists; U is always
 * listed. */
Test(queue, update_trigger_takes_a_transport)
{
    const struct {
        const char *arguments;
        uint8_t code;
    } cases[] = {{"0='U'", LOOM_CHANGED},       {"0='T'", LOOM_BAD_REQUEST},
                 {"0", LOOM_BAD_REQUEST},       {"1='U'", LOOM_BAD_REQUEST},
                 {"0=''", LOOM_BAD_REQUEST},    {"0='UU'", LOOM_BAD_REQUEST},
                 {"0='U',1", LOOM_BAD_REQUEST}, {"0='U", LOOM_BAD_REQUEST}};
    begin(LOOM_LWM2M_1_1, 86400);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "T");
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert_eq(peer_post(world, &world->server, "/1/0/8", cases[i].arguments), cases[i].code,
                     "%s", cases[i].arguments);
        world_run(world, 1);
    }
    cr_assert_eq(world_count(world, LOOM_EVENT_UPDATED), 1);
}

/* B-71: in 1.0 the Update goes over the current binding, whatever the arguments say. */
Test(queue, in_1_0_arguments_of_the_trigger_mean_nothing)
{
    begin(LOOM_LWM2M_1_0, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_post(world, &world->server, "/1/0/8", "0='T'"), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
}

static struct loom_credentials opened;

static enum loom_status note_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    struct loom_port original;
    (void)self;
    opened = *credentials;
    original = world->server.port; /* any port of the network: all share their functions */
    return original.open(world->port.self, credentials, owner, session);
}

/* B-26, B-71: 1/x/22 wins where the port has it; what a trigger names is used at once, in a new
 * session and with a Register (B-17). */
Test(queue, the_preferred_transport_reaches_the_port)
{
    begin(LOOM_LWM2M_1_1, 86400);
    loom_set_text(&world->model, loom_path_resource(1, 0, 7), "UT");
    loom_set_text(&world->model, loom_path_resource(1, 0, 22), "T");
    world->port.open = note_open;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(opened.transport, 0, "the port has U alone");
    world->port.transports = "UT";
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(opened.transport, 'T');
    cr_assert_eq(peer_post(world, &world->server, "/1/0/8", "0='U'"), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(opened.transport, 'U');
}

/* ---- Send, rule B-74 --------------------------------------------------------------------------
 */

/* B-74: muted unless 1/x/23 says false; and only a registered server takes anything. */
Test(queue, send_is_muted_unless_allowed)
{
    begin(LOOM_LWM2M_1_1, 86400);
    world_start(world);
    cr_assert_not(loom_client_may_send(&world->client, 1));
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_not(loom_client_may_send(&world->client, 1), "absent");
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), true);
    cr_assert_not(loom_client_may_send(&world->client, 1));
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), false);
    cr_assert(loom_client_may_send(&world->client, 1));
    cr_assert_not(loom_client_may_send(&world->client, 2));
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 1);
    cr_assert_not(loom_client_may_send(&world->client, 1));
}
