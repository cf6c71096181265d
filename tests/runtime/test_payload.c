/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads whose values stand in any order and may name several objects: SenML written to the
 * model, by the Bootstrap interface and by servers. Rules A-40 .., C-20 .. C-25, D-30
 * .. D-35. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/payload.h"
#include "gadget.h"
#include "loom_objects.h"
#include "world.h"

#define ROOM 1024

static struct world *world;
static uint8_t room[ROOM];

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(payload, .init = set_up, .fini = tear_down);

/* What a bootstrap server's writes may do, and a server's. */
static const struct loom_write_rules bootstrap = {
    .replace = true, .create = true, .complete = true};
static const struct loom_write_rules update = {.writable_only = true};
static const struct loom_write_rules replace = {.writable_only = true, .replace = true};

struct record {
    const char *path;
    struct loom_value value;
};

/* clang-format off */
#define INTEGER(number) {LOOM_INTEGER, {.integer = (number)}}
#define BOOLEAN(truth)  {LOOM_BOOLEAN, {.boolean = (truth)}}
#define STRING(letters) {LOOM_STRING, {.text = {(letters), sizeof(letters) - 1}}}
/* clang-format on */
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct loom_path path_of(const char *text)
{
    struct loom_path path;
    struct loom_text whole = {text, strlen(text)};
    cr_assert(loom_text_to_path(whole, &path));
    return path;
}

/* The records as a payload that was sent to `path`; it stands in `room`. */
static struct loom_payload payload_of(const char *path, const struct record *records, size_t count)
{
    struct loom_output out = loom_output(room, sizeof room);
    loom_senml_cbor_begin(&out, count);
    for (size_t i = 0; i < count; i++) {
        struct loom_path name = path_of(records[i].path);
        loom_senml_cbor_put(&out, &name, &records[i].value);
    }
    cr_assert_not(out.overflow);
    struct loom_payload payload = {
        .format = &loom_format_senml_cbor, .path = path_of(path), .bytes = {room, out.length}};
    return payload;
}

static enum loom_status write_records(const char *path, const struct record *records, size_t count,
                                      const struct loom_write_rules *rules)
{
    struct loom_payload payload = payload_of(path, records, count);
    payload.rules = *rules;
    return loom_payload_write(&world->model, &payload);
}

static void expect_number(const char *path, int64_t expected)
{
    int64_t number = -1;
    cr_assert_eq(loom_get_integer(&world->model, path_of(path), &number), LOOM_OK, "%s", path);
    cr_assert_eq(number, expected, "%s is %lld", path, (long long)number);
}

static bool exists(const char *text)
{
    struct loom_path path = path_of(text);
    return loom_model_exists(&world->model, &path) == LOOM_OK;
}

/* Two Server instances, in turn, each as a whole. */
static const struct record two_servers[] = {
    {"/1/6/1", INTEGER(66)}, {"/1/5/0", INTEGER(50)},   {"/1/6/0", INTEGER(60)},
    {"/1/5/1", INTEGER(55)}, {"/1/5/6", BOOLEAN(true)}, {"/1/6/6", BOOLEAN(false)},
    {"/1/6/7", STRING("U")}, {"/1/5/7", STRING("U")},   {"/1/6/2", INTEGER(2)}};

/* ---- instances in any order ------------------------------------------------------------------ */

/* A-43, D-30: whole instances in turn, each under the id that it names; room for each is taken
 * once.
 */
Test(payload, instances_may_be_interleaved)
{
    cr_assert_eq(write_records("/1", two_servers, COUNT(two_servers), &bootstrap), LOOM_OK);
    expect_number("/1/5/0", 50);
    expect_number("/1/5/1", 55);
    expect_number("/1/6/0", 60);
    expect_number("/1/6/1", 66);
    expect_number("/1/6/2", 2);
    cr_assert_not(exists("/1/5/2"));
    cr_assert_not(exists("/1/0"));
}

/* each instance that is named needs what is mandatory, wherever it stands. */
Test(payload, each_of_several_instances_must_be_complete)
{
    for (size_t left_out = 0; left_out + 1 < COUNT(two_servers); left_out++) {
        struct record records[COUNT(two_servers) - 1];
        for (size_t i = 0; i < COUNT(records); i++) {
            records[i] = two_servers[i < left_out ? i : i + 1];
        }
        cr_assert_eq(write_records("/1", records, COUNT(records), &bootstrap), LOOM_BAD_REQUEST,
                     "without %s", two_servers[left_out].path);
    }
    cr_assert_not(exists("/1/5"));
    cr_assert_not(exists("/1/6"));
}

