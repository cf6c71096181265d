/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_document.h"

#include "common/text.h"

#define COLUMNS "server, kind, name, parent, document, generation, created, changed, author"

static const struct loom_statement advance = {
    "UPDATE counters SET value = value + 1 WHERE name = 'generation' RETURNING value"};
static const struct loom_statement hold = {
    "UPDATE counters SET value = value WHERE name = 'generation'"};
static const struct loom_statement last = {
    "SELECT name, value FROM counters WHERE name IN ('generation', 'forgotten')"};

static const struct loom_statement insert = {"INSERT INTO documents (" COLUMNS ")"
                                             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
static const struct loom_statement put = {
    "INSERT INTO documents (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (server, kind, name) DO UPDATE SET parent = excluded.parent,"
    " document = excluded.document, generation = excluded.generation,"
    " changed = excluded.changed, author = excluded.author"};
static const struct loom_statement update = {
    "UPDATE documents SET parent = $4, document = $5, generation = $6, changed = $7, author = $8"
    " WHERE server = $1 AND kind = $2 AND name = $3 AND generation = $9"};
static const struct loom_statement remove_any = {
    "DELETE FROM documents WHERE server = $1 AND kind = $2 AND name = $3"};
static const struct loom_statement remove_one = {
    "DELETE FROM documents WHERE server = $1 AND kind = $2 AND name = $3 AND generation = $4"};
static const struct loom_statement note_removal = {
    "INSERT INTO removals (server, kind, name, generation, removed, author)"
    " VALUES ($1, $2, $3, $4, $5, $6)"};
/* The clocks of nodes differ: what is forgotten is the oldest of all in the order of generations.
 */
static const struct loom_statement mark_forgotten = {
    "UPDATE counters SET value = (SELECT MAX(generation) FROM removals WHERE removed < $1)"
    " WHERE name = 'forgotten'"
    " AND value < (SELECT MAX(generation) FROM removals WHERE removed < $2)"};
static const struct loom_statement forget = {"DELETE FROM removals WHERE removed < $1"};

static const struct loom_statement find = {
    "SELECT " COLUMNS " FROM documents WHERE server = $1 AND kind = $2 AND name = $3"};
/* By the index of generations: an index that begins with the server would show all of its
 * documents, and SQLite would take that one for a plain comparison. */
static const struct loom_statement since_all = {
    "SELECT " COLUMNS " FROM documents WHERE generation > $1 AND server || '' = $2 AND author <> $3"
    " UNION ALL SELECT server, kind, name, NULL, NULL, generation, removed, removed, author"
    " FROM removals WHERE generation > $4 AND server || '' = $5 AND author <> $6"
    " ORDER BY generation"};

static void write_name(const struct loom_stored_name *name, struct loom_database_value values[3])
{
    values[0] = loom_database_text(name->server);
    values[1] = loom_database_text(name->kind);
    values[2] = loom_database_text(name->name);
}

/* ---- writing --------------------------------------------------------------------------------- */

enum loom_database_status loom_stored_document_lock(struct loom_database *database)
{
    return loom_database_run(database, &hold, NULL, 0, NULL, NULL);
}

static bool take_number(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)user = loom_database_as_integer(&columns[0]);
    return true;
}

/* Whoever has the next generation is alone until the end of the transaction. */
static enum loom_database_status next_generation(struct loom_database *database, int64_t *next)
{
    *next = 0;
    return loom_database_run(database, &advance, NULL, 0, take_number, next);
}

enum loom_database_status loom_stored_document_save(struct loom_database *database,
                                                    const struct loom_stored_document *document,
                                                    int64_t expected, int64_t *generation)
{
    struct loom_database_value values[9];
    int64_t next = 0;
    enum loom_database_status status = next_generation(database, &next);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    struct loom_database_value author = loom_database_text(document->author);
    write_name(&document->name, values);
    values[3] = loom_database_text_or_null(document->parent);
    values[4] = loom_database_text(document->document);
    values[5] = loom_database_integer(next);
    if (expected == LOOM_STORED_ANY || expected == LOOM_STORED_NEW) {
        values[6] = loom_database_integer(document->created);
        values[7] = loom_database_integer(document->changed);
        values[8] = author;
        status = loom_database_run(database, expected == LOOM_STORED_NEW ? &insert : &put, values,
                                   9, NULL, NULL);
    } else {
        values[6] = loom_database_integer(document->changed);
        values[7] = author;
        values[8] = loom_database_integer(expected);
        status = loom_database_run(database, &update, values, 9, NULL, NULL);
        if (status == LOOM_DATABASE_OK && loom_database_changes(database) == 0) {
            status = LOOM_DATABASE_CONFLICT;
        }
    }
    if (generation != NULL) {
        *generation = next;
    }
    return status;
}

