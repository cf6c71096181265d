/* SPDX-License-Identifier: Apache-2.0 */
/* Values that come and go in pieces: what reaches the product, what is checked before, and what a
 * server is told. Object 32003 has a stream that is read and written (0), one that is written (1)
 * and a number (2). */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "world.h"

enum { DEPOT = 32003, IMAGE = 0, INBOX = 1, LEVEL = 2, OBJECTS_MAX = 16 };

struct depot {
    uint16_t id;
    uint8_t present[1];
    int8_t level;
};

/* What the product's functions have seen and what they say. */
static struct {
    unsigned calls;
    uint16_t resource;
    uint16_t ssid;
    enum loom_origin origin;
    uint32_t offset;
    bool more;
    size_t length;       /* of the piece */
    uint32_t total;      /* of all since the last that began */
    uint8_t value[8192]; /* put together */
    uint32_t refused_at; /* the piece of this offset is refused; not 0 */
    enum loom_status refusal;
    unsigned reads;
} seen;

static enum loom_status write_stream(const struct loom_at *at,
                                     const struct loom_written_piece *piece)
{
    seen.calls++;
    seen.resource = at->path.id[LOOM_RESOURCE_ID];
    seen.ssid = at->ssid;
    seen.origin = at->origin;
    seen.offset = piece->offset;
    seen.more = piece->more;
    seen.length = piece->bytes.length;
    if (seen.refusal != LOOM_OK && piece->offset >= seen.refused_at) {
        return seen.refusal;
    }
    if (piece->offset == 0) {
        seen.total = 0;
    }
    if (piece->offset != seen.total) {
        return LOOM_CONFLICT;
    }
    cr_assert_leq(seen.total + piece->bytes.length, sizeof seen.value);
    if (piece->bytes.length > 0) {
        memcpy(seen.value + seen.total, piece->bytes.data, piece->bytes.length);
    }
    seen.total += (uint32_t)piece->bytes.length;
    return LOOM_OK;
}

static enum loom_status read_stream(const struct loom_at *at, struct loom_read_piece *piece)
{
    size_t rest = seen.total - piece->offset;
    (void)at;
    seen.reads++;
    piece->length = rest < piece->room ? rest : piece->room;
    memcpy(piece->data, seen.value + piece->offset, piece->length);
    piece->total = seen.total;
    return seen.refusal;
}

static const struct loom_handler handlers[] = {
    {.read = loom_stream_read_value, .write = loom_stream_write_value},
    {.write = loom_stream_write_value}};

static const struct loom_resource rows[] = {
    {.id = IMAGE,
     .offset = 0,
     .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED,
     .count = 1},
    {.id = INBOX, .offset = 1, .type = LOOM_OPAQUE, .access = LOOM_W | LOOM_HANDLED, .count = 1},
    {.id = LEVEL,
     .offset = offsetof(struct depot, level),
     .size = 1,
     .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W,
     .count = 1}};

static const struct loom_object depot = {.id = DEPOT,
                                         .version_major = 1,
                                         .instance_size = sizeof(struct depot),
                                         .resource_count = 3,
                                         .resources = rows,
                                         .handlers = handlers};

static const struct loom_stream streams[] = {
    {.object = DEPOT, .resource = IMAGE, .more = 1, .write = write_stream, .read = read_stream},
    {.object = DEPOT, .resource = INBOX, .write = write_stream}};

static struct world *world;
static struct loom_product product;
static struct loom_product_object entries[OBJECTS_MAX + 1];
static unsigned changes;
static struct loom_path changed;

static void on_changed(const struct loom_at *at, enum loom_change change)
{
    if (at->path.id[LOOM_OBJECT_ID] == DEPOT && change == LOOM_CHANGE_VALUE) {
        changes++;
        changed = at->path;
    }
}

/* The product of the world with the depot behind its other objects. */
static void add_depot(void)
{
    product = *world->product;
    cr_assert_leq((size_t)product.object_count, (size_t)OBJECTS_MAX);
    uint16_t at = 0;
    for (uint16_t i = 0; i < product.object_count; i++) {
        if (world->product->objects[i].object->id > DEPOT && at == i) {
            entries[at++] = (struct loom_product_object){
                .object = &depot, .offset = product.data_size, .room = 2, .initial = 1};
        }
        entries[at++] = world->product->objects[i];
    }
    product.objects = entries;
    product.object_count = at;
    product.data_size += 2 * (uint32_t)sizeof(struct depot);
    product.handled = &loom_handled_resources;
    product.streams = streams;
    free(world->data);
    world->data = calloc(1, product.data_size);
    world->hooks.changed = on_changed;
    loom_model_init(&world->model, &product, world->data, &world->hooks, world);
}

