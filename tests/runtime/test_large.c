/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and Discovers whose answers have no room as a whole: a device with 256 bytes for an answer
 * shows an object of up to 20 kB. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum { SENSORS = 3303, ROOM = 200, PIECE = 256, LARGE = 1 << 16, PRODUCT_OBJECTS = 16 };

static struct world *world;
static struct loom_product product;
static struct loom_product_object entries[PRODUCT_OBJECTS];
static uint8_t whole[LARGE];
static size_t whole_length;

static double drift; /* of all sensors */
static unsigned looks;
static bool restless; /* every other look shows a value that is longer */

static enum loom_status read_sensor(const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_FLOAT;
    value->as.number = at->path.id[LOOM_INSTANCE_ID] + 0.1 + drift;
    if (restless && ++looks % 2 == 1) {
        value->as.number = 0.5;
    }
    return LOOM_OK;
}

/* Sensors that show the same at each look. */
static const struct loom_object *steady(const struct loom_object *sensors)
{
    static struct loom_handler handlers[2];
    static struct loom_object object;
    object = *sensors;
    memcpy(handlers, sensors->handlers, sizeof handlers);
    handlers[loom_object_resource(sensors, 5700)->offset].read = read_sensor;
    object.handlers = handlers;
    return &object;
}

/* The world's product with room for many sensors, behind everything else that it has. */
static void give_room(void)
{
    product = *world->product;
    cr_assert_leq((size_t)product.object_count, (size_t)PRODUCT_OBJECTS);
    memcpy(entries, product.objects, product.object_count * sizeof entries[0]);
    for (size_t i = 0; i < product.object_count; i++) {
        if (entries[i].object->id == SENSORS) {
            entries[i].offset = (product.data_size + 15u) & ~15u;
            entries[i].object = steady(entries[i].object);
            entries[i].room = ROOM;
            entries[i].staging = 0; /* there it has room for few */
            product.data_size = entries[i].offset + ROOM * entries[i].object->instance_size;
        }
    }
    product.objects = entries;
    free(world->data);
    world->data = calloc(1, product.data_size);
    loom_model_init(&world->model, &product, world->data, &world->hooks, world);
    loom_set_text(&world->model, loom_path_resource(3, 0, 0), "Loom");
    loom_set_text(&world->model, loom_path_resource(3, 0, 16), "U");
    loom_set_integer(&world->model, loom_path_resource_instance(3, 0, 11, 0), 0);
}

static void fill_sensors(void)
{
    for (uint16_t i = 1; i < ROOM; i++) {
        uint16_t instance = i;
        cr_assert_eq(loom_model_create(&world->model, SENSORS, &instance), LOOM_OK);
        cr_assert_eq(loom_set_text(&world->model, loom_path_resource(SENSORS, i, 5701), "\"Cel\""),
                     LOOM_OK);
        cr_assert_eq(loom_set_text(&world->model, loom_path_resource(SENSORS, i, 5750),
                                   "a sensor whose name is long"),
                     LOOM_OK);
        loom_set_float(&world->model, loom_path_resource(SENSORS, i, 5601), i + 0.25);
    }
}

static void begin(void)
{
    world = world_create(LOOM_LWM2M_1_2);
    give_room();
    fill_sensors();
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 10);
}

static void end(void)
{
    world_destroy(world);
}

TestSuite(large, .init = begin, .fini = end, .timeout = 60);

static void set_rooms(size_t answer, uint16_t piece)
{
    loom_loopback_set_rooms(world->host, answer, piece);
}

/* ---- reading --------------------------------------------------------------------------------- */

static struct loom_request request_for(uint16_t accept, uint32_t offset, uint16_t room)
{
    return (struct loom_request){.method = LOOM_GET,
                                 .content_format = LOOM_FORMAT_ABSENT,
                                 .accept = accept,
                                 .confirmable = true,
                                 .answer_offset = offset,
                                 .piece_room = room};
}

