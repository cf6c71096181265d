/* SPDX-License-Identifier: Apache-2.0 */
/* LwM2M CBOR (11544), rules D-40 .. D-45, and CBOR (60), rule D-2. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "payloads.h"

static void expect_as(unsigned mode, const char *path, const char *hex, const char *items)
{
    char text[TEST_ROOM];
    struct test_bytes bytes = test_hex(hex);
    cr_assert_eq(test_read(&loom_format_lwm2m_cbor, path, mode, bytes, text), LOOM_END,
                 "%s on %s: %s", hex, path, text);
    cr_assert_str_eq(text, items, "%s on %s: %s", hex, path, text);
    free(bytes.data);
}

static void expect(const char *path, const char *hex, const char *items)
{
    expect_as(0, path, hex, items);
}

static void refuse_as(unsigned mode, const char *path, const char *hex)
{
    char text[TEST_ROOM];
    struct test_bytes bytes = test_hex(hex);
    cr_assert_eq(test_read(&loom_format_lwm2m_cbor, path, mode, bytes, text), LOOM_BAD_REQUEST,
                 "%s on %s: %s", hex, path, text);
    free(bytes.data);
}

static void refuse(const char *path, const char *hex)
{
    refuse_as(0, path, hex);
}

/* D-40, D-41, D-45: a path is the keys along the nesting, in whatever pieces. */
Test(lwm2m_cbor, keys_make_paths)
{
    const char *same[] = {
        "A1 83 03 00 0E 66 2B30323A3030",
        "A1 03 A1 00 A1 0E 66 2B30323A3030",
        "A1 82 03 00 A1 0E 66 2B30323A3030",
        "A1 03 A1 82 00 0E 66 2B30323A3030",
        "BF 9F 03 00 FF BF 81 0E 7F 63 2B3032 63 3A3030 FF FF FF",
        "A1 18 03 A1 19 0000 A1 1B 000000000000000E 66 2B30323A3030",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        expect("/", same[i], "/3/0/14=+02:00;");
        expect("/3", same[i], "/3/0/14=+02:00;");
        expect("/3/0/14", same[i], "/3/0/14=+02:00;");
    }
    expect("/3/0/6", "A1 83 03 00 06 A2 00 01 01 05", "/3/0/6/0=1;/3/0/6/1=5;");
    expect("/3/0/6/1", "A1 84 03 00 06 01 05", "/3/0/6/1=5;");
    expect("/1", "A1 01 A2 00 A1 00 18 65 01 A1 00 18 66", "/1/0/0=101;/1/1/0=102;");
    expect("/", "A2 82 03 00 A2 00 61 41 09 18 64 83 01 00 01 1A 00015180",
           "/3/0/0=A;/3/0/9=100;/1/0/1=86400;");
    expect("/", "A1 84 19 FFFE 19 FFFE 19 FFFE 19 FFFE F5", "/65534/65534/65534/65534=1;");
}

/* D-42: keys of the draft go on from the path of the request. */
Test(lwm2m_cbor, keys_may_begin_at_the_request)
{
    expect("/1/0", "A2 01 18 3C 06 F5", "/1/0/1=60;/1/0/6=1;");
    expect("/3/0/6", "A2 00 01 01 05", "/3/0/6/0=1;/3/0/6/1=5;");
    expect("/3/0", "A1 06 A2 00 01 01 05", "/3/0/6/0=1;/3/0/6/1=5;");
    expect("/3/0", "A1 82 06 00 01", "/3/0/6/0=1;");
    /* what may be both is what 1.2.1 says */
    expect("/3", "A1 83 03 00 01 05", "/3/0/1=5;");
    /* but not both in one payload */
    refuse("/1/0", "A2 83 01 00 01 18 3C 06 F5");
    refuse("/1/0", "A2 06 F5 83 01 00 01 18 3C");
}