static void begin(uint16_t lwm2m)
{
    memset(&seen, 0, sizeof seen);
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
    cr_assert_eq(reply.length, 0);
    return reply.code;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* C-23: a long value reaches the product piece by piece, and is changed when it is whole. */
Test(streams, a_long_body_comes_in_pieces)
{
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_CHANGED);
    cr_assert_eq(seen.calls, 3);
    cr_assert_eq(seen.offset, 2 * LOOM_LOOPBACK_PIECE);
    cr_assert_not(seen.more);
    cr_assert_eq(seen.total, 3000);
    cr_assert_eq(memcmp(seen.value, body, 3000), 0);
    cr_assert_eq(seen.origin, LOOM_ORIGIN_SERVER);
    cr_assert_eq(seen.ssid, 1);
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
    cr_assert_eq(seen.resource, INBOX);
    cr_assert(seen.more);
    cr_assert_eq(seen.offset, 0);
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_CONTINUE);
    cr_assert_eq(seen.offset, 4);
    cr_assert_eq(changes, 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_WRITE), 0);
    cr_assert_eq(piece(0, INBOX, 8, false, NULL, 0), LOOM_CHANGED);
    cr_assert_eq(seen.total, 8);
    cr_assert_eq(changes, 1);
    cr_assert_eq(world_count(world, LOOM_EVENT_WRITE), 1);
}

/* A value in one message is one piece; so is one of no bytes. */
Test(streams, a_short_body_is_one_piece)
{
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "abc", 3), LOOM_CHANGED);
    cr_assert_eq(seen.calls, 1);
    cr_assert(seen.offset == 0 && !seen.more && seen.length == 3);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, NULL, 0), LOOM_CHANGED);
    cr_assert(seen.calls == 2 && seen.offset == 0 && !seen.more && seen.length == 0);
    cr_assert_eq(changes, 2);
}

/* C-20, C-22, D-13: in other formats it is one piece, too, and as a part of an instance. */
Test(streams, other_formats_bring_the_whole)
{
    static const uint8_t senml[] = {0x81, 0xA2, 0x00, 0x6A, '/', '3',  '2', '0', '0', '3',
                                    '/',  '0',  '/',  '1',  8,   0x43, 'x', 'y', 'z'};
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TLV, "\xC3\x01xyz", 5), LOOM_CHANGED);
    cr_assert(seen.calls == 1 && seen.length == 3 && memcmp(seen.value, "xyz", 3) == 0);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_SENML_CBOR, senml, sizeof senml), LOOM_CHANGED);
    cr_assert(seen.calls == 2 && seen.length == 3 && memcmp(seen.value, "xyz", 3) == 0);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TEXT, "eHl6", 4), LOOM_CHANGED);
    cr_assert(seen.calls == 3 && seen.length == 3 && memcmp(seen.value, "xyz", 3) == 0);
    cr_assert_eq(peer_request(world, &world->server, LOOM_POST, "/32003/0", LOOM_FORMAT_TLV,
                              "\xC3\x01pqr\xC1\x02\x07", 8),
                 LOOM_CHANGED);
    cr_assert(seen.calls == 4 && seen.length == 3 && memcmp(seen.value, "pqr", 3) == 0);
    cr_assert(seen.offset == 0 && !seen.more);
    /* A long one is joined by the port. */
    fill_body();
    uint8_t tlv[2005] = {0xD0, 0x01, 0x07, 0xD0};
    memcpy(tlv + 4, body, 2000);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_TLV, tlv, 2004), LOOM_CHANGED);
    cr_assert(seen.calls == 5 && seen.length == 2000 && !seen.more);
    cr_assert_eq(memcmp(seen.value, body, 2000), 0);
}

