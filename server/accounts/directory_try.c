/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a change can be made: its document, and all accounts that it touches. */
#include "accounts/directory_entry.h"

#include "common/profile_id.h"
#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Accounts of a change that are told of one by one; beyond it their number is told. */
#define TOLD_MAX 20u

static void tell(void *user, const char *at, const char *detail)
{
    struct loom_change *change = user;
    char text[512];
    change->good = false;
    if (change->silent || change->asked.report == NULL) {
        return;
    }
    if (change->reporting == NULL) {
        change->asked.report(change->asked.user, at, detail);
    } else if (change->told++ < TOLD_MAX) {
        (void)snprintf(text, sizeof text, "account %s: %s: %s", change->reporting->name, at,
                       detail);
        change->asked.report(change->asked.user, "", text);
    }
}

bool loom_budget_is_spent(struct loom_budget *budget)
{
    enum { CALLS_BEFORE_ASKING = 8 };
    return budget->clock != NULL && ++budget->calls % CALLS_BEFORE_ASKING == 0 &&
           budget->clock() >= budget->end;
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

static bool find_parent(struct loom_change *change, json_t *document)
{
    const char *member = parent_member(change->asked.kind);
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
    change->after->parent =
        loom_entry_find(change->directory,
                        change->asked.kind == LOOM_DIRECTORY_ACCOUNT ? LOOM_DIRECTORY_GROUP
                                                                     : LOOM_DIRECTORY_PROFILE,
                        name);
    if (change->after->parent == NULL) {
        tell(change, place,
             change->asked.kind == LOOM_DIRECTORY_ACCOUNT ? "there is no such group"
                                                          : "there is no such profile");
    }
    return change->after->parent != NULL;
}

/* What is shared has no key: each account has its own (rule A-9). */
static bool refuse_keys(struct loom_change *change, json_t *document)
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

static bool check_adopt(struct loom_change *change, json_t *adopt)
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
static bool check_members(struct loom_change *change, json_t *document)
{
    static const char *const members[] = {"identity", "key",     "nosec", "group", "profile",
                                          "label",    "adopted", "adopt", "any",   "objects"};
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

static bool check_any(struct loom_change *change, const json_t *any)
{
    bool group = change->asked.kind == LOOM_DIRECTORY_GROUP &&
                 change->directory->options.server == LOOM_FLEET_MANAGEMENT;
    if (any != NULL && (!group || !json_is_boolean(any))) {
        tell(change, "/any",
             group ? "expected true or false" : "only a group of an LwM2M server has this");
        return false;
    }
    return true;
}

/* A profile that stands for an object list has its Profile ID as its name (rules B.2). */
static bool check_objects(struct loom_change *change, const json_t *objects)
{
    bool profile = change->asked.kind == LOOM_DIRECTORY_PROFILE &&
                   change->directory->options.server == LOOM_FLEET_MANAGEMENT;
    struct loom_text list = {json_string_value(objects), json_string_length(objects)};
    char room[LOOM_FLEET_OBJECT_LIST_WRONG];
    const char *wrong = NULL;
    if (objects == NULL) {
        return true;
    }
    if (!profile) {
        wrong = "only a profile of an LwM2M server has this";
    } else if (!loom_profile_id_is_configured(change->asked.name) &&
               !loom_profile_id_is_dynamic(change->asked.name)) {
        wrong = "the name of the profile is no Profile ID such as v:my-device";
    } else if (list.data == NULL) {
        wrong = "expected links, e.g. </1/0>,</3/0>";
    } else {
        wrong = loom_fleet_object_list_wrong(list, room);
    }
    if (wrong != NULL) {
        tell(change, "/objects", wrong);
    }
    return wrong == NULL;
}

static bool check_shared(struct loom_change *change, json_t *document)
{
    json_t *adopt = json_object_get(document, "adopt");
    bool group = change->asked.kind == LOOM_DIRECTORY_GROUP;
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
static bool take_document(struct loom_change *change, json_t *document)
{
    struct loom_entry *after = change->after;
    if (change->before != NULL && !loom_document_keys_copy(change->before->keys, &after->keys)) {
        tell(change, "", "there is no memory for it");
        return false;
    }
    if (!check_any(change, json_object_get(document, "any")) ||
        !check_objects(change, json_object_get(document, "objects")) ||
        (change->directory->options.server == LOOM_FLEET_MANAGEMENT &&
         !check_members(change, document))) {
        return false;
    }
    bool good = change->asked.kind == LOOM_DIRECTORY_ACCOUNT
                    ? loom_document_take_keys(document, change->directory->options.catalog,
                                              &after->keys, tell, change)
                    : check_shared(change, document);
    if (!good || !find_parent(change, document)) {
        return false;
    }
    after->text = json_dumps(document, JSON_COMPACT);
    if (change->asked.kind != LOOM_DIRECTORY_ACCOUNT) {
        after->document = json_deep_copy(document);
    }
    if (after->text == NULL ||
        (change->asked.kind != LOOM_DIRECTORY_ACCOUNT && after->document == NULL)) {
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
static bool try_account(struct loom_change *change, struct loom_entry *entry, json_t *own,
                        const struct loom_entry *group, const struct loom_entry *profile,
                        bool check)
{
    struct loom_changed *changed = &change->changed[change->count++];
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
        (!check || loom_making_check(&making, tell, change)) &&
        loom_claims_of(change->directory, making.account, loom_is_adopted(own), &changed->claims);
    changed->keys = making.keys;
    loom_making_end(&making);
    return good;
}

static void drop_adopted_key(struct loom_changed *changed, const json_t *own)
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

static size_t count_keys(const struct loom_document_key *keys)
{
    size_t count = 0;
    for (; keys != NULL; keys = keys->next) {
        count++;
    }
    return count;
}

static bool try_own(struct loom_change *change, json_t *document)
{
    const struct loom_entry *group = change->after->parent;
    change->changed = calloc(1, sizeof change->changed[0]);
    bool good = change->changed != NULL &&
                try_account(change, change->after, document, group,
                            group == NULL ? NULL : group->parent, true) &&
                loom_claims_are_free(change->directory, &change->changed[0].claims, change->before,
                                     tell, change);
    if (change->count > 0) {
        drop_adopted_key(&change->changed[0], document);
    }
    return good;
}

/* An account below the group or profile, with the new one in its place. */
static void try_child(struct loom_change *change, struct loom_entry *entry)
{
    const struct loom_entry *group = entry->parent;
    const struct loom_entry *profile = group == NULL ? NULL : group->parent;
    if (change->asked.kind == LOOM_DIRECTORY_GROUP) {
        group = change->after;
        profile = change->after->parent;
    } else {
        profile = change->after;
    }
    json_t *own = json_loads(entry->text, 0, NULL);
    /* Devices that say nothing of their own differ in nothing that a client looks at. */
    bool plain = json_object_size(own) <= 1;
    change->reporting = entry;
    if (own == NULL) {
        tell(change, "", "there is no memory for it");
        return;
    }
    if (!try_account(change, entry, own, group, profile, !plain || !change->is_checked) ||
        !loom_claims_are_free(change->directory, &change->changed[change->count - 1].claims, entry,
                              tell, change)) {
        change->good = false;
    }
    struct loom_changed *changed = &change->changed[change->count - 1];
    drop_adopted_key(changed, own);
    changed->adds_keys = count_keys(entry->keys) != count_keys(changed->keys);
    change->is_checked |= plain;
    json_decref(own);
}

bool loom_change_try_more(struct loom_change *change, struct loom_budget *budget)
{
    const struct loom_entries *accounts = &change->directory->entries[LOOM_DIRECTORY_ACCOUNT];
    while (change->before != NULL && change->at < accounts->count) {
        struct loom_entry *entry = accounts->items[change->at++];
        const struct loom_entry *group = entry->parent;
        if (group != NULL && (group == change->before || group->parent == change->before)) {
            try_child(change, entry);
        }
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    change->reporting = NULL;
    if (change->told > TOLD_MAX) {
        char text[64];
        (void)snprintf(text, sizeof text, "%zu more mistakes in accounts", change->told - TOLD_MAX);
        change->asked.report(change->asked.user, "", text);
    }
    change->at = 0;
    return true;
}

/* Two accounts may come to share something only by the change itself. */
bool loom_change_compare(struct loom_change *change, struct loom_budget *budget)
{
    if (!change->has_seen) {
        loom_index_begin(&change->seen, change->directory->options.seed);
        change->has_seen = true;
    }
    while (change->at < change->count) {
        struct loom_claims *claims = &change->changed[change->at].claims;
        for (size_t k = 0; k < claims->count; k++) {
            if (loom_index_first(&change->seen, claims->items[k].hash) != NULL) {
                change->reporting = change->changed[change->at].entry;
                tell(change, claims->items[k].what, "another account would have the same");
                change->reporting = NULL;
            }
            loom_index_add(&change->seen, &claims->items[k].link, claims->items[k].hash);
        }
        change->at++;
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    loom_index_end(&change->seen); /* the claims are in another one when they are next looked at */
    change->has_seen = false;
    change->at = 0;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool may(const struct loom_change *change)
{
    return change->asked.may == NULL ||
           change->asked.may(change->asked.user,
                             change->before == NULL ? 0 : change->before->generation);
}

static enum loom_status try_removal(const struct loom_change *change)
{
    return change->before == NULL         ? LOOM_NOT_FOUND
           : !may(change)                 ? LOOM_PRECONDITION_FAILED
           : change->before->children > 0 ? LOOM_CONFLICT
                                          : LOOM_OK;
}

static enum loom_status try_document(struct loom_change *change, json_t *document)
{
    struct loom_text name = loom_entry_name(change->after);
    if (!is_name(name)) {
        tell(change, "", "a name is UTF-8 without control characters, 1 to 252 bytes");
        return LOOM_BAD_REQUEST;
    }
    if (!json_is_object(document)) {
        tell(change, "", "expected an object");
        return LOOM_BAD_REQUEST;
    }
    bool good = take_document(change, document);
    if (good && change->asked.kind == LOOM_DIRECTORY_ACCOUNT) {
        good = try_own(change, document);
    } else if (good && change->before != NULL) {
        const struct loom_entries *accounts = &change->directory->entries[LOOM_DIRECTORY_ACCOUNT];
        change->changed = calloc(accounts->count + 1, sizeof change->changed[0]);
        good = change->changed != NULL;
    }
    return good && change->good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* A device that has shown that it has the key of a group. It may have an account by now, also by
 * another node: then nothing is left to be done. */
static enum loom_status try_adoption(struct loom_change *change, json_t **document)
{
    struct loom_bytes identity = {change->identity, change->identity_length};
    struct loom_text endpoint = {NULL, 0};
    const struct loom_entry *group = loom_adopting_group(change->directory, identity, &endpoint);
    if (change->before != NULL) {
        return LOOM_END;
    }
    if (group == NULL || !loom_text_same(endpoint, change->asked.name)) {
        return LOOM_NOT_FOUND;
    }
    *document = loom_adopted_document(group);
    return *document == NULL ? LOOM_UNAVAILABLE : LOOM_OK;
}

enum loom_status loom_change_try(struct loom_change *change)
{
    enum loom_directory_kind kind = change->asked.kind;
    json_t *document = NULL;
    change->good = true;
    change->told = 0;
    change->is_checked = false;
    change->at = 0;
    change->before = loom_entry_find(change->directory, kind, change->asked.name);
    if (change->adopts) {
        enum loom_status status = try_adoption(change, &document);
        if (status != LOOM_OK) {
            return status;
        }
    } else if (change->asked.document == NULL) {
        return try_removal(change);
    } else if (!may(change)) {
        return LOOM_PRECONDITION_FAILED;
    } else {
        document = json_deep_copy(change->asked.document); /* it may have to be tried again */
    }
    change->after = document == NULL ? NULL : loom_entry_new(change->asked.name);
    enum loom_status status =
        change->after == NULL ? LOOM_UNAVAILABLE : try_document(change, document);
    json_decref(document);
    return status;
}

bool loom_change_forget(struct loom_change *change, struct loom_budget *budget)
{
    const struct loom_directory_keeper *keeper = change->directory->options.keeper;
    if (change->rows != NULL) { /* some were made already */
        keeper->drop(change->rows);
        change->rows = NULL;
    }
    if (change->has_seen) {
        loom_index_end(&change->seen);
        change->has_seen = false;
    }
    while (change->count > 0) {
        struct loom_changed *changed = &change->changed[--change->count];
        loom_document_keys_free(changed->keys);
        free(changed->claims.items);
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    free(change->changed);
    loom_entry_free(change->after);
    change->changed = NULL;
    change->after = NULL;
    return true;
}
