/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a directory: tried on all that they touch, kept, and then in force. */
#include "accounts/directory_entry.h"

#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Accounts of a change that are told of one by one; beyond it their number is told. */
#define TOLD_MAX 20u

/* An account as a change would have it. */
struct changed {
    struct loom_entry *entry;
    struct loom_document_key *keys;
    struct loom_claims claims;
    int64_t generation; /* 0: it is not stored anew */
};

/* A change while it is tried. */
struct change {
    struct loom_directory *directory;
    enum loom_directory_kind kind;
    struct loom_text name;
    struct loom_entry *before; /* NULL: it is new */
    struct loom_entry *after;  /* not in a list yet */
    bool restoring;
    struct changed *changed; /* accounts; of an account itself, alone */
    size_t count;
    loom_document_report *report;
    void *user;
    bool good;
    const struct loom_entry *reporting; /* an account that the change touches */
    size_t told;
};

static void tell(void *user, const char *at, const char *detail)
{
    struct change *change = user;
    char text[512];
    change->good = false;
    if (change->reporting == NULL) {
        change->report(change->user, at, detail);
    } else if (change->told++ < TOLD_MAX) {
        (void)snprintf(text, sizeof text, "account %s: %s: %s", change->reporting->name, at,
                       detail);
        change->report(change->user, "", text);
    }
}

/* ---- names and documents --------------------------------------------------------------------- */

static bool is_name(struct loom_text name)
{
    bool good = name.length > 0 && name.length <= LOOM_DIRECTORY_NAME_MAX;
    for (size_t i = 0; good && i < name.length; i++) {
        good = (unsigned char)name.data[i] >= 0x20 && name.data[i] != 0x7F;
    }
    json_t *text = good ? json_stringn(name.data, name.length) : NULL; /* NULL: not UTF-8 */
    json_decref(text);
    return text != NULL;
}

static const char *parent_member(enum loom_directory_kind kind)
{
    return kind == LOOM_DIRECTORY_ACCOUNT ? "group"
           : kind == LOOM_DIRECTORY_GROUP ? "profile"
                                          : NULL;
}

static bool find_parent(struct change *change, json_t *document)
{
    const char *member = parent_member(change->kind);
    json_t *value = member == NULL ? NULL : json_object_get(document, member);
    char place[16];
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    (void)snprintf(place, sizeof place, "/%s", member);
    if (!json_is_string(value)) {
        tell(change, place, "expected a name");
        return false;
    }
    struct loom_text name = {json_string_value(value), json_string_length(value)};
    change->after->parent = loom_entry_find(
        change->directory,
        change->kind == LOOM_DIRECTORY_ACCOUNT ? LOOM_DIRECTORY_GROUP : LOOM_DIRECTORY_PROFILE,
        name);
    if (change->after->parent == NULL) {
        tell(change, place,
             change->kind == LOOM_DIRECTORY_ACCOUNT ? "there is no such group"
                                                    : "there is no such profile");
    }
    return change->after->parent != NULL;
}

/* What is shared has no key: each account has its own (rule A-9). */
static bool refuse_keys(struct change *change, json_t *document)
{
    struct loom_document_key *keys = NULL;
    bool good =
        loom_document_take_keys(document, change->directory->options.catalog, &keys, tell, change);
    for (const struct loom_document_key *key = keys; key != NULL; key = key->next) {
        tell(change, key->place, "each account has a key of its own: write \"generate\"");
    }
    loom_document_keys_free(keys);
    return good && keys == NULL;
}

static bool check_adopt(struct change *change, json_t *adopt)
{
    const char *name;
    json_t *value;
    json_t *prefix = json_object_get(adopt, "identityPrefix");
    bool good = json_is_object(adopt);
    json_object_foreach(adopt, name, value)
    {
        good = good && (strcmp(name, "identityPrefix") == 0 || strcmp(name, "key") == 0);
    }
    if (!good || !json_is_string(prefix) || json_string_length(prefix) == 0 ||
        json_string_length(prefix) > 64) {
        tell(change, "/adopt", "expected identityPrefix, 1 to 64 bytes, and key");
        return false;
    }
    if (!loom_document_take_keys(adopt, change->directory->options.catalog, &change->after->keys,
                                 tell, change)) {
        return false;
    }
    if (!loom_document_make_keys(adopt, change->directory->options.catalog, &change->after->keys) ||
        change->after->keys == NULL) {
        tell(change, "/adopt/key", "expected a key in hex, or \"generate\"");
        return false;
    }
    return true;
}

