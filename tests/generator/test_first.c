/* SPDX-License-Identifier: Apache-2.0 */
/* What mandatory resources begin with where the profile says nothing: a legal value, or a warning.
 */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct first_case {
    const char *type;
    const char *range;
    const char *description;
    const char *value;   /* as C writes it; NULL: it begins as 0 or empty */
    const char *message; /* a part of the warning; NULL: none */
};

static void plan(struct outcome *outcome, const struct first_case *expected, const char *mandatory,
                 const char *profile)
{
    char model[2048];

    snprintf(model, sizeof model,
             "<LWM2M><Object ObjectType=\"MODefinition\"><Name>Odd</Name>"
             "<Description1></Description1><ObjectID>26300</ObjectID><ObjectURN></ObjectURN>"
             "<LWM2MVersion>1.1</LWM2MVersion><ObjectVersion>1.0</ObjectVersion>"
             "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
             "<Resources>\n<Item ID=\"1\"><Name>Value</Name><Operations>RW</Operations>"
             "<MultipleInstances>Single</MultipleInstances><Mandatory>%s</Mandatory>"
             "<Type>%s</Type><RangeEnumeration>%s</RangeEnumeration><Units></Units>"
             "<Description>%s</Description></Item>\n</Resources><Description2></Description2>"
             "</Object></LWM2M>\n",
             mandatory, expected->type, expected->range, expected->description);
    outcome_read_one(outcome, model);
    outcome_plan(outcome, profile);
}

static void expect_first(const struct first_case *expected)
{
    struct outcome outcome;

    plan(&outcome, expected, "Mandatory", NULL);

    const struct loomc_plan_object *planned = &outcome.plan.objects[0];
    const char *messages = outcome_messages(&outcome);

    if (expected->message == NULL) {
        cr_expect_str_eq(messages, "", "%s: %s", expected->range, messages);
    } else {
        cr_expect_not_null(strstr(messages, expected->message), "%s: %s", expected->range,
                           messages);
    }
    cr_expect_eq(planned->preset_count, expected->value != NULL ? 1u : 0u, "%s", expected->range);
    if (expected->value != NULL && planned->preset_count == 1) {
        cr_expect_str_eq(planned->presets[0].value, expected->value, "%s %s: %s", expected->type,
                         expected->range, planned->presets[0].value);
    }
    outcome_free(&outcome);
}

Test(first, is_a_legal_value)
{
    static const struct first_case cases[] = {
        {"Integer", "", "", NULL, NULL},
        {"Integer", "0..9", "", NULL, NULL},
        {"Integer", "-5..5", "", NULL, NULL},
        {"Integer", "5..9", "", "5", NULL},
        {"Integer", "-20..-10", "", "-10", NULL},
        {"Integer", "100, 3..4, -2..-1", "", "-1", NULL},
        {"Integer", "-9223372036854775808", "", NULL, "a single number"},
        {"Unsigned Integer", "5000000000..6000000000", "", "UINT64_C(5000000000)", NULL},
        {"Float", "0.5..2", "", "0.5", NULL},
        {"Float", "-2.5..-1.5", "", "-1.5", NULL},
        {"Float", "-1..1", "", NULL, NULL},
        {"Integer", "", "1: on, 2: off", "1", NULL},
        {"Integer", "", "2: off, 1: on", "2", NULL},
        {"Integer", "", "0: off, 1: on", NULL, NULL},
        {"Integer", "0..9", "1: on, 2: off", NULL, NULL},
        {"Integer", "3: low 1: high", "", "3", NULL},
        {"String", "\"auto\",\"manual\"", "", "{\"auto\", 4}", NULL},
        {"Objlnk", "", "", "{65535, 65535}", NULL}, /* Core, appendix C: a link to nothing */
        {"String", "\"auto\",\"\"", "", NULL, NULL},
        {"String", "0..10", "", NULL, NULL},
        {"String", "3..10", "", NULL,
         "a.xml:3:1: warning: resource 1 (Value) begins empty, which its range does not allow; a "
         "profile gives it a value: object 26300 / value 1 VALUE"},
        {"Opaque", "16", "", NULL, "resource 1 (Value) begins empty"},
        {"Corelnk", "1..40", "", NULL, "resource 1 (Value) begins empty"},
        {"Boolean", "", "", NULL, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_first(&cases[i]);
    }
}

struct silent_case {
    const char *mandatory;
    const char *profile;
    size_t presets;
};

/* There is nothing to say of what the profile says, of what does not exist yet, and of what the
 * product's functions or a bootstrap give. */
Test(first, is_said_or_not_needed)
{
    static const struct silent_case cases[] = {
        {"Mandatory", "object 26300\nvalue 1 abc\n", 1},
        {"Mandatory", "object 26300\nhandled 1\n", 0},
        {"Mandatory", "object 26300\naccount\n", 0},
        {"Mandatory", "object 26300\ninitial 0\n", 0},
        {"Optional", "object 26300\nroom 1\n", 0},
    };
    static const struct first_case text = {"String", "3..10", "", NULL, NULL};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome outcome;

        plan(&outcome, &text, cases[i].mandatory, cases[i].profile);
        expect_messages(&outcome, "");
        cr_expect_eq(outcome.plan.objects[0].preset_count, cases[i].presets, "%s",
                     cases[i].profile);
        outcome_free(&outcome);
    }
}

