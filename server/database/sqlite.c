/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite. The file has a write-ahead log, and a commit is on the disk when it returns. */
#define _POSIX_C_SOURCE 200809L
#include "database/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of the log stays on the disk when all of it has been copied into the file. */
#define LOG_LEFT "67108864"

struct sqlite {
    struct loom_database database; /* first */
    char *path;
    sqlite3 *connection;
};

struct prepared {
    struct loom_database_prepared common; /* first */
    sqlite3_stmt *statement;
    int place[LOOM_DATABASE_VALUES_MAX]; /* of `$1` and on; 0: the statement does not have it */
};

static const struct loom_database_word words[] = {
    {"integer", "INTEGER"},
    {"real", "REAL"},
    {"text", "TEXT"},
    {"bytes", "BLOB"},
    {"strict", "STRICT"},
    {"updated", "STRICT"},
    {"number", "INTEGER PRIMARY KEY AUTOINCREMENT"},
    {NULL, NULL},
};

static struct sqlite *sqlite_of(struct loom_database *database)
{
    return (struct sqlite *)(void *)database;
}

/* ---- what went wrong ------------------------------------------------------------------------- */

static bool is_no_room(int error)
{
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* SQLite notes it for a statement, but not for a commit. */
static int number_of(struct sqlite *self)
{
    int number = sqlite3_system_errno(self->connection);
    return number != 0 ? number : errno;
}

static enum loom_database_status status_of(int result, int number)
{
    switch (result & 0xFF) {
    case SQLITE_CONSTRAINT:
        return LOOM_DATABASE_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
        return LOOM_DATABASE_AGAIN;
    case SQLITE_FULL:
        return LOOM_DATABASE_FULL;
    case SQLITE_IOERR:
        /* Only a new connection finds out what is on the disk after an error of it. */
        return is_no_room(number) ? LOOM_DATABASE_FULL : LOOM_DATABASE_LOST;
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
        return LOOM_DATABASE_LOST;
    default:
        return LOOM_DATABASE_ERROR;
    }
}

static enum loom_database_status fail(struct sqlite *self, int result)
{
    char what[256];
    int number = number_of(self);
    bool of_system = (result & 0xFF) == SQLITE_IOERR || (result & 0xFF) == SQLITE_CANTOPEN;
    (void)snprintf(what, sizeof what, "%s%s%s", sqlite3_errmsg(self->connection),
                   of_system && number != 0 ? ": " : "",
                   of_system && number != 0 ? strerror(number) : "");
    return loom_database_fail(&self->database, status_of(result, number), what);
}

/* ---- the connection -------------------------------------------------------------------------- */

static struct loom_database *sqlite_create(const char *uri, struct loom_database_error *error)
{
    const char *path = uri + strlen(loom_database_sqlite.scheme);
    struct sqlite *self = calloc(1, sizeof *self);
    if (*path == '\0' || *path == ':') {
        (void)snprintf(error->text, sizeof error->text, "sqlite: has no file behind it");
        free(self);
        return NULL;
    }
    if (self != NULL) {
        self->path = loom_database_copy(path, strlen(path));
        self->database.name = loom_database_copy(path, strlen(path));
    }
    if (self == NULL || self->path == NULL || self->database.name == NULL) {
        (void)snprintf(error->text, sizeof error->text, "out of memory");
        if (self != NULL) {
            free(self->path);
            free(self->database.name);
        }
        free(self);
        return NULL;
    }
    return &self->database;
}

static void sqlite_disconnect(struct loom_database *database)
{
    struct sqlite *self = sqlite_of(database);
    struct loom_database_prepared *common;
    while ((common = loom_database_take(database)) != NULL) {
        (void)sqlite3_finalize(((struct prepared *)(void *)common)->statement);
        free(common);
    }
    (void)sqlite3_close(self->connection);
    self->connection = NULL;
}

static void sqlite_destroy(struct loom_database *database)
{
    struct sqlite *self = sqlite_of(database);
    free(self->path);
    free(self);
}

/* SQLite gives its log and its index the mode of the file. One that is there is not opened here:
 * whoever closes a file takes from his whole process the locks that other connections have on it,
 * and then others remove the log that they still write to. */
static bool make_file(struct sqlite *self)
{
    struct stat about;
    int failure = 0;
    if (stat(self->path, &about) == 0) {
        failure = S_ISDIR(about.st_mode)                 ? EISDIR
                  : access(self->path, R_OK | W_OK) != 0 ? errno
                                                         : 0;
    } else if (errno == ENOENT && !self->database.existing) {
        int file = open(self->path, O_RDWR | O_CLOEXEC | O_CREAT, S_IRUSR | S_IWUSR);
        if (file < 0) {
            failure = errno;
        } else {
            (void)close(file);
        }
    } else {
        failure = errno;
    }
    if (failure != 0) {
        (void)loom_database_fail(&self->database, LOOM_DATABASE_LOST, strerror(failure));
    }
    return failure == 0;
}

static int take_mode(void *user, int count, char **values, char **names)
{
    bool *is_log = user;
    (void)names;
    *is_log = count == 1 && values[0] != NULL && strcmp(values[0], "wal") == 0;
    return 0;
}

static enum loom_database_status sqlite_connect(struct loom_database *database)
{
    static const char settings[] = "PRAGMA synchronous = FULL;"
                                   "PRAGMA foreign_keys = ON;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA journal_size_limit = " LOG_LEFT ";";
    struct sqlite *self = sqlite_of(database);
    bool is_log = false;
    if (!make_file(self)) {
        return LOOM_DATABASE_LOST;
    }
    int result = sqlite3_open_v2(self->path, &self->connection,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (self->connection == NULL) {
        return loom_database_fail(database, LOOM_DATABASE_AGAIN, "out of memory");
    }
    if (result == SQLITE_OK) {
        result = sqlite3_extended_result_codes(self->connection, 1);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_db_config(self->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_busy_timeout(self->connection, LOOM_DATABASE_LOCK_MS);
    }
    if (result == SQLITE_OK) {
        result =
            sqlite3_exec(self->connection, "PRAGMA journal_mode = WAL", take_mode, &is_log, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_exec(self->connection, settings, NULL, NULL, NULL);
    }
    if (result != SQLITE_OK) {
        return fail(self, result);
    }
    if (!is_log) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR,
                                  "this file system allows no write-ahead log");
    }
    return LOOM_DATABASE_OK;
}

/* ---- statements ------------------------------------------------------------------------------ */

static enum loom_database_status
prepare(struct sqlite *self, const struct loom_statement *statement, struct prepared **prepared)
{
    struct loom_database_prepared *found = loom_database_find(&self->database, statement);
    if (found != NULL) {
        *prepared = (struct prepared *)(void *)found;
        return LOOM_DATABASE_OK;
    }
    struct prepared *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return loom_database_fail(&self->database, LOOM_DATABASE_AGAIN, "out of memory");
    }
    int result = sqlite3_prepare_v3(self->connection, statement->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    &made->statement, NULL);
    if (result != SQLITE_OK || made->statement == NULL) {
        enum loom_database_status status =
            result == SQLITE_OK
                ? loom_database_fail(&self->database, LOOM_DATABASE_ERROR, "an empty statement")
                : fail(self, result);
        free(made);
        return status;
    }
    /* To SQLite `$1` is a name, and names are numbered as they come. */
    for (unsigned i = 0; i < LOOM_DATABASE_VALUES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "$%u", i + 1);
        made->place[i] = sqlite3_bind_parameter_index(made->statement, name);
    }
    loom_database_keep(&self->database, &made->common, statement);
    *prepared = made;
    return LOOM_DATABASE_OK;
}

