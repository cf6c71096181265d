/* SPDX-License-Identifier: Apache-2.0 */
/* How problems are told: as text, with the line of the source, in colour, as JSON. */
#define _XOPEN_SOURCE 700

#include "command.h"
#include "support.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is told of one place of a text. */
struct report {
    struct loomc_diagnostics diagnostics;
    struct loomc_source source;
    char *messages;
    size_t size;
};

static void begin(struct report *report, const char *text)
{
    memset(report, 0, sizeof(*report));
    report->source = loomc_source_of("m/x.xml", text, strlen(text));
    report->diagnostics.out = open_memstream(&report->messages, &report->size);
    cr_assert_not_null(report->diagnostics.out);
}

static void end(struct report *report, const char *expected)
{
    fclose(report->diagnostics.out);
    cr_expect_str_eq(report->messages, expected, "got:\n%sinstead of:\n%s", report->messages,
                     expected);
    free(report->messages);
}

static void expect_excerpt(const char *text, unsigned line, unsigned column, const char *expected)
{
    struct report report;

    begin(&report, text);
    report.diagnostics.excerpts = true;
    loomc_error_at(&report.diagnostics, &report.source, (struct loomc_place){line, column}, "t");
    end(&report, expected);
}

Test(diagnostics, are_one_line_each)
{
    struct report report;

    begin(&report, "one\ntwo");
    loomc_error(&report.diagnostics, &report.source, 5, "bad %s", "thing");
    loomc_warning_at(&report.diagnostics, &report.source, (struct loomc_place){1, 2}, "odd");
    loomc_report_at(&report.diagnostics, LOOMC_WARNING, &report.source, (struct loomc_place){1, 1},
                    "odder");
    loomc_error_in_file(&report.diagnostics, "y", "gone");
    cr_expect_eq(report.diagnostics.errors, 2);
    cr_expect_eq(report.diagnostics.warnings, 2);
    end(&report, "m/x.xml:2:2: error: bad thing\n"
                 "m/x.xml:1:2: warning: odd\n"
                 "m/x.xml:1:1: warning: odder\n"
                 "y: error: gone\n");
}

/* A model must not clear the reader's screen, nor show him another order of characters. */
Test(diagnostics, do_not_steer_the_terminal)
{
    struct report report;

    begin(&report, "");
    loomc_error(&report.diagnostics, &report.source, 0, "%s",
                "a\n\x1b[2J\x7F \xC2\x9B \xE2\x80\xAE \xE2\x82\xAC \xFF\xC3");
    end(&report, "m/x.xml:1:1: error: a\\x0A\\x1B[2J\\x7F \\x9B \\u202E \xE2\x82\xAC \\xFF\\xC3\n");
}

Test(diagnostics, show_the_line)
{
    expect_excerpt("one\n  <Type>Interger</Type>\nthree\n", 2, 3,
                   "m/x.xml:2:3: error: t\n"
                   "    2 |   <Type>Interger</Type>\n"
                   "      |   ^\n");
    expect_excerpt("one\r\ntwo\r\n", 1, 2,
                   "m/x.xml:1:2: error: t\n"
                   "    1 | one\n"
                   "      |  ^\n");
    expect_excerpt("", 1, 1, "m/x.xml:1:1: error: t\n    1 | \n      | ^\n");
}

/* libxml2 may point behind the end of a line, or of the text. */
Test(diagnostics, show_the_end_of_a_line_that_is_too_short)
{
    expect_excerpt("ab\ncd", 1, 9, "m/x.xml:1:9: error: t\n    1 | ab\n      |   ^\n");
    expect_excerpt("ab\ncd", 2, 9, "m/x.xml:2:9: error: t\n    2 | cd\n      |   ^\n");
}

Test(diagnostics, show_a_tab_as_one_blank)
{
    expect_excerpt("\t\tx", 1, 3, "m/x.xml:1:3: error: t\n    1 |   x\n      |   ^\n");
}

/* Two letters of two bytes, one of two columns, an accent of none. */
Test(diagnostics, put_the_caret_by_columns)
{
    expect_excerpt("\xC3\xA9\xC3\xB6x", 1, 3,
                   "m/x.xml:1:3: error: t\n    1 | \xC3\xA9\xC3\xB6x\n      |   ^\n");
    expect_excerpt("\xE6\x97\xA5x", 1, 2,
                   "m/x.xml:1:2: error: t\n    1 | \xE6\x97\xA5x\n      |   ^\n");
    expect_excerpt("e\xCC\x81x", 1, 3, "m/x.xml:1:3: error: t\n    1 | e\xCC\x81x\n      |  ^\n");
}

