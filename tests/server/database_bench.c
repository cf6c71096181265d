/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include "database_bench.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int drop(const char *path, const struct stat *about, int type, struct FTW *where)
{
    (void)about;
    (void)type;
    (void)where;
    return remove(path);
}

struct loom_database *database_bench_open(const struct database_bench *bench)
{
    struct loom_database *database = NULL;
    struct loom_database_error error = {""};
    (void)loom_database_open(bench->uri, &database, &error);
    cr_assert_not_null(database, "%s", error.text);
    return database;
}

/* A database beside that of the URI, which ends in `/loom?host=...`. */
static void make_postgres(struct database_bench *bench, const char *uri)
{
    char create[64];
    struct loom_database *first = NULL;
    struct loom_database_error error = {""};
    const char *query = strstr(uri, "/loom?");
    cr_assert_not_null(query);
    (void)snprintf(create, sizeof create, "CREATE DATABASE test_%ld", (long)getpid());
    (void)snprintf(bench->uri, sizeof bench->uri, "%.*s/test_%ld%s", (int)(query - uri), uri,
                   (long)getpid(), query + strlen("/loom"));
    cr_assert_eq(loom_database_open(uri, &first, &error), LOOM_DATABASE_OK, "%s", error.text);
    cr_assert_eq(loom_database_execute(first, create), LOOM_DATABASE_OK, "%s",
                 loom_database_error(first));
    loom_database_close(first);
}

void database_bench_run(enum database_kind kind, database_test *test)
{
    struct database_bench bench = {.kind = kind};
    const char *postgres = getenv("LOOM_TEST_POSTGRES");
    (void)snprintf(bench.directory, sizeof bench.directory, "/tmp/loom-test-XXXXXX");
    if (kind == DATABASE_POSTGRES && postgres == NULL) {
        cr_skip_test("no PostgreSQL: LOOM_TEST_POSTGRES is not set");
    }
    cr_assert_not_null(mkdtemp(bench.directory));
    if (kind == DATABASE_POSTGRES) {
        make_postgres(&bench, postgres);
    } else {
        (void)snprintf(bench.uri, sizeof bench.uri, "sqlite:%s/store", bench.directory);
    }
    bench.database = database_bench_open(&bench);
    test(&bench);
    loom_database_close(bench.database);
    (void)nftw(bench.directory, drop, 8, FTW_DEPTH | FTW_PHYS);
}
