/* SPDX-License-Identifier: Apache-2.0 */
/* Send in simulated time: rules C-34, B-74. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;
static struct peer *server;

static void make(uint16_t lwm2m)
{
    world = world_with_battery(lwm2m);
    server = &world->server;
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), false);
}

static void begin(uint16_t lwm2m)
{
    make(lwm2m);
    world_register(world);
}

static void set_up(void)
{
    begin(LOOM_LWM2M_1_1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(send, .init = set_up, .fini = tear_down);
/* For tests that start the client themselves. */
TestSuite(send_later, .fini = tear_down);

static const struct loom_path battery = {{3, 0, 9, 0}, 3};

static void set_battery(int64_t value)
{
    world_set_battery(world, value);
}

static enum loom_status send_path(struct loom_path path, uint16_t ssid, uint16_t *handle)
{
    struct loom_send send = {
        .ssid = ssid, .format = LOOM_FORMAT_SENML_JSON, .paths = &path, .path_count = 1};
    return loom_client_send(&world->client, &send, handle);
}

/* Sends the battery level in SenML JSON to server 1. @return its handle */
static uint16_t send_battery(void)
{
    uint16_t handle = 0;
    cr_assert_eq(send_path(battery, 1, &handle), LOOM_OK);
    cr_assert_neq(handle, 0);
    return handle;
}

static const struct loom_event *expect_end(enum loom_event_type type, uint16_t handle,
                                           double seconds)
{
    const struct loom_event *event = world_expect(world, type, seconds);
    cr_assert_eq(event->count, handle);
    return event;
}

static unsigned sends_of(const struct peer *peer)
{
    unsigned count = 0;
    for (unsigned i = 0; i < peer->got_count; i++) {
        count += strcmp(peer->got[i].line, "POST /dp") == 0;
    }
    return count;
}

static void expect_last(const struct peer *peer, const char *payload)
{
    cr_assert_str_eq(peer_last(peer)->line, "POST /dp");
    cr_expect_str_eq(peer_last(peer)->payload, payload);
}

/* ---- what goes ------------------------------------------------------------------------------- */

/* C-34: a POST to /dp with the values of now. */
Test(send, values_of_now_go_at_once)
{
    uint16_t handle = send_battery();
    set_battery(21);
    const struct loom_event *event = expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 1);
    cr_expect_eq(event->ssid, 1);
    cr_expect_eq(event->code, LOOM_CHANGED);
    cr_expect_eq(peer_last(server)->content_format, LOOM_FORMAT_SENML_JSON);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":20}]");
    world_run(world, 1000);
    cr_expect_eq(sends_of(server), 1);
}

/* C-34: SenML CBOR where the product names no format; LwM2M CBOR is of 1.2. */
Test(send, formats)
{
    struct loom_send send = {.paths = &battery, .path_count = 1};
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    cr_expect_eq(peer_last(server)->content_format, LOOM_FORMAT_SENML_CBOR);
    static const uint16_t unfit[] = {LOOM_FORMAT_TLV, LOOM_FORMAT_TEXT + 1, LOOM_FORMAT_CBOR,
                                     LOOM_FORMAT_LWM2M_CBOR};
    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        send.format = unfit[i];
        cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_NOT_ACCEPTABLE, "%u",
                     unfit[i]);
    }
    tear_down();
    begin(LOOM_LWM2M_1_2);
    send.format = LOOM_FORMAT_LWM2M_CBOR;
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    cr_expect_eq(peer_last(server)->content_format, LOOM_FORMAT_LWM2M_CBOR);
    cr_expect_eq(memcmp(peer_last(server)->payload, "\xA1\x83\x03", 3), 0);
    send.format = LOOM_FORMAT_SENML_ETCH_CBOR;
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_NOT_ACCEPTABLE);
}

