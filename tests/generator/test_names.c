/* SPDX-License-Identifier: Apache-2.0 */
/* Symbols: valid, distinct, and the same whatever the order of files. */
#include "support.h"
#include "words.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#define NAMED(id, name) ITEM(id, name, "RW", "Single", "Optional", "Integer", "", "")

static void name_models(struct outcome *outcome, const char *const *texts, size_t count)
{
    outcome_read(outcome, texts, count);
    cr_assert_eq(outcome->diagnostics.errors, 0, "%s", outcome_messages(outcome));
    loomc_names_assign(&outcome->names, &outcome->arena, &outcome->models);
}

static void expect_object(const struct outcome *outcome, size_t index, const char *symbol)
{
    cr_expect_str_eq(outcome->models.objects[index].symbol, symbol);
}

static void expect_resource(const struct outcome *outcome, size_t index, const char *symbol)
{
    cr_expect_str_eq(outcome->models.objects[0].resources[index].symbol, symbol);
}

Test(names, are_snake_case)
{
    static const char *const texts[] = {
        MODEL("LWM2M Connectivity  Monitoring", "4", "1.0", "Single",
              NAMED("0", " On/Off switch ") NAMED("1", "5QI") NAMED("2", "Group\xC2\xA0 Address")
                  NAMED("3", "Active (+export)")),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_object(&outcome, 0, "connectivity_monitoring");
    expect_resource(&outcome, 0, "on_off_switch");
    expect_resource(&outcome, 1, "r_5qi");
    expect_resource(&outcome, 2, "group_address");
    expect_resource(&outcome, 3, "active_export");
    outcome_free(&outcome);
}

Test(names, of_a_leading_digit_get_a_letter)
{
    static const char *const texts[] = {
        MODEL("3-Phase Power Meter", "10242", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_object(&outcome, 0, "o_3_phase_power_meter");
    outcome_free(&outcome);
}

/* As resources 27 and 28 of object 3421, and 924 and 934 of 3393. */
Test(names, all_resources_of_one_name_get_their_id)
{
    static const char *const texts[] = {
        MODEL("Meter", "3421", "1.0", "Single",
              NAMED("26", "Other") NAMED("27", "Energy (|+A|+|-A|)")
                  NAMED("28", "Energy (|+A|-|-A|)")),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_resource(&outcome, 0, "other");
    expect_resource(&outcome, 1, "energy_a_a_27");
    expect_resource(&outcome, 2, "energy_a_a_28");
    outcome_free(&outcome);
}

Test(names, that_an_id_makes_equal_are_parted_again)
{
    static const char *const texts[] = {MODEL(
        "Meter", "1", "1.0", "Single", NAMED("1", "Foo") NAMED("2", "foo") NAMED("3", "Foo 1"))};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    expect_resource(&outcome, 0, "foo_1_1");
    expect_resource(&outcome, 1, "foo_2");
    expect_resource(&outcome, 2, "foo_1_3");
    outcome_free(&outcome);
}

/* As objects 6 and 3336. */
Test(names, all_objects_of_one_name_get_their_id)
{
    static const char *const texts[] = {MODEL("Location", "6", "1.0", "Single", ONE_ITEM),
                                        MODEL("Location", "3336", "1.0", "Single", ONE_ITEM),
                                        MODEL("Location", "3336", "2.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 3);
    expect_object(&outcome, 0, "location_6");
    expect_object(&outcome, 1, "location_3336_1_0");
    expect_object(&outcome, 2, "location_3336_2_0");
    outcome_free(&outcome);
}

Test(names, all_versions_of_an_object_say_so)
{
    static const char *const texts[] = {MODEL("Device", "3", "1.1", "Single", ONE_ITEM),
                                        MODEL("Device", "3", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "device_1_0");
    expect_object(&outcome, 1, "device_1_1");
    outcome_free(&outcome);
}

Test(names, of_other_scripts_are_valid_and_distinct)
{
    static const char *const texts[] = {
        MODEL("\xE6\xB8\xA9\xE5\xBA\xA6", "26241", "1.0", "Single",
              NAMED("0", "\xE5\x80\xBC") NAMED("1", "\xD0\x9F\xD1\x80") NAMED("2", "T\xC3\xA4st")),
        MODEL("\xF0\x9F\x98\x80", "26242", "1.0", "Single", ONE_ITEM),
    };
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "object_26241");
    expect_object(&outcome, 1, "object_26242");
    expect_resource(&outcome, 0, "resource_0");
    expect_resource(&outcome, 1, "resource_1");
    expect_resource(&outcome, 2, "t_st");
    outcome_free(&outcome);
}

/* Without it LOOM_TIME would be an id of object 3333 and a type at once. */
Test(names, do_not_meet_those_of_the_runtime)
{
    static const char *const texts[] = {MODEL("Time", "3333", "1.0", "Single", ONE_ITEM),
                                        MODEL("Model", "3334", "1.0", "Single", ONE_ITEM),
                                        MODEL("Path", "3335", "1.0", "Single", ONE_ITEM),
                                        MODEL("Objects", "3336", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 4);
    expect_object(&outcome, 0, "time_3333");
    expect_object(&outcome, 1, "model_3334");
    expect_object(&outcome, 2, "path_3335");
    expect_object(&outcome, 3, "objects_3336");
    outcome_free(&outcome);
}

/* `loom_device_get_object` would be the table of the one and an accessor of the other. */
Test(names, of_one_object_do_not_meet_those_of_another)
{
    static const char *const texts[] = {
        MODEL("Device", "100", "1.0", "Single", NAMED("0", "Object")),
        MODEL("Device Get", "101", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 2);
    expect_object(&outcome, 0, "device");
    expect_object(&outcome, 1, "device_get_101");
    outcome_free(&outcome);
}

Test(names, as_members_are_no_words_of_c_or_cpp)
{
    cr_expect(loomc_is_word("switch"));
    cr_expect(loomc_is_word("class"));
    cr_expect(loomc_is_word("id"));
    cr_expect(loomc_is_word("present"));
    cr_expect(loomc_is_word("errno"));
    cr_expect_not(loomc_is_word("time"));
}

Test(names, have_a_limited_length)
{
    static const char *const texts[] = {MODEL(
        "An object whose name is far longer than anything that anybody would ever want to read in "
        "a program of any language at all",
        "5", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    name_models(&outcome, texts, 1);
    cr_expect_leq(strlen(outcome.models.objects[0].symbol), 80);
    outcome_free(&outcome);
}
