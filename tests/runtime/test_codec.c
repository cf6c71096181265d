/* SPDX-License-Identifier: Apache-2.0 */
/* Content formats: rules D.1, D-1, D-10 .. D-16, D.7. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loom/codec.h"

static struct loom_text text_of(const char *text)
{
    struct loom_text result = {text, strlen(text)};
    return result;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void expect_float(const char *text, double value)
{
    double read;
    cr_assert(loom_text_to_float(text_of(text), &read), "%s", text);
    cr_assert_eq(read, value, "%s reads as %.17g, not %.17g", text, read, value);
}

static void expect_printed(double value, const char *text)
{
    char room[64];
    struct loom_output out = loom_output(room, sizeof room);
    loom_put_float(&out, value);
    cr_assert_not(out.overflow);
    room[out.length] = '\0';
    cr_assert_str_eq(room, text);
}

Test(codec, floats_read_as_the_compiler_reads_them)
{
    expect_float("0", 0);
    expect_float("-0.0", -0.0);
    expect_float("21.5", 21.5);
    expect_float("-40", -40);
    expect_float("6.667e-11", 6.667e-11);
    expect_float("0.00000000006667", 0.00000000006667);
    expect_float("1E22", 1e22);
    expect_float("1e+3", 1000);
    expect_float(".5", 0.5);
    expect_float("5.", 5);
    expect_float("123456789012345678901234567890", 123456789012345678901234567890.0);
    expect_float("0.000000000000000000000000000000000000000000000000000000000000000015", 1.5e-65);
    expect_float("1e-400", 0);
}

Test(codec, long_fractions_do_not_lose_the_number)
{
    char text[1100] = "1.5";
    memset(text + 3, '0', 1000);
    expect_float(text, 1.5);
}

Test(codec, floats_that_are_none_are_refused)
{
    const char *const bad[] = {"",      "-",   "+",    ".",     "e5",    "1e",    "1e+",
                               "1e--5", "1,5", " 1",   "1 ",    "0x10",  "1.2.3", "--1",
                               "inf",   "nan", "1e5x", "1e400", "-1e999"};
    double ignored;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(loom_text_to_float(text_of(bad[i]), &ignored), "'%s'", bad[i]);
    }
}

Test(codec, floats_print_short_and_read_back)
{
    expect_printed(0, "0");
    expect_printed(21.5, "21.5");
    expect_printed(-0.1, "-0.1");
    expect_printed(100, "100");
    expect_printed(1e15, "1000000000000000");
    expect_printed(0.001, "0.001");
    expect_printed(6.667e-11, "0.00000000006667");
    expect_printed(1e300, "1e300");
    expect_printed(2.2250738585072014e-308, "22250738585072014e-324"); /* ...0138: the nearest */
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double value = (double)(int64_t)state / 65536.0 / (double)(1 + i % 977);
        char room[64];
        double back;
        struct loom_output out = loom_output(room, sizeof room);
        loom_put_float(&out, value);
        struct loom_text printed = {room, out.length};
        cr_assert(loom_text_to_float(printed, &back));
        cr_assert_eq(back, value, "%.17g printed as %.*s", value, (int)out.length, room);
    }
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Significant digits of a printed number. */
static int digits_of(const char *text)
{
    int count = 0;
    int zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '1' && *text <= '9') {
            count += zeros + 1;
            zeros = 0;
        } else if (*text == '0' && count > 0) {
            zeros++;
        }
    }
    return count;
}

/* Prints a double, and expects that the C library and the codec read it back, and that no number
 * with fewer digits would do. */
static void expect_exact(double value)
{
    char room[400];
    char shorter[64];
    double back;
    struct loom_output out = loom_output(room, sizeof room - 1);
    loom_put_float(&out, value);
    cr_assert_not(out.overflow);
    room[out.length] = '\0';
    cr_assert_eq(strtod(room, NULL), value, "%.17g printed as %s", value, room);
    cr_assert(loom_text_to_float(text_of(room), &back));
    cr_assert_eq(back, value, "%s read as %.17g", room, back);
    int digits = digits_of(room);
    if (digits > 1) {
        snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
        cr_assert_neq(strtod(shorter, NULL), value, "%s is longer than %s", room, shorter);
    }
}

