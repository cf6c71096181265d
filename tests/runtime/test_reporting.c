/* SPDX-License-Identifier: Apache-2.0 */
/* Information Reporting in simulated time, rules C.2 and C.3. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;
static struct peer *server;

static void make(uint16_t lwm2m)
{
    world = world_with_battery(lwm2m);
    server = &world->server;
}

static void begin(uint16_t lwm2m)
{
    make(lwm2m);
    world_register(world);
}

static void set_up(void)
{
    begin(LOOM_LWM2M_1_2);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(reporting, .init = set_up, .fini = tear_down);

static void observe(const char *path, const char *query)
{
    cr_assert_eq(peer_observe(world, server, path, query), LOOM_CONTENT, "%s", path);
    cr_assert(server->observes, "%s", path);
}

static void attach(const char *path, const char *query)
{
    cr_assert_eq(peer_attach(world, server, path, query), LOOM_CHANGED, "%s?%s", path, query);
}

static void set_battery(int64_t value)
{
    world_set_battery(world, value);
}

static const struct got_notice *last(void)
{
    return peer_last_notice(server);
}

/* So many notifications in the next seconds, the last of which says this. */
static void expect(double seconds, unsigned count, const char *text)
{
    peer_expect_notices(world, server, seconds, count);
    if (count > 0) {
        cr_expect_eq(last()->code, LOOM_CONTENT);
        cr_expect_str_eq(last()->text, text);
    }
}

static const char *discover(const char *path)
{
    cr_assert_eq(peer_get(world, server, path, LOOM_FORMAT_LINK), LOOM_CONTENT);
    return peer_text(server);
}

/* ---- Observe and its end --------------------------------------------------------------------- */

/* C-60: the answer to Observe is the first notification; others come when the value is another, and
 * only then. */
Test(reporting, of_a_resource)
{
    observe("/3/0/9", "");
    cr_expect_str_eq(peer_text(server), "20");
    expect(1000, 0, NULL);
    set_battery(21);
    expect(1, 1, "21");
    cr_expect_eq(last()->exchange, server->exchange);
    cr_expect(last()->more);
    set_battery(21);
    expect(1000, 0, NULL);
    set_battery(22);
    set_battery(21);
    expect(1, 0, NULL);
    set_battery(30);
    set_battery(31);
    expect(1, 1, "31");
}

/* What is observed may be of any level; a Write of a server is a change as any other. */
Test(reporting, of_every_level)
{
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 0, 3800);
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5000);
    observe("/3", "");
    observe("/3/0", "");
    observe("/3/0/7", "");
    observe("/3/0/7/1", "");
    unsigned before = server->notice_count;
    set_battery(21);
    world_run(world, 1);
    cr_expect_eq(server->notice_count - before, 2u);
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 0, 3801);
    world_run(world, 1);
    cr_expect_eq(server->notice_count - before, 2u + 3u);
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5001);
    world_run(world, 1);
    cr_expect_eq(server->notice_count - before, 2u + 3u + 4u);
    cr_expect_str_eq(last()->text, "5001");
    cr_assert_eq(peer_put(world, server, "/3/0/14", "+02:00"), LOOM_CHANGED);
    world_run(world, 1);
    cr_expect_eq(server->notice_count - before, 2u + 3u + 4u + 2u);
}

/* The format of the answer is that of the notifications. */
Test(reporting, keeps_the_format)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_TLV,
                                   .observe = LOOM_OBSERVE_BEGIN};
    cr_assert_eq(peer_send(world, server, &request, "/3/0/9"), LOOM_CONTENT);
    set_battery(21);
    expect(1, 1, "\xC1\x09\x15");
    cr_expect_eq(last()->content_format, LOOM_FORMAT_TLV);
}

