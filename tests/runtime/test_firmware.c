/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware Update, rules C.6: what servers see and may do, push and pull, and what a power loss at
 * any moment leaves. */
#include "flash.h"

#include <criterion/criterion.h>
#include <string.h>

enum { IDLE, DOWNLOADING, DOWNLOADED, UPDATING };

static struct world *world;
static struct flash flash;
static struct shelf shelf;
static struct loom_firmware firmware;
static uint8_t image[5000];

/* The state of the update, kept apart from the other records of the world. */
static uint8_t record[512];
static size_t record_length;
static unsigned saves;
static struct loom_store under;

static enum loom_status save(void *self, enum loom_record which, const void *data, size_t length)
{
    if (which != LOOM_RECORD_FIRMWARE) {
        return under.save(self, which, data, length);
    }
    if (world->store_failure != LOOM_OK) {
        return world->store_failure;
    }
    cr_assert_leq(length, sizeof record);
    memcpy(record, data, length);
    record_length = length;
    saves++;
    return LOOM_OK;
}

static enum loom_status load(void *self, enum loom_record which, void *data, size_t room,
                             size_t *length, bool *previous)
{
    if (which != LOOM_RECORD_FIRMWARE) {
        return under.load(self, which, data, room, length, previous);
    }
    *previous = false;
    *length = record_length;
    if (record_length == 0) {
        return LOOM_NOT_FOUND;
    }
    cr_assert_leq(record_length, room);
    memcpy(data, record, record_length);
    return LOOM_OK;
}

