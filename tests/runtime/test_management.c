/* SPDX-License-Identifier: Apache-2.0 */
/* Device Management and Service Enablement in simulated time, rules C. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(management, .init = set_up, .fini = tear_down);

static uint8_t get(const char *path, uint16_t accept)
{
    return peer_get(world, &world->server, path, accept);
}

static uint8_t put(const char *path, const char *value)
{
    return peer_put(world, &world->server, path, value);
}

static uint8_t put_tlv(const char *path, const char *bytes, size_t length)
{
    return peer_request(world, &world->server, LOOM_PUT, path, LOOM_FORMAT_TLV, bytes, length);
}

static uint8_t post_tlv(const char *path, const char *bytes, size_t length)
{
    return peer_request(world, &world->server, LOOM_POST, path, LOOM_FORMAT_TLV, bytes, length);
}

static void expect_bytes(const char *bytes, size_t length)
{
    cr_assert_eq(world->server.length, length, "%zu bytes", world->server.length);
    cr_assert_eq(memcmp(world->server.payload, bytes, length), 0);
}

/* ---- Read, rules C-10 .. C-12 ---------------------------------------------------------------- */

/* C-10, C-11: without Accept as text, with it as asked. */
Test(management, read_of_a_resource)
{
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TEXT);
    cr_assert_str_eq(peer_text(&world->server), "Loom");
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TLV);
    expect_bytes("\xC4\x00Loom", 6);
}

