/* SPDX-License-Identifier: Apache-2.0 */
/* Values that come and go in pieces: what reaches the product, what is checked before, and what a
 * server is told. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "depot.h"
#include "loom_objects.h"
#include "world.h"

static struct world *world;
static unsigned changes;
static struct loom_path changed;

static void on_changed(const struct loom_at *at, enum loom_change change)
{
    if (at->path.id[LOOM_OBJECT_ID] == DEPOT && change == LOOM_CHANGE_VALUE) {
        changes++;
        changed = at->path;
    }
}

/* The product of the world with the depot among its objects. */
static void add_depot(void)
{
    const struct loom_product *product = depot_product(world->product);
    free(world->data);
    world->data = calloc(1, product->data_size);
    world->hooks.changed = on_changed;
    loom_model_init(&world->model, product, world->data, &world->hooks, world);
}

static void begin(uint16_t lwm2m)
{
    memset(&depot_seen, 0, sizeof depot_seen);
    changes = 0;
    world = world_create(lwm2m);
    add_depot();
    loom_loopback_set_side(world->host, &loom_client_stream_side);
}

static void start_with_server(void)
{
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 1);
    changes = 0;
}

static void set_up(void)
{
    begin(LOOM_LWM2M_1_1);
    start_with_server();
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(streams, .init = set_up, .fini = tear_down);

static uint8_t body[5000];

static void fill_body(void)
{
    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
}

static uint8_t put(const char *path, uint16_t format, const void *data, size_t length)
{
    return peer_request(world, &world->server, LOOM_PUT, path, format, data, length);
}

/* A piece as a port hands it on, in the session of a registration. */
static uint8_t piece(unsigned registration, uint16_t resource, uint32_t offset, bool more,
                     const void *data, size_t length)
{
    static const char *const names[] = {"0", "1", "2"};
    struct loom_registration *owner = &world->registrations[registration];
    struct loom_request request = {.method = LOOM_PUT,
                                   .confirmable = true,
                                   .content_format = LOOM_FORMAT_OPAQUE,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {data, length},
                                   .path_count = 3,
                                   .path = {{"32003", 5}, {"0", 1}, {names[resource], 1}},
                                   .piece = {offset, more}};
    uint8_t room[64];
    struct loom_reply reply = {.payload = room, .room = sizeof room};
    loom_client_stream_side.request(&world->client, owner, owner->session, &request, &reply);
    cr_assert(reply.length == 0 || reply.code >= LOOM_BAD_REQUEST); /* a text says why */
    return reply.code;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* C-23: a long value reaches the product piece by piece, and is changed when it is whole. */
Test(streams, a_long_body_comes_in_pieces)
{
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_CHANGED);
    cr_assert_eq(depot_seen.calls, 3);
    cr_assert_eq(depot_seen.offset, 2 * LOOM_LOOPBACK_PIECE);
    cr_assert_not(depot_seen.more);
    cr_assert_eq(depot_seen.total, 3000);
    cr_assert_eq(memcmp(depot_seen.value, body, 3000), 0);
    cr_assert_eq(depot_seen.origin, LOOM_ORIGIN_SERVER);
    cr_assert_eq(depot_seen.ssid, 1);
    cr_assert_eq(changes, 1);
    cr_assert_eq(changed.depth, 3);
    cr_assert_eq(changed.id[LOOM_RESOURCE_ID], IMAGE);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_WRITE, 0);
    cr_assert_eq(event->code, LOOM_CHANGED);
    cr_assert_eq(world_count(world, LOOM_EVENT_WRITE), 1, "one event for all pieces");
}

/* A piece that is not the last asks for the next one, and nothing is reported of it. */
Test(streams, a_piece_asks_for_the_next)
{
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(depot_seen.resource, INBOX);
    cr_assert(depot_seen.more);
    cr_assert_eq(depot_seen.offset, 0);
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_CONTINUE);
    cr_assert_eq(depot_seen.offset, 4);
    cr_assert_eq(changes, 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_WRITE), 0);
    cr_assert_eq(piece(0, INBOX, 8, false, NULL, 0), LOOM_CHANGED);
    cr_assert_eq(depot_seen.total, 8);
    cr_assert_eq(changes, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_WRITE), 1);
}

