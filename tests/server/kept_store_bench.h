/* SPDX-License-Identifier: Apache-2.0 */
/** An LwM2M server over a fake port, which keeps its registrations in a database. */
#ifndef LOOM_TEST_KEPT_STORE_BENCH_H
#define LOOM_TEST_KEPT_STORE_BENCH_H

#include "database_bench.h"
#include "management_bench.h"
#include "service/kept_registrations.h"

/** How long a test waits for what must come, in milliseconds. */
#define PATIENCE 60000

/** A test on both kinds of database. */
#define KEPT_STORE_EACH(suite, name)                                                               \
    static void on_##name(void);                                                                   \
    static void run_##name(struct database_bench *database)                                        \
    {                                                                                              \
        used = database;                                                                           \
        on_##name();                                                                               \
    }                                                                                              \
    Test(suite, name##_on_sqlite)                                                                  \
    {                                                                                              \
        database_bench_run(DATABASE_SQLITE, run_##name);                                           \
    }                                                                                              \
    Test(suite, name##_on_postgres)                                                                \
    {                                                                                              \
        database_bench_run(DATABASE_POSTGRES, run_##name);                                         \
    }                                                                                              \
    static void on_##name(void)

extern const struct database_bench *used;
extern struct loom_writer *writer;
extern struct loom_kept_registrations *kept;
extern int64_t unix_now;
extern const char *node; /**< of the next server; empty: there are no others */

int64_t now(void *user);

/** The clocks of the port and of the world go together. */
void advance(uint64_t milliseconds);

/** Hears of all that was posted. */
void pump(void);

/** A server with what is stored. */
struct loom_kept_restored begin(void);
void end(void);

/** Registers, and has it stored. */
struct fake_reply stored(struct loom_session *session, const char *target, const char *list);

#endif