/* To the root the request is a Read-Composite of these paths. */
static const char *list;

static uint8_t get_piece(const char *path, uint16_t accept, uint32_t offset, uint16_t room)
{
    struct loom_request request = request_for(accept, offset, room);
    if (strcmp(path, "/") == 0) {
        request.method = LOOM_FETCH;
        request.content_format = LOOM_FORMAT_SENML_JSON;
        request.payload = (struct loom_bytes){(const uint8_t *)list, strlen(list)};
    }
    return peer_send(world, &world->server, &request, path);
}

/* What a device answers that has room for all. */
static void get_whole(const char *path, uint16_t accept)
{
    set_rooms(LARGE, 1024);
    cr_assert_eq(get_piece(path, accept, 0, 0), LOOM_CONTENT);
    cr_assert_lt(world->server.length, sizeof whole);
    whole_length = world->server.length;
    memcpy(whole, world->server.payload, whole_length);
    set_rooms(PIECE, PIECE);
}

static void expect_pieces(const char *path, uint16_t accept)
{
    uint32_t etag = 0;
    uint32_t offset = 0;
    bool more = true;
    get_whole(path, accept);
    while (more) {
        cr_assert_eq(get_piece(path, accept, offset, PIECE), LOOM_CONTENT, "%s at %u: %02x", path,
                     (unsigned)offset, world->server.code);
        cr_assert_eq(world->server.content_format, accept);
        cr_assert_eq(world->server.piece.offset, offset);
        cr_assert(etag == 0 || world->server.etag == etag, "another answer at %u",
                  (unsigned)offset);
        cr_assert_leq(offset + world->server.length, whole_length);
        cr_assert_eq(memcmp(world->server.payload, whole + offset, world->server.length), 0,
                     "%s at %u", path, (unsigned)offset);
        etag = world->server.etag;
        more = world->server.piece.more;
        cr_assert(!more || world->server.length == PIECE);
        cr_expect_eq(world->server.size, whole_length);
        offset += (uint32_t)world->server.length;
    }
    cr_expect_eq(offset, whole_length);
}

/* C-10, C-11 */
Test(large, a_read_is_answered_in_pieces)
{
    static const uint16_t formats[] = {LOOM_FORMAT_TLV, LOOM_FORMAT_SENML_JSON,
                                       LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_LWM2M_CBOR};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        expect_pieces("/3303", formats[i]);
        cr_expect_gt(whole_length, 12000u, "%zu bytes", whole_length);
    }
    expect_pieces("/3303/7", LOOM_FORMAT_SENML_JSON);
}

/* C-30: a list of paths of all depths, and the root. */
Test(large, a_read_composite_is_answered_in_pieces)
{
    static const uint16_t formats[] = {LOOM_FORMAT_SENML_JSON, LOOM_FORMAT_SENML_CBOR,
                                       LOOM_FORMAT_LWM2M_CBOR};
    static const char *const lists[] = {
        "[{\"n\":\"/3303\"},{\"n\":\"/3/0/9\"},{\"n\":\"/3/0/11\"},{\"n\":\"/1/0\"}]",
        "[{\"n\":\"/3303/7/5700\"},{\"n\":\"/9\"},{\"n\":\"/3303\"},{\"n\":\"/3/0/11/0\"}]",
        "[{\"n\":\"/\"}]"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        list = lists[i];
        for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
            expect_pieces("/", formats[k]);
            cr_expect_gt(whole_length, 12000u, "%zu bytes", whole_length);
            world->event_count = 0; /* of each piece there was one */
        }
    }
}

