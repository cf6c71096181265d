/* SPDX-License-Identifier: Apache-2.0 */
/* Models of authors who write keywords in other ways, copy files, or leave noise in them. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void read_keywords(struct outcome *outcome, const char *operations, const char *mandatory,
                          const char *type)
{
    char model[1024];

    snprintf(model, sizeof model,
             MODEL("Odd", "26300", "1.0", "Single",
                   ITEM("1", "Value", "%s", "single", "%s", "%s", "", "")),
             operations, mandatory, type);
    outcome_read_one(outcome, model);
}

struct keyword {
    const char *written;
    int meant;
    const char *advice;
};

static void expect_message(struct outcome *outcome, const char *words)
{
    cr_expect_not_null(strstr(outcome_messages(outcome), words), "no %s in\n%s", words,
                       outcome_messages(outcome));
}

Test(spelling, of_types_is_read_as_meant)
{
    static const struct keyword types[] = {
        {"ObjLnk", LOOMC_OBJLNK, "type \"ObjLnk\" is written \"Objlnk\"; read as that"},
        {"integer", LOOMC_INTEGER, "\"Integer\""},
        {"CoreLnk", LOOMC_CORELNK, "\"Corelnk\""},
        {"Unsigned integer", LOOMC_UNSIGNED, "\"Unsigned Integer\""},
        {"UnsignedInteger", LOOMC_UNSIGNED, "\"Unsigned Integer\""},
        {"unsigned-integer", LOOMC_UNSIGNED, "\"Unsigned Integer\""},
        {"BOOLEAN", LOOMC_BOOLEAN, "\"Boolean\""},
        {"opaque", LOOMC_OPAQUE, "\"Opaque\""},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct outcome outcome;

        read_keywords(&outcome, "R", "Optional", types[i].written);
        cr_expect_eq(outcome.diagnostics.errors, 0, "%s", outcome_messages(&outcome));
        expect_message(&outcome, types[i].advice);
        cr_expect_eq((int)outcome.models.objects[0].resources[0].type, types[i].meant, "%s",
                     types[i].written);
        outcome_free(&outcome);
    }
}

/* A version in another form can mean one thing; an id cannot, and of its URN nothing is said then.
 */
Test(spelling, of_versions_is_read_as_meant)
{
    static const struct {
        const char *version;
        const char *message;
        unsigned errors;
    } cases[] = {
        {"2", "version \"2\" is written \"2.0\"; read as that\n", 0},
        {"v1.3", "version \"v1.3\" is written \"1.3\"; read as that\n", 0},
        {"V2", "version \"V2\" is written \"2.0\"; read as that\n", 0},
        {"1.0.1", "\"1.0.1\" is not a version such as 1.0\n", 1},
        {"1,0", "\"1,0\" is not a version such as 1.0\n", 1},
        {"v", "\"v\" is not a version such as 1.0\n", 1},
    };
    char model[1024];
    struct outcome outcome;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(model, sizeof model, MODEL("Odd", "26300", "%s", "Single", ONE_ITEM),
                 cases[i].version);
        outcome_read_one(&outcome, model);
        expect_message(&outcome, cases[i].message);
        cr_expect_eq(outcome.diagnostics.errors, cases[i].errors, "%s", cases[i].version);
        cr_expect_eq(outcome.diagnostics.warnings, 1 - cases[i].errors, "%s", cases[i].version);
        outcome_free(&outcome);
        outcome_read_strict(&outcome, model);
        cr_expect_not_null(strstr(outcome_messages(&outcome), "is not a version such as 1.0"), "%s",
                           cases[i].version);
        outcome_free(&outcome);
    }
    snprintf(model, sizeof model, "%s", MODEL("Odd", "0x66BC", "1.0", "Single", ONE_ITEM));
    char *urn = strstr(model, "</ObjectURN>");

    memmove(urn + 21, urn, strlen(urn) + 1);
    memcpy(urn, "urn:oma:lwm2m:x:26300", 21);
    outcome_read_one(&outcome, model);
    cr_expect_eq(outcome.diagnostics.warnings, 0, "%s", outcome_messages(&outcome));
    outcome_free(&outcome);

    read_keywords(&outcome, "none", "Optional", "Integer");
    expect_message(&outcome, "operation \"none\" is written \"\"; read as that");
    cr_expect(!outcome.models.objects[0].resources[0].readable);
    outcome_free(&outcome);
}