static void begin(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    under = world->store;
    world->store.save = save;
    world->store.load = load;
    record_length = 0;
    saves = 0;
    for (size_t i = 0; i < sizeof image; i++) {
        image[i] = (uint8_t)(i * 31 + i / 251);
    }
    flash_init(&flash);
    shelf_init(&shelf, world->net, "files:5683");
    shelf.image = image;
    shelf.length = sizeof image;
    memset(&firmware, 0, sizeof firmware);
    firmware.port = &flash.port;
    world->client.context.config.firmware = &firmware;
    loom_loopback_set_side(world->host, &loom_client_stream_side);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void set_up(void)
{
    begin(LOOM_LWM2M_1_2);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(firmware, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- what servers do and see ------------------------------------------------------------------
 */

static int64_t number(uint16_t resource)
{
    int64_t value = -1;
    loom_get_integer(&world->model, loom_path_resource(5, 0, resource), &value);
    return value;
}

#define expect_state(state, result)                                                                \
    do {                                                                                           \
        cr_expect_eq(number(3), (state), "State is %d", (int)number(3));                           \
        cr_expect_eq(number(5), (result), "Update Result is %d", (int)number(5));                  \
    } while (0)

static uint8_t push(const void *data, size_t length)
{
    return peer_request(world, &world->server, LOOM_PUT, "/5/0/0", LOOM_FORMAT_OPAQUE, data,
                        length);
}

static enum loom_status push_piece(uint16_t ssid, uint32_t offset, size_t length, bool more)
{
    const struct loom_at at = {.model = &world->model,
                               .path = loom_path_resource(5, 0, 0),
                               .origin = LOOM_ORIGIN_SERVER,
                               .ssid = ssid};
    const struct loom_written_piece piece = {
        .offset = offset, .bytes = {image + offset, length}, .more = more};
    enum loom_status status = loom_firmware_write_package(&at, &piece);
    world_run(world, 0.01);
    return status;
}

static uint8_t put_uri(const char *uri)
{
    return peer_put(world, &world->server, "/5/0/1", uri);
}

static uint8_t update(void)
{
    return peer_post(world, &world->server, "/5/0/2", "");
}

static uint8_t cancel(void)
{
    return peer_post(world, &world->server, "/5/0/10", "");
}

static void push_whole(void)
{
    cr_assert_eq(push(image, sizeof image), LOOM_CHANGED);
    world_run(world, 1);
    expect_state(DOWNLOADED, 0);
}

static void reboot(enum loom_firmware_result applied)
{
    if (firmware.session != NULL) {
        world->port.close(world->port.self, firmware.session);
    }
    firmware.applied = (uint8_t)applied;
    world->client.context.config.firmware = &firmware;
    world_reboot(world, 5);
    world_run(world, 1);
}

/* C-90, C-94, int-755: Downloading while it comes, Downloaded when it is whole and good. */
Test(firmware, is_pushed)
{
    expect_state(IDLE, 0);
    flash.verify = LOOM_FIRMWARE_UNDER_WAY;
    cr_assert_eq(push(image, sizeof image), LOOM_CHANGED);
    world_run(world, 1);
    expect_state(DOWNLOADING, 0);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    expect_state(DOWNLOADED, 0);
    cr_expect_eq(flash.end, sizeof image);
    cr_expect_arr_eq(flash.image, image, sizeof image);
    cr_expect_eq(flash.opens, 1);
    cr_expect_gt(flash.writes, 1, "it came as one piece");
    cr_expect_eq(flash.verifies, 1);
}

/* C-22, C-94: a short image in any other format; it comes as one piece. */
Test(firmware, is_pushed_in_each_format)
{
#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
    static const struct {
        uint16_t format;
        const char *path;
        struct loom_bytes payload;
    } pushes[] = {
        {LOOM_FORMAT_TEXT, "/5/0/0", BYTES("ISIj")},
        {LOOM_FORMAT_CBOR, "/5/0/0", BYTES("\x43!\"#")},
        {LOOM_FORMAT_TLV, "/5/0/0", BYTES("\xC3\x00!\"#")},
        {LOOM_FORMAT_TLV, "/5/0", BYTES("\xC3\x00!\"#")},
        {LOOM_FORMAT_SENML_JSON, "/5/0/0", BYTES("[{\"bn\":\"/5/0/0\",\"vd\":\"ISIj\"}]")},
        {LOOM_FORMAT_SENML_CBOR, "/5/0/0", BYTES("\x81\xA2\x21\x66/5/0/0\x08\x43!\"#")},
        {LOOM_FORMAT_LWM2M_CBOR, "/5/0/0", BYTES("\xBF\x83\x05\x00\x00\x43!\"#\xFF")},
    };
#undef BYTES
    for (size_t i = 0; i < sizeof pushes / sizeof pushes[0]; i++) {
        bool part = strcmp(pushes[i].path, "/5/0") == 0;
        cr_assert_eq(peer_request(world, &world->server, part ? LOOM_POST : LOOM_PUT,
                                  pushes[i].path, pushes[i].format, pushes[i].payload.data,
                                  pushes[i].payload.length),
                     LOOM_CHANGED, "%zu: %x", i, world->server.code);
        world_run(world, 1);
        expect_state(DOWNLOADED, 0);
        cr_expect_eq(flash.end, 3);
        cr_expect_arr_eq(flash.image, "!\"#", 3);
        push("", 1);
    }
}

/* C-93, int-755: an empty Package and one that is a NUL alone reset; so does an empty URI. */
Test(firmware, is_reset)
{
    for (int i = 0; i < 3; i++) {
        push_whole();
        unsigned aborts = flash.aborts;
        cr_expect_eq(i == 0 ? push("", 0) : i == 1 ? push("", 1) : put_uri(""), LOOM_CHANGED);
        expect_state(IDLE, 0);
        cr_expect_eq(flash.aborts, aborts + 1);
        cr_expect_not(flash.there);
    }
    firmware.result = 8;
    cr_expect_eq(push("", 1), LOOM_CHANGED);
    expect_state(IDLE, 0);
}

/* C-97, C-98, int-770: the update begins when its request is answered, and ends with result 1. */
Test(firmware, is_installed)
{
    push_whole();
    cr_assert_eq(update(), LOOM_CHANGED);
    expect_state(UPDATING, 0);
    world_run(world, 1);
    cr_expect_eq(flash.applies, 1);
    expect_state(UPDATING, 0);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_SUCCESS);
    world_run(world, 1);
    expect_state(IDLE, 1);
    cr_expect_not(flash.there);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_FAILED); /* of nothing */
    expect_state(IDLE, 1);
}

/* C-97: what is installed at once needs no restart. */
Test(firmware, is_installed_at_once)
{
    flash.apply = LOOM_FIRMWARE_RESULT_SUCCESS;
    push_whole();
    const struct loom_at at = {.model = &world->model, .path = loom_path_resource(5, 0, 2)};
    const struct loom_text none = {"", 0};
    cr_assert_eq(loom_firmware_execute_update(&at, none), LOOM_OK);
    cr_expect_eq(flash.applies, 0, "before the request was answered");
    expect_state(UPDATING, 0);
    world_run(world, 1);
    expect_state(IDLE, 1);
}

/* C-97, int-772: in no other state, and nothing changes. */
Test(firmware, is_installed_in_no_other_state)
{
    cr_expect_eq(update(), LOOM_METHOD_NOT_ALLOWED);
    expect_state(IDLE, 0);
    cr_assert_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    cr_expect_eq(update(), LOOM_METHOD_NOT_ALLOWED);
    expect_state(DOWNLOADING, 0);
    flash.verify = LOOM_FIRMWARE_UNDER_WAY;
    push(image, sizeof image);
    cr_expect_eq(update(), LOOM_METHOD_NOT_ALLOWED);
    world_run(world, 1);
    cr_expect_eq(update(), LOOM_METHOD_NOT_ALLOWED);
    expect_state(DOWNLOADING, 0);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    expect_state(DOWNLOADED, 0);
    cr_expect_eq(update(), LOOM_CHANGED);
    cr_expect_eq(update(), LOOM_METHOD_NOT_ALLOWED);
    expect_state(UPDATING, 0);
}

/* C-91, C-99, int-773, int-774, int-776, int-777: what is wrong with an image is told by the result
 * alone, and nothing of it stays. */
Test(firmware, tells_what_is_wrong_with_an_image)
{
    static const enum loom_firmware_result results[] = {
        LOOM_FIRMWARE_RESULT_NO_FLASH, LOOM_FIRMWARE_RESULT_NO_MEMORY,
        LOOM_FIRMWARE_RESULT_INTEGRITY, LOOM_FIRMWARE_RESULT_PACKAGE_TYPE,
        LOOM_FIRMWARE_RESULT_FAILED};
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        flash.open = results[i];
        cr_expect_eq(push(image, sizeof image), LOOM_INTERNAL_ERROR);
        expect_state(IDLE, results[i]);
        flash.open = LOOM_FIRMWARE_RESULT_INITIAL;
        flash.write = results[i];
        cr_expect_eq(push(image, sizeof image), LOOM_INTERNAL_ERROR);
        expect_state(IDLE, results[i]);
        flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
        flash.verify = results[i];
        cr_expect_eq(push(image, sizeof image), LOOM_CHANGED);
        world_run(world, 1);
        expect_state(IDLE, results[i]);
        cr_expect_not(flash.there);
        flash.verify = LOOM_FIRMWARE_RESULT_INITIAL;
    }
}

/* C-91: a port that tells what is the client's to tell has failed. */
Test(firmware, tells_no_result_that_a_port_cannot_have)
{
    static const enum loom_firmware_result odd[] = {
        LOOM_FIRMWARE_RESULT_CONNECTION_LOST, LOOM_FIRMWARE_RESULT_INVALID_URI,
        LOOM_FIRMWARE_RESULT_PROTOCOL,        LOOM_FIRMWARE_RESULT_CANCELLED,
        LOOM_FIRMWARE_RESULT_DEFERRED,        (enum loom_firmware_result)77};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        flash.verify = odd[i];
        push(image, sizeof image);
        world_run(world, 1);
        expect_state(IDLE, 8);
    }
}

