/* SPDX-License-Identifier: Apache-2.0 */
/* Records in real files, and what may happen to them. */
#define _GNU_SOURCE /* unshare(), seteuid() */

#include "loom/port_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/loom-file-medium-XXXXXX";
static struct loom_file_medium files;
static struct loom_store store;
static unsigned failures; /* told of */

static const char *path_of(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void on_failed(void *user, const char *error)
{
    cr_expect_eq(user, &failures);
    cr_expect_eq(error, files.error);
    cr_expect_eq(strncmp(error, directory, strlen(directory)), 0, "%s", error);
    cr_expect_null(strstr(error, "key"), "contents are told: %s", error);
    failures++;
}

static void open_medium(void)
{
    cr_assert_eq(loom_file_medium_open(&files, directory), LOOM_OK, "%s", files.error);
    files.failed = on_failed;
    files.user = &failures;
    loom_record_store(&store, &files.medium);
}

static void start(void)
{
    cr_assert_not_null(mkdtemp(directory));
    open_medium();
}

static void stop(void)
{
    DIR *list = opendir(directory);
    struct dirent *entry;

    loom_file_medium_close(&files);
    cr_assert_not_null(list);
    while ((entry = readdir(list)) != NULL) {
        (void)remove(path_of(entry->d_name));
    }
    closedir(list);
    cr_assert_eq(rmdir(directory), 0);
}

TestSuite(file_medium, .init = start, .fini = stop, .timeout = 60);

static enum loom_status save(const char *text)
{
    return store.save(store.self, LOOM_RECORD_ACCOUNTS, text, strlen(text));
}

static char loaded[256];
static bool previous;

static enum loom_status load(void)
{
    size_t length = 0;
    enum loom_status status =
        store.load(store.self, LOOM_RECORD_ACCOUNTS, loaded, sizeof loaded - 1, &length, &previous);

    loaded[status == LOOM_OK ? length : 0] = '\0';
    return status;
}

static void expect_record(const char *text, bool is_previous)
{
    cr_expect_eq(load(), LOOM_OK, "%s", files.error);
    cr_expect_str_eq(loaded, text);
    cr_expect_eq(previous, is_previous, "%s", text);
}

static size_t read_file(const char *name, uint8_t *bytes, size_t room)
{
    FILE *file = fopen(path_of(name), "rb");
    size_t length;

    cr_assert_not_null(file);
    length = fread(bytes, 1, room, file);
    fclose(file);
    return length;
}

static void write_file(const char *name, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path_of(name), "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

static bool exists(const char *name)
{
    struct stat status;

    return lstat(path_of(name), &status) == 0;
}

/* The third save: the newest is in accounts.0, the one before in accounts.1. */
static void save_old_and_new(void)
{
    cr_assert_eq(save("oldest key"), LOOM_OK);
    cr_assert_eq(save("old key"), LOOM_OK);
    cr_assert_eq(save("new key"), LOOM_OK);
}

/* ---- what is right --------------------------------------------------------------------------- */

Test(file_medium, gives_back_what_was_saved)
{
    cr_expect_eq(load(), LOOM_NOT_FOUND);
    cr_expect_eq(save("first"), LOOM_OK);
    expect_record("first", false);
    cr_expect_eq(save("the second, longer"), LOOM_OK);
    expect_record("the second, longer", false);
    cr_expect_eq(save(""), LOOM_OK);
    expect_record("", false);
    loom_file_medium_close(&files);
    open_medium();
    expect_record("", false);
    cr_expect_eq(failures, 0u);
    cr_expect_str_eq(files.error, "");
}

/* Keys are in them: nobody else may read them, whatever stood there before. */
Test(file_medium, is_private)
{
    static const char *const names[] = {"accounts.0", "accounts.1", "state.0", "state.1"};
    struct stat state;

    for (size_t i = 0; i < 4; i++) {
        write_file(names[i], (const uint8_t *)"", 0);
        cr_assert_eq(chmod(path_of(names[i]), 0666), 0);
    }
    umask(0);
    save_old_and_new();
    cr_expect_eq(store.save(store.self, LOOM_RECORD_STATE, "1", 1), LOOM_OK);
    cr_expect_eq(store.save(store.self, LOOM_RECORD_STATE, "2", 1), LOOM_OK);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(stat(path_of(names[i]), &state), 0);
        cr_expect_eq(state.st_mode & 07777, 0600, "%s", names[i]);
    }
    cr_expect_not(exists("probe"));
}

/* ---- damage ---------------------------------------------------------------------------------- */

static void expect_damage_seen(const char *name, const char *rest, const uint8_t *bytes,
                               size_t length)
{
    write_file(name, bytes, length);
    cr_expect_eq(load(), LOOM_OK);
    cr_expect_str_eq(loaded, rest);
}

/* Every bit and every length of both files. */
Test(file_medium, sees_every_flipped_bit_and_every_cut)
{
    static const char *const names[] = {"accounts.0", "accounts.1"};
    static const char *const rests[] = {"old key", "new key"};
    uint8_t bytes[256];

    save_old_and_new();
    for (size_t i = 0; i < 2; i++) {
        size_t length = read_file(names[i], bytes, sizeof bytes);

        cr_assert_eq(length, LOOM_SLOT_HEAD_SIZE + 7u);
        for (size_t bit = 0; bit < length * 8; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            expect_damage_seen(names[i], rests[i], bytes, length);
            bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
        for (size_t cut = 0; cut < length; cut++) {
            expect_damage_seen(names[i], rests[i], bytes, cut);
            cr_expect(previous || i == 1, "cut %zu is not told", cut);
        }
        write_file(names[i], bytes, length);
    }
    expect_record("new key", false);
}

/* Empty files are no new device. */
Test(file_medium, tells_damage_from_nothing)
{
    save_old_and_new();
    write_file("accounts.0", (const uint8_t *)"", 0);
    write_file("accounts.1", (const uint8_t *)"", 0);
    cr_expect_eq(load(), LOOM_BAD_REQUEST);
    cr_expect_neq(failures, 0u);
    cr_expect_eq(save("newer key"), LOOM_OK);
    expect_record("newer key", false);
    cr_assert_eq(unlink(path_of("accounts.0")), 0);
    cr_expect_not(exists("accounts.1"), "damage was left behind");
    cr_expect_eq(load(), LOOM_NOT_FOUND);
}

/* A pipe, a link or a folder in the place of a file: neither waited for nor followed. */
Test(file_medium, takes_plain_files_only)
{
    uint8_t bytes[256];
    size_t length;

    save_old_and_new();
    length = read_file("accounts.0", bytes, sizeof bytes);
    write_file("elsewhere", bytes, length);

    cr_assert_eq(unlink(path_of("accounts.0")), 0);
    cr_assert_eq(mkfifo(path_of("accounts.0"), 0600), 0);
    expect_record("old key", true);
    cr_expect_not_null(strstr(files.error, "not a regular file"), "%s", files.error);

    cr_assert_eq(unlink(path_of("accounts.0")), 0);
    cr_assert_eq(symlink("elsewhere", path_of("accounts.0")), 0);
    expect_record("old key", true);
    cr_expect_eq(save("newest key"), LOOM_OK);
    expect_record("newest key", false);
    cr_expect_eq(read_file("elsewhere", bytes, sizeof bytes), length, "a link was followed");

    cr_assert_eq(unlink(path_of("accounts.0")), 0);
    cr_assert_eq(mkdir(path_of("accounts.0"), 0700), 0);
    expect_record("old key", true);
    cr_expect_eq(save("newest key"), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(files.error, "cannot remove"), "%s", files.error);
    expect_record("old key", true);
}

/* A link that waits where the file is about to be made is not written through. */
Test(file_medium, does_not_write_through_a_link)
{
    write_file("precious", (const uint8_t *)"precious", 8);
    save_old_and_new();
    cr_assert_eq(unlink(path_of("accounts.1")), 0);
    cr_assert_eq(symlink("precious", path_of("accounts.1")), 0);
    cr_expect_eq(save("newest key"), LOOM_OK);
    expect_record("newest key", false);
    cr_expect_eq(read_file("precious", (uint8_t *)loaded, sizeof loaded), 8u);
}

/* What appears where a new file is about to be made is not written into. */
Test(file_medium, makes_every_file_anew)
{
    cr_assert_eq(save("old key"), LOOM_OK);
    cr_expect_eq(files.medium.write(files.medium.self, 0, 0, "x", 1), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(files.error, "cannot create"), "%s", files.error);
    cr_expect_eq(files.medium.write(files.medium.self, 0, 1, "x", 1), LOOM_UNAVAILABLE);
    expect_record("old key", false);
}

/* ---- a system that refuses ------------------------------------------------------------------- */

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A disk that is full after any number of bytes, as a limit to the size of files. */
Test(file_medium, keeps_the_old_record_when_the_disk_is_full)
{
    save_old_and_new();
    for (rlim_t room = 1; room < LOOM_SLOT_HEAD_SIZE + 10u; room++) {
        limit_files(room);
        cr_expect_eq(save("newest key"), LOOM_UNAVAILABLE);
        limit_files(0);
        cr_expect_not_null(strstr(files.error, "cannot write"), "%s", files.error);
        expect_record("new key", true);
    }
    cr_expect_eq(save("newest key"), LOOM_OK);
    expect_record("newest key", false);
}

/* Mounts a small disk of memory over the folder, for this process alone.
 * @return false if the system does not let us */
static bool mount_small_disk(void)
{
    uid_t user = geteuid();
    int flags = CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER);

    return unshare(flags) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", directory, "tmpfs", 0, "size=16k,nr_inodes=16,mode=0777") == 0;
}

static void fill_disk(void)
{
    static const uint8_t page[4096];
    int file = open(path_of("filler"), O_WRONLY | O_CREAT, 0600);

    cr_assert_geq(file, 0);
    while (write(file, page, sizeof page) > 0) {
    }
    close(file);
}

/* No new file can be made either. */
static void take_names(void)
{
    char name[16] = "more-0";
    int file;

    for (int i = 0; (file = open(path_of(name), O_WRONLY | O_CREAT, 0600)) >= 0; i++) {
        close(file);
        snprintf(name, sizeof name, "more-%d", i + 1);
    }
    cr_assert_eq(errno, ENOSPC);
}

/* A full disk refuses a save, keeps what there is, and is no reason not to start. */
Test(file_medium, lives_with_a_full_disk)
{
    loom_file_medium_close(&files);
    if (!mount_small_disk()) {
        open_medium();
        stop(); /* nothing is tidied up after a skip */
        cr_skip_test("no disk may be mounted here");
    }
    open_medium();
    save_old_and_new();
    fill_disk();
    cr_assert_eq(unlink(path_of("accounts.1")), 0); /* its page is taken at once */
    fill_disk();
    take_names();
    cr_expect_eq(save("newest key"), LOOM_UNAVAILABLE);
    expect_record("new key", true);
    loom_file_medium_close(&files);
    open_medium();
    expect_record("new key", true);
    cr_assert_eq(unlink(path_of("filler")), 0);
    cr_assert_eq(unlink(path_of("more-0")), 0);
    cr_expect_eq(save("newest key"), LOOM_OK);
    expect_record("newest key", false);
    loom_file_medium_close(&files);
    cr_expect_eq(umount2(directory, MNT_DETACH), 0);
    open_medium();
}

/* Root may do everything, so that nothing would be refused. */
#define NOBODY 65534

static void cease_to_be_root(void)
{
    if (geteuid() == 0) {
        cr_assert_eq(chown(directory, NOBODY, NOBODY), 0);
        cr_assert_eq(seteuid(NOBODY), 0);
    }
}

static void be_oneself_again(void)
{
    cr_assert_eq(seteuid(getuid()), 0);
}

Test(file_medium, refuses_an_unwritable_folder)
{
    cease_to_be_root();
    save_old_and_new();
    cr_assert_eq(chmod(directory, 0500), 0);
    cr_expect_eq(save("newest key"), LOOM_UNAVAILABLE);
    expect_record("new key", false);
    loom_file_medium_close(&files);
    cr_expect_eq(loom_file_medium_open(&files, directory), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(files.error, "cannot create"), "%s", files.error);
    cr_assert_eq(chmod(directory, 0700), 0);
    be_oneself_again();
}

/* A file that may not be read is not taken for one that is not there. */
Test(file_medium, is_not_forgotten_where_it_may_not_be_read)
{
    cease_to_be_root();
    save_old_and_new();
    cr_assert_eq(chmod(path_of("accounts.1"), 0), 0);
    cr_expect_eq(load(), LOOM_UNAVAILABLE);
    cr_expect_eq(save("newest key"), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(files.error, "cannot open"), "%s", files.error);
    be_oneself_again();
}

Test(file_medium, says_what_is_wrong_with_a_folder)
{
    struct loom_file_medium other;

    cr_expect_eq(loom_file_medium_open(&other, "/nonexistent/folder"), LOOM_NOT_FOUND);
    cr_expect_str_eq(other.error, "/nonexistent/folder: the directory does not exist");
    loom_file_medium_close(&other);
    cr_assert_eq(save("x"), LOOM_OK);
    cr_expect_eq(loom_file_medium_open(&other, path_of("accounts.0")), LOOM_UNAVAILABLE);
    cr_expect_not_null(strstr(other.error, "accounts.0: cannot open"), "%s", other.error);
    loom_file_medium_close(&other);
    expect_record("x", false);
}

/* ---- one at a time --------------------------------------------------------------------------- */

Test(file_medium, is_used_by_one_at_a_time)
{
    struct loom_file_medium other;

    cr_expect_eq(loom_file_medium_open(&other, directory), LOOM_CONFLICT);
    cr_expect_not_null(strstr(other.error, "another program uses this directory"), "%s",
                       other.error);
    loom_file_medium_close(&other);
    cr_expect_eq(save("still mine"), LOOM_OK);
    loom_file_medium_close(&files);
    cr_expect_eq(loom_file_medium_open(&other, directory), LOOM_OK, "%s", other.error);
    loom_file_medium_close(&other);
    open_medium();
}

/* A program that was killed leaves no lock behind. */
Test(file_medium, is_given_up_by_the_dead)
{
    pid_t child;
    int status;

    loom_file_medium_close(&files);
    child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        if (loom_file_medium_open(&files, directory) == LOOM_OK) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status));
    open_medium();
}
