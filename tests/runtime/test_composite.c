/* SPDX-License-Identifier: Apache-2.0 */
/* Read-Composite and Write-Composite, rules C-30 .. C-33 and C-77. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define INTEGER(number)                                                                            \
    {                                                                                              \
        .type = LOOM_INTEGER, .as.integer = (number)                                               \
    }
#define BOOLEAN(truth)                                                                             \
    {                                                                                              \
        .type = LOOM_BOOLEAN, .as.boolean = (truth)                                                \
    }
#define STRING(chars)                                                                              \
    {                                                                                              \
        .type = LOOM_STRING, .as.text = { chars, sizeof(chars) - 1 }                               \
    }
#define NONE                                                                                       \
    {                                                                                              \
        .type = LOOM_NONE                                                                          \
    } /* a name; in SenML-ETCH, what is to be deleted */

struct record {
    const char *path;
    struct loom_value value;
};

static struct world *world;
static struct loom_product product;
static uint8_t bytes[16384];
static uint8_t scratch[1024];

static void create(uint16_t lwm2m)
{
    world = world_create(lwm2m);
    product = *world->product;
    product.formats = loom_formats_all;
    world->model.product = &product;
    world_add_server_account(world, &world->server, 0, 1, 86400);
}

static void start(void)
{
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void set_up(void)
{
    create(LOOM_LWM2M_1_1);
    start();
}

static void set_up_with_two(void)
{
    create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->other, 2, 7, 86400);
    start();
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(read_composite, .init = set_up, .fini = tear_down);
TestSuite(write_composite, .init = set_up, .fini = tear_down);
TestSuite(composite_rights, .init = set_up_with_two, .fini = tear_down);
TestSuite(composite, .fini = tear_down);

/* ---- payloads -------------------------------------------------------------------------------- */

static struct loom_path path_of(const char *text)
{
    struct loom_path path;
    cr_assert(loom_text_to_path((struct loom_text){text, strlen(text)}, &path), "%s", text);
    return path;
}

/* A payload of records as they are, without a word on what holds them. */
static struct loom_bytes payload_of(const struct loom_format *format, enum loom_encode_none nones,
                                    const struct record *records, size_t count)
{
    struct loom_path root = loom_path_root();
    struct loom_output out = loom_output(bytes, sizeof bytes);
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &root, &out);
    encoder.nones = (uint8_t)nones;
    for (size_t i = 0; i < count; i++) {
        struct loom_path path = path_of(records[i].path);
        loom_encode_put(&encoder, &path, &records[i].value);
    }
    cr_assert_eq(loom_encode_end(&encoder), LOOM_OK);
    return (struct loom_bytes){bytes, out.length};
}

static uint8_t ask(enum loom_method method, uint16_t format, uint16_t accept,
                   struct loom_bytes payload)
{
    struct loom_request request = {
        .method = method, .content_format = format, .accept = accept, .payload = payload};
    return peer_send(world, &world->server, &request, "/");
}

static uint8_t fetch_in(uint16_t format, uint16_t accept, const char *const *paths, size_t count)
{
    struct record records[8];
    for (size_t i = 0; i < count; i++) {
        records[i] = (struct record){paths[i], NONE};
    }
    return ask(LOOM_FETCH, format, accept,
               payload_of(&loom_format_senml_cbor, LOOM_ENCODE_NAMES, records, count));
}

static uint8_t fetch(const char *const *paths, size_t count)
{
    return fetch_in(LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, paths, count);
}

static uint8_t fetch_one(const char *path)
{
    return fetch(&path, 1);
}

static uint8_t patch(const struct record *records, size_t count)
{
    return ask(LOOM_IPATCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT,
               payload_of(&loom_format_senml_cbor, LOOM_ENCODE_HOLDERS, records, count));
}

static uint8_t patch_etch(const struct record *records, size_t count)
{
    return ask(LOOM_IPATCH, LOOM_FORMAT_SENML_ETCH_CBOR, LOOM_FORMAT_ABSENT,
               payload_of(&loom_format_senml_etch_cbor, LOOM_ENCODE_DELETES, records, count));
}

static uint8_t patch_one(const char *path, struct loom_value value)
{
    struct record record = {path, value};
    return patch(&record, 1);
}