/* What the product says at any piece is the answer, and nothing more comes. */
Test(streams, the_product_may_refuse_at_any_piece)
{
    fill_body();
    for (unsigned at = 0; at < 3; at++) {
        seen.calls = 0;
        seen.refused_at = at * LOOM_LOOPBACK_PIECE;
        seen.refusal = LOOM_NOT_ACCEPTABLE;
        cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_NOT_ACCEPTABLE);
        cr_assert_eq(seen.calls, at + 1);
        cr_assert_eq(changes, 0);
        cr_assert_eq(world_expect(world, LOOM_EVENT_WRITE, 0)->code, LOOM_NOT_ACCEPTABLE);
    }
    /* C-1: it is told as one of the codes that there are. */
    seen.refused_at = LOOM_LOOPBACK_PIECE;
    seen.refusal = LOOM_TOO_LARGE;
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, 3000), LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_expect(world, LOOM_EVENT_WRITE, 0)->reason, LOOM_REASON_NO_MEMORY);
}

/* The answer that asks for another piece is the runtime's alone to give. */
Test(streams, the_product_cannot_ask_for_more_than_there_is)
{
    seen.refusal = (enum loom_status)LOOM_CONTINUE;
    cr_assert_eq(piece(0, INBOX, 0, true, "ab", 2), LOOM_INTERNAL_ERROR);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "ab", 2), LOOM_INTERNAL_ERROR);
    seen.refusal = LOOM_END;
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "ab", 2), LOOM_INTERNAL_ERROR);
    cr_assert_eq(changes, 0);
}

/* A transfer that breaks off says nothing: the next one begins with offset 0. */
Test(streams, a_transfer_may_begin_anew)
{
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(put("/32003/0/1", LOOM_FORMAT_OPAQUE, "xyz", 3), LOOM_CHANGED);
    cr_assert_eq(seen.total, 3);
    cr_assert_eq(memcmp(seen.value, "xyz", 3), 0);
    /* What the product says of one that was overtaken is told to the server. */
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_INTERNAL_ERROR);
}

/* The product's own write is a whole value, from within a function of its own, too. */
Test(streams, the_product_writes_whole_values)
{
    struct loom_path path = loom_path_resource(DEPOT, 0, INBOX);
    cr_assert_eq(loom_set_opaque(&world->model, path, (const uint8_t *)"own", 3), LOOM_OK);
    cr_assert(seen.calls == 1 && seen.offset == 0 && !seen.more && seen.length == 3);
    cr_assert_eq(seen.origin, LOOM_ORIGIN_PRODUCT);
    cr_assert_eq(changes, 1);
}

/* ---- what is checked before the product hears of it ------------------------------------------ */

/* C-40, C-22, C-79: each piece is a request of its own, the first as the last. */
Test(streams, targets_are_checked_at_each_piece)
{
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    cr_assert_eq(loom_model_delete(&world->model, DEPOT, 0), LOOM_OK);
    cr_assert_eq(piece(0, INBOX, 4, false, "efgh", 4), LOOM_NOT_FOUND);
    cr_assert_eq(seen.calls, 1);
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
    cr_assert_eq(seen.calls, 0);
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
    cr_assert_eq(seen.calls, 0);
    cr_assert_eq(piece(0, INBOX, 0, true, "abcd", 4), LOOM_CONTINUE);
    allow(1, READ);
    cr_assert_eq(piece(0, INBOX, 4, true, "efgh", 4), LOOM_UNAUTHORIZED);
    cr_assert_eq(seen.calls, 1);
    allow(1, WRITE);
    cr_assert_eq(piece(0, INBOX, 4, false, "efgh", 4), LOOM_CHANGED);
    cr_assert_eq(seen.total, 8);
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
    cr_assert_eq(seen.calls, 0);
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
    seen.refusal = LOOM_NOT_FOUND;
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
    cr_assert_eq(seen.reads, 0);
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

/* One that does not fit is the client's trouble. */
Test(streams, a_stream_that_does_not_fit_is_refused)
{
    fill_body();
    cr_assert_eq(put("/32003/0/0", LOOM_FORMAT_OPAQUE, body, sizeof body), LOOM_CHANGED);
    cr_assert_gt(sizeof body, sizeof world->buffer);
    cr_assert_eq(peer_get(world, &world->server, "/32003/0/0", LOOM_FORMAT_OPAQUE),
                 LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_expect(world, LOOM_EVENT_READ, 0)->reason, LOOM_REASON_NO_MEMORY);
}
