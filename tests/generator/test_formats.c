/* SPDX-License-Identifier: Apache-2.0 */
/* Which templates are rendered into which files. */
#define _POSIX_C_SOURCE 200809L

#include "support.h"

#include "formats.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *const two_models[] = {MODEL("Lamp", "26000", "1.0", "Single", ONE_ITEM),
                                         MODEL("Door", "26001", "1.0", "Single", ONE_ITEM)};

/* A run over two models in a folder of its own, which also has the templates. */
struct run {
    char *folder;
    const char *templates;
    char *output;
    char *messages;
    size_t messages_size;
    bool good;
};

static void run_begin(struct run *run)
{
    run->folder = folder_make();
    run->templates = run->folder;
    run->output = folder_path(run->folder, "out");
    run->messages = NULL;
    folder_write(run->folder, "lamp.xml", two_models[0]);
    folder_write(run->folder, "door.xml", two_models[1]);
}

static void run_formats(struct run *run, const char *formats, bool units)
{
    char *lamp = folder_path(run->folder, "lamp.xml");
    char *door = folder_path(run->folder, "door.xml");
    char *models[] = {lamp, door};
    struct loomc_request request = {.directory = run->output,
                                    .templates = run->templates,
                                    .formats = formats,
                                    .units = units,
                                    .models = models,
                                    .model_count = 2};
    struct loomc_diagnostics diagnostics = {
        .out = open_memstream(&run->messages, &run->messages_size)};

    cr_assert_not_null(diagnostics.out);
    run->good = loomc_generate(&request, &diagnostics);
    fclose(diagnostics.out);
    free(lamp);
    free(door);
}

static void run_end(struct run *run)
{
    free(run->messages);
    free(run->output);
    folder_remove(run->folder);
}

static void expect_file(const struct run *run, const char *name, const char *text)
{
    char *content = folder_read(run->output, name);

    cr_assert_not_null(content, "%s", name);
    cr_expect_str_eq(content, text, "%s is:\n%s", name, content);
    free(content);
}

static void expect_refused(const char *formats, bool units, const char *messages)
{
    struct run run;

    run_begin(&run);
    run_formats(&run, formats, units);
    cr_expect_not(run.good);
    cr_expect_str_eq(run.messages, messages, "got:\n%s", run.messages);
    cr_expect_null(folder_read(run.output, "loom_objects.h"));
    run_end(&run);
}

Test(formats, are_c_if_nothing_is_said)
{
    struct run run;

    run_begin(&run);
    run_formats(&run, NULL, false);
    cr_assert(run.good, "%s", run.messages);
    cr_expect_eq(folder_count(run.output), 6); /* lamp, door and objects, .h and .c */
    run_end(&run);
}

Test(formats, are_made_by_a_template_alone)
{
    struct run run;

    run_begin(&run);
    folder_write(run.folder, "object.one.mustache", "{{object_id}} {{object}}\n");
    folder_write(run.folder, "objects.one.mustache", "{{#objects}}{{object}} {{/objects}}");
    folder_write(run.folder, "object.two.mustache", "{{>part}}");
    folder_write(run.folder, "part.mustache", "a part of {{object}}");
    run_formats(&run, "one,two", false);
    cr_assert(run.good, "%s", run.messages);
    cr_expect_eq(folder_count(run.output), 5);
    expect_file(&run, "lamp.one", "26000 lamp\n");
    expect_file(&run, "door.one", "26001 door\n");
    expect_file(&run, "objects.one", "lamp door ");
    expect_file(&run, "lamp.two", "a part of lamp");
    expect_file(&run, "door.two", "a part of door");
    run_end(&run);
}

Test(formats, are_made_once)
{
    struct run run;

    run_begin(&run);
    run_formats(&run, "json,c,json,h", true);
    cr_assert(run.good, "%s", run.messages);
    cr_expect_eq(folder_count(run.output), 8); /* six of C, objects.json and units/ */
    run_end(&run);
}

Test(formats, that_are_built_in_can_be_overridden)
{
    struct run run;

    run_begin(&run);
    folder_write(run.folder, "objects.md.mustache", "{{object_count}} of my own");
    run_formats(&run, "md", false);
    cr_assert(run.good, "%s", run.messages);
    cr_expect_eq(folder_count(run.output), 1);
    expect_file(&run, "objects.md", "2 of my own");
    run_end(&run);
}

Test(formats, that_nobody_has_are_errors)
{
    expect_refused("xyzzy", false,
                   "loomc: error: unknown format \"xyzzy\": there is no template "
                   "object.xyzzy.mustache or objects.xyzzy.mustache\n");
    expect_refused("jsno,c", false,
                   "loomc: error: unknown format \"jsno\"; did you mean \"json\"?\n");
    expect_refused("c,", false,
                   "loomc: error: a format is letters, digits, \"_\" and \"-\", not \"\"\n");
    expect_refused("../c", false,
                   "loomc: error: a format is letters, digits, \"_\" and \"-\", not \"../c\"\n");
}

Test(formats, of_units_are_c)
{
    expect_refused("json", true,
                   "loomc: error: --units includes sources of the format c, which --format leaves "
                   "out\n");
}

Test(formats, need_the_folder_of_their_templates)
{
    struct run run;

    run_begin(&run);
    char *missing = folder_path(run.folder, "missing");
    char *file = folder_path(run.folder, "lamp.xml");
    char *const named[] = {missing, file};
    static const char *const problems[] = {"missing: error: cannot read templates: No such file",
                                           "lamp.xml: error: cannot read templates: Not a dir"};

    for (size_t i = 0; i < 2; i++) {
        run.templates = named[i];
        run_formats(&run, "own", false);
        cr_expect_not(run.good);
        cr_expect_not_null(strstr(run.messages, problems[i]), "%s", run.messages);
        cr_expect_null(strstr(run.messages, "unknown format"), "%s", run.messages);
        free(run.messages);
        run.messages = NULL;
    }
    free(missing);
    free(file);
    run_end(&run);
}

Test(formats, with_errors_in_templates_make_nothing)
{
    struct run run;

    run_begin(&run);
    folder_write(run.folder, "objects.bad.mustache", "a\n {{nobody}}");
    run_formats(&run, "c,bad", false);
    cr_expect_not(run.good);
    cr_expect_not_null(strstr(run.messages, "objects.bad.mustache:2:2: error: unknown name "
                                            "\"nobody\" in the run\n"),
                       "%s", run.messages);
    cr_expect_null(folder_read(run.output, "loom_objects.h"));
    run_end(&run);
}
