/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static struct loom_text text(const char *literal)
{
    struct loom_text result = {literal, strlen(literal)};
    return result;
}

Test(catalog, the_newest_version_of_an_object_wins)
{
    cr_assert(eq(u8, loom_catalog_object(&test_catalog, 1)->version_minor, 2));
    cr_assert(eq(u8, loom_catalog_object(&test_catalog, 0)->version_minor, 0));
    cr_assert_null(loom_catalog_object(&test_catalog, 77));
}

Test(catalog, a_resource_is_found_in_the_newest_version_that_has_it)
{
    struct loom_catalog_entry entry;
    cr_assert(loom_catalog_resource(&test_catalog, 1, 7, &entry));
    cr_assert(eq(str, (char *)entry.name, "Binding"));
    cr_assert(loom_catalog_resource(&test_catalog, 1, 99, &entry));
    cr_assert(eq(str, (char *)entry.name, "Gone Later"));
    cr_assert(eq(u8, entry.object->version_minor, 0));
    cr_assert(not(loom_catalog_resource(&test_catalog, 1, 98, &entry)));
    cr_assert(not(loom_catalog_resource(&test_catalog, 77, 0, &entry)));
}

Test(catalog, names_and_units_belong_to_their_row)
{
    struct loom_catalog_entry entry;
    cr_assert(loom_catalog_resource(&test_catalog, 3, 9, &entry));
    cr_assert(eq(str, (char *)entry.name, "Battery Level"));
    cr_assert(eq(str, (char *)entry.units, "%"));
    cr_assert(loom_catalog_resource(&test_catalog, 3, 6, &entry));
    cr_assert(eq(str, (char *)entry.units, ""));
}

Test(catalog, a_name_is_spelled_with_dashes)
{
    struct loom_catalog_entry entry;
    cr_assert(
        loom_catalog_resource_by_name(&test_catalog, 1, text("default-minimum-period"), &entry));
    cr_assert(eq(u16, entry.row->id, 2));
    cr_assert(loom_catalog_resource_by_name(&test_catalog, 0, text("bootstrap-server"), &entry));
    cr_assert(eq(u16, entry.row->id, 1));
    cr_assert(loom_catalog_resource_by_name(&test_catalog, 500, text("number-signed"), &entry));
    cr_assert(eq(u16, entry.row->id, 2));
    cr_assert(loom_catalog_resource_by_name(&test_catalog, 2, text("ACL"), &entry));
    cr_assert(loom_catalog_resource_by_name(&test_catalog, 1, text("gone-later"), &entry));
    static const char *const wrong[] = {"default-minimum", "default-minimum-period-",
                                        "default--minimum-period", "", "binding2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect(not(loom_catalog_resource_by_name(&test_catalog, 1, text(wrong[i]), &entry)),
                  "%s", wrong[i]);
    }
}

static bool integer_fits(int64_t integer)
{
    struct loom_catalog_entry entry;
    struct loom_value value = {LOOM_INTEGER, {.integer = integer}};
    cr_assert(loom_catalog_resource(&test_catalog, 500, 2, &entry));
    return loom_catalog_in_range(&entry, &value);
}

Test(catalog, a_value_lies_in_one_of_the_ranges_of_its_row)
{
    cr_assert(integer_fits(-5));
    cr_assert(integer_fits(5));
    cr_assert(integer_fits(100));
    cr_assert(not(integer_fits(-6)));
    cr_assert(not(integer_fits(6)));
    cr_assert(not(integer_fits(99)));
    /* The third range is that of another row. */
    cr_assert(not(integer_fits(101)));
}

Test(catalog, lengths_of_text_and_bounds_of_floats_are_ranges_too)
{
    struct loom_catalog_entry entry;
    struct loom_value two = {LOOM_STRING, {.text = {"ab", 2}}};
    struct loom_value one = {LOOM_STRING, {.text = {"a", 1}}};
    struct loom_value half = {LOOM_FLOAT, {.number = 0.5}};
    struct loom_value more = {LOOM_FLOAT, {.number = 0.5000001}};
    cr_assert(loom_catalog_resource(&test_catalog, 500, 1, &entry));
    cr_assert(loom_catalog_in_range(&entry, &two));
    cr_assert(not(loom_catalog_in_range(&entry, &one)));
    cr_assert(loom_catalog_resource(&test_catalog, 500, 4, &entry));
    cr_assert(loom_catalog_in_range(&entry, &half));
    cr_assert(not(loom_catalog_in_range(&entry, &more)));
}
