/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile says of single resources: first values, and what a server may do. */
#include "support.h"

#include <criterion/criterion.h>
#include <string.h>

static const char security[] = MODEL("Security", "0", "1.0", "Multiple",
                                     ITEM("0", "URI", "", "Single", "Mandatory", "String", "", ""));

static const char all_1_0[] = MODEL(
    "All", "26300", "1.0", "Multiple",
    ITEM("0", "Text", "RW", "Single", "Optional", "String", "2..8 bytes",
         "") ITEM("1", "Whole", "RW", "Single", "Optional", "Integer", "-5..5, 9",
                  "") ITEM("2", "Count", "W", "Single", "Optional", "Unsigned Integer", "", "")
        ITEM("3", "Float", "R", "Single", "Optional", "Float", "0..1.5", "")
            ITEM("4", "Flag", "RW", "Single", "Mandatory", "Boolean", "", "")
                ITEM("5", "Bytes", "RW", "Single", "Optional", "Opaque", "", "")
                    ITEM("6", "Time", "RW", "Single", "Optional", "Time", "", "")
                        ITEM("7", "Link", "RW", "Single", "Optional", "Objlnk", "", "")
                            ITEM("8", "List", "RW", "Multiple", "Optional", "Integer", "", "")
                                ITEM("9", "Run", "E", "Single", "Optional", "", "", "")
                                    ITEM("10", "Key", "", "Single", "Optional", "Opaque", "", ""));

static const char all_1_1[] =
    MODEL("All", "26300", "1.1", "Multiple",
          ITEM("0", "Text", "RW", "Single", "Optional", "String", "2..8 bytes", ""));

static const char view[] = MODEL("View", "42769", "1.0", "Single",
                                 ITEM("0", "URI", "", "Single", "Mandatory", "String", "", ""));

static const char *const models[] = {security, all_1_0, all_1_1, view};

static void plan(struct outcome *outcome, const char *profile)
{
    outcome_read(outcome, models, 4);
    cr_assert_eq(outcome->diagnostics.errors, 0, "%s", outcome_messages(outcome));
    outcome_plan(outcome, profile);
}

static void expect_value(const char *setting, const char *expected)
{
    struct outcome outcome;
    char profile[256];

    snprintf(profile, sizeof(profile), "object 26300 1.0\nvalue %s\n", setting);
    plan(&outcome, profile);
    expect_messages(&outcome, "");

    const struct loomc_plan_object *planned = &outcome.plan.objects[1];

    cr_assert_eq(planned->preset_count, 1, "%s", setting);
    cr_expect_str_eq(planned->presets[0].value, expected, "%s gives %s", setting,
                     planned->presets[0].value);
    cr_expect_not(planned->presets[0].more);
    outcome_free(&outcome);
}

static void expect_error(const char *setting, const char *expected)
{
    struct outcome outcome;
    char profile[256];
    char message[512];

    snprintf(profile, sizeof(profile), "object 26300 1.0\n%s\n", setting);
    snprintf(message, sizeof(message), "p.profile:2:%s\n", expected);
    plan(&outcome, profile);
    expect_messages(&outcome, message);
    outcome_free(&outcome);
}

Test(presets, become_values_of_c)
{
    expect_value("0 \"a?\?/\"", "{\"a?\\?/\", 4}");
    expect_value("0 \"a b\"", "{\"a b\", 3}");
    expect_value("\"text\" \xC3\xA9", "{\"\\303\\251\", 2}");
    expect_value("1 -5", "-5");
    expect_value("1 9", "9");
    expect_value("2 18446744073709551615", "UINT64_C(18446744073709551615)");
    expect_value("3 1.5", "1.5");
    expect_value("3 1e-3", "1e-3");
    expect_value("3 1", "1.0");
    expect_value("4 true", "true");
    expect_value("5 00fF41", "{(const uint8_t *)\"\\000\\377A\", 3}");
    expect_value("5 \"\"", "{(const uint8_t *)\"\", 0}");
    expect_value("6 -9223372036854775808", "INT64_MIN");
    expect_value("6 4102444800", "INT64_C(4102444800)");
    expect_value("7 3:0", "{3, 0}");
    expect_value("10 ff", "{(const uint8_t *)\"\\377\", 1}");
}