/* D-43: 65535 lets the client choose, in a Create and for an instance alone. */
Test(lwm2m_cbor, the_client_may_choose_the_instance)
{
    const char *chosen = "A1 82 01 19 FFFF A1 00 18 65";
    expect_as(LOOM_DECODE_CREATE, "/1", chosen, "/1/65535/0=101;");
    expect_as(LOOM_DECODE_CREATE, "/1", "A1 00 18 65", "/1/65535/0=101;");
    expect_as(LOOM_DECODE_CREATE, "/1", "A1 19 FFFF A1 00 18 65", "/1/65535/0=101;");
    expect_as(LOOM_DECODE_CREATE, "/1", "A1 82 07 00 18 65", "/1/7/0=101;");
    refuse("/1", chosen);
    refuse("/1", "A1 00 18 65");
    refuse_as(LOOM_DECODE_CREATE, "/1", "A1 83 01 00 19 FFFF 05");
    refuse_as(LOOM_DECODE_CREATE, "/1", "A1 84 01 00 00 19 FFFF 05");
    refuse_as(LOOM_DECODE_CREATE, "/1", "A1 84 19 FFFF 00 00 00 05");
}

/* D-40, D-44. */
Test(lwm2m_cbor, refuses_what_is_no_such_map)
{
    const char *bad[] = {
        "A0",                               /* an empty map */
        "BF FF",                            /* also of no length */
        "A1 83 03 00 06 A0",                /* further in */
        "A1 83 03 00 06 BF FF",             /* */
        "80",                               /* no map */
        "05",                               /* */
        "A1 80 05",                         /* a key of no ids */
        "A1 9F FF 05",                      /* */
        "A1 20 05",                         /* a negative one */
        "A1 61 33 A1 00 A1 00 05",          /* a text */
        "A1 1A 00010000 A1 00 A1 00 05",    /* too great */
        "A1 83 19 FFFF 00 00 05",           /* reserved */
        "A1 83 03 00 19 FFFF 05",           /* */
        "A1 85 03 00 06 00 00 05",          /* five ids */
        "A1 84 03 00 06 00 A1 00 05",       /* */
        "A1 03 A1 00 A1 06 A1 00 A1 00 05", /* */
        "A1 83 04 00 06 05",                /* another object */
        "A1 83 03 00 06 F6",                /* null */
        "A1 83 03 00 06",                   /* cut off */
        "A1 83 03 00",                      /* */
        "A1",                               /* */
        "A2 83 03 00 06 05",                /* */
        "BF 83 03 00 06 05",                /* */
        "A1 83 03 00 06 05 00",             /* bytes behind it */
        "A1 83 03 00 06 FF",                /* a break for a value */
        "A1 83 03 00 06 1C",                /* no head of CBOR */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse("/3/0", bad[i]);
    }
    refuse("/", "A1 82 03 00 05"); /* a value of an instance */
}

/* D-40: nothing at all is written as nothing at all. */
Test(lwm2m_cbor, nothing_is_no_map)
{
    expect("/3/0/6", "", "/3/0/6=nothing;");
    expect("/3", "", "");
}

/* ---- writing --------------------------------------------------------------------------------- */

struct step {
    const char *path;
    struct loom_value value;
    bool end; /* of a holder: there is no value */
};

#define INTEGER(number)                                                                            \
    {                                                                                              \
        LOOM_INTEGER,                                                                              \
        {                                                                                          \
            .integer = (number)                                                                    \
        }                                                                                          \
    }
#define HOLDER                                                                                     \
    {                                                                                              \
        .type = LOOM_NONE                                                                          \
    }

static void expect_written(const char *base_text, const struct step *steps, size_t count,
                           const char *hex)
{
    uint8_t room[1024];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_path base = test_path(base_text);
    struct loom_encoder encoder;
    struct test_bytes expected = test_hex(hex);
    loom_encode_begin(&encoder, &loom_format_lwm2m_cbor, &base, &out);
    for (size_t i = 0; i < count; i++) {
        struct loom_path path = test_path(steps[i].path);
        loom_encode_put(&encoder, &path, steps[i].end ? NULL : &steps[i].value);
    }
    loom_encode_end(&encoder);
    cr_assert_not(out.overflow);
    cr_assert_eq(out.length, expected.length, "%s: %zu", hex, out.length);
    cr_assert_eq(memcmp(room, expected.data, out.length), 0, "%s", hex);
    free(expected.data);
}

