/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a folder, and how the LwM2M server gives them to devices. */
#define _XOPEN_SOURCE 700

#include "files/folder.h"
#include "management_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64]; /* of the folder */
static struct loom_folder folder;
static struct loom_files files;
static uint8_t bytes[64];
static struct loom_file_piece piece;

static void in_folder(const char *name, char *text, size_t size)
{
    (void)snprintf(text, size, "%s/%s", path, name);
}

static void put(const char *name, const char *content)
{
    char text[128];
    in_folder(name, text, sizeof text);
    FILE *file = fopen(text, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(content, file), 0);
    cr_assert(eq(int, fclose(file), 0));
}

static enum loom_status take(const char *name, uint32_t offset, size_t room)
{
    memset(bytes, 0, sizeof bytes);
    return files.read(files.self, text_of(name), offset, bytes, room, &piece);
}

static void start(void)
{
    (void)strcpy(path, "/tmp/loom-test-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
    cr_assert(loom_folder_open(&folder, path));
    files = loom_folder_files(&folder);
    put("image", "0123456789");
}

static void stop(void)
{
    char command[128];
    loom_folder_close(&folder);
    (void)snprintf(command, sizeof command, "rm -r %s", path);
    cr_assert(eq(int, system(command), 0));
}

TestSuite(folder, .init = start, .fini = stop);

Test(folder, a_file_is_read_from_any_offset)
{
    cr_assert(eq(int, take("image", 0, 4), LOOM_OK));
    cr_expect(eq(sz, piece.length, 4));
    cr_expect(eq(u32, piece.size, 10));
    cr_expect(eq(str, (char *)bytes, "0123"));
    cr_assert(eq(int, take("image", 8, 4), LOOM_OK));
    cr_expect(eq(sz, piece.length, 2));
    cr_expect(eq(str, (char *)bytes, "89"));
    cr_assert(eq(int, take("image", 10, 4), LOOM_OK));
    cr_expect(eq(sz, piece.length, 0));
    cr_assert(eq(int, take("image", UINT32_MAX, 4), LOOM_OK));
    cr_expect(eq(sz, piece.length, 0));
    put("empty", "");
    cr_assert(eq(int, take("empty", 0, 4), LOOM_OK));
    cr_expect(eq(u32, piece.size, 0));
    cr_expect(ne(u32, piece.etag, 0));
}

/* Nothing of the folder's outside, and nothing that might not come to an end. */
Test(folder, only_its_own_regular_files_can_be_read)
{
    static const char *const refused[] = {
        "",     ".",    "..",     "../image", "/etc/passwd", "nothing", "sub",
        "fifo", "link", "inside", "sub/file", ".hidden",     "image/",  "long"};
    char text[128];
    char name[300];
    in_folder("sub", text, sizeof text);
    cr_assert(eq(int, mkdir(text, 0700), 0));
    put("sub/file", "x");
    put(".hidden", "x");
    in_folder("fifo", text, sizeof text);
    cr_assert(eq(int, mkfifo(text, 0600), 0));
    in_folder("link", text, sizeof text);
    cr_assert(eq(int, symlink("/etc/passwd", text), 0));
    in_folder("inside", text, sizeof text);
    cr_assert(eq(int, symlink("image", text), 0));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        cr_expect(eq(int, take(refused[i], 0, 4), LOOM_NOT_FOUND), "%s", refused[i]);
    }
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    cr_expect(eq(int, take(name, 0, 4), LOOM_NOT_FOUND));
    /* A name that goes on behind a NUL is another one. */
    cr_expect(eq(int,
                 files.read(files.self, (struct loom_text){"image\0x", 7}, 0, bytes, 4, &piece),
                 LOOM_NOT_FOUND));
}

/* RFC 7252, 5.10.6: a tag is of one content. */
Test(folder, the_tag_is_that_of_the_content)
{
    char text[128];
    char other[128];
    cr_assert(eq(int, take("image", 0, 4), LOOM_OK));
    uint32_t first = piece.etag;
    cr_expect(ne(u32, first, 0));
    cr_assert(eq(int, take("image", 8, 4), LOOM_OK));
    cr_expect(eq(u32, piece.etag, first));
    /* Another file, of the same age. */
    struct stat about;
    in_folder("image", text, sizeof text);
    in_folder("other", other, sizeof other);
    put("other", "0123456789");
    cr_assert(eq(int, stat(text, &about), 0));
    struct timespec times[2] = {about.st_atim, about.st_mtim};
    cr_assert(eq(int, utimensat(AT_FDCWD, other, times, 0), 0));
    cr_assert(eq(int, take("other", 0, 4), LOOM_OK));
    cr_expect(ne(u32, piece.etag, first));
    uint32_t second = piece.etag;
    cr_assert(eq(int, rename(other, text), 0));
    cr_assert(eq(int, take("image", 8, 4), LOOM_OK));
    cr_expect(eq(u32, piece.etag, second));
    put("image", "0123456789ab"); /* in its place */
    cr_assert(eq(int, take("image", 8, 4), LOOM_OK));
    cr_expect(ne(u32, piece.etag, second));
    /* Written again in the same length, a nanosecond later. */
    uint32_t third = piece.etag;
    cr_assert(eq(int, stat(text, &about), 0));
    times[1] = about.st_mtim;
    times[1].tv_nsec = (times[1].tv_nsec + 1) % 1000000000;
    cr_assert(eq(int, utimensat(AT_FDCWD, text, times, 0), 0));
    cr_assert(eq(int, take("image", 8, 4), LOOM_OK));
    cr_expect(ne(u32, piece.etag, third));
}

