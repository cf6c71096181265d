/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stored_document.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS "server, kind, name, place, version, identity, sealed, state, created"
#define OF      " WHERE server = $1 AND kind = $2 AND name = $3"

static const struct loom_statement put = {
    "INSERT INTO keys (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (server, kind, name, place, version) DO UPDATE SET identity = excluded.identity,"
    " sealed = excluded.sealed, state = excluded.state, created = excluded.created"};
static const struct loom_statement remove_all = {"DELETE FROM keys" OF};
static const struct loom_statement find = {"SELECT " COLUMNS " FROM keys" OF
                                           " ORDER BY place, version"};
static const struct loom_statement of_server = {"SELECT " COLUMNS " FROM keys WHERE server = $1"
                                                " ORDER BY kind, name, place, version"};

static const struct loom_statement first = {"SELECT name FROM keys LIMIT 1"};

/* ---- the row --------------------------------------------------------------------------------- */

struct writer {
    char *text;
    size_t length;
    bool fits;
};

/* With its length before it, so that no two rows have the same text. */
static void put_text(struct writer *writer, struct loom_text part)
{
    char head[24];
    int digits = snprintf(head, sizeof head, " %zu:", part.length);
    if (!writer->fits || part.length > LOOM_STORED_BELONGS_MAX - (size_t)digits ||
        writer->length > LOOM_STORED_BELONGS_MAX - (size_t)digits - part.length) {
        writer->fits = false;
        return;
    }
    memcpy(writer->text + writer->length, head, (size_t)digits);
    writer->length += (size_t)digits;
    if (part.length > 0) {
        memcpy(writer->text + writer->length, part.data, part.length);
    }
    writer->length += part.length;
}

bool loom_stored_key_belongs(const struct loom_stored_key *key, char text[LOOM_STORED_BELONGS_MAX],
                             struct loom_text *belongs)
{
    struct writer writer = {text, 0, true};
    char version[24];
    int digits = snprintf(version, sizeof version, "%lld", (long long)key->version);
    struct loom_text number = {version, (size_t)digits};
    struct loom_text table = {"keys", 4};
    put_text(&writer, table);
    put_text(&writer, key->of.server);
    put_text(&writer, key->of.kind);
    put_text(&writer, key->of.name);
    put_text(&writer, key->place);
    put_text(&writer, number);
    belongs->data = text;
    belongs->length = writer.length;
    return writer.fits;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void write_name(const struct loom_stored_name *name, struct loom_database_value values[3])
{
    values[0] = loom_database_text(name->server);
    values[1] = loom_database_text(name->kind);
    values[2] = loom_database_text(name->name);
}

enum loom_database_status loom_stored_key_save(struct loom_database *database,
                                               const struct loom_stored_key *key)
{
    struct loom_database_value values[9];
    write_name(&key->of, values);
    values[3] = loom_database_text(key->place);
    values[4] = loom_database_integer(key->version);
    values[5] = loom_database_bytes_or_null(key->identity);
    values[6] = loom_database_bytes(key->sealed);
    values[7] = loom_database_text(key->state);
    values[8] = loom_database_integer(key->created);
    return loom_database_run(database, &put, values, 9, NULL, NULL);
}

enum loom_database_status loom_stored_key_remove_all(struct loom_database *database,
                                                     const struct loom_stored_name *of)
{
    struct loom_database_value values[3];
    write_name(of, values);
    return loom_database_run(database, &remove_all, values, 3, NULL, NULL);
}

struct visit {
    loom_stored_key_visitor *visit;
    void *user;
};

static bool show(void *user, const struct loom_database_value *columns, size_t count)
{
    const struct visit *visit = user;
    struct loom_stored_key key = {
        .of = {loom_database_as_text(&columns[0]), loom_database_as_text(&columns[1]),
               loom_database_as_text(&columns[2])},
        .place = loom_database_as_text(&columns[3]),
        .version = loom_database_as_integer(&columns[4]),
        .identity = loom_database_as_bytes(&columns[5]),
        .sealed = loom_database_as_bytes(&columns[6]),
        .state = loom_database_as_text(&columns[7]),
        .created = loom_database_as_integer(&columns[8]),
    };
    (void)count;
    return visit->visit(visit->user, &key);
}

enum loom_database_status loom_stored_key_find(struct loom_database *database,
                                               const struct loom_stored_name *of,
                                               loom_stored_key_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    struct loom_database_value values[3];
    write_name(of, values);
    return loom_database_run(database, &find, values, 3, show, &one);
}

enum loom_database_status loom_stored_key_each(struct loom_database *database,
                                               struct loom_text server,
                                               loom_stored_key_visitor *visit, void *user)
{
    struct visit one = {visit, user};
    struct loom_database_value value = loom_database_text(server);
    return loom_database_run(database, &of_server, &value, 1, show, &one);
}

static bool note(void *user, const struct loom_database_value *columns, size_t count)
{
    (void)columns;
    (void)count;
    *(bool *)user = true;
    return false;
}

enum loom_database_status loom_stored_key_any(struct loom_database *database, bool *any)
{
    *any = false;
    return loom_database_run(database, &first, NULL, 0, note, any);
}