/* D-41, D-45: the examples of the standard. */
Test(lwm2m_cbor, writes_the_forms_of_the_standard)
{
    const struct step instance[] = {
        {"/3/0", HOLDER, false},         {"/3/0/0", {LOOM_STRING, {.text = {"A", 1}}}, false},
        {"/3/0/6", HOLDER, false},       {"/3/0/6/0", INTEGER(1), false},
        {"/3/0/6/1", INTEGER(5), false}, {"/3/0/6", HOLDER, true},
        {"/3/0/7", HOLDER, false},       {"/3/0/7", HOLDER, true},
        {"/3/0/9", INTEGER(100), false}, {"/3/0", HOLDER, true}};
    expect_written("/3/0", instance, 10, "A1 82 03 00 A3 00 61 41 06 A2 00 01 01 05 09 18 64");
    expect_written("/3", instance, 10, "A1 03 A1 00 A3 00 61 41 06 A2 00 01 01 05 09 18 64");
    expect_written("/", instance, 10, "A1 82 03 00 A3 00 61 41 06 A2 00 01 01 05 09 18 64");
    expect_written("/3/0/6", instance + 2, 4, "A1 83 03 00 06 A2 00 01 01 05");
    expect_written("/3/0/6/1", instance + 4, 1, "A1 84 03 00 06 01 05");
    expect_written("/3/0/0", instance + 1, 1, "A1 83 03 00 00 61 41");
    expect_written("/3/0/7", instance + 6, 2, "");
    const struct step object[] = {{"/1/0", HOLDER, false},
                                  {"/1/0/0", INTEGER(101), false},
                                  {"/1/0", HOLDER, true},
                                  {"/1/1", HOLDER, false},
                                  {"/1/1", HOLDER, true},
                                  {"/1/300", HOLDER, false},
                                  {"/1/300/0", INTEGER(102), false},
                                  {"/1/300", HOLDER, true}};
    expect_written("/1", object, 8, "A1 01 A2 00 A1 00 18 65 19 012C A1 00 18 66");
    expect_written("/1", object, 0, "");
    const struct step composite[] = {
        {"/3/0", HOLDER, false},           {"/3/0/0", {LOOM_STRING, {.text = {"A", 1}}}, false},
        {"/3/0/9", INTEGER(100), false},   {"/3/0", HOLDER, true},
        {"/1/0/1", INTEGER(86400), false}, {"/3/0/6/1", INTEGER(5), false}};
    expect_written("/", composite, 6,
                   "A3 82 03 00 A2 00 61 41 09 18 64 83 01 00 01 1A 00015180 84 03 00 06 01 05");
}

