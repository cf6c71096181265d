/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a kind of database does; for this room only. connection.c does what all kinds have in
 * common: the rules of transactions, and the check of texts.
 */
#ifndef LOOM_DATABASE_DRIVER_H
#define LOOM_DATABASE_DRIVER_H

#include "common/index.h"
#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What stands for a word in braces in a migration. */
struct loom_database_word {
    const char *word;
    const char *sql;
};

struct loom_database_driver {
    const char *scheme; /**< of the URI, with the colon */

    /** Makes a connection that is not open yet. @return NULL: see `error` */
    struct loom_database *(*create)(const char *uri, struct loom_database_error *error);
    enum loom_database_status (*connect)(struct loom_database *database);
    void (*disconnect)(struct loom_database *database);
    void (*destroy)(struct loom_database *database);

    /** As loom_database_run() and loom_database_execute(), with `error` and `changes` filled. */
    enum loom_database_status (*run)(struct loom_database *database,
                                     const struct loom_statement *statement,
                                     const struct loom_database_value *values, size_t count,
                                     loom_database_row *row, void *user);
    enum loom_database_status (*execute)(struct loom_database *database, const char *sql);

    /** Ends a transaction, also one that the database has ended itself. */
    enum loom_database_status (*rollback)(struct loom_database *database);

    /** As loom_database_backup(). */
    enum loom_database_status (*backup)(struct loom_database *database, const char *path);

    const char *begin;
    const char *begin_reading;
    const struct loom_database_word *words; /**< one with NULL ends them */
};

/** A statement that was prepared; a driver's own begins with it. */
struct loom_database_prepared {
    struct loom_index_link by_address;
    struct loom_database_prepared *next;
    const struct loom_statement *statement;
};

/** What each kind of connection begins with. */
struct loom_database {
    const struct loom_database_driver *driver;
    char *name;
    struct loom_database_error error;
    int64_t changes;
    int watched;
    bool existing; /* it must be there already */
    bool open;
    bool in_transaction;
    bool in_part; /* between savepoint and release */
    bool failed;  /* nothing but a rollback helps */
    bool busy;    /* a row is being shown */
    struct loom_index by_address;
    struct loom_database_prepared *prepared;
};

/** Notes what is wrong, after the name of the database: control characters become spaces.
 *  @return the status */
enum loom_database_status loom_database_fail(struct loom_database *database,
                                             enum loom_database_status status, const char *what);

/** A copy of a text. @return NULL without memory */
char *loom_database_copy(const char *text, size_t length);

/** Finds a prepared statement. @return NULL: it is not there */
struct loom_database_prepared *loom_database_find(const struct loom_database *database,
                                                  const struct loom_statement *statement);

/** Adds one, which has a block of the heap of its own. */
void loom_database_keep(struct loom_database *database, struct loom_database_prepared *prepared,
                        const struct loom_statement *statement);

/** Takes one out, to be freed. @return NULL: there is none left */
struct loom_database_prepared *loom_database_take(struct loom_database *database);

/** loom_database_backup() of SQLite. @param connection a sqlite3 */
enum loom_database_status loom_database_backup_sqlite(struct loom_database *database,
                                                      void *connection, const char *path);

extern const struct loom_database_driver loom_database_sqlite;
extern const struct loom_database_driver loom_database_postgres;

#ifdef __cplusplus
}
#endif

#endif
