/* SPDX-License-Identifier: Apache-2.0 */
/* A backup while the database is written to, and what happens on a disk without room, or with
 * errors. */
#define _XOPEN_SOURCE 700
#include "database/writer.h"
#include "database_bench.h"
#include "store/schema.h"
#include "store/stored_registration.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANY     2000u
#define PATIENCE 60000

/* ---- registrations by number ----------------------------------------------------------------- */

struct device {
    unsigned number;
    enum loom_database_status status;
};

static enum loom_database_status store(struct loom_database *database, void *data)
{
    const struct device *device = data;
    char endpoint[32];
    char location[16];
    static const char links[512] = "</1/0>";
    (void)snprintf(endpoint, sizeof endpoint, "urn:dev:os:%06u", device->number);
    (void)snprintf(location, sizeof location, "l%09u", device->number);
    struct loom_stored_registration registration = {.endpoint = {endpoint, strlen(endpoint)},
                                                    .location = {location, strlen(location)},
                                                    .binding = {"U", 1},
                                                    .links = {links, 6}};
    return loom_stored_registration_replace(database, &registration);
}

static void note(void *data, enum loom_database_status status)
{
    ((struct device *)data)->status = status;
}

static uint64_t post(struct loom_writer *writer, struct device *device)
{
    struct loom_writer_job job = {.run = store, .done = note, .data = device};
    return loom_writer_post(writer, &job);
}

static void step_until_passed(struct loom_writer *writer, uint64_t mark)
{
    while (loom_writer_passed(writer) < mark) {
        struct pollfd file = {loom_writer_descriptor(writer), POLLIN, 0};
        cr_assert_eq(poll(&file, 1, PATIENCE), 1);
        loom_writer_step(writer);
    }
}

static int64_t count_of(struct loom_database *database)
{
    int64_t count = -1;
    cr_assert_eq(loom_stored_registration_count(database, (struct loom_text){NULL, 0}, &count),
                 LOOM_DATABASE_OK, "%s", loom_database_error(database));
    return count;
}

/* ---- backup ---------------------------------------------------------------------------------- */

static unsigned count_files(const char *directory, const char *prefix)
{
    unsigned count = 0;
    DIR *folder = opendir(directory);
    cr_assert_not_null(folder);
    const struct dirent *entry = readdir(folder);
    for (; entry != NULL; entry = readdir(folder)) {
        count += strncmp(entry->d_name, prefix, strlen(prefix)) == 0 ? 1 : 0;
    }
    (void)closedir(folder);
    return count;
}

static void backs_up(struct database_bench *bench)
{
    char path[256];
    char uri[280];
    struct device devices[MANY];
    struct stat about;
    (void)umask(0);
    cr_assert_eq(loom_store_migrate(bench->database), LOOM_DATABASE_OK);
    struct loom_writer *writer = loom_writer_create(database_bench_open(bench), NULL);
    for (unsigned i = 0; i < MANY; i++) {
        devices[i].number = i;
        cr_assert_eq(post(writer, &devices[i]), i + 1);
        if (i == MANY / 2) {
            step_until_passed(writer, 100);
        }
    }
    int64_t durable = (int64_t)loom_writer_passed(writer);
    (void)snprintf(path, sizeof path, "%s/copy", bench->directory);
    cr_assert_eq(loom_database_backup(bench->database, path), LOOM_DATABASE_OK, "%s",
                 loom_database_error(bench->database));
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(count_of(bench->database), MANY);
    /* One file, for us alone. */
    cr_assert_eq(count_files(bench->directory, "copy"), 1);
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq(about.st_mode & 07777, 0600);
    cr_assert_eq(loom_database_backup(bench->database, path), LOOM_DATABASE_ERROR);
    cr_assert(strstr(loom_database_error(bench->database), "File exists") != NULL, "%s",
              loom_database_error(bench->database));
    cr_assert_eq(count_files(bench->directory, "copy"), 1);
    /* Of a kind that needs no log beside it, so that it can be read where nothing can be written.
     */
    char head[20] = "";
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    cr_assert_eq(fread(head, 1, sizeof head, file), sizeof head);
    (void)fclose(file);
    cr_assert_eq(head[18], 1);
    /* Restored, it has all that was durable, and is a database like any other. */
    struct loom_database *restored = NULL;
    struct loom_database_error error = {""};
    (void)snprintf(uri, sizeof uri, "sqlite:%s", path);
    cr_assert_eq(loom_store_open(uri, &restored, &error), LOOM_DATABASE_OK, "%s", error.text);
    cr_assert_geq(count_of(restored), durable);
    cr_assert_eq(store(restored, &devices[MANY - 1]), LOOM_DATABASE_OK);
    loom_database_close(restored);
}

Test(backup, is_made_while_others_write)
{
    database_bench_run(DATABASE_SQLITE, backs_up);
}

static void has_pg_dump(struct database_bench *bench)
{
    cr_assert_eq(loom_database_backup(bench->database, "/tmp/x"), LOOM_DATABASE_ERROR);
    cr_assert(strstr(loom_database_error(bench->database), "pg_dump") != NULL);
}

Test(backup, of_postgres_is_made_by_pg_dump)
{
    database_bench_run(DATABASE_POSTGRES, has_pg_dump);
}

/* ---- a full disk ----------------------------------------------------------------------------- */

