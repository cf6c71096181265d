/* SPDX-License-Identifier: Apache-2.0 */
/* SenML JSON (110, 320), rules D-30 .. D-38, and the JSON of LwM2M 1.0 (11543), rules D.4. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "payloads.h"

static void expect_of(const struct loom_format *format, unsigned mode, const char *path,
                      const char *json, const char *items)
{
    char text[TEST_ROOM];
    struct test_bytes bytes = test_text(json);
    cr_assert_eq(test_read(format, path, mode, bytes, text), LOOM_END, "%s on %s: %s", json, path,
                 text);
    cr_assert_str_eq(text, items, "%s on %s: %s", json, path, text);
    free(bytes.data);
}

static void refuse_of(const struct loom_format *format, unsigned mode, const char *path,
                      const char *json)
{
    char text[TEST_ROOM];
    struct test_bytes bytes = test_text(json);
    cr_assert_eq(test_read(format, path, mode, bytes, text), LOOM_BAD_REQUEST, "%s on %s: %s", json,
                 path, text);
    free(bytes.data);
}

static void expect(const char *path, const char *json, const char *items)
{
    expect_of(&loom_format_senml_json, 0, path, json, items);
}

static void refuse(const char *path, const char *json)
{
    refuse_of(&loom_format_senml_json, 0, path, json);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* D-30: base name and name make a path; the base name stays in force. */
Test(senml_json, names_make_paths)
{
    expect("/3/0", "[{\"bn\":\"/3/0/\",\"n\":\"0\",\"vs\":\"A\"},{\"n\":\"6/0\",\"v\":1}]",
           "/3/0/0=A;/3/0/6/0=1;");
    expect("/", "[{\"n\":\"/3/0/0\",\"vs\":\"A\"},{\"n\":\"/1/0/1\",\"v\":86400}]",
           "/3/0/0=A;/1/0/1=86400;");
    expect("/", "[{\"n\":\"0/1\",\"v\":1,\"bn\":\"/1/\"},{\"n\":\"1/1\",\"v\":2}]",
           "/1/0/1=1;/1/1/1=2;");
    expect("/3/0/1", "[{\"bn\":\"/3/0/1\",\"v\":5}]", "/3/0/1=5;");
    expect("/3/0/1", "[{\"bn\":\"\\/3\\/0\",\"n\":\"\\u002F1\",\"v\":5}]", "/3/0/1=5;");
    expect("/3/0/12", "[{\"bn\":\"/3/0/1\",\"n\":\"2\",\"v\":5}]", "/3/0/12=5;");
    expect("/3/0/6", " [ ] ", "/3/0/6=nothing;");
    expect("/3/0", "[]", "");
    const char *bad[] = {
        "[{\"n\":\"/4/0/1\",\"v\":5}]",
        "[{\"n\":\"3/0/1\",\"v\":5}]",
        "[{\"n\":\"/3/0\",\"v\":5}]",
        "[{\"n\":\"/3/0/1/2/3\",\"v\":5}]",
        "[{\"n\":\"/3/0/01\",\"v\":5}]",
        "[{\"n\":\"/3/0/65535\",\"v\":5}]",
        "[{\"n\":\"/3/0/+1\",\"v\":5}]",
        "[{\"n\":\"/3/0//1\",\"v\":5}]",
        "[{\"n\":\"/lwm2m/3/0\",\"v\":5}]",
        "[{\"v\":5}]",
        "[{\"n\":5,\"v\":5}]",
        "[{\"n\":null,\"v\":5}]",
        "[{\"bn\":5,\"v\":5}]",
        "[{\"n\":\"/3/0/\\u0000\",\"v\":5}]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse("/3/0", bad[i]);
    }
}

/* D-31, D-35: one value in each record; what is unknown is passed over, unless it must be
 * understood; labels come once. */