/* Heads of maps have their shortest form, however many entries come. */
Test(lwm2m_cbor, maps_of_any_length_have_the_shortest_head)
{
    const unsigned counts[] = {1, 23, 24, 255, 256, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        static uint8_t room[8192];
        struct loom_output out = loom_output(room, sizeof room);
        struct loom_path base = test_path("/3/0/6");
        struct loom_path path = test_path("/3/0/6/0");
        struct loom_value value = INTEGER(7);
        struct loom_value holder = HOLDER;
        struct loom_encoder encoder;
        loom_encode_begin(&encoder, &loom_format_lwm2m_cbor, &base, &out);
        loom_encode_put(&encoder, &base, &holder);
        for (unsigned id = 0; id < counts[i]; id++) {
            path.id[3] = (uint16_t)id;
            loom_encode_put(&encoder, &path, &value);
        }
        loom_encode_end(&encoder);
        cr_assert_not(out.overflow);
        size_t head = counts[i] < 24 ? 1 : counts[i] < 256 ? 2 : 3;
        cr_assert_eq(room[5], counts[i] < 24 ? 0xA0 + counts[i] : counts[i] < 256 ? 0xB8 : 0xB9);
        cr_assert_eq(room[5 + head], 0);
        cr_assert_eq(room[6 + head], 7);
        struct loom_decoder decoder;
        struct loom_item item;
        unsigned read = 0;
        cr_assert_eq(loom_decode_begin(&decoder, &loom_format_lwm2m_cbor, &base, 0,
                                       (struct loom_bytes){room, out.length}, NULL, 0),
                     LOOM_OK);
        while (loom_decode_next(&decoder, &item) == LOOM_OK) {
            cr_assert_eq(item.path.id[3], read++);
        }
        cr_assert_eq(read, counts[i]);
        /* what does not fit is no fault */
        for (size_t size = 0; size < (out.length < 64 ? out.length : 64); size++) {
            static uint8_t small[64];
            struct loom_output little = loom_output(small, size);
            loom_encode_begin(&encoder, &loom_format_lwm2m_cbor, &base, &little);
            loom_encode_put(&encoder, &base, &holder);
            for (unsigned id = 0; id < counts[i]; id++) {
                path.id[3] = (uint16_t)id;
                loom_encode_put(&encoder, &path, &value);
            }
            loom_encode_end(&encoder);
            cr_assert(little.overflow);
        }
    }
}

/* ---- CBOR ------------------------------------------------------------------------------------ */

static enum loom_status read_cbor(const char *hex, enum loom_type type, struct loom_value *value)
{
    static uint8_t scratch[32];
    struct test_bytes bytes = test_hex(hex);
    enum loom_status status =
        test_read_value(&loom_format_cbor, "/9/0/1", bytes, type, value, scratch, sizeof scratch);
    free(bytes.data); /* no value that a caller compares points there */
    return status;
}

static void expect_time(const char *hex, int64_t seconds)
{
    struct loom_value value;
    cr_assert_eq(read_cbor(hex, LOOM_TIME, &value), LOOM_OK, "%s", hex);
    cr_assert_eq(value.as.integer, seconds, "%s: %lld", hex, (long long)value.as.integer);
}

/* D.1: Time may be a number, with tag 1 or without, or a date with tag 0. */
Test(cbor, time_has_several_forms)
{
    expect_time("1A 514B67B0", 1363896240);
    expect_time("C1 1A 514B67B0", 1363896240);
    expect_time("C1 20", -1);
    expect_time("C0 74 323031332D30332D32315432303A30343A30305A", 1363896240);
    /* 1970-01-01T00:00:00Z, in chunks; 1969-12-31T23:59:59z */
    expect_time("C0 7F 6A 313937302D30312D3031 6A 5430303A30303A30305A FF", 0);
    expect_time("C0 74 313936392D31322D33315432333A35393A35397A", -1);
    /* 2000-02-29T12:00:00.000+01:30; 9999-12-31T23:59:59Z; 0000-01-01T00:00:00Z */
    expect_time("C0 78 1D 323030302D30322D32395431323A30303A30302E3030302B30313A3330", 951820200);
    expect_time("C0 74 393939392D31322D33315432333A35393A35395A", 253402300799);
    expect_time("C0 74 303030302D30312D30315430303A30303A30305A", -62167219200);
    const char *bad[] = {
        "74 323031332D30332D32315432303A30343A30305A",                 /* a date without its tag */
        "C0 1A 514B67B0",                                              /* a number with it */
        "C1 FB 41D452D9EC200000",                                      /* half a second */
        "C0 76 323031332D30332D32315432303A30343A30302E355A",          /* */
        "C0 74 323031332D30322D32395432303A30343A30305A",              /* 29th of February 2013 */
        "C0 74 323031332D31332D32315432303A30343A30305A",              /* month 13 */
        "C0 74 323031332D30302D32315432303A30343A30305A",              /* month 0 */
        "C0 74 323031332D30332D30305432303A30343A30305A",              /* day 0 */
        "C0 74 323031332D30332D32315432343A30343A30305A",              /* hour 24 */
        "C0 74 323031332D30332D32315432303A36303A30305A",              /* minute 60 */
        "C0 73 323031332D30332D32315432303A30343A3030",                /* no zone */
        "C0 75 323031332D30332D32315432303A30343A30305A5A",            /* more behind it */
        "C0 78 19 323031332D30332D32315432303A30343A30302B32343A3030", /* zone of 24 hours */
        "C0 60",                                                       /* nothing */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loom_value value;
        cr_assert_eq(read_cbor(bad[i], LOOM_TIME, &value), LOOM_BAD_REQUEST, "%s", bad[i]);
    }
}