/* No file may grow any more, as on a full disk, but that this needs no disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void fills_up(struct database_bench *bench)
{
    struct device *devices = calloc(10 * MANY, sizeof *devices);
    unsigned posted = 0;
    unsigned durable = 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(loom_store_migrate(bench->database), LOOM_DATABASE_OK);
    struct loom_writer *writer = loom_writer_create(database_bench_open(bench), NULL);
    limit_files(512 * 1024);
    do {
        cr_assert_lt(posted, 10 * MANY, "the disk is never full");
        devices[posted].number = posted;
        posted++;
        step_until_passed(writer, post(writer, &devices[posted - 1]));
    } while (devices[posted - 1].status == LOOM_DATABASE_OK);
    cr_assert_eq(devices[posted - 1].status, LOOM_DATABASE_FULL, "%s",
                 loom_writer_error(writer).text);
    /* It is no reason to take the database for gone, and it is full for all. */
    cr_assert_not(loom_writer_lost(writer));
    for (unsigned i = 0; i < 10; i++) {
        devices[posted].number = posted;
        posted++;
        step_until_passed(writer, post(writer, &devices[posted - 1]));
        cr_assert_neq(devices[posted - 1].status, LOOM_DATABASE_LOST);
        cr_assert_neq(devices[posted - 1].status, LOOM_DATABASE_ERROR);
    }
    for (unsigned i = 0; i < posted; i++) {
        durable += devices[i].status == LOOM_DATABASE_OK ? 1 : 0;
    }
    cr_assert_eq(count_of(bench->database), (int64_t)durable);
    /* And there is room again. */
    limit_files(RLIM_INFINITY);
    devices[posted].number = posted;
    step_until_passed(writer, post(writer, &devices[posted]));
    cr_assert_eq(devices[posted].status, LOOM_DATABASE_OK);
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(loom_database_reopen(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench->database), (int64_t)durable + 1);
    free(devices);
}

Test(full_disk, costs_nothing_that_was_acknowledged)
{
    database_bench_run(DATABASE_SQLITE, fills_up);
}

/* ---- a disk with errors ---------------------------------------------------------------------- */

/* What a write comes to, 0: as usual. SQLite lets its calls of the system be replaced. */
static volatile int write_error;
static ssize_t (*real_write)(int file, const void *data, size_t size, off_t offset);

static ssize_t write_or_fail(int file, const void *data, size_t size, off_t offset)
{
    if (write_error != 0) {
        errno = write_error;
        return -1;
    }
    return real_write(file, data, size, offset);
}

static void replace_write(const char *name)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr found = vfs->xGetSystemCall(vfs, name);
    sqlite3_syscall_ptr own;
    ssize_t (*const function)(int, const void *, size_t, off_t) = write_or_fail;
    if (found != NULL) {
        memcpy(&real_write, &found, sizeof real_write);
        memcpy(&own, &function, sizeof own);
        cr_assert_eq(vfs->xSetSystemCall(vfs, name, own), SQLITE_OK);
    }
}

/* Stores one device after the other. @return what came of the last one */
static enum loom_database_status store_next(struct loom_writer *writer, struct device *device)
{
    uint64_t mark = post(writer, device);
    if (mark == 0) {
        return LOOM_DATABASE_LOST;
    }
    step_until_passed(writer, mark);
    return device->status;
}

static void takes(struct database_bench *bench, int error, enum loom_database_status expected)
{
    struct device devices[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    replace_write("pwrite");
    replace_write("pwrite64");
    cr_assert_eq(loom_store_migrate(bench->database), LOOM_DATABASE_OK);
    struct loom_writer *writer = loom_writer_create(database_bench_open(bench), NULL);
    cr_assert_eq(store_next(writer, &devices[0]), LOOM_DATABASE_OK);
    write_error = error;
    cr_assert_eq(store_next(writer, &devices[1]), expected, "%s", loom_writer_error(writer).text);
    cr_assert(strstr(loom_writer_error(writer).text, "store: ") != NULL);
    write_error = 0;
    while (loom_writer_lost(writer)) {
        struct pollfd file = {loom_writer_descriptor(writer), POLLIN, 0};
        (void)poll(&file, 1, 10);
        loom_writer_step(writer);
    }
    cr_assert_eq(store_next(writer, &devices[2]), LOOM_DATABASE_OK, "%s",
                 loom_writer_error(writer).text);
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(loom_database_reopen(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench->database), 2);
}

static void takes_an_error(struct database_bench *bench)
{
    takes(bench, EIO, LOOM_DATABASE_LOST);
}

/* Only a new connection finds out what is on the disk. */
Test(disk, is_opened_again_after_an_error)
{
    database_bench_run(DATABASE_SQLITE, takes_an_error);
}

static void takes_a_full_disk(struct database_bench *bench)
{
    takes(bench, ENOSPC, LOOM_DATABASE_FULL);
}

Test(disk, is_full)
{
    database_bench_run(DATABASE_SQLITE, takes_a_full_disk);
}

static void takes_a_quota(struct database_bench *bench)
{
    takes(bench, EDQUOT, LOOM_DATABASE_FULL);
}

Test(disk, is_full_at_the_quota)
{
    database_bench_run(DATABASE_SQLITE, takes_a_quota);
}
