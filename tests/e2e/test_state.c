/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that outlive the program, and what may happen to their file (seam 5, rules ).
 */
#include "folder.h"
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct probe probe;
static struct folder folder;

static void start(void)
{
    folder_make(&folder);
    snprintf(probe.state, sizeof probe.state, "%s", folder.path);
}

static void stop(void)
{
    probe_stop(&probe);
    folder_remove(&folder);
}

TestSuite(state, .init = start, .fini = stop, .timeout = 60);

#define FILE_NAME "accounts"

static void expect_register(const char *arguments)
{
    struct message request;
    char query[128];

    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", NULL);
}

/* A device that has been bootstrapped does not bootstrap again (rule A-10). */
Test(state, outlives_the_program)
{
    probe_settle(&probe, "1.1", 321);
    cr_expect_eq(process_count(&probe.client, "state-saved", NULL), 1u);
    probe_restart(&probe, "1.1");
    process_next(&probe.client, "factory", "accounts", "1", NULL);
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
}

/* What a server writes into its account lasts, too. */
Test(state, keeps_what_a_server_wrote)
{
    struct message request;

    probe_settle(&probe, "1.1", 321);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/1", "123"), 2, 4);
    probe_expect_update(&probe, &request, "?lt=123");
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=123?lwm2m=1.1?b=U");
}

/* Keys are in it: nobody else may read it. */
Test(state, is_private)
{
    char path[160];
    struct stat status;

    probe_settle(&probe, "1.1", 321);
    snprintf(path, sizeof path, "%s/" FILE_NAME, folder.path);
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & (S_IRWXG | S_IRWXO), 0u);
}

/* Nothing of a bootstrap that was not finished is stored. */
Test(state, begins_with_the_finish)
{
    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    cr_expect_eq(process_count(&probe.client, "state-saved", NULL), 0u);
    probe_restart(&probe, "1.1");
    process_next(&probe.client, "factory", "accounts", "0", NULL);
    probe_accept(&probe);
}

static void expect_damage(const void *bytes, size_t length)
{
    static uint8_t after[8192];
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/" FILE_NAME, folder.path);
    file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
    probe_restart(&probe, "1.1");
    process_event(&probe.client, "store-error", NULL);
    cr_expect_not_null(strstr(process_member(&probe.client, "text"), "damaged"));
    process_event(&probe.client, "state-failed", NULL);
    cr_expect_eq(process_wait(&probe.client), 1);
    cr_assert_eq(folder_read(&folder, FILE_NAME, after, sizeof after), length);
    cr_expect_eq(memcmp(after, bytes, length), 0, "the file was touched");
}

/* A file that is damaged is left for people to look at, and no account is made up in its place. */
Test(state, that_is_damaged_is_told_and_left_alone)
{
    uint8_t bytes[8192];
    size_t length;

    probe_settle(&probe, "1.1", 321);
    process_stop(&probe.client);
    length = folder_read(&folder, FILE_NAME, bytes, sizeof bytes);
    cr_assert_gt(length, 16u);
    bytes[length - 1] ^= 1u; /* one bit */
    expect_damage(bytes, length);
    bytes[length - 1] ^= 1u;
    expect_damage(bytes, length - 1); /* cut off */
    expect_damage(bytes, 5);
    expect_damage(bytes, 0);
    bytes[length] = 0; /* something more */
    expect_damage(bytes, length + 1);
}

/* A full disk: the Finish is refused, and the accounts stay, here and in the file (rule A-21). */
Test(state, survives_a_full_disk)
{
    probe_settle(&probe, "1.1", 321);
    process_stop(&probe.client);
    probe.client.file_limit = 64; /* room to see that the folder can be written to, no more */
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    process_say(&probe.client, "bootstrap");
    probe_accept(&probe);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", "99"), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 5, 0);
    process_event(&probe.client, "state-failed", NULL);
    process_event(&probe.client, "bootstrap-finish", "code", "5.00", NULL);
    probe_expect_value(&probe, "/1/0/1", "321");
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
}
