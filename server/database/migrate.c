/* SPDX-License-Identifier: Apache-2.0 */
#include "database/migrate.h"

#include "database/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two nodes that make the first table at once get in each other's way once or twice. */
#define ATTEMPTS 5

/* One row, which is also the lock: whoever has updated it is alone until its transaction ends. */
static const char table[] = "CREATE TABLE IF NOT EXISTS schema_version ("
                            " id {integer} PRIMARY KEY, version {integer} NOT NULL) {strict}";
static const struct loom_statement first = {
    "INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING"};
static const struct loom_statement lock = {
    "UPDATE schema_version SET version = version WHERE id = 1 RETURNING version"};
static const struct loom_statement advance = {
    "UPDATE schema_version SET version = $1 WHERE id = 1"};

/* ---- words in braces ------------------------------------------------------------------------- */

static const char *sql_of(const struct loom_database *database, const char *word, size_t length)
{
    const struct loom_database_word *known = database->driver->words;
    while (known->word != NULL &&
           (strlen(known->word) != length || memcmp(known->word, word, length) != 0)) {
        known++;
    }
    return known->sql;
}

/* The text with its words replaced; `text` NULL: only counted. @return 0: an unknown word */
static size_t replace(const struct loom_database *database, const char *from, char *text)
{
    size_t length = 0;
    while (*from != '\0') {
        const char *piece = from;
        size_t size = 1;
        if (*from == '{') {
            const char *end = strchr(from, '}');
            piece = end == NULL ? NULL : sql_of(database, from + 1, (size_t)(end - from) - 1);
            if (piece == NULL) {
                return 0;
            }
            size = strlen(piece);
            from = end;
        }
        if (text != NULL) {
            memcpy(text + length, piece, size);
        }
        length += size;
        from++;
    }
    return length;
}

static enum loom_database_status execute(struct loom_database *database, const char *sql)
{
    size_t length = replace(database, sql, NULL);
    if (length == 0) {
        return loom_database_fail(database, LOOM_DATABASE_ERROR,
                                  "a migration with an unknown word");
    }
    char *text = malloc(length + 1);
    if (text == NULL) {
        return loom_database_fail(database, LOOM_DATABASE_AGAIN, "out of memory");
    }
    (void)replace(database, sql, text);
    text[length] = '\0';
    enum loom_database_status status = loom_database_execute(database, text);
    free(text);
    return status;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool take_version(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

static enum loom_database_status make_table(struct loom_database *database)
{
    enum loom_database_status status = execute(database, table);
    if (status == LOOM_DATABASE_OK) {
        status = loom_database_run(database, &first, NULL, 0, NULL, NULL);
    }
    return status;
}

static enum loom_database_status apply(struct loom_database *database,
                                       const struct loom_migration *migration, int64_t version)
{
    struct loom_database_value reached = loom_database_integer(version);
    enum loom_database_status status = LOOM_DATABASE_OK;
    for (size_t i = 0; migration->statements[i] != NULL && status == LOOM_DATABASE_OK; i++) {
        status = execute(database, migration->statements[i]);
    }
    if (status == LOOM_DATABASE_OK) {
        status = loom_database_run(database, &advance, &reached, 1, NULL, NULL);
    }
    return status;
}

/* Does the next step. @param done out: there is none */
static enum loom_database_status advance_once(struct loom_database *database,
                                              const struct loom_migration *migrations, size_t count,
                                              bool *done)
{
    int64_t version = -1;
    enum loom_database_status status = loom_database_begin(database);
    if (status == LOOM_DATABASE_OK) {
        status = loom_database_run(database, &lock, NULL, 0, take_version, &version);
    }
    if (status == LOOM_DATABASE_OK && (version < 0 || (uint64_t)version > count)) {
        char what[128];
        (void)snprintf(what, sizeof what,
                       "the database has version %lld, and this program knows %zu",
                       (long long)version, count);
        status = loom_database_fail(database, LOOM_DATABASE_ERROR, what);
    }
    if (status == LOOM_DATABASE_OK && (uint64_t)version < count) {
        status = apply(database, &migrations[version], version + 1);
    }
    if (status == LOOM_DATABASE_OK) {
        *done = (uint64_t)version >= count;
        return loom_database_commit(database);
    }
    struct loom_database_error why = database->error;
    loom_database_rollback(database);
    database->error = why;
    return status;
}

/* Nodes that begin at once may all find no table; what those are told who then come too late
 * differs. */
static enum loom_database_status make_table_among_others(struct loom_database *database)
{
    enum loom_database_status status = make_table(database);
    for (int attempt = 1;
         attempt < ATTEMPTS && status != LOOM_DATABASE_OK && status != LOOM_DATABASE_LOST;
         attempt++) {
        status = make_table(database);
    }
    return status;
}

enum loom_database_status loom_database_migrate(struct loom_database *database,
                                                const struct loom_migration *migrations,
                                                size_t count)
{
    enum loom_database_status status = make_table_among_others(database);
    bool done = false;
    int attempt = 0;
    while (status == LOOM_DATABASE_OK && !done) {
        status = advance_once(database, migrations, count, &done);
        if (status == LOOM_DATABASE_AGAIN && ++attempt < ATTEMPTS) {
            status = LOOM_DATABASE_OK;
        }
    }
    return status;
}