/* Several paths of several objects; each value once, and what is not there is left out. */
Test(send, many_paths)
{
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 0, 3800);
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 1, 5000);
    struct loom_path paths[] = {loom_path_resource_instance(3, 0, 7, 1),
                                loom_path_resource(3, 0, 7),
                                battery,
                                loom_path_resource(3, 0, 8),
                                loom_path_resource(9, 0, 0),
                                battery,
                                loom_path_resource(1, 0, 1)};
    struct loom_send send = {.format = LOOM_FORMAT_SENML_JSON, .paths = paths, .path_count = 7};
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    expect_last(server,
                "[{\"bn\":\"/\",\"n\":\"3/0/7/0\",\"v\":3800},{\"n\":\"3/0/7/1\",\"v\":5000},"
                "{\"n\":\"3/0/9\",\"v\":20},{\"n\":\"1/0/1\",\"v\":86400}]");
}

/* A path above the resource brings all that a server may read, in every type. */
Test(send, all_of_an_instance)
{
    char read[TEXT_ROOM];
    struct loom_path whole = loom_path_instance(1, 0);
    cr_assert_eq(peer_get(world, server, "/1/0", LOOM_FORMAT_SENML_JSON), LOOM_CONTENT);
    snprintf(read, sizeof read, "%s", peer_text(server));
    cr_assert_eq(send_path(whole, 1, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    const char *sent = peer_last(server)->payload;
    /* The same values, by longer names. */
    for (const char *value = strstr(read, "\"v"); value != NULL; value = strstr(value + 1, "\"v")) {
        char text[64];
        snprintf(text, sizeof text, "%.*s}", (int)strcspn(value, "}"), value);
        cr_expect_neq(strstr(sent, text), NULL, "%s in %s", text, sent);
    }
}

/* D-33, C-65: times of the product's own: since 1970, or before now. */
Test(send, values_with_times)
{
    struct loom_sent_value values[3] = {
        {.path = battery, .time = 1700000000.5}, {.path = battery, .time = -60}, {.path = battery}};
    for (unsigned i = 0; i < 3; i++) {
        values[i].value.type = LOOM_INTEGER;
        values[i].value.as.integer = 40 + i;
    }
    struct loom_send send = {.values = values, .value_count = 3, .format = LOOM_FORMAT_SENML_JSON};
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"t\":1700000000.5,\"v\":40},"
                        "{\"n\":\"3/0/9\",\"t\":-60,\"v\":41},{\"n\":\"3/0/9\",\"v\":42}]");
    loom_loopback_set_unix_time(world->net, 1800000000);
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    cr_expect_neq(strstr(peer_last(server)->payload, "\"t\":1799999940,\"v\":41"), NULL, "%s",
                  peer_last(server)->payload);
}

/* What a product may not send is refused, and nothing goes. */
Test(send, what_is_refused)
{
    static const struct {
        struct loom_path path;
        enum loom_status status;
    } paths[] = {{{{0, 0, 0, 0}, 0}, LOOM_BAD_REQUEST},
                 {{{3, 0, 9, 0}, 5}, LOOM_BAD_REQUEST},
                 {{{0, 0, 0, 0}, 3}, LOOM_UNAUTHORIZED}, /* C-40 */
                 {{{0, 0, 0, 0}, 1}, LOOM_UNAUTHORIZED},
                 {{{77, 0, 0, 0}, 1}, LOOM_NOT_FOUND},
                 {{{3, 1, 0, 0}, 2}, LOOM_NOT_FOUND},
                 {{{3, 0, 4, 0}, 3}, LOOM_METHOD_NOT_ALLOWED}, /* an executable */
                 {{{3, 0, 9, 1}, 4}, LOOM_METHOD_NOT_ALLOWED}};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        cr_expect_eq(send_path(paths[i].path, 1, NULL), paths[i].status, "%zu", i);
    }
    static const struct {
        struct loom_sent_value sent;
        enum loom_status status;
    } values[] = {
        {{.path = {{3, 0, 9, 0}, 3}, .value = {.type = LOOM_FLOAT}}, LOOM_BAD_REQUEST},
        {{.path = {{3, 0, 9, 0}, 2}, .value = {.type = LOOM_INTEGER}}, LOOM_BAD_REQUEST},
        {{.path = {{3, 0, 9, 0}, 4}, .value = {.type = LOOM_INTEGER}}, LOOM_METHOD_NOT_ALLOWED},
        {{.path = {{3, 0, 7, 0}, 3}, .value = {.type = LOOM_INTEGER}}, LOOM_METHOD_NOT_ALLOWED},
        {{.path = {{3, 0, 4, 0}, 3}, .value = {.type = LOOM_NONE}}, LOOM_METHOD_NOT_ALLOWED},
        {{.path = {{3, 1, 9, 0}, 3}, .value = {.type = LOOM_INTEGER}}, LOOM_NOT_FOUND},
        {{.path = {{0, 0, 0, 0}, 3}, .value = {.type = LOOM_STRING}}, LOOM_UNAUTHORIZED},
        {{.path = {{3, 0, 9, 0}, 3}, .value = {.type = LOOM_INTEGER}, .time = -1e9},
         LOOM_BAD_REQUEST},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct loom_send send = {.values = &values[i].sent, .value_count = 1};
        cr_expect_eq(loom_client_send(&world->client, &send, NULL), values[i].status, "%zu", i);
    }
    struct loom_send nothing = {.ssid = 1};
    cr_expect_eq(loom_client_send(&world->client, &nothing, NULL), LOOM_NOT_FOUND);
    cr_expect_eq(send_path(battery, 2, NULL), LOOM_FORBIDDEN, "there is no such server");
    world_run(world, 10);
    cr_expect_eq(sends_of(server), 0);
    send_battery();
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
}