/* what a replaced instance is not given is gone, in every instance that is named and no
 * other.
 */
Test(payload, each_of_several_instances_is_replaced)
{
    static const struct record more[] = {{"/1/5/2", INTEGER(5)},  {"/1/7/0", INTEGER(70)},
                                         {"/1/7/1", INTEGER(77)}, {"/1/7/6", BOOLEAN(true)},
                                         {"/1/7/7", STRING("U")}, {"/1/7/2", INTEGER(7)}};
    struct record all[COUNT(two_servers) + COUNT(more)];
    memcpy(all, two_servers, sizeof two_servers);
    memcpy(all + COUNT(two_servers), more, sizeof more);
    cr_assert_eq(write_records("/1", all, COUNT(all), &bootstrap), LOOM_OK);
    cr_assert(exists("/1/5/2") && exists("/1/6/2") && exists("/1/7/2"));
    cr_assert_eq(write_records("/1", two_servers, COUNT(two_servers) - 1, &bootstrap), LOOM_OK);
    cr_assert_not(exists("/1/5/2"));
    cr_assert_not(exists("/1/6/2"));
    expect_number("/1/7/2", 7);
}

/* C-20: a multiple resource is replaced as a whole though its records are scattered, or its
 * instances are added to; how many there is room for is the sum. */
Test(payload, instances_of_a_resource_may_be_scattered)
{
    static const struct record entry[] = {{"/2/3/2/1", INTEGER(1)}, {"/2/3/0", INTEGER(3)},
                                          {"/2/3/2/9", INTEGER(2)}, {"/2/3/1", INTEGER(0)},
                                          {"/2/3/2/0", INTEGER(4)}, {"/2/3/3", INTEGER(1)}};
    static const struct record acl[] = {
        {"/2/3/2/7", INTEGER(7)}, {"/2/3/3", INTEGER(2)}, {"/2/3/2/5", INTEGER(5)}};
    cr_assert_eq(write_records("/2", entry, COUNT(entry), &bootstrap), LOOM_OK);
    expect_number("/2/3/2/1", 1);
    expect_number("/2/3/2/9", 2);
    expect_number("/2/3/2/0", 4);
    cr_assert_eq(write_records("/2/3", acl, COUNT(acl), &update), LOOM_TOO_LARGE);
    expect_number("/2/3/3", 1);
    cr_assert_eq(write_records("/2/3", acl, 2, &update), LOOM_OK);
    expect_number("/2/3/2/9", 2);
    expect_number("/2/3/2/7", 7);
    expect_number("/2/3/3", 2);
    cr_assert_eq(write_records("/2/3", acl, COUNT(acl), &replace), LOOM_OK);
    expect_number("/2/3/2/7", 7);
    expect_number("/2/3/2/5", 5);
    cr_assert_not(exists("/2/3/2/9"));
    cr_assert_not(exists("/2/3/2/0"));
    /* No record is no instance; of a single resource that says nothing. */
    cr_assert_eq(write_records("/2/3/3", NULL, 0, &replace), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/2/3/2", NULL, 0, &replace), LOOM_OK);
    cr_assert(exists("/2/3/2"));
    cr_assert_not(exists("/2/3/2/7"));
}

/* A resource that comes twice says two things at once, however far apart. */
Test(payload, repeated_records_are_refused)
{
    static const struct record apart[] = {{"/1/1/5", INTEGER(1)},
                                          {"/1/2/1", INTEGER(1)},
                                          {"/1/1/2", INTEGER(1)},
                                          {"/1/1/5", INTEGER(2)}};
    static const struct record next[] = {{"/1/1/5", INTEGER(1)}, {"/1/1/5", INTEGER(1)}};
    static const struct record unknown[] = {
        {"/1/1/99", INTEGER(1)}, {"/1/1/5", INTEGER(1)}, {"/1/1/99", INTEGER(2)}};
    static const struct record instances[] = {{"/2/0/2/1", INTEGER(1)},
                                              {"/2/0/3", INTEGER(1)},
                                              {"/2/0/2/2", INTEGER(1)},
                                              {"/2/0/2/1", INTEGER(1)}};
    struct loom_write_rules rules = {.create = true};
    cr_assert_eq(write_records("/1", apart, COUNT(apart), &rules), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/", apart, COUNT(apart), &rules), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/1", next, COUNT(next), &rules), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/1", unknown, COUNT(unknown), &rules), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/2", instances, COUNT(instances), &rules), LOOM_BAD_REQUEST);
    cr_assert_eq(write_records("/1", apart, COUNT(apart) - 1, &rules), LOOM_OK);
    cr_assert_eq(write_records("/2", instances, COUNT(instances) - 1, &rules), LOOM_OK);
}

