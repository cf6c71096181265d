/* SPDX-License-Identifier: Apache-2.0 */
/* loomc --compare: what a new version of an object means for those who use the old one. */
#include "command.h"
#include "range_read.h"
#include "range_set.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PUMP(version, items) MODEL("Pump", "26300", version, "Multiple", items)
#define SPEED(operations, instances, mandatory, type, range, units)                                \
    ITEM("0", "Speed", operations, instances, mandatory, type, range, units)
#define LABEL ITEM("1", "Label", "RW", "Single", "Optional", "String", "0..16", "")

/* What the same object is with one thing changed. */
struct change {
    const char *old_items;
    const char *new_items;
    const char *line; /* "" if there is none */
    const char *due;
};

static void expect_changes(const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *folder = folder_make();
        char model[4096];
        char expected[1024];

        snprintf(model, sizeof(model), PUMP("1.3", "%s"), changes[i].old_items);
        folder_write(folder, "old.xml", model);
        snprintf(model, sizeof(model), PUMP("9.0", "%s"), changes[i].new_items);
        folder_write(folder, "new.xml", model);
        cr_expect_eq(run(folder, "--compare", "old.xml", "new.xml", NULL), 0);
        snprintf(expected, sizeof(expected), "object 26300 (Pump): 9.0, was 1.3\n%s%sdue: %s\n",
                 changes[i].line, *changes[i].line != '\0' ? "\n" : "", changes[i].due);
        expect_file(folder, "out", expected);
        expect_file(folder, "err", "");
        folder_remove(folder);
    }
}

#define RW_INTEGER(range, units) SPEED("RW", "Single", "Optional", "Integer", range, units)
#define R_INTEGER(range)         SPEED("R", "Single", "Optional", "Integer", range, "")

Test(compare, finds_what_breaks)
{
    static const struct change changes[] = {
        {SPEED("RW", "Single", "Mandatory", "Integer", "", "") LABEL, LABEL,
         "breaks: resource 0 (Speed): removed, Mandatory: existing users expect it", "2.0"},
        {LABEL, SPEED("R", "Single", "Mandatory", "Integer", "", "") LABEL,
         "breaks: resource 0 (Speed): added, Mandatory: existing devices lack it", "2.0"},
        {RW_INTEGER("", ""), SPEED("RW", "Single", "Optional", "Float", "", ""),
         "breaks: resource 0 (Speed): type Float, was Integer", "2.0"},
        {RW_INTEGER("", ""), SPEED("RW", "Multiple", "Optional", "Integer", "", ""),
         "breaks: resource 0 (Speed): Multiple, was Single", "2.0"},
        {RW_INTEGER("", ""), SPEED("RW", "Single", "Mandatory", "Integer", "", ""),
         "breaks: resource 0 (Speed): Mandatory, was Optional", "2.0"},
        {SPEED("RW", "Single", "Mandatory", "Integer", "", ""), RW_INTEGER("", ""),
         "breaks: resource 0 (Speed): Optional, was Mandatory", "2.0"},
        {RW_INTEGER("", ""), R_INTEGER(""),
         "breaks: resource 0 (Speed): operations \"R\", were \"RW\"", "2.0"},
        {R_INTEGER(""), RW_INTEGER("", ""),
         "breaks: resource 0 (Speed): operations \"RW\", were \"R\"", "2.0"},
        {RW_INTEGER("0..10", ""), RW_INTEGER("0..9", ""),
         "breaks: resource 0 (Speed): range \"0..9\", was \"0..10\": values that were allowed are "
         "refused",
         "2.0"},
        {RW_INTEGER("", ""), RW_INTEGER("-5..9", ""),
         "breaks: resource 0 (Speed): range \"-5..9\", was none: values that were allowed are "
         "refused",
         "2.0"},
        {RW_INTEGER("", "s"), RW_INTEGER("", "ms"),
         "breaks: resource 0 (Speed): units \"ms\", were \"s\"", "2.0"},
        {RW_INTEGER("0: off, 1: on, 2: auto", ""), RW_INTEGER("0: on, 1: off, 2: auto", ""),
         "breaks: resource 0 (Speed): 0 is \"on\", was \"off\"\n"
         "breaks: resource 0 (Speed): 1 is \"off\", was \"on\"\n"
         "text: resource 0 (Speed): range \"0: on, 1: off, 2: auto\", was \"0: off, 1: on, 2: "
         "auto\": the same values, as far as they can be read",
         "2.0"},
    };

    expect_changes(changes, sizeof(changes) / sizeof(changes[0]));
}