/* Times cannot be said in LwM2M CBOR. */
Test(send_later, no_times_in_lwm2m_cbor)
{
    begin(LOOM_LWM2M_1_2);
    struct loom_sent_value value = {.path = battery, .value = {.type = LOOM_INTEGER}, .time = -1};
    struct loom_send send = {.values = &value, .value_count = 1, .format = LOOM_FORMAT_LWM2M_CBOR};
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_NOT_ACCEPTABLE);
    value.time = 0;
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
}

/* ---- whom it goes to ------------------------------------------------------------------------- */

/* B-74: true or absent mutes, also while it waits. */
Test(send, muted_servers_get_nothing)
{
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), true);
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_FORBIDDEN);
    cr_expect_eq(send_path(battery, 0, NULL), LOOM_FORBIDDEN);
    struct loom_path mute = loom_path_resource(1, 0, 23);
    loom_model_clear(&world->model, &mute);
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_FORBIDDEN, "absent");
    loom_set_boolean(&world->model, mute, false);
    uint16_t handle = send_battery();
    loom_set_boolean(&world->model, mute, true);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 1)->reason, LOOM_REASON_MUTED);
    world_run(world, 100);
    cr_expect_eq(sends_of(server), 0);
}

/* C-34: Send came with LwM2M 1.1. */
Test(send_later, not_before_1_1)
{
    begin(LOOM_LWM2M_1_0);
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_FORBIDDEN);
    tear_down();
    make(LOOM_LWM2M_1_1);
    server->register_code = LOOM_PRECONDITION_FAILED; /* B-13: it falls back to 1.0 */
    world_start(world);
    world_expect(world, LOOM_EVENT_VERSION_FALL_BACK, 1);
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_FORBIDDEN);
}

static void begin_with_two(void)
{
    make(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    loom_set_boolean(&world->model, loom_path_resource(1, 1, 23), false);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* C-34: to one server, or to all; each has an event of its own. */
Test(send_later, to_every_server)
{
    uint16_t handle;
    begin_with_two();
    cr_assert_eq(send_path(battery, 0, &handle), LOOM_OK);
    world->other.send_code = LOOM_NOT_FOUND;
    const struct loom_event *event = expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 1);
    cr_expect_eq(event->ssid, 1);
    world_run(world, 1);
    cr_expect_eq(world_count(world, LOOM_EVENT_SEND_REFUSED), 1);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":20}]");
    expect_last(&world->other, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":20}]");
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), true);
    cr_assert_eq(send_path(battery, 0, &handle), LOOM_OK);
    world_run(world, 1);
    cr_expect_eq(sends_of(server), 1);
    cr_expect_eq(sends_of(&world->other), 2);
}

/* C-34, C-75: only what each server may read; its rights are those of the moment at which it goes.
 */
