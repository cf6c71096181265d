/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a client is given: too little is found at the start, not in the field. */
#include "world.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "loom_objects.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(sizes, .fini = tear_down);

static struct loom_client_config config_of(uint8_t *buffer, size_t size)
{
    struct loom_client_config config = world->client.context.config;
    config.endpoint = "device";
    config.model = &world->model;
    config.staging = world->staging;
    config.registrations = world->registrations;
    config.registration_room = 3;
    config.locations = world->locations;
    config.location_size = world->location_size;
    config.buffer = buffer;
    config.buffer_size = size;
    config.port = &world->port;
    config.store = &world->store;
    return config;
}

static enum loom_status start(size_t buffer_size, bool store)
{
    struct loom_client client;
    struct loom_client_config config = config_of(world->buffer, buffer_size);
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

/* C-1: a list of formats may be empty, but somebody has to have thought of it. */
Test(sizes, a_product_without_a_list_of_formats_is_refused)
{
    static const struct loom_format *const none[] = {NULL};
    static struct loom_product product;
    world = world_create(LOOM_LWM2M_1_1);
    product = *world->product;
    world->model.product = &product;
    product.formats = NULL;
    cr_expect_eq(start(sizeof world->buffer, false), LOOM_BAD_REQUEST);
    product.formats = none;
    cr_expect_eq(start(sizeof world->buffer, false), LOOM_OK);
}

/* ---- the largest accounts ----------------------------------------------------------------------
 */

/* The lengths that were saved of each record. */
static size_t saved[2];

static enum loom_status measure(void *self, enum loom_record record, const void *data,
                                size_t length)
{
    (void)self;
    (void)data;
    saved[record == LOOM_RECORD_STATE] = length;
    return LOOM_OK;
}

static enum loom_status find_nothing(void *self, enum loom_record record, void *data, size_t room,
                                     size_t *length, bool *previous)
{
    (void)self;
    (void)record;
    (void)data;
    (void)room;
    *length = 0;
    *previous = false;
    return LOOM_NOT_FOUND;
}

/* The longest text or bytes that the resource takes. */
static void fill_bytes(struct loom_path path, const struct loom_resource *row)
{
    static char bytes[4096];
    size_t length = row->size;
    enum loom_status status = LOOM_TOO_LARGE;
    cr_assert_lt(length, sizeof bytes);
    memset(bytes, 'x', sizeof bytes);
    for (; length > 0 && status != LOOM_OK; length--) {
        bytes[length] = '\0';
        status = row->type == LOOM_OPAQUE
                     ? loom_set_opaque(&world->model, path, (const uint8_t *)bytes, length)
                     : loom_set_text(&world->model, path, bytes);
    }
}

/* A whole number that takes as many bytes as its range allows. */
static void fill_number(struct loom_path path, const struct loom_resource *row)
{
    struct loom_value value = {.type = (enum loom_type)row->type};
    enum loom_status status = LOOM_BAD_REQUEST;
    for (unsigned bits = row->size * 8u - 1; bits > 0 && status != LOOM_OK; bits--) {
        value.as.integer = (int64_t)(UINT64_MAX >> (64 - bits));
        status = loom_model_write(&world->model, &path, &value);
    }
}

static void fill_value(struct loom_path path, const struct loom_resource *row)
{
    switch (row->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
    case LOOM_OPAQUE:
        fill_bytes(path, row);
        break;
    case LOOM_INTEGER:
    case LOOM_UNSIGNED:
    case LOOM_TIME:
        fill_number(path, row);
        break;
    case LOOM_FLOAT:
        loom_set_float(&world->model, path, 1e300);
        break;
    case LOOM_BOOLEAN:
        loom_set_boolean(&world->model, path, true);
        break;
    default:
        loom_set_objlnk(&world->model, path, (struct loom_objlnk){3, 0});
        break;
    }
}

static void fill_resource(uint16_t object, uint16_t instance, const struct loom_resource *row)
{
    if ((row->access & LOOM_MULTIPLE) == 0) {
        fill_value(loom_path_resource(object, instance, row->id), row);
    }
    for (unsigned i = 0; (row->access & LOOM_MULTIPLE) != 0 && i < row->count; i++) {
        /* Ids of resource instances as long as they can be. */
        uint16_t id = (uint16_t)(LOOM_ID_NONE - 1 - i);
        fill_value(loom_path_resource_instance(object, instance, row->id, id), row);
    }
}

/* All that is persistent: as many instances as there is room for, and each resource. */
static void fill_everything(void)
{
    for (unsigned i = 0; i < world->product->object_count; i++) {
        const struct loom_product_object *entry = &world->product->objects[i];
        const struct loom_object *object = entry->object;
        bool kept = (object->flags & LOOM_OBJECT_PERSISTENT) != 0 &&
                    (object->flags & LOOM_OBJECT_ACCOUNT_VIEW) == 0;
        for (unsigned k = 0; kept && k < entry->room; k++) {
            uint16_t instance = (uint16_t)(LOOM_ID_NONE - 1 - k);
            cr_assert_eq(loom_model_create(&world->model, object->id, &instance), LOOM_OK);
            for (unsigned j = 0; j < object->resource_count; j++) {
                const struct loom_resource *row = &object->resources[j];
                if (row->type != LOOM_NONE && (row->access & LOOM_HANDLED) == 0) {
                    fill_resource(object->id, instance, row);
                }
            }
        }
    }
}

static void count_failures(void *user, const struct loom_event *event)
{
    unsigned *failures = user;
    *failures += event->type == LOOM_EVENT_STATE_FAILED ? 1 : 0;
}

static size_t buffer_size(uint16_t lwm2m)
{
    return lwm2m == LOOM_LWM2M_1_0   ? LOOM_CLIENT_1_0_BUFFER_SIZE
           : lwm2m == LOOM_LWM2M_1_1 ? LOOM_CLIENT_1_1_BUFFER_SIZE
                                     : LOOM_CLIENT_1_2_BUFFER_SIZE;
}

/* a buffer of the size that loomc writes holds the record of any accounts. A Finish stores
 * the same record. */
Test(sizes, the_size_of_the_product_is_enough_for_the_largest_accounts)
{
    for (size_t i = 0; i < 3; i++) {
        world = world_create(all_versions[i]);
        size_t size = buffer_size(all_versions[i]);
        uint8_t *buffer = malloc(size);
        unsigned failures = 0;
        world->store.save = measure;
        world->store.load = find_nothing;
        memset(saved, 0, sizeof saved);
        struct loom_client_config config = config_of(buffer, size);
        config.event = count_failures;
        config.user = &failures;
        cr_assert_eq(loom_client_start(&world->client, &config), LOOM_OK);
        fill_everything();
        loom_client_step(&world->client);
        cr_expect_gt(saved[0], size / 2);
        cr_expect_leq(saved[0], size);
        cr_expect_eq(failures, 0);
        free(buffer);
        world_destroy(world);
    }
    world = world_create(LOOM_LWM2M_1_0); /* for the end of the test */
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