/* A value in one message is one piece; so is one of no bytes. */
Test(streams, a_short_body_is_one_piece)
{
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "abc", 3), LOOM_CHANGED);
    cr_assert_eq(depot_seen.calls, 1);
    cr_assert(depot_seen.offset == 0 && !depot_seen.more && depot_seen.length == 3);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, NULL, 0), LOOM_CHANGED);
    cr_assert(depot_seen.calls == 2 && depot_seen.offset == 0 && !depot_seen.more &&
              depot_seen.length == 0);
    cr_assert_eq(changes, 2);
}

/* C-20, C-22, D-13: in other formats it is one piece, too, and as a part of an instance. */
Test(streams, other_formats_bring_the_whole)
{
    static const uint8_t senml[] = {0x81, 0xA2, 0x00, 0x6A, '/', '3',  '2', '0', '0', '3',
                                    '/',  '0',  '/',  '1',  8,   0x43, 'x', 'y', 'z'};
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TLV, "\xC3\x01xyz", 5), LOOM_CHANGED);
    cr_assert(depot_seen.calls == 1 && depot_seen.length == 3 &&
              memcmp(depot_seen.value, "xyz", 3) == 0);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_SENML_CBOR, senml, sizeof senml), LOOM_CHANGED);
    cr_assert(depot_seen.calls == 2 && depot_seen.length == 3 &&
              memcmp(depot_seen.value, "xyz", 3) == 0);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TEXT, "eHl6", 4), LOOM_CHANGED);
    cr_assert(depot_seen.calls == 3 && depot_seen.length == 3 &&
              memcmp(depot_seen.value, "xyz", 3) == 0);
    cr_assert_eq(peer_request(world, &world->server, LOOM_POST, "/32003/0", LOOM_FORMAT_TLV,
                              "\xC3\x01pqr\xC1\x02\x07", 8),
                 LOOM_CHANGED);
    cr_assert(depot_seen.calls == 4 && depot_seen.length == 3 &&
              memcmp(depot_seen.value, "pqr", 3) == 0);
    cr_assert(depot_seen.offset == 0 && !depot_seen.more);
    /* A long one is joined by the port. */
    fill_body();
    uint8_t tlv[2005] = {0xD0, 0x01, 0x07, 0xD0};
    memcpy(tlv + 4, body, 2000);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TLV, tlv, 2004), LOOM_CHANGED);
    cr_assert(depot_seen.calls == 5 && depot_seen.length == 2000 && !depot_seen.more);
    cr_assert_eq(memcmp(depot_seen.value, body, 2000), 0);
}

/* What the product says at any piece is the answer, and nothing more comes. */
Test(streams, the_product_may_refuse_at_any_piece)
{
    fill_body();
    for (unsigned at = 0; at < 3; at++) {
        depot_seen.calls = 0;
        depot_seen.refused_at = at * LOOM_LOOPBACK_PIECE;
        depot_seen.refusal = LOOM_NOT_ACCEPTABLE;
        cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_NOT_ACCEPTABLE);
        cr_assert_eq(depot_seen.calls, at + 1);
        cr_assert_eq(changes, 0);
        cr_assert_eq(world_expect(world, LOOM_EVENT_WRITE, 0)->code, LOOM_NOT_ACCEPTABLE);
    }
    /* C-1: it is told as one of the codes that there are. */
    depot_seen.refused_at = LOOM_LOOPBACK_PIECE;
    depot_seen.refusal = LOOM_TOO_LARGE;
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_expect(world, LOOM_EVENT_WRITE, 0)->reason, LOOM_REASON_NO_MEMORY);
}

/* The answer that asks for another piece is the runtime's alone to give. */
Test(streams, the_product_cannot_ask_for_more_than_there_is)
{
    depot_seen.refusal = (enum loom_status)LOOM_CONTINUE;
    cr_assert_eq(piece(0, INBOX, 0, true, "ab", 2), LOOM_INTERNAL_ERROR);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "ab", 2), LOOM_INTERNAL_ERROR);
    depot_seen.refusal = LOOM_END;
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "ab", 2), LOOM_INTERNAL_ERROR);
    cr_assert_eq(changes, 0);
}

