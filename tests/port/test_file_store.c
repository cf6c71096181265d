/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700

#include "loom/port_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/loom-file-store-XXXXXX";
static char error[LOOM_FILE_ERROR_SIZE];

static void path_of(const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", directory, name);
}

static void start(void)
{
    cr_assert_not_null(mkdtemp(directory));
}

static void stop(void)
{
    DIR *list = opendir(directory);
    struct dirent *entry;

    cr_assert_not_null(list);
    while ((entry = readdir(list)) != NULL) {
        char path[512];

        path_of(entry->d_name, path, sizeof path);
        (void)remove(path);
    }
    closedir(list);
    cr_assert_eq(rmdir(directory), 0);
}

TestSuite(file_store, .init = start, .fini = stop, .timeout = 60);

static enum loom_status save(const char *text)
{
    return loom_file_store_save(directory, "state", text, strlen(text), error, sizeof error);
}

static enum loom_status load(char *text, size_t size)
{
    size_t length = 0;
    enum loom_status status =
        loom_file_store_load(directory, "state", text, size - 1, &length, error, sizeof error);

    text[status == LOOM_OK ? length : 0] = '\0';
    return status;
}

static void expect_record(const char *text)
{
    char read[256];

    cr_expect_eq(load(read, sizeof read), LOOM_OK, "%s", error);
    cr_expect_str_eq(read, text);
}

static size_t read_file(uint8_t *bytes, size_t room)
{
    char path[512];
    FILE *file;
    size_t length;

    path_of("state", path, sizeof path);
    file = fopen(path, "rb");
    cr_assert_not_null(file);
    length = fread(bytes, 1, room, file);
    fclose(file);
    return length;
}