/* C-99, int-779: an update that fails leaves the image, unless it is no good. */
Test(firmware, keeps_an_image_that_could_not_be_installed)
{
    flash.apply = LOOM_FIRMWARE_RESULT_FAILED;
    push_whole();
    update();
    world_run(world, 1);
    expect_state(DOWNLOADED, 8);
    cr_expect(flash.there);
    flash.apply = LOOM_FIRMWARE_UNDER_WAY;
    update();
    expect_state(UPDATING, 0); /* C-92 */
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INTEGRITY);
    expect_state(IDLE, 5);
    cr_expect_not(flash.there);
    flash.apply = LOOM_FIRMWARE_RESULT_PACKAGE_TYPE;
    push_whole();
    update();
    world_run(world, 1);
    expect_state(IDLE, 6);
}

/* C-100: until the update begins; result 10. */
Test(firmware, is_cancelled)
{
    cr_expect_eq(cancel(), LOOM_METHOD_NOT_ALLOWED);
    push_whole();
    cr_expect_eq(cancel(), LOOM_CHANGED);
    expect_state(IDLE, 10);
    cr_expect_not(flash.there);
    flash.verify = LOOM_FIRMWARE_UNDER_WAY;
    push(image, sizeof image);
    world_run(world, 1);
    cr_expect_eq(cancel(), LOOM_CHANGED);
    expect_state(IDLE, 10);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL); /* too late */
    expect_state(IDLE, 10);
    flash.verify = LOOM_FIRMWARE_RESULT_INITIAL;
    push_whole();
    update();
    cr_expect_eq(cancel(), LOOM_METHOD_NOT_ALLOWED);
    world_run(world, 1);
    cr_expect_eq(cancel(), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(push("", 1), LOOM_METHOD_NOT_ALLOWED, "reset in the middle of an installation");
    cr_expect_eq(put_uri(""), LOOM_METHOD_NOT_ALLOWED);
    expect_state(UPDATING, 0);
}

/* C-100, C-101: version 1.0 of the object has neither Cancel nor deferral. */
Test(firmware, has_in_1_0_what_there_was)
{
    tear_down();
    begin(LOOM_LWM2M_1_0);
    flash.defer = true;
    push_whole();
    cr_expect_eq(cancel(), LOOM_NOT_FOUND);
    cr_expect_eq(update(), LOOM_CHANGED);
    expect_state(UPDATING, 0);
    cr_expect_eq(flash.asked, 0);
}

/* C-101: the user decides, within what the server allows. */
Test(firmware, is_deferred)
{
    flash.defer = true;
    push_whole();
    cr_expect_eq(peer_put(world, &world->server, "/5/0/11", "2"), LOOM_CHANGED);
    cr_expect_eq(update(), LOOM_CHANGED);
    expect_state(DOWNLOADED, 11);
    cr_expect_eq(flash.terms.severity, 2);
    cr_expect_eq(flash.terms.seconds, UINT32_MAX);
    world_run(world, 1000000);
    expect_state(DOWNLOADED, 11);
    loom_client_firmware_accept(&world->client);
    world_run(world, 1);
    expect_state(UPDATING, 0);
    cr_expect_eq(flash.applies, 1);
}

/* C-101: not beyond Maximum Defer Period, and not at all where that is 0. */
Test(firmware, is_deferred_for_a_time)
{
    loom_loopback_set_unix_time(world->net, 1700000000);
    flash.defer = true;
    push_whole();
    peer_put(world, &world->server, "/5/0/13", "600");
    update();
    cr_expect_eq(flash.terms.seconds, 600);
    cr_expect_eq(flash.terms.severity, 1);
    world_run(world, 300);
    expect_state(DOWNLOADED, 11);
    update(); /* asked again: what is left counts, and goes on */
    cr_expect_eq(flash.terms.seconds, 300);
    world_run(world, 1);
    update();
    cr_expect_leq(flash.terms.seconds, 299);
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    expect_state(DOWNLOADED, 11);
    world_run(world, 290);
    expect_state(DOWNLOADED, 11);
    world_run(world, 11);
    expect_state(UPDATING, 0);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_FAILED);
    expect_state(DOWNLOADED, 8);
    peer_find(&world->server);
    peer_put(world, &world->server, "/5/0/13", "0");
    unsigned asked = flash.asked;
    update();
    expect_state(UPDATING, 0);
    cr_expect_eq(flash.asked, asked, "0 allows no deferral");
}

/* C-101: a server that allows less behind the fact is obeyed, also behind a restart; one that asks
 * again and again makes it no longer. */
Test(firmware, is_deferred_for_less_if_the_server_says_so)
{
    loom_loopback_set_unix_time(world->net, 1700000000);
    flash.defer = true;
    push_whole();
    update();
    peer_put(world, &world->server, "/5/0/13", "600");
    expect_state(DOWNLOADED, 11);
    update();
    cr_expect_eq(flash.terms.seconds, 600);
    for (int i = 0; i < 20; i++) {
        world_run(world, 14.5);
        update();
    }
    cr_expect_leq(flash.terms.seconds, 310);
    peer_put(world, &world->server, "/5/0/13", "60");
    world_run(world, 1);
    update();
    cr_expect_eq(flash.terms.seconds, 60);
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 50);
    expect_state(DOWNLOADED, 11);
    world_run(world, 11);
    expect_state(UPDATING, 0);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_FAILED);
    peer_find(&world->server);
    update();
    expect_state(DOWNLOADED, 11);
    peer_put(world, &world->server, "/5/0/13", "0");
    unsigned asked = flash.asked;
    update();
    expect_state(UPDATING, 0);
    cr_expect_eq(flash.asked, asked, "0 allows no deferral");
}