Test(send_later, without_a_right_nothing_goes)
{
    uint16_t handle;
    begin_with_two();
    uint16_t entry = 0;
    loom_model_create(&world->model, 2, &entry);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 0), 3);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 1), 0);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 1);
    struct loom_path paths[] = {battery, loom_path_resource(1, 1, 1)};
    struct loom_send send = {.format = LOOM_FORMAT_SENML_JSON, .paths = paths, .path_count = 2};
    world_run(world, 1);
    cr_assert_eq(loom_client_send(&world->client, &send, &handle), LOOM_OK);
    world_run(world, 1);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":20}]");
    expect_last(&world->other, "[{\"bn\":\"/\",\"n\":\"1/1/1\",\"v\":86400}]");
    cr_assert_eq(send_path(battery, 2, &handle), LOOM_OK);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 1)->reason, LOOM_REASON_NOT_READABLE);
}

/* C-34: only what the object list names: a new instance is registered first. */
Test(send, instances_are_announced_first)
{
    uint16_t sensor = 5;
    cr_assert_eq(loom_model_create(&world->model, 3303, &sensor), LOOM_OK);
    loom_set_float(&world->model, loom_path_resource(3303, 5, 5700), 21.5);
    uint16_t handle;
    cr_assert_eq(send_path(loom_path_resource(3303, 5, 5700), 1, &handle), LOOM_OK);
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 2);
    unsigned count = server->got_count;
    cr_assert_eq(strncmp(server->got[count - 2].line, "POST /rd/a1", 11), 0);
    cr_expect_neq(strstr(server->got[count - 2].payload, "</3303/5>"), NULL);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3303/5/5700\",\"v\":18.1}]");
}

/* ... and the Send waits for the answer to that. */
Test(send, not_before_they_are_known)
{
    uint16_t sensor = 5;
    server->update_code = 0;
    cr_assert_eq(loom_model_create(&world->model, 3303, &sensor), LOOM_OK);
    cr_assert_eq(send_path(battery, 1, NULL), LOOM_OK);
    world_run(world, 50);
    cr_expect_eq(sends_of(server), 0);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 200);
}

/* ... and one that is gone by the time is not reported. */
Test(send_later, what_is_gone_is_left_out)
{
    make(LOOM_LWM2M_1_1);
    world_start(world);
    loom_client_step(&world->client);
    uint16_t sensor = 5;
    cr_assert_eq(loom_model_create(&world->model, 3303, &sensor), LOOM_OK);
    loom_set_float(&world->model, loom_path_resource(3303, 5, 5700), 21.5);
    struct loom_path paths[] = {loom_path_instance(3303, 5), battery};
    struct loom_send send = {.format = LOOM_FORMAT_SENML_JSON, .paths = paths, .path_count = 2};
    cr_assert_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    loom_model_delete(&world->model, 3303, 5);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 2);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":20}]");
}

/* ---- waiting --------------------------------------------------------------------------------- */

/* What waits for a registration goes after it, in order, with the times of the calls. */
Test(send_later, it_waits_for_the_registration)
{
    make(LOOM_LWM2M_1_1);
    loom_loopback_set_unix_time(world->net, 1800000000);
    server->register_code = 0;
    world_start(world);
    loom_client_step(&world->client);
    uint16_t first = send_battery();
    world_run(world, 20);
    set_battery(21);
    uint16_t second = send_battery();
    cr_expect_neq(first, second);
    world_run(world, 80);
    cr_expect_eq(sends_of(server), 0);
    server->register_code = LOOM_CREATED;
    expect_end(LOOM_EVENT_SEND_DELIVERED, first, 200);
    expect_end(LOOM_EVENT_SEND_DELIVERED, second, 1);
    cr_expect_str_eq(server->got[server->got_count - 2].payload,
                     "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"t\":1800000000,\"v\":20}]");
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"t\":1800000020,\"v\":21}]");
}

/* Without a clock the times are relative to the moment at which it goes. */
Test(send_later, without_a_clock_times_are_relative)
{
    make(LOOM_LWM2M_1_1);
    server->register_code = LOOM_INTERNAL_ERROR;
    world_start(world);
    world_run(world, 1);
    send_battery();
    server->register_code = LOOM_CREATED;
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 100);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"t\":-59,\"v\":20}]");
}