Test(diagnostics, show_no_character_that_steers)
{
    expect_excerpt("a\x1b\xE2\x80\xAE\x80z", 1, 4,
                   "m/x.xml:1:4: error: t\n    1 | a???z\n      |     ^\n");
}

Test(diagnostics, show_a_part_of_a_long_line)
{
    char text[1001];
    char expected[400];

    memset(text, 'x', 1000);
    text[500] = '<';
    text[1000] = '\0';
    snprintf(expected, sizeof(expected),
             "m/x.xml:1:501: error: t\n    1 | ...%.60s<%.39s...\n      | %63s^\n", text, text, "");
    expect_excerpt(text, 1, 501, expected);
}

/* Forward, back over lines and within one: each report shows its own line. */
Test(diagnostics, find_places_in_any_order)
{
    struct report report;

    begin(&report, "first\nsec\xC3\xB6nd\n\nlast");
    report.diagnostics.excerpts = true;
    loomc_error(&report.diagnostics, &report.source, 15, "d");
    loomc_error(&report.diagnostics, &report.source, 11, "c");
    loomc_error_at(&report.diagnostics, &report.source, (struct loomc_place){1, 5}, "b");
    loomc_error(&report.diagnostics, &report.source, 0, "a");
    loomc_error_at(&report.diagnostics, &report.source, (struct loomc_place){3, 1}, "e");
    end(&report, "m/x.xml:4:1: error: d\n    4 | last\n      | ^\n"
                 "m/x.xml:2:5: error: c\n    2 | sec\xC3\xB6nd\n      |     ^\n"
                 "m/x.xml:1:5: error: b\n    1 | first\n      |     ^\n"
                 "m/x.xml:1:1: error: a\n    1 | first\n      | ^\n"
                 "m/x.xml:3:1: error: e\n    3 | \n      | ^\n");
}

Test(diagnostics, are_in_colour_if_asked)
{
    struct report report;

    begin(&report, "x");
    report.diagnostics.color = true;
    report.diagnostics.excerpts = true;
    loomc_error(&report.diagnostics, &report.source, 0, "t");
    end(&report, "\x1b[1mm/x.xml:1:1: \x1b[1;31merror: \x1b[0mt\n"
                 "    1 | x\n      | \x1b[1;32m^\x1b[0m\n");
}

Test(diagnostics, are_json_if_asked)
{
    struct report report;

    begin(&report, "x");
    report.source.path = "a\"b.xml";
    report.diagnostics.json = true;
    report.diagnostics.excerpts = true;
    loomc_warning_at(&report.diagnostics, &report.source, (struct loomc_place){3, 4}, "%s",
                     "\"\\ \n\x1b \xC3\xA9 \xFF \xE2\x80\xAE");
    loomc_error_in_file(&report.diagnostics, "y", "gone");
    end(&report, "{\"file\":\"a\\\"b.xml\",\"line\":3,\"column\":4,\"severity\":\"warning\","
                 "\"text\":\"\\\"\\\\ \\u000a\\u001b \xC3\xA9 \\ufffd \\u202e\"}\n"
                 "{\"file\":\"y\",\"line\":null,\"column\":null,\"severity\":\"error\","
                 "\"text\":\"gone\"}\n");
}