/* D.1: whatever a Float is, its text is exact: all exponents, the ends of the range, the subnormal
 * numbers, and those next to powers of two. */
Test(codec, every_double_prints_as_the_shortest_text_that_reads_back)
{
    const uint64_t ends[] = {1,
                             2,
                             3,
                             0x000FFFFFFFFFFFFF,
                             0x0010000000000000,
                             0x7FEFFFFFFFFFFFFF,
                             0x3FF0000000000001,
                             0x3FEFFFFFFFFFFFFF,
                             0x3D30000000000000};
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        expect_exact(from_bits(ends[i]));
    }
    for (uint64_t exponent = 0; exponent < 0x7FF; exponent++) {
        for (int i = 0; i < 8; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            expect_exact(from_bits(exponent << 52 | state >> 12));
        }
        expect_exact(from_bits(exponent << 52 | 1));
        if (exponent > 0) {
            expect_exact(from_bits(exponent << 52));
            expect_exact(from_bits((exponent << 52) - 1));
        }
    }
}

/* D.1: text is read as the nearest double, of two the even one, however many digits it has. */
Test(codec, floats_are_rounded_to_the_nearest_double)
{
    static const char *const texts[] = {
        "1.7976931348623157e308",
        "1.797693134862315807e308", /* below the middle between the greatest double and infinity */
        "17976931348623157e292",
        "4.9406564584124654e-324",
        "2.4703282292062327208e-324", /* below half of the least */
        "2.4703282292062327209e-324", /* above */
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "9007199254740993", /* in the middle: even */
        "9007199254740993.0000000000000000000000000000000000000000000000000000001",
        "9007199254740995",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124999999999999999999999",
        "1.00000000000000033306690738754696212708950042724609375",
        "0.1000000000000000055511151231257827021181583404541015625",
        "6.02214076e23",
        "123456789012345678901234567890e-10",
        "8.41e21",
        "2.0919495182368195e19",
        "5.764607523034235e39"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_float(texts[i], strtod(texts[i], NULL));
    }
    double ignored;
    cr_assert_not(loom_text_to_float(text_of("1.797693134862315808e308"), &ignored));
    uint64_t state = 2463534242u;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)(state >> (i % 60)),
                 (int)(state % 660) - 345);
        double expected = strtod(text, NULL);
        if (expected < INFINITY) {
            expect_float(text, expected);
        }
    }
}

/* A long payload costs no more than its length. */
Test(codec, many_digits_are_read_to_the_last)
{
    static char text[20000];
    memset(text, '0', sizeof text - 1);
    memcpy(text, "9007199254740993.", 17);
    text[sizeof text - 2] = '1';
    expect_float(text, 9007199254740994.0);
    text[sizeof text - 2] = '0';
    expect_float(text, 9007199254740992.0);
    memset(text, '0', sizeof text - 1);
    memcpy(text, "0.", 2);
    memcpy(text + sizeof text - 8, "1e19990", 7);
    expect_float(text, strtod(text, NULL));
}

Test(codec, integers_keep_all_64_bits)
{
    int64_t integer;
    uint64_t natural;
    cr_assert(loom_text_to_integer(text_of("-9223372036854775808"), &integer));
    cr_assert_eq(integer, INT64_MIN);
    cr_assert(loom_text_to_integer(text_of("9223372036854775807"), &integer));
    cr_assert_eq(integer, INT64_MAX);
    cr_assert_not(loom_text_to_integer(text_of("9223372036854775808"), &integer));
    cr_assert(loom_text_to_unsigned(text_of("18446744073709551615"), &natural));
    cr_assert_eq(natural, UINT64_MAX);
    cr_assert_not(loom_text_to_unsigned(text_of("18446744073709551616"), &natural));
    cr_assert_not(loom_text_to_unsigned(text_of("-1"), &natural));
    cr_assert_not(loom_text_to_integer(text_of("+1"), &integer));
    char room[24];
    struct loom_output out = loom_output(room, sizeof room);
    loom_put_integer(&out, INT64_MIN);
    cr_assert_eq(out.length, 20);
    cr_assert_eq(memcmp(room, "-9223372036854775808", 20), 0);
}