/* The same in TLV, across instances that come in turn. */
Test(payload, repeated_entries_across_instances_are_refused)
{
    static const uint8_t entries[] = {0x03, 0x01, 0xC1, 0x05, 0x01, /* 1/5 */
                                      0x03, 0x02, 0xC1, 0x01, 0x01, /* 2/1 */
                                      0x06, 0x01, 0xC1, 0x02, 0x01, 0xC1, 0x05, 0x02};
    struct loom_write_rules rules = {.create = true};
    struct loom_payload payload = {.format = &loom_format_tlv,
                                   .path = loom_path_object(1),
                                   .bytes = {entries, sizeof entries}};
    struct loom_payload_plan plan;
    payload.rules = rules;
    cr_assert_eq(loom_payload_check(&world->model, &payload, &plan), LOOM_BAD_REQUEST);
}

static unsigned told;

static void count_changes(const struct loom_at *at, enum loom_change change)
{
    (void)change;
    told += at->path.id[0] == 2 && at->path.depth == 3 && at->path.id[2] == 2 ? 1u : 0u;
}

/* D-11, C-22: an entry without instances makes a resource exist that did not, and that is a change
 * as any other: it is to be stored. */
Test(payload, a_resource_that_comes_to_exist_without_instances_is_a_change)
{
    static const uint8_t entry[] = {0x80, 0x02}; /* a multiple resource 2 of no bytes */
    const struct loom_write_rules partial_write = {.writable_only = false};
    struct loom_payload payload = {
        .format = &loom_format_tlv, .path = path_of("/2/0"), .bytes = {entry, sizeof entry}};
    uint16_t instance = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &instance), LOOM_OK);
    cr_assert_not(exists("/2/0/2"));
    world->hooks.changed = count_changes;
    told = 0;
    payload.rules = partial_write;
    cr_assert_eq(loom_payload_write(&world->model, &payload), LOOM_OK);
    cr_assert(exists("/2/0/2"));
    cr_assert_eq(told, 1, "told %u times", told);
    cr_assert_eq(loom_payload_write(&world->model, &payload), LOOM_OK);
    cr_assert_eq(told, 1, "nothing has changed");
}

/* ---- what a hostile payload costs ------------------------------------------------------------ */

static unsigned long steps;

static enum loom_status counting_next(struct loom_decoder *decoder, struct loom_item *item)
{
    steps++;
    return loom_format_tlv.reader.next(decoder, item);
}

#define HOSTILE_SIZE 65536u

/* Entries of this kind whose ids descend, as the whole of a payload or of the entry that `head`
 * begins; an instance holds resource 0 without a value. Returns how many there are. */
static size_t fill_descending(struct loom_output *out, uint8_t kind, const uint8_t *head,
                              size_t head_size)
{
    bool instance = kind == LOOM_TLV_INSTANCE;
    const size_t size = instance ? 5 : 4;
    size_t count = (HOSTILE_SIZE - head_size) / size;
    loom_put_bytes(out, head, head_size);
    for (size_t i = 0; i < count; i++) {
        size_t id = 30000 - i;
        const uint8_t entry[] = {(uint8_t)(kind << 6 | (instance ? 0x22 : 0x21)),
                                 (uint8_t)(id >> 8), (uint8_t)id, instance ? 0xC0 : 1, 0};
        loom_put_bytes(out, entry, size);
    }
    cr_assert_not(out->overflow);
    return count;
}

/* C-22, D-13: what comes twice is found at a cost that grows with the length of a payload, not with
 * its square: instances, resources that the object lacks, and instances of a resource, each in the
 * order that takes the longest. */
