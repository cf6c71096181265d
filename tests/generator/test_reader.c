/* SPDX-License-Identifier: Apache-2.0 */
/* Reading models: what the files of the OMA registry do (census section 9), and what is wrong. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* A model with a line for each element. Line 7 begins the items; each %s of ITEM_LINES is one line.
 */
#define HEAD                                                                                       \
    "<LWM2M>\n"                                                                                    \
    "<Object ObjectType=\"MODefinition\">\n"                                                       \
    "  <Name>Probe</Name><Description1/>\n"                                                        \
    "  <ObjectID>26300</ObjectID>\n"                                                               \
    "  <MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"             \
    "  <Resources>\n"
#define TAIL "  </Resources>\n</Object>\n</LWM2M>\n"

/* An item whose wrong element stands in the middle. */
#define ITEM_WITH(elements) "  <Item ID=\"1\">" elements "</Item>\n"

static void expect(const char *text, const char *messages)
{
    struct outcome outcome;

    outcome_read_one(&outcome, text);
    expect_messages(&outcome, messages);
    outcome_free(&outcome);
}

/* Reads one model that is fine apart from the warnings. */
static const struct loomc_object *read_good(struct outcome *outcome, const char *text,
                                            const char *messages)
{
    outcome_read_one(outcome, text);
    expect_messages(outcome, messages);
    cr_assert_eq(outcome->models.count, 1);
    return &outcome->models.objects[0];
}

/* ---- what real files look like --------------------------------------------------------------- */

/* 19.xml begins with a byte order mark, 10241.xml has no declaration, all have CRLF. */
Test(reader, takes_byte_order_mark_and_line_ends_of_any_kind)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- a <Item> -->\r\n" MODEL(
            "BOM", "19", "1.0", "Single",
            ITEM("0", "Data", "RW", "Single", "Optional", "Opaque", "\r\n\t ", "\t\r\n")),
        "");

    cr_expect_eq(object->id, 19);
    cr_expect_str_eq(object->resources[0].range_text, "");
    cr_expect_str_eq(object->resources[0].units, "");
    outcome_free(&outcome);
}

/* 0-1_0.xml has no versions, 12-1_0.xml empty ones. */
Test(reader, takes_a_missing_or_empty_version_for_1_0)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(&outcome, HEAD ONE_ITEM TAIL, "");

    cr_expect_eq(object->version_major, 1);
    cr_expect_eq(object->version_minor, 0);
    cr_expect_str_eq(object->lwm2m_version, "1.0");
    outcome_free(&outcome);
    object = read_good(&outcome, MODEL("Cellular", "12", "", "Single", ONE_ITEM), "");
    cr_expect_eq(object->version_major, 1);
    cr_expect_eq(object->version_minor, 0);
    outcome_free(&outcome);
}

/* 511.xml has Description2 before ObjectID; 3416.xml the items' children in another order, and no
 * RangeEnumeration. */
Test(reader, takes_children_in_any_order)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        "<LWM2M><Object ObjectType=\"MODefinition\"><Resources><Item ID=\"7\"><Name>Lamp</Name>"
        "<Type>Integer</Type><Operations>RW</Operations><Mandatory>Mandatory</Mandatory>"
        "<MultipleInstances>Multiple</MultipleInstances><Description>d</Description>"
        "<Units>W</Units></Item></Resources><Description2>second</Description2>"
        "<Mandatory>Optional</Mandatory><MultipleInstances>Multiple</MultipleInstances>"
        "<ObjectID>511</ObjectID><Name>Order</Name><Description1>first</Description1>"
        "</Object></LWM2M>",
        "");

    cr_expect_eq(object->id, 511);
    cr_expect_str_eq(object->name, "Order");
    cr_expect_str_eq(object->description, "first\n\nsecond");
    cr_expect(object->multiple);
    cr_expect_not(object->mandatory);
    cr_assert_eq(object->resource_count, 1);
    cr_expect_eq(object->resources[0].type, LOOMC_INTEGER);
    cr_expect(object->resources[0].multiple);
    cr_expect(object->resources[0].mandatory);
    cr_expect_eq(object->resources[0].ranges.count, 0);
    cr_expect_str_eq(object->resources[0].units, "W");
    outcome_free(&outcome);
}

