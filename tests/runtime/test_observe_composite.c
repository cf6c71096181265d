/* SPDX-License-Identifier: Apache-2.0 */
/* Observe-Composite in simulated time, rules C-30, C-57, C-60 .. C-63 and C-77. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

#define BATTERY "/3/0/9"
#define MEMORY  "/3/0/10"

enum { READ = 1, WRITE = 2 }; /* rights in an Access Control entry */

static struct world *world;
static struct peer *server;
static struct loom_product product;

static void make(uint16_t lwm2m)
{
    world = world_with_battery(lwm2m);
    product = *world->product;
    product.formats = loom_formats_all;
    world->model.product = &product;
    server = &world->server;
    loom_set_text(&world->model, loom_path_resource(3303, 0, 5750), "hall");
}

static void start(void)
{
    world_register(world);
}

static void set_up(void)
{
    make(LOOM_LWM2M_1_2);
    start();
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(observe_composite, .init = set_up, .fini = tear_down);

/* ---- asking ---------------------------------------------------------------------------------- */

/* The paths, each after a space, as a list of names. */
static struct loom_bytes list_of(const char *paths)
{
    static char list[4096];
    size_t length = 0;
    while (paths[0] != '\0') {
        size_t path = strcspn(paths, " ");
        length += (size_t)snprintf(list + length, sizeof list - length, "%c{\"n\":\"%.*s\"}",
                                   length == 0 ? '[' : ',', (int)path, paths);
        paths += path + (paths[path] == ' ' ? 1 : 0);
    }
    cr_assert_lt(length + 1, sizeof list);
    list[length++] = ']';
    return (struct loom_bytes){(const uint8_t *)list, length};
}

static uint8_t fetch(const char *paths, const char *query, enum loom_observe observe,
                     uint32_t observation)
{
    struct loom_request request = {.method = LOOM_FETCH,
                                   .content_format = LOOM_FORMAT_SENML_JSON,
                                   .accept = LOOM_FORMAT_SENML_JSON,
                                   .observe = (uint8_t)observe,
                                   .observation_of = observation,
                                   .payload = list_of(paths)};
    peer_add_query(&request, query);
    return peer_send(world, server, &request, "/");
}

static void observe(const char *paths, const char *query)
{
    cr_assert_eq(fetch(paths, query, LOOM_OBSERVE_BEGIN, 0), LOOM_CONTENT, "%s", paths);
    cr_assert(server->observes, "%s", paths);
}

static void set(uint16_t resource, int64_t value)
{
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(3, 0, resource), value),
                 LOOM_OK);
}

static void set_hall(const char *text)
{
    cr_assert_eq(loom_set_text(&world->model, loom_path_resource(3303, 0, 5750), text), LOOM_OK);
}

static const struct got_notice *last(void)
{
    return peer_last_notice(server);
}

/* So many notifications in the next seconds, the last of which says what a Read-Composite of these
 * paths does. */
static void expect(double seconds, unsigned count, const char *paths)
{
    peer_expect_notices(world, server, seconds, count);
    if (count > 0) {
        struct got_notice notice = *last();
        cr_assert_eq(fetch(paths, "", LOOM_OBSERVE_NONE, 0), LOOM_CONTENT);
        cr_expect_eq(notice.code, LOOM_CONTENT);
        cr_expect_eq(notice.content_format, LOOM_FORMAT_SENML_JSON);
        cr_expect_eq(strncmp(notice.text, peer_text(server), sizeof notice.text - 1), 0,
                     "%s instead of %s", notice.text, peer_text(server));
    }
}

static unsigned observations(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < sizeof world->observations / sizeof world->observations[0]; i++) {
        count += world->observations[i].ssid != 0 ? 1u : 0u;
    }
    return count;
}

/* The memory of what is over is free again. */
static void expect_none(void)
{
    cr_expect_eq(observations(), 0u);
    cr_expect_eq(world->client.context.attributes.used, 0u);
}

/* ---- what is told ---------------------------------------------------------------------------- */

/* C-30, C-60: the answer is the first notification; a change of anything in the list brings all of
 * it, and what is not in it brings nothing. */
