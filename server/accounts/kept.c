/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getentropy() */

#include "accounts/kept.h"

#include "catalog/value.h"
#include "common/memory.h"
#include "common/text.h"
#include "store/stored_document.h"
#include "store/stored_user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET_SETTING "fingerprints"

struct loom_kept {
    struct loom_database *database;
    struct loom_seal *seal;
    struct loom_text server;
    int64_t (*now)(void);
    bool inside; /* a transaction of several changes: each of them is a part of it */
    bool part;
    struct loom_directory_keeper keeper;
};

static const char *const kinds[LOOM_DIRECTORY_KINDS] = {"profile", "group", "account"};

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

static enum loom_status status_of(enum loom_database_status status)
{
    return status == LOOM_DATABASE_OK         ? LOOM_OK
           : status == LOOM_DATABASE_CONFLICT ? LOOM_CONFLICT
                                              : LOOM_UNAVAILABLE;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum loom_database_status begin_whole(struct loom_kept *kept)
{
    enum loom_database_status status = loom_database_begin(kept->database);
    if (status == LOOM_DATABASE_LOST && loom_database_reopen(kept->database) == LOOM_DATABASE_OK) {
        status = loom_database_begin(kept->database);
    }
    kept->inside = status == LOOM_DATABASE_OK;
    return status;
}

static enum loom_status begin(void *self)
{
    struct loom_kept *kept = self;
    if (!kept->inside) {
        return status_of(begin_whole(kept));
    }
    enum loom_status status = status_of(loom_database_savepoint(kept->database));
    kept->part = status == LOOM_OK;
    return status;
}

static enum loom_status commit(void *self)
{
    struct loom_kept *kept = self;
    enum loom_database_status status;
    if (kept->part) {
        kept->part = false;
        status = loom_database_release(kept->database);
    } else {
        kept->inside = false;
        status = loom_database_commit(kept->database);
    }
    return status == LOOM_DATABASE_OK ? LOOM_OK : LOOM_UNAVAILABLE;
}

static void rollback(void *self)
{
    struct loom_kept *kept = self;
    if (kept->part) {
        kept->part = false;
        (void)loom_database_rewind(kept->database);
    } else {
        kept->inside = false;
        loom_database_rollback(kept->database);
    }
}

static enum loom_database_status save_key(struct loom_kept *kept, const struct loom_stored_name *of,
                                          const struct loom_document_key *key)
{
    char text[LOOM_STORED_BELONGS_MAX];
    struct loom_text belongs;
    struct loom_stored_key stored = {.of = *of,
                                     .place = text_of(key->place),
                                     .version = 1,
                                     .state = {"", 0},
                                     .created = kept->now()};
    size_t length = key->length + LOOM_SEAL_OVERHEAD;
    uint8_t *sealed = malloc(length);
    enum loom_database_status status = LOOM_DATABASE_ERROR;
    if (sealed != NULL && loom_stored_key_belongs(&stored, text, &belongs) &&
        loom_seal_secret(kept->seal, belongs, (struct loom_bytes){key->bytes, key->length},
                         sealed) == LOOM_SEAL_OK) {
        stored.sealed = (struct loom_bytes){sealed, length};
        status = loom_stored_key_save(kept->database, &stored);
    }
    free(sealed);
    return status;
}

static enum loom_status save(void *self, const struct loom_directory_row *row, int64_t *generation)
{
    struct loom_kept *kept = self;
    int64_t now = kept->now();
    struct loom_stored_document document = {
        .name = {kept->server, text_of(kinds[row->kind]), row->name},
        .parent = row->parent,
        .document = row->document,
        .created = now,
        .changed = now};
    enum loom_database_status status =
        loom_stored_document_save(kept->database, &document, row->generation, generation);
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_key_remove_all(kept->database, &document.name);
    }
    for (const struct loom_document_key *key = row->keys; status == LOOM_DATABASE_OK && key != NULL;
         key = key->next) {
        status = save_key(kept, &document.name, key);
    }
    return status_of(status);
}

static enum loom_status remove_row(void *self, enum loom_directory_kind kind, struct loom_text name,
                                   int64_t generation)
{
    struct loom_kept *kept = self;
    struct loom_stored_name stored = {kept->server, text_of(kinds[kind]), name};
    return status_of(loom_stored_document_remove(kept->database, &stored, generation, kept->now()));
}