/* C-30, C-77: what cannot be read as a whole cannot in pieces. */
Test(large, a_read_composite_of_nothing_has_no_pieces)
{
    set_rooms(PIECE, PIECE);
    list = "[{\"n\":\"/3303/999\"}]";
    cr_expect_eq(get_piece("/", LOOM_FORMAT_SENML_CBOR, PIECE, PIECE), LOOM_NOT_FOUND);
    list = "[{\"n\":\"/0\"}]";
    cr_expect_eq(get_piece("/", LOOM_FORMAT_SENML_CBOR, PIECE, PIECE), LOOM_UNAUTHORIZED);
    list = "[{\"n\":\"/3303\"},{]";
    cr_expect_eq(get_piece("/", LOOM_FORMAT_SENML_CBOR, PIECE, PIECE), LOOM_BAD_REQUEST);
    list = "[{\"n\":\"/3303\"}]";
    cr_expect_eq(get_piece("/", LOOM_FORMAT_SENML_CBOR, LARGE, PIECE), LOOM_BAD_REQUEST);
    cr_expect_eq(get_piece("/", LOOM_FORMAT_TLV, 0, PIECE), LOOM_NOT_ACCEPTABLE);
}

/* C-13, C-14 */
Test(large, a_discover_is_answered_in_pieces)
{
    cr_assert_eq(peer_attach(world, &world->server, "/3303/5/5700", "pmin=10"), LOOM_CHANGED);
    expect_pieces("/3303", LOOM_FORMAT_LINK);
    cr_expect_gt(whole_length, 4000u);
}

/* C-10: its last byte is a piece; where it ends there is none, and the client itself says so. */
Test(large, there_is_no_piece_where_an_answer_ends)
{
    get_whole("/3303", LOOM_FORMAT_TLV);
    uint32_t end = (uint32_t)whole_length;
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, end - 1, PIECE), LOOM_CONTENT);
    cr_expect_eq(world->server.length, (size_t)1);
    cr_expect_not(world->server.piece.more);
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, end, PIECE), LOOM_BAD_REQUEST);
    cr_expect_eq(world->events[world->event_count - 1].code, LOOM_BAD_REQUEST, "the client's word");
}

/* Who wants the whole gets it, from a device that has never had it. */
Test(large, pieces_are_joined_by_the_port)
{
    get_whole("/3303", LOOM_FORMAT_TLV);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, 0), LOOM_CONTENT);
    cr_assert_eq(world->server.length, whole_length);
    cr_expect_eq(memcmp(world->server.payload, whole, whole_length), 0);
}

/* ---- what becomes another meanwhile ---------------------------------------------------------- */

Test(large, a_write_in_between_is_noticed)
{
    set_rooms(PIECE, PIECE);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_CONTENT);
    uint32_t etag = world->server.etag;
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 2 * PIECE, PIECE), LOOM_CONTENT);
    cr_expect_eq(world->server.etag, etag, "in whatever order they come");
    loom_set_float(&world->model, loom_path_resource(SENSORS, 50, 5601), 1.5);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_CONTENT);
    cr_expect_neq(world->server.etag, etag);
    etag = world->server.etag;
    cr_assert_eq(loom_model_delete(&world->model, SENSORS, 50), LOOM_OK);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_CONTENT);
    cr_expect_neq(world->server.etag, etag);
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, LARGE, PIECE), LOOM_BAD_REQUEST);
}

/* What functions of the product show goes on all the time. */
Test(large, a_measurement_in_between_disturbs_nobody)
{
    set_rooms(PIECE, PIECE);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_CONTENT);
    uint32_t etag = world->server.etag;
    drift = 0.01;
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_CONTENT);
    cr_expect_eq(world->server.etag, etag);
}

/* C-1: what is longer at each look cannot be cut, as long as that goes on. */
Test(large, what_never_rests_is_not_available)
{
    set_rooms(PIECE, PIECE);
    restless = true;
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_UNAVAILABLE);
    cr_expect_leq(looks, (1u + 4 * 2) * ROOM, "%u", looks);
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_SENML_JSON, 0, PIECE), LOOM_CONTENT,
                 "nothing in it depends on lengths");
    world->client.context.config.lwm2m = LOOM_LWM2M_1_0;
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_INTERNAL_ERROR);
    restless = false;
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_CONTENT);
}

