/* SPDX-License-Identifier: Apache-2.0 */
/* --strict: the OMA schema, and the rules for authors of new objects. */
#include "command.h"
#include "reusable.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TOP                                                                                        \
    "<LWM2M xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"                             \
    " xsi:noNamespaceSchemaLocation=\"http://www.openmobilealliance.org/tech/profiles/"            \
    "LWM2M.xsd\">\n"

/* An object that is fine apart from what is put into it. Its resources begin in line 8. */
#define OBJECT(id, urn, lwm2m, version, mandatory, items)                                          \
    TOP "<Object ObjectType=\"MODefinition\"><Name>Probe</Name><Description1/>\n"                  \
        "<ObjectID>" id "</ObjectID>\n"                                                            \
        "<ObjectURN>" urn "</ObjectURN><LWM2MVersion>" lwm2m "</LWM2MVersion>"                     \
        "<ObjectVersion>" version "</ObjectVersion>\n"                                             \
        "<MultipleInstances>Single</MultipleInstances><Mandatory>" mandatory "</Mandatory>\n"      \
        "<Resources>\n" items "</Resources><Description2></Description2></Object></LWM2M>\n"

#define PROBE(items) OBJECT("26300", "urn:oma:lwm2m:x:26300:1.1", "1.1", "1.1", "Optional", items)

static void expect(const char *text, const char *messages)
{
    struct outcome outcome;

    outcome_read_strict(&outcome, text);
    expect_messages(&outcome, messages);
    outcome_free(&outcome);
}

/* The same text gives no error, and so many warnings, without --strict. */
static void expect_lenient(const char *text, unsigned warnings)
{
    struct outcome outcome;

    outcome_read_one(&outcome, text);
    cr_expect_eq(outcome.diagnostics.errors, 0, "%s", outcome_messages(&outcome));
    cr_expect_eq(outcome.diagnostics.warnings, warnings, "%s", outcome_messages(&outcome));
    outcome_free(&outcome);
}

Test(strict, takes_a_good_model)
{
    expect(PROBE(ONE_ITEM ITEM("1", "Go", "E", "Single", "Optional", "", "", "")
                     ITEM("5700", "Level", "R", "Multiple", "Mandatory", "Float", "0.5..1.5", "m")),
           "");
    expect(OBJECT("3", "urn:oma:lwm2m:oma:3", "1.0", "1.0", "Mandatory", ONE_ITEM), "");
    expect(OBJECT("10240", "urn:oma:lwm2m:ext:10240:2.0", "1.0", "2.0", "Optional", ONE_ITEM), "");
}

/* ---- the schema ------------------------------------------------------------------------------ */

/* 511.xml: Description2 before ObjectID. */
Test(strict, wants_the_elements_of_objects_in_order)
{
    static const char text[] =
        TOP "<Object ObjectType=\"MODefinition\"><Name>N</Name><Description1/><Description2/>\n"
            "<ObjectID>511</ObjectID><ObjectURN>urn:oma:lwm2m:oma:511</ObjectURN>"
            "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
            "<Resources>" ONE_ITEM "</Resources></Object></LWM2M>";

    expect(text, "a.xml:4:1: error: schema: <ObjectID> must come before <Description2>\n");
    expect_lenient(text, 0);
}

/* 3416.xml: the type comes first, and there is no RangeEnumeration. */
Test(strict, wants_the_elements_of_items_in_order_and_all_of_them)
{
    static const char text[] =
        PROBE("<Item ID=\"7\"><Name>Lamp</Name><Type>Integer</Type>\n"
              "<Operations>RW</Operations><Mandatory>Optional</Mandatory>"
              "<MultipleInstances>Single</MultipleInstances><Description/><Units/></Item>\n");

    expect(text, "a.xml:9:1: error: schema: <Operations> must come before <Type>\n"
                 "a.xml:8:1: error: schema: <RangeEnumeration> is missing\n");
    expect_lenient(text, 0);
}

