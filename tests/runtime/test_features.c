/* SPDX-License-Identifier: Apache-2.0 */
/* What a client does without a feature that its product leaves out. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world *world;
static struct loom_product product;
static struct loom_features features;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(features, .fini = tear_down);

/* A world whose product has the features of which a test takes one away. */
static void create(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    product = *world->product;
    features = *product.features;
    product.features = &features;
    world->model.product = &product;
    world_add_bootstrap_account(world, 0, 0);
}

static void bootstrap_to_finish(void)
{
    world->bs.bs_code = LOOM_CHANGED;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    cr_assert_eq(peer_put_security(world, "/0/1", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
}

static void bootstrap(void)
{
    bootstrap_to_finish();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
}

/* All that a client must do, it does without any. */
Test(features, none_is_needed_to_register)
{
    create(LOOM_LWM2M_1_2);
    product.features = NULL;
    bootstrap();
    cr_expect_eq(world->saves, 0);
}

/* C-11: what Accept names cannot be had. */
Test(features, without_discover_it_is_not_acceptable)
{
    create(LOOM_LWM2M_1_1);
    features.discover = NULL;
    bootstrap();
    cr_expect_eq(peer_get(world, &world->server, "/3/0", LOOM_FORMAT_LINK), LOOM_NOT_ACCEPTABLE);
    features.discover = &loom_feature_discover;
    cr_expect_eq(peer_get(world, &world->server, "/3/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
}

Test(features, without_bootstrap_discover_it_is_not_allowed)
{
    create(LOOM_LWM2M_1_1);
    features.bootstrap_discover = NULL;
    bootstrap_to_finish();
    cr_expect_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_METHOD_NOT_ALLOWED);
    features.bootstrap_discover = &loom_feature_bootstrap_discover;
    cr_expect_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
}

Test(features, without_stored_accounts_nothing_of_them_is_kept)
{
    create(LOOM_LWM2M_1_1);
    features.stored_accounts = NULL;
    bootstrap();
    cr_expect_eq(world->stored_length, 0);
    cr_expect_gt(world->kept_length, 0, "the registrations are another feature");
    cr_expect_eq(world_count(world, LOOM_EVENT_STATE_SAVED), 0);
}

Test(features, without_remembered_registrations_nothing_of_them_is_kept)
{
    create(LOOM_LWM2M_1_1);
    features.remembered_registrations = NULL;
    bootstrap();
    world_run(world, 200);
    cr_expect_eq(world->kept_length, 0);
    cr_expect_gt(world->stored_length, 0, "the accounts are another feature");
    world_reboot(world, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
}

/* several servers need Access Control. */
Test(features, without_access_control_there_is_one_server)
{
    create(LOOM_LWM2M_1_1);
    features.access_control = NULL;
    bootstrap_to_finish();
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://other:5683", 2), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/1", 2, 60), LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    features.access_control = &loom_feature_access_control;
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}

/* what an account links to is there; without the feature a link means nothing. */
Test(features, without_linked_accounts_links_mean_nothing)
{
    create(LOOM_LWM2M_1_1);
    bootstrap_to_finish();
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/17", "21:0"), LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    features.linked_accounts = NULL;
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}

static unsigned card_reads;

static enum loom_status read_card(void *self)
{
    (void)self;
    card_reads++;
    return LOOM_UNAVAILABLE;
}

Test(features, without_smartcard_none_is_read)
{
    static const struct loom_smartcard card = {.read = read_card};

    create(LOOM_LWM2M_1_1);
    features.smartcard = NULL;
    world->client.context.config.smartcard = &card;
    bootstrap();
    cr_expect_eq(card_reads, 0);
    cr_expect_eq(world_count(world, LOOM_EVENT_SMARTCARD), 0);
}

/* the pack is the client's choice. */
Test(features, without_bootstrap_pack_none_is_asked_for)
{
    create(LOOM_LWM2M_1_2);
    features.bootstrap_pack = NULL;
    world->client.context.config.bootstrap_pack = true;
    bootstrap();
    cr_expect_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST), 0);
    cr_expect_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_REQUEST), 1);
}

/* a Server instance whose account was deleted is inconsistent, and the bootstrap server can
 * repair it. */
Test(features, without_unbootstrap_the_server_has_to_do_it)
{
    create(LOOM_LWM2M_1_1);
    features.unbootstrap = NULL;
    bootstrap();
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10);
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://other:5683", 2), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/1", 2, 60), LOOM_CHANGED);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/1"), LOOM_DELETED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    cr_expect_eq(peer_delete(world, &world->bs, "/1/0"), LOOM_DELETED);
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}
