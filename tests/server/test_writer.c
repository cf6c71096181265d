/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: what is told to be durable is, one job's failure is its own, and a database that is
 * gone or silent holds up nobody. */
#define _POSIX_C_SOURCE 200809L
#include "database/migrate.h"
#include "database/writer.h"
#include "database_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANY 3000u

/* How long a test waits for what must come, in milliseconds. */
#define PATIENCE 60000

static const char *const step[] = {
    "CREATE TABLE things (name {text} NOT NULL PRIMARY KEY, number {integer}) {strict}", NULL};
static const struct loom_migration steps[] = {{step}};

static const struct loom_statement add = {"INSERT INTO things (name, number) VALUES ($1, $2)"};
static const struct loom_statement count_things = {"SELECT COUNT(*) FROM things"};
static const struct loom_statement get = {"SELECT number FROM things WHERE name = $1"};

/* ---- jobs ------------------------------------------------------------------------------------ */

/* Once without a mark; then the jobs must be told in the order of their numbers. */
static unsigned told;

struct thing {
    unsigned number;
    char name[16];
    unsigned runs;
    bool overlooks; /* a failure of its own */
    bool is_told;
    enum loom_database_status status;
    struct loom_writer *poster; /* posts `next` when it is told */
    struct thing *next;
    uint64_t next_mark;
    struct loom_database_error error; /* the writer's then */
};

static struct loom_database_value text_of(const char *text)
{
    struct loom_text made = {text, strlen(text)};
    return loom_database_text(made);
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct thing *thing = data;
    struct loom_database_value values[] = {text_of(thing->name),
                                           loom_database_integer(thing->number)};
    thing->runs++;
    enum loom_database_status status = loom_database_run(database, &add, values, 2, NULL, NULL);
    return thing->overlooks ? LOOM_DATABASE_OK : status;
}

static uint64_t post(struct loom_writer *writer, struct thing *thing);

static void done(void *data, enum loom_database_status status)
{
    struct thing *thing = data;
    cr_assert_not(thing->is_told);
    cr_assert_eq(thing->number, told, "job %u is told after %u", thing->number, told);
    told++;
    thing->is_told = true;
    thing->status = status;
    if (thing->poster != NULL) {
        thing->error = loom_writer_error(thing->poster);
    }
    if (thing->poster != NULL && thing->next != NULL) {
        thing->next_mark = post(thing->poster, thing->next);
    }
}

static uint64_t post(struct loom_writer *writer, struct thing *thing)
{
    struct loom_writer_job job = {.run = run, .done = done, .data = thing};
    return loom_writer_post(writer, &job);
}

static struct thing *make_things(unsigned count)
{
    struct thing *things = calloc(count, sizeof *things);
    cr_assert_not_null(things);
    for (unsigned i = 0; i < count; i++) {
        things[i].number = i;
        (void)snprintf(things[i].name, sizeof things[i].name, "t%u", i);
    }
    return things;
}

/* ---- a writer -------------------------------------------------------------------------------- */

/* The connection of the bench stays, to look from outside. */
static struct loom_writer *begin(struct database_bench *bench,
                                 const struct loom_writer_options *options)
{
    cr_assert_eq(loom_database_migrate(bench->database, steps, 1), LOOM_DATABASE_OK, "%s",
                 loom_database_error(bench->database));
    struct loom_writer *writer = loom_writer_create(database_bench_open(bench), options);
    cr_assert_not_null(writer);
    return writer;
}

static void step_once(struct loom_writer *writer)
{
    struct pollfd file = {loom_writer_descriptor(writer), POLLIN, 0};
    cr_assert_eq(poll(&file, 1, PATIENCE), 1, "the writer says nothing");
    loom_writer_step(writer);
}