Test(observe_composite, tells_of_all_of_it)
{
    observe(BATTERY " /3303/0/5750", "");
    uint32_t exchange = server->exchange;
    expect(1000, 0, NULL);
    set(9, 21);
    expect(1, 1, BATTERY " /3303/0/5750");
    cr_expect_eq(last()->exchange, exchange);
    cr_expect(last()->more);
    set_hall("cellar");
    expect(1, 1, BATTERY " /3303/0/5750");
    set(10, 64);
    expect(1000, 0, NULL);
    set(9, 22);
    set_hall("attic");
    expect(1, 1, BATTERY " /3303/0/5750");
    set(9, 23);
    set(9, 22);
    expect(1, 0, NULL);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_NOTIFY, 1);
    cr_expect(event->has_path && event->path.depth == 0);
}

/* C-30: paths of every depth, the root included, each value once. */
Test(observe_composite, is_of_every_level)
{
    static const char *const lists[] = {"/", "/3", "/3/0", "/3/0 /3/0/9 /3", "/3/0/7", "/3/0/7/1"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        (void)loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5000);
        observe(lists[i], "");
        (void)loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5001);
        expect(1, 1, lists[i]);
        cr_assert_eq(fetch(lists[i], "", LOOM_OBSERVE_END, last()->exchange), LOOM_CONTENT);
        expect_none();
    }
}

/* C-30, C-62: what is gone is left out, what is new is there; with the last of it it ends. */
Test(observe_composite, leaves_out_what_is_gone)
{
    struct loom_path voltage = loom_path_resource_instance(3, 0, 7, 1);
    struct loom_path label = loom_path_resource(3303, 0, 5750);
    observe("/3/0/7/1 /3303/0/5750 /3339/0/5522", "");
    (void)loom_device_1_2_set_power_source_voltage(&world->model, 0, 1, 5000);
    expect(1, 1, "/3/0/7/1 /3303/0/5750");
    cr_assert_eq(loom_model_clear(&world->model, &voltage), LOOM_OK);
    expect(1, 1, "/3303/0/5750");
    cr_assert_eq(loom_model_clear(&world->model, &label), LOOM_OK);
    world_run(world, 1);
    cr_expect_eq(last()->code, LOOM_NOT_FOUND);
    cr_expect_not(last()->more);
    expect_none();
}

/* C-1: an Accept that is not there, a list that is none, and nothing that can be read begin
 * nothing. */
Test(observe_composite, of_what_cannot_be_read)
{
    cr_expect_eq(fetch("/3/0/4", "", LOOM_OBSERVE_BEGIN, 0), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(fetch("/77", "", LOOM_OBSERVE_BEGIN, 0), LOOM_NOT_FOUND);
    cr_expect_eq(fetch("/0 /77", "", LOOM_OBSERVE_BEGIN, 0), LOOM_UNAUTHORIZED);
    struct loom_request request = {.method = LOOM_FETCH,
                                   .content_format = LOOM_FORMAT_SENML_JSON,
                                   .accept = LOOM_FORMAT_TLV,
                                   .observe = LOOM_OBSERVE_BEGIN,
                                   .payload = list_of(BATTERY)};
    cr_expect_eq(peer_send(world, server, &request, "/"), LOOM_NOT_ACCEPTABLE);
    cr_expect_not(server->observes);
    expect_none();
}

/* ---- its end --------------------------------------------------------------------------------- */

/* C-61: by a FETCH with the same list, and by a Reset. */
Test(observe_composite, ends)
{
    observe(BATTERY " " MEMORY, "");
    uint32_t first = server->exchange;
    observe(BATTERY " " MEMORY, "pmin=1");
    uint32_t second = server->exchange;
    cr_assert_eq(fetch(BATTERY " " MEMORY, "", LOOM_OBSERVE_END, first), LOOM_CONTENT);
    cr_expect_not(server->observes);
    set(9, 21);
    expect(2, 1, BATTERY " " MEMORY);
    cr_expect_eq(last()->exchange, second);
    server->port.cancel(server->port.self, server->session, second);
    set(9, 22);
    expect(10, 0, NULL);
    set(9, 23);
    expect(10, 0, NULL);
    expect_none();
}

/* C-62: another Register ends it. */
Test(observe_composite, ends_with_the_registration)
{
    observe(BATTERY, "pmin=1");
    loom_client_address_changed(&world->client);
    world_run(world, 10);
    cr_assert_eq(world_count(world, LOOM_EVENT_REGISTERED), 2u);
    set(9, 21);
    expect(100, 0, NULL);
    expect_none();
}

static void allow(uint16_t object, uint16_t entry, uint8_t rights)
{
    loom_set_integer(&world->model, loom_path_resource(2, entry, 0), object);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 1), 0);
    loom_set_integer(&world->model, loom_path_resource_instance(2, entry, 2, 1), rights);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 2);
}