Test(presets, of_a_list_are_its_instances)
{
    struct outcome outcome;

    plan(&outcome, "object 26300 1.0\nvalue 8 7 5\nvalue 4 true\n");
    expect_messages(&outcome, "");

    const struct loomc_plan_object *planned = &outcome.plan.objects[1];

    cr_assert_eq(planned->preset_count, 3);
    cr_expect_eq(planned->presets[0].row->resource->id, 4);
    cr_expect_eq(planned->presets[1].resource_instance, 0);
    cr_expect_str_eq(planned->presets[1].value, "7");
    cr_expect_eq(planned->presets[2].resource_instance, 1);
    cr_expect_str_eq(planned->presets[2].value, "5");
    cr_expect(planned->presets[1].more);
    cr_expect_not(planned->presets[2].more);
    outcome_free(&outcome);
}

Test(presets, that_come_later_win)
{
    struct outcome outcome;

    plan(&outcome, "object 26300 1.0\nvalue 1 1\nvalue 1 2\n");
    expect_messages(&outcome, "");
    cr_assert_eq(outcome.plan.objects[1].preset_count, 1);
    cr_expect_str_eq(outcome.plan.objects[1].presets[0].value, "2");
    outcome_free(&outcome);
}

static void expect_constant(const char *setting, unsigned id, const char *first)
{
    struct outcome outcome;
    char profile[256];

    snprintf(profile, sizeof(profile), "object 26300 1.0\n%s\n", setting);
    plan(&outcome, profile);
    expect_messages(&outcome, "");

    const struct loomc_plan_object *planned = &outcome.plan.objects[1];
    const struct loomc_row *row = find_row(planned, id);

    cr_expect_eq(planned->preset_count, 0);
    cr_expect_eq((int)row->serving, LOOMC_HANDLED);
    cr_expect(row->constant && !row->writable);
    cr_assert_gt(row->constant_count, 0);
    cr_expect_str_eq(row->constants[0].value, first);
    outcome_free(&outcome);
}

Test(presets, may_be_constants)
{
    expect_constant("constant Text ACME", 0, "{\"ACME\", 4}");
    expect_constant("size Text 2\nconstant Text 12345678", 0, "{\"12345678\", 8}");
    expect_constant("value 1 3\nconstant 1 4", 1, "4");
    expect_constant("stored 5\nconstant 5 00ff", 5, "{(const uint8_t *)\"\\000\\377\", 2}");
    expect_constant("bits List 8\nconstant List 500 600", 8, "500");
    expect_error("constant Text A",
                 "15: error: resource 0 (Text) is given a value out of its range, 2..8 bytes");
    expect_error("constant Count 5",
                 "10: error: resource 2 (Count) cannot be a constant: no server "
                 "reads it");
    expect_error("constant Key 00", "10: error: resource 10 (Key) cannot be a constant: no server "
                                    "reads it");
    expect_error("constant Run 1", "10: error: resource 9 (Run) is executable: it has no value");
    expect_error("constant Whole 1 2",
                 "18: error: resource 1 (Whole) is a single resource: it has one value");
    expect_error("constant Whole", "1: error: expected: constant RESOURCE VALUE...");
    expect_error("constant Nothing 1", "10: error: object 26300 (All) has no resource Nothing");
}

/* The later line wins. */
Test(presets, are_no_constants_any_more)
{
    struct outcome outcome;

    plan(&outcome, "object 26300 1.0\nconstant Whole 3\nstored Whole\n");
    expect_messages(&outcome, "");
    cr_expect_eq((int)find_row(&outcome.plan.objects[1], 1)->serving, LOOMC_STORED);
    cr_expect(find_row(&outcome.plan.objects[1], 1)->writable);
    cr_expect_eq(outcome.plan.objects[1].preset_count, 0);
    outcome_free(&outcome);

    plan(&outcome, "object 26300 1.0\nconstant Bytes 00ff\nstream Bytes\n");
    expect_messages(&outcome, "");
    cr_expect(find_row(&outcome.plan.objects[1], 5)->stream);
    cr_expect_not(find_row(&outcome.plan.objects[1], 5)->constant);
    outcome_free(&outcome);

    plan(&outcome, "object 26300 1.0\nconstant Whole 3\nvalue Whole 4\n");
    expect_messages(&outcome, "");
    cr_expect_eq((int)find_row(&outcome.plan.objects[1], 1)->serving, LOOMC_STORED);
    cr_expect(find_row(&outcome.plan.objects[1], 1)->writable);
    cr_assert_eq(outcome.plan.objects[1].preset_count, 1);
    cr_expect_str_eq(outcome.plan.objects[1].presets[0].value, "4");
    outcome_free(&outcome);
}

