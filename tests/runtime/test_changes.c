/* SPDX-License-Identifier: Apache-2.0 */
/* What changes in the model of a client, whoever changes it: it is kept over a restart, servers
 * hear of it, and the product's hook is told whose doing it is. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

#define OBJECTS_MOST 16
#define TEMPERATURE  3303
#define HANDLED      5750 /* in this test a resource that the product serves */

static struct world *world;

/* ---- a product that keeps its temperatures --------------------------------------------------- */

static struct loom_product product;
static struct loom_product_object entries[OBJECTS_MOST];
static struct loom_object temperature;
static struct loom_resource rows[OBJECTS_MOST];
static struct loom_handler handlers[3];

static enum loom_status take_value(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return LOOM_OK;
}

static void patch_temperature(void)
{
    memcpy(rows, temperature.resources, temperature.resource_count * sizeof rows[0]);
    memcpy(handlers, temperature.handlers, 2 * sizeof handlers[0]);
    handlers[2].write = take_value;
    for (unsigned i = 0; i < temperature.resource_count; i++) {
        if (rows[i].id == HANDLED) {
            rows[i].access |= LOOM_HANDLED;
            rows[i].offset = 2;
        }
    }
    temperature.flags |= LOOM_OBJECT_PERSISTENT;
    temperature.resources = rows;
    temperature.handlers = handlers;
}

static void make_product(const struct loom_product *from)
{
    cr_assert_leq(from->object_count, OBJECTS_MOST);
    product = *from;
    memcpy(entries, from->objects, from->object_count * sizeof entries[0]);
    product.objects = entries;
    for (unsigned i = 0; i < product.object_count; i++) {
        if (entries[i].object->id == TEMPERATURE) {
            temperature = *entries[i].object;
            patch_temperature();
            entries[i].object = &temperature;
        }
    }
}

/* ---- what the hook was told ------------------------------------------------------------------ */

#define TOLD_MOST 32

static struct told {
    struct loom_path path;
    enum loom_origin origin;
    uint16_t ssid;
    enum loom_change change;
} told[TOLD_MOST];
static unsigned told_count;
static bool answers; /* the hook sets something itself */

static void on_changed(const struct loom_at *at, enum loom_change change)
{
    struct told now = {at->path, at->origin, at->ssid, change};
    cr_assert_lt(told_count, TOLD_MOST);
    told[told_count++] = now;
    if (answers) {
        answers = false;
        loom_set_float(at->model, loom_path_resource(TEMPERATURE, 0, 5602), 21.0);
    }
}

static void expect_told(uint16_t object, uint16_t resource, enum loom_origin origin, uint16_t ssid)
{
    for (unsigned i = 0; i < told_count; i++) {
        const struct told *one = &told[i];
        if (one->path.id[0] == object && (one->path.depth < 3 || one->path.id[2] == resource)) {
            cr_expect_eq(one->origin, origin, "/%u/x/%u: origin %d", object, resource, one->origin);
            cr_expect_eq(one->ssid, ssid, "/%u/x/%u: ssid %u", object, resource, one->ssid);
            return;
        }
    }
    cr_assert(false, "the hook was not called for /%u/x/%u", object, resource);
}

/* ---- the world ------------------------------------------------------------------------------- */

static void begin(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    make_product(world->product);
    world->product = &product;
    world->hooks.changed = on_changed;
    loom_model_init(&world->model, &product, world->data, &world->hooks, world);
    loom_set_text(&world->model, loom_path_resource(3, 0, 0), "Loom");
    loom_set_text(&world->model, loom_path_resource(3, 0, 16), "U");
    loom_set_integer(&world->model, loom_path_resource_instance(3, 0, 11, 0), 0);
}

static void begin_registered(void)
{
    begin(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 1);
    world->saves = 0;
    told_count = 0;
}

/* What a restart finds is what was stored. */
static void restart(void)
{
    loom_model_init(&world->model, &product, world->data, NULL, world);
    world_reboot(world, 1);
}

static void tear_down(void)
{
    world_destroy(world);
    told_count = 0;
    answers = false;
}

TestSuite(changes, .fini = tear_down);

static enum loom_status set_minimum(double value)
{
    return loom_set_float(&world->model, loom_path_resource(TEMPERATURE, 0, 5601), value);
}

static double minimum(void)
{
    double value = 0;
    loom_get_float(&world->model, loom_path_resource(TEMPERATURE, 0, 5601), &value);
    return value;
}

/* ---- kept ------------------------------------------------------------------------------------ */

Test(changes, of_the_product_outlive_a_restart)
{
    begin_registered();
    cr_assert_eq(set_minimum(77), LOOM_OK);
    cr_assert_eq(world->saves, 0, "it is not stored within the call");
    loom_client_step(&world->client);
    cr_assert_eq(world->saves, 1);
    restart();
    cr_assert_eq(minimum(), 77);
}