Test(codec, paths_are_strict_in_their_numbers)
{
    struct loom_path path;
    cr_assert(loom_text_to_path(text_of("/"), &path));
    cr_assert_eq(path.depth, 0);
    cr_assert(loom_text_to_path(text_of("/3/0/11/2"), &path));
    cr_assert_eq(path.depth, 4);
    cr_assert_eq(path.id[3], 2);
    const char *const bad[] = {"", "3", "/03", "/+3", "/65535", "/3//0", "/a", "/1/2/3/4/5", "/-1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(loom_text_to_path(text_of(bad[i]), &path), "'%s'", bad[i]);
    }
}

/* ---- text ------------------------------------------------------------------------------------ */

Test(codec, text_booleans_and_links)
{
    struct loom_value value;
    cr_assert_eq(loom_text_get(text_of("1"), LOOM_BOOLEAN, &value, NULL, 0), LOOM_OK);
    cr_assert(value.as.boolean);
    cr_assert_eq(loom_text_get(text_of("true"), LOOM_BOOLEAN, &value, NULL, 0), LOOM_BAD_REQUEST);
    cr_assert_eq(loom_text_get(text_of("3:65535"), LOOM_OBJLNK, &value, NULL, 0), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, 3);
    cr_assert_eq(value.as.objlnk.instance, 65535);
    cr_assert_eq(loom_text_get(text_of("FFFF:FFFF"), LOOM_OBJLNK, &value, NULL, 0), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, LOOM_ID_NONE);
    const char *const bad[] = {"3",     ":",    "3:",     ":3",     "03:1",  "65536:0",
                               "1:2:3", "1:-2", "FFFE:0", "EEEE:0", "FFF:0", "FFFFF:0"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(loom_text_get(text_of(bad[i]), LOOM_OBJLNK, &value, NULL, 0), LOOM_BAD_REQUEST,
                     "'%s'", bad[i]);
    }
}

/* D.1: what text may be: the shortest form of each character, up to U+10FFFF, without surrogates.
 */
Test(codec, utf8)
{
    const struct {
        const char *bytes;
        size_t length;
    } cases[] = {{"a", 1},
                 {"\xC2\x80", 2},
                 {"\xC1\xBF", 0},
                 {"\xC2", 0},
                 {"\xDF\xBF", 2},
                 {"\xE0\xA0\x80", 3},
                 {"\xE0\x9F\xBF", 0},
                 {"\xE0\xA0\x20", 0},
                 {"\xED\x9F\xBF", 3},
                 {"\xED\xA0\x80", 0},
                 {"\xEF\xBF\xBF", 3},
                 {"\xF0\x90\x80\x80", 4},
                 {"\xF0\x8F\xBF\xBF", 0},
                 {"\xF4\x8F\xBF\xBF", 4},
                 {"\xF4\x90\x80\x80", 0},
                 {"\xF5\x80\x80\x80", 0},
                 {"\x80", 0},
                 {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect_eq(loom_utf8_length(text_of(cases[i].bytes)), cases[i].length, "case %zu", i);
    }
}

/* RFC 4648 section 10, and both alphabets with or without padding (rules D.1). */
Test(codec, base64)
{
    const struct {
        const char *plain;
        const char *encoded;
    } vectors[] = {{"", ""},
                   {"f", "Zg=="},
                   {"fo", "Zm8="},
                   {"foo", "Zm9v"},
                   {"foob", "Zm9vYg=="},
                   {"fooba", "Zm9vYmE="},
                   {"foobar", "Zm9vYmFy"},
                   {"\xfb\xff", "+/8="}};
    uint8_t scratch[16];
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char room[16];
        size_t length = strlen(vectors[i].plain);
        struct loom_bytes plain = {(const uint8_t *)vectors[i].plain, length};
        struct loom_output out = loom_output(room, sizeof room);
        struct loom_value value;
        loom_put_base64(&out, plain);
        room[out.length] = '\0';
        cr_assert_str_eq(room, vectors[i].encoded);
        cr_assert_eq(loom_text_get(text_of(room), LOOM_OPAQUE, &value, scratch, sizeof scratch),
                     LOOM_OK);
        cr_assert_eq(value.as.opaque.length, length);
        cr_assert_eq(memcmp(value.as.opaque.data, vectors[i].plain, length), 0);
    }
    struct loom_value value;
    cr_assert_eq(loom_text_get(text_of("-_8"), LOOM_OPAQUE, &value, scratch, 16), LOOM_OK);
    cr_assert_eq(value.as.opaque.data[0], 0xfb);
    const char *const bad[] = {"Z", "Zg=", "Zg===", "Z=g=", "Zh", "Zm9v!", "=", "Zg==Zg=="};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(loom_text_get(text_of(bad[i]), LOOM_OPAQUE, &value, scratch, 16),
                     LOOM_BAD_REQUEST, "'%s'", bad[i]);
    }
    cr_assert_eq(loom_text_get(text_of("Zm9vYmFy"), LOOM_OPAQUE, &value, scratch, 5),
                 LOOM_TOO_LARGE);
}

