/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept is put in force. Of a group or profile that takes several steps, between which
 * devices are answered: first all accounts below get what they will need, besides what they have;
 * then the document is replaced, which is one moment for all of them; then they lose what they do
 * not need any more. Nothing is allocated here, because nothing may fail any more.
 */
#include "accounts/directory_entry.h"

#include <stdlib.h>

/* What was made takes the place of what was: others point to the entry, so it stays where it is. */
static struct loom_entry *replace(struct loom_change *change)
{
    struct loom_entry *before = change->before;
    struct loom_entry *after = change->after;
    if (before == NULL) {
        change->after = NULL;
        loom_entries_put(&change->directory->entries[change->asked.kind], after);
    } else {
        if (before->parent != NULL) {
            before->parent->children--;
        }
        struct loom_entry old = *before;
        before->parent = after->parent;
        before->text = after->text;
        before->document = after->document;
        before->keys = after->keys;
        before->generation = after->generation;
        after->text = old.text;
        after->document = old.document;
        after->keys = old.keys;
    }
    struct loom_entry *entry = before == NULL ? after : before;
    if (entry->parent != NULL) {
        entry->parent->children++;
    }
    return entry;
}

static void take_away(const struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    struct loom_entry *entry = change->before;
    loom_claims_drop(directory, entry);
    loom_entries_remove(&directory->entries[change->asked.kind], entry);
    if (entry->parent != NULL) {
        entry->parent->children--;
    }
    if (change->asked.kind == LOOM_DIRECTORY_ACCOUNT) {
        loom_entry_tell(directory, entry, true);
    }
    loom_entry_free(entry);
}

/* An account itself: in one moment. */
static void enter_account(struct loom_change *change)
{
    struct loom_entry *entry = replace(change);
    struct loom_changed *changed = &change->changed[0];
    struct loom_document_key *old = entry->keys;
    entry->keys = changed->keys;
    changed->keys = old;
    loom_claims_take(change->directory, entry, &changed->claims);
    loom_entry_tell(change->directory, entry, false);
}

/* The new keys stand before those that there are, and are found first; both lead to the account. */
static void prepare(struct loom_directory *directory, struct loom_changed *changed)
{
    struct loom_entry *entry = changed->entry;
    if (changed->keys != NULL) {
        changed->last = changed->keys;
        while (changed->last->next != NULL) {
            changed->last = changed->last->next;
        }
        changed->last->next = entry->keys;
        struct loom_document_key *old = entry->keys;
        entry->keys = changed->keys;
        changed->keys = old;
    }
    for (size_t i = 0; i < changed->claims.count; i++) {
        changed->claims.items[i].owner = entry;
        loom_index_add(&directory->claims, &changed->claims.items[i].link,
                       changed->claims.items[i].hash);
    }
}

static void clean(struct loom_directory *directory, struct loom_changed *changed)
{
    struct loom_entry *entry = changed->entry;
    if (changed->last != NULL) {
        changed->last->next = NULL;
        changed->last = NULL;
    } else {
        struct loom_document_key *old = entry->keys;
        entry->keys = NULL;
        changed->keys = old;
    }
    if (changed->generation != 0) {
        entry->generation = changed->generation;
    }
    loom_claims_drop(directory, entry);
    entry->claims = changed->claims.items;
    entry->claim_count = changed->claims.count;
    changed->claims.items = NULL;
    changed->claims.count = 0;
    loom_entry_tell(directory, entry, false);
}

bool loom_change_enter(struct loom_change *change, struct loom_budget *budget)
{
    if (change->asked.document == NULL && !change->adopts) {
        take_away(change);
        return true;
    }
    if (change->asked.kind == LOOM_DIRECTORY_ACCOUNT) {
        enter_account(change);
        return true;
    }
    while (change->stage == LOOM_CHANGE_ENTERED && change->at < change->count) {
        prepare(change->directory, &change->changed[change->at++]);
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    if (change->stage == LOOM_CHANGE_ENTERED) {
        (void)replace(change);
        change->stage = LOOM_CHANGE_LEFT;
        change->at = 0;
    }
    while (change->at < change->count) {
        clean(change->directory, &change->changed[change->at++]);
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    return true;
}