Test(changes, of_one_moment_are_stored_once)
{
    uint16_t instance = LOOM_ID_NONE;
    begin_registered();
    set_minimum(76);
    set_minimum(77);
    cr_assert_eq(loom_model_create(&world->model, TEMPERATURE, &instance), LOOM_OK);
    world_run(world, 1000);
    cr_assert_eq(world->saves, 1);
    restart();
    cr_assert_eq(minimum(), 77);
    cr_assert(loom_model_has_instance(&world->model, TEMPERATURE, instance));
}

Test(changes, of_what_does_not_outlive_a_restart_are_not_stored)
{
    begin_registered();
    loom_set_text(&world->model, loom_path_resource(3, 0, 0), "Weaver");
    loom_set_text(&world->model, loom_path_resource(TEMPERATURE, 0, HANDLED), "served");
    world_run(world, 1);
    cr_assert_eq(world->saves, 0);
}

/* The store fails for a time: the value is not lost, and the store is not asked without end. */
Test(changes, wait_while_the_store_fails)
{
    begin_registered();
    world->store_failure = LOOM_UNAVAILABLE;
    set_minimum(77);
    world_expect(world, LOOM_EVENT_STATE_FAILED, 0);
    uint64_t failed = world_now(world);
    cr_assert_eq(world_expect(world, LOOM_EVENT_STATE_FAILED, 100)->time, failed + 60000);
    cr_assert_eq(world_expect(world, LOOM_EVENT_STATE_FAILED, 200)->time, failed + 180000);
    world_run(world, 36000);
    cr_assert_leq(world_count(world, LOOM_EVENT_STATE_FAILED), 18, "every hour at last");
    world->store_failure = LOOM_OK;
    world_expect(world, LOOM_EVENT_STATE_SAVED, 3600);
    restart();
    cr_assert_eq(minimum(), 77);
}

/* Whoever stores next stores all of it, and no wait is left over. */
Test(changes, wait_no_longer_than_the_store_fails)
{
    begin_registered();
    world->store_failure = LOOM_UNAVAILABLE;
    set_minimum(76);
    world_expect(world, LOOM_EVENT_STATE_FAILED, 0);
    world->store_failure = LOOM_OK;
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "600"), LOOM_CHANGED);
    cr_assert_eq(world->saves, 1);
    set_minimum(77);
    loom_client_step(&world->client);
    cr_assert_eq(world->saves, 2);
    world_run(world, 100);
    cr_assert_eq(world->saves, 2);
}

/* Nothing that was acknowledged to a server is lost. */
Test(changes, of_a_server_are_stored_before_they_are_acknowledged)
{
    static const uint8_t lifetime[] = "600";
    begin_registered();
    struct loom_request request = {.method = LOOM_PUT,
                                   .path_count = 3,
                                   .path = {{"1", 1}, {"0", 1}, {"1", 1}},
                                   .content_format = LOOM_FORMAT_TEXT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {lifetime, 3}};
    struct peer *peer = &world->server;
    peer->answered = false;
    cr_assert_eq(peer->port.request(peer->port.self, peer->session, &request, 1), LOOM_OK);
    while (!peer->answered && world->saves == 0) { /* the client makes no step */
        cr_assert(loom_loopback_deliver(world->net, world_now(world) + 1000));
    }
    cr_assert_eq(world->saves, 1);
    cr_assert_not(peer->answered);
    world_run(world, 1);
    cr_assert_eq(world->saves, 1, "once");
}

/* an instance that the product has made and not filled in yet has what no server could write,
 * such as a Short Server ID of 0. It must not make the record of all accounts unreadable. */
Test(changes, of_an_instance_that_is_not_filled_in_do_not_cost_the_accounts)
{
    uint16_t instance = 5;
    int64_t ssid = -1;
    begin_registered();
    cr_assert_eq(loom_model_create(&world->model, 1, &instance), LOOM_OK);
    loom_client_step(&world->client);
    cr_assert_eq(world->saves, 1);
    restart();
    cr_expect_eq(world_count(world, LOOM_EVENT_STATE_RECOVERED), 0);
    cr_assert(loom_model_has_instance(&world->model, 1, 0), "the accounts are there again");
    cr_assert_eq(loom_get_integer(&world->model, loom_path_resource(1, 5, 0), &ssid), LOOM_OK);
    cr_assert_eq(ssid, 0);
}

/* C-20: a resource instance that a server deletes does not come back. */
Test(changes, of_resource_instances_are_stored)
{
    uint16_t entry = 0;
    struct loom_path right = loom_path_resource_instance(2, 0, 2, 1);
    begin_registered();
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, right, 1);
    world_run(world, 1);
    world->saves = 0;
    cr_assert_eq(peer_delete(world, &world->server, "/2/0/2/1"), LOOM_DELETED);
    cr_assert_eq(world->saves, 1);
    restart();
    cr_assert_neq(loom_model_exists(&world->model, &right), LOOM_OK);
}

/* the product's own instances are back after a Finish, and after the next restart as well. */
Test(changes, of_a_bootstrap_and_what_it_leaves_are_stored)
{
    begin(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
    cr_assert_eq(peer_delete(world, &world->bs, "/3303"), LOOM_DELETED);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 86400), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    restart();
    cr_assert(loom_model_has_instance(&world->model, TEMPERATURE, 0));
    cr_assert(loom_model_has_instance(&world->model, 1, 0));
}

