/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads that a server should not send, in all formats and for all operations: what is refused
 * has changed nothing and has one of the codes that there are, and none costs much more than a good
 * one of its size. The core is compiled so that each of its basic blocks is counted. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { LARGE = 65536, MOST_TIMES = 4 };

static struct world *world;
static struct loom_product product;

/* ---- what it costs ----------------------------------------------------------------------------
 */

static unsigned long blocks;

void __sanitizer_cov_trace_pc(void); /* the compiler's, called by each block of the core */

void __sanitizer_cov_trace_pc(void)
{
    blocks++;
}

/* ---- asking -----------------------------------------------------------------------------------
 */

static void set_up(void)
{
    world = world_create(LOOM_LWM2M_1_2);
    product = *world->product;
    product.formats = loom_formats_all;
    world->model.product = &product;
    world_add_server_account(world, &world->server, 0, 1, 86400);
    uint16_t entry = 0;
    cr_assert_eq(loom_model_create(&world->model, 2, &entry), LOOM_OK);
    for (uint16_t ssid = 1; ssid < 4; ssid++) {
        loom_set_integer(&world->model, loom_path_resource_instance(2, 0, 2, ssid), 15);
    }
    loom_set_integer(&world->model, loom_path_resource(2, 0, 3), 1); /* its owner */
    loom_set_text(&world->model, loom_path_resource(3, 0, 14), "+01:00");
    world_register(world);
}

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(hostile, .init = set_up, .fini = tear_down, .timeout = 110);

static struct {
    uint8_t bytes[LARGE + 64];
    size_t length;
} payload;

struct operation {
    const char *name;
    enum loom_method method;
    const char *path;
};

static const struct operation operations[] = {
    {"Write to a resource", LOOM_PUT, "/3/0/14"},
    {"Write to a multiple resource", LOOM_PUT, "/2/0/2"},
    {"replacing Write", LOOM_PUT, "/3/0"},
    {"partial Write", LOOM_POST, "/3/0"},
    {"Create", LOOM_POST, "/3303"},
    {"Read-Composite", LOOM_FETCH, "/"},
    {"Write-Composite", LOOM_IPATCH, "/"},
};

/* Asks for no more than one piece of an answer, which is what one request of a peer costs.
 * C-1: what is refused has changed nothing, and has one of the codes for that; 5.00 is for what has
 * no room. */
static uint8_t ask(const struct operation *operation, uint16_t format)
{
    static uint8_t before[1 << 16];
    struct loom_request request = {.method = operation->method,
                                   .content_format = format,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .piece_room = 1024,
                                   .payload = {payload.bytes, payload.length}};
    cr_assert_leq(product.data_size, sizeof before);
    memcpy(before, world->data, product.data_size);
    world->event_count = 0;
    world->event_next = 0;
    blocks = 0;
    uint8_t code = peer_send(world, &world->server, &request, operation->path);
    cr_assert(code >> 5 == 2 || memcmp(before, world->data, product.data_size) == 0,
              "%s, format %u: refused by %02x, and something has changed", operation->name, format,
              code);
    cr_expect(code >> 5 == 2 || code == LOOM_BAD_REQUEST || code == LOOM_UNAUTHORIZED ||
                  code == LOOM_NOT_FOUND || code == LOOM_METHOD_NOT_ALLOWED ||
                  code == LOOM_UNSUPPORTED_FORMAT || code == LOOM_INTERNAL_ERROR,
              "%s, format %u: %02x", operation->name, format, code);
    return code;
}

/* ---- payloads ---------------------------------------------------------------------------------
 */