/* An LwM2M server provisions nobody: how a device proves who it is is all that concerns it. */
static bool check_members(struct change *change, json_t *document)
{
    static const char *const members[] = {"identity", "key",     "nosec", "group", "profile",
                                          "label",    "adopted", "adopt", "any"};
    const char *name;
    json_t *value;
    bool good = true;
    json_object_foreach(document, name, value)
    {
        size_t i = 0;
        while (i < sizeof members / sizeof members[0] && strcmp(members[i], name) != 0) {
            i++;
        }
        if (i == sizeof members / sizeof members[0]) {
            struct loom_place place = {.length = 0};
            (void)loom_place_enter(&place, name);
            tell(change, place.text, "only a bootstrap server has this");
            good = false;
        }
    }
    return good;
}

static bool check_any(struct change *change, const json_t *any)
{
    bool group = change->kind == LOOM_DIRECTORY_GROUP &&
                 change->directory->options.server == LOOM_FLEET_MANAGEMENT;
    if (any != NULL && (!group || !json_is_boolean(any))) {
        tell(change, "/any",
             group ? "expected true or false" : "only a group of an LwM2M server has this");
        return false;
    }
    return true;
}

static bool check_shared(struct change *change, json_t *document)
{
    json_t *adopt = json_object_get(document, "adopt");
    bool group = change->kind == LOOM_DIRECTORY_GROUP;
    if (!json_is_object(document)) {
        tell(change, "", "expected an object");
        return false;
    }
    if (adopt != NULL && !group) {
        tell(change, "/adopt", "only a group adopts");
        return false;
    }
    if (json_object_get(document, "group") != NULL ||
        json_object_get(document, "adopted") != NULL) {
        tell(change, "", "only an account has a group");
        return false;
    }
    return refuse_keys(change, document) && (adopt == NULL || check_adopt(change, adopt));
}

/* Takes the document into the new entry: without keys, as text. */
static bool take_document(struct change *change, json_t *document)
{
    struct loom_entry *after = change->after;
    if (change->before != NULL && !loom_document_keys_copy(change->before->keys, &after->keys)) {
        tell(change, "", "there is no memory for it");
        return false;
    }
    if (!check_any(change, json_object_get(document, "any")) ||
        (change->directory->options.server == LOOM_FLEET_MANAGEMENT &&
         !check_members(change, document))) {
        return false;
    }
    bool good = change->kind == LOOM_DIRECTORY_ACCOUNT
                    ? loom_document_take_keys(document, change->directory->options.catalog,
                                              &after->keys, tell, change)
                    : check_shared(change, document);
    if (!good || !find_parent(change, document)) {
        return false;
    }
    after->text = json_dumps(document, JSON_COMPACT);
    if (change->kind != LOOM_DIRECTORY_ACCOUNT) {
        after->document = json_deep_copy(document);
    }
    if (after->text == NULL ||
        (change->kind != LOOM_DIRECTORY_ACCOUNT && after->document == NULL)) {
        tell(change, "", "there is no memory for it");
        return false;
    }
    if (strlen(after->text) > LOOM_DOCUMENT_SIZE_MAX) {
        tell(change, "", "the document is longer than 65536 bytes");
        return false;
    }
    return true;
}

/* ---- accounts that a change touches ---------------------------------------------------------- */

/* Makes one account as the change would have it.
 * @param group of the account as it would be
 * @param check whether the client is asked */
static bool try_account(struct change *change, struct loom_entry *entry, json_t *own,
                        const struct loom_entry *group, const struct loom_entry *profile,
                        bool check)
{
    struct changed *changed = &change->changed[change->count++];
    struct loom_making making = {.directory = change->directory,
                                 .name = loom_entry_name(entry),
                                 .own = own,
                                 .group = group == NULL ? NULL : group->document,
                                 .group_keys = group == NULL ? NULL : group->keys,
                                 .profile = profile == NULL ? NULL : profile->document};
    memset(changed, 0, sizeof *changed);
    changed->entry = entry;
    bool good =
        loom_document_keys_copy(entry->keys, &making.keys) &&
        loom_making_make(&making, tell, change) &&
        (!check || change->restoring || loom_making_check(&making, tell, change)) &&
        loom_claims_of(change->directory, making.account, loom_is_adopted(own), &changed->claims);
    changed->keys = making.keys;
    loom_making_end(&making);
    return good;
}

