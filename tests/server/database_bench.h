/* SPDX-License-Identifier: Apache-2.0 */
/** Tests that run on both kinds of database: each has a database of its own, empty. */
#ifndef LOOM_DATABASE_BENCH_H
#define LOOM_DATABASE_BENCH_H

#include "database/database.h"

enum database_kind { DATABASE_SQLITE, DATABASE_POSTGRES };

struct database_bench {
    enum database_kind kind;
    char uri[512];
    char directory[128]; /* for files; goes with the test */
    struct loom_database *database;
};

typedef void database_test(struct database_bench *bench);

/** Runs a test with an open connection. On PostgreSQL it is skipped where there is none. */
void database_bench_run(enum database_kind kind, database_test *test);

/** Another connection to the same database. */
struct loom_database *database_bench_open(const struct database_bench *bench);

/** A test that runs on both. */
#define BOTH(suite, name)                                                                          \
    static void suite##_##name(struct database_bench *bench);                                      \
    Test(suite, name##_on_sqlite)                                                                  \
    {                                                                                              \
        database_bench_run(DATABASE_SQLITE, suite##_##name);                                       \
    }                                                                                              \
    Test(suite, name##_on_postgres)                                                                \
    {                                                                                              \
        database_bench_run(DATABASE_POSTGRES, suite##_##name);                                     \
    }                                                                                              \
    static void suite##_##name(struct database_bench *bench)

#endif