/* Nothing is copied: what is bound outlives the run. A NULL pointer would bind NULL. */
static int bind(sqlite3_stmt *statement, int place, const struct loom_database_value *value)
{
    switch (value->type) {
    case LOOM_DATABASE_NULL:
        return sqlite3_bind_null(statement, place);
    case LOOM_DATABASE_INTEGER:
        return sqlite3_bind_int64(statement, place, value->as.integer);
    case LOOM_DATABASE_REAL:
        return sqlite3_bind_double(statement, place, value->as.real);
    case LOOM_DATABASE_TEXT:
        return sqlite3_bind_text64(statement, place,
                                   value->as.text.length == 0 ? "" : value->as.text.data,
                                   value->as.text.length, SQLITE_STATIC, SQLITE_UTF8);
    case LOOM_DATABASE_BYTES:
        return sqlite3_bind_blob64(
            statement, place, value->as.bytes.length == 0 ? "" : (const void *)value->as.bytes.data,
            value->as.bytes.length, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static int bind_all(const struct prepared *prepared, const struct loom_database_value *values,
                    size_t count)
{
    if ((size_t)sqlite3_bind_parameter_count(prepared->statement) != count) {
        return SQLITE_RANGE;
    }
    int result = SQLITE_OK;
    for (size_t i = 0; i < count && result == SQLITE_OK; i++) {
        result = prepared->place[i] == 0
                     ? SQLITE_RANGE
                     : bind(prepared->statement, prepared->place[i], &values[i]);
    }
    return result;
}

static void read_column(sqlite3_stmt *statement, int column, struct loom_database_value *value)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        *value = loom_database_integer(sqlite3_column_int64(statement, column));
        break;
    case SQLITE_FLOAT:
        *value = loom_database_real(sqlite3_column_double(statement, column));
        break;
    case SQLITE_TEXT: {
        const void *text = sqlite3_column_text(statement, column);
        struct loom_text found = {text, (size_t)sqlite3_column_bytes(statement, column)};
        *value = loom_database_text(found);
        break;
    }
    case SQLITE_BLOB: {
        /* Empty bytes have no address. */
        const void *data = sqlite3_column_blob(statement, column);
        struct loom_bytes found = {data == NULL ? (const void *)"" : data,
                                   (size_t)sqlite3_column_bytes(statement, column)};
        *value = loom_database_bytes(found);
        break;
    }
    default:
        *value = loom_database_null();
        break;
    }
}

/* @return whether more rows are wanted */
static bool show(sqlite3_stmt *statement, loom_database_row *row, void *user)
{
    struct loom_database_value columns[LOOM_DATABASE_VALUES_MAX];
    int count = sqlite3_column_count(statement);
    if (row == NULL) {
        return true;
    }
    for (int i = 0; i < count && i < (int)LOOM_DATABASE_VALUES_MAX; i++) {
        read_column(statement, i, &columns[i]);
    }
    return row(user, columns, (size_t)count);
}

static enum loom_database_status step(struct sqlite *self, sqlite3_stmt *statement,
                                      loom_database_row *row, void *user)
{
    bool more = true;
    errno = 0;
    int result = sqlite3_step(statement);
    while (result == SQLITE_ROW) {
        more = more && show(statement, row, user);
        if (!more && sqlite3_stmt_readonly(statement) != 0) {
            return LOOM_DATABASE_OK;
        }
        result = sqlite3_step(statement);
    }
    if (result != SQLITE_DONE) {
        return fail(self, result);
    }
    if (sqlite3_stmt_readonly(statement) == 0) {
        self->database.changes = sqlite3_changes(self->connection);
    }
    return LOOM_DATABASE_OK;
}

static enum loom_database_status sqlite_run(struct loom_database *database,
                                            const struct loom_statement *statement,
                                            const struct loom_database_value *values, size_t count,
                                            loom_database_row *row, void *user)
{
    struct sqlite *self = sqlite_of(database);
    struct prepared *prepared = NULL;
    enum loom_database_status status = prepare(self, statement, &prepared);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (sqlite3_column_count(prepared->statement) > (int)LOOM_DATABASE_VALUES_MAX) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR, "too many columns");
    }
    int result = bind_all(prepared, values, count);
    if (result == SQLITE_OK) {
        status = step(self, prepared->statement, row, user);
    } else {
        status = loom_database_fail(database, LOOM_DATABASE_ERROR, sqlite3_errstr(result));
    }
    (void)sqlite3_reset(prepared->statement);
    (void)sqlite3_clear_bindings(prepared->statement);
    return status;
}

static enum loom_database_status sqlite_execute(struct loom_database *database, const char *sql)
{
    struct sqlite *self = sqlite_of(database);
    errno = 0;
    int result = sqlite3_exec(self->connection, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? LOOM_DATABASE_OK : fail(self, result);
}

static enum loom_database_status sqlite_rollback(struct loom_database *database)
{
    /* A full disk, among others, makes SQLite roll back by itself. */
    return sqlite3_get_autocommit(sqlite_of(database)->connection) != 0
               ? LOOM_DATABASE_OK
               : sqlite_execute(database, "ROLLBACK");
}

static enum loom_database_status sqlite_backup(struct loom_database *database, const char *path)
{
    return loom_database_backup_sqlite(database, sqlite_of(database)->connection, path);
}

const struct loom_database_driver loom_database_sqlite = {
    .scheme = "sqlite:",
    .create = sqlite_create,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .destroy = sqlite_destroy,
    .run = sqlite_run,
    .execute = sqlite_execute,
    .rollback = sqlite_rollback,
    .backup = sqlite_backup,
    .begin = "BEGIN IMMEDIATE",
    .begin_reading = "BEGIN",
    .words = words,
};
