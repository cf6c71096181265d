/* SPDX-License-Identifier: Apache-2.0 */
/* The seam of the database: the same statements, failures and transactions on both kinds. */
#define _POSIX_C_SOURCE 200809L
#include "database/migrate.h"
#include "database_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const first_step[] = {
    "CREATE TABLE things (name {text} NOT NULL PRIMARY KEY, number {integer}, real {real},"
    " bytes {bytes}) {strict}",
    "CREATE TABLE parts (id {number}, name {text} NOT NULL REFERENCES things (name)) {strict}",
    NULL};
static const char *const second_step[] = {"ALTER TABLE parts ADD COLUMN size {integer}",
                                          "INSERT INTO things (name, number) VALUES ('seed', 1)",
                                          NULL};
static const char *const bad_step[] = {"CREATE TABLE half (id {integer}) {strict}",
                                       "CREATE TABLE things (id {integer}) {strict}", NULL};
static const struct loom_migration steps[] = {{first_step}, {second_step}};
static const struct loom_migration bad_steps[] = {{first_step}, {second_step}, {bad_step}};

/* Parameters out of their order on purpose: to SQLite they are names. */
static const struct loom_statement add = {
    "INSERT INTO things (bytes, real, number, name) VALUES ($4, $3, $2, $1)"};
static const struct loom_statement put = {
    "INSERT INTO things (name, number) VALUES ($1, $2)"
    " ON CONFLICT (name) DO UPDATE SET number = excluded.number"};
static const struct loom_statement get = {
    "SELECT name, number, real, bytes FROM things WHERE name = $1"};
static const struct loom_statement all = {"SELECT name FROM things ORDER BY name"};
static const struct loom_statement count_things = {"SELECT COUNT(*) FROM things"};
static const struct loom_statement add_part = {
    "INSERT INTO parts (name, size) VALUES ($1, $2) RETURNING id"};
static const struct loom_statement rename_all = {"UPDATE things SET number = $1"};
static const struct loom_statement nonsense = {"SELECT 1 FROM nowhere"};

static struct loom_text text_of(const char *text)
{
    struct loom_text made = {text, strlen(text)};
    return made;
}