/* A body that has become short is whole: the peer that wants the middle of the old one begins
 * anew. */
Test(large, what_has_become_short_is_read_from_its_beginning)
{
    set_rooms(PIECE, PIECE);
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_CONTENT);
    uint32_t etag = world->server.etag;
    for (uint16_t i = 1; i < ROOM; i++) {
        cr_assert_eq(loom_model_delete(&world->model, SENSORS, i), LOOM_OK);
    }
    cr_assert_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, PIECE), LOOM_CONTENT);
    cr_expect_neq(world->server.etag, etag);
    cr_expect_not(world->server.piece.more);
}

/* ---- what stays as it was -------------------------------------------------------------------- */

/* C-76: of an object those instances come that a server may read, in pieces, too. */
Test(large, rights_hold_for_each_piece)
{
    world_destroy(world);
    world = world_create(LOOM_LWM2M_1_2);
    give_room();
    fill_sensors();
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    for (uint16_t i = 0; i < 6; i++) {
        uint16_t entry = i;
        cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
        loom_set_integer(&world->model, loom_path_resource(2, i, 0), SENSORS);
        loom_set_integer(&world->model, loom_path_resource(2, i, 1), 2 * i + 1);
        loom_set_integer(&world->model, loom_path_resource(2, i, 3), 1);
    }
    world_start(world);
    world_run(world, 20);
    expect_pieces("/3303", LOOM_FORMAT_TLV);
    cr_expect_gt(whole_length, (size_t)PIECE);
    cr_expect_lt(whole_length, 4u * PIECE);
    expect_pieces("/3303", LOOM_FORMAT_LWM2M_CBOR);
    expect_pieces("/3303", LOOM_FORMAT_SENML_CBOR);
    cr_expect_eq(get_piece("/3303/2", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_UNAUTHORIZED);
}

Test(large, what_is_not_there_is_not_there_in_pieces)
{
    set_rooms(PIECE, PIECE);
    cr_expect_eq(get_piece("/3303/999", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_NOT_FOUND);
    cr_expect_eq(get_piece("/3303", 60, PIECE, PIECE), LOOM_NOT_ACCEPTABLE);
    cr_expect_eq(get_piece("/0", LOOM_FORMAT_TLV, PIECE, PIECE), LOOM_UNAUTHORIZED);
}

/* A bootstrap server that has written two accounts of servers. */
static struct peer *begin_bootstrap(uint16_t lwm2m)
{
    world_destroy(world);
    world = world_create(lwm2m);
    product = *world->product;
    world->model.product = &product;
    world_add_bootstrap_account(world, 0, 0);
    world->bs.bs_code = LOOM_CHANGED;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 5);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 60), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/9", 2, 86400), LOOM_CHANGED);
    return &world->bs;
}

static uint8_t bootstrap_get(const char *path, uint16_t accept, uint32_t offset, uint16_t room)
{
    struct loom_request request = request_for(accept, offset, room);
    return peer_send(world, &world->bs, &request, path);
}

/* What has room as a whole is in pieces what it is then, and all of these are of one answer.
 * @return its tag */
static uint32_t expect_bootstrap_pieces(const char *path, uint16_t accept)
{
    const struct peer *bs = &world->bs;
    uint32_t etag = 0;
    set_rooms(LARGE, 1024);
    cr_assert_eq(bootstrap_get(path, accept, 0, 0), LOOM_CONTENT);
    whole_length = bs->length;
    memcpy(whole, bs->payload, whole_length);
    set_rooms(16, 16);
    cr_assert_gt(whole_length, (size_t)16);
    for (uint32_t offset = 0; offset < whole_length; offset += 16) {
        cr_assert_eq(bootstrap_get(path, accept, offset, 16), LOOM_CONTENT, "%02x", bs->code);
        cr_expect_eq(bs->content_format, accept);
        cr_expect_eq(bs->size, whole_length);
        cr_expect_eq(bs->piece.more, whole_length - offset > 16);
        cr_expect_eq(memcmp(bs->payload, whole + offset, bs->length), 0);
        cr_expect(offset == 0 || bs->etag == etag);
        etag = bs->etag;
    }
    cr_expect_eq(bootstrap_get(path, accept, LARGE, 16), LOOM_BAD_REQUEST);
    return etag;
}

