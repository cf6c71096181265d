/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications that are stored while their server cannot be reached: rules B-72, C-65. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

#define NOW 1800000000

static struct world *world;
static struct peer *server;

static void make(uint16_t lwm2m)
{
    world = world_with_battery(lwm2m);
    server = &world->server;
    loom_set_integer(&world->model, loom_path_resource(1, 0, 5), 1000);
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 6), true);
}

static void begin(void)
{
    loom_loopback_set_unix_time(world->net, NOW);
    world_register(world);
}

static void set_up(void)
{
    make(LOOM_LWM2M_1_2);
    begin();
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(storing, .init = set_up, .fini = tear_down);

static void observe_in(uint16_t format, const char *path, const char *query)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .observe = LOOM_OBSERVE_BEGIN,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = format,
                                   .query_count = query[0] == '\0' ? 0 : 1,
                                   .query = {{query, strlen(query)}}};
    cr_assert_eq(peer_send(world, server, &request, path), LOOM_CONTENT, "%s", path);
    cr_assert(server->observes, "%s", path);
}

static void observe(const char *path, const char *query)
{
    observe_in(LOOM_FORMAT_SENML_JSON, path, query);
}

static void set_battery(int64_t value)
{
    world_set_battery(world, value);
}

static const struct got_notice *notice(unsigned from_last)
{
    cr_assert_gt(server->notice_count, from_last);
    return &server->notices[(server->notice_count - 1 - from_last) % PEER_NOTICES];
}

/* Values that come one in ten seconds. */
static void set_some(int64_t first, int64_t last)
{
    for (int64_t value = first; value <= last; value++) {
        world_run(world, 10);
        set_battery(value);
    }
    world_run(world, 1);
}

static void disable(void)
{
    cr_assert_eq(peer_post(world, server, "/1/0/4", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_DISABLED, 5);
}

static void expect_notices(double seconds, unsigned count)
{
    peer_expect_notices(world, server, seconds, count);
}

/* How often a notification has a value. */
static unsigned count_of(const char *text, const char *what)
{
    unsigned count = 0;
    for (; (text = strstr(text, what)) != NULL; text++) {
        count++;
    }
    return count;
}

/* B-72, C-65: what falls due while the server has disabled the device is stored, and goes in order
 * and with its times when the server observes the same again, before what is true then. */
Test(storing, while_disabled)
{
    observe("/3/0/9", "");
    disable();
    uint64_t begun = world_now(world);
    set_some(21, 23);
    expect_notices(900, 0);
    world_expect(world, LOOM_EVENT_REGISTERED, 200);
    expect_notices(10, 0);
    observe("/3/0/9", "");
    cr_expect_str_eq(peer_text(server), "[{\"bn\":\"/3/0/9\",\"v\":23}]");
    set_battery(24);
    expect_notices(5, 2);
    char first[64];
    snprintf(first, sizeof first, "[{\"bn\":\"/3/0/9\",\"t\":%llu,\"v\":21},{\"t\":",
             (unsigned long long)(NOW + (begun + 10000 - 1000000) / 1000));
    cr_expect_eq(strncmp(notice(1)->text, first, strlen(first)), 0, "%s", notice(1)->text);
    cr_expect_eq(notice(1)->content_format, LOOM_FORMAT_SENML_JSON);
    cr_expect_str_eq(notice(0)->text, "[{\"bn\":\"/3/0/9\",\"v\":24}]");
    expect_notices(1000, 0);
}

/* The same for a session that is lost, when there is no way to register. */
Test(storing, while_offline)
{
    observe("/3/0/9", "");
    loom_loopback_set_reachable(server->host, false);
    loom_client_address_changed(&world->client);
    world_run(world, 1);
    set_some(21, 22);
    loom_loopback_set_reachable(server->host, true);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"t\":"), 2, "%s", notice(0)->text);
}

/* B-72: false, they are dropped; so are all where the format of the observation has no times. */
Test(storing, only_where_it_is_wanted)
{
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 6), false);
    observe("/3/0/9", "");
    disable();
    set_some(21, 23);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 0);
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 6), true);
    world_run(world, 1);
    observe_in(LOOM_FORMAT_TEXT, "/3/0/10", "");
    disable();
    loom_set_integer(&world->model, loom_path_resource(3, 0, 10), 64);
    world_run(world, 10);
    loom_set_integer(&world->model, loom_path_resource(3, 0, 10), 65);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe_in(LOOM_FORMAT_TEXT, "/3/0/10", "");
    expect_notices(5, 0);
}

/* C.2: hqmax of each observation at most, the oldest are dropped; 0: none. */
Test(storing, hqmax)
{
    observe("/3/0/9", "hqmax=2");
    disable();
    set_some(21, 25);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "hqmax=0");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":"), 2, "%s", notice(0)->text);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":24"), 1, "%s", notice(0)->text);
    disable();
    set_some(26, 27);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 0);
}

