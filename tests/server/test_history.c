/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of events from a database: what they have, and that they cost the same however many events
 * there are. */
#include "database_bench.h"
#include "sqlite_steps.h"
#include "service/history.h"
#include "store/schema.h"
#include "store/stored_command.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }

static void good(struct loom_database *database, enum loom_database_status status)
{
    cr_assert_eq(status, LOOM_DATABASE_OK, "%s", loom_database_error(database));
}

/* ---- what a page has ------------------------------------------------------------------------- */

static void add(struct loom_database *database, int64_t number, const char *kind,
                const char *endpoint)
{
    const struct loom_stored_event event = {.number = number,
                                            .time = number,
                                            .kind = {kind, strlen(kind)},
                                            .endpoint = {endpoint, strlen(endpoint)},
                                            .document = TEXT("{}")};
    good(database, loom_stored_event_add(database, &event));
}

static const char *numbers(const struct loom_history_page *page)
{
    static char text[256];
    text[0] = '\0';
    for (size_t i = 0; i < page->count; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d%s ",
                       (int)page->events[i]->id, page->events[i]->kind);
    }
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%d %s", (int)page->reached,
                   page->more ? "more" : "all");
    return text;
}

BOTH(history, pages_end_where_the_next_begins)
{
    struct loom_history_filter all = {{NULL, 0}, {NULL, 0}};
    struct loom_history_filter some = {TEXT("a"), TEXT("x,y")};
    struct loom_history_page page = {0};
    good(bench->database, loom_store_migrate(bench->database));
    for (int64_t number = 1; number <= 6; number++) {
        add(bench->database, number,
            number % 3 == 0   ? "z"
            : number % 2 == 0 ? "x"
                              : "y",
            number < 5 ? "a" : "b");
    }
    good(bench->database, loom_history_before(bench->database, &all, 0, 2, &page));
    cr_expect_str_eq(numbers(&page), "6z 5y 5 more");
    good(bench->database, loom_history_before(bench->database, &all, 5, 4, &page));
    cr_expect_str_eq(numbers(&page), "4x 3z 2x 1y 1 all");
    good(bench->database, loom_history_before(bench->database, &some, 0, 9, &page));
    cr_expect_str_eq(numbers(&page), "4x 2x 1y 1 all");
    good(bench->database, loom_history_after(bench->database, &all, 4, 9, &page));
    cr_expect_str_eq(numbers(&page), "5y 6z 6 all");
    good(bench->database, loom_history_after(bench->database, &some, 1, 1, &page));
    cr_expect_str_eq(numbers(&page), "2x 2 more");
    good(bench->database, loom_history_after(bench->database, &some, 9, 1, &page));
    cr_expect_str_eq(numbers(&page), "9 all");
    loom_history_page_end(&page);
}

/* A word is one of the list, or is not; a part of one is none. */
Test(history, kinds_are_words)
{
    const struct loom_timeline_event event = {.kind = "read", .endpoint = "e", .json = "{}"};
    static const struct {
        struct loom_text kinds;
        bool wanted;
    } cases[] = {{TEXT(""), true},           {TEXT("read"), true}, {TEXT("a,read"), true},
                 {TEXT("read,b"), true},     {TEXT("rea"), false}, {TEXT("reads"), false},
                 {TEXT("bread,rea"), false}, {TEXT(","), false},   {TEXT("read,"), true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_history_filter filter = {{NULL, 0}, cases[i].kinds};
        cr_expect_eq(loom_history_wants(&filter, &event), cases[i].wanted, "%s",
                     cases[i].kinds.data);
    }
    struct loom_history_filter other = {TEXT("f"), {NULL, 0}};
    cr_expect_not(loom_history_wants(&other, &event));
}

/* ---- what a page costs ----------------------------------------------------------------------- */

static bool take_rows(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

/* Rows that PostgreSQL has read of a table in this transaction. */
static int64_t rows_read(struct loom_database *database)
{
    static const struct loom_statement statement = {
        "SELECT CAST(seq_tup_read + idx_tup_fetch AS BIGINT) FROM pg_stat_xact_user_tables"
        " WHERE relname = 'events'"};
    int64_t rows = 0;
    good(database, loom_database_run(database, &statement, NULL, 0, take_rows, &rows));
    return rows;
}

struct ask {
    struct loom_history_filter filter;
    uint64_t number;
    bool forwards;
};

static int64_t cost_of(struct database_bench *bench, struct loom_database *database,
                       const struct ask *ask)
{
    struct loom_history_page page = {0};
    good(database, loom_database_begin_reading(database));
    sqlite_steps = 0;
    good(database, ask->forwards
                       ? loom_history_after(database, &ask->filter, ask->number, 100, &page)
                       : loom_history_before(database, &ask->filter, ask->number, 100, &page));
    int64_t cost = bench->kind == DATABASE_SQLITE ? sqlite_steps : rows_read(database);
    loom_database_rollback(database);
    cr_assert_eq(page.count, 100u);
    loom_history_page_end(&page);
    return cost;
}

/* In pieces: no statement may take long. */
static void fill(struct loom_database *database, int from, int to)
{
    enum { PIECE = 10000 };
    char sql[400];
    for (int at = from; at <= to; at += PIECE) {
        (void)snprintf(
            sql, sizeof sql,
            "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
            " INSERT INTO events (number, time, kind, endpoint, document)"
            " SELECT i, i, 'notified', 'dev-' || (i %% 50), '{}' FROM n",
            at, to - at < PIECE ? to : at + PIECE - 1);
        good(database, loom_database_execute(database, sql));
    }
    good(database, loom_database_execute(database, "ANALYZE events"));
}

/* The newest page, one in the middle, those of one device, and a reader that comes back. Several
 * times, because PostgreSQL plans a statement anew when it has seen it often. */
BOTH(history, a_page_of_a_million_events_costs_what_one_of_few_costs)
{
    enum { FEW = 20000, MANY = 1000000 };
    static const struct loom_text none = {NULL, 0};
    const struct ask asks[] = {{{none, none}, 0, false},
                               {{none, none}, FEW / 2, false},
                               {{TEXT("dev-7"), none}, 0, false},
                               {{TEXT("dev-7"), none}, FEW / 2, true},
                               {{TEXT("dev-7"), TEXT("notified")}, 0, false},
                               {{none, none}, FEW / 2, true}};
    enum { ASKS = sizeof asks / sizeof asks[0] };
    int64_t before[ASKS];
    sqlite_steps_count();
    struct loom_database *database = database_bench_open(bench);
    good(database, loom_store_migrate(database));
    fill(database, 1, FEW);
    for (size_t i = 0; i < ASKS; i++) {
        for (int turn = 0; turn < 8; turn++) {
            before[i] = cost_of(bench, database, &asks[i]);
        }
        cr_expect_gt(before[i], 99, "ask %zu: nothing was counted", i);
    }
    fill(database, FEW + 1, MANY);
    for (size_t i = 0; i < ASKS; i++) {
        for (int turn = 0; turn < 8; turn++) {
            int64_t cost = cost_of(bench, database, &asks[i]);
            cr_expect_leq(cost, before[i] + before[i] / 10, "ask %zu: %lld, not %lld", i,
                          (long long)cost, (long long)before[i]);
        }
    }
    loom_database_close(database);
}