/* what a bootstrap server reads is what is staged, in pieces, too. */
Test(large, a_bootstrap_read_is_answered_in_pieces)
{
    static const uint16_t formats[] = {LOOM_FORMAT_TLV, LOOM_FORMAT_SENML_JSON,
                                       LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_LWM2M_CBOR};
    (void)begin_bootstrap(LOOM_LWM2M_1_2);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        (void)expect_bootstrap_pieces("/1", formats[i]);
    }
    product.features.large_answers = NULL;
    cr_expect_eq(bootstrap_get("/1", LOOM_FORMAT_TLV, 0, 16), LOOM_INTERNAL_ERROR);
}

/* A-60 .. A-63: so is what it finds there, in each release, of the root and of an object. */
Test(large, a_bootstrap_discover_is_answered_in_pieces)
{
    static const uint16_t releases[] = {LOOM_LWM2M_1_0, LOOM_LWM2M_1_1, LOOM_LWM2M_1_2};
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        const struct peer *bs = begin_bootstrap(releases[i]);
        (void)expect_bootstrap_pieces("/1", LOOM_FORMAT_LINK);
        whole[whole_length] = '\0';
        cr_expect(strstr((const char *)whole, "</1/9>;ssid=2") != NULL);
        uint32_t etag = expect_bootstrap_pieces("/", LOOM_FORMAT_LINK);
        cr_expect_gt(whole_length, (size_t)64);
        cr_assert_eq(bootstrap_get("/", LOOM_FORMAT_LINK, 32, 16), LOOM_CONTENT);
        cr_expect_eq(bs->etag, etag);
        cr_assert_eq(peer_put_server(world, "/1/5", 3, 60), LOOM_CHANGED);
        cr_assert_eq(bootstrap_get("/", LOOM_FORMAT_LINK, 32, 16), LOOM_CONTENT);
        cr_expect_neq(bs->etag, etag, "another account is there");
        /* What is refused as a whole is refused in pieces. */
        cr_expect_eq(bootstrap_get("/1/9", LOOM_FORMAT_LINK, 16, 16), LOOM_BAD_REQUEST);
        cr_expect_eq(bootstrap_get("/999", LOOM_FORMAT_LINK, 16, 16), LOOM_NOT_FOUND);
        set_rooms(16, 0);
        cr_expect_eq(bootstrap_get("/", LOOM_FORMAT_LINK, 0, 0), LOOM_INTERNAL_ERROR, "no piece");
        set_rooms(16, 16);
        product.features.large_answers = NULL;
        cr_expect_eq(bootstrap_get("/", LOOM_FORMAT_LINK, 0, 16), LOOM_INTERNAL_ERROR);
    }
}

/* Without the feature, or without room for a piece, it is the device's trouble as before. */
Test(large, without_the_feature_it_has_no_room)
{
    product.features.large_answers = NULL;
    set_rooms(PIECE, PIECE);
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_TLV, 0, 0), LOOM_INTERNAL_ERROR);
    cr_expect_eq(get_piece("/3303", LOOM_FORMAT_LINK, 0, 0), LOOM_INTERNAL_ERROR);
    list = "[{\"n\":\"/3303\"}]";
    cr_expect_eq(get_piece("/", LOOM_FORMAT_SENML_CBOR, 0, 0), LOOM_INTERNAL_ERROR);
    cr_expect_eq(world->events[world->event_count - 1].reason, LOOM_REASON_NO_MEMORY);
}