/* How many values the last answer has at this path or below it. */
static unsigned answered(const char *text)
{
    struct loom_path root = loom_path_root();
    struct loom_path under = path_of(text);
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned count = 0;
    cr_assert_eq(loom_decode_begin(
                     &decoder,
                     loom_format_find(loom_formats_all, world->server.content_format, &root), &root,
                     0, (struct loom_bytes){world->server.payload, world->server.length}, scratch,
                     sizeof scratch),
                 LOOM_OK);
    enum loom_status status;
    while ((status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        bool same = item.path.depth >= under.depth;
        for (uint8_t i = 0; same && i < under.depth; i++) {
            same = item.path.id[i] == under.id[i];
        }
        count += same ? 1 : 0;
    }
    cr_assert_eq(status, LOOM_END);
    return count;
}

static void expect_text(const char *path, const char *expected)
{
    cr_assert_eq(peer_get(world, &world->server, path, LOOM_FORMAT_ABSENT), LOOM_CONTENT, "%s",
                 path);
    cr_assert_str_eq(peer_text(&world->server), expected);
}

static void expect_nothing(const char *path)
{
    cr_assert_eq(peer_get(world, &world->server, path, LOOM_FORMAT_ABSENT), LOOM_NOT_FOUND, "%s",
                 path);
}

/* ---- Read-Composite -------------------------------------------------------------------------- */

/* C-30, D-36, int-229: paths of every depth, of several objects. */
Test(read_composite, gathers_paths_of_every_depth)
{
    static const char *const paths[] = {"/3/0/0", "/1/0/1", "/3/0/11/0", "/3303", "/1/0/7"};
    loom_set_text(&world->model, loom_path_resource(3303, 0, 5750), "cellar");
    cr_assert_eq(fetch(paths, COUNT(paths)), LOOM_CONTENT);
    cr_assert_eq(answered("/3/0/0"), 1);
    cr_assert_eq(answered("/3/0/11/0"), 1);
    cr_assert_eq(answered("/3"), 2);
    cr_assert_eq(answered("/1"), 2);
    cr_assert_eq(answered("/3303/0/5750"), 1);
    const struct loom_event *event = world_expect(world, LOOM_EVENT_READ, 0);
    cr_assert(event->has_path && event->path.depth == 0);
}

/* C-30, int-236: what is not there, and what cannot be read, is left out. */
Test(read_composite, leaves_out_what_cannot_be_read)
{
    static const char *const paths[] = {"/3339/0/5522", "/3/0/4", "/1/0/1",  "/3/0/99",
                                        "/3303/9/5700", "/0/0/0", "/3/0/0/0"};
    cr_assert_eq(fetch(paths, COUNT(paths)), LOOM_CONTENT);
    cr_assert_eq(answered("/1/0/1"), 1);
    cr_assert_eq(answered("/"), 1);
}

/* C-30, C-40: one readable target is enough, none is too little. */
Test(read_composite, of_nothing_readable_says_why)
{
    static const char *const protected_and_missing[] = {"/0/0/0", "/77"};
    cr_assert_eq(fetch_one("/3339/0/5522"), LOOM_NOT_FOUND);
    cr_assert_eq(fetch_one("/3303/9"), LOOM_NOT_FOUND);
    cr_assert_eq(fetch_one("/3/0/4"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(fetch_one("/0"), LOOM_UNAUTHORIZED);
    cr_assert_eq(fetch(protected_and_missing, 2), LOOM_UNAUTHORIZED);
    cr_assert_eq(fetch_one("/42769/0/4"), LOOM_UNAUTHORIZED);
}

/* C-4: an object without instances has nothing to show, which is no failure. */
Test(read_composite, of_an_object_without_instances_is_empty)
{
    static const char *const empty_and_missing[] = {"/2", "/77"};
    cr_assert_eq(fetch_one("/2"), LOOM_CONTENT);
    cr_assert_eq(answered("/"), 0);
    cr_assert_eq(fetch(empty_and_missing, 2), LOOM_CONTENT);
}

/* C-30, int-235: everything that servers may reach. */
Test(read_composite, of_the_root_is_everything)
{
    cr_assert_eq(fetch_one("/"), LOOM_CONTENT);
    cr_assert_gt(answered("/1"), 3);
    cr_assert_gt(answered("/3"), 1);
    cr_assert_gt(answered("/3303"), 0);
    cr_assert_eq(answered("/0"), 0);
    cr_assert_eq(answered("/42769"), 0);
}

/* What an object has brought as a whole does not come again, however often it is asked for. */
Test(read_composite, an_object_comes_once)
{
    static const char *const again[] = {"/1", "/1/0/1", "/1", "/1/0"};
    static const char *const everything[] = {"/1", "/", "/3", "/"};
    cr_assert_eq(fetch_one("/1"), LOOM_CONTENT);
    size_t length = world->server.length;
    cr_assert_eq(fetch(again, COUNT(again)), LOOM_CONTENT);
    cr_assert_eq(world->server.length, length);
    cr_assert_eq(fetch(everything, COUNT(everything)), LOOM_CONTENT);
    cr_assert_eq(answered("/1/0/1"), 1);
    cr_assert_eq(answered("/3/0/0"), 1);
}

/* int-229 asks for an object, an instance, and for what is in them: each value comes once,
 * whichever of its paths is first. */
Test(read_composite, a_value_comes_once)
{
    static const char *const lists[][6] = {
        {"/3", "/1/0", "/1/0/1", "/3/0/11/0", "/3/0", "/3/0/11"},
        {"/3/0/11/0", "/1/0/1", "/1/0/1", "/3/0/11", "/1/0", "/3"},
        {"/1/0", "/3/0", "/1/0", "/3/0", "/1/0/1", "/3"},
    };
    static const char *const wanted[] = {"/3", "/1/0"};
    cr_assert_eq(fetch(wanted, COUNT(wanted)), LOOM_CONTENT);
    unsigned all = answered("/");
    for (size_t i = 0; i < COUNT(lists); i++) {
        cr_assert_eq(fetch(lists[i], COUNT(lists[i])), LOOM_CONTENT);
        cr_assert_eq(answered("/"), all, "list %zu", i);
        cr_assert_eq(answered("/1/0/1"), 1);
        cr_assert_eq(answered("/3/0/11/0"), 1);
    }
    static const char *const apart[] = {"/3/0/0", "/3/0/11", "/3/0/0", "/3/0/16"};
    cr_assert_eq(fetch(apart, COUNT(apart)), LOOM_CONTENT);
    cr_assert_eq(answered("/"), 3);
}

/* C-1, C-11: formats of the list and of the answer. */
Test(read_composite, has_formats_for_both_ways)
{
    static const char *const path[] = {"/3/0/0"};
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_SENML_CBOR, path, 1), LOOM_CONTENT);
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_ETCH_CBOR, LOOM_FORMAT_ABSENT, path, 1), LOOM_CONTENT);
    cr_assert_eq(world->server.content_format, LOOM_FORMAT_SENML_CBOR, "ETCH is of requests");
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_SENML_ETCH_CBOR, path, 1),
                 LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_TLV, path, 1), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_CBOR, 9999, path, 1), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(fetch_in(LOOM_FORMAT_TLV, LOOM_FORMAT_ABSENT, path, 1), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(fetch_in(9999, LOOM_FORMAT_ABSENT, path, 1), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(fetch_in(LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, path, 1),
                 LOOM_UNSUPPORTED_FORMAT);
}

/* C-33, D-36: lists and answers in all formats that have them. */
Test(read_composite, goes_in_every_format_that_names_paths)
{
    static const struct record list[] = {{"/3/0/0", NONE}, {"/1/0/1", NONE}, {"/3/0/11/0", NONE}};
    for (size_t i = 0; loom_formats_all[i] != NULL; i++) {
        const struct loom_format *of_list = loom_formats_all[i];
        struct loom_bytes payload = {bytes, 0};
        if ((of_list->traits & LOOM_FORMAT_NAMES) != 0) {
            payload = payload_of(of_list, LOOM_ENCODE_NAMES, list, COUNT(list));
        }
        for (size_t k = 0; loom_formats_all[k] != NULL; k++) {
            const struct loom_format *of_answer = loom_formats_all[k];
            bool shows = (of_answer->traits & LOOM_FORMAT_ROOT) != 0 &&
                         (of_answer->traits & LOOM_FORMAT_DELETES) == 0 &&
                         of_answer->writer.put != NULL;
            uint8_t expected = payload.length == 0 ? LOOM_UNSUPPORTED_FORMAT
                               : shows             ? LOOM_CONTENT
                                                   : LOOM_NOT_ACCEPTABLE;
            cr_assert_eq(ask(LOOM_FETCH, of_list->number, of_answer->number, payload), expected,
                         "%u, %u: %u", (unsigned)of_list->number, (unsigned)of_answer->number,
                         (unsigned)world->server.code);
            if (expected == LOOM_CONTENT) {
                cr_assert_eq(answered("/"), 3);
                cr_assert_eq(answered("/3/0"), 2);
            }
        }
        if (payload.length > 0) {
            cr_assert_eq(ask(LOOM_FETCH, of_list->number, LOOM_FORMAT_ABSENT, payload),
                         LOOM_CONTENT);
            cr_assert_eq(answered("/"), 3);
        }
    }
}

/* C-1: a list that is none. */
Test(read_composite, takes_a_list_of_paths_alone)
{
    static const struct record values[] = {{"/3/0/0", STRING("Loom")}};
    static const char *const path[] = {"/3/0/0"};
    struct loom_bytes list =
        payload_of(&loom_format_senml_cbor, LOOM_ENCODE_HOLDERS, values, COUNT(values));
    cr_assert_eq(ask(LOOM_FETCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, list),
                 LOOM_BAD_REQUEST);
    cr_assert_eq(fetch(NULL, 0), LOOM_BAD_REQUEST, "it asks for nothing");
    cr_assert_eq(
        ask(LOOM_FETCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, (struct loom_bytes){NULL, 0}),
        LOOM_BAD_REQUEST);
    cr_assert_eq(fetch(path, 1), LOOM_CONTENT);
    list = (struct loom_bytes){bytes, 5}; /* cut off */
    cr_assert_eq(ask(LOOM_FETCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, list),
                 LOOM_BAD_REQUEST);
}

/* C-1: an answer that does not fit: what comes twice is looked for so long, and not longer. Then it
 * cannot go in pieces either. */
Test(read_composite, that_does_not_fit_is_the_clients_trouble)
{
    static struct record records[1000];
    static char paths[100][16];
    for (size_t i = 0; i < COUNT(records); i++) {
        records[i] = (struct record){"/3/0/0", NONE};
    }
    for (size_t i = 0; i < COUNT(paths); i++) {
        (void)snprintf(paths[i], sizeof paths[i], "/77/0/%zu", i);
        records[i].path = paths[i];
    }
    struct loom_bytes list =
        payload_of(&loom_format_senml_cbor, LOOM_ENCODE_NAMES, records, COUNT(records));
    cr_assert_eq(ask(LOOM_FETCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, list),
                 LOOM_INTERNAL_ERROR);
    cr_assert_eq(world_expect(world, LOOM_EVENT_READ, 0)->reason, LOOM_REASON_NO_MEMORY);
}

/* ---- Write-Composite ------------------------------------------------------------------------- */

/* C-31, D-39, int-257: the bytes of the specification of tests. */
Test(write_composite, changes_several_objects)
{
    static const uint8_t vector[] = {0x83, 0xA3, 0x21, 0x61, '/',  0x00, 0x65, '1',  '/',
                                     '0',  '/',  '2',  0x02, 0x18, 0x65, 0xA2, 0x00, 0x65,
                                     '1',  '/',  '0',  '/',  '6',  0x04, 0xF5, 0xA2, 0x00,
                                     0x66, '3',  '/',  '0',  '/',  '1',  '3',  0x02, 0x00};
    struct loom_bytes payload = {vector, sizeof vector};
    unsigned saves = world->saves;
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, payload),
                 LOOM_CHANGED);
    expect_text("/1/0/2", "101");
    expect_text("/1/0/6", "1");
    expect_text("/3/0/13", "0");
    cr_assert_eq(world->saves, saves + 1, "stored before it is acknowledged");
    const struct loom_event *event = world_expect(world, LOOM_EVENT_WRITE, 0);
    cr_assert(event->has_path && event->path.depth == 0);
    cr_assert_eq(event->ssid, 1);
}