/* A text too long for a message is cut between characters: what is told stays UTF-8. */
Test(diagnostics, are_cut_between_characters)
{
    for (size_t filler = 1016; filler < 1024; filler++) {
        char text[1100];
        struct report report;

        memset(text, 'x', filler);
        strcpy(text + filler, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80");
        begin(&report, "");
        loomc_error(&report.diagnostics, &report.source, 0, "%s", text);
        fclose(report.diagnostics.out);
        cr_expect_null(strstr(report.messages, "\\x"), "%zu: %s", filler, report.messages);
        free(report.messages);
    }
}

/* ---- the options ----------------------------------------------------------------------------- */

#define LINE "wrong.xml:3:28: error: unknown operation \"X\"\n"

static char *folder_with_a_wrong_model(void)
{
    char *folder = folder_make();

    folder_write(folder, "wrong.xml",
                 MODEL("Wrong", "4", "1.0", "Single",
                       ITEM("0", "V", "X", "Single", "Optional", "Time", "", "")));
    return folder;
}

Test(diagnostics, are_plain_in_a_file)
{
    char *folder = folder_with_a_wrong_model();

    cr_expect_eq(run(folder, "--check", "wrong.xml", NULL), 1);
    expect_file(folder, "err", LINE);
    cr_expect_eq(run(folder, "--check", "--color=never", "wrong.xml", NULL), 1);
    expect_file(folder, "err", LINE);
    folder_remove(folder);
}

Test(diagnostics, have_forms_to_choose_from)
{
    char *folder = folder_with_a_wrong_model();
    char *text;

    cr_expect_eq(run(folder, "--check", "--diagnostics", "json", "wrong.xml", NULL), 1);
    expect_file(folder, "err",
                "{\"file\":\"wrong.xml\",\"line\":3,\"column\":28,\"severity\":\"error\","
                "\"text\":\"unknown operation \\\"X\\\"\"}\n");
    cr_expect_eq(run(folder, "--check", "--color=always", "wrong.xml", NULL), 1);
    text = folder_read(folder, "err");
    cr_expect_not_null(strstr(text, "\x1b[1;31merror: "), "%s", text);
    cr_expect_not_null(strstr(text, "\n    3 | <Item ID=\"0\">"), "%s", text);
    free(text);
    cr_expect_eq(run(folder, "--check", "--diagnostics", "xml", "wrong.xml", NULL), 2);
    expect_file(folder, "err",
                "loomc: error: --diagnostics must be text or json\nTry 'loomc --help'.\n");
    cr_expect_eq(run(folder, "--check", "--color=red", "wrong.xml", NULL), 2);
    expect_file(folder, "err",
                "loomc: error: --color must be always, never or auto\nTry 'loomc --help'.\n");
    folder_remove(folder);
}

/* Runs loomc with its errors on a terminal. @return what the terminal got, which the caller frees
 */
static char *run_on_terminal(const char *folder, const char *no_color)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    char *text = calloc(1, 4096);
    size_t length = 0;

    cr_assert_neq(terminal, -1);
    cr_assert_not_null(text);
    cr_assert_eq(grantpt(terminal), 0);
    cr_assert_eq(unlockpt(terminal), 0);
    pid_t child = fork();

    cr_assert_neq(child, -1);
    if (child == 0) {
        int end = open(ptsname(terminal), O_RDWR | O_NOCTTY);

        setenv("TERM", "xterm", 1);
        setenv("NO_COLOR", no_color, 1);
        if (end != -1 && dup2(end, STDERR_FILENO) != -1 && chdir(folder) == 0) {
            execl(LOOMC, "loomc", "--check", "wrong.xml", (char *)NULL);
        }
        _exit(127);
    }
    /* The last reader of the other end being gone is an error here, and the end. */
    for (ssize_t got = 1; got > 0 && length < 4095;) {
        got = read(terminal, text + length, 4095 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(terminal);
    return text;
}

Test(diagnostics, show_lines_and_colour_on_a_terminal)
{
    char *folder = folder_with_a_wrong_model();
    char *text = run_on_terminal(folder, "");

    cr_expect_not_null(strstr(text, "\x1b[1;31merror: "), "%s", text);
    cr_expect_not_null(strstr(text, "    3 | <Item ID=\"0\">"), "%s", text);
    free(text);
    text = run_on_terminal(folder, "1");
    cr_expect_null(strchr(text, '\x1b'), "%s", text);
    cr_expect_not_null(strstr(text, "    3 | <Item ID=\"0\">"), "%s", text);
    free(text);
    folder_remove(folder);
}

Test(diagnostics, of_a_strict_run_are_more)
{
    char *folder = folder_make();

    folder_write(folder, "a.xml", MODEL("Device", "3", "1.0", "Single", ONE_ITEM));
    cr_expect_eq(run(folder, "--check", "a.xml", NULL), 0);
    expect_file(folder, "err", "");
    cr_expect_eq(run(folder, "--check", "--strict", "a.xml", NULL), 1);
    expect_file(folder, "err",
                "a.xml:1:1: warning: xsi:noNamespaceSchemaLocation is missing; a model names OMA's "
                "schema, \"http://www.openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd\" or, of "
                "LwM2M 1.0, \"http://www.openmobilealliance.org/tech/profiles/LWM2M.xsd\"\n"
                "a.xml:1:112: error: ObjectURN \"\" should be \"urn:oma:lwm2m:oma:3\" by id and "
                "version\n");
    folder_remove(folder);
}
