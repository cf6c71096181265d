/* SPDX-License-Identifier: Apache-2.0 */
/* Documents and their keys from the database, as rows for a directory. */
#include "accounts/kept_parts.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdlib.h>

/* Of more documents all keys are read at once. */
#define KEYS_ONE_BY_ONE 64u

/* ---- rows ------------------------------------------------------------------------------------ */

/* The text of a row is in one piece of memory, which begins with its name. */
static void free_row(struct loom_directory_row *row)
{
    loom_document_keys_free((struct loom_document_key *)(uintptr_t)row->keys);
    free((char *)(uintptr_t)row->name.data);
}

void loom_kept_drop(struct loom_kept_reading *reading)
{
    for (size_t i = 0; i < reading->found.count; i++) {
        free_row(&reading->found.rows[i]);
    }
    free(reading->found.rows);
    free(reading->sealed_otherwise);
    reading->found = (struct loom_directory_found){.rows = NULL};
    reading->sealed_otherwise = NULL;
    reading->room = 0;
    reading->documents = 0;
    reading->keys = 0;
    reading->no_memory = false;
}

static bool kind_of(struct loom_text text, enum loom_directory_kind *kind)
{
    for (unsigned i = 0; i < LOOM_DIRECTORY_KINDS; i++) {
        if (loom_text_is(text, loom_kept_kinds[i])) {
            *kind = (enum loom_directory_kind)i;
            return true;
        }
    }
    return false;
}

static bool take_document(void *user, const struct loom_stored_document *document)
{
    struct loom_kept_reading *reading = user;
    struct loom_directory_found *found = &reading->found;
    enum loom_directory_kind kind;
    if (!kind_of(document->name.kind, &kind) || document->name.name.data == NULL) {
        return true;
    }
    if (found->count == reading->room) {
        size_t room = reading->room == 0 ? 16 : 2 * reading->room;
        struct loom_directory_row *grown = realloc(found->rows, room * sizeof *grown);
        reading->no_memory = grown == NULL;
        if (grown == NULL) {
            return false;
        }
        found->rows = grown;
        reading->room = room;
    }
    char *at = malloc(document->name.name.length + document->parent.length +
                      document->document.length + 1);
    reading->no_memory = at == NULL;
    if (at == NULL) {
        return false;
    }
    struct loom_directory_row *row = &found->rows[found->count++];
    *row = (struct loom_directory_row){.kind = kind, .generation = document->generation};
    row->name = loom_kept_copy(&at, document->name.name);
    row->parent = loom_kept_copy(&at, document->parent);
    row->document = loom_kept_copy(&at, document->document);
    reading->documents += row->document.data != NULL ? 1 : 0;
    return true;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int compare(const void *left, const void *right)
{
    const struct loom_directory_row *a = left;
    const struct loom_directory_row *b = right;
    size_t length = a->name.length < b->name.length ? a->name.length : b->name.length;
    int order = a->kind != b->kind ? (int)a->kind - (int)b->kind
                                   : memcmp(a->name.data, b->name.data, length);
    if (order == 0) {
        order = (a->name.length > b->name.length) - (a->name.length < b->name.length);
    }
    /* Of a document that was removed and made again, the one that is there comes first. */
    return order != 0 ? order : (a->document.data == NULL) - (b->document.data == NULL);
}

static bool open_key(struct loom_kept_reading *reading, const struct loom_stored_key *key,
                     struct loom_directory_row *row)
{
    char text[LOOM_STORED_BELONGS_MAX];
    char place[LOOM_DOCUMENT_PLACE_SIZE];
    struct loom_text belongs;
    size_t length = 0;
    struct loom_document_key *keys = (struct loom_document_key *)(uintptr_t)row->keys;
    uint8_t *secret = malloc(key->sealed.length + 1);
    memcpy(place, key->place.data, key->place.length);
    place[key->place.length] = '\0';
    bool good = secret != NULL && loom_stored_key_belongs(key, text, &belongs) &&
                loom_seal_reveal(reading->kept->seal, belongs, key->sealed, secret, &length,
                                 NULL) == LOOM_SEAL_OK &&
                loom_document_key_add(&keys, place, (struct loom_bytes){secret, length});
    row->keys = keys;
    if (secret != NULL) {
        loom_memory_wipe(secret, length);
    }
    free(secret);
    return good;
}

/* A document with a key that cannot be opened could be overwritten without it: nothing is read. */
static bool take_key(void *user, const struct loom_stored_key *key)
{
    struct loom_kept_reading *reading = user;
    struct loom_directory_row wanted = {.name = key->of.name, .document = {"", 0}};
    if (!kind_of(key->of.kind, &wanted.kind) || key->place.length >= LOOM_DOCUMENT_PLACE_SIZE) {
        return true;
    }
    struct loom_directory_row *row =
        reading->found.count == 0
            ? NULL
            : bsearch(&wanted, reading->found.rows, reading->found.count, sizeof wanted, compare);
    if (row == NULL) {
        return true;
    }
    reading->keys++;
    if (!open_key(reading, key, row)) {
        reading->sealed_otherwise = malloc(row->name.length + 1);
        if (reading->sealed_otherwise != NULL) {
            memcpy(reading->sealed_otherwise, row->name.data, row->name.length);
            reading->sealed_otherwise[row->name.length] = '\0';
        }
        reading->no_memory = reading->sealed_otherwise == NULL;
        return false;
    }
    return true;
}

static enum loom_database_status read_keys(struct loom_database *database,
                                           struct loom_kept_reading *reading)
{
    const struct loom_kept *kept = reading->kept;
    enum loom_database_status status = LOOM_DATABASE_OK;
    if (reading->found.count > 1) {
        qsort(reading->found.rows, reading->found.count, sizeof reading->found.rows[0], compare);
    }
    if (reading->documents > KEYS_ONE_BY_ONE) {
        return loom_stored_key_each(database, kept->server, take_key, reading);
    }
    for (size_t i = 0; status == LOOM_DATABASE_OK && i < reading->found.count; i++) {
        const struct loom_directory_row *row = &reading->found.rows[i];
        struct loom_stored_name name = {kept->server, loom_kept_text(loom_kept_kinds[row->kind]),
                                        row->name};
        if (row->document.data != NULL && reading->sealed_otherwise == NULL) {
            status = loom_stored_key_find(database, &name, take_key, reading);
        }
    }
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

enum loom_database_status loom_kept_read(struct loom_database *database,
                                         struct loom_kept_reading *reading)
{
    struct loom_stored_since since = {reading->kept->server, reading->seen, reading->author};
    int64_t last;
    int64_t forgotten;
    enum loom_database_status status = LOOM_DATABASE_OK;
    loom_kept_drop(reading);
    if (reading->forget != 0) {
        status = loom_stored_document_forget(database, reading->forget);
    }
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_document_generation(database, &last, &forgotten);
    }
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    reading->found.generation = last;
    reading->found.whole = reading->all || reading->seen < forgotten;
    if (last == reading->seen && !reading->found.whole) {
        return LOOM_DATABASE_OK;
    }
    if (reading->found.whole) {
        since.generation = 0;
        since.author = (struct loom_text){"", 0};
    }
    status = loom_stored_document_since(database, &since, take_document, reading);
    if (status == LOOM_DATABASE_OK && !reading->no_memory) {
        status = read_keys(database, reading);
    }
    bool whole = !reading->no_memory && reading->sealed_otherwise == NULL;
    return status == LOOM_DATABASE_OK && !whole ? LOOM_DATABASE_ERROR : status;
}
