/* SPDX-License-Identifier: Apache-2.0 */
/* SenML CBOR (112): rules D-3, D-30 .. D-39, RFC 8428. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loom/codec.h"

#define ROOM 1024

/* ---- helpers --------------------------------------------------------------------------------- */

/* Bytes written as hex, blanks allowed. They stand at the end of memory of exactly their size, so
 * that the sanitizers see a byte read too many. */
struct bytes {
    uint8_t *data;
    size_t length;
};

static int digit_of(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static struct bytes bytes_of(const char *hex)
{
    struct bytes bytes = {malloc(strlen(hex) / 2 + 1), 0};
    for (const char *at = hex; *at != '\0';) {
        if (*at == ' ') {
            at++;
            continue;
        }
        bytes.data[bytes.length++] = (uint8_t)(digit_of(at[0]) * 16 + digit_of(at[1]));
        at += 2;
    }
    uint8_t *exact = malloc(bytes.length > 0 ? bytes.length : 1);
    memcpy(exact, bytes.data, bytes.length);
    free(bytes.data);
    bytes.data = exact;
    return bytes;
}

static struct loom_path path_of(const char *text)
{
    struct loom_path path;
    struct loom_text whole = {text, strlen(text)};
    cr_assert(loom_text_to_path(whole, &path), "%s", text);
    return path;
}

/* Where chunks are joined. */
static uint8_t scratch[16];

/* All items as text, `/3/0/14=+02:00;`, each read as the one type that takes it of those given. */
static enum loom_status decode(const char *path_text, struct loom_bytes payload,
                               const enum loom_type *types, size_t type_count, char *text)
{
    struct loom_path path = path_of(path_text);
    struct loom_output out = loom_output(text, ROOM - 1);
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = loom_decode_begin(&decoder, &loom_format_senml_cbor, &path, false,
                                                payload, scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        loom_put_path(&out, &item.path);
        loom_put_text(&out, item.empty_multiple ? "=nothing" : "=");
        for (size_t i = 0; i < type_count && !item.empty_multiple; i++) {
            struct loom_value value;
            if (loom_decode_value(&decoder, &item, types[i], &value) == LOOM_OK) {
                loom_text_put(&out, &value);
                break;
            }
        }
        loom_put_byte(&out, ';');
    }
    cr_assert_not(out.overflow);
    text[out.length] = '\0';
    return status;
}

static enum loom_status decode_hex(const char *path, const char *hex, char *text)
{
    static const enum loom_type types[] = {LOOM_STRING, LOOM_FLOAT, LOOM_BOOLEAN, LOOM_OPAQUE,
                                           LOOM_OBJLNK};
    struct bytes bytes = bytes_of(hex);
    enum loom_status status = decode(path, (struct loom_bytes){bytes.data, bytes.length}, types,
                                     sizeof types / sizeof types[0], text);
    free(bytes.data);
    return status;
}

static void expect_items(const char *path, const char *hex, const char *items)
{
    char text[ROOM];
    cr_assert_eq(decode_hex(path, hex, text), LOOM_END, "%s: read %s", hex, text);
    cr_assert_str_eq(text, items);
}

static void expect_refused(const char *path, const char *hex)
{
    char text[ROOM];
    cr_assert_eq(decode_hex(path, hex, text), LOOM_BAD_REQUEST, "%s on %s: read %s", hex, path,
                 text);
}

/* Reads the value of `[{0: "/9/0/1", <field>}]` as `type`. */
static enum loom_status read_value(const char *field, enum loom_type type, struct loom_value *value)
{
    char hex[512];
    struct loom_path path = path_of("/9/0/1");
    struct loom_decoder decoder;
    struct loom_item item;
    snprintf(hex, sizeof hex, "81 A2 00 66 2F392F302F31 %s", field);
    struct bytes bytes = bytes_of(hex);
    cr_assert_eq(loom_decode_begin(&decoder, &loom_format_senml_cbor, &path, false,
                                   (struct loom_bytes){bytes.data, bytes.length}, NULL, 0),
                 LOOM_OK);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK, "%s", field);
    enum loom_status status = loom_decode_value(&decoder, &item, type, value);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_END);
    free(bytes.data); /* no value that a caller compares points there */
    return status;
}

static void expect_integer(const char *field, int64_t expected)
{
    struct loom_value value;
    cr_assert_eq(read_value(field, LOOM_INTEGER, &value), LOOM_OK, "%s", field);
    cr_assert_eq(value.as.integer, expected, "%s", field);
    cr_assert_eq(read_value(field, LOOM_TIME, &value), LOOM_OK, "%s", field);
    cr_assert_eq(value.as.integer, expected, "%s", field);
}

static void expect_unsigned(const char *field, uint64_t expected)
{
    struct loom_value value;
    cr_assert_eq(read_value(field, LOOM_UNSIGNED, &value), LOOM_OK, "%s", field);
    cr_assert_eq(value.as.unsigned_integer, expected, "%s", field);
}

static void expect_float(const char *field, double expected)
{
    struct loom_value value;
    cr_assert_eq(read_value(field, LOOM_FLOAT, &value), LOOM_OK, "%s", field);
    cr_assert_eq(memcmp(&value.as.number, &expected, sizeof expected), 0, "%s is %.17g", field,
                 value.as.number);
}

static void expect_not(const char *field, enum loom_type type)
{
    struct loom_value value;
    cr_assert_eq(read_value(field, type, &value), LOOM_BAD_REQUEST, "%s as type %d", field, type);
}

/* ---- packs ----------------------------------------------------------------------------------- */