/* 0/0 has two blanks in its name, 21/6 one before it, 3459/4 a no-break space. */
Test(reader, folds_blanks_in_names)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        MODEL(" Some \n Object ", "26300", "1.0", "Single",
              ITEM("0", "LWM2M  Server URI", "", "Single", "Mandatory", "String", "", "") ITEM(
                  "4", "Group\xC2\xA0 Address ", "R", "Single", "Optional", "Integer", "", " % ")),
        "");

    cr_expect_str_eq(object->name, "Some Object");
    cr_expect_str_eq(object->resources[0].name, "LWM2M Server URI");
    cr_expect_str_eq(object->resources[1].name, "Group Address");
    cr_expect_str_eq(object->resources[1].units, "%");
    outcome_free(&outcome);
}

/* 302 files do not have their items in order. */
Test(reader, sorts_items)
{
    struct outcome outcome;
    const struct loomc_object *object =
        read_good(&outcome,
                  MODEL("Order", "501", "1.0", "Single",
                        ITEM("5700", "C", "R", "Single", "Mandatory", "Float", "", "")
                            ITEM("2", "A", "R", "Single", "Mandatory", "Float", "", "")
                                ITEM("65534", "D", "E", "Single", "Mandatory", "", "", "")
                                    ITEM("11", "B", "R", "Single", "Mandatory", "Float", "", "")),
                  "");

    cr_assert_eq(object->resource_count, 4);
    cr_expect_eq(object->resources[0].id, 2);
    cr_expect_eq(object->resources[1].id, 11);
    cr_expect_eq(object->resources[2].id, 5700);
    cr_expect_eq(object->resources[3].id, 65534);
    outcome_free(&outcome);
}

Test(reader, knows_all_types_and_operations)
{
    static const char *const types[] = {"String", "Integer", "Unsigned Integer",
                                        "Float",  "Boolean", "Opaque",
                                        "Time",   "Objlnk",  "Corelnk"};
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        MODEL("Types", "26300", "1.0", "Single",
              ITEM("1", "a", "R", "Single", "Optional", "String", "",
                   "") ITEM("2", "b", "W", "Single", "Optional", "Integer", "", "")
                  ITEM("3", "c", "RW", "Single", "Optional", "Unsigned Integer", "",
                       "") ITEM("4", "d", "", "Single", "Optional", "Float", "", "")
                      ITEM("5", "e", "R", "Single", "Optional", "Boolean", "", "")
                          ITEM("6", "f", "R", "Single", "Optional", "Opaque", "", "")
                              ITEM("7", "g", "R", "Single", "Optional", "Time", "", "")
                                  ITEM("8", "h", "R", "Single", "Optional", "Objlnk", "", "")
                                      ITEM("9", "i", "R", "Single", "Optional", "Corelnk", "", "")
                                          ITEM("10", "j", "E", "Single", "Optional", "", "", "")),
        "");

    for (unsigned i = 0; i < 9; i++) {
        cr_expect_str_eq(loomc_type_name(object->resources[i].type), types[i]);
    }
    cr_expect(object->resources[0].readable && !object->resources[0].writable);
    cr_expect(!object->resources[1].readable && object->resources[1].writable);
    cr_expect(object->resources[2].readable && object->resources[2].writable);
    cr_expect(!object->resources[3].readable && !object->resources[3].writable);
    cr_expect(object->resources[9].executable && object->resources[9].type == LOOMC_NONE);
    outcome_free(&outcome);
}

/* 10482/5 */
Test(reader, takes_a_readable_resource_without_type_for_opaque)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        HEAD "<Item ID=\"5\"><Name>Read data</Name><Operations>R</Operations>\n"
             "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
             " <Type></Type></Item>\n" TAIL,
        "a.xml:9:2: warning: a resource that is not executable needs a type; taken as Opaque\n");

    cr_expect_eq(object->resources[0].type, LOOMC_OPAQUE);
    outcome_free(&outcome);
}

/* vh/10260-1_0 res 3 and vh/15-1_0 res 6 */
Test(reader, takes_type_and_instances_off_an_executable)
{
    struct outcome outcome;
    const struct loomc_object *object = read_good(
        &outcome,
        HEAD "<Item ID=\"3\"><Name>Unset</Name><Operations>E</Operations>\n"
             "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory>\n"
             "<Type>String</Type></Item>\n" TAIL,
        "a.xml:9:1: warning: an executable resource has no type; String is ignored\n"
        "a.xml:8:1: warning: an executable resource has no instances; taken as Single\n");

    cr_expect_eq(object->resources[0].type, LOOMC_NONE);
    cr_expect_not(object->resources[0].multiple);
    outcome_free(&outcome);
}