static void drop_adopted_key(struct changed *changed, const json_t *own)
{
    struct loom_document_key **at = &changed->keys;
    while (loom_is_adopted(own) && *at != NULL) {
        struct loom_document_key *key = *at;
        if (strcmp(key->place, "/key") == 0) {
            *at = key->next;
            key->next = NULL;
            loom_document_keys_free(key);
        } else {
            at = &key->next;
        }
    }
}

static bool try_own(struct change *change, json_t *document)
{
    const struct loom_entry *group = change->after->parent;
    change->changed = calloc(1, sizeof change->changed[0]);
    bool good = change->changed != NULL &&
                try_account(change, change->after, document, group,
                            group == NULL ? NULL : group->parent, true) &&
                loom_claims_are_free(change->directory, &change->changed[0].claims, change->before,
                                     tell, change);
    if (change->changed != NULL) {
        drop_adopted_key(&change->changed[0], document);
    }
    return good && change->good;
}

/* All accounts below a group or profile, with the new one in its place. */
static bool try_children(struct change *change)
{
    const struct loom_entries *accounts = &change->directory->entries[LOOM_DIRECTORY_ACCOUNT];
    bool checked = false;
    change->changed = calloc(accounts->count + 1, sizeof change->changed[0]);
    if (change->changed == NULL) {
        tell(change, "", "there is no memory for it");
        return false;
    }
    for (size_t i = 0; i < accounts->count && change->before != NULL; i++) {
        struct loom_entry *entry = accounts->items[i];
        const struct loom_entry *group = entry->parent;
        const struct loom_entry *profile = group == NULL ? NULL : group->parent;
        if (group != change->before && profile != change->before) {
            continue;
        }
        if (change->kind == LOOM_DIRECTORY_GROUP) {
            group = change->after;
            profile = change->after->parent;
        } else {
            profile = change->after;
        }
        json_t *own = json_loads(entry->text, 0, NULL);
        /* Devices that say nothing of their own differ in nothing that a client looks at. */
        bool plain = json_object_size(own) <= 1;
        change->reporting = entry;
        if (own == NULL || !try_account(change, entry, own, group, profile, !plain || !checked)) {
            change->good = false;
        } else if (!loom_claims_are_free(change->directory,
                                         &change->changed[change->count - 1].claims, entry, tell,
                                         change)) {
            change->good = false;
        }
        if (own != NULL && change->count > 0) {
            drop_adopted_key(&change->changed[change->count - 1], own);
        }
        checked |= plain;
        json_decref(own);
    }
    change->reporting = NULL;
    if (change->told > TOLD_MAX) {
        char text[64];
        (void)snprintf(text, sizeof text, "%zu more mistakes in accounts", change->told - TOLD_MAX);
        change->report(change->user, "", text);
    }
    return change->good;
}

/* Two accounts may come to share something only by the change itself. */
static bool are_apart(struct change *change)
{
    struct loom_index seen;
    bool good = true;
    loom_index_begin(&seen, change->directory->options.seed);
    for (size_t i = 0; i < change->count; i++) {
        struct loom_claims *claims = &change->changed[i].claims;
        for (size_t k = 0; k < claims->count; k++) {
            if (loom_index_first(&seen, claims->items[k].hash) != NULL) {
                change->reporting = change->changed[i].entry;
                tell(change, claims->items[k].what, "another account would have the same");
                change->reporting = NULL;
                good = false;
            }
            loom_index_add(&seen, &claims->items[k].link, claims->items[k].hash);
        }
    }
    for (size_t i = 0; i < change->count; i++) {
        for (size_t k = 0; k < change->changed[i].claims.count; k++) {
            loom_index_remove(&seen, &change->changed[i].claims.items[k].link);
        }
    }
    loom_index_end(&seen);
    return good;
}

/* ---- keeping --------------------------------------------------------------------------------- */

static enum loom_status save(struct change *change, struct loom_entry *entry,
                             enum loom_directory_kind kind, const struct loom_document_key *keys,
                             int64_t *generation)
{
    struct loom_directory *directory = change->directory;
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    struct loom_directory_row row = {.kind = kind,
                                     .name = loom_entry_name(entry),
                                     .document = {entry->text, strlen(entry->text)},
                                     .keys = keys,
                                     .generation = *generation};
    if (entry->parent != NULL) {
        row.parent = loom_entry_name(entry->parent);
    }
    if (keeper == NULL) {
        *generation = ++directory->generation;
        return LOOM_OK;
    }
    return keeper->save(keeper->self, &row, generation);
}

