/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in the store is taken in: all of it at the start, later what other nodes have changed. It
 * is in force as it is; what is wrong with it is told. Accounts get their keys before the documents
 * of their group and profile, so that none is without a key that is there.
 */
#include "accounts/directory_entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum stage { KEYS, PROFILES, GROUPS, ACCOUNTS, REMOVALS, SWEEP, CLAIMS, OVER };

struct loom_taking {
    struct loom_directory_found found;
    enum stage stage;
    size_t at;
    enum loom_directory_kind kind; /* of SWEEP and REMOVALS, the last one first */
    bool has_shared;               /* a group or a profile */
    size_t unusable;
    const char *name; /* of the document that is looked at */
};

bool loom_directory_take(struct loom_directory *directory, const struct loom_directory_found *found)
{
    directory->taking = calloc(1, sizeof *directory->taking);
    if (directory->taking == NULL) {
        return false;
    }
    directory->taking->found = *found;
    directory->taking->kind = LOOM_DIRECTORY_ACCOUNT;
    directory->lost = false;
    for (size_t i = 0; i < found->count; i++) {
        directory->taking->has_shared |= found->rows[i].kind != LOOM_DIRECTORY_ACCOUNT;
    }
    directory->ready = true;
    return true;
}

bool loom_directory_is_taking(const struct loom_directory *directory)
{
    return directory->taking != NULL;
}

bool loom_taking_changes(const struct loom_directory *directory)
{
    return directory->taking->found.count > 0 || directory->taking->found.whole;
}

static void tell(void *user, const char *at, const char *detail)
{
    struct loom_taking *taking = user;
    char text[512];
    (void)snprintf(text, sizeof text, "%s%s%s", taking->name, at[0] == '\0' ? "" : ": ", at);
    taking->found.report(taking->found.user, text, detail);
}

static void leave_out(struct loom_taking *taking, const char *detail)
{
    tell(taking, "", detail);
    taking->unusable++;
}

/* ---- documents ------------------------------------------------------------------------------- */

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

/* Its keys before those that it has: see the head of this file. */
static void take_keys(struct loom_directory *directory, const struct loom_directory_row *row)
{
    struct loom_entry *entry = loom_entry_find(directory, row->kind, row->name);
    struct loom_document_key *keys = NULL;
    if (entry == NULL || row->document.data == NULL || entry->generation >= row->generation ||
        !loom_document_keys_copy(row->keys, &keys) || keys == NULL) {
        return;
    }
    struct loom_document_key *last = keys;
    while (last->next != NULL) {
        last = last->next;
    }
    last->next = entry->keys;
    entry->keys = keys;
}

/* What an entry is made of; @return false: it is told what is wrong */
static bool read_row(struct loom_taking *taking, const struct loom_directory_row *row,
                     struct loom_entry *made)
{
    made->text = malloc(row->document.length + 1);
    if (made->text == NULL || !loom_document_keys_copy(row->keys, &made->keys)) {
        leave_out(taking, "there is no memory for it");
        return false;
    }
    memcpy(made->text, row->document.data, row->document.length);
    made->text[row->document.length] = '\0';
    made->document = json_loads(made->text, 0, NULL);
    if (!json_is_object(made->document)) {
        leave_out(taking, "it is not JSON");
        return false;
    }
    return true;
}

static struct loom_entry *find_parent(const struct loom_directory *directory,
                                      const struct loom_directory_row *row)
{
    return row->parent.data == NULL
               ? NULL
               : loom_entry_find(directory,
                                 row->kind == LOOM_DIRECTORY_ACCOUNT ? LOOM_DIRECTORY_GROUP
                                                                     : LOOM_DIRECTORY_PROFILE,
                                 row->parent);
}

static struct loom_entry *enter(struct loom_directory *directory,
                                const struct loom_directory_row *row)
{
    struct loom_entries *entries = &directory->entries[row->kind];
    struct loom_entry *entry = loom_entries_reserve(entries, 1) ? loom_entry_new(row->name) : NULL;
    if (entry != NULL) {
        loom_entries_put(entries, entry);
    }
    return entry;
}