/* C-20, C-31: what it does not name stays, and records come in any order. */
Test(write_composite, leaves_the_rest)
{
    static const struct record records[] = {{"/3/0/14", STRING("+02:00")},
                                            {"/1/0/2", INTEGER(7)},
                                            {"/3303/0/5750", STRING("cellar")},
                                            {"/3/0/13", INTEGER(5)}};
    cr_assert_eq(peer_put(world, &world->server, "/3/0/15", "Europe/Oslo"), LOOM_CHANGED);
    cr_assert_eq(patch(records, COUNT(records)), LOOM_CHANGED);
    expect_text("/3/0/14", "+02:00");
    expect_text("/3/0/13", "5");
    expect_text("/3/0/15", "Europe/Oslo");
    expect_text("/1/0/2", "7");
    expect_text("/3303/0/5750", "cellar");
}

/* C-33, D-37: in all formats that say which object a value is of. */
Test(write_composite, goes_in_every_format_that_names_objects)
{
    for (size_t i = 0; loom_formats_all[i] != NULL; i++) {
        const struct loom_format *format = loom_formats_all[i];
        const struct record records[] = {{"/1/0/2", INTEGER((int64_t)i + 1)},
                                         {"/3/0/14", STRING("+02:00")}};
        bool names = (format->traits & LOOM_FORMAT_ROOT) != 0;
        char number[8];
        (void)snprintf(number, sizeof number, "%zu", i + 1);
        (void)loom_set_text(&world->model, loom_path_resource(3, 0, 14), "+01:00");
        if (!names) {
            struct loom_bytes payload = {(const uint8_t *)"", 0};
            cr_assert_eq(ask(LOOM_IPATCH, format->number, LOOM_FORMAT_ABSENT, payload),
                         LOOM_BAD_REQUEST);
            continue;
        }
        cr_assert_eq(ask(LOOM_IPATCH, format->number, LOOM_FORMAT_ABSENT,
                         payload_of(format, LOOM_ENCODE_HOLDERS, records, COUNT(records))),
                     LOOM_CHANGED, "%u", (unsigned)format->number);
        expect_text("/1/0/2", number);
        expect_text("/3/0/14", "+02:00");
    }
}