/* Another word for the same. With --strict it is an error, as is any slip. */
Test(spelling, of_keywords_by_other_words_is_read_as_meant)
{
    static const struct {
        const char *operations;
        const char *mandatory;
        const char *instances;
        bool written; /* what is meant */
        bool needed;
        bool multiple;
    } cases[] = {
        {"Read", "Yes", "No", false, true, false},
        {"Read/Write", "no", "yes", true, false, true},
        {"read and write", "TRUE", "false", true, true, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome outcome;
        char model[1024];

        snprintf(model, sizeof model,
                 MODEL("Odd", "26300", "1.0", "Single",
                       ITEM("1", "Value", "%s", "%s", "%s", "Integer", "", "")),
                 cases[i].operations, cases[i].instances, cases[i].mandatory);
        outcome_read_one(&outcome, model);
        cr_assert_eq(outcome.diagnostics.errors, 0, "%s", outcome_messages(&outcome));
        cr_expect_eq(outcome.diagnostics.warnings, 3, "%s", outcome_messages(&outcome));

        const struct loomc_resource *resource = &outcome.models.objects[0].resources[0];

        cr_expect(resource->readable);
        cr_expect_eq(resource->writable, cases[i].written);
        cr_expect_eq(resource->mandatory, cases[i].needed);
        cr_expect_eq(resource->multiple, cases[i].multiple);
        outcome_free(&outcome);
    }
    struct outcome outcome;

    read_keywords(&outcome, "Execute", "Yes", "");
    expect_message(&outcome, "operation \"Execute\" is written \"E\"; read as that");
    expect_message(&outcome, "Mandatory \"Yes\" is written \"Mandatory\"; read as that");
    outcome_free(&outcome);
    read_keywords(&outcome, "R", "Maybe", "Integer");
    expect_message(&outcome, "unknown Mandatory \"Maybe\"");
    outcome_free(&outcome);
    outcome_read_strict(&outcome,
                        MODEL("Odd", "26300", "1.0", "Single",
                              ITEM("1", "Value", "R", "Single", "Yes", "Integer", "", "")));
    expect_message(&outcome, "unknown Mandatory \"Yes\"");
    outcome_free(&outcome);
}

Test(spelling, of_types_of_other_languages_names_the_right_one)
{
    static const struct keyword types[] = {
        {"Bool", 0, "use \"Boolean\" (there are String, Integer,"},
        {"Long", 0, "use \"Integer\""},
        {"Double", 0, "use \"Float\""},
        {"Int", 0, "use \"Integer\""},
        {"uint32", 0, "use \"Unsigned Integer\""},
        {"Byte Array", 0, "use \"Opaque\""},
        {"DateTime", 0, "use \"Time\""},
        {"None", 0, "use nothing, which is for executable resources"},
        {"N/A", 0, "use nothing"},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct outcome outcome;

        read_keywords(&outcome, "R", "Optional", types[i].written);
        cr_expect_eq(outcome.diagnostics.errors, 1, "%s", outcome_messages(&outcome));
        expect_message(&outcome, types[i].advice);
        outcome_free(&outcome);
    }
}

Test(spelling, of_operations_and_flags_is_read_as_meant)
{
    static const struct keyword operations[] = {
        {"rw", 3, "operation \"rw\" is written \"RW\"; read as that"},
        {"WR", 3, "operation \"WR\" is written \"RW\""},
        {"R/W", 3, "\"RW\""},
        {"r", 1, "\"R\""},
        {"w", 2, "\"W\""},
    };

    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        struct outcome outcome;

        read_keywords(&outcome, operations[i].written, "mandatory", "Integer");
        cr_expect_eq(outcome.diagnostics.errors, 0, "%s", outcome_messages(&outcome));
        expect_message(&outcome, operations[i].advice);
        expect_message(&outcome, "Mandatory \"mandatory\" is written \"Mandatory\"; read as that");
        expect_message(&outcome, "MultipleInstances \"single\" is written \"Single\"");

        const struct loomc_resource *resource = &outcome.models.objects[0].resources[0];

        cr_expect_eq(resource->readable + 2 * resource->writable, operations[i].meant);
        cr_expect(resource->mandatory && !resource->multiple);
        outcome_free(&outcome);
    }
}