/* C-1, C-64: what cannot be read cannot be observed. */
Test(reporting, of_what_cannot_be_read)
{
    cr_expect_eq(peer_observe(world, server, "/3/0/4", ""), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(peer_observe(world, server, "/3/0/99", ""), LOOM_NOT_FOUND);
    cr_expect_eq(peer_observe(world, server, "/77", ""), LOOM_NOT_FOUND);
    cr_expect_eq(peer_observe(world, server, "/0/0", ""), LOOM_UNAUTHORIZED);
    cr_expect_not(server->observes);
}

/* C-61: by a request, and by a Reset. */
Test(reporting, ends)
{
    observe("/3/0/9", "");
    uint32_t first = server->exchange;
    observe("/3/0/9", "");
    uint32_t second = server->exchange;
    cr_assert_eq(peer_end(world, server, "/3/0/9", first), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(server), "20");
    cr_expect_not(server->observes);
    set_battery(21);
    expect(1, 1, "21");
    cr_expect_eq(last()->exchange, second);
    server->port.cancel(server->port.self, server->session, second);
    set_battery(22);
    expect(1, 0, NULL);
    set_battery(23);
    expect(1, 0, NULL);
    for (size_t i = 0; i < sizeof world->observations / sizeof world->observations[0]; i++) {
        cr_expect_eq(world->observations[i].ssid, 0, "its memory is free again");
    }
}

/* One more than there is room for is answered as a Read; what has ended makes room. */
Test(reporting, has_room_for_so_many)
{
    for (int i = 0; i < 4; i++) {
        observe("/3/0/9", "");
    }
    uint32_t fourth = server->exchange;
    cr_assert_eq(peer_observe(world, server, "/3/0/9", ""), LOOM_CONTENT);
    cr_expect_not(server->observes);
    cr_assert_eq(peer_end(world, server, "/3/0/9", fourth), LOOM_CONTENT);
    observe("/3/0/9", "");
    set_battery(21);
    expect(1, 4, "21");
}

/* RFC 7641 section 4.1: who cannot notify answers as to a Read. So does a device whose buffer is
 * too small for what it would have to say. */
Test(reporting, needs_a_port_that_notifies)
{
    world->port.notify = NULL;
    cr_expect_eq(peer_observe(world, server, "/3/0/9", ""), LOOM_CONTENT);
    cr_expect_not(server->observes);
    set_battery(21);
    expect(10, 0, NULL);
}

Test(reporting, needs_room_for_what_it_says)
{
    world->client.context.config.buffer_size = 5;
    observe("/3/0/9", "");
    cr_expect_eq(peer_observe(world, server, "/3/0", ""), LOOM_CONTENT);
    cr_expect_not(server->observes);
}

/* RFC 7641 section 4.2: what is gone is told, and that is the last word. */
Test(reporting, of_what_is_gone)
{
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5000);
    observe("/3/0/7/1", "");
    struct loom_path path = loom_path_resource_instance(3, 0, 7, 1);
    cr_assert_eq(loom_model_clear(&world->model, &path), LOOM_OK);
    world_run(world, 1);
    cr_assert_eq(server->notice_count, 1u);
    cr_expect_eq(last()->code, LOOM_NOT_FOUND);
    cr_expect_not(last()->more);
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5001);
    expect(1, 0, NULL);
}

/* C-62: another Register, and a De-register, end it. */
Test(reporting, ends_with_the_registration)
{
    observe("/3/0/9", "");
    loom_client_address_changed(&world->client);
    world_run(world, 10);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTERED), 2u);
    unsigned before = server->notice_count;
    set_battery(21);
    world_run(world, 100);
    cr_expect_eq(server->notice_count, before);
    observe("/3/0/9", "");
    loom_client_deregister(&world->client);
    world_run(world, 10);
    set_battery(22);
    expect(100, 0, NULL);
    loom_client_update(&world->client);
    world_run(world, 10);
    set_battery(23);
    expect(100, 0, NULL);
    observe("/3/0/9", "");
    set_battery(24);
    expect(1, 1, "24");
}

/* C-62: what has ended with its registration takes no room from those of the next one, though
 * nothing has been due since. */
Test(reporting, makes_room_with_the_next_registration)
{
    for (int i = 0; i < 2; i++) {
        observe("/3/0/9", "");
        observe("/3/0/10", "");
        observe("/3/0", "");
        observe("/3", "");
        loom_client_address_changed(&world->client);
        world_run(world, 10);
        cr_assert_eq(world_count(world, LOOM_EVENT_REGISTERED), 2u + (unsigned)i);
    }
}