Test(strict, tells_what_is_missing)
{
    expect(TOP "<Object>\n<Name>N</Name><ObjectID>26300</ObjectID>"
               "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
               "<Resources>\n<Item ID=\"0\"><Name>V</Name><Operations>E</Operations>"
               "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
               "</Item></Resources></Object></LWM2M>",
           "a.xml:3:1: error: schema: <Object> needs an attribute ObjectType\n"
           "a.xml:3:1: error: schema: <Description1> is missing\n"
           "a.xml:3:1: error: schema: <ObjectURN> is missing\n"
           "a.xml:3:1: error: schema: <Description2> is missing\n"
           "a.xml:5:1: error: schema: <Type> is missing\n"
           "a.xml:5:1: error: schema: <RangeEnumeration> is missing\n"
           "a.xml:5:1: error: schema: <Units> is missing\n"
           "a.xml:5:1: error: schema: <Description> is missing\n"
           "a.xml:3:1: error: ObjectURN \"\" should be \"urn:oma:lwm2m:x:26300\" by id and "
           "version\n");
}

/* Once each, although both the schema and the reader have a say. */
Test(strict, tells_once_what_is_no_value)
{
    expect(PROBE(ITEM("0", "V", "r", "Many", "Optional", "integer", "", "")),
           "a.xml:8:28: error: unknown operation \"r\"; did you mean \"R\"?\n"
           "a.xml:8:54: error: unknown MultipleInstances \"Many\"\n"
           "a.xml:8:128: error: unknown type \"integer\"; did you mean \"Integer\"?\n");
    expect(PROBE("<Item ID=\"0\"><Name>V</Name><Operations> R\n</Operations><MultipleInstances>"
                 "Single</MultipleInstances><Mandatory>Optional</Mandatory><Type>Time</Type>"
                 "<RangeEnumeration/><Units/><Description/></Item>\n"),
           "a.xml:8:28: error: schema: blanks around the text of <Operations>\n");
}

Test(strict, refuses_what_the_schema_does_not_know)
{
    static const char text[] =
        TOP "<Author/>stray\n"
            "<Object ObjectType=\"MODefinition\" lang=\"en\"><Name>N</Name><Description1/>"
            "<ObjectID>26300</ObjectID><ObjectURN>urn:oma:lwm2m:x:26300</ObjectURN>"
            "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
            "<Resources>\n" ONE_ITEM "</Resources><Description2><b>bold</b></Description2>"
            "<Vendor/></Object></LWM2M>";

    expect(text, "a.xml:3:1: error: schema: <LWM2M> has no element <Author>\n"
                 "a.xml:1:1: error: schema: <LWM2M> has text between its elements\n"
                 "a.xml:4:1: error: schema: <Object> has no attribute \"lang\"\n"
                 "a.xml:6:53: error: schema: <Object> has no element <Vendor>\n"
                 "a.xml:6:13: error: schema: <Description2> contains text, no elements\n");
    expect_lenient(text, 2);
}

Test(strict, refuses_a_namespace)
{
    expect("<LWM2M xmlns=\"urn:x\"/>",
           "a.xml:1:1: error: schema: <LWM2M> is in no namespace\n"
           "a.xml:1:1: error: not an object model: <Object> is missing\n");
}

/* ---- the rules for authors ------------------------------------------------------------------- */

Test(strict, wants_executable_resources_plain)
{
    static const char text[] =
        PROBE(ITEM("3", "Go", "E", "Multiple", "Optional", "String", "", ""));

    expect(text, "a.xml:8:133: error: an executable resource has no type; String is ignored\n"
                 "a.xml:8:55: error: an executable resource has no instances; taken as Single\n");
    expect_lenient(text, 2);
    expect(PROBE(ITEM("3", "Go", "E", "Single", "Optional", "", "0..1", "s")),
           "a.xml:8:144: error: range \"0..1\" not enforced: the type has no ranges\n"
           "a.xml:8:1: error: an executable resource has no range\n"
           "a.xml:8:1: error: an executable resource has no units\n");
}

Test(strict, wants_a_urn_by_id_and_version)
{
    static const char text[] =
        OBJECT("26300", "urn:oma:lwm2m:x:26301", "1.1", "1.1", "Optional", ONE_ITEM);

    expect(text, "a.xml:5:1: error: ObjectURN \"urn:oma:lwm2m:x:26301\" should be "
                 "\"urn:oma:lwm2m:x:26300:1.1\" by id and version\n");
    expect_lenient(text, 1);
    expect(OBJECT("5", "urn:oma:lwm2m:x:5", "1.0", "1.0", "Optional", ONE_ITEM),
           "a.xml:5:1: error: ObjectURN \"urn:oma:lwm2m:x:5\" should be "
           "\"urn:oma:lwm2m:oma:5\" by id and version\n");
    /* 10254.xml: the version 1.0 is left out. */
    expect(OBJECT("10254", "urn:oma:lwm2m:x:10254:1.0", "1.0", "1.0", "Optional", ONE_ITEM),
           "a.xml:5:1: error: ObjectURN \"urn:oma:lwm2m:x:10254:1.0\" should be "
           "\"urn:oma:lwm2m:x:10254\" by id and version\n");
}