/* 10308/7 has its range in character references, 10309/4 its bounds exchanged; words are none. */
Test(reader, warns_of_ranges_that_are_not_enforced)
{
    expect(HEAD "  <Item ID=\"7\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                "<Type>Integer</Type>\n"
                "    <RangeEnumeration>&#60;7 to &#62;12.5</RangeEnumeration></Item>\n" TAIL,
           "a.xml:10:5: warning: range \"<7 to >12.5\" not enforced: not a range of numbers\n");
    expect(HEAD "  <Item ID=\"4\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                "<Type>Integer</Type><RangeEnumeration>-30..-120</RangeEnumeration></Item>\n" TAIL,
           "a.xml:9:21: warning: range \"-30..-120\" lower and upper bound are exchanged; read the "
           "other way round\n");
    expect(HEAD "  <Item ID=\"801\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                "<Type>Integer</Type><RangeEnumeration>\n\tnormal\n\tor remote\n"
                "</RangeEnumeration></Item>\n" TAIL,
           "a.xml:9:21: warning: range \"normal or remote\" not enforced: not a range of "
           "numbers\n");
}

Test(reader, takes_several_objects_of_one_file)
{
    struct outcome outcome;

    outcome_read_one(
        &outcome,
        "<LWM2M>"
        "<Object><Name>B</Name><ObjectID>2</ObjectID><MultipleInstances>Single</MultipleInstances>"
        "<Mandatory>Optional</Mandatory><Resources>" ONE_ITEM "</Resources></Object>"
        "<Object><Name>A</Name><ObjectID>1</ObjectID><MultipleInstances>Single</MultipleInstances>"
        "<Mandatory>Optional</Mandatory><Resources>" ONE_ITEM "</Resources></Object></LWM2M>");
    expect_messages(&outcome, "");
    cr_assert_eq(outcome.models.count, 2);
    cr_expect_eq(outcome.models.objects[0].id, 1);
    cr_expect_eq(outcome.models.objects[1].id, 2);
    outcome_free(&outcome);
}

Test(reader, carries_the_licence_of_the_model)
{
    struct outcome outcome;

    cr_expect_str_eq(read_good(&outcome,
                               "<!-- SPDX-License-Identifier: Apache-2.0 OR MIT -->\n" MODEL(
                                   "L", "1", "1.0", "Single", ONE_ITEM),
                               "")
                         ->license,
                     "Apache-2.0 OR MIT");
    outcome_free(&outcome);
    cr_expect_null(read_good(&outcome, HEAD ONE_ITEM TAIL, "")->license);
    outcome_free(&outcome);
}

/* ---- what is wrong --------------------------------------------------------------------------- */

#define REST                                                                                       \
    "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"                 \
    "<Type>Integer</Type>"

Test(reader, reports_malformed_xml)
{
    struct outcome outcome;

    outcome_read_one(&outcome, "<LWM2M>\n<Object>\n</LWM2M>\n");
    cr_expect_gt(outcome.diagnostics.errors, 0);
    cr_expect_eq(strncmp(outcome_messages(&outcome), "a.xml:3:", 8), 0, "%s",
                 outcome_messages(&outcome));
    cr_expect_not_null(strstr(outcome_messages(&outcome), ": error: "));
    cr_expect_eq(outcome.models.count, 0);
    outcome_free(&outcome);
    outcome_read_one(&outcome, "");
    cr_expect_gt(outcome.diagnostics.errors, 0);
    outcome_free(&outcome);
}

Test(reader, reports_files_that_are_no_models)
{
    expect("<DDF/>", "a.xml:1:1: error: not an object model: <LWM2M> is missing\n");
    expect("\n <LWM2M></LWM2M>", "a.xml:2:2: error: not an object model: <Object> is missing\n");
}

#define TYPES "String, Integer, Unsigned Integer, Float, Boolean, Opaque, Time, Objlnk and Corelnk"

