/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of a SQLite database that others go on using. */
#define _POSIX_C_SOURCE 200809L
#include "database/driver.h"
#include "database/whole_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum loom_database_status fail(struct loom_database *database, const char *path,
                                      enum loom_database_status status, const char *why)
{
    char what[288];
    (void)snprintf(what, sizeof what, "no copy to %s: %s", path, why);
    return loom_database_fail(database, status, what);
}

static enum loom_database_status status_of(int result, int number)
{
    bool full = (result & 0xFF) == SQLITE_FULL || number == ENOSPC || number == EDQUOT;
    return full ? LOOM_DATABASE_FULL : LOOM_DATABASE_ERROR;
}

/* All of it in one step, so that what is written meanwhile does not make it begin again; in the
 * write-ahead log a long reader holds up no writer. */
static enum loom_database_status copy(struct loom_database *database, sqlite3 *from, sqlite3 *to,
                                      const char *path)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup != NULL) {
        (void)sqlite3_backup_step(backup, -1);
        (void)sqlite3_backup_finish(backup);
    }
    int result = sqlite3_errcode(to);
    return result == SQLITE_OK ? LOOM_DATABASE_OK
                               : fail(database, path, status_of(result, sqlite3_system_errno(to)),
                                      sqlite3_errmsg(to));
}

/* A copy without a log beside it: all of it is in the one file. */
static enum loom_database_status copy_to_file(struct loom_database *database, sqlite3 *from,
                                              const char *beside, const char *path)
{
    sqlite3 *to = NULL;
    enum loom_database_status status = LOOM_DATABASE_OK;
    if (sqlite3_open_v2(beside, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        status = fail(database, path, LOOM_DATABASE_ERROR,
                      to == NULL ? "out of memory" : sqlite3_errmsg(to));
    } else {
        status = copy(database, from, to, path);
    }
    if (status == LOOM_DATABASE_OK &&
        sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK) {
        status = fail(database, path, status_of(sqlite3_errcode(to), sqlite3_system_errno(to)),
                      sqlite3_errmsg(to));
    }
    (void)sqlite3_close(to);
    return status;
}

enum loom_database_status loom_database_backup_sqlite(struct loom_database *database,
                                                      void *connection, const char *path)
{
    char beside[LOOM_WHOLE_FILE_PATH_MAX];
    int file = loom_whole_file_begin(path, beside);
    if (file < 0) {
        return fail(database, path, status_of(SQLITE_OK, errno), strerror(errno));
    }
    (void)close(file);
    enum loom_database_status status = copy_to_file(database, connection, beside, path);
    if (status != LOOM_DATABASE_OK) {
        loom_whole_file_drop(beside);
    } else if (!loom_whole_file_finish(path, beside)) {
        status = fail(database, path, status_of(SQLITE_OK, errno), strerror(errno));
    }
    return status;
}