/* Attributes hold while it is stored, as they do while it is sent. */
Test(storing, attributes_hold)
{
    observe("/3/0/9", "");
    cr_assert_eq(peer_attach(world, server, "/3/0/9", "gt=50"), LOOM_CHANGED);
    disable();
    set_some(21, 23);
    set_battery(60);
    world_run(world, 10);
    set_battery(61);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":"), 1, "%s", notice(0)->text);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":60"), 1, "%s", notice(0)->text);
}

/* C-63, C-75: what the server must not read when it goes does not go. */
Test(storing, never_without_a_right)
{
    loom_model_delete(&world->model, 1, 0);
    tear_down();
    make(LOOM_LWM2M_1_2);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    uint16_t entry = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 0), 3);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 1), 0);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 1);
    begin();
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    observe("/3", "");
    disable();
    set_some(21, 22);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 2);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3", "");
    expect_notices(5, 0);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 1);
    set_battery(23);
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"t\":"), 0, "%s", notice(0)->text);
}

/* C-62: De-register by the product ends everything, also what is stored. */
Test(storing, deregister_ends_it)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 23);
    loom_client_deregister(&world->client);
    world_run(world, 1);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 5);
    observe("/3/0/9", "");
    expect_notices(5, 0);
    loom_client_deregister(&world->client);
    world_expect(world, LOOM_EVENT_DEREGISTERED, 5);
    set_some(24, 25);
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 5);
    observe("/3/0/9", "");
    expect_notices(5, 0);
}

/* A dormant one that nobody observes again lasts until the end of the next registration. */
Test(storing, not_observed_again)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 22);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    world_run(world, 10);
    disable();
    set_some(23, 24);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 0);
}

/* ... or until its place is needed. */
Test(storing, its_place_is_needed)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 22);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/10", "");
    observe("/3/0/0", "");
    observe("/1/0/1", "");
    observe("/1/0/5", "");
    unsigned before = server->notice_count;
    loom_set_integer(&world->model, loom_path_resource(1, 0, 5), 1001);
    world_run(world, 5);
    cr_expect_eq(server->notice_count, before + 1);
}

/* What is not acknowledged is kept, and goes again with the next registration. */
Test(storing, until_it_is_acknowledged)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 22);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    unsigned none = server->notice_count;
    loom_loopback_set_reachable(server->host, false);
    world_run(world, 100);
    cr_assert_eq(server->notice_count, none);
    loom_client_address_changed(&world->client);
    world_run(world, 5);
    loom_loopback_set_reachable(server->host, true);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    unsigned before = server->notice_count;
    observe("/3/0/9", "");
    world_run(world, 5);
    cr_assert_gt(server->notice_count, before);
    cr_expect_eq(count_of(notice(server->notice_count - before - 1)->text, "\"v\":21"), 1, "%s",
                 notice(server->notice_count - before - 1)->text);
}

/* More than fits one message goes as several, in order. */
Test(storing, in_several_messages)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 40);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    world->client.context.config.buffer_size = 300;
    observe("/3/0/9", "");
    unsigned before = server->notice_count;
    world_run(world, 20);
    cr_expect_gt(server->notice_count, before + 2);
    cr_expect_lt(server->notice_count, before + 10, "as many as fit go as one");
    cr_expect_eq(strncmp(server->notices[before].text, "[{\"bn\":\"/3/0/9\",\"t\":", 20), 0);
    cr_expect_eq(count_of(server->notices[before].text, "\"v\":21"), 1);
}

/* The oldest makes room, and a Send more than all of them (C-34). */
Test(storing, no_room)
{
    world->client.context.config.outbox_size = 100;
    observe("/3/0/9", "");
    disable();
    set_some(21, 30);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":29"), 1, "%s", notice(0)->text);
}

/* What is stored belongs to its path; and what changes once the device is registered again is in
 * the answer, not stored. */
Test(storing, of_this_path_alone)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 22);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    world_run(world, 1);
    set_battery(30);
    world_run(world, 1);
    observe("/3/0/10", "");
    expect_notices(5, 0);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":"), 2, "%s", notice(0)->text);
    cr_expect_eq(count_of(notice(0)->text, "\"v\":30"), 0, "%s", notice(0)->text);
}

/* C-65: the time is the one that the device told itself then; a clock that is set afterwards does
 * not bring them out of order. */
