/* SPDX-License-Identifier: Apache-2.0 */
/* What a directory makes durable: rows, as a job of the writer. */
#define _DEFAULT_SOURCE /* getentropy() */

#include "accounts/kept_parts.h"

#include "common/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *const loom_kept_kinds[LOOM_DIRECTORY_KINDS] = {"profile", "group", "account"};

/* A key, sealed. */
struct sealed {
    struct sealed *next;
    size_t length;
    char place[LOOM_DOCUMENT_PLACE_SIZE];
    uint8_t bytes[];
};

/* A row. What the writer's thread needs is all here: the directory goes on meanwhile. */
struct row {
    struct row *next;
    enum loom_directory_kind kind;
    bool only_expected;
    struct loom_text name;
    struct loom_text parent;
    struct loom_text document;
    struct sealed *keys;
    int64_t expected;
    char text[]; /* of the three */
};

struct loom_directory_rows {
    struct loom_kept *kept;
    struct row *first;
    struct row **end;
    size_t count; /* of rows that are stored */
    int64_t *generations;
    int64_t seen;
    int64_t now;
    loom_directory_kept *done;
    void *data;
};

/* ---- rows ------------------------------------------------------------------------------------ */

static void drop(struct loom_directory_rows *rows)
{
    struct row *row = rows->first;
    while (row != NULL) {
        struct row *next = row->next;
        while (row->keys != NULL) {
            struct sealed *key = row->keys;
            row->keys = key->next;
            free(key);
        }
        free(row);
        row = next;
    }
    free(rows->generations);
    free(rows);
}

static struct loom_directory_rows *begin(void *self)
{
    struct loom_directory_rows *rows = calloc(1, sizeof *rows);
    if (rows != NULL) {
        rows->kept = self;
        rows->end = &rows->first;
    }
    return rows;
}

static struct row *append(struct loom_directory_rows *rows, const struct loom_directory_row *from)
{
    size_t size = from->name.length + from->parent.length + from->document.length;
    struct row *row = calloc(1, sizeof *row + size);
    if (row != NULL) {
        char *at = row->text;
        row->kind = from->kind;
        row->name = loom_kept_copy(&at, from->name);
        row->parent = loom_kept_copy(&at, from->parent);
        row->document = loom_kept_copy(&at, from->document);
        row->expected = from->generation == 0 ? LOOM_STORED_NEW : from->generation;
        *rows->end = row;
        rows->end = &row->next;
    }
    return row;
}

static struct loom_stored_name stored_name(const struct loom_kept *kept, const struct row *row)
{
    return (struct loom_stored_name){kept->server, loom_kept_text(loom_kept_kinds[row->kind]),
                                     row->name};
}

static bool seal(const struct loom_kept *kept, struct row *row, const struct loom_document_key *key)
{
    char text[LOOM_STORED_BELONGS_MAX];
    struct loom_text belongs;
    struct loom_stored_key stored = {
        .of = stored_name(kept, row), .place = loom_kept_text(key->place), .version = 1};
    size_t length = key->length + LOOM_SEAL_OVERHEAD;
    struct sealed *sealed = calloc(1, sizeof *sealed + length);
    if (sealed == NULL || stored.place.length >= sizeof sealed->place ||
        !loom_stored_key_belongs(&stored, text, &belongs) ||
        loom_seal_secret(kept->seal, belongs, (struct loom_bytes){key->bytes, key->length},
                         sealed->bytes) != LOOM_SEAL_OK) {
        free(sealed);
        return false;
    }
    memcpy(sealed->place, key->place, stored.place.length);
    sealed->length = length;
    sealed->next = row->keys;
    row->keys = sealed;
    return true;
}

static bool add(struct loom_directory_rows *rows, const struct loom_directory_row *from)
{
    struct row *row = append(rows, from);
    bool good = row != NULL;
    rows->count++;
    for (const struct loom_document_key *key = from->keys; good && key != NULL; key = key->next) {
        good = seal(rows->kept, row, key);
    }
    return good;
}

static bool expect(struct loom_directory_rows *rows, enum loom_directory_kind kind,
                   struct loom_text name, int64_t generation)
{
    const struct loom_directory_row from = {.kind = kind, .name = name, .generation = generation};
    struct row *row = append(rows, &from);
    if (row != NULL) {
        row->only_expected = true;
    }
    return row != NULL;
}

/* ---- the job --------------------------------------------------------------------------------- */

static bool note_one(void *user, const struct loom_stored_document *document)
{
    (void)document;
    *(bool *)user = true;
    return false;
}

static bool take_generation(void *user, const struct loom_stored_document *document)
{
    *(int64_t *)user = document->generation;
    return false;
}