Test(senml_json, records_have_one_value)
{
    const char *good[] = {
        "[{\"n\":\"/3/0/1\",\"u\":\"s\",\"ut\":5,\"bu\":\"s\",\"v\":5}]",
        "[{\"bver\":10,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bver\":1e1,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"x\":{\"a\":[1,{}, []],\"b\":null},\"x\":\"\\uD800\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"\\u006E\":\"/3/0/1\",\"\\u0076\":5}]",
        "[{\"a longer label\":1,\"a longer \\\\ label\":1,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bt\":0,\"t\":0.0,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bt\":5,\"t\":-5,\"n\":\"/3/0/1\",\"v\":5}]",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        expect("/3/0", good[i], "/3/0/1=5;");
    }
    /* Ends in no `_`, though its escape begins as one. */
    expect("/3/0", "[{\"a longer test\\u005d\":1,\"n\":\"/3/0/1\",\"v\":5}]", "/3/0/1=5;");
    expect("/3/0", "[{\"a longer test\\u006f\":1,\"n\":\"/3/0/1\",\"v\":5}]", "/3/0/1=5;");
    const char *bad[] = {
        "[{\"n\":\"/3/0/1\"}]",
        "[{\"n\":\"/3/0/1\",\"v\":5,\"vs\":\"5\"}]",
        "[{\"n\":\"/3/0/1\",\"v\":5,\"v\":5}]",
        "[{\"n\":\"/3/0/1\",\"n\":\"\",\"v\":5}]",
        "[{\"n\":\"/3/0/1\",\"v\":5,\"\\u0076\":6}]",
        "[{\"bver\":11,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bver\":\"10\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"test_\":\"fail\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"test\\u005F\":\"fail\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"a longer test\\u005F\":\"fail\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"a longer \\\\ test_\":\"fail\",\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bv\":1,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"s\":1,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bs\":1,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"t\":5,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"bt\":5,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"t\":\"0\",\"n\":\"/3/0/1\",\"v\":5}]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse("/3/0", bad[i]);
    }
}

/* RFC 8259. */
Test(senml_json, refuses_what_is_no_json)
{
    static const char good[] = "[{\"n\":\"/3/0/1\",\"x\":[{\"y\":-1.5e+3}],\"vs\":\"\\u00e4\\n\"}]";
    char text[TEST_ROOM];
    for (size_t length = 0; length < sizeof good - 1; length++) { /* cut off anywhere */
        struct test_bytes bytes = {malloc(length > 0 ? length : 1), length};
        memcpy(bytes.data, good, length);
        cr_assert_eq(test_read(&loom_format_senml_json, "/3/0", 0, bytes, text), LOOM_BAD_REQUEST,
                     "%zu: %s", length, text);
        free(bytes.data);
    }
    const char *bad[] = {
        "{}",
        "5",
        "[{\"n\":\"/3/0/1\",\"v\":5}],",
        "[{\"n\":\"/3/0/1\",\"v\":5}] x",
        "[{\"n\":\"/3/0/1\",\"v\":5},]",
        "[{\"n\":\"/3/0/1\",\"v\":5,}]",
        "[,{\"n\":\"/3/0/1\",\"v\":5}]",
        "[{,\"n\":\"/3/0/1\",\"v\":5}]",
        "[{\"n\":\"/3/0/1\" \"v\":5}]",
        "[{\"n\" \"/3/0/1\",\"v\":5}]",
        "[{n:\"/3/0/1\",\"v\":5}]",
        "[{'n':\"/3/0/1\",\"v\":5}]",
        "[{\"n\":\"/3/0/1\",\"v\":05}]",
        "[{\"n\":\"/3/0/1\",\"v\":+5}]",
        "[{\"n\":\"/3/0/1\",\"v\":.5}]",
        "[{\"n\":\"/3/0/1\",\"v\":5.}]",
        "[{\"n\":\"/3/0/1\",\"v\":5e}]",
        "[{\"n\":\"/3/0/1\",\"v\":-}]",
        "[{\"n\":\"/3/0/1\",\"v\":0x5}]",
        "[{\"n\":\"/3/0/1\",\"v\":NaN}]",
        "[{\"n\":\"/3/0/1\",\"v\":tru}]",
        "[{\"n\":\"/3/0/1\",\"vs\":\"\\x\"}]",
        "[{\"n\":\"/3/0/1\",\"vs\":\"\\u12G4\"}]",
        "[{\"n\":\"/3/0/1\",\"vs\":\"a\nb\"}]",
        "[{\"n\":\"/3/0/1\",\"vs\":\"\xC0\x80\"}]",
        "[{\"n\":\"/3/0/1\",\"vs\":\"\xED\xA0\x80\"}]",
        "[{\"n\":\"/3/0/1\",\"x\":[1,2}],\"v\":5}]",
        "[{\"n\":\"/3/0/1\",\"x\":{1:2},\"v\":5}]",
        "[[{\"n\":\"/3/0/1\",\"v\":5}]]",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse("/3/0", bad[i]);
    }
}