static void exchange(struct loom_entry *entry, struct loom_entry *made)
{
    char *text = entry->text;
    json_t *document = entry->document;
    struct loom_document_key *keys = entry->keys;
    entry->text = made->text;
    entry->document = made->document;
    entry->keys = made->keys;
    made->text = text;
    made->document = document;
    made->keys = keys;
}

static void take_document(struct loom_directory *directory, const struct loom_directory_row *row)
{
    struct loom_taking *taking = directory->taking;
    struct loom_entry *entry = loom_entry_find(directory, row->kind, row->name);
    struct loom_entry *parent = find_parent(directory, row);
    struct loom_entry made = {.parent = NULL};
    if (entry != NULL && entry->generation >= row->generation) {
        entry->found = taking->found.whole;
        return;
    }
    if (row->parent.data != NULL && parent == NULL) {
        leave_out(taking, "what it belongs to is not there");
    } else if (read_row(taking, row, &made)) {
        entry = entry == NULL ? enter(directory, row) : entry;
        if (entry == NULL) {
            leave_out(taking, "there is no memory for it");
        } else {
            if (row->kind == LOOM_DIRECTORY_ACCOUNT) {
                json_decref(made.document); /* accounts are many */
                made.document = NULL;
            }
            exchange(entry, &made);
            set_parent(entry, parent);
            entry->generation = row->generation;
            entry->touched = true;
        }
    }
    if (entry != NULL) {
        entry->found = taking->found.whole;
    }
    loom_document_keys_free(made.keys);
    json_decref(made.document);
    free(made.text);
}

static void remove_entry(struct loom_directory *directory, enum loom_directory_kind kind,
                         struct loom_entry *entry)
{
    if (entry->children > 0) {
        leave_out(directory->taking, "it was removed, though something belongs to it");
        return;
    }
    set_parent(entry, NULL);
    loom_claims_drop(directory, entry);
    loom_entries_remove(&directory->entries[kind], entry);
    if (kind == LOOM_DIRECTORY_ACCOUNT) {
        loom_entry_tell(directory, entry, true);
    }
    loom_entry_free(entry);
}

static void take_removal(struct loom_directory *directory, const struct loom_directory_row *row)
{
    struct loom_entry *entry = loom_entry_find(directory, row->kind, row->name);
    if (entry != NULL && row->document.data == NULL && entry->generation < row->generation) {
        remove_entry(directory, row->kind, entry);
    }
}

/* ---- what accounts claim --------------------------------------------------------------------- */

static void claim(struct loom_directory *directory, struct loom_entry *entry)
{
    struct loom_taking *taking = directory->taking;
    struct loom_claims claims = {NULL, 0};
    struct loom_making making;
    taking->name = entry->name;
    entry->touched = false;
    if (!loom_making_of(&making, directory, entry, tell, taking) ||
        !loom_claims_of(directory, making.account, loom_is_adopted(making.own), &claims)) {
        loom_claims_drop(directory, entry);
        taking->unusable++;
    } else {
        if (!loom_claims_are_free(directory, &claims, entry, tell, taking)) {
            taking->unusable++;
        }
        loom_claims_take(directory, entry, &claims);
    }
    loom_entry_tell(directory, entry, false);
    free(claims.items);
    loom_making_end_of(&making);
}

static bool is_touched(const struct loom_entry *entry)
{
    const struct loom_entry *group = entry->parent;
    return entry->touched ||
           (group != NULL && (group->touched || (group->parent != NULL && group->parent->touched)));
}