Test(strict, keeps_reserved_ids_free)
{
    expect(OBJECT("1024", "urn:oma:lwm2m:oma:1024", "1.0", "1.0", "Optional", ONE_ITEM),
           "a.xml:4:1: error: Object ID 1024 is reserved\n");
    expect(OBJECT("42801", "urn:oma:lwm2m:x:42801", "1.0", "1.0", "Optional", ONE_ITEM),
           "a.xml:4:1: error: Object ID 42801 is reserved\n");
    expect(OBJECT("42800", "urn:oma:lwm2m:x:42800", "1.0", "1.0", "Optional", ONE_ITEM),
           "a.xml:4:1: warning: Object ID 42800 is for tests, not for products\n");
    expect(PROBE(ITEM("32768", "A", "R", "Single", "Optional", "Time", "", "")
                     ITEM("32769", "B", "R", "Single", "Optional", "Time", "", "")),
           "a.xml:9:1: error: Resource ID 32769 is reserved: an object's own are 0 to 2047 and "
           "26241 to 32768, reusable ones 2048 to 26240\n");
}

Test(strict, wants_tidy_and_different_names)
{
    static const char text[] =
        PROBE(ITEM("0", "Some Name ", "R", "Single", "Optional", "Time", "", "")
                  ITEM("1", "Some  Name", "R", "Single", "Optional", "Time", "", " s")
                      ITEM("2", "Some Name", "R", "Single", "Optional", "Time", "", ""));

    expect(text, "a.xml:8:14: error: blanks around the text of <Name>, or several in it\n"
                 "a.xml:9:14: error: blanks around the text of <Name>, or several in it\n"
                 "a.xml:9:193: error: blanks around the text of <Units>, or several in it\n"
                 "a.xml:9:1: error: resource 1 has the name of resource 0, \"Some Name\"\n"
                 "a.xml:10:1: error: resource 2 has the name of resource 1, \"Some Name\"\n");
    expect_lenient(text, 0);
}

/* 2053/6 has the range "2 Instances", 20/4010 the range "255". */
Test(strict, wants_ranges_that_can_be_enforced)
{
    static const char text[] =
        PROBE(ITEM("6", "A", "R", "Single", "Optional", "Integer", "2 Instances", "")
                  ITEM("7", "B", "R", "Single", "Optional", "Integer", "5..1", ""));

    expect(text, "a.xml:8:150: error: range \"2 Instances\" not enforced: not a range of numbers\n"
                 "a.xml:9:150: error: range \"5..1\" lower and upper bound are exchanged; read the "
                 "other way round\n");
    expect_lenient(text, 2);
}

/* 10482/5 "Read data". */
Test(strict, wants_a_type_where_there_is_data)
{
    static const char text[] = PROBE(ITEM("5", "Data", "R", "Single", "Optional", "", "", ""));

    expect(text, "a.xml:8:133: error: a resource that is not executable needs a type; taken as "
                 "Opaque\n");
    expect_lenient(text, 1);
}

Test(strict, knows_which_types_came_with_version_1_1)
{
    expect(OBJECT("26300", "urn:oma:lwm2m:x:26300", "1.0", "1.0", "Optional",
                  ITEM("0", "A", "R", "Single", "Optional", "Unsigned Integer", "", "")
                      ITEM("1", "B", "R", "Single", "Optional", "Corelnk", "", "")),
           "a.xml:8:130: error: type Unsigned Integer is not in the schema that the file names, "
           "LWM2M.xsd; LWM2M-v1_1.xsd has it\n"
           "a.xml:9:130: error: type Corelnk is not in the schema that the file names, LWM2M.xsd; "
           "LWM2M-v1_1.xsd has it\n"
           "a.xml:8:1: error: type Unsigned Integer needs LWM2MVersion 1.1 or later\n"
           "a.xml:9:1: error: type Corelnk needs LWM2MVersion 1.1 or later\n");
}

Test(strict, wonders_about_more_mandatory_objects)
{
    expect(OBJECT("26300", "urn:oma:lwm2m:x:26300", "1.1", "1.0", "Mandatory", ONE_ITEM),
           "a.xml:4:1: warning: only the objects 0, 1 and 3 are Mandatory in LwM2M\n");
}