Test(reader, reports_unknown_types_and_operations)
{
    expect(HEAD "  <Item ID=\"1\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                " <Type>Interger</Type></Item>\n" TAIL,
           "a.xml:9:2: error: unknown type \"Interger\"; did you mean \"Integer\"?\n");
    expect(HEAD "  <Item ID=\"1\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                " <Type>blob</Type></Item>\n" TAIL,
           "a.xml:9:2: error: unknown type \"blob\"; use \"Opaque\" (there are " TYPES ")\n");
    expect(HEAD "  <Item ID=\"1\"><Name>N</Name><Operations>R</Operations>\n"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"
                " <Type>Quaternion</Type></Item>\n" TAIL,
           "a.xml:9:2: error: unknown type \"Quaternion\"; there are " TYPES "\n");
    expect(HEAD ITEM_WITH("<Name>N</Name><Operations>RWE</Operations>" REST) TAIL,
           "a.xml:7:30: error: unknown operation \"RWE\"; did you mean \"RW\"?\n");
    expect(HEAD ITEM_WITH("<Name>N</Name>" REST) TAIL,
           "a.xml:7:3: error: <Operations> is missing\n");
}

Test(reader, reports_bad_flags)
{
    expect(HEAD ITEM_WITH("<Name>N</Name><Operations>R</Operations><Type>Time</Type>\n"
                          "<MultipleInstances>Many</MultipleInstances>\n"
                          "<Mandatory>optional</Mandatory>") TAIL,
           "a.xml:8:1: error: unknown MultipleInstances \"Many\"\n"
           "a.xml:9:1: warning: Mandatory \"optional\" is written \"Optional\"; read as that\n");
}

Test(reader, reports_bad_ids)
{
    expect(HEAD "  <Item ID=\"65535\"><Name>N</Name><Operations>R</Operations>" REST
                "</Item>\n" TAIL,
           "a.xml:7:3: error: \"65535\" is not an id: a number from 0 to 65534\n");
    expect(HEAD "  <Item ID=\"-1\"><Name>N</Name><Operations>R</Operations>" REST "</Item>\n" TAIL,
           "a.xml:7:3: error: \"-1\" is not an id: a number from 0 to 65534\n");
    expect(HEAD "  <Item><Name>N</Name><Operations>R</Operations>" REST "</Item>\n" TAIL,
           "a.xml:7:3: error: <Item> has no attribute ID\n");
    expect(MODEL("N", "99999999999999999999", "1.0", "Single", ONE_ITEM),
           "a.xml:1:85: error: \"99999999999999999999\" is not an id: a number from 0 to 65534\n");
}

Test(reader, reports_duplicate_ids)
{
    expect(HEAD "  <Item ID=\"1\"><Name>N</Name><Operations>R</Operations>" REST "</Item>\n"
                "  <Item ID=\"2\"><Name>O</Name><Operations>R</Operations>" REST "</Item>\n"
                "    <Item ID=\"1\"><Name>P</Name><Operations>R</Operations>" REST "</Item>\n" TAIL,
           "a.xml:9:5: error: resource 1 is already defined in line 7\n");
}

/* All problems in one run: an id is a duplicate whatever else is wrong with its resource. */
Test(reader, reports_duplicate_ids_of_faulty_items)
{
    expect(HEAD "  <Item ID=\"1\"><Name>N</Name><Operations>Q</Operations>" REST "</Item>\n"
                "  <Item ID=\"1\"><Name>O</Name><Operations>R</Operations>" REST "</Item>\n" TAIL,
           "a.xml:7:30: error: unknown operation \"Q\"\n"
           "a.xml:8:3: error: resource 1 is already defined in line 7\n");
}

Test(reader, reports_missing_names)
{
    expect(HEAD ITEM_WITH("<Name> </Name><Operations>R</Operations>" REST) TAIL,
           "a.xml:7:16: error: <Name> is empty\n");
    expect("<LWM2M>\n <Object>\n<MultipleInstances>Single</MultipleInstances>"
           "<Mandatory>Optional</Mandatory><Resources>\n" ONE_ITEM "</Resources></Object></LWM2M>",
           "a.xml:2:2: error: <Name> is missing\n"
           "a.xml:2:2: error: <ObjectID> is missing\n");
}

Test(reader, reports_bad_versions)
{
    expect(MODEL("N", "1", "1.x", "Single", ONE_ITEM),
           "a.xml:1:162: error: \"1.x\" is not a version such as 1.0\n");
    expect(MODEL("N", "1", "256.0", "Single", ONE_ITEM),
           "a.xml:1:162: error: \"256.0\" is not a version such as 1.0\n");
}

Test(reader, reports_repeated_and_unknown_elements)
{
    expect(HEAD ITEM_WITH("<Name>N</Name>\n<Name>O</Name><Operations>R</Operations>" REST) TAIL,
           "a.xml:8:1: error: a second <Name>\n");
    expect(HEAD ITEM_WITH("<Name>N</Name>\n<Color/><Operations>R</Operations>" REST) TAIL,
           "a.xml:8:1: warning: <Color> is not known in <Item>, ignored\n");
}

