/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's reader of JSON lines, RFC 8259. */
#include <criterion/criterion.h>
#include <string.h>

#include "json.h"

static struct loom_text text(const char *string)
{
    struct loom_text result = {string, strlen(string)};
    return result;
}

static void check_member(const char *object, const char *name, const char *expected)
{
    struct loom_text value;
    cr_assert(demo_json_member(text(object), name, &value), "%s in %s", name, object);
    cr_assert_eq(value.length, strlen(expected), "%s in %s", name, object);
    cr_assert_arr_eq(value.data, expected, value.length);
}

Test(demo_json, finds_members_behind_values_of_every_kind)
{
    const char *object = " { \"a\" : [1, {\"x\":\"]}\"}], \"b\":{\"x\":1}, \"c\":\"\\\"x\\\":2,\", "
                         "\"x\" : -1.5e3 , \"y\":null}\n";
    check_member(object, "a", "[1, {\"x\":\"]}\"}]");
    check_member(object, "b", "{\"x\":1}");
    check_member(object, "c", "\"\\\"x\\\":2,\"");
    check_member(object, "x", "-1.5e3");
    check_member(object, "y", "null");
}

Test(demo_json, finds_nothing_that_is_not_a_member)
{
    static const char *const objects[] = {
        "",       "{",         "{}",        "[\"x\",1]",     "{\"xx\":1}",  "{\"a\":\"x\"}",
        "{\"x\"", "{\"x\":",   "{\"x\":}",  "{\"x\":\"",     "{\"x\":\"\\", "{\"x\":[1,",
        "x",      "{\"x\" 1}", "{\"x\",1}", "{\"x\":{\"y\"", "]",           "{\"a\":1 \"x\":2}"};
    struct loom_text value;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        cr_expect_not(demo_json_member(text(objects[i]), "x", &value), "%s", objects[i]);
    }
}

Test(demo_json, walks_through_arrays)
{
    static const char *const expected[] = {"1", "\",\"", "[2,3]", "{}"};
    struct loom_text array = text(" [1 , \",\", [2,3],{}] ");
    struct loom_text element;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        cr_assert(demo_json_element(&array, &element));
        cr_assert_eq(element.length, strlen(expected[i]));
        cr_assert_arr_eq(element.data, expected[i], element.length);
    }
    cr_assert_not(demo_json_element(&array, &element));
}

Test(demo_json, an_empty_array_has_no_element)
{
    struct loom_text array = text("[]");
    struct loom_text element;
    cr_assert_not(demo_json_element(&array, &element));
}

static void check_plain(const char *value, size_t room, const char *expected)
{
    char plain[64];
    memset(plain, '#', sizeof plain);
    demo_json_plain(text(value), plain, room);
    cr_assert_str_eq(plain, expected, "%s", value);
    cr_assert_eq(plain[room], '#', "%s: written behind the room", value);
}

Test(demo_json, shows_values_without_quotes_and_escapes)
{
    check_plain("-12.5", 32, "-12.5");
    check_plain("true", 32, "true");
    check_plain("\"\"", 32, "");
    check_plain("\"a \\\"b\\\" \\\\ \\/ \\t|\"", 32, "a \"b\" \\ / \t|");
    check_plain("\"\\u0041\\u00e9\\u20AC\\ufffd\"", 32, "A\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBD");
    check_plain("\"\\ud83d\"", 32, "\xEF\xBF\xBD");
    check_plain("\"\\u12\"", 32, "u12");
    check_plain("\"\\\"", 32, "");
}

Test(demo_json, cuts_between_characters)
{
    check_plain("\"abcdef\"", 4, "abc");
    check_plain("\"ab\xC3\xA9xyz\"", 4, "ab");
    check_plain("\"ab\\u00e9x\"", 4, "ab");
    check_plain("\"abc\"", 1, "");
}

Test(demo_json, compares_plain_values)
{
    struct loom_text object = text("{\"event\":\"a\\/b\",\"secure\":true}");
    cr_assert(demo_json_member_is(object, "event", "a/b"));
    cr_assert(demo_json_member_is(object, "secure", "true"));
    cr_assert_not(demo_json_member_is(object, "event", "a"));
    cr_assert_not(demo_json_member_is(object, "missing", ""));
}
