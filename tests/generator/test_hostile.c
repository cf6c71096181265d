/* SPDX-License-Identifier: Apache-2.0 */
/* Files made to do harm, files that are none, and runs that are cut short: the tool says what is
 * wrong, in little time and memory, and leaves the world as it was. */
#define _XOPEN_SOURCE 700

#include "command.h"
#include "support.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char device[] = MODEL("Device", "3", "1.0", "Single", ONE_ITEM);

/* Far below what reading 4 MiB takes even under a sanitizer. */
static const struct limits modest = {1 << 20, 256u << 20, 20};

/* ---- helpers --------------------------------------------------------------------------------- */

static int check_modestly(const char *folder, const char *name)
{
    const char *arguments[] = {"loomc", "--check", name, NULL};

    return run_limited(folder, &modest, arguments);
}

static void write_bytes(const char *folder, const char *name, const char *bytes, size_t size)
{
    char *path = folder_path(folder, name);
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    free(path);
}

/* `before`, a part repeated, and `after`. */
static void write_repeated(const char *folder, const char *name, const char *before,
                           const char *part, size_t count, const char *after)
{
    size_t length = strlen(part);
    char *text = malloc(strlen(before) + count * length + strlen(after) + 1);
    char *p = text;

    cr_assert_not_null(text);
    p += sprintf(p, "%s", before);
    for (size_t i = 0; i < count; i++) {
        memcpy(p, part, length);
        p += length;
    }
    p += sprintf(p, "%s", after);
    write_bytes(folder, name, text, (size_t)(p - text));
    free(text);
}

static void expect_refused(const char *text, size_t size, const char *message)
{
    char *folder = folder_make();

    write_bytes(folder, "x.xml", text, size);
    cr_expect_eq(check_modestly(folder, "x.xml"), 1);
    expect_file(folder, "err", message);
    folder_remove(folder);
}

/* The run ends in time with errors; what they say is libxml2's affair. */
static void expect_survived(const char *before, const char *part, size_t count, const char *after)
{
    char *folder = folder_make();

    write_repeated(folder, "x.xml", before, part, count, after);
    cr_expect_eq(check_modestly(folder, "x.xml"), 1);
    cr_expect(exists(folder, "err"));
    folder_remove(folder);
}

/* ---- entities -------------------------------------------------------------------------------- */

Test(hostile, entity_bombs_do_not_go_off)
{
    static const char bomb[] =
        "<!DOCTYPE LWM2M [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaa\">\n"
        "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">\n"
        "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\">]>\n"
        "<LWM2M>&e;</LWM2M>";

    expect_refused(bomb, sizeof(bomb) - 1, "x.xml:1:1: error: a model has no DOCTYPE\n");
}

/* A secret file must not get into what is generated. */
Test(hostile, no_other_file_is_read)
{
    static const char text[] =
        "<?xml version=\"1.0\"?>\n"
        "<!DOCTYPE LWM2M [<!ENTITY x SYSTEM \"secret\">]>\n<LWM2M>&x;</LWM2M>";
    char *folder = folder_make();

    folder_write(folder, "secret", "the secret");
    folder_write(folder, "x.xml", text);
    cr_expect_eq(run(folder, "-o", "gen", "x.xml", NULL), 1);
    expect_file(folder, "err", "x.xml:2:1: error: a model has no DOCTYPE\n");
    cr_expect_not(exists(folder, "gen"));
    folder_remove(folder);
}

/* Everything that could name an address does, and nobody calls. */
Test(hostile, nobody_is_called)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    char *folder = folder_make();
    char text[2048];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_neq(server, -1);
    cr_assert_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(listen(server, 4), 0);
    cr_assert_eq(getsockname(server, (struct sockaddr *)&address, &size), 0);
    cr_assert_eq(fcntl(server, F_SETFL, O_NONBLOCK), 0);

    unsigned port = ntohs(address.sin_port);

    snprintf(text, sizeof(text),
             "<!DOCTYPE LWM2M SYSTEM \"http://127.0.0.1:%u/dtd\" "
             "[<!ENTITY x SYSTEM \"http://127.0.0.1:%u/x\">]>\n<LWM2M>&x;</LWM2M>",
             port, port);
    folder_write(folder, "entity.xml", text);
    snprintf(text, sizeof(text),
             "<?xml-stylesheet href=\"http://127.0.0.1:%u/s\"?>\n"
             "<LWM2M xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
             "xmlns:xi=\"http://www.w3.org/2001/XInclude\" "
             "xsi:noNamespaceSchemaLocation=\"http://127.0.0.1:%u/xsd\">"
             "<xi:include href=\"http://127.0.0.1:%u/i\"/>%s",
             port, port, port, device + strlen("<LWM2M>"));
    folder_write(folder, "hints.xml", text);
    cr_expect_eq(run(folder, "--check", "--strict", "entity.xml", "hints.xml", NULL), 1);
    cr_expect_eq(run(folder, "--check", "hints.xml", NULL), 0);
    cr_expect_eq(accept(server, NULL, NULL), -1, "a connection was made");
    close(server);
    folder_remove(folder);
}