/* C-102: the time of each change of State, which is there before it. */
Test(firmware, tells_when_its_state_changed)
{
    int64_t time = 0;
    loom_loopback_set_unix_time(world->net, 1700000000);
    push_whole();
    cr_assert_eq(loom_get_time(&world->model, loom_path_resource(5, 0, 12), &time), LOOM_OK);
    cr_expect_geq(time, 1700000000);
    cr_expect_leq(time, 1700000010);
}

static bool supports_no_security(void *self, const struct loom_credentials *credentials)
{
    (void)self;
    return credentials->mode == LOOM_SECURITY_NOSEC;
}

/* C-103: no more than the port can. */
Test(firmware, tells_of_no_security_that_it_lacks)
{
    const struct loom_path coaps = loom_path_resource_instance(5, 0, 8, 1);
    cr_assert_eq(loom_clear(&world->model, coaps), LOOM_OK);
    world->port.supports = supports_no_security;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    cr_expect_neq(loom_model_exists(&world->model, &coaps), LOOM_OK);
}

/* C-103, int-751: what the device can. */
Test(firmware, tells_what_it_can)
{
    int64_t value = -1;
    cr_expect_eq(number(9), 2);
    cr_expect_eq(loom_get_integer(&world->model, loom_path_resource_instance(5, 0, 8, 0), &value),
                 LOOM_OK);
    cr_expect_eq(value, 0);
    cr_expect_eq(loom_get_integer(&world->model, loom_path_resource_instance(5, 0, 8, 1), &value),
                 LOOM_OK);
    cr_expect_eq(value, 1);
    firmware.no_pull = true;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    peer_find(&world->server);
    cr_expect_eq(number(9), 1);
    cr_expect_eq(put_uri("coap://files:5683/image"), LOOM_CHANGED);
    expect_state(IDLE, 9);
    firmware.no_pull = false;
    firmware.no_push = true;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    peer_find(&world->server);
    cr_expect_eq(number(9), 0);
    cr_expect_eq(push(image, 10), LOOM_METHOD_NOT_ALLOWED);
}

/* C-104: with 5/x/14 the update follows the download. */
Test(firmware, is_installed_by_itself_if_wished)
{
    cr_expect_eq(peer_put(world, &world->server, "/5/0/14", "1"), LOOM_CHANGED);
    push(image, sizeof image);
    world_run(world, 1);
    expect_state(UPDATING, 0);
    cr_expect_eq(flash.applies, 1);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_SUCCESS);
    flash.defer = true;
    push(image, sizeof image);
    world_run(world, 1);
    expect_state(DOWNLOADED, 11);
}

/* C-106: what the server wants of an update outlives a restart. */
Test(firmware, remembers_how_an_update_is_wanted)
{
    peer_put(world, &world->server, "/5/0/11", "0");
    peer_put(world, &world->server, "/5/0/13", "77");
    peer_put(world, &world->server, "/5/0/14", "1");
    world_run(world, 1);
    loom_set_integer(&world->model, loom_path_resource(5, 0, 11), 1);
    loom_clear(&world->model, loom_path_resource(5, 0, 13));
    loom_clear(&world->model, loom_path_resource(5, 0, 14));
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    uint64_t period = 0;
    bool automatic = false;
    cr_expect_eq(number(11), 0);
    loom_get_unsigned(&world->model, loom_path_resource(5, 0, 13), &period);
    cr_expect_eq(period, 77);
    loom_get_boolean(&world->model, loom_path_resource(5, 0, 14), &automatic);
    cr_expect(automatic);
}

/* C-90: whoever observes State is told of each. */
Test(firmware, tells_observers_of_its_state)
{
    cr_assert_eq(peer_observe(world, &world->server, "/5/0/3", ""), LOOM_CONTENT);
    push(image, sizeof image);
    world_run(world, 5);
    cr_assert_gt(world->server.notice_count, 0u);
    cr_expect_str_eq(world->server.notices[world->server.notice_count - 1].text, "2");
    update();
    world_run(world, 5);
    cr_expect_str_eq(world->server.notices[world->server.notice_count - 1].text, "3");
}

/* C-26, C-90: no server takes the state of an update away, or makes it look like another one. */
Test(firmware, is_not_deleted)
{
    push_whole();
    cr_expect_eq(
        peer_request(world, &world->server, LOOM_DELETE, "/5/0", LOOM_FORMAT_ABSENT, "", 0),
        LOOM_METHOD_NOT_ALLOWED);
    expect_state(DOWNLOADED, 0);
}

/* ---- pushes that go wrong ---------------------------------------------------------------------
 */

/* C-99: a push that breaks off is lost when nothing has come for an exchange's lifetime. */
Test(firmware, is_lost_when_a_push_breaks_off)
{
    cr_assert_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    world_run(world, 200);
    cr_assert_eq(push_piece(1, 1024, 1024, true), LOOM_OK);
    world_run(world, 240);
    expect_state(DOWNLOADING, 0);
    cr_expect_eq(firmware.ssid, 1);
    world_run(world, 10);
    expect_state(IDLE, 4);
    cr_expect_not(flash.there);
    cr_expect_eq(push_piece(1, 2048, 1024, true), LOOM_BAD_REQUEST);
}

/* C-94: what the product tells when it was asked for nothing changes nothing. */
Test(firmware, hears_of_nothing_that_it_did_not_ask_for)
{
    cr_assert_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_FAILED);
    expect_state(DOWNLOADING, 0);
    cr_assert_eq(push_piece(1, 1024, 1024, false), LOOM_OK);
    expect_state(DOWNLOADED, 0);
}

