/* SPDX-License-Identifier: Apache-2.0 */
/**
 * SQL behind one seam: a connection to SQLite or PostgreSQL, and the same statements for both.
 *
 * What both understand is what may be written: `$1` to `$n` as parameters, INSERT ... ON CONFLICT
 * DO UPDATE, RETURNING. A sum or an average is cast, `CAST(sum(x) AS BIGINT)`, because PostgreSQL
 * makes a type of its own of it. Columns have the types of migrate.h.
 *
 * A connection belongs to one thread at a time. Nothing here waits for ever: a statement that is
 * not answered within LOOM_DATABASE_PATIENCE_MS has lost its connection.
 */
#ifndef LOOM_DATABASE_H
#define LOOM_DATABASE_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The longest wait for a lock, as the database itself ends it. */
#define LOOM_DATABASE_LOCK_MS 5000

/** The longest wait for a statement, as the database itself ends it; PostgreSQL alone. */
#define LOOM_DATABASE_STATEMENT_MS 8000

/** The longest wait for an answer from a server that says nothing any more, and for a connection.
 */
#define LOOM_DATABASE_PATIENCE_MS 10000

/** Parameters and columns of a statement. */
#define LOOM_DATABASE_VALUES_MAX 32u

enum loom_database_status {
    LOOM_DATABASE_OK,
    LOOM_DATABASE_CONFLICT, /**< a constraint: what is there already, or what it refers to is not */
    LOOM_DATABASE_AGAIN, /**< another connection was in the way; the transaction may be repeated */
    LOOM_DATABASE_FULL,  /**< no room on the disk */
    /** The connection is gone, or the file cannot be read or written. Whether a commit that ends so
     *  was done is not known. loom_database_reopen() may help. */
    LOOM_DATABASE_LOST,
    LOOM_DATABASE_ERROR /**< the statement or the schema is wrong: a bug, or a damaged file */
};

enum loom_database_type {
    LOOM_DATABASE_NULL,
    LOOM_DATABASE_INTEGER,
    LOOM_DATABASE_REAL, /**< finite */
    LOOM_DATABASE_TEXT, /**< UTF-8 without NUL; anything else is refused with LOOM_DATABASE_ERROR */
    LOOM_DATABASE_BYTES
};

/** A parameter or a column. Text and bytes point to memory that somebody else owns; data NULL with
 *  length 0 is the empty text, not NULL. */
struct loom_database_value {
    enum loom_database_type type;
    union {
        int64_t integer;
        double real;
        struct loom_text text;
        struct loom_bytes bytes;
    } as;
};

/** A statement. Must be constant and live as long as the connections: it is prepared once for each
 * of them, and found again by its address. */
struct loom_statement {
    const char *sql;
};

/** One line, without a password: what is wrong, and where. */
struct loom_database_error {
    char text[320];
};

/** A connection. */
struct loom_database;

/** Hears of one row; text and bytes last for the duration of the call. It must not use the
 *  connection. @return false: no more rows are wanted */
typedef bool loom_database_row(void *user, const struct loom_database_value *columns, size_t count);

/**
 * Connects to `sqlite:FILE`, which is created if it is not there (mode 0600), or
 * `postgresql://[USER[:PASSWORD]@]HOST[:PORT]/NAME[?...]`.
 * @param database out: to be closed; NULL on failure
 * @param error    out, on failure
 */
enum loom_database_status loom_database_open(const char *uri, struct loom_database **database,
                                             struct loom_database_error *error);

/** The same, but that a file is not created. */
enum loom_database_status loom_database_open_existing(const char *uri,
                                                      struct loom_database **database,
                                                      struct loom_database_error *error);

/** Connects once more after LOOM_DATABASE_LOST. A transaction that was open is gone.
 *  @return LOOM_DATABASE_LOST: still gone */
enum loom_database_status loom_database_reopen(struct loom_database *database);

/** Closes; what is not committed is gone. NULL is allowed. */
void loom_database_close(struct loom_database *database);

/** @return what the connection is to, for messages: without a password. Lasts as it does. */
const char *loom_database_name(const struct loom_database *database);

/** @return what the last failure was, in one line that begins with the name; lasts until the next
 *          call. */
const char *loom_database_error(const struct loom_database *database);

/** A statement that waits for a server gives up, as lost, as soon as this descriptor can be read;
 * -1: none. So another thread can end a wait. */
void loom_database_watch(struct loom_database *database, int descriptor);

