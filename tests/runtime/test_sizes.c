/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a client is given: too little is found at the start, not in the field. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(sizes, .fini = tear_down);

static enum loom_status start(size_t buffer_size, bool store)
{
    struct loom_client client;
    struct loom_client_config config = world->client.context.config;
    config.endpoint = "device";
    config.model = &world->model;
    config.staging = world->staging;
    config.registrations = world->registrations;
    config.registration_room = 3;
    config.locations = world->locations;
    config.location_size = world->location_size;
    config.buffer = world->buffer;
    config.buffer_size = buffer_size;
    config.port = &world->port;
    config.store = store ? &world->store : NULL;
    return loom_client_start(&client, &config);
}

/* what a Register and the record of the accounts take. */
Test(sizes, a_buffer_that_is_too_small_is_refused)
{
    world = world_create(LOOM_LWM2M_1_1);
    size_t request = world->product->request_size + strlen("device");
    size_t record = world->product->record_least;
    cr_assert_gt(record, request);
    cr_expect_eq(start(request - 1, false), LOOM_BAD_REQUEST);
    cr_expect_eq(start(request, false), LOOM_OK);
    cr_expect_eq(start(record - 1, true), LOOM_BAD_REQUEST);
    cr_expect_eq(start(record, true), LOOM_OK);
}

/* an account without room for its registration is reported, not passed over in silence. */
Test(sizes, an_account_beyond_the_room_is_reported)
{
    world = world_create(LOOM_LWM2M_1_1);
    world->registration_room = 1;
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_add_server_account(world, &world->other, 1, 7, 300);
    world_start(world);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_REGISTER_FAILED, 1);
    cr_expect_eq(event->ssid, 7);
    cr_expect_eq(event->reason, LOOM_REASON_NO_ROOM);
    world_expect(world, LOOM_EVENT_REGISTERED, 5);
    cr_expect_eq(world_count(world, LOOM_EVENT_REGISTER_FAILED), 1);
}