/* C-22, C-31, C-40: all targets are there and may be written, or nothing is done. */
Test(write_composite, changes_all_or_nothing)
{
    static const struct {
        struct record bad;
        uint8_t code;
    } cases[] = {
        {{"/3/0/0", STRING("x")}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/4", STRING("x")}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/13", STRING("noon")}, LOOM_BAD_REQUEST},
        {{"/3/0/99", STRING("x")}, LOOM_NOT_FOUND},
        {{"/3/1/14", STRING("x")}, LOOM_NOT_FOUND},
        {{"/3303/1/5750", STRING("x")}, LOOM_NOT_FOUND},
        {{"/77/0/0", STRING("x")}, LOOM_NOT_FOUND},
        {{"/0/0/0", STRING("coap://x")}, LOOM_UNAUTHORIZED},
        {{"/42769/0/4", INTEGER(9)}, LOOM_UNAUTHORIZED},
        {{"/1/0/1", INTEGER(-1)}, LOOM_BAD_REQUEST},
        {{"/1/0/7", STRING("X")}, LOOM_BAD_REQUEST},
        {{"/3/0/14/0", STRING("x")}, LOOM_BAD_REQUEST},
        {{"/3/0/14", STRING("twice")}, LOOM_BAD_REQUEST},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record good = {"/3/0/14", STRING("+02:00")};
        struct record first[] = {good, cases[i].bad};
        struct record last[] = {cases[i].bad, good};
        cr_assert_eq(patch(first, 2), cases[i].code, "%s last", cases[i].bad.path);
        cr_assert_eq(patch(last, 2), cases[i].code, "%s first", cases[i].bad.path);
        expect_nothing("/3/0/14");
    }
}