/* Core 7.2.1, evolution of type I. */
Test(compare, finds_what_breaks_in_the_words_of_the_standard)
{
    static const struct {
        const char *release; /* of LwM2M, of the old one */
        const char *type;
        const char *line;
    } cases[] = {
        {"1.0", "Unsigned Integer",
         "breaks: resource 0 (Speed): added, of a type that LwM2M 1.0 does not have: Unsigned "
         "Integer\n"},
        {"1.0", "Corelnk",
         "breaks: resource 0 (Speed): added, of a type that LwM2M 1.0 does not have: Corelnk\n"},
        {"1.0", "Integer", "minor: resource 0 (Speed): added, Optional\n"},
        {"1.1", "Unsigned Integer", "minor: resource 0 (Speed): added, Optional\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *folder = folder_make();
        char model[4096];

        snprintf(model, sizeof model, "%s", PUMP("1.3", LABEL));
        memcpy(strstr(model, "<LWM2MVersion>1.1") + strlen("<LWM2MVersion>"), cases[i].release, 3);
        folder_write(folder, "old.xml", model);
        snprintf(model, sizeof model,
                 PUMP("2.0", SPEED("R", "Single", "Optional", "%s", "", "") LABEL), cases[i].type);
        folder_write(folder, "new.xml", model);
        cr_expect_eq(run(folder, "--compare", "old.xml", "new.xml", NULL), 0);
        char *out = folder_read(folder, "out");

        cr_expect_not_null(strstr(out, cases[i].line), "%s", out);
        free(out);
        folder_remove(folder);
    }
}

Test(compare, finds_what_is_more)
{
    static const struct change changes[] = {
        {LABEL, RW_INTEGER("", "") LABEL, "minor: resource 0 (Speed): added, Optional", "1.4"},
        {RW_INTEGER("", "") LABEL, LABEL, "minor: resource 0 (Speed): removed, Optional", "1.4"},
        {RW_INTEGER("0..9", ""), RW_INTEGER("0..10", ""),
         "minor: resource 0 (Speed): range \"0..10\", was \"0..9\": more values are allowed",
         "1.4"},
        {RW_INTEGER("0..9", ""), RW_INTEGER("", ""),
         "minor: resource 0 (Speed): range none, was \"0..9\": more values are allowed", "1.4"},
        /* Who reads can do with less. */
        {R_INTEGER("0..10"), R_INTEGER("0..9"),
         "minor: resource 0 (Speed): range \"0..9\", was \"0..10\": fewer values are read", "1.4"},
    };

    expect_changes(changes, sizeof(changes) / sizeof(changes[0]));
}

Test(compare, finds_what_changes_nothing)
{
    static const struct change changes[] = {
        {LABEL, LABEL, "", "1.3"},
        {RW_INTEGER("0..4, 5..9", ""), RW_INTEGER("0..9", ""),
         "text: resource 0 (Speed): range \"0..9\", was \"0..4, 5..9\": the same values, as far as "
         "they can be read",
         "1.3"},
        {RW_INTEGER("", "%"), RW_INTEGER("", "/100"),
         "text: resource 0 (Speed): units \"/100\", were \"%\"", "1.3"},
        {ITEM("1", "Label", "R", "Single", "Optional", "Integer", "", ""),
         "<Item ID=\"1\"><Name>Tag</Name><Operations>R</Operations><MultipleInstances>Single"
         "</MultipleInstances><Mandatory>Optional</Mandatory><Type>Integer</Type>"
         "<RangeEnumeration/><Units/><Description>About  Label.</Description></Item>",
         "text: resource 1 (Tag): name, was \"Label\"; names in the code follow it", "1.3"},
        {RW_INTEGER("0: off, 1: on", ""), RW_INTEGER("0: idle, 1: on", ""),
         "text: resource 0 (Speed): range \"0: idle, 1: on\", was \"0: off, 1: on\": the same "
         "values, as far as they can be read\n"
         "text: resource 0 (Speed): 0 is \"idle\", was \"off\"; if it means something else the "
         "first number of the version is due",
         "1.3"},
    };

    expect_changes(changes, sizeof(changes) / sizeof(changes[0]));
}

/* What cannot be read is not compared: 16-bit may have been what 0..31 is. */
Test(compare, leaves_ranges_that_it_cannot_read)
{
    static const char *const ranges[][2] = {{"16-bit", "0..31"}, {"0..31", "as you like"}};

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        char *folder = folder_make();
        char model[4096];
        char expected[512];

        snprintf(model, sizeof model, PUMP("1.3", RW_INTEGER("%s", "")), ranges[i][0]);
        folder_write(folder, "old.xml", model);
        snprintf(model, sizeof model, PUMP("1.3", RW_INTEGER("%s", "")), ranges[i][1]);
        folder_write(folder, "new.xml", model);
        cr_expect_eq(run(folder, "--compare", "old.xml", "new.xml", NULL), 0);
        snprintf(expected, sizeof expected,
                 "object 26300 (Pump): 1.3, was 1.3\ntext: resource 0 (Speed): range \"%s\", was "
                 "\"%s\": cannot be compared; if values are refused that were allowed the first "
                 "number of the version is due\ndue: 1.3\n",
                 ranges[i][1], ranges[i][0]);
        expect_file(folder, "out", expected);
        folder_remove(folder);
    }
}