/* ---- size and shape -------------------------------------------------------------------------- */

Test(hostile, deep_nesting_is_refused)
{
    expect_survived("<LWM2M>", "<a>", 100000, "");
    expect_survived("<LWM2M><Object>", "<a><!-- --><b/>", 100000, "");
}

Test(hostile, huge_texts_and_attributes_are_survived)
{
    char *folder = folder_make();

    expect_survived("<LWM2M><Object x=\"", "y", 4000000, "\"/></LWM2M>");
    expect_survived("<LWM2M><Object><Name>", "y", 4000000, "</Name></Object></LWM2M>");
    expect_survived("<LWM2M>", "\n", 4000000, "");
    expect_survived("<LWM2M>", "&lt;", 1000000, "</LWM2M>");
    /* A long description is no crime. */
    write_repeated(folder, "x.xml",
                   "<LWM2M><Object><Name>N</Name><ObjectID>3</ObjectID><MultipleInstances>Single"
                   "</MultipleInstances><Mandatory>Optional</Mandatory><Resources>" ONE_ITEM
                   "</Resources><Description2>",
                   "0: a 1: ", 500000, "</Description2></Object></LWM2M>");
    cr_expect_eq(check_modestly(folder, "x.xml"), 0);
    folder_remove(folder);
}

/* What libxml2 takes quadratic time for: attributes of one element, errors within one comment. */
Test(hostile, nothing_takes_quadratic_time)
{
    char *text = malloc(4200000);
    size_t length = (size_t)sprintf(text, "<LWM2M><Object");

    for (unsigned i = 0; i < 300000; i++) {
        length += (size_t)sprintf(text + length, " a%u=\"\"", i);
    }
    length += (size_t)sprintf(text + length, "/></LWM2M>");
    expect_refused(text, length, "x.xml:1:8: error: 300000 attributes; at most 64 are read\n");
    free(text);
    expect_survived("<LWM2M>", "<!--", 1000000, "");
    expect_survived("", "<", 4000000, "");
    expect_survived("<LWM2M>", "&", 4000000, "");
    expect_survived("<LWM2M><Object>", "<a/>", 100000, "</Object></LWM2M>");
}

/* Nor does loomc for a long profile. */
Test(hostile, a_long_profile_takes_no_quadratic_time)
{
    static const char *const arguments[] = {"loomc", "--check", "--profile", "p", "x.xml", NULL};
    static const char *const lines[] = {"instance %u\nvalue 0 1\n", "range 0 0..%u\n",
                                        "value 0 %u\nhide 0\n", "values 0 %u=a 1=b\n"};
    char *text = malloc(2500000);
    char *folder = folder_make();

    folder_write(folder, "x.xml", MODEL("Long", "26300", "1.0", "Multiple", ONE_ITEM));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t length = (size_t)sprintf(text, "object 26300\nroom 65534\n");

        for (unsigned line = 0; line < 60000; line++) {
            length += (size_t)sprintf(text + length, lines[i], line);
        }
        folder_write(folder, "p", text);
        cr_expect_eq(run_limited(folder, &modest, arguments), 0, "%s", lines[i]);
    }
    free(text);
    write_repeated(folder, "p", "object 26300\nvalues 0 0=a", " 1=b", 900000, "\n");
    cr_expect_eq(run_limited(folder, &modest, arguments), 1);
    expect_file(folder, "err",
                "p:2:10: error: resource 0 (Value) gets no names by that; write them as "
                "\"0: off, 1: on\", all within its range\n");
    folder_remove(folder);
}