/* C-63, C-77: what the server may not read is left out; with the last right it ends without a
 * word. */
Test(observe_composite, keeps_to_the_rights)
{
    uint16_t device = LOOM_ID_NONE;
    uint16_t temperature = LOOM_ID_NONE;
    world_add_server_account(world, &world->other, 1, 2, 86400);
    cr_assert_eq(loom_model_create(&world->model, 2, &device), LOOM_OK);
    cr_assert_eq(loom_model_create(&world->model, 2, &temperature), LOOM_OK);
    allow(3, device, READ);
    allow(3303, temperature, READ);
    observe(BATTERY " /3303/0/5750", "");
    allow(3303, temperature, WRITE);
    set(9, 21);
    expect(1, 1, BATTERY);
    cr_expect(strstr(last()->text, "3303") == NULL, "%s", last()->text);
    allow(3, device, WRITE);
    set(9, 22);
    set_hall("cellar");
    expect(10, 0, NULL);
    expect_none();
}

/* ---- room ------------------------------------------------------------------------------------ */

/* A list that does not fit is answered as a Read-Composite, and leaves what is attached as it was;
 * attributes that do not fit are the device's trouble. */
Test(observe_composite, needs_room_for_its_list)
{
    cr_assert_eq(peer_attach(world, server, BATTERY, "pmin=7"), LOOM_CHANGED);
    uint16_t used = world->client.context.attributes.used;
    cr_expect_eq(fetch("/3/0/0 /3/0/1 /3/0/2 /3/0/3 /3/0/6 /3/0/7 /3/0/8 /3/0/9 /3/0/10 /3/0/11 "
                       "/3/0/13 /3/0/14 /3/0/15",
                       "pmax=60", LOOM_OBSERVE_BEGIN, 0),
                 LOOM_CONTENT);
    cr_expect_not(server->observes);
    cr_expect_eq(observations(), 0u);
    cr_expect_eq(world->client.context.attributes.used, used);
    world->client.context.attributes.size = (uint16_t)(used + 5);
    cr_expect_eq(fetch(BATTERY, "pmin=1", LOOM_OBSERVE_BEGIN, 0), LOOM_INTERNAL_ERROR);
    cr_expect_eq(world->client.context.attributes.used, used);
    cr_expect_eq(observations(), 0u);
    cr_assert_eq(peer_get(world, server, BATTERY, LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(server), "</3/0/9>;pmin=7");
}

/* RFC 7641 section 4.1: who cannot notify answers as to a Read-Composite. So does a device that has
 * composites and no observations of them. */
Test(observe_composite, needs_a_port_that_notifies)
{
    world->port.notify = NULL;
    cr_expect_eq(fetch(BATTERY, "", LOOM_OBSERVE_BEGIN, 0), LOOM_CONTENT);
    cr_expect_not(server->observes);
    expect_none();
}

Test(observe_composite, needs_the_feature)
{
    product.features.observe_composite = NULL;
    cr_expect_eq(fetch(BATTERY, "", LOOM_OBSERVE_BEGIN, 0), LOOM_CONTENT);
    cr_expect_not(server->observes);
    expect_none();
}

/* An Observe in the place of another one, by the same token, has its own list and attributes: they
 * take the room that the other one had. */
Test(observe_composite, takes_the_place_of_another)
{
    static const char *const lists[] = {BATTERY, MEMORY, BATTERY " " MEMORY, "/3"};
    uint8_t payload[256];
    struct loom_reply reply = {.payload = payload, .room = sizeof payload};
    struct loom_request request = {.method = LOOM_FETCH,
                                   .observe = LOOM_OBSERVE_BEGIN,
                                   .content_format = LOOM_FORMAT_SENML_JSON,
                                   .accept = LOOM_FORMAT_SENML_JSON};
    const struct loom_side *side = &loom_client_side;
    struct loom_registration *registration = &world->registrations[0];
    for (unsigned i = 0; i < 100; i++) {
        reply.code = 0;
        reply.length = 0;
        request.payload = list_of(lists[i % 4]);
        request.observation_of = reply.observation;
        side->request(&world->client, registration, registration->session, &request, &reply);
        cr_assert_eq(reply.code, LOOM_CONTENT);
        cr_assert_eq(reply.observation, 1);
        cr_assert_eq(observations(), 1u);
    }
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* C-57: of the query, which has no more than what concerns all parts. */
Test(observe_composite, takes_attributes_of_the_query)
{
    static const char *const refused[] = {"gt=1", "lt=1", "st=1", "edge=1", "hqmax=1", "pmin", "x"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect_eq(fetch(BATTERY, refused[i], LOOM_OBSERVE_BEGIN, 0), LOOM_BAD_REQUEST, "%s",
                     refused[i]);
    }
    expect_none();
    cr_assert_eq(peer_attach(world, server, BATTERY, "pmin=50&pmax=55"), LOOM_CHANGED);
    observe(BATTERY " " MEMORY, "pmin=10&pmax=30&epmin=1&epmax=5&con=1");
    set(9, 21);
    expect(9, 0, NULL);
    expect(2, 1, BATTERY " " MEMORY);
    expect(28, 0, NULL);
    expect(2, 1, BATTERY " " MEMORY);
    cr_assert_eq(peer_get(world, server, BATTERY, LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(server), "</3/0/9>;pmin=50;pmax=55", "Discover does not show them");
}

/* C-57: what a value has to be like is of observations of that value: in a list every change
 * counts. */
Test(observe_composite, knows_no_conditions_of_its_parts)
{
    cr_assert_eq(peer_attach(world, server, BATTERY, "gt=90&lt=10&st=5"), LOOM_CHANGED);
    observe(BATTERY " " MEMORY, "");
    set(9, 21);
    expect(1, 1, BATTERY " " MEMORY);
    set(9, 95);
    expect(1, 1, BATTERY " " MEMORY);
}

/* C-57: they are of 1.2. */
Test(observe_composite, refuses_attributes_of_the_query_before_1_2)
{
    world_destroy(world);
    make(LOOM_LWM2M_1_1);
    start();
    cr_expect_eq(fetch(BATTERY, "pmin=1", LOOM_OBSERVE_BEGIN, 0), LOOM_BAD_REQUEST);
    observe(BATTERY, "");
    set(9, 21);
    expect(1, 1, BATTERY);
}

/* C-50, C-58: what is attached to a part, or above it, counts: the notification suits all parts.
 * What is attached below does not. */
Test(observe_composite, suits_the_attributes_of_its_parts)
{
    cr_assert_eq(peer_attach(world, server, "/3/0", "pmin=10&pmax=100"), LOOM_CHANGED);
    cr_assert_eq(peer_attach(world, server, "/3303/0/5750", "pmin=5&pmax=40"), LOOM_CHANGED);
    cr_assert_eq(peer_attach(world, server, "/1/0/1", "pmin=500"), LOOM_CHANGED);
    observe(BATTERY " /3303/0/5750 /1/0", "");
    set_hall("cellar");
    expect(9.5, 0, NULL);
    expect(1, 1, BATTERY " /3303/0/5750 /1/0");
    expect(38, 0, NULL);
    expect(2, 1, BATTERY " /3303/0/5750 /1/0");
}

/* C-66: confirmable if a part has to be. One that is not acknowledged stays, and is said again. */
Test(observe_composite, is_confirmed_if_a_part_is)
{
    cr_assert_eq(peer_attach(world, server, MEMORY, "con=1"), LOOM_CHANGED);
    observe(BATTERY " " MEMORY, "");
    loom_loopback_set_reachable(server->host, false);
    set(9, 21);
    world_run(world, 200);
    cr_expect_gt(world_count(world, LOOM_EVENT_NOTIFY), 1u);
    loom_loopback_set_reachable(server->host, true);
}

/* C-66: what the query says comes first. */
Test(observe_composite, is_not_confirmed_if_the_query_says_so)
{
    cr_assert_eq(peer_attach(world, server, MEMORY, "con=1"), LOOM_CHANGED);
    observe(BATTERY " " MEMORY, "con=0");
    loom_loopback_set_reachable(server->host, false);
    set(9, 21);
    world_run(world, 200);
    cr_expect_eq(world_count(world, LOOM_EVENT_NOTIFY), 1u);
    loom_loopback_set_reachable(server->host, true);
}
