/* SPDX-License-Identifier: Apache-2.0 */
#include "database/database.h"

#include "database/driver.h"
#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct loom_database_driver *const drivers[] = {&loom_database_sqlite,
                                                             &loom_database_postgres};

/* ---- for the drivers ------------------------------------------------------------------------- */

char *loom_database_copy(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

enum loom_database_status loom_database_fail(struct loom_database *database,
                                             enum loom_database_status status, const char *what)
{
    char *text = database->error.text;
    size_t size = sizeof database->error.text;
    (void)snprintf(text, size, "%s: %s", database->name, what);
    /* Libraries end their messages with a line feed, and may have several lines. */
    size_t length = strlen(text);
    while (length > 0 && (unsigned char)text[length - 1] <= ' ') {
        text[--length] = '\0';
    }
    for (size_t at = 0; at < length; at++) {
        if ((unsigned char)text[at] < ' ' || text[at] == 0x7F) {
            text[at] = ' ';
        }
    }
    return status;
}

static uint64_t hash_of(const struct loom_database *database,
                        const struct loom_statement *statement)
{
    return loom_index_hash(&database->by_address, &statement, sizeof statement);
}

struct loom_database_prepared *loom_database_find(const struct loom_database *database,
                                                  const struct loom_statement *statement)
{
    struct loom_index_link *link =
        loom_index_first(&database->by_address, hash_of(database, statement));
    while (link != NULL) {
        struct loom_database_prepared *prepared =
            LOOM_INDEX_ENTRY(link, struct loom_database_prepared, by_address);
        if (prepared->statement == statement) {
            return prepared;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

void loom_database_keep(struct loom_database *database, struct loom_database_prepared *prepared,
                        const struct loom_statement *statement)
{
    prepared->statement = statement;
    prepared->next = database->prepared;
    database->prepared = prepared;
    loom_index_add(&database->by_address, &prepared->by_address, hash_of(database, statement));
}

struct loom_database_prepared *loom_database_take(struct loom_database *database)
{
    struct loom_database_prepared *prepared = database->prepared;
    if (prepared != NULL) {
        database->prepared = prepared->next;
        loom_index_remove(&database->by_address, &prepared->by_address);
    }
    return prepared;
}

/* ---- connections ----------------------------------------------------------------------------- */

static const struct loom_database_driver *driver_of(const char *uri)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (strncmp(uri, drivers[i]->scheme, strlen(drivers[i]->scheme)) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

static enum loom_database_status open_one(const char *uri, bool existing,
                                          struct loom_database **database,
                                          struct loom_database_error *error)
{
    const struct loom_database_driver *driver = driver_of(uri);
    *database = NULL;
    if (driver == NULL) {
        /* Not shown: it may have a password in it. */
        (void)snprintf(error->text, sizeof error->text,
                       "the store must be sqlite:FILE or postgresql://HOST/NAME");
        return LOOM_DATABASE_ERROR;
    }
    struct loom_database *made = driver->create(uri, error);
    if (made == NULL) {
        return LOOM_DATABASE_ERROR;
    }
    made->driver = driver;
    made->watched = -1;
    made->existing = existing;
    loom_index_begin(&made->by_address, 0);
    enum loom_database_status status = loom_database_reopen(made);
    if (status != LOOM_DATABASE_OK) {
        *error = made->error;
        loom_database_close(made);
        return status;
    }
    *database = made;
    return LOOM_DATABASE_OK;
}

enum loom_database_status loom_database_open(const char *uri, struct loom_database **database,
                                             struct loom_database_error *error)
{
    return open_one(uri, false, database, error);
}

enum loom_database_status loom_database_open_existing(const char *uri,
                                                      struct loom_database **database,
                                                      struct loom_database_error *error)
{
    return open_one(uri, true, database, error);
}

static void forget_transaction(struct loom_database *database)
{
    database->in_transaction = false;
    database->in_part = false;
    database->failed = false;
}

enum loom_database_status loom_database_reopen(struct loom_database *database)
{
    database->driver->disconnect(database);
    forget_transaction(database);
    enum loom_database_status status = database->driver->connect(database);
    database->open = status == LOOM_DATABASE_OK;
    if (!database->open) {
        database->driver->disconnect(database);
    }
    return status;
}

void loom_database_close(struct loom_database *database)
{
    if (database != NULL) {
        database->driver->disconnect(database);
        loom_index_end(&database->by_address);
        free(database->name);
        database->driver->destroy(database);
    }
}

const char *loom_database_name(const struct loom_database *database)
{
    return database->name;
}

const char *loom_database_error(const struct loom_database *database)
{
    return database->error.text;
}

void loom_database_watch(struct loom_database *database, int descriptor)
{
    database->watched = descriptor;
}

int64_t loom_database_changes(const struct loom_database *database)
{
    return database->changes;
}

/* ---- statements ------------------------------------------------------------------------------ */

/* PostgreSQL takes no other text; SQLite would take it and give it back. */
static bool is_plain(struct loom_text text)
{
    while (text.length > 0) {
        size_t length = text.data[0] > 0 && text.data[0] <= 0x7E ? 1 : loom_utf8_length(text);
        if (length == 0 || text.data[0] == '\0') {
            return false;
        }
        text.data += length;
        text.length -= length;
    }
    return true;
}

/* What a statement comes to: the transaction around it is over with the connection, and of no use
 * after a failure. */
static enum loom_database_status note(struct loom_database *database,
                                      enum loom_database_status status)
{
    if (status == LOOM_DATABASE_LOST) {
        database->driver->disconnect(database);
        database->open = false;
        forget_transaction(database);
    } else if (status != LOOM_DATABASE_OK && database->in_transaction) {
        database->failed = true;
    }
    return status;
}

/* @return LOOM_DATABASE_OK: it may run now */
static enum loom_database_status may_run(struct loom_database *database)
{
    if (database->busy) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR, "used while it shows a row");
    }
    if (!database->open) {
        return LOOM_DATABASE_LOST; /* why is still in the error */
    }
    if (database->failed) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR,
                                  "the transaction has failed and was not rolled back");
    }
    return LOOM_DATABASE_OK;
}

enum loom_database_status loom_database_run(struct loom_database *database,
                                            const struct loom_statement *statement,
                                            const struct loom_database_value *values, size_t count,
                                            loom_database_row *row, void *user)
{
    enum loom_database_status status = may_run(database);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (count > LOOM_DATABASE_VALUES_MAX) {
        return note(database,
                    loom_database_fail(database, LOOM_DATABASE_ERROR, "too many parameters"));
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i].type == LOOM_DATABASE_TEXT && !is_plain(values[i].as.text)) {
            return note(database, loom_database_fail(database, LOOM_DATABASE_ERROR,
                                                     "a text is not UTF-8, or has a NUL in it"));
        }
    }
    database->changes = 0;
    database->busy = true;
    status = database->driver->run(database, statement, values, count, row, user);
    database->busy = false;
    return note(database, status);
}