/* Any number of devices may fetch: no file stays open. */
Test(folder, nothing_stays_open)
{
    int before = dup(folder.descriptor);
    (void)close(before);
    for (int i = 0; i < 100; i++) {
        cr_assert(eq(int, take("image", 0, 4), LOOM_OK));
        cr_assert(eq(int, take("nothing", 0, 4), LOOM_NOT_FOUND));
    }
    int after = dup(folder.descriptor);
    (void)close(after);
    cr_assert(eq(int, after, before));
}

/* A file without a hole's blocks may be of any length; blocks have no numbers beyond 1 GiB. */
Test(folder, a_file_that_no_block_numbers_reach_is_none)
{
    char text[128];
    in_folder("image", text, sizeof text);
    cr_assert(eq(int, truncate(text, 1073741824), 0));
    cr_assert(eq(int, take("image", 1073741820, 8), LOOM_OK));
    cr_expect(eq(sz, piece.length, 4));
    cr_assert(eq(int, truncate(text, 1073741825), 0));
    cr_expect(eq(int, take("image", 0, 4), LOOM_NOT_FOUND));
}

Test(folder, a_folder_must_be_one)
{
    struct loom_folder other;
    char text[128];
    in_folder("image", text, sizeof text);
    cr_expect(not(loom_folder_open(&other, text)));
    in_folder("nothing", text, sizeof text);
    cr_expect(not(loom_folder_open(&other, text)));
}

/* The operator's own files: links are followed, what may block is not opened. */
Test(folder, files_of_the_operator_are_regular_ones)
{
    char text[128];
    in_folder("fifo", text, sizeof text);
    cr_assert(eq(int, mkfifo(text, 0600), 0));
    cr_expect(eq(int, loom_folder_open_file(text), -1));
    cr_expect(eq(int, errno, 0));
    cr_expect(eq(int, loom_folder_open_file("/dev/null"), -1));
    cr_expect(eq(int, errno, 0));
    cr_expect(eq(int, loom_folder_open_file("/dev/null/x"), -1));
    cr_expect(ne(int, errno, 0));
    in_folder("link", text, sizeof text);
    cr_assert(eq(int, symlink("image", text), 0));
    int file = loom_folder_open_file(text);
    cr_assert(ge(int, file, 0));
    (void)close(file);
}

/* ---- the server ------------------------------------------------------------------------------ */

static void start_server(void)
{
    start();
    bench_set_up();
    bench.fake.piece_room = 4;
    loom_management_server_serve(bench.server, &files);
}

static void stop_server(void)
{
    bench_tear_down();
    stop();
}

TestSuite(files, .init = start_server, .fini = stop_server);

static struct fake_reply fetch(const char *target, uint32_t offset)
{
    bench.fake.answer_offset = offset;
    return fake_port_get(&bench.fake, &link_open, target, LOOM_FORMAT_ABSENT);
}

/* RFC 7959, 2.4: each block by itself, all with one tag. */
Test(files, a_file_is_given_in_pieces)
{
    struct fake_reply first = fetch("/files/image", 0);
    cr_assert(eq(u8, first.code, LOOM_CONTENT));
    cr_expect(eq(u16, first.content_format, LOOM_FORMAT_OPAQUE));
    cr_expect(eq(str, (char *)first.payload, "0123"));
    cr_expect(first.more);
    cr_expect(eq(u32, first.size, 10));
    struct fake_reply last = fetch("/files/image", 8);
    cr_expect(eq(str, (char *)last.payload, "89"));
    cr_expect(not(last.more));
    cr_expect(ne(u32, last.etag, 0));
    cr_expect(eq(u32, last.etag, first.etag));
    struct fake_reply middle = fetch("/files/image", 4);
    cr_expect(eq(str, (char *)middle.payload, "4567"));
    cr_expect(middle.more);
    cr_expect(eq(str, bench.log, "fetching image 10\nfetched image 10\n"));
}

Test(files, a_file_of_one_piece_begins_and_ends_with_it)
{
    put("exactly", "abcd");
    put("empty", "");
    struct fake_reply reply = fetch("/files/exactly", 0);
    cr_expect(eq(str, (char *)reply.payload, "abcd"));
    cr_expect(not(reply.more));
    reply = fetch("/files/empty", 0);
    cr_expect(eq(u8, reply.code, LOOM_CONTENT));
    cr_expect(eq(sz, reply.length, 0));
    cr_expect(not(reply.more));
    cr_expect(eq(str, bench.log,
                 "fetching exactly 4\nfetched exactly 4\nfetching empty 0\nfetched empty 0\n"));
}