Test(payload, ids_that_descend_cost_no_more_than_a_few_looks_for_each_there_is_room_for)
{
    static const uint8_t acl[] = {0x90, 0x02, 0xFF, 0xFC}; /* a multiple resource of 65532 bytes */
    static const struct {
        const char *path;
        uint8_t kind;
        const uint8_t *head;
        size_t head_size;
    } cases[] = {{"/1", LOOM_TLV_INSTANCE, NULL, 0},
                 {"/1/0", LOOM_TLV_RESOURCE, NULL, 0},
                 {"/2/0", LOOM_TLV_RESOURCE_INSTANCE, acl, sizeof acl}};
    const unsigned long looks = 40; /* the room of these objects and resources is below that */
    struct loom_format counting = loom_format_tlv;
    uint8_t *bytes = malloc(HOSTILE_SIZE);
    counting.reader.next = counting_next;
    cr_assert_not_null(bytes);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loom_payload payload = {.format = &counting, .path = path_of(cases[i].path)};
        struct loom_payload_plan plan;
        struct loom_output out = loom_output(bytes, HOSTILE_SIZE);
        size_t count = fill_descending(&out, cases[i].kind, cases[i].head, cases[i].head_size);
        payload.bytes = (struct loom_bytes){bytes, out.length};
        steps = 0;
        payload.rules = bootstrap;
        cr_assert_neq(loom_payload_check(&world->model, &payload, &plan), LOOM_OK, "%s",
                      cases[i].path);
        cr_assert_leq(steps, looks * count, "%s: %lu steps for %zu entries", cases[i].path, steps,
                      count);
    }
    free(bytes);
}

/* resources that the object lacks are no error, however many come and in which order; nor do
 * they cost more than four times what they cost in ascending order, when they are read twice. */
Test(payload, unknown_resources_are_passed_over_in_any_order)
{
    static const uint8_t known[] = {0xC1, 0x00, 0x01, 0xC1, 0x01, 0x3C,
                                    0xC1, 0x06, 0x01, 0xC1, 0x07, 'U'};
    const unsigned long looks = 4 * 2;
    struct loom_format counting = loom_format_tlv;
    uint8_t *bytes = malloc(HOSTILE_SIZE);
    counting.reader.next = counting_next;
    cr_assert_not_null(bytes);
    struct loom_output out = loom_output(bytes, HOSTILE_SIZE);
    size_t count =
        fill_descending(&out, LOOM_TLV_RESOURCE, known, sizeof known) + 4 + 1; /* its end */
    struct loom_payload payload = {
        .format = &counting, .path = path_of("/1/0"), .bytes = {bytes, out.length}};
    steps = 0;
    payload.rules = bootstrap;
    cr_assert_eq(loom_payload_write(&world->model, &payload), LOOM_OK);
    cr_assert_leq(steps, looks * count, "%lu steps for %zu entries", steps, count);
    expect_number("/1/0/1", 60);
    free(bytes);
}

/* ---- several objects ------------------------------------------------------------------------- */

static const struct record pack[] = {
    {"/3/0/14", STRING("+02:00")}, {"/1/9/0", INTEGER(90)}, {"/3/0/15", STRING("Europe/Oslo")},
    {"/1/0/0", INTEGER(1)},        {"/1/9/1", INTEGER(99)}, {"/1/9/6", BOOLEAN(true)},
    {"/1/0/1", INTEGER(60)},       {"/1/9/7", STRING("U")}, {"/1/0/6", BOOLEAN(true)},
    {"/1/0/7", STRING("U")}};

static const struct loom_write_rules partial = {.replace = true, .create = true};

/* which objects a pack names, in ascending order. */
Test(payload, a_pack_tells_its_objects_and_values)
{
    struct loom_payload payload = payload_of("/", pack, COUNT(pack));
    struct loom_path path = path_of("/3/0/15");
    struct loom_value value;
    unsigned position = 0;
    uint16_t id;
    cr_assert(loom_payload_object(&payload, &position, &id));
    cr_assert_eq(id, 1);
    cr_assert(loom_payload_object(&payload, &position, &id));
    cr_assert_eq(id, 3);
    cr_assert_not(loom_payload_object(&payload, &position, &id));
    position = 0;
    cr_assert_not(loom_payload_instance(&payload, &position, &id), "of no one object");
    cr_assert(loom_payload_value(&payload, &path, LOOM_STRING, &value));
    cr_assert_eq(value.as.text.length, strlen("Europe/Oslo"));
    struct loom_payload none = payload_of("/", NULL, 0);
    position = 0;
    cr_assert_not(loom_payload_object(&none, &position, &id));
}

