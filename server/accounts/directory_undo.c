/* SPDX-License-Identifier: Apache-2.0 */
/* Changes that become durable together: what was in force before them, until they are durable. */
#include "accounts/directory_entry.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* An entry before the first change of it. */
struct loom_undo {
    struct loom_entry *entry;
    enum loom_directory_kind kind;
    bool is_new; /* there was none; the rest is empty */
    struct loom_entry *parent;
    char *text;
    json_t *document;
    struct loom_document_key *keys;
    struct loom_claims claims;
    int64_t generation;
};

static void forget(struct loom_undo *undo)
{
    undo->entry->saved = false;
    loom_document_keys_free(undo->keys);
    json_decref(undo->document);
    free(undo->claims.items);
    free(undo->text);
}

void loom_undos_cut(struct loom_undos *undos, size_t count)
{
    while (undos->count > count) {
        forget(&undos->items[--undos->count]);
    }
}

static bool copy(struct loom_undo *undo, const struct loom_entry *entry)
{
    size_t size = entry->claim_count * sizeof entry->claims[0];
    undo->text = malloc(strlen(entry->text) + 1);
    undo->claims.items = malloc(size + 1);
    if (undo->text == NULL || undo->claims.items == NULL ||
        !loom_document_keys_copy(entry->keys, &undo->keys)) {
        return false;
    }
    memcpy(undo->text, entry->text, strlen(entry->text) + 1);
    if (size > 0) {
        memcpy(undo->claims.items, entry->claims, size);
    }
    undo->claims.count = entry->claim_count;
    undo->document = json_incref(entry->document); /* it is replaced, never changed */
    undo->parent = entry->parent;
    undo->generation = entry->generation;
    return true;
}

bool loom_undos_add(struct loom_undos *undos, enum loom_directory_kind kind,
                    struct loom_entry *entry, bool is_new)
{
    if (!undos->open || entry->saved) {
        return true;
    }
    if (undos->count == undos->room) {
        size_t room = undos->room == 0 ? 16 : undos->room * 2;
        struct loom_undo *grown = realloc(undos->items, room * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        undos->items = grown;
        undos->room = room;
    }
    struct loom_undo *undo = &undos->items[undos->count++];
    *undo = (struct loom_undo){.entry = entry, .kind = kind, .is_new = is_new};
    entry->saved = true;
    return is_new || copy(undo, entry);
}

static void set_parent(struct loom_entry *entry, struct loom_entry *parent)
{
    if (entry->parent != NULL) {
        entry->parent->children--;
    }
    entry->parent = parent;
    if (parent != NULL) {
        parent->children++;
    }
}

static void restore(struct loom_directory *directory, struct loom_undo *undo)
{
    struct loom_entry *entry = undo->entry;
    char *text = entry->text;
    json_t *document = entry->document;
    struct loom_document_key *keys = entry->keys;
    set_parent(entry, undo->parent);
    entry->text = undo->text;
    entry->document = undo->document;
    entry->keys = undo->keys;
    entry->generation = undo->generation;
    loom_claims_take(directory, entry, &undo->claims);
    if (undo->kind == LOOM_DIRECTORY_ACCOUNT) {
        loom_entry_tell(directory, entry, false);
    }
    undo->text = text;
    undo->document = document;
    undo->keys = keys;
}

static void take_away(struct loom_directory *directory, struct loom_undo *undo)
{
    set_parent(undo->entry, NULL);
    loom_claims_drop(directory, undo->entry);
    loom_entries_remove(&directory->entries[undo->kind], undo->entry);
    if (undo->kind == LOOM_DIRECTORY_ACCOUNT) {
        loom_entry_tell(directory, undo->entry, true);
    }
    loom_entry_free(undo->entry);
}

/* Entries that are new may be the parents of those that are not, and of one another. */
static void go_back(struct loom_directory *directory)
{
    struct loom_undos *undos = &directory->undos;
    for (size_t i = 0; i < undos->count; i++) {
        if (!undos->items[i].is_new) {
            restore(directory, &undos->items[i]);
            forget(&undos->items[i]);
        }
    }
    for (unsigned kind = LOOM_DIRECTORY_KINDS; kind-- > 0;) {
        for (size_t i = 0; i < undos->count; i++) {
            if (undos->items[i].is_new && undos->items[i].kind == (enum loom_directory_kind)kind) {
                take_away(directory, &undos->items[i]);
            }
        }
    }
    undos->count = 0;
}

void loom_undos_end(struct loom_undos *undos)
{
    loom_undos_cut(undos, 0);
    free(undos->items);
    *undos = (struct loom_undos){.open = false};
}

/* ---- changes together ------------------------------------------------------------------------ */

enum loom_status loom_directory_begin(struct loom_directory *directory)
{
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    enum loom_status status = keeper == NULL ? LOOM_OK : keeper->begin(keeper->self);
    directory->undos.open = status == LOOM_OK;
    return status;
}

enum loom_status loom_directory_end(struct loom_directory *directory)
{
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    enum loom_status status = keeper == NULL ? LOOM_OK : keeper->commit(keeper->self);
    if (status != LOOM_OK) {
        go_back(directory);
    }
    loom_undos_end(&directory->undos);
    return status;
}

void loom_directory_give_up(struct loom_directory *directory)
{
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    if (keeper != NULL) {
        keeper->rollback(keeper->self);
    }
    go_back(directory);
    loom_undos_end(&directory->undos);
}