/* Whether what was tried was all that there is. */
static enum loom_database_status check(struct loom_database *database,
                                       const struct loom_directory_rows *rows)
{
    const struct loom_kept *kept = rows->kept;
    const struct loom_stored_since since = {kept->server, rows->seen, loom_kept_text(kept->author)};
    bool others = false;
    enum loom_database_status status = loom_stored_document_lock(database);
    if (status == LOOM_DATABASE_OK && rows->seen >= 0) {
        status = loom_stored_document_since(database, &since, note_one, &others);
    }
    for (const struct row *row = rows->first; status == LOOM_DATABASE_OK && row != NULL;
         row = row->next) {
        struct loom_stored_name name = stored_name(kept, row);
        int64_t generation = 0;
        if (row->only_expected) {
            status = loom_stored_document_find(database, &name, take_generation, &generation);
            others |= generation != row->expected;
        }
    }
    return status == LOOM_DATABASE_OK && others ? LOOM_DATABASE_CONFLICT : status;
}

static enum loom_database_status save_keys(struct loom_database *database,
                                           const struct loom_directory_rows *rows,
                                           const struct row *row)
{
    struct loom_stored_name name = stored_name(rows->kept, row);
    enum loom_database_status status = row->expected == LOOM_STORED_NEW
                                           ? LOOM_DATABASE_OK
                                           : loom_stored_key_remove_all(database, &name);
    for (const struct sealed *key = row->keys; status == LOOM_DATABASE_OK && key != NULL;
         key = key->next) {
        const struct loom_stored_key stored = {.of = name,
                                               .place = loom_kept_text(key->place),
                                               .version = 1,
                                               .state = {"", 0},
                                               .sealed = {key->bytes, key->length},
                                               .created = rows->now};
        status = loom_stored_key_save(database, &stored);
    }
    return status;
}

static enum loom_database_status save(struct loom_database *database,
                                      const struct loom_directory_rows *rows, const struct row *row,
                                      int64_t *generation)
{
    const struct loom_stored_document document = {.name = stored_name(rows->kept, row),
                                                  .parent = row->parent,
                                                  .document = row->document,
                                                  .author = loom_kept_text(rows->kept->author),
                                                  .created = rows->now,
                                                  .changed = rows->now};
    if (row->document.data == NULL) {
        return loom_stored_document_remove(database, &document, row->expected, generation);
    }
    enum loom_database_status status =
        loom_stored_document_save(database, &document, row->expected, generation);
    return status == LOOM_DATABASE_OK ? save_keys(database, rows, row) : status;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct loom_directory_rows *rows = data;
    size_t at = 0;
    enum loom_database_status status = check(database, rows);
    for (const struct row *row = rows->first; status == LOOM_DATABASE_OK && row != NULL;
         row = row->next) {
        if (!row->only_expected) {
            status = save(database, rows, row, &rows->generations[at++]);
        }
    }
    return status;
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_directory_rows *rows = data;
    rows->kept->unsure |= status == LOOM_DATABASE_LOST;
    rows->done(rows->data,
               status == LOOM_DATABASE_OK         ? LOOM_OK
               : status == LOOM_DATABASE_CONFLICT ? LOOM_CONFLICT
                                                  : LOOM_UNAVAILABLE,
               rows->generations);
    drop(rows);
}

/* A database that has not answered for a while is as good as gone: who asks is told so at once. */
static bool post(struct loom_directory_rows *rows, int64_t seen, loom_directory_kept *told,
                 void *data)
{
    struct loom_kept *kept = rows->kept;
    const struct loom_writer_job job = {run, done, rows};
    rows->seen = seen;
    rows->now = kept->now();
    rows->done = told;
    rows->data = data;
    rows->generations = calloc(rows->count, sizeof rows->generations[0]);
    if (rows->generations == NULL || kept->writer == NULL || loom_writer_lost(kept->writer) ||
        loom_writer_post(kept->writer, &job) == 0) {
        drop(rows);
        return false;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct loom_kept *loom_kept_create(struct loom_database *database, struct loom_seal *sealing,
                                   enum loom_fleet_accounts_kind server, int64_t (*now)(void))
{
    struct loom_kept *kept = calloc(1, sizeof *kept);
    uint64_t author;
    if (kept == NULL || getentropy(&author, sizeof author) != 0) {
        free(kept);
        return NULL;
    }
    (void)snprintf(kept->author, sizeof kept->author, "%016llx", (unsigned long long)author);
    kept->database = database;
    kept->seal = sealing;
    kept->server = loom_kept_text(server == LOOM_FLEET_BOOTSTRAP ? "bootstrap" : "management");
    kept->now = now;
    kept->keeper = (struct loom_directory_keeper){
        .self = kept, .begin = begin, .add = add, .expect = expect, .post = post, .drop = drop};
    return kept;
}

void loom_kept_destroy(struct loom_kept *kept)
{
    free(kept);
}

const struct loom_directory_keeper *loom_kept_keeper(const struct loom_kept *kept)
{
    return &kept->keeper;
}