enum loom_database_status loom_stored_document_remove(struct loom_database *database,
                                                      const struct loom_stored_document *document,
                                                      int64_t expected, int64_t *generation)
{
    struct loom_database_value values[6];
    int64_t next = 0;
    enum loom_database_status status = next_generation(database, &next);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (generation != NULL) {
        *generation = next;
    }
    write_name(&document->name, values);
    values[3] = loom_database_integer(expected);
    status = expected == LOOM_STORED_ANY
                 ? loom_database_run(database, &remove_any, values, 3, NULL, NULL)
                 : loom_database_run(database, &remove_one, values, 4, NULL, NULL);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    if (loom_database_changes(database) == 0) {
        return expected == LOOM_STORED_ANY ? LOOM_DATABASE_OK : LOOM_DATABASE_CONFLICT;
    }
    values[3] = loom_database_integer(next);
    values[4] = loom_database_integer(document->changed);
    values[5] = loom_database_text(document->author);
    return loom_database_run(database, &note_removal, values, 6, NULL, NULL);
}

enum loom_database_status loom_stored_document_forget(struct loom_database *database,
                                                      int64_t before)
{
    struct loom_database_value values[] = {loom_database_integer(before),
                                           loom_database_integer(before)};
    enum loom_database_status status =
        loom_database_run(database, &mark_forgotten, values, 2, NULL, NULL);
    return status == LOOM_DATABASE_OK ? loom_database_run(database, &forget, values, 1, NULL, NULL)
                                      : status;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct counters {
    int64_t *last;
    int64_t *forgotten;
};

static bool take_counter(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct counters *counters = user;
    bool is_last = loom_text_is(loom_database_as_text(&columns[0]), "generation");
    (void)count;
    *(is_last ? counters->last : counters->forgotten) = loom_database_as_integer(&columns[1]);
    return true;
}

enum loom_database_status loom_stored_document_generation(struct loom_database *database,
                                                          int64_t *generation, int64_t *forgotten)
{
    struct counters counters = {generation, forgotten};
    *generation = 0;
    *forgotten = 0;
    return loom_database_run(database, &last, NULL, 0, take_counter, &counters);
}

struct visit {
    loom_stored_document_visitor *visit;
    void *user;
};

static bool show(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_document document = {
        .name = {loom_database_as_text(&columns[0]), loom_database_as_text(&columns[1]),
                 loom_database_as_text(&columns[2])},
        .parent = loom_database_as_text(&columns[3]),
        .document = loom_database_as_text(&columns[4]),
        .generation = loom_database_as_integer(&columns[5]),
        .created = loom_database_as_integer(&columns[6]),
        .changed = loom_database_as_integer(&columns[7]),
        .author = loom_database_as_text(&columns[8]),
    };
    (void)count;
    return visit->visit(visit->user, &document);
}

enum loom_database_status loom_stored_document_find(struct loom_database *database,
                                                    const struct loom_stored_name *name,
                                                    loom_stored_document_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    struct loom_database_value values[3];
    write_name(name, values);
    return loom_database_run(database, &find, values, 3, show, &one);
}

enum loom_database_status loom_stored_document_since(struct loom_database *database,
                                                     const struct loom_stored_since *since,
                                                     loom_stored_document_visitor *visit,
                                                     void *user)
{
    static const struct loom_text nobody = {"-", 1}; /* no document is of an author like that */
    struct visit one = {visit, user};
    struct loom_database_value author =
        loom_database_text(since->author.length == 0 ? nobody : since->author);
    struct loom_database_value values[] = {
        loom_database_integer(since->generation), loom_database_text(since->server), author,
        loom_database_integer(since->generation), loom_database_text(since->server), author};
    return loom_database_run(database, &since_all, values, 6, show, &one);
}
