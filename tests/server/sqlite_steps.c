/* SPDX-License-Identifier: Apache-2.0 */
#include "sqlite_steps.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

long long sqlite_steps;

static int count_steps(unsigned kind, void *user, void *statement, void *took)
{
    (void)kind;
    (void)user;
    (void)took;
    sqlite_steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
}

static int on_open(sqlite3 *connection, const char **error, const void *api)
{
    (void)error;
    (void)api;
    return sqlite3_trace_v2(connection, SQLITE_TRACE_PROFILE, count_steps, NULL);
}

void sqlite_steps_count(void)
{
    cr_assert_eq(sqlite3_auto_extension((void (*)(void))on_open), SQLITE_OK);
}
