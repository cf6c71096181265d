/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that a product has from the factory: accounts in a profile. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *const models[] = {
    MODEL("Security", "0", "1.0", "Multiple",
          ITEM("0", "URI", "", "Single", "Mandatory", "String", "0..255", "")
              ITEM("1", "Bootstrap", "", "Single", "Mandatory", "Boolean", "", "")
                  ITEM("2", "Mode", "", "Single", "Mandatory", "Integer", "0..4", "")
                      ITEM("3", "Identity", "", "Single", "Mandatory", "Opaque", "1..64", "")),
    MODEL("Server", "1", "1.0", "Multiple",
          ITEM("0", "Short Server ID", "R", "Single", "Mandatory", "Integer", "1..65534", "")
              ITEM("1", "Lifetime", "RW", "Single", "Mandatory", "Integer", "", "s")
                  ITEM("7", "Binding", "RW", "Single", "Optional", "String", "1..3", "")),
    MODEL("Access Control", "2", "1.0", "Multiple",
          ITEM("2", "ACL", "RW", "Multiple", "Optional", "Integer", "0..31", "")),
    MODEL("Clock", "26300", "1.0", "Single",
          ITEM("0", "Zone", "RW", "Single", "Optional", "String", "", "")
              ITEM("1", "Wind", "E", "Single", "Optional", "", "", "")),
};

static void plan(struct outcome *outcome, const char *profile)
{
    outcome_read(outcome, models, 4);
    outcome_plan(outcome, profile);
}

Test(given, accounts_are_instances_with_values)
{
    struct outcome outcome;

    plan(&outcome, "object Security\n instance 1\n value URI \"coaps://a\"\n value Bootstrap true\n"
                   " instance 0\n value 0 coap://b\n value Mode 3\n"
                   "object Server\n instance 0\n value 0 101\n value 1 86400\n value 1 300\n"
                   "object 2\n instance 3\n value ACL 101=15 0=1\n");
    expect_messages(&outcome, "");

    const struct loomc_plan_object *security = &outcome.plan.objects[0];

    cr_assert_eq(security->given_count, 6);
    cr_expect_eq(security->given[0].instance, 0);
    cr_expect_null(security->given[0].value.row, "the instance itself");
    cr_expect_str_eq(security->given[1].value.value, "{\"coap://b\", 8}");
    cr_expect_str_eq(security->given[2].value.value, "3");
    cr_expect_eq(security->given[3].instance, 1);
    cr_expect_str_eq(security->given[5].value.value, "true");
    cr_expect(security->given[4].more && !security->given[5].more);

    const struct loomc_plan_object *server = &outcome.plan.objects[1];

    cr_assert_eq(server->given_count, 3);
    cr_expect_str_eq(server->given[2].value.value, "300", "the later line wins");

    const struct loomc_plan_object *access = &outcome.plan.objects[2];

    cr_assert_eq(access->given_count, 3);
    cr_expect_eq(access->given[1].value.resource_instance, 101);
    cr_expect_str_eq(access->given[1].value.value, "15");
    cr_expect_eq(access->given[2].value.resource_instance, 0);
    outcome_free(&outcome);
}

struct wrong {
    const char *profile;
    const char *message;
};