static void migrate(struct database_bench *bench)
{
    cr_assert_eq(loom_database_migrate(bench->database, steps, 2), LOOM_DATABASE_OK, "%s",
                 loom_database_error(bench->database));
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

static int64_t count_of(struct loom_database *database)
{
    int64_t count = -1;
    cr_assert_eq(loom_database_run(database, &count_things, NULL, 0, take_number, &count),
                 LOOM_DATABASE_OK, "%s", loom_database_error(database));
    return count;
}

static enum loom_database_status put_thing(struct loom_database *database, const char *name,
                                           int64_t number)
{
    struct loom_database_value values[] = {loom_database_text(text_of(name)),
                                           loom_database_integer(number)};
    return loom_database_run(database, &put, values, 2, NULL, NULL);
}

static enum loom_database_status add_thing(struct loom_database *database, const char *name)
{
    struct loom_database_value values[] = {loom_database_text(text_of(name)),
                                           loom_database_integer(1), loom_database_null(),
                                           loom_database_null()};
    return loom_database_run(database, &add, values, 4, NULL, NULL);
}

/* ---- values ---------------------------------------------------------------------------------- */

struct seen {
    char name[64];
    struct loom_database_value number;
    struct loom_database_value real;
    enum loom_database_type bytes_type;
    uint8_t bytes[16];
    size_t length;
    size_t rows;
};

static bool see(void *user, const struct loom_database_value *columns, size_t count)
{
    struct seen *seen = user;
    struct loom_text name = loom_database_as_text(&columns[0]);
    struct loom_bytes bytes = loom_database_as_bytes(&columns[3]);
    cr_assert_eq(count, 4);
    (void)snprintf(seen->name, sizeof seen->name, "%.*s", (int)name.length, name.data);
    seen->number = columns[1];
    seen->real = columns[2];
    seen->bytes_type = columns[3].type;
    seen->length = bytes.length;
    if (bytes.length > 0) {
        memcpy(seen->bytes, bytes.data, bytes.length);
    }
    seen->rows++;
    return true;
}

static struct seen find(struct loom_database *database, const char *name)
{
    struct seen seen = {.rows = 0};
    struct loom_database_value value = loom_database_text(text_of(name));
    cr_assert_eq(loom_database_run(database, &get, &value, 1, see, &seen), LOOM_DATABASE_OK, "%s",
                 loom_database_error(database));
    return seen;
}

BOTH(database, values_come_back_as_they_were)
{
    static const uint8_t bytes[] = {0, 1, 0xFF, '\\', '\''};
    struct loom_database *database = bench->database;
    migrate(bench);
    struct loom_database_value values[] = {
        loom_database_text(text_of("gr\xC3\xBC\xC3\x9F' \"x\"")), loom_database_integer(INT64_MIN),
        loom_database_real(-1.0 / 3.0),
        loom_database_bytes((struct loom_bytes){bytes, sizeof bytes})};
    cr_assert_eq(loom_database_run(database, &add, values, 4, NULL, NULL), LOOM_DATABASE_OK, "%s",
                 loom_database_error(database));
    cr_assert_eq(loom_database_changes(database), 1);
    struct seen seen = find(database, "gr\xC3\xBC\xC3\x9F' \"x\"");
    cr_assert_eq(seen.rows, 1);
    cr_assert_str_eq(seen.name, "gr\xC3\xBC\xC3\x9F' \"x\"");
    cr_assert_eq(loom_database_as_integer(&seen.number), INT64_MIN);
    cr_assert_eq(loom_database_as_real(&seen.real), -1.0 / 3.0);
    cr_assert_eq(seen.length, sizeof bytes);
    cr_assert_arr_eq(seen.bytes, bytes, sizeof bytes);
}

/* An empty text and empty bytes are there; NULL is not. */
BOTH(database, what_is_empty_is_not_null)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    struct loom_database_value values[] = {loom_database_text((struct loom_text){NULL, 0}),
                                           loom_database_null(), loom_database_null(),
                                           loom_database_bytes((struct loom_bytes){NULL, 0})};
    cr_assert_eq(loom_database_run(database, &add, values, 4, NULL, NULL), LOOM_DATABASE_OK, "%s",
                 loom_database_error(database));
    struct seen seen = find(database, "");
    cr_assert_eq(seen.rows, 1);
    cr_assert_eq(seen.number.type, LOOM_DATABASE_NULL);
    cr_assert_eq(seen.real.type, LOOM_DATABASE_NULL);
    cr_assert_eq(seen.bytes_type, LOOM_DATABASE_BYTES);
    cr_assert_eq(seen.length, 0);
}

BOTH(database, refuses_text_that_is_none)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    struct loom_database_value with_nul = loom_database_text((struct loom_text){"a\0b", 3});
    struct loom_database_value with_bytes = loom_database_text((struct loom_text){"\xC3(", 2});
    cr_assert_eq(loom_database_run(database, &get, &with_nul, 1, NULL, NULL), LOOM_DATABASE_ERROR);
    cr_assert_eq(loom_database_run(database, &get, &with_bytes, 1, NULL, NULL),
                 LOOM_DATABASE_ERROR);
    cr_assert_eq(find(database, "seed").rows, 1);
}

/* ---- statements ------------------------------------------------------------------------------ */

struct names {
    char all[256];
    size_t wanted;
};

static bool take_name(void *user, const struct loom_database_value *columns, size_t count)
{
    struct names *names = user;
    struct loom_text name = loom_database_as_text(&columns[0]);
    (void)count;
    (void)strncat(names->all, name.data, name.length);
    return --names->wanted > 0;
}