/* C-1 */
Test(write_composite, takes_formats_that_name_objects)
{
    struct record record = {"/3/0/14", STRING("+02:00")};
    struct loom_bytes payload =
        payload_of(&loom_format_senml_cbor, LOOM_ENCODE_HOLDERS, &record, 1);
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, payload),
                 LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(ask(LOOM_IPATCH, 9999, LOOM_FORMAT_ABSENT, payload), LOOM_UNSUPPORTED_FORMAT);
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_TLV, LOOM_FORMAT_ABSENT, payload), LOOM_BAD_REQUEST);
    cr_assert_eq(patch(NULL, 0), LOOM_BAD_REQUEST, "it changes nothing");
    payload = payload_of(&loom_format_senml_cbor, LOOM_ENCODE_HOLDERS, &record, 1);
    payload.length--;
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT, payload),
                 LOOM_BAD_REQUEST);
    expect_nothing("/3/0/14");
}

/* C-23, C-31: instances of a resource come, and stay if they are not named. Only SenML-ETCH takes
 * them away. */
Test(write_composite, adds_resource_instances)
{
    uint16_t entry = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 1), 31);
    cr_assert_eq(patch_one("/2/0/2/7", (struct loom_value)INTEGER(3)), LOOM_CHANGED);
    expect_text("/2/0/2/1", "31");
    expect_text("/2/0/2/7", "3");
    static const uint8_t null[] = {0x81, 0xA2, 0x00, 0x68, '/', '2',  '/',
                                   '0',  '/',  '2',  '/',  '7', 0x02, 0xF6};
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_ABSENT,
                     (struct loom_bytes){null, sizeof null}),
                 LOOM_BAD_REQUEST);
    expect_text("/2/0/2/7", "3");
    cr_assert_eq(ask(LOOM_IPATCH, LOOM_FORMAT_SENML_ETCH_CBOR, LOOM_FORMAT_ABSENT,
                     (struct loom_bytes){null, sizeof null}),
                 LOOM_CHANGED);
    expect_nothing("/2/0/2/7");
    expect_text("/2/0/2/1", "31");
}