/* A transfer that breaks off says nothing: the next one begins with offset 0. */
Test(streams, a_transfer_may_begin_anew)
{
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "xyz", 3), LOOM_CHANGED);
    cr_assert_eq(depot_seen.total, 3);
    cr_assert_eq(memcmp(depot_seen.value, "xyz", 3), 0);
    /* What the product says of one that was overtaken is told to the server. */
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_INTERNAL_ERROR);
}

/* The product's own write is a whole value, from within a function of its own, too. */
Test(streams, the_product_writes_whole_values)
{
    struct loom_path path = loom_path_resource(DEPOT, 0, INBOX);
    cr_assert_eq(loom_set_opaque(&world->model, path, (const uint8_t *)"own", 3), LOOM_OK);
    cr_assert(depot_seen.calls == 1 && depot_seen.offset == 0 && !depot_seen.more &&
              depot_seen.length == 3);
    cr_assert_eq(depot_seen.origin, LOOM_ORIGIN_PRODUCT);
    cr_assert_eq(changes, 1);
    depot_seen.nests = true;
    cr_assert_eq(piece(0, IMAGE, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(piece(0, IMAGE, 4, true, "efgh", 4), LOOM_CONTINUE);
    cr_assert_eq(depot_seen.calls, 3);
    cr_assert(depot_seen.resource == INBOX && depot_seen.offset == 0 && !depot_seen.more);
    cr_assert_eq(depot_seen.origin, LOOM_ORIGIN_PRODUCT);
    cr_assert_eq(changes, 3, "of the inbox alone");
    cr_assert_eq(changed.id[LOOM_RESOURCE_ID], INBOX);
}

/* ---- what is checked before the product hears of it ------------------------------------------ */

/* C-40, C-22, C-79: each piece is a request of its own, the first as the last. */
Test(streams, targets_are_checked_at_each_piece)
{
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(loom_model_delete(&world->model, DEPOT, 0), LOOM_OK);
    cr_assert_eq(piece(0, INBOX, 4, false, "efgh", 4), LOOM_NOT_FOUND);
    cr_assert_eq(depot_seen.calls, 1);
}

static bool takes(unsigned method, uint16_t format, const char *object, const char *resource,
                  void *owner)
{
    struct loom_request request = {.method = (enum loom_method)method,
                                   .content_format = format,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {body, 64},
                                   .path_count = resource == NULL ? 2 : 3,
                                   .piece = {0, true}};
    request.path[0] = (struct loom_text){object, strlen(object)};
    request.path[1] = (struct loom_text){"0", 1};
    request.path[2] = (struct loom_text){resource, resource == NULL ? 0 : strlen(resource)};
    return loom_client_stream_side.takes_pieces(&world->client, owner,
                                                world->registrations[0].session, &request);
}

/* Only a value as it is, for a stream that is written: all else is joined by the port. */
Test(streams, pieces_are_taken_for_streams_alone)
{
    void *owner = &world->registrations[0];
    cr_assert(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "32003", "0", owner));
    cr_assert(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "32003", "1", owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "32003", "2", owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "32003", NULL, owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "3", "0", owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_TLV, "32003", "0", owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_ABSENT, "32003", "0", owner));
    cr_assert_not(takes(LOOM_POST, LOOM_FORMAT_OPAQUE, "32003", "0", owner));
    cr_assert_not(takes(LOOM_FETCH, LOOM_FORMAT_OPAQUE, "32003", "0", owner));
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "032003", "0", owner));
    /* what a bootstrap writes is staged. */
    cr_assert_not(takes(LOOM_PUT, LOOM_FORMAT_OPAQUE, "32003", "0", &world->client.bootstrap));
}

/* before its registration is acknowledged a server gets no answer, and the product hears
 * nothing. */
Test(streams, nothing_is_taken_before_the_registration)
{
    world_destroy(world);
    begin(LOOM_LWM2M_1_1);
    world->server.register_code = 0;
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_run(world, 1);
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), 0);
    cr_assert_eq(depot_seen.calls, 0);
    cr_assert_gt(world_count(world, LOOM_EVENT_IGNORED), 0);
}

/* An entry of Access Control for the depot. */
static void allow(uint16_t ssid, int64_t rights)
{
    cr_assert_eq(
        loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, ssid), rights),
        LOOM_OK);
}

