/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loom/json_line.h"
#include "loom/status.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct loom_json json;
static char *text;
static size_t size;
static FILE *file;

static void begin(void)
{
    file = open_memstream(&text, &size);
    cr_assert_not_null(file);
    loom_json_begin(&json, file);
}

static void assert_line(const char *expected)
{
    loom_json_end(&json);
    cr_assert(eq(str, text, (char *)expected));
    (void)fclose(file);
    free(text);
}

Test(json_line, an_empty_object)
{
    begin();
    assert_line("{}\n");
}

Test(json_line, members_of_every_kind)
{
    struct loom_path path = loom_path_resource(3, 0, 9);
    struct loom_path root = loom_path_root();
    static const uint8_t bytes[] = {0x00, 0xAB};
    struct loom_bytes opaque = {bytes, 2};
    begin();
    loom_json_string(&json, "s", "x");
    loom_json_string(&json, "n", NULL);
    loom_json_integer(&json, "i", INT64_MIN);
    loom_json_unsigned(&json, "u", UINT64_MAX);
    loom_json_float(&json, "f", 0.5);
    loom_json_float(&json, "nan", (double)NAN);
    loom_json_boolean(&json, "b", true);
    loom_json_hex(&json, "h", opaque);
    loom_json_path(&json, "p", &path);
    loom_json_path(&json, "r", &root);
    loom_json_code(&json, "c", LOOM_CODE(4, 15));
    assert_line("{\"s\":\"x\",\"n\":null,\"i\":-9223372036854775808,\"u\":18446744073709551615,"
                "\"f\":0.5,\"nan\":null,\"b\":true,\"h\":\"00ab\",\"p\":\"/3/0/9\",\"r\":\"/\","
                "\"c\":\"4.15\"}\n");
}

Test(json_line, arrays_and_objects_nest)
{
    begin();
    loom_json_begin_array(&json, "a");
    loom_json_end_array(&json);
    loom_json_begin_array(&json, "l");
    loom_json_integer(&json, NULL, 1);
    loom_json_begin_object(&json, NULL);
    loom_json_integer(&json, "x", 2);
    loom_json_end_object(&json);
    loom_json_end_array(&json);
    loom_json_integer(&json, "z", 3);
    assert_line("{\"a\":[],\"l\":[1,{\"x\":2}],\"z\":3}\n");
}

Test(json_line, text_is_escaped)
{
    struct loom_text hostile = {"a\"\\\n\t\x1b\x7f\0b", 9};
    begin();
    loom_json_text(&json, "\"", hostile);
    assert_line("{\"\\\"\":\"a\\\"\\\\\\n\\u0009\\u001b\\u007f\\u0000b\"}\n");
}

Test(json_line, what_is_not_utf8_is_replaced)
{
    static const struct {
        const char *bytes;
        const char *line;
    } cases[] = {
        {"\xC3\xA9\xF0\x9F\x98\x80", "{\"x\":\"\xC3\xA9\xF0\x9F\x98\x80\"}\n"},
        {"\xC3", "{\"x\":\"\\ufffd\"}\n"},
        {"\xFF.", "{\"x\":\"\\ufffd.\"}\n"},
        {"\xC0\x80", "{\"x\":\"\\ufffd\\ufffd\"}\n"},
        {"\xED\xA0\x80", "{\"x\":\"\\ufffd\\ufffd\\ufffd\"}\n"},
        {"\xF4\x90\x80\x80", "{\"x\":\"\\ufffd\\ufffd\\ufffd\\ufffd\"}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_text value = {cases[i].bytes, strlen(cases[i].bytes)};
        begin();
        loom_json_text(&json, "x", value);
        assert_line(cases[i].line);
    }
}

Test(json_line, values_of_the_data_model)
{
    static const uint8_t bytes[] = {0xCA, 0xFE};
    struct loom_value values[] = {
        {LOOM_INTEGER, {.integer = -1}},
        {LOOM_TIME, {.integer = 2}},
        {LOOM_UNSIGNED, {.unsigned_integer = 3}},
        {LOOM_FLOAT, {.number = 1.25}},
        {LOOM_BOOLEAN, {.boolean = false}},
        {LOOM_STRING, {.text = {"s", 1}}},
        {LOOM_OPAQUE, {.opaque = {bytes, 2}}},
        {LOOM_OBJLNK, {.objlnk = {3, 65535}}},
        {LOOM_NONE, {0}},
    };
    begin();
    loom_json_begin_array(&json, "v");
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        loom_json_value(&json, NULL, &values[i]);
    }
    loom_json_end_array(&json);
    assert_line("{\"v\":[-1,2,3,1.25,false,\"s\",\"cafe\",\"3:65535\",null]}\n");
}