/* A bootstrap has stored its accounts before it put them in force. */
Test(changes, of_a_bootstrap_to_accounts_alone_are_stored_once)
{
    begin(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_bootstrap(world, 86400);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 1);
    cr_assert_eq(world->saves, 1);
}

/* ---- what servers hear ----------------------------------------------------------------------- */

/* B-18: the object list has changed. */
Test(changes, of_instances_lead_to_an_update)
{
    uint16_t instance = LOOM_ID_NONE;
    begin_registered();
    cr_assert_eq(loom_model_create(&world->model, TEMPERATURE, &instance), LOOM_OK);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_not_null(strstr(peer_last(&world->server)->payload, "</3303/0>,</3303/1>"));
    cr_assert_eq(loom_model_delete(&world->model, TEMPERATURE, 0), LOOM_OK);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_null(strstr(peer_last(&world->server)->payload, "</3303/0>"));
    cr_assert_not_null(strstr(peer_last(&world->server)->payload, "</3303/1>"));
}

/* B-18: `b` is 3/0/16. */
Test(changes, of_the_binding_lead_to_an_update)
{
    begin_registered();
    loom_set_text(&world->model, loom_path_resource(3, 0, 16), "UN");
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    cr_assert_str_eq(peer_last(&world->server)->line, "POST /rd/a1?b=UN");
}

Test(changes, of_other_values_are_the_servers_to_read)
{
    begin_registered();
    set_minimum(77);
    world_run(world, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_UPDATE), 0);
}

/* The model outlives a client that has stopped. */
Test(changes, after_the_end_of_a_client_are_the_products_alone)
{
    begin_registered();
    loom_client_stop(&world->client);
    world_expect(world, LOOM_EVENT_STOPPED, 1);
    struct loom_client stopped = world->client;
    set_minimum(77);
    cr_assert_eq(memcmp(&stopped, &world->client, sizeof stopped), 0);
}

/* ---- whose doing it is ----------------------------------------------------------------------- */

Test(changes, of_the_product_are_its_own)
{
    begin_registered();
    set_minimum(77);
    expect_told(TEMPERATURE, 5601, LOOM_ORIGIN_PRODUCT, 0);
}

Test(changes, of_a_server_name_the_server)
{
    begin_registered();
    cr_assert_eq(peer_put(world, &world->server, "/1/0/1", "600"), LOOM_CHANGED);
    expect_told(1, 1, LOOM_ORIGIN_SERVER, 1);
    told_count = 0;
    cr_assert_eq(
        peer_request(world, &world->server, LOOM_POST, "/3303", LOOM_FORMAT_ABSENT, NULL, 0),
        LOOM_CREATED);
    expect_told(TEMPERATURE, 0, LOOM_ORIGIN_SERVER, 1);
    cr_assert_eq(told[0].change, LOOM_CHANGE_CREATE);
}

Test(changes, of_a_bootstrap_say_so)
{
    begin(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    told_count = 0;
    world_bootstrap(world, 86400);
    expect_told(1, 0, LOOM_ORIGIN_BOOTSTRAP, 0);
}

/* the alert of a handshake that was refused. */
Test(changes, of_the_client_itself_say_so)
{
    static const uint8_t key[] = "0123456789abcdef";
    static const uint8_t other[] = "fedcba9876543210";
    begin(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    loom_set_text(&world->model, loom_path_resource(0, 0, 0), "coaps://server:5683");
    loom_set_integer(&world->model, loom_path_resource(0, 0, 2), LOOM_SECURITY_PSK);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), key, 4);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), other, 16);
    world->server.identity.data = key;
    world->server.identity.length = 4;
    world->server.key.data = key;
    world->server.key.length = 16;
    world_start(world);
    told_count = 0;
    world_expect(world, LOOM_EVENT_SESSION_FAILED, 10);
    world_run(world, 1);
    expect_told(1, 11, LOOM_ORIGIN_CLIENT, 0);
    cr_assert_eq(world->saves, 1, "over a reboot, too (A-113)");
}

/* What a hook changes in the midst of a request is the product's; what the request goes on with is
 * the server's again. */
Test(changes, of_a_hook_are_the_products)
{
    static const uint8_t values[] = {0xC1, 0x01, 100, 0xC1, 0x02, 7}; /* 1/x/1, 1/x/2 */
    begin_registered();
    answers = true;
    cr_assert_eq(peer_request(world, &world->server, LOOM_POST, "/1/0", LOOM_FORMAT_TLV, values,
                              sizeof values),
                 LOOM_CHANGED);
    expect_told(1, 1, LOOM_ORIGIN_SERVER, 1);
    expect_told(TEMPERATURE, 5602, LOOM_ORIGIN_PRODUCT, 0);
    expect_told(1, 2, LOOM_ORIGIN_SERVER, 1);
    told_count = 0;
    set_minimum(77);
    expect_told(TEMPERATURE, 5601, LOOM_ORIGIN_PRODUCT, 0);
}
