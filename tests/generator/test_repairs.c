/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile says in the place of a model that one may not edit. */
#include "support.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ITEMS                                                                                      \
    ITEM("1", "Mode", "RW", "Single", "Mandatory", "Integer", "1,000..9,000", "")                  \
    ITEM("2", "\xE6\xB8\xA9\xE5\xBA\xA6", "R", "Single", "Optional", "Thermo", "", "")             \
    ITEM("3", "Label", "RW", "Single", "Optional", "String", "any you like", "")                   \
    ITEM("4", "Go", "E", "Single", "Optional", "", "", "")                                         \
    ITEM("5", "Count", "RW", "Single", "Optional", "Integer", "", "")

static const char *const texts[] = {
    MODEL("Odd", "26300", "1.0", "Single", ITEMS),
    MODEL("Odd", "26300", "1.1", "Single", ITEMS),
};

/* What makes the models good, but for what a test is about. */
#define TYPE  " type 2 Float\n"
#define RANGE " range Mode 1000..9000\n"
#define LABEL " range Label 0..20\n"
#define NAME  " name 2 Temperature\n"

static void run(struct outcome *outcome, const char *profile)
{
    outcome_run(outcome, texts, 2, profile);
}

static const struct loomc_resource *resource(const struct outcome *outcome, size_t version,
                                             uint16_t id)
{
    const struct loomc_resource *found =
        loomc_object_resource(&outcome->models.objects[version], id);

    cr_assert_not_null(found);
    return found;
}

Test(repairs, leave_nothing_to_warn_of)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE RANGE LABEL NAME);
    expect_messages(&outcome, "");
    for (size_t version = 0; version < 2; version++) {
        cr_expect_eq(resource(&outcome, version, 2)->type, LOOMC_FLOAT);
        cr_expect_str_eq(resource(&outcome, version, 2)->name, "Temperature");
        cr_expect_str_eq(resource(&outcome, version, 2)->symbol, "temperature");
        cr_assert_eq(resource(&outcome, version, 1)->ranges.count, 1);
        cr_expect_eq(resource(&outcome, version, 1)->ranges.items[0].max.magnitude, 9000);
        cr_expect_str_eq(resource(&outcome, version, 1)->range_text, "1000..9000");
        cr_expect_eq(resource(&outcome, version, 3)->ranges.items[0].max.magnitude, 20);
    }
    outcome_free(&outcome);
}

Test(repairs, are_named_where_a_range_has_several_readings)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE LABEL NAME);
    cr_expect_not_null(strstr(outcome_messages(&outcome),
                              "as \"1, 0..9, 0\" or as \"1000..9000\"; below \"object 26300\" of "
                              "a profile \"range 1 RANGE\" says which\n"));
    outcome_free(&outcome);
}

Test(repairs, speak_of_objects_and_versions)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE RANGE LABEL NAME "object Odd 1.1\n range 1 2..3\n"
                  " name \"Even\"\n name 5 Number\n");
    expect_messages(&outcome, "");
    cr_expect_eq(resource(&outcome, 0, 1)->ranges.items[0].max.magnitude, 9000);
    cr_expect_eq(resource(&outcome, 1, 1)->ranges.items[0].max.magnitude, 3);
    cr_expect_str_eq(outcome.models.objects[0].name, "Odd");
    cr_expect_str_eq(outcome.models.objects[1].name, "Even");
    cr_expect_str_eq(resource(&outcome, 0, 5)->name, "Count");
    cr_expect_str_eq(resource(&outcome, 1, 5)->name, "Number");
    outcome_free(&outcome);
}

/* Both names are known, that of the model and the new one. */
Test(repairs, of_names_keep_the_old_one)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE RANGE LABEL NAME
                  " name \"Thing\"\n name Label Sign\n size Label 5\n size Sign 6\n"
                  "object Thing\n count 5 1\n");
    cr_expect_str_eq(outcome_messages(&outcome),
                     "p.profile:11:8: error: resource 5 (Count) is a single resource\n");
    cr_expect_str_eq(outcome.models.objects[0].symbol, "thing");
    outcome_free(&outcome);
}

Test(repairs, name_values)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE LABEL NAME " range Mode 0..3\n"
                  " values Mode \"0: off, 1: slow\" 2=fast\n value Mode Fast\n"
                  " range Count \"3: low, 5: high\"\n value Count high\n");
    expect_messages(&outcome, "");

    const struct loomc_enumeration *mode = &resource(&outcome, 1, 1)->enumeration;

    cr_assert_eq(mode->count, 3);
    cr_expect_str_eq(mode->items[2].symbol, "fast");
    cr_expect_str_eq(mode->items[2].constant, "LOOM_ODD_1_1_MODE_FAST");
    cr_expect_eq(resource(&outcome, 0, 5)->ranges.count, 2);
    cr_assert_eq(outcome.plan.objects[0].preset_count, 2);
    cr_expect_str_eq(outcome.plan.objects[0].presets[0].value, "2");
    cr_expect_str_eq(outcome.plan.objects[0].presets[1].value, "5");
    outcome_free(&outcome);
}

