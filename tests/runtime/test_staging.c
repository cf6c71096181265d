/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that no bootstrap changes: a product has no staging memory for them. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

#define TEMPERATURE 3303

static struct world *world;
static struct loom_product product;
static struct loom_product_object objects[16];

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(staging, .fini = tear_down);

/* A world whose product has no staging memory for Temperature. */
static void create(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    product = *world->product;
    cr_assert_leq(product.object_count, sizeof objects / sizeof objects[0]);
    memcpy(objects, product.objects, product.object_count * sizeof objects[0]);
    for (unsigned i = 0; i < product.object_count; i++) {
        if (objects[i].object->id == TEMPERATURE) {
            objects[i].staging = 0;
        }
    }
    product.objects = objects;
    world->model.product = &product;
    world_add_bootstrap_account(world, 0, 0);
    world->bs.bs_code = LOOM_CHANGED;
}

static bool has(uint16_t object, uint16_t instance)
{
    return loom_model_has_instance(&world->model, object, instance);
}

static void write_account(void)
{
    cr_assert_eq(peer_put_security(world, "/0/1", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
}

static void add_integer(uint16_t instance, uint16_t resource, int64_t value)
{
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(2, instance, resource), value),
                 LOOM_OK);
}

/* 4.00 is the only error that the tables of Write and Delete have. */
Test(staging, what_is_not_staged_is_neither_written_nor_deleted)
{
    static const uint8_t units[] = {0xC8, 0x45, 0x16, 1, 'C'};

    create(LOOM_LWM2M_1_1);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    cr_expect_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/3303/0", LOOM_FORMAT_TLV, units, sizeof units),
        LOOM_BAD_REQUEST);
    cr_expect_eq(peer_delete(world, &world->bs, "/3303"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_delete(world, &world->bs, "/3303/0"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_delete(world, &world->bs, "/"), LOOM_DELETED);
    cr_expect(has(TEMPERATURE, 0));
    write_account();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_expect(has(TEMPERATURE, 0));
}

/* what the product does meanwhile is there before the Finish and after it, and after a
 * bootstrap that fails. */
Test(staging, what_is_not_staged_is_the_products_own_all_the_time)
{
    uint16_t mine = 1;

    create(LOOM_LWM2M_1_1);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    write_account();
    cr_assert_eq(loom_model_create(&world->model, TEMPERATURE, &mine), LOOM_OK);
    cr_expect(loom_model_has_instance(&world->client.bootstrap.staged, TEMPERATURE, 1));
    world_expect(world, LOOM_EVENT_BOOTSTRAP_FAILED, 300); /* no Finish comes */
    cr_expect(has(TEMPERATURE, 1));
    cr_expect_not(has(1, 0));
}

static enum loom_origin deleted_by;

static void note_deletion(const struct loom_at *at, enum loom_change change)
{
    if (change == LOOM_CHANGE_DELETE && at->path.id[0] == TEMPERATURE) {
        deleted_by = at->origin;
    }
}

/* Unbootstraps the server 7, whose own is /3303/1, up to the Finish. */
static void take_server_away(void)
{
    uint16_t entry = 0;
    uint16_t mine = 1;

    create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 1, 1, 300);
    world_add_server_account(world, &world->other, 2, 7, 300);
    cr_assert_eq(loom_model_create(&world->model, TEMPERATURE, &mine), LOOM_OK);
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    add_integer(entry, 0, TEMPERATURE);
    add_integer(entry, 1, mine);
    add_integer(entry, 3, 7);
    world_start(world);
    world_run(world, 1);
    deleted_by = LOOM_ORIGIN_PRODUCT;
    world->hooks.changed = note_deletion;
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/2"), LOOM_DELETED);
    cr_expect(has(TEMPERATURE, 1));
}

/* C-70: what only an unbootstrapped server could use goes with it, staged or not. */
Test(staging, what_only_a_server_could_use_goes_with_it)
{
    take_server_away();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_expect_not(has(TEMPERATURE, 1));
    cr_expect_eq(deleted_by, LOOM_ORIGIN_BOOTSTRAP, "origin %d", (int)deleted_by);
    cr_expect_not(has(2, 0));
    cr_expect(has(TEMPERATURE, 0));
}

/* A-21, C-70: a Finish that cannot be stored changes nothing, not even what has no staged copy;
 * when it is repeated and stored, the instance goes. */
Test(staging, what_only_a_server_could_use_stays_while_the_store_fails)
{
    take_server_away();
    world->store_failure = LOOM_UNAVAILABLE;
    cr_assert_eq(peer_finish(world), LOOM_INTERNAL_ERROR);
    cr_expect(has(TEMPERATURE, 1));
    cr_expect(has(2, 0));
    cr_expect(has(0, 2));
    world->store_failure = LOOM_OK;
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_expect_not(has(TEMPERATURE, 1));
    cr_expect_not(has(2, 0));
    cr_expect(has(TEMPERATURE, 0));
}

/* C-70: the bootstrap server gives the instance to another server, by an entry of another id. */
Test(staging, what_is_given_to_another_server_stays)
{
    static const uint8_t entry[] = {0xC2, 0, TEMPERATURE >> 8, TEMPERATURE & 0xFF, 0xC1, 1, 1, 0xC1,
                                    3,    1};

    take_server_away();
    cr_assert_eq(peer_delete(world, &world->bs, "/2/0"), LOOM_DELETED);
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/2/1", LOOM_FORMAT_TLV, entry, sizeof entry),
        LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_expect(has(TEMPERATURE, 1));
    cr_expect(has(2, 1));
}

static void put(struct loom_output *out, struct loom_path path, struct loom_value value)
{
    loom_senml_cbor_put(out, &path, &value);
}

/* a pack that names it cannot be taken as a whole, so nothing of it is. */
Test(staging, a_pack_with_what_is_not_staged_is_refused)
{
    uint8_t bytes[128];
    struct loom_output out = loom_output(bytes, sizeof bytes);
    struct loom_value number = {.type = LOOM_FLOAT, .as.number = 1};

    create(LOOM_LWM2M_1_2);
    world->client.context.config.bootstrap_pack = true;
    loom_senml_cbor_begin(&out, 1);
    put(&out, loom_path_resource(TEMPERATURE, 0, 5601), number);
    world->bs.pack_code = LOOM_CONTENT;
    world->bs.pack.data = bytes;
    world->bs.pack.length = out.length;
    world_start(world);
    cr_expect_gt(world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK, 5)->reason, LOOM_REASON_NONE);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5); /* it asks for a bootstrap then */
    cr_expect(has(TEMPERATURE, 0));
}
