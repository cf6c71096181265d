/* SPDX-License-Identifier: Apache-2.0 */
/* loomc --names: a file of names, and what a run would rename. */
#include "command.h"
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                       \
    "# Names in the code, by loomc --names. Keep this file with the models: loomc reports what "   \
    "it would rename.\nprefix loom\n"

#define NAMED(id, name) ITEM(id, name, "RW", "Single", "Optional", "Integer", "", "")

static const char pump[] = MODEL("Pump", "26300", "1.0", "Single",
                                 NAMED("0", "Speed") ITEM("1", "Mode", "RW", "Single", "Optional",
                                                          "Integer", "0: off, 1: on", ""));

static const char pump_names[] = HEAD "26300 1.0 pump\n"
                                      "26300/0 1.0 speed\n"
                                      "26300/1 1.0 mode\n"
                                      "26300/1=0 1.0 off\n"
                                      "26300/1=1 1.0 on\n";

static char *folder_of_pump(void)
{
    char *folder = folder_make();

    folder_write(folder, "pump.xml", pump);
    cr_assert_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 0);
    expect_file(folder, "err", "");
    expect_file(folder, "names.txt", pump_names);
    return folder;
}

Test(names_file, is_made_and_stays_as_it_is)
{
    char *folder = folder_of_pump();

    cr_expect_eq(
        run(folder, "-o", "gen", "--names", "names.txt", "--list", "list", "pump.xml", NULL), 0);
    expect_file(folder, "names.txt", pump_names);
    expect_file(folder, "list",
                "gen/loom_objects.c\ngen/loom_objects.h\ngen/loom_pump.c\ngen/loom_pump.h\n");
    cr_expect_eq(run(folder, "--check", "--names", "names.txt", "pump.xml", NULL), 0);
    folder_remove(folder);
}

/* An object with another name, a resource, a value, a version: none of what was there changes. */
Test(names_file, takes_up_what_is_new)
{
    char *folder = folder_of_pump();

    folder_write(folder, "more.xml", MODEL("Pump", "26301", "1.0", "Single", NAMED("7", "Speed")));
    folder_write(folder, "pump-2.xml",
                 MODEL("Pump", "26300", "2.0", "Single", NAMED("0", "Speed") NAMED("4", "Speed")));
    cr_expect_eq(
        run(folder, "--check", "--names", "names.txt", "pump.xml", "more.xml", "pump-2.xml", NULL),
        0);
    expect_file(folder, "names.txt", pump_names);
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", "more.xml", "pump-2.xml", NULL),
                 0);
    expect_file(folder, "names.txt",
                HEAD "26300 1.0 pump\n"
                     "26300/0 1.0 speed\n"
                     "26300/1 1.0 mode\n"
                     "26300/1=0 1.0 off\n"
                     "26300/1=1 1.0 on\n"
                     "26300 2.0 pump_2_0\n"
                     "26300/0 2.0 speed\n"
                     "26300/4 2.0 speed_4\n"
                     "26301 1.0 pump_26301\n"
                     "26301/7 1.0 speed\n");
    /* What a run lacks keeps its name for the next one. */
    char *all = folder_read(folder, "names.txt");

    cr_expect_eq(run(folder, "--names", "names.txt", "more.xml", NULL), 1);
    expect_file(folder, "err",
                "names.txt:11:1: error: 26301 1.0 would be renamed from pump_26301 to pump; "
                "without this line the new name is taken\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "pump-2.xml", NULL), 1);
    expect_file(folder, "names.txt", all);
    free(all);
    folder_remove(folder);
}