/* An Update does not: its registration goes on. */
Test(reporting, goes_on_with_an_update)
{
    observe("/3/0/9", "");
    loom_client_update(&world->client);
    world_run(world, 10);
    set_battery(21);
    expect(1, 1, "21");
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* C-1, C-52, C-76: what is refused leaves all as it was. */
Test(reporting, refuses_attributes)
{
    attach("/3/0/9", "gt=10&lt=5");
    cr_expect_eq(peer_attach(world, server, "/3/0/9", "lt=11"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/0/9", "pmin=x"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/0/9", "pmax=1&nonsense=1"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/0", "gt=1"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/0/0", "gt=1"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/1", "pmin=1"), LOOM_NOT_FOUND);
    cr_expect_eq(peer_attach(world, server, "/3/0/99", "pmin=1"), LOOM_NOT_FOUND);
    cr_expect_eq(peer_attach(world, server, "/3/0/1", "pmin=1"), LOOM_NOT_FOUND);
    cr_expect_eq(peer_attach(world, server, "/3/0/4", "pmin=1"), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(peer_attach(world, server, "/0", "pmin=1"), LOOM_UNAUTHORIZED);
    cr_expect_str_eq(discover("/3/0/9"), "</3/0/9>;gt=10;lt=5");
    static const char *const paths[] = {"/3/0/0", "/3/0/16", "/3/0", "/3", "/1/0"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        attach(paths[i], "pmin=100000000&pmax=2000000000");
    }
    cr_expect_eq(peer_attach(world, server, "/1/0/7", "pmin=100000000&pmax=2000000000"),
                 LOOM_INTERNAL_ERROR, "no room");
    cr_expect_str_eq(discover("/3/0/9"), "</3/0/9>;pmin=100000000;pmax=2000000000;gt=10;lt=5");
}

/* C-13, C-50, C-53: Discover shows what the server has attached where, and to a resource that it
 * asks for by itself what that inherits. */
Test(reporting, shows_attributes)
{
    attach("/3303", "pmax=600");
    attach("/3303/0", "pmin=10");
    attach("/3303/0/5700", "gt=45&st=0.5&pmin=5");
    cr_expect_str_eq(discover("/3303/0/5700"), "</3303/0/5700>;pmin=5;pmax=600;gt=45;st=0.5");
    cr_expect(strstr(discover("/3303"), "</3303>;ver=1.1;pmax=600,</3303/0>;pmin=10,") != NULL,
              "%s", peer_text(server));
    cr_expect(strstr(discover("/3303/0"), "</3303/0>;pmin=10,") == peer_text(server));
    cr_expect(strstr(peer_text(server), "</3303/0/5700>;pmin=5;gt=45;st=0.5") != NULL);
    attach("/3303/0/5700", "pmin&gt");
    cr_expect_str_eq(discover("/3303/0/5700"), "</3303/0/5700>;pmin=10;pmax=600;st=0.5");
    loom_device_1_2_set_power_source_voltage(&world->model, 0, 0, 3800);
    attach("/3/0/7", "gt=5000");
    cr_expect_str_eq(discover("/3/0/7"), "</3/0/7>;dim=1;gt=5000,</3/0/7/0>;gt=5000");
}

/* C.2: `pmin` holds back, to the millisecond; `pmax` demands. */
Test(reporting, keeps_periods)
{
    attach("/3/0/9", "pmin=10&pmax=60");
    observe("/3/0/9", "");
    uint64_t begun = world_now(world) - 10; /* the answer was 10 ms on its way */
    set_battery(21);
    expect(9.9, 0, NULL);
    set_battery(22);
    expect(0.2, 1, "22");
    cr_expect_eq(last()->time, begun + 10000 + 10);
    expect(59, 0, NULL);
    expect(1, 1, "22");
    cr_expect_eq(last()->time, begun + 70000 + 10);
    expect(180, 3, "22");
    set_battery(23);
    expect(9, 0, NULL);
    expect(1, 1, "23");
    /* C-53: a Write-Attributes holds from now on. */
    attach("/3/0/9", "pmax&pmin");
    expect(1000, 0, NULL);
    set_battery(24);
    expect(1, 1, "24");
}

/* C.2: where no attribute says so the Server object does. */
Test(reporting, takes_default_periods)
{
    loom_server_1_2_set_default_minimum_period(&world->model, 0, 5);
    loom_server_1_2_set_default_maximum_period(&world->model, 0, 30);
    observe("/3/0/9", "");
    set_battery(21);
    expect(4.9, 0, NULL);
    expect(0.2, 1, "21");
    expect(30, 1, "21");
    attach("/3", "pmin=0&pmax=0");
    expect(100, 0, NULL);
    set_battery(22);
    expect(0.1, 1, "22");
}

/* C-55: thresholds and steps of a number. */
Test(reporting, keeps_thresholds)
{
    attach("/3/0/9", "gt=45&st=10");
    observe("/3/0/9", "");
    set_battery(29);
    expect(1, 0, NULL);
    set_battery(35); /* from 20 */
    expect(1, 1, "35");
    set_battery(44);
    expect(1, 0, NULL);
    set_battery(46);
    expect(1, 1, "46");
    set_battery(40);
    expect(1, 1, "40");
    attach("/3/0/9", "st");
    set_battery(10);
    expect(1, 0, NULL);
}

/* C-58: what is attached below the observed level does not count. */
Test(reporting, ignores_attributes_below)
{
    attach("/3/0/9", "pmin=1000&gt=90");
    observe("/3/0", "");
    unsigned before = server->notice_count;
    set_battery(21);
    world_run(world, 1);
    cr_expect_eq(server->notice_count, before + 1);
}

/* C-57: attributes of the Observe hold for it alone, and are not shown. */
Test(reporting, takes_attributes_of_the_observe)
{
    attach("/3/0/9", "pmin=100&pmax=200");
    observe("/3/0/9", "pmin=1&gt=50");
    uint32_t own = server->exchange;
    observe("/3/0/9", "");
    cr_expect_str_eq(discover("/3/0/9"), "</3/0/9>;pmin=100;pmax=200");
    set_battery(51);
    expect(10, 1, "51");
    cr_expect_eq(last()->exchange, own);
    expect(90, 1, "51");
    cr_expect_eq(peer_observe(world, server, "/3/0/9", "nonsense=1"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_observe(world, server, "/3/0/9", "pmin"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_observe(world, server, "/3/0", "gt=1"), LOOM_BAD_REQUEST);
}

/* C-57: before 1.2 there were none. */
Test(reporting, refuses_attributes_of_the_observe_before_1_2)
{
    world_destroy(world);
    begin(LOOM_LWM2M_1_1);
    cr_expect_eq(peer_observe(world, server, "/3/0/9", "pmin=1"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_attach(world, server, "/3/0/9", "con=1"), LOOM_BAD_REQUEST);
    observe("/3/0/9", "");
}

/* C-66, and `con`: who confirms is waited for, and gets the newest state then. */
Test(reporting, confirms)
{
    attach("/3/0/9", "con=1");
    observe("/3/0/9", "");
    loom_loopback_set_reachable(server->host, false);
    set_battery(21);
    world_run(world, 10);
    set_battery(22);
    set_battery(23);
    expect(50, 0, NULL);
    loom_loopback_set_reachable(server->host, true);
    expect(60, 1, "23");
    attach("/3/0/9", "con=0");
    loom_loopback_set_reachable(server->host, false);
    set_battery(24);
    world_run(world, 10);
    loom_loopback_set_reachable(server->host, true);
    expect(200, 0, NULL);
    attach("/3/0/9", "con");
    loom_server_1_2_set_default_notification_mode(&world->model, 0, 1);
    loom_loopback_set_reachable(server->host, false);
    set_battery(25);
    world_run(world, 10);
    loom_loopback_set_reachable(server->host, true);
    expect(200, 1, "25");
}

static enum loom_status (*send_notification)(void *self, struct loom_session *session,
                                             uint16_t observation,
                                             const struct loom_notification *notification);
static bool was_confirmable;

static enum loom_status note_notification(void *self, struct loom_session *session,
                                          uint16_t observation,
                                          const struct loom_notification *notification)
{
    was_confirmable = notification->confirmable;
    return send_notification(self, session, observation, notification);
}

/* RFC 7641 section 4.5: however long nobody asks for it, no day passes without a notification that
 * has to be acknowledged; there are few of them. */
Test(reporting, confirms_once_a_day)
{
    unsigned confirmable = 0;
    unsigned hours = 0; /* since one was confirmable */
    send_notification = world->port.notify;
    world->port.notify = note_notification;
    observe("/3/0/9", "");
    for (unsigned hour = 0; hour < 200; hour++, hours++) {
        unsigned before = server->notice_count;
        set_battery(30 + hour % 2);
        world_run(world, 3600);
        cr_assert_eq(server->notice_count, before + 1);
        if (was_confirmable) {
            confirmable++;
            hours = 0;
        }
        cr_assert_lt(hours, 24u, "in hour %u", hour);
    }
    world->port.notify = send_notification;
    cr_expect_leq(confirmable, 200u / 9 + 1);
}

/* What is not confirmed yet may be cancelled: its end is reported by nobody, and what waits for it
 * follows. */
Test(reporting, goes_on_when_what_confirms_is_cancelled)
{
    attach("/3/0", "con=1");
    observe("/3/0/9", "");
    uint32_t first = server->exchange;
    observe("/3/0/10", "");
    loom_loopback_set_reachable(server->host, false);
    set_battery(21);
    world_run(world, 1);
    loom_loopback_set_reachable(server->host, true);
    loom_set_integer(&world->model, loom_path_resource(3, 0, 10), 64);
    expect(1, 0, NULL);
    cr_assert_eq(peer_end(world, server, "/3/0/9", first), LOOM_CONTENT);
    expect(1, 1, "64");
}

/* Also where the answer with its token is none that could be observed. */
Test(reporting, goes_on_when_what_confirms_is_ended_by_a_discover)
{
    attach("/3/0", "con=1");
    observe("/3/0/9", "");
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_LINK,
                                   .observe = LOOM_OBSERVE_END,
                                   .observation_of = server->exchange};
    observe("/3/0/10", "");
    loom_loopback_set_reachable(server->host, false);
    set_battery(21);
    world_run(world, 1);
    loom_loopback_set_reachable(server->host, true);
    loom_set_integer(&world->model, loom_path_resource(3, 0, 10), 64);
    expect(1, 0, NULL);
    cr_assert_eq(peer_send(world, server, &request, "/3/0/9"), LOOM_CONTENT);
    expect(1, 1, "64");
}

static void (*world_event)(void *user, const struct loom_event *event);

static void change_when_told(void *user, const struct loom_event *event)
{
    int64_t value = 0;
    world_event(user, event);
    loom_get_integer(&world->model, loom_path_resource(3, 0, 9), &value);
    if (event->type == LOOM_EVENT_NOTIFY && value == 30) {
        set_battery(77);
    }
}

/* What the product changes from within the event of a notification is news. */
Test(reporting, of_a_change_in_the_event)
{
    observe("/3/0/9", "");
    world_event = world->client.context.config.event;
    world->client.context.config.event = change_when_told;
    set_battery(30);
    expect(1, 2, "77");
    expect(3600, 0, NULL);
}

/* ---- handled resources ----------------------------------------------------------------------- */

/* A handled resource is read when `pmax` or `epmax` says so, or the product has told of a change;
 * never in between. */
Test(reporting, of_a_handled_resource)
{
    observe("/3303/0/5700", "");
    expect(1000, 0, NULL);
    attach("/3303/0/5700", "epmax=10");
    world_run(world, 95);
    cr_expect_eq(server->notice_count, 10u); /* the first at once */
    attach("/3303/0/5700", "epmax&pmax=20");
    unsigned before = server->notice_count;
    world_run(world, 200);
    cr_expect_geq(server->notice_count - before, 9u);
    cr_expect_leq(server->notice_count - before, 10u);
}

/* Its function writes the greatest value so far: that does not go on for ever. */
Test(reporting, of_an_instance_with_a_handled_resource)
{
    observe("/3303/0", "pmax=10");
    world_run(world, 95);
    cr_expect_eq(server->notice_count, 9u);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void begin_in_queue_mode(void)
{
    world_destroy(world);
    make(LOOM_LWM2M_1_2);
    world->client.context.config.queue_mode = true;
    world_register(world);
}

/* B-82: a device that sleeps shows that it is awake, and notifies. */
Test(reporting, wakes_up)
{
    begin_in_queue_mode();
    observe("/3/0/9", "pmax=1000");
    world_expect(world, LOOM_EVENT_ASLEEP, 200);
    unsigned updates = world_count(world, LOOM_EVENT_UPDATED);
    world_run(world, 1000);
    cr_expect_eq(world_count(world, LOOM_EVENT_UPDATED), updates + 1);
    cr_expect_eq(server->notice_count, 1u);
}

/* B-81: awake for 93 s from its last message, which may be a notification. */
Test(reporting, stays_awake_after_a_notification)
{
    begin_in_queue_mode();
    observe("/3/0/9", "");
    world_run(world, 90);
    set_battery(21);
    expect(90, 1, "21");
    cr_expect_eq(world_count(world, LOOM_EVENT_ASLEEP), 0u);
    world_expect(world, LOOM_EVENT_ASLEEP, 10);
}

/* nothing is said to servers during a bootstrap; what is due comes after it, if it changed
 * nothing. */
Test(reporting, is_silent_during_a_bootstrap)
{
    world_destroy(world);
    make(LOOM_LWM2M_1_2);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
    observe("/3/0/9", "");
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
    unsigned before = server->notice_count;
    set_battery(21);
    world_run(world, 5);
    cr_expect_eq(server->notice_count, before);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 400);
    world_run(world, 5);
    cr_expect_eq(server->notice_count, before + 1);
    cr_expect_str_eq(last()->text, "21");
}

/* ---- rights ---------------------------------------------------------------------------------- */

/* C-63, C-75: who has no right any more is told nothing more. */
Test(reporting, ends_with_the_right_to_read)
{
    uint16_t entry = LOOM_ID_NONE;
    world_add_server_account(world, &world->other, 1, 2, 86400);
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 0), 3);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 1), 0);
    loom_set_integer(&world->model, loom_path_resource_instance(2, entry, 2, 1), 1);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 2);
    observe("/3/0/9", "");
    set_battery(21);
    expect(1, 1, "21");
    loom_set_integer(&world->model, loom_path_resource_instance(2, entry, 2, 1), 2);
    set_battery(22);
    expect(1, 0, NULL);
    cr_expect_eq(world->observations[0].ssid, 0);
    cr_expect_eq(peer_observe(world, server, "/3/0/9", ""), LOOM_UNAUTHORIZED);
    cr_expect_eq(peer_attach(world, server, "/3/0/9", "pmin=1"), LOOM_UNAUTHORIZED);
}

/* C-51, C-70: attributes go with what they are attached to, and with their server. */
Test(reporting, drops_attributes_of_what_is_gone)
{
    uint16_t instance = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(&world->model, 3303, &instance), LOOM_OK);
    attach("/3/0/9", "pmin=10");
    uint16_t used = world->client.context.attributes.used;
    attach("/3303/1", "pmin=11");
    cr_assert_eq(loom_model_delete(&world->model, 3303, 1), LOOM_OK);
    cr_expect_eq(world->client.context.attributes.used, used);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    cr_assert_eq(loom_model_delete(&world->model, 0, 1), LOOM_OK);
    cr_expect_eq(world->client.context.attributes.used, used);
    cr_assert_eq(loom_model_delete(&world->model, 0, 0), LOOM_OK);
    cr_expect_eq(world->client.context.attributes.used, 0);
}