struct loom_kept *loom_kept_create(struct loom_database *database, struct loom_seal *seal,
                                   enum loom_fleet_accounts_kind server, int64_t (*now)(void))
{
    struct loom_kept *kept = calloc(1, sizeof *kept);
    if (kept != NULL) {
        kept->database = database;
        kept->seal = seal;
        kept->server = text_of(server == LOOM_FLEET_BOOTSTRAP ? "bootstrap" : "management");
        kept->now = now;
        kept->keeper = (struct loom_directory_keeper){.self = kept,
                                                      .begin = begin,
                                                      .save = save,
                                                      .remove = remove_row,
                                                      .commit = commit,
                                                      .rollback = rollback};
    }
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

/* ---- the secret of fingerprints -------------------------------------------------------------- */

/* A setting is text: sealed bytes as hex. */
struct setting {
    bool found;
    char hex[2 * (LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD) + 1];
};

static const struct loom_text secret_belongs = {"settings " SECRET_SETTING,
                                                sizeof "settings " SECRET_SETTING - 1};

static bool take_setting(void *user, struct loom_text name, struct loom_text value)
{
    struct setting *setting = user;
    if (loom_text_is(name, SECRET_SETTING) && value.length + 1 == sizeof setting->hex) {
        memcpy(setting->hex, value.data, value.length);
        setting->found = true;
    }
    return !setting->found;
}

static enum loom_database_status open_secret(const struct loom_kept *kept,
                                             const struct setting *setting, uint8_t *secret)
{
    uint8_t sealed[LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD];
    size_t length;
    bool good =
        loom_hex_read((struct loom_text){setting->hex, sizeof setting->hex - 1}, sealed) &&
        loom_seal_reveal(kept->seal, secret_belongs, (struct loom_bytes){sealed, sizeof sealed},
                         secret, &length, NULL) == LOOM_SEAL_OK;
    return good ? LOOM_DATABASE_OK : LOOM_DATABASE_ERROR;
}

static enum loom_database_status make_secret(struct loom_kept *kept, struct setting *setting,
                                             uint8_t *secret)
{
    uint8_t sealed[LOOM_DIRECTORY_SECRET_SIZE + LOOM_SEAL_OVERHEAD];
    if (getentropy(secret, LOOM_DIRECTORY_SECRET_SIZE) != 0 ||
        loom_seal_secret(kept->seal, secret_belongs,
                         (struct loom_bytes){secret, LOOM_DIRECTORY_SECRET_SIZE},
                         sealed) != LOOM_SEAL_OK) {
        return LOOM_DATABASE_ERROR;
    }
    for (size_t i = 0; i < sizeof sealed; i++) {
        (void)snprintf(setting->hex + 2 * i, 3, "%02x", sealed[i]);
    }
    enum loom_database_status status = loom_database_begin(kept->database);
    if (status == LOOM_DATABASE_OK) {
        status = loom_stored_setting_save(kept->database, text_of(SECRET_SETTING),
                                          text_of(setting->hex), kept->now());
    }
    if (status == LOOM_DATABASE_OK) {
        return loom_database_commit(kept->database);
    }
    loom_database_rollback(kept->database);
    return status;
}

enum loom_database_status loom_kept_secret(struct loom_kept *kept,
                                           uint8_t secret[LOOM_DIRECTORY_SECRET_SIZE])
{
    struct setting setting = {.found = false};
    enum loom_database_status status =
        loom_stored_setting_each(kept->database, take_setting, &setting);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    return setting.found ? open_secret(kept, &setting, secret)
                         : make_secret(kept, &setting, secret);
}

enum loom_database_status loom_kept_is_sealed(struct loom_database *database, bool *sealed)
{
    struct setting setting = {.found = false};
    enum loom_database_status status = loom_stored_key_any(database, sealed);
    if (status == LOOM_DATABASE_OK && !*sealed) {
        status = loom_stored_setting_each(database, take_setting, &setting);
        *sealed = setting.found;
    }
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The keys of one document. */
struct owned {
    enum loom_directory_kind kind;
    char *name;
    struct loom_document_key *keys;
};

struct loading {
    const struct loom_kept *kept;
    struct loom_directory *directory;
    struct owned *owned; /* ascending by kind and name when documents are read */
    size_t count;
    size_t room;
    struct loom_kept_counts *counts;
    enum loom_directory_kind kind;
    loom_document_report *report;
    void *user;
    const char *name; /* of the document that is read */
    bool good;
};

static int compare(const void *left, const void *right)
{
    const struct owned *a = left;
    const struct owned *b = right;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->name, b->name);
}

static bool kind_of(struct loom_text text, enum loom_directory_kind *kind)
{
    for (unsigned i = 0; i < LOOM_DIRECTORY_KINDS; i++) {
        if (loom_text_is(text, kinds[i])) {
            *kind = (enum loom_directory_kind)i;
            return true;
        }
    }
    return false;
}

static struct owned *owner_of(struct loading *loading, const struct loom_stored_key *key,
                              enum loom_directory_kind kind)
{
    struct owned *last = loading->count == 0 ? NULL : &loading->owned[loading->count - 1];
    if (last != NULL && last->kind == kind && loom_text_same(text_of(last->name), key->of.name)) {
        return last;
    }
    if (loading->count == loading->room) {
        size_t room = loading->room == 0 ? 64 : loading->room * 2;
        struct owned *grown = realloc(loading->owned, room * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        loading->owned = grown;
        loading->room = room;
    }
    last = &loading->owned[loading->count];
    last->kind = kind;
    last->keys = NULL;
    last->name = malloc(key->of.name.length + 1);
    if (last->name == NULL) {
        return NULL;
    }
    memcpy(last->name, key->of.name.data, key->of.name.length);
    last->name[key->of.name.length] = '\0';
    loading->count++;
    return last;
}

static bool take_key(void *user, const struct loom_stored_key *key)
{
    struct loading *loading = user;
    char text[LOOM_STORED_BELONGS_MAX];
    char place[LOOM_DOCUMENT_PLACE_SIZE];
    struct loom_text belongs;
    enum loom_directory_kind kind;
    size_t length = 0;
    if (!kind_of(key->of.kind, &kind) || key->place.length >= sizeof place) {
        return true;
    }
    struct owned *owned = owner_of(loading, key, kind);
    uint8_t *secret = malloc(key->sealed.length + 1);
    memcpy(place, key->place.data, key->place.length);
    place[key->place.length] = '\0';
    loading->good =
        owned != NULL && secret != NULL && loom_stored_key_belongs(key, text, &belongs) &&
        loom_seal_reveal(loading->kept->seal, belongs, key->sealed, secret, &length, NULL) ==
            LOOM_SEAL_OK &&
        loom_document_key_add(&owned->keys, place, (struct loom_bytes){secret, length});
    if (secret != NULL) {
        loom_memory_wipe(secret, length);
    }
    free(secret);
    if (!loading->good && owned != NULL) {
        loading->report(loading->user, owned->name,
                        "a key cannot be opened: the key file is another one");
    }
    loading->counts->keys++;
    return loading->good;
}

static void on_mistake(void *user, const char *at, const char *detail)
{
    struct loading *loading = user;
    char text[512];
    (void)snprintf(text, sizeof text, "%s%s%s", at, at[0] == '\0' ? "" : ": ", detail);
    loading->report(loading->user, loading->name, text);
}

static bool take_document(void *user, const struct loom_stored_document *document)
{
    struct loading *loading = user;
    char name[LOOM_DIRECTORY_NAME_MAX + 1];
    struct loom_directory_row row = {.kind = loading->kind,
                                     .name = document->name.name,
                                     .parent = document->parent,
                                     .document = document->document,
                                     .generation = document->generation};
    if (document->name.name.length >= sizeof name) {
        loading->counts->unusable++;
        return true;
    }
    memcpy(name, document->name.name.data, document->name.name.length);
    name[document->name.name.length] = '\0';
    struct owned wanted = {.kind = loading->kind, .name = name};
    const struct owned *owned =
        loading->count == 0
            ? NULL
            : bsearch(&wanted, loading->owned, loading->count, sizeof wanted, compare);
    row.keys = owned == NULL ? NULL : owned->keys;
    loading->name = name;
    loading->counts->documents++;
    if (loom_directory_restore(loading->directory, &row, on_mistake, loading) != LOOM_OK) {
        loading->counts->unusable++;
    }
    return true;
}

static enum loom_database_status read_all(struct loading *loading)
{
    const struct loom_kept *kept = loading->kept;
    enum loom_database_status status =
        loom_stored_key_each(kept->database, kept->server, take_key, loading);
    if (status != LOOM_DATABASE_OK || !loading->good) {
        return status == LOOM_DATABASE_OK ? LOOM_DATABASE_ERROR : status;
    }
    if (loading->count > 1) {
        qsort(loading->owned, loading->count, sizeof loading->owned[0], compare);
    }
    for (unsigned i = 0; status == LOOM_DATABASE_OK && i < LOOM_DIRECTORY_KINDS; i++) {
        struct loom_stored_name of = {kept->server, text_of(kinds[i]), {"", 0}};
        loading->kind = (enum loom_directory_kind)i;
        status = loom_stored_document_page(kept->database, &of, (struct loom_text){NULL, 0}, 0,
                                           take_document, loading);
    }
    return status;
}

enum loom_database_status loom_kept_load(struct loom_kept *kept, struct loom_directory *directory,
                                         struct loom_kept_counts *counts,
                                         loom_document_report *report, void *user)
{
    struct loading loading = {.kept = kept,
                              .directory = directory,
                              .counts = counts,
                              .report = report,
                              .user = user,
                              .good = true};
    memset(counts, 0, sizeof *counts);
    enum loom_database_status status = loom_database_begin_reading(kept->database);
    if (status == LOOM_DATABASE_OK) {
        status = read_all(&loading);
        loom_database_rollback(kept->database);
    }
    for (size_t i = 0; i < loading.count; i++) {
        loom_document_keys_free(loading.owned[i].keys);
        free(loading.owned[i].name);
    }
    free(loading.owned);
    return status;
}