/* Whatever a member that is passed over nests, it takes no stack. */
Test(senml_json, nesting_is_bounded)
{
    char json[256] = "[{\"n\":\"/3/0/1\",\"v\":5,\"x\":";
    for (unsigned depth = 31; depth <= 33; depth++) {
        size_t begin = strlen("[{\"n\":\"/3/0/1\",\"v\":5,\"x\":");
        memset(json + begin, '[', depth);
        memset(json + begin + depth, ']', depth);
        strcpy(json + begin + 2 * depth, "}]");
        if (depth <= 32) {
            expect("/3/0", json, "/3/0/1=5;");
        } else {
            refuse("/3/0", json);
        }
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static enum loom_status read_as(const char *member, enum loom_type type, struct loom_value *value)
{
    static uint8_t scratch[16];
    static char kept[512];
    snprintf(kept, sizeof kept, "[{\"n\":\"/9/0/1\",%s}]", member);
    struct test_bytes bytes = {(uint8_t *)kept, strlen(kept)};
    return test_read_value(&loom_format_senml_json, "/9/0/1", bytes, type, value, scratch,
                           sizeof scratch);
}

static void expect_integer(const char *member, int64_t expected)
{
    struct loom_value value;
    cr_assert_eq(read_as(member, LOOM_INTEGER, &value), LOOM_OK, "%s", member);
    cr_assert_eq(value.as.integer, expected, "%s", member);
    cr_assert_eq(read_as(member, LOOM_TIME, &value), LOOM_OK, "%s", member);
    cr_assert_eq(value.as.integer, expected, "%s", member);
}

static void expect_no(const char *member, enum loom_type type)
{
    struct loom_value value;
    cr_assert_eq(read_as(member, type, &value), LOOM_BAD_REQUEST, "%s as %d", member, type);
}

/* D.1: whole numbers are exact over 64 bits, however they are written. */
Test(senml_json, integers_are_exact)
{
    struct loom_value value;
    expect_integer("\"v\":0", 0);
    expect_integer("\"v\":-0", 0);
    expect_integer("\"v\":300.0", 300);
    expect_integer("\"v\":3e2", 300);
    expect_integer("\"v\":3E+2", 300);
    expect_integer("\"v\":3000e-1", 300);
    expect_integer("\"v\":0.003e5", 300);
    expect_integer("\"v\":0e999999999999", 0);
    expect_integer("\"v\":1200000000000000000000e-19", 120);
    expect_integer("\"v\":9223372036854775807", INT64_MAX);
    expect_integer("\"v\":-9223372036854775808", INT64_MIN);
    expect_integer("\"v\":9223372036854775.807e3", INT64_MAX);
    expect_integer("\"v\":5.00000000000000000000000000000000000000000000", 5);
    cr_assert_eq(read_as("\"v\":18446744073709551615", LOOM_UNSIGNED, &value), LOOM_OK);
    cr_assert_eq(value.as.unsigned_integer, UINT64_MAX);
    expect_no("\"v\":9223372036854775808", LOOM_INTEGER);
    expect_no("\"v\":-9223372036854775809", LOOM_INTEGER);
    expect_no("\"v\":18446744073709551616", LOOM_UNSIGNED);
    expect_no("\"v\":1e20", LOOM_UNSIGNED);
    expect_no("\"v\":1e999999999999", LOOM_UNSIGNED);
    expect_no("\"v\":-1", LOOM_UNSIGNED);
    expect_no("\"v\":1.5", LOOM_INTEGER);
    expect_no("\"v\":1e-1", LOOM_INTEGER);
    expect_no("\"v\":1e-999999999999", LOOM_INTEGER);
    expect_no("\"v\":0.1e-999999999999", LOOM_UNSIGNED);
    expect_no("\"v\":true", LOOM_INTEGER);
    expect_no("\"v\":null", LOOM_INTEGER);
    expect_no("\"v\":\"5\"", LOOM_INTEGER);
    expect_no("\"vs\":\"5\"", LOOM_INTEGER);
}

/* D.1: every type has its label. */
Test(senml_json, values_have_their_labels)
{
    struct loom_value value;
    cr_assert_eq(read_as("\"v\":-22.9", LOOM_FLOAT, &value), LOOM_OK);
    cr_assert_eq(value.as.number, -22.9);
    cr_assert_eq(read_as("\"v\":1e400", LOOM_FLOAT, &value), LOOM_BAD_REQUEST);
    cr_assert_eq(read_as("\"vb\":true", LOOM_BOOLEAN, &value), LOOM_OK);
    cr_assert(value.as.boolean);
    cr_assert_eq(read_as("\"vb\":false", LOOM_BOOLEAN, &value), LOOM_OK);
    cr_assert_not(value.as.boolean);
    cr_assert_eq(read_as("\"vlo\":\"66:0\"", LOOM_OBJLNK, &value), LOOM_OK);
    cr_assert_eq(value.as.objlnk.object, 66);
    cr_assert_eq(read_as("\"vs\":\"</3>\"", LOOM_CORELNK, &value), LOOM_OK);
    /* both alphabets, with padding or without */
    const char *opaque[] = {"\"vd\":\"q83v-_8\"", "\"vd\":\"q83v+/8=\"", "\"vd\":\"q83v+\\/8\""};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(read_as(opaque[i], LOOM_OPAQUE, &value), LOOM_OK, "%s", opaque[i]);
        cr_assert_eq(value.as.opaque.length, 5);
        cr_assert_eq(memcmp(value.as.opaque.data, "\xAB\xCD\xEF\xFB\xFF", 5), 0);
    }
    expect_no("\"v\":true", LOOM_BOOLEAN);
    expect_no("\"vb\":1", LOOM_BOOLEAN);
    expect_no("\"vb\":null", LOOM_BOOLEAN);
    expect_no("\"v\":true", LOOM_BOOLEAN);
    expect_no("\"vs\":5", LOOM_STRING);
    expect_no("\"vd\":\"q83v\"", LOOM_STRING);
    expect_no("\"vs\":\"66:0\"", LOOM_OBJLNK);
    expect_no("\"vlo\":\"66\"", LOOM_OBJLNK);
    expect_no("\"vd\":\"q83v-\"", LOOM_OPAQUE);
    expect_no("\"vd\":\"q 83v\"", LOOM_OPAQUE);
}

static void expect_string(const char *member, const char *expected)
{
    struct loom_value value;
    cr_assert_eq(read_as(member, LOOM_STRING, &value), LOOM_OK, "%s", member);
    cr_assert_eq(value.as.text.length, strlen(expected), "%s", member);
    cr_assert_eq(memcmp(value.as.text.data, expected, strlen(expected)), 0, "%s", member);
}

/* RFC 8259 section 7: escapes, also of surrogate pairs; what does not fit is refused as such. */
Test(senml_json, strings_may_have_escapes)
{
    struct loom_value value;
    expect_string("\"vs\":\"\"", "");
    expect_string("\"vs\":\"plain, of any length whatever: there is no copy\"",
                  "plain, of any length whatever: there is no copy");
    expect_string("\"vs\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    expect_string("\"vs\":\"a\\u00e4\\u20AC\\uD83D\\uDE00z\"",
                  "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z");
    expect_string("\"vs\":\"\\uD800\\uDC00\"", "\xF0\x90\x80\x80");
    expect_string("\"vs\":\"\\uDBFF\\uDFFF\"", "\xF4\x8F\xBF\xBF");
    expect_string("\"vs\":\"\xC3\xA4\"", "\xC3\xA4");
    expect_no("\"vs\":\"\\uD800\"", LOOM_STRING);
    expect_no("\"vs\":\"\\uD800x\"", LOOM_STRING);
    expect_no("\"vs\":\"\\uD800\\n12345\"", LOOM_STRING);
    expect_no("\"vs\":\"\\uD800\\uD800\"", LOOM_STRING);
    expect_no("\"vs\":\"\\uDC00\\uD800\"", LOOM_STRING);
    cr_assert_eq(read_as("\"vs\":\"1234567890123456\\n\"", LOOM_STRING, &value), LOOM_TOO_LARGE);
    cr_assert_eq(read_as("\"vd\":\"AAAAAAAAAAAAAAAAAAAAAAAA\"", LOOM_OPAQUE, &value),
                 LOOM_TOO_LARGE);
}

/* D-33, D-36, D-37. */
Test(senml_json, names_times_and_deletions)
{
    expect_of(&loom_format_senml_json, LOOM_DECODE_NAMES, "/",
              "[{\"bn\":\"/4/0/\",\"n\":\"0\"},{\"n\":\"1\"},{\"bn\":\"/6/\",\"n\":\"0\"},"
              "{\"bn\":\"/\"}]",
              "/4/0/0;/4/0/1;/6/0;/;");
    refuse_of(&loom_format_senml_json, LOOM_DECODE_NAMES, "/", "[{\"n\":\"/4\",\"v\":1}]");
    refuse_of(&loom_format_senml_json, LOOM_DECODE_NAMES, "/", "[{\"n\":\"/4\",\"t\":20000000}]");
    expect_of(&loom_format_senml_json, LOOM_DECODE_TIMES, "/1024/0/1",
              "[{\"bn\":\"/1024/0/1\",\"v\":22.9,\"bt\":268500000},{\"v\":22.5,\"t\":-5},"
              "{\"v\":24,\"t\":0.5}]",
              "/1024/0/1@268500000=22.9;/1024/0/1@268499995=22.5;/1024/0/1@268500000.5=24;");
    expect_of(&loom_format_senml_etch_json, LOOM_DECODE_DELETES, "/",
              "[{\"n\":\"/3/0/11/1\",\"v\":null},{\"n\":\"/3/0/11/2\",\"v\":2}]",
              "/3/0/11/1!;/3/0/11/2=2;");
    expect_of(&loom_format_senml_json, LOOM_DECODE_DELETES, "/",
              "[{\"n\":\"/3/0/11/1\",\"v\":null}]", "/3/0/11/1=?;");
}

/* ---- the JSON of 1.0 ------------------------------------------------------------------------- */

static void expect_old(const char *path, const char *json, const char *items)
{
    expect_of(&loom_format_json, 0, path, json, items);
}

/* Rules D.4: base name, base time and entries in any order. */
Test(old_json, entries_have_names)
{
    expect_old("/3/0",
               "{\"bn\":\"/3/0/\",\"e\":[{\"n\":\"0\",\"sv\":\"A\"},{\"n\":\"6/0\",\"v\":1}]}",
               "/3/0/0=A;/3/0/6/0=1;");
    expect_old("/3/0", "{\"e\":[{\"n\":\"/3/0/0\",\"sv\":\"A\"}]}", "/3/0/0=A;");
    expect_old("/3/0", "{\"e\":[{\"n\":\"\\/3\\/0\\/0\",\"sv\":\"A\"}]}", "/3/0/0=A;");
    expect_old("/3/0", "{\"e\":[{\"n\":\"0\",\"sv\":\"A\"},{\"n\":\"6/1\",\"v\":5}]}",
               "/3/0/0=A;/3/0/6/1=5;");
    expect_old("/3/0/9", "{\"e\":[{\"v\":5}]}", "/3/0/9=5;");
    expect_old("/3/0/9", "{ \"e\" : [ { \"n\" : \"\", \"v\" : 5 } ], \"bn\" : \"/3/0/9\" } ",
               "/3/0/9=5;");
    expect_old("/1024/0", "{\"bn\":\"1024/0/\", \"e\":[{\"n\":\"2\",\"bv\":true}]}",
               "/1024/0/2=1;");
    expect_old("/", "{\"bn\":\"/2/3\",\"e\":[{\"n\":\"/0\",\"v\":1234}]}", "/2/3/0=1234;");
    expect_old("/65",
               "{\"bn\":\"/65/0/\",\"x\":{},\"e\":[{\"n\":\"0\",\"ov\":\"66:0\",\"x\":[1]}]}",
               "/65/0/0=66:0;");
    expect_old("/3/0/6", "{\"bn\":\"/3/0/6\",\"e\":[]}", "/3/0/6=nothing;");
    expect_old("/2", "{\"e\":[]}", "");
    const char *bad[] = {
        "",
        "{}",
        "[]",
        "{\"e\":{}}",
        "{\"e\":[5]}",
        "{\"bn\":\"/3/0/\"}",
        "{\"e\":[{\"n\":\"0\"}]}",
        "{\"e\":[{\"v\":1}]}",
        "{\"e\":[{\"n\":\"0\",\"v\":1}]},",
        "{\"e\":[{\"n\":\"0\",\"v\":1}],}",
        "{\"e\":[{\"n\":\"0\",\"v\":1}],\"e\":[]}",
        "{\"bn\":\"/3/\",\"bn\":\"/3/\",\"e\":[{\"n\":\"0/0\",\"v\":1}]}",
        "{\"e\":[{\"n\":\"0\",\"v\":1,\"v\":1}]}",
        "{\"e\":[{\"n\":\"0\",\"v\":1,\"sv\":\"\"}]}",
        "{\"bn\":\"/4/0/\",\"e\":[{\"n\":\"0\",\"v\":1}]}",
        "{\"bn\":\"//3/0/\",\"e\":[{\"n\":\"0\",\"v\":1}]}",
        "{\"bt\":\"5\",\"e\":[{\"n\":\"0\",\"v\":1}]}",
        "{\"bt\":5,\"e\":[{\"n\":\"0\",\"v\":1}]}",
        "{\"e\":[{\"n\":\"0\",\"v\":1,\"t\":5}]}",
        "{\"e\":[{\"n\":\"0\",\"v\":1}]",
        "{\"e\":[{\"n\":\"0\",\"v\":1}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse_of(&loom_format_json, 0, "/3/0", bad[i]);
    }
    expect_of(&loom_format_json, LOOM_DECODE_TIMES, "/1024/0/1",
              "{\"bn\":\"/1024/0/1\",\"e\":[{\"v\":22.9,\"t\":-30},{\"v\":22.4}],\"bt\":25462634}",
              "/1024/0/1@25462604=22.9;/1024/0/1@25462634=22.4;");
}

/* Rules D.4: opaque is Base64 in `sv`. */
Test(old_json, opaque_is_base64)
{
    uint8_t scratch[16];
    struct loom_value value;
    struct test_bytes bytes = test_text("{\"e\":[{\"sv\":\"q83v+/8=\"}]}");
    cr_assert_eq(test_read_value(&loom_format_json, "/5/0/0", bytes, LOOM_OPAQUE, &value, scratch,
                                 sizeof scratch),
                 LOOM_OK);
    cr_assert_eq(value.as.opaque.length, 5);
    cr_assert_eq(memcmp(value.as.opaque.data, "\xAB\xCD\xEF\xFB\xFF", 5), 0);
    cr_assert_eq(test_read_value(&loom_format_json, "/5/0/0", bytes, LOOM_INTEGER, &value, scratch,
                                 sizeof scratch),
                 LOOM_BAD_REQUEST);
    free(bytes.data);
}

/* ---- writing --------------------------------------------------------------------------------- */

struct step {
    const char *path;
    struct loom_value value;
    double time;
};

static void expect_written(const struct loom_format *format, unsigned nones, const char *base_text,
                           const struct step *steps, size_t count, const char *json)
{
    char room[TEST_ROOM];
    struct loom_output out = loom_output(room, sizeof room - 1);
    struct loom_path base = test_path(base_text);
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &base, &out);
    encoder.nones = (uint8_t)nones;
    for (size_t i = 0; i < count; i++) {
        struct loom_path path = test_path(steps[i].path);
        loom_encode_set_time(&encoder, steps[i].time);
        loom_encode_put(&encoder, &path, &steps[i].value);
    }
    loom_encode_end(&encoder);
    cr_assert_not(out.overflow);
    room[out.length] = '\0';
    cr_assert_str_eq(room, json);
}