static void forget_touched(const struct loom_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        entries->items[i]->touched = false;
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void take_row(struct loom_directory *directory, const struct loom_directory_row *row)
{
    static const enum loom_directory_kind kinds[] = {[PROFILES] = LOOM_DIRECTORY_PROFILE,
                                                     [GROUPS] = LOOM_DIRECTORY_GROUP,
                                                     [ACCOUNTS] = LOOM_DIRECTORY_ACCOUNT};
    struct loom_taking *taking = directory->taking;
    char name[LOOM_DIRECTORY_NAME_MAX + 1];
    if (row->name.length >= sizeof name) {
        taking->unusable += taking->stage == KEYS ? 1 : 0;
        return;
    }
    memcpy(name, row->name.data, row->name.length);
    name[row->name.length] = '\0';
    taking->name = name;
    if (taking->stage == KEYS) {
        if (row->kind == LOOM_DIRECTORY_ACCOUNT && taking->has_shared) {
            take_keys(directory, row);
        }
    } else if (taking->stage == REMOVALS) {
        if (row->kind == taking->kind) {
            take_removal(directory, row);
        }
    } else if (kinds[taking->stage] == row->kind && row->document.data != NULL) {
        take_document(directory, row);
    }
}

/* What nobody has found is gone, unless it came later. @return true: the place is free again */
static bool sweep(struct loom_directory *directory, struct loom_entry *entry)
{
    struct loom_taking *taking = directory->taking;
    bool gone = !entry->found && entry->generation <= taking->found.generation;
    size_t before = directory->entries[taking->kind].count;
    entry->found = false;
    taking->name = entry->name;
    if (gone) {
        remove_entry(directory, taking->kind, entry);
    }
    return directory->entries[taking->kind].count < before;
}

static size_t count_of(const struct loom_directory *directory)
{
    const struct loom_taking *taking = directory->taking;
    switch (taking->stage) {
    case SWEEP:
        return taking->found.whole ? directory->entries[taking->kind].count : 0;
    case CLAIMS:
        return taking->has_shared ? directory->entries[LOOM_DIRECTORY_ACCOUNT].count
                                  : taking->found.count;
    default:
        return taking->found.count;
    }
}

static void take_at(struct loom_directory *directory)
{
    struct loom_taking *taking = directory->taking;
    struct loom_entry *entry;
    size_t at = taking->at++;
    switch (taking->stage) {
    case SWEEP:
        taking->at -= sweep(directory, directory->entries[taking->kind].items[at]) ? 1 : 0;
        break;
    case CLAIMS:
        entry = taking->has_shared ? directory->entries[LOOM_DIRECTORY_ACCOUNT].items[at]
                                   : loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT,
                                                     taking->found.rows[at].name);
        if (entry != NULL && is_touched(entry)) {
            claim(directory, entry);
        }
        break;
    default:
        take_row(directory, &taking->found.rows[at]);
        break;
    }
}

/* Removals and the sweep go through all kinds: what belongs to something goes before it. */
static void next_stage(struct loom_taking *taking)
{
    taking->at = 0;
    if ((taking->stage == REMOVALS || taking->stage == SWEEP) &&
        taking->kind > LOOM_DIRECTORY_PROFILE) {
        taking->kind = (enum loom_directory_kind)(taking->kind - 1);
        return;
    }
    taking->kind = LOOM_DIRECTORY_ACCOUNT;
    taking->stage++;
}

bool loom_taking_step(struct loom_directory *directory, struct loom_budget *budget)
{
    struct loom_taking *taking = directory->taking;
    while (taking->stage != OVER) {
        while (taking->at < count_of(directory)) {
            take_at(directory);
            if (loom_budget_is_spent(budget)) {
                return false;
            }
        }
        next_stage(taking);
    }
    forget_touched(&directory->entries[LOOM_DIRECTORY_PROFILE]);
    forget_touched(&directory->entries[LOOM_DIRECTORY_GROUP]);
    directory->seen = taking->found.generation;
    directory->behind = false;
    loom_taking_end(directory);
    return true;
}

void loom_taking_end(struct loom_directory *directory)
{
    struct loom_taking *taking = directory->taking;
    if (taking != NULL) {
        directory->taking = NULL;
        taking->found.done(taking->found.user, taking->unusable);
        free(taking);
    }
}
