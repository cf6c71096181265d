/* SPDX-License-Identifier: Apache-2.0 */
/* What a client does without a feature that its product leaves out. */
#include "world.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world *world;
static struct loom_product product;

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
    memset(&product.features, 0, sizeof product.features);
    bootstrap();
    cr_expect_eq(world->saves, 0);
}

/* The beginning of the object list that a device with these formats registers with. */
static void expect_list(uint16_t lwm2m, const struct loom_format *const *formats,
                        const char *beginning)
{
    create(lwm2m);
    product.formats = formats;
    bootstrap();
    cr_expect_eq(strncmp(world->server.got[0].payload, beginning, strlen(beginning)), 0,
                 "%s instead of %s", world->server.got[0].payload, beginning);
    world_destroy(world);
}

/* B-9, B-10: formats that every client of the release has, that are read alone, or that can only
 * ask for changes, go without saying. */
Test(features, formats_are_listed_if_they_are_optional)
{
    static const struct loom_format *const needed[] = {&loom_format_text, &loom_format_opaque,
                                                       &loom_format_senml_etch_cbor,
                                                       &loom_format_tlv_in, NULL};
    static const struct loom_format *const one[] = {&loom_format_text, &loom_format_tlv_in,
                                                    &loom_format_senml_cbor, NULL};
    static const struct loom_format *const several[] = {&loom_format_senml_cbor, &loom_format_tlv,
                                                        &loom_format_lwm2m_cbor, &loom_format_json,
                                                        &loom_format_senml_json, NULL};
    expect_list(LOOM_LWM2M_1_1, needed, "</1/0>,");
    expect_list(LOOM_LWM2M_1_0, one, "</1/0>,");
    expect_list(LOOM_LWM2M_1_1, one, "</>;ct=\"112\",</1/0>,");
    expect_list(LOOM_LWM2M_1_0, several, "</>;ct=\"11543\",</1/0>,");
    expect_list(LOOM_LWM2M_1_1, several, "</>;ct=\"112 11542 11543 110\",</1/0>,");
    expect_list(LOOM_LWM2M_1_2, several, "</>;ct=\"112 11542 11544 11543 110\",</1/0>,");
    create(LOOM_LWM2M_1_1);
    product.features.listed_formats = NULL;
    bootstrap();
    cr_expect_eq(strncmp(world->server.got[0].payload, "</1/0>,", 7), 0);
}

