/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets at rest: they open for the row that they belong to, with a key of the file, and not
 * otherwise. */
#define _XOPEN_SOURCE 700
#include "database/seal.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST  "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"
#define SECOND "f0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"

static const uint8_t secret[] = {0, 1, 2, 0xFF, 'k', 'e', 'y'};
static const struct loom_text row = {"keys/a/1", 8};

static struct loom_seal *seal_of(const char *text)
{
    struct loom_seal *seal = NULL;
    const char *wrong = loom_seal_parse((struct loom_text){text, strlen(text)}, &seal);
    cr_assert_null(wrong, "%s", wrong);
    return seal;
}

struct sealed {
    uint8_t data[sizeof secret + LOOM_SEAL_OVERHEAD];
};

static struct sealed seal_it(struct loom_seal *seal)
{
    struct sealed sealed;
    cr_assert_eq(
        loom_seal_secret(seal, row, (struct loom_bytes){secret, sizeof secret}, sealed.data),
        LOOM_SEAL_OK);
    return sealed;
}

static enum loom_seal_status reveal(struct loom_seal *seal, struct loom_text belongs,
                                    const struct sealed *sealed, size_t length, bool *old)
{
    uint8_t revealed[sizeof secret];
    size_t got = 0;
    memset(revealed, 0xAA, sizeof revealed);
    enum loom_seal_status status = loom_seal_reveal(
        seal, belongs, (struct loom_bytes){sealed->data, length}, revealed, &got, old);
    cr_assert_eq(got, status == LOOM_SEAL_OK ? sizeof secret : 0);
    if (status == LOOM_SEAL_OK) {
        cr_assert_arr_eq(revealed, secret, sizeof secret);
    } else {
        cr_assert_neq(memcmp(revealed, secret, sizeof secret), 0);
    }
    return status;
}

Test(seal, opens_what_it_has_sealed)
{
    struct loom_seal *seal = seal_of("# of the greenhouses\n\n" FIRST);
    struct sealed sealed = seal_it(seal);
    struct sealed again = seal_it(seal);
    bool old = true;
    cr_assert_eq(reveal(seal, row, &sealed, sizeof sealed.data, &old), LOOM_SEAL_OK);
    cr_assert_not(old);
    /* The same secret never looks the same. */
    cr_assert_neq(memcmp(again.data + 5, sealed.data + 5, sizeof sealed.data - 5), 0);
    loom_seal_close(seal);
}

Test(seal, seals_nothing_and_much)
{
    struct loom_seal *seal = seal_of(FIRST);
    uint8_t *much = calloc(1, LOOM_SEAL_SECRET_MAX + 1);
    uint8_t *sealed = malloc(LOOM_SEAL_SECRET_MAX + 1 + LOOM_SEAL_OVERHEAD);
    size_t length = 1;
    cr_assert_eq(loom_seal_secret(seal, row, (struct loom_bytes){NULL, 0}, sealed), LOOM_SEAL_OK);
    cr_assert_eq(loom_seal_reveal(seal, row, (struct loom_bytes){sealed, LOOM_SEAL_OVERHEAD}, much,
                                  &length, NULL),
                 LOOM_SEAL_OK);
    cr_assert_eq(length, 0);
    cr_assert_eq(
        loom_seal_secret(seal, row, (struct loom_bytes){much, LOOM_SEAL_SECRET_MAX}, sealed),
        LOOM_SEAL_OK);
    cr_assert_eq(
        loom_seal_reveal(seal, row,
                         (struct loom_bytes){sealed, LOOM_SEAL_SECRET_MAX + LOOM_SEAL_OVERHEAD},
                         much, &length, NULL),
        LOOM_SEAL_OK);
    cr_assert_eq(length, LOOM_SEAL_SECRET_MAX);
    cr_assert_neq(
        loom_seal_secret(seal, row, (struct loom_bytes){much, LOOM_SEAL_SECRET_MAX + 1}, sealed),
        LOOM_SEAL_OK);
    free(sealed);
    free(much);
    loom_seal_close(seal);
}

Test(seal, opens_for_no_other_row)
{
    struct loom_seal *seal = seal_of(FIRST);
    struct sealed sealed = seal_it(seal);
    cr_assert_eq(reveal(seal, (struct loom_text){"keys/b/1", 8}, &sealed, sizeof sealed.data, NULL),
                 LOOM_SEAL_BROKEN);
    cr_assert_eq(reveal(seal, (struct loom_text){NULL, 0}, &sealed, sizeof sealed.data, NULL),
                 LOOM_SEAL_BROKEN);
    loom_seal_close(seal);
}

Test(seal, opens_nothing_that_was_changed)
{
    struct loom_seal *seal = seal_of(FIRST);
    struct sealed sealed = seal_it(seal);
    for (size_t at = 0; at < sizeof sealed.data; at++) {
        struct sealed changed = sealed;
        changed.data[at] ^= 1;
        enum loom_seal_status status = reveal(seal, row, &changed, sizeof changed.data, NULL);
        cr_assert_eq(status, at >= 1 && at <= 4 ? LOOM_SEAL_UNKNOWN : LOOM_SEAL_BROKEN, "byte %zu",
                     at);
    }
    for (size_t length = 0; length < sizeof sealed.data; length++) {
        cr_assert_eq(reveal(seal, row, &sealed, length, NULL), LOOM_SEAL_BROKEN);
    }
    loom_seal_close(seal);
}