/* B-82: a device that sleeps wakes by an Update. */
Test(send_later, it_wakes_a_device_that_sleeps)
{
    make(LOOM_LWM2M_1_1);
    world->client.context.config.queue_mode = true;
    world_start(world);
    world_expect(world, LOOM_EVENT_ASLEEP, 94);
    send_battery();
    uint64_t answered = world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1)->time;
    cr_expect_str_eq(server->got[server->got_count - 2].line, "POST /rd/a1");
    /* B-81: awake for 93 s from the last message. */
    cr_expect_eq(world_expect(world, LOOM_EVENT_ASLEEP, 94)->time, answered + 93000);
}

/* One at a time for each server: the next goes when the one before has ended. */
Test(send, one_at_a_time)
{
    server->send_code = 0;
    uint16_t first = send_battery();
    uint16_t second = send_battery();
    world_run(world, 50);
    cr_expect_eq(sends_of(server), 1);
    server->send_code = LOOM_CHANGED;
    expect_end(LOOM_EVENT_SEND_FAILED, first, 93);
    expect_end(LOOM_EVENT_SEND_DELIVERED, first, 10);
    expect_end(LOOM_EVENT_SEND_DELIVERED, second, 10);
    cr_expect_eq(sends_of(server), 3);
}

/* Silence: an Update shows whether the server is there, then it goes again. */
Test(send, after_silence_it_goes_again)
{
    server->send_code = 0;
    uint16_t handle = send_battery();
    const struct loom_event *event = expect_end(LOOM_EVENT_SEND_FAILED, handle, 100);
    cr_expect_eq(event->failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(event->code, 0);
    server->send_code = LOOM_CHANGED;
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 10);
    cr_expect_eq(sends_of(server), 2);
}

/* A server that is away for a day gets it when it is back, once. */
Test(send, it_survives_a_long_outage)
{
    loom_set_integer(&world->model, loom_path_resource(1, 0, 19), 600);
    loom_loopback_set_reachable(server->host, false);
    uint16_t handle = send_battery();
    world_run(world, 86400);
    cr_expect_eq(sends_of(server), 0);
    loom_loopback_set_reachable(server->host, true);
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 86400);
    world_run(world, 1000);
    cr_expect_eq(sends_of(server), 1);
}

/* A session that is lost, and a new one: it goes again in that. */
Test(send, it_survives_a_new_address)
{
    server->send_code = 0;
    uint16_t handle = send_battery();
    world_run(world, 1);
    server->send_code = LOOM_CHANGED;
    loom_client_address_changed(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 1);
    world_run(world, 300);
    cr_expect_eq(sends_of(server), 2);
    cr_expect_eq(world_count(world, LOOM_EVENT_SEND_FAILED), 0);
}

/* A registration that the server has forgotten is made again in the same session: the Send of
 * before is given up first, so that there is never a second one under way. */
Test(send, it_leaves_the_wire_with_its_registration)
{
    world_watch_cancels(world);
    server->send_code = 0;
    uint16_t handle = send_battery();
    world_run(world, 1);
    server->update_code = LOOM_NOT_FOUND;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    server->send_code = LOOM_CHANGED;
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 1);
    cr_expect_eq(world->cancelled, 1);
    cr_expect_eq(sends_of(server), 2);
}

/* C-34: 4.xx is the end of it; 5.xx is the server's trouble of the moment, and no storm follows. */
Test(send, what_answers_mean)
{
    server->send_code = LOOM_NOT_FOUND;
    uint16_t handle = send_battery();
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_REFUSED, handle, 1)->code, LOOM_NOT_FOUND);
    server->send_code = LOOM_UNAVAILABLE;
    handle = send_battery();
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_FAILED, handle, 1)->code, LOOM_UNAVAILABLE);
    world_run(world, 630);
    cr_expect_eq(sends_of(server), 1 + 7 + 8, "1, 2, 4 .. 64 s, then every 64 s: %u",
                 sends_of(server));
    cr_expect_eq(world_count(world, LOOM_EVENT_UPDATE), 0);
    server->send_code = LOOM_CHANGED;
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 65);
}

