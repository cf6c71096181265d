/* SPDX-License-Identifier: Apache-2.0 */
/* Room for what a range allows: there is no resource for which no legal value fits, and what does
 * not fit is told. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct room_case {
    const char *type;
    const char *range;
    const char *profile; /* lines for the object; NULL: no profile */
    unsigned capacity;   /* 0: an error */
    const char *message; /* a part of the only one; NULL: none */
};

static void expect_room(const struct room_case *expected)
{
    struct outcome outcome;
    char model[1024];
    char profile[256];

    snprintf(model, sizeof model,
             MODEL("Odd", "26300", "1.0", "Single",
                   ITEM("1", "Value", "RW", "Single", "Optional", "%s", "%s", "")),
             expected->type, expected->range);
    snprintf(profile, sizeof profile, "%s\n", expected->profile != NULL ? expected->profile : "");
    outcome_read_one(&outcome, model);
    outcome_plan(&outcome, expected->profile != NULL ? profile : NULL);

    const char *messages = outcome_messages(&outcome);

    if (expected->message == NULL) {
        cr_expect_str_eq(messages, "", "%s: %s", expected->range, messages);
    } else {
        cr_expect_not_null(strstr(messages, expected->message), "%s: %s", expected->range,
                           messages);
        cr_expect_eq(outcome.diagnostics.errors + outcome.diagnostics.warnings, 1);
    }
    cr_expect_eq(outcome.diagnostics.errors == 0, expected->capacity != 0, "%s", messages);
    if (expected->capacity != 0) {
        cr_expect_eq(find_row(&outcome.plan.objects[0], 1)->capacity, expected->capacity,
                     "%s %s: room for %u", expected->type, expected->range,
                     find_row(&outcome.plan.objects[0], 1)->capacity);
    }
    outcome_free(&outcome);
}

Test(room, is_for_the_largest_legal_length)
{
    static const struct room_case cases[] = {
        {"String", "", NULL, 64, NULL},
        {"String", "0..32", NULL, 32, NULL},
        {"Opaque", "128", NULL, 128, NULL},
        {"Opaque", "300", NULL, 300, NULL},
        {"String", "12 bytes", NULL, 12, NULL},
        {"Opaque", "0..256", NULL, 256, NULL},
        {"Opaque", "512,1024", NULL, 512,
         "below \"object 26300\" of a profile \"size 1 1024\" gives it all"},
        {"Opaque", "300..2000", NULL, 300,
         "may have 2000 bytes and has room for 300; below \"object 26300\" of a profile \"size 1 "
         "2000\""},
        {"String", "0..4000", NULL, 256, "may have 4000 bytes and has room for 256"},
        {"Corelnk", "0..1000", NULL, 256, "may have 1000 bytes"},
        {"String", "&gt;= 100", NULL, 100, NULL},
        {"String", "0..70000", NULL, 256, "\"size 1 65534\" gives it the most there is"},
        {"String", "0", NULL, 1, NULL},
        {"Opaque", "100000", NULL, 0, "at least 100000 bytes, too many to be stored"},
        {"Opaque", "100000", "object 26300\nhandled 1", 65534, NULL},
        {"Opaque", "0..4000", "object 26300\nhandled 1", 256, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_room(&cases[i]);
    }
}

Test(room, is_what_the_profile_says)
{
    static const struct room_case cases[] = {
        {"String", "0..4000", "object 26300\nsize 1 4000", 4000, NULL},
        {"String", "0..4000", "object 26300\nsize 1 20", 20, NULL},
        {"String", "0..4000", "default length 4000", 4000, NULL},
        {"String", "0..4000", "default length 100", 100, "has room for 100"},
        {"Opaque", "512,1024", "default length 100", 512, "has room for 512"},
        {"String", "", "default length 100", 64, NULL},
        {"String", "", "default size 100", 100, NULL},
        {"String", "3..10", "object 26300\nsize 1 2", 0,
         "p.profile:2:6: error: resource 1 (Value) would have no room for any length"},
        {"Opaque", "16,32", "object 26300\nsize \"Value\" 15", 0, "no room for any length"},
        {"Opaque", "16,32", "object 26300\nsize \"Value\" 16", 16, NULL},
        {"String", "", "default length 0", 0, "expected a number from 1 to 65534"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_room(&cases[i]);
    }
}
