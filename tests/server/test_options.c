/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a program: rows of a table, on the command line and in a file. */
#define _POSIX_C_SOURCE 200809L

#include "programs/options.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char said[4096];
static char file[] = "/tmp/loom-options-XXXXXX";
static struct loom_settings settings;

static void hear(void *user, const char *message)
{
    (void)user;
    size_t used = strlen(said);
    (void)snprintf(said + used, sizeof said - used, "%s\n", message);
}

static const char *check_versions(const char *value)
{
    return value[0] == '1' ? NULL : "takes versions";
}

static const struct loom_option own[] = {
    {.name = "no-pack",
     .kind = LOOM_OPTION_FLAG,
     .field = offsetof(struct loom_settings, no_pack),
     .help = "no packs"},
    {.name = "lwm2m",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, lwm2m),
     .value = "VERSIONS",
     .help = "versions",
     .check = check_versions},
};

static const char *check(const struct loom_settings *all)
{
    return all->listen.count == 0 ? "--listen is required" : NULL;
}

static const struct loom_options options = {
    .program = "tested", .summary = "x", .console = "", .own = own, .own_count = 2, .check = check};

static void make_file(void)
{
    int descriptor = mkstemp(file);
    cr_assert(descriptor >= 0);
    (void)close(descriptor);
}

static void remove_file(void)
{
    loom_settings_end(&settings);
    (void)unlink(file);
}

TestSuite(options, .init = make_file, .fini = remove_file);

/* Reads the command line of up to six words, and the file. */
static int read_all(const char *const *words, const char *content)
{
    char *argv[10] = {(char *)"tested"};
    int argc = 1;
    while (*words != NULL) {
        argv[argc++] = (char *)(uintptr_t)*words++;
    }
    if (content != NULL) {
        FILE *out = fopen(file, "wb");
        cr_assert_not_null(out);
        (void)fputs(content, out);
        (void)fclose(out);
        argv[argc++] = (char *)"--config";
        argv[argc++] = file;
    }
    said[0] = '\0';
    loom_settings_end(&settings);
    return loom_options_read(&options, argc, argv, &settings, hear, NULL);
}

#define READ(content, ...) read_all((const char *const[]){__VA_ARGS__, NULL}, content)
#define READ_FILE(content) read_all((const char *const[]){NULL}, content)

/* What is expected begins behind the name of the file. */
static void expect_errors(const char *content, const char *const *errors)
{
    char wanted[4096] = "";
    for (; *errors != NULL; errors++) {
        size_t used = strlen(wanted);
        (void)snprintf(wanted + used, sizeof wanted - used, "%s:%s\n", file, *errors);
    }
    cr_assert(eq(int, READ_FILE(content), 1));
    cr_assert(eq(str, said, wanted));
}

#define EXPECT_ERRORS(content, ...) expect_errors(content, (const char *const[]){__VA_ARGS__, NULL})

Test(options, a_file_says_what_a_command_line_says)
{
    cr_assert(eq(int,
                 READ_FILE("\xEF\xBB\xBF# both servers\r\n"
                           "accounts = \"a \\\"b\\\".ini\" # quoted\n"
                           "listen=coap://[::1]:0\n"
                           "  listen = coaps://[::1]:0\n"
                           "log-format = json\n"
                           "no-pack = yes\n"
                           "lwm2m = 1.0"),
                 -1));
    cr_assert(eq(str, said, ""));
    cr_assert(eq(str, (char *)settings.accounts, "a \"b\".ini"));
    cr_assert(eq(sz, settings.listen.count, 2));
    cr_assert(eq(str, (char *)settings.listen.value[1], "coaps://[::1]:0"));
    cr_assert(eq(uint, settings.log_format, LOOM_LOG_JSON));
    cr_assert(settings.no_pack);
    cr_assert(eq(str, (char *)settings.lwm2m, "1.0"));
    cr_assert(settings.files == NULL);
}

Test(options, the_command_line_wins)
{
    cr_assert(
        eq(int,
           READ("listen = coap://a\nlisten = coap://b\njson = yes\nno-pack = yes\nlwm2m=1.0\n",
                "--listen", "coap://c", "--no-pack=no", "--log-format=text"),
           -1));
    cr_assert(eq(sz, settings.listen.count, 1));
    cr_assert(eq(str, (char *)settings.listen.value[0], "coap://c"));
    cr_assert(eq(uint, settings.log_format, LOOM_LOG_TEXT));
    cr_assert(not(settings.no_pack));
    cr_assert(eq(str, (char *)settings.lwm2m, "1.0"));
}