/* From 4.00 on a server refuses, from 5.00 on it is its trouble of the moment. */
Test(send, answers_at_the_edges_mean)
{
    static const struct {
        uint8_t code;
        enum loom_event_type end;
    } answers[] = {{LOOM_CODE(2, 0), LOOM_EVENT_SEND_DELIVERED},
                   {LOOM_CODE(4, 0), LOOM_EVENT_SEND_REFUSED},
                   {LOOM_CODE(4, 31), LOOM_EVENT_SEND_REFUSED},
                   {LOOM_CODE(5, 0), LOOM_EVENT_SEND_FAILED}};
    for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        server->send_code = answers[i].code;
        uint16_t handle = send_battery();
        cr_expect_eq(expect_end(answers[i].end, handle, 1)->code, answers[i].code);
    }
}

/* The header says what a value takes: one of the time of the one before takes no more for that. */
Test(send, values_of_one_time_share_it)
{
    struct loom_sent_value values[20];
    for (unsigned i = 0; i < 20; i++) {
        values[i] = (struct loom_sent_value){
            .path = battery, .value = {.type = LOOM_INTEGER, .as.integer = i}, .time = -60};
    }
    struct loom_send send = {.ssid = 1, .values = values, .value_count = 20};
    world->client.context.config.outbox_size = 6 + 50 + 9 + 20 * (9 + 3 * 2);
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
}

/* ---- what is over ---------------------------------------------------------------------------- */

/* The product says for how long it is of use. */
Test(send, too_late)
{
    struct loom_send send = {.paths = &battery, .path_count = 1, .seconds = 10};
    uint16_t handle;
    server->send_code = 0;
    cr_assert_eq(loom_client_send(&world->client, &send, &handle), LOOM_OK);
    expect_end(LOOM_EVENT_SEND_FAILED, handle, 100);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 1)->reason, LOOM_REASON_TOO_LATE);
    loom_loopback_set_reachable(server->host, false);
    loom_client_address_changed(&world->client);
    world_run(world, 1);
    cr_assert_eq(loom_client_send(&world->client, &send, &handle), LOOM_OK);
    uint64_t now = world_now(world);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 11)->time, now + 10000);
}

/* An account that a bootstrap has taken away takes its Sends along. */
Test(send_later, without_an_account)
{
    make(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    server->register_code = 0;
    world_start(world);
    world_run(world, 1);
    uint16_t handle = send_battery();
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/0"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->bs, "/1/0"), LOOM_DELETED);
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://other:5683", 2), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 2, 60), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 10)->reason,
                 LOOM_REASON_NO_SUCH_SERVER);
}

/* The outbox has its size; what does not fit is refused, and what waits stays. */
Test(send, no_room)
{
    server->send_code = 0;
    enum loom_status status = LOOM_OK;
    unsigned count = 0;
    while ((status = send_path(battery, 1, NULL)) == LOOM_OK) {
        count++;
        cr_assert_lt(count, 100u);
    }
    cr_expect_eq(status, LOOM_TOO_LARGE);
    cr_expect_gt(count, 10u);
    world_run(world, 1);
    server->send_code = LOOM_CHANGED;
    world_run(world, 200);
    cr_expect_eq(world_count(world, LOOM_EVENT_SEND_DELIVERED), count);
    cr_expect_eq(sends_of(server), count + 1, "one went twice");
    char text[1200] = {0};
    struct loom_sent_value value = {.path = loom_path_resource(3, 0, 0),
                                    .value = {.type = LOOM_STRING, .as.text = {text, sizeof text}}};
    struct loom_send send = {.values = &value, .value_count = 1};
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_TOO_LARGE);
    value.value.as.text.length = 70000;
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_TOO_LARGE);
    value.value.as.text.length = 900;
    memset(text, 'x', sizeof text);
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
}

/* All servers get it, or none. */
Test(send_later, no_room_for_all)
{
    begin_with_two();
    char text[500];
    memset(text, 'x', sizeof text);
    struct loom_sent_value value = {.path = loom_path_resource(3, 0, 0),
                                    .value = {.type = LOOM_STRING, .as.text = {text, sizeof text}}};
    struct loom_send send = {.values = &value, .value_count = 1};
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_TOO_LARGE);
    world_run(world, 10);
    cr_expect_eq(sends_of(server) + sends_of(&world->other), 0);
    send.ssid = 2;
    cr_expect_eq(loom_client_send(&world->client, &send, NULL), LOOM_OK);
}