Test(spelling, is_that_of_the_standard_with_strict)
{
    struct outcome outcome;

    outcome_read_strict(&outcome,
                        MODEL("Odd", "26300", "1.0", "Single",
                              ITEM("1", "Value", "rw", "Single", "Optional", "ObjLnk", "", "")));
    expect_message(&outcome, "error: unknown operation \"rw\"; did you mean \"RW\"?");
    expect_message(&outcome, "error: unknown type \"ObjLnk\"; did you mean \"Objlnk\"?");
    outcome_free(&outcome);
}

/* ---- copies ---------------------------------------------------------------------------------- */

#define OBJECT(urn, version)                                                                       \
    "<LWM2M><Object ObjectType=\"MODefinition\"><Name>Odd</Name><Description1/>"                   \
    "<ObjectID>26934</ObjectID>\n<ObjectURN>" urn "</ObjectURN>" version                           \
    "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</"                           \
    "Mandatory><Resources>" ONE_ITEM "</Resources></Object></LWM2M>"

static void expect_only(const char *model, const char *messages)
{
    struct outcome outcome;

    outcome_read_one(&outcome, model);
    expect_messages(&outcome, messages);
    outcome_free(&outcome);
}

Test(copies, have_the_urn_of_another_object)
{
    expect_only(OBJECT("urn:oma:lwm2m:x:26934", ""), "");
    expect_only(OBJECT("urn:oma:lwm2m:x:26934:1.1", "<ObjectVersion>1.1</ObjectVersion>"), "");
    expect_only(OBJECT("urn:oma:lwm2m:x:26934:1.0", ""), "");
    expect_only(OBJECT("made up", ""), "");
    expect_only(OBJECT("urn:oma:lwm2m:x:26999", ""),
                "a.xml:2:1: warning: the URN is that of object 26999; ObjectID says 26934, which "
                "counts\n");
    expect_only(OBJECT("urn:oma:lwm2m:x:26934:1.1", ""),
                "a.xml:2:1: warning: the URN says version 1.1, and without ObjectVersion it is "
                "1.0, which counts\n");
    expect_only(OBJECT("urn:oma:lwm2m:x:26934:2.1", "<ObjectVersion>1.1</ObjectVersion>"),
                "a.xml:2:1: warning: the URN says version 2.1, ObjectVersion 1.1, which counts\n");
}

#define STRICT(schema, version)                                                                    \
    "<LWM2M xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                              \
    "xsi:noNamespaceSchemaLocation=\"http://www.openmobilealliance.org/tech/profiles/" schema      \
    "\"><Object ObjectType=\"MODefinition\"><Name>Odd</Name><Description1/>"                       \
    "<ObjectID>26934</ObjectID><ObjectURN>urn:oma:lwm2m:x:26934</ObjectURN>\n"                     \
    "<LWM2MVersion>" version "</LWM2MVersion><MultipleInstances>Single</MultipleInstances>"        \
    "<Mandatory>Optional</Mandatory><Resources>" ONE_ITEM "</Resources><Description2/></Object>"   \
    "</LWM2M>"