/* C-94: of two pushes the later one is taken, and nothing of the other is mixed into it. */
Test(firmware, takes_one_push_at_a_time)
{
    cr_assert_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    cr_assert_eq(push_piece(2, 0, 512, true), LOOM_OK);
    cr_expect_eq(push_piece(1, 1024, 1024, true), LOOM_BAD_REQUEST);
    cr_expect_eq(push_piece(1, 512, 1024, true), LOOM_BAD_REQUEST);
    cr_expect_eq(push_piece(2, 1024, 512, true), LOOM_BAD_REQUEST, "a gap");
    cr_expect_eq(push_piece(2, 512, 512, false), LOOM_OK);
    expect_state(DOWNLOADED, 0);
    cr_expect_eq(flash.end, 1024);
    cr_expect_eq(push_piece(1, 0, 1024, true), LOOM_METHOD_NOT_ALLOWED, "an image is there");
    cr_expect_eq(put_uri("coap://files:5683/image"), LOOM_METHOD_NOT_ALLOWED);
    expect_state(DOWNLOADED, 0);
}

/* C-91: a device that is not ready for the next piece when it comes has no memory for it. */
Test(firmware, has_no_memory_for_a_piece_too_many)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    cr_expect_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    cr_expect_eq(push_piece(1, 1024, 1024, true), LOOM_OK);
    cr_expect_eq(push_piece(1, 2048, 1024, true), LOOM_INTERNAL_ERROR);
    expect_state(IDLE, 3);
    cr_expect_eq(push_piece(1, 0, 1024, false), LOOM_OK);
    expect_state(DOWNLOADING, 0);
    cr_expect_eq(flash.verifies, 0, "the last piece is not stored yet");
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 1);
    expect_state(DOWNLOADED, 0);
    cr_expect_eq(push("", 1), LOOM_CHANGED);
    flash.open = LOOM_FIRMWARE_UNDER_WAY;
    cr_expect_eq(push_piece(1, 0, 1024, true), LOOM_INTERNAL_ERROR);
    expect_state(IDLE, 3);
}

/* C-94: what is under way with a push is over before the next one takes its place. */
Test(firmware, is_at_work_for_one_push_at_a_time)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    cr_expect_eq(push_piece(1, 0, 1024, true), LOOM_OK);
    unsigned aborts = flash.aborts;
    cr_expect_eq(push_piece(1, 0, 512, true), LOOM_OK);
    cr_expect_eq(flash.aborts, aborts + 1);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    cr_expect_eq(push_piece(1, 512, 512, true), LOOM_OK);
    expect_state(DOWNLOADING, 0);
}

/* ---- pull -------------------------------------------------------------------------------------
 */

static void pull(const char *uri)
{
    cr_assert_eq(put_uri(uri), LOOM_CHANGED);
    world_run(world, 5);
}

static void expect_image(void)
{
    expect_state(DOWNLOADED, 0);
    cr_expect_eq(flash.end, shelf.length);
    cr_expect_arr_eq(flash.image, shelf.image, shelf.length);
}

/* C-95, int-756: fetched by pieces, in a session of its own, and read back as it was written. */
Test(firmware, is_pulled)
{
    shelf.size = sizeof image;
    cr_assert_eq(put_uri("coap://files:5683/images/a%20b?v=1&w"), LOOM_CHANGED);
    expect_state(DOWNLOADING, 0);
    world_run(world, 5);
    expect_image();
    cr_expect_str_eq(shelf.line, "/images/a b?v=1&w");
    cr_expect_eq(shelf.requests, (sizeof image + 1023) / 1024);
    cr_expect_eq(flash.size, sizeof image);
    cr_expect_not(shelf.secure);
    cr_expect_null(firmware.session, "its session is over");
    cr_expect_eq(peer_get(world, &world->server, "/5/0/1", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(&world->server), "coap://files:5683/images/a%20b?v=1&w");
    cr_expect_eq(update(), LOOM_CHANGED);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_SUCCESS);
}

/* C-95; RFC 7959, 2.4: pieces are as long as the server gives them, as with DTLS, where records
 * take some of a packet. */
Test(firmware, is_pulled_in_smaller_pieces_than_it_asks_for)
{
    loom_loopback_set_rooms(shelf.host, 4096, 512);
    pull("coap://files:5683/image");
    expect_image();
    cr_expect_eq(shelf.requests, (sizeof image + 511) / 512);
    cr_expect_eq(flash.opens, 1);
}

/* C-95: where the server gives no tags its answer comes joined, or whole. */
Test(firmware, is_pulled_whole_from_who_does_not_cut)
{
    loom_loopback_set_rooms(shelf.host, 8192, 1024);
    firmware.piece = 256;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    peer_find(&world->server);
    pull("coap://files:5683/image");
    expect_image();
}

/* What a file server says that keeps to no rules of the loopback's. */
static void answer_piece(const struct loom_response *response)
{
    loom_client_stream_side.response(&world->client, &firmware, firmware.session, firmware.exchange,
                                     response, LOOM_FAILURE_NONE);
    world_run(world, 1);
}

/* C-95: a whole answer, though a piece was asked for, brings what is not stored yet. */
Test(firmware, takes_what_it_lacks_of_a_whole_answer)
{
    const struct loom_response whole = {.code = LOOM_CONTENT,
                                        .content_format = LOOM_FORMAT_OPAQUE,
                                        .payload = {image, sizeof image},
                                        .etag = shelf.etag};
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
    shelf.code = 0; /* it says nothing any more */
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 1);
    cr_assert_neq(firmware.exchange, 0);
    answer_piece(&whole);
    expect_image();
    cr_expect_eq(flash.writes, 2);
}

/* C-95: what takes the product long stops the download, and nothing is lost by it. */
Test(firmware, waits_for_the_product)
{
    flash.open = LOOM_FIRMWARE_UNDER_WAY;
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    flash.verify = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    for (int i = 0; i < 16 && number(3) == DOWNLOADING; i++) {
        unsigned requests = shelf.requests;
        world_run(world, 1000);
        cr_expect_eq(shelf.requests, requests, "it did not wait");
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 1);
    }
    expect_image();
    cr_expect_eq(flash.opens, 1);
}