/* C-76: the right to write is asked at each piece, and before the product. */
Test(streams, rights_are_checked_at_each_piece)
{
    enum { READ = 1, WRITE = 2 };
    uint16_t entry = 0;
    world_destroy(world);
    begin(LOOM_LWM2M_1_1);
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 0), DEPOT);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 1), 0);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    allow(1, READ | WRITE);
    allow(2, READ);
    world_add_server_account(world, &world->other, 1, 2, 86400);
    start_with_server();
    cr_assert_eq(piece(1, INBOX, 0, true, "abcd", 4), LOOM_UNAUTHORIZED);
    cr_assert_eq(depot_seen.calls, 0);
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    allow(1, READ);
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_UNAUTHORIZED);
    cr_assert_eq(depot_seen.calls, 1);
    allow(1, WRITE);
    cr_assert_eq(piece(0, INBOX, 4, false, "efgh", 4), LOOM_CHANGED);
    cr_assert_eq(depot_seen.total, 8);
    /* C-79: and the stream itself has to be written at all. */
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/1", LOOM_FORMAT_OPAQUE),
                 LOOM_UNAUTHORIZED);
}

/* a bootstrap is no way into a stream. */
Test(streams, a_bootstrap_does_not_write_streams)
{
    world_destroy(world);
    begin(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 0, 0);
    world_start(world);
    world_run(world, 1);
    fill_body();
    cr_assert_eq(
        peer_request(world, &world->bs, LOOM_PUT, "/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000),
        LOOM_BAD_REQUEST);
    cr_assert_eq(depot_seen.calls, 0);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* C-10, C-11: as a resource it is read in any format, where it fits. */
Test(streams, a_stream_is_read_as_a_whole)
{
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, "abcd", 4), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_OPAQUE);
    cr_assert_eq(world->server.length, 4);
    cr_assert_eq(memcmp(world->server.payload, "abcd", 4), 0);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(memcmp(world->server.payload,
                        "\xC4\x00"
                        "abcd",
                        6),
                 0);
    depot_seen.refusal = LOOM_NOT_FOUND;
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_TLV), LOOM_NOT_FOUND);
    /* C-10: what is only written is not read. */
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/1", LOOM_FORMAT_ABSENT),
                 LOOM_METHOD_NOT_ALLOWED);
}

/* A value that may be of any length is left out where others are read. */
Test(streams, a_stream_is_left_out_of_its_instance)
{
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, "abcd", 4), LOOM_CHANGED);
    loom_set_integer(&world->model, loom_path_resource(DEPOT, 0, LEVEL), 7);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0", LOOM_FORMAT_TLV), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 3);
    cr_assert_eq(memcmp(world->server.payload, "\xC1\x02\x07", 3), 0);
    cr_assert_eq(depot_seen.reads, 0);
    struct loom_value value;
    struct loom_path path = loom_path_resource(DEPOT, 0, IMAGE);
    cr_assert_eq(loom_model_read(&world->model, &path, &value), LOOM_NOT_FOUND);
}

/* C-60: an Observe of it is answered as a Read. */
Test(streams, a_stream_is_not_observed)
{
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, "abcd", 4), LOOM_CHANGED);
    cr_assert_eq(peer_observe(world, &world->server, "/32003/0/0", ""), LOOM_CONTENT);
    cr_assert_not(world->server.observes);
    cr_assert_eq(world->server.length, 4);
}

/* One that does not fit is the client's trouble, where it is not read as it is. */
Test(streams, a_stream_that_does_not_fit_is_refused)
{
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, sizeof body), LOOM_CHANGED);
    world->client.context.config.buffer_size = 600;
    static const uint16_t formats[] = {LOOM_FORMAT_TLV, LOOM_FORMAT_TEXT, LOOM_FORMAT_OPAQUE};
    for (unsigned i = 0; i < 3; i++) { /* the buffer has no room for a piece either */
        cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", formats[i]),
                     LOOM_INTERNAL_ERROR);
        cr_assert_eq(world_expect(world, LOOM_EVENT_READ, 0)->reason, LOOM_REASON_NO_MEMORY);
    }
}

/* RFC 7959 section 2.4: in the format opaque its pieces are those of the answer. */
Test(streams, a_long_stream_is_read_in_pieces)
{
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_OPAQUE), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 3000);
    cr_assert_eq(memcmp(world->server.payload, body, 3000), 0);
    cr_assert_eq(depot_seen.reads, 3);
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 2048), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_eq(world->server.length, 2048);
    cr_assert_eq(depot_seen.reads, 5);
}

