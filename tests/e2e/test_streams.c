/* SPDX-License-Identifier: Apache-2.0 */
/* Our own server pushes a file to a device that takes it through a kilobyte. */
#include "folder.h"
#include "house.h"
#include "process.h"
#include "udp_peer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEGABYTE = 1024 * 1024, KILOBYTE = 1024, OPTION_BLOCK1 = 27, OPTION_SIZE1 = 60 };

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
    cr_expect_not_null(strstr(process_event(&server, "error", NULL), "not a regular file"));
    process_say(&server, "write-file nobody /32003/0/0 %s", image);
    process_event(&server, "error", NULL);
}

/* ---- a body in another format ---------------------------------------------------------------- */

static struct udp_peer peer;

static void start_with_peer(void)
{
    struct message request;
    char file[96];

    folder_make(&folder);
    snprintf(file, sizeof file, "%s/stored", folder.path);
    peer_open(&peer);
    process_start(&device, "depot-device", peer.uri, file, NULL);
    peer_expect(&peer, &request, METHOD_POST, "/rd");
    peer_answer_created(&peer, &request, "/rd/1");
    process_event(&device, "registered", NULL);
}

static void stop_with_peer(void)
{
    process_stop(&device);
    peer_close(&peer);
    folder_remove(&folder);
}

TestSuite(streams_in_other_formats, .init = start_with_peer, .fini = stop_with_peer, .timeout = 60);

/* A block of 1 kB for the stream, one of several. @param size1 0: does not say how long all is */
static uint8_t put_block(uint32_t number, uint32_t format, uint32_t size1, struct message *answer)
{
    static uint8_t payload[KILOBYTE];
    struct message request;

    message_begin(&request, MESSAGE_CON, METHOD_PUT, peer.next_id++, "t", 1);
    message_add_parts(&request, OPTION_URI_PATH, "32003/0/0", '/');
    message_add_number(&request, OPTION_CONTENT_FORMAT, format);
    message_add_number(&request, OPTION_BLOCK1, number << 4 | 8 | 6);
    if (size1 > 0) {
        message_add_number(&request, OPTION_SIZE1, size1);
    }
    message_add_payload(&request, payload, sizeof payload);
    peer_send(&peer, request.bytes, request.length);
    return peer_expect_answer(&peer, &request, answer);
}

/* C-1, C-21: opaque alone comes in pieces. In any other format a body is joined, and one that has
 * no room is refused as such, with how much there is: at once if the server says how long it is. */
Test(streams_in_other_formats, what_has_no_room_is_told_so)
{
    static const uint32_t formats[] = {FORMAT_TLV, FORMAT_TEXT, 60, 110, 112};
    struct message answer;

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        EXPECT_CODE(put_block(0, formats[i], 5000, &answer), 4, 13);
        cr_expect_eq(message_number(&answer, OPTION_SIZE1), (uint32_t)KILOBYTE);
        EXPECT_CODE(put_block(0, formats[i], 0, &answer), 2, 31);
        EXPECT_CODE(put_block(1, formats[i], 0, &answer), 4, 13);
        cr_expect_eq(message_number(&answer, OPTION_SIZE1), (uint32_t)KILOBYTE);
    }
    EXPECT_CODE(put_block(0, FORMAT_OPAQUE, 5000, &answer), 2, 31);
}