/* RFC 7959, 2.4: another content has another tag, so the device sees that it must begin anew. */
Test(files, a_file_that_changes_shows_it)
{
    struct fake_reply first = fetch("/files/image", 0);
    put("image", "abcdefghijk");
    struct fake_reply next = fetch("/files/image", 4);
    cr_expect(eq(str, (char *)next.payload, "efgh"));
    cr_expect(ne(u32, next.etag, first.etag));
}

Test(files, what_is_wrong_is_refused)
{
    cr_expect(eq(u8, fetch("/files/nothing", 0).code, LOOM_NOT_FOUND));
    cr_expect(eq(u8, fetch("/files/image", 12).code, LOOM_BAD_REQUEST));
    cr_expect(eq(u8, fetch("/files/image", 0xFFFFFFF0u).code, LOOM_BAD_REQUEST));
    cr_expect(eq(str, bench.log,
                 "refused no-such-file\nrefused beyond-the-end\nrefused beyond-the-end\n"));
    cr_expect(eq(u8, fetch("/files", 0).code, LOOM_NOT_FOUND));
    cr_expect(eq(u8, fetch("/files/image/x", 0).code, LOOM_NOT_FOUND));
    cr_expect(eq(u8, fetch("/files/image?a=b", 0).code, LOOM_NOT_FOUND));
    bench.fake.answer_offset = 0;
    cr_expect(
        eq(u8, fake_port_get(&bench.fake, &link_open, "/files/image", LOOM_FORMAT_SENML_CBOR).code,
           LOOM_NOT_ACCEPTABLE));
    cr_expect(eq(u8,
                 fake_port_get(&bench.fake, &link_open, "/files/image", LOOM_FORMAT_OPAQUE).code,
                 LOOM_CONTENT));
    cr_expect(eq(u8, post(&link_open, "/files/image", "").code, LOOM_METHOD_NOT_ALLOWED));
    bench.fake.piece_room = 0;
    cr_expect(eq(u8, fetch("/files/image", 0).code, LOOM_INTERNAL_ERROR));
}

Test(files, a_server_without_a_folder_has_none)
{
    loom_management_server_serve(bench.server, NULL);
    cr_expect(eq(u8, fetch("/files/image", 0).code, LOOM_NOT_FOUND));
    cr_expect(eq(str, bench.log, ""));
}

/* A download has a session of its own: who it is can be told by the key. */
Test(files, the_one_who_fetches_is_named)
{
    (void)fetch("/files/image", 0);
    cr_expect(eq(str, bench.endpoint, ""));
    bench.fake.answer_offset = 0;
    (void)fake_port_get(&bench.fake, &link_dev_again, "/files/image", LOOM_FORMAT_ABSENT);
    cr_expect(eq(str, bench.endpoint, "dev"));
    (void)post(&link_open, "/rd?ep=open&lt=300&lwm2m=1.1", LIST);
    (void)fetch("/files/image", 0);
    cr_expect(eq(str, bench.endpoint, "open"));
}

/* In the session of its registration with each piece, in another one where it begins and ends. */
Test(files, the_one_who_fetches_is_seen)
{
    (void)enter();
    (void)post(&link_open, "/rd?ep=open&lt=300&lwm2m=1.1", LIST);
    bench.fake.now += 1000;
    (void)fetch("/files/image", 16);
    cr_expect(eq(u64, client("open")->seen, bench.fake.now));
    cr_expect(eq(u64, client("dev")->seen, bench.fake.now - 1000));
    bench.fake.answer_offset = 0;
    (void)fake_port_get(&bench.fake, &link_dev_again, "/files/image", LOOM_FORMAT_ABSENT);
    cr_expect(eq(u64, client("dev")->seen, bench.fake.now));
}

/* ---- what goes the other way ----------------------------------------------------------------- */

/* A long body is told of after each tenth, and not after its end. */
Test(files, the_progress_of_a_body_is_told)
{
    static const uint8_t body[500];
    struct loom_dm_request request = {.operation = LOOM_DM_WRITE,
                                      .path = {{5, 0, 0}, 3},
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_OPAQUE,
                                      .payload = {body, sizeof body}};
    uint32_t ticket;
    (void)enter();
    bench.log[0] = '\0';
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                 LOOM_OK));
    step();
    uint32_t exchange = fake_port_last(&bench.fake)->exchange;
    for (size_t done = 16; done < sizeof body; done += 16) {
        loom_management_server_progress(bench.server, exchange, done);
    }
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    loom_management_server_progress(bench.server, exchange, 400);
    cr_expect(eq(str, bench.log,
                 "sent\nprogress 64 of 500\nprogress 112 of 500\nprogress 160 of 500\n"
                 "progress 208 of 500\nprogress 256 of 500\nprogress 304 of 500\n"
                 "progress 352 of 500\nprogress 400 of 500\nprogress 464 of 500\n"
                 "answered 68 none\n"));
}