/* C-96, int-778: a URI that is none, and what nobody has there. */
Test(firmware, is_not_pulled_from_a_uri_that_is_none)
{
    static const char *const uris[] = {"nonsense",
                                       "coap:",
                                       "coap://",
                                       "coap:///image",
                                       "//files/x",
                                       "coap://a b/",
                                       "coap://files:99999/x",
                                       "coap://files/%4",
                                       "coap://u@files/x",
                                       "coap://files/x#y",
                                       "1coap://files/x",
                                       "coap://[::1/x",
                                       "coap://f/1/2/3/4/5/6/7/8/9/10/11",
                                       "coaps://files/image"};
    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
        cr_expect_eq(put_uri(uris[i]), LOOM_CHANGED, "%s", uris[i]);
        cr_expect_eq(number(3), IDLE, "%s", uris[i]);
        cr_expect_eq(number(5), 7, "%s: %d", uris[i], (int)number(5));
        world_run(world, 1);
        if (i + 1 == sizeof uris / sizeof uris[0] && world->port.supports != NULL) {
            world->port.supports = NULL; /* once more with a port that does not tell */
            i = (size_t)-1;
        }
    }
    cr_expect_eq(shelf.requests, 0);
    shelf.code = LOOM_NOT_FOUND;
    pull("coap://files:5683/image");
    expect_state(IDLE, 7);
    cr_expect_eq(shelf.requests, 1);
}

/* C-96: and one of a protocol that the device does not have. */
Test(firmware, is_not_pulled_by_an_unknown_protocol)
{
    static const char *const uris[] = {"http://files/image", "https://files/image",
                                       "coap+tcp://files/image", "ftp:x"};
    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
        cr_expect_eq(put_uri(uris[i]), LOOM_CHANGED);
        expect_state(IDLE, 9);
    }
    pull("COAP://files:5683/image");
    expect_image();
}

/* C-91: nothing is no image, whoever offers it. */
Test(firmware, is_not_pulled_if_it_is_empty)
{
    shelf.length = 0;
    pull("coap://files:5683/image");
    expect_state(IDLE, 6);
    cr_expect_eq(flash.verifies, 0);
    cr_expect_not(flash.there);
}

/* C-91, int-773: what is too large is refused before any of it is stored, if the server says so. */
Test(firmware, is_not_pulled_if_it_is_too_large)
{
    flash.limit = 4000;
    shelf.size = sizeof image;
    pull("coap://files:5683/image");
    expect_state(IDLE, 2);
    cr_expect_eq(flash.writes, 0);
    shelf.size = 0;
    pull("coap://files:5683/image");
    expect_state(IDLE, 2);
    cr_expect_eq(flash.writes, 4);
}

/* C-99, int-775: attempts in a row, ever later; then result 4. */
Test(firmware, is_lost_when_nobody_answers)
{
    loom_loopback_set_reachable(shelf.host, false);
    pull("coap://files:5683/image");
    world_run(world, 300);
    expect_state(DOWNLOADING, 0);
    cr_expect_geq(world_count(world, LOOM_EVENT_FIRMWARE_RETRY), 2u);
    world_run(world, 3600);
    expect_state(IDLE, 4);
    cr_expect_eq(world_count(world, LOOM_EVENT_FIRMWARE_RETRY), 7u);
}

/* C-99: as many as the product wants. */
Test(firmware, is_lost_after_as_many_attempts_as_the_product_wants)
{
    static const struct {
        uint8_t most;
        unsigned waits;
        double seconds;
    } wanted[] = {{1, 0, 0}, {3, 2, 30}, {40, 39, 310 + 34 * 300}};
    shelf.code = LOOM_UNAVAILABLE;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        unsigned before = world_count(world, LOOM_EVENT_FIRMWARE_RETRY);
        firmware.attempts_most = wanted[i].most;
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        peer_find(&world->server);
        pull("coap://files:5683/image");
        world_run(world, wanted[i].waits == 0 ? 0 : wanted[i].seconds - 6);
        expect_state(wanted[i].waits == 0 ? IDLE : DOWNLOADING, wanted[i].waits == 0 ? 4 : 0);
        world_run(world, 2);
        expect_state(IDLE, 4);
        cr_expect_eq(world_count(world, LOOM_EVENT_FIRMWARE_RETRY), before + wanted[i].waits);
    }
}

/* C-99: what was fetched before counts, and each piece gives new attempts; RFC 8516: nor does a
 * server refuse that has too much to do. */
Test(firmware, goes_on_when_the_server_is_back)
{
    static const uint8_t codes[] = {LOOM_UNAVAILABLE, LOOM_CODE(4, 29)};
    for (size_t i = 0; i < sizeof codes; i++) {
        shelf.code = codes[i];
        pull("coap://files:5683/image");
        world_run(world, 100);
        expect_state(DOWNLOADING, 0);
        shelf.code = LOOM_CONTENT;
        world_run(world, 300);
        expect_image();
        push("", 1);
    }
}

/* C-99: five attempts that bring nothing, time and again, with a piece in between. */
Test(firmware, has_new_attempts_with_each_piece)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    for (int i = 1; i < 4; i++) {
        shelf.code = LOOM_UNAVAILABLE;
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 200);
        shelf.code = LOOM_CONTENT;
        world_run(world, 160);
        expect_state(DOWNLOADING, 0);
        cr_expect_eq(world_count(world, LOOM_EVENT_FIRMWARE_RETRY), 5u * (unsigned)i);
    }
}

static uint8_t other[5000];

static void change_image(void)
{
    for (size_t i = 0; i < sizeof other; i++) {
        other[i] = (uint8_t)(255 - image[i]);
    }
    shelf.image = other;
    shelf.etag++;
}

/* C-106: an image that becomes another one while it is fetched is fetched anew, not mixed. */
Test(firmware, begins_anew_with_another_image)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    change_image();
    flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 60);
    expect_image();
    cr_expect_eq(flash.opens, 2);
    cr_expect_eq(flash.opened_at, 0);
}

