/* SPDX-License-Identifier: Apache-2.0 */
/* The tool as a whole: its options, its exit status, and that it writes all or nothing. */
#define _XOPEN_SOURCE 700

#include "command.h"
#include "support.h"

#include "output.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char device[] = MODEL("Device", "3", "1.0", "Single", ONE_ITEM);
static const char wrong[] =
    MODEL("Wrong", "4", "1.0", "Single", ITEM("0", "V", "X", "Single", "Optional", "Time", "", ""));

static struct timespec age(const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    struct stat status;

    cr_assert_eq(stat(path, &status), 0);
    free(path);
    return status.st_mtim;
}

Test(output, tells_how_it_is_used)
{
    char *folder = folder_make();
    char *text;

    cr_expect_eq(run(folder, "--help", NULL), 0);
    text = folder_read(folder, "out");
    cr_expect_eq(strncmp(text, "Usage: loomc ", 13), 0);
    free(text);
    expect_file(folder, "err", "");
    cr_expect_eq(run(folder, "--version", NULL), 0);
    text = folder_read(folder, "out");
    cr_expect_eq(strncmp(text, "loomc ", 6), 0);
    free(text);
    folder_remove(folder);
}

Test(output, wrong_usage_has_a_status_of_its_own)
{
    char *folder = folder_make();

    cr_expect_eq(run(folder, NULL), 2);
    expect_file(folder, "err", "loomc: error: no models\nTry 'loomc --help'.\n");
    cr_expect_eq(run(folder, "a.xml", NULL), 2);
    expect_file(folder, "err", "loomc: error: no output folder; say -o DIR\nTry 'loomc --help'.\n");
    cr_expect_eq(run(folder, "--nonsense", "a.xml", NULL), 2);
    folder_remove(folder);
}

Test(output, makes_files_and_lists_them)
{
    char *folder = folder_make();

    folder_write(folder, "a b#$.xml", device);
    folder_write(folder, "p", "object 3\n");
    cr_expect_eq(run(folder, "-o", "x/gen", "--list", "list", "--depfile", "dep", "--profile", "p",
                     "a b#$.xml", NULL),
                 0);
    expect_file(folder, "err", "");
    expect_file(folder, "out", "");
    expect_file(
        folder, "list",
        "x/gen/loom_device.c\nx/gen/loom_device.h\nx/gen/loom_objects.c\nx/gen/loom_objects.h\n");
    expect_file(folder, "dep",
                "x/gen/loom_device.c \\\n  x/gen/loom_device.h \\\n  x/gen/loom_objects.c \\\n  "
                "x/gen/loom_objects.h : \\\n  a\\ b\\#$$.xml \\\n  p\n");
    cr_expect(exists(folder, "x/gen/loom_device.h"));
    cr_expect(exists(folder, "x/gen/loom_objects.c"));
    folder_remove(folder);
}

Test(output, makes_a_unit_for_each_model)
{
    char *folder = folder_make();

    folder_write(folder, "my-device.xml", device);
    cr_expect_eq(run(folder, "-o", "gen", "--units", "my-device.xml", NULL), 0);
    expect_file(
        folder, "gen/units/my-device.c",
        "/* The objects of my-device.xml. Made by loomc. */\n#include \"../loom_device.c\"\n");
    folder_remove(folder);
}

Test(output, unchanged_files_keep_their_time)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    cr_assert_eq(run(folder, "-o", "gen", "a.xml", NULL), 0);

    char *path = folder_path(folder, "gen/loom_device.h");
    struct timespec old[2] = {{1000000, 0}, {1000000, 0}};

    cr_assert_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    free(path);
    folder_write(folder, "gen/loom_device.c", "changed");
    cr_assert_eq(run(folder, "-o", "gen", "a.xml", NULL), 0);
    cr_expect_eq(age(folder, "gen/loom_device.h").tv_sec, 1000000);
    char *text = folder_read(folder, "gen/loom_device.c");
    cr_expect_str_neq(text, "changed");
    free(text);
    folder_remove(folder);
}

Test(output, an_error_touches_no_file)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    folder_write(folder, "wrong.xml", wrong);
    cr_expect_eq(
        run(folder, "-o", "gen", "--depfile", "dep", "a.xml", "wrong.xml", "none.xml", NULL), 1);
    expect_file(folder, "err",
                "wrong.xml:3:28: error: unknown operation \"X\"\n"
                "none.xml: error: cannot read: No such file or directory\n");
    cr_expect_not(exists(folder, "gen"));
    cr_expect_not(exists(folder, "dep"));
    folder_remove(folder);
}

