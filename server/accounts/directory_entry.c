/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/directory_entry.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- entries --------------------------------------------------------------------------------- */

static int compare(struct loom_text a, struct loom_text b)
{
    size_t length = a.length < b.length ? a.length : b.length;
    int order = length == 0 ? 0 : memcmp(a.data, b.data, length);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* The place of the first entry whose name is not before this one. */
static size_t place_of(const struct loom_entries *entries, struct loom_text name)
{
    size_t low = 0;
    size_t high = entries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(loom_entry_name(entries->items[middle]), name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct loom_entry *loom_entry_find(const struct loom_directory *directory,
                                   enum loom_directory_kind kind, struct loom_text name)
{
    const struct loom_entries *entries = &directory->entries[kind];
    size_t place = place_of(entries, name);
    bool found =
        place < entries->count && loom_text_same(loom_entry_name(entries->items[place]), name);
    return found ? entries->items[place] : NULL;
}

struct loom_entry *loom_entry_new(struct loom_text name)
{
    struct loom_entry *entry = calloc(1, sizeof *entry + name.length + 1);
    if (entry != NULL) {
        memcpy(entry->name, name.data, name.length);
        entry->name_length = name.length;
    }
    return entry;
}

void loom_entry_free(struct loom_entry *entry)
{
    if (entry != NULL) {
        loom_document_keys_free(entry->keys);
        json_decref(entry->document);
        free(entry->claims);
        free(entry->text);
        free(entry);
    }
}

bool loom_entries_reserve(struct loom_entries *entries, size_t more)
{
    size_t room = entries->room == 0 ? 16 : entries->room;
    while (room - entries->count < more) {
        room *= 2;
    }
    if (room == entries->room) {
        return true;
    }
    struct loom_entry **grown = realloc(entries->items, room * sizeof(struct loom_entry *));
    if (grown != NULL) {
        entries->items = grown;
        entries->room = room;
    }
    return grown != NULL;
}

void loom_entries_put(struct loom_entries *entries, struct loom_entry *entry)
{
    size_t place = place_of(entries, loom_entry_name(entry));
    memmove(&entries->items[place + 1], &entries->items[place],
            (entries->count - place) * sizeof(struct loom_entry *));
    entries->items[place] = entry;
    entries->count++;
}

void loom_entries_remove(struct loom_entries *entries, const struct loom_entry *entry)
{
    size_t place = place_of(entries, loom_entry_name(entry));
    memmove(&entries->items[place], &entries->items[place + 1],
            (entries->count - place - 1) * sizeof(struct loom_entry *));
    entries->count--;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct loom_directory *loom_directory_create(const struct loom_directory_options *options)
{
    struct loom_directory *directory = calloc(1, sizeof *directory);
    if (directory != NULL) {
        directory->options = *options;
        loom_index_begin(&directory->claims, options->seed);
        loom_index_begin(&directory->posted_claims, options->seed);
        loom_index_begin(&directory->posted_names, options->seed);
        loom_list_begin(&directory->waiting);
        loom_list_begin(&directory->posted);
    }
    return directory;
}

void loom_directory_destroy(struct loom_directory *directory)
{
    if (directory == NULL) {
        return;
    }
    loom_changes_end(directory);
    for (unsigned kind = 0; kind < LOOM_DIRECTORY_KINDS; kind++) {
        for (size_t i = 0; i < directory->entries[kind].count; i++) {
            loom_entry_free(directory->entries[kind].items[i]);
        }
        free(directory->entries[kind].items);
    }
    loom_index_end(&directory->claims);
    loom_index_end(&directory->posted_claims);
    loom_index_end(&directory->posted_names);
    loom_memory_wipe(directory, sizeof *directory);
    free(directory);
}

const struct loom_catalog *loom_directory_catalog(const struct loom_directory *directory)
{
    return directory->options.catalog;
}

void loom_directory_listen(struct loom_directory *directory, loom_directory_listener *listener,
                           void *user)
{
    directory->listener = listener;
    directory->user = user;
}

void loom_entry_tell(const struct loom_directory *directory, const struct loom_entry *entry,
                     bool gone)
{
    if (directory->listener != NULL) {
        directory->listener(directory->user, loom_entry_name(entry), gone);
    }
}

/* ---- looking --------------------------------------------------------------------------------- */

static bool holds(struct loom_text text, struct loom_text part)
{
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (memcmp(text.data + i, part.data, part.length) == 0) {
            return true;
        }
    }
    return false;
}

void loom_directory_each(const struct loom_directory *directory, enum loom_directory_kind kind,
                         struct loom_text after, struct loom_text parent, struct loom_text search,
                         loom_directory_visitor *visit, void *user)
{
    const struct loom_entries *entries = &directory->entries[kind];
    size_t i = after.data == NULL ? 0 : place_of(entries, after);
    if (after.data != NULL && i < entries->count &&
        loom_text_same(loom_entry_name(entries->items[i]), after)) {
        i++;
    }
    for (; i < entries->count; i++) {
        const struct loom_entry *entry = entries->items[i];
        struct loom_directory_item item = {.name = loom_entry_name(entry),
                                           .parent = entry->parent == NULL
                                                         ? (struct loom_text){NULL, 0}
                                                         : loom_entry_name(entry->parent),
                                           .generation = entry->generation,
                                           .children = entry->children};
        if (parent.data != NULL &&
            (item.parent.data == NULL || !loom_text_same(item.parent, parent))) {
            continue;
        }
        if (search.data != NULL && !holds(item.name, search)) {
            continue;
        }
        if (!visit(user, &item)) {
            return;
        }
    }
}

struct loom_text loom_directory_group(const struct loom_directory *directory,
                                      struct loom_text endpoint)
{
    static const struct loom_text none = {NULL, 0};
    const struct loom_entry *entry = loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT, endpoint);
    return entry == NULL || entry->parent == NULL ? none : loom_entry_name(entry->parent);
}

bool loom_directory_has(const struct loom_directory *directory, struct loom_text endpoint)
{
    return loom_entry_find(directory, LOOM_DIRECTORY_ACCOUNT, endpoint) != NULL;
}

size_t loom_directory_count(const struct loom_directory *directory, enum loom_directory_kind kind)
{
    return directory->entries[kind].count;
}