/* D-2: any major type, tags optional; one item and nothing behind it. */
Test(cbor, tags_are_passed_over)
{
    struct loom_value value;
    cr_assert_eq(read_cbor("D8 18 45 6449455446", LOOM_OPAQUE, &value), LOOM_OK);
    cr_assert_eq(value.as.opaque.length, 5);
    cr_assert_eq(read_cbor("C0 61 41", LOOM_STRING, &value), LOOM_OK);
    cr_assert_eq(read_cbor("C1 FB 41D452D9EC200000", LOOM_FLOAT, &value), LOOM_OK);
    cr_assert_eq(value.as.number, 1363896240.5);
    cr_assert_eq(read_cbor("D9 D9F7 C4 82 21 19 6AB3", LOOM_FLOAT, &value), LOOM_OK);
    cr_assert_eq(value.as.number, 273.15);
    cr_assert_eq(read_cbor("1B FFFFFFFFFFFFFFFF", LOOM_UNSIGNED, &value), LOOM_OK);
    cr_assert_eq(value.as.unsigned_integer, UINT64_MAX);
    cr_assert_eq(read_cbor("3B 7FFFFFFFFFFFFFFF", LOOM_INTEGER, &value), LOOM_OK);
    cr_assert_eq(value.as.integer, INT64_MIN);
    cr_assert_eq(read_cbor("64 36363A30", LOOM_OBJLNK, &value), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, 66);
    cr_assert_eq(read_cbor("5F 42 0102 43 030405 FF", LOOM_OPAQUE, &value), LOOM_OK);
    cr_assert_eq(value.as.opaque.length, 5);
    const char *bad[] = {"",   "F6", "F8 FF", "A2 01 02 03 04",      "9F FF",    "05 05",
                         "18", "C1", "FF",    "3B FFFFFFFFFFFFFFFF", "C2 41 05", "F9 7C00"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(read_cbor(bad[i], LOOM_FLOAT, &value), LOOM_BAD_REQUEST, "%s", bad[i]);
        cr_assert_eq(read_cbor(bad[i], LOOM_INTEGER, &value), LOOM_BAD_REQUEST, "%s", bad[i]);
    }
    /* a value of a whole instance is none */
    struct test_bytes one = test_hex("05");
    char text[TEST_ROOM];
    cr_assert_eq(test_read(&loom_format_cbor, "/9/0", 0, one, text), LOOM_BAD_REQUEST);
    free(one.data);
}

/* D.1: a boolean is one of the two simple values, not a number that happens to end in the same
 * bits. */
Test(lwm2m_cbor, booleans_are_not_numbers)
{
    static const struct {
        const char *hex;
        bool good;
    } cases[] = {{"F4", true},  {"F5", true},  {"14", false},  {"15", false},
                 {"34", false}, {"F6", false}, {"F814", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct test_bytes payload = test_hex(cases[i].hex);
        struct loom_value value;
        uint8_t scratch[16];
        enum loom_status status = test_read_value(&loom_format_cbor, "/1/0/6", payload,
                                                  LOOM_BOOLEAN, &value, scratch, sizeof scratch);
        cr_expect_eq(status == LOOM_OK || status == LOOM_END, cases[i].good, "%s", cases[i].hex);
        free(payload.data);
    }
}