/* ---- TLV ------------------------------------------------------------------------------------- */

/* The part of the standard's /3/0 example that is free of slips (rule D-16). */
Test(codec, tlv_reads_the_standards_example)
{
    static const uint8_t example[] = {
        0x86, 0x06, 0x41, 0x00, 0x01, 0x41, 0x01, 0x05, 0x88, 0x07, 0x08, 0x42, 0x00, 0x0E,
        0xD8, 0x42, 0x01, 0x13, 0x88, 0x87, 0x08, 0x41, 0x00, 0x7D, 0x42, 0x01, 0x03, 0x84,
        0xC1, 0x09, 0x64, 0xC1, 0x0A, 0x0F, 0x83, 0x0B, 0x41, 0x00, 0x00, 0xC4, 0x0D, 0x51,
        0x82, 0x42, 0x8F, 0xC6, 0x0E, 0x2B, 0x30, 0x32, 0x3A, 0x30, 0x30, 0xC1, 0x10, 0x55};
    const struct {
        uint16_t resource;
        int instance; /* -1: single */
        int64_t value;
    } expected[] = {{6, 0, 1},   {6, 1, 5},    {7, 0, 3800}, {7, 1, 5000}, {8, 0, 125},
                    {8, 1, 900}, {9, -1, 100}, {10, -1, 15}, {11, 0, 0},   {13, -1, 1367491215}};
    struct loom_path path = loom_path_instance(3, 0);
    struct loom_bytes payload = {example, sizeof example};
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value value;
    cr_assert_eq(loom_decode_begin(&decoder, &loom_format_tlv, &path, false, payload, NULL, 0),
                 LOOM_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
        cr_assert_eq(item.path.id[2], expected[i].resource);
        cr_assert_eq(item.path.depth, expected[i].instance < 0 ? 3 : 4);
        cr_assert_eq(loom_decode_value(&decoder, &item, LOOM_INTEGER, &value), LOOM_OK);
        cr_assert_eq(value.as.integer, expected[i].value);
    }
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
    cr_assert_eq(loom_decode_value(&decoder, &item, LOOM_STRING, &value), LOOM_OK);
    cr_assert_eq(memcmp(value.as.text.data, "+02:00", 6), 0);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_OK);
    cr_assert_eq(loom_decode_next(&decoder, &item), LOOM_END);
}

/* Integers take the shortest of 1, 2, 4, 8 bytes; 16-bit ids only above 255 (rules D.1, D-15). */
Test(codec, tlv_writes_the_short_form)
{
    const struct {
        uint16_t id;
        int64_t number;
        const char *bytes;
        size_t length;
    } vectors[] = {
        {1, 127, "\xC1\x01\x7F", 3},
        {1, -128, "\xC1\x01\x80", 3},
        {1, 128, "\xC2\x01\x00\x80", 4},
        {1, 86400, "\xC4\x01\x00\x01\x51\x80", 6},
        {1, INT64_C(1) << 32, "\xC8\x01\x08\x00\x00\x00\x01\x00\x00\x00\x00", 11},
        {310, 1, "\xE1\x01\x36\x01", 4},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t room[16];
        struct loom_output out = loom_output(room, sizeof room);
        struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = vectors[i].number}};
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, vectors[i].id, &value);
        cr_assert_eq(out.length, vectors[i].length, "vector %zu", i);
        cr_assert_eq(memcmp(room, vectors[i].bytes, out.length), 0, "vector %zu", i);
    }
}

