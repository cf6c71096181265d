/* SPDX-License-Identifier: Apache-2.0 */
/* The last known values of devices. */
#include "loom/codec.h"
#include "service/values.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static struct loom_values *values;

static struct loom_text text(const char *literal)
{
    struct loom_text result = {literal, strlen(literal)};
    return result;
}

static void set_up(void)
{
    values = loom_values_create(7, 10);
    cr_assert_not_null(values);
}

static void tear_down(void)
{
    loom_values_destroy(values);
}

TestSuite(values, .init = set_up, .fini = tear_down);

static void take(const char *endpoint, const char *list)
{
    json_t *json = json_loads(list, 0, NULL);
    cr_assert_not_null(json);
    loom_values_take(values, text(endpoint), json, "2026-11-30T00:00:00.000Z");
    json_decref(json);
}

/* `path=value` of what is known below a path. */
static void assert_known(const char *endpoint, const char *path_text, const char *expected)
{
    char said[512] = "";
    struct loom_path path;
    size_t i;
    const json_t *item;
    cr_assert(loom_text_to_path(text(path_text), &path));
    json_t *list = loom_values_below(values, text(endpoint), &path);
    json_array_foreach(list, i, item)
    {
        size_t used = strlen(said);
        cr_assert(eq(str, (char *)json_string_value(json_object_get(item, "at")),
                     "2026-11-30T00:00:00.000Z"));
        (void)snprintf(said + used, sizeof said - used, "%s%s=%lld", used > 0 ? " " : "",
                       json_string_value(json_object_get(item, "path")),
                       (long long)json_integer_value(json_object_get(item, "value")));
    }
    json_decref(list);
    cr_assert(eq(str, said, (char *)expected));
}

Test(values, the_newest_one_of_each_path_is_known_in_the_order_of_paths)
{
    take("dev", "[{\"path\": \"/3/0/10\", \"value\": 1}, {\"path\": \"/3/0/9\", \"value\": 2}, "
                "{\"path\": \"/1/0/1\", \"value\": 3}]");
    take("dev", "[{\"path\": \"/3/0/9\", \"value\": 4}]");
    assert_known("dev", "/", "/1/0/1=3 /3/0/9=4 /3/0/10=1");
    assert_known("dev", "/3", "/3/0/9=4 /3/0/10=1");
    assert_known("dev", "/3/0/9", "/3/0/9=4");
    assert_known("dev", "/4", "");
    assert_known("other", "/", "");
    cr_assert(eq(sz, loom_values_count(values), 3));
}

Test(values, what_is_gone_is_forgotten)
{
    take("dev", "[{\"path\": \"/3/0/9\", \"value\": 2}, {\"path\": \"/33/0/1\", \"value\": 3}]");
    struct loom_path path;
    cr_assert(loom_text_to_path(text("/3"), &path));
    loom_values_forget(values, text("dev"), &path);
    loom_values_forget(values, text("other"), &path);
    assert_known("dev", "/", "/33/0/1=3");
    cr_assert(loom_text_to_path(text("/"), &path));
    loom_values_forget(values, text("dev"), &path);
    cr_assert(eq(sz, loom_values_count(values), 0));
}

Test(values, the_device_that_was_heard_longest_ago_gives_way)
{
    char list[64];
    for (int i = 0; i < 6; i++) {
        (void)snprintf(list, sizeof list, "[{\"path\": \"/3/0/%d\", \"value\": %d}]", i, i);
        take("first", list);
        take("second", list);
        if (i == 0) {
            take("third", list);
        }
    }
    cr_assert(le(sz, loom_values_count(values), 12));
    assert_known("third", "/", "");
    assert_known("second", "/3/0/5", "/3/0/5=5");
}

Test(values, a_long_value_is_not_remembered_and_neither_is_the_one_before)
{
    char list[6000];
    take("dev", "[{\"path\": \"/3/0/9\", \"value\": 2}, {\"path\": \"/3/0/10\", \"value\": 3}]");
    (void)snprintf(list, sizeof list, "[{\"path\": \"/3/0/9\", \"hex\": \"%05000d\"}]", 0);
    take("dev", list);
    assert_known("dev", "/", "/3/0/10=3");
    cr_assert(eq(sz, loom_values_count(values), 1));
}

Test(values, what_is_no_value_is_left_out)
{
    take("dev", "[1, {}, {\"path\": 5}, {\"path\": \"x\"}, {\"path\": \"/3/0/9\", \"value\": 1}]");
    assert_known("dev", "/", "/3/0/9=1");
}