/* D-39: base name `/`, three objects' worth of names. */
Test(senml, the_vector_of_the_enabler_test_specification)
{
    expect_items("/",
                 "83 A3 21 61 2F 00 65 31 2F 30 2F 32 02 18 65 A2 00 65 31 2F 30 2F 36 04 F5"
                 "A2 00 66 33 2F 30 2F 31 33 02 00",
                 "/1/0/2=101;/1/0/6=1;/3/0/13=0;");
}

/* D-32: the printed example of /3/0. */
Test(senml, the_device_object_of_the_standard)
{
    expect_items(
        "/3/0",
        "90a321652f332f302f00613003744f70656e204d6f62696c6520416c6c69616e6365a200613103764c6967"
        "6874776569676874204d324d20436c69656e74a20061320369333435303030313233a20061330363312e30"
        "a20063362f300201a20063362f310205a20063372f3002190ed8a20063372f3102191388a20063382f3002"
        "187da20063382f3102190384a2006139021864a200623130020fa2006431312f300200a200623133021a51"
        "82428fa20062313403662b30323a3030a200623136036155",
        "/3/0/0=Open Mobile Alliance;/3/0/1=Lightweight M2M Client;/3/0/2=345000123;/3/0/3=1.0;"
        "/3/0/6/0=1;/3/0/6/1=5;/3/0/7/0=3800;/3/0/7/1=5000;/3/0/8/0=125;/3/0/8/1=900;/3/0/9=100;"
        "/3/0/10=15;/3/0/11/0=0;/3/0/13=1367491215;/3/0/14=+02:00;/3/0/16=U;");
}

/* D-30: name = base name + name, wherever it is cut; either may be missing; the base name stays in
 * force and may stand behind the name. */