Test(codec, tlv_unsigned_200_fits_one_byte)
{
    uint8_t room[8];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_value value = {.type = LOOM_UNSIGNED, .as = {.unsigned_integer = 200}};
    loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, 1, &value);
    cr_assert_eq(out.length, 3);
    struct loom_bytes bytes = {room + 2, 1};
    cr_assert_eq(loom_tlv_value(bytes, LOOM_UNSIGNED, &value), LOOM_OK);
    cr_assert_eq(value.as.unsigned_integer, 200);
    cr_assert_eq(loom_tlv_value(bytes, LOOM_INTEGER, &value), LOOM_OK);
    cr_assert_eq(value.as.integer, -56);
}

/* D-10 */
Test(codec, tlv_long_entries_get_length_fields_of_one_two_and_three_bytes)
{
    static uint8_t data[70000];
    static uint8_t room[80000];
    const size_t lengths[] = {7, 8, 255, 256, 65535, 65536};
    const size_t heads[] = {2, 3, 3, 4, 4, 5};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct loom_output out = loom_output(room, sizeof room);
        struct loom_value value = {.type = LOOM_OPAQUE, .as = {.opaque = {data, lengths[i]}}};
        size_t begin = loom_tlv_begin(&out);
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, 5, &value);
        cr_assert_eq(out.length, lengths[i] + heads[i]);
        loom_tlv_end(&out, begin, LOOM_TLV_INSTANCE, 300);
        struct loom_bytes rest = {room, out.length};
        struct loom_tlv entry;
        cr_assert_eq(loom_tlv_next(&rest, &entry), LOOM_OK);
        cr_assert_eq(entry.kind, LOOM_TLV_INSTANCE);
        cr_assert_eq(entry.id, 300);
        struct loom_bytes inside = entry.value;
        cr_assert_eq(loom_tlv_next(&inside, &entry), LOOM_OK);
        cr_assert_eq(entry.value.length, lengths[i]);
    }
}

/* D-15: the shortest head, at the very end of the room as anywhere else. */
Test(codec, tlv_entries_fill_the_room_to_its_last_byte)
{
    static const uint8_t data[300];
    const size_t lengths[] = {0, 1, 7, 8, 255, 256};
    const uint16_t ids[] = {0, 255, 256};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0] * 3; i++) {
        uint8_t room[310];
        struct loom_value value = {.type = LOOM_OPAQUE, .as = {.opaque = {data, lengths[i / 3]}}};
        size_t head = lengths[i / 3] <= 7 ? 2 : lengths[i / 3] <= 255 ? 3 : 4;
        size_t size = head + lengths[i / 3] + (ids[i % 3] > 255 ? 1 : 0);
        struct loom_output out = loom_output(room, size);
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, ids[i % 3], &value);
        cr_assert_not(out.overflow, "%zu", i);
        cr_assert_eq(out.length, size, "%zu", i);
        out = loom_output(room, size - 1);
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, ids[i % 3], &value);
        cr_assert(out.overflow, "%zu", i);
    }
}

Test(codec, nothing_is_written_behind_what_had_no_room)
{
    char room[] = "....";
    struct loom_output out = loom_output(room, 4);
    struct loom_value value = {.type = LOOM_BOOLEAN, .as = {.boolean = true}};
    loom_put_byte(&out, 'a');
    loom_put_text(&out, "bcde");
    cr_assert(out.overflow);
    loom_put_byte(&out, 'f');
    loom_put_text(&out, "g");
    loom_put_unsigned(&out, 1);
    loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, 0, &value);
    cr_assert(out.overflow);
    cr_assert_str_eq(room, "a...");
}

Test(codec, links_and_numbers_are_written_in_full)
{
    char room[160];
    struct loom_output out = loom_output(room, sizeof room - 1);
    struct loom_path path = loom_path_root();
    loom_put_link(&out, 0, &path);
    path = loom_path_object(10);
    loom_put_link(&out, 0, &path);
    path = loom_path_resource_instance(65534, 65534, 65534, 65534);
    loom_put_link(&out, 0, &path);
    loom_put_unsigned(&out, 4294967296);
    loom_put_byte(&out, ' ');
    loom_put_unsigned(&out, UINT64_MAX);
    loom_put_byte(&out, ' ');
    loom_put_unsigned(&out, 4294967295);
    room[out.length] = '\0';
    cr_assert_str_eq(room, "</>,</10>,</65534/65534/65534/65534>"
                           "4294967296 18446744073709551615 4294967295");
}