static bool have_more_keys(const struct changed *changed)
{
    size_t before = 0;
    size_t after = 0;
    for (const struct loom_document_key *key = changed->entry->keys; key != NULL; key = key->next) {
        before++;
    }
    for (const struct loom_document_key *key = changed->keys; key != NULL; key = key->next) {
        after++;
    }
    return before != after;
}

static enum loom_status keep_all(struct change *change)
{
    struct loom_entry *after = change->after;
    bool account = change->kind == LOOM_DIRECTORY_ACCOUNT;
    const struct loom_document_key *keys = account ? change->changed[0].keys : after->keys;
    after->generation = change->before == NULL ? 0 : change->before->generation;
    enum loom_status status = save(change, after, change->kind, keys, &after->generation);
    for (size_t i = 0; !account && status == LOOM_OK && i < change->count; i++) {
        if (have_more_keys(&change->changed[i])) {
            change->changed[i].generation = change->changed[i].entry->generation;
            status = save(change, change->changed[i].entry, LOOM_DIRECTORY_ACCOUNT,
                          change->changed[i].keys, &change->changed[i].generation);
        }
    }
    return status;
}

static enum loom_status keep(struct change *change)
{
    const struct loom_directory_keeper *keeper = change->directory->options.keeper;
    enum loom_status status = keeper == NULL ? LOOM_OK : keeper->begin(keeper->self);
    if (status != LOOM_OK) {
        return status;
    }
    status = keep_all(change);
    if (keeper != NULL && status != LOOM_OK) {
        keeper->rollback(keeper->self);
    } else if (keeper != NULL) {
        status = keeper->commit(keeper->self);
    }
    return status;
}

/* ---- in force -------------------------------------------------------------------------------- */

/* What was made takes the place of what was: others point to the entry, so it stays where it is. */
static struct loom_entry *replace(struct change *change)
{
    struct loom_entry *before = change->before;
    struct loom_entry *after = change->after;
    if (before == NULL) {
        change->after = NULL;
        return after;
    }
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
    return before;
}

static void put_in_force(struct change *change)
{
    struct loom_entry *entry = replace(change);
    if (entry->parent != NULL) {
        entry->parent->children++;
    }
    for (size_t i = 0; i < change->count; i++) {
        struct changed *changed = &change->changed[i];
        struct loom_entry *owner = change->kind == LOOM_DIRECTORY_ACCOUNT ? entry : changed->entry;
        struct loom_document_key *old = owner->keys;
        owner->keys = changed->keys;
        changed->keys = old;
        if (changed->generation != 0) {
            owner->generation = changed->generation;
        }
        loom_claims_take(change->directory, owner, &changed->claims);
        loom_entry_tell(change->directory, owner, false);
    }
}