#define BEGINS(id, name) "error: resource " id " (" name ") begins with a value "

Test(presets, that_do_not_fit_are_errors)
{
    expect_error("value 0 A", "9: " BEGINS("0", "Text") "out of its range, 2..8 bytes");
    expect_error("value 0 123456789",
                 "9: " BEGINS("0", "Text") "that is longer than the room there is; see `size`");
    expect_error("value 0 \xC0\x80", "9: " BEGINS("0", "Text") "that is not UTF-8");
    expect_error("value 1 6", "9: " BEGINS("1", "Whole") "out of its range, -5..5, 9");
    expect_error("value 1 -6", "9: " BEGINS("1", "Whole") "out of its range, -5..5, 9");
    expect_error("value 1 1.0", "9: " BEGINS("1", "Whole") "that is not a whole number");
    expect_error("value 1 9223372036854775808",
                 "9: " BEGINS("1", "Whole") "that has more than 64 bits");
    expect_error("value 2 -1",
                 "9: " BEGINS("2", "Count") "that is not a whole number without sign");
    expect_error("value 2 18446744073709551616",
                 "9: " BEGINS("2", "Count") "that has more than 64 bits");
    expect_error("value 3 1.6", "9: " BEGINS("3", "Float") "out of its range, 0..1.5");
    expect_error("value 3 nan", "9: " BEGINS("3", "Float") "that is not a decimal number");
    expect_error("value 3 0x1p0", "9: " BEGINS("3", "Float") "that is not a decimal number");
    expect_error("value 3 1e999", "9: " BEGINS("3", "Float") "that is too large");
    expect_error("value 4 1", "9: " BEGINS("4", "Flag") "that is neither true nor false");
    expect_error("value 5 abc",
                 "9: " BEGINS("5", "Bytes") "that has half a byte: bytes are two hexadecimal "
                                            "digits each");
    expect_error("value 5 xy", "9: " BEGINS("5", "Bytes") "that is not made of hexadecimal digits");
    expect_error("value 7 3", "9: " BEGINS("7", "Link") "that is not OBJECT:INSTANCE, such as 3:0");
    expect_error("value 7 3:65536",
                 "9: " BEGINS("7", "Link") "that is not OBJECT:INSTANCE, such as 3:0");
}

Test(presets, need_a_place)
{
    expect_error("value 0", "1: error: expected: value RESOURCE VALUE...");
    expect_error("value 1 1 2", "11: error: resource 1 (Whole) is a single resource: it has one "
                                "value");
    expect_error("value 8 1 2 3 4 5", "17: error: resource 8 (List) has no room for so many "
                                      "values; see `count`");
    expect_error("value 9 1", "7: error: resource 9 (Run) is executable: it has no value");
    expect_error("value 77 1", "7: error: object 26300 (All) has no resource 77");
    expect_error("value \"Hole\" 1", "7: error: object 26300 (All) has no resource \"Hole\"; did "
                                     "you mean \"Whole\"?");
    expect_error("value 1 1\nhandled 1", "7: error: resource 1 (Whole) is handled, by line 3: the "
                                         "product's function returns its value");
}

/* One line about several versions is one error, not one for each. */
Test(presets, are_told_of_once)
{
    struct outcome outcome;

    plan(&outcome, "object 26300\nvalue 0 A\n");
    expect_messages(&outcome,
                    "p.profile:2:9: " BEGINS("0", "Text") "out of its range, 2..8 bytes\n");
    outcome_free(&outcome);
}