static const struct step steps[] = {
    {"/9/0", {.type = LOOM_NONE}, 0},
    {"/9/0/0", {LOOM_STRING, {.text = {"a \"test\"\\\n\x01\x7F\xC3\xA4", 14}}}, 0},
    {"/9/0/1", {LOOM_INTEGER, {.integer = INT64_MIN}}, 0},
    {"/9/0/2", {LOOM_UNSIGNED, {.unsigned_integer = UINT64_MAX}}, 0},
    {"/9/0/3", {LOOM_FLOAT, {.number = -0.1}}, 0},
    {"/9/0/4", {LOOM_BOOLEAN, {.boolean = true}}, 0},
    {"/9/0/5", {LOOM_OPAQUE, {.opaque = {(const uint8_t *)"\xAB\xCD\xEF\xFB\xFF", 5}}}, 0},
    {"/9/0/6", {.type = LOOM_NONE}, 0},
    {"/9/0/6/0", {LOOM_TIME, {.integer = 7}}, 0},
    {"/9/0/6/2", {LOOM_OBJLNK, {.objlnk = {66, 0}}}, 0},
    {"/9/0/7", {LOOM_CORELNK, {.text = {"</3>", 4}}}, 0}};

/* D-30, D-31: the base name comes first and once; escapes only where JSON needs them. */
Test(senml_json, writes_records)
{
    const struct loom_format *senml = &loom_format_senml_json;
    expect_written(
        senml, 0, "/9/0", steps, sizeof steps / sizeof steps[0],
        "[{\"bn\":\"/9/0/\",\"n\":\"0\",\"vs\":\"a \\\"test\\\"\\\\\\n\\u0001\x7F\xC3\xA4\"},"
        "{\"n\":\"1\",\"v\":-9223372036854775808},"
        "{\"n\":\"2\",\"v\":18446744073709551615},{\"n\":\"3\",\"v\":-0.1},"
        "{\"n\":\"4\",\"vb\":true},{\"n\":\"5\",\"vd\":\"q83v-_8\"},"
        "{\"n\":\"6/0\",\"v\":7},{\"n\":\"6/2\",\"vlo\":\"66:0\"},"
        "{\"n\":\"7\",\"vs\":\"</3>\"}]");
    expect_written(senml, 0, "/9/0/4", steps + 5, 1, "[{\"bn\":\"/9/0/4\",\"vb\":true}]");
    expect_written(senml, 0, "/9/0/6", steps + 7, 2, "[{\"bn\":\"/9/0/6/\",\"n\":\"0\",\"v\":7}]");
    expect_written(senml, 0, "/", steps + 4, 1, "[{\"bn\":\"/\",\"n\":\"9/0/3\",\"v\":-0.1}]");
    expect_written(senml, 0, "/9/0", steps, 1, "[]");
    const struct step none[] = {{"/3/0/0", {.type = LOOM_NONE}, 0}, {"/1", {.type = LOOM_NONE}, 0}};
    expect_written(senml, LOOM_ENCODE_NAMES, "/", none, 2,
                   "[{\"bn\":\"/\",\"n\":\"3/0/0\"},{\"n\":\"1\"}]");
    expect_written(&loom_format_senml_etch_json, LOOM_ENCODE_DELETES, "/", none, 1,
                   "[{\"bn\":\"/\",\"n\":\"3/0/0\",\"v\":null}]");
    const struct step history[] = {{"/9/0/3", {LOOM_FLOAT, {.number = 22.9}}, 268500000},
                                   {"/9/0/3", {LOOM_FLOAT, {.number = 0.0}}, 268500000.5},
                                   {"/9/0/3", {LOOM_FLOAT, {.number = -0.0}}, 0}};
    expect_written(senml, 0, "/9/0/3", history, 3,
                   "[{\"bn\":\"/9/0/3\",\"t\":268500000,\"v\":22.9},"
                   "{\"t\":268500000.5,\"v\":0},{\"v\":-0}]");
    expect_written(&loom_format_json, 0, "/9/0/3", history, 2,
                   "{\"bn\":\"/9/0/3\",\"e\":[{\"t\":268500000,\"v\":22.9},"
                   "{\"t\":268500000.5,\"v\":0}]}");
}

/* Rules D.4. */
Test(old_json, writes_entries)
{
    expect_written(&loom_format_json, 0, "/9", steps, sizeof steps / sizeof steps[0],
                   "{\"bn\":\"/9/\",\"e\":["
                   "{\"n\":\"0/0\",\"sv\":\"a \\\"test\\\"\\\\\\n\\u0001\x7F\xC3\xA4\"},"
                   "{\"n\":\"0/1\",\"v\":-9223372036854775808},"
                   "{\"n\":\"0/2\",\"v\":18446744073709551615},{\"n\":\"0/3\",\"v\":-0.1},"
                   "{\"n\":\"0/4\",\"bv\":true},{\"n\":\"0/5\",\"sv\":\"q83v+/8=\"},"
                   "{\"n\":\"0/6/0\",\"v\":7},{\"n\":\"0/6/2\",\"ov\":\"66:0\"},"
                   "{\"n\":\"0/7\",\"sv\":\"</3>\"}]}");
    expect_written(&loom_format_json, 0, "/9/0", steps, 1, "{\"bn\":\"/9/0\",\"e\":[]}");
}