Test(given, is_checked)
{
    static const struct wrong cases[] = {
        {"object 1\n instance 0\n", "p.profile:2:11: error: instance 0 needs a value of resource 0 "
                                    "(Short Server ID), whose range is 1..65534\n"},
        {"object 1\n instance 0\n value 0 0\n",
         "p.profile:3:10: error: resource 0 (Short Server ID) is given a value out of its range, "
         "1..65534\n"},
        {"object 1\n instance 0\n value 0 7\n value 9 1\n",
         "p.profile:4:8: error: the product has no resource 9 of object 1 (Server)\n"},
        {"object 1\n instance 0\n value 0 7\n value Binding UUUU\n",
         "p.profile:4:16: error: resource 7 (Binding) is given a value that is longer than the "
         "room "
         "there is; see `size`\n"},
        {"object 1\n instance 0\n value 0 7 8\n",
         "p.profile:3:8: error: resource 0 (Short Server ID) is a single resource: it has one "
         "value\n"},
        {"object 1\n instance 65535\n",
         "p.profile:2:11: error: expected a number from 0 to 65534, not \"65535\"\n"},
        {"object 2\n room 1\n instance 4\n instance 5\n instance 4\n",
         "p.profile:4:11: error: more instances than there is room for; see `room`\n"},
        /* What is too many is too many once. */
        {"object 2\n room 1\n instance 4\n instance 5\n instance 6\n",
         "p.profile:4:11: error: more instances than there is room for; see `room`\n"},
        {"object 26300\n instance 1\n",
         "p.profile:2:11: error: the object has a single instance, 0\n"},
        {"object 2\n instance 0\n value ACL 1=1 7\n",
         "p.profile:3:16: error: resource 2 (ACL) is given resource instance 1 twice\n"},
        {"object 26300\n handled Zone\n instance 0\n value Zone x\n",
         "p.profile:4:8: error: resource 0 (Zone) is not stored, by line 2: an instance has no "
         "value of it\n"},
        {"object 26300\n instance 0\n value Wind 1\n",
         "p.profile:3:8: error: resource 1 (Wind) is not stored: an instance has no value of it\n"},
        {"object 26300\n instance 0\n size Zone 5\n",
         "p.profile:3:2: error: an instance has `value` lines alone; this belongs before the first "
         "`instance` of its object\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome outcome;

        plan(&outcome, cases[i].profile);
        expect_messages(&outcome, cases[i].message);
        outcome_free(&outcome);
    }
}

/* An instance that is there anyway takes no more room, and values before `instance` are of all. */
Test(given, goes_with_what_is_there)
{
    struct outcome outcome;

    plan(&outcome, "object 26300\n value Zone UTC\n instance 0\n value Zone CET\n"
                   "object 1\n value 0 9\n instance 0\n");
    expect_messages(&outcome, "");
    cr_assert_eq(outcome.plan.objects[3].preset_count, 1);
    cr_expect_str_eq(outcome.plan.objects[3].presets[0].value, "{\"UTC\", 3}");
    cr_assert_eq(outcome.plan.objects[3].given_count, 2);
    cr_expect_str_eq(outcome.plan.objects[3].given[1].value.value, "{\"CET\", 3}");
    outcome_free(&outcome);
}

/* A line is of all versions; what is wrong with it is told once. */
Test(given, is_told_of_once)
{
    static const char *const versions[] = {
        MODEL("Clock", "26300", "1.0", "Multiple",
              ITEM("0", "Zone", "RW", "Single", "Optional", "String", "1..3", "")),
        MODEL("Clock", "26300", "1.1", "Multiple",
              ITEM("0", "Zone", "RW", "Single", "Optional", "String", "1..3", "")
                  ITEM("1", "Wind", "E", "Single", "Optional", "", "", "")),
    };
    struct outcome outcome;

    outcome_read(&outcome, versions, 2);
    outcome_plan(&outcome, "object 26300\n room 1\n instance 0\n instance 7\n value 0 abcd\n"
                           " value 9 1\n instance 70000\n");
    expect_messages(
        &outcome,
        "p.profile:4:11: error: more instances than there is room for; see `room`\n"
        "p.profile:5:10: error: resource 0 (Zone) is given a value that is longer than the room "
        "there is; see `size`\n"
        "p.profile:6:8: error: the product has no resource 9 of object 26300 (Clock)\n"
        "p.profile:7:11: error: expected a number from 0 to 65534, not \"70000\"\n");
    outcome_free(&outcome);
}

/* Lines of one instance may stand apart, and the last one of a resource counts. */
Test(given, is_put_together_by_instance)
{
    struct outcome outcome;

    plan(&outcome, "object 2\n instance 3\n value ACL 1=1 2=2\n instance 1\n value ACL 7\n"
                   " instance 3\n value ACL 9=4\n instance 1\n value ACL 5 6\n");
    expect_messages(&outcome, "");

    const struct loomc_plan_object *access = &outcome.plan.objects[2];

    cr_assert_eq(access->given_count, 5);
    cr_expect_eq(access->given[0].instance, 1);
    cr_expect_null(access->given[0].value.row);
    cr_expect_str_eq(access->given[1].value.value, "5");
    cr_expect_str_eq(access->given[2].value.value, "6");
    cr_expect_eq(access->given[3].instance, 3);
    cr_expect_null(access->given[3].value.row);
    cr_expect_eq(access->given[4].value.resource_instance, 9);
    outcome_free(&outcome);
}