Test(senml, names_are_put_together_wherever_they_are_cut)
{
    expect_items("/3/0", "81 A2 21 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_items("/3/0", "81 A2 00 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_items("/3/0", "81 A3 21 60 00 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_items("/5/0/1/1", "81 A3 21 66 2F352F302F31 00 62 2F31 03 64 68747470",
                 "/5/0/1/1=http;");
    expect_items("/3", "82 A3 00 61 33 02 07 21 66 2F332F302F31 A2 00 61 34 02 08",
                 "/3/0/13=7;/3/0/14=8;");
    expect_items("/",
                 "83 A3 21 65 2F342F302F 00 61 30 02 01 A2 00 61 31 02 02"
                 "A3 21 65 2F362F302F 00 61 30 02 03",
                 "/4/0/0=1;/4/0/1=2;/6/0/0=3;");
    expect_items("/65534/65534/65534/65534",
                 "81 A3 21 70 2F36353533342F36353533342F363535 00 68 33342F3635353334 02 01",
                 "/65534/65534/65534/65534=1;");
}

/* D-3: arrays and maps of either length; numbers in longer forms than needed are valid CBOR. */
Test(senml, lengths_may_be_indefinite)
{
    expect_items("/3/0", "9F BF 21 65 2F332F302F 00 61 39 02 01 FF A2 00 62 3133 02 02 FF",
                 "/3/0/9=1;/3/0/13=2;");
    expect_items("/3/0", "98 01 B8 02 18 00 79 0006 2F332F302F39 1A 00000002 1B 0000000000000001",
                 "/3/0/9=1;");
}

/* D-30: an array of no records is no resource instance; sent to a resource that is all there is to
 * say about a multiple one. */
Test(senml, packs_may_be_empty)
{
    expect_items("/3/0", "80", "");
    expect_items("/", "9F FF", "");
    expect_items("/3/0/7", "80", "/3/0/7=nothing;");
    expect_items("/3/0/7", "9F FF", "/3/0/7=nothing;");
    expect_items("/3/0/7/0", "80", "");
}

/* D-30: names are complete paths under that of the request; 65535 is no id. */
Test(senml, names_must_lie_under_the_path_of_the_request)
{
    static const char *const names[] = {
        "66 342F302F392F" /* no slash first */,
        "60",
        "61 2F",
        "62 2F33",
        "64 2F332F30",
        "65 2F332F302F",
        "66 2F332F2F39",
        "67 2F2F332F302F39",
        "67 2F332F302F3039" /* 09 */,
        "67 2F332F302F2B39",
        "6A 2F332F302F3635353335" /* 65535 */,
        "6A 2F332F302F3635353336",
        "6A 2F332F302F392F312F32" /* depth 5 */,
        "66 2F332F312F39",
        "66 2F342F302F39",
        "67 2F332F302F3920",
        "67 2F332F302F3900",
        "78 1A 2F36353533342F36353533342F36353533342F3635353333",
        "78 1C 2F332F302F303030303030303030303030303030303030303030303039"};
    char hex[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(hex, sizeof hex, "81 A2 00 %s 02 01", names[i]);
        expect_refused("/3/0", hex);
    }
    expect_items("/3/0/9", "81 A2 00 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_refused("/3/0/8", "81 A2 00 66 2F332F302F39 02 01");
    expect_refused("/3/0/9/1", "81 A2 00 66 2F332F302F39 02 01");
    expect_refused("/3/0/9/1", "81 A2 00 68 2F332F302F392F32 02 01");
    expect_refused("/", "81 A1 02 01");
}

/* ---- labels ---------------------------------------------------------------------------------- */

/* D-31: exactly one value; a name alone is what a Read asks with. D-37: null is for patches. */
Test(senml, a_record_has_exactly_one_value)
{
    expect_refused("/3/0", "81 A1 00 66 2F332F302F39");
    expect_refused("/3/0", "81 A1 21 66 2F332F302F39");
    expect_refused("/3/0", "81 A3 00 66 2F332F302F39 02 01 03 61 31");
    expect_refused("/3/0", "81 A3 00 66 2F332F302F39 63 766C6F 63 333A30 08 41 00");
    for (enum loom_type type = LOOM_STRING; type < LOOM_TYPE_COUNT; type++) {
        expect_not("02 F6", type);
    }
}

/* Says two things at once. */
Test(senml, a_label_twice_is_refused)
{
    expect_refused("/3/0", "81 A3 00 66 2F332F302F39 02 01 02 01");
    expect_refused("/3/0", "81 A3 00 66 2F332F302F39 00 60 02 01");
    expect_refused("/3/0", "81 A3 21 66 2F332F302F39 21 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A4 00 66 2F332F302F39 01 61 56 18 01 61 56 02 01");
    expect_refused("/3/0", "81 A3 00 66 2F332F302F39 63 766C6F 63 333A30 63 766C6F 63 333A30");
}

/* D-35, RFC 8428: units and what is unknown are passed over, unless they say that they must be
 * understood; sums and base values would change the value. */
Test(senml, unknown_labels_are_passed_over)
{
    static const char *const ignored[] = {"01 61 56" /* u */,
                                          "07 18 3C" /* ut */,
                                          "23 61 56" /* bu */,
                                          "09 01" /* 9 */,
                                          "26 01" /* -7 */,
                                          "1B FFFFFFFFFFFFFFFF 01",
                                          "63 666F6F F6",
                                          "63 666F6F FB 0000000000000000",
                                          "60 80",
                                          "63 666F6F 82 A1 01 9F 01 02 FF F4",
                                          "63 666F6F C1 00",
                                          "63 666F6F BF 01 02 FF",
                                          "63 666F6F F8 FF"};
    static const char *const refused[] = {"05 01" /* s */,
                                          "24 01" /* bv */,
                                          "25 01" /* bs */,
                                          "62 785F 01" /* x_ */,
                                          "61 5F 01" /* _ */,
                                          "61 6E 60" /* n */,
                                          "61 75 60" /* u */,
                                          "64 62766572 0A" /* bver */,
                                          "62 626E 60" /* bn */,
                                          "62 7673 60" /* vs */,
                                          "40 01" /* bytes */,
                                          "F4 01",
                                          "80 01",
                                          "C1 00 01",
                                          "63 666F6F FF",
                                          "63 666F6F 1C",
                                          "63 666F6F F8 18",
                                          "63 666F6F BF 01 FF",
                                          "63 666F6F 81 81 81 81 81 00" /* too deep */,
                                          "63 666F6F C1 C1 C1 C1 C1 00",
                                          "63 666F6F 7F 41 61 FF" /* chunks of bytes */};
    char hex[256];
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        snprintf(hex, sizeof hex, "81 A3 %s 00 66 2F332F302F39 02 01", ignored[i]);
        expect_items("/3/0", hex, "/3/0/9=1;");
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        snprintf(hex, sizeof hex, "81 A3 %s 00 66 2F332F302F39 02 01", refused[i]);
        expect_refused("/3/0", hex);
    }
}

/* RFC 8428 section 4.4: version 10, an unsigned integer. */
Test(senml, other_versions_are_refused)
{
    expect_items("/3/0", "81 A3 20 0A 00 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_refused("/3/0", "81 A3 20 0B 00 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A3 20 05 00 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A3 20 F9 4900 00 66 2F332F302F39 02 01");
}

/* D-33: a write holds from now on. Base time and time are added; the base stays in force. */
Test(senml, the_time_of_a_record_must_be_now)
{
    expect_items("/3/0", "81 A4 22 00 06 F9 8000 00 66 2F332F302F39 02 01", "/3/0/9=1;");
    expect_items("/3/0", "81 A4 22 1A 66000000 06 3A 65FFFFFF 00 66 2F332F302F39 02 01",
                 "/3/0/9=1;");
    expect_items("/3/0", "81 A4 22 C4 82 20 18 19 06 F9 C100 00 66 2F332F302F39 02 01",
                 "/3/0/9=1;"); /* 25 * 10^-1 - 2.5 */
    expect_refused("/3/0", "81 A3 06 01 00 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A3 06 20 00 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A3 22 1A 66000000 00 66 2F332F302F39 02 01");
    expect_refused("/3/0",
                   "82 A4 22 05 06 24 00 66 2F332F302F39 02 01 A2 00 67 2F332F302F3133 02 01");
    expect_refused("/3/0", "81 A3 06 61 30 00 66 2F332F302F39 02 01");
    expect_refused("/3/0", "81 A3 06 F9 7E00 00 66 2F332F302F39 02 01");
}

/* ---- values ---------------------------------------------------------------------------------- */

/* D.1, RFC 8428 section 6: `v` is a JSON number, whichever of three ways it is encoded. */
Test(senml, integers_at_their_bounds)
{
    expect_integer("02 00", 0);
    expect_integer("02 17", 23);
    expect_integer("02 18 18", 24);
    expect_integer("02 20", -1);
    expect_integer("02 1B 7FFFFFFFFFFFFFFF", INT64_MAX);
    expect_integer("02 3B 7FFFFFFFFFFFFFFF", INT64_MIN);
    expect_not("02 1B 8000000000000000", LOOM_INTEGER);
    expect_not("02 3B 8000000000000000", LOOM_INTEGER);
    expect_not("02 3B FFFFFFFFFFFFFFFF", LOOM_INTEGER);
    expect_unsigned("02 1B FFFFFFFFFFFFFFFF", UINT64_MAX);
    expect_not("02 20", LOOM_UNSIGNED);
    expect_integer("02 F9 5CB0", 300);
    expect_integer("02 F9 8000", 0);
    expect_integer("02 FB C3E0000000000000", INT64_MIN);
    expect_not("02 FB 43E0000000000000", LOOM_INTEGER); /* 2^63 */
    expect_unsigned("02 FB 43E0000000000000", (uint64_t)INT64_MAX + 1);
    expect_not("02 FB 43F0000000000000", LOOM_UNSIGNED); /* 2^64 */
    expect_not("02 F9 3E00", LOOM_INTEGER);              /* 1.5 */
    expect_not("02 F9 7C00", LOOM_INTEGER);
    expect_not("02 F9 7E00", LOOM_INTEGER);
    expect_integer("02 C4 82 02 03", 300);
    expect_integer("02 C4 82 20 38 63", -10);
    expect_integer("02 C4 9F 02 03 FF", 300);
    expect_integer("02 C4 82 1B FFFFFFFFFFFFFFFF 00", 0);
    expect_unsigned("02 C4 82 12 0A", 10000000000000000000u);
    expect_not("02 C4 82 20 05", LOOM_INTEGER);
    expect_not("02 C4 82 13 0A", LOOM_UNSIGNED); /* 10^20 */
    expect_not("02 C4 82 1B FFFFFFFFFFFFFFFF 01", LOOM_UNSIGNED);
}

/* D.1, D-3: half, single, double, decimal fraction, integer; nothing that JSON does not have. */
Test(senml, floats_of_every_encoding)
{
    expect_float("02 F9 0000", 0.0);
    expect_float("02 F9 8000", -0.0);
    expect_float("02 F9 0001", ldexp(1, -24));
    expect_float("02 F9 03FF", ldexp(1023, -24));
    expect_float("02 F9 0400", ldexp(1, -14));
    expect_float("02 F9 7BFF", 65504);
    expect_float("02 F9 C400", -4);
    expect_float("02 FA 47C35000", 100000);
    expect_float("02 FA 7F7FFFFF", (double)FLT_MAX);
    expect_float("02 FB 3FF199999999999A", 1.1);
    expect_float("02 FB 7FEFFFFFFFFFFFFF", DBL_MAX);
    expect_float("02 19 012C", 300);
    expect_float("02 3B FFFFFFFFFFFFFFFE", -18446744073709551615.0);
    expect_float("02 C4 82 20 18 F1", 24.1);
    expect_float("02 C4 82 21 39 6AB2", -273.15);
    expect_not("02 F9 7C00", LOOM_FLOAT);
    expect_not("02 F9 7E00", LOOM_FLOAT);
    expect_not("02 FA FF800000", LOOM_FLOAT);
    expect_not("02 FB 7FF8000000000000", LOOM_FLOAT);
    expect_not("02 C4 82 19 0400 01", LOOM_FLOAT); /* 10^1024 */
    expect_not("02 C4 81 01", LOOM_FLOAT);
    expect_not("02 C4 83 01 01 01", LOOM_FLOAT);
    expect_not("02 C4 9F 01 01 01 FF", LOOM_FLOAT);
    expect_not("02 C4 82 01 C2 41 01", LOOM_FLOAT);
    expect_not("02 C4 01", LOOM_FLOAT);
    expect_not("02 C5 82 20 03", LOOM_FLOAT);
    expect_not("02 C1 01", LOOM_INTEGER); /* tag 1 says that it is a time */
    expect_not("02 C1 C1 01", LOOM_TIME);
    expect_not("02 C1 61 30", LOOM_TIME);
    expect_not("02 C0 61 30", LOOM_TIME);
    expect_not("02 61 30", LOOM_FLOAT);
    expect_not("02 F5", LOOM_FLOAT);
    expect_not("02 80", LOOM_FLOAT);
}

/* D-3: strings may come in chunks: names, text, bytes, links, and what is passed over. */
Test(senml, strings_in_chunks_are_joined)
{
    expect_items("/3/0", "81 A2 00 7F 63 2F332F 63 302F39 FF 02 01", "/3/0/9=1;");
    expect_items("/3/0", "81 A3 21 7F 63 2F332F 62 302F FF 00 7F 61 39 60 FF 02 01", "/3/0/9=1;");
    expect_items("/3/0", "81 A2 00 66 2F332F302F39 03 7F 61 31 62 3233 FF", "/3/0/9=123;");
    expect_items("/3/0", "81 A2 00 66 2F332F302F39 03 7F FF", "/3/0/9=;");
    expect_items("/3/0", "81 A2 00 66 2F332F302F39 08 5F 41 31 FF", "/3/0/9=MQ==;");
    expect_items("/3/0", "81 A2 00 66 2F332F302F39 63 766C6F 7F 61 33 62 3A30 FF", "/3/0/9=3:0;");
    expect_items("/3/0", "81 A3 63 666F6F 7F 61 61 FF 00 66 2F332F302F39 02 01", "/3/0/9=1;");
}

/* D-3: what does not fit the room for joined strings is too large, and nothing else is wrong. */
Test(senml, chunks_that_do_not_fit_are_too_large)
{
    const char *hex =
        "81 A2 00 66 2F332F302F39 03 7F 68 3132333435363738 68 3132333435363738 %s FF";
    static const char *const more[] = {"60", "61 39"};
    struct loom_path path = path_of("/3/0");
    for (size_t i = 0; i < 2; i++) {
        char text[256];
        struct loom_decoder decoder;
        struct loom_item item;
        struct loom_value value;
        snprintf(text, sizeof text, hex, more[i]);
        struct bytes bytes = bytes_of(text);
        cr_assert_eq(loom_decode_begin(&decoder, &loom_format_senml_cbor, &path, false,
                                       (struct loom_bytes){bytes.data, bytes.length}, scratch,
                                       sizeof scratch),
                     LOOM_OK);
        cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
        cr_assert_eq(loom_decode_value(&decoder, &item, LOOM_STRING, &value),
                     i == 0 ? LOOM_OK : LOOM_TOO_LARGE);
        free(bytes.data);
    }
}

/* D.1: a Time may say that it is one. */
Test(senml, time_may_have_its_tag)
{
    struct loom_value value;
    cr_assert_eq(read_value("02 C1 1A 5182428F", LOOM_TIME, &value), LOOM_OK);
    cr_assert_eq(value.as.integer, 1367491215);
    cr_assert_eq(read_value("02 C1 FB 41D46090A3C00000", LOOM_TIME, &value), LOOM_OK);
    cr_assert_eq(value.as.integer, 1367491215);
    cr_assert_eq(read_value("02 1A 5182428F", LOOM_TIME, &value), LOOM_OK);
}

/* D.1: each type under its own label. */
Test(senml, values_stand_under_the_label_of_their_type)
{
    static const struct {
        const char *field;
        unsigned types;
    } rows[] = {
        {"02 01", 1u << LOOM_INTEGER | 1u << LOOM_UNSIGNED | 1u << LOOM_FLOAT | 1u << LOOM_TIME},
        {"03 63 333A30", 1u << LOOM_STRING | 1u << LOOM_CORELNK},
        {"04 F4", 1u << LOOM_BOOLEAN},
        {"04 F5", 1u << LOOM_BOOLEAN},
        {"08 43 ABCDEF", 1u << LOOM_OPAQUE},
        {"63 766C6F 63 333A30", 1u << LOOM_OBJLNK},
        {"03 43 333A30", 0},
        {"08 63 333A30", 0},
        {"04 01", 0},
        {"04 F7", 0},
        {"63 766C6F 43 333A30", 0},
        {"63 766C6F 62 333A", 0},
        {"63 766C6F 64 30333A30", 0},
        {"63 766C6F 67 36353533363A30", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int type = LOOM_NONE; type <= LOOM_TYPE_COUNT; type++) {
            struct loom_value value;
            bool taken = read_value(rows[i].field, (enum loom_type)type, &value) == LOOM_OK;
            cr_assert_eq(taken, (rows[i].types >> type & 1) != 0, "%s as type %d", rows[i].field,
                         type);
        }
    }
    struct loom_value value;
    cr_assert_eq(read_value("63 766C6F 63 333A30", LOOM_OBJLNK, &value), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, 3);
    cr_assert_eq(value.as.objlnk.instance, 0);
    cr_assert_eq(read_value("63 766C6F 6B 36353533353A3635353335", LOOM_OBJLNK, &value), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, LOOM_ID_NONE);
    cr_assert_eq(read_value("04 F5", LOOM_BOOLEAN, &value), LOOM_OK);
    cr_assert(value.as.boolean);
}

/* ---- hostile input --------------------------------------------------------------------------- */

Test(senml, what_is_no_pack_is_refused)
{
    static const char *const bad[] = {
        "",                            /* nothing */
        "A2 00 66 2F332F302F39 02 01", /* a record alone */
        "01",
        "61 61",
        "FF",
        "C1 80",
        "81 01",
        "81 80",
        "80 00", /* something behind */
        "81 A2 00 66 2F332F302F39 02 01 00",
        "82 A2 00 66 2F332F302F39 02 01", /* a record missing */
        "9F A2 00 66 2F332F302F39 02 01", /* a break missing */
        "81 BF 00 66 2F332F302F39 02 01",
        "81 BF 00 66 2F332F302F39 02 01 00 FF",
        "9C 80",
        "9B FFFFFFFFFFFFFFFF",
        "9A FFFFFFFF A0",
        "81 BB FFFFFFFFFFFFFFFF 00",
        "81 BB 8000000000000001 00 66 2F332F302F39 02 01",
        "81 A2 00 7B FFFFFFFFFFFFFFFF 2F332F302F39 02 01",
        "81 A2 00 7F 63 2F332F 43 302F39 FF 02 01",       /* a name with a chunk of bytes */
        "81 A2 00 7F 63 2F332F 7F 63 302F39 FF FF 02 01", /* chunks in a chunk */
        "81 A2 00 7F 63 2F332F 63 302F39 02 01",          /* no end */
        "81 A2 00 5F 43 2F332F 43 302F39 FF 02 01",
        "81 A2 00 66 2F332F302F39 03 7F 61 31",
        "81 A2 7F 61 6E FF 66 2F332F302F39 02 01", /* a label in chunks */
        "81 A2 00 66 2F332F302F39 03 5B FFFFFFFFFFFFFFFF 00",
        "81 A2 00 46 2F332F302F39 02 01", /* a name of bytes */
        "81 A2 00 66 2F332F302F39 02 1F",
        "81 A2 00 66 2F332F302F39 02 DF 01",
        "81 A2 00 66 2F332F302F39 02 FF",
        "81 A2 00 66 2F332F302F39 02 9F9F9F9F9F9F9F9F9FFFFFFFFFFFFFFFFFFF"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_refused("/3/0", bad[i]);
        expect_refused("/3/0/9", bad[i]);
    }
}

/* Nested as deep as a packet is long: no deeper than a few calls on a small stack. */
Test(senml, nesting_is_bounded)
{
    static const uint8_t openers[] = {0x81, 0x9F, 0xA1, 0xBF, 0xC1};
    for (size_t i = 0; i < sizeof openers; i++) {
        static uint8_t deep[65536];
        char text[ROOM];
        memset(deep, openers[i], sizeof deep);
        memcpy(deep, "\x81\xA2\x61x", 4);
        cr_assert_eq(decode("/", (struct loom_bytes){deep, sizeof deep}, NULL, 0, text),
                     LOOM_BAD_REQUEST);
    }
}

/* Cut off anywhere, a pack is refused: it has no other end than its own. */
Test(senml, every_prefix_is_refused)
{
    static const char pack[] =
        "9F BF 21 65 2F332F302F 00 61 39 02 C4 82 20 18 64 63 666F6F 82 01 A1 02 03 FF"
        "A3 00 62 3134 03 66 2B30323A3030 20 0A FF";
    struct bytes bytes = bytes_of(pack);
    char text[ROOM];
    expect_items("/3/0", pack, "/3/0/9=10;/3/0/14=+02:00;");
    for (size_t length = 0; length < bytes.length; length++) {
        uint8_t *cut = malloc(length > 0 ? length : 1);
        memcpy(cut, bytes.data, length);
        cr_assert_eq(decode("/3/0", (struct loom_bytes){cut, length}, NULL, 0, text),
                     LOOM_BAD_REQUEST, "%zu", length);
        free(cut);
    }
    free(bytes.data);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void expect_written(const struct loom_value *value, const char *hex)
{
    uint8_t room[128];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_path path = path_of("/9/0/1");
    loom_senml_cbor_put(&out, &path, value);
    struct bytes expected = bytes_of(hex);
    cr_assert_not(out.overflow);
    cr_assert_eq(out.length, expected.length, "%s: %zu", hex, out.length);
    cr_assert_eq(memcmp(room, expected.data, out.length), 0, "%s", hex);
    free(expected.data);
}

#define RECORD "A2 00 66 2F392F302F31 "

/* D-32, RFC 8949 section 4.2: the shortest form of everything. */
Test(senml, records_have_the_shortest_form)
{
    const struct {
        struct loom_value value;
        const char *hex;
    } rows[] = {
        {{LOOM_INTEGER, {.integer = 0}}, RECORD "02 00"},
        {{LOOM_INTEGER, {.integer = 23}}, RECORD "02 17"},
        {{LOOM_INTEGER, {.integer = 24}}, RECORD "02 18 18"},
        {{LOOM_INTEGER, {.integer = 255}}, RECORD "02 18 FF"},
        {{LOOM_INTEGER, {.integer = 256}}, RECORD "02 19 0100"},
        {{LOOM_INTEGER, {.integer = 65536}}, RECORD "02 1A 00010000"},
        {{LOOM_INTEGER, {.integer = 4294967296}}, RECORD "02 1B 0000000100000000"},
        {{LOOM_INTEGER, {.integer = -1}}, RECORD "02 20"},
        {{LOOM_INTEGER, {.integer = -257}}, RECORD "02 39 0100"},
        {{LOOM_TIME, {.integer = INT64_MIN}}, RECORD "02 3B 7FFFFFFFFFFFFFFF"},
        {{LOOM_UNSIGNED, {.unsigned_integer = UINT64_MAX}}, RECORD "02 1B FFFFFFFFFFFFFFFF"},
        {{LOOM_FLOAT, {.number = 300}}, RECORD "02 F9 5CB0"},
        {{LOOM_FLOAT, {.number = -0.0}}, RECORD "02 F9 8000"},
        {{LOOM_FLOAT, {.number = 65504}}, RECORD "02 F9 7BFF"},
        {{LOOM_FLOAT, {.number = 65536}}, RECORD "02 FA 47800000"},
        {{LOOM_FLOAT, {.number = 5.9604644775390625e-8}}, RECORD "02 F9 0001"},
        {{LOOM_FLOAT, {.number = 2.98023223876953125e-8}}, RECORD "02 FA 33000000"},
        {{LOOM_FLOAT, {.number = 0.00006103515625}}, RECORD "02 F9 0400"},
        {{LOOM_FLOAT, {.number = 100000.5}}, RECORD "02 FA 47C35040"},
        {{LOOM_FLOAT, {.number = 24.1}}, RECORD "02 FB 403819999999999A"},
        {{LOOM_FLOAT, {.number = DBL_MAX}}, RECORD "02 FB 7FEFFFFFFFFFFFFF"},
        {{LOOM_BOOLEAN, {.boolean = true}}, RECORD "04 F5"},
        {{LOOM_BOOLEAN, {.boolean = false}}, RECORD "04 F4"},
        {{LOOM_STRING, {.text = {"http", 4}}}, RECORD "03 64 68747470"},
        {{LOOM_STRING, {.text = {"", 0}}}, RECORD "03 60"},
        {{LOOM_CORELNK, {.text = {"</3>", 4}}}, RECORD "03 64 3C2F333E"},
        {{LOOM_OPAQUE, {.opaque = {(const uint8_t *)"\xAB\xCD\xEF", 3}}}, RECORD "08 43 ABCDEF"},
        {{LOOM_OBJLNK, {.objlnk = {66, 0}}}, RECORD "63 766C6F 64 36363A30"},
        {{LOOM_OBJLNK, {.objlnk = {65535, 65535}}}, RECORD "63 766C6F 6B 36353533353A3635353335"},
        {{LOOM_NONE, {.integer = 0}}, "A1 00 66 2F392F302F31"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_written(&rows[i].value, rows[i].hex);
    }
    uint8_t room[16];
    struct loom_output out = loom_output(room, sizeof room);
    loom_senml_cbor_begin(&out, 24);
    cr_assert_eq(out.length, 2);
    cr_assert_eq(memcmp(room, "\x98\x18", 2), 0);
    out = loom_output(room, 4);
    loom_senml_cbor_put(&out, &(struct loom_path){{3, 0, 0, 0}, 3}, &rows[0].value);
    cr_assert(out.overflow);
}

static bool same_value(const struct loom_value *a, const struct loom_value *b)
{
    char room[2][ROOM];
    struct loom_output first = loom_output(room[0], ROOM);
    struct loom_output second = loom_output(room[1], ROOM);
    if (a->type == LOOM_FLOAT) {
        return memcmp(&a->as.number, &b->as.number, sizeof a->as.number) == 0;
    }
    loom_text_put(&first, a);
    loom_text_put(&second, b);
    return first.length == second.length && memcmp(room[0], room[1], first.length) == 0;
}

static void expect_same(const struct loom_value *value)
{
    uint8_t room[ROOM];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_path root = loom_path_root();
    struct loom_path path = path_of("/65534/65534/65534/65534");
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value back;
    loom_senml_cbor_begin(&out, 1);
    loom_senml_cbor_put(&out, &path, value);
    cr_assert_not(out.overflow);
    cr_assert_eq(loom_decode_begin(&decoder, &loom_format_senml_cbor, &root, false,
                                   (struct loom_bytes){room, out.length}, NULL, 0),
                 LOOM_OK);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
    cr_assert_eq(item.path.depth, path.depth);
    cr_assert_eq(memcmp(item.path.id, path.id, sizeof path.id), 0);
    cr_assert_eq(loom_decode_value(&decoder, &item, value->type, &back), LOOM_OK);
    cr_assert(same_value(value, &back), "type %d", value->type);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_END);
}

/* What is written reads back as it was, at every length of an encoding. */
Test(senml, values_survive_the_round_trip)
{
    static char long_text[300];
    memset(long_text, 'x', sizeof long_text);
    for (size_t length = 0; length <= sizeof long_text; length++) {
        struct loom_value text = {LOOM_STRING, {.text = {long_text, length}}};
        struct loom_value bytes = {LOOM_OPAQUE, {.opaque = {(uint8_t *)long_text, length}}};
        expect_same(&text);
        expect_same(&bytes);
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        for (int near = -1; near <= 1; near++) {
            uint64_t number = (UINT64_C(1) << bit) + (uint64_t)(int64_t)near;
            int64_t integer = number > INT64_MAX ? INT64_MAX : (int64_t)number;
            struct loom_value values[] = {{LOOM_UNSIGNED, {.unsigned_integer = number}},
                                          {LOOM_INTEGER, {.integer = integer}},
                                          {LOOM_INTEGER, {.integer = -integer - 1}},
                                          {LOOM_TIME, {.integer = -integer}}};
            for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
                expect_same(&values[i]);
            }
        }
    }
    uint64_t state = 88172645463325252u;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        struct loom_value power = {LOOM_FLOAT, {.number = ldexp(1, exponent)}};
        struct loom_value any = {LOOM_FLOAT,
                                 {.number = ldexp((double)(state % 4096), exponent - 12)}};
        any.as.number = any.as.number > DBL_MAX ? 1 : -any.as.number;
        expect_same(&power);
        expect_same(&any);
    }
    struct loom_value others[] = {{LOOM_BOOLEAN, {.boolean = true}},
                                  {LOOM_BOOLEAN, {.boolean = false}},
                                  {LOOM_OBJLNK, {.objlnk = {65535, 65535}}},
                                  {LOOM_OBJLNK, {.objlnk = {0, 65534}}},
                                  {LOOM_CORELNK, {.text = {"</3/0>,</1>", 11}}}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        expect_same(&others[i]);
    }
}

/* ---- lists of paths, times, deletions -------------------------------------------------------- */

/* As decode(), for what a payload may be besides values of now: `/3/0/1@5;` has a time, `/3/0/1!;`
 * is to be deleted. */
static enum loom_status decode_as(const struct loom_format *format, unsigned mode, const char *hex,
                                  char *text)
{
    struct loom_path root = loom_path_root();
    struct loom_output out = loom_output(text, ROOM - 1);
    struct loom_decoder decoder;
    struct loom_item item;
    struct bytes bytes = bytes_of(hex);
    enum loom_status status =
        loom_decode_begin(&decoder, format, &root, mode,
                          (struct loom_bytes){bytes.data, bytes.length}, scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        loom_put_path(&out, &item.path);
        loom_put_text(&out, item.deleted ? "!" : "");
        if ((mode & LOOM_DECODE_TIMES) != 0) {
            loom_put_byte(&out, '@');
            loom_put_float(&out, loom_decode_time(&decoder));
        }
        loom_put_byte(&out, ';');
    }
    text[out.length] = '\0';
    free(bytes.data);
    return status;
}

/* D-36: records with names only; the base name may change between them. */
Test(senml, lists_of_paths_have_no_values)
{
    char text[ROOM];
    const char *list = "84 A2 21 64 2F332F30 00 62 2F30 A1 21 64 2F312F30 A1 00 60 A1 21 61 2F";
    cr_assert_eq(decode_as(&loom_format_senml_cbor, LOOM_DECODE_NAMES, list, text), LOOM_END);
    cr_assert_str_eq(text, "/3/0/0;/1/0;/1/0;/;");
    cr_assert_eq(decode_as(&loom_format_senml_cbor, 0, list, text), LOOM_BAD_REQUEST);
    /* a value, or another time than now */
    cr_assert_eq(
        decode_as(&loom_format_senml_cbor, LOOM_DECODE_NAMES, "81 A2 00 62 2F33 02 01", text),
        LOOM_BAD_REQUEST);
    cr_assert_eq(
        decode_as(&loom_format_senml_cbor, LOOM_DECODE_NAMES, "81 A2 00 62 2F33 06 01", text),
        LOOM_BAD_REQUEST);
    cr_assert_eq(decode_as(&loom_format_senml_cbor, LOOM_DECODE_NAMES, "80", text), LOOM_END);
    /* formats that have no lists */
    cr_assert_eq(decode_as(&loom_format_tlv, LOOM_DECODE_NAMES, "", text), LOOM_UNSUPPORTED_FORMAT);
}

/* D-33: time = bt + t; several records of one name are its history. */
Test(senml, times_are_read_by_those_who_ask)
{
    char text[ROOM];
    const char *history = "83 A4 21 66 2F392F302F31 22 1A 10000000 06 20 02 01"
                          "A2 06 F9 3800 02 02"
                          "A1 02 03";
    cr_assert_eq(decode_as(&loom_format_senml_cbor, LOOM_DECODE_TIMES, history, text), LOOM_END);
    cr_assert_str_eq(text, "/9/0/1@268435455;/9/0/1@268435456.5;/9/0/1@268435456;");
    cr_assert_eq(decode_as(&loom_format_senml_cbor, 0, history, text), LOOM_BAD_REQUEST);
}

/* D-37: null deletes, in SenML-ETCH and for those who ask alone. */
Test(senml, null_deletes_in_etch)
{
    char text[ROOM];
    const char *patch = "82 A2 00 68 2F392F302F312F32 02 F6 A2 00 66 2F392F302F31 02 05";
    cr_assert_eq(decode_as(&loom_format_senml_etch_cbor, LOOM_DECODE_DELETES, patch, text),
                 LOOM_END);
    cr_assert_str_eq(text, "/9/0/1/2!;/9/0/1;");
    cr_assert_eq(decode_as(&loom_format_senml_etch_cbor, 0, patch, text), LOOM_END);
    cr_assert_str_eq(text, "/9/0/1/2;/9/0/1;");
    cr_assert_eq(decode_as(&loom_format_senml_cbor, LOOM_DECODE_DELETES, patch, text), LOOM_END);
    cr_assert_str_eq(text, "/9/0/1/2;/9/0/1;");
    /* no other value is null */
    cr_assert_eq(decode_as(&loom_format_senml_etch_cbor, LOOM_DECODE_DELETES,
                           "81 A2 00 68 2F392F302F312F32 03 F6", text),
                 LOOM_END);
    cr_assert_str_eq(text, "/9/0/1/2;");
}

static void expect_payload(const struct loom_output *out, const char *hex)
{
    struct bytes expected = bytes_of(hex);
    cr_assert_not(out->overflow);
    cr_assert_eq(out->length, expected.length, "%s: %zu", hex, out->length);
    cr_assert_eq(memcmp(out->data, expected.data, out->length), 0, "%s", hex);
    free(expected.data);
}

/* D-36, D-37, C-65: what servers write, and stored notifications. */
Test(senml, writes_names_deletions_and_times)
{
    uint8_t room[128];
    struct loom_encoder encoder;
    struct loom_path root = loom_path_root();
    struct loom_path paths[] = {path_of("/3/0/0"), path_of("/1")};
    struct loom_value none = {.type = LOOM_NONE};
    struct loom_value five = {LOOM_INTEGER, {.integer = 5}};

    struct loom_output out = loom_output(room, sizeof room);
    loom_encode_begin(&encoder, &loom_format_senml_cbor, &root, &out);
    encoder.nones = LOOM_ENCODE_NAMES;
    loom_encode_put(&encoder, &paths[0], &none);
    loom_encode_put(&encoder, &paths[1], &none);
    loom_encode_end(&encoder);
    expect_payload(&out, "82 A2 21 61 2F 00 65 332F302F30 A1 00 61 31");

    out = loom_output(room, sizeof room);
    loom_encode_begin(&encoder, &loom_format_senml_etch_cbor, &paths[0], &out);
    encoder.nones = LOOM_ENCODE_DELETES;
    struct loom_path instance = path_of("/3/0/0/7");
    loom_encode_put(&encoder, &instance, &none);
    loom_encode_put(&encoder, &paths[0], &five);
    loom_encode_end(&encoder);
    expect_payload(&out, "82 A3 21 67 2F332F302F302F 00 61 37 02 F6 A1 02 05");

    out = loom_output(room, sizeof room);
    loom_encode_begin(&encoder, &loom_format_senml_cbor, &paths[0], &out);
    loom_encode_set_time(&encoder, 268435456);
    loom_encode_put(&encoder, &paths[0], &five);
    loom_encode_set_time(&encoder, -3);
    loom_encode_put(&encoder, &paths[0], &five);
    loom_encode_set_time(&encoder, -0.5);
    loom_encode_put(&encoder, &paths[0], &five);
    loom_encode_set_time(&encoder, 0);
    loom_encode_put(&encoder, &paths[0], &five);
    loom_encode_end(&encoder);
    expect_payload(&out, "84 A3 21 66 2F332F302F30 06 1A 10000000 02 05"
                         "A2 06 22 02 05 A2 06 F9 B800 02 05 A1 02 05");
}