/* ---- reboot ---------------------------------------------------------------------------------- */

static void reboot(void)
{
    world->event_count = 0;
    world_run(world, 1);
    memset(world->attributes, 0xA5, sizeof world->attributes);
    memset(world->observations, 0, sizeof world->observations);
    world_reboot(world, 10);
    world_run(world, 10);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTERED), 1u);
}

/* C-62: a device that comes back registers anew, so that its servers observe again. What they have
 * attached they need not attach again; what was an observation's own is over with it. */
Test(reporting, attributes_outlive_a_reboot)
{
    attach("/3/0", "pmax=600");
    attach("/3/0/9", "pmin=10&gt=45.5&st=0.1&con=1");
    uint16_t used = world->client.context.attributes.used;
    observe("/3/0/9", "pmin=1");
    unsigned before = server->notice_count;
    reboot();
    cr_expect_eq(world->client.context.attributes.used, used);
    cr_expect_str_eq(discover("/3/0/9"), "</3/0/9>;pmin=10;pmax=600;con=1;gt=45.5;st=0.1");
    set_battery(90);
    world_run(world, 100);
    cr_expect_eq(server->notice_count, before, "nothing is observed any more");
    observe("/3/0/9", "");
    set_battery(20);
    expect(9, 0, NULL);
    expect(2, 1, "20");
    attach("/3/0/9", "pmin&pmax&gt&st&con");
    attach("/3/0", "pmax");
    reboot();
    cr_expect_str_eq(discover("/3/0/9"), "</3/0/9>");
    cr_expect_eq(world->client.context.attributes.used, 0);
}