/* C-60: the first notification may come in pieces, if the others have room. */
Test(large, what_could_not_be_notified_is_not_observed)
{
    set_rooms(PIECE, PIECE);
    cr_assert_eq(peer_observe(world, &world->server, "/3303", ""), LOOM_CONTENT);
    cr_expect_not(world->server.observes);
    cr_assert_eq(peer_observe(world, &world->server, "/3303/4", ""), LOOM_CONTENT);
    cr_expect(world->server.observes);
    cr_expect_gt(world->server.length, (size_t)0);
}

/* A buffer of just that length is enough to notify what is long, and one byte less is not. */
Test(large, what_just_fits_is_observed)
{
    struct loom_request request = request_for(LOOM_FORMAT_SENML_JSON, 0, 0);
    request.method = LOOM_FETCH;
    request.content_format = LOOM_FORMAT_SENML_JSON;
    request.observe = LOOM_OBSERVE_BEGIN;
    list = "[{\"n\":\"/3303/4\"},{\"n\":\"/3303/5\"},{\"n\":\"/3303/6\"},{\"n\":\"/3303/7\"}]";
    request.payload = (struct loom_bytes){(const uint8_t *)list, strlen(list)};
    set_rooms(PIECE, PIECE);
    cr_assert_eq(peer_send(world, &world->server, &request, "/"), LOOM_CONTENT);
    size_t length = world->server.length;
    cr_assert_gt(length, (size_t)PIECE);
    for (unsigned less = 0; less < 2; less++) {
        world->client.context.config.buffer_size = length - less;
        world->server.observes = false;
        cr_assert_eq(peer_send(world, &world->server, &request, "/"), LOOM_CONTENT);
        cr_expect_eq(world->server.observes, less == 0);
    }
}

/* C-30, C-60: the same of a list. What can be notified is in whole, and when something of it has
 * changed. */
Test(large, a_list_is_observed_if_it_can_be_notified)
{
    struct loom_request request = request_for(LOOM_FORMAT_SENML_JSON, 0, 0);
    request.method = LOOM_FETCH;
    request.content_format = LOOM_FORMAT_SENML_JSON;
    request.observe = LOOM_OBSERVE_BEGIN;
    list = "[{\"n\":\"/3303\"}]";
    request.payload = (struct loom_bytes){(const uint8_t *)list, strlen(list)};
    set_rooms(PIECE, PIECE);
    cr_assert_eq(peer_send(world, &world->server, &request, "/"), LOOM_CONTENT);
    cr_expect_not(world->server.observes);
    list = "[{\"n\":\"/3303/4\"},{\"n\":\"/3303/5\"},{\"n\":\"/3303/6\"},{\"n\":\"/3303/7\"}]";
    request.payload = (struct loom_bytes){(const uint8_t *)list, strlen(list)};
    cr_assert_eq(peer_send(world, &world->server, &request, "/"), LOOM_CONTENT);
    cr_expect(world->server.observes);
    cr_expect_gt(world->server.length, (size_t)PIECE);
    world_run(world, 1000);
    cr_expect_eq(world->server.notice_count, 0u);
    loom_set_float(&world->model, loom_path_resource(SENSORS, 6, 5601), 1.5);
    world_run(world, 1);
    cr_expect_eq(world->server.notice_count, 1u);
    cr_expect_eq(world->server.notices[0].code, LOOM_CONTENT);
}

/* A Discover is never observed: what asks for that is answered as it is without. */
Test(large, a_discover_is_not_observed)
{
    struct loom_request request = request_for(LOOM_FORMAT_LINK, 0, 0);
    request.observe = LOOM_OBSERVE_BEGIN;
    set_rooms(64, 64);
    cr_assert_eq(peer_send(world, &world->server, &request, "/3"), LOOM_CONTENT);
    cr_expect_not(world->server.observes);
    cr_expect_gt(world->server.length, (size_t)64);
}