Test(output, check_writes_nothing)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    folder_write(folder, "wrong.xml", wrong);
    cr_expect_eq(run(folder, "--check", "-o", "gen", "a.xml", NULL), 0);
    cr_expect_not(exists(folder, "gen"));
    cr_expect_eq(run(folder, "--check", "wrong.xml", NULL), 1);
    folder_remove(folder);
}

Test(output, a_full_disk_leaves_what_was_there)
{
    static const char *const arguments[] = {"loomc", "-o", "gen", "a.xml", NULL};
    static const struct limits full_disk = {1024, RLIM_INFINITY, RLIM_INFINITY};
    char *folder = folder_make();
    char *gen;

    folder_write(folder, "a.xml", device);
    cr_assert_eq(run(folder, "-o", "gen", "a.xml", NULL), 0);
    folder_write(folder, "gen/loom_device.c", "mine");
    folder_write(folder, "gen/loom_device.h", "mine");
    folder_write(folder, "gen/loom_objects.h", "mine");
    cr_expect_eq(run_limited(folder, &full_disk, arguments), 1);
    expect_file(folder, "err", "gen/loom_device.h: error: cannot write: File too large\n");
    expect_file(folder, "gen/loom_device.c", "mine");
    expect_file(folder, "gen/loom_device.h", "mine");
    expect_file(folder, "gen/loom_objects.h", "mine");
    gen = folder_path(folder, "gen");
    cr_expect_eq(folder_count(gen), 4, "temporary files are left");
    free(gen);
    folder_remove(folder);
}

Test(output, a_folder_in_the_way_is_an_error)
{
    char *folder = folder_make();
    char *path = folder_path(folder, "gen");

    folder_write(folder, "a.xml", device);
    cr_assert_eq(mkdir(path, 0777), 0);
    free(path);
    path = folder_path(folder, "gen/loom_objects.h");
    cr_assert_eq(mkdir(path, 0777), 0);
    free(path);
    cr_expect_eq(run(folder, "-o", "gen", "a.xml", NULL), 1);
    expect_file(folder, "err", "gen/loom_objects.h: error: cannot write: Is a directory\n");
    path = folder_path(folder, "gen");
    cr_expect_eq(folder_count(path), 1);
    free(path);
    folder_write(folder, "file", "");
    cr_expect_eq(run(folder, "-o", "file/gen", "a.xml", NULL), 1);
    expect_file(folder, "err", "file/gen/loom_device.c: error: cannot write: Not a directory\n");
    folder_remove(folder);
}

Test(output, two_outputs_of_one_path_are_an_error)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    cr_expect_eq(run(folder, "-o", "gen", "--list", "x", "--depfile", "x", "a.xml", NULL), 1);
    expect_file(folder, "err", "x: error: cannot write: two outputs have this path\n");
    cr_expect_not(exists(folder, "x"));
    cr_expect_not(exists(folder, "gen"));
    folder_remove(folder);
}

Test(output, an_unwritable_folder_is_an_error)
{
    char *folder = folder_make();
    char *path = folder_path(folder, "gen");

    if (geteuid() == 0) {
        free(path);
        folder_remove(folder);
        cr_skip("root may write everywhere");
        return;
    }
    folder_write(folder, "a.xml", device);
    cr_assert_eq(mkdir(path, 0555), 0);
    cr_expect_eq(run(folder, "-o", "gen", "a.xml", NULL), 1);
    expect_file(folder, "err", "gen/loom_device.c: error: cannot write: Permission denied\n");
    cr_expect_eq(folder_count(path), 0);
    free(path);
    folder_remove(folder);
}

/* Two folders, two orders of the models, two locales. */
Test(output, is_the_same_byte_for_byte)
{
    static const char *const names[] = {"loom_device.h",   "loom_device.c",  "loom_location.h",
                                        "loom_location.c", "loom_objects.h", "loom_objects.c"};
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    folder_write(
        folder, "b.xml",
        MODEL("Location", "6", "1.0", "Single",
              ITEM("0", "Latitude", "R", "Single", "Mandatory", "Float", "0.5..1.5", "lat")));
    cr_assert_eq(run(folder, "-o", "one", "a.xml", "b.xml", NULL), 0);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    cr_assert_eq(run(folder, "-o", "deep/er/two/", "./b.xml", "./a.xml", NULL), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char one[64];
        char two[64];

        snprintf(one, sizeof(one), "one/%s", names[i]);
        snprintf(two, sizeof(two), "deep/er/two/%s", names[i]);
        char *text = folder_read(folder, one);

        cr_assert_not_null(text);
        expect_file(folder, two, text);
        cr_expect_null(strstr(text, folder));
        free(text);
    }
    folder_remove(folder);
}