Test(seal, takes_another_key_and_still_opens_with_the_old_one)
{
    struct loom_seal *before = seal_of(FIRST);
    struct loom_seal *both = seal_of(SECOND FIRST);
    struct loom_seal *after = seal_of(SECOND);
    struct sealed sealed = seal_it(before);
    bool old = false;
    cr_assert_eq(reveal(both, row, &sealed, sizeof sealed.data, &old), LOOM_SEAL_OK);
    cr_assert(old);
    cr_assert_eq(reveal(after, row, &sealed, sizeof sealed.data, NULL), LOOM_SEAL_UNKNOWN);
    sealed = seal_it(both);
    cr_assert_eq(reveal(after, row, &sealed, sizeof sealed.data, &old), LOOM_SEAL_OK);
    cr_assert_not(old);
    cr_assert_eq(reveal(before, row, &sealed, sizeof sealed.data, NULL), LOOM_SEAL_UNKNOWN);
    loom_seal_close(before);
    loom_seal_close(both);
    loom_seal_close(after);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char directory[64];

static void make_directory(void)
{
    (void)snprintf(directory, sizeof directory, "/tmp/loom-test-XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
}

static const char *path_of(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(path_of(name), "w");
    cr_assert_not_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
    cr_assert_eq(chmod(path_of(name), mode), 0);
}

static void fails(const char *name, enum loom_seal_status expected, const char *what)
{
    struct loom_seal *seal = NULL;
    struct loom_database_error error = {""};
    cr_assert_eq(loom_seal_open(path_of(name), &seal, &error), expected, "%s", name);
    cr_assert_null(seal);
    cr_assert(strstr(error.text, path_of(name)) == error.text, "%s", error.text);
    cr_assert(strstr(error.text, what) != NULL, "%s", error.text);
    /* Nothing of what is in it. */
    cr_assert(strstr(error.text, "0011") == NULL, "%s", error.text);
}

static void drop_directory(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", directory);
    cr_assert_eq(system(command), 0);
}

Test(key_file, refuses_what_others_may_read)
{
    make_directory();
    write_file("key", FIRST, 0640);
    fails("key", LOOM_SEAL_BAD_FILE, "others may read");
    (void)chmod(path_of("key"), 0604);
    fails("key", LOOM_SEAL_BAD_FILE, "others may read");
    (void)chmod(path_of("key"), 0620);
    fails("key", LOOM_SEAL_BAD_FILE, "others may read");
    drop_directory();
}

Test(key_file, refuses_what_is_none)
{
    char text[8192];
    make_directory();
    fails("none", LOOM_SEAL_NOT_FOUND, "No such file");
    cr_assert_eq(mkdir(path_of("folder"), 0700), 0);
    fails("folder", LOOM_SEAL_BAD_FILE, "not a regular file");
    cr_assert_eq(mkfifo(path_of("fifo"), 0600), 0);
    fails("fifo", LOOM_SEAL_BAD_FILE, "not a regular file");
    write_file("empty", "# nothing\n", 0600);
    fails("empty", LOOM_SEAL_BAD_FILE, "no key");
    write_file("short", "00112233", 0600);
    fails("short", LOOM_SEAL_BAD_FILE, "64 hexadecimal digits");
    write_file("wrong", FIRST "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
               0600);
    fails("wrong", LOOM_SEAL_BAD_FILE, "64 hexadecimal digits");
    memset(text, '\n', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    write_file("long", text, 0600);
    fails("long", LOOM_SEAL_BAD_FILE, "too long");
    write_file("many", FIRST FIRST FIRST FIRST FIRST FIRST FIRST FIRST FIRST, 0600);
    fails("many", LOOM_SEAL_BAD_FILE, "too many");
    drop_directory();
}

static unsigned count_files(void)
{
    unsigned count = 0;
    DIR *folder = opendir(directory);
    cr_assert_not_null(folder);
    const struct dirent *entry = readdir(folder);
    for (; entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] == '.' ? 0 : 1;
    }
    (void)closedir(folder);
    return count;
}

Test(key_file, is_made_for_us_alone_and_never_over_another)
{
    struct loom_database_error error = {""};
    struct loom_seal *seal = NULL;
    struct loom_seal *again = NULL;
    struct stat about;
    make_directory();
    (void)umask(0);
    cr_assert_eq(loom_seal_make_file(path_of("key"), &error), LOOM_SEAL_OK, "%s", error.text);
    cr_assert_eq(stat(path_of("key"), &about), 0);
    cr_assert_eq(about.st_mode & 07777, 0600);
    cr_assert_eq(loom_seal_open(path_of("key"), &seal, &error), LOOM_SEAL_OK, "%s", error.text);
    struct sealed sealed = seal_it(seal);
    cr_assert_eq(loom_seal_make_file(path_of("key"), &error), LOOM_SEAL_BAD_FILE);
    cr_assert(strstr(error.text, "File exists") != NULL, "%s", error.text);
    cr_assert_eq(loom_seal_open(path_of("key"), &again, &error), LOOM_SEAL_OK);
    cr_assert_eq(reveal(again, row, &sealed, sizeof sealed.data, NULL), LOOM_SEAL_OK);
    cr_assert_eq(count_files(), 1);
    /* Two of them are two keys. */
    cr_assert_eq(loom_seal_make_file(path_of("other"), &error), LOOM_SEAL_OK);
    loom_seal_close(again);
    cr_assert_eq(loom_seal_open(path_of("other"), &again, &error), LOOM_SEAL_OK);
    cr_assert_eq(reveal(again, row, &sealed, sizeof sealed.data, NULL), LOOM_SEAL_UNKNOWN);
    cr_assert_eq(loom_seal_make_file(path_of("no/key"), &error), LOOM_SEAL_BAD_FILE);
    loom_seal_close(seal);
    loom_seal_close(again);
    drop_directory();
}