Test(options, all_errors_of_a_file_come_in_one_run)
{
    EXPECT_ERRORS("[server]\n"
                  "listen = coap://a\n"
                  "no-pack = perhaps\n"
                  "colour = blue\n"
                  "listen = \"coap://b\n"
                  "lwm2m = 7\n"
                  "log-format=xml\n"
                  "accounts = a\n"
                  "accounts = b\n"
                  "config = again\n"
                  "help = yes\n"
                  "json\n"
                  "files = # nothing\n"
                  "= 3\n"
                  "a\001\n"
                  "b\xFF\n",
                  "1:1: error: a configuration file has no sections",
                  "3:11: error: must be yes or no",
                  "4:1: error: unknown option; --help lists the options",
                  "5:10: error: quoted text must end with one \", and nothing may follow",
                  "6:9: error: takes versions", "7:12: error: takes text or json",
                  "9:1: error: this is already set in line 8",
                  "10:1: error: unknown option; --help lists the options",
                  "11:1: error: unknown option; --help lists the options",
                  "12:1: error: expected \"name = value\"",
                  "13:1: error: unknown option; --help lists the options",
                  "14:1: error: expected \"name = value\"", "15:2: error: control character",
                  "16:2: error: not UTF-8");
}

Test(options, numbers_have_bounds)
{
    cr_assert(eq(int, READ("drain = 3600\n", "--listen=coap://a"), -1));
    cr_assert(eq(uint, settings.drain, 3600));
    cr_assert(eq(int, READ(NULL, "--listen=coap://a"), -1));
    cr_assert(eq(uint, settings.drain, 5));
    EXPECT_ERRORS("drain = 3601\n", "1:9: error: takes a number from 0 to 3600");
    EXPECT_ERRORS("drain = -1\n", "1:9: error: takes a number from 0 to 3600");
    EXPECT_ERRORS("drain = 5s\n", "1:9: error: takes a number from 0 to 3600");
    EXPECT_ERRORS("drain = 99999999999999999999\n", "1:9: error: takes a number from 0 to 3600");
}

Test(options, settings_are_compared_by_their_rows)
{
    static const char *const files[][2] = {
        {"listen = a\naccounts = x\n", ""},
        {"listen = a\naccounts = y\n", "accounts"},
        {"listen = a\n", "accounts"},
        {"listen = b\naccounts = x\n", "listen"},
        {"listen = a\nlisten = a\naccounts = x\n", "listen"},
        {"listen = a\naccounts = x\ndrain = 7\n", "drain"},
        {"listen = a\naccounts = x\nno-pack = yes\n", "no-pack"},
        {"listen = a\naccounts = x\njson = yes\n", "log-format"}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct loom_option *row;
        struct loom_settings first;
        cr_assert(eq(int, READ_FILE("listen = a\naccounts = x\n"), -1));
        first = settings;
        memset(&settings, 0, sizeof settings);
        cr_assert(eq(int, READ_FILE(files[i][0]), -1));
        for (size_t r = 0; (row = loom_options_row(&options, r)) != NULL; r++) {
            cr_assert(eq(int, loom_option_same(row, &first, &settings),
                         strcmp(row->name, files[i][1]) != 0),
                      "%s in %s", row->name, files[i][0]);
        }
        loom_settings_end(&first);
    }
}

/* What does not count may not be wrong either: it will count some day. */
Test(options, a_value_that_does_not_count_is_checked)
{
    cr_assert(eq(int, READ("lwm2m = 7\n", "--listen=coap://a", "--lwm2m=1.0"), 1));
    cr_assert(eq(int, READ("log-format = xml\n", "--listen=coap://a", "--json"), 1));
    cr_assert(eq(int, READ("log-format = text\n", "--listen=coap://a", "--json"), -1));
    cr_assert(eq(uint, settings.log_format, LOOM_LOG_JSON));
}

Test(options, a_list_has_an_end)
{
    char content[512] = "";
    for (int i = 0; i < 9; i++) {
        (void)strcat(content, "listen = coap://a\n");
    }
    EXPECT_ERRORS(content, "9:10: error: is given too many times");
}

Test(options, an_empty_file_leaves_everything_as_it_is)
{
    cr_assert(eq(int, READ("", "--listen=coap://a"), -1));
    cr_assert(eq(int, READ_FILE("# nothing\n"), 2));
    cr_assert(eq(str, said, "tested: --listen is required\nTry 'tested --help'.\n"));
}

Test(options, a_file_that_cannot_be_read_is_an_error)
{
    (void)unlink(file);
    cr_assert(eq(int, READ(NULL, "--config", file), 1));
    cr_assert_not_null(strstr(said, ": error: No such file or directory"));
    cr_assert(eq(int, READ(NULL, "--config", "/"), 1));
    cr_assert_not_null(strstr(said, "/: error: Is a directory"));
    cr_assert(eq(int, READ(NULL, "--config", "/dev/zero"), 1));
    cr_assert_not_null(strstr(said, "/dev/zero: error: the file is too large"));
}

Test(options, a_wrong_command_line_is_told)
{
    cr_assert(eq(int, READ(NULL, "--log-format", "xml"), 2));
    cr_assert(eq(str, said, "tested: --log-format takes text or json\nTry 'tested --help'.\n"));
    cr_assert(eq(int, READ(NULL, "--listen=a", "more"), 2));
    cr_assert(eq(str, said, "tested: only options are accepted\nTry 'tested --help'.\n"));
}
