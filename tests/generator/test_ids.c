/* SPDX-License-Identifier: Apache-2.0 */
/* loomc --ids: one header with the ids of all versions of all objects. */
#define _XOPEN_SOURCE 700

#include "command.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define VALUE(id, name) ITEM(id, name, "RW", "Single", "Optional", "Integer", "", "")

static const char valve_1_0[] =
    MODEL("Valve", "30000", "1.0", "Single",
          VALUE("0", "Old Name") VALUE("1", "Kept") VALUE("5", "Dropped"));
static const char valve_1_1[] =
    MODEL("LwM2M Valve */", "30000", "1.1", "Single", VALUE("0", "New Name") VALUE("1", "Kept"));
static const char valve_1_9[] =
    MODEL("Valve", "30000", "1.9", "Single", VALUE("1", "Kept") VALUE("7", "Dropped"));
static const char pump[] = MODEL("Pump", "7", "1.0", "Single", VALUE("2", "Speed"));
static const char none[] = MODEL("None", "9", "1.0", "Single", ONE_ITEM);

static const char united[] =
    "/**\n"
    " * Ids of objects, and of their resources in all versions.\n"
    " *\n"
    " * Made by loomc --ids. Do not edit: change the models and make it again.\n"
    " */\n"
    "#ifndef LOOM_GENERATED_MY_IDS_H\n"
    "#define LOOM_GENERATED_MY_IDS_H\n"
    "\n"
    "/** Object 7, Pump. */\n"
    "enum {\n"
    "    LOOM_ID_PUMP = 7,\n"
    "    LOOM_ID_PUMP_SPEED = 2,\n"
    "};\n"
    "\n"
    "/** Object 30000, Valve. */\n"
    "enum {\n"
    "    LOOM_ID_VALVE = 30000,\n"
    "    LOOM_ID_VALVE_NEW_NAME = 0,\n"
    "    LOOM_ID_VALVE_KEPT = 1,\n"
    "    LOOM_ID_VALVE_DROPPED = 5,\n"
    "    LOOM_ID_VALVE_DROPPED_7 = 7,\n"
    "};\n"
    "\n"
    "#endif\n";

static char *folder_with_models(void)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", valve_1_9);
    folder_write(folder, "b.xml", pump);
    folder_write(folder, "c.xml", valve_1_0);
    folder_write(folder, "d.xml", valve_1_1);
    return folder;
}

Test(ids, of_all_versions_are_united_under_the_newest_names)
{
    char *folder = folder_with_models();

    cr_expect_eq(run(folder, "--ids", "gen/my-ids.h", "a.xml", "b.xml", "c.xml", "d.xml", NULL), 0);
    expect_file(folder, "gen/my-ids.h", united);
    cr_expect_eq(run(folder, "--ids", "my-ids.h", "d.xml", "c.xml", "b.xml", "a.xml", NULL), 0);
    expect_file(folder, "my-ids.h", united);
    cr_expect_not(exists(folder, "loom_objects.h"));
    folder_remove(folder);
}

/* The constants of a version's own header keep their names beside it. */
Test(ids, come_beside_all_else_and_change_none_of_it)
{
    char *folder = folder_with_models();
    char *alone;

    cr_assert_eq(run(folder, "-o", "gen", "c.xml", "d.xml", NULL), 0);
    alone = folder_read(folder, "gen/loom_valve_1_1.h");
    cr_assert_not_null(alone);
    cr_expect_eq(run(folder, "-o", "gen", "--ids", "gen/ids.h", "c.xml", "d.xml", NULL), 0);
    expect_file(folder, "gen/loom_valve_1_1.h", alone);
    cr_expect(exists(folder, "gen/ids.h"));
    free(alone);
    folder_remove(folder);
}

Test(ids, are_listed_with_what_they_depend_on)
{
    char *folder = folder_with_models();

    cr_expect_eq(run(folder, "--ids", "ids.h", "--list", "list", "--depfile", "dep", "b.xml", NULL),
                 0);
    expect_file(folder, "list", "ids.h\n");
    expect_file(folder, "dep", "ids.h : \\\n  b.xml\n");
    folder_remove(folder);
}