/* Asks for a piece of /32003/0/0 as a port does. */
static struct loom_reply read_piece_as(uint16_t format, uint32_t offset, uint8_t *room)
{
    struct loom_registration *owner = &world->registrations[0];
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = format,
                                   .path_count = 3,
                                   .path = {{"32003", 5}, {"0", 1}, {"0", 1}},
                                   .answer_offset = offset};
    struct loom_reply reply = {.payload = room, .room = 4096, .piece_room = 64};
    loom_client_stream_side.request(&world->client, owner, owner->session, &request, &reply);
    return reply;
}

static struct loom_reply read_piece(uint32_t offset, uint8_t *room)
{
    return read_piece_as(LOOM_FORMAT_OPAQUE, offset, room);
}

/* C-10: a stream may have nothing in it. */
Test(streams, an_empty_stream_is_read)
{
    uint8_t room[4096];
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, "", 0), LOOM_CHANGED);
    struct loom_reply reply = read_piece(0, room);
    cr_expect_eq(reply.code, LOOM_CONTENT);
    cr_expect_eq(reply.length, 0);
    cr_expect_not(reply.more);
}

/* C-11: in a format that puts something around it a part of the value is no part of the answer. */
Test(streams, other_formats_are_read_whole)
{
    uint8_t room[4096];
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 300), LOOM_CHANGED);
    struct loom_reply reply = read_piece_as(LOOM_FORMAT_TLV, 0, room);
    cr_expect_eq(reply.code, LOOM_CONTENT);
    cr_expect_not(reply.more);
    cr_assert_eq(reply.length, 304);
    cr_expect_eq(memcmp(room + 4, body, 300), 0);
}

static void (*world_event)(void *user, const struct loom_event *event);
static enum loom_status read_in_event;

static void read_when_told(void *user, const struct loom_event *event)
{
    struct loom_value value;
    world_event(user, event);
    if (event->type == LOOM_EVENT_READ) {
        read_in_event =
            loom_model_read(&world->model, &(struct loom_path){{32003, 0, 0, 0}, 3}, &value);
    }
}

/* What the product reads from within the event of a piece is no piece. */
Test(streams, a_piece_is_of_its_request_alone)
{
    uint8_t room[4096];
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 150), LOOM_CHANGED);
    world_event = world->client.context.config.event;
    world->client.context.config.event = read_when_told;
    unsigned reads = depot_seen.reads;
    cr_assert_eq(read_piece(0, room).code, LOOM_CONTENT);
    cr_expect_eq(read_in_event, LOOM_NOT_FOUND);
    cr_expect_eq(depot_seen.reads, reads + 1);
}

/* Contract of loom_reply: which piece it is, how long all of it is, and one tag for one value. */
Test(streams, pieces_that_are_read_belong_together)
{
    uint8_t room[4096];
    struct loom_reply first;
    struct loom_reply next;
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 150), LOOM_CHANGED);
    first = read_piece(0, room);
    cr_assert_eq(first.code, LOOM_CONTENT);
    cr_assert(first.more && first.length == 64 && first.size == 150 && first.etag != 0);
    cr_assert_eq(memcmp(room, body, 64), 0);
    next = read_piece(128, room);
    cr_assert(!next.more && next.length == 22 && next.etag == first.etag);
    cr_assert_eq(memcmp(room, body + 128, 22), 0);
    next = read_piece(64, room);
    cr_assert(next.more && next.length == 64 && next.etag == first.etag);
    cr_assert_eq(read_piece(192, room).code, LOOM_BAD_REQUEST);
    depot_seen.version = 7;
    cr_assert_neq(read_piece(64, room).etag, first.etag, "another value");
    depot_seen.version = 0;
    depot_seen.total = 149;
    cr_assert_neq(read_piece(64, room).etag, first.etag, "another length");
    /* A piece that is no piece is the product's fault. */
    depot_seen.short_by = 1;
    cr_assert_eq(read_piece(0, room).code, LOOM_INTERNAL_ERROR);
    /* C-76: rights are asked at each. */
    depot_seen.short_by = 0;
    depot_seen.refusal = LOOM_NOT_FOUND;
    cr_assert_eq(read_piece(64, room).code, LOOM_NOT_FOUND);
}