/* C-31, D-37: deletions are part of all or nothing. */
Test(write_composite, deletes_all_or_nothing)
{
    static const struct {
        struct record bad;
        uint8_t code;
    } cases[] = {
        {{"/2/0/2/9", NONE}, LOOM_NOT_FOUND},
        {{"/2/0/2/7", NONE}, LOOM_BAD_REQUEST},
        {{"/2/0/2/7", INTEGER(1)}, LOOM_BAD_REQUEST},
        {{"/2/0/2", NONE}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/14", NONE}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/11/0", NONE}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/14/0", NONE}, LOOM_METHOD_NOT_ALLOWED},
        {{"/3/0/13", STRING("noon")}, LOOM_BAD_REQUEST},
    };
    uint16_t entry = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 7), 3);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record records[] = {
            {"/2/0/2/7", NONE}, {"/3/0/15", STRING("Europe/Oslo")}, cases[i].bad};
        cr_assert_eq(patch_etch(records, COUNT(records)), cases[i].code, "%s", cases[i].bad.path);
        expect_text("/2/0/2/7", "3");
        expect_nothing("/3/0/15");
    }
    static const struct record good[] = {
        {"/2/0/2/7", NONE}, {"/3/0/15", STRING("Europe/Oslo")}, {"/2/0/2/9", INTEGER(1)}};
    cr_assert_eq(patch_etch(good, COUNT(good)), LOOM_CHANGED);
    expect_nothing("/2/0/2/7");
    expect_text("/2/0/2/9", "1");
    expect_text("/3/0/15", "Europe/Oslo");
}

/* A new entry whose Access Control List is full, from 1 on. */
static void fill_list(void)
{
    uint16_t entry = LOOM_ID_NONE;
    uint16_t count = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, entry, 3), 1);
    struct loom_value rights = INTEGER(3);
    struct loom_path path = loom_path_resource_instance(2, entry, 2, 1);
    while (loom_model_write(&world->model, &path, &rights) == LOOM_OK) {
        count = path.id[LOOM_RESOURCE_INSTANCE_ID]++;
    }
    cr_assert_geq(count, 2);
}

/* C-31, D-37: one instance goes and another comes where there is room for as many as before, in
 * whatever order the payload says so; one more than that is too many. */
Test(write_composite, deletions_make_room)
{
    static const struct record good[][4] = {
        {{"/2/0/2/1", NONE},
         {"/2/0/2/2", NONE},
         {"/2/0/2/201", INTEGER(1)},
         {"/2/0/2/202", INTEGER(2)}},
        {{"/2/0/2/302", INTEGER(2)},
         {"/2/0/2/201", NONE},
         {"/2/0/2/202", NONE},
         {"/2/0/2/301", INTEGER(1)}},
    };
    static const struct record bad[][4] = {
        {{"/2/0/2/302", NONE},
         {"/3/0/15", STRING("Europe/Oslo")},
         {"/2/0/2/401", INTEGER(1)},
         {"/2/0/2/402", INTEGER(2)}},
        {{"/2/0/2/401", INTEGER(1)},
         {"/2/0/2/302", NONE},
         {"/3/0/15", STRING("Europe/Oslo")},
         {"/2/0/2/400", INTEGER(2)}},
        {{"/2/0/2/301", NONE},
         {"/2/0/2/302", NONE},
         {"/3/0/15", STRING("Europe/Oslo")},
         {"/2/1/2/401", INTEGER(1)}},
    };
    fill_list();
    fill_list(); /* what goes from one makes no room in the other */
    cr_assert_eq(patch_etch(good[0], 4), LOOM_CHANGED);
    expect_nothing("/2/0/2/1");
    expect_nothing("/2/0/2/2");
    expect_text("/2/0/2/201", "1");
    expect_text("/2/0/2/202", "2");
    cr_assert_eq(patch_etch(good[1], 4), LOOM_CHANGED);
    expect_nothing("/2/0/2/201");
    expect_text("/2/0/2/301", "1");
    expect_text("/2/0/2/302", "2");
    for (size_t i = 0; i < COUNT(bad); i++) {
        cr_assert_eq(patch_etch(bad[i], 4), LOOM_INTERNAL_ERROR);
        expect_text("/2/0/2/302", "2");
        expect_nothing("/3/0/15");
    }
}