/* A file of 1 GiB with hardly a block on the disk: refused by its size, without reading it. */
Test(hostile, huge_files_are_not_read)
{
    static const struct limits tiny = {1 << 20, 64u << 20, 2};
    static const char *const arguments[] = {"loomc", "--check", "x.xml", NULL};
    char *folder = folder_make();
    char *path = folder_path(folder, "x.xml");

    folder_write(folder, "x.xml", " ");
    cr_assert_eq(truncate(path, 1 << 30), 0);
    free(path);
    cr_expect_eq(run_limited(folder, &tiny, arguments), 1);
    expect_file(folder, "err", "x.xml: error: cannot read: larger than 4 MiB\n");
    folder_remove(folder);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

#define NOT_UTF_8(encoding)                                                                        \
    "the file is not UTF-8; convert it, as with iconv -f " encoding " -t UTF-8\n"

#define REFUSED(text, message) expect_refused(text, sizeof(text) - 1, message)

Test(hostile, other_encodings_are_refused)
{
    REFUSED("\xFF\xFE<\0L\0", "x.xml:1:1: error: a byte FF: " NOT_UTF_8("UTF-16"));
    REFUSED("<\0L\0W\0", "x.xml:1:2: error: a byte 00: " NOT_UTF_8("UTF-16"));
    REFUSED("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<LWM2M>\xE9</LWM2M>",
            "x.xml:2:8: error: a byte E9: " NOT_UTF_8("ISO-8859-1"));
    REFUSED("<LWM2M>\xE2\x82", "x.xml:1:8: error: a byte E2: " NOT_UTF_8("ISO-8859-1"));
    REFUSED("<LWM2M>\n\xC0\xAF</LWM2M>", "x.xml:2:1: error: a byte C0: " NOT_UTF_8("ISO-8859-1"));
    REFUSED("<LWM2M>\xED\xA0\x80</LWM2M>", "x.xml:1:8: error: a byte ED: " NOT_UTF_8("ISO-8859-1"));
    REFUSED("<LWM2M>\0</LWM2M>", "x.xml:1:8: error: a byte 00: a model is text in UTF-8\n");
}

/* In UTF-7 `+ADw-` is `<`: a DOCTYPE that nobody sees, if anybody believed the declaration. */
Test(hostile, a_declared_encoding_hides_nothing)
{
    char *folder = folder_make();

    folder_write(
        folder, "x.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?>\n"
        "+ADwAIQ-DOCTYPE LWM2M +AFs +ADw-!ENTITY x SYSTEM +ACI-out+ACI +AD4AXQA+-\n<LWM2M/>");
    cr_expect_eq(check_modestly(folder, "x.xml"), 1);
    char *messages = folder_read(folder, "err");
    cr_expect_eq(strncmp(messages, "x.xml:2:1: error: ", 18), 0, "%s", messages);
    cr_expect_null(strstr(messages, "DOCTYPE LWM2M ["), "%s", messages);
    free(messages);
    folder_remove(folder);
}

Test(hostile, an_empty_file_is_refused)
{
    REFUSED("", "x.xml:1:1: error: the file is empty\n");
}

/* ---- what is no file ------------------------------------------------------------------------- */

Test(hostile, only_regular_files_are_read)
{
    char *folder = folder_make();
    char *path = folder_path(folder, "fifo");

    cr_assert_eq(mkfifo(path, 0600), 0);
    free(path);
    path = folder_path(folder, "loop");
    cr_assert_eq(symlink("loop", path), 0);
    free(path);
    folder_write(folder, "a.xml", device);
    cr_expect_eq(check_modestly(folder, "fifo"), 1);
    expect_file(folder, "err", "fifo: error: cannot read: not a regular file\n");
    cr_expect_eq(check_modestly(folder, "/dev/zero"), 1);
    expect_file(folder, "err", "/dev/zero: error: cannot read: not a regular file\n");
    cr_expect_eq(check_modestly(folder, "."), 1);
    expect_file(folder, "err", ".: error: cannot read: Is a directory\n");
    cr_expect_eq(check_modestly(folder, "loop"), 1);
    expect_file(folder, "err", "loop: error: cannot read: Too many levels of symbolic links\n");
    cr_expect_eq(run(folder, "--check", "--profile", "fifo", "a.xml", NULL), 1);
    expect_file(folder, "err", "fifo: error: cannot read: not a regular file\n");
    folder_remove(folder);
}

/* Opened, a FIFO would wait for its other end for ever; as root, /dev/null would be replaced. */
Test(hostile, only_regular_files_are_replaced)
{
    char *folder = folder_make();
    char *path = folder_path(folder, "fifo");

    folder_write(folder, "a.xml", device);
    cr_assert_eq(mkfifo(path, 0600), 0);
    free(path);
    cr_expect_eq(run(folder, "-o", "gen", "--list", "fifo", "a.xml", NULL), 1);
    expect_file(folder, "err", "fifo: error: cannot write: not a regular file\n");
    cr_expect_eq(run(folder, "-o", "gen", "--depfile", "/dev/null", "a.xml", NULL), 1);
    expect_file(folder, "err", "/dev/null: error: cannot write: not a regular file\n");
    cr_expect_not(exists(folder, "gen/loom_device.c"));
    folder_remove(folder);
}

/* ---- interrupted runs ------------------------------------------------------------------------ */

/* Runs loomc so that a signal comes before its rename number `at`. @return the wait status */
static int run_interrupted(const char *folder, int number, const char *at)
{
    pid_t child = fork();
    int status = 0;
    char text[16];

    cr_assert_neq(child, -1);
    if (child == 0) {
        snprintf(text, sizeof(text), "%d", number);
        setenv("LD_PRELOAD", INTERRUPT, 1);
        setenv("INTERRUPT_AT", at, 1);
        setenv("INTERRUPT_SIGNAL", text, 1);
        /* Its runtime wants to be the first library; here another one must be. */
        setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
        if (chdir(folder) == 0) {
            execl(LOOMC, "loomc", "-o", "gen", "a.xml", (char *)NULL);
        }
        _exit(127);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status;
}

/* The folder as it was before: four files of no content. */
static char *prepare_old_files(void)
{
    char *folder = folder_make();
    char *gen = folder_path(folder, "gen");

    folder_write(folder, "a.xml", device);
    cr_assert_eq(mkdir(gen, 0777), 0);
    folder_write(gen, "loom_device.c", "old\n");
    folder_write(gen, "loom_device.h", "old\n");
    folder_write(gen, "loom_objects.c", "old\n");
    folder_write(gen, "loom_objects.h", "old\n");
    free(gen);
    return folder;
}

static bool is_new(const char *folder, const char *name)
{
    char *text = folder_read(folder, name);

    cr_assert_not_null(text, "%s", name);
    bool old = strcmp(text, "old\n") == 0;
    size_t length = strlen(text);

    /* Whatever is made ends with the end of a block, a line or a guard; half a file would not. */
    cr_expect(old || (length > 100 && text[length - 1] == '\n'), "%s is half a file", name);
    free(text);
    return !old;
}

Test(hostile, an_interrupt_waits_until_all_is_in_place)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        char *folder = prepare_old_files();
        char *gen = folder_path(folder, "gen");
        int status = run_interrupted(folder, signals[i], "2");

        cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "status %d", status);
        cr_expect(is_new(folder, "gen/loom_device.c"));
        cr_expect(is_new(folder, "gen/loom_device.h"));
        cr_expect(is_new(folder, "gen/loom_objects.c"));
        cr_expect(is_new(folder, "gen/loom_objects.h"));
        cr_expect_eq(folder_count(gen), 4, "temporary files are left");
        free(gen);
        folder_remove(folder);
    }
}

Test(hostile, a_killed_run_leaves_whole_files_and_does_not_hinder_the_next)
{
    char *folder = prepare_old_files();
    int status = run_interrupted(folder, SIGKILL, "2");

    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "status %d", status);
    cr_expect(is_new(folder, "gen/loom_device.c"));
    cr_expect_not(is_new(folder, "gen/loom_device.h"));
    cr_expect_not(is_new(folder, "gen/loom_objects.c"));
    cr_expect_eq(run(folder, "-o", "gen", "a.xml", NULL), 0);
    cr_expect(is_new(folder, "gen/loom_device.h"));
    cr_expect(is_new(folder, "gen/loom_objects.c"));
    cr_expect(is_new(folder, "gen/loom_objects.h"));
    folder_remove(folder);
}