/* ---- units, the schema's place, reusable resources ------------------------------------------- */

static void expect_units(const char *units, const char *message)
{
    char text[2048];
    char expected[256] = "";

    snprintf(text, sizeof(text),
             PROBE(ITEM("0", "A", "R", "Single", "Optional", "Float", "", "%s")), units);
    if (*message != '\0') {
        snprintf(expected, sizeof(expected), "a.xml:8:1: %s\n", message);
    }
    expect(text, expected);
}

/* RFC 8428 section 12.1, RFC 8798, and what came to their registry later. */
Test(strict, knows_the_units_of_senml)
{
    static const char *const good[] = {
        "",     "m",     "kg",    "Cel", "%RH",  "lat",    "pH",    "Ohm",    "m3/s", "1/s",
        "S/m",  "bit/s", "count", "/",   "var",  "kg/m3",  "ms",    "kWh",    "/100", "dBm",
        "km/h", "KiB",   "ug/m3", "ppm", "VAh",  "Mbit/s", "hPa",   "Ws",     "W/m2", "Wh/km",
        "B",    "NTU",   "mg/l",  "cd",  "m/s2", "kvarh",  "/1000", "gravity"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        expect_units(good[i], "");
    }
    expect_units("%", "warning: units \"%\" are not recommended for SenML; \"/100\" are");
    expect_units("deg", "warning: units \"deg\" are not recommended for SenML; \"rad\" are");
    expect_units("l", "warning: units \"l\" are not recommended for SenML; \"m3\" are");
    expect_units("seconds", "error: units \"seconds\" are none of SenML; did you mean \"s\"?");
    expect_units("Celsius", "error: units \"Celsius\" are none of SenML; did you mean \"Cel\"?");
    expect_units("\xC2\xB0"
                 "C",
                 "error: units \"\xC2\xB0"
                 "C\" are none of SenML; did you mean \"Cel\"?");
    expect_units("kwh", "error: units \"kwh\" are none of SenML; did you mean \"kWh\"?");
    expect_units("furlong", "error: units \"furlong\" are none of SenML (RFC 8428, RFC 8798)");
    expect_lenient(PROBE(ITEM("0", "A", "R", "Single", "Optional", "Float", "", "furlong")), 0);
}

#define LOCATED(attribute, type)                                                                   \
    "<LWM2M xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"" attribute ">\n"               \
    "<Object ObjectType=\"MODefinition\"><Name>Probe</Name><Description1/>\n"                      \
    "<ObjectID>26300</ObjectID><ObjectURN>urn:oma:lwm2m:x:26300</ObjectURN>"                       \
    "<LWM2MVersion>1.1</LWM2MVersion><ObjectVersion>1.0</ObjectVersion>\n"                         \
    "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>\n"               \
    "<Resources>\n" ITEM("0", "A", "R", "Single", "Optional", type, "",                            \
                         "") "</Resources><Description2></Description2></Object></LWM2M>\n"
#define AT(url) " xsi:noNamespaceSchemaLocation=\"" url "\""
#define WANTED                                                                                     \
    "; a model names OMA's schema, "                                                               \
    "\"http://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd\" or, of LwM2M 1.0, "        \
    "\"http://www.openmobilealliance.org/tech/profiles/LWM2M.xsd\"\n"

Test(strict, wants_the_place_of_the_schema)
{
    /* the four spellings of the registry, and https */
    expect(LOCATED(AT("http://openmobilealliance.org/tech/profiles/LWM2M.xsd"), "Integer"), "");
    expect(LOCATED(AT("http://www.openmobilealliance.org/tech/profiles/LWM2M.xsd"), "Integer"), "");
    expect(LOCATED(AT("http://openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd"),
                   "Unsigned Integer"),
           "");
    expect(
        LOCATED(AT("https://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd"), "Corelnk"),
        "");
    expect(LOCATED("", "Integer"),
           "a.xml:1:1: warning: xsi:noNamespaceSchemaLocation is missing" WANTED);
    expect(LOCATED(AT("LWM2M.xsd"), "Integer"),
           "a.xml:1:1: error: xsi:noNamespaceSchemaLocation is \"LWM2M.xsd\"" WANTED);
    expect(LOCATED(AT("http://openmobilealliance.org/tech/profiles/DDF1.xsd"), "Integer"),
           "a.xml:1:1: error: xsi:noNamespaceSchemaLocation is "
           "\"http://openmobilealliance.org/tech/profiles/DDF1.xsd\"" WANTED);
    expect_lenient(LOCATED("", "Integer"), 0);
}