BOTH(database, shows_rows_until_no_more_are_wanted)
{
    struct names names = {"", 2};
    migrate(bench);
    cr_assert_eq(add_thing(bench->database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(bench->database, "b"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_run(bench->database, &all, NULL, 0, take_name, &names),
                 LOOM_DATABASE_OK);
    cr_assert_str_eq(names.all, "ab");
    cr_assert_eq(count_of(bench->database), 3);
}

BOTH(database, says_how_many_rows_were_met)
{
    struct loom_database_value value = loom_database_integer(7);
    int64_t id = 0;
    migrate(bench);
    cr_assert_eq(add_thing(bench->database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_run(bench->database, &rename_all, &value, 1, NULL, NULL),
                 LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_changes(bench->database), 2);
    cr_assert_eq(count_of(bench->database), 2);
    cr_assert_eq(loom_database_changes(bench->database), 0);
    struct loom_database_value part[] = {loom_database_text(text_of("a")), loom_database_null()};
    cr_assert_eq(loom_database_run(bench->database, &add_part, part, 2, take_number, &id),
                 LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_changes(bench->database), 1);
    cr_assert_eq(id, 1);
}

BOTH(database, takes_what_is_there_already_as_a_conflict)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_CONFLICT);
    cr_assert_eq(put_thing(database, "a", 5), LOOM_DATABASE_OK);
    struct seen seen = find(database, "a");
    cr_assert_eq(loom_database_as_integer(&seen.number), 5);
    /* What it refers to is not there. */
    struct loom_database_value part[] = {loom_database_text(text_of("none")), loom_database_null()};
    cr_assert_eq(loom_database_run(database, &add_part, part, 2, NULL, NULL),
                 LOOM_DATABASE_CONFLICT);
}

BOTH(database, says_in_one_line_what_is_wrong)
{
    struct loom_database *database = bench->database;
    struct loom_database_value value = loom_database_integer(1);
    migrate(bench);
    cr_assert_eq(loom_database_run(database, &nonsense, NULL, 0, NULL, NULL), LOOM_DATABASE_ERROR);
    cr_assert(strstr(loom_database_error(database), loom_database_name(database)) != NULL, "%s",
              loom_database_error(database));
    cr_assert(strstr(loom_database_error(database), "nowhere") != NULL, "%s",
              loom_database_error(database));
    cr_assert(strchr(loom_database_error(database), '\n') == NULL);
    /* Too many parameters, and too few. */
    cr_assert_eq(loom_database_run(database, &all, &value, 1, NULL, NULL), LOOM_DATABASE_ERROR);
    cr_assert_eq(loom_database_run(database, &get, NULL, 0, NULL, NULL), LOOM_DATABASE_ERROR);
    cr_assert_eq(count_of(database), 1);
}

static bool use_it(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)columns;
    (void)count;
    cr_assert_eq(loom_database_run(user, &count_things, NULL, 0, NULL, NULL), LOOM_DATABASE_ERROR);
    return true;
}

BOTH(database, is_not_used_while_it_shows_a_row)
{
    migrate(bench);
    cr_assert_eq(loom_database_run(bench->database, &all, NULL, 0, use_it, bench->database),
                 LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench->database), 1);
}

/* ---- transactions ---------------------------------------------------------------------------- */