/* The version of the new one against the one that is due. */
Test(compare, demands_the_version_that_is_due)
{
    static const struct {
        const char *version;
        const char *items;
        int status;
        const char *error;
    } news[] = {
        {"1.3", LABEL, 0, ""},
        {"1.4", LABEL, 0, ""},
        {"1.2", LABEL, 1, "has version 1.2; 1.3 is due: it is below the old version\n"},
        {"1.3", RW_INTEGER("", "") LABEL, 1,
         "has version 1.3; 1.4 is due: there is more or less than in the old version\n"},
        {"1.4", RW_INTEGER("", "") LABEL, 0, ""},
        {"2.0", RW_INTEGER("", "") LABEL, 0, ""},
        {"1.9", SPEED("RW", "Single", "Mandatory", "Integer", "", "") LABEL, 1,
         "has version 1.9; 2.0 is due: the change is incompatible with the old version\n"},
        {"2.0", SPEED("RW", "Single", "Mandatory", "Integer", "", "") LABEL, 0, ""},
    };

    for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++) {
        char *folder = folder_make();
        char model[4096];
        char expected[256] = "";

        folder_write(folder, "old.xml", PUMP("1.3", LABEL));
        snprintf(model, sizeof(model), PUMP("%s", "%s"), news[i].version, news[i].items);
        folder_write(folder, "new.xml", model);
        cr_expect_eq(run(folder, "--compare", "old.xml", "new.xml", NULL), news[i].status);
        if (news[i].status != 0) {
            snprintf(expected, sizeof(expected), "new.xml:1:88: error: object 26300 %s",
                     news[i].error);
        }
        expect_file(folder, "err", expected);
        folder_remove(folder);
    }
}