/* C-31: what has to be counted for is bounded: resource by resource a payload is taken, and back
 * and forth between them it is not, beyond some of that. */
Test(write_composite, deletions_among_lists_by_turns)
{
    enum { LISTS = 6, ENTRIES = 4 };
    static char paths[2][LISTS * ENTRIES][16];
    struct record records[2][LISTS * ENTRIES];
    for (unsigned list = 0; list < LISTS; list++) {
        fill_list();
        for (unsigned entry = 0; entry < ENTRIES; entry++) {
            unsigned places[2] = {entry * LISTS + list, list * ENTRIES + entry};
            for (unsigned i = 0; i < 2; i++) {
                char *path = paths[i][places[i]];
                snprintf(path, sizeof paths[i][0], "/2/%u/2/%u", list, entry + 1);
                records[i][places[i]] = (struct record){path, INTEGER(5)};
            }
        }
    }
    records[0][0].value = (struct loom_value)NONE;
    records[1][0].value = (struct loom_value)NONE;
    cr_assert_eq(patch_etch(records[0], LISTS * ENTRIES), LOOM_INTERNAL_ERROR);
    expect_text("/2/0/2/1", "3");
    expect_text("/2/5/2/4", "3");
    cr_assert_eq(patch_etch(records[1], LISTS * ENTRIES), LOOM_CHANGED);
    expect_nothing("/2/0/2/1");
    expect_text("/2/5/2/4", "5");
}

static enum loom_status refuse(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return LOOM_UNAVAILABLE;
}

/* C-31: a function of the product refuses: nothing that is stored has changed, nothing is deleted.
 */
Test(write_composite, that_the_product_refuses_stores_nothing)
{
    static const struct loom_handler handler = {.write = refuse};
    static const struct record records[] = {
        {"/2/0/2/7", NONE}, {"/3/0/14", STRING("+02:00")}, {"/3303/0/5750", STRING("cellar")}};
    world_handle(world, 3303, 5750, &handler);
    uint16_t access = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &access), LOOM_OK);
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1);
    loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, 7), 3);
    cr_assert_eq(patch_etch(records, COUNT(records)), LOOM_UNAVAILABLE);
    expect_nothing("/3/0/14");
    expect_text("/2/0/2/7", "3");
    world->model.product = &product;
}

static unsigned written;
static unsigned refused_at; /* the call that is refused */

static enum loom_status refuse_one(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return ++written == refused_at ? LOOM_BAD_REQUEST : LOOM_OK;
}

/* C-31: one of several functions refuses: those behind it are not called, and nothing is stored. */
Test(write_composite, that_one_function_refuses_stores_nothing)
{
    static const struct loom_handler handler = {.write = refuse_one};
    static const struct record records[] = {{"/3/0/14", STRING("+02:00")},
                                            {"/3303/0/5750", STRING("cellar")},
                                            {"/3303/1/5750", STRING("attic")},
                                            {"/3/0/15", STRING("Europe/Oslo")}};
    uint16_t instance = 1;
    cr_assert_eq(loom_model_create(&world->model, 3303, &instance), LOOM_OK);
    world_handle(world, 3303, 5750, &handler);
    for (refused_at = 1; refused_at <= 2; refused_at++) {
        written = 0;
        cr_assert_eq(patch(records, COUNT(records)), LOOM_BAD_REQUEST);
        cr_expect_eq(written, refused_at);
        expect_nothing("/3/0/14");
        expect_nothing("/3/0/15");
    }
    written = 0;
    cr_assert_eq(patch(records, COUNT(records)), LOOM_CHANGED);
    cr_expect_eq(written, 2u);
    expect_text("/3/0/14", "+02:00");
    world->model.product = &product;
}

/* ---- rights ---------------------------------------------------------------------------------- */

static void allow(uint16_t object, uint16_t instance, int rights)
{
    struct loom_model *model = &world->model;
    uint16_t entry = LOOM_ID_NONE;
    cr_assert_eq(loom_model_create(model, 2, &entry), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 0), object), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 1), instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, entry, 3), 7), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource_instance(2, entry, 2, 1), rights),
                 LOOM_OK);
}