Test(repairs, take_away)
{
    struct outcome outcome;

    run(&outcome,
        "object 26300\n" TYPE NAME " range Mode none\n range Label none\n values Mode none\n");
    expect_messages(&outcome, "");
    cr_expect_eq(resource(&outcome, 0, 1)->ranges.count, 0);
    cr_expect_str_eq(resource(&outcome, 0, 1)->range_text, "");
    outcome_free(&outcome);
}

Test(repairs, restrict_strings)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n" TYPE NAME RANGE " range Label \"'on', 'off'\"\n");
    expect_messages(&outcome, "");
    cr_assert_eq(resource(&outcome, 0, 3)->ranges.text_count, 2);
    cr_expect_str_eq(resource(&outcome, 0, 3)->ranges.texts[1], "off");
    outcome_free(&outcome);
}

struct wrong {
    const char *line;
    const char *message; /* behind the line's number */
};

Test(repairs, are_judged)
{
    static const struct wrong cases[] = {
        {" range Mode 1,000..9,000",
         "13: error: resource 1 (Mode) cannot have the range \"1,000..9,000\": more "
         "than one reading is possible, as \"1, 0..9, 0\" or as \"1000..9000\""},
        {" range Mode 0..5,3..9",
         "13: error: resource 1 (Mode) cannot have the range \"0..5,3..9\": "
         "has parts that overlap or repeat; \"0..9\" is enforced"},
        {" range Go 0..5", "11: error: resource 4 (Go) cannot have the range \"0..5\": the "
                           "type has no ranges"},
        {" range 9 0..5", "8: error: object 26300 (Odd) has no resource 9"},
        {" type Go Integer", "10: error: resource 4 (Go) is executable: it has no type"},
        {" values Label 0=off,1=on", "15: error: resource 3 (Label) has no numbers that could have "
                                     "names: it is no Integer or Unsigned Integer"},
        {" values Count off", "15: error: resource 5 (Count) gets no names by that; write them as "
                              "\"0: off, 1: on\", all within its range"},
        {" name 5 \"\"", "9: error: resource 5 (Count) cannot be called so: a name is a line of "
                         "text, at most 255 bytes"},
        {" name \"\"", "7: error: a name is a line of text, at most 255 bytes"},
        {" bits Count 12", "13: error: whole numbers have 8, 16, 32 or 64 bits, not 12"},
        {" bits Label 8", "7: error: resource 3 (Label) has no bits to choose: it is no whole "
                          "number and no Time"},
        {" value Count maybe", "14: error: resource 5 (Count) begins with a value that is not a "
                               "whole number"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome outcome;
        char profile[512];
        char message[512];

        snprintf(profile, sizeof profile, "object 26300\n" TYPE RANGE LABEL NAME "%s\n",
                 cases[i].line);
        snprintf(message, sizeof message, "p.profile:6:%s\n", cases[i].message);
        run(&outcome, profile);
        expect_messages(&outcome, message);
        outcome_free(&outcome);
    }
}

Test(repairs, of_a_type_that_is_none_are_told)
{
    struct outcome outcome;

    run(&outcome, "object 26300\n type 5 Whole\n" TYPE RANGE LABEL NAME);
    expect_messages(&outcome, "p.profile:2:9: error: resource 5 (Count) cannot be of type "
                              "\"Whole\"; there are String, Integer, Unsigned Integer, Float, "
                              "Boolean, Opaque, Time, Objlnk and Corelnk\n");
    outcome_free(&outcome);
}

/* ---- widths ---------------------------------------------------------------------------------- */

static unsigned width_of(const struct outcome *outcome, unsigned id)
{
    return find_row(&outcome->plan.objects[0], id)->width;
}

Test(repairs, narrow_whole_numbers)
{
    struct outcome outcome;

    run(&outcome, "default bits 32\nobject 26300\n" TYPE RANGE LABEL NAME);
    expect_messages(&outcome, "");
    cr_expect_eq(width_of(&outcome, 5), 32);
    cr_expect_eq(width_of(&outcome, 1), 16, "by its range");
    outcome_free(&outcome);
    run(&outcome, "object 26300\n" TYPE RANGE LABEL NAME " bits Count 8\n bits Mode 32\n"
                  " value Count -128\n");
    expect_messages(&outcome, "");
    cr_expect_eq(width_of(&outcome, 5), 8);
    cr_expect_eq(width_of(&outcome, 1), 32);
    outcome_free(&outcome);
}

Test(repairs, narrow_no_more_than_values_allow)
{
    struct outcome outcome;

    run(&outcome, "object 26300 1.1\n" TYPE RANGE LABEL NAME
                  " bits Count 8\n value Count 128\nobject 26300 1.0\n" TYPE RANGE LABEL NAME);
    expect_messages(&outcome, "p.profile:7:14: error: resource 5 (Count) begins with a value that "
                              "has more than 8 bits\n");
    outcome_free(&outcome);
    run(&outcome, "object 26300 1.0\n" TYPE RANGE LABEL NAME " bits Mode 8\n"
                  "object 26300 1.1\n" TYPE RANGE LABEL NAME);
    expect_messages(&outcome,
                    "p.profile:6:12: error: resource 1 (Mode) needs 16 bits for its range; "
                    "the profile gives it 8\n");
    outcome_free(&outcome);
}