Test(storing, the_clock_is_set_meanwhile)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 21);
    loom_loopback_set_unix_time(world->net, NOW + 100000);
    set_some(22, 22);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    cr_expect_eq(count_of(notice(0)->text, "\"t\":18000000"), 1, "%s", notice(0)->text);
    cr_expect_eq(count_of(notice(0)->text, "\"t\":18001000"), 1, "%s", notice(0)->text);
}

/* C-65: what is stored has times. Where the new answer has a format without them, it begins with
 * what is true now. */
Test(storing, not_in_a_format_without_times)
{
    static const uint16_t formats[] = {LOOM_FORMAT_TEXT, LOOM_FORMAT_TLV};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        observe("/3/0/9", "");
        disable();
        set_some(21, 23);
        world_expect(world, LOOM_EVENT_REGISTERED, 1000);
        observe_in(formats[i], "/3/0/9", "");
        expect_notices(5, 0);
        set_battery(24);
        expect_notices(5, 1);
        cr_expect_eq(notice(0)->content_format, formats[i]);
    }
}

static enum loom_status (*notify)(void *self, struct loom_session *session, uint16_t observation,
                                  const struct loom_notification *notification);
static size_t longest;
static unsigned tries;

static enum loom_status notify_short(void *self, struct loom_session *session, uint16_t observation,
                                     const struct loom_notification *notification)
{
    tries++;
    return notification->payload.length > longest
               ? LOOM_TOO_LARGE
               : notify(self, session, observation, notification);
}

/* What the port has no room for goes in parts; what does not fit alone is given up, so that what is
 * true now can go. */
Test(storing, as_much_as_the_port_takes)
{
    notify = world->port.notify;
    world->port.notify = notify_short;
    longest = 100;
    observe("/3/0/9", "");
    disable();
    set_some(21, 28);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    unsigned before = server->notice_count;
    world_run(world, 10);
    cr_expect_gt(server->notice_count, before + 2);
    unsigned values = 0;
    for (unsigned i = before; i < server->notice_count; i++) {
        values += count_of(server->notices[i].text, "\"v\":");
    }
    cr_expect_eq(values, 8u, "%u", values);
    disable();
    set_some(31, 34);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    longest = 30;
    tries = 0;
    observe("/3/0/9", "");
    set_battery(35);
    expect_notices(10, 1);
    cr_expect_str_eq(notice(0)->text, "[{\"bn\":\"/3/0/9\",\"v\":35}]");
    cr_expect_lt(tries, 100u);
    world->port.notify = notify;
}

static char told[256];

static enum loom_status note_notice(void *self, struct loom_session *session, uint16_t observation,
                                    const struct loom_notification *notification)
{
    (void)self;
    (void)session;
    (void)observation;
    cr_assert_lt(notification->payload.length, sizeof told);
    memcpy(told, notification->payload.data, notification->payload.length);
    told[notification->payload.length] = '\0';
    return LOOM_OK;
}

/* The token that had stored values of one path begins an observation of another: they are gone. */
Test(storing, not_under_another_name)
{
    observe("/3/0/9", "");
    disable();
    set_some(21, 23);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    struct loom_session *session = world->registrations[0].session;
    struct loom_reply reply = {.payload = world->buffer, .room = 64};
    struct loom_request request = {.method = LOOM_GET,
                                   .path_count = 3,
                                   .observe = LOOM_OBSERVE_BEGIN,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_SENML_JSON,
                                   .path = {{"3", 1}, {"0", 1}, {"9", 1}}};
    loom_client_side.request(&world->client, &world->registrations[0], session, &request, &reply);
    cr_assert_neq(reply.observation, 0);
    request.observation_of = reply.observation;
    request.path[2] = (struct loom_text){"10", 2};
    reply = (struct loom_reply){.payload = world->buffer, .room = 64};
    loom_client_side.request(&world->client, &world->registrations[0], session, &request, &reply);
    cr_assert_eq(reply.observation, request.observation_of);
    notify = world->port.notify;
    world->port.notify = note_notice;
    world_run(world, 5);
    world->port.notify = notify;
    cr_expect_str_eq(told, "");
}

/* What does not fit the outbox at all lets be what others have stored there. */
Test(storing, too_much_takes_no_room)
{
    world->client.context.config.outbox_size = 120;
    char text[64];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(3, 0, 0), text), LOOM_OK);
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(3, 0, 1), text), LOOM_OK);
    observe("/3", "pmin=25");
    observe("/3/0/9", "");
    disable();
    set_some(21, 23);
    world_run(world, 30);
    world_expect(world, LOOM_EVENT_REGISTERED, 1000);
    observe("/3/0/9", "");
    expect_notices(5, 1);
    for (int value = 21; value <= 23; value++) {
        snprintf(text, sizeof text, "\"v\":%d", value);
        cr_expect_eq(count_of(notice(0)->text, text), 1, "%s", notice(0)->text);
    }
}