Test(reader, reports_objects_without_or_with_too_many_resources)
{
    char *text = malloc(200000);
    size_t length = 0;

    expect(HEAD TAIL, "a.xml:6:3: error: the object has no resources\n");
    cr_assert_not_null(text);
    length += (size_t)sprintf(text, HEAD);
    for (unsigned i = 0; i < 256; i++) {
        length += (size_t)sprintf(
            text + length,
            "<Item ID=\"%u\"><Name>N</Name><Operations>R</Operations>" REST "</Item>", i);
    }
    sprintf(text + length, TAIL);
    expect(text, "a.xml:6:3: error: 256 resources; an object has at most 255\n");
    free(text);
}

Test(reader, reports_two_models_of_one_version)
{
    static const char *const texts[] = {
        "<!-- one -->\n" MODEL("Device", "3", "1.0", "Single", ONE_ITEM),
        MODEL("Gadget", "3", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    outcome_read(&outcome, texts, 2);
    expect_messages(&outcome,
                    "b.xml:1:90: error: object 3 version 1.0 is already defined in a.xml:2\n");
    outcome_free(&outcome);
}

/* The registry keeps a copy of each newest version in version_history. */
Test(reader, takes_copies_of_a_file_once)
{
    static const char *const texts[] = {MODEL("Device", "3", "1.0", "Single", ONE_ITEM),
                                        MODEL("Device", "3", "1.0", "Single", ONE_ITEM)};
    struct outcome outcome;

    outcome_read(&outcome, texts, 2);
    expect_messages(&outcome, "b.xml:1:90: warning: the same file as a.xml, used once\n");
    cr_expect_eq(outcome.models.count, 1);
    outcome_free(&outcome);
}

Test(reader, tells_all_errors_of_all_files)
{
    static const char *const texts[] = {
        HEAD ITEM_WITH("<Name>N</Name><Operations>X</Operations>" REST)
            ITEM_WITH("<Name/><Operations>R</Operations>" REST) TAIL,
        "<LWM2M/>"};
    struct outcome outcome;

    outcome_read(&outcome, texts, 2);
    expect_messages(&outcome, "a.xml:7:30: error: unknown operation \"X\"\n"
                              "a.xml:8:16: error: <Name> is empty\n"
                              "a.xml:8:3: error: resource 1 is already defined in line 7\n"
                              "b.xml:1:1: error: not an object model: <Object> is missing\n");
    outcome_free(&outcome);
}

/* ---- hostile files --------------------------------------------------------------------------- */

Test(reader, refuses_doctypes)
{
    expect("<!-- <!DOCTYPE x> -->\n  <!DOCTYPE l [<!ENTITY a \"b\">]>\n<LWM2M>&a;</LWM2M>",
           "a.xml:2:3: error: a model has no DOCTYPE\n");
}

Test(reader, refuses_other_encodings)
{
    expect("\xFF\xFE<",
           "a.xml:1:1: error: a byte FF: the file is not UTF-8; convert it, as with iconv "
           "-f UTF-16 -t UTF-8\n");
}

Test(reader, survives_deep_nesting_and_torn_markup)
{
    static const char *const torn[] = {"<",         "<!",    "<!-",    "<!--",
                                       "<![CDATA[", "<?xml", "<a b='", "</",
                                       "<LWM2M",    "]]>",   "&#0;",   "<a b=\"\xC2"};
    char *text = malloc(100001);
    struct outcome outcome;

    for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
        outcome_read_one(&outcome, torn[i]);
        cr_expect_gt(outcome.diagnostics.errors, 0, "%s", torn[i]);
        outcome_free(&outcome);
    }
    cr_assert_not_null(text);
    text[0] = '\0';
    for (size_t i = 0; i < 25000; i++) {
        memcpy(text + 3 * i, "<a>", 4);
    }
    outcome_read_one(&outcome, text);
    cr_expect_gt(outcome.diagnostics.errors, 0);
    outcome_free(&outcome);
    free(text);
}

Test(reader, quotes_harmlessly)
{
    expect(HEAD ITEM_WITH("<Name>N</Name><Operations>R&#xA;\x7F\xC2\x9B%s</Operations>" REST) TAIL,
           "a.xml:7:30: error: unknown operation \"R \\x7F\\x9B%s\"\n");
}