/* What else is asked for would not be done: that is said, and nothing is compared. */
Test(compare, takes_no_option_that_it_would_ignore)
{
    static const char *const options[][2] = {
        {"-o", "gen"},           {"--profile", "none"}, {"--prefix", "a"},      {"--format", "c"},
        {"--templates", "none"}, {"--depfile", "d"},    {"--list", "l"},        {"--ids", "i.h"},
        {"--stubs", "s.c"},      {"--names", "n"},      {"--registry", "none"}, {"--size", NULL},
        {"--units", NULL},       {"--check", NULL},     {"--strict", NULL}};
    char *folder = folder_make();

    folder_write(folder, "old.xml", MODEL("Pump", "26300", "1.0", "Single", ONE_ITEM));
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        const char *value = options[i][1];

        cr_expect_eq(
            value != NULL
                ? run(folder, "--compare", options[i][0], value, "old.xml", "old.xml", NULL)
                : run(folder, "--compare", options[i][0], "old.xml", "old.xml", NULL),
            2, "%s", options[i][0]);
        expect_file(folder, "out", "");
        expect_file(folder, "err",
                    "loomc: error: --compare allows only the options --diagnostics and --color\n"
                    "Try 'loomc --help'.\n");
    }
    cr_expect_eq(run(folder, "--compare", "--color", "never", "--diagnostics", "json", "old.xml",
                     "old.xml", NULL),
                 0);
    cr_expect_eq(folder_count(folder), 3);
    folder_remove(folder);
}

Test(compare, takes_two_models_of_one_object)
{
    char *folder = folder_make();

    folder_write(folder, "old.xml", PUMP("1.3", LABEL));
    folder_write(folder, "other.xml", MODEL("Pump", "26301", "1.3", "Multiple", LABEL));
    cr_expect_eq(run(folder, "--compare", "old.xml", NULL), 2);
    cr_expect_eq(run(folder, "--compare", "old.xml", "old.xml", "old.xml", NULL), 2);
    cr_expect_eq(run(folder, "--compare", "old.xml", "other.xml", NULL), 1);
    expect_file(folder, "out", "");
    expect_file(
        folder, "err",
        "old.xml:1:88: error: object 26300 is not in other.xml: there is nothing to compare "
        "it with\n"
        "other.xml:1:88: error: object 26301 is not in old.xml: there is nothing to compare "
        "it with\n");
    folder_write(folder, "broken.xml", "<LWM2M>");
    cr_expect_eq(run(folder, "--compare", "old.xml", "broken.xml", NULL), 1);
    cr_expect_eq(run(folder, "--compare", "none.xml", "old.xml", NULL), 1);
    expect_file(folder, "out", "");
    folder_remove(folder);
}

static bool covers(enum loomc_type type, const char *outer, const char *inner)
{
    struct loomc_arena arena = {0};
    struct loomc_ranges a = {0};
    struct loomc_ranges b = {0};

    loomc_range_read(&arena, type, outer, &a);
    loomc_range_read(&arena, type, inner, &b);
    bool answer = loomc_set_covers(&arena, type, &a, &b);

    loomc_arena_free(&arena);
    return answer;
}

Test(compare, knows_which_range_covers_which)
{
    cr_expect(covers(LOOMC_INTEGER, "5..9,0..4,-3..-1", "-3..9"));
    cr_expect(covers(LOOMC_INTEGER, "-9223372036854775808..9223372036854775807", "-1..1"));
    cr_expect_not(covers(LOOMC_INTEGER, "0..4,6..9", "4..6"));
    cr_expect_not(covers(LOOMC_INTEGER, "-2..9", "-3..9"));
    cr_expect(covers(LOOMC_UNSIGNED, "0..18446744073709551615", "18446744073709551615"));
    cr_expect(covers(LOOMC_FLOAT, "0..1.5,1.5..3", "0.5..2.5"));
    cr_expect_not(covers(LOOMC_FLOAT, "0..1,2..3", "1..2"));
    cr_expect(covers(LOOMC_STRING, "0..255", "1..8"));
    cr_expect(covers(LOOMC_STRING, "\"a\",\"b\",\"c\"", "\"c\",\"a\""));
    cr_expect_not(covers(LOOMC_STRING, "\"a\",\"b\"", "\"a\",\"c\""));
    cr_expect(covers(LOOMC_STRING, "1..2", "\"a\",\"bb\""));
    cr_expect_not(covers(LOOMC_STRING, "1..2", "\"a\",\"bbb\""));
    cr_expect_not(covers(LOOMC_STRING, "\"a\",\"bb\"", "1..2"));
    cr_expect(covers(LOOMC_STRING, "", "\"a\",\"bb\""));
    cr_expect_not(covers(LOOMC_INTEGER, "1..2", ""));
}