/* C-70: what has gone with its instance or its server does not come back. */
Test(reporting, attributes_that_are_gone_stay_so)
{
    uint16_t instance = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(&world->model, 3303, &instance), LOOM_OK);
    attach("/3303/1", "pmin=11");
    world_run(world, 1);
    cr_assert_eq(loom_model_delete(&world->model, 3303, 1), LOOM_OK);
    reboot();
    cr_expect_eq(world->client.context.attributes.used, 0);
}

/* Attributes for which the buffer has no room beside the registrations are left out, and that is
 * reported; the registrations are kept. */
Test(reporting, attributes_give_way_to_registrations)
{
    attach("/3/0/9", "pmin=10");
    world_run(world, 1);
    size_t length = world->kept_length;
    world->client.context.config.buffer_size = length;
    attach("/3/0/10", "pmin=10");
    const struct loom_event *event = world_expect(world, LOOM_EVENT_STATE_FAILED, 1);
    cr_expect_eq(event->reason, LOOM_REASON_ATTRIBUTES_NOT_STORED);
    cr_expect_eq(event->code, LOOM_TOO_LARGE);
    cr_expect_lt(world->kept_length, length);
    world->client.context.config.buffer_size = sizeof world->buffer;
    reboot();
    cr_expect_eq(world->client.context.attributes.used, 0);
}

