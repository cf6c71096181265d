/* SPDX-License-Identifier: Apache-2.0 */
/* Values in the shapes of Leshan's demo server, both ways. */
#include "loom/codec.h"
#include "web/leshan_node.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

static struct loom_text text(const char *literal)
{
    struct loom_text result = {literal, strlen(literal)};
    return result;
}

static json_t *parse(const char *literal)
{
    json_error_t error;
    json_t *json = json_loads(literal, JSON_DECODE_ANY, &error);
    cr_assert(json != NULL, "%s: %s", literal, error.text);
    return json;
}

static void assert_same(json_t *json, const char *expected)
{
    json_t *wanted = parse(expected);
    char *said = json == NULL ? NULL : json_dumps(json, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    cr_assert(json_equal(json, wanted), "%s is not %s", said == NULL ? "nothing" : said, expected);
    free(said);
    json_decref(json);
    json_decref(wanted);
}

static void assert_node(const char *path_text, const char *values, const char *expected)
{
    struct loom_path path;
    json_t *list = parse(values);
    cr_assert(loom_text_to_path(text(path_text), &path));
    assert_same(loom_leshan_node(&path, list), expected);
    json_decref(list);
}

#define VALUES                                                                                     \
    "[{\"path\": \"/3/0/0\", \"type\": \"String\", \"value\": \"Loom\"},"                          \
    " {\"path\": \"/3/0/6/0\", \"type\": \"Integer\", \"value\": 1},"                              \
    " {\"path\": \"/3/0/6/1\", \"type\": \"Integer\", \"value\": \"9223372036854775807\"},"        \
    " {\"path\": \"/3/0/13\", \"type\": \"Time\", \"value\": 1700000000},"                         \
    " {\"path\": \"/3303/0/5700\", \"type\": \"Float\", \"value\": 18.1},"                         \
    " {\"path\": \"/3303/0/5750\", \"hex\": \"00ff\"}]"

Test(leshan_node, a_single_resource_has_its_type_and_numbers_are_text)
{
    assert_node("/3/0/0", VALUES,
                "{\"kind\": \"singleResource\", \"id\": 0, \"type\": \"STRING\", \"value\": "
                "\"Loom\"}");
    assert_node("/3303/0/5700", VALUES,
                "{\"kind\": \"singleResource\", \"id\": 5700, \"type\": \"FLOAT\", \"value\": "
                "\"18.1\"}");
    assert_node("/3/0/13", VALUES,
                "{\"kind\": \"singleResource\", \"id\": 13, \"type\": \"TIME\", \"value\": "
                "1700000000000}");
    assert_node("/3303/0/5750", VALUES,
                "{\"kind\": \"singleResource\", \"id\": 5750, \"type\": \"OPAQUE\", \"value\": "
                "\"00ff\"}");
    assert_node("/10/0/0", "[{\"path\": \"/10/0/0\", \"type\": \"Objlnk\", \"value\": \"3:0\"}]",
                "{\"kind\": \"singleResource\", \"id\": 0, \"type\": \"OBJLNK\", \"value\": "
                "{\"objectId\": 3, \"objectInstanceId\": 0}}");
}

Test(leshan_node, a_multiple_resource_is_an_object_by_instance)
{
    assert_node("/3/0/6", VALUES,
                "{\"kind\": \"multiResource\", \"id\": 6, \"type\": \"INTEGER\", \"values\": "
                "{\"0\": \"1\", \"1\": \"9223372036854775807\"}}");
    assert_node("/3/0/6/1", VALUES,
                "{\"kind\": \"resourceInstance\", \"id\": 1, \"type\": \"INTEGER\", \"value\": "
                "\"9223372036854775807\"}");
}

Test(leshan_node, instances_objects_and_the_root_hold_what_is_below)
{
    assert_node(
        "/3303/0", VALUES,
        "{\"kind\": \"instance\", \"id\": 0, \"resources\": [{\"kind\": \"singleResource\", "
        "\"id\": 5700, \"type\": \"FLOAT\", \"value\": \"18.1\"}, {\"kind\": "
        "\"singleResource\", \"id\": 5750, \"type\": \"OPAQUE\", \"value\": \"00ff\"}]}");
    struct loom_path path;
    json_t *list = parse(VALUES);
    cr_assert(loom_text_to_path(text("/3"), &path));
    json_t *object = loom_leshan_node(&path, list);
    cr_assert(eq(str, (char *)json_string_value(json_object_get(object, "kind")), "obj"));
    json_decref(object);
    cr_assert(loom_text_to_path(text("/"), &path));
    json_t *root = loom_leshan_node(&path, list);
    cr_assert(eq(sz, json_array_size(json_object_get(root, "objects")), 2));
    json_decref(root);
    cr_assert(loom_text_to_path(text("/4"), &path));
    cr_assert_null(loom_leshan_node(&path, list));
    json_decref(list);
}

static void assert_read(const char *node, uint8_t depth, const char *expected, bool expected_many)
{
    bool many;
    json_t *json = parse(node);
    json_t *read = loom_leshan_read(json, depth, &many);
    assert_same(read, expected);
    cr_assert(eq(int, many, expected_many));
    json_decref(json);
}

Test(leshan_node, nodes_are_read_with_or_without_their_kind)
{
    assert_read("{\"kind\": \"singleResource\", \"id\": 1, \"type\": \"INTEGER\", \"value\": "
                "\"60\"}",
                3, "\"60\"", false);
    assert_read("{\"id\": 13, \"type\": \"TIME\", \"value\": 1700000000000}", 3, "1700000000",
                false);
    assert_read("{\"id\": 0, \"type\": \"OBJLNK\", \"value\": {\"objectId\": 3, "
                "\"objectInstanceId\": 1}}",
                3, "\"3:1\"", false);
    assert_read("{\"id\": 6, \"type\": \"BOOLEAN\", \"value\": \"true\"}", 3, "true", false);
    assert_read("{\"id\": 2, \"values\": {\"101\": \"15\"}}", 3, "{\"101\": \"15\"}", true);
    assert_read("{\"id\": 0, \"resources\": [{\"id\": 1, \"value\": \"60\"}, {\"id\": 2, "
                "\"values\": {\"0\": \"1\"}}]}",
                2, "{\"1\": \"60\", \"2\": {\"0\": \"1\"}}", true);
    assert_read("{\"id\": 101, \"type\": \"INTEGER\", \"value\": \"15\"}", 4, "\"15\"", false);
}

Test(leshan_node, what_is_no_node_is_refused)
{
    static const struct {
        const char *node;
        uint8_t depth;
    } wrong[] = {
        {"[]", 3},
        {"5", 3},
        {"{}", 3},
        {"{\"id\": 0}", 2},
        {"{\"id\": 0, \"resources\": [{}]}", 2},
        {"{\"id\": 0, \"resources\": [{\"id\": \"x\", \"value\": 1}]}", 2},
        {"{\"id\": 0, \"values\": {\"0\": 1}}", 4},
        {"{\"id\": 0, \"value\": 1}", 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bool many;
        json_t *json = parse(wrong[i].node);
        cr_assert_null(loom_leshan_read(json, wrong[i].depth, &many));
        json_decref(json);
    }
}

Test(leshan_node, codes_and_links)
{
    assert_same(loom_leshan_code("2.05"), "\"CONTENT(205)\"");
    assert_same(loom_leshan_code("4.04"), "\"NOT_FOUND(404)\"");
    assert_same(loom_leshan_code("5.03"), "\"UNKNOWN(503)\"");
    cr_assert_null(loom_leshan_code(NULL));
    cr_assert_null(loom_leshan_code("2"));
    assert_same(loom_leshan_links(text("</3>;ver=1.1;pmin=10,</3/0/9>,</a>;ct=\"60;110\";obs")),
                "[{\"url\": \"/3\", \"attributes\": {\"ver\": \"1.1\", \"pmin\": \"10\"}}, "
                "{\"url\": \"/3/0/9\", \"attributes\": {}}, "
                "{\"url\": \"/a\", \"attributes\": {\"ct\": \"\\\"60;110\\\"\", \"obs\": null}}]");
    assert_same(loom_leshan_links(text("")), "[]");
}