BOTH(database, commits_all_or_nothing)
{
    struct loom_database *other = database_bench_open(bench);
    migrate(bench);
    cr_assert_eq(loom_database_begin(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(bench->database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(other), 1);
    loom_database_rollback(bench->database);
    cr_assert_eq(count_of(bench->database), 1);
    cr_assert_eq(loom_database_begin(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(bench->database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_commit(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(other), 2);
    loom_database_close(other);
}

/* PostgreSQL has it so; SQLite would go on. */
BOTH(database, goes_on_after_a_failure_only_with_a_rollback)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    cr_assert_eq(loom_database_begin(database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "seed"), LOOM_DATABASE_CONFLICT);
    cr_assert_eq(add_thing(database, "b"), LOOM_DATABASE_ERROR);
    cr_assert_neq(loom_database_commit(database), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(database), 1);
    cr_assert_eq(add_thing(database, "b"), LOOM_DATABASE_OK);
}

BOTH(database, takes_a_part_back)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    cr_assert_eq(loom_database_begin(database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_savepoint(database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_release(database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_savepoint(database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "b"), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "seed"), LOOM_DATABASE_CONFLICT);
    cr_assert_eq(loom_database_rewind(database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "c"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_commit(database), LOOM_DATABASE_OK);
    cr_assert_eq(find(database, "a").rows, 1);
    cr_assert_eq(find(database, "b").rows, 0);
    cr_assert_eq(find(database, "c").rows, 1);
}

BOTH(database, reads_one_state_in_a_reading_transaction)
{
    struct loom_database *other = database_bench_open(bench);
    migrate(bench);
    cr_assert_eq(loom_database_begin_reading(other), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(other), 1);
    cr_assert_eq(add_thing(bench->database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(other), 1);
    cr_assert_eq(loom_database_commit(other), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(other), 2);
    loom_database_close(other);
}

/* PostgreSQL waits for the row, SQLite for the file; neither waits for ever, nor fails for good. */
BOTH(database, may_be_tried_again_when_another_is_in_the_way)
{
    struct loom_database *other = database_bench_open(bench);
    migrate(bench);
    cr_assert_eq(loom_database_begin(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(put_thing(bench->database, "seed", 2), LOOM_DATABASE_OK);
    enum loom_database_status status = loom_database_begin(other);
    if (status == LOOM_DATABASE_OK) {
        status = put_thing(other, "seed", 3);
    }
    cr_assert_eq(status, LOOM_DATABASE_AGAIN, "%s", loom_database_error(other));
    loom_database_rollback(other);
    cr_assert_eq(loom_database_commit(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_begin(other), LOOM_DATABASE_OK);
    cr_assert_eq(put_thing(other, "seed", 3), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_commit(other), LOOM_DATABASE_OK);
    loom_database_close(other);
}

/* What was not committed is gone with the connection, and a new one finds its statements again. */
BOTH(database, connects_again)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    cr_assert_eq(loom_database_begin(database), LOOM_DATABASE_OK);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_reopen(database), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(database), 1);
    cr_assert_eq(add_thing(database, "a"), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(database), 2);
}

/* ---- migrations ------------------------------------------------------------------------------ */

BOTH(migrate, does_each_step_once)
{
    cr_assert_eq(loom_database_migrate(bench->database, steps, 1), LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench->database), 0);
    migrate(bench);
    migrate(bench);
    cr_assert_eq(count_of(bench->database), 1);
}

BOTH(migrate, takes_a_step_back_that_fails)
{
    struct loom_database *database = bench->database;
    cr_assert_eq(loom_database_migrate(database, bad_steps, 3), LOOM_DATABASE_ERROR);
    cr_assert(strstr(loom_database_error(database), "things") != NULL);
    cr_assert_neq(loom_database_execute(database, "SELECT * FROM half"), LOOM_DATABASE_OK);
    /* The steps before it were done. */
    cr_assert_eq(count_of(database), 1);
    migrate(bench);
}

BOTH(migrate, refuses_a_database_that_is_newer)
{
    struct loom_database *database = bench->database;
    migrate(bench);
    cr_assert_eq(loom_database_migrate(database, steps, 1), LOOM_DATABASE_ERROR);
    cr_assert(strstr(loom_database_error(database), "version 2, and this program knows 1") != NULL);
    cr_assert_eq(count_of(database), 1);
}

static void *migrate_too(void *user)
{
    const struct database_bench *bench = user;
    struct loom_database *database = NULL;
    struct loom_database_error error;
    static const char done[] = "done";
    if (loom_database_open(bench->uri, &database, &error) != LOOM_DATABASE_OK) {
        return NULL;
    }
    bool good = loom_database_migrate(database, steps, 2) == LOOM_DATABASE_OK;
    if (!good) {
        (void)fprintf(stderr, "%s\n", loom_database_error(database));
    }
    loom_database_close(database);
    return good ? (void *)(uintptr_t)done : NULL;
}

BOTH(migrate, lets_several_nodes_begin_at_once)
{
    pthread_t nodes[8];
    for (size_t i = 0; i < 8; i++) {
        cr_assert_eq(pthread_create(&nodes[i], NULL, migrate_too, bench), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        void *result = NULL;
        cr_assert_eq(pthread_join(nodes[i], &result), 0);
        cr_assert_not_null(result);
    }
    cr_assert_eq(count_of(bench->database), 1);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void fails_to_open(const char *uri, const char *what)
{
    struct loom_database *database = NULL;
    struct loom_database_error error = {""};
    cr_assert_neq(loom_database_open(uri, &database, &error), LOOM_DATABASE_OK);
    cr_assert_null(database);
    cr_assert(strstr(error.text, what) != NULL, "%s", error.text);
    cr_assert(strstr(error.text, "secret") == NULL, "%s", error.text);
    cr_assert(strchr(error.text, '\n') == NULL);
}

Test(open, says_where_and_why_it_cannot)
{
    fails_to_open("mysql://root:secret@host/x", "sqlite:FILE or postgresql://HOST/NAME");
    fails_to_open("sqlite:", "no file");
    fails_to_open("sqlite:/nowhere/at/all", "/nowhere/at/all: No such file or directory");
    fails_to_open("sqlite:/tmp", "/tmp: Is a directory");
    fails_to_open("postgresql://user:secret%ZZ@host/x", "not a valid URI");
    fails_to_open("postgresql://user:secret@/loom?host=/nowhere", "/nowhere");
    fails_to_open("postgresql://user:secret@/loom?host=/nowhere", "postgresql:///nowhere/loom: ");
}

Test(open, refuses_a_file_that_is_no_database)
{
    char path[] = "/tmp/loom-test-XXXXXX";
    char uri[64];
    int file = mkstemp(path);
    cr_assert(file >= 0);
    cr_assert_eq(write(file, "this is some text, and it is longer than a head", 47), 47);
    (void)close(file);
    (void)snprintf(uri, sizeof uri, "sqlite:%s", path);
    fails_to_open(uri, "file is not a database");
    (void)unlink(path);
}

/* @return whether another process sees the lock of somebody who reads. Its place in the file is
 * that of SQLite's format: behind the two bytes at 2^30. */
static bool is_locked(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        struct flock lock = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510};
        int file = open(path, O_RDWR);
        _exit(file >= 0 && fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 0 : 1);
    }
    int status = 1;
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status == 0;
}

/* Whoever removes the last lock on a database may remove its log, with what was committed. */
static void connections_keep_their_locks(struct database_bench *bench)
{
    struct loom_database *other = NULL;
    struct loom_database_error error;
    migrate(bench);
    cr_assert(is_locked(bench->uri + strlen("sqlite:")));
    cr_assert_eq(loom_database_open_existing(bench->uri, &other, &error), LOOM_DATABASE_OK);
    cr_assert(is_locked(bench->uri + strlen("sqlite:")));
    loom_database_close(other);
    cr_assert(is_locked(bench->uri + strlen("sqlite:")));
    other = database_bench_open(bench);
    loom_database_close(other);
    cr_assert(is_locked(bench->uri + strlen("sqlite:")));
}

Test(database, connections_to_a_file_keep_their_locks)
{
    database_bench_run(DATABASE_SQLITE, connections_keep_their_locks);
}

static void nobody_else_reads(struct database_bench *bench)
{
    static const char *const names[] = {"store", "store-wal", "store-shm"};
    migrate(bench);
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        struct stat about;
        (void)snprintf(path, sizeof path, "%s/%s", bench->directory, names[i]);
        cr_assert_eq(stat(path, &about), 0, "%s", path);
        cr_assert_eq(about.st_mode & 0777, 0600, "%s", path);
    }
}

Test(open, keeps_the_file_from_others)
{
    (void)umask(0);
    database_bench_run(DATABASE_SQLITE, nobody_else_reads);
}