/* all objects of the pack, or nothing. */
Test(payload, a_pack_writes_all_its_objects)
{
    struct loom_text text;
    cr_assert_eq(write_records("/", pack, COUNT(pack), &partial), LOOM_OK);
    expect_number("/1/0/1", 60);
    expect_number("/1/9/1", 99);
    cr_assert_eq(loom_get_text(&world->model, path_of("/3/0/14"), &text), LOOM_OK);
    cr_assert_eq(text.length, 6);
    cr_assert_eq(write_records("/", NULL, 0, &partial), LOOM_OK);
    expect_number("/1/0/1", 60);
}

/* one object too many, one value too bad, one instance incomplete, one byte missing. */
Test(payload, a_refused_pack_changes_nothing)
{
    struct record records[COUNT(pack) + 1];
    struct record *last = &records[COUNT(pack)];
    memcpy(records, pack, sizeof pack);
    *last = (struct record){"/77/0/0", INTEGER(1)};
    cr_assert_eq(write_records("/", records, COUNT(records), &partial), LOOM_NOT_FOUND);
    *last = (struct record){"/3/0/13", STRING("noon")};
    cr_assert_eq(write_records("/", records, COUNT(records), &partial), LOOM_BAD_REQUEST);
    *last = (struct record){"/1/8/0", INTEGER(1)};
    struct loom_write_rules whole = {.create = true, .complete = true};
    cr_assert_eq(write_records("/", records, COUNT(records), &whole), LOOM_BAD_REQUEST);
    *last = (struct record){"/3/1/14", STRING("x")};
    cr_assert_eq(write_records("/", records, COUNT(records), &partial), LOOM_BAD_REQUEST);
    struct loom_payload payload = payload_of("/", pack, COUNT(pack));
    for (size_t length = 0; length < payload.bytes.length; length++) {
        struct loom_payload cut = payload;
        cut.bytes.length = length;
        cut.rules = partial;
        cr_assert_eq(loom_payload_write(&world->model, &cut), LOOM_BAD_REQUEST);
    }
    payload.format = &loom_format_tlv;
    payload.rules = partial;
    cr_assert_eq(loom_payload_write(&world->model, &payload), LOOM_BAD_REQUEST);
    payload.format = NULL;
    cr_assert_eq(loom_payload_write(&world->model, &payload), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_not(exists("/1/0"));
    cr_assert_not(exists("/1/9"));
    cr_assert_not(exists("/3/0/14"));
}

/* A function of a later object refuses: what an earlier one stores is as it was. */
Test(payload, functions_of_all_objects_go_before_what_is_stored)
{
    static const struct loom_product_object entries[] = {
        {.object = &gadgets[GADGET_PLAIN], .room = 1, .initial = 1, .complete = 1},
        {.object = &gadgets[GADGET_REFUSING],
         .offset = sizeof(struct gadget),
         .room = 1,
         .initial = 1,
         .complete = 1}};
    static const struct loom_product product = {.objects = entries,
                                                .object_count = 2,
                                                .data_size = 2 * sizeof(struct gadget),
                                                .handled = &loom_handled_resources};
    static const struct record records[] = {{"/32001/0/0", INTEGER(99)},
                                            {"/32002/0/1", INTEGER(5)}};
    struct gadget data[2];
    struct loom_model model;
    int64_t level = 0;
    loom_model_init(&model, &product, data, NULL, NULL);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(32001, 0, 0), 7), LOOM_OK);
    struct loom_payload payload = payload_of("/", records, COUNT(records));
    payload.rules = replace;
    cr_assert_eq(loom_payload_write(&model, &payload), LOOM_INTERNAL_ERROR);
    cr_assert_eq(loom_get_integer(&model, loom_path_resource(32001, 0, 0), &level), LOOM_OK);
    cr_assert_eq(level, 7);
}

/* ---- over the network ------------------------------------------------------------------------ */

static uint8_t send_records(struct peer *peer, enum loom_method method, const char *path,
                            const struct record *records, size_t count)
{
    struct loom_payload payload = payload_of("/", records, count);
    return peer_request(world, peer, method, path, LOOM_FORMAT_SENML_CBOR, payload.bytes.data,
                        payload.bytes.length);
}

static const struct record account[] = {{"/0/0/0", STRING("coap://server:5683")},
                                        {"/0/0/1", BOOLEAN(false)},
                                        {"/0/0/2", INTEGER(3)},
                                        {"/0/0/10", INTEGER(1)}};