/* C-106: nor if the other one is too short to have the piece that is asked for. */
Test(firmware, begins_anew_with_a_shorter_image)
{
    for (int gone = 0; gone < 2; gone++) {
        flash.write = LOOM_FIRMWARE_UNDER_WAY;
        pull("coap://files:5683/image");
        shelf.code = LOOM_BAD_REQUEST;
        flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 5);
        expect_state(DOWNLOADING, 0);
        change_image();
        shelf.length = 1000;
        shelf.code = gone != 0 ? LOOM_NOT_FOUND : LOOM_CONTENT;
        world_run(world, 60);
        if (gone != 0) {
            expect_state(IDLE, 7);
        } else {
            expect_image();
        }
        push("", 1);
        shelf.image = image;
        shelf.length = sizeof image;
        shelf.code = LOOM_CONTENT;
    }
}

/* C-106: the same tag is the same image, whatever length is told with it. */
Test(firmware, goes_on_where_the_length_was_an_estimate)
{
    shelf.size = sizeof image - 1000;
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    shelf.size = sizeof image;
    flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 60);
    expect_image();
    cr_expect_eq(flash.opens, 1);
}

/* C-106: without a tag another length is another image. */
Test(firmware, begins_anew_with_an_image_of_another_length)
{
    struct loom_response piece = {.code = LOOM_CONTENT,
                                  .content_format = LOOM_FORMAT_OPAQUE,
                                  .payload = {image, 1024},
                                  .piece = {.more = true},
                                  .size = sizeof image};
    shelf.code = 0;
    pull("coap://files:5683/image");
    for (int i = 0; i < 3; i++) {
        piece.piece.offset = 1024u * (unsigned)i;
        piece.size -= i == 2 ? 1 : 0;
        cr_assert_neq(firmware.exchange, 0);
        answer_piece(&piece);
        cr_expect_eq(world_count(world, LOOM_EVENT_FIRMWARE_RETRY), i == 2 ? 1u : 0u);
    }
    cr_expect_eq(firmware.written, 0);
}

/* C-106: but not for ever. */
Test(firmware, is_lost_when_the_image_never_stays_the_same)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    for (int i = 0; i < 10; i++) {
        shelf.etag++;
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 60);
    }
    expect_state(IDLE, 4);
}

/* C-100, C-93: at each moment of a pull. */
Test(firmware, is_cancelled_and_reset_while_it_is_pulled)
{
    for (int i = 0; i < 4; i++) {
        flash.write = i / 2 == 0 ? LOOM_FIRMWARE_UNDER_WAY : LOOM_FIRMWARE_RESULT_INITIAL;
        shelf.code = i / 2 == 0 ? LOOM_CONTENT : LOOM_UNAVAILABLE;
        pull("coap://files:5683/image");
        expect_state(DOWNLOADING, 0);
        cr_expect_eq(i % 2 == 0 ? cancel() : push("", 1), LOOM_CHANGED);
        expect_state(IDLE, i % 2 == 0 ? 10 : 0);
        cr_expect_null(firmware.session);
        unsigned requests = shelf.requests;
        world_run(world, 1000);
        cr_expect_eq(shelf.requests, requests);
    }
}

/* C-95: a push cannot come between. */
Test(firmware, takes_no_push_while_it_is_pulled)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    cr_expect_eq(push(image, 100), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(put_uri("coap://files:5683/other"), LOOM_METHOD_NOT_ALLOWED);
    cr_expect_eq(peer_get(world, &world->server, "/5/0/1", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_expect_str_eq(peer_text(&world->server), "coap://files:5683/image");
}

/* C-96: by CoAPS with the credentials of the server that wrote the URI, at its host alone. */
Test(firmware, is_pulled_with_the_credentials_of_the_server)
{
    static const uint8_t identity[] = "dev";
    static const uint8_t key[] = "0123456789abcdef";
    struct shelf secure;
    shelf_init(&secure, world->net, "server:5684");
    secure.image = image;
    secure.length = sizeof image;
    secure.identity = (struct loom_bytes){identity, 3};
    secure.key = (struct loom_bytes){key, 16};
    loom_set_text(&world->model, loom_path_resource(0, 0, 0), "coaps://SERVER:5683");
    loom_set_integer(&world->model, loom_path_resource(0, 0, 2), 0);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 3), identity, 3);
    loom_set_opaque(&world->model, loom_path_resource(0, 0, 5), key, 16);
    pull("coaps://server:5684/image");
    expect_state(DOWNLOADED, 0);
    cr_expect(secure.secure);
    push("", 1);
    cr_expect_eq(put_uri("coaps://files/image"), LOOM_CHANGED);
    expect_state(IDLE, 7);
}

/* ---- power loss -------------------------------------------------------------------------------
 */

/* C-106: a pull goes on at the place that was stored last, with the same image. */
Test(firmware, goes_on_with_a_pull_after_a_restart)
{
    firmware.keep_every = 2048;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    peer_find(&world->server);
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    for (int i = 0; i < 3; i++) {
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 1);
    }
    flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
    unsigned requests = shelf.requests;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    world_run(world, 5);
    expect_image();
    cr_expect_eq(flash.opened_at, 2048);
    cr_expect_eq(shelf.offsets[requests], 2048);
}

/* C-106: but not with another one, nor where nobody can tell, nor where the product has lost it. */
Test(firmware, begins_a_pull_anew_after_a_restart)
{
    for (int i = 0; i < 3; i++) {
        shelf.etag = 7;
        firmware.keep_every = 1024;
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        peer_find(&world->server);
        flash.write = LOOM_FIRMWARE_UNDER_WAY;
        pull("coap://files:5683/image");
        loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 1);
        flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
        if (i == 0) {
            change_image();
        } else if (i == 1) {
            memset(record + 15, 0, 4); /* its tag: there was none */
        } else {
            flash.end = 0;
        }
        unsigned requests = shelf.requests;
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 60);
        expect_image();
        cr_expect_eq(flash.opened_at, 0);
        cr_expect_eq(shelf.offsets[requests % 64], i == 1 ? 0 : 1024);
        peer_find(&world->server);
        push("", 1);
    }
}