static void write_file(const char *name, const uint8_t *bytes, size_t length)
{
    char path[512];
    FILE *file;

    path_of(name, path, sizeof path);
    file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

static bool exists(const char *name)
{
    char path[512];

    path_of(name, path, sizeof path);
    return access(path, F_OK) == 0;
}

Test(file_store, gives_back_what_was_saved)
{
    char path[512];
    struct stat state;

    cr_expect_eq(save("first"), LOOM_OK);
    cr_expect_str_eq(error, "");
    expect_record("first");
    cr_expect_eq(save("the second, longer"), LOOM_OK);
    expect_record("the second, longer");
    cr_expect_eq(save(""), LOOM_OK);
    expect_record("");
    cr_expect_not(exists("state.tmp"));
    path_of("state", path, sizeof path);
    cr_assert_eq(stat(path, &state), 0);
    cr_expect_eq(state.st_mode & 0777, 0600, "others can read keys");
}

Test(file_store, tells_a_missing_record)
{
    char read[16];

    cr_expect_eq(load(read, sizeof read), LOOM_NOT_FOUND);
    cr_expect_not_null(strstr(error, "state"));
    cr_expect_eq(loom_file_store_save("/nonexistent/folder", "state", "x", 1, error, sizeof error),
                 LOOM_NOT_FOUND);
}

Test(file_store, removes_a_record)
{
    char read[16];

    cr_expect_eq(save("x"), LOOM_OK);
    cr_expect_eq(loom_file_store_remove(directory, "state", error, sizeof error), LOOM_OK);
    cr_expect_eq(load(read, sizeof read), LOOM_NOT_FOUND);
    cr_expect_eq(loom_file_store_remove(directory, "state", error, sizeof error), LOOM_OK);
}

/* Every bit of the file is covered. */
Test(file_store, sees_every_flipped_bit)
{
    uint8_t bytes[256];
    char read[256];
    size_t length;

    cr_assert_eq(save("identity and key"), LOOM_OK);
    length = read_file(bytes, sizeof bytes);
    cr_assert_eq(length, 16u + 16u);
    for (size_t bit = 0; bit < length * 8; bit++) {
        enum loom_status status;

        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        write_file("state", bytes, length);
        status = load(read, sizeof read);
        cr_expect(status == LOOM_BAD_REQUEST || status == LOOM_TOO_LARGE, "bit %zu: %d", bit,
                  status);
        cr_expect_null(strstr(error, "identity"));
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    write_file("state", bytes, length);
    expect_record("identity and key");
}

Test(file_store, sees_a_torn_or_longer_file)
{
    uint8_t bytes[256];
    char read[256];
    size_t length;

    cr_assert_eq(save("identity and key"), LOOM_OK);
    length = read_file(bytes, sizeof bytes);
    for (size_t cut = 0; cut < length; cut++) {
        write_file("state", bytes, cut);
        cr_expect_eq(load(read, sizeof read), LOOM_BAD_REQUEST, "cut at %zu", cut);
    }
    bytes[length] = 0;
    write_file("state", bytes, length + 1);
    cr_expect_eq(load(read, sizeof read), LOOM_BAD_REQUEST);
}

Test(file_store, keeps_to_the_room)
{
    char read[6 + 1];

    cr_assert_eq(save("sevenXY"), LOOM_OK);
    cr_expect_eq(load(read, sizeof read), LOOM_TOO_LARGE);
    cr_assert_eq(save("six...."), LOOM_OK);
    cr_expect_eq(load(read, sizeof read), LOOM_TOO_LARGE);
    cr_assert_eq(save("sixsix"), LOOM_OK);
    cr_expect_eq(load(read, sizeof read), LOOM_OK);
    cr_expect_eq(loom_file_store_save(directory, "state", "x", LOOM_FILE_RECORD_MAX + 1u, error,
                                      sizeof error),
                 LOOM_TOO_LARGE);
}

/* A power cut in the middle of a save leaves a piece of a new file beside the old one. */
Test(file_store, keeps_the_old_record_after_a_power_cut)
{
    uint8_t bytes[256];

    cr_assert_eq(save("old"), LOOM_OK);
    (void)read_file(bytes, sizeof bytes);
    write_file("state.tmp", bytes, 10);
    expect_record("old");
    cr_expect_eq(save("new"), LOOM_OK);
    expect_record("new");
    cr_expect_not(exists("state.tmp"));
}

/* A full disk, as a limit to the size of files. */
Test(file_store, keeps_the_old_record_when_the_disk_is_full)
{
    static char big[8192];
    struct rlimit limit;

    cr_assert_eq(save("old"), LOOM_OK);
    memset(big, 'x', sizeof big - 1);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 4096;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(save(big), LOOM_UNAVAILABLE);
    limit.rlim_cur = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_not_null(strstr(error, "cannot write"), "%s", error);
    cr_expect_null(strstr(error, "xxx"));
    cr_expect_not(exists("state.tmp"));
    expect_record("old");
}

/* The folder is a file: nobody, root included, can write there. */
Test(file_store, says_why_it_cannot_write)
{
    char path[512];

    cr_assert_eq(save("old"), LOOM_OK);
    path_of("state", path, sizeof path);
    cr_expect_eq(loom_file_store_save(path, "state", "x", 1, error, sizeof error),
                 LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(error, path), "%s", error);
    expect_record("old");
}

/* The place of the temporary file is taken by a folder, of the record by another. */
Test(file_store, leaves_what_it_cannot_replace)
{
    char path[512];

    path_of("state.tmp", path, sizeof path);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_eq(save("x"), LOOM_UNAVAILABLE);
    cr_assert_eq(rmdir(path), 0);
    path_of("state", path, sizeof path);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_eq(save("x"), LOOM_UNAVAILABLE);
    cr_expect_not(exists("state.tmp"));
}

Test(file_store, refuses_an_unwritable_folder)
{
    if (geteuid() == 0) {
        cr_skip_test("root may write everywhere");
    }
    cr_assert_eq(save("old"), LOOM_OK);
    cr_assert_eq(chmod(directory, 0500), 0);
    cr_expect_eq(save("new"), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(error, "cannot create"), "%s", error);
    cr_assert_eq(chmod(directory, 0700), 0);
    expect_record("old");
}

Test(file_store, refuses_names_that_lead_elsewhere)
{
    static const char *const names[] = {"", ".", "..", "../state", "a/b", "/etc/passwd"};
    char read[16];
    size_t length;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_expect_eq(loom_file_store_save(directory, names[i], "x", 1, error, sizeof error),
                     LOOM_BAD_REQUEST);
        cr_expect_eq(loom_file_store_load(directory, names[i], read, sizeof read, &length, error,
                                          sizeof error),
                     LOOM_BAD_REQUEST);
        cr_expect_eq(loom_file_store_remove(directory, names[i], error, sizeof error),
                     LOOM_BAD_REQUEST);
    }
}

/* A named pipe in the record's place must not hold the device up. */
Test(file_store, does_not_wait_for_a_pipe)
{
    char path[512];
    char read[16];

    path_of("state", path, sizeof path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(load(read, sizeof read), LOOM_BAD_REQUEST);
}