/**
 * Runs a statement.
 *
 * After a failure within a transaction nothing but rollback works, back to a savepoint or of all.
 * @param values parameters `$1` to `$count`; NULL if there are none
 * @param row    hears of each row, in order; after a failure what it has heard does not count.
 *               NULL: rows are dropped
 */
enum loom_database_status loom_database_run(struct loom_database *database,
                                            const struct loom_statement *statement,
                                            const struct loom_database_value *values, size_t count,
                                            loom_database_row *row, void *user);

/** @return how many rows the last INSERT, UPDATE or DELETE has met. */
int64_t loom_database_changes(const struct loom_database *database);

/** Runs SQL without parameters and results that is needed once: a step of a migration. */
enum loom_database_status loom_database_execute(struct loom_database *database, const char *sql);

/**
 * Copies a SQLite database to a file, while others read and write it; what was committed before is
 * in the copy. It is whole and on the disk when this returns, and takes the place of no other file.
 * For its duration the connection is in use.
 * @return LOOM_DATABASE_ERROR of PostgreSQL, which has pg_dump
 */
enum loom_database_status loom_database_backup(struct loom_database *database, const char *path);

/* ---- transactions ---------------------------------------------------------------------------- */

/** Begins one that writes. Waits for other writers of the same file. */
enum loom_database_status loom_database_begin(struct loom_database *database);

/** Begins one that reads: all its statements see the same state. */
enum loom_database_status loom_database_begin_reading(struct loom_database *database);

/** Makes it durable. On failure nothing of it is there, unless the status is LOOM_DATABASE_LOST;
 * the transaction is over in any case. */
enum loom_database_status loom_database_commit(struct loom_database *database);

/** Ends the transaction, if there is one; nothing of it is there. */
void loom_database_rollback(struct loom_database *database);

/** Begins a part of a transaction that can be taken back by itself. There is one at a time. */
enum loom_database_status loom_database_savepoint(struct loom_database *database);

/** Ends the part; it belongs to the transaction now. */
enum loom_database_status loom_database_release(struct loom_database *database);

/** Ends the part and takes it back; the transaction goes on, also after a failure. */
enum loom_database_status loom_database_rewind(struct loom_database *database);

/* ---- values ---------------------------------------------------------------------------------- */

static inline struct loom_database_value loom_database_null(void)
{
    struct loom_database_value value = {LOOM_DATABASE_NULL, {0}};
    return value;
}

static inline struct loom_database_value loom_database_integer(int64_t integer)
{
    struct loom_database_value value = {LOOM_DATABASE_INTEGER, {integer}};
    return value;
}

static inline struct loom_database_value loom_database_real(double real)
{
    struct loom_database_value value = {LOOM_DATABASE_REAL, {.real = real}};
    return value;
}

static inline struct loom_database_value loom_database_text(struct loom_text text)
{
    struct loom_database_value value = {LOOM_DATABASE_TEXT, {.text = text}};
    return value;
}

static inline struct loom_database_value loom_database_bytes(struct loom_bytes bytes)
{
    struct loom_database_value value = {LOOM_DATABASE_BYTES, {.bytes = bytes}};
    return value;
}

/** The parameter is NULL if the text has no data. */
static inline struct loom_database_value loom_database_text_or_null(struct loom_text text)
{
    return text.data == NULL ? loom_database_null() : loom_database_text(text);
}

static inline struct loom_database_value loom_database_bytes_or_null(struct loom_bytes bytes)
{
    return bytes.data == NULL ? loom_database_null() : loom_database_bytes(bytes);
}

/* Of a column: 0, or data NULL, if it is NULL or of another type. */

static inline int64_t loom_database_as_integer(const struct loom_database_value *value)
{
    return value->type == LOOM_DATABASE_INTEGER ? value->as.integer : 0;
}

static inline double loom_database_as_real(const struct loom_database_value *value)
{
    return value->type == LOOM_DATABASE_REAL ? value->as.real : 0.0;
}

static inline struct loom_text loom_database_as_text(const struct loom_database_value *value)
{
    struct loom_text none = {NULL, 0};
    return value->type == LOOM_DATABASE_TEXT ? value->as.text : none;
}

static inline struct loom_bytes loom_database_as_bytes(const struct loom_database_value *value)
{
    struct loom_bytes none = {NULL, 0};
    return value->type == LOOM_DATABASE_BYTES ? value->as.bytes : none;
}

#ifdef __cplusplus
}
#endif

#endif