/* C-11: what Accept names cannot be had. */
Test(features, without_discover_it_is_not_acceptable)
{
    create(LOOM_LWM2M_1_1);
    product.features.discover = NULL;
    bootstrap();
    cr_expect_eq(peer_get(world, &world->server, "/3/0", LOOM_FORMAT_LINK), LOOM_NOT_ACCEPTABLE);
    product.features.discover = &loom_feature_discover;
    cr_expect_eq(peer_get(world, &world->server, "/3/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
}

static uint8_t create_sensor(void)
{
    return peer_request(world, &world->server, LOOM_POST, "/3303", LOOM_FORMAT_TLV, "", 0);
}

/* C-25, C-26 */
Test(features, without_create_delete_instances_are_fixed)
{
    create(LOOM_LWM2M_1_1);
    product.features.create_delete = NULL;
    bootstrap();
    cr_expect_eq(create_sensor(), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(peer_delete(world, &world->server, "/3303/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_expect(loom_model_has_instance(&world->model, 3303, 0));
    product.features.create_delete = &loom_feature_create_delete;
    cr_expect_eq(peer_delete(world, &world->server, "/3303/0"), LOOM_DELETED);
    cr_expect_eq(create_sensor(), LOOM_CREATED);
}

/* Without reporting, Observe is a Read and Write-Attributes is not implemented. */
Test(features, without_reporting_observe_is_a_read)
{
    create(LOOM_LWM2M_1_2);
    product.features.reporting = NULL;
    bootstrap();
    cr_expect_eq(peer_observe(world, &world->server, "/3/0/0", "pmin=1"), LOOM_CONTENT);
    cr_expect_not(world->server.observes);
    cr_expect_eq(peer_attach(world, &world->server, "/3/0/0", "pmin=1"), LOOM_NOT_IMPLEMENTED);
    loom_set_text(&world->model, loom_path_resource(3, 0, 0), "Weaver");
    world_run(world, 100);
    cr_expect_eq(world->server.notice_count, 0u);
}

static const char *discover(const char *depth)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_LINK,
                                   .query_count = 1,
                                   .query = {{depth, strlen(depth)}}};
    cr_assert_eq(peer_send(world, &world->server, &request, "/3303/0"), LOOM_CONTENT);
    return peer_text(&world->server);
}

/* C-14: a depth means nothing, as in LwM2M 1.1. */
Test(features, without_discover_depth_resources_are_the_last)
{
    create(LOOM_LWM2M_1_2);
    product.features.discover_depth = NULL;
    bootstrap();
    cr_expect_not_null(strstr(discover("depth=0"), "</3303/0/5700>"));
    product.features.discover_depth = &loom_feature_discover_depth;
    cr_expect_str_eq(discover("depth=0"), "</3303/0>");
}

static uint8_t write_version(const char *version)
{
    struct loom_request request = {.method = LOOM_PUT,
                                   .content_format = LOOM_FORMAT_TEXT,
                                   .payload = {(const uint8_t *)"60", 2},
                                   .query_count = 1,
                                   .query = {{version, strlen(version)}}};
    return peer_send(world, &world->bs, &request, "/1/0/1");
}

/* */
Test(features, without_written_versions_they_are_not_looked_at)
{
    create(LOOM_LWM2M_1_1);
    product.features.written_versions = NULL;
    bootstrap_to_finish();
    cr_expect_eq(write_version("ver=9.0"), LOOM_CHANGED);
    product.features.written_versions = &loom_feature_written_versions;
    cr_expect_eq(write_version("ver=9.0"), LOOM_BAD_REQUEST);
    cr_expect_eq(write_version("ver=1.1"), LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}

Test(features, without_bootstrap_discover_it_is_not_allowed)
{
    create(LOOM_LWM2M_1_1);
    product.features.bootstrap_discover = NULL;
    bootstrap_to_finish();
    cr_expect_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_METHOD_NOT_ALLOWED);
    product.features.bootstrap_discover = &loom_feature_bootstrap_discover;
    cr_expect_eq(peer_get(world, &world->bs, "/", LOOM_FORMAT_LINK), LOOM_CONTENT);
}

Test(features, without_stored_accounts_nothing_of_them_is_kept)
{
    create(LOOM_LWM2M_1_1);
    product.features.stored_accounts = NULL;
    bootstrap();
    cr_expect_eq(world->stored_length, 0);
    cr_expect_gt(world->kept_length, 0, "the registrations are another feature");
    cr_expect_eq(world_count(world, LOOM_EVENT_STATE_SAVED), 0);
}

Test(features, without_remembered_registrations_nothing_of_them_is_kept)
{
    create(LOOM_LWM2M_1_1);
    product.features.remembered_registrations = NULL;
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
    product.features.access_control = NULL;
    bootstrap_to_finish();
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://other:5683", 2), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/1", 2, 60), LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    product.features.access_control = &loom_feature_access_control;
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}

/* what an account links to is there; without the feature a link means nothing. */
Test(features, without_linked_accounts_links_mean_nothing)
{
    create(LOOM_LWM2M_1_1);
    bootstrap_to_finish();
    cr_assert_eq(peer_put(world, &world->bs, "/0/1/17", "21:0"), LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    product.features.linked_accounts = NULL;
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
    product.features.smartcard = NULL;
    world->client.context.config.smartcard = &card;
    bootstrap();
    cr_expect_eq(card_reads, 0);
    cr_expect_eq(world_count(world, LOOM_EVENT_SMARTCARD), 0);
}

/* the pack is the client's choice. */
Test(features, without_bootstrap_pack_none_is_asked_for)
{
    create(LOOM_LWM2M_1_2);
    product.features.bootstrap_pack = NULL;
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
    product.features.unbootstrap = NULL;
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

/* ---- the Bootstrap-Server Account ------------------------------------------------------------ */

/* A Bootstrap-Server Account elsewhere: coap://other:568 */
static const uint8_t other_account[] = {0xC8, 0x00, 0x10, 'c',  'o',  'a',  'p', ':', '/',
                                        '/',  'o',  't',  'h',  'e',  'r',  ':', '5', '6',
                                        '8',  0xC1, 0x01, 0x01, 0xC1, 0x02, 0x03};

/* the account can neither be replaced nor written over. */
Test(features, without_account_replacement_the_account_stays)
{
    create(LOOM_LWM2M_1_1);
    product.features.account_replacement = NULL;
    bootstrap_to_finish();
    cr_expect_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_request(world, &world->bs, LOOM_PUT, "/0/5", LOOM_FORMAT_TLV, other_account,
                              sizeof other_account),
                 LOOM_CHANGED);
    cr_expect_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    product.features.account_replacement = &loom_feature_account_replacement;
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
}

static void bootstrap_with_timeout(void)
{
    create(LOOM_LWM2M_1_1);
    loom_set_integer(&world->model, loom_path_resource(0, 0, 12), 1000);
}

/* */
Test(features, without_account_timeout_the_account_stays)
{
    bootstrap_with_timeout();
    product.features.account_timeout = NULL;
    bootstrap();
    world_run(world, 2000);
    cr_expect_eq(world_count(world, LOOM_EVENT_ACCOUNT_EXPIRED), 0);
    cr_expect(loom_model_has_instance(&world->model, 0, 0));
}

/* nor does a time that another firmware has left in the store end it. */
Test(features, without_account_timeout_a_stored_one_means_nothing)
{
    bootstrap_with_timeout();
    bootstrap();
    product.features.account_timeout = NULL;
    world_reboot(world, 1);
    world_run(world, 2000);
    cr_expect_eq(world_count(world, LOOM_EVENT_ACCOUNT_EXPIRED), 0);
    cr_expect(loom_model_has_instance(&world->model, 0, 0));
}

/* */
Test(features, without_bootstrap_push_no_server_begins)
{
    create(LOOM_LWM2M_1_0);
    product.features.bootstrap_push = NULL;
    bootstrap();
    world_run(world, 1000);
    cr_expect_eq(peer_put_server(world, "/1/0", 1, 300), 0, "there is no session to push in");
    cr_expect_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 0);
}

/* */
Test(features, without_bootstrap_read_it_is_not_allowed)
{
    create(LOOM_LWM2M_1_1);
    product.features.bootstrap_read = NULL;
    bootstrap_to_finish();
    cr_expect_eq(peer_get(world, &world->bs, "/1/0", LOOM_FORMAT_TLV), LOOM_METHOD_NOT_ALLOWED);
    product.features.bootstrap_read = &loom_feature_bootstrap_read;
    cr_expect_eq(peer_get(world, &world->bs, "/1/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
}

static bool is_bootstrap_noted(const struct loom_last_bootstrapped_feature *feature)
{
    int64_t time;

    create(LOOM_LWM2M_1_1);
    product.features.last_bootstrapped = feature;
    loom_loopback_set_unix_time(world->net, 1700000000);
    bootstrap();
    return loom_get_time(&world->model, loom_path_resource(1, 0, 12), &time) == LOOM_OK;
}

/* */
Test(features, without_last_bootstrapped_no_time_is_noted)
{
    cr_expect(is_bootstrap_noted(&loom_feature_last_bootstrapped));
    world_destroy(world);
    cr_expect_not(is_bootstrap_noted(NULL));
}

/* ---- registration ---------------------------------------------------------------------------- */

static void create_registering(uint16_t lwm2m)
{
    create(lwm2m);
    world_add_server_account(world, &world->server, 1, 1, 300);
}

static const char *register_line(void)
{
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
    return world->server.got[0].line;
}

/* unknown_psk_identity is 115; it is a refusal all the same (H-17). */
static bool is_alert_noted(const struct loom_alert_code_feature *feature)
{
    uint64_t alert;

    create_registering(LOOM_LWM2M_1_1);
    product.features.alert_code = feature;
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTER, 1);
    struct loom_registration *registration = &world->registrations[0];
    loom_client_side.lost(&world->client, registration, registration->session,
                          LOOM_FAILURE_SECURITY, 115);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 1);
    return loom_get_unsigned(&world->model, loom_path_resource(1, 1, 11), &alert) == LOOM_OK;
}

Test(features, without_alert_code_no_alert_is_noted)
{
    cr_expect(is_alert_noted(&loom_feature_alert_code));
    world_destroy(world);
    cr_expect_not(is_alert_noted(NULL));
}

/* B-50, B-51: a place and a delay mean nothing. */
Test(features, without_registration_order_all_register_at_once)
{
    create_registering(LOOM_LWM2M_1_1);
    product.features.registration_order = NULL;
    world_add_server_account(world, &world->other, 2, 2, 300);
    loom_set_unsigned(&world->model, loom_path_resource(1, 1, 13), 2);
    loom_set_unsigned(&world->model, loom_path_resource(1, 2, 13), 1);
    loom_set_unsigned(&world->model, loom_path_resource(1, 2, 14), 1000);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_expect_eq(world_count(world, LOOM_EVENT_REGISTER_QUEUED), 0);
    cr_expect_eq(world_count(world, LOOM_EVENT_REGISTER_DELAYED), 0);
}

/* B-70 */
Test(features, without_disable_it_is_not_allowed)
{
    create_registering(LOOM_LWM2M_1_1);
    product.features.disable = NULL;
    register_line();
    cr_expect_eq(peer_post(world, &world->server, "/1/1/4", ""), LOOM_METHOD_NOT_ALLOWED);
    product.features.disable = &loom_feature_disable;
    cr_expect_eq(peer_post(world, &world->server, "/1/1/4", ""), LOOM_CHANGED);
}

static uint8_t answer_1_0(void *user, const char *line)
{
    (void)user;
    return strstr(line, "lwm2m=1.0") != NULL ? LOOM_CREATED : LOOM_PRECONDITION_FAILED;
}

/* B-13, B-53 */
Test(features, without_version_fall_back_a_release_is_refused)
{
    create_registering(LOOM_LWM2M_1_1);
    product.features.version_fall_back = NULL;
    world->server.answer = answer_1_0;
    world_start(world);
    cr_expect_eq(world_expect(world, LOOM_EVENT_REGISTER_REFUSED, 1)->code,
                 LOOM_PRECONDITION_FAILED);
    cr_expect_eq(world_count(world, LOOM_EVENT_VERSION_FALL_BACK), 0);
}

/* B-40: the list says the same. */
Test(features, without_profile_id_the_list_is_sent)
{
    create_registering(LOOM_LWM2M_1_2);
    product.features.profile_id = NULL;
    world->client.context.config.profile_id = "oma:abc";
    cr_expect_str_eq(register_line(), "POST /rd?ep=device&lt=300&lwm2m=1.2&b=U");
    cr_expect_not_null(strstr(world->server.got[0].payload, "</3/0>"));
}

/* B-80, B-81 */
Test(features, without_queue_mode_it_stays_awake)
{
    create_registering(LOOM_LWM2M_1_1);
    product.features.queue_mode = NULL;
    world->client.context.config.queue_mode = true;
    cr_expect_str_eq(register_line(), "POST /rd?ep=device&lt=300&lwm2m=1.1&b=U");
    world_run(world, 200);
    cr_expect_eq(world_count(world, LOOM_EVENT_ASLEEP), 0);
    cr_expect_eq(peer_get(world, &world->server, "/3/0/16", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

/* B-26, B-71: there is nothing to choose from. */
Test(features, without_transports_a_trigger_has_no_arguments)
{
    create_registering(LOOM_LWM2M_1_1);
    product.features.transports = NULL;
    register_line();
    cr_expect_eq(peer_post(world, &world->server, "/1/1/8", "0='U'"), LOOM_BAD_REQUEST);
    cr_expect_eq(peer_post(world, &world->server, "/1/1/8", ""), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_UPDATED, 1);
    product.features.transports = &loom_feature_transports;
    cr_expect_eq(peer_post(world, &world->server, "/1/1/8", "0='U'"), LOOM_CHANGED);
}

static enum loom_status send_battery(void)
{
    static const struct loom_path battery = {{3, 0, 9, 0}, 3};
    struct loom_send send = {.paths = &battery, .path_count = 1};
    return loom_client_send(&world->client, &send, NULL);
}

/* C-34: Send needs no reporting, and reporting no Send. */
Test(features, send_and_reporting_are_apart)
{
    create(LOOM_LWM2M_1_1);
    product.features.reporting = NULL;
    bootstrap();
    loom_set_boolean(&world->model, loom_path_resource(1, 0, 23), false);
    loom_set_integer(&world->model, loom_path_resource(3, 0, 9), 20);
    product.features.send = NULL;
    cr_expect_eq(send_battery(), LOOM_NOT_IMPLEMENTED);
    product.features.send = &loom_feature_send;
    cr_assert_eq(send_battery(), LOOM_OK);
    world_expect(world, LOOM_EVENT_SEND_DELIVERED, 1);
    product.features.send = NULL;
    product.features.reporting = &loom_feature_reporting;
    cr_assert_eq(peer_observe(world, &world->server, "/3/0/9", ""), LOOM_CONTENT);
    unsigned before = world->server.notice_count;
    loom_set_integer(&world->model, loom_path_resource(3, 0, 9), 21);
    world_run(world, 1);
    cr_expect_eq(world->server.notice_count, before + 1);
}