/* A message that does not fit the client's buffer cannot go. */
Test(send_later, no_room_in_the_buffer)
{
    begin(LOOM_LWM2M_1_1);
    world->client.context.config.buffer_size = 8;
    uint16_t handle = send_battery();
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 1)->reason, LOOM_REASON_NO_MEMORY);
}

/* A product without an outbox cannot send. */
Test(send, without_an_outbox)
{
    world->client.context.config.outbox_size = 0;
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_TOO_LARGE);
    world->client.context.config.outbox_size = 6;
    cr_expect_eq(send_path(battery, 1, NULL), LOOM_TOO_LARGE);
}

static enum loom_status sent_while_read;

static enum loom_status read_and_send(const struct loom_at *at, struct loom_value *value)
{
    (void)at;
    sent_while_read = send_path(loom_path_resource(3, 0, 10), 1, NULL);
    value->type = LOOM_INTEGER;
    value->as.integer = 7;
    return LOOM_OK;
}

/* A function that is asked for a value to be sent cannot send in between. */
Test(send, not_while_values_are_read)
{
    static const struct loom_handler handler = {.read = read_and_send};
    world_handle(world, 3, 9, &handler);
    send_battery();
    cr_expect_eq(sent_while_read, LOOM_UNAVAILABLE);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    expect_last(server, "[{\"bn\":\"/\",\"n\":\"3/0/9\",\"v\":7}]");
}

/* What waits when the client is stopped goes when it is started again, and what comes after it. */
Test(send, after_a_new_start)
{
    server->send_code = 0;
    send_battery();
    world_run(world, 1);
    world_reboot(world, 10);
    server->send_code = LOOM_CHANGED;
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 10);
    uint16_t handle = send_battery();
    expect_end(LOOM_EVENT_SEND_DELIVERED, handle, 1);
}

static enum loom_status read_card(void *self)
{
    (void)self;
    return LOOM_OK;
}

/* Before the sequence has come to its registrations, what waits is dropped when it is of no use any
 * more, and for no other reason. */
Test(send, what_waits_at_a_new_start)
{
    static const struct loom_smartcard card = {.read = read_card};
    struct loom_send short_lived = {.paths = &battery, .path_count = 1, .seconds = 20};
    uint16_t handle;
    server->send_code = 0;
    uint16_t lasting = send_battery();
    cr_assert_eq(loom_client_send(&world->client, &short_lived, &handle), LOOM_OK);
    world_run(world, 1);
    world->client.context.config.smartcard = &card;
    world_reboot(world, 10);
    world_run(world, 8);
    cr_expect_eq(world_count(world, LOOM_EVENT_SEND_DROPPED), 0);
    cr_expect_eq(expect_end(LOOM_EVENT_SEND_DROPPED, handle, 2)->reason, LOOM_REASON_TOO_LATE);
    server->send_code = LOOM_CHANGED;
    loom_client_smartcard(&world->client, LOOM_NOT_FOUND, NULL, 0);
    expect_end(LOOM_EVENT_SEND_DELIVERED, lasting, 10);
}

static unsigned dropped;
static void (*world_event)(void *user, const struct loom_event *event);

static void send_when_dropped(void *user, const struct loom_event *event)
{
    if (event->type != LOOM_EVENT_SEND_DROPPED) {
        world_event(user, event);
    } else {
        dropped++;
        cr_assert_lt(dropped, 1000u, "the step goes on for ever");
        (void)send_path(battery, 1, NULL);
    }
}

/* A product may send again when one is dropped: a step ends all the same. */
Test(send_later, again_whenever_one_is_dropped)
{
    begin(LOOM_LWM2M_1_1);
    world_event = world->client.context.config.event;
    world->client.context.config.event = send_when_dropped;
    world->client.context.config.buffer_size = 8;
    send_battery();
    loom_client_step(&world->client);
    cr_expect_gt(dropped, 0u);
    cr_expect_lt(dropped, 500u);
    world->client.context.config.event = world_event;
}