/* Nor are two lines that are wrong, nor are all values of one line left untold. */
Test(presets, are_told_of_once_each)
{
    struct outcome outcome;

    plan(&outcome, "object 26300\nvalue 0 A\nvalue 0 B\nobject 26300 1.0\nvalue 1 x\nvalue 8 y z\n"
                   "object 26300\nconstant 0 C\nobject 26300 1.1\nvalue 0 D\n");
    expect_messages(
        &outcome,
        "p.profile:8:12: error: resource 0 (Text) is given a value out of its range, "
        "2..8 bytes\n"
        "p.profile:5:9: " BEGINS(
            "1", "Whole") "that is not a whole number\n"
                          "p.profile:6:9: " BEGINS(
                              "8",
                              "List") "that is not a whole number\n"
                                      "p.profile:6:11: " BEGINS(
                                          "8",
                                          "List") "that is not a whole number\n"
                                                  "p.profile:10:9: " BEGINS(
                                                      "0",
                                                      "Text") "out of its range, 2..8 bytes\n");
    outcome_free(&outcome);

    plan(&outcome, "object 26300\nvalue 0 A\nbits 1 8\nhandled 0\n");
    expect_messages(&outcome, "p.profile:2:7: error: resource 0 (Text) is handled, by line 4: the "
                              "product's function returns its value\n");
    outcome_free(&outcome);
}

/* ---- lines that exclude each other ------------------------------------------------------------
 */

static void expect_clash(const char *lines, const char *expected)
{
    struct outcome outcome;
    char profile[256];
    char message[512];

    snprintf(profile, sizeof(profile), "%s\n", lines);
    snprintf(message, sizeof(message), "p.profile:%s\n", expected);
    plan(&outcome, profile);
    expect_messages(&outcome, *expected != '\0' ? message : "");
    outcome_free(&outcome);
}

/* Whichever of them comes first; the message names both. */
Test(clashes, of_what_is_hidden)
{
    expect_clash("object 26300\nhide 0\nconstant 0 AB",
                 "3:1: error: resource 0 (Text) is hidden and a constant, which is for servers to "
                 "read; the other line is 2");
    expect_clash("object 26300\nconstant 0 AB\nread-only 1\nhide all",
                 "4:1: error: resource 0 (Text) is hidden and a constant, which is for servers to "
                 "read; the other line is 2");
    expect_clash("object 26300\nhidden\nconstant 0 AB",
                 "3:1: error: resource 0 (Text) is hidden and a constant, which is for servers to "
                 "read; the other line is 2");
    expect_clash("object 26300\nstream 5\nhide 5",
                 "3:1: error: resource 5 (Bytes) is hidden and a stream, which is for servers to "
                 "read or write; the other line is 2");
    /* In the one version it is hidden, in the other one a constant. */
    expect_clash("object 26300 1.0\nhide 0\nobject 26300 1.1\nconstant 0 AB", "");
    /* The later line has taken the constant back. */
    expect_clash("object 26300\nconstant 0 AB\nhide 0\nvalue 0 AB", "");
}

Test(clashes, of_what_is_left_out)
{
    static const char *const lines[] = {"value 1 1", "constant 1 1", "handled 1",
                                        "stored 1",  "bits 1 32",    "handled 4 1"};
    char text[128];

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        snprintf(text, sizeof text, "object 26300\n%s\nwithout 1", lines[i]);
        expect_clash(text, "3:1: error: resource 1 (Whole) is left out, and a line gives it "
                           "something; the other line is 2");
        snprintf(text, sizeof text, "object 26300\nonly 0 5\n%s", lines[i]);
        expect_clash(text, "3:1: error: resource 1 (Whole) is left out, and a line gives it "
                           "something; the other line is 2");
    }
    expect_clash("object 26300\nsize 5 8\nonly 0",
                 "3:1: error: resource 5 (Bytes) is left out, and a line gives it something; the "
                 "other line is 2");
    expect_clash("object 26300\ncount 8 2\nwithout 8",
                 "3:1: error: resource 8 (List) is left out, and a line gives it something; the "
                 "other line is 2");
    /* It is there in another version, or the line is of all. */
    expect_clash(
        "object 26300\nvalue 0 AB\nobject 26300 1.1\nstored 0\nobject 26300 1.0\nwithout 0", "");
    expect_clash("object 26300\nhandled all\nwithout 1", "");
    expect_clash("object 26300 1.0\nwithout 1\nonly 1\nvalue 1 1", "");
}