Test(copies, have_a_schema_that_does_not_fit)
{
    struct outcome outcome;

    outcome_read_strict(&outcome, STRICT("LWM2M-v1_1.xsd", "1.0"));
    expect_messages(&outcome, "a.xml:2:1: error: LWM2MVersion 1.0 in a file whose schema is that "
                              "of 1.1: servers refuse it\n");
    outcome_free(&outcome);
    outcome_read_strict(&outcome, STRICT("LWM2M-v1_1.xsd", "1.1"));
    expect_messages(&outcome, "");
    outcome_free(&outcome);
    outcome_read_strict(&outcome, STRICT("LWM2M.xsd", "1.0"));
    expect_messages(&outcome, "");
    outcome_free(&outcome);
}

/* ---- noise ----------------------------------------------------------------------------------- */

Test(noise, an_item_out_of_place_is_an_error)
{
    struct outcome outcome;

    outcome_read_one(&outcome,
                     "<LWM2M><Object ObjectType=\"MODefinition\"><Name>Odd</Name>"
                     "<ObjectID>26934</ObjectID><MultipleInstances>Single</MultipleInstances>"
                     "<Mandatory>Optional</Mandatory><Resources>" ONE_ITEM
                     "</Resources>\n" ITEM("7", "Lost", "R", "Single", "Optional", "Time", "",
                                           "") "</Object></LWM2M>");
    expect_message(&outcome, "a.xml:3:1: error: <Item> belongs in <Resources>, not in <Object>\n");
    outcome_free(&outcome);
}

#define NOISY(id)                                                                                  \
    "<Item ID=\"" id "\"><Name>N" id "</Name><Operations>R</Operations>"                           \
    "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"                 \
    "<Type>Time</Type><Colour>red</Colour></Item>\n"

Test(noise, of_one_kind_is_told_once)
{
    expect_only("<LWM2M><Object ObjectType=\"MODefinition\"><Name>Odd</Name>\n"
                "<ObjectID>26934</ObjectID><MultipleInstances>Single</MultipleInstances>"
                "<Mandatory>Optional</Mandatory><Colour>blue</Colour><Resources>\n" NOISY("1")
                    NOISY("2") NOISY("3") "</Resources></Object></LWM2M>",
                "a.xml:2:103: warning: <Colour> is not known in <Object>, ignored\n"
                "a.xml:3:148: warning: <Colour> is not known in <Item>, ignored here and 2 more "
                "times\n");
}

/* ---- profiles -------------------------------------------------------------------------------- */

static void expect_profile(const char *profile, const char *messages)
{
    struct outcome outcome;

    outcome_read_one(
        &outcome, MODEL("Odd", "26300", "1.0", "Single",
                        ITEM("1", "Level", "RW", "Single", "Optional", "Integer", "0..9",
                             "") ITEM("2", "Run", "E", "Single", "Optional", "", "", "")
                            ITEM("3", "Long Name", "RW", "Single", "Optional", "String", "", "")));
    outcome_plan(&outcome, profile);
    expect_messages(&outcome, messages);
    outcome_free(&outcome);
}

Test(profiles, need_no_quotation_marks_for_one_word)
{
    expect_profile("object Odd\n reported Run\n value level 5\n size \"Long Name\" 9\n", "");
    expect_profile("object 26300\n handled Runn\n",
                   "p.profile:2:10: error: object 26300 (Odd) has no resource Runn; did you mean "
                   "\"Run\"?\n");
    expect_profile("product p\n uses odd\n", "");
}

/* Words, names and values: three steps, one run. */
Test(profiles, are_told_all_their_errors_at_once)
{
    expect_profile("object 26300\n romm 3\n handled Missing\n value Level 12\n size 1 9\n"
                   "product p\n uses 99\n others\n",
                   "p.profile:2:2: error: unknown setting \"romm\"; did you mean \"room\"?\n"
                   "p.profile:3:10: error: object 26300 (Odd) has no resource Missing\n"
                   "p.profile:5:7: error: resource 1 (Level) has no size: it is no String, Opaque "
                   "or Corelnk\n"
                   "p.profile:4:14: error: resource 1 (Level) begins with a value out of its "
                   "range, 0..9\n"
                   "p.profile:7:7: error: no model of object 99\n");
}