/* C-77: instances without R are left out; one with it is enough. */
Test(composite_rights, reading_leaves_out_what_is_not_allowed)
{
    static const char *const both[] = {"/3/0/0", "/3303/0/5700", "/1"};
    static const char *const denied[] = {"/3303/0", "/1/2", "/4/0"};
    allow(3, 0, 1);
    allow(3303, 0, 30);
    cr_assert_eq(fetch(both, COUNT(both)), LOOM_CONTENT);
    cr_assert_eq(answered("/3/0/0"), 1);
    cr_assert_eq(answered("/3303"), 0);
    cr_assert_gt(answered("/1/0"), 1);
    cr_assert_eq(answered("/1/2"), 0, "another server's account");
    cr_assert_eq(fetch(denied, COUNT(denied)), LOOM_UNAUTHORIZED);
    cr_assert_eq(fetch_one("/3303"), LOOM_UNAUTHORIZED);
    cr_assert_eq(fetch_one("/"), LOOM_CONTENT);
    cr_assert_eq(answered("/3303"), 0);
    cr_assert_eq(answered("/1/2"), 0);
    cr_assert_gt(answered("/3"), 1);
}

/* C-77: W for every instance, and nothing is done where one is missing. */
Test(composite_rights, writing_needs_all_of_it)
{
    static const struct record records[] = {{"/3/0/14", STRING("+02:00")},
                                            {"/3303/0/5750", STRING("cellar")}};
    static const struct record foreign[] = {{"/3/0/14", STRING("+02:00")}, {"/1/2/1", INTEGER(5)}};
    static const struct record read_only[] = {{"/3303/0/5700", INTEGER(5)}};
    allow(3, 0, 3);
    allow(3303, 0, 29);
    cr_assert_eq(patch(records, COUNT(records)), LOOM_UNAUTHORIZED);
    expect_nothing("/3/0/14");
    cr_assert_eq(patch(read_only, 1), LOOM_UNAUTHORIZED, "the right comes first (C-79)");
    cr_assert_eq(patch(foreign, COUNT(foreign)), LOOM_UNAUTHORIZED);
    expect_nothing("/3/0/14");
    loom_set_integer(&world->model, loom_path_resource_instance(2, 1, 2, 1), 2);
    cr_assert_eq(patch(records, COUNT(records)), LOOM_CHANGED);
    expect_text("/3/0/14", "+02:00");
}

/* ---- where there are none -------------------------------------------------------------------- */

/* C-33: what the product of 1.2 has. */
Test(composite, a_client_of_1_2_has_senml_etch)
{
    static const char *const path[] = {"/3/0/0"};
    create(LOOM_LWM2M_1_2);
    product.formats = world->product->formats;
    start();
    cr_assert_eq(fetch_in(LOOM_FORMAT_SENML_ETCH_CBOR, LOOM_FORMAT_ABSENT, path, 1), LOOM_CONTENT);
    cr_assert_eq(answered("/3/0/0"), 1);
    struct record record = {"/3/0/14", STRING("+02:00")};
    cr_assert_eq(patch_etch(&record, 1), LOOM_CHANGED);
    expect_text("/3/0/14", "+02:00");
}

/* C-32: they came with 1.1. */
Test(composite, there_is_none_in_1_0)
{
    create(LOOM_LWM2M_1_0);
    start();
    cr_assert_eq(fetch_one("/3/0/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(patch_one("/3/0/14", (struct loom_value)STRING("x")), LOOM_METHOD_NOT_ALLOWED);
}

/* C-32: a client may have none; nothing else goes to the root. */
Test(composite, may_be_left_out)
{
    static const enum loom_method methods[] = {LOOM_GET, LOOM_POST, LOOM_PUT, LOOM_DELETE,
                                               LOOM_PATCH};
    create(LOOM_LWM2M_1_2);
    start();
    for (size_t i = 0; i < COUNT(methods); i++) {
        cr_assert_eq(
            ask(methods[i], LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, (struct loom_bytes){NULL, 0}),
            LOOM_METHOD_NOT_ALLOWED);
    }
    cr_assert_eq(fetch_one("/3/0/0"), LOOM_CONTENT);
    product.features.composite = NULL;
    cr_assert_eq(fetch_one("/3/0/0"), LOOM_METHOD_NOT_ALLOWED);
    cr_assert_eq(patch_one("/3/0/14", (struct loom_value)STRING("x")), LOOM_METHOD_NOT_ALLOWED);
}