Test(clashes, of_who_serves_it)
{
    expect_clash("object 42769\nview 0=0\nhandled 0",
                 "3:1: error: resource 0 (URI) belongs to a view, which shows another one; the "
                 "other line is 2");
    expect_clash("object 42769\nhandled 0\nview 0=0", "");
}

Test(clashes, of_what_the_client_serves)
{
    static const char firmware[] =
        MODEL("Firmware", "5", "1.0", "Single",
              ITEM("0", "Package", "W", "Single", "Mandatory", "Opaque", "", "")
                  ITEM("1", "URI", "RW", "Single", "Mandatory", "String", "", ""));
    struct outcome outcome;

    outcome_read_one(&outcome, firmware);
    outcome_plan(&outcome, "object 5\nhandled 1\nfirmware\nstored URI\n");
    expect_messages(&outcome, "p.profile:4:1: error: resource 1 (URI) is served by the client "
                              "itself; the other line is 3\n");
    outcome_free(&outcome);

    /* `all` is of the others. */
    outcome_read_one(&outcome, firmware);
    outcome_plan(&outcome, "object 5\nfirmware\nstored all\nhandled all\n");
    expect_messages(&outcome, "");
    cr_expect(find_row(&outcome.plan.objects[0], 0)->own);
    cr_expect(find_row(&outcome.plan.objects[0], 0)->stream);
    cr_expect(find_row(&outcome.plan.objects[0], 1)->own);
    outcome_free(&outcome);

    outcome_read_one(&outcome, firmware);
    outcome_plan(&outcome, "object 5\nfirmware\nvalue URI x\n");
    expect_messages(&outcome, "p.profile:3:7: error: resource 1 (URI) is served by the client "
                              "itself, by line 2\n");
    outcome_free(&outcome);
}

Test(presets, are_not_for_views)
{
    struct outcome outcome;

    plan(&outcome, "object 42769\nview 0=0\nvalue 0 coap://x\n");
    expect_messages(&outcome, "p.profile:3:7: error: resource 0 (URI) belongs to a view: it has no "
                              "value of its own\n");
    outcome_free(&outcome);
}

/* ---- what a server may do -------------------------------------------------------------------- */

static void expect_access(const char *settings, unsigned id, bool readable, bool writable)
{
    struct outcome outcome;
    char profile[256];

    snprintf(profile, sizeof(profile), "object 26300 1.0\n%s\n", settings);
    plan(&outcome, profile);
    expect_messages(&outcome, "");

    const struct loomc_row *row = find_row(&outcome.plan.objects[1], id);

    cr_assert_not_null(row);
    cr_expect_eq(row->readable, readable, "%s: %u", settings, id);
    cr_expect_eq(row->writable, writable, "%s: %u", settings, id);
    outcome_free(&outcome);
}

Test(access, is_never_more_than_the_model_says)
{
    expect_access("", 1, true, true);
    expect_access("read-only 1", 1, true, false);
    expect_access("read-only 1", 0, true, true);
    expect_access("read-only 3", 3, true, false);
    expect_access("hide 1", 1, false, false);
    expect_access("hide 2", 2, false, false);
    expect_access("hide 10", 10, false, false);
    expect_access("hide 1\nread-only 1", 1, false, false);
    expect_access("read-only 1\nhide 1", 1, false, false);
    expect_access("hide all", 4, false, false);
    expect_access("read-only all", 2, false, true);
}

Test(access, settings_that_make_no_sense_are_errors)
{
    expect_error("read-only 2", "11: error: resource 2 (Count) cannot be read by a server: there "
                                "would be nothing left of it; say hide");
    expect_error("hide 9", "6: error: resource 9 (Run) is executable: it has no value to hide");
    expect_error("hide 77", "6: error: object 26300 (All) has no resource 77");
    expect_error("read_only 1", "1: error: unknown setting \"read_only\"; did you mean "
                                "\"read-only\"?");
    expect_error("hid 1", "1: error: unknown setting \"hid\"; did you mean \"hide\"?");
}