enum loom_database_status loom_database_execute(struct loom_database *database, const char *sql)
{
    enum loom_database_status status = may_run(database);
    return status != LOOM_DATABASE_OK ? status
                                      : note(database, database->driver->execute(database, sql));
}

enum loom_database_status loom_database_backup(struct loom_database *database, const char *path)
{
    enum loom_database_status status = may_run(database);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (database->in_transaction) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR, "a backup in a transaction");
    }
    return database->driver->backup(database, path);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static enum loom_database_status begin(struct loom_database *database, const char *sql)
{
    if (database->in_transaction) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR, "a transaction in another");
    }
    enum loom_database_status status = loom_database_execute(database, sql);
    database->in_transaction = status == LOOM_DATABASE_OK;
    return status;
}

enum loom_database_status loom_database_begin(struct loom_database *database)
{
    return begin(database, database->driver->begin);
}

enum loom_database_status loom_database_begin_reading(struct loom_database *database)
{
    return begin(database, database->driver->begin_reading);
}

enum loom_database_status loom_database_commit(struct loom_database *database)
{
    enum loom_database_status status = loom_database_execute(database, "COMMIT");
    if (status == LOOM_DATABASE_OK) {
        forget_transaction(database);
    } else {
        struct loom_database_error why = database->error;
        loom_database_rollback(database);
        database->error = why;
    }
    return status;
}

void loom_database_rollback(struct loom_database *database)
{
    bool was_open = database->in_transaction;
    forget_transaction(database);
    /* A connection that cannot even roll back is of no use. */
    if (was_open && database->driver->rollback(database) != LOOM_DATABASE_OK) {
        (void)note(database, LOOM_DATABASE_LOST);
    }
}

enum loom_database_status loom_database_savepoint(struct loom_database *database)
{
    enum loom_database_status status = loom_database_execute(database, "SAVEPOINT part");
    database->in_part = status == LOOM_DATABASE_OK;
    return status;
}

enum loom_database_status loom_database_release(struct loom_database *database)
{
    enum loom_database_status status = loom_database_execute(database, "RELEASE SAVEPOINT part");
    if (status == LOOM_DATABASE_OK) {
        database->in_part = false;
    }
    return status;
}

enum loom_database_status loom_database_rewind(struct loom_database *database)
{
    if (!database->open) {
        return LOOM_DATABASE_LOST;
    }
    if (!database->in_part) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR, "there is no savepoint");
    }
    struct loom_database_error why = database->error;
    database->failed = false;
    enum loom_database_status status =
        loom_database_execute(database, "ROLLBACK TO SAVEPOINT part");
    if (status == LOOM_DATABASE_OK) {
        status = loom_database_release(database);
    }
    if (status == LOOM_DATABASE_OK) {
        database->error = why; /* of the part, which is what the caller asks about */
    }
    return status;
}