Test(names_file, tells_all_that_would_be_renamed_and_changes_nothing)
{
    char *folder = folder_of_pump();

    folder_write(folder, "pump.xml",
                 MODEL("Water Pump", "26300", "1.0", "Single",
                       NAMED("0", "Pace") ITEM("1", "Mode", "RW", "Single", "Optional", "Integer",
                                               "0: off, 1: running", "")));
    cr_expect_eq(run(folder, "-o", "gen", "--names", "names.txt", "pump.xml", NULL), 1);
    expect_file(folder, "err",
                "names.txt:3:1: error: 26300 1.0 would be renamed from pump to water_pump; without "
                "this line the new name is taken\n"
                "names.txt:4:1: error: 26300/0 1.0 would be renamed from speed to pace; without "
                "this line the new name is taken\n"
                "names.txt:7:1: error: 26300/1=1 1.0 would be renamed from on to running; without "
                "this line the new name is taken\n");
    expect_file(folder, "names.txt", pump_names);
    cr_expect_not(exists(folder, "gen"));
    cr_expect_eq(run(folder, "--names", "names.txt", "--prefix", "water", "pump.xml", NULL), 1);
    char *messages = folder_read(folder, "err");

    cr_expect_not_null(strstr(messages, "names.txt:2:1: error: all names would begin with water "
                                        "instead of loom\n"));
    free(messages);
    /* Who takes the line out takes the new name. */
    folder_write(folder, "names.txt", "26300/1 1.0 mode\r\n26300/1=0\t1.0  off\n\n# mine\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 0);
    expect_file(folder, "names.txt",
                HEAD "26300 1.0 water_pump\n"
                     "26300/0 1.0 pace\n"
                     "26300/1 1.0 mode\n"
                     "26300/1=0 1.0 off\n"
                     "26300/1=1 1.0 running\n"
                     "\n# mine\n");
    folder_remove(folder);
}

/* What people write between the lines stays there: byte by byte where nothing is new, and with the
 * line that follows where lines are put in order. */
Test(names_file, keeps_comments_where_they_are)
{
    static const char own[] = "# Who changes a line asks Ada.\n"
                              "\n" HEAD "\n"
                              "# The pump of 2019\n"
                              "26300 1.0 pump\n"
                              "26300/0 1.0 speed # since the beginning\n"
                              "\t# its modes\n"
                              "26300/1 1.0 mode\n"
                              "26300/1=0 1.0 off\n"
                              "26300/1=1 1.0 on\n"
                              "# the end\n";
    char *folder = folder_of_pump();

    folder_write(folder, "names.txt", own);
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 0);
    expect_file(folder, "err", "");
    expect_file(folder, "names.txt", own);

    folder_write(folder, "more.xml", MODEL("Valve", "26299", "1.0", "Single", NAMED("7", "Speed")));
    folder_write(folder, "names.txt",
                 "# on top\r\n26300/1=0 1.0 off# no comment\n# of 1\n26300/1 1.0 mode\n"
                 "# of loom\nprefix loom # mine\n# of 0\n26300/0 1.0 speed\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 1);
    folder_write(folder, "names.txt",
                 "# on top\r\n26300/1=0 1.0 off #0\n# of 1\n26300/1 1.0 mode\n"
                 "# of loom\nprefix loom # mine\n# of 0\n26300/0 1.0 speed\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", "more.xml", NULL), 0);
    expect_file(folder, "err", "");
    expect_file(folder, "names.txt",
                "# Names in the code, by loomc --names. Keep this file with the models: loomc "
                "reports what it would rename.\n"
                "# of loom\nprefix loom # mine\n"
                "26299 1.0 valve\n26299/7 1.0 speed\n"
                "26300 1.0 pump\n# of 0\n26300/0 1.0 speed\n"
                "# of 1\n26300/1 1.0 mode\n# on top\n26300/1=0 1.0 off #0\n"
                "26300/1=1 1.0 on\n");
    folder_remove(folder);
}

/* A constant that somebody has is named after its value: that may change, too. */
Test(names_file, holds_values_below_zero_and_those_named_by_number)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml",
                 MODEL("Sign", "26300", "1.0", "Single",
                       ITEM("1", "Mode", "RW", "Single", "Optional", "Integer", "-1: off, 1: auto",
                            "") NAMED("2", "Mode Auto")));
    cr_expect_eq(run(folder, "--names", "names.txt", "a.xml", NULL), 0);
    expect_file(folder, "names.txt",
                HEAD "26300 1.0 sign\n26300/1 1.0 mode\n26300/1=-1 1.0 off\n"
                     "26300/1=1 1.0 auto_1\n26300/2 1.0 mode_auto\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "a.xml", NULL), 0);
    expect_file(folder, "err", "");
    folder_remove(folder);
}

Test(names_file, is_read_with_care)
{
    static const char *const lines[] = {"26300 1.0",
                                        "26300 1.0 pump more",
                                        "26300 pump",
                                        "x 1.0 pump",
                                        "26300/ 1.0 pump",
                                        "26300/1= 1.0 pump",
                                        "70000 1.0 pump",
                                        "26300/1=2147483648 1.0 a",
                                        "26300 1.0 Pump",
                                        "26300 256.0 pump",
                                        "26300 1.0 p-ump",
                                        "prefix Loom",
                                        "26300/1=-2147483649 1.0 a"};
    char *folder = folder_of_pump();

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        folder_write(folder, "names.txt", lines[i]);
        cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 1, "%s", lines[i]);
        expect_file(folder, "err",
                    "names.txt:1:1: error: expected: OBJECT[/RESOURCE[=VALUE]] VERSION NAME, such "
                    "as 3/9 1.1 battery_level\n");
        expect_file(folder, "names.txt", lines[i]);
    }
    folder_write(folder, "names.txt", "26300 1.0 pump\n26300 1.0 pump\n");
    cr_expect_eq(run(folder, "--names", "names.txt", "pump.xml", NULL), 1);
    expect_file(folder, "err", "names.txt:2:1: error: this has a name in another line, too\n");
    cr_expect_eq(run(folder, "--check", "--names", "none.txt", "pump.xml", NULL), 1);
    expect_file(folder, "err", "none.txt: error: cannot read: No such file or directory\n");
    cr_expect_eq(run(folder, "--names", ".", "pump.xml", NULL), 1);
    folder_remove(folder);
}