static void step_until_passed(struct loom_writer *writer, uint64_t mark)
{
    while (loom_writer_passed(writer) < mark) {
        step_once(writer);
    }
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

static int64_t count_of(struct database_bench *bench)
{
    int64_t count = -1;
    cr_assert_eq(loom_database_run(bench->database, &count_things, NULL, 0, take_number, &count),
                 LOOM_DATABASE_OK);
    return count;
}

/* ---- durable --------------------------------------------------------------------------------- */

BOTH(writer, tells_in_order_what_is_durable)
{
    struct loom_writer *writer = begin(bench, NULL);
    struct thing *things = make_things(MANY);
    for (unsigned i = 0; i < MANY; i++) {
        cr_assert_eq(post(writer, &things[i]), i + 1);
    }
    while (loom_writer_passed(writer) < MANY) {
        step_once(writer);
        /* Seen by another connection, so it was committed before it was told. */
        cr_assert_geq(count_of(bench), (int64_t)loom_writer_passed(writer));
        cr_assert_eq(loom_writer_passed(writer), told);
    }
    for (unsigned i = 0; i < MANY; i++) {
        cr_assert_eq(things[i].status, LOOM_DATABASE_OK);
        cr_assert_eq(things[i].runs, 1);
    }
    cr_assert_eq(loom_writer_waiting(writer), 0);
    cr_assert_not(loom_writer_lost(writer));
    loom_writer_end(writer, PATIENCE);
    free(things);
}

BOTH(writer, runs_what_waits_before_it_ends)
{
    struct loom_writer *writer = begin(bench, NULL);
    struct thing *things = make_things(MANY);
    for (unsigned i = 0; i < MANY; i++) {
        things[i].poster = i == 0 ? writer : NULL;
        things[i].next = &things[MANY - 1];
        cr_assert(i == MANY - 1 || post(writer, &things[i]) > 0);
    }
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(told, MANY - 1);
    cr_assert_eq(count_of(bench), MANY - 1);
    cr_assert_eq(things[0].next_mark, 0);
    cr_assert_not(things[MANY - 1].is_told);
    free(things);
}

/* Far more than can be done in no time. */
BOTH(writer, ends_when_its_time_is_over)
{
    struct loom_writer *writer = begin(bench, NULL);
    struct thing *things = make_things(10 * MANY);
    for (unsigned i = 0; i < 10 * MANY; i++) {
        cr_assert_eq(post(writer, &things[i]), i + 1);
    }
    loom_writer_end(writer, 0);
    cr_assert_eq(told, 10 * MANY);
    cr_assert_eq(things[10 * MANY - 1].status, LOOM_DATABASE_LOST);
    int64_t durable = 0;
    for (unsigned i = 0; i < 10 * MANY; i++) {
        durable += things[i].status == LOOM_DATABASE_OK ? 1 : 0;
    }
    cr_assert_geq(count_of(bench), durable);
    free(things);
}

BOTH(writer, lets_done_post_another)
{
    struct loom_writer_options options = {.room = 2};
    struct loom_writer *writer = begin(bench, &options);
    struct thing *things = make_things(3);
    things[0].poster = writer;
    things[0].next = &things[1];
    things[1].poster = writer;
    things[1].next = &things[2];
    cr_assert_eq(post(writer, &things[0]), 1);
    step_until_passed(writer, 3);
    cr_assert_eq(things[1].next_mark, 3);
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(told, 3);
    cr_assert_eq(count_of(bench), 3);
    free(things);
}

/* ---- failures -------------------------------------------------------------------------------- */

BOTH(writer, lets_a_conflict_cost_nobody_else)
{
    struct thing *things = make_things(100);
    struct loom_writer *writer = begin(bench, NULL);
    (void)snprintf(things[50].name, sizeof things[50].name, "t1");
    (void)snprintf(things[60].name, sizeof things[60].name, "t2");
    things[60].overlooks = true;
    for (unsigned i = 0; i < 100; i++) {
        cr_assert_eq(post(writer, &things[i]), i + 1);
    }
    step_until_passed(writer, 100);
    for (unsigned i = 0; i < 100; i++) {
        enum loom_database_status expected = i == 50   ? LOOM_DATABASE_CONFLICT
                                             : i == 60 ? LOOM_DATABASE_ERROR
                                                       : LOOM_DATABASE_OK;
        cr_assert_eq(things[i].status, expected, "job %u", i);
    }
    cr_assert_eq(count_of(bench), 98);
    cr_assert_not(loom_writer_lost(writer));
    cr_assert(loom_writer_error(writer).text[0] != '\0');
    loom_writer_end(writer, PATIENCE);
    free(things);
}

/* What a job did before it found something in the way is taken back. */
static enum loom_database_status run_and_refuse(struct loom_database *database, void *data)
{
    return run(database, data) == LOOM_DATABASE_OK ? LOOM_DATABASE_CONFLICT : LOOM_DATABASE_ERROR;
}

BOTH(writer, takes_back_what_a_job_finds_wrong_itself)
{
    struct loom_writer *writer = begin(bench, NULL);
    struct thing *things = make_things(2);
    struct loom_writer_job job = {.run = run_and_refuse, .done = done, .data = &things[0]};
    cr_assert_eq(loom_writer_post(writer, &job), 1);
    cr_assert_eq(post(writer, &things[1]), 2);
    step_until_passed(writer, 2);
    cr_assert_eq(things[0].status, LOOM_DATABASE_CONFLICT);
    cr_assert_eq(things[1].status, LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench), 1);
    loom_writer_end(writer, PATIENCE);
    free(things);
}