static const struct record server[] = {{"/1/0/0", INTEGER(1)},
                                       {"/1/0/1", INTEGER(60)},
                                       {"/1/0/6", BOOLEAN(true)},
                                       {"/1/0/7", STRING("U")}};

/* D-30: a whole bootstrap in SenML CBOR; one object with several instances, an
 * instance, a resource. */
Test(payload, bootstrap_writes_take_senml)
{
    struct peer *bs = &world->bs;
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1", two_servers, COUNT(two_servers)), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, bs, "/1", LOOM_FORMAT_LINK), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(bs), "</>;lwm2m=1.1,</1/5>;ssid=50,</1/6>;ssid=60");
    cr_assert_eq(peer_delete(world, bs, "/1"), LOOM_DELETED);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/0/0", account, COUNT(account)), LOOM_CHANGED);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1/0", server, COUNT(server) - 1), LOOM_BAD_REQUEST);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1/1", server, COUNT(server)), LOOM_BAD_REQUEST);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1/0", server, COUNT(server)), LOOM_CHANGED);
    static const struct record lifetime[] = {{"/1/0/1", INTEGER(300)}};
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1/0/1", lifetime, 1), LOOM_CHANGED);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/1/0/2", lifetime, 1), LOOM_BAD_REQUEST);
    cr_assert_eq(send_records(bs, LOOM_PUT, "/", server, COUNT(server)), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    expect_number("/1/0/1", 300);
}

static void register_client(void)
{
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* C-20 .. C-22, D-30: replace, update, a resource; what may not be written spoils all of it. */
Test(payload, management_writes_take_senml)
{
    static const struct record device[] = {{"/3/0/14", STRING("+02:00")},
                                           {"/3/0/13", INTEGER(1700000000)}};
    static const struct record zone[] = {{"/3/0/15", STRING("Europe/Oslo")}};
    static const struct record read_only[] = {{"/3/0/14", STRING("x")}, {"/3/0/0", STRING("x")}};
    static const struct record elsewhere[] = {{"/3/0/14", STRING("x")}, {"/1/0/1", INTEGER(5)}};
    struct peer *peer = &world->server;
    register_client();
    cr_assert_eq(send_records(peer, LOOM_POST, "/3/0", device, COUNT(device)), LOOM_CHANGED);
    cr_assert_eq(send_records(peer, LOOM_PUT, "/3/0/15", zone, 1), LOOM_CHANGED);
    cr_assert_eq(send_records(peer, LOOM_PUT, "/3/0", read_only, 2), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(send_records(peer, LOOM_POST, "/3/0", elsewhere, 2), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_get(world, peer, "/3/0/14", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(peer), "+02:00");
    cr_assert_eq(peer_get(world, peer, "/3/0/15", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(peer), "Europe/Oslo");
    cr_assert_eq(send_records(peer, LOOM_PUT, "/3/0", zone, 1), LOOM_CHANGED);
    cr_assert_eq(peer_get(world, peer, "/3/0/14", LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND);
    expect_number("/1/0/1", 86400);
}

/* C-25: a Create makes the instance that its names have; without a name the client chooses. */
Test(payload, create_takes_senml)
{
    static const struct record sensor[] = {{"/3303/7/5750", STRING("cell")}};
    static const struct record two[] = {{"/3303/7/5750", STRING("a")},
                                        {"/3303/8/5750", STRING("b")}};
    struct peer *peer = &world->server;
    register_client();
    cr_assert_eq(send_records(peer, LOOM_POST, "/3303", two, 2), LOOM_BAD_REQUEST);
    cr_assert_eq(send_records(peer, LOOM_POST, "/3303", sensor, 1), LOOM_CREATED);
    cr_assert_str_eq(peer->location, "/3303/7");
    cr_assert_eq(peer_get(world, peer, "/3303/7/5750", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    cr_assert_str_eq(peer_text(peer), "cell");
    cr_assert_eq(send_records(peer, LOOM_POST, "/3303", sensor, 1), LOOM_BAD_REQUEST, "is there");
    cr_assert_eq(peer_delete(world, peer, "/3303/7"), LOOM_DELETED);
    cr_assert_eq(send_records(peer, LOOM_POST, "/3303", NULL, 0), LOOM_CREATED);
    cr_assert_str_eq(peer->location, "/3303/1");
}