Test(first, counts_for_complete_instances)
{
    static const struct first_case number = {"Integer", "5..9", "", NULL, NULL};
    struct outcome outcome;

    plan(&outcome, &number, "Optional", "object 26300\ncomplete\n");
    expect_messages(&outcome, "");
    cr_assert_eq(outcome.plan.objects[0].preset_count, 1);
    cr_expect_str_eq(outcome.plan.objects[0].presets[0].value, "5");
    outcome_free(&outcome);
}

/* ---- what the standard says -------------------------------------------------------------------
 */

/* B-5: Device begins with the binding that a client registers with, and with one Error Code, 0. */
Test(first, of_device_is_what_the_standard_says)
{
    static const char device[] =
        MODEL("Device", "3", "1.1", "Single",
              ITEM("0", "Manufacturer", "R", "Single", "Optional", "String", "", "")
                  ITEM("11", "Error Code", "R", "Multiple", "Mandatory", "Integer", "0..8", "")
                      ITEM("16", "Supported Binding and Modes", "R", "Single", "Mandatory",
                           "String", "", ""));
    const struct loomc_plan_object *planned;
    struct outcome outcome;

    outcome_read_one(&outcome, device);
    outcome_plan(&outcome, NULL);
    expect_messages(&outcome, "");
    planned = &outcome.plan.objects[0];
    cr_assert_eq(planned->preset_count, 2);
    cr_expect_eq(planned->presets[0].row->resource->id, 11);
    cr_expect_eq(planned->presets[0].resource_instance, 0);
    cr_expect_str_eq(planned->presets[0].value, "0");
    cr_expect(planned->presets[0].more);
    cr_expect_str_eq(planned->presets[1].value, "{\"U\", 1}");
    cr_expect_not(planned->presets[1].more);
    outcome_free(&outcome);

    /* The product has the last word. */
    outcome_read_one(&outcome, device);
    outcome_plan(&outcome, "object 3\nvalue 11 3 4\nhandled 16\n");
    expect_messages(&outcome, "");
    planned = &outcome.plan.objects[0];
    cr_assert_eq(planned->preset_count, 2);
    cr_expect_str_eq(planned->presets[0].value, "3");
    cr_expect_str_eq(planned->presets[1].value, "4");
    outcome_free(&outcome);

    /* And so has a model of its own. */
    outcome_read_one(
        &outcome, MODEL("Device", "3", "2.0", "Single",
                        ITEM("11", "Error Code", "R", "Multiple", "Mandatory", "Opaque", "", "")
                            ITEM("16", "Modes", "R", "Single", "Mandatory", "String", "2..3", "")));
    outcome_plan(&outcome, NULL);
    cr_expect_eq(outcome.plan.objects[0].preset_count, 0);
    cr_expect_not_null(strstr(outcome_messages(&outcome), "resource 16 (Modes) begins empty"));
    outcome_free(&outcome);

    outcome_read_one(&outcome, device);
    outcome_plan(&outcome, "object 3\nvalue 16 US\nstored 11\nvalue 11 8\n");
    cr_assert_eq(outcome.plan.objects[0].preset_count, 2);
    cr_expect_str_eq(outcome.plan.objects[0].presets[0].value, "8");
    cr_expect_str_eq(outcome.plan.objects[0].presets[1].value, "{\"US\", 2}");
    outcome_free(&outcome);
}
