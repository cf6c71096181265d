/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware of the example device is a file: our own server updates it. */
#define _POSIX_C_SOURCE 200809L

#include "folder.h"
#include "process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICE "lamp"

enum { LENGTH = 70000 };

static struct folder folder;
static struct process server;
static struct process device;
static char server_uri[64];
static char file[96];
static char part[96];
static char state[96];
static char image[96]; /* path of what is sent */
static char sent[LENGTH];
static char stored[LENGTH + 1];

static void name(char *path, size_t size, const char *what)
{
    snprintf(path, size, "%s/%s", folder.path, what);
}

static void start(void)
{
    char files[96];
    folder_make(&folder);
    name(file, sizeof file, "firmware");
    name(part, sizeof part, "firmware.part");
    name(state, sizeof state, "state");
    name(files, sizeof files, "files");
    name(image, sizeof image, "files/image");
    cr_assert_eq(mkdir(state, 0700), 0);
    cr_assert_eq(mkdir(files, 0700), 0);
    for (size_t i = 0; i < LENGTH; i++) {
        sent[i] = (char)(i * 7 + i / 251);
    }
    FILE *out = fopen(image, "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fwrite(sent, 1, LENGTH, out), (size_t)LENGTH);
    fclose(out);
    process_start(&server, "loom-server", "--accounts",
                  folder_write(&folder, "server.ini", "[endpoint " DEVICE "]\nnosec\n"), "--listen",
                  "coap://127.0.0.1:0", "--files", files, "--json", NULL);
    process_event(&server, "listening", NULL);
    snprintf(server_uri, sizeof server_uri, "%s", process_member(&server, "uri"));
}

static void stop(void)
{
    process_stop(&device);
    process_stop(&server);
    folder_remove(&folder);
}

TestSuite(firmware_file, .init = start, .fini = stop, .timeout = 110);

static void start_device(const char *lwm2m, const char *option, const char *value)
{
    process_start(&device, "loom-client", "--endpoint", DEVICE, "--server", server_uri, "--lwm2m",
                  lwm2m, "--json", "--firmware", file, "--state", state, option, value, NULL);
    process_event(&device, "registered", NULL);
    process_event(&server, "registered", "endpoint", DEVICE, NULL);
}

static void expect_value(const char *path, const char *value)
{
    process_say(&device, "get %s", path);
    process_event(&device, "value", "path", path, NULL);
    cr_expect_str_eq(process_member(&device, "value"), value);
}

/* Until the device says so. */
static void expect_end(const char *text, const char *result)
{
    process_event(&device, "firmware", "text", text, "result", result, NULL);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void expect_installed(void)
{
    cr_assert_eq(folder_read(&folder, "firmware", stored, sizeof stored), (size_t)LENGTH);
    cr_expect_arr_eq(stored, sent, LENGTH);
    cr_expect_not(is_there(part));
}

/* The version of what was downloaded is that of the device after its restart. */
static void expect_update(void)
{
    char version[32];
    process_event(&device, "firmware", "text", "updating", NULL);
    process_event(&device, "stopped", NULL);
    expect_end("idle", "1");
    expect_installed();
    process_event(&server, "firmware", "step", "done", NULL);
    expect_value("/5/0/3", "0");
    expect_value("/5/0/7", "");
    process_say(&device, "get /3/0/3");
    process_event(&device, "value", "path", "/3/0/3", NULL);
    snprintf(version, sizeof version, "%s", process_member(&device, "value"));
    cr_expect_eq(strlen(version), 16);
}

/* C-95, C-98, int-771: pulled, installed and told, in each release. */
static void update_by_pull(const char *lwm2m)
{
    start_device(lwm2m, NULL, NULL);
    process_say(&server, "firmware " DEVICE " pull image");
    expect_update();
}

Test(firmware_file, is_pulled_1_0)
{
    update_by_pull("1.0");
}

Test(firmware_file, is_pulled_1_1)
{
    update_by_pull("1.1");
}

Test(firmware_file, is_pulled_1_2)
{
    update_by_pull("1.2");
}

/* C-94, C-98, int-770, int-652: the same by a push; and a second one over what is there. */
Test(firmware_file, is_pushed)
{
    start_device("1.1", NULL, NULL);
    process_say(&server, "firmware " DEVICE " push %s", image);
    expect_update();
    process_say(&server, "firmware " DEVICE " push %s", image);
    expect_update();
}

/* C-93: what the server resets is gone. */
Test(firmware_file, is_reset)
{
    start_device("1.2", NULL, NULL);
    process_say(&server, "write-file " DEVICE " /5/0/0 %s", image);
    expect_end("downloaded", "0");
    cr_expect(is_there(part));
    process_say(&server, "write-file " DEVICE " /5/0/0 %s",
                folder_write(&folder, "empty", "%s", ""));
    expect_end("idle", "0");
    cr_expect_not(is_there(part));
    cr_expect_not(is_there(file));
}

/* C-93: what a device takes for a reset, or for nothing, is no image; and is said before it goes.
 */
Test(firmware_file, is_more_than_nothing)
{
    char nul[96];
    name(nul, sizeof nul, "files/nul");
    FILE *out = fopen(nul, "wb");
    cr_assert_not_null(out);
    cr_assert_eq(fputc(0, out), 0);
    fclose(out);
    (void)folder_write(&folder, "files/empty", "%s", "");
    start_device("1.1", NULL, NULL);
    process_say(&server, "firmware " DEVICE " push %s", nul);
    process_event(&server, "error", NULL);
    process_say(&server, "firmware " DEVICE " push %s/files/empty", folder.path);
    process_event(&server, "error", NULL);
    process_say(&server, "firmware " DEVICE " pull empty");
    process_event(&server, "error", NULL);
    process_say(&server, "write " DEVICE " /5/0/1 %s/files/empty", server_uri);
    expect_end("idle", "6");
    cr_expect_not(is_there(file));
    cr_expect_not(is_there(part));
}

/* A device with nowhere to put an image has no object 5, and no server hears of one. */
Test(firmware_file, is_not_there_without_the_option)
{
    process_start(&device, "loom-client", "--endpoint", DEVICE, "--server", server_uri, "--json",
                  NULL);
    const char *line = process_event(&server, "registered", "endpoint", DEVICE, NULL);
    cr_expect_null(strstr(line, "</5"), "%s", line);
    cr_expect_null(strstr(line, "/5/0"), "%s", line);
    process_say(&server, "read " DEVICE " /5/0");
    process_event(&server, "answered", "path", "/5/0", "code", "4.04", NULL);
    process_say(&server, "write-file " DEVICE " /5/0/0 %s", image);
    process_event(&server, "answered", "path", "/5/0/0", "code", "4.04", NULL);
}

/* C-91, C-99, int-776: another image than the one that is good is not taken. */
Test(firmware_file, is_only_what_it_should_be)
{
    start_device("1.1", "--firmware-sha256",
                 "0000000000000000000000000000000000000000000000000000000000000000");
    process_say(&server, "write " DEVICE " /5/0/1 %s/files/image", server_uri);
    expect_end("idle", "5");
    cr_expect_not(is_there(part));
    expect_value("/5/0/5", "5");
}

/* C-91, int-773: a full disk is no flash left. */
Test(firmware_file, does_not_fit_a_full_disk)
{
    device.file_limit = LENGTH / 2;
    start_device("1.1", NULL, NULL);
    process_say(&server, "write " DEVICE " /5/0/1 %s/files/image", server_uri);
    expect_end("idle", "2");
    process_say(&server, "write-file " DEVICE " /5/0/0 %s", image);
    process_event(&server, "answered", "path", "/5/0/0", "code", "5.00", NULL);
    expect_value("/5/0/5", "2");
    cr_expect_not(is_there(part));
}

/* C-99, int-775: a server of images that is not there. */
Test(firmware_file, is_lost_with_the_connection)
{
    start_device("1.1", "--firmware-attempts", "1");
    process_say(&server, "write " DEVICE " /5/0/1 coap://127.0.0.1:1/image");
    expect_end("idle", "4");
    expect_value("/5/0/3", "0");
}

/* C-101: the user puts it off, and then does not. */
Test(firmware_file, is_deferred)
{
    start_device("1.1", "--defer-updates", NULL);
    process_say(&device, "install");
    process_event(&device, "error", "command", "install", NULL);
    process_say(&server, "write-file " DEVICE " /5/0/0 %s", image);
    expect_end("downloaded", "0");
    process_say(&server, "execute " DEVICE " /5/0/2");
    expect_end("deferred", "11");
    process_say(&device, "status");
    process_event(&device, "status", "firmware", "deferred", NULL);
    cr_expect_not(is_there(file));
    process_say(&device, "install");
    expect_end("idle", "1");
    expect_installed();
}

/* C-99, int-779: what cannot be installed stays, with result 8. */
Test(firmware_file, stays_if_it_cannot_be_installed)
{
    start_device("1.1", NULL, NULL);
    process_say(&server, "write-file " DEVICE " /5/0/0 %s", image);
    expect_end("downloaded", "0");
    cr_assert_eq(mkdir(file, 0700), 0);
    process_say(&server, "execute " DEVICE " /5/0/2");
    expect_end("downloaded", "8");
    cr_expect(is_there(part));
    cr_assert_eq(rmdir(file), 0);
    process_say(&server, "execute " DEVICE " /5/0/2");
    expect_end("idle", "1");
    expect_installed();
}