/* A record that is not what the device has written is refused as a whole, whatever is wrong. */
Test(reporting, takes_no_damaged_attributes)
{
    attach("/3/0/9", "pmin=10&gt=45.5&st=0.1");
    attach("/3/0", "pmax=300");
    world_run(world, 1);
    uint8_t kept[sizeof world->kept];
    size_t length = world->kept_length;
    size_t begin = length - world->client.context.attributes.used;
    memcpy(kept, world->kept, length);
    for (size_t at = begin; at < length; at++) {
        static const uint8_t bits[] = {0x01, 0x0f, 0x80, 0xff};
        for (size_t i = 0; i < sizeof bits; i++) {
            memcpy(world->kept, kept, length);
            world->kept[at] ^= bits[i];
            world->kept_length = length;
            reboot();
            cr_assert_leq(world->client.context.attributes.used, length - begin);
            (void)discover("/3/0/9");
        }
    }
    for (size_t cut = begin + 1; cut < length; cut++) {
        memcpy(world->kept, kept, cut);
        world->kept_length = cut;
        reboot();
        bool whole = cut == begin + kept[begin]; /* the first of two */
        cr_assert_eq(world->client.context.attributes.used, whole ? kept[begin] : 0);
    }
}

/* A device without the feature leaves them, and its registrations are as they were. */
Test(reporting, a_device_need_not_remember_attributes)
{
    struct loom_product product = *world->product;
    attach("/3/0/9", "pmin=10");
    world_run(world, 1);
    product.features.remembered_attributes = NULL;
    world->model.product = &product;
    reboot();
    cr_expect_eq(world->client.context.attributes.used, 0);
    cr_expect_eq(world_count(world, LOOM_EVENT_STATE_FAILED), 0);
}