static void put(const void *bytes, size_t length)
{
    cr_assert_leq(payload.length + length, sizeof payload.bytes);
    memcpy(payload.bytes + payload.length, bytes, length);
    payload.length += length;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static bool is_json(uint16_t format)
{
    return format == LOOM_FORMAT_SENML_JSON || format == LOOM_FORMAT_SENML_ETCH_JSON ||
           format == LOOM_FORMAT_JSON;
}

static bool is_senml_cbor(uint16_t format)
{
    return format == LOOM_FORMAT_SENML_CBOR || format == LOOM_FORMAT_SENML_ETCH_CBOR;
}

static void begin(uint16_t format)
{
    payload.length = 0;
    if (format == LOOM_FORMAT_JSON) {
        put_text("{\"bn\":\"/\",\"e\":[");
    } else if (is_json(format)) {
        put_text("[");
    } else if (is_senml_cbor(format)) {
        put("\x9F", 1);
    } else if (format == LOOM_FORMAT_LWM2M_CBOR) {
        put("\xBF", 1);
    }
}

static void end(uint16_t format)
{
    if (is_json(format)) {
        payload.length--; /* the last comma */
        put_text(format == LOOM_FORMAT_JSON ? "]}" : "]");
    } else if (format != LOOM_FORMAT_TLV) {
        put("\xFF", 1);
    }
}

/* A record of a number, or of a name alone. */
static void add(uint16_t format, const uint16_t id[3], bool name)
{
    char text[96];
    if (is_json(format)) {
        (void)snprintf(text, sizeof text, "{\"n\":\"%s%u/%u/%u\"%s},",
                       format == LOOM_FORMAT_JSON ? "" : "/", id[0], id[1], id[2],
                       name ? "" : ",\"v\":1");
        put_text(text);
    } else if (is_senml_cbor(format)) {
        int length = snprintf(text, sizeof text, "/%u/%u/%u", id[0], id[1], id[2]);
        const uint8_t head[] = {name ? 0xA1 : 0xA2, 0x00, (uint8_t)(0x60 | length)};
        put(head, sizeof head);
        put_text(text);
        put("\x02\x01", name ? 0 : 2);
    } else if (format == LOOM_FORMAT_LWM2M_CBOR) {
        const uint8_t entry[] = {0x83, 0x19, (uint8_t)(id[0] >> 8), (uint8_t)id[0],
                                 0x00, 0x19, (uint8_t)(id[2] >> 8), (uint8_t)id[2],
                                 0x01};
        put(entry, sizeof entry);
    } else {
        const uint8_t entry[] = {0xE1, (uint8_t)(id[2] >> 8), (uint8_t)id[2], 0x01};
        put(entry, sizeof entry);
    }
}

enum order { ASCENDING, DESCENDING, SAME, TO_AND_FRO, OBJECTS, ORDERS };

static const char *const order_names[ORDERS] = {"ascending", "descending",
                                                "one path again and again", "two paths in turn",
                                                "another object each"};

static void fill(uint16_t format, uint16_t object, enum order order, bool names)
{
    begin(format);
    for (unsigned i = 0; payload.length < LARGE - 64; i++) {
        const uint16_t of[ORDERS][3] = {
            [ASCENDING] = {object, 0, (uint16_t)(1000 + i)},
            [DESCENDING] = {object, 0, (uint16_t)(60000 - i)},
            [SAME] = {object, 0, 14},
            [TO_AND_FRO] = {object, 0, (uint16_t)(14 + i % 2)},
            [OBJECTS] = {(uint16_t)(60000 - i), 0, 1},
        };
        add(format, of[order], names);
    }
    end(format);
}

/* 64 kB of one thing, between what is before and behind it. */
struct fill {
    const char *name;
    uint16_t format;
    const char *before;
    const char *again;
    size_t length; /* of that */
    const char *behind;
};

#define AGAIN(bytes) bytes, sizeof(bytes) - 1

static const struct fill fills[] = {
    {"blanks", LOOM_FORMAT_SENML_JSON, "[", AGAIN(" \t\r\n"), "]"},
    {"brackets", LOOM_FORMAT_SENML_JSON, "", AGAIN("["), ""},
    {"braces", LOOM_FORMAT_SENML_JSON, "[", AGAIN("{\"x\":"), ""},
    {"digits", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3/0/9\",\"v\":1", AGAIN("0"), "}]"},
    {"digits behind the point", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3/0/9\",\"v\":0.", AGAIN("0"),
     "}]"},
    {"escapes", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3/0/14\",\"vs\":\"", AGAIN("\\u00e4"), "\"}]"},
    {"base names", LOOM_FORMAT_SENML_JSON, "[", AGAIN("{\"bn\":\"/3/0/\"},"),
     "{\"n\":\"14\",\"vs\":\"\"}]"},
    {"a long name", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"", AGAIN("/3"), "\",\"v\":1}]"},
    {"unknown labels", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3/0/14\",\"vs\":\"\"",
     AGAIN(",\"x\":[]"), "}]"},
    {"base64", LOOM_FORMAT_SENML_JSON, "[{\"n\":\"/3/0/14\",\"vd\":\"", AGAIN("AAAA"), "\"}]"},
    {"braces", LOOM_FORMAT_JSON, "{\"e\":[", AGAIN("{\"x\":"), ""},
    {"entries of nothing", LOOM_FORMAT_JSON, "{\"bn\":\"/3/0/14\",\"e\":[", AGAIN("{},"), "{}]}"},
    {"arrays in arrays", LOOM_FORMAT_SENML_CBOR, "", AGAIN("\x81"), ""},
    {"maps in maps", LOOM_FORMAT_SENML_CBOR, "\x81\xA1\x18\x63", AGAIN("\xA1\x01"), ""},
    {"endless arrays", LOOM_FORMAT_SENML_CBOR, "\x81\xA1\x18\x63", AGAIN("\x9F"), ""},
    {"tags", LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x21\x66/3/0/9\x02", AGAIN("\xC1"), ""},
    {"chunks of nothing", LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x21\x67/3/0/14\x03\x7F", AGAIN("\x60"),
     "\xFF"},
    {"chunks of one letter", LOOM_FORMAT_SENML_CBOR, "\x81\xA2\x21\x67/3/0/14\x03\x7F",
     AGAIN("\x61+"), "\xFF"},
    {"base names", LOOM_FORMAT_SENML_CBOR, "\x9F", AGAIN("\xA1\x21\x65/3/0/"), "\xFF"},
    {"maps in maps", LOOM_FORMAT_LWM2M_CBOR, "", AGAIN("\xA1\x03"), ""},
    {"endless maps", LOOM_FORMAT_LWM2M_CBOR, "", AGAIN("\xBF\x03"), ""},
    {"a long key", LOOM_FORMAT_LWM2M_CBOR, "\xA1\x9F", AGAIN("\x03"), "\xFF\x01"},
    {"empty maps", LOOM_FORMAT_LWM2M_CBOR, "\xBF", AGAIN("\x03\xA0"), "\xFF"},
    {"chunks of nothing", LOOM_FORMAT_LWM2M_CBOR, "\xA1\x83\x03\x18\x63\x0E\x7F", AGAIN("\x60"),
     "\xFF"},
    {"instances of nothing", LOOM_FORMAT_TLV, "", AGAIN("\x20\x01\x00"), ""},
    {"resources of nothing", LOOM_FORMAT_TLV, "", AGAIN("\xC0\x0E"), ""},
    {"multiple resources of nothing", LOOM_FORMAT_TLV, "", AGAIN("\x80\x0B"), ""},
    {"resource instances", LOOM_FORMAT_TLV, "", AGAIN("\x41\x00\x01"), ""},
    {"deletions of the same", LOOM_FORMAT_SENML_ETCH_JSON, "[",
     AGAIN("{\"n\":\"/2/0/2/1\",\"v\":null},"), "{\"n\":\"/2/0/2/2\",\"v\":null}]"},
    {"a deletion among others", LOOM_FORMAT_SENML_ETCH_JSON, "[{\"n\":\"/2/0/2/1\",\"v\":null},",
     AGAIN("{\"n\":\"/2/0/2/4\",\"v\":1},"), "{\"n\":\"/2/0/2/5\",\"v\":1}]"},
    {"deletions of what is not there", LOOM_FORMAT_SENML_ETCH_CBOR, "\x9F",
     AGAIN("\xA2\x00\x68/2/0/2/9\x02\xF6"), "\xFF"},
    {"tags", LOOM_FORMAT_CBOR, "", AGAIN("\xC1"), ""},
    {"chunks of nothing", LOOM_FORMAT_CBOR, "\x7F", AGAIN("\x60"), "\xFF"},
    {"digits", LOOM_FORMAT_TEXT, "", AGAIN("0"), ""},
    {"bytes that are no text", LOOM_FORMAT_TEXT, "", AGAIN("\xFF"), ""},
    {"letters", LOOM_FORMAT_TEXT, "", AGAIN("\xC3\xA4"), ""},
    {"bytes", LOOM_FORMAT_OPAQUE, "", AGAIN("x"), ""},
};

static void fill_with(const struct fill *fill)
{
    payload.length = 0;
    put_text(fill->before);
    while (payload.length + fill->length + strlen(fill->behind) <= LARGE) {
        put(fill->again, fill->length);
    }
    put_text(fill->behind);
}

/* ---- what is broken ---------------------------------------------------------------------------
 */

static const uint16_t formats[] = {LOOM_FORMAT_TLV,
                                   LOOM_FORMAT_JSON,
                                   LOOM_FORMAT_SENML_JSON,
                                   LOOM_FORMAT_SENML_CBOR,
                                   LOOM_FORMAT_SENML_ETCH_JSON,
                                   LOOM_FORMAT_SENML_ETCH_CBOR,
                                   LOOM_FORMAT_LWM2M_CBOR,
                                   LOOM_FORMAT_CBOR,
                                   LOOM_FORMAT_TEXT,
                                   LOOM_FORMAT_OPAQUE};

static bool is_one_value(uint16_t format)
{
    return format == LOOM_FORMAT_CBOR || format == LOOM_FORMAT_TEXT || format == LOOM_FORMAT_OPAQUE;
}

/* A short payload that is good for most operations. */
static void make_good(uint16_t format, bool names)
{
    payload.length = 0;
    if (is_one_value(format)) {
        put_text(format == LOOM_FORMAT_CBOR ? "\x66+02:00" : "+02:00");
        return;
    }
    begin(format);
    for (uint16_t i = 0; i < 3; i++) {
        add(format, (const uint16_t[]){3, 0, (uint16_t)(1000 + i)}, names);
    }
    end(format);
}

ParameterizedTestParameters(hostile, what_is_cut_off_changes_nothing)
{
    return cr_make_param_array(const uint16_t, formats, COUNT(formats));
}

/* C-1: each beginning of a payload, for each operation. What says itself where it ends is whole or
 * wrong. */
ParameterizedTest(const uint16_t *format, hostile, what_is_cut_off_changes_nothing)
{
    bool ends =
        *format != LOOM_FORMAT_TLV && *format != LOOM_FORMAT_TEXT && *format != LOOM_FORMAT_OPAQUE;
    for (size_t i = 0; i < COUNT(operations); i++) {
        make_good(*format, operations[i].method == LOOM_FETCH);
        for (size_t whole = payload.length; payload.length-- > 0;) {
            uint8_t code = ask(&operations[i], *format);
            cr_expect(!ends || payload.length == 0 || code >> 5 != 2,
                      "%s, format %u: %zu of %zu bytes", operations[i].name, *format,
                      payload.length, whole);
        }
    }
}

ParameterizedTestParameters(hostile, what_is_garbled_changes_nothing)
{
    return cr_make_param_array(const uint16_t, formats, COUNT(formats));
}

/* C-1: each byte of a payload is another one, or comes twice. */
ParameterizedTest(const uint16_t *format, hostile, what_is_garbled_changes_nothing)
{
    static const uint8_t flips[] = {0x01, 0x20, 0x40, 0x80, 0x9F, 0xFF};
    for (size_t i = 0; i < COUNT(operations); i++) {
        bool names = operations[i].method == LOOM_FETCH;
        make_good(*format, names);
        for (size_t at = 0; at < payload.length; at++) {
            for (size_t k = 0; k < COUNT(flips); k++) {
                payload.bytes[at] ^= flips[k];
                (void)ask(&operations[i], *format);
                payload.bytes[at] ^= flips[k];
            }
        }
        size_t length = payload.length;
        for (size_t at = 0; at < length; at++) {
            make_good(*format, names);
            memmove(payload.bytes + at + 1, payload.bytes + at, length - at);
            payload.length++;
            (void)ask(&operations[i], *format);
        }
    }
}

/* C-1, C-11: a format that the product lacks is 4.15 for what is sent, and 4.06 for what is asked
 * for, whatever is in it. */
Test(hostile, formats_that_are_not_there)
{
    static const uint16_t unknown[] = {LOOM_FORMAT_LINK, 41, 50, 9999, 65000};
    for (size_t i = 0; i < COUNT(operations); i++) {
        for (size_t k = 0; k < COUNT(unknown); k++) {
            make_good(LOOM_FORMAT_SENML_CBOR, false);
            cr_expect_eq(ask(&operations[i], unknown[k]), LOOM_UNSUPPORTED_FORMAT, "%s, format %u",
                         operations[i].name, unknown[k]);
            cr_expect_eq(
                peer_get(world, &world->server, "/3/0", unknown[k] == 40 ? 43 : unknown[k]),
                LOOM_NOT_ACCEPTABLE);
        }
    }
    static const struct loom_format *one[] = {NULL, NULL}; /* the product outlives the test */
    product.formats = one;
    for (size_t k = 0; k < COUNT(formats); k++) {
        one[0] = loom_formats_all[k];
        for (size_t i = 0; i < COUNT(operations); i++) {
            for (size_t j = 0; j < COUNT(formats); j++) {
                if (formats[j] != one[0]->number) {
                    make_good(formats[j], operations[i].method == LOOM_FETCH);
                    cr_expect_eq(ask(&operations[i], formats[j]), LOOM_UNSUPPORTED_FORMAT,
                                 "%s, format %u", operations[i].name, formats[j]);
                    cr_expect_eq(peer_get(world, &world->server, "/3/0/14", formats[j]),
                                 LOOM_NOT_ACCEPTABLE);
                }
            }
        }
    }
}

/* ---- costs ------------------------------------------------------------------------------------
 */

/* What a good payload of that size costs: an instance with resources that it may have in some other
 * version, which are passed over (C-22). A single value that is well-formed stands for itself; in
 * CBOR, one in chunks. */
static unsigned long good_cost(uint16_t format)
{
    static const struct operation write = {"partial Write", LOOM_POST, "/3/0"};
    static const struct operation write_one = {"Write to a resource", LOOM_PUT, "/3/0/14"};
    if (is_one_value(format)) {
        payload.length = 0;
        put("\x7F", format == LOOM_FORMAT_CBOR ? 1 : 0);
        while (payload.length < LARGE - 2) {
            put_text(format == LOOM_FORMAT_CBOR ? "\x61+" : "x");
        }
        put("\xFF", format == LOOM_FORMAT_CBOR ? 1 : 0);
        (void)ask(&write_one, format);
        return blocks;
    }
    uint16_t same = format == LOOM_FORMAT_SENML_ETCH_JSON   ? LOOM_FORMAT_SENML_JSON
                    : format == LOOM_FORMAT_SENML_ETCH_CBOR ? LOOM_FORMAT_SENML_CBOR
                                                            : format;
    fill(same, 3, ASCENDING, false);
    cr_assert_eq(ask(&write, same), LOOM_CHANGED, "format %u", format);
    return blocks;
}

static void expect_cost(const struct operation *operation, const char *name, uint16_t format,
                        unsigned long good)
{
    (void)ask(operation, format);
    cr_expect_leq(blocks, MOST_TIMES * good, "%s, format %u, %s: %lu blocks, and a good one %lu",
                  operation->name, format, name, blocks, good);
}

ParameterizedTestParameters(hostile, none_costs_much_more_than_a_good_one)
{
    return cr_make_param_array(const uint16_t, formats, COUNT(formats));
}

/* C-1, C-22, C-30, C-31: 64 kB of whatever takes long. */
ParameterizedTest(const uint16_t *format, hostile, none_costs_much_more_than_a_good_one)
{
    unsigned long good = good_cost(*format);
    cr_assert(good > LARGE || *format == LOOM_FORMAT_OPAQUE, "%lu: what is counted?", good);
    for (size_t i = 0; i < COUNT(operations); i++) {
        for (unsigned order = 0; order < ORDERS && !is_one_value(*format); order++) {
            fill(*format, 3, (enum order)order, operations[i].method == LOOM_FETCH);
            expect_cost(&operations[i], order_names[order], *format, good);
        }
        for (size_t k = 0; k < COUNT(fills); k++) {
            if (fills[k].format == *format) {
                fill_with(&fills[k]);
                expect_cost(&operations[i], fills[k].name, *format, good);
            }
        }
    }
}