/* C-106: a push has to begin anew, and is told as lost. */
Test(firmware, loses_a_push_with_the_power)
{
    push_piece(1, 0, 1024, true);
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    expect_state(IDLE, 4);
    cr_expect_not(flash.there);
}

/* C-106: what is whole is verified again, and what is downloaded stays so. */
Test(firmware, stays_downloaded)
{
    flash.verify = LOOM_FIRMWARE_UNDER_WAY;
    push(image, sizeof image);
    world_run(world, 1);
    flash.verify = LOOM_FIRMWARE_RESULT_INITIAL;
    reboot(LOOM_FIRMWARE_RESULT_INITIAL);
    expect_state(DOWNLOADED, 0);
    reboot(LOOM_FIRMWARE_RESULT_SUCCESS); /* told of an update of before */
    expect_state(DOWNLOADED, 0);
    peer_find(&world->server);
    cr_expect_eq(update(), LOOM_CHANGED);
    world_run(world, 1);
    cr_expect_eq(flash.applies, 1);
}

/* C-106: flash wears, so a start stores nothing that is there already. */
Test(firmware, is_not_stored_at_each_start)
{
    peer_put(world, &world->server, "/5/0/11", "0");
    push_whole();
    world_run(world, 1);
    unsigned before = saves;
    for (int i = 0; i < 3; i++) {
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        world_run(world, 10);
        expect_state(DOWNLOADED, 0);
        cr_expect_eq(number(11), 0);
    }
    cr_expect_eq(saves, before);
    peer_find(&world->server);
    peer_put(world, &world->server, "/5/0/11", "1");
    world_run(world, 1);
    cr_expect_eq(saves, before + 1);
}

/* C-106, C-98, C-99: the product says what became of an update. */
Test(firmware, ends_an_update_as_the_product_says)
{
    static const struct {
        enum loom_firmware_result applied;
        int state;
        int result;
    } ends[] = {{LOOM_FIRMWARE_RESULT_SUCCESS, IDLE, 1},
                {LOOM_FIRMWARE_RESULT_FAILED, IDLE, 8},
                {LOOM_FIRMWARE_RESULT_INTEGRITY, IDLE, 5},
                {LOOM_FIRMWARE_RESULT_INITIAL, DOWNLOADED, 8},
                {LOOM_FIRMWARE_UNDER_WAY, UPDATING, 0}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        push_whole();
        update();
        world_run(world, 1);
        reboot(ends[i].applied);
        expect_state(ends[i].state, ends[i].result);
        cr_expect_eq(flash.there, ends[i].state != IDLE);
        reboot(LOOM_FIRMWARE_RESULT_SUCCESS); /* what has ended stays so */
        expect_state(ends[i].state == UPDATING ? IDLE : ends[i].state,
                     ends[i].state == UPDATING ? 1 : ends[i].result);
        peer_find(&world->server);
        push("", 1);
    }
}

/* C-106: an update that goes on behind a restart ends when the product says so. */
Test(firmware, goes_on_with_an_update_after_a_restart)
{
    push_whole();
    update();
    world_run(world, 1);
    reboot(LOOM_FIRMWARE_UNDER_WAY);
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_SUCCESS);
    expect_state(IDLE, 1);
    cr_expect_eq(flash.applies, 1);
}

/* C-106: a store that fails does not stop an update, and a record that is none is not taken. */
Test(firmware, does_without_a_record)
{
    world->store_failure = LOOM_UNAVAILABLE;
    push_whole();
    cr_expect_geq(world_count(world, LOOM_EVENT_STATE_FAILED), 1u);
    world->store_failure = LOOM_OK;
    static const size_t at[] = {0, 1, 2, 35};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        peer_find(&world->server);
        push("", 1);
        push_whole();
        record[at[i]] = 0xEE;
        reboot(LOOM_FIRMWARE_RESULT_INITIAL);
        expect_state(IDLE, 0);
        cr_expect_eq(world->events[world->event_next].type, world->events[world->event_next].type);
    }
}

/* A-90: while a bootstrap runs no piece is asked for and nothing is installed. */
Test(firmware, waits_for_a_bootstrap)
{
    world_add_bootstrap_account(world, 1, 0);
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    flash.write = LOOM_FIRMWARE_RESULT_INITIAL;
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_INITIAL);
    unsigned requests = shelf.requests;
    world_run(world, 100);
    cr_expect_eq(shelf.requests, requests);
    cr_expect_eq(peer_finish(world), LOOM_CHANGED);
    world_run(world, 10);
    expect_image();
}

/* C-95: a client that stops leaves its download to the next start. */
Test(firmware, stops_with_the_client)
{
    flash.write = LOOM_FIRMWARE_UNDER_WAY;
    pull("coap://files:5683/image");
    loom_client_stop(&world->client);
    world_expect(world, LOOM_EVENT_STOPPED, 10);
    cr_expect_null(firmware.session);
}

/* A product that has the object but no port: nothing happens, and nothing breaks. */
Test(firmware, does_nothing_without_a_port)
{
    world->client.context.config.firmware = NULL;
    world_reboot(world, 1);
    world_run(world, 1);
    peer_find(&world->server);
    cr_expect_eq(push(image, 10), LOOM_INTERNAL_ERROR);
    cr_expect_eq(put_uri("coap://files:5683/image"), LOOM_INTERNAL_ERROR);
    cr_expect_eq(update(), LOOM_INTERNAL_ERROR);
    cr_expect_eq(peer_get(world, &world->server, "/5/0/1", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    cr_expect_str_eq(loom_client_firmware_state(&world->client), "none");
    loom_client_firmware_done(&world->client, LOOM_FIRMWARE_RESULT_SUCCESS);
    loom_client_firmware_accept(&world->client);
}