BOTH(writer, refuses_what_has_no_room)
{
    struct loom_writer_options options = {.room = 10};
    struct loom_writer *writer = begin(bench, &options);
    struct thing *things = make_things(11);
    for (unsigned i = 0; i < 10; i++) {
        cr_assert_eq(post(writer, &things[i]), i + 1);
    }
    /* Told or not, they take their room until the loop has heard of them. */
    cr_assert_eq(post(writer, &things[10]), 0);
    step_until_passed(writer, 10);
    cr_assert_eq(post(writer, &things[10]), 11);
    loom_writer_end(writer, PATIENCE);
    cr_assert_eq(told, 11);
    free(things);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct question {
    int64_t number;
    bool is_told;
};

static enum loom_database_status ask(struct loom_database *database, void *data)
{
    struct question *question = data;
    struct loom_database_value name = text_of("t0");
    return loom_database_run(database, &get, &name, 1, take_number, &question->number);
}

static void answer(void *data, enum loom_database_status status)
{
    struct question *question = data;
    cr_assert_eq(status, LOOM_DATABASE_OK);
    question->is_told = true;
}

/* A second one that reads is not held up by the first, and does not hold it up. */
BOTH(writer, reads_beside_one_that_writes)
{
    struct loom_writer_options options = {.reading = true};
    struct loom_writer *reader = begin(bench, &options);
    struct question question = {-1, false};
    struct loom_writer_job job = {.run = ask, .done = answer, .data = &question};
    struct thing *things = make_things(1);
    things[0].number = 0;
    cr_assert_eq(run(bench->database, &things[0]), LOOM_DATABASE_OK);
    cr_assert_eq(loom_database_begin(bench->database), LOOM_DATABASE_OK);
    cr_assert_eq(loom_writer_post(reader, &job), 1);
    step_until_passed(reader, 1);
    loom_database_rollback(bench->database);
    cr_assert_eq(question.number, 0);
    loom_writer_end(reader, PATIENCE);
    free(things);
}

/* ---- a database that goes away --------------------------------------------------------------- */

struct watch {
    unsigned changes;
    bool lost;
};

static void note_change(void *user, bool lost)
{
    struct watch *watch = user;
    watch->changes++;
    watch->lost = lost;
}

static const struct loom_statement terminate_others = {
    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"};
static const struct loom_statement own_process = {"SELECT pg_backend_pid()"};

static void stays_connected(struct database_bench *bench)
{
    struct watch watch = {0, false};
    struct loom_writer_options options = {.changed = note_change, .user = &watch};
    struct loom_writer *writer = begin(bench, &options);
    struct thing *things = make_things(2);
    cr_assert_eq(post(writer, &things[0]), 1);
    step_until_passed(writer, 1);
    cr_assert_eq(loom_database_run(bench->database, &terminate_others, NULL, 0, NULL, NULL),
                 LOOM_DATABASE_OK);
    cr_assert_eq(post(writer, &things[1]), 2);
    step_until_passed(writer, 2);
    cr_assert_eq(things[1].status, LOOM_DATABASE_OK);
    cr_assert_eq(watch.changes, 0);
    cr_assert_eq(count_of(bench), 2);
    loom_writer_end(writer, PATIENCE);
    free(things);
}

Test(writer, loses_nothing_with_a_connection_that_was_idle)
{
    database_bench_run(DATABASE_POSTGRES, stays_connected);
}

/* Ends its own connection in the middle of the transaction. */
static enum loom_database_status run_and_end(struct loom_database *database, void *data)
{
    static const struct loom_statement end = {"SELECT pg_terminate_backend(pg_backend_pid())"};
    enum loom_database_status status = run(database, data);
    return status == LOOM_DATABASE_OK ? loom_database_run(database, &end, NULL, 0, NULL, NULL)
                                      : status;
}

static void connects_again(struct database_bench *bench)
{
    struct watch watch = {0, false};
    struct loom_writer_options options = {.changed = note_change, .user = &watch};
    struct loom_writer *writer = begin(bench, &options);
    struct thing *things = make_things(3);
    cr_assert_eq(post(writer, &things[0]), 1);
    step_until_passed(writer, 1);
    struct loom_writer_job job = {.run = run_and_end, .done = done, .data = &things[1]};
    cr_assert_eq(loom_writer_post(writer, &job), 2);
    step_until_passed(writer, 2);
    cr_assert_eq(things[1].status, LOOM_DATABASE_LOST);
    cr_assert_eq(count_of(bench), 1);
    while (loom_writer_lost(writer) || watch.lost) {
        step_once(writer);
    }
    things[1].number = 2;
    things[1].is_told = false;
    cr_assert_eq(post(writer, &things[1]), 3);
    step_until_passed(writer, 3);
    cr_assert_eq(things[1].status, LOOM_DATABASE_OK);
    cr_assert_eq(count_of(bench), 2);
    loom_writer_end(writer, PATIENCE);
    free(things);
}

Test(writer, connects_again_to_postgres)
{
    database_bench_run(DATABASE_POSTGRES, connects_again);
}

static enum loom_database_status tell_process(struct loom_database *database, void *data)
{
    return loom_database_run(database, &own_process, NULL, 0, take_number, data);
}

static void drop_told(void *data, enum loom_database_status status)
{
    (void)data;
    cr_assert_eq(status, LOOM_DATABASE_OK);
}

/* A server that is there and says nothing: what is posted counts as lost after a while, and the end
 * does not wait for it. */
static void ends_beside_a_silent_server(struct database_bench *bench)
{
    struct loom_writer *writer = begin(bench, NULL);
    struct thing *things = make_things(2);
    int64_t process = 0;
    struct loom_writer_job job = {.run = tell_process, .done = drop_told, .data = &process};
    cr_assert_eq(loom_writer_post(writer, &job), 1);
    step_until_passed(writer, 1);
    cr_assert_eq(kill((pid_t)process, SIGSTOP), 0);
    things[0].poster = writer;
    cr_assert_eq(post(writer, &things[0]), 2);
    cr_assert_eq(post(writer, &things[1]), 3);
    while (!loom_writer_lost(writer)) {
        (void)poll(NULL, 0, 10);
    }
    cr_assert_eq(told, 0);
    loom_writer_end(writer, 0);
    cr_assert_eq(kill((pid_t)process, SIGCONT), 0);
    cr_assert_eq(told, 2);
    cr_assert_eq(things[0].status, LOOM_DATABASE_LOST);
    cr_assert_eq(things[1].status, LOOM_DATABASE_LOST);
    cr_assert_eq(things[1].runs, 0);
    /* It was the end that ended the wait, not the patience of the wait itself. */
    cr_assert(strstr(things[0].error.text, "given up") != NULL, "%s", things[0].error.text);
    free(things);
}

Test(writer, ends_beside_a_silent_server)
{
    database_bench_run(DATABASE_POSTGRES, ends_beside_a_silent_server);
}

static void fails_at_once(struct database_bench *bench)
{
    struct watch watch = {0, false};
    struct loom_writer_options options = {.changed = note_change, .user = &watch};
    struct loom_writer *writer = begin(bench, &options);
    struct thing *things = make_things(MANY);
    char forbid[128];
    const char *name = strrchr(loom_database_name(bench->database), '/') + 1;
    struct loom_database *other = NULL;
    struct loom_database_error error;
    /* Nobody may connect to it any more. */
    cr_assert_eq(loom_database_open(getenv("LOOM_TEST_POSTGRES"), &other, &error),
                 LOOM_DATABASE_OK);
    (void)snprintf(forbid, sizeof forbid, "ALTER DATABASE %s ALLOW_CONNECTIONS false", name);
    cr_assert_eq(loom_database_execute(other, forbid), LOOM_DATABASE_OK, "%s",
                 loom_database_error(other));
    cr_assert_eq(loom_database_run(bench->database, &terminate_others, NULL, 0, NULL, NULL),
                 LOOM_DATABASE_OK);
    unsigned posted = 0;
    while (posted < MANY && post(writer, &things[posted]) != 0) {
        posted++;
    }
    while (!watch.lost) {
        step_once(writer);
    }
    cr_assert_eq(told, posted);
    cr_assert_eq(things[posted - 1].status, LOOM_DATABASE_LOST);
    cr_assert(loom_writer_lost(writer));
    /* Not even taken. */
    cr_assert_eq(post(writer, &things[MANY - 1]), 0);
    loom_writer_end(writer, PATIENCE);
    loom_database_close(other);
    free(things);
}

Test(writer, fails_at_once_while_it_is_gone)
{
    database_bench_run(DATABASE_POSTGRES, fails_at_once);
}