static const char common[] =
    "<LWM2M><Object ObjectType=\"CommonResources\"><Resources>\n"
    "<Item ID=\"5700\"><Name>Sensor Value</Name><Operations>R</Operations><Type>Float</Type>"
    "<RangeEnumeration></RangeEnumeration><Units></Units></Item>\n"
    "<Item ID=\"2048\"><Name>Level</Name><Operations>RW</Operations><Type>Integer</Type>"
    "<RangeEnumeration>0..100</RangeEnumeration><Units>/100</Units></Item>\n"
    "<Item ID=\"26240\"><Name>Reset</Name><Operations>E</Operations><Type></Type></Item>\n"
    "</Resources></Object></LWM2M>\n";

static int run_with_registry(char *folder, const char *items, bool strict)
{
    char text[4096];

    snprintf(text, sizeof(text), PROBE("%s"), items);
    folder_write(folder, "a.xml", text);
    return strict ? run(folder, "--check", "--strict", "--registry", "oma", "a.xml", NULL)
                  : run(folder, "--check", "--registry", "oma", "a.xml", NULL);
}

/* LwM2M Core, the appendix on object templates: ids 2048 to 26240 are the same in every object. */
Test(strict, compares_reusable_resources_with_the_registry)
{
    static const char good[] = ITEM("0", "Own", "RW", "Single", "Optional", "Integer", "", "")
        ITEM("2048", "Level", "RW", "Multiple", "Mandatory", "Integer", "0..100", "/100")
            ITEM("5700", "Sensor Value", "R", "Single", "Mandatory", "Float", "1..2", "Cel")
                ITEM("26240", "Reset", "E", "Single", "Optional", "", "", "");
    static const char bad[] =
        ITEM("2048", "Height", "R", "Single", "Optional", "Integer", "0..10", "m")
            ITEM("5700", "Sensor Value", "R", "Single", "Optional", "Integer", "", "")
                ITEM("5999", "New", "R", "Single", "Optional", "Integer", "", "");
    char *folder = folder_make();

    cr_expect_eq(run_with_registry(folder, good, true), 1);
    expect_file(folder, "err", "oma/Common.xml: error: cannot read: No such file or directory\n");
    char *oma = folder_path(folder, "oma");

    cr_assert_eq(mkdir(oma, 0777), 0);
    folder_write(oma, "Common.xml", common);
    free(oma);
    cr_expect_eq(run_with_registry(folder, good, true), 0);
    expect_file(folder, "err", "");
    cr_expect_eq(run_with_registry(folder, bad, true), 1);
    expect_file(
        folder, "err",
        "a.xml:8:1: error: resource 2048 differs from the reusable resource in its name: "
        "\"Height\" instead of \"Level\"\n"
        "a.xml:8:1: error: resource 2048 differs from the reusable resource in its operations: "
        "\"R\" instead of \"RW\"\n"
        "a.xml:8:1: error: resource 2048 differs from the reusable resource in its units: \"m\" "
        "instead of \"/100\"\n"
        "a.xml:8:1: error: resource 2048 differs from the reusable resource in its range: "
        "\"0..10\" instead of \"0..100\"\n"
        "a.xml:9:1: error: resource 5700 differs from the reusable resource in its type: "
        "\"Integer\" instead of \"Float\"\n"
        "a.xml:10:1: error: resource 5999 is in the range of reusable resources, and "
        "oma/Common.xml has none of that id; an object's own are 0 to 2047 and 26241 to 32768\n");
    cr_expect_eq(run_with_registry(folder, bad, false), 0);
    folder_remove(folder);
}

/* All objects of the registry itself pass. */
Test(strict, finds_nothing_in_the_registry)
{
    struct outcome outcome;
    char path[1024];
    char *text;

    snprintf(path, sizeof(path), "%s/3303.xml", REGISTRY);
    text = read_file(path);
    if (text == NULL) {
        return; /* the registry is not here */
    }
    outcome_read_one(&outcome, text);
    loomc_reusable_check(&outcome.arena, &outcome.diagnostics, LOOMC_ERROR, REGISTRY,
                         &outcome.models);
    expect_messages(&outcome, "");
    outcome_free(&outcome);
    free(text);
}