/* LOOM_ID_NONE is the runtime's: no instance. */
Test(ids, of_an_object_called_none_are_no_other_constant)
{
    char *folder = folder_make();
    char *text;

    folder_write(folder, "a.xml", none);
    cr_expect_eq(run(folder, "--ids", "ids.h", "a.xml", NULL), 0);
    text = folder_read(folder, "ids.h");
    cr_expect_not_null(strstr(text, "    LOOM_ID_NONE_9 = 9,\n"));
    cr_expect_null(strstr(text, "LOOM_ID_NONE ="));
    free(text);
    folder_remove(folder);
}

/* A template of one's own is held to the names that there are. */
Test(ids, are_rendered_from_a_template)
{
    char *folder = folder_with_models();
    char *templates = folder_path(folder, "t");

    cr_assert_eq(mkdir(templates, 0777), 0);
    free(templates);
    folder_write(folder, "t/ids.h.mustache",
                 "{{#objects}}{{object}}{{#resources}} {{resource_name|csv}}{{/resources}}\n"
                 "{{/objects}}");
    cr_expect_eq(run(folder, "--templates", "t", "--ids", "x", "b.xml", "d.xml", NULL), 0);
    expect_file(folder, "x", "pump Speed\nvalve New Name Kept\n");
    folder_write(folder, "t/ids.h.mustache", "{{objekts}}");
    cr_expect_eq(run(folder, "--templates", "t", "--ids", "y", "b.xml", NULL), 1);
    cr_expect_not(exists(folder, "y"));
    folder_remove(folder);
}

Test(ids, wrong_models_and_usage_write_nothing)
{
    char *folder = folder_with_models();

    folder_write(folder, "broken.xml", "<LWM2M>");
    cr_expect_eq(run(folder, "--ids", "ids.h", "b.xml", "broken.xml", NULL), 1);
    cr_expect_eq(run(folder, "--check", "--ids", "ids.h", "b.xml", NULL), 2);
    expect_file(folder, "err",
                "loomc: error: --check writes nothing, --ids a file: say one of them\n"
                "Try 'loomc --help'.\n");
    cr_expect_not(exists(folder, "ids.h"));
    cr_expect_eq(run(folder, "-o", "gen", "--ids", "gen/loom_objects.h", "b.xml", NULL), 1);
    expect_file(folder, "err",
                "gen/loom_objects.h: error: cannot write: two outputs have this path\n");
    cr_expect_not(exists(folder, "gen"));
    folder_remove(folder);
}

/* A model with 200 resources, the first with this id. */
static char *many(const char *version, unsigned first)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    cr_assert_not_null(out);
    fprintf(out,
            "<LWM2M><Object ObjectType=\"MODefinition\"><Name>Many</Name><ObjectID>5</ObjectID>"
            "<ObjectVersion>%s</ObjectVersion><MultipleInstances>Single</MultipleInstances>"
            "<Mandatory>Optional</Mandatory>\n<Resources>\n",
            version);
    for (unsigned id = first; id < first + 200; id++) {
        fprintf(out,
                "<Item ID=\"%u\"><Name>V %u</Name><Operations>R</Operations>"
                "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>"
                "<Type>Boolean</Type></Item>\n",
                id, id);
    }
    fputs("</Resources></Object></LWM2M>\n", out);
    fclose(out);
    return text;
}

Test(ids, too_many_in_all_versions_are_an_error)
{
    char *folder = folder_make();
    char *old = many("1.0", 0);
    char *new = many("1.1", 100);

    folder_write(folder, "a.xml", old);
    folder_write(folder, "b.xml", new);
    cr_expect_eq(run(folder, "--ids", "ids.h", "a.xml", "b.xml", NULL), 1);
    expect_file(folder, "err",
                "b.xml:1:59: error: the versions of object 5 have 300 resources together; at most "
                "255 can be named\n");
    cr_expect_not(exists(folder, "ids.h"));
    cr_expect_eq(run(folder, "-o", "gen", "a.xml", "b.xml", NULL), 0);
    free(old);
    free(new);
    folder_remove(folder);
}