/* C-10, C-41: what has no R is left out. */
Test(management, read_of_an_instance_gives_the_readable_resources)
{
    cr_assert_eq(get("/1/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_TLV);
    expect_bytes("\xC1\x00\x01\xC4\x01\x00\x01\x51\x80\xC1\x06\x00\xC1\x07U", 15);
    /* 13 .. 20 have no Operations in 1.1: only a bootstrap touches them (C-41). */
    loom_set_unsigned(&world->model, loom_path_resource(1, 0, 17), 3);
    cr_assert_eq(get("/1/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 15);
    cr_assert_eq(get("/1/0/17", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED);
}

/* C-4, C-10, D-12 */
Test(management, read_of_an_object)
{
    cr_assert_eq(get("/1", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.payload[0], 0x08, "an instance entry (D-12)");
    cr_assert_eq(world->server.length, 18);
    /* C-4: an object without instances is an empty answer. */
    cr_assert_eq(get("/2", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 0);
}

/* C-11, C-12, D-1, D-13: text has one value, so several are not to be had in it. */
Test(management, read_of_multiple_resources)
{
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 0, 3800);
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 1, 5000);
    cr_assert_eq(get("/3/0/7", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    expect_bytes("\x88\x07\x08\x42\x00\x0E\xD8\x42\x01\x13\x88", 11); /* rule D-16 */
    cr_assert_eq(get("/3/0/7/1", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "5000");
    cr_assert_eq(get("/3/0/7/2", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/0/7", LOOM_FORMAT_TEXT), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(get("/3/0/0/0", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED); /* C-12 */
}

/* C-12, C-26: resource instances came with 1.1. */
Test(management, in_1_0_resource_instances_are_no_targets)
{
    world_destroy(world);
    world = world_create(LOOM_LWM2M_1_0);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    uint16_t entry = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 7), 3);
    cr_assert_eq(get("/3/0/11", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(get("/3/0/11/0", LOOM_FORMAT_TLV), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(put("/2/0/2/7", "1"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->server, "/2/0/2/7"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(post_tlv("/2/0", "\x83\x02\x41\x07\x01", 5), LOOM_CHANGED);
    cr_assert_eq(get("/2/0/2", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x83\x02\x41\x07\x01", 5);
}

/* C-1, C-3, C-10, C-11: each failure has its code. */
Test(management, read_of_what_is_not_there)
{
    cr_assert_eq(get("/77", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/1", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/0/99", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/0/1", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/x", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/0/4", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(get("/3/0/0/0/0", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED); /* C-3 */
    cr_assert_eq(get("/03/0", LOOM_FORMAT_ABSENT), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/65535", LOOM_FORMAT_ABSENT), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/3/0/0", 9999), LOOM_NOT_ACCEPTABLE); /* C-11 */
    cr_assert_eq(get("/", LOOM_FORMAT_ABSENT), LOOM_METHOD_NOT_ALLOWED);
}

/* C-40, F: ETS int-221 and the hidden object. */
Test(management, protected_objects_are_out_of_reach)
{
    cr_assert_eq(get("/0", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/0/0/5", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/0", LOOM_FORMAT_LINK), LOOM_UNAUTHORIZED);
    cr_assert_eq(put("/0/0/0", "coap://x"), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_delete(world, &world->server, "/0/0"), LOOM_UNAUTHORIZED);
    cr_assert_eq(post_tlv("/0", "", 0), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/42769/0/4", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(put("/42769/0/4", "9"), LOOM_UNAUTHORIZED);
}

/* ---- Discover, rules C-13, C-15 -------------------------------------------------------------- */

/* C-13: what is instantiated, `dim` on multiple resources, the version where it is needed. */
Test(management, discover_shows_what_exists)
{
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 0, 3800);
    cr_assert_eq(get("/3/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server),
                     "</3/0>,</3/0/0>,</3/0/4>,</3/0/5>,</3/0/7>;dim=1,</3/0/11>;dim=1,</3/0/12>,"
                     "</3/0/16>");
    cr_assert_eq(get("/3", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_eq(strncmp(peer_text(&world->server), "</3>;ver=1.1,</3/0>,</3/0/0>", 28), 0);
    cr_assert_eq(get("/3/0/7", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "</3/0/7>;dim=1");
    cr_assert_eq(get("/3/0/1", LOOM_FORMAT_LINK), LOOM_NOT_FOUND);
    cr_assert_eq(get("/1/0", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert(strstr(peer_text(&world->server), "</1/0/9>") != NULL);
}

static uint8_t discover(const char *path, const char *depth)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_LINK,
                                   .query_count = depth == NULL ? 0 : 1};
    if (depth != NULL) {
        request.query[0] = (struct loom_text){depth, strlen(depth)};
    }
    return peer_send(world, &world->server, &request, path);
}

/* The table of Core 6.3.2. */
static const struct {
    const char *path;
    const char *depth;
    const char *links;
} depths[] = {
    {"/4", "depth=0", "</4>"},
    {"/4", "depth=1", "</4>,</4/0>"},
    {"/4", "depth=2", "</4>,</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2"},
    {"/4", "depth=3",
     "</4>,</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4", NULL, "</4>,</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2"},
    {"/4/0", "depth=0", "</4/0>"},
    {"/4/0", "depth=1", "</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2"},
    {"/4/0", "depth=2",
     "</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4/0", "depth=3",
     "</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4/0", NULL, "</4/0>,</4/0/0>,</4/0/1>;dim=0,</4/0/2>,</4/0/4>;dim=2"},
    {"/4/0/4", "depth=0", "</4/0/4>;dim=2"},
    {"/4/0/4", "depth=1", "</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4/0/4", "depth=3", "</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4/0/4", NULL, "</4/0/4>;dim=2,</4/0/4/0>,</4/0/4/3>"},
    {"/4/0/0", NULL, "</4/0/0>"},
};

/* C-14: how deep the list goes. */
Test(management, discover_goes_as_deep_as_it_is_asked)
{
    world_destroy(world);
    world = world_create(LOOM_LWM2M_1_2);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    uint16_t instance = 0;
    if (!loom_model_has_instance(&world->model, 4, 0)) {
        cr_assert_eq(loom_model_create(&world->model, 4, &instance), LOOM_OK);
    }
    loom_set_text(&world->model, loom_path_resource_instance(4, 0, 4, 3), "10.0.0.2");
    loom_set_text(&world->model, loom_path_resource_instance(4, 0, 4, 0), "10.0.0.1");
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        cr_assert_eq(discover(depths[i].path, depths[i].depth), LOOM_CONTENT);
        cr_assert_str_eq(peer_text(&world->server), depths[i].links, "%s?%s: %s", depths[i].path,
                         depths[i].depth, peer_text(&world->server));
    }
    static const char *const bad[] = {"depth=", "depth=4", "depth=12", "depth=-1", "depth=x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(discover("/4/0", bad[i]), LOOM_BAD_REQUEST, "%s", bad[i]);
    }
    cr_assert_eq(discover("/4/0", "deep=1"), LOOM_CONTENT, "something else");
}

/* C-14: depth came with 1.2; who does not know it ignores it. */
Test(management, before_1_2_discover_knows_no_depth)
{
    loom_device_1_1_set_power_source_voltage(&world->model, 0, 0, 3800);
    cr_assert_eq(discover("/3/0/7", "depth=1"), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "</3/0/7>;dim=1");
    cr_assert_eq(discover("/3/0/7", "depth=x"), LOOM_CONTENT);
}

/* ---- Write, rules C-20 .. C-24 --------------------------------------------------------------- */

/* C-20: as text or in TLV. */
Test(management, write_of_a_resource)
{
    cr_assert_eq(put("/3/0/14", "+02:00"), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "+02:00");
    cr_assert_eq(put_tlv("/3/0/14", "\xC6\x0E-01:00", 8), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "-01:00");
    cr_assert_eq(put("/3/0/13", "-5"), LOOM_CHANGED);
}

/* C-1, C-22, C-78: all or nothing. */
Test(management, write_that_is_refused_changes_nothing)
{
    cr_assert_eq(put("/3/0/0", "x"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(put("/3/0/4", "x"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(put("/3/0/13", "noon"), LOOM_BAD_REQUEST);
    cr_assert_eq(put("/3/0/99", "x"), LOOM_NOT_FOUND);
    cr_assert_eq(put("/3", "x"), LOOM_METHOD_NOT_ALLOWED); /* C-78 */
    cr_assert_eq(peer_request(world, &world->server, LOOM_PUT, "/3/0/14", 9999, "x", 1),
                 LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(
        peer_request(world, &world->server, LOOM_PUT, "/3/0/14", LOOM_FORMAT_OPAQUE, "x", 1),
        LOOM_BAD_REQUEST);
    /* C-22: one resource that may not be written spoils the whole payload. */
    cr_assert_eq(post_tlv("/3/0", "\xC6\x0E+02:00\xC1\x00x", 11), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    /* ... and so does one bad value behind a good one. */
    cr_assert_eq(post_tlv("/3/0", "\xC6\x0E+02:00\xC3\x0D\x01\x02\x03", 13), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    /* No entry at all is not a value. */
    cr_assert_eq(put_tlv("/3/0/14", "", 0), LOOM_BAD_REQUEST);
    /* Unknown optional resources in an instance are no error. */
    cr_assert_eq(post_tlv("/3/0", "\xC6\x0E+02:00\xC1\x63x", 11), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

/* C-22, B-3, B-25: times below 0 or above what a Register can carry, and bindings that the release
 * does not have are no values. */
Test(management, accounts_take_what_makes_sense_alone)
{
    static const char *const times[] = {"/1/0/1", "/1/0/2", "/1/0/3", "/1/0/5"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        cr_assert_eq(put(times[i], "-1"), LOOM_BAD_REQUEST, "%s", times[i]);
        cr_assert_eq(put(times[i], "4294967296"), LOOM_BAD_REQUEST, "%s", times[i]);
        cr_assert_eq(put(times[i], "60"), LOOM_CHANGED, "%s", times[i]);
    }
    cr_assert_eq(put("/1/0/7", "X"), LOOM_BAD_REQUEST);
    cr_assert_eq(put("/1/0/7", ""), LOOM_BAD_REQUEST);
    cr_assert_eq(post_tlv("/1/0", "\xC1\x02\x07\xC1\x01\xFF", 6), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/1/0/2", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "60");
    cr_assert_eq(put("/1/0/7", "UT"), LOOM_CHANGED);
}

/* B-25, B-26: a binding without a transport that the port has would be a promise that nobody keeps;
 * where none is named, UDP is meant. */
Test(management, bindings_without_a_transport_of_the_port_are_refused)
{
    cr_assert_eq(put("/1/0/7", "T"), LOOM_BAD_REQUEST);
    cr_assert_eq(put("/1/0/7", "TNQ"), LOOM_BAD_REQUEST);
    cr_assert_eq(put("/1/0/7", "Q"), LOOM_CHANGED);
    cr_assert_eq(put("/1/0/7", "TU"), LOOM_CHANGED);
    world->port.transports = "UT";
    cr_assert_eq(put("/1/0/7", "T"), LOOM_CHANGED);
}

/* C-1: 4.13 is of block-wise transfer, so a peer would send it again in smaller blocks. */
Test(management, what_has_no_room_is_the_clients_trouble)
{
    char value[1025];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    cr_assert_eq(put("/3/0/15", value), LOOM_INTERNAL_ERROR);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_WRITE, 0);
    cr_assert_eq(event->reason, LOOM_REASON_NO_MEMORY);
    cr_assert_eq(get("/3/0/15", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(post_tlv("/3303", "", 0), LOOM_CREATED);
    cr_assert_eq(post_tlv("/3303", "", 0), LOOM_INTERNAL_ERROR);
    world_expect(world, LOOM_EVENT_CREATE, 0);
    event = world_expect(world, LOOM_EVENT_CREATE, 0);
    cr_assert_eq(event->reason, LOOM_REASON_NO_MEMORY);
}

/* C-20: PUT replaces, POST adds. What a server cannot write is not its to remove. */
Test(management, replace_and_partial_update)
{
    cr_assert_eq(put("/3/0/15", "Europe/Berlin"), LOOM_CHANGED);
    cr_assert_eq(post_tlv("/3/0", "\xC6\x0E+02:00", 8), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/15", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(put_tlv("/3/0", "\xC6\x0E+03:00", 8), LOOM_CHANGED);
    cr_assert_eq(get("/3/0/15", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "+03:00");
    cr_assert_eq(get("/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT, "read-only: stays");
    cr_assert_eq(put_tlv("/1/0", "\xC1\x01\x3C", 3), LOOM_CHANGED);
    cr_assert_eq(get("/1/0/7", LOOM_FORMAT_ABSENT), LOOM_CONTENT, "mandatory: stays");
}

/* ---- Execute, rules C-27, C-28 --------------------------------------------------------------- */

/* C-27, C-28 */
Test(management, execute_checks_its_arguments)
{
    const char *const good[] = {"", "5", "2='10.3'", "0,1,2,3,4", "0='a b',7", "1=''"};
    const char *const bad[] = {"a",  "0=", "0='",    "0='a", "0=a",    "0,",
                               ",0", "00", "0='\"'", "0,0",  "0='a'b", "10"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(peer_post(world, &world->server, "/3/0/4", good[i]), LOOM_CHANGED, "'%s'",
                     good[i]);
    }
    cr_assert_eq(world->executed, sizeof good / sizeof good[0]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(peer_post(world, &world->server, "/3/0/4", bad[i]), LOOM_BAD_REQUEST, "'%s'",
                     bad[i]);
    }
    cr_assert_eq(world->executed, sizeof good / sizeof good[0], "refused: not executed");
    cr_assert_eq(post_tlv("/3/0/4", "\xC1", 1), LOOM_BAD_REQUEST); /* 4.15 is not Execute's */
    cr_assert_eq(peer_post(world, &world->server, "/3/0/0", ""), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_post(world, &world->server, "/3/0/11/0", ""), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_post(world, &world->server, "/bs", ""), LOOM_METHOD_NOT_ALLOWED); /* */
}

/* ---- Create, Delete, rules C-25, C-26 -------------------------------------------------------- */

/* C-25, C-26 */
Test(management, create_and_delete)
{
    cr_assert_eq(post_tlv("/3303",
                          "\x07\x05\xE4\x16\x76"
                          "cel",
                          8),
                 LOOM_BAD_REQUEST, "cut off");
    cr_assert_eq(post_tlv("/3303",
                          "\xE4\x16\x76"
                          "cell",
                          7),
                 LOOM_CREATED);
    cr_assert_str_eq(world->server.location, "/3303/1");
    cr_assert_eq(get("/3303/1/5750", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "cell");
    cr_assert_eq(post_tlv("/3303", "", 0), LOOM_INTERNAL_ERROR, "no room for a third");
    cr_assert_eq(peer_delete(world, &world->server, "/3303/0"), LOOM_DELETED);
    cr_assert_eq(peer_delete(world, &world->server, "/3303/0"), LOOM_NOT_FOUND);
    /* Under the id that the payload names. */
    cr_assert_eq(post_tlv("/3303",
                          "\x07\x09\xE4\x16\x76"
                          "shed",
                          9),
                 LOOM_CREATED);
    cr_assert_str_eq(world->server.location, "/3303/9");
    cr_assert_eq(peer_delete(world, &world->server, "/3303/1"), LOOM_DELETED);
    cr_assert_eq(post_tlv("/3303",
                          "\x07\x09\xE4\x16\x76"
                          "shed",
                          9),
                 LOOM_BAD_REQUEST, "exists");
}

#define FORM(format_, bytes_, location_)                                                           \
    {                                                                                              \
        .format = format_, .bytes = bytes_, .length = sizeof(bytes_) - 1, .location = location_    \
    }

/* C-25, D-14, D-42, D-43: with an id and without one, in each format as it has it. NULL: refused.
 */
static const struct {
    uint16_t format;
    const char *bytes;
    size_t length;
    const char *location;
} forms[] = {
    FORM(LOOM_FORMAT_ABSENT, "", "/3303/1"),
    FORM(LOOM_FORMAT_TLV, "", "/3303/1"),
    FORM(LOOM_FORMAT_TLV, "\xE1\x16\x76x", "/3303/1"),
    FORM(LOOM_FORMAT_TLV, "\x04\x05\xE1\x16\x76x", "/3303/5"),
    FORM(LOOM_FORMAT_TLV, "\x04\x00\xE1\x16\x76x", NULL),
    FORM(LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x00\x6C/3303/5/5750\x03\x61x", "/3303/5"),
    FORM(LOOM_FORMAT_SENML_CBOR,
         "\x81\xA3\x21\x68/3303/5/\x00\x64"
         "5750\x03\x61x",
         "/3303/5"),
    FORM(LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x00\x6C/3303/0/5750\x03\x61x", NULL),
    FORM(LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x00\x6C/3304/5/5750\x03\x61x", NULL),
    FORM(LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3303/5/5750\",\"vs\":\"x\"}]", "/3303/5"),
    FORM(LOOM_FORMAT_SENML_JSON, "[{\"bn\":\"/3303/5/\",\"n\":\"5750\",\"vs\":\"x\"}]", "/3303/5"),
    FORM(LOOM_FORMAT_LWM2M_CBOR, "\xA1\x19\x0C\xE7\xA1\x05\xA1\x19\x16\x76\x61x", "/3303/5"),
    FORM(LOOM_FORMAT_LWM2M_CBOR, "\xA1\x83\x19\x0C\xE7\x05\x19\x16\x76\x61x", "/3303/5"),
    FORM(LOOM_FORMAT_LWM2M_CBOR, "\xA1\x83\x19\x0C\xE7\x19\xFF\xFF\x19\x16\x76\x61x", "/3303/1"),
    FORM(LOOM_FORMAT_TEXT, "x", NULL),
    FORM(LOOM_FORMAT_OPAQUE, "x", NULL),
};

Test(management, create_in_every_form)
{
    static struct loom_product product;
    product = *world->product;
    product.formats = loom_formats_all;
    world->model.product = &product;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        uint8_t code = peer_request(world, &world->server, LOOM_POST, "/3303", forms[i].format,
                                    forms[i].bytes, forms[i].length);
        if (forms[i].location == NULL) {
            cr_assert_eq(code, LOOM_BAD_REQUEST, "%zu: %u", i, (unsigned)code);
            continue;
        }
        cr_assert_eq(code, LOOM_CREATED, "%zu: %u", i, (unsigned)code);
        cr_assert_str_eq(world->server.location, forms[i].location, "%zu", i);
        if (forms[i].length > 0) {
            char path[32];
            (void)snprintf(path, sizeof path, "%s/5750", forms[i].location);
            cr_assert_eq(get(path, LOOM_FORMAT_ABSENT), LOOM_CONTENT);
            cr_assert_str_eq(peer_text(&world->server), "x");
        }
        cr_assert_eq(peer_delete(world, &world->server, forms[i].location), LOOM_DELETED);
    }
}

/* C-26, C-78 */
Test(management, what_only_a_bootstrap_may_create_or_delete)
{
    cr_assert_eq(peer_delete(world, &world->server, "/3/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->server, "/1/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->server, "/3"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->server, "/3/0/15"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(peer_delete(world, &world->server, "/"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(post_tlv("/3", "", 0), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(post_tlv("/1", "", 0), LOOM_METHOD_NOT_ALLOWED);
}

/* C-25: one Create makes one instance, and touches no other. */
Test(management, create_of_several_instances_is_refused)
{
    cr_assert_eq(put("/3303/0/5750", "mine"), LOOM_CHANGED);
    cr_assert_eq(post_tlv("/3303",
                          "\x07\x01\xE4\x16\x76"
                          "cell"
                          "\x07\x00\xE4\x16\x76"
                          "over",
                          18),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(get("/3303/0/5750", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "mine");
    cr_assert_eq(get("/3303/1", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
}

/* D-12, D-14: what stands beside the entry of an instance belongs to none. */
Test(management, create_with_resources_beside_the_instance_is_refused)
{
    static const char behind[] = "\x07\x01\xE4\x16\x76"
                                 "cell"
                                 "\xE4\x16\x77"
                                 "over";
    static const char before[] = "\xE4\x16\x76"
                                 "cell"
                                 "\x07\x01\xE4\x16\x77"
                                 "over";
    cr_assert_eq(post_tlv("/3303", behind, sizeof behind - 1), LOOM_BAD_REQUEST);
    cr_assert_eq(post_tlv("/3303", before, sizeof before - 1), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/3303/1", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
}

/* A resource that comes twice says two things at once. */
Test(management, repeated_entries_are_refused)
{
    cr_assert_eq(post_tlv("/3/0", "\xC6\x0E+02:00\xC6\x0E+03:00", 16), LOOM_BAD_REQUEST);
    cr_assert_eq(post_tlv("/3/0", "\xC1\x0Fx\xC6\x0E+02:00\xC1\x0Fy", 14), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    cr_assert_eq(post_tlv("/3/0", "\xC1\x0Fx\xC6\x0E+02:00", 11), LOOM_CHANGED, "any order");
}

/* No text at all is an empty text. */
Test(management, an_empty_write_is_an_empty_text)
{
    cr_assert_eq(
        peer_request(world, &world->server, LOOM_PUT, "/3/0/14", LOOM_FORMAT_TEXT, NULL, 0),
        LOOM_CHANGED);
    cr_assert_eq(get("/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 0);
}

/* C-40 holds whatever else is wrong with the request. */
Test(management, malformed_paths_into_protected_objects_say_no_more)
{
    cr_assert_eq(get("/0/65535", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/0/x", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
}

/* What outlives a restart is stored when a server changes it. */
Test(management, changes_of_persistent_objects_are_stored)
{
    unsigned saves = world->saves;
    cr_assert_eq(put("/1/0/1", "400"), LOOM_CHANGED);
    cr_assert_eq(world->saves, saves + 1);
    cr_assert_eq(put("/3/0/14", "+01:00"), LOOM_CHANGED);
    cr_assert_eq(world->saves, saves + 1, "the clock's offset is not");
}

/* C-1: what is no operation is not allowed, whatever it is for. */
Test(management, other_methods_are_not_allowed)
{
    static const char *const paths[] = {"/3", "/3/0", "/3/0/0", "/3/0/11/0"};
    static const enum loom_method methods[] = {LOOM_FETCH, LOOM_PATCH, LOOM_IPATCH};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        for (size_t k = 0; k < sizeof methods / sizeof methods[0]; k++) {
            cr_assert_eq(peer_request(world, &world->server, methods[k], paths[i], 110, "[]", 2),
                         LOOM_METHOD_NOT_ALLOWED);
        }
    }
}

static enum loom_status answer;

static enum loom_status give_answer(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return answer;
}

/* C-1: of all codes that a function of the product may answer with, a server gets those that there
 * are; in 1.0 every other failure is 5.00. */
Test(management, servers_get_no_other_codes)
{
    static const struct {
        enum loom_status status;
        uint8_t code;
        uint8_t in_1_0;
    } cases[] = {
        {LOOM_OK, LOOM_CHANGED, LOOM_CHANGED},
        {LOOM_BAD_REQUEST, LOOM_BAD_REQUEST, LOOM_BAD_REQUEST},
        {LOOM_UNAUTHORIZED, LOOM_UNAUTHORIZED, LOOM_UNAUTHORIZED},
        {LOOM_NOT_FOUND, LOOM_NOT_FOUND, LOOM_NOT_FOUND},
        {LOOM_METHOD_NOT_ALLOWED, LOOM_METHOD_NOT_ALLOWED, LOOM_METHOD_NOT_ALLOWED},
        {LOOM_NOT_ACCEPTABLE, LOOM_NOT_ACCEPTABLE, LOOM_NOT_ACCEPTABLE},
        {LOOM_UNSUPPORTED_FORMAT, LOOM_UNSUPPORTED_FORMAT, LOOM_UNSUPPORTED_FORMAT},
        {LOOM_FORBIDDEN, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR},
        {LOOM_CONFLICT, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR},
        {LOOM_PRECONDITION_FAILED, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR},
        {LOOM_TOO_LARGE, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR},
        {LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR},
        {LOOM_NOT_IMPLEMENTED, LOOM_NOT_IMPLEMENTED, LOOM_INTERNAL_ERROR},
        {LOOM_UNAVAILABLE, LOOM_UNAVAILABLE, LOOM_INTERNAL_ERROR},
        {LOOM_END, LOOM_INTERNAL_ERROR, LOOM_INTERNAL_ERROR}, /* the core's own, of streams */
    };
    static const struct loom_handler handler = {.write = give_answer};
    for (unsigned release = 0; release < 2; release++) {
        world_destroy(world);
        world = world_create(release == 0 ? LOOM_LWM2M_1_0 : LOOM_LWM2M_1_1);
        world_add_server_account(world, &world->server, 0, 1, 86400);
        world_start(world);
        world_expect(world, LOOM_EVENT_REGISTERED, 1);
        world_handle(world, 3, 14, &handler);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            answer = cases[i].status;
            uint8_t code = put("/3/0/14", "+02:00");
            cr_assert_eq(code, release == 0 ? cases[i].in_1_0 : cases[i].code, "%d: %u",
                         (int)answer, (unsigned)code);
            cr_assert_eq(world_expect(world, LOOM_EVENT_WRITE, 0)->code, code);
        }
    }
}

/* One server learns and changes nothing of another's account. */
Test(management, servers_do_not_see_each_others_accounts)
{
    world_destroy(world);
    world = world_create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_add_server_account(world, &world->other, 2, 7, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(get("/1/2/1", LOOM_FORMAT_ABSENT), LOOM_UNAUTHORIZED);
    cr_assert_eq(put("/1/2/1", "5"), LOOM_UNAUTHORIZED);
    cr_assert_eq(peer_post(world, &world->server, "/1/2/8", ""), LOOM_UNAUTHORIZED);
    cr_assert_eq(get("/1", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->server.payload[1], 0, "its own instance");
    cr_assert_eq(world->server.length, 18, "and no other");
    cr_assert_eq(peer_get(world, &world->other, "/1/2/1", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

/* C-74, C-79: an access control entry is its owner's, whatever the operations of the resource. */
Test(management, access_control_is_written_by_its_owner_alone)
{
    uint16_t instance = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &instance), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 0), 3);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 7);
    cr_assert_eq(put("/2/0/3", "1"), LOOM_UNAUTHORIZED);
    cr_assert_eq(put("/2/0/0", "3"), LOOM_UNAUTHORIZED, "the right is checked first");
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 1), 1);
    cr_assert_eq(peer_delete(world, &world->server, "/2/0/2/1"), LOOM_UNAUTHORIZED);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    cr_assert_eq(put("/2/0/0", "3"), LOOM_METHOD_NOT_ALLOWED, "read-only");
    cr_assert_eq(put("/2/0/2/1", "31"), LOOM_CHANGED);
}

/* C-23: POST adds and overwrites resource instances, and deletes none; PUT replaces all of them. */
Test(management, partial_update_keeps_the_other_resource_instances)
{
    uint16_t instance = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &instance), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    cr_assert_eq(put_tlv("/2/0/2", "\x86\x02\x41\x01\x0F\x41\x07\x01", 8), LOOM_CHANGED);
    cr_assert_eq(post_tlv("/2/0", "\x86\x02\x41\x07\x03\x41\x09\x01", 8), LOOM_CHANGED);
    cr_assert_eq(get("/2/0/2", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x88\x02\x09\x41\x01\x0F\x41\x07\x03\x41\x09\x01", 12);
    cr_assert_eq(put_tlv("/2/0/2", "\x83\x02\x41\x07\x03", 5), LOOM_CHANGED);
    cr_assert_eq(get("/2/0/2", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x83\x02\x41\x07\x03", 5);
}

/* C-20, D-13: an entry that says there are no instances is no value of one of them, and none for
 * it; an entry with that instance is. */
Test(management, an_instance_of_a_resource_takes_its_value_alone)
{
    uint16_t instance = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &instance), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 7), 3);
    cr_assert_eq(put_tlv("/2/0/2/7", "\x80\x02", 2), LOOM_BAD_REQUEST);
    cr_assert_eq(put_tlv("/2/0/2/8", "\x80\x02", 2), LOOM_BAD_REQUEST);
    cr_assert_eq(put_tlv("/2/0/2/7", "\xC1\x02\x01", 3), LOOM_BAD_REQUEST);
    cr_assert_eq(get("/2/0/2/7", LOOM_FORMAT_TEXT), LOOM_CONTENT);
    expect_bytes("3", 1);
    cr_assert_eq(put_tlv("/2/0/2/7", "\x83\x02\x41\x07\x01", 5), LOOM_CHANGED);
    cr_assert_eq(put_tlv("/2/0/2", "\x80\x02", 2), LOOM_CHANGED, "none at all");
    cr_assert_eq(get("/2/0/2", LOOM_FORMAT_TLV), LOOM_CONTENT);
    expect_bytes("\x80\x02", 2);
}

/* C-22, C-24: a link leads to an object of the client, to an instance that exists, or nowhere. */
Test(management, links_lead_to_something_or_nowhere)
{
    static const char *const good[] = {"3:0", "2:65535", "65535:65535"};
    static const char *const bad[] = {"3:1", "77:65535", "77:0", "65535:0"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(put("/1/0/10", good[i]), LOOM_CHANGED, "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(put("/1/0/10", bad[i]), LOOM_BAD_REQUEST, "%s", bad[i]);
    }
    cr_assert_eq(get("/1/0/10", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(&world->server), "65535:65535");
}