static void end(struct change *change)
{
    for (size_t i = 0; i < change->count; i++) {
        loom_document_keys_free(change->changed[i].keys);
        free(change->changed[i].claims.items);
    }
    free(change->changed);
    loom_entry_free(change->after);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool holds(const struct loom_directory_condition *condition, const struct loom_entry *entry)
{
    return !(condition->absent && entry != NULL) && !(condition->present && entry == NULL) &&
           (condition->generation == 0 ||
            (entry != NULL && entry->generation == condition->generation));
}

static enum loom_status try_all(struct change *change, json_t *document)
{
    if (!is_name(change->name)) {
        tell(change, "", "a name is UTF-8 without control characters, 1 to 252 bytes");
        return LOOM_BAD_REQUEST;
    }
    change->after = loom_entry_new(change->name);
    if (change->after == NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (!json_is_object(document)) {
        tell(change, "", "expected an object");
        return LOOM_BAD_REQUEST;
    }
    bool good =
        take_document(change, document) &&
        (change->kind == LOOM_DIRECTORY_ACCOUNT ? try_own(change, document)
                                                : try_children(change) && are_apart(change));
    return good && change->good ? LOOM_OK : LOOM_BAD_REQUEST;
}

static bool remember(struct change *change)
{
    struct loom_undos *undos = &change->directory->undos;
    bool good = change->before == NULL ? loom_undos_add(undos, change->kind, change->after, true)
                                       : loom_undos_add(undos, change->kind, change->before, false);
    for (size_t i = 0; good && change->kind != LOOM_DIRECTORY_ACCOUNT && i < change->count; i++) {
        good = loom_undos_add(undos, LOOM_DIRECTORY_ACCOUNT, change->changed[i].entry, false);
    }
    return good;
}

static enum loom_status finish(struct change *change, int64_t *generation)
{
    struct loom_directory *directory = change->directory;
    if (change->before == NULL &&
        !loom_entries_add(&directory->entries[change->kind], change->after)) {
        return LOOM_UNAVAILABLE;
    }
    size_t remembered = directory->undos.count;
    enum loom_status status = change->restoring   ? LOOM_OK
                              : !remember(change) ? LOOM_UNAVAILABLE
                                                  : keep(change);
    if (status != LOOM_OK) {
        loom_undos_cut(&directory->undos, remembered);
        if (change->before == NULL) {
            loom_entries_remove(&directory->entries[change->kind], change->after);
        }
        return status;
    }
    if (generation != NULL) {
        *generation = change->after->generation;
    }
    put_in_force(change);
    return LOOM_OK;
}

enum loom_status loom_directory_put(struct loom_directory *directory, enum loom_directory_kind kind,
                                    struct loom_text name, json_t *document,
                                    const struct loom_directory_condition *condition, bool try,
                                    loom_document_report *report, void *user, int64_t *generation)
{
    struct change change = {.directory = directory,
                            .kind = kind,
                            .name = name,
                            .before = loom_entry_find(directory, kind, name),
                            .report = report,
                            .user = user,
                            .good = true};
    if (!holds(condition, change.before)) {
        return LOOM_PRECONDITION_FAILED;
    }
    enum loom_status status = try_all(&change, document);
    if (status == LOOM_OK && !try) {
        status = finish(&change, generation);
    }
    end(&change);
    return status;
}

enum loom_status loom_directory_restore(struct loom_directory *directory,
                                        const struct loom_directory_row *row,
                                        loom_document_report *report, void *user)
{
    struct change change = {.directory = directory,
                            .kind = row->kind,
                            .name = row->name,
                            .before = loom_entry_find(directory, row->kind, row->name),
                            .restoring = true,
                            .report = report,
                            .user = user,
                            .good = true};
    enum loom_status status = LOOM_BAD_REQUEST;
    json_t *document = json_loadb(row->document.data, row->document.length, 0, NULL);
    struct loom_entry kept = {.keys = (struct loom_document_key *)(uintptr_t)row->keys};
    if (change.before == NULL && document != NULL) {
        change.before = &kept; /* whose keys are taken over */
        status = try_all(&change, document);
        change.before = NULL;
    }
    if (status == LOOM_OK) {
        change.after->generation = row->generation;
        status = finish(&change, NULL);
        directory->generation =
            row->generation > directory->generation ? row->generation : directory->generation;
    } else if (document == NULL) {
        report(user, "", "it is not JSON");
    }
    json_decref(document);
    end(&change);
    return status;
}

enum loom_status loom_directory_remove(struct loom_directory *directory,
                                       enum loom_directory_kind kind, struct loom_text name,
                                       const struct loom_directory_condition *condition)
{
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    struct loom_entry *entry = loom_entry_find(directory, kind, name);
    enum loom_status status = LOOM_OK;
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (!holds(condition, entry)) {
        return LOOM_PRECONDITION_FAILED;
    }
    if (entry->children > 0 || directory->undos.open) {
        return LOOM_CONFLICT;
    }
    if (keeper != NULL) {
        status = keeper->begin(keeper->self);
    }
    if (keeper != NULL && status == LOOM_OK) {
        status = keeper->remove(keeper->self, kind, name, entry->generation);
        if (status == LOOM_OK) {
            status = keeper->commit(keeper->self);
        } else {
            keeper->rollback(keeper->self);
        }
    }
    if (status == LOOM_OK) {
        loom_claims_drop(directory, entry);
        loom_entries_remove(&directory->entries[kind], entry);
        if (entry->parent != NULL) {
            entry->parent->children--;
        }
        if (kind == LOOM_DIRECTORY_ACCOUNT) {
            loom_entry_tell(directory, entry, true);
        }
        loom_entry_free(entry);
    }
    return status;
}
