/* SPDX-License-Identifier: Apache-2.0 */
/* Our own server pushes a file to a device that takes it through a kilobyte. */
#include "folder.h"
#include "house.h"
#include "process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEGABYTE = 1024 * 1024 };

static struct folder folder;
static struct process server;
static struct process device;
static char image[128]; /* its path */
static char *sent;
static char *stored;

static void start(void)
{
    char uri[64];
    char file[96];
    FILE *out;

    folder_make(&folder);
    snprintf(file, sizeof file, "%s/stored", folder.path);
    snprintf(image, sizeof image, "%s/an image", folder.path);
    sent = malloc(MEGABYTE);
    stored = malloc(MEGABYTE + 1);
    for (size_t i = 0; i < MEGABYTE; i++) {
        sent[i] = (char)(i * 7 + i / 251);
    }
    out = fopen(image, "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(sent, 1, MEGABYTE, out), (size_t)MEGABYTE);
    fclose(out);
    house_start_server(&server, "loom-server",
                       folder_write(&folder, "server.ini", "[endpoint depot]\nnosec\n"), "coap",
                       uri, sizeof uri);
    process_start(&device, "depot-device", uri, file, NULL);
    process_event(&server, "registered", "endpoint", "depot", NULL);
    process_event(&device, "registered", NULL);
}

static void stop(void)
{
    process_stop(&device);
    process_stop(&server);
    folder_remove(&folder);
    free(sent);
    free(stored);
}

TestSuite(streams, .init = start, .fini = stop, .timeout = 110);

static void push(const char *path, const char *code)
{
    process_say(&server, "write-file depot %s %s", path, image);
    process_event(&server, "answered", "path", path, NULL);
    cr_expect_str_eq(process_member(&server, "code"), code);
}

/* C-23: a megabyte, and all of it. */
Test(streams, a_file_of_a_megabyte_is_pushed)
{
    push("/32003/0/0", "2.04");
    process_event(&device, "stored", "bytes", "1048576", NULL);
    cr_assert_eq(folder_read(&folder, "stored", stored, MEGABYTE + 1), (size_t)MEGABYTE);
    cr_expect_eq(memcmp(stored, sent, MEGABYTE), 0);
}

/* The device says no on the way; a shorter file may be taken after that, and read. */
Test(streams, the_device_refuses_what_is_too_long)
{
    FILE *out;

    process_say(&server, "write depot /32003/0/1 5000");
    process_event(&server, "answered", "path", "/32003/0/1", "code", "2.04", NULL);
    push("/32003/0/0", "4.06");
    out = fopen(image, "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(sent, 1, 5000, out), 5000u);
    fclose(out);
    push("/32003/0/0", "2.04");
    process_event(&device, "stored", "bytes", "5000", NULL);
    process_say(&server, "read depot /32003/0/0 opaque");
    process_event(&server, "answered", "path", "/32003/0/0", "code", "2.05", NULL);
}

/* What is joined and does not fit is refused with its first block. */
Test(streams, other_resources_take_no_more_than_fits)
{
    push("/32003/0/1", "4.13");
}

/* The console says what is wrong with a file. */
Test(streams, files_are_checked)
{
    process_say(&server, "write-file depot /32003/0/0");
    process_event(&server, "error", NULL);
    process_say(&server, "write-file depot /32003 %s", image);
    process_event(&server, "error", NULL);
    process_say(&server, "write-file depot /32003/0/0 %s/nothing", folder.path);
    cr_expect_not_null(strstr(process_event(&server, "error", NULL), "No such file"));
    process_say(&server, "write-file depot /32003/0/0 %s", folder.path);
    cr_expect_not_null(strstr(process_event(&server, "error", NULL), "no regular file"));
    process_say(&server, "write-file nobody /32003/0/0 %s", image);
    process_event(&server, "error", NULL);
}