Test(output, templates_can_be_overridden)
{
    char *folder = folder_make();
    char *path = folder_path(folder, "t");

    cr_assert_eq(mkdir(path, 0777), 0);
    free(path);
    folder_write(folder, "a.xml", device);
    folder_write(folder, "t/object.h.mustache",
                 "{{object}}{{#resources}} {{resource_id}}{{/resources}}\n");
    cr_expect_eq(run(folder, "-o", "gen", "--templates", "t", "--depfile", "dep", "a.xml", NULL),
                 0);
    expect_file(folder, "gen/loom_device.h", "device 0\n");
    char *text = folder_read(folder, "dep");
    cr_expect_not_null(strstr(text, "t/object.h.mustache"));
    free(text);
    folder_write(folder, "t/object.c.mustache", "");
    cr_expect_eq(run(folder, "-o", "gen", "--templates", "t", "a.xml", NULL), 0);
    expect_file(folder, "gen/loom_device.c", "");
    folder_write(folder, "t/object.h.mustache", "\n {{objekt}}\n");
    cr_expect_eq(run(folder, "-o", "gen", "--templates", "t", "a.xml", NULL), 1);
    expect_file(folder, "err",
                "t/object.h.mustache:2:2: error: unknown name \"objekt\" in an "
                "object; did you mean \"object\"?\n");
    expect_file(folder, "gen/loom_device.h", "device 0\n");
    folder_remove(folder);
}

Test(output, begins_with_the_prefix)
{
    static const char *const refused[] = {"", "Pump", "9pump", "pump_", "pu-mp", "_pump", "p.h"};
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    cr_expect_eq(run(folder, "-o", "gen", "--prefix", "pump", "--format", "c,json", "--list",
                     "list", "--ids", "gen/ids.h", "--units", "a.xml", NULL),
                 0);
    expect_file(folder, "list",
                "gen/ids.h\ngen/objects.json\ngen/pump_device.c\ngen/pump_device.h\n"
                "gen/pump_objects.c\ngen/pump_objects.h\ngen/units/a.c\n");
    expect_file(folder, "gen/units/a.c",
                "/* The objects of a.xml. Made by loomc. */\n#include \"../pump_device.c\"\n");
    /* What is not of the run but of the runtime keeps its names. */
    char *header = folder_read(folder, "gen/pump_device.h");

    cr_expect_not_null(strstr(header, "\nextern const struct loom_object pump_device_object;\n"));
    cr_expect_not_null(strstr(header, "\n    PUMP_DEVICE = 3,\n"));
    cr_expect_null(strstr(header, "LOOM_DEVICE"));
    cr_expect_null(strstr(header, "loom_device"));
    free(header);
    header = folder_read(folder, "gen/ids.h");
    cr_expect_not_null(strstr(header, "\n    PUMP_ID_DEVICE = 3,\n"));
    free(header);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        cr_expect_eq(run(folder, "-o", "no", "--prefix", refused[i], "a.xml", NULL), 2, "%s",
                     refused[i]);
    }
    expect_file(folder, "err",
                "loomc: error: a prefix consists of a-z, 0-9 and _, begins with a letter, does not "
                "end with _ and has at most 40 characters\nTry 'loomc --help'.\n");
    cr_expect_not(exists(folder, "no"));
    folder_remove(folder);
}

/* C99 7.1.3 and 7.26, C++17 5.10: what is reserved; and what others in a device have. */
Test(output, has_no_prefix_that_others_have)
{
    static const char *const refused[][2] = {
        {"a__b", "two _ together"}, {"tool", "str, mem"},         {"stream", "str, mem"},
        {"isle", "str, mem"},       {"memory", "str, mem"},       {"wcsx", "str, mem"},
        {"sig", "C or POSIX"},      {"int", "C or POSIX"},        {"uint_x", "C or POSIX"},
        {"pthread", "C or POSIX"},  {"atomic_x", "C or POSIX"},   {"coap", "is linked with"},
        {"mbedtls", "linked with"}, {"loom_device", "loom_: the"}};
    static const char *const accepted[] = {"loom",   "int8",  "is2",  "to_do",
                                           "signal", "str_x", "looms"};
    char *folder = folder_make();

    folder_write(folder, "a.xml", device);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect_eq(run(folder, "-o", "no", "--prefix", refused[i][0], "a.xml", NULL), 2, "%s",
                     refused[i][0]);
        char *messages = folder_read(folder, "err");

        cr_expect_not_null(strstr(messages, refused[i][1]), "%s: %s", refused[i][0], messages);
        free(messages);
    }
    cr_expect_not(exists(folder, "no"));
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        cr_expect_eq(run(folder, "--check", "--prefix", accepted[i], "a.xml", NULL), 0, "%s",
                     accepted[i]);
    }
    folder_remove(folder);
}