/* D-1: what a format has no words for is not left out. */
Test(codec, a_payload_says_at_its_end_whether_all_is_in_it)
{
    uint8_t room[4];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_path path = loom_path_resource(3, 0, 0);
    struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = 12345}};
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, &loom_format_opaque, &path, &out);
    loom_encode_put(&encoder, &path, &value);
    cr_assert_eq(loom_encode_end(&encoder), LOOM_NOT_ACCEPTABLE);
    loom_encode_begin(&encoder, &loom_format_text, &path, &out);
    loom_encode_put(&encoder, &path, &value);
    cr_assert_eq(loom_encode_end(&encoder), LOOM_TOO_LARGE);
    out = loom_output(room, sizeof room);
    loom_encode_begin(&encoder, &loom_format_tlv, &path, &out);
    loom_encode_put(&encoder, &path, &value);
    cr_assert_eq(loom_encode_end(&encoder), LOOM_OK);
    cr_assert_eq(memcmp(room, "\xC2\x00\x30\x39", 4), 0);
}

Test(codec, tlv_values_of_wrong_size_are_refused)
{
    const uint8_t bytes[8] = {2, 0, 0, 0, 0, 0, 0, 0};
    const struct {
        enum loom_type type;
        size_t length;
    } bad[] = {{LOOM_INTEGER, 0}, {LOOM_INTEGER, 3}, {LOOM_INTEGER, 5}, {LOOM_UNSIGNED, 3},
               {LOOM_TIME, 7},    {LOOM_FLOAT, 2},   {LOOM_BOOLEAN, 1}, {LOOM_BOOLEAN, 2},
               {LOOM_BOOLEAN, 0}, {LOOM_OBJLNK, 3},  {LOOM_OBJLNK, 8},  {LOOM_NONE, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loom_bytes value_bytes = {bytes, bad[i].length};
        struct loom_value value;
        cr_assert_eq(loom_tlv_value(value_bytes, bad[i].type, &value), LOOM_BAD_REQUEST, "%zu", i);
    }
}

Test(codec, tlv_floats_take_four_bytes_when_that_is_exact)
{
    const double values[] = {21.5, 0.1, -1e300, (double)INFINITY, 3.4028234663852886e38, 0};
    const size_t sizes[] = {4, 8, 8, 8, 4, 4};
    for (size_t i = 0; i < 6; i++) {
        uint8_t room[16];
        struct loom_output out = loom_output(room, sizeof room);
        struct loom_value value = {.type = LOOM_FLOAT, .as = {.number = values[i]}};
        struct loom_bytes rest = {room, 0};
        struct loom_tlv entry;
        loom_tlv_put_value(&out, LOOM_TLV_RESOURCE, 1, &value);
        rest.length = out.length;
        cr_assert_eq(loom_tlv_next(&rest, &entry), LOOM_OK);
        cr_assert_eq(entry.value.length, sizes[i], "%g", values[i]);
        cr_assert_eq(loom_tlv_value(entry.value, LOOM_FLOAT, &value), LOOM_OK);
        cr_assert_eq(value.as.number, values[i]);
    }
}

/* Every truncation of a good payload is refused or ends early; none reads beyond (ASan watches). */
Test(codec, tlv_truncations_are_safe)
{
    static const uint8_t whole[] = {0x08, 0x00, 0x0B, 0xC8, 0x00, 0x03, 'a',
                                    'b',  'c',  0x86, 0x06, 0x41, 0x00, 0x01};
    struct loom_path path = loom_path_object(3);
    for (size_t length = 0; length < sizeof whole; length++) {
        uint8_t *exact = malloc(length == 0 ? 1 : length);
        struct loom_bytes payload = {exact, length};
        struct loom_decoder decoder;
        struct loom_item item;
        memcpy(exact, whole, length);
        cr_assert_eq(loom_decode_begin(&decoder, &loom_format_tlv, &path, false, payload, NULL, 0),
                     LOOM_OK);
        enum loom_status status;
        while ((status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        }
        cr_assert(status == (length == 0 ? LOOM_END : LOOM_BAD_REQUEST), "length %zu", length);
        free(exact);
    }
}

/* Where a payload and the path it was sent to do not belong together (rules D-11 .. D-14). */
Test(codec, tlv_entries_must_fit_the_path)
{
    static const uint8_t resource[] = {0xC1, 0x01, 0x05};
    static const uint8_t wrapped[] = {0x03, 0x02, 0xC1, 0x01, 0x05};
    static const uint8_t nested[] = {0x05, 0x02, 0x03, 0x02, 0xC1, 0x01, 0x05};
    static const uint8_t bare[] = {0x41, 0x00, 0x05}; /* resource instance 0 */
    static const uint8_t in_one[] = {0x83, 0x01, 0x41, 0x00, 0x05};
    static const uint8_t in_seven[] = {0x83, 0x07, 0x41, 0x00, 0x05};
    const struct {
        struct loom_path path;
        bool create;
        struct loom_bytes payload;
        enum loom_status status;
    } cases[] = {
        {loom_path_object(1), false, {resource, 3}, LOOM_BAD_REQUEST}, /* no instance named */
        {loom_path_object(1), true, {resource, 3}, LOOM_OK},           /* Create: client picks */
        {loom_path_object(1), false, {wrapped, 5}, LOOM_OK},
        {loom_path_instance(1, 2), false, {resource, 3}, LOOM_OK},
        {loom_path_instance(1, 2), false, {wrapped, 5}, LOOM_OK},
        {loom_path_instance(1, 3), false, {wrapped, 5}, LOOM_BAD_REQUEST}, /* another instance */
        {loom_path_resource(1, 2, 1), false, {resource, 3}, LOOM_OK},
        {loom_path_resource(1, 2, 7),
         false,
         {resource, 3},
         LOOM_BAD_REQUEST}, /* another resource */
        {loom_path_resource_instance(1, 2, 1, 0), false, {resource, 3}, LOOM_BAD_REQUEST},
        {loom_path_resource_instance(1, 2, 1, 0), false, {bare, 3}, LOOM_OK},
        {loom_path_resource_instance(1, 2, 1, 0), false, {in_one, 5}, LOOM_OK},
        {loom_path_resource_instance(1, 2, 1, 0), false, {in_seven, 5}, LOOM_BAD_REQUEST},
        {loom_path_resource_instance(1, 2, 1, 3), false, {bare, 3}, LOOM_BAD_REQUEST},
        {loom_path_resource_instance(1, 2, 1, 3), false, {in_one, 5}, LOOM_BAD_REQUEST},
        {loom_path_resource(1, 2, 1), false, {bare, 3}, LOOM_OK},
        {loom_path_instance(1, 2), false, {bare, 3}, LOOM_BAD_REQUEST},
        {loom_path_object(1), false, {nested, 7}, LOOM_BAD_REQUEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_decoder decoder;
        struct loom_item item;
        cr_assert_eq(loom_decode_begin(&decoder, &loom_format_tlv, &cases[i].path, cases[i].create,
                                       cases[i].payload, NULL, 0),
                     LOOM_OK);
        enum loom_status status = loom_decode_next(&decoder, &item);
        if (status == LOOM_OK && item.path.depth == 2) {
            status = loom_decode_next(&decoder, &item);
        }
        cr_assert_eq(status, cases[i].status, "case %zu", i);
        if (status == LOOM_OK && cases[i].path.depth == 4) {
            cr_assert_eq(item.path.depth, 4);
            cr_assert_eq(memcmp(item.path.id, cases[i].path.id, sizeof item.path.id), 0);
        }
    }
}

/* ---- link format ----------------------------------------------------------------------------- */

/* Rules, C-15, D.7: both forms, blanks, trailing slashes, commas in quotes. */
Test(codec, link_lists_are_read_leniently)
{
    struct loom_text list =
        text_of("lwm2m=\"1.0\", </0/0>;ssid=101;uri=\"coaps://a,b\" ,</0/1/>,</3>;ver=1.1");
    struct loom_link link;
    struct loom_text value;
    cr_assert_eq(loom_link_next(&list, &link), LOOM_OK);
    cr_assert_null(link.target.data);
    cr_assert(loom_link_parameter(&link, "lwm2m", &value));
    cr_assert_eq(value.length, 3);
    cr_assert_eq(memcmp(value.data, "1.0", 3), 0);
    cr_assert_eq(loom_link_next(&list, &link), LOOM_OK);
    cr_assert_eq(memcmp(link.target.data, "/0/0", link.target.length), 0);
    cr_assert(loom_link_parameter(&link, "uri", &value));
    cr_assert_eq(value.length, 11);
    cr_assert(loom_link_parameter(&link, "ssid", &value));
    cr_assert_eq(memcmp(value.data, "101", value.length), 0);
    cr_assert_not(loom_link_parameter(&link, "ver", &value));
    cr_assert_not(loom_link_parameter(&link, "ss", &value));
    cr_assert_eq(loom_link_next(&list, &link), LOOM_OK);
    cr_assert_eq(loom_link_next(&list, &link), LOOM_OK);
    cr_assert(loom_link_parameter(&link, "ver", &value));
    cr_assert_eq(loom_link_next(&list, &link), LOOM_END);
}

/* A quoted text can hold what looks like a parameter, and is still one text. */
Test(codec, link_parameters_end_where_their_quotes_end)
{
    struct loom_text list = text_of("</3>;rt=\"\\\";ssid=9;\\\"\";ssid=5");
    struct loom_link link;
    struct loom_text value;
    cr_assert_eq(loom_link_next(&list, &link), LOOM_OK);
    cr_assert(loom_link_parameter(&link, "ssid", &value));
    cr_assert_eq(value.length, 1);
    cr_assert_eq(value.data[0], '5');
}

Test(codec, link_lists_that_are_broken_are_refused)
{
    const char *const bad[] = {"</3", "</3>;a=\"x", "<"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loom_text list = text_of(bad[i]);
        struct loom_link link;
        cr_assert_eq(loom_link_next(&list, &link), LOOM_BAD_REQUEST, "'%s'", bad[i]);
    }
}

/* ---- arguments of Execute -------------------------------------------------------------------- */

/* C-27: the examples of the rule, and values with everything that CHAR has. */
Test(codec, arguments_are_read_one_by_one)
{
    static const char value[] = "!#$%&()*+,-./09:;<=>?@AZ[]^_`az{|}~ ";
    char list[64];
    struct loom_argument argument;
    (void)snprintf(list, sizeof list, "5,2='10.3',0='',9='%s'", value);
    struct loom_text rest = text_of(list);
    cr_assert_eq(loom_argument_next(&rest, &argument), LOOM_OK);
    cr_assert_eq(argument.digit, 5);
    cr_assert_null(argument.value.data);
    cr_assert_eq(loom_argument_next(&rest, &argument), LOOM_OK);
    cr_assert_eq(argument.digit, 2);
    cr_assert_eq(argument.value.length, 4);
    cr_assert_eq(memcmp(argument.value.data, "10.3", 4), 0);
    cr_assert_eq(loom_argument_next(&rest, &argument), LOOM_OK);
    cr_assert_eq(argument.digit, 0);
    cr_assert_not_null(argument.value.data);
    cr_assert_eq(argument.value.length, 0);
    cr_assert_eq(loom_argument_next(&rest, &argument), LOOM_OK);
    cr_assert_eq(argument.digit, 9);
    cr_assert_eq(argument.value.length, sizeof value - 1);
    cr_assert_eq(memcmp(argument.value.data, value, sizeof value - 1), 0);
    cr_assert_eq(loom_argument_next(&rest, &argument), LOOM_END);
}

/* C-27: what is no list of arguments is not taken for one, wherever it goes wrong. */
Test(codec, arguments_that_are_none_are_refused)
{
    static const char *const bad[] = {
        "a",      ",",        " ",      "0 ",     "0=",           "0='",    "0='a",
        "0=a",    "0,",       ",0",     "10",     "0='a'b",       "0='a',", "0='\"'",
        "0='\\'", "0='\x7F'", "0='\t'", "0='a''", "0='\xC3\xA4'", "0=''a'", "1,,2",
        "1;2"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct loom_text rest = text_of(bad[i]);
        struct loom_argument argument;
        enum loom_status status;
        while ((status = loom_argument_next(&rest, &argument)) == LOOM_OK) {
        }
        cr_assert_eq(status, LOOM_BAD_REQUEST, "'%s'", bad[i]);
    }
}
